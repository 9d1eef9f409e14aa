"""Dilemmas in numbers: what a team's leader wants cannot all be had within one budget, or there is nothing to decide.

Of every scenario with a goal it is asked: are there two affordable styles, each better than the other in one of the
aims? How many affordable styles reach the goal, does one lever do it, and how surely does the best? Is a ready-made
style the best in everything? And what the stories of the workshops name as a dilemma is tried as it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from teamsim.engine import futures
from teamsim.evidence.levers import CONCERNS, CONFIDENCE, HOURS_AND_MONEY, begun, concern, read
from teamsim.evidence.styles import Lived, alone, asked, drawn, goal_of, live
from teamsim.fields import InputError, closest
from teamsim.results import GROUPS, Futures
from teamsim.scenario import Aim, Goal, Scenario
from teamsim.statistics.exits import wilson
from teamsim.statistics.front import front
from teamsim.statistics.pairs import paired_interval
from teamsim.style import Style

__all__ = [
    "NAMED",
    "Dilemma",
    "Named",
    "Outcome",
    "affordable_shares",
    "dilemma",
    "overview",
    "ready_made",
    "try_named",
]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"


# --- two styles, each better in something ---------------------------------------------------------


@dataclass(frozen=True)
class Dilemma:
    """Two styles and what each is better in.

    Attributes
    ----------
    styles : DataFrame
        A row a style: its levers, and the ``hours`` and ``money`` that it asks a head and week.
    outcomes : DataFrame
        A row an outcome: its means under the ``first`` and the ``second`` style, ``difference`` (the second less the
        first, above 0 where the second is better) with ``low`` and ``high`` of its 95 % interval over pairs, and which
        one is ``better``, if that is clear of zero.
    affordable : bool
        Whether both styles are within the budget.
    """

    styles: pd.DataFrame
    outcomes: pd.DataFrame
    affordable: bool

    @property
    def holds(self) -> bool:
        """Whether both can be afforded, and each is clearly better than the other in something."""
        return self.affordable and {"first", "second"} <= set(self.outcomes["better"])


def dilemma(
    scenario: Scenario,
    count: int = 128,
    runs: int = 100,
    measured_in: int = 400,
    seed: int = 1,
    parameters: Any = None,
) -> Dilemma:
    """Look for two affordable styles of which each is better than the other in one of the goal's aims.

    Of an even draw of styles, those are left that no other one is better than in every aim: there, to gain in one aim
    is to lose in another. The two are those that lie furthest apart in opposite directions (in standard deviations
    between futures, in whichever of two aims they lie less far apart), chosen on some runs and measured on others.

    Parameters
    ----------
    scenario : Scenario
        With a goal of two or more aims.
    count, runs : int
        How many styles are drawn from what the goal's levers allow, and on how many runs the two are chosen.
    measured_in : int
        On how many other runs they are measured.
    seed, parameters
        As in `teamsim.futures`; measured with the next seed.

    Raises
    ------
    InputError
        If the scenario has no goal, the goal has one aim, or fewer than two styles can be afforded.

    Examples
    --------
    >>> scenario = Scenario.load("under-pressure")
    >>> ample = scenario.replace(goal=scenario.goal.replace(hours=40))
    >>> found = dilemma(ample, count=16, runs=8, measured_in=20)
    >>> found.holds, found.outcomes["better"].tolist()
    (True, ['first', 'second'])
    """
    _weighs(scenario)
    drawn_and_lived = _live_drawn(scenario, count, runs, seed, parameters)
    return _dilemma_among(drawn_and_lived, scenario, measured_in, seed, parameters)


Drawn: TypeAlias = "list[tuple[dict[str, float], Lived]]"


def _weighs(scenario: Scenario) -> None:
    if len(goal_of(scenario).aims) < 2:
        raise InputError(f"of {scenario.name!r} has one aim; a dilemma takes two", ("goal",))


def _live_drawn(scenario: Scenario, count: int, runs: int, seed: int, parameters: Any) -> Drawn:
    """Live through styles that are drawn evenly from what the goal's levers allow."""
    styles = drawn(goal_of(scenario).levers, count)
    return [(style, live(scenario, style, runs, seed, parameters)) for style in styles]


def _able(among: Drawn, scenario: Scenario, least: int) -> Drawn:
    """Return the affordable ones."""
    able = [(style, lived) for style, lived in among if lived.affordable]
    if len(able) < least:
        raise InputError(
            f"{scenario.name!r}: {len(able)} of {len(among)} styles can be afforded; draw more", ("count",)
        )
    return able


