"""A session of a workshop: who is there, which round is open, and what was decided. Each function is one transaction.

What participants may do takes the key that they were given at the door; what a facilitator may do takes the session's
number, which only the facilitator's key opens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa

from teamsim.compiler import rules_hash
from teamsim.fields import InputError, closest
from teamsim.lab.choices import checked
from teamsim.words import languages, say
from teamsim.workshop.codes import WINDOW_SECONDS, fingerprint, new_code, new_key, tidy, wait_after
from teamsim.workshop.definition import Workshop
from teamsim.workshop.store import ENTRIES, KEYS, PEOPLE, REFUSALS, SEATS, SESSIONS, Store

__all__ = [
    "PHASES",
    "Me",
    "Session",
    "Ticket",
    "begin",
    "come_back",
    "delete",
    "entries_of",
    "entries_of_all",
    "facilitate",
    "find",
    "join",
    "monitor",
    "refuse",
    "sessions",
    "sit_down",
    "submit",
]

PHASES = ("lobby", "brief", "predict", "decide", "see", "done")
PRESENT_SECONDS = 20.0
"""Who was heard of so recently is there."""
SEEN_EVERY = 5.0
MOST_PEOPLE = 300
LONGEST_NICKNAME = 24
LONGEST_TEXT = 4000
LONGEST_MESSAGE = 400
AFTERWARDS = {"reflect": "reflection", "monday": "monday"}
"""What is written once a round was seen, and the name of its text."""
PREDICTED = ("measure", "group", "kind", "weeks", "at", "value", "sure")


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


STATE = [SESSIONS.c[name] for name in Session.__dataclass_fields__]


# --- the whole


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
        return _session(now, SESSIONS.c.code == code), key


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
        return _session(now, SESSIONS.c.code == tidy(code), f"= {code} is the code of no session here")


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
        return _session(now, both, say("workshop.not_facilitator"))


def delete(store: Store, session: int) -> None:
    """Remove a session and all that belongs to it, for good."""
    with store.writing() as now:
        now.execute(SESSIONS.delete().where(SESSIONS.c.id == session))
        recent = store.clock() - WINDOW_SECONDS  # who has just guessed a code goes on waiting
        now.execute(REFUSALS.delete().where(REFUSALS.c.at < recent))
    store.wipe()


# --- the door


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
            called = _nickname(now, session, nickname)
            seat, number, word = None, 0, ""
            if not observer:
                seat, number, word = _new_seat(now, session)
            return Ticket(_seated(now, store, session, seat, called, research), number, word)
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
            there = (SEATS.c.session == session.id) & (SEATS.c.word == tidy(word)) & SEATS.c.removed.is_(None)
            seat = now.execute(sa.select(SEATS).where(there)).first()
            if seat is not None:
                same = (PEOPLE.c.seat == seat.id) & (PEOPLE.c.folded == _fold(nickname))
                person = now.scalar(sa.select(PEOPLE.c.id).where(same))
                if person is not None:
                    return Ticket(_keyed(now, store, person), seat.number, seat.word)
                called = _nickname(now, session, nickname)
                return Ticket(_seated(now, store, session, seat.id, called, research), seat.number, seat.word)
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
        me = _me(now, key)
        last = now.scalar(sa.select(PEOPLE.c.seen).where(PEOPLE.c.id == me.id)) or 0.0
    if seen and store.clock() - last > SEEN_EVERY:
        with store.writing() as now:
            now.execute(PEOPLE.update().where(PEOPLE.c.id == me.id).values(seen=store.clock()))
    return me


def take_turn(store: Store, key: str) -> None:
    """Let this one decide for a shared seat, now."""
    with store.writing() as now:
        me = _me(now, key)
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


# --- a round, for participants


def submit(store: Store, key: str, number: int, kind: str, content: Mapping[str, Any], workshop: Workshop) -> None:
    """Submit something for one's seat: it is stored once, whole, or not at all.

    Parameters
    ----------
    store : Store
        Where.
    key : str
        Whose.
    number : int
        Of the round.
    kind : str
        ``"brief"`` (read), ``"predict 0"`` and so on, ``"decide"``, ``"reflect"`` or ``"monday"``.
    content : mapping
        Plain data.
    workshop : Workshop
        By which a decision is checked.

    Raises
    ------
    InputError
        In words for participants: it is not open, another one's turn, has been submitted otherwise, or is out of range.
    """
    content = _checked(number, kind, content, workshop)
    with store.writing() as now:
        me = _me(now, key)
        if me.seat_id is None:
            raise InputError(say("workshop.observers_watch"))
        if me.session.round != number or not _may(me.session, kind, store.clock()):
            raise InputError(say("workshop.paused" if me.session.paused is not None else "workshop.closed"))
        if not me.turn:
            raise InputError(say("workshop.not_your_turn"))
        here = (ENTRIES.c.seat == me.seat_id) & (ENTRIES.c.round == number)
        before = dict(now.execute(sa.select(ENTRIES.c.kind, ENTRIES.c.content).where(here)).tuples().all())
        if kind in before:
            if before[kind] != content:
                raise InputError(say("workshop.submitted_before"))
            return  # the answer was lost, not what was submitted
        if kind not in AFTERWARDS and "waived" in before:
            raise InputError(say("workshop.closed"))
        if kind == "decide" and any(f"predict {n}" not in before for n in range(len(workshop.rounds[number].predict))):
            raise InputError(say("workshop.predict_first"))
        if kind in AFTERWARDS and not {"decide", "waived"} & set(before) and me.session.takes(store.clock()):
            raise InputError(say("workshop.decide_first"))
        row = {"session": me.session.id, "seat": me.seat_id, "person": me.id, "round": number, "kind": kind}
        now.execute(ENTRIES.insert().values(**row, content=content, at=store.clock()))


def entries_of(store: Store, key: str) -> dict[int, dict[str, Any]]:
    """Return everything that one's own seat has submitted, by round and kind."""
    with store.reading() as now:
        me = _me(now, key)
        return {} if me.seat_id is None else _entries(now, ENTRIES.c.seat == me.seat_id).get(me.seat_id, {})


