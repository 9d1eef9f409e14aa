"""Exit interviews: why somebody left, what of it could be seen, and what might have kept them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from teamsim.comparison import forked, rewound
from teamsim.engine import futures
from teamsim.fields import InputError, closest
from teamsim.people import ROADS, Drivers, ExitRecord, Fork
from teamsim.results import Run
from teamsim.statistics.exits import still_there, wilson
from teamsim.statistics.sums import means
from teamsim.style import Event, Plan, Style
from teamsim.world import EVERYBODY, find

__all__ = ["Interview", "Replay"]

Weeks = np.ndarray[Any, np.dtype[np.int64]]
TERMS = ("start", "offered", "ties", "exhaustion")
"""What an exit is made of beside its drivers."""
DISMISSED = ROADS[-1]
QUARTER, HALF_A_YEAR = 13, 26


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
    person, team, leader : str
        Who left, from which team, led by whom.
    week, joined : int
        When the person left, and in which week they were first there; 0 for the first cast.
    road : str
        How, one of `ROADS`; on ``"dismissed"`` it was the leader who decided.
    stated : str
        What the person said; empty for a dismissal, when nobody is asked.
    log_odds : float
        Of leaving, in that week and on that road; 0 for a dismissal.
    regretted : bool
        Whether a high performer left of their own accord.

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
    ('Amara', 'Challenge')
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
        self.person, self.team, self.leader = str(row["person"]), str(row["team"]), str(row["leader"])
        self.road, self.stated = str(row["road"]), str(row["stated"])
        self.week, self.seat = int(row["week"]), int(row["seat"])
        self.log_odds, self.regretted = float(row["log_odds"]), bool(row["regretted"])
        self._as_it_was: dict[tuple[int, int], Weeks] = {}

    @property
    def joined(self) -> int:
        """In which week the person was first there."""
        return int(self.before["week"].iloc[0])

    @property
    def usual_week(self) -> int:
        """Where a replay starts if nothing is said: a quarter before the departure, or when the person came."""
        return max(self.joined, self.week - QUARTER)

    @property
    def dismissed(self) -> bool:
        """Whether the leader decided that the person goes."""
        return self.road == DISMISSED

    @property
    def holder(self) -> str:
        """Whose plan it was: the leader's own, or everybody's (``""``) where the leader was hired or there was none."""
        made = self.run.made
        return self.leader if self.leader in made.conduct or self.leader in made.scenario.people else EVERYBODY

    @property
    def plan(self) -> Plan:
        """How the person's leader led."""
        conduct = self.run.made.conduct
        return conduct.get(self.holder, conduct[EVERYBODY])

    @property
    def identity(self) -> int:
        """The key that names the person in every replay."""
        return find(self.run.scenario, self.person)[1]

    @cached_property
    def shares(self) -> pd.DataFrame:
        """What the log-odds of leaving are made of: ``name``, ``label``, ``log_odds``; they add up exactly.

        Drivers come first, the one that drove most on top; then the terms that are nobody's doing. Above 0 drove the
        person away, below 0 held them. A dismissal is decided by the leader: its table is empty.
        """
        columns = ["name", "label", "log_odds"]
        if self.dismissed:
            return pd.DataFrame(columns=columns).astype({"log_odds": float})
        row = self.run.exits.iloc[self.number]
        drivers = [(name, kind.label, float(row[f"drivers_{name}"])) for name, kind in Drivers.quantities().items()]
        kinds = ExitRecord.quantities()
        terms = [(name, kinds[name].label, float(row[name])) for name in TERMS]
        rows = [*sorted(drivers, key=lambda part: -part[2]), *terms]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def before(self) -> pd.DataFrame:
        """The person's life line up to the last week, in whatever seats it was lived."""
        people = self.run.people
        return people[people["person"] == self.person].reset_index(drop=True)

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
            float(means(output)) if len(output) else np.nan
            for start, end in ((0, QUARTER), (QUARTER, HALF_A_YEAR))
            for output in [life.loc[(week > self.week - end) & (week <= self.week - start), "output"]]
        )
        known = {name: float(last[name]) for name in ("tenure", "rating", "pay_ratio")}
        return known | since | {"output_change": late / early - 1.0 if early > 0 else np.nan}

    def replay(
        self,
        week: int | None = None,
        style: Style | str | Mapping[str, Style | str] | None = None,
        events: Iterable[Event | Mapping[str, Any]] = (),
        *,
        without: str | None = None,
        redraws: int = 100,
        until: int | None = None,
        **levers: float,
    ) -> Replay:
        """Live it again up to a week, do one thing differently, and redraw many times what came after.

        Parameters
        ----------
        week : int, optional
            From when on, ``joined`` to ``week``; a quarter before the departure where nothing is said.
        style : Style, name of a preset, or mapping from leader to one of these, optional
            How the person's leader leads from then on; a mapping speaks of other leaders too.
        events : sequence of Event
            Dated events to add, as in `Run.rewind`.
        without : str, optional
            A driver (a name in `shares`) that stops counting for this person: shows what the formula gives it.
        redraws : int
            How many kinds of luck, from 1. Both sides meet the same ones.
        until : int, optional
            The week at whose end the person would still be there; half a year after the departure where nothing is
            said, or the last week.
        **levers : float
            Levers that the person's leader changes from then on; the others stay what they were, week by week.

        Returns
        -------
        Replay
            In how many of them the person would have stayed, beside as it was.

        Raises
        ------
        InputError
            If the week is not one before the departure, or anything else cannot be used.

        Examples
        --------
        >>> import teamsim as ts
        >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
        >>> interview = run.interview(0)
        >>> replay = interview.replay(0, "developer", redraws=20)
        >>> replay.stayed > replay.stayed_as_it_was
        True
        >>> interview.replay(2, recognition_weeks=1, redraws=20).week
        2
        """
        made, last = self.run.made, self.run.scenario.weeks - 1
        start = _week(self.usual_week if week is None else week, self.joined, self.week, "week")
        end = _week(min(last, self.week + HALF_A_YEAR) if until is None else until, self.week, last, "until")
        if isinstance(redraws, bool) or not isinstance(redraws, int | np.integer) or redraws < 1:
            raise InputError(f"= {redraws!r} is not a whole number from 1", ("redraws",))
        if without is not None and without not in Drivers.model_fields:
            raise InputError(
                f"= {without!r} is not a driver; {closest(str(without), Drivers.model_fields)}", ("without",)
            )
        if without is not None and self.dismissed:
            raise InputError(f"= {without!r}: {self.person} was dismissed, which no driver decides", ("without",))
        led = style if style is None or isinstance(style, Mapping) else {self.holder: style}
        conduct = rewound(made, start, led, events)
        if levers:
            conduct[self.holder] = _with_levers(conduct.get(self.holder, conduct[EVERYBODY]), start, levers)
        as_it_was = forked(made, start)
        other = as_it_was
        if without is not None:
            other = as_it_was.replace(person=self.identity, kept=as_it_was.kept.replace(**{without: 0.0}))
        same = start, int(redraws)
        if same not in self._as_it_was:
            self._as_it_was[same] = self._weeks_of_leaving(made.conduct, as_it_was, int(redraws))
        return Replay(
            person=self.person,
            week=start,
            until=end,
            left_as_it_was=self._as_it_was[same],
            left=self._weeks_of_leaving(conduct, other, int(redraws)),
        )

    def _weeks_of_leaving(self, conduct: dict[str, Plan], fork: Fork, redraws: int) -> Weeks:
        """In which week the person leaves in each redraw; the horizon where they never do."""
        made = self.run.made
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
        weeks = np.full(redraws, made.scenario.weeks, dtype=np.int64)
        weeks[np.repeat(np.arange(redraws), counts)[mine]] = records["week"][mine]
        return weeks


