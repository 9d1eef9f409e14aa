"""A widget whose page changes nothing by itself: it asks, and Python answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from teamsim.fields import InputError
from teamsim.lab.widget import LabWidget, guarded
from teamsim.words import say

__all__ = ["AskingWidget"]


class AskingWidget(LabWidget):
    """A widget whose state is written in Python only.

    The page sends ``{"ask": name, ...}``; the method of that name in `answers` is called with what else is in the
    message. State that a page writes itself is refused, and what stands is sent again.
    """

    answers: ClassVar[Mapping[str, str]] = {}
    """What a page may ask, and the method that answers."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._heard)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Refuse what a page writes into the traits of our own; called by the message channel only."""
        ours = {name for kind in type(self).__mro__ if issubclass(kind, LabWidget) for name in kind.class_own_traits()}
        refused = sorted(ours & set(sync_data))
        super().set_state({name: value for name, value in sync_data.items() if name not in refused})
        if refused:
            self.problem = say("errors.refused")
            self.send_state(refused)

    @guarded
    def _heard(self, _: Any, content: Any, __: Any) -> None:
        asked = dict(content) if isinstance(content, Mapping) else {}
        name = str(asked.pop("ask", ""))
        if name not in self.answers:
            raise InputError(say("errors.refused"))
        getattr(self, self.answers[name])(**{str(key): value for key, value in asked.items()})
