"""What is not known about the numbers: sets that what is published leaves possible, by history matching.

Waves (Craig, Goldstein, Seheult & Smith 1997; Andrianakis et al. 2015, *PLoS Computational Biology* 11): from all sets
looked at so far an emulator learns every figure; sets are drawn that are likely to have all of them inside, as far as
it is to be trusted (how far the last wave came out otherwise); they are looked at, and it learns from them. A set is
plausible if the model itself, not the emulator, puts no figure further outside its band
than three standard errors. What the best set misses is not held against others: the model fails there, not a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from teamsim.engine import Progress
from teamsim.evidence.bands import Bands, Numbers
from teamsim.evidence.calibration import MOST, Range, Space, calibrate, free_parameters
from teamsim.evidence.card import standard_error
from teamsim.evidence.emulator import Emulator, one_core
from teamsim.evidence.journal import Figures, Journal
from teamsim.evidence.study import evidence, figures, measured
from teamsim.fields import InputError
from teamsim.hr_table import check_whole

__all__ = ["plausible_sets"]

FAR = 3.0
"""Standard errors outside its band at which a figure rules a set out (Pukelsheim 1994)."""
WAVES = 10
LEARNT_FROM = 600
"""Of the sets looked at, so many of the least loss teach the emulator: it is to be right where it matters."""
NEAR = 20
"""Of those, so many are where walkers begin."""


def plausible_sets(
    folder: str | Path,
    size: int = 110,
    *,
    seeds: int = 6,
    first: int = 1001,
    start: int = 1,
    evaluations: int = 75,
    free: Mapping[str, Range] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    look: Figures = figures,
    error: Callable[[Mapping[str, float], range], Numbers] | None = None,
) -> pd.DataFrame:
    """Return sets of parameters that the published figures do not rule out, in random order.

    Parameters
    ----------
    folder, seeds, first, start, evaluations, free, threads, look
        As in `teamsim.calibrate`, whose search in this folder is gone through, or found there, first.
    size : int
        How many sets.
    progress : callable, optional
        Called with the sets looked at, and how many there will be at most.
    error : callable, optional
        What tells every figure's standard error in some firms; a jackknife over them where nothing is given.

    Returns
    -------
    DataFrame
        A row a set: the free parameters, then ``implausibility`` (standard errors outside a band, of the figure for
        which they are most) and ``met`` (targets with all checks inside, in the few firms of the search).

    Raises
    ------
    InputError
        If anything given cannot be used, or so many plausible sets are not found.

    Examples
    --------
    >>> import teamsim as ts
    >>> ts.plausible_sets("kept", size=0)
    Traceback (most recent call last):
    teamsim.fields.InputError: size = 0 is outside 1..1000000
    """
    check_whole("size", size, 1, MOST)
    free = free_parameters() if free is None else free
    space, bands, firms = Space(free), Bands(), range(first, first + seeds)
    batch = -(-size // 2)
    done, total = 0, WAVES * batch

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    best = calibrate(
        folder, seeds=seeds, first=first, start=start, evaluations=evaluations, free=free, threads=threads, look=look
    )
    numbers = best.table[list(space.names)].to_numpy()
    values = Journal(folder, space.names, look, threads)(numbers, firms)
    journal = Journal(folder, space.names, look, threads, tick)
    sampling = np.maximum((error or _error)(best.free, firms), bands.counting(seeds)) / bands.half
    here = (numbers == list(best.free.values())).all(axis=1)
    allowance = bands.outside(bands.scaled(values[here][0]))
    kept: list[pd.DataFrame] = []
    missed = np.zeros(len(bands.low))
    for wave in range(WAVES):
        nearest = np.argsort(bands.loss_of_scaled(bands.scaled(values)), kind="stable")[:LEARNT_FROM]
        points = space.points(numbers[nearest])
        with one_core():
            emulator = Emulator(points, values[nearest], bands)
            emulator.error = np.maximum(emulator.error, missed)
            drawn = space.numbers(emulator.draw(points[:NEAR], allowance, batch, seed=wave))
            expected = emulator(space.points(drawn))
        found = journal(drawn, firms)
        missed = np.sqrt(np.square(bands.scaled(found) - expected).mean(axis=0))
        beyond = np.maximum(-bands.room(bands.scaled(found)) - allowance, 0.0) / sampling
        numbers, values = np.vstack([numbers, drawn]), np.vstack([values, found])
        table = pd.DataFrame(drawn, columns=list(space.names))
        table["implausibility"], table["met"] = beyond.max(axis=1), [bands.met(row) for row in found]
        kept.append(table[table["implausibility"] < FAR])
        if sum(map(len, kept)) >= size:
            break
    sets = pd.concat(kept, ignore_index=True).drop_duplicates(list(space.names))
    if len(sets) < size:
        raise InputError(f"= {size} sets cannot be found: {len(sets)} of {total} are plausible", ("size",))
    return sets.tail(size).sample(frac=1.0, random_state=1).reset_index(drop=True)


def _error(numbers: Mapping[str, float], firms: range) -> Numbers:
    found: Numbers = standard_error(measured, evidence(numbers, firms))[0].to_numpy(dtype=float)
    return np.nan_to_num(found)
