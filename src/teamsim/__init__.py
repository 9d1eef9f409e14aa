"""teamsim: simulate teams, and what becomes of them under different ways of leading.

Everything public is named here; nothing else is. Names load when they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from teamsim import charts as charts
    from teamsim import lab as lab
    from teamsim.comparison import Comparison as Comparison
    from teamsim.comparison import compare as compare
    from teamsim.engine import futures as futures
    from teamsim.engine import simulate as simulate
    from teamsim.evidence import Calibration as Calibration
    from teamsim.evidence import Fit as Fit
    from teamsim.evidence import Verdict as Verdict
    from teamsim.evidence import calibrate as calibrate
    from teamsim.evidence import calibrate_to as calibrate_to
    from teamsim.evidence import claims as claims
    from teamsim.evidence import findings as findings
    from teamsim.evidence import held_out as held_out
    from teamsim.evidence import plausible_sets as plausible_sets
    from teamsim.evidence import scorecard as scorecard
    from teamsim.evidence import test_claim as test_claim
    from teamsim.fields import InputError as InputError
    from teamsim.luck import VarianceSplit as VarianceSplit
    from teamsim.luck import luck_or_leadership as luck_or_leadership
    from teamsim.model import Leader as Leader
    from teamsim.model import Member as Member
    from teamsim.model import TeamModel as TeamModel
    from teamsim.results import Futures as Futures
    from teamsim.results import Run as Run
    from teamsim.scenario import Scenario as Scenario
    from teamsim.style import Plan as Plan
    from teamsim.style import Style as Style

PUBLIC = {
    "Calibration": "evidence",
    "Comparison": "comparison",
    "Fit": "evidence",
    "Futures": "results",
    "InputError": "fields",
    "Leader": "model",
    "Member": "model",
    "Plan": "style",
    "Run": "results",
    "Scenario": "scenario",
    "Style": "style",
    "TeamModel": "model",
    "VarianceSplit": "luck",
    "Verdict": "evidence",
    "calibrate": "evidence",
    "calibrate_to": "evidence",
    "claims": "evidence",
    "compare": "comparison",
    "findings": "evidence",
    "futures": "engine",
    "held_out": "evidence",
    "luck_or_leadership": "luck",
    "plausible_sets": "evidence",
    "scorecard": "evidence",
    "simulate": "engine",
    "test_claim": "evidence",
}
MODULES = ("charts", "lab")

__all__ = [*PUBLIC, *MODULES]


def __getattr__(name: str) -> Any:
    if name in PUBLIC:
        value = getattr(import_module(f"teamsim.{PUBLIC[name]}"), name)
    elif name in MODULES:
        value = import_module(f"teamsim.{name}")
    elif name == "__version__":
        from importlib.metadata import version

        value = version("teamsim")
    else:
        raise AttributeError(f"teamsim has no public name {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
