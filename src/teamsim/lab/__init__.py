"""What participants touch in a notebook. Loaded when used, so that ``import teamsim`` stays quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from teamsim.lab.exit_interview import ExitInterview
    from teamsim.lab.lever import Lever
    from teamsim.lab.live_chart import LiveChart
    from teamsim.lab.luck_or_leadership import LuckOrLeadership
    from teamsim.lab.manager import ManagerLab
    from teamsim.lab.prediction import Prediction
    from teamsim.lab.rewind import Rewind
    from teamsim.lab.scenario_editor import ScenarioEditor
    from teamsim.lab.team_picture import TeamPicture
    from teamsim.words import speak

__all__ = [
    "ExitInterview",
    "Lever",
    "LiveChart",
    "LuckOrLeadership",
    "ManagerLab",
    "Prediction",
    "Rewind",
    "ScenarioEditor",
    "TeamPicture",
    "speak",
]

_HOMES = {
    "ExitInterview": "teamsim.lab.exit_interview",
    "Lever": "teamsim.lab.lever",
    "LiveChart": "teamsim.lab.live_chart",
    "LuckOrLeadership": "teamsim.lab.luck_or_leadership",
    "ManagerLab": "teamsim.lab.manager",
    "Prediction": "teamsim.lab.prediction",
    "Rewind": "teamsim.lab.rewind",
    "ScenarioEditor": "teamsim.lab.scenario_editor",
    "TeamPicture": "teamsim.lab.team_picture",
    "speak": "teamsim.words",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"teamsim.lab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
