"""Exit interviews: why somebody left, what of it could be seen, and what might have kept them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from teamsim.chance import identity_of, mix
from teamsim.comparison import rewound
from teamsim.engine import futures
from teamsim.fields import InputError, closest
from teamsim.people import Drivers, ExitRecord, Fork
from teamsim.results import Run
from teamsim.style import Event, Style
from teamsim.world import World

__all__ = ["Interview", "Replay"]

TERMS = ("start", "offered", "ties", "exhaustion")
"""What an exit is made of beside its drivers."""
HALF_A_YEAR = 26


class Interview:
    """One departure: what was said, what drove it, what could be seen, and what might have been.

    Parameters
    ----------
    run : Run
        The history in which it happened.
    number : int
        Which row of ``run.exits``.

    Attributes
    ----------
    person, road, week, team
        Who left, how, when and from which team.
    stated : str
        What the person said; empty for a dismissal, when nobody is asked.

    Raises
    ------
    InputError
        If there is no such departure.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
    >>> interview = run.interview(0)
    >>> interview.person, interview.stated
    ('Samir', 'Pay')
    >>> bool(abs(interview.shares["log_odds"].sum() - interview.log_odds) < 1e-9)
    True
    """

    def __init__(self, run: Run, number: int) -> None:
        exits = run.exits
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or not 0 <= number < len(exits):
            allowed = f"0..{len(exits) - 1}" if len(exits) else "empty: nobody left"
            raise InputError(f"= {number!r} is not a row of the exits; allowed is {allowed}", ("number",))
        self.run, self.number = run, int(number)
        row = exits.iloc[self.number]
        self.person, self.team = str(row["person"]), str(row["team"])
        self.road, self.stated = str(row["road"]), str(row["stated"])
        self.week, self.seat = int(row["week"]), int(row["seat"])
        self.log_odds, self.regretted = float(row["log_odds"]), bool(row["regretted"])

    @property
    def identity(self) -> int:
        """The key that names the person in every replay."""
        hires = int(self.before["hires"].iloc[-1])
        if hires == 0:
            return identity_of(self.person)
        seat_key = World.build(self.run.scenario, None).people[self.seat].seat_key
        return int(mix(np.uint64(seat_key), np.uint64(hires)))

    @cached_property
    def shares(self) -> pd.DataFrame:
        """What the log-odds of leaving are made of: ``name``, ``label``, ``log_odds``; they add up exactly.

        Drivers come first, the one that drove most on top; then the terms that are nobody's doing. Above 0 drove the
        person away, below 0 held them. A dismissal is decided by the leader and has none.
        """
        row = self.run.exits.iloc[self.number]
        drivers = [(name, kind.label, float(row[f"drivers_{name}"])) for name, kind in Drivers.quantities().items()]
        kinds = ExitRecord.quantities()
        terms = [(name, kinds[name].label, float(row[name])) for name in TERMS]
        rows = [*sorted(drivers, key=lambda part: -part[2]), *terms]
        return pd.DataFrame(rows, columns=["name", "label", "log_odds"])

    @cached_property
    def before(self) -> pd.DataFrame:
        """The person's life line up to the last week."""
        people = self.run.people
        mine = (people["seat"] == self.seat) & (people["person"] == self.person) & (people["week"] <= self.week)
        return people[mine].reset_index(drop=True)

    @cached_property
    def seen(self) -> dict[str, float]:
        """What the leader could have seen by then, without asking anybody.

        Returns
        -------
        dict of float
            ``tenure`` in weeks, the latest ``rating``, ``pay_ratio`` against market, weeks since the last ``talk``,
            ``praise``, ``challenge`` and ``raise`` (NaN where there was none), and ``output_change``: how output in the
            last quarter differed from the quarter before (NaN where either is missing).
        """
        life, last = self.before, self.before.iloc[-1]
        week = life["week"]
        marks = {"talk": "talk", "praise": "praise", "challenge": "stretched", "raise": "raised"}
        since = {}
        for name, column in marks.items():
            when = week[life[column] > 0]
            since[name] = float(self.week - when.iloc[-1]) if len(when) else np.nan
        late, early = (
            life.loc[(week > self.week - end) & (week <= self.week - start), "output"].mean()
            for start, end in ((0, 13), (13, 26))
        )
        known = {name: float(last[name]) for name in ("tenure", "rating", "pay_ratio")}
        return known | since | {"output_change": float(late / early - 1.0) if early > 0 else np.nan}

    def replay(
        self,
        week: int | None = None,
        style: Style | str | Mapping[str, Style | str] | None = None,
        events: Iterable[Event | Mapping[str, Any]] = (),
        *,
        without: str | None = None,
        redraws: int = 100,
        until: int | None = None,
    ) -> Replay:
        """Live it again up to a week, do one thing differently, and redraw many times what came after.

        Parameters
        ----------
        week : int, optional
            From when on; a quarter before the departure where nothing is said.
        style, events
            What is done differently, as in `Run.rewind`.
        without : str, optional
            A driver (a name in `shares`) that stops counting for this person: shows what the formula gives it.
        redraws : int
            How many kinds of luck, from 1. Both sides meet the same ones.
        until : int, optional
            The week by which the person would have stayed; half a year after the departure where nothing is said, or
            the last week.

        Returns
        -------
        Replay
            In how many of them the person would have stayed, beside as it was.

        Raises
        ------
        InputError
            If the week is not before the departure, or anything else cannot be used.

        Examples
        --------
        >>> import teamsim as ts
        >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
        >>> replay = run.interview(1).replay(0, "developer", redraws=20)
        >>> replay.stayed > replay.stayed_as_it_was
        True
        """
        made, last = self.run.made, self.run.scenario.weeks - 1
        start = max(0, self.week - 13) if week is None else week
        if isinstance(start, bool) or not isinstance(start, int | np.integer) or not 0 <= start <= self.week:
            raise InputError(f"= {week!r} is not a week in 0..{self.week}, before {self.person} left", ("week",))
        end = min(last, self.week + HALF_A_YEAR) if until is None else until
        if isinstance(end, bool) or not isinstance(end, int | np.integer) or not self.week <= end <= last:
            raise InputError(f"= {until!r} is not a week in {self.week}..{last}", ("until",))
        if without is not None and without not in Drivers.model_fields:
            raise InputError(
                f"= {without!r} is not a driver; {closest(str(without), Drivers.model_fields)}", ("without",)
            )
        conduct = rewound(made, start, style, events)
        as_it_was = Fork(week=int(start))
        other = as_it_was
        if without is not None:
            other = Fork(week=int(start), person=self.identity, kept=as_it_was.kept.replace(**{without: 0.0}))

        def weeks_of_leaving(conduct: Any, fork: Fork) -> np.ndarray[Any, np.dtype[np.int64]]:
            """In which week the person left in each redraw; after the horizon where they stayed."""
            many = futures(
                made.scenario,
                conduct,
                redraws,
                made.seed,
                parameters=made.parameters,
                fork=fork,
                redraws_of=made.first_run,
            )
            records, counts = many._raw["departures"], many._raw["counts"]
            mine = records["identity"] == self.identity
            weeks = np.full(len(counts), made.scenario.weeks, dtype=np.int64)
            weeks[np.repeat(np.arange(len(counts)), counts)[mine]] = records["week"][mine]
            return weeks

        return Replay(
            person=self.person,
            week=int(start),
            until=int(end),
            left_as_it_was=weeks_of_leaving(made.conduct, as_it_was),
            left=weeks_of_leaving(conduct, other),
        )


