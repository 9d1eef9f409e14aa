"""Live through the parts of a study: on threads of this process, or on a Dask cluster."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import warnings
import weakref
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm.auto import tqdm

from teamsim.compiler import fingerprint
from teamsim.engine import Progress
from teamsim.fields import InputError
from teamsim.research.store import ABOUT, Folder, difference, made_here
from teamsim.research.subject import Stopped, Subject, never
from teamsim.research.sweep import Sweep

if TYPE_CHECKING:
    from teamsim.research.study import Study

__all__ = ["Part", "live_part", "run"]


@dataclass(frozen=True)
class Part:
    """Some histories of a study, and all that is needed to live them elsewhere.

    Attributes
    ----------
    subject, measures, seed, runs, common : as in the study
    number : int
        Which part.
    points : DataFrame
        The points that it concerns; the first is number ``first // runs`` of the design.
    first, last : int
        Its histories: numbered through, point by point.
    study : str
        The identity of the study.
    made : dict
        The version that is to live it.
    """

    subject: Subject
    measures: tuple[str, ...]
    seed: int
    runs: int
    common: bool
    number: int
    points: pd.DataFrame
    first: int
    last: int
    study: str
    made: dict[str, str]

    @classmethod
    def of(cls, study: Study, number: int) -> Part:
        """Cut a part out of a study."""
        first, last = number * study.part, min((number + 1) * study.part, study.histories)
        points = study.design.iloc[first // study.runs : (last - 1) // study.runs + 1]
        return cls(
            study.subject, study.measures, study.seed, study.runs, study.common_random_numbers,
            number, points, first, last, study.identity, made_here(),
        )  # fmt: skip


def live_part(part: Part, stopped: Stopped = never) -> bytes:
    """Live through a part, and return it as a Parquet file; a point that fails is noted in it with its reason.

    Raises
    ------
    InputError
        If this process has another version of teamsim than the study.
    concurrent.futures.CancelledError
        If it was stopped on the way.
    """
    apart = difference(part.made, made_here())
    if apart:
        raise InputError(f"is of another version than this worker's: {apart}", ("study",))
    tables, failures = [], []
    columns = {str(name): column.tolist() for name, column in part.points.items()}
    for number, values in enumerate(zip(*columns.values(), strict=True), part.first // part.runs):
        point = dict(zip(columns, values, strict=True))
        first, last = max(part.first, number * part.runs), min(part.last, (number + 1) * part.runs)
        try:
            tables.append(_live_point(part, number, point, first, last, stopped))
        except (CancelledError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001  (whatever is wrong with a point, the others are lived)
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            failures.append({"point": number, "runs": last - first, "reason": reason})
    about = {
        "study": part.study, "part": part.number, "failures": failures, "machine": fingerprint(), **made_here()
    }  # fmt: skip
    schema = _schema(part).with_metadata({ABOUT: json.dumps(about)})
    sink = pa.BufferOutputStream()
    whole = pa.concat_tables([schema.empty_table(), *(table.cast(schema) for table in tables)])
    pq.write_table(whole.replace_schema_metadata(schema.metadata), sink, write_page_checksum=True)
    return bytes(sink.getvalue())


def _schema(part: Part) -> pa.Schema:
    kinds = {"i": pa.int64(), "f": pa.float64(), "O": pa.string()}
    axes = [(str(name), kinds[column.to_numpy().dtype.kind]) for name, column in part.points.items()]
    measures = [(name, pa.float64()) for name in part.measures]
    return pa.schema([("point", pa.int64()), ("run", pa.int64()), *axes, *measures])


def _live_point(
    part: Part, number: int, point: dict[str, Any], first: int, last: int, stopped: Stopped
) -> pa.Table:
    """Live through some histories of one point."""
    runs = np.arange(first, last, dtype=np.uint64)
    if part.common:
        runs -= np.uint64(number * part.runs)
    columns = part.subject.live(point, part.measures, part.seed, runs, stopped)
    for name, values in columns.items():
        if not np.isfinite(values).all():
            raise ArithmeticError(f"{name} is {values[~np.isfinite(values)][0]} in run {runs[~np.isfinite(values)][0]}")
    same = {name: np.repeat(np.array([value], dtype=object if isinstance(value, str) else None), len(runs))
            for name, value in point.items()}  # fmt: skip
    return pa.table({"point": np.full(len(runs), number), "run": runs.astype(np.int64), **same, **columns})


def run(
    study: Study, folder: str | Path | None, workers: int | None, client: Any, progress: Progress | None
) -> Sweep:
    """Live through what is missing of a study in a folder; see `Study.run`."""
    cores = os.cpu_count() or 1 if workers is None else workers
    if isinstance(cores, bool) or not isinstance(cores, int) or cores < 1:
        raise InputError(f"= {workers!r} is not a whole number from 1", ("workers",))
    if folder is None:
        folder = tempfile.mkdtemp(prefix="teamsim-")
        try:
            sweep = run(study, folder, workers, client, progress)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        weakref.finalize(sweep, shutil.rmtree, folder, ignore_errors=True)
        return sweep
    home = Folder(folder)
    with home.held_for(study):
        missing = home.missing(study)
        done = study.histories - sum(_size(study, number) for number in missing)
        lived = _on_cluster(client, study, missing) if client is not None else _on_threads(cores, study, missing)
        bar = tqdm(total=study.histories, initial=done, unit="run", delay=1.0, disable=bool(progress), leave=False)
        with closing(lived), bar:
            for number, content in lived:
                home.write(number, content)
                done += _size(study, number)
                bar.update(_size(study, number))
                if progress is not None:
                    progress(done, study.histories)
    sweep = Sweep(folder)
    if failed := len(sweep.failures):
        first = sweep.failures.iloc[0]
        told = f"{failed} of {study.points} points failed, the first ({first['point']}) with {first['reason']!r}"
        warnings.warn(f"{told}; see Sweep.failures", stacklevel=3)
    return sweep


def _size(study: Study, number: int) -> int:
    return min(study.part, study.histories - number * study.part)


def _on_threads(workers: int, study: Study, numbers: Sequence[int]) -> Generator[tuple[int, bytes]]:
    """Live through parts on threads (the rules hold no interpreter lock), a few ahead of what is written."""
    halt = threading.Event()
    with ThreadPoolExecutor(workers) as pool:
        waiting: dict[Future[bytes], int] = {}
        ahead = iter(numbers)
        try:
            while True:
                for number in islice(ahead, 2 * workers - len(waiting)):
                    waiting[pool.submit(live_part, Part.of(study, number), halt.is_set)] = number
                if not waiting:
                    return
                for finished in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(finished), finished.result()
        finally:
            halt.set()
            pool.shutdown(cancel_futures=True)


def _on_cluster(client: Any, study: Study, numbers: Sequence[int]) -> Generator[tuple[int, bytes]]:
    """Live through parts on a Dask cluster, which lives the parts of a lost worker again on the others."""
    from distributed import as_completed

    ahead = iter(numbers)
    finished, waiting = as_completed(), dict[Any, int]()
    try:
        while True:
            cores = max(1, sum(client.nthreads().values()))
            for number in islice(ahead, max(0, 2 * cores - len(waiting))):
                lived = client.submit(live_part, Part.of(study, number), pure=False)
                waiting[lived] = number
                finished.add(lived)
            if not waiting:
                return
            one = next(finished)
            yield waiting.pop(one), one.result()
    finally:
        client.cancel(list(waiting))
