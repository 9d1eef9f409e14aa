"""What is observed and tried in invented firms, so that published figures can be measured on it.

One function of parameters and seeds; every seed is a firm of its own. Observation is a quarterly panel after some
years that are let pass. Experiments live the first year of the same firms twice or more, by the same luck, so that
people are compared with themselves; nobody leaves meanwhile, except where leaving is what is looked at.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from teamsim.engine import Progress, observe
from teamsim.evidence.casts import SETTINGS
from teamsim.evidence.figures import PANEL_WEEKS, Evidence
from teamsim.evidence.invented import BURN_IN, YEARS, invented_firm
from teamsim.evidence.targets import Target, targets
from teamsim.panel.declared import ANSWER
from teamsim.panel.look import Look
from teamsim.panel.tables import survey_weeks, tables
from teamsim.parameters import parameters_of
from teamsim.world import Records, World

__all__ = ["evidence", "figures"]

SETTLED, LOOKED_AT = 13, 26
"""Of an experiment: weeks until things have taken effect, and weeks of output that are compared."""
PAY_WEEKS = 156
MOVES = (0.9, 1.1)
"""Factors by which all pay is moved against the market."""
NO_TALKS = {"feedback_weight": 0.0, "honesty_gain": 0.0}
NO_PRAISE = {"praise_plain": 0.0, "praise_specific": 0.0}
"""What it takes that talks and praise, which a style can only make rare, do nothing."""
OFTEN = 4.0
FIXED_WORK = {
    "assignment_gain": 0.0, "learning_rate": 0.0, "peer_learning": 0.0, "failure_learning": 0.0,
}  # fmt: skip
"""Work is not set anew, and skill stays."""
OUT_OF_REACH = 0.25
FIXED_LEADERS = {"practice_rate": 0.0, "practice_fading": 0.0}
TOP, BOTTOM = 0.9, 0.1

Numbers = Mapping[str, float]
Change = Callable[[World], None]
NOTHING: Numbers = {}


@lru_cache(maxsize=128)
def _firm(seed: int) -> World:
    return World.build(*invented_firm(seed))


def _world(
    seed: int, parameters: Any, weeks: int, changes: Numbers | None = None, change: Change | None = None
) -> World:
    """Return a firm under some parameters for some weeks, and otherwise as something changes it."""
    firm = _firm(seed)
    numbers = parameters_of(parameters).replace(**changes or {})
    world = dataclasses.replace(
        firm,
        weeks=weeks,
        people=firm.people.copy(),
        styles=firm.styles.copy(),
        style_at=np.ascontiguousarray(firm.style_at[:, :weeks]),
        parameters=numbers.record(),
    )
    if change is not None:
        change(world)
    return world


def evidence(
    parameters: Any = None,
    seeds: Sequence[int] = (1, 2, 3),
    *,
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
    threads, progress
        As in `teamsim.futures`; progress counts firms.
    """
    found = []
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        for one in pool.map(lambda seed: _of_firm(parameters_of(parameters), seed), seeds):
            found.append(one)
            if progress is not None:
                progress(len(found), len(seeds))
    joined = {name: pd.concat([getattr(one, name) for one in found], ignore_index=True) for name in vars(found[0])}
    return Evidence(**joined)


def figures(parameters: Any = None, seeds: Sequence[int] = (1, 2, 3), *, threads: int | None = None) -> pd.Series:
    """Return every figure of the targets under some parameters: what a search calls.

    Examples
    --------
    >>> found = figures(seeds=[1])
    >>> bool(0.0 < found["quit-rate", "monthly voluntary quit rate"] < 0.05)
    True
    """
    return measured(evidence(parameters, seeds, threads=threads))


def measured(found: Evidence, of: Sequence[Target] | None = None) -> pd.Series:
    """Return the figures of the targets, or of what is given, by target and measure."""
    values = {(target.id, check.measure): check.value(found) for target in of or targets() for check in target.checks}
    return pd.Series(values).rename_axis(["target", "measure"])


def _of_firm(parameters: Any, seed: int) -> Evidence:
    world = _world(seed, parameters, 52 * YEARS)
    weeks = np.arange(52 * BURN_IN - 1, world.weeks, PANEL_WEEKS)
    seen = observe(world, seed, 1, Look(world, survey_weeks(weeks.tolist(), world.weeks)), threads=1)
    panel, tenures, _ = tables(world.scenario, seen, [seed])
    kept = panel[[name for name in panel if not str(name).endswith(ANSWER)]]
    kept = kept.assign(log_pay=np.log(kept["pay"]), log_pay_market=np.log(kept["pay_market"]))
    leaders = panel.loc[panel["level"] == 0].groupby(["team", "week"], observed=True)["leader_skill"].first().dropna()
    arms = pd.concat(
        [
            _feedback(parameters, seed),
            _goals(parameters, seed),
            _recognition(parameters, seed),
            _leaders(parameters, seed, leaders.quantile([BOTTOM, TOP]).tolist()),
        ]
    )
    return Evidence(kept, _watched(tenures), arms.assign(run=seed), _pay(parameters, seed).assign(run=seed))


