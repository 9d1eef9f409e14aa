"""Who left, when, by which road, and why."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import (
    INNER,
    THIRDS,
    Chart,
    group_of,
    needs,
    people_in_words,
    place_of,
    roads,
    tip,
    week_axis,
    written,
)
from teamsim.people import Drivers
from teamsim.results import Futures, Run
from teamsim.words import label, say

__all__ = ["exits"]

MOST_DRIVERS, MOST_ROWS, QUARTER, GAP = 8, 24, 13, 6
COLUMN, ALL_COLUMNS, LETTER, FITTING = 66, 806, 6.1, 12  # pixels; FITTING letters fit above an ordinary column
SHAPES_OF_ROADS = ["circle", "triangle-up", "square"]
DRIVERS = {f"drivers_{name}": name for name in Drivers.quantities()}


def exits(result: Run | Futures) -> Chart:
    """Draw departures: when, from which third and by which road, and what weighed in them.

    Of a run each departure is a row, with what each driver added to the log-odds of leaving and the reason that the
    person gave. Of futures it is how often each reason was given, beside how often it really weighed most.

    Parameters
    ----------
    result : Run or Futures
        What to draw.

    Returns
    -------
    altair.VConcatChart

    Raises
    ------
    InputError
        If it is something else.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "hands-off")
    >>> ts.charts.exits(run).title.text
    'Managing stars: who left, and why'
    """
    needs(result, Run, Futures)
    table = _in_words(result.exits)
    title = say("charts.exits_title", place=place_of(result))
    if table.empty:
        return alt.vconcat(_nothing(say("charts.nobody")), title=title)
    if isinstance(result, Run):
        heading = alt.Title(title, subtitle=_count(table))
        return alt.vconcat(_when(result, table), _why(table), spacing=32, title=heading)
    runs = result.made.runs
    words = say("charts.exits_futures", n=runs, weeks=result.scenario.weeks, mean=written(f"{len(table) / runs:.1f}"))
    top = alt.hconcat(_rate(result, table), _thirds(result, table), spacing=150, bounds="flush")
    apart = alt.Resolve(scale=alt.ScaleResolveMap(color="independent", shape="independent"))
    return alt.vconcat(top, _said(table), spacing=36, resolve=apart, title=alt.Title(title, subtitle=words))


def _drivers() -> dict[str, str]:
    """Return what the columns of drivers are called."""
    return {column: label(Drivers, name) for column, name in DRIVERS.items()}


def _in_words(exits: pd.DataFrame) -> pd.DataFrame:
    """Return departures with roads, thirds and stated reasons in the language that is spoken."""
    reasons = {driver.label: label(Drivers, name) for name, driver in Drivers.quantities().items()}
    own = exits["road"] != "dismissed"
    return exits.assign(
        own=own,
        road=exits["road"].map(roads()),
        third=exits["third"].map(group_of),
        stated=exits["stated"].map(lambda reason: reasons.get(reason, reason)),
    )


def _thirds_axis() -> alt.Y:
    thirds = [group_of(third) for third in THIRDS]
    return alt.Y("third:N", sort=thirds, title=None, scale=alt.Scale(domain=thirds))


def _nothing(words: str) -> Any:
    return (
        alt.Chart(alt.InlineData(values=[{}]))
        .mark_text(text=words, align="left", x=0, fontSize=16)
        .properties(height=40)
    )


def _count(table: pd.DataFrame) -> str:
    return say("charts.count", n=len(table), stars=int(table["regretted"].sum()))


def _road(*, legend: bool = True) -> dict[str, Any]:
    """Tell the roads apart by colour and shape."""
    key = alt.Legend(orient="top", title=None, symbolSize=130) if legend else None
    words, colours = list(roads().values()), [COLOURS[name] for name in ("vermilion", "purple", "grey")]
    return {
        "color": alt.Color("road:N", scale=alt.Scale(domain=words, range=colours), legend=key),
        "shape": alt.Shape("road:N", scale=alt.Scale(domain=words, range=SHAPES_OF_ROADS), legend=key),
    }


def _when(run: Run, table: pd.DataFrame) -> Any:
    data = table[["week", "third", "person", "road", "stated"]].assign(person=people_in_words(table["person"]))
    tips = [tip("week", "Q"), tip("person"), tip("road"), tip("stated", title=say("charts.reason"))]
    chart = alt.Chart(data, title=alt.Title(say("charts.when_title"), **INNER)).mark_point(size=130, opacity=0.9)
    shown = chart.encode(week_axis(run.scenario.weeks), _thirds_axis(), **_road(), tooltip=tips)
    return shown.properties(width=800, height=110)


def _why(table: pd.DataFrame) -> Any:
    """Draw a row a departure, a column a driver, a bar from zero: to the right it drove the person away."""
    own = table[table["own"]]
    if own.empty:
        return _nothing(say("charts.all_dismissed"))
    total = len(own)
    own = own.sort_values(["regretted", "week"], ascending=[False, True]).head(MOST_ROWS).sort_values(["week", "seat"])
    longest = max(map(len, _drivers().values()))
    width = COLUMN if longest <= FITTING else round(LETTER * longest)
    most = min(MOST_DRIVERS, ALL_COLUMNS // (width + GAP) - 2)
    weight = own[list(DRIVERS)].abs().mean().nlargest(most)
    shares = own[[name for name in DRIVERS if name in weight.index]].rename(columns=_drivers())
    shares[say("charts.offer_column")] = own["offered"] + own["exhaustion"]
    shares[say("charts.ties_column")] = own["ties"]
    star = own["regretted"].map({True: "* ", False: ""})
    rows = zip(star + people_in_words(own["person"], short=True), own["week"], own["stated"], strict=True)
    order = [say("charts.who_said", who=who, week=week, reason=reason) for who, week, reason in rows]
    data = shares.round(3).assign(who=order).melt("who", var_name="driver", value_name="share")
    bound = float(max(1.0, data["share"].abs().max()))
    zero = alt.Axis(values=[0], labels=False, ticks=False, grid=True, gridColor="#B6BECB", domain=False)
    tips = [tip("who", title=say("charts.person")), tip("driver"), tip("share", "Q", "+.2f", say("charts.log_odds"))]
    bar = alt.Chart(data).mark_bar(height=11, cornerRadius=0).encode(
        alt.X("share:Q", scale=alt.Scale(domain=[-bound, bound], nice=False), title=None, axis=zero),
        alt.Y("who:N", sort=order, title=None, axis=alt.Axis(labelLimit=330, grid=True, domain=False, ticks=False)),
        color=alt.condition("datum.share > 0", alt.value(COLOURS["vermilion"]), alt.value(COLOURS["blue"])),
        tooltip=tips,
    )  # fmt: skip
    size = bar.properties(width=width, height=22 * len(order))
    title = say("charts.why_some" if len(order) < total else "charts.why_title", n=len(order), all=total)
    heading = alt.Title(title, subtitle=say("charts.why_read"), **INNER, subtitleFontSize=14)
    header = alt.Header(title=None, labelFontSize=13 if width == COLUMN else 12, labelAngle=0, labelPadding=4)
    column = alt.Column("driver:N", sort=list(shares.columns), header=header)
    return size.facet(column=column, spacing=GAP, title=heading)


def _rate(result: Futures, table: pd.DataFrame) -> Any:
    counts = table.groupby([table["week"] // QUARTER * QUARTER, "road"]).size().rename("exits").reset_index()
    counts["exits"] /= result.made.runs
    counts["high"] = counts.groupby("week")["exits"].cumsum()
    counts = counts.assign(low=counts["high"] - counts["exits"], until=counts["week"] + QUARTER).round(3)
    chart = alt.Chart(counts, title=alt.Title(say("charts.rate_title"), **INNER)).mark_rect(
        stroke="white", strokeWidth=2
    )
    return chart.encode(
        week_axis(result.scenario.weeks),
        alt.X2("until:Q"),
        alt.Y("low:Q", title=None, scale=alt.Scale(zero=True)),
        alt.Y2("high:Q"),
        color=_road()["color"],
        tooltip=[tip("week", "Q"), tip("road"), tip("exits", "Q", ".2f")],
    ).properties(width=400, height=210)


def _thirds(result: Futures, table: pd.DataFrame) -> Any:
    counts = table.groupby(["third", "road"]).size().div(result.made.runs).round(3).rename("exits").reset_index()
    chart = alt.Chart(counts, title=alt.Title(say("charts.thirds_title"), **INNER)).mark_bar(height=34)
    return chart.encode(
        alt.X("exits:Q", title=None, axis=alt.Axis(grid=True)),
        _thirds_axis(),
        color=_road(legend=False)["color"],
        order=alt.Order("road:N"),
        tooltip=[tip("third"), tip("road"), tip("exits", "Q", ".2f")],
    ).properties(width=300, height=210)


def _said(table: pd.DataFrame) -> Any:
    """Draw how often each reason was given, and how often it weighed most."""
    own = table[table["own"]]
    if own.empty:
        return _nothing(say("charts.all_dismissed"))
    said = own["stated"].value_counts(normalize=True)
    weighed = own[list(DRIVERS)].rename(columns=_drivers()).idxmax(axis=1).value_counts(normalize=True)
    kinds = [say("charts.weighed"), say("charts.given")]
    data = pd.DataFrame(dict(zip(kinds, (weighed, said), strict=True)))
    data = data.reindex(list(_drivers().values())).fillna(0.0)
    data = data[data.max(axis=1) >= 0.01].sort_values(kinds[0], ascending=False)
    order = data.index.tolist()
    long = data.round(3).rename_axis("driver").reset_index().melt("driver", var_name="what", value_name="share")
    legend = alt.Legend(orient="top", title=None, symbolSize=130)
    y = alt.Y("driver:N", sort=order, title=None)
    percent = alt.Axis(format="%", grid=True, tickCount=5)
    x = alt.X("share:Q", axis=percent, scale=alt.Scale(domain=[0, 1]), title=say("charts.share_axis"))
    line = (
        alt.Chart(long)
        .mark_rule(strokeWidth=3, color="#B6BECB")
        .encode(alt.X("min(share):Q"), alt.X2("max(share):Q"), y)
    )
    colours = [COLOURS["blue"], COLOURS["orange"]]
    dots = (
        alt.Chart(long)
        .mark_point(size=150, opacity=1)
        .encode(
            x,
            y,
            color=alt.Color("what:N", scale=alt.Scale(domain=kinds, range=colours), legend=legend),
            shape=alt.Shape("what:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=legend),
            tooltip=[tip("driver"), tip("what"), tip("share", "Q", ".0%")],
        )
    )
    title = alt.Title(say("charts.said_title"), **INNER)
    return alt.layer(line, dots).properties(width=700, height=30 * len(order) + 10, title=title)
