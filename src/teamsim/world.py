"""From a scenario and a conduct to the records that both drivers start from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from teamsim.chance import identity_of, mix
from teamsim.fields import InputError, closest
from teamsim.parameters import records_of
from teamsim.people import DEEDS, DatedEvent, Fork, LeaderState, Measures, OrganisationState, PersonState, TeamState
from teamsim.scenario import CastTeam, Scenario
from teamsim.style import Conduct, Plan, Regime, Style

__all__ = ["World", "find", "plans_of"]

Records = np.ndarray[Any, np.dtype[Any]]
HIRE = re.compile(r"hire ([1-9]\d{0,8}) in seat (0|[1-9]\d{0,8})")
"""What tables call somebody who was hired."""


EVERYBODY = ""
"""Stands in a conduct for whoever is not named."""


def plans_of(scenario: Scenario, conduct: Conduct | None) -> dict[str, Plan]:
    """Return every plan by the name of who holds it: everybody not named, the leaders of teams in order, others named.

    Raises
    ------
    InputError
        If a leader, a preset or somebody in an event is not known.
    """
    named: Mapping[str, Any] = conduct if isinstance(conduct, Mapping) else {EVERYBODY: conduct or scenario.style}
    known = {EVERYBODY, *scenario.leaders, *scenario.people}
    for leader in named:
        if leader not in known:
            raise InputError(f"leader {leader!r} is not known; {closest(str(leader), scenario.leaders)}", ("style",))
    whole = Plan.of(named.get(EVERYBODY, scenario.style))
    holders = dict.fromkeys([EVERYBODY, *scenario.leaders, *named])
    plans = {holder: Plan.of(named[holder]) if holder in named else whole for holder in holders}
    for plan in {id(plan): plan for plan in plans.values()}.values():
        for event in plan.events:
            if event.who:
                find(scenario, event.who)
    return plans


def find(scenario: Scenario, person: str) -> tuple[int, int]:
    """Return in which team somebody is, and the identity that keys their luck.

    Parameters
    ----------
    scenario : Scenario
        Where to look.
    person : str
        As tables call them: a name of the cast, or ``"hire 2 in seat 4"`` for somebody who is hired in its course.

    Raises
    ------
    InputError
        If there is nobody of this name and no such seat.

    Examples
    --------
    >>> scenario = Scenario.load("managing-stars")
    >>> find(scenario, "Amara")[1] == identity_of("Amara")
    True
    """
    hire = HIRE.fullmatch(person)
    seat = int(hire[2]) if hire else -1
    for number, team in enumerate(scenario.teams):
        if any(one.name == person for one in team.people):
            return number, identity_of(person)
    for number, team in enumerate(scenario.teams):
        if hire and seat < team.seats:
            return number, mix(_seat_key(team, seat), int(hire[1]))
        seat -= team.seats
    raise InputError(f"= {person!r} is not known; {closest(person, scenario.people)}", ("plan", "events", "who"))


def _seat_key(team: CastTeam, position: int) -> int:
    """Return what names a seat: who first sits there, or team and place where it is empty at the start."""
    if position < len(team.people):
        return identity_of(team.people[position].name)
    return int(mix(identity_of(team.name), position))


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
    org : records
        The organisation of the moment; after it, what it becomes in the weeks in which its policies change.
    parameters : records
        One row a set; runs take them in turn.
    styles : records
        The distinct styles.
    style_at : int64 array of (plans, weeks)
        Which of them holds by whose plan and when; the first row is everybody's who is not named.
    events : records
        Dated events.
    fork : Fork
        Where this history leaves another one.
    """

    scenario: Scenario
    plans: dict[str, Plan]
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
        people = np.repeat(PersonState(talent=1.0).record(), scenario.seats)
        teams = zeros(TeamState.dtype(), len(scenario.teams))
        leaders = zeros(LeaderState.dtype(), len(scenario.teams))
        holders, seats = list(plans), dict[str, int]()
        seat = 0
        for number, team in enumerate(scenario.teams):
            schedule = holders.index(team.led_by or team.leader.name)
            start = TeamState(first=seat, seats=team.seats, tier=team.tier, schedule=schedule, result=team.result)
            start.fill(teams[number])
            team.leader.fill(leaders[number])
            for position in range(team.seats):
                row = people[seat]
                row.team = number
                if position < len(team.people):
                    person = team.people[position]
                    for name in type(person).dtype().names or ():
                        row[name] = getattr(person, name)
                    row.identity = identity_of(person.name)
                    row.present, row.pay_reference = 1, person.pay_ratio
                    row.schedule = holders.index(person.name) if person.name in plans else 0
                    seats[person.name] = seat
                else:
                    row.ramp = 0.0
                row.seat_key, row.origin = _seat_key(team, position), seat
                seat += 1
        for number, team in enumerate(scenario.teams):
            if team.led_by:
                teams[number].leader_seat = seats[team.led_by]
                people[seats[team.led_by]].leads = number
        fork = fork or Fork()
        brought = len(plans) if scenario.hires_differ else 1
        state = OrganisationState(plans=brought, market=scenario.market, policies=scenario.policies, fork=fork)
        org = _policies_by_week(state, plans[EVERYBODY])
        numbers = records_of(parameters)
        styles, style_at = _styles_by_week(plans, scenario.weeks)
        events = _dated_events(scenario, plans)
        return cls(
            scenario, plans, scenario.weeks, people, teams, leaders, org, numbers, styles, style_at, events, fork
        )

    def under(self, plans: dict[str, Plan], parameters: Records) -> World:
        """Return the same world under other plans of the same holders, and with other parameters."""
        styles, style_at = _styles_by_week(plans, self.weeks)
        events = _dated_events(self.scenario, plans)
        return replace(self, plans=plans, parameters=parameters, styles=styles, style_at=style_at, events=events)

    def groups(self, teams: bool) -> int:
        """How many groups are measured: the organisation, three thirds and, if wanted, each team."""
        return 4 + (len(self.teams) if teams else 0)

    def measures(self, runs: int, teams: bool) -> Records:
        """Room for the weekly measures of some runs."""
        return zeros(Measures.dtype(), runs, self.weeks, self.groups(teams))