def _watched(tenures: pd.DataFrame) -> pd.DataFrame:
    """Return tenures from when firms are looked at: who had left by then is unknown, others come in with theirs."""
    unwatched = (52 * BURN_IN - tenures["entered"]).clip(lower=0)
    seen = tenures.assign(tenure_from=tenures["tenure_from"] + unwatched)
    return seen[seen["tenure_to"] > seen["tenure_from"]]


# --- experiments ----------------------------------------------------------------------------------


def _outputs(world: World, seed: int, experiment: str, arm: str) -> pd.DataFrame:
    """Return the mean output of everybody on the front line who stays where they are."""

    def look(_: Records, life: Records, *__: Any) -> pd.DataFrame:
        weeks = life[SETTLED:]
        there = (weeks["present"] == 1).all(axis=0) & (weeks["identity"] == world.people["identity"]).all(axis=0)
        there &= world.teams["tier"][world.people["team"]] == 0
        columns = {"team": world.people["team"][there], "person": np.flatnonzero(there)}
        return pd.DataFrame(columns | {"output": weeks["output"][:, there].mean(axis=0)})

    outputs: pd.DataFrame = observe(world, seed, 1, look, threads=1)[0]
    return outputs.assign(experiment=experiment, arm=arm)


def _tried(
    parameters: Any, seed: int, experiment: str, arms: Mapping[str, tuple[Numbers, Change]], held: Numbers
) -> pd.DataFrame:
    weeks, stay = SETTLED + LOOKED_AT, SETTINGS["nobody leaves"]
    return pd.concat(
        [
            _outputs(_world(seed, parameters, weeks, {**stay, **held, **numbers}, change), seed, experiment, arm)
            for arm, (numbers, change) in arms.items()
        ]
    )


def _levers(**levers: float) -> Change:
    """Everybody leads with some levers alike, and otherwise in their own style."""

    def change(world: World) -> None:
        for name, value in levers.items():
            world.styles[name] = value

    return change


def _feedback(parameters: Any, seed: int) -> pd.DataFrame:
    """Talks, each in the leader's own manner, against none that would tell anything."""
    arms = {"on": (NOTHING, _levers(feedback_weeks=OFTEN)), "off": (NO_TALKS, _levers(feedback_weeks=52.0))}
    return _tried(parameters, seed, "feedback", arms, {})


def _goals(parameters: Any, seed: int) -> pd.DataFrame:
    """Everybody's work is set well within reach, as far as skill just reaches, or a quarter beyond."""
    easy = -float(parameters.stretch_span * parameters.stretch_even)

    def set_work(gap: float) -> Change:
        def change(world: World) -> None:
            world.people["demand"] = world.people["skill"] * (1.0 + gap)

        return change

    gaps = {"easy": easy, "hard": 0.0, "out of reach": OUT_OF_REACH}
    return _tried(parameters, seed, "goals", {arm: (NOTHING, set_work(gap)) for arm, gap in gaps.items()}, FIXED_WORK)


def _recognition(parameters: Any, seed: int) -> pd.DataFrame:
    """Recognition, feedback and money that follows performance: none, each, all."""
    levers = {
        "recognition": ("recognition_weeks", 52.0, OFTEN),
        "feedback": ("feedback_weeks", 52.0, OFTEN),
        "money": ("pay_spread", 0.0, 1.0),
    }
    without: dict[str, Numbers] = {"recognition": NO_PRAISE, "feedback": NO_TALKS, "money": {}}

    def arm(*on: str) -> tuple[Numbers, Change]:
        numbers = {name: value for one in levers if one not in on for name, value in without[one].items()}
        return numbers, _levers(**{lever: high if one in on else low for one, (lever, low, high) in levers.items()})

    arms = {"none": arm(), "all": arm(*levers)} | {one: arm(one) for one in levers}
    return _tried(parameters, seed, "recognition", arms, {})


def _leaders(parameters: Any, seed: int, skills: Sequence[float]) -> pd.DataFrame:
    """The same teams under leaders of whom one in ten is weaker, or one in ten better."""

    def led(skill: float) -> Change:
        def change(world: World) -> None:
            world.people["lead_skill"][world.people["leads"] >= 0] = skill

        return change

    arms = {arm: (NOTHING, led(skill)) for arm, skill in zip(("P10", "P90"), skills, strict=True)}
    return _tried(parameters, seed, "leaders", arms, FIXED_LEADERS)


def _pay(parameters: Any, seed: int) -> pd.DataFrame:
    """All pay is moved against the market; people come and go."""

    def moved(factor: float) -> Change:
        def change(world: World) -> None:
            world.people["pay_ratio"] *= factor
            world.people["pay_reference"] *= factor
            world.styles["pay_position"] *= factor

        return change

    def look(measures: Records, *_: Any) -> dict[str, float]:
        firm = measures[:, 0]
        quits = firm["left_for_offer"] + firm["left_exhausted"]
        return {"quits": float(quits.sum()), "weeks": float(firm["people"].sum())}

    rows = []
    for factor in MOVES:
        world = _world(seed, parameters, PAY_WEEKS, change=moved(factor))
        rows += [{"log_pay": np.log(factor), **observe(world, seed, 1, look, life=False, threads=1)[0]}]
    return pd.DataFrame(rows)
