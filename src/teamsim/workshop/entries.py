"""Entries: what a seat submits in a round, and how it is checked. Each function is one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from teamsim.fields import InputError
from teamsim.lab.choices import checked
from teamsim.words import say
from teamsim.workshop.definition import Workshop
from teamsim.workshop.seats import me_of, seats_of
from teamsim.workshop.session import Session
from teamsim.workshop.store import ENTRIES, SEATS, Store

__all__ = [
    "LONGEST_TEXT",
    "entries_of",
    "entries_of_all",
    "entries_where",
    "over",
    "phase",
    "plain_text",
    "settled",
    "submit",
]

LONGEST_TEXT = 4000
AFTERWARDS = {"reflect": "reflection", "monday": "monday"}
"""What is written once a round was seen, and the name of its text."""
PREDICTED = ("measure", "group", "kind", "weeks", "at", "value", "sure")


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
        me = me_of(now, key)
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
        if kind == "decide" and not _asked(len(workshop.rounds[number].predict)) <= set(before):
            raise InputError(say("workshop.predict_first"))
        if kind in AFTERWARDS and not settled(before) and me.session.takes(store.clock()):
            raise InputError(say("workshop.decide_first"))
        row = {"session": me.session.id, "seat": me.seat_id, "person": me.id, "round": number, "kind": kind}
        now.execute(ENTRIES.insert().values(**row, content=content, at=store.clock()))


def entries_of(store: Store, key: str) -> dict[int, dict[str, Any]]:
    """Return everything that one's own seat has submitted, by round and kind."""
    with store.reading() as now:
        me = me_of(now, key)
        return {} if me.seat_id is None else entries_where(now, ENTRIES.c.seat == me.seat_id).get(me.seat_id, {})


def entries_of_all(store: Store, session: int) -> dict[int, dict[int, dict[str, Any]]]:
    """Return everything submitted, by the number of the seat, round and kind; for the facilitator and the debrief."""
    with store.reading() as now:
        seats = sa.select(SEATS.c.id, SEATS.c.number).where(seats_of(session)).order_by(SEATS.c.number)
        numbers = dict(now.execute(seats).tuples().all())
        entries = entries_where(now, ENTRIES.c.session == session)
    return {number: entries.get(seat, {}) for seat, number in numbers.items()}


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
    if settled(submitted) or not session.runs(now):
        return "see"
    if "brief" not in submitted:
        return "brief"
    return "decide" if _asked(asks) <= set(submitted) else "predict"


def settled(submitted: Iterable[str]) -> bool:
    """Whether a seat has decided in a round, or was taken on without."""
    return not {"decide", "waived"}.isdisjoint(submitted)


def over(session: Session, entries: Mapping[int, Any], now: float) -> dict[int, Any]:
    """Return the rounds of a seat of which a result may be told: not one that is open and in which it has not decided.

    Of a session that has ended, the last round is one of them, also if the seat has submitted nothing in it.
    """
    last = session.round
    undecided = session.runs(now) and not settled(entries.get(last, {}))
    found = {n: mine for n, mine in entries.items() if n != last or not undecided}
    return found | {last: found.get(last, {})} if session.ended is not None and last >= 0 else found


def entries_where(now: sa.Connection, which: sa.ColumnElement[bool]) -> dict[int, dict[int, dict[str, Any]]]:
    """Return what was submitted, by seat, round and kind."""
    found: dict[int, dict[int, dict[str, Any]]] = {}
    for row in now.execute(sa.select(ENTRIES).where(which).order_by(ENTRIES.c.id)):
        found.setdefault(row.seat, {}).setdefault(row.round, {})[row.kind] = row.content
    return found


def plain_text(given: Any, most: int) -> str:
    """Return what was typed without what no page shows; too long a text is refused."""
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
        return {name: plain_text(content.get(name), LONGEST_TEXT) for name in _names(content, AFTERWARDS.values())}
    if kind == "decide":
        levers = checked(content.get("levers"), workshop.levers(number))
        held = {name: float(value) for name, value in levers.items()}
        return {"levers": held, "why": plain_text(content.get("why"), LONGEST_TEXT)}
    if kind in _asked(len(workshop.rounds[number].predict)):
        return {name: content[name] for name in _names(content, PREDICTED)}
    raise InputError(say("errors.refused"))


def _names(content: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    return [name for name in known if name in content]


def _asked(count: int) -> set[str]:
    return {f"predict {n}" for n in range(count)}


def _may(session: Session, kind: str, now: float) -> bool:
    """What is written afterwards is taken when round or session are over, too; whatever else is not."""
    return session.takes(now) or (kind in AFTERWARDS and session.paused is None)