def _dilemma_among(among: Drawn, scenario: Scenario, measured_in: int, seed: int, parameters: Any) -> Dilemma:
    able = _able(among, scenario, 2)
    means, luck = np.array([_towards(one).mean(axis=0) for _, one in able]), _towards(able[0][1]).std(axis=0)
    kept = np.flatnonzero(front(means, [True] * means.shape[1], [True] * len(means)))
    styles = [able[kept[place]][0] for place in _furthest(means[kept], luck)]
    two = [live(scenario, style, measured_in, seed + 1, parameters) for style in styles]
    values = [_towards(one) for one in two]
    outcomes = [
        {"outcome": aim.name} | _held(aim.least is not None, *(one[:, number] for one in values))
        for number, aim in enumerate(goal_of(scenario).aims)
    ]
    table = pd.DataFrame(styles, index=pd.Index(["first", "second"], name="style"))
    table = table.assign(hours=[one.hours for one in two], money=[one.money for one in two])
    return Dilemma(table, pd.DataFrame(outcomes), all(one.affordable for one in two))


def _towards(lived: Lived) -> Numbers:
    """Return how far each future comes in each aim, turned so that more is better."""
    turned: Numbers = lived.aims * np.array([1.0 if aim.least is not None else -1.0 for aim in lived.goal.aims])
    return turned


def _furthest(means: Numbers, luck: Numbers) -> tuple[int, int]:
    """Return the two styles that lie furthest apart, the first ahead in one aim and the second in another.

    Of a single style, it is the same one twice: there is no dilemma.
    """
    scaled = means / np.where(luck > 0, luck, 1.0)
    ahead = scaled[:, None, :] - scaled[None, :, :]  # by the first, the second and the aim
    best, found = -np.inf, (0, 0)
    for one in range(ahead.shape[2]):
        for other in range(ahead.shape[2]):
            if one != other:
                both = np.minimum(ahead[:, :, one], -ahead[:, :, other])
                place = int(both.argmax())
                if both.flat[place] > best:
                    best, (row, column) = float(both.flat[place]), np.unravel_index(place, both.shape)
                    found = int(row), int(column)
    return found


def _held(more: bool, first: Numbers, second: Numbers) -> dict[str, Any]:
    """Hold two styles against one another in one outcome, given so that more is better."""
    found = paired_interval(first, second, CONFIDENCE)
    sign = 1.0 if more else -1.0
    return {
        "first": sign * float(first.mean()),
        "second": sign * float(second.mean()),
        "difference": found["difference"],
        "low": found["low"],
        "high": found["high"],
        "better": "second" if found["low"] > 0 else "first" if found["high"] < 0 else "",
    }


# --- how hard a goal is ---------------------------------------------------------------------------


def affordable_shares(
    scenario: Scenario,
    count: int = 128,
    runs: int = 100,
    measured_in: int = 400,
    seed: int = 1,
    parameters: Any = None,
) -> dict[str, Any]:
    """Say how hard a goal is: how many affordable styles reach it, whether one lever does, how surely the best does.

    Parameters
    ----------
    scenario, count, runs, measured_in, seed, parameters
        As in `dilemma`; each lever alone and the best style are measured on other runs than the best is chosen on.

    Returns
    -------
    dict
        ``affordable``: the share of styles within the budget; ``reach``: of these, the share that reaches the goal;
        ``alone``: the levers that reach it alone; ``best``: in what share of other futures the best affordable style
        comes to all aims, with ``low`` and ``high`` of its 95 % interval. The best is the one with most futures that
        come to every aim; of several, the one that is furthest clear.

    Examples
    --------
    >>> scenario = Scenario.load("under-pressure")
    >>> ample = scenario.replace(goal=scenario.goal.replace(hours=40))
    >>> found = affordable_shares(ample, count=8, runs=4, measured_in=10)
    >>> list(found)
    ['affordable', 'reach', 'alone', 'best', 'low', 'high']
    """
    return _shares_among(_live_drawn(scenario, count, runs, seed, parameters), scenario, measured_in, seed, parameters)


def _shares_among(among: Drawn, scenario: Scenario, measured_in: int, seed: int, parameters: Any) -> dict[str, Any]:
    able = _able(among, scenario, 1)
    best, _ = max(able, key=lambda one: (one[1].share, one[1].clear))
    met = live(scenario, best, measured_in, seed + 1, parameters).met
    moved = alone(scenario, runs=measured_in, seed=seed + 1, parameters=parameters)
    low, high = wilson(int(met.sum()), len(met))
    return {
        "affordable": len(able) / len(among),
        "reach": float(np.mean([lived.reaches for _, lived in able])),
        "alone": moved.loc[moved["reaches"], "lever"].unique().tolist(),
        "best": float(met.mean()),
        "low": low,
        "high": high,
    }


