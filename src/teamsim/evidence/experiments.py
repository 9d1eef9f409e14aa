"""What is tried in invented firms: the same firms live the same weeks twice or more, by the same luck.

So people are compared with themselves; nobody leaves meanwhile, except where leaving is part of what is looked at. Each
experiment is a function of parameters and of a firm's seed, and gives a table for `Evidence`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from teamsim.engine import observe
from teamsim.evidence.casts import SETTINGS
from teamsim.evidence.invented import invented_firm
from teamsim.evidence.styles import chosen_and_measured
from teamsim.parameters import parameters_of
from teamsim.people import DEEDS, DatedEvent, Traits
from teamsim.scenario import Scenario
from teamsim.style import Style
from teamsim.world import Records, World

__all__ = [
    "best_style", "bosses", "feedback", "firm_of", "goals", "levers", "pay", "point", "practices", "praise_of_the_best",
    "raises", "recognition", "world_of",
]  # fmt: skip

SETTLED, LOOKED_AT, YEAR = 13, 26, 52
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
PRAISED_FOR = 8
"""Weeks after public praise in which the others' output is looked at."""
TOP_THIRD = 2
LEADERS = 10
"""How many leaders of a firm lead all its front-line teams in turn."""
ENDS = {"low": 0.1, "high": 0.9}
"""The points of its range between which a lever is moved."""
RAISE, RAISED, RAISE_YEARS = 0.1, SETTLED, 3
"""Of a raise: how much, in which week, and how long it is followed beyond the year in which it may peak."""
FIXED_PAY = {"pay_position": Style.quantities()["pay_position"].low, "pay_spread": 0.0}
"""Levers by which reviews, which never cut pay, leave it as it is."""
THOROUGH, QUICK = {"count": 128, "runs": 20, "measured_in": 100}, {"count": 1, "runs": 2, "measured_in": 40}
"""How the best affordable style is searched for, for a scorecard and where sets of parameters are compared."""
SEARCHED = ("managing-stars", "who-should-lead", "performance-system", "under-pressure", "executive-team")
"""Casts in which it is, those first of which the own style is the usual one."""
VOLUNTARY = ("left_for_offer", "left_exhausted")

Numbers = Mapping[str, float]
Change = Callable[[World], None]
NOTHING: Numbers = {}


@lru_cache(maxsize=128)
def firm_of(seed: int) -> World:
    """Return an invented firm, laid out; it is not to be changed."""
    return World.build(*invented_firm(seed))


def world_of(
    seed: int, parameters: Any, weeks: int, changes: Numbers | None = None, change: Change | None = None
) -> World:
    """Return a firm under some parameters for some weeks, and otherwise as something changes it."""
    firm = firm_of(seed)
    numbers = parameters_of(parameters).replace(**changes or {})
    world = dataclasses.replace(
        firm,
        weeks=weeks,
        people=firm.people.copy(),
        org=firm.org.copy(),
        styles=firm.styles.copy(),
        style_at=np.ascontiguousarray(firm.style_at[:, :weeks]),
        parameters=numbers.record(),
    )
    if change is not None:
        change(world)
    return world


def _levers(**levers: float) -> Change:
    """Everybody leads with some levers alike, and otherwise in their own style."""

    def change(world: World) -> None:
        for name, value in levers.items():
            world.styles[name] = value

    return change


# --- on the output of people ----------------------------------------------------------------------


def _outputs(world: World, seed: int, experiment: str, arm: str, begin: int = SETTLED) -> pd.DataFrame:
    """Return the mean output of everybody on the front line who stays where they are."""

    def look(_: Records, life: Records, *__: Any) -> pd.DataFrame:
        weeks = life[begin:]
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
            _outputs(world_of(seed, parameters, weeks, {**stay, **held, **numbers}, change), seed, experiment, arm)
            for arm, (numbers, change) in arms.items()
        ]
    )


def feedback(parameters: Any, seed: int) -> pd.DataFrame:
    """Talks, each in the leader's own manner, against none that would tell anything."""
    arms = {"on": (NOTHING, _levers(feedback_weeks=OFTEN)), "off": (NO_TALKS, _levers(feedback_weeks=52.0))}
    return _tried(parameters, seed, "feedback", arms, {})


