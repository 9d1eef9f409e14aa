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
    group_of,
    groups_in,
    label_of,
    needs,
    people_in_words,
    place_of,
    thinned,
    tip,
    week_axis,
)
from teamsim.fields import InputError
from teamsim.people import Measures
from teamsim.results import GROUPS, QUANTILES, Futures, Run
from teamsim.words import label, say, template

__all__ = ["people", "weeks"]

MOST_LANES = 30
OVERLAP = 1.15  # of a week over the next, or seams are seen
INK = "#1B2438"
LEFT, HIRED, TALK = "M-.7,-.7L.7,.7M-.7,.7L.7,-.7", "M0,-.8L0,.8M-.8,0L.8,0", "M0,-.7L0,.7"


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
        title, subtitle = say("charts.one_history", place=place_of(result)), [say("charts.one_line")]
    else:
        title = say("charts.many_futures", place=place_of(result), n=result.made.runs)
        subtitle = [say("charts.read_bands")]
    if parts != ["organisation"] and len(parts) == 1:
        which = "third" if parts[0] in GROUPS else "team"
        subtitle.append(say(f"charts.of_{which}", group=group_of(parts[0])))
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
    table, named = groups_in(thinned(table, horizon, ["group"])), [group_of(group) for group in groups]
    scale = alt.Scale(domain=domain_of(measure, table[levels], result.scenario.seats), nice=False)
    x, several = week_axis(horizon), len(groups) > 1
    colour: Any = colour_of("group", named) if several else alt.ColorValue(COLOURS["blue"])

    def height(level: str) -> alt.Y:
        return alt.Y(f"{level}:Q", scale=scale, title=None, axis=alt.Axis(tickCount=4))

    layers = []
    tips = [tip("median", "Q", ".2f", label(Measures, measure))]
    if len(levels) > 1:
        tips = [tip(level, "Q", ".2f") for level in reversed(QUANTILES)]
        for low, high, opacity in (("q10", "q90", 0.14), ("q25", "q75", 0.26)):
            band = alt.Chart().mark_area(opacity=opacity, clip=True)
            layers.append(band.encode(x, height(low), alt.Y2(high), color=colour))
    dash: dict[str, Any] = {"strokeDash": dash_of("group", named)} if several else {}
    layers.append(alt.Chart().mark_line(clip=True).encode(x, height("median"), color=colour, **dash))
    tips = [tip("week", "Q"), tip("group"), *tips]
    layers.append(alt.Chart().mark_point(opacity=0, size=240).encode(x, height("median"), tooltip=tips))
    return alt.layer(*layers, data=table, **look)


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
    colour = colour.title(say("charts.engagement_legend")).legend(
        orient="top", direction="horizontal", gradientLength=180, values=[0, 0.5, 1]
    )
    axis = week_axis(run.scenario.weeks)
    who = [tip("who", title=say("charts.person"))] if by_person else [tip("people", "Q", ".0f")]
    heat = alt.Chart(cells).mark_rect(cornerRadius=0).encode(
        axis, alt.X2("until:Q"), lane, colour,
        tooltip=[tip("week", "Q"), *who, tip("engagement", "Q", ".2f")],
    )  # fmt: skip
    kinds = {"left": LEFT, "dismissed": "square", "hired": HIRED, "talk": TALK}
    there = [kind for kind in kinds if (marks["event"] == kind).any()] or ["left"]
    said = template("charts.events")
    marks = marks.assign(event=marks["event"].map(said))
    scale = alt.Scale(domain=[said[kind] for kind in there], range=[kinds[kind] for kind in there])
    shape = alt.Shape("event:N", scale=scale, title=None)
    symbol: dict[str, Any] = {
        "symbolSize": 120,
        "symbolStrokeWidth": 2.5,
        "symbolStrokeColor": INK,
        "symbolFillColor": "#ffffff00",
    }
    shape = shape.legend(orient="top", **symbol)
    talk = alt.datum.event == said["talk"]
    size, width = alt.when(talk).then(alt.value(26)), alt.when(talk).then(alt.value(1.5))
    drawn = alt.Chart(marks).mark_point(filled=False, color=INK, opacity=1).encode(
        week_axis(run.scenario.weeks), lane, shape,
        size=size.otherwise(alt.value(150)), strokeWidth=width.otherwise(alt.value(3)),
        tooltip=[tip("week", "Q"), tip("who", title=say("charts.person")), tip("what", title=say("charts.event"))],
    )  # fmt: skip
    lanes = say("charts.lane_seat" if by_person else "charts.lane_team")
    if not by_person and len(run.scenario.teams) > len(order):
        lanes += " " + say("charts.lanes_lowest", n=len(order), all=len(run.scenario.teams))
    title = alt.Title(say("charts.people_title", place=place_of(run)), subtitle=lanes)
    return alt.layer(heat, drawn, width=860, height=height * len(order), title=title)


def _lanes_of_people(run: Run) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    table = run.people
    first = table.drop_duplicates("seat").sort_values("seat")
    several = len(run.scenario.teams) > 1
    names = first["person"] + (" · " + first["team"] if several else "")
    lane = dict(zip(first["seat"], names, strict=True))
    step = max(1, -(-run.scenario.weeks // (4800 // max(1, len(lane)))))
    cells = table.loc[table["week"] % step == 0, ["week", "seat", "person", "engagement"]]
    cells = cells.assign(
        lane=cells["seat"].map(lane), who=people_in_words(cells["person"]), until=cells["week"] + step * OVERLAP
    )
    cells = cells.drop(columns=["seat", "person"]).round(3)
    return cells, _marks(run, run.events["seat"].map(lane)), list(lane.values())


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
    said, ways = template("charts.events"), template("charts.ways")
    words = [ways[road] if road else said[event] for road, event in pairs]
    week = events["week"] + (events["event"] == "left")
    who = people_in_words(events["person"])
    return pd.DataFrame({"week": week, "lane": events["lane"], "who": who, "event": kind, "what": words})
