"""Luck or leadership: how far styles lie apart, how far the histories of one style do, and the split of both."""

from __future__ import annotations

import json
import math
from typing import Any

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import Chart, chosen_measures, needs, place_of
from teamsim.luck import VarianceSplit
from teamsim.people import Measures
from teamsim.results import FLOWS
from teamsim.statistics.percent import percent
from teamsim.statistics.sums import means_by
from teamsim.words import label, say, unit

__all__ = ["COLOURS_OF_PARTS", "luck_or_leadership", "strips"]

COLOURS_OF_PARTS = {
    "leadership": COLOURS["blue"],
    "luck": COLOURS["orange"],
    "interaction": COLOURS["purple"],
    "model": COLOURS["grey"],
}
MOST_DOTS, MOST_NAMED = 1500, 12
INK = "#1B2438"
WHITE_ON = ("leadership", "model")
MOST_COUNTED = 40
GOLDEN, SILVER = (5**0.5 - 1) / 2, 2**0.5 - 1  # multiples fill a strip evenly, however many there are


def luck_or_leadership(split: VarianceSplit, measure: str = "output") -> Chart:
    """Draw what sets histories apart: a strip of outcomes for every style, and the split below.

    Bars that lie far apart are leadership; dots that lie far apart around one bar are luck. The line is one and the
    same luck under every style.

    Parameters
    ----------
    split : VarianceSplit
        What to draw.
    measure : str
        A measure of ``VarianceSplit.shares``.

    Returns
    -------
    altair.VConcatChart

    Raises
    ------
    InputError
        If the measure is not known.

    Examples
    --------
    >>> import teamsim as ts
    >>> split = ts.luck_or_leadership(ts.Scenario.load("managing-stars"), ts.Style.presets(), runs=40)
    >>> ts.charts.luck_or_leadership(split, "regretted").title.text
    'Luck or leadership? Regretted exits · Managing stars'
    """
    needs(split, VarianceSplit)
    [measure] = chosen_measures(measure)
    outcomes = split.outcomes[split.outcomes["model"] == 0]
    picture, data = strips(outcomes, measure, split.scenario.weeks)
    for layer in picture.layer:
        rows: Any = data[layer.data.name].to_dict("records")
        layer.data = alt.InlineData(values=rows, name=layer.data.name)
    words = [say("luck.read"), say("luck.line"), _limits(split, measure)]
    heading = f"{say('luck.title')} {label(Measures, measure)} · {place_of(split)}"
    title = alt.Title(heading, subtitle=words)
    apart = alt.Resolve(scale=alt.ScaleResolveMap(color="independent"))
    return alt.vconcat(picture.properties(width=880), _bar(split, measure), spacing=28, resolve=apart, title=title)


def _limits(split: VarianceSplit, measure: str) -> str:
    if split.shares_of(measure)["share"].isna().any():
        return split.say(measure)
    return say("luck.limits", among=split.among, n=split.made.runs)


