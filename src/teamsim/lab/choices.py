"""What somebody decides in the lab: the style of the moment, the way back, and the styles that are pinned."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from teamsim.fields import InputError, closest
from teamsim.scenario import Scenario
from teamsim.style import Regime, Style, declaring
from teamsim.words import label, say

MOST_PINS = 3
LONGEST_NAME = 40


@dataclass(frozen=True)
class Pin:
    """A style that was put aside under a name."""

    name: str
    style: Style


class Choices:
    """The style of the moment and every one before it.

    Parameters
    ----------
    scenario : Scenario
        Where; its own style is the start where no other is given.
    levers : sequence of str, optional
        Those that may be moved; all where nothing is said. The others stay as they are at the start.
    start : Style or name of a preset, optional
        Where to begin, and what "back to start" goes back to.

    Raises
    ------
    InputError
        If a lever or a preset is not known.

    Examples
    --------
    >>> from teamsim.scenario import Scenario
    >>> choices = Choices(Scenario.load("managing-stars"), ["challenge"])
    >>> choices.move({"challenge": 0.7})
    >>> choices.moved_since(choices.start)
    ['challenge']
    >>> choices.undo()
    >>> choices.style.challenge, choices.can_redo
    (0.5, True)
    """

    def __init__(
        self, scenario: Scenario, levers: Iterable[str] | None = None, start: Style | str | None = None
    ) -> None:
        self.scenario = scenario
        self.levers = chosen_levers(levers)
        self.start = Style.preset(start) if isinstance(start, str) else start or scenario.style
        self.style = self.start
        self.pins: list[Pin] = []
        self._rested = self.start
        self._before: list[Style] = []
        self._after: list[Style] = []

    @property
    def values(self) -> dict[str, float]:
        """The levers that may be moved, and where they stand."""
        return {name: getattr(self.style, name) for name in self.levers}

    @property
    def can_undo(self) -> bool:
        """Whether there is a style to go back to."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is a style that was undone."""
        return bool(self._after)

    @property
    def preset(self) -> str:
        """The preset that the style is just now, as far as levers may be moved; empty if it is none."""
        return next((name for name in self.presets if self.with_preset(name) == self.style), "")

    @property
    def presets(self) -> tuple[str, ...]:
        """The ready-made styles; a house has none."""
        return () if isinstance(self.start, Regime) else tuple(Style.presets())

    @property
    def ends(self) -> list[Style]:
        """Styles as far apart as may be: the ready-made ones, or the ends of every lever of a house."""
        if self.presets:
            return [self.with_preset(name) for name in self.presets]
        known = Regime.quantities()
        return [self.start.replace(**{one: end}) for one in self.levers for end in (known[one].low, known[one].high)]

    def with_preset(self, name: str) -> Style:
        """Return the start with the levers that may be moved as a preset has them."""
        preset = Style.preset(name)
        return self.start.replace(**{lever: getattr(preset, lever) for lever in self.levers})

    def move(self, values: Mapping[str, Any], *, rest: bool = True) -> None:
        """Move levers; with `rest`, this is a step that can be undone.

        Raises
        ------
        InputError
            In words for participants, if a lever may not be moved or a value is out of its range; nothing is changed.
        """
        self.take(self.style.replace(**checked(values, self.levers)), rest=rest)

    def take(self, style: Style, *, rest: bool = True) -> None:
        """Take another style as a whole."""
        self.style = style
        if rest and style != self._rested:
            self._before.append(self._rested)
            self._after.clear()
            self._rested = style

    def moved_since(self, style: Style) -> list[str]:
        """Return the levers that stand elsewhere than in another style."""
        return [name for name in self.levers if getattr(self.style, name) != getattr(style, name)]

    def undo(self) -> None:
        """Go back to the style before, if there is one."""
        self._step(self._before, self._after)

    def redo(self) -> None:
        """Undo an undoing, if there was one."""
        self._step(self._after, self._before)

    def _step(self, source: list[Style], other: list[Style]) -> None:
        if source:
            other.append(self._rested)
            self.style = self._rested = source.pop()

    def pin(self, name: Any = "") -> Pin:
        """Put the style aside under a name; without one it gets the preset's name, or a letter.

        Raises
        ------
        InputError
            In words for participants, if there are enough pins, or the name is too long or taken.
        """
        if len(self.pins) >= MOST_PINS:
            raise InputError(say("manager.pins_full", most=MOST_PINS))
        taken = [pin.name for pin in self.pins]
        letters = [say("manager.pin_name", letter=letter) for letter in "ABCD"]
        given = name.strip() if isinstance(name, str) else ""
        given = given or next(free for free in letters if free not in taken)
        if len(given) > LONGEST_NAME:
            raise InputError(say("manager.pin_long", most=LONGEST_NAME))
        if given in taken:
            raise InputError(say("manager.pin_taken", name=given))
        self.pins.append(Pin(given, self.style))
        return self.pins[-1]

    def pinned(self, name: Any) -> Pin:
        """Return a pin by its name.

        Raises
        ------
        InputError
            In words for participants, if there is none.
        """
        for pin in self.pins:
            if pin.name == name:
                return pin
        raise InputError(say("manager.pin_gone", name=str(name)))


def chosen_levers(names: Iterable[str] | None) -> tuple[str, ...]:
    """Return the levers asked for, in the order of their declaration; all where nothing is said.

    Raises
    ------
    InputError
        If one is not known, or there is none.
    """
    own = Style.quantities()
    known = own | Regime.quantities()
    if names is None:
        return tuple(own)
    asked = [names] if isinstance(names, str) else list(names)
    for name in asked:
        if name not in known:
            raise InputError(f"lever {name!r} is not known; {closest(str(name), known)}")
    if not asked:
        raise InputError("is empty; name one or more levers, or leave it out for all", ("levers",))
    return tuple(name for name in known if name in asked)


def checked(values: Any, levers: Iterable[str]) -> dict[str, float]:
    """Return values that came from a page, or refuse them in words for participants."""
    if not isinstance(values, Mapping):
        raise InputError(say("manager.no_levers"))
    known, allowed = Regime.quantities(), set(levers)
    for name, value in values.items():
        if name not in allowed:
            raise InputError(say("manager.no_such_lever", name=str(name)[:LONGEST_NAME]))
        kind = known[name]
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not kind.low <= value <= kind.high:
            shown = f"{value:g}" if number else str(value)[:LONGEST_NAME]
            what = label(declaring(name), name)
            raise InputError(
                say("manager.out_of_range", lever=what, value=shown, low=f"{kind.low:g}", high=f"{kind.high:g}")
            )
    return dict(values)
