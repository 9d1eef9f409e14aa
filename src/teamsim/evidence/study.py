"""What is observed in invented firms, beside what is tried there, so that published figures can be measured on it.

One function of parameters and seeds; every seed is a firm of its own. Observation is a quarterly panel after some
years that are let pass, and what the life lines say of who leaves when; experiments are those of
`teamsim.evidence.experiments`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from teamsim.engine import Progress, observe
from teamsim.evidence.experiments import (
    QUICK,
    SEARCHED,
    THOROUGH,
    best_style,
    bosses,
    feedback,
    goals,
    levers,
    pay,
    practices,
    praise_of_the_best,
    raises,
    recognition,
    world_of,
)
from teamsim.evidence.figures import PANEL_WEEKS, Evidence
from teamsim.evidence.invented import BURN_IN, YEARS
from teamsim.evidence.sizes import AFTER
from teamsim.evidence.targets import Target, published
from teamsim.panel.declared import ANSWER, SURVEYED
from teamsim.panel.look import Look
from teamsim.panel.tables import survey_weeks, tables
from teamsim.parameters import parameters_of
from teamsim.people import ROADS
from teamsim.world import Records, World

__all__ = ["evidence", "figures"]

ANSWERED = ("engagement",)
"""States of which the noisy answers are kept, too."""
SEARCHED_EVERY = 3
"""Of how many firms' seeds one has a search for the best style: it takes as long as all the rest."""
FOR_ALL = "who-should-lead"
"""The cast that is searched where one search has to stand for all: what is found there lies just above their mean."""
TOLD = {"told why": {"explaining": 1.0}, "not told why": {"explaining": 0.0}}
"""What all leaders do where a conversation is held with who is passed over, and where none is."""
PASSED_OVER_RUNS = {"quick": 1, "thorough": 2}
"""Histories of a firm, of each of the two: few are passed over in one."""


