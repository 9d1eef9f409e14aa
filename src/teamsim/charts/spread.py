"""How far futures lie apart, and what another style changes under the same luck."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import altair as alt
import numpy as np
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import (
    SHAPES,
    Chart,
    chosen,
    chosen_measures,
    colour_of,
    dash_of,
    domain_of,
    group_of,
    label_of,
    needs,
    place_of,
    thinned,
    tip,
    week_axis,
    written,
)
from teamsim.comparison import Comparison
from teamsim.fields import InputError
from teamsim.people import Measures
from teamsim.results import GROUPS, Futures
from teamsim.statistics.levels import quantiles
from teamsim.words import label, say

__all__ = ["bands", "differences", "runs"]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
USUAL = ("engagement", "strain", "output", "left_for_offer", "regretted", "net_value")


def runs(futures: Futures, measure: str = "net_value") -> Chart:
    """Draw how a measure of the whole horizon is spread over the futures.

    Parameters
    ----------
    futures : Futures
        What to draw.
    measure : str
        A column of ``Futures.runs``: flows added up, levels averaged over the horizon.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If the measure is not known.

    Examples
    --------
    >>> import teamsim as ts
    >>> many = ts.futures(ts.Scenario.load("managing-stars"), "developer", runs=50)
    >>> ts.charts.runs(many, "regretted").title.text
    'Regretted exits · Managing stars: 50 futures'
    """
    needs(futures, Futures)
    [measure] = chosen_measures(measure)
    values = futures.runs[measure].to_numpy()
    low, middle, high = quantiles(values, [0.25, 0.5, 0.75]).tolist()
    counts, edges = np.histogram(values, _bins(values))
    data = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "futures": counts}).round(4)
    bars = alt.Chart(data).mark_rect(stroke="white", strokeWidth=2, color=COLOURS["sky"]).encode(
        alt.X("from:Q", title=label_of(measure, futures.scenario.weeks), axis=alt.Axis(format=",.4~r")), alt.X2("to:Q"),
        alt.Y("futures:Q", title=say("charts.futures"), scale=alt.Scale(zero=True)), y2=alt.Y2Datum(0),
        tooltip=[tip("from", "Q", ",.3~r"), tip("to", "Q", ",.3~r"), tip("futures", "Q")],
    )  # fmt: skip
    at = alt.Chart(pd.DataFrame({"at": [middle]})).encode(alt.X("at:Q"))
    rule = at.mark_rule(color="#1B2438", strokeWidth=2.5)
    note = at.mark_text(align="left", dx=8, y=-10, text=say("charts.median_at", value=_said(middle)))
    told = {"measure": label(Measures, measure), "place": place_of(futures), "n": futures.made.runs}
    half = say("charts.half", low=_said(low), high=_said(high))
    title = alt.Title(say("charts.runs_title", **told), subtitle=half)
    return alt.layer(bars, rule, note, width=880, height=280, title=title)


def _bins(values: Numbers) -> Numbers:
    """Return the edges of bins: one a whole number where these are few, else 24 or fewer."""
    low, high = float(values.min()), float(values.max())
    if high - low <= 30 and bool(np.all(values == np.round(values))):
        return np.arange(low, high + 2) - 0.5
    return np.histogram_bin_edges(values, bins=min(24, max(6, len(values) // 4)))


def differences(
    comparison: Comparison, measures: str | Iterable[str] = USUAL, groups: str | Iterable[str] = ("organisation",)
) -> Chart:
    """Draw what each style changes against the first one: a point, and its interval over pairs of the same luck.

    Parameters
    ----------
    comparison : Comparison
        What to draw.
    measures : str or sequence of str
        Columns of ``Comparison.runs``, each on an axis of its own.
    groups : str or sequence of str
        ``"organisation"``, ``"bottom third"``, ``"middle third"``, ``"top third"``.

    Returns
    -------
    altair.FacetChart

    Raises
    ------
    InputError
        If a measure or group is not known, or is not measured together.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> found = ts.compare(scenario, {"as it was": "hands-off", "developer": "developer"}, runs=20)
    >>> ts.charts.differences(found, ["engagement", "regretted"]).title.text
    'What changes against "as it was", with the same luck'
    """
    needs(comparison, Comparison)
    wanted, parts = chosen_measures(measures), chosen(groups, GROUPS, "group")
    table = comparison.differences
    table = table[table["measure"].isin(wanted) & table["group"].isin(parts)]
    for measure in wanted:
        if missing := set(parts) - set(table.loc[table["measure"] == measure, "group"]):
            raise InputError(f"measure {measure!r} is of whole teams; it is not measured of the {min(missing)}")
    weeks, others = comparison.scenario.weeks, comparison.styles[1:]
    row = table["style"] if len(parts) == 1 else table["style"] + ", " + table["group"].map(group_of)
    data = pd.DataFrame(
        {
            "row": row,
            "style": table["style"],
            "measure": table["measure"].map({measure: label_of(measure, weeks) for measure in wanted}),
            "difference": table["difference"],
            "low": table["low"],
            "high": table["high"],
            "said": [_in_words(*row) for row in zip(table["difference"], table["low"], table["high"], strict=True)],
        }
    )
    order = [style if len(parts) == 1 else f"{style}, {group_of(part)}" for style in others for part in parts]
    y = alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    axis = alt.Axis(grid=True, tickCount=5, format=",.3~r")
    x = alt.X("difference:Q", title=None, scale=alt.Scale(zero=True, padding=36), axis=axis)
    tips = [tip("style"), *(tip(name, "Q", "+.3g") for name in ("difference", "low", "high"))]
    # the first style keeps the first colour and shape wherever it is drawn
    colour = colour_of("style", comparison.styles, legend=False)
    shape = alt.Shape("style:N", scale=alt.Scale(domain=list(comparison.styles), range=list(SHAPES)), legend=None)
    base = alt.Chart().encode(y)
    zero = alt.Chart().mark_rule(color="#1B2438", strokeWidth=1.5).encode(x=alt.datum(0))
    whisker = base.mark_rule(strokeWidth=4).encode(alt.X("low:Q"), alt.X2("high:Q"), color=colour)
    dot = base.mark_point(size=130, opacity=1).encode(x, color=colour, shape=shape, tooltip=tips)
    text = base.mark_text(dy=-13, fontSize=13).encode(x, text="said:N")
    panel = alt.layer(zero, whisker, dot, text, width=380, height=48 * len(order))
    header = alt.Header(title=None, labelAnchor="start", labelFontSize=15, labelFontWeight=600)
    facet = alt.Facet("measure:N", sort=[label_of(measure, weeks) for measure in wanted], header=header)
    against = say("charts.differences_title", style=comparison.styles[0])
    title = alt.Title(against, subtitle=say("charts.pairs", n=comparison.made.runs))
    apart = alt.Resolve(scale=alt.ScaleResolveMap(x="independent"))
    return panel.facet(facet, columns=2, data=data, spacing=24, resolve=apart, title=title)


def _in_words(difference: float, low: float, high: float) -> str:
    """Say a difference and its interval in a few digits."""
    return f"{_said(difference, '+')} ± {_said((high - low) / 2)}"


def _said(value: float, sign: str = "") -> str:
    """Say a number in a few digits, never as a power of ten."""
    return written(f"{value:{sign},.{_digits(value)}f}".replace("-", "−"))


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3


def bands(comparison: Comparison, measure: str = "engagement", group: str = "organisation") -> Chart:
    """Draw a measure week by week under each style: the median and the middle half of the futures.

    Parameters
    ----------
    comparison : Comparison
        What to draw.
    measure : str
        A measure of ``Comparison.weeks``.
    group : str
        ``"organisation"``, ``"bottom third"``, ``"middle third"`` or ``"top third"``.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If the measure or group is not known, or is not measured together.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> found = ts.compare(scenario, {"a": "hands-off", "b": "developer"}, runs=20)
    >>> ts.charts.bands(found, "strain", group="bottom third").title.text
    'Strain (0 to 1) by style, bottom third'
    """
    needs(comparison, Comparison)
    [measure], [group] = chosen_measures(measure), chosen(group, GROUPS, "group")
    table = comparison.weeks_of(measure)
    table = table[table["group"] == group]
    table = table[["week", "style", "q25", "median", "q75"]]
    if table.empty:
        raise InputError(f"measure {measure!r} is of whole teams; it is not measured of the {group}")
    horizon, styles = comparison.scenario.weeks, comparison.styles
    data = thinned(table, horizon, ["style"])
    domain = domain_of(measure, data[["q25", "q75"]], comparison.scenario.seats)
    scale = alt.Scale(domain=domain, nice=False)
    base = alt.Chart(data).encode(week_axis(horizon), color=colour_of("style", styles))
    area = base.mark_area(opacity=0.2, clip=True).encode(alt.Y("q25:Q", scale=scale, title=None), alt.Y2("q75"))
    middle = alt.Y("median:Q", scale=scale, title=None)
    line = base.mark_line(clip=True).encode(middle, strokeDash=dash_of("style", styles))
    tips = [tip("week", "Q"), tip("style"), *(tip(name, "Q", ".2f") for name in ("q75", "median", "q25"))]
    touch = base.mark_point(opacity=0, size=240).encode(middle, tooltip=tips)
    whose = "charts.bands_title" if group == GROUPS[0] else "charts.bands_title_of"
    heading = say(whose, measure=label_of(measure), group=group_of(group))
    title = alt.Title(heading, subtitle=say("charts.bands_read", n=comparison.made.runs))
    return alt.layer(area, line, touch, width=880, height=340, title=title)
