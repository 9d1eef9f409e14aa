"""What became of decisions: nothing of it is stored, all of it is lived through again from the luck of the session."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teamsim import words
from teamsim.engine import futures
from teamsim.lab.expectation import DIRECTIONS
from teamsim.lab.preview import MOST, silent
from teamsim.people import Measures
from teamsim.results import Futures
from teamsim.scenario import Goal
from teamsim.statistics.levels import median, quantiles
from teamsim.statistics.sums import means, sums
from teamsim.style import Plan, Style
from teamsim.words import label, say
from teamsim.workshop.definition import Workshop

__all__ = ["Course", "Held", "Outcomes", "Verdict", "held"]

MOVES = {"exits", "hires"}
"""Units of people who come or go: so few that they are counted from the first week."""
Entries = Mapping[int, Mapping[str, Any]]
"""What a seat has submitted, by round and kind."""


@dataclass(frozen=True)
class Held:
    """The style that a seat holds in a round, and whether it was decided there; if not, it is the last one."""

    style: Style
    decided: bool


def held(workshop: Workshop, entries: Entries, number: int) -> dict[int, Held]:
    """Return the styles of the rounds that make one history with this one, up to it.

    Examples
    --------
    >>> workshop = Workshop.load("managing-stars")
    >>> found = held(workshop, {1: {"decide": {"levers": {"challenge": 0.6}}}}, 2)
    >>> [(one.style.challenge, one.decided) for one in found.values()]
    [(0.6, True), (0.6, False)]
    """
    found, style = {}, workshop.start(number)
    for n in workshop.chapter(number):
        decision = entries.get(n, {}).get("decide")
        style = style.replace(**decision["levers"]) if decision else style
        found[n] = Held(style, decision is not None)
    return found


@dataclass(frozen=True)
class Verdict:
    """Where a seat stands with the goal after a round.

    Attributes
    ----------
    goal : Goal
        As it can be looked at by then; see `Workshop.goal_at`.
    measured : bool
        Whether its weeks are over.
    share : float
        In what share of the futures everything that it asks for is met.
    aims : tuple of float
        In what share each of its aims is met.
    """

    goal: Goal
    measured: bool
    share: float
    aims: tuple[float, ...]

    @property
    def reached(self) -> bool:
        """Whether the goal is reached; it is not before it has been measured."""
        return self.measured and self.goal.reached_in(self.share)


class Course:
    """The histories of one session.

    Parameters
    ----------
    workshop : Workshop
        Of what.
    seed : int
        The luck of all.
    keep : int
        How many outcomes are remembered.

    Examples
    --------
    >>> course = Course(Workshop.load("managing-stars"), seed=1)
    >>> course.futures({}, 1, runs=20).scenario.weeks
    26
    """

    def __init__(self, workshop: Workshop, seed: int, keep: int = 8) -> None:
        self.workshop, self.seed, self.keep = workshop, seed, keep
        self._lived: OrderedDict[tuple[int, int, str], Futures] = OrderedDict()
        self._medians: dict[tuple[int, str], tuple[dict[str, float], Verdict]] = {}

    def plan(self, entries: Entries, number: int) -> Plan:
        """Return what a seat does up to the end of a round."""
        styles = {n: one.style for n, one in held(self.workshop, entries, number).items()}
        return self.workshop.plan(number, styles)

    def before(self, entries: Entries, number: int) -> tuple[Plan, Style]:
        """Return what a seat did up to the start of a round, and the style that it holds there until it decides."""
        earlier = {n: kinds for n, kinds in entries.items() if n != number}
        found = held(self.workshop, earlier, number)
        return self.plan(earlier, number), found[number].style

    def futures(self, entries: Entries, number: int, runs: int = MOST) -> Futures:
        """Return the futures of what a seat has decided, up to the end of a round."""
        plan = self.plan(entries, number)
        key = number, runs, plan.model_dump_json()
        if key not in self._lived:
            place, seed = self.workshop.place(number), self.workshop.seed(number, self.seed)
            self._lived[key] = futures(place, plan, runs, seed, progress=silent)
            if len(self._lived) > self.keep:
                self._lived.popitem(last=False)
        self._lived.move_to_end(key)
        return self._lived[key]

    def earlier(self, entries: Entries, number: int) -> tuple[tuple[int, ...], Futures] | None:
        """Return what the last history's decisions would come to in a round that begins anew, and their rounds.

        None where nothing was decided before, or the round goes on with the history at hand.
        """
        workshop = self.workshop
        before = [n for n in range(number) if not workshop.rounds[n].practice]
        if not workshop.rounds[number].begins or not before:
            return None
        rounds = workshop.chapter(before[-1])
        if not any("decide" in entries.get(n, {}) for n in rounds):
            return None
        levers, start = workshop.levers(number), workshop.start(number)
        styles = {
            workshop.first_week(n): start.replace(**{lever: getattr(one.style, lever) for lever in levers})
            for n, one in held(workshop, entries, rounds[-1]).items()
        }
        plan = Plan(styles={0: start} | styles, events=workshop.happens(number))
        place, seed = workshop.place(number), workshop.seed(number, self.seed)
        return rounds, futures(place, plan, MOST, seed, progress=silent)

    def middle(self, entries: Entries, number: int) -> tuple[dict[str, float], Verdict]:
        """Return each measure of a seat's middling future after a round, and where it stands with the goal.

        A measure is the mean over the weeks of the round, as the goal has it; people who come or go are counted so far.
        """
        key = number, self.plan(entries, number).model_dump_json()
        if key not in self._medians:
            lived, goal = self.futures(entries, number, CLASS_RUNS), self.workshop.goal_at(number)
            medians = {name: self._by_week(lived, name, number) for name in Measures.model_fields}
            alone, together = lived.met(goal)
            self._medians[key] = medians, Verdict(goal, self.workshop.judged(number), together, tuple(alone))
        return self._medians[key]

    def _by_week(self, lived: Futures, measure: str, number: int) -> float:
        rows = lived._raw["measures"][measure][:, :, 0]
        moved = Measures.quantities()[measure].unit in MOVES
        some = sums(rows.T) if moved else means(rows.T[self.workshop.first_week(number) :])
        return float(median(some))


@dataclass(frozen=True)
class Outcomes:
    """What became of a class in a round, as ranges: no seat can be told from another.

    Attributes
    ----------
    seats : int
        How many are in it.
    decided : int
        How many of them had decided.
    levers : dict of str to list of float
        Least, lower quartile, median, upper quartile and most of where a lever stood.
    measures : dict of str to list of float
        The same of what came: each seat's median future; see `Course.middle`.
    reached : int or None
        How many seats reach the goal in as many of their futures as it asks; None before its weeks are over.
    """

    seats: int
    decided: int
    levers: dict[str, list[float]]
    measures: dict[str, list[float]]
    reached: int | None


SMALLEST_CLASS = 5
"""Of fewer seats nothing is shown: a range of three people is three people."""
CLASS_RUNS = 50


def outcomes(course: Course, entries: Mapping[int, Entries], number: int, measures: tuple[str, ...]) -> Outcomes | None:
    """Return what became of a class in a round; None where there are too few to be among."""
    if len(entries) < SMALLEST_CLASS:
        return None
    workshop = course.workshop
    styles = [held(workshop, mine, number)[number] for mine in entries.values()]
    lived = [course.middle(mine, number) for mine in entries.values()]
    return Outcomes(
        len(entries),
        sum(one.decided for one in styles),
        {name: _five([getattr(one.style, name) for one in styles]) for name in workshop.levers(number)},
        {name: _five([medians[name] for medians, _ in lived]) for name in measures},
        sum(verdict.reached for _, verdict in lived) if workshop.judged(number) else None,
    )


def predicted(workshop: Workshop, entries: Mapping[int, Entries], number: int) -> list[str]:
    """Return what a class expects of a round, in sentences; of too few, nothing."""
    told = []
    for place, ask in enumerate(workshop.rounds[number].predict):
        answers = [mine.get(number, {}).get(f"predict {place}") for mine in entries.values()]
        given = [answer for answer in answers if answer]
        if len(given) < SMALLEST_CLASS:
            continue
        about = {"measure": label(Measures, ask.measure), "group": say(f"predict.groups.{ask.group}"), "n": len(given)}
        about["sure"] = words.number(float(means([answer["sure"] for answer in given])), ".0f")
        values = [answer["value"] for answer in given]
        if ask.kind == "direction":
            about |= {way: values.count(way) for way in DIRECTIONS}
        else:
            low, high = quantiles([value if ask.kind == "number" else value[-1] for value in values], [0.25, 0.75])
            about |= {"low": words.number(float(low)), "high": words.number(float(high))}
        told.append(say(f"workshop.predicted_{'direction' if ask.kind == 'direction' else 'number'}", **about))
    return told


def _five(values: list[float]) -> list[float]:
    return [float(value) for value in quantiles(values, [0.0, 0.25, 0.5, 0.75, 1.0])]
