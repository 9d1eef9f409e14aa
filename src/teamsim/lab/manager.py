"""The manager lab: move a lever and watch what becomes of hundreds of futures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import ipywidgets

from teamsim.fields import InputError, closest
from teamsim.lab.choices import MOST_PINS, Choices
from teamsim.lab.code import LabCode
from teamsim.lab.levers import Levers
from teamsim.lab.outcome import Outcome
from teamsim.lab.preview import Preview
from teamsim.lab.readout import preset_name
from teamsim.results import Futures, Run
from teamsim.scenario import Scenario
from teamsim.style import Plan, Style
from teamsim.words import say

__all__ = ["ManagerLab"]

VIEWS = ("leader", "model")


class ManagerLab(ipywidgets.VBox):  # type: ignore[misc,unused-ignore]
    """Levers at the left, futures at the right: the lab of a workshop in one line.

    Parameters
    ----------
    scenario : Scenario, or the name or path of one
        Where.
    levers : sequence of str, optional
        The levers that may be moved, by name; all where nothing is said. The others stay as they are at the start.
    view : {"leader", "model"}
        What may be seen: what a leader would see, or all of the model; who may see the model may look as a leader too.
    preview : bool
        Whether pictures follow the levers; if not, nothing is run before a decision is submitted, and the levers are
        locked from then on.
    style : Style or name of a preset, optional
        Where to begin; the scenario's own style where nothing is said.
    seed : int
        The luck.
    again : bool
        Without preview: whether participants may unlock the levers themselves and decide again.
    past : Plan, optional
        What was done before; the style holds from `week` on.
    week : int
        From which week on, where there is a past.

    Raises
    ------
    InputError
        If anything given cannot be used.

    Examples
    --------
    >>> import teamsim as ts
    >>> lab = ts.lab.ManagerLab(ts.Scenario.load("managing-stars"), levers=["challenge", "time_for"])
    >>> lab.move(challenge=0.7)
    >>> lab.style.challenge, len(lab.futures.runs)
    (0.7, 200)
    >>> ts.lab.ManagerLab.from_code(lab.code).style == lab.style
    True
    """

    def __init__(
        self,
        scenario: Scenario | str | Path,
        levers: Iterable[str] | None = None,
        view: str = "leader",
        preview: bool = True,
        style: Style | str | None = None,
        seed: int = 1,
        *,
        again: bool = True,
        past: Plan | None = None,
        week: int = 0,
    ) -> None:
        place = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
        if view not in VIEWS:
            raise InputError(f"view {view!r} is not known; {closest(str(view), VIEWS)}")
        self._preview, self._again = bool(preview), bool(again)
        self._past, self._week = past, week
        self._views = VIEWS if view == "model" else ("leader",)
        self._callbacks: list[Callable[[ManagerLab], object]] = []
        choices = Choices(place, levers, style)
        self._levers = Levers(self._answer, choices.levers)
        self._outcome = Outcome()
        self._begin(choices, view, seed)
        self._desk = ipywidgets.Box([self._levers, self._outcome.box])
        self._desk.add_class("teamsim-desk")
        super().__init__([self._desk])
        self.add_class("teamsim-manager")
        if self._preview:
            self._draw(rest=True)

    # --- what a notebook or a workshop reads and does

    @property
    def scenario(self) -> Scenario:
        """Where this happens."""
        return self._choices.scenario

    @property
    def style(self) -> Style:
        """The style of the moment."""
        return self._choices.style

    @property
    def futures(self) -> Futures | None:
        """The futures that are drawn; None before anything was."""
        return self._outcome.futures

    @property
    def run(self) -> Run | None:
        """The one history that happened, whole; None before anything was drawn."""
        return self._outcome.run

    @property
    def view(self) -> str:
        """What is seen: ``"leader"`` or ``"model"``."""
        return self._outcome.view

    @property
    def seed(self) -> int:
        """The luck."""
        return self._outcome.seed

    @property
    def locked(self) -> bool:
        """Whether a decision was submitted and the levers are locked."""
        return self._locked

    @property
    def pins(self) -> dict[str, Style]:
        """The styles that are kept, by name."""
        return {pin.name: pin.style for pin in self._choices.pins}

    @property
    def code(self) -> str:
        """A short text that opens this lab elsewhere."""
        choices = self._choices
        return LabCode.of(
            choices.scenario, choices.levers, choices.start, choices.style, self.pins, self.seed, self.view
        ).text

    @classmethod
    def from_code(cls, code: str, scenario: Scenario | None = None, **options: Any) -> ManagerLab:
        """Open the lab of a code.

        Parameters
        ----------
        code : str
            As a lab shows it.
        scenario : Scenario, optional
            Its scenario, where it is not one that comes with the package.
        **options
            ``preview`` and ``again``, as for a new lab.

        Raises
        ------
        InputError
            If the code was mistyped, or its scenario is not here.
        """
        held = LabCode.read(code)
        view = held.view if held.view in VIEWS else VIEWS[0]
        lab = cls(held.in_scenario(scenario), held.levers, view, style=held.start, seed=held.seed, **options)
        lab._adopt(held)
        return lab

    def move(self, **levers: float) -> None:
        """Move levers, as a hand on the sliders would.

        Raises
        ------
        InputError
            If a lever may not be moved, or a value is out of its range.
        """
        self._move(levers, True)

    def pin(self, name: str = "") -> None:
        """Keep the style of the moment under a name, to be compared with others.

        Raises
        ------
        InputError
            If three are kept already, or the name is taken.
        """
        self._pin(name)

    def submit(self) -> None:
        """Submit the decision: run it, draw it, lock the levers, and tell whoever asked to be told."""
        self._refuse_if_locked()
        self._draw(rest=True)
        self._locked = not self._preview
        self._show()
        for callback in list(self._callbacks):
            callback(self)

    def unlock(self) -> None:
        """Let the next decision be made; the pictures of the last one stay until then."""
        self._locked = False
        self._show()

    def on_submit(self, callback: Callable[[ManagerLab], object]) -> None:
        """Have a function called with this lab whenever a decision was submitted and drawn."""
        self._callbacks.append(callback)

    def close(self) -> None:
        """Let go of it, and of the sections that were opened once."""
        if hasattr(self, "_outcome"):  # what could not be made is closed, too
            self._outcome.below.forget()
        super().close()

    def __repr__(self) -> str:
        return say("manager.lab", title=self.scenario.title or self.scenario.name)

    # --- what the page asks for

    def _answer(self, name: str, given: Mapping[str, Any]) -> None:
        answers: dict[str, Callable[..., None]] = {
            "move": self._move,
            "preset": self._take_preset,
            "take": lambda name: self._take(self._choices.pinned(name).style),
            "undo": lambda: self._step(self._choices.undo),
            "redo": lambda: self._step(self._choices.redo),
            "restart": lambda: self._take(self._choices.start),
            "pin": self._pin,
            "unpin": self._unpin,
            "view": self._look,
            "open": self._open,
            "submit": self.submit,
            "again": self._decide_again,
        }
        try:
            asked = inspect.signature(answers[name]).bind(**given)
        except (KeyError, TypeError):
            raise InputError(say("manager.no_such_thing", name=name[:40])) from None
        answers[name](*asked.args, **asked.kwargs)

    def _move(self, values: Any, rest: bool) -> None:
        self._refuse_if_locked()
        self._choices.move(values, rest=rest)
        self._follow(rest)

    def _take(self, style: Style) -> None:
        self._refuse_if_locked()
        self._choices.take(style)
        self._follow(True)

    def _take_preset(self, name: str) -> None:
        if name not in self._choices.presets:
            raise InputError(say("manager.no_such_thing", name=str(name)[:40]))
        self._take(self._choices.with_preset(name))

    def _step(self, step: Callable[[], None]) -> None:
        self._refuse_if_locked()
        step()
        self._follow(True)

    def _pin(self, name: str = "") -> None:
        if not self._preview and not self._locked:
            raise InputError(say("manager.pin_later"))
        pin = self._choices.pin(name or preset_name(self._choices.preset))
        try:
            self._outcome.keep(pin)
        except BaseException:
            self._choices.pins.remove(pin)
            raise
        self._show()

    def _unpin(self, name: str) -> None:
        self._choices.pins.remove(self._choices.pinned(name))
        self._outcome.drop(name)
        self._show()

    def _look(self, name: str) -> None:
        if name not in self._views:
            raise InputError(say("manager.no_such_view"))
        self._outcome.look(name)
        self._show()

    def _open(self, code: str) -> None:
        if not self._preview:
            raise InputError(say("manager.code_here"))
        held = LabCode.read(code)
        place = held.in_scenario(self.scenario)
        view = held.view if held.view in self._views else self.view
        self._begin(Choices(place, held.levers, held.start), view, held.seed)
        self._levers.offer(self._choices.levers)
        self._adopt(held)

    def _decide_again(self) -> None:
        if not self._again:
            raise InputError(say("manager.locked"))
        self.unlock()

    def _refuse_if_locked(self) -> None:
        if self._locked:
            raise InputError(say("manager.locked"))

    # --- state

    def _begin(self, choices: Choices, view: str, seed: int) -> None:
        self._choices, self._locked = choices, False
        source = Preview(choices.scenario, seed, self._past, self._week)
        self._outcome.begin(choices, view, source, preview=self._preview)
        self._show()

    def _adopt(self, held: LabCode) -> None:
        """Take style and pins from a code."""
        for name, style in held.pins:
            self._choices.style = style
            self._pin(name)
        self._choices.style = self._choices.start
        self._take(held.style)

    def _show(self) -> None:
        """Tell the controls where everything stands."""
        choices = self._choices
        state = {
            "start": {name: getattr(choices.start, name) for name in choices.levers},
            "start_is_now": choices.style == choices.start,
            "can_undo": choices.can_undo,
            "can_redo": choices.can_redo,
            "presets": [[name, preset_name(name)] for name in choices.presets],
            "preset": choices.preset,
            "pins": list(self.pins),
            "most_pins": MOST_PINS,
            "code": self.code if choices.presets and not self._past else "",  # a code holds no past, and no house
            "view": self.view,
            "views": list(self._views),
            "locked": self._locked,
            "turns": not self._preview,
            "again": self._again,
            "opens": self._preview,
        }
        self._levers.show(choices.values, state)

    def _follow(self, rest: bool) -> None:
        if rest:
            self._show()
        else:
            self._levers.show(self._choices.values, self._levers.state)
        if self._preview:
            self._draw(rest)
        else:
            self._outcome.ask_hours()

    def _draw(self, rest: bool) -> None:
        self._outcome.draw(rest=rest)
        self.children = [self._desk, self._outcome.below.chooser, self._outcome.below.place]
