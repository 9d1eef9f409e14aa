"""The facilitator's page: who is where, opening and closing rounds, and the debrief a click away."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ipywidgets
import segno
import traitlets

from teamsim.fields import InputError
from teamsim.lab.asking import AskingWidget
from teamsim.lab.below import Below
from teamsim.words import room, say, speak
from teamsim.workshop import facilitation as acts
from teamsim.workshop.course import Course, outcomes, predicted
from teamsim.workshop.debrief import Debrief
from teamsim.workshop.definition import Workshop, spoken
from teamsim.workshop.desk import opened
from teamsim.workshop.entries import entries_of_all
from teamsim.workshop.kernel import keep_out
from teamsim.workshop.ranges import Ranges, compared
from teamsim.workshop.seats import refuse
from teamsim.workshop.session import Session, facilitate
from teamsim.workshop.store import Store

__all__ = ["ADDRESS", "Facilitator"]

ADDRESS = "TEAMSIM_WORKSHOP_ADDRESS"
"""By this the server tells its kernels where participants come in."""


class Monitor(AskingWidget, page="monitor", folder=Path(__file__).parent):
    """The lobby, and where everybody is; every button of the facilitator.

    Attributes
    ----------
    standing : dict
        How the session stands; empty before the facilitator's key was shown.
    limits : dict
        The longest timer in minutes, and the longest message in characters.
    refusal : str
        Why the last deed was refused.
    """

    sentences = room("workshop")
    answers = MappingProxyType({"sit": "sit", "look": "look", "act": "act"})

    standing = traitlets.Dict().tag(sync=True)
    limits = traitlets.Dict({"minutes": acts.LONGEST_TIMER, "message": acts.LONGEST_MESSAGE}).tag(sync=True)
    refusal = traitlets.Unicode("").tag(sync=True)

    def __init__(self, page: Facilitator) -> None:
        self._page = page
        super().__init__()

    def sit(self, key: Any = "") -> None:
        """Open the page with the facilitator's key."""
        self._page.sit(str(key))

    def look(self) -> None:
        """Look where everybody is."""
        self._page.look()

    def act(self, what: Any = "", **given: Any) -> None:
        """Do something; why it was refused is told until something else is done."""
        try:
            self._page.act(str(what), **given)
        except InputError as error:
            self.refusal = str(error)
        else:
            self.refusal = ""


