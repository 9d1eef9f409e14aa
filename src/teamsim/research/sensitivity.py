"""Which axis moves an outcome: Sobol's shares of variance and Morris' elementary effects, by SALib."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from teamsim.fields import InputError, closest

if TYPE_CHECKING:
    from teamsim.research.study import Study
    from teamsim.research.sweep import Sweep

__all__ = ["METHODS", "Sensitivity", "sampled", "sensitivity"]

METHODS, CONFIDENCE = ("sobol", "morris"), 0.95


class Sensitivity:
    """How far each axis moves each outcome, over the ranges of the study and in the mean of its futures.

    Attributes
    ----------
    indices : DataFrame
        A row a ``measure``, ``axis`` and ``index``: its ``value``, and the ends ``low`` and ``high`` of its bootstrap
        interval. Of Sobol: ``first`` (the share of variance that the axis explains alone), ``total`` (with all that
        it does with others). Of Morris: ``mu_star`` (mean absolute elementary effect, in units of the measure
        over the whole range) and ``sigma`` (how far it depends on where the others stand; without an interval).
    sweep : Sweep, optional
        All that was lived, where the table was not read from a file.
    method : {"sobol", "morris"}
        How.

    Examples
    --------
    >>> import teamsim as ts
    >>> axes = {"style.coaching_hours": (0.0, 1.0), "style.pressure": (0.2, 0.8)}
    >>> study = ts.Study("managing-stars", axes, "latin", runs=10, measures=["strain"])
    >>> found = study.sensitivity("morris", samples=4)
    >>> found.ranked("strain")
    ['style.pressure', 'style.coaching_hours']
    """

    def __init__(
        self, method: str, indices: pd.DataFrame, confidence: float = CONFIDENCE, sweep: Sweep | None = None
    ) -> None:
        self.method, self.indices, self.confidence, self.sweep = method, indices, confidence, sweep

    def ranked(self, measure: str) -> list[str]:
        """Return the axes, the one that moves a measure most first.

        Raises
        ------
        InputError
            If the measure was not kept.
        """
        known = list(self.indices["measure"].unique())
        if measure not in known:
            raise InputError(f"measure {measure!r} is not known; {closest(measure, known)}")
        index = "total" if self.method == "sobol" else "mu_star"
        rows = self.indices[(self.indices["measure"] == measure) & (self.indices["index"] == index)]
        return rows.sort_values("value", ascending=False, kind="stable")["axis"].tolist()

    def __repr__(self) -> str:
        return f"Sensitivity({self.method}, {self.sweep!r})"


def sensitivity(
    study: Study,
    method: str,
    samples: int,
    folder: str | Path | None,
    workers: int | None,
    client: Any,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = 1000,
    levels: int = 4,
) -> Sensitivity:
    """Live through SALib's design for a study, and analyse the means; see `Study.sensitivity`."""
    if method not in METHODS:
        raise InputError(f"= {method!r} is not known; {closest(str(method), METHODS)}", ("method",))
    if find_spec("SALib") is None:
        raise InputError('needs SALib: python -m pip install -c constraints.txt -e ".[research]"', ("sensitivity",))
    for axis in study.axes.values():
        if axis.levels:
            raise InputError("has levels; a sensitivity analysis needs a range (low, high)", ("axes", axis.name))
    if not study.axes:
        raise InputError("are columns of a table; a sensitivity analysis needs ranges (low, high)", ("axes",))
    if isinstance(samples, bool) or not isinstance(samples, int) or samples < 2 or (
        method == "sobol" and samples & (samples - 1)
    ):
        what = "a power of 2" if method == "sobol" else "a whole number from 2"
        raise InputError(f"= {samples!r} is not {what}", ("samples",))
    many = samples * (len(study.axes) + (2 if method == "sobol" else 1))
    study.check_size(many, "samples")
    from SALib.analyze import morris as morris_analysis
    from SALib.analyze import sobol as sobol_analysis

    problem, values, points = sampled(study, method, samples, levels)
    names, sweep = problem["names"], points.run(folder, workers, client)
    if len(sweep.failures):
        raise InputError(f"{len(sweep.failures)} points failed, and an analysis needs all; see the folder", ("study",))
    rows = []
    for measure in study.measures:
        outcome = sweep.points[measure].to_numpy()
        if method == "sobol":
            found = sobol_analysis.analyze(
                problem, outcome, calc_second_order=False, num_resamples=resamples, conf_level=confidence,
                seed=study.seed,
            )  # fmt: skip
            kept = (("first", found["S1"], found["S1_conf"]), ("total", found["ST"], found["ST_conf"]))
        else:
            found = morris_analysis.analyze(
                problem, values, outcome, num_levels=levels, num_resamples=resamples, conf_level=confidence,
                seed=study.seed,
            )  # fmt: skip
            kept = (("mu_star", found["mu_star"], found["mu_star_conf"]), ("sigma", found["sigma"], np.nan))
        for index, value, half in kept:
            table = pd.DataFrame({"measure": measure, "axis": names, "index": index, "value": np.asarray(value)})
            rows.append(table.assign(low=table["value"] - half, high=table["value"] + half))
    return Sensitivity(method, pd.concat(rows, ignore_index=True), confidence, sweep)


def sampled(study: Study, method: str, samples: int, levels: int = 4) -> tuple[dict[str, Any], Any, Study]:
    """Return the problem as SALib has it, its design as drawn, and the study at these points."""
    from SALib.sample import morris, sobol

    names = list(study.axes)
    bounds = [[axis.low, axis.high] for axis in study.axes.values()]
    problem = {"num_vars": len(names), "names": names, "bounds": bounds}
    if method == "sobol":
        values = sobol.sample(problem, samples, calc_second_order=False, seed=study.seed)
    else:
        values = morris.sample(problem, samples, num_levels=levels, seed=study.seed)
    points = pd.DataFrame(values, columns=names)
    rounded = points.assign(**{name: points[name].round() for name in names if study.axes[name].whole})
    return problem, values, study.with_design(rounded)