def phase(session: Session, submitted: Mapping[str, Any], asks: int, now: float) -> str:
    """Return where a seat is in the round of the moment, from what it has submitted.

    Examples
    --------
    >>> lobby = Session(1, "K7M2QP", "w", 1, "en", "", "", 0.0, None, -1, 0, None, None, "", -1)
    >>> phase(lobby, {}, 1, now=0.0)
    'lobby'
    """
    if session.round < 0:
        return "lobby"
    if "reflect" in submitted:
        return "done"
    if "decide" in submitted or "waived" in submitted or not session.runs(now):
        return "see"
    if "brief" not in submitted:
        return "brief"
    return "decide" if all(f"predict {n}" in submitted for n in range(asks)) else "predict"


# --- what a facilitator may do


def open_round(store: Store, session: int, number: int, minutes: float | None, rounds: int) -> None:
    """Open a round, with or without a timer; the one before is over, and so is what was said in it."""
    if not 0 <= number < rounds:
        raise InputError(f"= {number + 1} is outside 1..{rounds}", ("round",))
    if minutes is not None and not 0 < minutes <= 600:
        raise InputError(f"= {minutes:g} is outside 0..600", ("minutes",))
    until = None if minutes is None else store.clock() + 60 * minutes
    _set(store, session, round=number, open=1, until=until, paused=None, message="")


def close_round(store: Store, session: int) -> None:
    """Close the round: who has not decided keeps the last decision."""
    _set(store, session, open=0, until=None, paused=None)


def set_timer(store: Store, session: int, minutes: float | None) -> None:
    """Let the timer run for so long from now, or take it away."""
    if minutes is not None and not 0 < minutes <= 600:
        raise InputError(f"= {minutes:g} is outside 0..600", ("minutes",))
    with store.writing() as now:
        held = _session(now, SESSIONS.c.id == session)
        since = store.clock() if held.paused is None else held.paused
        until = None if minutes is None else since + 60 * minutes
        now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(until=until))


def pause(store: Store, session: int) -> None:
    """Stop everything, the timer too."""
    with store.writing() as now:
        paused = (SESSIONS.c.id == session) & SESSIONS.c.paused.is_(None)
        now.execute(SESSIONS.update().where(paused).values(paused=store.clock()))


