"""Claims are tried: paired futures of every arm, with the mechanism on and off; none is lived twice."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy

from teamsim.chance import identity_of
from teamsim.engine import Progress, observe
from teamsim.evidence.casts import cast, people_of
from teamsim.evidence.ledger import Arm, Claim, Experiment, Outcome, Table, find_claims
from teamsim.evidence.outcomes import FUNCTIONS, History
from teamsim.fields import InputError, closest
from teamsim.parameters import Parameters
from teamsim.people import Drivers, Measures, PersonState
from teamsim.results import FLOWS, GROUPS
from teamsim.scenario import Scenario
from teamsim.style import Conduct, Plan, Style
from teamsim.world import Records, World

__all__ = ["Finding", "Trial", "Verdict", "test_claim", "try_claims"]

SEED = 11
CONFIDENCE = 0.95
LEFT_OVER = 0.1
FLAT = ("no rise", "no fall")
"""Contrasts that say that nothing happens: of these, nothing can vanish."""
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Look = Callable[[History], float]
USUAL = Parameters()


@dataclass(frozen=True)
class Finding:
    """One contrast of an experiment: its mean over pairs with its interval, and the same with the mechanism off."""

    name: str
    effect: float
    low: float
    high: float
    off: float
    off_low: float
    off_high: float
    gone: bool

    @property
    def clear(self) -> bool:
        """Whether the interval lies above 0."""
        return self.low > 0.0


@dataclass(frozen=True)
class Trial:
    """An experiment, and what came out."""

    experiment: Experiment
    findings: tuple[Finding, ...]
    arms: tuple[float, ...]
    """The mean of the outcome in each arm, with the mechanism on."""

    @property
    def about(self) -> str:
        """What is looked at, and how."""
        outcome, name = self.experiment.outcome, self.experiment.name
        what = (outcome.measure or outcome.state or outcome.function).replace("_", " ")
        return f"{what}: {name}" if name else what

    @property
    def problems(self) -> list[str]:
        """What speaks against the claim."""
        found = [f"{one.name}: not clear of zero" for one in self.findings if not one.clear]
        found += [f"{one.name}: still there with its mechanism off" for one in self.findings if not one.gone]
        if self.findings[0].effect < self.experiment.least:
            found.append(f"smaller than {self.experiment.least:g}")
        return found


@dataclass(frozen=True)
class Verdict:
    """What trying a claim found.

    Attributes
    ----------
    claim : Claim
        What was tried.
    trials : tuple of Trial
        Each of its experiments.

    Examples
    --------
    >>> import teamsim as ts
    >>> found = ts.test_claim("S0-07")
    >>> found.passed, found.off
    (True, 0.0)
    """

    claim: Claim
    trials: tuple[Trial, ...]

    @property
    def passed(self) -> bool:
        """Whether every experiment came out as the claim says; False where there is none."""
        return bool(self.trials) and not any(trial.problems for trial in self.trials)

    @property
    def verdict(self) -> str:
        """The outcome in words."""
        if not self.trials:
            return f"not modelled: {self.claim.not_modelled}" if self.claim.not_modelled else "no experiment yet"
        problems = [f"{trial.experiment.name} {problem}".strip() for trial in self.trials for problem in trial.problems]
        return "fails: " + "; ".join(problems) if problems else "holds"

    @property
    def effect(self) -> float:
        """The effect in the first experiment, in units of its outcome and in the direction of the claim."""
        return self._first.effect

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval over pairs of futures."""
        return self._first.low, self._first.high

    @property
    def off(self) -> float:
        """What is left of it with the mechanism off."""
        return self._first.off

    @property
    def _first(self) -> Finding:
        if not self.trials:
            raise InputError(f"has not been tried: {self.verdict}", (self.claim.id,))
        return self.trials[0].findings[0]

    @property
    def findings(self) -> list[tuple[str, Finding]]:
        """Every contrast of every experiment, after what was looked at in which."""
        return [(trial.about, one) for trial in self.trials for one in trial.findings]

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a contrast of each experiment: effect, interval, what is left with the mechanism off."""
        rows = [{"claim": self.claim.id, "experiment": about} | asdict(one) for about, one in self.findings]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        table: str = self.table.to_html(index=False)
        return (
            f"<p><b>{self.claim.id}</b> {self.claim.statement} <i>{self.verdict}</i></p>{table if self.trials else ''}"
        )

    def __str__(self) -> str:
        return f"{self.claim.id} {self.verdict}"


def test_claim(
    claim: str,
    *,
    runs: int | None = None,  # noqa: PT028  (no test of pytest's)
    seed: int = SEED,  # noqa: PT028
    progress: Progress | None = None,  # noqa: PT028
) -> Verdict:
    """Try a claim: live through its experiments, with the mechanism on and off.

    Parameters
    ----------
    claim : str
        Its id, as in `claims`.
    runs : int, optional
        How many pairs of futures; as each experiment says where nothing is given.
    seed : int
        The luck.
    progress : callable, optional
        Called with the histories lived and those in all.

    Returns
    -------
    Verdict
        ``passed``, ``effect``, ``interval``, ``off``, ``verdict``, and ``table`` with every contrast.

    Raises
    ------
    InputError
        If there is no such claim.

    Examples
    --------
    >>> import teamsim as ts
    >>> ts.test_claim("S0-07").passed
    True
    """
    found = find_claims(claim)
    if len(found) != 1:
        raise InputError(f"claim {claim!r} is not one claim; {closest(claim, (one.id for one in found))}")
    return try_claims(found, runs=runs, seed=seed, progress=progress)[0]


test_claim.__test__ = False  # type: ignore[attr-defined]


def try_claims(
    claims: Sequence[Claim],
    *,
    runs: int | None = None,
    seed: int = SEED,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[Verdict]:
    """Try some claims at once; a history that several experiments need is lived once."""
    needed: dict[str, Lived] = {}
    for claim in claims:
        for experiment in claim.experiment:
            for table in experiment.arms:
                for parameters in _on_and_off(experiment):
                    one = Lived(experiment.cast, _merged(experiment.both, table), parameters)
                    needed.setdefault(one.key, one).add(experiment.outcome, runs or experiment.runs)
    total, done = sum(one.runs for one in needed.values()), 0
    for one in needed.values():

        def report(lived: int, _: int, before: int = done) -> object:
            return progress(before + lived, total) if progress else None

        one.live(seed, threads, report)
        done += one.runs
    return [
        Verdict(claim, tuple(_trial(experiment, needed, runs or experiment.runs) for experiment in claim.experiment))
        for claim in claims
    ]


def _on_and_off(experiment: Experiment) -> list[dict[str, float]]:
    held = experiment.parameters
    return [held, {**held, **experiment.off}] if experiment.off else [held]


class Lived:
    """Futures of one arm under one set of parameters, and what experiments want to know of them."""

    def __init__(self, cast: str, arm: Mapping[str, Any], parameters: Mapping[str, float]) -> None:
        self.cast, self.arm = cast, arm
        self.parameters = {name: value for name, value in parameters.items() if value != getattr(USUAL, name)}
        self.runs = 0
        self.found: dict[str, Numbers] = {}
        self._outcomes: dict[str, Outcome] = {}

    @property
    def key(self) -> str:
        """The same for the same history."""
        return json.dumps([self.cast, self.arm, self.parameters], sort_keys=True, default=str)

    def add(self, outcome: Outcome, runs: int) -> None:
        """Ask for an outcome."""
        self._outcomes[_key(outcome)] = outcome
        self.runs = max(self.runs, runs)

    def live(self, seed: int, threads: int | None, progress: Progress) -> None:
        """Live through the futures, and keep a number a run and outcome."""
        scenario, conduct = build(cast(self.cast), Arm(**self.arm))
        looks = {key: look_for(outcome, scenario) for key, outcome in self._outcomes.items()}
        life = any(outcome.state or outcome.function or outcome.less for outcome in self._outcomes.values())

        def look(measures: Records, lives: Records, exits: Records, _: int) -> list[float]:
            history = History(scenario, measures, lives, exits)
            return [one(history) for one in looks.values()]

        world = World.build(scenario, conduct, self.parameters)
        rows = np.array(observe(world, seed, self.runs, look, life=life, threads=threads, progress=progress))
        self.found = {key: rows[:, column] for column, key in enumerate(looks)}


def _key(outcome: Outcome) -> str:
    return outcome.model_dump_json()


def _merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """The second table upon the first, table by table."""
    merged = dict(first)
    for name, value in second.items():
        before = merged.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            value = _merged(before, value)
        merged[name] = value
    return merged


def build(scenario: Scenario, arm: Arm) -> tuple[Scenario, Conduct]:
    """Return the scenario and the conduct of an arm."""
    persons = {name: table for group, table in arm.persons.items() for name in _named(scenario, group)}
    teams = []
    for team in scenario.teams:
        people = [person.replace(**_merged(arm.people, persons.get(person.name, {}))) for person in team.people]
        changes = {} if team.led_by else _merged(arm.leader, arm.leaders.get(team.leader.name, {}))
        teams.append(team.replace(**arm.team, people=people, leader=team.leader.replace(**changes)))
    changed = scenario.replace(
        teams=teams,
        weeks=arm.weeks or scenario.weeks,
        market=scenario.market.replace(**arm.market),
        policies=scenario.policies.replace(**arm.policies),
    )
    events = [{**event, "who": who} for event in arm.events for who in _named(scenario, event.get("who", ""))]
    conduct: dict[str, Plan] = {"": _plan(arm, arm.style, events)}
    for holder, levers in arm.by.items():
        conduct[holder] = _plan(arm, _merged(arm.style, levers), events)
    return changed, conduct if arm.by else conduct[""]


def _named(scenario: Scenario, group: str) -> tuple[str, ...]:
    return (group,) if group in ("", *scenario.people) else people_of(scenario, group)


def _plan(arm: Arm, levers: Mapping[str, Any], events: Sequence[Table]) -> Plan:
    styles = {0: _style(levers)} | {week: _style(_merged(levers, then)) for week, then in arm.plan.items()}
    return Plan(styles=styles, events=events)


def _style(levers: Mapping[str, Any]) -> Style:
    named = dict(levers)
    preset = named.pop("preset", "")
    return Style.preset(preset).replace(**named) if preset else Style(**named)


def look_for(outcome: Outcome, scenario: Scenario) -> Look:
    """Return what reads an outcome off a history.

    Raises
    ------
    InputError
        If there is no such measure, group, state or function.
    """
    if outcome.less:
        known = outcome.model_dump(exclude_unset=True, exclude={"less", "times"})
        first = look_for(Outcome(**known), scenario)
        second = look_for(Outcome(**_merged(known, outcome.less)), scenario)
        return lambda history: first(history) - outcome.times * second(history)
    weeks = slice(*outcome.weeks) if outcome.weeks else slice(None)
    if outcome.measure:
        groups = [*GROUPS, *(team.name for team in scenario.teams)]
        if outcome.measure not in Measures.model_fields:
            known_measures = closest(outcome.measure, Measures.model_fields)
            raise InputError(f"measure {outcome.measure!r} is not known; {known_measures}")
        if outcome.group not in groups:
            raise InputError(f"group {outcome.group!r} is not known; {closest(outcome.group, groups)}")
        flow = Measures.quantities()[outcome.measure].unit in FLOWS
        name, group = outcome.measure, groups.index(outcome.group)
        if flow:
            return lambda history: float(history.measures[weeks, group][name].sum())
        return lambda history: _mean(history.measures[weeks, group][name])
    if outcome.function:
        if outcome.function not in FUNCTIONS:
            raise InputError(f"function {outcome.function!r} is not known; {closest(outcome.function, FUNCTIONS)}")
        return FUNCTIONS[outcome.function]
    state, _, driver = outcome.state.partition(".")
    known_driver = driver in Drivers.model_fields if driver else True
    if state not in PersonState.model_fields or not known_driver:
        raise InputError(f"state {outcome.state!r} is not known; {closest(outcome.state, PersonState.model_fields)}")
    identities = np.array([identity_of(name) for name in people_of(scenario, outcome.of)], dtype=np.uint64)

    def read(history: History) -> float:
        rows = history.life[weeks]
        there = np.isin(rows["identity"], identities) & (rows["present"] == 1)
        values = rows[state]
        if driver:
            values = values[driver]
        elif values.dtype.names:
            values = np.sum([values[name] for name in values.dtype.names], axis=0)
        return _mean(values[there])

    return read


def _mean(values: Numbers) -> float:
    """Return the mean: of equal numbers exactly that number, however many there are; missing where there are none."""
    return float(values[0] + (values - values[0]).mean()) if len(values) else math.nan


def _trial(experiment: Experiment, lived: Mapping[str, Lived], runs: int) -> Trial:
    arms: list[list[Numbers]] = []
    for parameters in _on_and_off(experiment):
        same = [Lived(experiment.cast, _merged(experiment.both, table), parameters) for table in experiment.arms]
        arms.append([lived[one.key].found[_key(experiment.outcome)][:runs] for one in same])
    findings = []
    for name, weights in experiment.weights.items():
        effect, low, high = interval(_contrast(weights, arms[0]))
        off = _contrast(weights, arms[1]) if experiment.off else np.zeros(runs)
        left, left_low, left_high = interval(off)
        small = not off.any() if experiment.exact else max(abs(left_low), abs(left_high)) < LEFT_OVER * effect
        gone = bool(small) or name in FLAT
        left = left if experiment.off else np.nan
        findings.append(Finding(name, effect, low, high, left, left_low, left_high, gone))
    return Trial(experiment, tuple(findings), tuple(float(arm.mean()) for arm in arms[0]))


def _contrast(weights: Sequence[float], arms: Sequence[Numbers]) -> Numbers:
    """Weigh the arms against the first, so that equal arms give exactly 0."""
    total = np.zeros_like(arms[0])
    for weight, arm in zip(weights, arms, strict=True):
        total += weight * (arm - arms[0])
    return total


def interval(values: Numbers) -> tuple[float, float, float]:
    """Mean and 95 % interval of paired differences."""
    half = float(scipy.stats.t.ppf(0.5 + CONFIDENCE / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    mean = float(values.mean())
    return mean, mean - half, mean + half
