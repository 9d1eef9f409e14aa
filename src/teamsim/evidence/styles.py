"""What works where: every lever by itself, and styles drawn evenly from all that a budget allows.

The model teaches trade-offs only if no lever decides alone and none is idle, and if another team needs another style.
Here that is looked up: all styles of a scenario meet the same chance events, and what a style asks is held against the
goal's budget. What is best among many is chosen on one set of runs and measured on another, or the luckiest would be
called the best; and what cannot be told from it is shown beside it. Levers are fields of `Style` or `Policies`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import scipy

from teamsim.engine import futures
from teamsim.evidence.levers import CONFIDENCE, at_share
from teamsim.fields import InputError, Quantity
from teamsim.people import Policies
from teamsim.results import Futures
from teamsim.scenario import Goal, Scenario
from teamsim.statistics.exits import wilson
from teamsim.statistics.goals import shares_met
from teamsim.statistics.pairs import paired_interval
from teamsim.style import Style

__all__ = [
    "BestStyles",
    "Chosen",
    "Lived",
    "alone",
    "asked",
    "best_styles",
    "chosen_and_measured",
    "drawn",
    "each",
    "goals",
    "lever",
    "levers_held",
    "live",
    "search",
    "summary",
]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
STEPS = 5


def lever(name: str) -> Quantity:
    """Return what is declared of a lever.

    Examples
    --------
    >>> lever("own_work").high, lever("preparation").high
    (0.8, 1.0)
    """
    return (Style.quantities() | Policies.quantities())[name]


def levers_held(scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """Return the levers that participants hold in any of these scenarios, each once.

    Examples
    --------
    >>> len(levers_held(Scenario.load(name) for name in Scenario.names()))
    20
    """
    return tuple(dict.fromkeys(name for one in scenarios for name in goal_of(one).levers))


def goal_of(scenario: Scenario) -> Goal:
    """Return the goal of a scenario.

    Raises
    ------
    InputError
        If it has none.
    """
    if scenario.goal is None:
        raise InputError(f"{scenario.name!r} has no goal; give one", ("goal",))
    return scenario.goal


def goals(scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """Return what is asked for: a row a scenario and aim."""
    asked = [(one, goal_of(one), aim) for one in scenarios for aim in goal_of(one).aims]
    return pd.DataFrame(
        {
            "scenario": [one.title for one, _, _ in asked],
            "aim": [aim.name for _, _, aim in asked],
            "at least": [aim.least for _, _, aim in asked],
            "at most": [aim.most for _, _, aim in asked],
            "levers": [", ".join(lever(name).label for name in goal.levers) for _, goal, _ in asked],
            "hours": [goal.hours for _, goal, _ in asked],
            "money": [goal.money for _, goal, _ in asked],
        }
    )


@dataclass(frozen=True)
class Lived:
    """The futures of one style: what it asked a head and week, and how far each of them came in each aim."""

    goal: Goal
    hours: float
    money: float
    aims: Numbers

    @property
    def affordable(self) -> bool:
        """Whether the goal's budget allows it."""
        return self.hours <= self.goal.hours and self.money <= self.goal.money

    @property
    def met(self) -> Numbers:
        """For each of the futures 1 where all aims are met, else 0."""
        return np.array([shares_met(one, self.goal.ends)[1] for one in self.aims[:, np.newaxis]])

    @property
    def share(self) -> float:
        """In what share of the futures all aims are met."""
        return shares_met(self.aims, self.goal.ends)[1]

    @property
    def clear(self) -> float:
        """By how much the futures come to the aim that they clear least, in standard deviations of luck."""
        apart = []
        for number, aim in enumerate(self.goal.aims):
            mean, luck = float(self.aims[:, number].mean()), float(self.aims[:, number].std())
            apart += [(mean - aim.least) / (luck or 1.0)] if aim.least is not None else []
            apart += [(aim.most - mean) / (luck or 1.0)] if aim.most is not None else []
        return min(apart)

    @property
    def reaches(self) -> bool:
        """Whether enough of the futures do."""
        return self.goal.reached_in(self.share)