class Facilitator(ipywidgets.VBox):  # type: ignore[misc,unused-ignore]
    """The facilitator's page in one line; the server of a workshop tells it which session this is.

    Parameters
    ----------
    code : str, optional
        The session's.
    store : Store, str or Path, optional
        Where it is kept.
    address : str, optional
        Where participants come in.

    Raises
    ------
    InputError
        If there is no such session, or no server that says which.

    Examples
    --------
    >>> import teamsim as ts
    >>> ts.workshop.Facilitator()
    Traceback (most recent call last):
    teamsim.fields.InputError: this page belongs to a session: teamsim workshop serve NAME
    """

    def __init__(self, code: str = "", store: Store | str | Path = "", address: str = "") -> None:
        self._store, session = opened(code, store)
        speak(session.language)
        self._code, self._id, self._seated = session.code, session.id, False
        self._address = address or os.environ.get(ADDRESS, "")
        self._workshop = Workshop.load(session.workshop)
        self._course = Course(self._workshop, session.seed)
        self._debrief = Debrief(self._workshop, self._course, self._entries)
        self.monitor = Monitor(self)
        self._ranges = Ranges()
        self._shown: list[Any] = []
        self._compared: tuple[int, Any] = -1, {}
        self._below = Below(self._debrief.sections, "debrief.title", "debrief.")
        super().__init__([self.monitor])
        self.add_class("teamsim-facilitator")
        keep_out()

    def sit(self, key: str) -> None:
        """Open the page with the facilitator's key."""
        self._seated = False
        try:
            facilitate(self._store, self._code, key)
        except InputError:
            refuse(self._store, "facilitator", "key")
            raise
        self._seated = True
        self.look()

    def look(self) -> None:
        """Bring the page up to date."""
        if not self._seated:
            return
        found = acts.monitor(self._store, self._id, self._workshop)
        held: Session = found.pop("session")
        clock = self._store.clock()
        left = held.left(clock)
        waited = [row for row in found["seats"] if held.runs(clock) and row["phase"] not in ("see", "done")]
        expected = [] if held.round < 0 else predicted(self._workshop, self._entries(), held.round)
        self.monitor.standing = {
            **found,
            **{name: self._workshop.about()[name] for name in ("title", "rounds")},
            "code": held.code,
            "address": self._address,
            "qr": _qr(f"{self._address}?code={held.code}") if self._address else "",
            "round": held.round,
            "open": held.runs(clock),
            "over": bool(held.open) and not held.runs(clock) and held.paused is None,
            "minutes": [one.minutes for one in self._workshop.rounds],
            "left": None if left is None else round(left),
            "paused": held.paused is not None,
            "message": held.message,
            "revealed": held.revealed,
            "ended": held.ended is not None,
            "waited": len(waited),
            "predicted": expected,
        }
        children: list[Any] = [self.monitor]
        if held.round >= 0:
            children += [self._below.chooser, self._below.place]
        if 0 <= held.round <= held.revealed:
            children.insert(1, self._class(held.round))
        if self._shown != children:
            self.children = self._shown = children

    def act(self, what: str, **given: Any) -> None:
        """Do what a button says."""
        if not self._seated:
            raise InputError(say("workshop.not_facilitator"))
        number, seat, store, this = given.get("round"), given.get("seat"), self._store, self._id
        minutes, text = given.get("minutes"), given.get("text")
        deeds: dict[str, Callable[[], None]] = {
            "open": lambda: acts.open_round(store, this, _whole(number), _some(minutes), len(self._workshop.rounds)),
            "close": lambda: acts.close_round(store, this),
            "timer": lambda: acts.set_timer(store, this, _some(minutes)),
            "pause": lambda: acts.pause(store, this),
            "go_on": lambda: acts.go_on(store, this),
            "say": lambda: acts.broadcast(store, this, str(text or "")),
            "advance": lambda: acts.advance(store, this, _whole(seat)),
            "reset": lambda: acts.reset(store, this, _whole(seat)),
            "remove": lambda: acts.remove(store, this, _whole(seat)),
            "reveal": lambda: self._reveal(_whole(number)),
            "end": lambda: acts.end(store, this),
        }
        if what not in deeds:
            raise InputError(say("errors.refused"))
        deeds[what]()
        if what == "open":
            self._below.renew()
        self.look()

    def _entries(self) -> dict[int, dict[int, dict[str, Any]]]:
        return entries_of_all(self._store, self._id)

    def _reveal(self, number: int) -> None:
        found = None
        if number >= 0:
            self._compared = number, self._entries()
            found = outcomes(self._course, self._compared[1], number, compared(self._workshop, number))
            self._ranges.show(found, number)
        acts.reveal(self._store, self._id, number, None if found is None else asdict(found))

    def _class(self, number: int) -> Ranges:
        if self._compared != (number, self._entries()):
            self._reveal(number)
        return self._ranges

    def __repr__(self) -> str:
        return say("workshop.page_of", title=spoken(self._workshop.title))


def _whole(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise InputError(say("errors.refused"))
    return given


def _some(given: Any) -> float | None:
    if given is not None and (isinstance(given, bool) or not isinstance(given, int | float)):
        raise InputError(say("errors.refused"))
    return given


def _qr(address: str) -> str:
    """Return a QR code as the path of an SVG drawing, a module a unit; the page draws it."""
    matrix = segno.make(address, error="m").matrix
    rows = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return f"{len(matrix)} {''.join(rows)}"
