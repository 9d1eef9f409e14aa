"""The pictures of the manager lab: a measure over the weeks, or departures by kind, fed by many futures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import altair as alt
import numpy as np
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import MOST_POINTS, domain_of, week_axis
from teamsim.people import Measures
from teamsim.results import GROUPS, QUANTILES
from teamsim.scenario import Goal, Scenario
from teamsim.statistics.levels import median, quantiles
from teamsim.statistics.weeks import running_means, running_sums
from teamsim.words import label, say, unit
from teamsim.world import Records

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Columns: TypeAlias = dict[str, Any]

EXITS = "exits"
"""The picture of departures by kind, beside those of single measures."""
ROADS = {"left_for_offer": "offer", "left_exhausted": "exhausted", "dismissed": "dismissed"}
WISHED = ("engagement", "output", EXITS, "strain")
INK = "#1B2438"
PINS = (("#B34700", [9, 5]), ("#00785A", [3, 4]), ("#8A4A78", [12, 4, 3, 4]))
"""The colour and the dash of each pinned style; the page's own style sheet has the same."""
HEIGHT, HEADING = 150, 20
PADDING = {"left": 2, "right": 10, "top": 4, "bottom": 2}
LINE = 0.1
"""The height of a line of text, as a share of the axis."""
SMOOTHED, SMOOTH = {"talks"}, 13
"""Units of what comes now and then, and by the mean of how many weeks it is drawn: by the week it would be a comb."""
GAP = 0.16
"""Between the parts of a picture of several parts, as a share of the horizon."""


def allowed(view: str, asked: Sequence[str] = ()) -> list[str]:
    """Return the measures that a view may show: what a leader would see and what is asked for, or all of the model."""
    return [name for name, kind in Measures.quantities().items() if kind.seen or view == "model" or name in asked]


def asked_for(goal: Goal | None) -> tuple[str, ...]:
    """Return the measures of the whole organisation that a goal names: who is asked for something has to see it.

    Examples
    --------
    >>> asked_for(Scenario.load("under-pressure").goal)
    ('output', 'strain')
    """
    aims = goal.aims if goal else ()
    return tuple(dict.fromkeys(aim.measure for aim in aims if aim.measure and aim.group == GROUPS[0]))


def first_shown(scenario: Scenario, view: str) -> list[str]:
    """Return the four pictures to begin with: what the goal asks for, then what is wished for."""
    asked = asked_for(scenario.goal)
    wished = standing_in([name for name in WISHED if name not in asked], view)
    return list(dict.fromkeys([*asked, *wished]))[: len(WISHED)]


def standing_in(wished: Sequence[str], view: str, *, fill: bool = True) -> list[str]:
    """Replace what a view may not show: by a measure of the same group, else (with `fill`) by any not shown yet.

    Examples
    --------
    >>> standing_in(["engagement", "strain"], "leader", fill=False)
    ['survey']
    """
    known, open_ones = Measures.quantities(), allowed(view)
    found: list[str] = []
    for name in wished:
        if name == EXITS or name in open_ones:
            found.append(name)
            continue
        free = [other for other in open_ones if other not in found and other not in wished and other not in ROADS]
        same = [other for other in free if known[other].group == known[name].group]
        found += (same or (free if fill else []))[:1]
    return found


def caption(measure: str) -> str:
    """Say what is drawn and in which unit."""
    if measure == EXITS:
        return say("manager.exits")
    kind = Measures.quantities()[measure]
    name, what = label(Measures, measure), say("manager.level") if kind.unit == "level" else unit(kind.unit)
    if kind.unit in SMOOTHED:
        return f"{name} ({say('manager.smoothed', weeks=SMOOTH)})"
    return name if name.lower() == what.lower() else f"{name} ({what})"


def series(rows: Records, measure: str) -> dict[str, Numbers]:
    """Return what a picture is drawn of: ``[run, week]`` of the whole organisation, by the name of its part."""
    whole = rows[:, :, 0]
    if measure == EXITS:
        return {road: running_sums(whole[road].T).T for road in ROADS}
    if Measures.quantities()[measure].unit not in SMOOTHED:
        return {measure: whole[measure]}
    return {measure: running_means(whole[measure].T, SMOOTH).T}


