"""A workshop as data: its rounds, what each asks, and every text that participants read, in every language there is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import pydantic

from teamsim.fields import Declared, InputError, closest, quantity
from teamsim.files import shipped
from teamsim.lab.expectation import KINDS, Question
from teamsim.people import Market, Policies
from teamsim.scenario import GROUPS, Goal, Scenario
from teamsim.style import Event, Plan, Regime, Style
from teamsim.words import language

__all__ = ["Ask", "Round", "Text", "Workshop"]

FILE = "workshop.toml"


def _languages(given: Mapping[str, str]) -> Mapping[str, str]:
    if "en" not in given or not all(text.strip() for text in given.values()):
        said = ", ".join(given) or "no language"
        raise ValueError(f"is said in {said}; English (en) has to be there, and none empty")
    return given


Text = Annotated[Mapping[str, str], pydantic.AfterValidator(_languages)]
"""What is said, by language; English stands in for one that is missing."""


def spoken(text: Text) -> str:
    """Return a text in the language that is spoken.

    Examples
    --------
    >>> spoken({"en": "Counter-offer", "de": "Gegenangebot"})
    'Counter-offer'
    """
    return text.get(language(), text["en"])


class Ask(Declared):
    """What is to be predicted before a round is run; see `teamsim.lab.Prediction`."""

    measure: str
    kind: str = "direction"
    group: str = GROUPS[0]

    @pydantic.model_validator(mode="after")
    def _answerable(self) -> Ask:
        Question(self.measure, KINDS[0], self.group)  # a number's scale comes from futures
        if self.kind not in KINDS:
            raise ValueError(f"asks for {self.kind!r}, which is not known; {closest(self.kind, KINDS)}")
        return self


class Round(Declared):
    """One round: brief, predict, decide, run, see, reflect.

    A round goes on where the one before ended, unless it starts `afresh`: then the same weeks are lived through again
    from the first one on, with nothing of what was decided before.
    """

    title: Text
    brief: Text
    reflect: Text
    predict: tuple[Ask, ...] = pydantic.Field(min_length=1)
    weeks: int = quantity(26, 2, 1040, unit="weeks", label="Weeks", meaning="How many weeks are lived through.")
    minutes: int = quantity(5, 1, 120, unit="minutes", label="Minutes", meaning="How long the timer runs.")
    afresh: bool = False
    practice: bool = False
    """Another luck, and not counted; it starts afresh."""
    levers: tuple[str, ...] = ()
    """What participants hold; the goal's levers where nothing is said."""
    market: Mapping[str, float] = pydantic.Field(default_factory=dict)
    """What differs in the market outside, in a round that starts afresh."""
    policies: Mapping[str, float] = pydantic.Field(default_factory=dict)
    """What differs in the house, in a round that starts afresh."""
    people: Mapping[str, Mapping[str, float]] = pydantic.Field(default_factory=dict)
    """What differs in somebody of the cast, by name, in a round that starts afresh."""
    events: tuple[Event, ...] = ()
    """What happens on its own; weeks count from the start of the round."""

    @pydantic.model_validator(mode="after")
    def _sound(self) -> Round:
        for name in self.levers:
            if name not in Regime.model_fields:
                raise ValueError(f"names the lever {name!r}, which is not known; {closest(name, Regime.model_fields)}")
        if (self.market or self.policies or self.people) and not self.begins:
            raise ValueError("changes market, house or people, which only a round that starts afresh can")
        Market().replace(**self.market)
        Policies().replace(**self.policies)
        for event in self.events:
            if event.week >= self.weeks:
                raise ValueError(f"has an event in week {event.week} of {self.weeks}")
        return self

    @property
    def begins(self) -> bool:
        """Whether it begins at the first week."""
        return self.afresh or self.practice