def live(scenario: Scenario, levers: Mapping[str, float], runs: int, seed: int, parameters: Any = None) -> Lived:
    """Live through the futures of a scenario with some levers set, and the others where participants find them."""
    goal = goal_of(scenario)
    held = scenario.led(**{**goal.start, **levers})
    many = futures(held, None, runs, seed, parameters=parameters, progress=lambda *_: None)
    return Lived(goal, *asked(many), many.aims(goal).to_numpy())


def asked(many: Futures) -> tuple[float, float]:
    """Return what a style asks a head and week: hours of leaders, and money in market pay.

    Examples
    --------
    >>> scenario = Scenario.load("under-pressure")
    >>> one, other = (asked(futures(scenario, style, runs=4)) for style in ("hands-off", "developer"))
    >>> one[0] < other[0]
    True
    """
    whole = many._raw["measures"][:, :, 0]
    heads = whole["people"].sum()
    money = whole["pay_cost"].sum() + whole["development_cost"].sum()
    return float(whole["hours_asked"].sum() / heads), float(money / heads)


def drawn(levers: Sequence[str], count: int, seed: int = 1) -> list[dict[str, float]]:
    """Draw styles evenly from the whole range of some levers (a scrambled Sobol sequence).

    Examples
    --------
    >>> styles = drawn(["challenge", "pay_position"], 4)
    >>> sorted(round(style["challenge"] * 4 - 0.5) for style in styles)
    [0, 1, 2, 3]
    """
    sobol = scipy.stats.qmc.Sobol(len(levers), seed=np.random.default_rng(seed))
    shares = sobol.random_base2((count - 1).bit_length())[:count]
    return [{name: lever(name).random(float(share)) for name, share in zip(levers, row, strict=True)} for row in shares]


def search(
    scenario: Scenario,
    levers: Sequence[str] = (),
    count: int = 256,
    runs: int = 40,
    seed: int = 1,
    parameters: Any = None,
) -> pd.DataFrame:
    """Live through styles drawn evenly; the scenario's goal says by which levers, where none are given.

    Returns
    -------
    DataFrame
        A row a style: its levers, ``hours`` and ``money`` that it asked a head, whether it is ``affordable``, the
        ``share`` of its futures that come to every aim, whether it ``reaches`` the goal, and how far it is ``clear``
        of the aim that is hardest for it, in standard deviations of luck.

    Examples
    --------
    >>> found = search(Scenario.load("under-pressure"), count=4, runs=4)
    >>> found.columns.tolist()[4:]
    ['hours', 'money', 'affordable', 'share', 'reaches', 'clear']
    """
    rows = []
    for style in drawn(levers or goal_of(scenario).levers, count):
        one = live(scenario, style, runs, seed, parameters)
        rows.append(
            style
            | {
                "hours": one.hours,
                "money": one.money,
                "affordable": one.affordable,
                "share": one.share,
                "reaches": one.reaches,
                "clear": one.clear,
            }
        )
    return pd.DataFrame(rows)


