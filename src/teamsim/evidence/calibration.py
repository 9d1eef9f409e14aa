"""Calibration: which numbers make the model come to what is published, within what their sources leave open.

The search is CMA-ES (Hansen 2016, *The CMA Evolution Strategy: A Tutorial*) by its author's library, pycma: forty-odd
numbers that work together, a loss with kinks and luck in it, and no gradient are what it was made for. Optuna leaves
CMA-ES to another package, and its own TPE takes numbers one by one; black-it (0.3.1) and pyABC, made for models like
this one, need a NumPy before 2 or cannot be had here; scipy's searches trust a gradient or need many times the looks.
Into every generation comes the best set according to an emulator of all figures (`teamsim.evidence.emulator`).

Every set lives through the same firms by the same luck (common random numbers), so sets differ for what they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import tomli_w

from teamsim.engine import Progress
from teamsim.evidence.bands import Bands, Numbers
from teamsim.evidence.emulator import Emulator, one_core
from teamsim.evidence.extra import needs_research
from teamsim.evidence.journal import Figures, Journal
from teamsim.evidence.study import figures
from teamsim.fields import Declared, InputError
from teamsim.hr_table import check_whole
from teamsim.parameters import parameters_of

__all__ = ["Calibration", "Range", "calibrate", "free_parameters", "search"]

DIGITS = 4
"""Of a number in a set: what is looked at is what is written down."""
SPREAD = 0.15
"""Of a generation at first, as a share of the ranges."""
TRUST = 0.02
"""What it costs to go from one end of every range to the other: where figures say nothing, numbers stay."""
FINALISTS = 8
MOST = 10**6
OPENING = "# Calibrated to published figures by teamsim.calibrate; parameters = the path of this file takes it.\n\n"


class Range(Declared):
    """How far a search may move a parameter, and for the sake of which figures."""

    low: float
    high: float
    start: float
    moves: str


@cache
def free_parameters() -> dict[str, Range]:
    """Return what calibration may move, from ``free.toml``: each within its declared range.

    Examples
    --------
    >>> all(one.low <= one.start <= one.high for one in free_parameters().values())
    True
    """
    given = tomllib.loads(Path(__file__).with_name("free.toml").read_text(encoding="utf-8"))["free"]
    return {name: Range(**one) for name, one in given.items()}


@dataclass(frozen=True)
class Calibration:
    """What a search found.

    Attributes
    ----------
    parameters : Declared
        The best set, to simulate with.
    free : dict of str to float
        Its free parameters.
    figures : Series
        What it comes to, by target and measure, in the firms by which it was chosen.
    loss : float
        There; 0 where every figure lies well inside its band.
    met : int
        How many targets have all their checks inside, there.
    kept : int
        How many checks of bounds are inside, there.
    table : DataFrame
        A row a set that was looked at: ``loss``, ``met``, ``kept``, the loss ``expected`` by the emulator, in which the
        luck of a few firms counts for less, and the free parameters.

    Examples
    --------
    >>> import teamsim as ts
    >>> numbers = {"offer_rate": 0.05}
    >>> found = ts.Calibration(parameters_of(numbers), numbers, pd.Series(dtype=float), 0.0, 16, 28, pd.DataFrame())
    >>> found.parameters.offer_rate
    0.05
    """

    parameters: Declared
    free: dict[str, float]
    figures: pd.Series[float]
    loss: float
    met: int
    kept: int
    table: pd.DataFrame

    def save(self, path: str | Path) -> Path:
        """Write the best set as a TOML file, which ``parameters=`` and ``--parameters`` take.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        target = Path(path)
        try:
            target.write_text(OPENING + tomli_w.dumps({"parameters": self.free}), encoding="utf-8")
        except OSError as error:
            raise InputError(f"= {path} cannot be written: {error}", ("path",)) from None
        return target


class Space:
    """Free parameters as points of the unit cube, and back."""

    def __init__(self, free: Mapping[str, Range]) -> None:
        self.names = tuple(free)
        self.low = np.array([one.low for one in free.values()])
        self.high = np.array([one.high for one in free.values()])
        self.start = self.points(np.array([one.start for one in free.values()]))

    def numbers(self, points: Numbers) -> Numbers:
        """Return the numbers at some points, rounded to `DIGITS`."""
        exact = self.low + np.asarray(points) * (self.high - self.low)
        rounded = [[float(f"{value:.{DIGITS}g}") for value in row] for row in np.atleast_2d(exact)]
        return np.clip(rounded, self.low, self.high)

    def points(self, numbers: Numbers) -> Numbers:
        """Return where numbers lie in their ranges."""
        found: Numbers = (numbers - self.low) / (self.high - self.low)
        return found