class Workshop(Declared):
    """What a class goes through together.

    Examples
    --------
    >>> workshop = Workshop.load("managing-stars")
    >>> workshop.levers(1)
    ('challenge', 'time_for', 'recognition_weeks', 'pay_position')
    >>> Workshop.load("managing-star")
    Traceback (most recent call last):
    teamsim.fields.InputError: workshop = managing-star is not there; did you mean 'managing-stars'? Known: ...
    """

    name: str = pydantic.Field(min_length=1, max_length=120)
    title: Text
    story: Text
    dilemma: Text
    aim: Text
    """The goal in words."""
    monday: Text
    """What is asked at the very end: one change on Monday."""
    scenario: Scenario
    rounds: tuple[Round, ...] = pydantic.Field(min_length=1, max_length=24)

    @pydantic.model_validator(mode="after")
    def _playable(self) -> Workshop:
        if self.scenario.goal is None:
            raise ValueError(f"takes the scenario {self.scenario.name!r}, which has no goal")
        for number, there in enumerate(self.rounds):
            if self.first_week(number) + there.weeks > 1040:
                raise ValueError("is longer than 1040 weeks")
            for name in there.people:
                if name not in self.scenario.people:
                    known = closest(name, self.scenario.people)
                    raise ValueError(f"changes {name!r}, who is nobody of the cast; {known}")
            self.place(number)
            Plan(styles={0: self.start(number)}, events=self.happens(number))
        return self

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the workshops that come with the package.

        Examples
        --------
        >>> "managing-stars" in Workshop.names()
        True
        """
        return tuple(sorted(path.parent.name for path in shipped("workshops").glob(f"*/{FILE}")))

    @classmethod
    def folder(cls, name_or_path: str | Path) -> Path:
        """Return the folder of a workshop: one that comes with the package, or one of the user's.

        Raises
        ------
        InputError
            If there is none.
        """
        if str(name_or_path) in cls.names():
            return shipped("workshops") / str(name_or_path)
        path = Path(name_or_path).expanduser()
        if not (path / FILE).is_file():
            raise InputError(f"= {name_or_path} is not there; {closest(str(name_or_path), cls.names())}", ("workshop",))
        return path.resolve()

    @classmethod
    def load(cls, name_or_path: str | Path) -> Workshop:
        """Read a workshop and its scenario.

        Raises
        ------
        InputError
            If there is no such workshop, or something in its files cannot be used.
        """
        folder = cls.folder(name_or_path)
        try:
            data = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"is not TOML: {error}", (FILE,)) from None
        try:
            return cls(**{"name": folder.name, "scenario": Scenario.load(folder / "scenario.toml"), **data})
        except InputError as error:
            raise InputError(error.problem, error.path, error.source or f"{folder.name}/{FILE}") from None

    @cached_property
    def goal(self) -> Goal:
        """What is asked for."""
        assert self.scenario.goal is not None
        return self.scenario.goal

    def start(self, number: int) -> Style:
        """Return how the team is led before anybody decides; with the policies of the house where they are levers.

        Examples
        --------
        >>> Workshop.load("managing-stars").start(1).recognition_weeks
        40.0
        """
        first = self._first(number)
        style = self.scenario.style
        if any(name in Policies.model_fields for one in self.rounds for name in (*self.goal.levers, *one.levers)):
            style = Regime.of(style, self.scenario.policies.replace(**first.policies))
        return style.replace(**self.goal.start)

    def _first(self, number: int) -> Round:
        """Return the round with which the history of a round began."""
        return self.rounds[self.chapter(number)[0]]

    def levers(self, number: int) -> tuple[str, ...]:
        """Return what participants hold in a round."""
        return self.rounds[number].levers or self.goal.levers

    def chapter(self, number: int) -> tuple[int, ...]:
        """Return the rounds that make one history with this one, up to it.

        Examples
        --------
        >>> Workshop.load("managing-stars").chapter(2)
        (1, 2)
        """
        rounds = self.rounds
        first = max(n for n in range(number + 1) if n == 0 or rounds[n].begins or rounds[n - 1].practice)
        return tuple(range(first, number + 1))

    def first_week(self, number: int) -> int:
        """Return the week with which a round begins."""
        weeks = [self.rounds[n].weeks for n in self.chapter(number)]
        return sum(weeks[:-1])

    def happens(self, number: int) -> tuple[Event, ...]:
        """Return what has happened on its own up to the end of a round."""
        return tuple(
            event.replace(week=event.week + self.first_week(n))
            for n in self.chapter(number)
            for event in self.rounds[n].events
        )

    def place(self, number: int) -> Scenario:
        """Return the scenario up to the end of a round."""
        first, weeks = self._first(number), self.first_week(number) + self.rounds[number].weeks
        start = self.start(number)
        teams = tuple(
            team.replace(people=tuple(one.replace(**first.people.get(one.name, {})) for one in team.people))
            for team in self.scenario.teams
        )
        return self.scenario.replace(
            weeks=weeks,
            style=Style(**{name: getattr(start, name) for name in Style.model_fields}),
            market=self.scenario.market.replace(**first.market),
            policies=self.scenario.policies.replace(**first.policies),
            events=tuple(event for event in self.scenario.events if event.week < weeks),
            teams=teams,
        )

    def judged(self, number: int) -> bool:
        """Whether the weeks of the goal are over at the end of a round, so that it can be held against them.

        Examples
        --------
        >>> workshop = Workshop.load("managing-stars")
        >>> workshop.judged(3), workshop.judged(4)
        (False, True)
        """
        last = self.place(number).weeks
        return not self.rounds[number].practice and all(
            last >= (aim.weeks[1] if aim.weeks else self.scenario.weeks) for aim in self.goal.aims
        )

    def goal_at(self, number: int) -> Goal:
        """Return the goal as it can be looked at after a round: for weeks still to come stand those of the round.

        Examples
        --------
        >>> workshop = Workshop.load("managing-stars")
        >>> [aim.weeks for aim in workshop.goal_at(3).aims], workshop.goal_at(4) == workshop.goal
        ([(), (52, 78)], True)
        """
        first, last = self.first_week(number), self.place(number).weeks
        ahead = [bool(aim.weeks) and aim.weeks[1] > last for aim in self.goal.aims]
        aims = zip(self.goal.aims, ahead, strict=True)
        return self.goal.replace(aims=tuple(aim.replace(weeks=(first, last)) if later else aim for aim, later in aims))

    def told_at(self, played: Iterable[int]) -> int | None:
        """Return after which of the rounds played the goal is told at the end: the last judged, or else the last.

        Examples
        --------
        >>> workshop = Workshop.load("managing-stars")
        >>> workshop.told_at([0]), workshop.told_at([0, 1, 2]), workshop.told_at([0, 3, 4])
        (None, 2, 4)
        """
        counted = [n for n in played if n >= 0 and not self.rounds[n].practice]
        return max(counted, key=lambda n: (self.judged(n), n), default=None)

    def seed(self, number: int, seed: int) -> int:
        """Return the luck of a round: one for all, another for practice."""
        return seed + 1 if self.rounds[number].practice else seed

    def plan(self, number: int, styles: Mapping[int, Style]) -> Plan:
        """Return what is done up to the end of a round, from the styles by round."""
        held = {self.first_week(n): styles[n] for n in self.chapter(number) if n in styles}
        return Plan(styles={0: self.start(number)} | held, events=self.happens(number))

    def about(self) -> dict[str, Any]:
        """Return what a page says of the whole."""
        texts = {name: spoken(getattr(self, name)) for name in ("title", "story", "dilemma", "aim", "monday")}
        return {**texts, "rounds": [spoken(one.title) for one in self.rounds]}
