"""What a facilitator may do with a session, and see of it. Each function is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from teamsim.fields import InputError
from teamsim.words import say
from teamsim.workshop.definition import Workshop
from teamsim.workshop.entries import entries_where, phase, plain_text, settled
from teamsim.workshop.seats import seats_of
from teamsim.workshop.session import session_where
from teamsim.workshop.store import ENTRIES, KEYS, PEOPLE, REFUSALS, SEATS, SESSIONS, Store

__all__ = [
    "LONGEST_MESSAGE", "LONGEST_TIMER", "advance", "broadcast", "close_round", "end", "go_on", "monitor", "open_round",
    "pause", "remove", "reset", "reveal", "set_timer",
]  # fmt: skip

PRESENT_SECONDS = 20.0
"""Who was heard of so recently is there."""
LONGEST_MESSAGE, LONGEST_TIMER = 400, 600
"""In characters; in minutes."""


def open_round(store: Store, session: int, number: int, minutes: float | None, rounds: int) -> None:
    """Open a round, with or without a timer; the one before is over, and so is what was said in it."""
    if not 0 <= number < rounds:
        raise InputError(f"= {number + 1} is outside 1..{rounds}", ("round",))
    _set(store, session, round=number, open=1, until=_until(minutes, store.clock()), paused=None, message="")


def close_round(store: Store, session: int) -> None:
    """Close the round: who has not decided keeps the last decision."""
    _set(store, session, open=0, until=None, paused=None)


def set_timer(store: Store, session: int, minutes: float | None) -> None:
    """Let the timer run for so long from now, or take it away."""
    with store.writing() as now:
        held = session_where(now, SESSIONS.c.id == session)
        until = _until(minutes, store.clock() if held.paused is None else held.paused)
        now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(until=until))


def pause(store: Store, session: int) -> None:
    """Stop everything, the timer too."""
    with store.writing() as now:
        paused = (SESSIONS.c.id == session) & SESSIONS.c.paused.is_(None)
        now.execute(SESSIONS.update().where(paused).values(paused=store.clock()))


def go_on(store: Store, session: int) -> None:
    """Go on after a pause; the timer has as much left as before."""
    with store.writing() as now:
        held = session_where(now, SESSIONS.c.id == session)
        if held.paused is not None:
            until = None if held.until is None else held.until + store.clock() - held.paused
            now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(paused=None, until=until))


def broadcast(store: Store, session: int, message: str) -> None:
    """Show a sentence on every page; an empty one takes it away."""
    _set(store, session, message=plain_text(message, LONGEST_MESSAGE))


def reveal(store: Store, session: int, number: int, shown: Mapping[str, Any] | None = None) -> None:
    """Let everybody see what became of the class, up to a round; -1 takes it back."""
    with store.writing() as now:
        held = session_where(now, SESSIONS.c.id == session)
        kept = {**held.shown, str(number): shown} if number >= 0 else {}
        now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(revealed=number, shown=kept))


def end(store: Store, session: int) -> None:
    """End the session: reports can be read, and nothing more is taken but a reflection and the sentence for Monday."""
    _set(store, session, open=0, until=None, paused=None, ended=store.clock())


def advance(store: Store, session: int, seat: int) -> None:
    """Take a seat on, with its last decision."""
    with store.writing() as now:
        held, there = session_where(now, SESSIONS.c.id == session), _seat(now, session, seat)
        if held.round < 0:
            raise InputError(say("workshop.closed"))
        here = (ENTRIES.c.seat == there.id) & (ENTRIES.c.round == held.round)
        if not settled(now.scalars(sa.select(ENTRIES.c.kind).where(here))):
            row = {"session": session, "seat": there.id, "round": held.round, "kind": "waived", "content": {}}
            now.execute(ENTRIES.insert().values(**row, at=store.clock()))


def reset(store: Store, session: int, seat: int) -> None:
    """Let a seat begin the round of the moment anew."""
    with store.writing() as now:
        held, there = session_where(now, SESSIONS.c.id == session), _seat(now, session, seat)
        now.execute(ENTRIES.delete().where((ENTRIES.c.seat == there.id) & (ENTRIES.c.round == held.round)))


def remove(store: Store, session: int, seat: int) -> None:
    """Take a seat away: its keys open nothing any more, and it counts no more."""
    with store.writing() as now:
        there = _seat(now, session, seat)
        people = sa.select(PEOPLE.c.id).where(PEOPLE.c.seat == there.id)
        now.execute(KEYS.delete().where(KEYS.c.person.in_(people)))
        now.execute(SEATS.update().where(SEATS.c.id == there.id).values(removed=store.clock()))


def monitor(store: Store, session: int, workshop: Workshop) -> dict[str, Any]:
    """Return where everybody is: a row a seat, who watches, and who was refused at the door."""
    with store.reading() as now:
        held, clock = session_where(now, SESSIONS.c.id == session), store.clock()
        entries = entries_where(now, ENTRIES.c.session == session)
        people = now.execute(sa.select(PEOPLE).where(PEOPLE.c.session == session).order_by(PEOPLE.c.id)).all()
        seats = now.execute(sa.select(SEATS).where(seats_of(session)).order_by(SEATS.c.number)).all()
        recent = sa.select(sa.func.count()).where(REFUSALS.c.at > held.created).select_from(REFUSALS)
        refused = now.scalar(recent) or 0
    asks = len(workshop.rounds[held.round].predict) if held.round >= 0 else 0
    rows = []
    for seat in seats:
        mine, here = entries.get(seat.id, {}), [one for one in people if one.seat == seat.id]
        rows.append(
            {
                "seat": seat.number,
                "names": [one.nickname for one in here],
                "word": seat.word,
                "there": any(clock - one.seen < PRESENT_SECONDS for one in here),
                "phase": phase(held, mine.get(held.round, {}), asks, clock),
                "decided": "decide" in mine.get(held.round, {}),
                "late": seat.joined_round >= 0,
            }
        )
    watching = [one.nickname for one in people if one.seat is None]
    return {"session": held, "seats": rows, "observers": watching, "refused": refused}


# --- inside a transaction


def _set(store: Store, session: int, **values: Any) -> None:
    with store.writing() as now:
        session_where(now, SESSIONS.c.id == session)
        now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(**values))


def _seat(now: sa.Connection, session: int, number: int) -> Any:
    row = now.execute(sa.select(SEATS).where(seats_of(session), SEATS.c.number == number)).first()
    if row is None:
        raise InputError(f"= {number} is not there", ("seat",))
    return row


def _until(minutes: float | None, since: float) -> float | None:
    if minutes is None:
        return None
    if not 0 < minutes <= LONGEST_TIMER:
        raise InputError(f"= {minutes:g} is outside 0..{LONGEST_TIMER}", ("minutes",))
    return since + 60 * minutes
