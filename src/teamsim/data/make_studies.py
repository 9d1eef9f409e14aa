"""Live the full studies whose results the notebooks 05 and 06 show: ``python -m teamsim.data.make_studies FOLDER``.

What is lived stays in the folder, and the same command goes on with it. The two tables are written beside this file,
each with the manifest of its folder: study, seeds, version, hash of the rules, machine and date.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd

from teamsim.research.store import MANIFEST
from teamsim.research.study import Study
from teamsim.research.sweep import Sweep
from teamsim.scenario import Scenario
from teamsim.style import Style

HERE = Path(__file__).parent
SAMPLES = 1024


def sweep() -> Study:
    """Return the study of notebook 05: talks and pay, in several markets, whatever a broken promise costs."""
    return Study.load(HERE / "sweep.toml")


def levers() -> Study:
    """Return the study of notebook 06: every lever through its whole range."""
    axes = {f"style.{name}": (one.low, one.high) for name, one in Style.quantities().items()}
    measures = ["engagement", "strain", "output", "regretted", "net_value"]
    return Study(Scenario.load("managing-stars"), axes, "sobol", runs=10, measures=measures)


def main(folder: Path) -> None:
    """Live both, and write their tables."""
    swept = sweep().run(folder / "sweep")
    keep("sweep-points", swept.points.reset_index(names="point"), swept)
    found = levers().sensitivity("sobol", SAMPLES, folder / "sensitivity")
    assert found.sweep is not None
    keep("sensitivity-indices", found.indices, found.sweep)


def keep(name: str, table: pd.DataFrame, sweep: Sweep) -> None:
    """Write a table, and what made it."""
    table.to_csv(HERE / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")
    shutil.copy(sweep.folder / MANIFEST, HERE / f"{name}.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
