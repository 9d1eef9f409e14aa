"""A scenario: who is there, for how long, in which market and under which policies; TOML in and out."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic
import tomli_w

from teamsim.fields import Declared, InputError, closest, quantity
from teamsim.files import shipped
from teamsim.people import LeaderStart, Market, Measures, Policies, Start
from teamsim.style import Event, Style

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GROUPS", "Aim", "CastLeader", "CastMember", "CastTeam", "Goal", "Scenario"]

LARGEST_TEAM = 500
HIRE = re.compile(r"hire ([1-9]\d{0,8}) in seat (0|[1-9]\d{0,8})")
"""What tables call somebody who was hired."""
GROUPS = ("organisation", "bottom third", "middle third", "top third")
"""Of whom futures measure: everybody, and the thirds of every team by contribution."""


class CastMember(Start):
    """Somebody of the first cast: a name, traits, and how things stand with them.

    Skill is talent's where it is not given, the work's demand and the contribution are skill's, and the pay that one
    is used to is one's pay.
    """

    noun = "person"
    name: str = pydantic.Field(min_length=1, max_length=120)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _follow(cls, given: Any) -> Any:
        if isinstance(given, dict):
            given = dict(given)
            for name, source in (("skill", "talent"), ("demand", "skill"), ("contribution", "skill")):
                if name not in given and source in given:
                    given[name] = given[source]
            given.setdefault("contribution", 1.0)
        return given


class CastLeader(LeaderStart):
    """A leader of the first cast."""

    noun = "leader"
    name: str = pydantic.Field(min_length=1, max_length=120)


NOBODY = CastLeader(name="nobody")
"""Stands where a team has no leader from outside."""


class CastTeam(Declared):
    """A team: its leader, its people, and seats that are empty at the start.

    The leader either stands outside (``leader``), or is somebody in a team of a higher level (``led_by``).
    """

    noun = "team"
    name: str = pydantic.Field(min_length=1, max_length=120)
    leader: CastLeader = NOBODY
    led_by: str = ""
    tier: int = quantity(0, 0, 2, unit="tier", label="Tier", meaning="0 front line, 1 middle, 2 executive.")
    result: float = quantity(
        1.0, 0.0, 10.0, unit="share", label="Result", meaning="Output against what its skill promises, at the start."
    )
    people: tuple[CastMember, ...] = ()
    vacancies: int = quantity(
        0, 0, LARGEST_TEAM, unit="seats", label="Vacancies", meaning="Seats that are empty at the start."
    )

    @property
    def seats(self) -> int:
        """How many people there is room for."""
        return len(self.people) + self.vacancies

    @pydantic.model_validator(mode="after")
    def _sized(self) -> CastTeam:
        if not 1 <= self.seats <= LARGEST_TEAM:
            raise ValueError(f"has {self.seats} seats; allowed are 1..{LARGEST_TEAM}")
        if not self.led_by and self.leader == NOBODY:
            raise ValueError(f"{self.name!r} has no leader: give one, or say by whom it is led_by")
        if self.led_by and self.leader != NOBODY:
            both = f"is led_by {self.led_by!r} and has the leader {self.leader.name!r} as well"
            raise ValueError(f"{self.name!r} {both}; allowed is one of them")
        return self


class Aim(Declared):
    """One thing that a future is to come to: a measure's mean over some weeks, or how many of some people stay.

    Examples
    --------
    >>> Aim(measure="strain", group="bottom third", weeks=(78, 104), most=0.45).name
    'strain, bottom third, weeks 78..104'
    >>> Aim(stay=["Amara", "Yuki"], least=1).ends
    (1.0, inf)
    """

    measure: str = ""
    """A field of `Measures`; what is added up elsewhere is meant by the week here, too."""
    group: str = GROUPS[0]
    weeks: tuple[int, ...] = ()
    """From which week to before which; all where nothing is said."""
    stay: tuple[str, ...] = ()
    """In place of a measure: who of the cast is to be there at the end."""
    least: float | None = None
    most: float | None = None

    @pydantic.model_validator(mode="after")
    def _definite(self) -> Aim:
        if bool(self.measure) == bool(self.stay):
            raise ValueError("names either a measure, or who is to stay")
        for name, known in ((self.measure or "output", Measures.model_fields), (self.group, GROUPS)):
            if name not in known:
                raise ValueError(f"looks at {name!r}, which is not known; {closest(name, known)}")
        if self.weeks and not (len(self.weeks) == 2 and 0 <= self.weeks[0] < self.weeks[1]):
            raise ValueError(f"has the weeks {self.weeks}; allowed are two, from and before")
        if self.least is None and self.most is None:
            raise ValueError("says neither least nor most")
        return self

    @property
    def name(self) -> str:
        """What is looked at, in short."""
        if self.stay:
            return f"still there: {', '.join(self.stay)}"
        when = f", weeks {self.weeks[0]}..{self.weeks[1]}" if self.weeks else ""
        return f"{self.measure.replace('_', ' ')}, {self.group}{when}"

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most with which it is met; `teamsim.statistics.goals` holds futures against them."""
        return (
            -math.inf if self.least is None else float(self.least),
            math.inf if self.most is None else float(self.most),
        )


