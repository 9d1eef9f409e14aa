"""What works where: every lever by itself, and styles drawn evenly from all that a budget allows.

The model teaches trade-offs only if no lever decides alone and none is idle, and if another team needs another style.
Here that is looked up: all styles of a scenario meet the same luck, and what a style asks is held against the goal's
budget. Levers are fields of `Style` or `Policies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import scipy

from teamsim.engine import futures
from teamsim.fields import InputError, Quantity
from teamsim.people import Policies
from teamsim.scenario import Goal, Scenario
from teamsim.statistics.goals import shares_met
from teamsim.style import Style

__all__ = [
    "Lived",
    "alone",
    "best_styles",
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
STEPS, CONFIDENCE = 5, 0.95


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


def live(scenario: Scenario, levers: Mapping[str, float], runs: int, seed: int) -> Lived:
    """Live through the futures of a scenario with some levers set, and the others where participants find them."""
    goal = goal_of(scenario)
    many = futures(scenario.led(**{**goal.start, **levers}), None, runs, seed, progress=lambda *_: None)
    whole = many._raw["measures"][:, :, 0]
    heads = whole["people"].sum()
    money = (whole["pay_cost"].sum() + whole["development_cost"].sum()) / heads
    return Lived(goal, float(whole["hours_asked"].sum() / heads), float(money), many.aims(goal).to_numpy())


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
    scenario: Scenario, levers: Sequence[str] = (), count: int = 256, runs: int = 40, seed: int = 1
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
        one = live(scenario, style, runs, seed)
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
    scenario: Scenario, levers: Sequence[str] = (), steps: int = STEPS, runs: int = 100, seed: int = 1
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
    >>> bool((found["low"] > 0).all()), bool(found["reaches"].any())
    (True, False)
    """
    goal = goal_of(scenario)
    usual = live(scenario, {}, runs, seed).aims.std(axis=0)
    rows = []
    for name in levers or goal.levers:
        values = [lever(name).random(step / (steps - 1)) for step in range(steps)]
        lived = [live(scenario, {name: value}, runs, seed) for value in values]
        afforded = [one for one in lived if one.affordable]
        share, reaches = max(one.share for one in afforded), any(one.reaches for one in afforded)
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


def best_styles(
    scenarios: Sequence[Scenario], levers: Sequence[str], count: int = 256, runs: int = 40, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the best affordable style of every scenario among the same ones, and live it in all scenarios in other luck.

    The best is the one with most futures that come to every aim; of several, the one that is furthest clear.

    Returns
    -------
    styles, shares : DataFrame
        A row a scenario: the levers of its best style; the share of futures that reach each scenario's goal under it.
    """
    best: dict[str, dict[str, float]] = {}
    for scenario in scenarios:
        found = search(scenario, levers, count, runs, seed)
        ranked = found[found["affordable"]].sort_values(["share", "clear"], ascending=False, kind="stable")
        best[scenario.name] = {name: float(ranked[name].iloc[0]) for name in levers}
    shares = {
        of: {scenario.name: live(scenario, style, 5 * runs, seed + 1).share for scenario in scenarios}
        for of, style in best.items()
    }
    return pd.DataFrame(best).T, pd.DataFrame(shares).T
