"""What a study left in its folder: tidy tables, and every history to be opened again."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from teamsim.engine import simulate
from teamsim.fields import InputError
from teamsim.research.design import values_at
from teamsim.research.store import Folder, difference, failures_of, made_here, read_study
from teamsim.research.subject import Teams
from teamsim.results import Run

if TYPE_CHECKING:
    from teamsim.research.study import Study

__all__ = ["Sweep"]


class Sweep:
    """The folder of a study, as far as it was lived.

    Its rows are a Parquet dataset in ``runs/``, which pandas, DuckDB and Polars read as it grows.

    Parameters
    ----------
    folder : str or Path
        Where `Study.run` or ``teamsim sweep`` wrote.
    model : callable, optional
        The function of a study that is of one; needed only to go on or to ask for ``study``.

    Raises
    ------
    InputError
        If the folder holds no sweep.

    Examples
    --------
    >>> import teamsim as ts
    >>> study = ts.Study("managing-stars", {"style": ["comfortable", "developer"]}, runs=10, measures=["trust"])
    >>> sweep = study.run()
    >>> sweep.runs.columns.tolist()
    ['point', 'run', 'style', 'trust']
    >>> sweep.points["trust"].round(1).tolist()
    [0.5, 0.8]
    >>> run = sweep.open(point=1, run=3)       # one of the histories whole, to the last bit
    """

    def __init__(self, folder: str | Path, model: Any = None) -> None:
        self.folder = Path(folder)
        self._model = model
        self._manifest = Folder(folder).manifest

    @cached_property
    def study(self) -> Study:
        """What was asked."""
        return read_study(self.folder, self._model)

    @property
    def design(self) -> pd.DataFrame:
        """The points: a row a point, a column an axis."""
        return pd.read_parquet(self.folder / "design.parquet")

    @property
    def measures(self) -> list[str]:
        """What was kept of every history."""
        return list(self._manifest["study"]["measures"])

    @property
    def _paths(self) -> list[Path]:
        parts = (Folder(self.folder).part(number) for number in range(self._manifest["parts"]))
        return [path for path in parts if path.is_file()]

    @property
    def complete(self) -> bool:
        """Whether every part is there."""
        return len(self._paths) == int(self._manifest["parts"])

    @property
    def runs(self) -> pd.DataFrame:
        """A row a history: ``point``, ``run``, the axes, the measures; as far as it was lived.

        Raises
        ------
        InputError
            If a part is damaged.
        """
        return self.columns()

    def columns(self, *names: str) -> pd.DataFrame:
        """Return some columns of ``runs`` only, which takes less memory; all where none is named."""
        tables = []
        for path in self._paths:
            try:
                tables.append(pq.read_table(path, columns=list(names) or None, page_checksum_verification=True))
            except (OSError, ValueError) as error:
                problem = f"{str(path)!r} is cut short or damaged ({str(error).splitlines()[0]})"
                raise InputError(f"{problem}; run the study again on its folder", ("folder",)) from None
        if not tables:
            return pd.DataFrame(columns=list(names))
        plain: pd.DataFrame = pa.concat_tables([table.replace_schema_metadata() for table in tables]).to_pandas()
        return plain

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row a point: its axes, how many ``runs``, the mean of each measure and, as ``<measure>_se``, its error."""
        by_point = self.columns("point", *self.measures).groupby("point")
        found = by_point.mean()
        errors = by_point.sem().add_suffix("_se")
        return self.design.assign(runs=by_point.size()).join([found, errors])

    @cached_property
    def failures(self) -> pd.DataFrame:
        """A row a point that failed: ``point``, its axes, and the ``reason``."""
        found = [(one["point"], one["reason"]) for path in self._paths for one in failures_of(path)]
        table = pd.DataFrame(found, columns=["point", "reason"]).drop_duplicates("point")
        return table.merge(self.design, left_on="point", right_index=True)[["point", *self.design.columns, "reason"]]

    def open(self, point: int, run: int) -> Run:
        """Return one history whole: the same, to the last bit.

        Parameters
        ----------
        point, run : int
            As in ``runs``.

        Raises
        ------
        InputError
            If there is no such history, the rules are others by now, or the study is of a function.
        """
        apart = difference({name: self._manifest[name] for name in made_here()}, made_here())
        if apart:
            raise InputError(f"cannot be lived again here: {apart}", ("sweep",))
        study, subject = self.study, self.study.subject
        if not isinstance(subject, Teams):
            raise InputError("is of a function, which has no histories to open", ("study",))
        for name, value, end in (("point", point, study.points), ("run", run, study.histories)):
            if not isinstance(value, int | np.integer) or not 0 <= value < end:
                raise InputError(f"= {value!r} is outside 0..{end - 1}", (name,))
        scenario, plans, numbers = subject.at(values_at(study.design, point))
        return simulate(scenario, plans, study.seed, run=int(run), parameters=numbers)

    def same_as(self, other: Sweep) -> str:
        """Compare with another sweep row by row, bit by bit; empty if they are the same, else the first difference."""
        for number in range(max(self._manifest["parts"], other._manifest["parts"])):
            one, two = (Folder(sweep.folder).part(number) for sweep in (self, other))
            if not (one.is_file() and two.is_file()):
                return f"{(two if one.is_file() else one).name} is missing in one of them"
            here, there = pq.read_table(one), pq.read_table(two)
            if not here.equals(there):
                return f"{one.name} differs"
        return ""

    def __repr__(self) -> str:
        done = len(self._paths)
        return f"Sweep({str(self.folder)!r}: {done} of {self._manifest['parts']} parts)"
