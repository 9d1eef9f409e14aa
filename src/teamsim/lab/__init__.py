"""What participants touch in a notebook. Loaded when used, so that ``import teamsim`` stays quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from teamsim.lab.live_chart import LiveChart

__all__ = ["LiveChart"]

_HOMES = {"LiveChart": "teamsim.lab.live_chart"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"teamsim.lab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