def _styles_by_week(plans: dict[str, Plan], weeks: int) -> tuple[Records, np.ndarray[Any, np.dtype[np.int64]]]:
    numbers: dict[Style, int] = {}
    schedules: dict[int, np.ndarray[Any, np.dtype[np.int64]]] = {}
    for plan in plans.values():
        if id(plan) not in schedules:
            starts = [start for start in plan.styles if start < weeks]
            held = [numbers.setdefault(plan.styles[start], len(numbers)) for start in starts]
            schedules[id(plan)] = np.repeat(held, np.diff([*starts, weeks]))
    styles = zeros(Style.dtype(), len(numbers))
    for style, number in numbers.items():
        for name in Style.dtype().names or ():
            styles[number][name] = getattr(style, name)
    return styles, np.array([schedules[id(plan)] for plan in plans.values()], dtype=np.int64)


def _policies_by_week(org: OrganisationState, plan: Plan) -> Records:
    """Return the organisation, and a row for each week from which on its policies are others, in order."""
    changes = {week: style.policies for week, style in plan.styles.items() if isinstance(style, Regime)}
    if changes:
        changes = {0: org.policies} | changes
    rows = zeros(OrganisationState.dtype(), 1 + len(changes))
    org.fill(rows[0])
    for number, (week, policies) in enumerate(sorted(changes.items()), 1):
        org.replace(week=week, policies=policies).fill(rows[number])
    return rows


def _dated_events(scenario: Scenario, plans: dict[str, Plan]) -> Records:
    found = [
        (event, number, find(scenario, event.who)[1] if event.who else 0)
        for number, plan in enumerate(plans.values())
        for event in (*scenario.events, *plan.events)
    ]
    rows = zeros(DatedEvent.dtype(), len(found))
    for row, (event, number, identity) in zip(rows, sorted(found, key=lambda one: one[0].week), strict=True):
        row.week, row.schedule, row.kind, row.amount = event.week, number, DEEDS.index(event.kind), event.amount
        row.identity = identity
    return rows
