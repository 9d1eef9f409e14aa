"""Whom to promote, asked of our own model: people differ, leading is a skill of its own, and leaders matter.

The published model (`teamsim.evidence.peter`) knows one competence a person. Here somebody promoted takes skill, traits
and history along, leads by another skill than the one that got them there, and leaves a gap behind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import scipy

from teamsim.chance import identity_of, mix, normal, uniform
from teamsim.comparison import Comparison
from teamsim.engine import Progress, futures
from teamsim.fields import InputError, closest
from teamsim.people import Policies
from teamsim.results import Futures
from teamsim.scenario import Scenario
from teamsim.statistics.pairs import paired_interval
from teamsim.style import Conduct, Event

__all__ = ["POLICIES", "compare_policies", "firm", "lot_against_results", "over_firms", "risen", "unlike", "vacated"]

POLICIES: dict[str, dict[str, float]] = {
    "the best by results": {"promote_on_leading": 0.0, "promote_by_lot": 0.0},
    "by lot": {"promote_by_lot": 1.0},
    "on a hunch who leads well": {"promote_on_leading": 1.0, "assessment": 0.0},
    "by an assessment of leading": {"promote_on_leading": 1.0, "assessment": 1.0},
    "the best, prepared to lead": {"promote_on_leading": 0.0, "preparation": 1.0},
    "the best, with an expert track": {"promote_on_leading": 0.0, "expert_track": 1.0, "only_carrot": 0.0},
}
"""Ways of filling a leader's chair; what is not named is as the organisation has it."""

TALENT, LEADERSHIP, WISH, NEED = (np.uint64(number) for number in range(1, 5))
SPREAD_OF_TALENT, START_OF_LEADING = 0.3, 0.5


def firm(
    likeness: float = 0.0,
    weeks: int = 520,
    seed: int = 1,
    departments: int = 3,
    span: int = 7,
    spread: float = SPREAD_OF_TALENT,
) -> Scenario:
    """Draw an organisation of three levels: a board, departments, and teams at the front line.

    Parameters
    ----------
    likeness : float
        Correlation -1..1 of talent and of leadership potential (both as normal scores); 0 where nothing links the two.
    weeks : int
        The horizon.
    seed : int
        The same seed draws the same people.
    departments, span : int
        Departments, each with three teams, and how many people a team has.
    spread : float
        Of talent, as standard deviation of its logarithm.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        If the likeness is outside -1..1.

    Examples
    --------
    >>> scenario = firm()
    >>> len(scenario.teams), len(scenario.people)
    (13, 75)
    """
    if not -1.0 <= likeness <= 1.0:
        raise InputError(f"= {likeness!r} is outside -1..1", ("likeness",))

    def person(name: str, start: float) -> dict[str, Any]:
        key = np.uint64(mix(np.uint64(seed), np.uint64(identity_of(name))))
        score = float(normal(key, TALENT))
        other = likeness * score + math.sqrt(1.0 - likeness * likeness) * float(normal(key, LEADERSHIP))
        leadership = 0.1 + 0.8 * float(scipy.special.ndtr(other))
        return {
            "name": name,
            "talent": round(start * math.exp(spread * score), 3),
            "leadership": round(leadership, 3),
            "lead_skill": round(START_OF_LEADING * leadership, 3),
            "wish_to_lead": round(float(uniform(key, WISH)), 3),
            "need_growth": round(0.2 + 0.7 * float(uniform(key, NEED)), 3),
            "tenure": 104,
        }

    chiefs = [person(f"Chief {one + 1}", 1.3) for one in range(departments)]
    teams: list[dict[str, Any]] = [{"name": "Board", "tier": 2, "leader": {"name": "Chair"}, "people": chiefs}]
    heads = [[person(f"Head {one + 1}.{two + 1}", 1.1) for two in range(3)] for one in range(departments)]
    for one, chief in enumerate(chiefs):
        name = f"Department {one + 1}"
        teams.append({"name": name, "tier": 1, "led_by": chief["name"], "people": heads[one]})
    for one in range(departments):
        for two in range(3):
            people = [person(f"Member {one + 1}.{two + 1}.{seat + 1}", 1.0) for seat in range(span)]
            name = f"Team {one + 1}.{two + 1}"
            teams.append({"name": name, "tier": 0, "led_by": heads[one][two]["name"], "people": people})
    return Scenario(name="firm", title="A firm of three levels", weeks=weeks, teams=teams)