def go_on(store: Store, session: int) -> None:
    """Go on after a pause; the timer has as much left as before."""
    with store.writing() as now:
        held = _session(now, SESSIONS.c.id == session)
        if held.paused is not None:
            until = None if held.until is None else held.until + store.clock() - held.paused
            now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(paused=None, until=until))


def broadcast(store: Store, session: int, message: str) -> None:
    """Show a sentence on every page; an empty one takes it away."""
    _set(store, session, message=_text(message, LONGEST_MESSAGE))


def reveal(store: Store, session: int, number: int, shown: Mapping[str, Any] | None = None) -> None:
    """Let everybody see what became of the class, up to a round; -1 takes it back."""
    with store.writing() as now:
        held = _session(now, SESSIONS.c.id == session)
        kept = {**held.shown, str(number): shown} if number >= 0 else {}
        now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(revealed=number, shown=kept))


def end(store: Store, session: int) -> None:
    """End the session: reports can be read, nothing more is taken."""
    _set(store, session, open=0, until=None, paused=None, ended=store.clock())


def advance(store: Store, session: int, seat: int) -> None:
    """Take a seat on, with its last decision."""
    with store.writing() as now:
        held, there = _session(now, SESSIONS.c.id == session), _seat(now, session, seat)
        if held.round < 0:
            raise InputError(say("workshop.closed"))
        here = (ENTRIES.c.seat == there.id) & (ENTRIES.c.round == held.round)
        if not {"decide", "waived"} & set(now.scalars(sa.select(ENTRIES.c.kind).where(here))):
            row = {"session": session, "seat": there.id, "round": held.round, "kind": "waived", "content": {}}
            now.execute(ENTRIES.insert().values(**row, at=store.clock()))


def reset(store: Store, session: int, seat: int) -> None:
    """Let a seat begin the round of the moment anew."""
    with store.writing() as now:
        held, there = _session(now, SESSIONS.c.id == session), _seat(now, session, seat)
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
        held, clock = _session(now, SESSIONS.c.id == session), store.clock()
        entries = _entries(now, ENTRIES.c.session == session)
        people = now.execute(sa.select(PEOPLE).where(PEOPLE.c.session == session).order_by(PEOPLE.c.id)).all()
        there = (SEATS.c.session == session) & SEATS.c.removed.is_(None)
        seats = now.execute(sa.select(SEATS).where(there).order_by(SEATS.c.number)).all()
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


def entries_of_all(store: Store, session: int) -> dict[int, dict[int, dict[str, Any]]]:
    """Return everything submitted, by the number of the seat, round and kind; for the facilitator and the debrief."""
    with store.reading() as now:
        there = (SEATS.c.session == session) & SEATS.c.removed.is_(None)
        seats = sa.select(SEATS.c.id, SEATS.c.number).where(there).order_by(SEATS.c.number)
        numbers = dict(now.execute(seats).tuples().all())
        entries = _entries(now, ENTRIES.c.session == session)
    return {number: entries.get(seat, {}) for seat, number in numbers.items()}


# --- inside a transaction


def _session(now: sa.Connection, which: sa.ColumnElement[bool], problem: str = "= is not there") -> Session:
    row = now.execute(sa.select(*STATE).where(which)).first()
    if row is None:
        raise InputError(problem, () if not problem.startswith("=") else ("session",))
    return Session(**row._mapping)


def _set(store: Store, session: int, **values: Any) -> None:
    with store.writing() as now:
        _session(now, SESSIONS.c.id == session)
        now.execute(SESSIONS.update().where(SESSIONS.c.id == session).values(**values))


def _seat(now: sa.Connection, session: int, number: int) -> Any:
    there = (SEATS.c.session == session) & (SEATS.c.number == number) & SEATS.c.removed.is_(None)
    row = now.execute(sa.select(SEATS).where(there)).first()
    if row is None:
        raise InputError(f"= {number} is not there", ("seat",))
    return row


def _people_of(now: sa.Connection, seat: int) -> list[Any]:
    return list(now.execute(sa.select(PEOPLE).where(PEOPLE.c.seat == seat).order_by(PEOPLE.c.id)).all())