@dataclass(frozen=True)
class Replay:
    """What might have been, in frequencies.

    Attributes
    ----------
    person : str
        Who left.
    week : int
        From when on luck was redrawn, and something done differently.
    until : int
        Staying means being there still in this week.
    left_as_it_was, left : int64 array of (redraws,)
        In which week the person left in each redraw, with nothing changed and with the change, in the same kinds of
        luck; the horizon where they never did.
    """

    person: str
    week: int
    until: int
    left_as_it_was: np.ndarray[Any, np.dtype[np.int64]]
    left: np.ndarray[Any, np.dtype[np.int64]]

    @property
    def redraws(self) -> int:
        """How many kinds of luck were tried."""
        return len(self.left)

    @property
    def stayed(self) -> int:
        """In how many of them the person is still there, with the change."""
        return int((self.left > self.until).sum())

    @property
    def stayed_as_it_was(self) -> int:
        """In how many of them the person is still there, with nothing changed."""
        return int((self.left_as_it_was > self.until).sum())

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share that stays with the change (Wilson 1927)."""
        found = stats.binomtest(self.stayed, self.redraws).proportion_ci(method="wilson")
        return float(found.low), float(found.high)

    @property
    def still_there(self) -> pd.DataFrame:
        """In what share of the redraws the person is still there: ``week``, ``as_it_was``, ``changed``."""
        weeks = np.arange(self.week, self.until + 1)
        shares = {
            name: (left[None, :] > weeks[:, None]).mean(axis=1)
            for name, left in (("as_it_was", self.left_as_it_was), ("changed", self.left))
        }
        return pd.DataFrame({"week": weeks} | shares)