def goals(parameters: Any, seed: int) -> pd.DataFrame:
    """Everybody's work is set well within reach, as far as skill just reaches, or a quarter beyond."""
    easy = -float(parameters.stretch_span * parameters.stretch_even)

    def set_work(gap: float) -> Change:
        def change(world: World) -> None:
            world.people["demand"] = world.people["skill"] * (1.0 + gap)

        return change

    gaps = {"easy": easy, "hard": 0.0, "out of reach": OUT_OF_REACH}
    return _tried(parameters, seed, "goals", {arm: (NOTHING, set_work(gap)) for arm, gap in gaps.items()}, FIXED_WORK)


def recognition(parameters: Any, seed: int) -> pd.DataFrame:
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


def praise_of_the_best(parameters: Any, seed: int) -> pd.DataFrame:
    """The best third of every front-line team is praised once, before all; only who is not praised is looked at."""
    weeks, stay, best = SETTLED + PRAISED_FOR, SETTINGS["nobody leaves"], list[int]()

    def look(_: Records, life: Records, *__: Any) -> None:
        before = life[SETTLED - 1]
        best.extend(np.flatnonzero((before["present"] == 1) & (before["third"] == TOP_THIRD)))

    usual = world_of(seed, parameters, weeks, stay)
    observe(usual, seed, 1, look, threads=1)
    teams = usual.people["team"]
    praised = np.array([seat for seat in best if usual.teams["tier"][teams[seat]] == 0], dtype=np.int64)
    events = np.zeros(len(praised), dtype=DatedEvent.dtype())
    events["week"], events["kind"] = SETTLED, DEEDS.index("praise")
    events["identity"], events["schedule"] = usual.people["identity"][praised], usual.teams["schedule"][teams[praised]]
    worlds = {"none": usual, "praise": dataclasses.replace(usual, events=events)}
    rows = pd.concat([_outputs(world, seed, "praise of the best", arm) for arm, world in worlds.items()])
    return rows[~rows["person"].isin(praised)]


# --- on who leaves --------------------------------------------------------------------------------


def pay(parameters: Any, seed: int) -> pd.DataFrame:
    """All pay is moved against the market; people come and go."""

    def moved(factor: float) -> Change:
        def change(world: World) -> None:
            world.people["pay_ratio"] *= factor
            world.people["pay_reference"] *= factor
            world.styles["pay_position"] *= factor

        return change

    def look(measures: Records, *_: Any) -> dict[str, float]:
        firm = measures[:, 0]
        return {"quits": float(sum(firm[name].sum() for name in VOLUNTARY)), "weeks": float(firm["people"].sum())}

    rows = []
    for factor in MOVES:
        world = world_of(seed, parameters, PAY_WEEKS, change=moved(factor))
        rows += [{"log_pay": np.log(factor), **observe(world, seed, 1, look, life=False, threads=1)[0]}]
    return pd.DataFrame(rows)


# --- on a whole firm ------------------------------------------------------------------------------


def practices(parameters: Any, seed: int) -> pd.DataFrame:
    """Everybody leads by one of the ready-made styles; what the firm comes to in the second year."""

    def look(measures: Records, *_: Any) -> dict[str, float]:
        firm = measures[YEAR:, 0]
        return {"output": float(firm["output"].sum()), "people": float(firm["people"].sum())}

    rows = []
    for name, style in Style.presets().items():
        world = world_of(seed, parameters, 2 * YEAR, change=_levers(**style.model_dump()))
        rows.append({"arm": name, **observe(world, seed, 1, look, life=False, threads=1)[0]})
    return pd.DataFrame(rows).assign(experiment="practices")


OF_A_LEADER = ("leadership", "lead_skill")
"""What a leader has that only shows in who leads: whoever comes to lead in the course of the experiment has it, too."""