def evidence(
    parameters: Any = None,
    seeds: Sequence[int] = (1, 2, 3),
    *,
    quick: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Evidence:
    """Observe a firm for every seed, and try in it what experiments tried.

    Parameters
    ----------
    parameters : mapping from name to number, optional
        Numbers inside the rules that differ from the declared ones.
    seeds : sequence of int
        Which firms.
    quick : bool
        Whether what takes longest is made short, for comparing sets of parameters: one small search for the best style
        rather than one for every third firm, half as many histories in which people are passed over.
    threads, progress
        As in `teamsim.futures`; progress counts firms.
    """
    found = []
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        numbers = parameters_of(parameters)
        for one in pool.map(lambda place: _of_firm(numbers, seeds[place], place, quick), range(len(seeds))):
            found.append(one)
            if progress is not None:
                progress(len(found), len(seeds))
    names = [one.name for one in fields(Evidence)]
    return Evidence(**{name: pd.concat([getattr(one, name) for one in found], ignore_index=True) for name in names})


def figures(parameters: Any = None, seeds: Sequence[int] = (1, 2, 3), *, threads: int | None = None) -> pd.Series:
    """Return every figure of targets and bounds under some parameters: what a search calls.

    Examples
    --------
    >>> found = figures(seeds=[1])
    >>> bool(0.0 < found["quit-rate", "monthly voluntary quit rate"] < 0.05)
    True
    """
    return measured(evidence(parameters, seeds, quick=True, threads=threads))


def measured(found: Evidence, of: Sequence[Target] | None = None) -> pd.Series:
    """Return the figures of targets and bounds, or of what is given, by target and measure."""
    values = {(one.id, check.measure): check.value(found) for one in of or published() for check in one.checks}
    return pd.Series(values).rename_axis(["target", "measure"])


def _of_firm(parameters: Any, seed: int, place: int, quick: bool) -> Evidence:
    world = world_of(seed, parameters, 52 * YEARS)
    weeks = np.arange(52 * BURN_IN - 1, world.weeks, PANEL_WEEKS)
    survey = Look(world, survey_weeks(weeks.tolist(), world.weeks))

    def look(measures: Records, life: Records, exits: Records, run: int) -> tuple[Any, ...]:
        return survey(measures, life, exits, run), risks(world, life), sequels(world, life, exits), reasons(exits)

    [(seen, risk, followed, reason)] = observe(world, seed, 1, look, threads=1)
    panel, tenures, _ = tables(world.scenario, [seen], [seed])
    noisy = [f"{state}{ANSWER}" for state in SURVEYED if state not in ANSWERED]
    panel = panel.drop(columns=noisy).assign(log_pay=np.log(panel["pay"]), log_pay_market=np.log(panel["pay_market"]))
    runs = PASSED_OVER_RUNS["quick" if quick else "thorough"]
    passed_over = [_passed_over(parameters, seed, told, runs).assign(arm=arm) for arm, told in TOLD.items()]
    found = {
        "panel": panel,
        "tenures": _watched(tenures),
        "arms": pd.concat([one(parameters, seed) for one in OF_PERSONS]),
        "pay": pay(parameters, seed),
        "reasons": reason,
        "risks": risk,
        "sequels": pd.concat([followed.assign(arm="as observed"), *passed_over]),
        "firms": pd.concat([one(parameters, seed) for one in OF_FIRMS]),
        "levers": levers(parameters, seed),
        "raises": raises(parameters, seed),
    }
    if place == 0 or (not quick and place % SEARCHED_EVERY == 0):
        cast, how = (SEARCHED.index(FOR_ALL), QUICK) if quick else (place // SEARCHED_EVERY, THOROUGH)
        found["searches"] = best_style(parameters, seed, cast, how)
    return Evidence(**{name: table.assign(run=seed) for name, table in found.items()})


OF_PERSONS = (feedback, goals, recognition, praise_of_the_best)
OF_FIRMS = (practices, bosses)


def _watched(tenures: pd.DataFrame) -> pd.DataFrame:
    """Return tenures from when firms are looked at: who had left by then is unknown, others come in with theirs."""
    unwatched = (52 * BURN_IN - tenures["entered"]).clip(lower=0)
    seen = tenures.assign(tenure_from=tenures["tenure_from"] + unwatched)
    return seen[seen["tenure_to"] > seen["tenure_from"]]


# --- who leaves when ------------------------------------------------------------------------------

VOLUNTARY = tuple(ROADS.index(road) for road in ("offer", "exhaustion"))
WEEKS_AFTER = ((1, 9), (10, 17), (18, 27))
"""Weeks since the week in which a colleague left: weeks 0-8, 9-16 and 17-26 in which others can know of it."""
LEADER_WEEKS = ((1, 9), (10, 27))
MOST_COUNTED = 3
"""Colleagues who left in the same weeks; the few beyond count as so many."""
MIDDLING = (8, 12)
"""People in a team in which a colleague's leaving is looked at."""
HALF_YEAR, YEAR = 26, 52
TENURES = (52.0, 104.0, 208.0)
STANDINGS = (-0.5, 0.0, 0.5)
"""Between which people are comparable."""


def reasons(exits: Records) -> pd.DataFrame:
    """Return what people said who left of their own accord: the ``main`` reason, and all ``named`` (bits)."""
    gone = exits[(exits["week"] >= 52 * BURN_IN) & np.isin(exits["road"], VOLUNTARY)]
    return pd.DataFrame({"main": gone["stated"], "named": gone["reasons"]}, dtype=np.int64)


def risks(world: World, life: Records) -> pd.DataFrame:
    """Return person-weeks and voluntary exits of who was there before somebody around them left.

    Parameters
    ----------
    world : World
        The firm.
    life : records of (weeks, seats)
        How it lived.

    Returns
    -------
    DataFrame
        A row for each combination that there is: ``quarter``, whether the team is ``middling`` in size (1) or not (0),
        ``leader`` (1: left of their own accord in the last weeks 0-8, 2: 9-26, 0: neither), ``peers 0-8`` and so on
        (how many colleagues did), ``weeks`` (of a person) and ``exits``.
    """
    weeks = len(life)
    present, leaving, team = life["present"] == 1, life["leaving"], world.people["team"]
    quits = present & np.isin(leaving, VOLUNTARY)
    member = (team[:, None] == np.arange(len(world.teams))).astype(float)
    size, left = present @ member, quits @ member
    chairs = world.teams["leader_seat"]
    leader_left = np.where(chairs >= 0, quits[:, chairs], False).astype(float)
    peers = [np.minimum(_within(left, *window), MOST_COUNTED) for window in WEEKS_AFTER]
    recent, earlier = (_within(leader_left, *window) > 0 for window in LEADER_WEEKS)
    cells = {
        "quarter": np.broadcast_to((np.arange(weeks) // PANEL_WEEKS)[:, None], left.shape),
        "middling": (size >= MIDDLING[0]) & (size <= MIDDLING[1]),
        "leader": np.where(recent, 1, np.where(earlier, 2, 0)),
        **{f"peers {name}": counted for name, counted in zip(AFTER, peers, strict=True)},
    }
    there = present & (life["tenure"] > max(WEEKS_AFTER[-1])) & (np.arange(weeks) >= 52 * BURN_IN)[:, None]
    exposed, gone = there @ member, (there & quits) @ member
    table = pd.DataFrame({name: np.ravel(values).astype(np.int64) for name, values in cells.items()})
    table = table.assign(weeks=exposed.ravel(), exits=gone.ravel())
    return table[table["weeks"] > 0].groupby(list(cells), as_index=False).sum()


def _within(happened: Any, first: int, last: int) -> Any:
    """Return, for every week and team, what happened between so many weeks before."""
    so_far = np.vstack([np.zeros((1, happened.shape[1])), np.cumsum(happened, axis=0)])
    week = np.arange(len(happened))
    return so_far[np.maximum(week - first + 1, 0)] - so_far[np.maximum(week - last, 0)]


def sequels(world: World, life: Records, exits: Records) -> pd.DataFrame:
    """Return what became of people after a decision: ``people``, and how many of them were ``gone`` in time.

    ``what`` is ``"passed over"``, or ``"colleagues"`` of these in the same team and week: gone of their own accord
    within half a year, by ``level``, ``standing`` and ``tenure`` (numbers of bands); who was dismissed meanwhile does
    not count. Or it is ``"counter-offer"`` for who stayed for one: gone within a year, by whatever road.
    """
    team = world.people["team"]
    present = life["present"] == 1
    order = np.argsort(exits["identity"])
    who, when, road = exits["identity"][order], exits["week"][order], exits["road"][order]

    def rows(what: str, chosen: Any, within: int, every_road: bool) -> pd.DataFrame:
        chosen = chosen.copy()
        chosen[: 52 * BURN_IN] = chosen[len(life) - within :] = False
        week, seat = np.nonzero(chosen)
        person = life[week, seat]
        place = np.minimum(np.searchsorted(who, person["identity"]), max(len(who) - 1, 0))
        known = who[place] == person["identity"] if len(who) else np.zeros(len(person), dtype=bool)
        soon = known & (when[place] <= week + within - 1) & (when[place] >= week) if len(who) else known
        dismissed = soon & ~np.isin(road[place], VOLUNTARY) if len(who) else known
        columns = {
            "level": world.teams["tier"][team[seat]],
            "standing": np.digitize(person["standing"], STANDINGS),
            "tenure": np.digitize(person["tenure"], TENURES),
            "people": 1,
            "gone": soon.astype(int),
        }
        table = pd.DataFrame(columns)[every_road | ~dismissed]
        return table.groupby(["level", "standing", "tenure"], as_index=False).sum().assign(what=what)

    passed = present & (life["passed_over"] == 1)
    member = (team[:, None] == np.arange(len(world.teams))).astype(float)
    colleagues = present & ~passed & ((passed @ member) > 0)[:, team]
    return pd.concat(
        [
            rows("passed over", passed, HALF_YEAR, False),
            rows("colleagues", colleagues, HALF_YEAR, False),
            rows("counter-offer", present & (life["countered"] == 1), YEAR, True),
        ],
        ignore_index=True,
    )


def _passed_over(parameters: Any, seed: int, levers: Mapping[str, float], runs: int) -> pd.DataFrame:
    """Live some histories of a firm in which all leaders have some levers alike; who is passed over, and what then."""
    world = world_of(seed, parameters, 52 * YEARS)
    for name, value in levers.items():
        world.styles[name] = value

    def look(_: Records, life: Records, exits: Records, __: int) -> pd.DataFrame:
        return sequels(world, life, exits)

    found: pd.DataFrame = pd.concat(observe(world, seed, runs, look, threads=1))
    return found[found["what"] != "counter-offer"]
