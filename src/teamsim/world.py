"""From a scenario and a conduct to the records that both drivers start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from teamsim.chance import identity_of, mix
from teamsim.fields import Declared, InputError, Key, closest, quantity
from teamsim.parameters import parameters_of
from teamsim.people import DEEDS, Fork, LeaderState, Measures, OrganisationState, PersonState, TeamState
from teamsim.scenario import Scenario
from teamsim.style import Conduct, Plan, Style

__all__ = ["World", "plans_of"]

Records = np.ndarray[Any, np.dtype[Any]]


class DatedEvent(Declared):
    """A plan's event as the rules read it; identity 0 stands for the whole team."""

    week: int = quantity(0, 0, 10**6, unit="week", label="Week", meaning="When.")
    team: int = quantity(0, 0, 10**9, unit="number", label="Team", meaning="In which team.")
    kind: int = quantity(0, 0, 2, unit="event", label="Kind", meaning="What: its number in `DEEDS`.")
    amount: float = quantity(0.0, 0.0, 1.0, unit="share", label="Amount", meaning="How much.")
    identity: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Identity", meaning="To whom.")


def plans_of(scenario: Scenario, conduct: Conduct | None) -> tuple[Plan, ...]:
    """Return every leader's plan, in the order of teams.

    Raises
    ------
    InputError
        If a leader, a preset or somebody in an event is not known.
    """
    named: Mapping[str, Any] = conduct if isinstance(conduct, Mapping) else {}
    for leader in named:
        if leader not in scenario.leaders:
            raise InputError(f"leader {leader!r} is not known; {closest(str(leader), scenario.leaders)}", ("style",))
    everybody = scenario.style if conduct is None or isinstance(conduct, Mapping) else conduct
    whole = Plan.of(everybody)
    plans = tuple(Plan.of(named[leader]) if leader in named else whole for leader in scenario.leaders)
    known = set(scenario.people)
    for plan in {id(plan): plan for plan in plans}.values():
        for event in plan.events:
            if event.who and event.who not in known:
                raise InputError(
                    f"= {event.who!r} is not known; {closest(event.who, known)}", ("plan", "events", "who")
                )
    return plans


def zeros(dtype: np.dtype[Any], *shape: int) -> Records:
    """Return an array of records, all zero; a row has its fields as attributes."""
    return np.zeros(shape, dtype=dtype)


@dataclass
class World:
    """Everything that a history starts from: records of the first cast, of leaders and teams, styles by week, events.

    Attributes
    ----------
    people, teams, leaders : records
        One row a seat, a team, a team's leader.
    org, parameters : records
        One row each.
    styles : records
        The distinct styles.
    style_at : int64 array of (teams, weeks)
        Which of them holds where and when.
    events : records
        Dated events.
    fork : Fork
        Where this history leaves another one.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    weeks: int
    people: Records
    teams: Records
    leaders: Records
    org: Records
    parameters: Records
    styles: Records
    style_at: np.ndarray[Any, np.dtype[np.int64]]
    events: Records
    fork: Fork

    @classmethod
    def build(
        cls, scenario: Scenario, conduct: Conduct | None, parameters: Any = None, fork: Fork | None = None
    ) -> World:
        """Lay out the records.

        Raises
        ------
        InputError
            If the scenario is none, or style, plan or parameters cannot be used.
        """
        if not isinstance(scenario, Scenario):
            raise InputError(f"= {scenario!r} is not a Scenario; Scenario.load(name) reads one", ("scenario",))
        plans = plans_of(scenario, conduct)
        people = zeros(PersonState.dtype(), scenario.seats)
        teams = zeros(TeamState.dtype(), len(scenario.teams))
        leaders = zeros(LeaderState.dtype(), len(scenario.teams))
        blank = PersonState(talent=1.0)
        seat = 0
        for number, team in enumerate(scenario.teams):
            TeamState(first=seat, seats=team.seats).fill(teams[number])
            LeaderState.fill(team.leader, leaders[number])
            for position in range(team.seats):
                row = people[seat]
                blank.fill(row)
                row.team = number
                if position < len(team.people):
                    person = team.people[position]
                    for name in type(person).dtype().names or ():
                        row[name] = getattr(person, name)
                    row.identity = row.seat_key = identity_of(person.name)
                    row.present, row.pay_reference = 1, person.pay_ratio
                else:
                    row.seat_key = mix(np.uint64(identity_of(team.name)), np.uint64(position))
                    row.ramp = 0.0
                seat += 1
        fork = fork or Fork()
        org = OrganisationState(market=scenario.market, policies=scenario.policies, fork=fork).record()
        numbers = parameters_of(parameters).record()
        styles, style_at = _styles_by_week(plans, scenario.weeks)
        events = _dated_events(scenario, plans)
        return cls(
            scenario, plans, scenario.weeks, people, teams, leaders, org, numbers, styles, style_at, events, fork
        )

    def groups(self, teams: bool) -> int:
        """How many groups are measured: the organisation, three thirds and, if wanted, each team."""
        return 4 + (len(self.teams) if teams else 0)

    def measures(self, runs: int, teams: bool) -> Records:
        """Room for the weekly measures of some runs."""
        return zeros(Measures.dtype(), runs, self.weeks, self.groups(teams))


def _styles_by_week(plans: tuple[Plan, ...], weeks: int) -> tuple[Records, np.ndarray[Any, np.dtype[np.int64]]]:
    numbers: dict[Style, int] = {}
    schedules: dict[int, list[int]] = {}
    for plan in plans:
        if id(plan) not in schedules:
            schedules[id(plan)] = [numbers.setdefault(plan.at(week), len(numbers)) for week in range(weeks)]
    styles = zeros(Style.dtype(), len(numbers))
    for style, number in numbers.items():
        style.fill(styles[number])
    return styles, np.array([schedules[id(plan)] for plan in plans], dtype=np.int64)


def _dated_events(scenario: Scenario, plans: tuple[Plan, ...]) -> Records:
    found = [
        (event, number)
        for number, plan in enumerate(plans)
        for event in plan.events
        if not event.who or event.who in {person.name for person in scenario.teams[number].people}
    ]
    rows = zeros(DatedEvent.dtype(), len(found))
    for row, (event, number) in zip(rows, sorted(found, key=lambda pair: pair[0].week), strict=True):
        row.week, row.team, row.kind, row.amount = event.week, number, DEEDS.index(event.kind), event.amount
        row.identity = identity_of(event.who) if event.who else 0
    return rows
