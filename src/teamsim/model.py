"""The Mesa driver: a real `mesa.Model` whose agents act through the rules of the compiled engine, a phase a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, Self

import mesa
import numpy as np

from teamsim.chance import mix
from teamsim.compiler import Door
from teamsim.fields import InputError, closest
from teamsim.parameters import set_of
from teamsim.people import ExitRecord, Fork, LeaderState, Measures, PersonState
from teamsim.results import Futures, Made, Run
from teamsim.rules import one
from teamsim.scenario import NOBODY, Scenario
from teamsim.style import Conduct
from teamsim.world import Records, World, zeros

__all__ = ["Leader", "Member", "TeamModel"]

PHASES = ("get_work", "meet_leader", "feel_and_learn", "work", "stay_or_go")
"""What a member does in a week, in this order."""


class Seated(mesa.Agent):
    """An agent that acts on a row of the model's records, and reads its fields as its own."""

    fields: ClassVar[frozenset[str]] = frozenset()
    records: ClassVar[str] = ""
    """Which of the model's records."""
    model: TeamModel

    def __init__(self, model: TeamModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def state(self) -> Any:
        """The record, looked up anew: a stored one would detach when arrays are copied or pickled."""
        return getattr(self.model, self.records)[self.row]

    def __getattr__(self, name: str) -> Any:
        if name in type(self).fields:
            return self.state[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}; {closest(name, type(self).fields)}")


class Member(Seated):
    """Somebody in a seat; every field of the record is an attribute (``member.engagement``).

    Override a phase in a subclass and hand it to ``TeamModel(..., member=...)`` to change behaviour; it then runs in
    Mesa only.

    Examples
    --------
    >>> import teamsim as ts
    >>> model = ts.TeamModel(ts.Scenario.load("managing-stars"))
    >>> member = model.agents_by_type[ts.Member][0]
    >>> member.name, round(float(member.trust), 2)
    ('Amara', 0.48)
    """

    fields = frozenset(PersonState.model_fields)
    records = "people"
    unchanged: ClassVar[bool] = True

    def __init__(self, model: TeamModel, row: int) -> None:
        super().__init__(model, row)
        self.identity_key = int(model.people[row].identity)
        self.team_number = int(model.people[row].team)

    def take(self, row: int) -> Self:
        """Take another seat, after a promotion; the same agent goes on."""
        self.row, self.team_number = row, int(self.model.people[row].team)
        return self

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.unchanged = all(getattr(cls, phase) is getattr(Member, phase) for phase in PHASES)

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.model.name_of(self.row)

    @property
    def leader(self) -> Leader:
        """Who leads this person."""
        return self.model.leaders_by_team[self.team_number]

    def live_week(self) -> None:
        """Phases 2 to 6. As nobody reads what others write this week, they may follow one another at once."""
        if self.unchanged:
            self._act(one.live_week)
        else:
            for phase in PHASES:
                getattr(self, phase)()

    def get_work(self) -> None:
        """Phase 2: work is set."""
        self._act(one.get_work)

    def meet_leader(self) -> None:
        """Phase 3: contact with the leader."""
        self._act(one.meet_leader)

    def feel_and_learn(self) -> None:
        """Phase 4: feel and learn."""
        self._act(one.feel_and_learn)

    def work(self) -> None:
        """Phase 5: do the work."""
        self._act(one.work)

    def stay_or_go(self) -> None:
        """Phase 6: stay or go."""
        self._act(one.stay_or_go)

    def _act(self, phase: Door) -> None:
        self.model.act(phase, self.row, self.model.style_numbers[self.team_number])


class Leader(Seated):
    """Somebody who leads a team; every field of the record is an attribute (``leader.hours``).

    Examples
    --------
    >>> import teamsim as ts
    >>> model = ts.TeamModel(ts.Scenario.load("managing-stars"), "developer")
    >>> leader = model.agents_by_type[ts.Leader][0]
    >>> float(leader.style.challenge)
    0.55
    """

    fields = frozenset(LeaderState.model_fields)
    records = "leaders"

    @property
    def team(self) -> Any:
        """The record of the team."""
        return self.model.teams[self.row]

    @property
    def name(self) -> str:
        """What the leader is called; who that is changes with promotions."""
        seat = int(self.team.leader_seat)
        if seat < 0:
            return self.model.world.scenario.leaders[self.row]
        return self.model.name_of(seat) if self.model.people[seat].present == 1 else NOBODY.name

    @property
    def style(self) -> Any:
        """The levers that hold this week."""
        return self.model.world.styles[self.model.style_numbers[self.row]]

    def lead(self) -> None:
        """Phase 1: plan the week."""
        self._act(one.lead)

    def close_team(self) -> None:
        """Phase 7: who left is recorded, vacancies are filled."""
        model = self.model
        self._act(one.close_team, model.exit_room, model.exit_count)
        if kept := int(model.exit_count[0]):
            model.departures.append(model.exit_room[0, :kept].copy())

    def keep_calendar(self) -> None:
        """Phase 8: ranking, and reviews when due."""
        self._act(one.keep_calendar)

    def _act(self, phase: Door, *more: Any) -> None:
        self.model.act(phase, self.row, self.model.style_numbers[self.row], *more)


class TeamModel(mesa.Model):
    """A scenario under a way of leading, as a Mesa model to look into.

    Gives the same numbers as `teamsim.simulate`, to the last bit.

    Parameters
    ----------
    scenario : Scenario
        Who, for how long, where.
    style : Style, Plan, name of a preset, or mapping from leader to one of these, optional
        How they lead; the scenario's own style where nothing is said.
    rng : int
        The luck: the seed of `teamsim.simulate`.
    parameters : mapping from name to number, optional
        Numbers inside the rules that differ from the declared ones.
    fork : Fork, optional
        As in `teamsim.simulate`.
    member, leader : type, optional
        Your own subclasses of `Member` and `Leader`.

    Attributes
    ----------
    week : int
        Weeks lived so far.
    people, teams, leaders : records
        A row a seat, a team, a leader.
    latest : DataFrame-like mapping
        The organisation's measures of the last week lived, by name.

    Examples
    --------
    >>> import teamsim as ts
    >>> model = ts.TeamModel(ts.Scenario.load("managing-stars"), "developer", rng=1)
    >>> model.step()
    >>> model.week, len(model.agents_by_type[ts.Member])
    (1, 12)
    >>> run = ts.TeamModel(ts.Scenario.load("managing-stars"), rng=1).run()
    >>> run.weeks.equals(ts.simulate(ts.Scenario.load("managing-stars"), seed=1).weeks)
    True
    """

    def __init__(
        self,
        scenario: Scenario,
        style: Conduct | None = None,
        rng: int | None = 1,
        *,
        parameters: Any = None,
        fork: Fork | None = None,
        member: type[Member] = Member,
        leader: type[Leader] = Leader,
    ) -> None:
        if isinstance(rng, bool) or not isinstance(rng, (int, np.integer)) or not 0 <= rng < 2**63:
            raise InputError(f"= {rng!r} is not a whole number from 0 to 2**63 - 1", ("rng",))
        for given, base in ((member, Member), (leader, Leader)):
            if not (isinstance(given, type) and issubclass(given, base)):
                raise InputError(f"= {given!r} is not a subclass of ts.{base.__name__}", (base.__name__.lower(),))
        super().__init__(rng=int(rng))
        self.world = World.build(scenario, style, set_of(parameters, 0), fork)
        self.luck, self.week, self.member_type = int(rng), 0, member
        self.people, self.teams = self.world.people.copy(), self.world.teams.copy()
        self.leaders, self.orgs = self.world.leaders.copy(), self.world.org.copy()
        self._measures = self.world.measures(1, teams=True)[0]
        self.org.run_key = mix(self.luck, 0)
        self._schedule: list[list[int]] = self.world.style_at.T.tolist()
        self._styles_of_week: list[int] = []
        self.departures: list[Records] = []
        self.exit_room = zeros(ExitRecord.dtype(), 1, max(team.seats for team in scenario.teams))
        self.exit_count = np.zeros(1, dtype=np.int64)
        self._calls: dict[Door, Callable[..., None]] = {}
        self._life: list[Records] = []
        self._seated: dict[int, Member] = {}
        seats = (number for number, person in enumerate(self.people) if person.present == 1)
        self._names = dict(zip(seats, scenario.people, strict=True))
        self.counter: Any = None
        with _counting(self):
            self.leaders_by_team = [leader(self, number) for number in range(len(self.teams))]
        self.act(one.begin)
        self._seat_people()
        self._find_styles()

    @property
    def style_numbers(self) -> list[int]:
        """Which of the world's styles each leader follows this week."""
        return self._styles_of_week

    def _find_styles(self) -> None:
        week = self._schedule[min(self.week, self.world.weeks - 1)]
        self._styles_of_week = [week[schedule] for schedule in self.teams["schedule"].tolist()]

    @property
    def org(self) -> Any:
        """The organisation's record."""
        return self.orgs[0]

    @property
    def numbers(self) -> Any:
        """The parameters' record."""
        return self.world.parameters[0]

    @property
    def latest(self) -> dict[str, float]:
        """The organisation's measures of the last week lived."""
        row = self._measures[max(self.week - 1, 0), 0]
        return {name: float(row[name]) for name in Measures.model_fields}

    def name_of(self, seat: int) -> str:
        """Return what the person in a seat is called."""
        state = self.people[seat]
        origin = int(state.origin)
        return f"hire {int(state.entry)} in seat {origin}" if state.entry else self._names[origin]

    def act(self, phase: Door, *more: Any) -> None:
        """Go through a phase of the week with this model's records."""
        if phase not in self._calls:
            self._calls[phase] = phase.at()
        world = self.world
        self._calls[phase](
            self.people, self.teams, self.leaders, self.orgs, world.styles, world.style_at, world.parameters, *more
        )

    def activate(self, agents: Any, phase: str) -> None:
        """Let agents act; in which order never matters."""
        agents.do(phase)

    def step(self) -> None:
        """Live through one week.

        Raises
        ------
        InputError
            If the scenario's horizon has been reached.
        """
        if self.week >= self.world.weeks:
            raise InputError(
                f"is over: all {self.world.weeks} weeks of scenario {self.world.scenario.name!r} are lived", ("model",)
            )
        world, self.org.week = self.world, self.week
        self.act(one.open_week, world.events)
        leaders, members = self._set_of(self.leaders_by_team), self._set_of(self._seated.values())
        self.activate(leaders, "lead")
        self.activate(members, "live_week")
        self.act(one.measure, self._measures[self.week])
        self._life.append(self.people.copy())
        self.activate(leaders, "close_team")
        self.act(one.promote)
        self._find_styles()
        self.activate(leaders, "keep_calendar")
        self._seat_people()
        self.week += 1
        self._find_styles()

    def run(self) -> Run:
        """Live through what is left of the horizon and return the whole history."""
        while self.week < self.world.weeks:
            self.step()
        made = Made.by(self.world, seed=self.luck, runs=1)
        if changed := self._changed():
            made = replace(made, rules=f"{made.rules}, changed by {changed}")
        departures = np.concatenate([self.exit_room[0, :0], *self.departures])
        departures = departures[np.lexsort((departures["seat"], departures["week"]))]
        return Run(made, measures=self._measures, life=np.stack(self._life), departures=departures)

    def futures(self, runs: int = 200, seed: int | None = None) -> Futures:
        """Live through many histories of this scenario and conduct in the compiled engine.

        Raises
        ------
        InputError
            If this model's behaviour was changed by a subclass: that runs in Mesa only.
        """
        from teamsim.engine import futures

        if changed := self._changed():
            raise InputError(
                f"{changed} changes what happens in a week and runs in Mesa only; use .run() for each seed",
                ("futures",),
            )
        scenario = self.world.scenario
        conduct = self.world.plans
        numbers = {name: float(self.numbers[name]) for name in self.world.parameters.dtype.names or ()}
        return futures(
            scenario, conduct, runs, self.luck if seed is None else seed, parameters=numbers, fork=self.world.fork
        )

    def _changed(self) -> str:
        """Name the subclasses that may change what happens in a week."""
        types = {type(self), self.member_type, *(type(leader) for leader in self.leaders_by_team)}
        return ", ".join(sorted(one.__name__ for one in types - {TeamModel, Member, Leader}))

    def _set_of(self, agents: Any) -> Any:
        return mesa.agent.AgentSet(agents, random=self.random)

    def _seat_people(self) -> None:
        """Let agents follow the people whom they are, remove those of who left, and make those of new people."""
        present, identity = self.people["present"].tolist(), self.people["identity"].tolist()
        before = {agent.identity_key: agent for agent in self._seated.values()}
        self._seated = {}
        with _counting(self):
            for seat in range(len(present)):
                if present[seat]:
                    agent = before.pop(identity[seat], None)
                    self._seated[seat] = agent.take(seat) if agent else self.member_type(self, seat)
        for agent in before.values():
            agent.remove()


@contextmanager
def _counting(model: TeamModel) -> Iterator[None]:
    """Mesa 3.3 keeps every model for ever in a class-wide table of counters; keep the counter on the model instead."""
    counters = getattr(mesa.Agent, "_ids", None)
    if counters is None:
        yield
        return
    if model.counter is not None:
        counters[model] = model.counter
    yield
    model.counter = counters.pop(model, None)
