"""Seats: who comes in at the door, who is slowed down there, and who sits where. Each function is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teamsim.fields import InputError
from teamsim.words import say
from teamsim.workshop.codes import WINDOW_SECONDS, fingerprint, new_code, new_key, tidy, wait_after
from teamsim.workshop.session import Session, session_where
from teamsim.workshop.store import KEYS, PEOPLE, REFUSALS, SEATS, SESSIONS, Store

__all__ = ["Me", "Ticket", "come_back", "join", "me_of", "refuse", "seats_of", "sit_down", "take_turn"]

SEEN_EVERY = 5.0
MOST_PEOPLE = 300
LONGEST_NICKNAME = 24


@dataclass(frozen=True)
class Me:
    """Somebody who has come in: at a seat, or as an observer (seat 0)."""

    id: int
    session: Session
    nickname: str
    seat: int
    seat_id: int | None
    word: str
    others: tuple[str, ...]
    """Who else sits here."""
    turn: bool
    """Whether it is this one's turn to decide for the seat."""


@dataclass(frozen=True)
class Ticket:
    """What one gets at the door: the key is told to nobody else, and stored nowhere but hashed."""

    key: str
    seat: int
    word: str


def join(
    store: Store, code: str, nickname: str, door: str = "", *, observer: bool = False, research: bool = False
) -> Ticket:
    """Take a new seat, or watch.

    Parameters
    ----------
    store : Store
        Where.
    code : str
        The session's, as typed.
    nickname : str
        As typed.
    door : str
        From where somebody knocks: bad codes from one place are slowed down.
    observer : bool
        Whether to watch without a seat.
    research : bool
        Whether what is decided may be used for research.

    Raises
    ------
    InputError
        In words for participants: a wrong code, too many of them, a nickname that is taken or none, a session that
        has ended or is full.
    """
    with store.writing() as now:
        session = _knock(now, store, code, door)
        if session is not None:
            seat, number, word = (None, 0, "") if observer else _new_seat(now, session)
            return Ticket(_seated(now, store, session, seat, nickname, research), number, word)
    raise InputError(say("workshop.wrong_code"))


def sit_down(store: Store, code: str, word: str, nickname: str, door: str = "", *, research: bool = False) -> Ticket:
    """Come back to a seat from elsewhere, or share it: who knows its word sits down there.

    Raises
    ------
    InputError
        As `join`; and if no seat has that word.
    """
    with store.writing() as now:
        session = _knock(now, store, code, door)
        if session is not None:
            seat = now.execute(sa.select(SEATS).where(seats_of(session.id), SEATS.c.word == tidy(word))).first()
            if seat is not None:
                same = (PEOPLE.c.seat == seat.id) & (PEOPLE.c.folded == _fold(nickname))
                person = now.scalar(sa.select(PEOPLE.c.id).where(same))
                if person is not None:
                    return Ticket(_keyed(now, store, person), seat.number, seat.word)
                return Ticket(_seated(now, store, session, seat.id, nickname, research), seat.number, seat.word)
            _note(now, store, door, "word")
    raise InputError(say("workshop.wrong_word" if session is not None else "workshop.wrong_code"))


def come_back(store: Store, key: str, *, seen: bool = True) -> Me:
    """Return who holds a key, and where they sit.

    Raises
    ------
    InputError
        If the key is nobody's, or the seat was removed.
    """
    with store.reading() as now:
        me = me_of(now, key)
        last = now.scalar(sa.select(PEOPLE.c.seen).where(PEOPLE.c.id == me.id)) or 0.0
    if seen and store.clock() - last > SEEN_EVERY:
        with store.writing() as now:
            now.execute(PEOPLE.update().where(PEOPLE.c.id == me.id).values(seen=store.clock()))
    return me


def take_turn(store: Store, key: str) -> None:
    """Let this one decide for a shared seat, now."""
    with store.writing() as now:
        me = me_of(now, key)
        if me.seat_id is None or me.turn:
            return
        people = _people_of(now, me.seat_id)
        place = [one.id for one in people].index(me.id)
        values = {"turn": (place - max(0, me.session.round)) % len(people)}
        now.execute(SEATS.update().where(SEATS.c.id == me.seat_id).values(**values))


def refuse(store: Store, door: str, what: str) -> None:
    """Note that somebody was refused."""
    with store.writing() as now:
        _note(now, store, door, what)


# --- inside a transaction