def ready_made(
    scenario: Scenario, weeks: int | None = None, runs: int = 100, seed: int = 1, parameters: Any = None
) -> pd.DataFrame:
    """Hold all ready-made styles against one another in all that a leader cares about.

    Parameters
    ----------
    scenario, runs, seed, parameters
        As in `teamsim.futures`.
    weeks : int, optional
        Within how many weeks; the scenario's horizon where nothing is said.

    Returns
    -------
    DataFrame
        A row a ready-made style: in how many measures it is ``best`` (by mean), in which another one is clearly better
        (``beaten_in``, labels; after Bonferroni over styles and measures), and whether that is more than hours and
        money (``drawback``).

    Examples
    --------
    >>> found = ready_made(Scenario.load("managing-stars"), runs=10)
    >>> sorted(found.index) == sorted(Style.presets()), found.columns.tolist()
    (True, ['best', 'beaten_in', 'drawback'])
    """
    there = begun(scenario, weeks)
    judged = [one for one in CONCERNS.values() if one.better]
    values = {}
    for name in Style.presets():
        many = futures(there, name, runs, seed, parameters=parameters, progress=lambda *_: None)
        found = read(many, [one.name for one in judged], (0, weeks or there.weeks))
        values[name] = {one.name: one.better * found[one.name] for one in judged}
    strict = 1.0 - (1.0 - CONFIDENCE) / (len(judged) * (len(values) - 1))
    first = {one.name: max(values, key=lambda name: float(values[name][one.name].mean())) for one in judged}
    rows = {}
    for name, mine in values.items():
        beaten = [
            one
            for one in judged
            if any(paired_interval(mine[one.name], its[one.name], strict)["low"] > 0 for its in values.values())
        ]
        rows[name] = {
            "best": sum(who == name for who in first.values()),
            "beaten_in": ", ".join(one.label for one in beaten),
            "drawback": any(one.name not in HOURS_AND_MONEY for one in beaten),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def overview(
    scenarios: Iterable[Scenario],
    count: int = 128,
    runs: int = 100,
    measured_in: int = 400,
    seed: int = 1,
    parameters: Any = None,
) -> pd.DataFrame:
    """Say of several scenarios whether there is something to decide, and how hard their goals are.

    Parameters
    ----------
    scenarios : iterable of Scenario
        With goals.
    count, runs, measured_in, seed, parameters
        As in `dilemma` and `affordable_shares`.

    Returns
    -------
    DataFrame
        A row a scenario: ``dilemma``: whether two affordable styles are each clearly better in an aim; what
        `affordable_shares` finds; and ``best_in_all``: ready-made styles that no other one beats in anything but hours
        and money.

    Examples
    --------
    >>> scenario = Scenario.load("under-pressure")
    >>> ample = scenario.replace(goal=scenario.goal.replace(hours=40))
    >>> found = overview([ample], count=16, runs=8, measured_in=20)
    >>> bool(found.loc["Under pressure", "dilemma"]), found.loc["Under pressure", "best_in_all"]
    (True, '')
    """
    rows = {}
    for scenario in scenarios:
        _weighs(scenario)
        among = _live_drawn(scenario, count, runs, seed, parameters)
        shares = _shares_among(among, scenario, measured_in, seed, parameters)
        made = ready_made(scenario, runs=runs, seed=seed, parameters=parameters)
        rows[scenario.title or scenario.name] = {
            "dilemma": _dilemma_among(among, scenario, measured_in, seed, parameters).holds,
            **shares,
            "alone": ", ".join(shares["alone"]),
            "best_in_all": ", ".join(made.index[~made["drawback"]]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


# --- the dilemmas that the stories name -----------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What one of two ways is to be better in: something that a leader cares about, or who is still there."""

    measure: str = ""
    group: str = GROUPS[0]
    weeks: tuple[int, int] = (0, 52)
    stay: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it is, in words."""
        if self.stay:
            return f"still there: {', '.join(self.stay)}"
        return f"{concern(self.measure).label}, {self.group}, weeks {self.weeks[0]}..{self.weeks[1]}"

    @property
    def more(self) -> bool:
        """Whether more of it is better."""
        return bool(self.stay) or concern(self.measure).better > 0

    def read(self, many: Futures) -> Numbers:
        """Return what every future comes to, turned so that more is better."""
        if self.stay:
            there: Numbers = many.aims(Goal(aims=(Aim(stay=self.stay, least=1.0),))).to_numpy()[:, 0]
            return there
        found = read(many, [self.measure], self.weeks, self.group)[self.measure]
        return found if self.more else -found


@dataclass(frozen=True)
class Named:
    """A dilemma as a story tells it: two ways within one budget, each with what it is to be better in.

    Ways and outcomes are the story's; they were declared after an exploratory look at what the rules before these came
    to, so that they hold is a check of these rules, and not a prediction that was made blind.
    """

    scenario: str
    ways: tuple[str, str]
    levers: tuple[Mapping[str, float], Mapping[str, float]]
    outcomes: tuple[Outcome, Outcome]
    both: Mapping[str, float] = field(default_factory=dict)
    """What is held in both ways, beside what participants find."""


NAMED = {
    "hours for stars, or for the struggling": Named(
        "managing-stars",
        ("time for the best", "time for the struggling"),
        ({"time_for": 0.8}, {"time_for": -0.8}),
        (
            Outcome(stay=("Amara", "Mateo", "Yuki")),
            Outcome("engagement", group="bottom third", weeks=(78, 104)),
        ),
        both={"challenge": 0.5, "recognition_weeks": 13.0, "pay_position": 1.0},
    ),
    "the target, or the promise": Named(
        "under-pressure",
        ("the target: no breaks, promises break", "the promise: breaks and promises are kept"),
        ({"recovery": 0.1, "commitments_kept": 0.6}, {"recovery": 0.6, "commitments_kept": 1.0}),
        (Outcome("output", weeks=(0, 13)), Outcome("trust", weeks=(26, 52))),
        both={"pressure": 0.7},
    ),
    "the star's title, or a good leader": Named(
        "who-should-lead",
        ("promotion by results", "promotion by an assessment of leading"),
        ({"promote_on_leading": 0.0}, {"promote_on_leading": 1.0}),
        (Outcome(stay=("Valeria",)), Outcome("output", weeks=(26, 78))),
        both={"assessment": 1.0, "expert_track": 0.0},
    ),
    "a friend, or accountability": Named(
        "executive-team",
        ("a friend: close, polite, lenient", "accountability: some distance, honest, firm"),
        (
            {"closeness": 0.9, "candour": 0.3, "firmness": 0.1},
            {"closeness": 0.4, "candour": 0.8, "firmness": 0.6},
        ),
        (Outcome(stay=("Tobias",)), Outcome("put_off", weeks=(26, 52))),
        both={"clarity": 0.5},
    ),
    "frequency, or depth": Named(
        "performance-system",
        ("every four weeks, in general", "every sixteen weeks, with concrete examples"),
        (
            {"feedback_weeks": 4.0, "feedback_specificity": 0.2},
            {"feedback_weeks": 16.0, "feedback_specificity": 0.9},
        ),
        (Outcome("engagement", weeks=(0, 104)), Outcome("output_per_person", weeks=(0, 104))),
    ),
}
"""The dilemmas that the stories of the five workshops name."""


def try_named(names: Iterable[str] = (), runs: int = 400, seed: int = 1, parameters: Any = None) -> pd.DataFrame:
    """Try the dilemmas that the stories name: whether each of two ways is better in what the story says.

    Parameters
    ----------
    names : iterable of str
        Of `NAMED`; all of them where none is given.
    runs, seed, parameters
        As in `teamsim.futures`.

    Returns
    -------
    DataFrame
        A row a dilemma and outcome: the ``way`` that is to be better in it, the outcome under the ``first`` and the
        ``second`` way, ``difference`` (above 0 where the second is better) with ``low`` and ``high`` of its 95 %
        interval over pairs, which way is ``better`` if that is clear of zero, ``as_told``: whether it is the one that
        the story says; and of the dilemma as a whole whether both ways are ``affordable``, and whether it ``holds``.

    Raises
    ------
    InputError
        If a dilemma is not known.

    Examples
    --------
    >>> found = try_named(["the target, or the promise"], runs=20)
    >>> found["better"].iloc[1], bool(found["as_told"].iloc[1])
    ('second', True)
    """
    rows = []
    for name in list(names) or NAMED:
        if name not in NAMED:
            raise InputError(f"dilemma {name!r} is not known; {closest(name, NAMED)}")
        one = NAMED[name]
        there = begun(Scenario.load(one.scenario))
        goal = goal_of(there)
        lived = [
            futures(
                there.led(**{**one.both, **levers}), None, runs, seed, parameters=parameters, progress=lambda *_: None
            )
            for levers in one.levers
        ]
        able = all(hours <= goal.hours and money <= goal.money for hours, money in map(asked, lived))
        found = [_held(outcome.more, *map(outcome.read, lived)) for outcome in one.outcomes]
        told = [held["better"] == way for held, way in zip(found, ("first", "second"), strict=True)]
        for way, outcome, held, as_told in zip(one.ways, one.outcomes, found, told, strict=True):
            about = {"dilemma": name, "scenario": one.scenario, "way": way, "outcome": outcome.label}
            rows.append(about | held | {"as_told": as_told, "affordable": able, "holds": able and all(told)})
    return pd.DataFrame(rows)
