"""What a workshop comes to, worked out beforehand: for the facilitator's guide, and for a class that plays on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from teamsim.evidence.styles import alone, search
from teamsim.lab.expectation import Question
from teamsim.lab.readout import preset_name
from teamsim.people import Drivers
from teamsim.results import Futures
from teamsim.scenario import Goal
from teamsim.statistics.levels import median, quantiles
from teamsim.style import Regime, Style, declaring
from teamsim.words import label, say
from teamsim.workshop.course import Course, Entries
from teamsim.workshop.definition import Ask, Workshop

__all__ = ["BESIDE", "Line", "Worked", "beside"]

BESIDE = ("hands-off", "demanding", "developer")
"""Ready-made styles beside which a class's own is seen."""
DRAWN, TRIED, RUNS = 128, 40, 200
SEED, OTHER_SEED = 1, 2
QUARTER = 0, 13


def beside(workshop: Workshop, number: int) -> dict[str, Style]:
    """Return what a way of leading is seen beside: ready-made styles, or a house that turns one lever alone.

    Examples
    --------
    >>> list(beside(Workshop.load("managing-stars"), 1))
    ['Hands-off', 'Demanding', 'Developer']
    """
    start, levers = workshop.start(number), workshop.goal.levers
    if isinstance(start, Regime):
        known = Regime.quantities()
        return {label(declaring(one), one): start.replace(**{one: known[one].high}) for one in levers}
    presets = {preset_name(name): Style.preset(name) for name in BESIDE}
    return {name: start.replace(**{one: getattr(style, one) for one in levers}) for name, style in presets.items()}


@dataclass(frozen=True)
class Line:
    """What is asked in a round, and what came of it under one way of leading.

    Attributes
    ----------
    first : float
        The median future in the first quarter of a year.
    low, middle, high : float
        To how much or less a tenth, half and nine tenths of the futures come in the last quarter, or in all.
    up, down : float
        In what share of the futures it rises, or falls, as the prediction counts it; nan where a number is asked for.
    """

    measure: str
    group: str
    first: float
    low: float
    middle: float
    high: float
    up: float
    down: float


@dataclass(frozen=True)
class Told:
    """What is told of some futures: what was asked, who left, and in what share the goal is reached."""

    lines: tuple[Line, ...]
    exits: pd.DataFrame
    reaches: float | None
    aims: tuple[tuple[float, float, float], ...] = ()
    """By aim: the median future in the first quarter and when it is looked at, and how often it is met."""