def _me(now: sa.Connection, key: str) -> Me:
    joined = PEOPLE.join(KEYS, KEYS.c.person == PEOPLE.c.id)
    mine = sa.select(PEOPLE).select_from(joined).where(KEYS.c.hash == fingerprint(str(key)[:200]))
    row = now.execute(mine).first()
    if row is None:
        raise InputError(say("workshop.key_unknown"))
    session = _session(now, SESSIONS.c.id == row.session)
    if row.seat is None:
        return Me(row.id, session, row.nickname, 0, None, "", (), False)
    seat = now.execute(sa.select(SEATS).where(SEATS.c.id == row.seat)).one()
    people = _people_of(now, row.seat)
    editor = people[(seat.turn + max(0, session.round)) % len(people)]
    others = tuple(one.nickname for one in people if one.id != row.id)
    return Me(row.id, session, row.nickname, seat.number, seat.id, seat.word, others, editor.id == row.id)


def _entries(now: sa.Connection, which: sa.ColumnElement[bool]) -> dict[int, dict[int, dict[str, Any]]]:
    found: dict[int, dict[int, dict[str, Any]]] = {}
    for row in now.execute(sa.select(ENTRIES).where(which).order_by(ENTRIES.c.id)):
        found.setdefault(row.seat, {}).setdefault(row.round, {})[row.kind] = row.content
    return found


def _knock(now: sa.Connection, store: Store, code: str, door: str) -> Session | None:
    """Return the session of a code; None, and a note, where it is wrong; who has guessed too often has to wait."""
    clock = store.clock()
    bad = (REFUSALS.c.door == door) & (REFUSALS.c.at > clock - WINDOW_SECONDS) & REFUSALS.c.what.in_(("code", "word"))
    tries, last = now.execute(sa.select(sa.func.count(), sa.func.max(REFUSALS.c.at)).where(bad)).one()
    wait = wait_after(tries, last or 0.0, clock)
    if wait > 0:
        raise InputError(say("workshop.wait", n=int(wait) + 1))
    try:
        session = _session(now, SESSIONS.c.code == tidy(code))
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


def _seated(now: sa.Connection, store: Store, session: Session, seat: int | None, called: str, research: bool) -> str:
    clock = store.clock()
    row = {"session": session.id, "seat": seat, "nickname": called, "folded": _fold(called), "joined": clock}
    made = now.execute(PEOPLE.insert().values(**row, seen=clock, research=int(research))).inserted_primary_key
    assert made is not None
    return _keyed(now, store, int(made[0]))


def _keyed(now: sa.Connection, store: Store, person: int) -> str:
    key = new_key()
    now.execute(KEYS.insert().values(hash=fingerprint(key), person=person, given=store.clock()))
    return key


def _may(session: Session, kind: str, now: float) -> bool:
    """Reflections are taken after a round was closed, too; whatever else is not."""
    return session.takes(now) or (kind in AFTERWARDS and session.ended is None and session.paused is None)


def _text(given: Any, most: int) -> str:
    text = str(given or "").strip()
    if len(text) > most:
        raise InputError(say("workshop.too_long", most=most))
    return re.sub(r"[^\S\n]+", " ", "".join(letter for letter in text if letter.isprintable() or letter == "\n"))


def _checked(number: int, kind: str, content: Mapping[str, Any], workshop: Workshop) -> dict[str, Any]:
    if not 0 <= number < len(workshop.rounds):
        raise InputError(say("workshop.closed"))
    if kind == "brief":
        return {}
    if kind in AFTERWARDS:
        return {name: _text(content.get(name), LONGEST_TEXT) for name in _names(content, AFTERWARDS.values())}
    if kind == "decide":
        levers = checked(content.get("levers"), workshop.levers(number))
        held = {name: float(value) for name, value in levers.items()}
        return {"levers": held, "why": _text(content.get("why"), LONGEST_TEXT)}
    if kind in {f"predict {n}" for n in range(len(workshop.rounds[number].predict))}:
        return {name: content[name] for name in _names(content, PREDICTED)}
    raise InputError(say("errors.refused"))


def _names(content: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    return [name for name in known if name in content]
