"""Live the full studies whose results the notebooks 05 and 06 show: ``python -m teamsim.data.make_studies FOLDER``.

What is lived stays in the folder, and the same command goes on with it; the two tables are written beside this file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from teamsim.research.study import Study
from teamsim.scenario import Scenario
from teamsim.style import Style

HERE = Path(__file__).parent


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
    points = sweep().run(folder / "sweep").points
    points.to_csv(HERE / "sweep-points.csv", index_label="point", float_format="%.6g")
    found = levers().sensitivity("sobol", samples=32, folder=folder / "sensitivity")
    found.indices.to_csv(HERE / "sensitivity-indices.csv", index=False, float_format="%.6g")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
