"""Studies: designs over any lever, field or parameter, lived through to disk, and what researchers ask of them.

A study is declared and checked (`study`), its points are drawn (`design`) over axes by dotted name (`axes`), lived part
by part on threads or a Dask cluster (`runner`) into a folder that survives a crash (`store`), and read back (`sweep`).
`sensitivity` says which axis moves an outcome; `questions` has ablation, the search for a style, and power.
"""

from __future__ import annotations

from teamsim.research.questions import ablate, best_style, power
from teamsim.research.sensitivity import Sensitivity
from teamsim.research.study import Study
from teamsim.research.sweep import Sweep

__all__ = ["Sensitivity", "Study", "Sweep", "ablate", "best_style", "power"]
