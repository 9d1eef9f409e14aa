"""What a study lives at its points: a scenario, or a function in the model's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np

from teamsim.chance import mix
from teamsim.engine import Keys, live_runs
from teamsim.fields import InputError, Quantity, closest
from teamsim.parameters import Parameters, parameters_of
from teamsim.people import OF_TEAMS, Measures
from teamsim.research.axes import dotted, replaced
from teamsim.results import GROUPS, horizon
from teamsim.scenario import Scenario
from teamsim.style import Plan, Style
from teamsim.world import EVERYBODY, World, plans_of

__all__ = ["Function", "Model", "Point", "Stopped", "Subject", "Teams", "never"]

Point: TypeAlias = "Mapping[str, Any]"
Model: TypeAlias = Callable[[dict[str, Any], int], Mapping[str, float]]
"""Called with a point and the luck of a run (a whole number), returns its outcomes by name."""
Stopped: TypeAlias = Callable[[], bool]
"""Says whether to stop."""
STYLE, LEVER, PARAMETER = "style", "style.", "parameters."


def never() -> bool:
    """Never stop."""
    return False


class Subject(Protocol):
    """What can be lived at a point of a design."""

    def find(self, name: str) -> Quantity | tuple[str, ...]:
        """Say what is declared of an axis."""

    def check(self, measures: Sequence[str]) -> None:
        """Refuse measures that are not known."""

    def person_weeks(self, point: Point) -> float:
        """Return how many person-weeks a history of this point has, if every seat is filled; 0 if it has none."""

    def live(
        self, point: Point, measures: Sequence[str], seed: int, runs: Keys, stopped: Stopped = never
    ) -> dict[str, Any]:
        """Live through some runs of a point, and return an array for each measure."""

    def to_json(self) -> dict[str, Any]:
        """Return this as plain data."""


@dataclass(frozen=True)
class Teams:
    """A scenario under a conduct, with all numbers inside the rules: what is kept outlives a change of the defaults."""

    scenario: Scenario
    plans: Mapping[str, Plan]
    parameters: Mapping[str, float]

    @cached_property
    def declared(self) -> dict[str, Quantity]:
        """Every quantity that can be moved, by its dotted name."""
        return (
            {name: quantity for name, quantity in dotted(self.scenario) if not name.startswith(LEVER)}
            | {LEVER + name: quantity for name, quantity in Style.quantities().items()}
            | {PARAMETER + name: quantity for name, quantity in Parameters.quantities().items()}
        )

    def find(self, name: str) -> Quantity | tuple[str, ...]:
        """Say what is declared of an axis; ``style`` itself goes through the named styles."""
        if name == STYLE:
            return tuple(Style.presets())
        if name not in self.declared:
            near = [known for known in self.declared if known.split(".")[0] == name.split(".")[0]]
            told = closest(name, near) if near else f"{closest(name, [STYLE, *self.declared])[:300]}…"
            raise InputError(f"is not known; {told}")
        return self.declared[name]

    def check(self, measures: Sequence[str]) -> None:
        """Refuse measures that are not known."""
        for name in measures:
            measure, group = _parts(name)
            if measure not in Measures.model_fields:
                raise InputError(f"= {name!r} is not known; {closest(measure, Measures.model_fields)}", ("measures",))
            if group not in GROUPS or (group != GROUPS[0] and measure in OF_TEAMS):
                raise InputError(f"= {name!r} is of no known group; {closest(group, GROUPS)}", ("measures",))

    def at(self, point: Point) -> tuple[Scenario, dict[str, Plan], dict[str, float]]:
        """Return scenario, plans and changed parameters of a point."""
        scenario, plans, numbers = self.scenario, dict(self.plans), dict(self.parameters)
        levers = {name[len(LEVER) :]: value for name, value in point.items() if name.startswith(LEVER)}
        if STYLE in point:
            plans = {EVERYBODY: Plan.of(point[STYLE])}
        if levers:
            moved = {id(plan): _with_levers(plan, levers) for plan in plans.values()}
            plans = {holder: moved[id(plan)] for holder, plan in plans.items()}
        for name, value in point.items():
            if name.startswith(PARAMETER):
                numbers[name[len(PARAMETER) :]] = value
            elif name != STYLE and not name.startswith(LEVER):
                scenario = replaced(scenario, name, value)
        return scenario, plans, numbers

    def __reduce__(self) -> tuple[Any, ...]:
        return Teams, (self.scenario, self.plans, self.parameters)  # what is cached stays here

    @cached_property
    def _world(self) -> World:
        return World.build(self.scenario, self.plans, self.parameters)

    def world(self, point: Point) -> World:
        """Lay out the records of a point; people anew only where it moves the scenario."""
        scenario, plans, numbers = self.at(point)
        plans, usual = plans_of(scenario, plans), self._world
        if scenario is not self.scenario or list(plans) != list(usual.plans):
            return World.build(scenario, plans, numbers)
        return usual.under(plans, usual.parameters if numbers == self.parameters else parameters_of(numbers).record())

    def person_weeks(self, point: Point) -> float:
        """Return how many person-weeks a history of this point has, if every seat is filled."""
        return float(self.scenario.seats * point.get("weeks", self.scenario.weeks))

    def live(
        self, point: Point, measures: Sequence[str], seed: int, runs: Keys, stopped: Stopped = never
    ) -> dict[str, Any]:
        """Live through some runs of a point, and return an array for each measure over the horizon."""
        found: dict[str, list[Any]] = {name: [] for name in measures}
        for rows in live_runs(self.world(point), seed, runs):
            if stopped():
                raise CancelledError
            for name in measures:
                measure, group = _parts(name)
                found[name].append(horizon(rows, [measure], GROUPS.index(group))[0])
        return {name: np.concatenate(parts) for name, parts in found.items()}

    def to_json(self) -> dict[str, Any]:
        """Return this as plain data."""
        return {
            "scenario": self.scenario.model_dump(mode="json", exclude_none=True),
            "style": {holder: plan.model_dump(mode="json", exclude_none=True) for holder, plan in self.plans.items()},
            "parameters": dict(self.parameters),
        }

    @classmethod
    def of(cls, scenario: Scenario, style: Any, parameters: Any) -> Teams:
        """Note conduct and parameters in full; refuse what cannot be used."""
        numbers = parameters_of(parameters)
        World.build(scenario, style, numbers)
        return cls(scenario, plans_of(scenario, style), numbers.model_dump())


def _parts(name: str) -> tuple[str, str]:
    measure, _, group = name.partition(", ")
    return measure, group or GROUPS[0]


def _with_levers(plan: Plan, levers: Mapping[str, float]) -> Plan:
    return Plan(styles={week: style.replace(**levers) for week, style in plan.styles.items()}, events=plan.events)


@dataclass(frozen=True)
class Function:
    """A function in the model's place: of a point and the luck of a run (a whole number), to its outcomes by name."""

    function: Model

    def find(self, name: str) -> Quantity:
        """Say that any number is allowed."""
        return Quantity(name, float, 0.0, -np.inf, np.inf, unit="", label=name, meaning="")

    def check(self, measures: Sequence[str]) -> None:
        """Refuse a study that does not say what the function returns."""
        if not measures:
            raise InputError("is empty; name what the function returns", ("measures",))

    def person_weeks(self, point: Point) -> float:  # noqa: ARG002
        """Return 0: nobody knows what a call does."""
        return 0.0

    def live(
        self, point: Point, measures: Sequence[str], seed: int, runs: Keys, stopped: Stopped = never
    ) -> dict[str, Any]:
        """Call the function once a run; the same run brings the same luck at every point."""
        seen = []
        for run in runs:
            if stopped():
                raise CancelledError
            seen.append(self.function(dict(point), int(mix(np.uint64(seed), run))))
        return {name: np.array([float(one[name]) for one in seen]) for name in measures}

    def to_json(self) -> dict[str, Any]:
        """Return the name of the function."""
        return {"function": f"{self.function.__module__}:{self.function.__qualname__}"}