class ComparedPolicies(Comparison):
    """Several policies under the same luck: tables and charts as of `Comparison`, kept in memory only."""

    def save(self, *_: Path | str, **__: Any) -> NoReturn:
        """Refuse: a saved comparison keeps one scenario and its styles, and policies belong to scenarios."""
        raise InputError("of policies keeps nothing: save found[policy] for each of them", ("comparison",))


def compare_policies(
    scenario: Scenario,
    policies: Mapping[str, Mapping[str, float]] = POLICIES,
    runs: int = 100,
    seed: int = 1,
    *,
    style: Conduct | None = None,
    parameters: Any = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> ComparedPolicies:
    """Live through the same luck under several policies of the organisation.

    Parameters
    ----------
    scenario : Scenario
        Who, for how long, where.
    policies : mapping from a name to a mapping from policy to value
        What differs from the scenario's policies; the first is what the others are held against.
    runs : int
        How many pairs, from 2.
    seed : int
        The luck, shared by all.
    style, parameters, threads, progress
        As in `teamsim.futures`.

    Returns
    -------
    ComparedPolicies
        As `Comparison`, with the names of the policies in place of styles.

    Raises
    ------
    InputError
        If fewer than two policies or runs are given, or anything cannot be used.

    Examples
    --------
    >>> two = {"by results": {"promote_on_leading": 0.0}, "by lot": {"promote_by_lot": 1.0}}
    >>> compare_policies(firm(weeks=30), two, runs=2).styles
    ('by results', 'by lot')
    """
    if not isinstance(policies, Mapping) or len(policies) < 2:
        raise InputError("has to be a mapping from two or more names to policies", ("policies",))
    if isinstance(runs, bool) or not isinstance(runs, (int, np.integer)) or runs < 2:
        raise InputError(f"= {runs!r} is not a whole number from 2", ("runs",))
    lived = {}
    for name, changes in policies.items():
        held = scenario.replace(policies=Policies(**(scenario.policies.model_dump() | dict(changes))))
        lived[name] = futures(held, style, runs, seed, parameters=parameters, threads=threads, progress=progress)
    made = {name: one.made for name, one in lived.items()}
    first = next(iter(made.values()))
    return ComparedPolicies(first, styles=tuple(lived), futures=lived, made=made, confidence=0.95)


def over_firms(
    firms: Iterable[Scenario],
    policies: Mapping[str, Mapping[str, float]] = POLICIES,
    runs: int = 40,
    seed: int = 1,
    *,
    style: Conduct | None = None,
) -> pd.DataFrame:
    """Say in how many firms output is clearly lower or higher under a policy than under the first one.

    What one firm shows may be due to who happens to work there.

    Parameters
    ----------
    firms : iterable of Scenario
        Which firms.
    policies, runs, seed, style
        As in `compare_policies`.

    Returns
    -------
    DataFrame
        A row a policy: in how many firms the 95 % interval lies below 0 (``lower``), above it (``higher``), or on
        both sides (``unclear``).

    Examples
    --------
    >>> two = {"by results": {"promote_on_leading": 0.0}, "by lot": {"promote_by_lot": 1.0}}
    >>> over_firms([firm(weeks=60, seed=one) for one in (1, 2)], two, runs=4).sum(axis=1).tolist()
    [2]
    """
    found = [
        compare_policies(one, policies, runs, seed, style=style, progress=lambda *_: None).differences for one in firms
    ]
    table = pd.concat(found).query("group == 'organisation' and measure == 'output'")
    lower, higher = table["high"] < 0, table["low"] > 0
    sides = pd.DataFrame({"lower": lower, "unclear": ~lower & ~higher, "higher": higher})
    return sides.groupby(table["style"], sort=False).sum().rename_axis(None)


def unlike(scenario: Scenario, person: str, **fields: float) -> Scenario:
    """Return a scenario in which one person of the cast is another one in some respects.

    Raises
    ------
    InputError
        If there is nobody of that name.

    Examples
    --------
    >>> other = unlike(Scenario.load("who-should-lead"), "Valeria", leadership=0.9)
    >>> [one.leadership for team in other.teams for one in team.people if one.name == "Valeria"]
    [0.9]
    """
    if person not in scenario.people:
        raise InputError(f"person {person!r} is not known; {closest(person, scenario.people)}")
    teams = [
        team.replace(people=tuple(one.replace(**fields) if one.name == person else one for one in team.people))
        for team in scenario.teams
    ]
    return scenario.replace(teams=tuple(teams))


def vacated(scenario: Scenario, week: int = 12) -> Scenario:
    """Return a scenario in which everybody who leads a team of the front line is let go in a week.

    So all chairs are filled at once, and what a way of filling them does is seen soon after.

    Examples
    --------
    >>> len(vacated(firm()).events)
    9
    """
    heads = [team.led_by for team in scenario.teams if team.tier == 0 and team.led_by]
    gone = tuple(Event(week=week, kind="dismissal", who=head) for head in heads)
    return scenario.replace(events=(*scenario.events, *gone))


def lot_against_results(
    places: Mapping[str, tuple[Scenario, tuple[int, int]]], runs: int = 100, seed: int = 1, parameters: Any = None
) -> pd.DataFrame:
    """Hold promotion by lot against promotion by results in several places: output over some weeks.

    Parameters
    ----------
    places : mapping from a name to a scenario and two weeks
        Where, and from which week to before which output is looked at.
    runs, seed, parameters
        As in `teamsim.futures`.

    Returns
    -------
    DataFrame
        A row a place: ``by_results``, the output a week; ``by_lot``, by how much more (as a share of it) there is by
        lot, with ``low`` and ``high`` of its 95 % interval over pairs; ``lead_skill`` and ``skill``: how much better
        those who lead front-line teams in the last of these weeks lead, and do the work itself, if they are chosen by
        lot (means over a few runs).

    Examples
    --------
    >>> place = {"the workshop": (Scenario.load("who-should-lead"), (65, 78))}
    >>> bool(lot_against_results(place, runs=20).loc["the workshop", "by_lot"] > 0)
    True
    """
    rows = {}
    for name, (scenario, weeks) in places.items():
        output, leaders = [], []
        for way in ("the best by results", "by lot"):
            held = scenario.led(**POLICIES[way])
            many = futures(held, None, runs, seed, parameters=parameters, progress=lambda *_: None)
            output.append(many._raw["measures"]["output"][:, slice(*weeks), 0].mean(axis=1))
            leaders.append(_leaders(many, weeks[1] - 1))
        found, base = paired_interval(output[0], output[1], 0.95), float(output[0].mean())
        apart = leaders[1] - leaders[0]
        rows[name] = {
            "by_results": base,
            "by_lot": found["difference"] / base,
            "low": found["low"] / base,
            "high": found["high"] / base,
            "lead_skill": float(apart["lead_skill"]),
            "skill": float(apart["skill"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


OPENED = 8


def _leaders(many: Futures, week: int) -> pd.Series[float]:
    """Return how well those lead who lead front-line teams in a week, and how well they do the work itself."""
    front = [number for number, team in enumerate(many.scenario.teams) if team.tier == 0]
    rows = [many.open(run).people for run in range(min(OPENED, many.made.runs))]
    found = pd.concat([one[(one["week"] == week) & one["leads"].isin(front)] for one in rows])
    return found[["lead_skill", "skill"]].mean()


def risen(found: ComparedPolicies, policies: Iterable[str] = (), runs: int = 5) -> pd.DataFrame:
    """Return who rises under each policy, as they were in the week before.

    Parameters
    ----------
    found : ComparedPolicies
        What `compare_policies` returned.
    policies : iterable of str
        Which of them; all by default.
    runs : int
        How many of the histories are opened.

    Returns
    -------
    DataFrame
        A row a policy: how many ``promotions``, and of those who rose the mean ``standing`` (-1 to 1 in their team),
        ``lead_skill`` and ``wish_to_lead``.

    Examples
    --------
    >>> two = {"by results": {"promote_on_leading": 0.0}, "by lot": {"promote_by_lot": 1.0}}
    >>> risen(compare_policies(firm(weeks=200), two, runs=2), runs=1).columns.tolist()
    ['promotions', 'standing', 'lead_skill', 'wish_to_lead']
    """
    rows = {}
    for name in policies or found.styles:
        who = pd.concat([found[name].open(run).promotions for run in range(runs)])
        means = who[["standing", "lead_skill", "wish_to_lead"]].mean()
        rows[name] = {"promotions": len(who), **means.to_dict()}
    return pd.DataFrame.from_dict(rows, orient="index")