class Worked:
    """Everything that a guide says a workshop comes to.

    Parameters
    ----------
    workshop : Workshop
        Which.
    drawn, tried, runs : int
        How many styles are drawn, in how many futures each is tried, and in how many a way of leading is shown.

    Examples
    --------
    >>> worked = Worked(Workshop.load("under-pressure"), drawn=4, tried=4, runs=8)
    >>> 0 <= worked.reaches({}) <= 1
    True
    """

    def __init__(self, workshop: Workshop, drawn: int = DRAWN, tried: int = TRIED, runs: int = RUNS) -> None:
        self.workshop, self.drawn, self.tried, self.runs = workshop, drawn, tried, runs
        self._courses = {seed: Course(workshop, seed) for seed in (SEED, OTHER_SEED)}
        self._told: dict[tuple[str, int, int], Told] = {}

    @cached_property
    def searched(self) -> pd.DataFrame:
        """Styles drawn evenly from all there are, each held from the first week to the last."""
        return search(self.workshop.scenario, count=self.drawn, runs=self.tried, seed=SEED)

    @cached_property
    def alone(self) -> pd.DataFrame:
        """Every lever by itself, all else as it is found: a row a lever."""
        found = alone(self.workshop.scenario, runs=self.runs // 2, seed=SEED)
        return found.groupby("lever", sort=False)[["share", "reaches"]].max()

    @cached_property
    def best(self) -> dict[str, float]:
        """The levers of the best of the drawn styles that can be afforded; of several, of who is furthest clear."""
        affordable = self.searched[self.searched["affordable"]]
        ranked = affordable.sort_values(["share", "clear"], ascending=False, kind="stable")
        return {name: float(ranked[name].iloc[0]) for name in self.workshop.goal.levers}

    @property
    def judged(self) -> int:
        """The first round at whose end the goal can be held against what came."""
        return next(n for n in range(len(self.workshop.rounds)) if self.workshop.judged(n))

    @property
    def ways(self) -> dict[str, dict[str, float]]:
        """Ways of leading by name: as it is found, ready-made ones, and the best that was drawn."""
        levers = self.workshop.goal.levers
        made = beside(self.workshop, self.judged)
        middle = {name: {one: getattr(style, one) for one in levers} for name, style in made.items()}
        return {say("workshop.as_found"): {}, **middle, say("workshop.best_drawn"): self.best}

    def lived(self, way: Mapping[str, float], number: int, seed: int = SEED) -> Futures:
        """Return the futures of a way that is held from the first round on, up to the end of a round."""
        return self._courses[seed].futures(self._entries(way), number, self.runs)

    def told(self, way: Mapping[str, float], number: int, seed: int = SEED) -> Told:
        """Return what is told of these futures; they themselves are large, and not kept."""
        key = str(sorted(way.items())), number, seed
        if key not in self._told:
            lived, judged = self.lived(way, number, seed), self.workshop.judged(number)
            lines = tuple(_line(lived, ask) for ask in self.workshop.rounds[number].predict)
            share = float(lived.reaches(self.workshop.goal)) if judged else None
            self._told[key] = Told(lines, lived.exits, share, _parts(lived, self.workshop.goal) if judged else ())
        return self._told[key]

    def reaches(self, way: Mapping[str, float], seed: int = SEED) -> float:
        """Return in what share of the futures a way reaches the goal, when it is looked at first."""
        share = self.told(way, self.judged, seed).reaches
        assert share is not None
        return share

    def gone(self, way: Mapping[str, float]) -> dict[str, float]:
        """Return in what share of the futures each of those whom the goal names is gone when it is looked at."""
        names = [name for aim in self.workshop.goal.aims for name in aim.stay]
        exits = self.told(way, self.judged).exits
        return {name: float(exits.loc[exits["person"] == name, "run"].nunique()) / self.runs for name in names}

    def leaving(self, way: Mapping[str, float]) -> tuple[float, float, float]:
        """Return how many follow an offer in a future, and what share of them name pay, or were most moved by it."""
        exits = self.told(way, self.judged).exits
        went = exits[exits["road"] == "offer"]
        if not len(went):
            return 0.0, float("nan"), float("nan")
        weights = went[[f"drivers_{name}" for name in Drivers.model_fields]]
        named = (went["stated"] == Drivers.quantities()["pay"].label).mean()
        return len(went) / self.runs, float(named), float((weights.idxmax(axis=1) == "drivers_pay").mean())

    def heads(self, way: Mapping[str, float], runs: int = 50) -> dict[str, dict[str, float]]:
        """Return who leads each team that somebody of the cast leads, at the end, in what share of the futures."""
        lived, found = self.lived(way, self.judged), dict[str, dict[str, float]]()
        for run in range(runs):
            last = lived.open(run)._leaders[-1]
            for team, name in zip(lived.scenario.teams, last, strict=True):
                if team.led_by:
                    who = name if name in lived.scenario.people else say("workshop.from_outside")
                    shares = found.setdefault(team.name, {})
                    shares[who] = shares.get(who, 0.0) + 1 / runs
        return found

    def _entries(self, way: Mapping[str, float]) -> Entries:
        if not way:
            return {}
        return {
            n: {"decide": {"levers": {one: way[one] for one in self.workshop.levers(n) if one in way}}}
            for n in range(len(self.workshop.rounds))
        }


def _parts(lived: Futures, goal: Goal) -> tuple[tuple[float, float, float], ...]:
    early = tuple(aim if aim.stay else aim.replace(weeks=QUARTER) for aim in goal.aims)
    firsts, lasts = lived.aims(goal.replace(aims=early)), lived.aims(goal)
    middles = zip(median(firsts).tolist(), median(lasts).tolist(), strict=True)
    return tuple((first, last, share) for (first, last), share in zip(middles, lived.met(goal)[0], strict=True))


def _line(lived: Futures, ask: Ask) -> Line:
    counted = ask.kind == "number"
    kind = "number" if counted else "direction"
    question = Question(ask.measure, kind, ask.group, lived.scenario.weeks, lived)
    lines = question.lines(lived)
    assert lines is not None
    first, last = (np.zeros(1), lines[:, -1]) if counted else question.ends(lines)
    ways = question.directions(lines)
    shares = [float("nan")] * 2 if counted else [ways[way] / len(lines) for way in ("up", "down")]
    low, middle, high = quantiles(last, [0.1, 0.5, 0.9]).tolist()
    return Line(ask.measure, ask.group, float(median(first)), low, middle, high, *shares)
