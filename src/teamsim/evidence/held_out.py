"""What the model says about figures that it was not fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from teamsim.engine import Progress
from teamsim.evidence.bands import Bands
from teamsim.evidence.calibration import FINALISTS, Range, calibrate, free_parameters
from teamsim.evidence.journal import Figures, Journal
from teamsim.evidence.study import figures
from teamsim.evidence.targets import targets

__all__ = ["folds", "held_out"]

FOLDS, LEFT_OUT = 4, 5
SEEDS = 30
"""Firms in which the fitted sets are measured: those of the scorecard."""


def folds() -> list[list[str]]:
    """Return which targets are left out in turn: five each time, every one of them once or more.

    Examples
    --------
    >>> [len(fold) for fold in folds()], len({name for fold in folds() for name in fold})
    ([5, 5, 5, 5], 16)
    """
    order = np.random.default_rng(1).permutation([target.id for target in targets()]).tolist()
    return [[order[(LEFT_OUT * fold + place) % len(order)] for place in range(LEFT_OUT)] for fold in range(FOLDS)]


def held_out(
    folder: str | Path,
    *,
    seeds: int = 6,
    first: int = 1001,
    evaluations: int = 75,
    measured_in: int = SEEDS,
    free: Mapping[str, Range] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    look: Figures = figures,
) -> pd.DataFrame:
    """Leave out five targets in turn, fit the rest and all bounds from scratch, and see what the left-out ones come to.

    Every search begins at another place drawn from the ranges; where judgement had put the numbers, all was known.

    Parameters
    ----------
    folder, seeds, first, evaluations, free, threads, look
        As in `teamsim.calibrate`, for every fold.
    measured_in : int
        In how many firms, from seed 1, what was fitted is measured.
    progress : callable, optional
        Called with the sets looked at, and how many there will be.

    Returns
    -------
    DataFrame
        A row a fold, target (or bound) and measure: ``left_out``, the band ``low .. high``, ``value``, ``in_band``.

    Raises
    ------
    InputError
        As `teamsim.calibrate`.

    Examples
    --------
    >>> import teamsim as ts
    >>> ts.held_out("kept", seeds=0)
    Traceback (most recent call last):
    teamsim.fields.InputError: seeds = 0 is outside 1..1000000
    """
    free = free_parameters() if free is None else free
    each, fitted = evaluations + FINALISTS, []
    for number, left_out in enumerate(folds()):

        def report(done: int, _: int, before: int = number * each) -> object:
            return progress(before + done, FOLDS * each) if progress else None

        best = calibrate(
            folder, seeds=seeds, first=first, start=number + 2, evaluations=evaluations, left_out=left_out, free=free,
            threads=threads, progress=report, look=look,
        )  # fmt: skip
        fitted.append(list(best.free.values()))
    journal, bands = Journal(folder, tuple(free), look, threads), Bands()
    tables = []
    for number, values in enumerate(journal(np.array(fitted), range(1, 1 + measured_in))):
        table = pd.DataFrame({"low": bands.low, "high": bands.high, "value": values}, index=bands.index).reset_index()
        table.insert(0, "fold", number + 1)
        table.insert(3, "left_out", table["target"].isin(folds()[number]))
        table["in_band"] = table["value"].between(table["low"], table["high"])
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