class Picture:
    """What one chart shows, and the tables that it is fed with.

    Parameters
    ----------
    measure : str
        A measure, or ``"exits"``.
    weeks, seats : int
        Of the scenario.

    Notes
    -----
    The vertical axis spans the table ``frame``; it grows when something would not fit and never shrinks, so that it
    stands still while a lever is dragged.
    """

    def __init__(self, measure: str, weeks: int, seats: int) -> None:
        self.measure, self.weeks, self.seats = measure, weeks, seats
        self.parts = tuple(ROADS) if measure == EXITS else (measure,)
        self.kept = np.arange(0, weeks, -(-weeks // MOST_POINTS))
        self.frame: list[float] = []

    def fit(self, rows: Iterable[Records]) -> None:
        """Make the frame large enough for these histories."""
        for some in rows:
            for values in series(some, self.measure).values():
                self._stretch(quantiles(values, [QUANTILES["q10"], QUANTILES["q90"]]))

    def tables(self, rows: Records, pins: Mapping[str, Mapping[str, Numbers]]) -> dict[str, Columns]:
        """Return the data of the chart: bands and the history that happened, and the medians of pinned styles."""
        by_part = {part: values[:, self.kept] for part, values in series(rows, self.measure).items()}
        levels = {part: quantiles(values, list(QUANTILES.values())) for part, values in by_part.items()}
        drawn = [values[0] for values in by_part.values()] + [level[[0, -1]].ravel() for level in levels.values()]
        lines = {(name, part): kept[part][self.kept] for name, kept in pins.items() for part in self.parts}
        self._stretch(np.concatenate([*drawn, *lines.values()]))

        whole = np.concatenate(list(levels.values()), axis=1)
        futures = {
            "x": np.concatenate([self._across(part) for part in self.parts]),
            "part": np.repeat(self.parts, len(self.kept)),
            **{name: self._rounded(column) for name, column in zip(QUANTILES, whole, strict=True)},
            "happened": self._rounded(np.concatenate([values[0] for values in by_part.values()])),
        }
        places = {name: str(place) for place, name in enumerate(pins)}
        none = np.empty(0)
        pinned = {
            "x": np.concatenate([none, *(self._across(part) for _, part in lines)]),
            "y": self._rounded(np.concatenate([none, *lines.values()])),
            "style": np.repeat([places[name] for name, _ in lines], len(self.kept)),
            "line": np.repeat([f"{part} {places[name]}" for name, part in lines], len(self.kept)),
        }
        roomy = self.parts[1:] or self.parts  # a name ends where its line does: left of the first part is the axis
        named = max(roomy, key=lambda part: max((lines[name, part][-1] for name in pins), default=0.0))
        middle = levels[named][2, -1]
        ends = {
            "x": np.repeat(self._across(named)[-1], len(pins)),
            "y": self._rounded(self._beside([lines[name, named][-1] for name in pins], middle)),
            "style": list(places.values()),
            "name": list(pins),
        }
        return {"futures": futures, "pins": pinned, "ends": ends, "frame": {"x": [0, 0], "y": list(self.frame)}}

    def chart(self) -> dict[str, Any]:
        """Return the chart, without data."""
        headings = tuple(say(f"manager.{ROADS[part]}") for part in self.parts) if len(self.parts) > 1 else ()
        week, mark = say("manager.week"), say("manager.decimal_mark")
        spec = _drawn(self.weeks, self._pitch, headings, week, mark, alt.theme.active)
        return {**spec, "description": caption(self.measure)}

    @property
    def _pitch(self) -> int:
        """From the start of one part to the start of the next."""
        return self.weeks + round(self.weeks * GAP)

    def _across(self, part: str) -> Numbers:
        return np.asarray(self.kept + self.parts.index(part) * self._pitch, dtype=float)

    def _stretch(self, values: Numbers) -> None:
        low, high = float(values.min()), float(values.max())
        if self.frame and self.frame[0] <= low and high <= self.frame[1]:
            return
        every = pd.Series([low, high, *self.frame])
        wanted = domain_of(self.parts[0], every, self.seats)
        self.frame = [min(wanted[0], float(every.min())), max(wanted[1], float(every.max()))]

    def _rounded(self, column: Numbers) -> Numbers:
        """Round to about four significant digits of what is drawn: nobody sees more, and it has to travel."""
        reach = max(map(abs, self.frame)) or 1.0
        return np.round(column, 3 - math.floor(math.log10(reach)))

    def _beside(self, heights: Sequence[float], middle: float) -> Numbers:
        """Put names above their lines, or below those that end below the median, and none on another."""
        line = (self.frame[1] - self.frame[0]) * LINE
        moved = np.array(heights, dtype=float)
        taken: list[float] = []
        for place in np.argsort(moved)[::-1]:
            low = moved[place] < middle and moved[place] - line > self.frame[0]
            at = moved[place] - line if low else moved[place] + line
            while any(abs(at - other) < line for other in taken):
                at += line / 4 * (-1 if low else 1)
            moved[place] = at
            taken.append(at)
        return moved


def medians(rows: Records) -> dict[str, Numbers]:
    """Return the median futures of every measure and of departures by kind: what is kept of a pinned style."""
    shown = [name for name in Measures.quantities() if name not in ROADS]
    found = {name: median(series(rows, name)[name]) for name in shown}
    return found | {road: median(values) for road, values in series(rows, EXITS).items()}


@cache
def _drawn(weeks: int, pitch: int, headings: tuple[str, ...], week: str, mark: str, _theme: str) -> dict[str, Any]:
    """Build a chart once for all measures: Altair takes its time.

    Parameters
    ----------
    weeks, pitch : int
        The horizon, and how far apart the parts of a picture start.
    headings : tuple of str
        Of the parts; none where there is only one.
    week, mark : str
        The word for a week, and the decimal mark.
    """
    parts = max(1, len(headings))
    upright = alt.Axis(tickCount=4, labelExpr=f"replace(datum.label, '.', '{mark}')")
    span = pitch * (parts - 1) + weeks
    # made beforehand: Altair's setters lose their object when others run among their arguments
    across = _week_axis(weeks, pitch, parts, week)
    x = alt.X("x:Q").scale(domain=[0, span], nice=False).axis(across).title(None)

    def height(level: str) -> alt.Y:
        return alt.Y(f"{level}:Q", scale=alt.Scale(zero=False, nice=False), title=None, axis=upright)

    blue, places = COLOURS["blue"], [str(place) for place in range(len(PINS))]
    base = alt.Chart(alt.NamedData("futures")).encode(x, detail="part:N")
    tone = alt.Scale(domain=places, range=[colour for colour, _ in PINS])
    dashes = alt.Scale(domain=places, range=[dash for _, dash in PINS])
    colour = alt.Color("style:N", scale=tone, legend=None)
    dash = alt.StrokeDash("style:N", scale=dashes, legend=None)
    pinned = alt.Chart(alt.NamedData("pins")).mark_line(strokeWidth=2.5)
    name_of_line: Any = {"align": "right", "baseline": "middle", "fontWeight": 600}
    named = alt.Chart(alt.NamedData("ends")).mark_text(**name_of_line)
    halo = named.mark_text(**name_of_line, stroke="white", strokeWidth=4, strokeJoin="round")
    layers: list[Any] = [
        alt.Chart(alt.NamedData("frame")).mark_point(opacity=0).encode(x, height("y")),
        base.mark_area(opacity=0.15, color=blue).encode(height("q10"), alt.Y2("q90")),
        base.mark_area(opacity=0.27, color=blue).encode(height("q25"), alt.Y2("q75")),
        pinned.encode(x, height("y"), colour, dash, detail="line:N"),
        base.mark_line(color=blue, strokeWidth=3).encode(height("median")),
        base.mark_line(color=INK, strokeWidth=1.4).encode(height("happened")),
        halo.encode(x, height("y"), text="name:N"),
        named.encode(x, height("y"), colour, text="name:N"),
    ]
    if headings:
        rows = [{"x": number * pitch, "name": name} for number, name in enumerate(headings)]
        words = alt.Chart(alt.InlineData(values=rows)).mark_text(align="left", baseline="bottom", fontWeight=600)
        layers.append(words.encode(x, y=alt.value(-5), text="name:N"))
    chart = alt.layer(*layers, width="container", height=HEIGHT - (HEADING if headings else 0), padding=PADDING)
    spec: dict[str, Any] = chart.to_dict(validate=False)  # a test holds it valid
    return spec


def _week_axis(weeks: int, pitch: int, parts: int, week: str) -> alt.Axis:
    """Count the weeks anew in every part."""
    usual: Any = week_axis(weeks).to_dict()
    ticks = usual["axis"]["values"]
    if parts > 1:  # a part of the width has room for two labels
        ticks = [ticks[0], ticks[len(ticks) // 2]]
    values = [number * pitch + tick for number in range(parts) for tick in ticks]
    return alt.Axis(values=values, labelExpr=f"datum.value ? datum.value % {pitch} : '{week} 0'", labelFlush=True)
