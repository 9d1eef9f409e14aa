"""Every set of parameters that was looked at, with its figures: on disk as soon as known, and never looked at twice.

A search draws by a seed, so what is asked again after it was stopped (Ctrl-C, SIGKILL, a power cut) is what was asked
before: found here, it costs nothing, and the search goes on where it was to the same end.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from teamsim.compiler import rules_hash
from teamsim.evidence.bands import Bands, Numbers
from teamsim.evidence.study import FOR_ALL, figures
from teamsim.evidence.targets import published
from teamsim.fields import InputError
from teamsim.parameters import Parameters
from teamsim.scenario import Scenario

__all__ = ["Figures", "Journal"]

Figures = Callable[..., "pd.Series[float]"]
MEASURING = (
    "evidence/casts.py", "evidence/experiments.py", "evidence/figures.py", "evidence/invented.py", "evidence/sizes.py",
    "evidence/study.py", "evidence/styles.py", "panel/*.py", "engine.py", "scenario.py", "style.py", "world.py",
)  # fmt: skip
"""What decides about figures besides rules and numbers."""
TABLE = (
    "CREATE TABLE IF NOT EXISTS looked "
    "(model TEXT, seeds TEXT, numbers TEXT, figures TEXT, PRIMARY KEY (model, seeds, numbers))"
)


class Journal:
    """Figures of sets of parameters, kept in a folder.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there.
    free : sequence of str
        The parameters that differ between sets.
    look : callable
        What measures a set: `teamsim.evidence.study.figures`, or something else in its place.
    threads : int, optional
        How many sets are looked at side by side; as many as there are cores where nothing is said.
    tick : callable, optional
        Called after every look.

    Raises
    ------
    InputError
        If the folder cannot be used.
    """

    def __init__(
        self,
        folder: str | Path,
        free: Sequence[str],
        look: Figures = figures,
        threads: int | None = None,
        tick: Callable[[], object] = lambda: None,
    ) -> None:
        self.free, self.look, self.threads, self.tick = tuple(free), look, threads, tick
        self.model, self.bands = _print_of(self.free, look), Bands()
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.file = sqlite3.connect(Path(folder) / "looked.sqlite", timeout=60.0)
            self.file.execute(TABLE)
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"= {folder} cannot be used: {error}", ("folder",)) from None

    def __call__(self, points: Numbers, seeds: Sequence[int]) -> Numbers:
        """Return the figures of some sets, a row a set (its free parameters in order), in firms of some seeds."""
        firms = json.dumps(list(seeds))
        keys = [json.dumps(point) for point in np.asarray(points).tolist()]
        unknown = [key for key in dict.fromkeys(keys) if self._found(firms, key) is None]
        for _ in range(len(keys) - len(unknown)):
            self.tick()
        self._look(unknown, list(seeds), firms)
        return np.array([self._found(firms, key) for key in keys], dtype=float)

    def _found(self, firms: str, key: str) -> list[float] | None:
        row = self.file.execute(
            "SELECT figures FROM looked WHERE model = ? AND seeds = ? AND numbers = ?", (self.model, firms, key)
        ).fetchone()
        found: list[float] | None = row and json.loads(row[0])
        return found

    def _look(self, keys: Sequence[str], seeds: list[int], firms: str) -> None:
        from joblib import Parallel, cpu_count, delayed

        workers = min(self.threads or cpu_count(), len(keys))
        parallel = Parallel(n_jobs=workers or 1, return_as="generator_unordered")
        for key, found in parallel(delayed(_figures)(self.look, self.free, key, seeds) for key in keys):
            values = found.reindex(self.bands.index).tolist()
            with self.file:
                self.file.execute(
                    "INSERT OR REPLACE INTO looked VALUES (?, ?, ?, ?)", (self.model, firms, key, json.dumps(values))
                )
            self.tick()


def _figures(look: Figures, free: Sequence[str], key: str, seeds: list[int]) -> tuple[str, pd.Series[float]]:
    numbers: Mapping[str, float] = dict(zip(free, json.loads(key), strict=True))
    return key, look(numbers, seeds, threads=1)


def _print_of(free: Sequence[str], look: Figures) -> str:
    """Name all that decides about figures besides the free parameters; of another model, nothing is known."""
    package = Path(__file__).parents[1]
    fixed: dict[str, Any] = Parameters().model_dump(exclude=set(free))
    measures = [(check.measure, check.by, check.of, check.each) for one in published() for check in one.checks]
    parts = [rules_hash(), json.dumps([fixed, free, measures]), f"{look.__module__}.{look.__qualname__}"]
    parts += [Scenario.load(FOR_ALL).model_dump_json()]
    parts += [path.read_text(encoding="utf-8") for place in MEASURING for path in sorted(package.glob(place))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
