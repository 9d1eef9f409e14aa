"""Lever: one slider, made from what `Style` declares, for a cell of one's own."""

from __future__ import annotations

from typing import Any

import traitlets

from teamsim.fields import InputError, closest
from teamsim.lab.levers import grouped
from teamsim.lab.widget import LabWidget, guarded
from teamsim.style import Style
from teamsim.words import say

__all__ = ["Lever"]


class Lever(LabWidget, page="lever"):
    """A native slider with the name, the range, the unit and the ends in words that its lever declares.

    Parameters
    ----------
    lever : str
        A lever of `Style`, by its name.
    value : float, optional
        Where it stands at first; by default where an ordinary style has it.

    Attributes
    ----------
    value : float
        Where it stands; ``observe`` it to do something when it moves.

    Raises
    ------
    InputError
        If there is no such lever, or the value is out of its range.

    Examples
    --------
    >>> lever = Lever("recognition_weeks", 40)
    >>> lever.observe(lambda move: print(move.old, "->", move.new), "value")
    >>> lever.value = 4
    40.0 -> 4.0
    >>> lever.value = 100
    Traceback (most recent call last):
    teamsim.fields.InputError: “Weeks between recognition” cannot be 100: it goes from 1 to 52. Nothing was changed.
    """

    lever = traitlets.Dict().tag(sync=True)
    value = traitlets.Float().tag(sync=True)

    def __init__(self, lever: str, value: float | None = None) -> None:
        if lever not in Style.quantities():
            raise InputError(f"lever {lever!r} is not known; {closest(lever, Style.quantities())}")
        style = Style() if value is None else Style(**{lever: value})
        super().__init__(lever=grouped([lever])[0]["levers"][0], value=getattr(style, lever))

    @traitlets.validate("value")
    def _within(self, proposal: Any) -> float:
        self._check(proposal["value"])
        return float(proposal["value"])

    def _check(self, value: Any) -> None:
        known = self.lever
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise InputError(say("errors.refused"))
        if not known["low"] <= value <= known["high"]:
            low, high = f"{known['low']:g}", f"{known['high']:g}"
            given = {"lever": known["label"], "value": f"{value:g}", "low": low, "high": high}
            raise InputError(say("manager.out_of_range", **given))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take from the page where the slider stands, and nothing else; the message channel calls this."""
        if self._takes(sync_data.get("value")):
            super().set_state({"value": sync_data["value"]})
        else:
            self.send_state("value")

    @guarded
    def _takes(self, value: Any) -> bool:
        self._check(value)
        return True

    def __repr__(self) -> str:
        return f"a lever: {self.lever['label']} at {self.value:g}"