def strips(outcomes: pd.DataFrame, measure: str, weeks: int, *, shown: int = 0) -> tuple[Any, dict[str, pd.DataFrame]]:
    """Draw outcomes as a strip of dots for every style, ordered by their means.

    Parameters
    ----------
    outcomes : DataFrame
        ``style``, ``run`` and the measure.
    measure : str
        What is drawn.
    weeks : int
        The horizon.
    shown : int, default 0
        How many runs are drawn, the last of them as a line through all styles; 0 for all, with the first as the line.
        Order and axis follow from all runs in any case, so that they stay when more are shown.

    Returns
    -------
    altair.LayerChart
        Without a width and without data.
    dict of str to DataFrame
        Its data by name: ``dots``, ``means`` and ``one``.
    """
    number, styles = pd.factorize(outcomes["style"])
    by_style = pd.Series(means_by(outcomes[measure], number), index=styles)
    order = by_style.sort_values(ascending=False, kind="stable").index.tolist()
    place = {style: number for number, style in enumerate(order)}
    across = (outcomes["run"] * GOLDEN + 0.5) % 1  # the same luck lies at the same height in every strip
    values = outcomes[measure]
    whole = bool((values == values.round()).all()) and values.max() - values.min() <= MOST_COUNTED
    aside = 0.5 * ((outcomes["run"] * SILVER + 0.5) % 1) - 0.25 if whole else 0.0  # or all dots of a count would be one
    table = pd.DataFrame(
        {
            "style": outcomes["style"],
            "value": values.round(4),
            "x": (values + aside).round(4),
            "history": outcomes["run"] + 1,
            "at": (outcomes["style"].map(place) + 0.16 + 0.68 * across).round(3),
        }
    )
    seen = table[table["history"] <= shown] if shown else table
    drawn = seen[seen["history"] <= max(1, MOST_DOTS // len(order))]
    one = table[table["history"] == max(1, shown)].sort_values("at")
    middle = means_by(seen["value"], seen["style"].map(place)).round(4)
    middles = pd.DataFrame({"style": order, "mean": middle, "at": range(len(order))})
    if shown == 1:
        middles = middles.head(0)  # the mean of one history is that history
    few = len(order) <= MOST_NAMED
    height = (42 if few else max(9, 420 // len(order))) * len(order)
    x = alt.X("x:Q", title=_axis_title(measure, weeks), axis=alt.Axis(grid=True, format=",.4~r", tickCount=6))
    x = x.scale(domain=_domain(values, 0.5 if whole else 0.0), nice=False)
    names = _names(order) if few else None
    y = alt.Y("at:Q", title=None, axis=names)
    y = y.scale(domain=[0, len(order)], reverse=True, nice=False)
    who = alt.Tooltip("style:N", title=say("luck.style"))
    tips = [
        who,
        alt.Tooltip("history:Q", title=say("luck.history")),
        alt.Tooltip("value:Q", title=label(Measures, measure), format=",.4~r"),
    ]
    dots = alt.Chart(alt.NamedData("dots")).mark_point(color=COLOURS["orange"], clip=True)
    dots = dots.encode(x, y, tooltip=tips, opacity=alt.value(0.45), size=alt.value(42 if few else 14))
    line = alt.Chart(alt.NamedData("one")).mark_line(color=INK, strokeWidth=1.5, strokeDash=[2, 5])
    rings = alt.Chart(alt.NamedData("one")).mark_point(color=INK, opacity=1, size=72 if few else 20)
    bars = alt.Chart(alt.NamedData("means")).transform_calculate(low="datum.at + 0.08", high="datum.at + 0.92")
    bars = bars.mark_rule(color=COLOURS["blue"], strokeWidth=6 if few else 4, strokeCap="round")
    bars = bars.encode(
        alt.X("mean:Q"),
        alt.Y("low:Q", title=None, axis=names),
        alt.Y2("high:Q"),
        tooltip=[who, alt.Tooltip("mean:Q", title=say("luck.mean"), format=",.4~r")],
    )
    layers = (dots, bars, line.encode(x, y, order="at:Q"), rings.encode(x, y, tooltip=tips))
    return alt.layer(*layers, height=height), {"dots": drawn, "means": middles, "one": one}


def _names(order: list[str]) -> alt.Axis:
    """Name each strip at its middle."""
    words = json.dumps(order, ensure_ascii=False)
    middles = [number + 0.5 for number in range(len(order))]
    axis: dict[str, Any] = {"grid": False, "ticks": False, "domain": False, "labelLimit": 200, "tickCount": len(order)}
    return alt.Axis(values=middles, labelExpr=f"{words}[floor(datum.value)]", **axis)


def _axis_title(measure: str, weeks: int) -> str:
    kind = Measures.quantities()[measure]
    what = "luck.axis_sum" if kind.unit in FLOWS else "luck.axis_mean"
    return say(what, measure=label(Measures, measure), unit=unit(kind.unit), n=weeks)


def _domain(values: pd.Series[Any], margin: float) -> list[float]:
    """Return round ends that hold all values and waste no room: it is the spread that counts here."""
    low, high = float(values.min()), float(values.max())
    if margin:
        return [low - margin, high + margin]
    if not low < high:
        return [low - 0.5, high + 0.5]
    step = 10.0 ** math.floor(math.log10(high - low)) / 2
    return [round(step * math.floor(low / step), 9), round(step * math.ceil(high / step), 9)]


def _bar(split: VarianceSplit, measure: str) -> Any:
    """Draw the whole as one bar of its parts, each with its share and the interval of it."""
    rows = split.shares_of(measure)
    if rows["share"].isna().any():
        return alt.Chart(alt.InlineData(values=[{}])).mark_text(text="").properties(height=1)
    ends = rows["share"].cumsum()
    said = [
        say(
            "luck.part_share",
            part=say(f"luck.part_{part}"),
            share=share,
            low=f"{100 * low:.0f}",
            high=f"{100 * high:.0f}",
        )
        for part, share, low, high in zip(rows["part"], percent(rows["share"]), rows["low"], rows["high"], strict=True)
    ]
    data = pd.DataFrame({"part": said, "from": ends - rows["share"], "to": ends, "share": rows["share"]}).round(4)
    data["words"] = [f"{share} %" if share >= 6 else "" for share in percent(rows["share"])]
    data["ink"] = ["white" if part in WHITE_ON else INK for part in rows["part"]]
    colours = [COLOURS_OF_PARTS[part] for part in rows["part"]]
    legend = alt.Legend(orient="top", title=None, columns=2, labelLimit=0, labelFontSize=15, symbolType="square")
    base = alt.Chart(data).encode(
        alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
        tooltip=["part:N", alt.Tooltip("share:Q", format=".1%")],
    )
    blocks = base.mark_bar(height=44, cornerRadius=0, stroke="white", strokeWidth=2).encode(
        alt.X2("to:Q"), color=alt.Color("part:N", scale=alt.Scale(domain=said, range=colours), legend=legend)
    )
    middle = alt.Chart(data).transform_calculate(middle="(datum.from + datum.to) / 2")
    words = middle.mark_text(fontSize=18, fontWeight=600).encode(
        alt.X("middle:Q"), text="words:N", color=alt.Color("ink:N", scale=None)
    )
    return alt.layer(blocks, words, width=880, height=48)