def _week(given: Any, low: int, high: int, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not low <= given <= high:
        raise InputError(f"= {given!r} is not a week in {low}..{high}", (name,))
    return int(given)


def _with_levers(plan: Plan, week: int, levers: Mapping[str, float]) -> Plan:
    """Return a plan with some levers held from a week on, whatever else changes later."""
    later = {start: style.replace(**levers) for start, style in plan.styles.items() if start > week}
    return Plan(styles={**plan.styles, week: plan.at(week).replace(**levers), **later}, events=plan.events)


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
        Staying means being there still at the end of this week.
    left_as_it_was, left : int64 array of (redraws,)
        In which week the person left in each redraw, without changes and with the change, in the same kinds of
        luck; the horizon where they never did.
    """

    person: str
    week: int
    until: int
    left_as_it_was: Weeks
    left: Weeks

    @property
    def redraws(self) -> int:
        """How many kinds of luck were tried."""
        return len(self.left)

    @property
    def stayed(self) -> int:
        """In how many of them the person is still there, with the change."""
        return int(still_there(self.left, self.until, self.until)[0][0])

    @property
    def stayed_as_it_was(self) -> int:
        """In how many of them the person is still there, without changes."""
        return int(still_there(self.left_as_it_was, self.until, self.until)[0][0])

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share that stays with the change (Wilson 1927)."""
        return wilson(self.stayed, self.redraws)

    @property
    def still_there(self) -> pd.DataFrame:
        """In what share of the redraws the person is still there: ``week``, ``as_it_was``, ``changed``."""
        weeks = np.arange(self.week, self.until + 1)
        shares = {
            name: still_there(left, self.week, self.until)[1]
            for name, left in (("as_it_was", self.left_as_it_was), ("changed", self.left))
        }
        return pd.DataFrame({"week": weeks} | shares)