def calibrate(
    folder: str | Path,
    *,
    seeds: int = 6,
    first: int = 1001,
    start: int = 1,
    evaluations: int = 75,
    left_out: Collection[str] = (),
    free: Mapping[str, Range] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    look: Figures = figures,
) -> Calibration:
    """Search for the free parameters whose figures lie inside the published bands.

    Parameters
    ----------
    folder : str or Path
        Where everything that was looked at is kept. Stopped, the same call goes on where it was, to the same end.
    seeds : int
        In how many invented firms every set is looked at, the best ones also in four times as many others, to decide.
    first : int
        The first of these seeds; the scorecard's begin at 1.
    start : int
        1 starts where ``free.toml`` says; any other number, at a place in the ranges drawn by it.
    evaluations : int
        How many sets are looked at.
    left_out : collection of str
        Targets that the search is not told.
    free : mapping from name to Range, optional
        What may move; what ``free.toml`` says where nothing is given.
    threads, progress
        As in `teamsim.futures`; progress counts sets.
    look : callable
        What measures a set: for tests.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If anything given cannot be used, or a package that it takes is not installed.

    Examples
    --------
    >>> import teamsim as ts
    >>> ts.calibrate("kept", evaluations=0)
    Traceback (most recent call last):
    teamsim.fields.InputError: evaluations = 0 is outside 1..1000000
    """
    for name, value, least in (("seeds", seeds, 1), ("first", first, 0), ("start", start, 1)):
        check_whole(name, value, least, MOST)
    check_whole("evaluations", evaluations, 1, MOST)
    needs_research("calibration")
    free = free_parameters() if free is None else free
    done, total = 0, evaluations + FINALISTS

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(min(done, total), total)

    journal = Journal(folder, tuple(free), look, threads, tick)
    space, bands = Space(free), Bands(left_out)
    firms = range(first, first + seeds)
    with one_core():
        looked = search(lambda points: journal(space.numbers(points), firms), space, bands, evaluations, start)
    ranked = pd.concat([looked.head(1), looked.nsmallest(FINALISTS, "expected", keep="first")])  # the start first
    table = ranked.drop_duplicates(list(space.names)).head(FINALISTS)
    finalists = table[list(space.names)].to_numpy()
    others = range(first + seeds, first + 5 * seeds)
    values = journal(finalists, others)
    losses = [bands.loss(row) for row in values]
    best = int(np.argmin(losses))
    numbers = dict(zip(space.names, finalists[best].tolist(), strict=True))
    return Calibration(
        parameters=parameters_of(numbers),
        free=numbers,
        figures=pd.Series(values[best], bands.index),
        loss=losses[best],
        met=bands.met(values[best]),
        kept=bands.kept(values[best]),
        table=looked,
    )


def search(
    look: Callable[[Numbers], Numbers], space: Space, bands: Bands, evaluations: int, start: int = 1
) -> pd.DataFrame:
    """Return every set that a search looked at, a row a set: ``loss``, ``met``, ``kept``, ``expected``, what was free.

    Parameters
    ----------
    look : callable
        From points of the unit cube to figures, a row a point.
    space, bands
        Where it looks, and for what.
    evaluations : int
        How often.
    start : int
        As in `calibrate`.
    """
    import cma

    rng = np.random.RandomState(start)  # what pycma draws by
    begin = space.start if start == 1 else rng.uniform(size=len(space.names))
    options = {
        "bounds": [0.0, 1.0], "seed": np.nan, "randn": rng.randn, "verbose": -9, "verb_log": 0, "verb_disp": 0,
        "tolfun": 0.0, "tolflatfitness": MOST, "tolstagnation": MOST, "maxiter": MOST,
    }  # fmt: skip
    strategy = cma.CMAEvolutionStrategy(begin, SPREAD, options)
    strategy.inject([begin], force=True)
    points, values = np.empty((0, len(begin))), np.empty((0, len(bands.low)))
    while len(points) < evaluations and not strategy.stop():
        asked = np.array(strategy.ask())
        found = look(asked)
        losses = bands.loss_of_scaled(bands.scaled(found))
        strategy.tell(list(asked), (losses + TRUST * np.square(asked - begin).mean(axis=1)).tolist())
        points, values = np.vstack([points, asked]), np.vstack([values, found])
        ranked = points[np.argsort(bands.loss_of_scaled(bands.scaled(values)), kind="stable")]
        strategy.inject([Emulator(points, values, bands).best(ranked[:STARTS])], force=True)
    table = pd.DataFrame(space.numbers(points), columns=list(space.names))
    table.insert(0, "loss", bands.loss_of_scaled(bands.scaled(values)))
    table.insert(1, "met", [bands.met(row) for row in values])
    table.insert(2, "kept", [bands.kept(row) for row in values])
    table.insert(3, "expected", Emulator(points, values, bands).loss(points))
    return table


STARTS = 3
"""From how many of the best sets the emulator's best is looked for."""
