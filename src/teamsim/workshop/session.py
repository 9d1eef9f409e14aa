"""A session of a workshop: how it stands, and what opens it. Each function is one transaction.

What participants may do takes the key that they were given at the door; what a facilitator may do takes the session's
number, which only the facilitator's key opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa

from teamsim.compiler import rules_hash
from teamsim.fields import InputError, closest
from teamsim.words import languages, say
from teamsim.workshop.codes import WINDOW_SECONDS, fingerprint, new_code, new_key, tidy
from teamsim.workshop.store import REFUSALS, SESSIONS, Store

__all__ = ["Session", "begin", "delete", "facilitate", "find", "new_facilitator_key", "session_where", "sessions"]


@dataclass(frozen=True)
class Session:
    """How a session stands.

    Attributes
    ----------
    round : int
        The round of the moment; -1 in the lobby.
    until : float or None
        When the timer closes the round.
    revealed : int
        Up to which round everybody may see what became of the class.
    shown : dict
        What they see, by round: aggregates, worked out once.
    """

    id: int
    code: str
    workshop: str
    seed: int
    language: str
    version: str
    rules: str
    created: float
    ended: float | None
    round: int
    open: int
    until: float | None
    paused: float | None
    message: str
    revealed: int
    shown: Mapping[str, Any] = field(default_factory=dict)

    def takes(self, now: float) -> bool:
        """Whether something can be submitted now."""
        return self.runs(now) and self.paused is None

    def runs(self, now: float) -> bool:
        """Whether the round is open, and its time not over; while paused, time stands still."""
        if self.ended is not None or not self.open or self.round < 0:
            return False
        return self.until is None or (now if self.paused is None else self.paused) < self.until

    def left(self, now: float) -> float | None:
        """Return how many seconds the timer has left; None where none runs."""
        if self.until is None or not self.open:
            return None
        return max(0.0, self.until - (now if self.paused is None else self.paused))


STATE = [SESSIONS.c[name] for name in Session.__dataclass_fields__]


def begin(store: Store, name: str, seed: int = 1, language: str = "en") -> tuple[Session, str]:
    """Begin a session.

    Parameters
    ----------
    store : Store
        Where.
    name : str
        How the workshop is loaded again: its name or folder.
    seed : int
        The luck of all.
    language : str
        Of the pages.

    Returns
    -------
    Session, str
        And the facilitator's key.

    Raises
    ------
    InputError
        If seed or language is none: what was begun once is gone on with.
    """
    if not 0 <= seed < 2**63:
        raise InputError(f"= {seed} is outside 0..2**63 - 1", ("seed",))
    if language not in languages():
        raise InputError(f"= {language!r} is not known; {closest(language, languages())}", ("language",))
    key, row = new_key(), {"workshop": name, "seed": seed, "language": language, "rules": rules_hash()}
    row |= {"version": version("teamsim"), "facilitator": fingerprint(key), "created": store.clock()}
    with store.writing() as now:
        taken = set(now.scalars(sa.select(SESSIONS.c.code)))
        code = next(code for code in iter(new_code, None) if code not in taken)
        now.execute(SESSIONS.insert().values(code=code, **row))
        return session_where(now, SESSIONS.c.code == code), key


def sessions(store: Store) -> list[Session]:
    """Return all sessions, the newest first."""
    with store.reading() as now:
        return [Session(**row._mapping) for row in now.execute(sa.select(*STATE).order_by(SESSIONS.c.id.desc()))]


def find(store: Store, code: str) -> Session:
    """Return a session by its code, for who sits at this machine.

    Raises
    ------
    InputError
        If there is none.
    """
    with store.reading() as now:
        return session_where(now, SESSIONS.c.code == tidy(code), f"= {code} is the code of no session here")


def new_facilitator_key(store: Store, session: int) -> str:
    """Return a new key for the facilitator; the one before opens nothing any more."""
    key = new_key()
    with store.writing() as now:
        now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(facilitator=fingerprint(key)))
    return key


def facilitate(store: Store, code: str, key: str) -> Session:
    """Return the session that a facilitator's key opens.

    Raises
    ------
    InputError
        If it does not.
    """
    with store.reading() as now:
        both = (SESSIONS.c.code == tidy(code)) & (SESSIONS.c.facilitator == fingerprint(key))
        return session_where(now, both, say("workshop.not_facilitator"))


def delete(store: Store, session: int) -> None:
    """Remove a session and all that belongs to it, for good."""
    with store.writing() as now:
        now.execute(SESSIONS.delete().where(SESSIONS.c.id == session))
        recent = store.clock() - WINDOW_SECONDS  # who has just guessed a code goes on waiting
        now.execute(REFUSALS.delete().where(REFUSALS.c.at < recent))
    store.wipe()


def session_where(now: sa.Connection, which: sa.ColumnElement[bool], problem: str = "= is not there") -> Session:
    """Return the session of which something holds, inside a transaction."""
    row = now.execute(sa.select(*STATE).where(which)).first()
    if row is None:
        raise InputError(problem, () if not problem.startswith("=") else ("session",))
    return Session(**row._mapping)
