"""Workshops in a box: a session that a class joins, round by round, on one laptop without internet."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from teamsim.workshop.definition import Workshop
    from teamsim.workshop.desk import Participant
    from teamsim.workshop.facilitator import Facilitator

__all__ = ["Facilitator", "Participant", "Workshop"]

_HOMES = {"Facilitator": "facilitator", "Participant": "desk", "Workshop": "definition"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"teamsim.workshop has no {name!r}; it has {', '.join(__all__)}")
    try:
        return getattr(import_module(f"teamsim.workshop.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("teamsim"):
            raise
        from teamsim.fields import InputError

        raise InputError(f"{error.name} is missing: python -m pip install 'teamsim[workshop]'") from None


def __dir__() -> list[str]:
    return __all__