def bosses(parameters: Any, seed: int) -> pd.DataFrame:
    """Some leaders of front-line teams lead all of these in turn: as they would, with all that they are."""
    firm = firm_of(seed)
    front = np.flatnonzero(firm.teams["tier"] == 0)
    chairs = firm.teams["leader_seat"][front]
    higher = {int(firm.style_at[schedule, 0]) for schedule in firm.teams["schedule"][firm.teams["tier"] > 0]}
    own = [number for number in range(len(firm.styles)) if number not in higher]
    led = np.isin(firm.people["team"], front)

    def led_by(seat: int) -> Change:
        one = firm.people[seat]

        def change(world: World) -> None:
            world.styles[own] = firm.styles[firm.style_at[one["schedule"], 0]]
            for name in (*Traits.quantities(), "skill"):
                world.people[name][chairs] = one[name]
            for name in OF_A_LEADER:
                world.people[name][led] = one[name]

        return change

    def look(measures: Records, *_: Any) -> dict[str, float]:
        teams = measures[:, 4 + front]
        return {"output": float(teams["output"].sum()), "people": float(teams["people"].sum())}

    rows = []
    for seat in chairs[np.linspace(0, len(chairs) - 1, LEADERS).astype(int)]:
        world = world_of(seed, parameters, 2 * YEAR, change=led_by(int(seat)))
        rows.append({"arm": str(seat), **observe(world, seed, 1, look, life=False, threads=1)[0]})
    return pd.DataFrame(rows).assign(experiment="bosses")


def point(lever: str, share: float) -> float:
    """Return what lies a share of the way through a lever's range; through that of its logarithm, for weeks.

    Examples
    --------
    >>> point("challenge", 0.9), round(point("feedback_weeks", 0.5) ** 2)
    (0.9, 52)
    """
    kind = Style.quantities()[lever]
    if kind.unit == "weeks":
        return kind.low * math.exp(share * math.log(kind.high / kind.low))
    return kind.low + share * (kind.high - kind.low)


def levers(parameters: Any, seed: int) -> pd.DataFrame:
    """Each lever of all leaders goes from the low to the high end, the others staying in each leader's own style."""
    sums: dict[tuple[str, str], Any] = {}

    def look(measures: Records, *_: Any) -> dict[str, Any]:
        teams = measures[SETTLED:, 4:]
        found: dict[str, Any] = {"output": teams["output"], "people": teams["people"]}
        found |= {"engagement": teams["engagement"] * teams["people"], "quits": sum(teams[name] for name in VOLUNTARY)}
        return {name: values.sum(axis=0) for name, values in found.items()}

    rows = []
    for name in Style.quantities():
        for end, share in ENDS.items():
            world = world_of(seed, parameters, SETTLED + YEAR, change=_levers(**{name: point(name, share)}))
            found = observe(world, seed, 1, look, life=False, threads=1)[0]
            sums |= {(end, what): values for what, values in found.items()}
        columns = {f"{what}_{end}": values for (end, what), values in sums.items()}
        rows.append(pd.DataFrame({"lever": name, "team": np.arange(len(world.teams)), **columns}))
    return pd.concat(rows, ignore_index=True)


def raises(parameters: Any, seed: int) -> pd.DataFrame:
    """Everybody gets a raise, against none; pay stays as it is otherwise, and the market where it is."""
    weeks = RAISED + (1 + RAISE_YEARS) * YEAR

    def still(world: World) -> None:
        world.org["market"]["pay_growth"] = 0.0
        _levers(**FIXED_PAY)(world)

    def look(_: Records, life: Records, *__: Any) -> Any:
        there = life[RAISED:]
        pull = there["pull"]["pay"] + there["pull"]["worth"]
        satisfied = 0.5 * (there["engagement"] + 1.0 / (1.0 + np.exp(-pull)))
        return np.average(satisfied, axis=1, weights=there["present"])

    usual = world_of(seed, parameters, weeks, SETTINGS["nobody leaves"], still)
    events = np.zeros(len(usual.teams), dtype=DatedEvent.dtype())
    events["week"], events["kind"], events["amount"] = RAISED, DEEDS.index("raise"), RAISE
    events["schedule"] = usual.teams["schedule"]
    worlds = (dataclasses.replace(usual, events=events), usual)
    raised, none = (observe(world, seed, 1, look, threads=1)[0] for world in worlds)
    return pd.DataFrame({"week": np.arange(len(raised)), "gain": raised - none})


# --- the best style that can be afforded ----------------------------------------------------------


def best_style(parameters: Any, seed: int, number: int, how: dict[str, Any]) -> pd.DataFrame:
    """Search one of the workshops' casts for the best affordable style, by a seed; which one, the number says."""
    name = SEARCHED[number % len(SEARCHED)]
    found = chosen_and_measured(Scenario.load(name), seed=seed, parameters=parameters, **how)
    return pd.DataFrame([{"scenario": name, "ratio": found.ratio}])
