"""The participant's page: brief, predict, decide, run, see, reflect, as the facilitator opens the rounds."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ipywidgets
import traitlets

from teamsim.fields import InputError
from teamsim.lab.asking import AskingWidget
from teamsim.lab.choices import Pin
from teamsim.lab.manager import ManagerLab
from teamsim.lab.prediction import Prediction
from teamsim.lab.widget import close
from teamsim.results import Futures
from teamsim.style import Style
from teamsim.words import room, say, speak
from teamsim.workshop.course import Course, Outcomes, held
from teamsim.workshop.definition import Workshop, spoken
from teamsim.workshop.entries import LONGEST_TEXT, entries_of, over, phase, plain_text, submit
from teamsim.workshop.kernel import keep_out
from teamsim.workshop.ranges import Ranges
from teamsim.workshop.seats import Me, come_back, refuse, take_turn
from teamsim.workshop.session import Session, find
from teamsim.workshop.sheet import Sheet
from teamsim.workshop.store import Store
from teamsim.workshop.verdict import told

__all__ = ["CODE", "STORE", "Participant", "opened"]

HERE = Path(__file__).parent
STORE, CODE = "TEAMSIM_WORKSHOP_STORE", "TEAMSIM_WORKSHOP_CODE"
"""By these the server tells its kernels where the session is."""
SCALE_RUNS = 50


class Desk(AskingWidget, page="desk", folder=HERE):
    """The frame of a participant's page: where one is, how long it takes, and what the facilitator says.

    Attributes
    ----------
    place : dict
        Where the session and this seat stand, in words and numbers; empty before somebody has sat down.
    refusal : str
        Why the last deed was refused.
    """

    sentences = (*room("workshop"), "report.download")
    answers = MappingProxyType({"sit": "sit", "look": "look", "read": "read", "turn": "turn"})

    place = traitlets.Dict().tag(sync=True)
    refusal = traitlets.Unicode("").tag(sync=True)

    def __init__(self, page: Participant) -> None:
        self._page = page
        super().__init__()

    def sit(self, key: Any = "") -> None:
        """Sit down with the key from the door."""
        self._page.sit(str(key))

    def look(self) -> None:
        """Look where the session stands."""
        self._page.look()

    def read(self) -> None:
        """The brief has been read."""
        self._do(lambda: self._page.submit("brief", {}))

    def turn(self) -> None:
        """Decide for the seat that one shares."""
        self._do(self._page.take_turn)

    def _do(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except InputError as error:
            self.refusal = str(error)
        else:
            self.refusal = ""


class Note(AskingWidget, page="note", folder=HERE):
    """A question to be answered in writing.

    Parameters
    ----------
    question : str
        What is asked.
    kept : callable, optional
        Is given what is submitted; without it there is no button, and `text` is what was written so far.

    Attributes
    ----------
    text : str
        What is written.
    locked : bool
        Whether it is submitted.
    longest : int
        How many characters are taken.
    """

    sentences = room("workshop")
    answers = MappingProxyType({"write": "write", "submit": "submit"})

    question = traitlets.Unicode("").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)
    button = traitlets.Bool(False).tag(sync=True)
    longest = traitlets.Int(LONGEST_TEXT).tag(sync=True)

    def __init__(self, question: str, kept: Callable[[str], None] | None = None) -> None:
        self._kept = kept
        super().__init__(question=question, button=kept is not None)

    def write(self, text: Any = "") -> None:
        """Take what is written so far."""
        if not self.locked:
            self.text = plain_text(text, LONGEST_TEXT)

    def submit(self, text: Any = "") -> None:
        """Submit it."""
        if self._kept is None or self.locked:
            raise InputError(say("errors.refused"))
        self._kept(str(text))
        self.recall(str(text))

    def recall(self, text: str) -> None:
        """Show what was submitted."""
        with self.hold_sync():
            self.text, self.locked = text, True


class Predicting(Prediction):
    """A prediction that is stored before it stands."""

    def __init__(self, kept: Callable[[dict[str, Any]], None], *given: Any, **named: Any) -> None:
        self._kept = kept
        super().__init__(*given, **named)

    def lock(self, value: Any, sure: int = 50) -> None:
        """Submit an answer; it stands once it is stored."""
        with self.hold_sync():
            super().lock(value, sure)
            try:
                self._kept(dict(self.answer))
            except InputError:
                self.answer, self.locked = {}, False
                raise

    def recall(self, answer: Mapping[str, Any]) -> None:
        """Show what was submitted."""
        with self.hold_sync():
            self.answer, self.locked = dict(answer), True
            self._reveal()


class Deciding(ManagerLab):
    """A lab in which one decides once; the decision is stored first, and run then."""

    def __init__(
        self,
        kept: Callable[[dict[str, float]], None],
        *given: Any,
        earlier: Callable[[], tuple[tuple[int, ...], Futures] | None] = lambda: None,
        **named: Any,
    ) -> None:
        self._kept, self._earlier, self._prepared = kept, earlier, False
        super().__init__(*given, **{**named, "preview": False, "again": False})
        self._as_before = Pin(say("workshop.as_before"), self._choices.start)

    def submit(self) -> None:
        """Submit the decision."""
        self._refuse_if_locked()
        self._kept(self._choices.values)
        if not self._locked:
            self.recall(self._choices.style)
        for callback in list(self._callbacks):
            callback(self)

    def prepare(self) -> None:
        """Work out what needs no decision while one is thought over, so that less is left to wait for."""
        if self._locked or self._prepared:
            return
        self._outcome.prepare()
        self._outcome.keep(self._as_before)
        if (earlier := self._earlier()) is not None:
            rounds, lived = earlier
            self._outcome.keep_lived(say("workshop.as_earlier", first=rounds[0] + 1, last=rounds[-1] + 1), lived)
        self._prepared = True

    def recall(self, style: Style) -> None:
        """Show what was submitted, what became of it, and beside it the last style and the last history."""
        self._choices.take(style)
        self.prepare()
        if style == self._choices.start:
            self._outcome.drop(self._as_before.name)
        elif self._as_before not in self._choices.pins:  # who tries again after a failed drawing has it
            self._choices.pins.append(self._as_before)
        self._draw(rest=True)
        self._locked = True
        self._outcome.settle()
        self._show()


class Participant(ipywidgets.VBox):  # type: ignore[misc,unused-ignore]
    """A participant's page in one line; the server of a workshop tells it which session this is.

    Parameters
    ----------
    code : str, optional
        The session's.
    store : Store, str or Path, optional
        Where it is kept.

    Raises
    ------
    InputError
        If there is no such session, or no server that says which.

    Examples
    --------
    >>> import teamsim as ts
    >>> ts.workshop.Participant()
    Traceback (most recent call last):
    teamsim.fields.InputError: this page belongs to a session: teamsim workshop serve NAME
    """

    def __init__(self, code: str = "", store: Store | str | Path = "") -> None:
        self._store, self._session = opened(code, store)
        speak(self._session.language)
        self._workshop = Workshop.load(self._session.workshop)
        self._course = Course(self._workshop, self._session.seed, keep=1)
        self._key = ""
        self._shown: tuple[Any, ...] = ()
        self._parts: dict[str, Any] = {}
        self.desk = Desk(self)
        self._body = ipywidgets.VBox()
        super().__init__([self.desk, self._body])
        self.add_class("teamsim-participant")
        keep_out()

    # --- what the page asks for

    def sit(self, key: str) -> None:
        """Sit down with the key from the door."""
        try:
            me = come_back(self._store, key)
            if me.session.id != self._session.id:
                raise InputError(say("workshop.key_unknown"))
        except InputError:
            refuse(self._store, "page", "key")
            raise
        if self._key and key != self._key:
            raise InputError(say("errors.refused"))
        self._key = key
        self.look()

    def look(self) -> None:
        """Bring the page up to date."""
        if not self._key:
            return
        try:
            me = come_back(self._store, self._key)
        except InputError:
            self.desk.place, self._body.children, self._shown = {"gone": True}, (), ()
            raise
        entries = entries_of(self._store, self._key)
        self._session = session = me.session
        number, clock = session.round, self._store.clock()
        mine = entries.get(number, {})
        asks = len(self._workshop.rounds[number].predict) if number >= 0 else 0
        where = phase(session, mine, asks, clock)
        if me.seat_id is None and where not in ("lobby",):
            where = "watch"
        self.desk.place = self._told(me, where, entries, clock)
        seen = str(session.shown.get(str(number))) if number <= session.revealed else ""
        shown = number, where, tuple(mine), me.turn, seen, session.ended is not None
        if shown != self._shown:
            over: list[Any] = []
            if number != (self._shown or (None,))[0]:
                over = list(self._parts.values())
                self._parts.clear()
            self._body.children = self._laid_out(me, where, entries)
            self._shown = shown
            for part in over:
                close(part)
            if over:
                gc.collect()  # a page hangs together in circles, and holds all its futures
        elif where in ("brief", "predict", "decide") and me.turn:
            self._lab(number, entries).prepare()

    def submit(self, kind: str, content: Mapping[str, Any]) -> None:
        """Submit something for one's seat in the round that the page shows."""
        if not self._key:
            raise InputError(say("workshop.key_unknown"))
        number = self._shown[0] if self._shown else -1
        submit(self._store, self._key, number, kind, content, self._workshop)
        self.look()

    def take_turn(self) -> None:
        """Decide for the seat that one shares."""
        if self._key:
            take_turn(self._store, self._key)
            self.look()

    # --- what it shows

    def _told(self, me: Me, where: str, entries: Mapping[int, Mapping[str, Any]], clock: float) -> dict[str, Any]:
        session, number = me.session, me.session.round
        left = session.left(clock)
        ended, decided = session.ended is not None, any("decide" in mine for mine in entries.values())
        answered = any("monday" in mine for mine in entries.values())
        told = {
            **self._workshop.about(),
            "phase": where,
            "round": number,
            "nickname": me.nickname,
            "seat": me.seat,
            "word": me.word,
            "others": list(me.others),
            "turn": me.turn,
            "takes": session.takes(clock),
            "left": None if left is None else round(left),
            "paused": session.paused is not None,
            "message": session.message,
            "ended": ended,
            "closing": ended and where in ("see", "done") and not answered,
            "carried": False,
            "report": me.seat_id is not None and (decided or answered),
            "brief": "",
        }
        if number >= 0:
            there = self._workshop.rounds[number]
            weeks = self._workshop.first_week(number), self._workshop.place(number).weeks
            told |= {"brief": spoken(there.brief), "practice": there.practice, "weeks": list(weeks)}
            told["carried"] = where in ("see", "done") and not held(self._workshop, entries, number)[number].decided
        return told

    def _laid_out(self, me: Me, where: str, entries: Mapping[int, Mapping[str, Any]]) -> list[Any]:
        number = me.session.round
        mine = entries.get(number, {})
        children: list[Any] = []
        if where == "predict" and me.turn:
            children = self._predictions(number, mine)
        elif where == "decide" and me.turn:
            children = [*self._predictions(number, mine), self._why(), self._lab(number, entries)]
        elif where in ("see", "done"):
            children = self._seen(me.session, entries)
        if 0 <= number <= me.session.revealed:
            children = [*children, self._class(me, number, entries)]
        return children

    def _part(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._parts:
            self._parts[name] = make()
        return self._parts[name]

    def _predictions(self, number: int, mine: Mapping[str, Any]) -> list[Predicting]:
        def made(place: int) -> Predicting:
            ask = self._workshop.rounds[number].predict[place]
            against = None
            if ask.kind != "direction":  # a number needs a scale, and it tells nothing: it is far wider than what comes
                against = self._course.futures({}, number, SCALE_RUNS)
            weeks = self._workshop.place(number).weeks
            kept = partial(self.submit, f"predict {place}")
            return Predicting(kept, ask.measure, ask.kind, ask.group, weeks, against)

        found = []
        for place in range(len(self._workshop.rounds[number].predict)):
            prediction = self._part(f"predict {place}", partial(made, place))
            answer = mine.get(f"predict {place}")
            if answer and not prediction.locked:
                prediction.recall(answer)
            found.append(prediction)
        return found

    def _why(self) -> Note:
        note: Note = self._part("why", lambda: Note(say("workshop.why")))
        return note

    def _lab(self, number: int, entries: Mapping[int, Mapping[str, Any]]) -> Deciding:
        def made() -> Deciding:
            past, style = self._course.before(entries, number)
            return Deciding(
                lambda levers: self.submit("decide", {"levers": levers, "why": self._why().text}),
                self._workshop.place(number),
                self._workshop.levers(number),
                style=style,
                seed=self._workshop.seed(number, self._session.seed),
                earlier=lambda: self._course.earlier(entries, number),
                past=past,
                week=self._workshop.first_week(number),
            )

        lab: Deciding = self._part("lab", made)
        return lab

    def _seen(self, session: Session, entries: Mapping[int, Mapping[str, Any]]) -> list[Any]:
        number = session.round
        mine, there = entries.get(number, {}), self._workshop.rounds[number]
        lab = self._lab(number, entries)
        if not lab.locked:
            lab.recall(held(self._workshop, entries, number)[number].style)
        predictions = [one for one in self._predictions(number, mine) if one.locked]
        assert lab.futures is not None
        for prediction in predictions:
            if not prediction.came:
                prediction.show(lab.futures)
        reflection = self._note("reflect", "reflection", spoken(there.reflect), mine)
        if session.ended is not None:
            said = {kind: given for _, kinds in sorted(entries.items()) for kind, given in kinds.items()}
            played = over(session, entries, self._store.clock())
            closing = [self._goal(self._workshop.told_at(played), entries), self._monday(said)]
            return [*closing, *predictions, lab, reflection]
        if not self._workshop.judged(number):
            return [*predictions, lab, reflection]
        after = [self._monday(mine)] if "reflect" in mine else []
        return [*predictions, lab, self._goal(number, entries), reflection, *after]

    def _goal(self, number: int | None, entries: Mapping[int, Mapping[str, Any]]) -> Sheet:
        found, sheet = told(self._course, entries, number), self._part("goal", Sheet)
        sheet.show([found.said], found.head, found.rows, found.title)
        assert isinstance(sheet, Sheet)
        return sheet

    def _monday(self, given: Mapping[str, Any]) -> Note:
        return self._note("monday", "monday", spoken(self._workshop.monday), given)

    def _note(self, kind: str, name: str, question: str, mine: Mapping[str, Any]) -> Note:
        note: Note = self._part(kind, lambda: Note(question, lambda text: self.submit(kind, {name: text})))
        if kind in mine and not note.locked:
            note.recall(mine[kind].get(name, ""))
        return note

    def _class(self, me: Me, number: int, entries: Mapping[int, Mapping[str, Any]]) -> Any:
        told = me.session.shown.get(str(number))
        found = Outcomes(**told) if told else None
        ranges: Ranges = self._part("class", lambda: Ranges())
        mine = held(self._workshop, entries, number)[number].style if me.seat else None
        ranges.show(found, number, mine)
        return ranges

    def __repr__(self) -> str:
        return say("workshop.page_of", title=spoken(self._workshop.title))


def opened(code: str, store: Store | str | Path) -> tuple[Store, Session]:
    """Return the store and the session that are meant, by default those of which the server tells its kernels."""
    where, which = store or os.environ.get(STORE, ""), code or os.environ.get(CODE, "")
    if not where or not which:
        raise InputError("this page belongs to a session: teamsim workshop serve NAME")
    held = where if isinstance(where, Store) else Store(where)
    return held, find(held, which)