def alone(
    scenario: Scenario,
    levers: Sequence[str] = (),
    steps: int = STEPS,
    runs: int = 100,
    seed: int = 1,
    parameters: Any = None,
) -> pd.DataFrame:
    """Move each lever alone through its range, all else as participants find it.

    An effect is what lies between the values that do best and worst in half of the runs, measured in the other half.

    Returns
    -------
    DataFrame
        A row a lever and aim: ``worst`` and ``best`` value (by the aim's direction), ``effect`` with ``low`` and
        ``high`` of its 95 % interval over pairs, ``size`` (the effect in standard deviations of luck), and of the
        lever as such: the largest ``share`` of futures that come to every aim at a value that can be afforded, and
        whether it ``reaches`` the goal.

    Examples
    --------
    >>> found = alone(Scenario.load("under-pressure"), ["pressure"], steps=3, runs=20)
    >>> found["aim"].tolist()[1], bool(found["low"].iloc[1] > 0)
    ('strain, organisation, weeks 48..52', True)
    """
    goal = goal_of(scenario)
    usual = live(scenario, {}, runs, seed, parameters).aims.std(axis=0)
    rows = []
    for name in levers or goal.levers:
        values = [lever(name).random(step / (steps - 1)) for step in range(steps)]
        lived = [live(scenario, {name: value}, runs, seed, parameters) for value in values]
        afforded = [one for one in lived if one.affordable]
        share, reaches = max((one.share for one in afforded), default=0.0), any(one.reaches for one in afforded)
        for number, aim in enumerate(goal.aims):
            towards = 1.0 if aim.least is not None else -1.0
            found = towards * np.array([one.aims[:, number] for one in lived])
            means = found[:, : runs // 2].mean(axis=1)
            best, worst = int(means.argmax()), int(means.argmin())
            apart = found[best, runs // 2 :] - found[worst, runs // 2 :]
            half = scipy.stats.t.ppf(0.5 + CONFIDENCE / 2, len(apart) - 1) * apart.std(ddof=1) / np.sqrt(len(apart))
            effect, luck = float(apart.mean()), float(usual[number])
            rows.append(
                {
                    "lever": name,
                    "aim": aim.name,
                    "worst": values[worst],
                    "best": values[best],
                    "effect": effect,
                    "low": effect - half,
                    "high": effect + half,
                    "size": effect / luck if luck > 0 else np.nan,
                    "share": share,
                    "reaches": reaches,
                }
            )
    return pd.DataFrame(rows)


def each(scenarios: Iterable[Scenario], levers: Sequence[str] = (), **more: int) -> pd.DataFrame:
    """Return the tables of `alone`, one below the other; each scenario's own levers where none are given."""
    return pd.concat(
        [alone(one, levers, **more).assign(scenario=one.title).set_index("scenario") for one in scenarios]
    ).reset_index()


def summary(found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return how many of the styles of some searches can be afforded, and how many of these reach the goal."""
    return pd.DataFrame(
        {
            name: {
                "affordable": table["affordable"].mean(),
                "of these, reach the goal": table.loc[table["affordable"], "reaches"].mean(),
                "best affordable share": table.loc[table["affordable"], "share"].max(),
            }
            for name, table in found.items()
        }
    ).T


@dataclass(frozen=True)
class BestStyles:
    """The best style of each team and what it comes to in the others; made by `best_styles`.

    Attributes
    ----------
    styles : DataFrame
        A row a scenario: the levers of the best style that was found for it.
    shares : DataFrame
        A row a style (``of`` which scenario it is the best) and scenario: the ``share`` of futures in which it reaches
        that scenario's goal, with ``low`` and ``high`` of its 95 % interval; and ``told_apart``: whether it is worse
        there than that scenario's own best style, or better, with the interval of the difference clear of zero.
    ties : DataFrame
        A row a scenario: how many styles were ``looked_at`` again, how many of them, the best one among these,
        ``cannot_be_told`` from the best, and in what share of futures the ``best`` and the middle one (``median``) of
        them reach the goal.
    leanings : DataFrame
        A row a lever, a column a scenario: where in the lever's range (0 to 1) the styles that were looked at again
        stand on average, if that can be told from all affordable styles together; missing where the best set a lever
        anywhere, so that it does not matter enough to be seen.
    """

    styles: pd.DataFrame
    shares: pd.DataFrame
    ties: pd.DataFrame
    leanings: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """The shares as a square: a row a style, a column a scenario."""
        wide = self.shares.pivot_table(index="of", columns="scenario", values="share")
        return wide.loc[self.styles.index, self.styles.index].rename_axis(index="best style of", columns=None)


def best_styles(
    scenarios: Sequence[Scenario],
    levers: Sequence[str],
    count: int = 512,
    runs: int = 30,
    measured_in: int = 200,
    looked_at: int = 32,
    seed: int = 1,
    parameters: Any = None,
) -> BestStyles:
    """Find the best affordable style of every scenario among the same ones, and measure it in all scenarios.

    The best is the one with most futures that come to every aim; of several, the one that is furthest clear. It is
    chosen on some runs, and measured on others together with the runners-up, so that neither its own share nor its
    lead is flattered by the choice.

    Parameters
    ----------
    scenarios : sequence of Scenario
        With goals.
    levers : sequence of str
        What is drawn, evenly.
    count, runs : int
        How many styles, and on how many runs of each the best are chosen.
    measured_in, looked_at : int
        On how many other runs how many of the best are measured.
    seed, parameters
        As in `teamsim.futures`; measured with the next seed.

    Examples
    --------
    >>> teams = [Scenario.load(name) for name in ("under-pressure", "managing-stars")]
    >>> teams = [team.replace(goal=team.goal.replace(hours=40)) for team in teams]
    >>> found = best_styles(teams, ["pressure", "challenge"], count=8, runs=8, measured_in=20, looked_at=4)
    >>> found.table.shape, found.ties["looked_at"].tolist()
    ((2, 2), [4, 4])
    """
    best: dict[str, dict[str, float]] = {}
    ties: dict[str, dict[str, float]] = {}
    leanings = {}
    for scenario in scenarios:
        found = search(scenario, levers, count, runs, seed, parameters)
        able = found[found["affordable"]]
        if able.empty:
            raise InputError(f"{scenario.name!r}: none of {count} styles can be afforded; draw more", ("count",))
        ranked = able.sort_values(["share", "clear"], ascending=False, kind="stable").head(looked_at)[[*levers]]
        again = [live(scenario, style, measured_in, seed + 1, parameters).met for style in _styles_in(ranked)]
        tied = [_side(again[0], other) >= 0 for other in again]
        best[scenario.name] = _styles_in(ranked)[0]
        ties[scenario.name] = {"looked_at": len(again), "cannot_be_told": sum(tied)}
        ties[scenario.name] |= {"best": again[0].mean(), "median": float(np.median([met.mean() for met in again]))}
        leanings[scenario.name] = _leaning(ranked, able[[*levers]])
    rows = []
    for scenario in scenarios:
        lived = {of: live(scenario, style, measured_in, seed + 1, parameters).met for of, style in best.items()}
        for of, met in lived.items():
            low, high = wilson(int(met.sum()), len(met))
            about = {"of": of, "scenario": scenario.name, "share": float(met.mean()), "low": low, "high": high}
            rows.append(about | {"told_apart": ("worse", "", "better")[1 + _side(lived[scenario.name], met)]})
    return BestStyles(
        pd.DataFrame(best).T, pd.DataFrame(rows), pd.DataFrame.from_dict(ties, orient="index"), pd.DataFrame(leanings)
    )


def _styles_in(table: pd.DataFrame) -> list[dict[str, float]]:
    return [{str(name): float(value) for name, value in row.items()} for row in table.to_dict("records")]


def _side(base: Numbers, other: Numbers) -> int:
    """Return whether the other is higher (1), lower (-1) or cannot be told from the base (0)."""
    found = paired_interval(base, other, CONFIDENCE)
    return int(found["low"] > 0) - int(found["high"] < 0)


def _leaning(some: pd.DataFrame, among: pd.DataFrame) -> pd.Series[float]:
    """Return where some styles stand in each lever's range, if not just where all of them do.

    The means of so many drawn by chance would lie within the bounds for all levers together in 95 of 100 cases.
    """
    low = pd.Series({name: lever(str(name)).low for name in among})
    width = pd.Series({name: lever(str(name)).high for name in among}) - low
    inside, whole = (some - low) / width, (among - low) / width
    most = scipy.stats.norm.ppf(1.0 - (1.0 - CONFIDENCE) / (2 * len(low)))
    off = (inside.mean() - whole.mean()).abs() > most * whole.std() / np.sqrt(len(some))
    return inside.mean().where(off)


@dataclass(frozen=True)
class Chosen:
    """The best affordable style of a search over all levers, against the scenario's own; of `chosen_and_measured`.

    Attributes
    ----------
    ratio, low, high : float
        Output a head in the second year, best style to own style, on runs that it was not chosen on, with its 95 %
        interval.
    when_chosen : float
        The same ratio on the runs on which it was chosen: what choosing flatters.
    style : mapping
        The levers of the best style that differ from the scenario's own.
    hours, money : float
        What it asks: hours against hours there are (1 is all of them), money each a week in market pay.
    looked_at : int
        How many styles were tried.
    """

    ratio: float
    low: float
    high: float
    when_chosen: float
    style: Mapping[str, float]
    hours: float
    money: float
    looked_at: int


def chosen_and_measured(
    scenario: Scenario,
    count: int = 128,
    runs: int = 20,
    measured_in: int = 100,
    seed: int = 1,
    parameters: Any = None,
    levers: Sequence[str] = (),
) -> Chosen:
    """Search all levers of a style for the best that can be afforded, and measure it on other runs.

    Best is what makes most output a head in the second year. Affordable is what asks for no more hours than there are
    and, where the scenario has a goal, for no more money than it allows. The search goes lever by lever, to the best of
    five places in its range, until nothing is gained; from the scenario's own style, and from the best of styles that
    are drawn evenly.

    Parameters
    ----------
    scenario : Scenario
        Lived on to two years if it is shorter.
    count, runs : int
        How many styles are drawn, and on how many runs each style is looked at.
    measured_in : int
        On how many other runs the best is held against the scenario's own style, pair by pair.
    seed, parameters
        As in `teamsim.futures`; measured with the next seed.
    levers : sequence of str
        Which levers of a style are searched; all of them where none is named.

    Returns
    -------
    Chosen

    Examples
    --------
    >>> two = ["pressure", "recovery"]
    >>> found = chosen_and_measured(Scenario.load("under-pressure"), 4, runs=4, measured_in=10, levers=two)
    >>> found.low <= found.ratio <= found.high, found.when_chosen >= 1
    (True, True)
    """
    there = scenario.replace(weeks=max(scenario.weeks, TWO_YEARS))
    seen: dict[tuple[tuple[str, float], ...], _Tried] = {}

    def tried(levers: Mapping[str, float]) -> _Tried:
        key = tuple(sorted(levers.items()))
        if key not in seen:
            seen[key] = _try(there, levers, runs, seed, parameters)
        return seen[key]

    names = list(levers or Style.model_fields)
    own = there.style.model_dump(include=set(names))
    ranked = sorted(drawn(names, count, seed), key=lambda levers: tried(levers).rank, reverse=True)
    ends = [_climb(start, tried) for start in (own, *ranked[:1])]
    best = max(ends, key=lambda levers: tried(levers).rank)
    other, base = (_try(there, levers, measured_in, seed + 1, parameters) for levers in (best, own))
    ratio, half = _ratio(base.output, other.output)
    changed = {name: value for name, value in best.items() if value != own[name]}
    before = _ratio(tried(own).output, tried(best).output)[0]
    return Chosen(ratio, ratio - half, ratio + half, before, changed, other.hours, other.money, len(seen))


TWO_YEARS, SECOND_YEAR = 104, slice(52, 104)
PLACES, ROUNDS = (0.0, 0.25, 0.5, 0.75, 1.0), 3


@dataclass(frozen=True)
class _Tried:
    """One style, tried: output a head in the second year by run, and by how much it is over the budget."""

    output: Numbers
    hours: float
    money: float
    over: float

    @property
    def rank(self) -> tuple[float, float]:
        return -self.over, float(self.output.mean())


def _try(scenario: Scenario, levers: Mapping[str, float], runs: int, seed: int, parameters: Any) -> _Tried:
    many = futures(scenario.led(**levers), None, runs, seed, parameters=parameters, progress=lambda *_: None)
    whole = many._raw["measures"][:, :, 0]
    year = whole[:, SECOND_YEAR]
    output = year["output"].sum(axis=1) / np.maximum(year["people"].sum(axis=1), 1.0)
    needed, free = float(whole["hours_asked"].sum()), float(whole["hours_free"].sum())
    hours = needed / free if free > 0 else np.inf
    _, money = asked(many)
    over = max(0.0, hours - 1.0) + (max(0.0, money - scenario.goal.money) if scenario.goal else 0.0)
    return _Tried(output, hours, money, over)


def _climb(start: Mapping[str, float], tried: Callable[[Mapping[str, float]], _Tried]) -> dict[str, float]:
    """Go lever by lever to the best of some places in its range, until nothing is gained."""
    here = dict(start)
    for _ in range(ROUNDS):
        before = dict(here)
        for name in here:
            ways = [here, *(here | {name: at_share(lever(name), share)} for share in PLACES)]
            here = max(ways, key=lambda levers: tried(levers).rank)
        if here == before:
            break
    return here


def _ratio(base: Numbers, other: Numbers) -> tuple[float, float]:
    """Return the ratio of two means over pairs, and half the width of its 95 % interval (a ratio estimator's)."""
    ratio = float(other.mean() / base.mean())
    found = paired_interval(ratio * base, other, CONFIDENCE)
    return ratio, (found["high"] - found["low"]) / (2 * float(base.mean()))