class Goal(Declared):
    """What a workshop asks for: several aims at once, by some levers, within one budget.

    A style reaches the goal if most of its futures come to every aim; see `Futures.reaches`.

    Examples
    --------
    >>> goal = Scenario.load("managing-stars").goal
    >>> goal.levers
    ('challenge', 'time_for', 'recognition_weeks', 'pay_position')
    """

    aims: tuple[Aim, ...] = pydantic.Field(min_length=1)
    levers: tuple[str, ...] = ()
    """What participants hold: fields of `Style` or `Policies`; the rest stays as the scenario has it."""
    start: Mapping[str, float] = pydantic.Field(default_factory=dict)
    """Where some of them stand before anybody touches them, if not where the scenario has them."""
    hours: float = quantity(
        1.25, 0.0, 40.0, unit="hours a week", label="Hours", meaning="The most that may be asked of leaders, a person."
    )
    money: float = quantity(
        1.15, 0.0, 10.0, unit="× market pay", label="Money", meaning="The most that pay and development may cost, each."
    )
    share: float = quantity(
        0.5, 0.0, 1.0, unit="share", label="Share of futures", meaning="In how many of them every aim has to be met."
    )

    @pydantic.model_validator(mode="after")
    def _known(self) -> Goal:
        for names, known in ((self.levers, (*Style.model_fields, *Policies.model_fields)), (self.start, self.levers)):
            for name in names:
                if name not in known:
                    raise ValueError(f"names the lever {name!r}, which is not known; {closest(name, known)}")
        return self

    @property
    def ends(self) -> list[tuple[float, float]]:
        """The least and the most of every aim."""
        return [aim.ends for aim in self.aims]

    def reached_in(self, share: float) -> bool:
        """Whether it is enough that so many of the futures meet every aim."""
        return share >= self.share


