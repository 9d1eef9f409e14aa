"""Who left, when, by which road, and why."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import INNER, ROAD_WORDS, THIRDS, Chart, needs, place_of, week_axis
from teamsim.people import Drivers
from teamsim.results import Futures, Run

__all__ = ["exits"]

MOST_DRIVERS, MOST_ROWS, QUARTER = 8, 24, 13
WORDS = list(ROAD_WORDS.values())
SHAPES_OF_ROADS = ["circle", "triangle-up", "square"]
DRIVERS = {f"drivers_{name}": driver.label for name, driver in Drivers.quantities().items()}


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
    table = result.exits.assign(road=result.exits["road"].map(ROAD_WORDS))
    title = f"{place_of(result)}: who left, and why"
    if table.empty:
        return alt.vconcat(_nothing("Nobody left."), title=title)
    if isinstance(result, Run):
        heading = alt.Title(title, subtitle=_count(table))
        return alt.vconcat(_when(result, table), _why(table), spacing=32, title=heading)
    mean = len(table) / result.made.runs
    words = f"{result.made.runs} futures of {result.scenario.weeks} weeks, {mean:.1f} departures each."
    top = alt.hconcat(_rate(result, table), _thirds(result, table), spacing=150, bounds="flush")
    apart = alt.Resolve(scale=alt.ScaleResolveMap(color="independent", shape="independent"))
    return alt.vconcat(top, _said(table), spacing=36, resolve=apart, title=alt.Title(title, subtitle=words))


def _nothing(words: str) -> Any:
    return (
        alt.Chart(alt.InlineData(values=[{}]))
        .mark_text(text=words, align="left", x=0, fontSize=16)
        .properties(height=40)
    )


def _count(table: pd.DataFrame) -> str:
    left = f"{len(table)} left" if len(table) > 1 else "One left"
    return f"{left}, {int(table['regretted'].sum())} of them high performers who went of their own accord."


def _road(*, legend: bool = True) -> dict[str, Any]:
    """Tell the roads apart by colour and shape."""
    key = alt.Legend(orient="top", title=None, symbolSize=130) if legend else None
    colours = [COLOURS[name] for name in ("vermilion", "purple", "grey")]
    return {
        "color": alt.Color("road:N", scale=alt.Scale(domain=WORDS, range=colours), legend=key),
        "shape": alt.Shape("road:N", scale=alt.Scale(domain=WORDS, range=SHAPES_OF_ROADS), legend=key),
    }


def _when(run: Run, table: pd.DataFrame) -> Any:
    data = table[["week", "third", "person", "road", "stated"]]
    tips = ["week:Q", "person:N", "road:N", alt.Tooltip("stated:N", title="reason given")]
    third = alt.Y("third:N", sort=list(THIRDS), title=None, scale=alt.Scale(domain=list(THIRDS)))
    chart = alt.Chart(data, title=alt.Title("When, and from where in the team", **INNER)).mark_point(
        size=130, opacity=0.9
    )
    return chart.encode(week_axis(run.scenario.weeks), third, **_road(), tooltip=tips).properties(width=800, height=110)


def _why(table: pd.DataFrame) -> Any:
    """Draw a row a departure, a column a driver, a bar from zero: to the right it drove the person away."""
    own = table[table["road"] != ROAD_WORDS["dismissed"]]
    if own.empty:
        return _nothing("All were dismissed.")
    total = len(own)
    own = own.sort_values(["regretted", "week"], ascending=[False, True]).head(MOST_ROWS).sort_values(["week", "seat"])
    weight = own[list(DRIVERS)].abs().mean().nlargest(MOST_DRIVERS)
    shares = own[[name for name in DRIVERS if name in weight.index]].rename(columns=DRIVERS)
    shares["Offer"], shares["Ties"] = own["offered"] + own["exhaustion"], own["ties"]
    star = own["regretted"].map({True: "* ", False: ""})
    who = star + own["person"].str.replace(" in seat ", ", seat ") + ", week " + own["week"].astype(str)
    said = who + own["stated"].map(lambda reason: f" – said: {reason}")
    order = said.tolist()
    data = shares.round(3).assign(who=said).melt("who", var_name="driver", value_name="share")
    bound = float(max(1.0, data["share"].abs().max()))
    zero = alt.Axis(values=[0], labels=False, ticks=False, grid=True, gridColor="#B6BECB", domain=False)
    bar = alt.Chart(data).mark_bar(height=11, cornerRadius=0).encode(
        alt.X("share:Q", scale=alt.Scale(domain=[-bound, bound], nice=False), title=None, axis=zero),
        alt.Y("who:N", sort=order, title=None, axis=alt.Axis(labelLimit=330, grid=True, domain=False, ticks=False)),
        color=alt.condition("datum.share > 0", alt.value(COLOURS["vermilion"]), alt.value(COLOURS["blue"])),
        tooltip=["who:N", "driver:N", alt.Tooltip("share:Q", format="+.2f", title="log-odds of leaving")],
    )  # fmt: skip
    size = bar.properties(width=66, height=22 * len(order))
    title = "What weighed in each departure"
    if len(order) < total:
        title += f" ({len(order)} of {total}, high performers first)"
    subtitle = (
        "Bars to the right drove the person away, to the left they held them (log-odds of leaving). * high performer."
    )
    header = alt.Header(title=None, labelFontSize=13, labelAngle=0, labelPadding=4)
    column = alt.Column("driver:N", sort=list(shares.columns), header=header)
    return size.facet(column=column, spacing=6, title=alt.Title(title, subtitle=subtitle, **INNER, subtitleFontSize=14))


def _rate(result: Futures, table: pd.DataFrame) -> Any:
    counts = table.groupby([table["week"] // QUARTER * QUARTER, "road"]).size().rename("exits").reset_index()
    counts["exits"] /= result.made.runs
    counts["high"] = counts.groupby("week")["exits"].cumsum()
    counts = counts.assign(low=counts["high"] - counts["exits"], until=counts["week"] + QUARTER).round(3)
    chart = alt.Chart(counts, title=alt.Title("When: departures a quarter, on average", **INNER)).mark_rect(
        stroke="white", strokeWidth=2
    )
    return chart.encode(
        week_axis(result.scenario.weeks),
        alt.X2("until:Q"),
        alt.Y("low:Q", title=None, scale=alt.Scale(zero=True)),
        alt.Y2("high:Q"),
        color=_road()["color"],
        tooltip=["week:Q", "road:N", alt.Tooltip("exits:Q", format=".2f")],
    ).properties(width=400, height=210)


def _thirds(result: Futures, table: pd.DataFrame) -> Any:
    counts = table.groupby(["third", "road"]).size().div(result.made.runs).round(3).rename("exits").reset_index()
    third = alt.Y("third:N", sort=list(THIRDS), title=None, scale=alt.Scale(domain=list(THIRDS)))
    chart = alt.Chart(
        counts, title=alt.Title("From where in the team: departures a future, on average", **INNER)
    ).mark_bar(height=34)
    return chart.encode(
        alt.X("exits:Q", title=None, axis=alt.Axis(grid=True)),
        third,
        color=_road(legend=False)["color"],
        order=alt.Order("road:N"),
        tooltip=["third:N", "road:N", alt.Tooltip("exits:Q", format=".2f")],
    ).properties(width=300, height=210)


def _said(table: pd.DataFrame) -> Any:
    """Draw how often each reason was given, and how often it weighed most."""
    own = table[table["road"] != ROAD_WORDS["dismissed"]]
    if own.empty:
        return _nothing("All were dismissed.")
    said = own["stated"].value_counts(normalize=True)
    weighed = own[list(DRIVERS)].rename(columns=DRIVERS).idxmax(axis=1).value_counts(normalize=True)
    data = pd.DataFrame({"weighed most": weighed, "given as the reason": said})
    data = data.reindex(list(DRIVERS.values())).fillna(0.0)
    data = data[data.max(axis=1) >= 0.01].sort_values("weighed most", ascending=False)
    order = data.index.tolist()
    long = data.round(3).rename_axis("driver").reset_index().melt("driver", var_name="what", value_name="share")
    kinds = ["weighed most", "given as the reason"]
    legend = alt.Legend(orient="top", title=None, symbolSize=130)
    y = alt.Y("driver:N", sort=order, title=None)
    percent = alt.Axis(format="%", grid=True, tickCount=5)
    x = alt.X("share:Q", axis=percent, scale=alt.Scale(domain=[0, 1]), title="share of voluntary departures")
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
            tooltip=["driver:N", "what:N", alt.Tooltip("share:Q", format=".0%")],
        )
    )
    title = alt.Title("What people say, and what weighed most", **INNER)
    return alt.layer(line, dots).properties(width=700, height=30 * len(order) + 10, title=title)
