"""From a scenario and a conduct to the records that both drivers start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import Any

import numpy as np

from teamsim.chance import identity_of
from teamsim.fields import Declared, InputError, closest
from teamsim.parameters import records_of
from teamsim.people import (
    DEEDS,
    DatedEvent,
    Fork,
    LeaderStart,
    LeaderState,
    Measures,
    OrganisationState,
    PersonState,
    PlannedEvent,
    PlanRow,
    Policies,
    Start,
    StyleChange,
    TeamStart,
    TeamState,
)
from teamsim.rules.start import build, seat_key
from teamsim.rules.team import identity_of_hire
from teamsim.scenario import HIRE, Scenario
from teamsim.style import Conduct, Event, Plan, Regime, Style

__all__ = ["World", "find", "plans_of"]

Records = np.ndarray[Any, np.dtype[Any]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Values = tuple[Any, ...]

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
                whom(scenario, event.who)
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
    number, seat, entry = whom(scenario, person)
    if not entry:
        teams = [team for team, one in enumerate(scenario.teams) for _ in one.people]
        return teams[number], identity_of(person)
    team = [team for team, one in enumerate(scenario.teams) for _ in range(one.seats)][seat]
    before, filled = scenario.teams[:team], len(scenario.teams[team].people)
    place, met = seat - sum(one.seats for one in before), sum(len(one.people) for one in before)
    names = met + place, len(scenario.people) + team
    return team, int(identity_of_hire(seat_key(*_letters(scenario), *names, place, filled), entry))


def whom(scenario: Scenario, person: str) -> tuple[int, int, int]:
    """Return whom a name means: the number in the cast; or -1, in which seat somebody is hired, and as which hire.

    Raises
    ------
    InputError
        If there is nobody of this name and no such seat.
    """
    people = scenario.people
    if person in people:
        return people.index(person), 0, 0
    hire = HIRE.fullmatch(person)
    if hire and int(hire[2]) < scenario.seats:
        return -1, int(hire[2]), int(hire[1])
    raise InputError(f"= {person!r} is not known; {closest(person, people)}", ("plan", "events", "who"))


def zeros(dtype: np.dtype[Any], *shape: int) -> Records:
    """Return an array of records, all zero; a row has its fields as attributes."""
    return np.zeros(shape, dtype=dtype)


def values_of(declared: type[Declared]) -> Callable[[Any], Values]:
    """Return what reads from anything that has them the quantities that a class declares, in order."""
    return attrgetter(*declared.quantities())


def rows_of(declared: type[Declared], values: Iterable[Values]) -> Records:
    """Return a record for each of these, whose values are given in the order of declaration."""
    return np.array(list(values), dtype=declared.dtype())


def numbers(given: Iterable[int]) -> Numbers:
    """Return whole numbers as rules read them."""
    return np.array(list(given), dtype=np.int64)


@dataclass(frozen=True)
class CastRows:
    """Who is there, as rows that rules read; see `teamsim.rules.start.build`."""

    people: Records
    teams: Records
    leaders: Records
    led_by: Numbers
    letters: Numbers
    begins: Numbers

    @classmethod
    def of(cls, scenario: Scenario) -> CastRows:
        """Write down the first cast of a scenario."""
        teams, start, leads = scenario.teams, values_of(Start), values_of(LeaderStart)
        known = {name: number for number, name in enumerate(scenario.people)}
        return cls(
            rows_of(Start, (start(person) for team in teams for person in team.people)),
            rows_of(TeamStart, ((team.seats, len(team.people), team.tier, team.result) for team in teams)),
            rows_of(LeaderStart, (leads(team.leader) for team in teams)),
            numbers(known[team.led_by] if team.led_by else -1 for team in teams),
            *_letters(scenario),
        )


def _letters(scenario: Scenario) -> tuple[Numbers, Numbers]:
    """The bytes of all names, of people and then of teams; and where each begins, and the last one ends."""
    names = [name.encode("utf-8") for name in (*scenario.people, *(team.name for team in scenario.teams))]
    letters = np.frombuffer(b"".join(names), dtype=np.uint8).astype(np.int64)
    return letters, numbers(accumulate(map(len, names), initial=0))


@dataclass(frozen=True)
class PlanRows:
    """How it is led, and what happens on its own, as rows that rules read; see `teamsim.rules.start.build`.

    Attributes
    ----------
    styles : records
        The distinct styles.
    events, decisions : int
        How many events there will be, for all holders; and how often everybody's plan decides on policies.
    """

    held: Numbers
    others: Numbers
    rows: Records
    changes: Records
    planned: Records
    own: Records
    policies: Records
    styles: Records
    events: int
    decisions: int

    @classmethod
    def of(cls, scenario: Scenario, plans: dict[str, Plan]) -> PlanRows:
        """Write down plans by the name of who holds them; what lies beyond the horizon needs no row."""
        cast = {name: number for number, name in enumerate(scenario.people)}
        distinct = {id(plan): plan for plan in plans.values()}
        known = {plan: number for number, plan in enumerate(distinct)}
        held = [known[id(plan)] for plan in plans.values()]
        others = [cast[name] for name in [*plans][1 + len(scenario.teams) :]]
        levers, decided = values_of(Style), values_of(Policies)
        styles: dict[Values, int] = {}
        policies = [decided(scenario.policies)]
        rows: list[Values] = []
        changes: list[Values] = []
        planned: list[Values] = []
        for plan in distinct.values():
            coming = [(week, style) for week, style in plan.styles.items() if week < scenario.weeks]
            rows.append((len(changes), len(coming), len(planned), len(plan.events)))
            planned += [_planned(scenario, event) for event in plan.events]
            for week, style in coming:
                decides = isinstance(style, Regime)
                changes.append((week, styles.setdefault(levers(style), len(styles)), len(policies) if decides else -1))
                if decides:
                    policies.append(decided(style))
        own = [_planned(scenario, event) for event in scenario.events]
        everybodys = changes[: rows[0][1]]
        return cls(
            numbers(held),
            numbers(others),
            rows_of(PlanRow, rows),
            rows_of(StyleChange, changes),
            rows_of(PlannedEvent, planned),
            rows_of(PlannedEvent, own),
            rows_of(Policies, policies),
            rows_of(Style, styles),
            events=sum(len(own) + rows[plan][3] for plan in held),
            decisions=sum(number >= 0 for _, _, number in everybodys),
        )


def _planned(scenario: Scenario, event: Event) -> Values:
    meant = whom(scenario, event.who) if event.who else (-1, 0, 0)
    return event.week, DEEDS.index(event.kind), event.amount, *meant


@dataclass
class World:
    """Everything that a history starts from: records of the first cast, of leaders and teams, styles by week, events.

    Attributes
    ----------
    people, teams, leaders : records
        One row a seat, a team, a team's leader.
    cast : CastRows
        Who is there at the start, as rows.
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
    cast: CastRows
    people: Records
    teams: Records
    leaders: Records
    org: Records
    parameters: Records
    styles: Records
    style_at: Numbers
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
        return cls.laid_out(
            scenario, plans_of(scenario, conduct), CastRows.of(scenario), records_of(parameters), fork or Fork()
        )

    @classmethod
    def laid_out(
        cls, scenario: Scenario, plans: dict[str, Plan], cast: CastRows, parameters: Records, fork: Fork
    ) -> World:
        """Make room for the records, and let the rules lay them out."""
        given = PlanRows.of(scenario, plans)
        people, seated = zeros(PersonState.dtype(), scenario.seats), np.zeros(len(cast.people), dtype=np.int64)
        teams, leaders = zeros(TeamState.dtype(), len(cast.teams)), zeros(LeaderState.dtype(), len(cast.teams))
        org = zeros(OrganisationState.dtype(), 1 + given.decisions)
        style_at = np.zeros((len(plans), scenario.weeks), dtype=np.int64)
        events = zeros(DatedEvent.dtype(), given.events)
        build(
            cast.people, cast.teams, cast.leaders, cast.led_by, cast.letters, cast.begins,
            given.held, given.others, given.rows, given.changes, given.planned, given.own,
            scenario.market.record(), given.policies, fork.record(), scenario.hires_differ,
            people, seated, teams, leaders, org, style_at, events,
        )  # fmt: skip
        return cls(
            scenario, plans, scenario.weeks, cast, people, teams, leaders, org, parameters,
            given.styles, style_at, events, fork,
        )  # fmt: skip

    def under(self, plans: dict[str, Plan], parameters: Records) -> World:
        """Return the same world under other plans of the same holders, and with other parameters."""
        return self.laid_out(self.scenario, plans, self.cast, parameters, self.fork)

    def groups(self, teams: bool) -> int:
        """How many groups are measured: the organisation, three thirds and, if wanted, each team."""
        return 4 + (len(self.teams) if teams else 0)

    def measures(self, runs: int, teams: bool) -> Records:
        """Room for the weekly measures of some runs."""
        return zeros(Measures.dtype(), runs, self.weeks, self.groups(teams))
