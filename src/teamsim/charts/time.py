"""What happens week by week: measures as lines or bands, and the life lines of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import (
    INNER,
    MOST_POINTS,
    Chart,
    chosen,
    chosen_measures,
    colour_of,
    dash_of,
    domain_of,
    label_of,
    needs,
    place_of,
    thinned,
    week_axis,
)
from teamsim.fields import InputError
from teamsim.results import GROUPS, QUANTILES, Futures, Run

__all__ = ["people", "weeks"]

MOST_LANES = 30
OVERLAP = 1.15  # of a week over the next, or seams are seen
INK = "#1B2438"
LEFT, HIRED, TALK = "M-.7,-.7L.7,.7M-.7,.7L.7,-.7", "M0,-.8L0,.8M-.8,0L.8,0", "M0,-.7L0,.7"
READ_BANDS = "Line: the median. Dark band: the middle half of the futures. Light band: eight in ten of them."


def weeks(
    result: Run | Futures,
    measures: str | Iterable[str] = ("engagement", "output", "strain", "trust"),
    groups: str | Iterable[str] = ("organisation",),
) -> Chart:
    """Draw measures week by week: of a run as lines, of futures as a median with its bands.

    Parameters
    ----------
    result : Run or Futures
        What to draw.
    measures : str or sequence of str
        Columns of ``Run.weeks``; a small chart for each.
    groups : str or sequence of str
        ``"organisation"``, ``"bottom third"``, ``"middle third"``, ``"top third"``; of a run also a team's name.

    Returns
    -------
    altair.LayerChart or altair.ConcatChart
        One measure gives a layered chart, which may be given ``width="container"``; more give small charts.

    Raises
    ------
    InputError
        If a measure or group is not known, or is not measured together.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "developer")
    >>> len(ts.charts.weeks(run, measures=["engagement", "strain"], groups=["top third", "bottom third"]).concat)
    2
    >>> ts.charts.weeks(run, measures="engagment")
    Traceback (most recent call last):
    teamsim.fields.InputError: measure 'engagment' is not known; did you mean 'engagement'? Known: ...
    """
    needs(result, Run, Futures)
    wanted = chosen_measures(measures)
    teams = [team.name for team in result.scenario.teams] if isinstance(result, Run) else []
    parts = chosen(groups, [*GROUPS, *teams], "group")
    if isinstance(result, Run):
        title, subtitle = f"{place_of(result)}: one history", ["One line of luck out of many."]
    else:
        title, subtitle = f"{place_of(result)}: {result.made.runs} futures", [READ_BANDS]
    if parts != ["organisation"] and len(parts) == 1:
        subtitle.append(f"Of the {parts[0]}." if parts[0] in GROUPS else f"Of the team {parts[0]}.")
    if len(wanted) == 1:
        heading = alt.Title(f"{label_of(wanted[0])} · {title}", subtitle=subtitle)
        only: Chart = _panel(result, wanted[0], parts, title=heading, width=880, height=320)
        return only
    panels = [
        _panel(result, measure, parts, title=alt.Title(label_of(measure), **INNER), width=420, height=210)
        for measure in wanted
    ]
    shared = alt.Resolve(scale=alt.ScaleResolveMap(color="shared", strokeDash="shared"))
    heading = alt.Title(title, subtitle=subtitle)
    gaps = {"row": 104, "column": 64}
    return alt.concat(*panels, columns=2, spacing=gaps, bounds="flush", resolve=shared, title=heading)


def _panel(result: Run | Futures, measure: str, groups: Sequence[str], **look: Any) -> Any:
    horizon = result.scenario.weeks
    table = result.weeks if isinstance(result, Run) else result.weeks_of(measure)
    table = table[table["group"].isin(groups)]
    if isinstance(result, Run):
        table = table[["week", "group"]].assign(median=table[measure]).dropna()
        levels = ["median"]
    else:
        levels = list(QUANTILES)
        table = table[["week", "group", *levels]]
    for group in groups:
        if not (table["group"] == group).any():
            raise InputError(f"measure {measure!r} is of whole teams; it is not measured of the {group}")
    table = thinned(table, horizon, ["group"])
    scale = alt.Scale(domain=domain_of(measure, table[levels], result.scenario.seats), nice=False)
    x, several = week_axis(horizon), len(groups) > 1
    colour: Any = colour_of("group", groups) if several else alt.ColorValue(COLOURS["blue"])

    def height(level: str) -> alt.Y:
        return alt.Y(f"{level}:Q", scale=scale, title=None, axis=alt.Axis(tickCount=4))

    layers = []
    tips = [alt.Tooltip("median:Q", format=".2f", title=measure)]
    if len(levels) > 1:
        tips = [alt.Tooltip(f"{level}:Q", format=".2f", title=words) for level, words in _LEVELS.items()]
        for low, high, opacity in (("q10", "q90", 0.14), ("q25", "q75", 0.26)):
            band = alt.Chart().mark_area(opacity=opacity, clip=True)
            layers.append(band.encode(x, height(low), alt.Y2(high), color=colour))
    dash: dict[str, Any] = {"strokeDash": dash_of("group", groups)} if several else {}
    layers.append(alt.Chart().mark_line(clip=True).encode(x, height("median"), color=colour, **dash))
    tips = [alt.Tooltip("week:Q"), alt.Tooltip("group:N"), *tips]
    layers.append(alt.Chart().mark_point(opacity=0, size=240).encode(x, height("median"), tooltip=tips))
    return alt.layer(*layers, data=table, **look)


_LEVELS = {
    "q90": "one in ten lies above",
    "q75": "one in four lies above",
    "median": "median",
    "q25": "one in four lies below",
    "q10": "one in ten lies below",
}


def people(run: Run) -> Chart:
    """Draw life lines: a lane for everybody, coloured by engagement, with talks, departures and hires.

    Parameters
    ----------
    run : Run
        What to draw. A lane is a seat: who is hired for somebody goes on in the same lane. Above 30 seats a lane is
        a team; above 30 teams the 30 with the lowest engagement are drawn.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If it is not a run.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "hands-off")
    >>> ts.charts.people(run).title.text
    'Managing stars: the people'
    """
    needs(run, Run)
    by_person = run.scenario.seats <= MOST_LANES
    cells, marks, order = _lanes_of_people(run) if by_person else _lanes_of_teams(run)
    height = max(18, min(34, 560 // max(1, len(order))))
    lane = alt.Y("lane:N").sort(order).title(None).axis(labelLimit=220, grid=False, ticks=False, domain=False)
    lane = lane.scale(paddingInner=0.3)
    colour = alt.Color("engagement:Q").scale(scheme="blueorange", domain=[0, 1], reverse=True)
    colour = colour.title("engagement, 0 to 1").legend(
        orient="top", direction="horizontal", gradientLength=180, values=[0, 0.5, 1]
    )
    axis = week_axis(run.scenario.weeks)
    who = [alt.Tooltip("who:N")] if by_person else [alt.Tooltip("people:Q", format=".0f")]
    heat = alt.Chart(cells).mark_rect(cornerRadius=0).encode(
        axis, alt.X2("until:Q"), lane, colour,
        tooltip=[alt.Tooltip("week:Q"), *who, alt.Tooltip("engagement:Q", format=".2f")],
    )  # fmt: skip
    kinds = {"left": LEFT, "dismissed": "square", "hired": HIRED, "talk": TALK}
    there = [kind for kind in kinds if (marks["event"] == kind).any()] or ["left"]
    shape = alt.Shape("event:N").scale(domain=there, range=[kinds[kind] for kind in there]).title(None)
    symbol: dict[str, Any] = {
        "symbolSize": 120,
        "symbolStrokeWidth": 2.5,
        "symbolStrokeColor": INK,
        "symbolFillColor": "#ffffff00",
    }
    shape = shape.legend(orient="top", **symbol)
    talk = alt.datum.event == "talk"
    size, width = alt.when(talk).then(alt.value(26)), alt.when(talk).then(alt.value(1.5))
    drawn = alt.Chart(marks).mark_point(filled=False, color=INK, opacity=1).encode(
        week_axis(run.scenario.weeks), lane, shape,
        size=size.otherwise(alt.value(150)), strokeWidth=width.otherwise(alt.value(3)),
        tooltip=[alt.Tooltip("week:Q"), alt.Tooltip("who:N"), alt.Tooltip("what:N")],
    )  # fmt: skip
    lanes = "A lane is a seat; who is hired goes on in it." if by_person else "A lane is a team, its colour the mean."
    if not by_person and len(run.scenario.teams) > len(order):
        lanes += f" Drawn are the {len(order)} of {len(run.scenario.teams)} with the lowest engagement."
    title = alt.Title(f"{place_of(run)}: the people", subtitle=lanes)
    return alt.layer(heat, drawn, width=860, height=height * len(order), title=title)


def _lanes_of_people(run: Run) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    table = run.people
    first = table.drop_duplicates("seat").sort_values("seat")
    several = len(run.scenario.teams) > 1
    names = first["person"] + (" · " + first["team"] if several else "")
    lane = dict(zip(first["seat"], names, strict=True))
    step = max(1, -(-run.scenario.weeks // (4800 // max(1, len(lane)))))
    cells = table.loc[table["week"] % step == 0, ["week", "seat", "person", "engagement"]]
    cells = cells.rename(columns={"person": "who"}).assign(
        lane=cells["seat"].map(lane), until=cells["week"] + step * OVERLAP
    )
    return cells.drop(columns="seat").round(3), _marks(run, run.events["seat"].map(lane)), list(lane.values())


def _lanes_of_teams(run: Run) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    table = run.weeks[~run.weeks["group"].isin(GROUPS)]
    low = table.groupby("group", sort=False)["engagement"].mean().nsmallest(MOST_LANES).index
    order = [team for team in table["group"].unique() if team in low]
    cells = table.loc[table["group"].isin(order) & (table["people"] > 0), ["week", "group", "engagement", "people"]]
    cells = thinned(cells.rename(columns={"group": "lane"}), run.scenario.weeks, ["lane"])
    cells["until"] = cells["week"] + -(-run.scenario.weeks // MOST_POINTS) * OVERLAP
    marks = _marks(run, run.events["team"])
    return cells, marks[marks["lane"].isin(order) & marks["event"].isin(["left", "dismissed"])], order


def _marks(run: Run, lane: pd.Series[str]) -> pd.DataFrame:
    events = run.events.assign(lane=lane)
    events = events[events["event"].isin(["hired", "talk", "left"])]
    roads = run.exits.set_index(["week", "seat"])["road"].to_dict()
    what = [roads.get(key, "") for key in zip(events["week"], events["seat"], strict=True)]
    pairs = list(zip(what, events["event"], strict=True))
    kind = ["dismissed" if road == "dismissed" else event for road, event in pairs]
    words = [f"left: {road}" if road else event for road, event in pairs]
    week = events["week"] + (events["event"] == "left")
    return pd.DataFrame({"week": week, "lane": events["lane"], "who": events["person"], "event": kind, "what": words})