def seats_of(session: int) -> sa.ColumnElement[bool]:
    """Say which seats of a session have not been removed."""
    return (SEATS.c.session == session) & SEATS.c.removed.is_(None)


def me_of(now: sa.Connection, key: str) -> Me:
    """Return who holds a key."""
    joined = PEOPLE.join(KEYS, KEYS.c.person == PEOPLE.c.id)
    mine = sa.select(PEOPLE).select_from(joined).where(KEYS.c.hash == fingerprint(str(key)[:200]))
    row = now.execute(mine).first()
    if row is None:
        raise InputError(say("workshop.key_unknown"))
    session = session_where(now, SESSIONS.c.id == row.session)
    if row.seat is None:
        return Me(row.id, session, row.nickname, 0, None, "", (), False)
    seat = now.execute(sa.select(SEATS).where(SEATS.c.id == row.seat)).one()
    people = _people_of(now, row.seat)
    editor = people[(seat.turn + max(0, session.round)) % len(people)]
    others = tuple(one.nickname for one in people if one.id != row.id)
    return Me(row.id, session, row.nickname, seat.number, seat.id, seat.word, others, editor.id == row.id)


def _people_of(now: sa.Connection, seat: int) -> list[Any]:
    return list(now.execute(sa.select(PEOPLE).where(PEOPLE.c.seat == seat).order_by(PEOPLE.c.id)).all())


def _knock(now: sa.Connection, store: Store, code: str, door: str) -> Session | None:
    """Return the session of a code; None, and a note, where it is wrong; who has guessed too often has to wait."""
    clock = store.clock()
    bad = (REFUSALS.c.door == door) & (REFUSALS.c.at > clock - WINDOW_SECONDS) & REFUSALS.c.what.in_(("code", "word"))
    tries, last = now.execute(sa.select(sa.func.count(), sa.func.max(REFUSALS.c.at)).where(bad)).one()
    wait = wait_after(tries, last or 0.0, clock)
    if wait > 0:
        raise InputError(say("workshop.wait", n=int(wait) + 1))
    try:
        session = session_where(now, SESSIONS.c.code == tidy(code))
    except InputError:
        _note(now, store, door, "code")
        return None
    if session.ended is not None:
        raise InputError(say("workshop.ended"))
    return session


def _note(now: sa.Connection, store: Store, door: str, what: str) -> None:
    now.execute(REFUSALS.insert().values(at=store.clock(), door=door[:80], what=what[:80]))


def _fold(nickname: str) -> str:
    return " ".join(str(nickname).split()).casefold()


def _nickname(now: sa.Connection, session: Session, given: str) -> str:
    called = " ".join(str(given).split())
    if not called or len(called) > LONGEST_NICKNAME or not called.isprintable():
        raise InputError(say("workshop.nickname_wrong", most=LONGEST_NICKNAME))
    here = PEOPLE.c.session == session.id
    if now.scalar(sa.select(PEOPLE.c.id).where(here & (PEOPLE.c.folded == _fold(called)))) is not None:
        raise InputError(say("workshop.nickname_taken", name=called))
    if (now.scalar(sa.select(sa.func.count()).select_from(PEOPLE).where(here)) or 0) >= MOST_PEOPLE:
        raise InputError(say("workshop.full"))
    return called


def _new_seat(now: sa.Connection, session: Session) -> tuple[int, int, str]:
    rows = now.execute(sa.select(SEATS.c.number, SEATS.c.word).where(SEATS.c.session == session.id)).all()
    taken = {row.word for row in rows} | {session.code}
    word = next(word for word in iter(new_code, None) if word not in taken)
    number = max((row.number for row in rows), default=0) + 1
    row = {"session": session.id, "number": number, "word": word, "joined_round": session.round}
    made = now.execute(SEATS.insert().values(**row)).inserted_primary_key
    assert made is not None
    return int(made[0]), number, word


def _seated(now: sa.Connection, store: Store, session: Session, seat: int | None, given: str, research: bool) -> str:
    clock, called = store.clock(), _nickname(now, session, given)
    row = {"session": session.id, "seat": seat, "nickname": called, "folded": _fold(called), "joined": clock}
    made = now.execute(PEOPLE.insert().values(**row, seen=clock, research=int(research))).inserted_primary_key
    assert made is not None
    return _keyed(now, store, int(made[0]))


def _keyed(now: sa.Connection, store: Store, person: int) -> str:
    key = new_key()
    now.execute(KEYS.insert().values(hash=fingerprint(key), person=person, given=store.clock()))
    return key