class Scenario(Declared):
    """A cast, a horizon in weeks, the market and the organisation's policies.

    Parameters
    ----------
    name : str
        Short name, as used on the command line.
    teams : sequence of CastTeam (or mappings like them)
        Who leads whom; names of people, leaders and teams are unique.
    weeks : int
        The horizon, 1..1040.
    market, policies : mapping
        What differs from ordinary ones.
    style : Style
        The style of leaders for whom nothing else is said.
    title, story : str
        For people to read.
    events : sequence of Event
        What happens on its own, whoever leads how: dated, and to somebody by name.
    notes : sequence of str
        What is known about where the scenario comes from, and what it assumes.
    goal : Goal, optional
        What a workshop asks for.
    hires_differ : bool
        Whether a hire who comes to lead does so like somebody whose style is given, drawn by chance, rather than in
        the scenario's style.

    Raises
    ------
    InputError
        In one line: what was given, what is allowed and where.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario(name="two", weeks=26, teams=[
    ...     {"name": "Blue", "leader": {"name": "Lea"}, "people": [{"name": "Ana", "talent": 1.6}, {"name": "Ben"}]}])
    >>> scenario.people
    ('Ana', 'Ben')
    >>> ts.Scenario(name="none", weeks=0, teams=[])
    Traceback (most recent call last):
    teamsim.fields.InputError: scenario.weeks = 0 is outside 1..1040 (and 1 more)
    """

    name: str = pydantic.Field(min_length=1, max_length=120)
    title: str = ""
    story: str = ""
    weeks: int = quantity(104, 1, 1040, unit="weeks", label="Horizon", meaning="How many weeks are lived through.")
    market: Market = Market()
    policies: Policies = Policies()
    style: Style = Style()
    notes: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    goal: Goal | None = None
    hires_differ: bool = False
    teams: tuple[CastTeam, ...] = pydantic.Field(min_length=1)

    @pydantic.model_validator(mode="after")
    def _distinct(self) -> Scenario:
        groups = {
            "team": [team.name for team in self.teams],
            "leader": list(self.leaders),
            "person": list(self.people),
        }
        for noun, names in groups.items():
            names = [unicodedata.normalize("NFC", name) for name in names]
            name, times = Counter(names).most_common(1)[0] if names else ("", 0)
            if times > 1:
                raise ValueError(f"names the {noun} {name!r} {times} times; every {noun}'s name stands once")
        for name in groups["person"]:
            if HIRE.fullmatch(name):
                raise ValueError(f"names somebody {name!r}, as tables call a hire; give another name")
        for name in groups["team"]:
            if name in GROUPS:
                raise ValueError(f"names a team {name!r}, as what is measured of all teams; give another name")
        levels = {person.name: team.tier for team in self.teams for person in team.people}
        higher = [name for name, tier in levels.items() if tier > 0]
        for team in self.teams:
            said = f"says that {team.led_by!r} leads {team.name!r}"
            if team.led_by and team.led_by not in levels:
                raise ValueError(f"{said}, but there is nobody of that name; {closest(team.led_by, higher)}")
            if team.led_by and levels[team.led_by] <= team.tier:
                where = f"of tier {team.tier}, from a team of tier {levels[team.led_by]}"
                raise ValueError(f"{said} {where}; allowed is a higher one")
            if not team.led_by and team.leader.name in levels:
                twice = "both as a leader from outside and as one of the people"
                raise ValueError(f"names {team.leader.name!r} {twice}; say led_by")
        for event in self.events:
            if event.who not in levels:
                nobody = f"has an event for {event.who!r}, who is nobody of the cast"
                raise ValueError(f"{nobody}; {closest(event.who, levels)}")
        return self

    @property
    def people(self) -> tuple[str, ...]:
        """The names of the cast, in order of seats."""
        return tuple(person.name for team in self.teams for person in team.people)

    @property
    def leaders(self) -> tuple[str, ...]:
        """The names of the leaders, in order of teams."""
        return tuple(team.led_by or team.leader.name for team in self.teams)

    @property
    def seats(self) -> int:
        """How many people there is room for."""
        return sum(team.seats for team in self.teams)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the scenarios that come with the package.

        Examples
        --------
        >>> import teamsim as ts
        >>> ts.Scenario.names()
        ('executive-team', 'managing-stars', 'performance-system', 'under-pressure', 'who-should-lead')
        """
        return tuple(sorted(path.parent.name for path in shipped("workshops").glob("*/scenario.toml")))

    @classmethod
    def load(cls, name_or_path: str | Path) -> Scenario:
        """Read a scenario: one that comes with the package, or a TOML file.

        Parameters
        ----------
        name_or_path : str or Path
            One of `Scenario.names`, or the path of a file.

        Raises
        ------
        InputError
            If there is no such scenario or file, or something in it cannot be used; the message names file and line.

        Examples
        --------
        >>> import teamsim as ts
        >>> ts.Scenario.load("managing-stars").weeks
        104
        """
        path = Path(name_or_path)
        if str(name_or_path) in cls.names():
            path = shipped("workshops") / str(name_or_path) / "scenario.toml"
        elif not path.is_file():
            raise InputError(
                f"scenario {str(name_or_path)!r} is neither a file nor known; {closest(str(name_or_path), cls.names())}"
            )
        try:
            text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))  # é is one letter, however typed
            data = tomllib.loads(text)
        except UnicodeDecodeError as error:
            raise InputError(f"is not UTF-8 text: byte {error.start} cannot be read", (path.name,)) from None
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"is not TOML: {error}", (path.name,)) from None
        try:
            return cls(**data)
        except InputError as error:
            line = _line_of(text, error.path[1:])
            raise InputError(error.problem, error.path, f"{path.name}, line {line}" if line else path.name) from None

    def led(self, **levers: float) -> Scenario:
        """Return this scenario with some levers set: fields of `Style` or `Policies`.

        Raises
        ------
        InputError
            If a lever is not known or out of its range.

        Examples
        --------
        >>> import teamsim as ts
        >>> ts.Scenario.load("who-should-lead").led(preparation=0.6, own_work=0.1).policies.preparation
        0.6
        """
        policies = {name: value for name, value in levers.items() if name in Policies.model_fields}
        style = {name: value for name, value in levers.items() if name not in policies}
        return self.replace(style=self.style.replace(**style), policies=self.policies.replace(**policies))

    def save(self, path: str | Path) -> Path:
        """Write the scenario to a TOML file that `load` reads.

        Parameters
        ----------
        path : str or Path
            The file; an existing one is replaced.

        Returns
        -------
        Path
            Where it is.

        Examples
        --------
        >>> import tempfile, pathlib, teamsim as ts
        >>> scenario = ts.Scenario.load("managing-stars")
        >>> ts.Scenario.load(scenario.save(pathlib.Path(tempfile.mkdtemp()) / "mine.toml")) == scenario
        True
        """
        target = Path(path)
        written = tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))
        target.write_text(written, encoding="utf-8", newline="\n")
        return target

    @classmethod
    def from_table(
        cls,
        table: pd.DataFrame | str | Path,
        *,
        tenure_months: str | None = None,
        event: str | None = None,
        team: str | None = None,
        pay: str | None = None,
        rating: str | None = None,
        span: int = 9,
        seed: int = 0,
        name: str = "from-table",
        weeks: int = 104,
    ) -> Scenario:
        """Draw a cast from the distributions of an HR table: invented people, as many as stayed.

        No row becomes a person. Groups of fewer than ten are merged, and what is drawn from is smoothed over ten
        rows or more with the ends cut off. Whoever left informs the market's tightness, not the cast. What the
        table lacks is assumed; ``notes`` says in words what was used, lacked and assumed.

        Parameters
        ----------
        table : DataFrame, str or Path
            The table, the path of a CSV or Parquet file, or the name of one that comes with teamsim:
            ``"made-up-hr-export.csv"``. Rows that repeat another in every column are dropped.
        tenure_months : str, optional
            The column with months since joining, 0..840.
        event : str, optional
            The column that says who left: 0 or 1, no or yes, false or true.
        team : str, optional
            The column with departments or other groups.
        pay : str, optional
            The column with pay, in any currency; it counts against its group's median.
        rating : str, optional
            The column with ratings, as numbers; the higher, the better.
        span : int
            The largest team, 2..60: groups are split evenly under invented leaders.
        seed : int
            The same seed draws the same cast.
        name, weeks
            The scenario's name, and its horizon in weeks.

        Raises
        ------
        InputError
            In one line, with column and row: no such table or column, a column that is empty or looks like a
            person's gender, age or health, a value that cannot be used, or fewer than ten usable rows.

        Examples
        --------
        >>> import teamsim as ts
        >>> drawn = ts.Scenario.from_table(
        ...     "made-up-hr-export.csv", tenure_months="tenure_months", event="left",
        ...     team="department", pay="monthly_pay", rating="last_rating")
        >>> len(drawn.people), len(drawn.teams), drawn.market.tightness
        (157, 21, 0.91)
        >>> print(drawn.notes[3])
        30 rows say nothing in 'last_rating': they inform nothing about it.
        """
        from teamsim.hr_table import scenario_from_table

        return scenario_from_table(
            table,
            tenure_months=tenure_months,
            event=event,
            team=team,
            pay=pay,
            rating=rating,
            span=span,
            seed=seed,
            name=name,
            weeks=weeks,
        )


def _line_of(text: str, path: tuple[str | int, ...]) -> int:
    """Find the line of a TOML file on which a value stands; 0 where it is not written there."""
    lines = text.splitlines()
    at, prefix = 0, ""
    for position, part in enumerate(path):
        if isinstance(part, int):
            header = re.compile(rf"\s*\[\[\s*{re.escape(prefix)}\s*\]\]")
            found = [number for number, line in enumerate(lines[at:], at) if header.match(line)]
            if part >= len(found):
                return 0
            at = found[part]
            continue
        prefix = f"{prefix}.{part}" if prefix else part
        table = re.compile(rf"\s*\[\s*{re.escape(prefix)}\s*\]")
        value = re.compile(rf"\s*{re.escape(part)}\s*=")
        wanted = (table, value) if position + 1 < len(path) else (value, table)
        inside = [number for number, line in enumerate(lines[at + 1 :], at + 1) if re.match(r"\s*\[", line)]
        end = inside[0] if inside else len(lines)
        for pattern, last in zip(wanted, (len(lines), end) if wanted[0] is table else (end, len(lines)), strict=True):
            found = [number for number, line in enumerate(lines[at:last], at) if pattern.match(line)]
            if found:
                at = found[0]
                break
        else:
            if not isinstance((*path, "")[position + 1], int):
                return at + 1 if position else 0
    return at + 1 if path else 0
