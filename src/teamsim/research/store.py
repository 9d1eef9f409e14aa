"""A sweep's folder: whole parts or none, whatever happens, and a manifest that says what they are parts of.

    manifest.json     versions, rules, machine, when it was begun, the study, the hash of its points
    design.parquet    a row a point
    runs/             part-00000.parquet, ...: a row a history; each part says by itself whose and from where it is
    unfinished/       what is being written; of no worth after a crash, and cleared by whoever goes on

A part is written beside, forced to the disk, and then given its name, which no crash can do by half; a name that a
power cut loses is a part that is missing. The lock is the operating system's: it falls with the process that holds it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from teamsim.compiler import fingerprint, rules_hash
from teamsim.fields import InputError
from teamsim.research.study import Study, hashed
from teamsim.style import Style

__all__ = ["MANIFEST", "Folder", "difference", "made_here", "read_study"]

MANIFEST, DESIGN, RUNS, UNFINISHED, LOCK = "manifest.json", "design.parquet", "runs", "unfinished", ".lock"
ABOUT = b"teamsim"
"""The key under which a part's schema holds what the part is."""


@cache
def made_here() -> dict[str, str]:
    """Return what has to be the same for parts to belong together: teamsim's version, its rules and named styles."""
    styles = hashed({name: style.model_dump() for name, style in Style.presets().items()})
    return {"teamsim": version("teamsim"), "rules": rules_hash(), "styles": styles.hexdigest()}


class Folder:
    """The folder of a sweep."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def part(self, number: int) -> Path:
        """Return where a part is, or will be."""
        return self.path / RUNS / f"part-{number:05}.parquet"

    @property
    def manifest(self) -> dict[str, Any]:
        """What the folder says that it holds.

        Raises
        ------
        InputError
            If it is no folder of a sweep.
        """
        try:
            found: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
            if found["kind"] != "Sweep":
                raise InputError(f"{self.path.name!r} holds a {found['kind']}, not a Sweep", ("folder",))
        except FileNotFoundError:
            raise InputError(f"{str(self.path)!r} holds no sweep: there is no {MANIFEST}", ("folder",)) from None
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{str(self.path)!r} holds no sweep that can be read: {error}", ("folder",)) from None
        return found

    @contextmanager
    def held_for(self, study: Study) -> Iterator[None]:
        """Hold the folder for one study, and for nobody else meanwhile; make it, or check that it is this study's.

        Raises
        ------
        InputError
            If it holds something else, with the difference; if somebody else holds it; if it cannot be written.
        """
        with self._told():
            self._refuse_what_is_not_ours()
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                problem = f"{str(self.path)!r} is in use by another process; wait until it is done, or give another"
                raise InputError(problem, ("folder",)) from None
        try:
            with self._told():
                self._begin(study)
            yield
        finally:
            lock.release()

    def _refuse_what_is_not_ours(self) -> None:
        ours = {MANIFEST, DESIGN, RUNS, UNFINISHED, LOCK}
        if self.path.is_dir():
            others = sorted(entry.name for entry in self.path.iterdir() if entry.name not in ours)
        else:
            others = ["a file"] if self.path.exists() else []
        if others and not (self.path / MANIFEST).is_file():
            problem = f"{str(self.path)!r} holds something else ({others[0]}); give an empty or a new folder"
            raise InputError(problem, ("folder",))

    def _begin(self, study: Study) -> None:
        for name in (RUNS, UNFINISHED):
            (self.path / name).mkdir(exist_ok=True)
        for left_over in (self.path / UNFINISHED).iterdir():
            left_over.unlink()
        about = {"study": study.to_json(), "identity": study.identity}
        size = {"histories_a_part": study.part, "parts": study.parts}
        here = json.loads(json.dumps({"kind": "Sweep", **made_here(), **about, **size}))
        if (self.path / MANIFEST).is_file():
            there = self.manifest
            apart = difference({name: there.get(name) for name in here}, here)
            if apart:
                problem = f"{str(self.path)!r} holds another sweep: {apart}; give another folder, or ask for that one"
                raise InputError(problem, ("folder",))
            return
        sink = pa.BufferOutputStream()
        study.design.to_parquet(sink, index=False)
        self._put(self.path / DESIGN, sink.getvalue())
        begun = {"begun": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"), "machine": fingerprint()}
        text = json.dumps({**here, **begun}, indent=1, ensure_ascii=False)
        self._put(self.path / MANIFEST, text.encode())

    def missing(self, study: Study) -> list[int]:
        """Return the parts that are not there; one that was cut short is named in a warning, and counts as missing."""
        found = []
        for number in range(study.parts):
            problem = self.problem(number, study)
            if problem:
                warnings.warn(f"{self.part(number)} {problem}; it is lived again", stacklevel=4)
            if problem != "":
                found.append(number)
        return found

    def problem(self, number: int, study: Study) -> str | None:
        """Return what is wrong with a part: nothing (empty), or that it is not there (None)."""
        path = self.part(number)
        if not path.is_file():
            return None
        try:
            about, rows = _about(path), pq.read_metadata(path).num_rows
        except (OSError, ValueError, KeyError) as error:
            return f"is cut short or damaged ({str(error).splitlines()[0]})"
        first, last = number * study.part, min((number + 1) * study.part, study.histories)
        if about["study"] != study.identity or about["part"] != number:
            return "is of another study"
        lost = sum(failure["runs"] for failure in about["failures"])
        return "" if rows + lost == last - first else f"has {rows} rows of {last - first}"

    def write(self, number: int, content: Any) -> None:
        """Put a part into its place, whole.

        Raises
        ------
        InputError
            If it cannot be written; nothing that is there is touched.
        """
        with self._told():
            self._put(self.part(number), content)

    def _put(self, target: Path, content: Any) -> None:
        beside = self.path / UNFINISHED / f"{target.name}.{uuid.uuid4().hex}"
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one line what the disk refused."""
        try:
            yield
        except OSError as error:
            done = "what is done stays, and the same call goes on with the rest"
            problem = f"{str(self.path)!r} cannot be written: {error.strerror or error}; {done}"
            raise InputError(problem, ("folder",)) from None


def _about(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((pq.read_schema(path).metadata or {})[ABOUT])
    return found


def failures_of(path: Path) -> list[dict[str, Any]]:
    """Return the points that failed in a part."""
    failures: list[dict[str, Any]] = _about(path)["failures"]
    return failures


def difference(there: Any, here: Any, place: str = "") -> str:
    """Name the first difference between two pieces of plain data; empty where there is none.

    Examples
    --------
    >>> difference({"study": {"runs": 100}}, {"study": {"runs": 200}})
    'study.runs = 100 there, 200 here'
    """
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for name in [*here, *(name for name in there if name not in here)]:
            apart = difference(there.get(name), here.get(name), f"{place}.{name}" if place else str(name))
            if apart:
                return apart
        return ""
    if isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for number, (one, other) in enumerate(zip(there, here, strict=True)):
            apart = difference(one, other, f"{place}[{number}]")
            if apart:
                return apart
        return ""
    return "" if there == here else f"{place} = {_short(there)} there, {_short(here)} here"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 80 else f"{text[:77]}…"


def read_study(path: Path, model: Any = None) -> Study:
    """Read the study of a folder, with the very points that it has there."""
    content = Folder(path).manifest
    try:
        design = pd.read_parquet(path / DESIGN)
    except (OSError, ValueError) as error:
        raise InputError(f"{str(path)!r} has no {DESIGN} that can be read: {error}", ("folder",)) from None
    return Study.from_json(content["study"], design=design, model=model)
