"""A study: what is moved, at which points, in how many futures, and what is kept of each; checked before it runs."""

from __future__ import annotations

import hashlib
import json
import os
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import tomli_w

from teamsim.engine import Progress
from teamsim.fields import InputError, closest
from teamsim.research.axes import axes_of, checked
from teamsim.research.design import Design, drawn, points_in, values_at
from teamsim.research.subject import Function, Model, Subject, Teams
from teamsim.scenario import Scenario
from teamsim.style import Conduct, Plan, Style

if TYPE_CHECKING:
    from teamsim.research.sensitivity import Sensitivity
    from teamsim.research.sweep import Sweep

__all__ = ["Cost", "Study"]

MEASURES = ("engagement", "strain", "trust", "output", "left_for_offer", "left_exhausted", "regretted", "net_value")
LARGEST_DESIGN, LARGEST_STUDY = 10**7, 10**10
PART_PERSON_WEEKS, PARTS = 400_000, 1_000
"""A part is what a crash can lose: a moment of one core; more of it where there would be too many files."""
LARGEST_PART, CALL = 250_000, 10_000
"""Of a part the most histories; and for how many person-weeks a call of a function counts, whose cost nobody knows."""
TABLE = "table"
PROBE_SECONDS, PROBE_RUNS = 0.02, 64


@dataclass(frozen=True)
class Cost:
    """What a study would cost, by the pace at which a few of its histories were lived here."""

    points: int
    histories: int
    person_weeks: float
    seconds: float
    bytes: float
    workers: int

    def __str__(self) -> str:
        size = next((f"{self.bytes / 10**n:,.0f} {unit}" for n, unit in ((12, "TB"), (9, "GB")) if self.bytes > 10**n),
                    f"{self.bytes / 10**6:,.1f} MB")  # fmt: skip
        on = f"{self.workers} core{'s' if self.workers > 1 else ''}"
        weeks = f" ({self.person_weeks:,.0f} person-weeks)" if self.person_weeks else ""
        what = f"{self.points:,} points, {self.histories:,} histories{weeks}"
        return f"{what}: about {_time(self.seconds)} on {on}, {size} on disk"


def _time(seconds: float) -> str:
    spans = ((31_557_600, "years"), (86_400, "days"), (3600, "hours"), (60, "minutes"))
    return next(
        (f"{seconds / span:,.1f} {unit}" for span, unit in spans if seconds >= 2 * span), f"{seconds:.1f} seconds"
    )


class Study:
    """A sweep through a design: every point is lived in the same luck, and a row is kept of every history.

    Parameters
    ----------
    scenario : Scenario, str or callable
        What is lived: a scenario, its name or file; or a function in its place, called with a point and the luck of a
        run (a whole number), which returns a mapping from outcome to number.
    axes : mapping from dotted name to levels or a range
        What is moved: ``style.<lever>``, ``parameters.<name>``, ``style`` itself (names of styles), or a field of the
        scenario: ``weeks``, ``market.tightness``, ``policies.voice``, ``teams.*.leader.hours``. A list holds levels, a
        tuple is a range (low, high).
    design : {"full", "latin", "sobol"} or DataFrame
        Every combination of levels; a Latin hypercube or a scrambled Sobol sequence of `points` points
        (`scipy.stats.qmc`); or the points themselves, a column an axis.
    points : int
        How many, where the design does not say.
    runs : int
        How many futures a point.
    seed : int
        The luck, and that of the design.
    measures : sequence of str, optional
        What is kept of every history, over its horizon (flows added up, levels averaged): measures of `Run.columns`
        ("weeks"), of a third as in ``"engagement, top third"``.
    style, parameters
        As in `teamsim.simulate`: what holds where no axis moves it. Many sets of parameters, such as the calibrated
        sample, are points of a table: columns ``parameters.<name>``.
    common_random_numbers : bool
        Whether every point meets the same luck, run by run, so that points can be compared in pairs.

    Raises
    ------
    InputError
        Before anything runs: an axis that is not known, a reversed range, an empty list, a value outside what is
        declared, a design too large; with what was given, what is allowed and what it would cost.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> study = ts.Study(scenario, {"style.feedback_weeks": [1, 13, 52]}, runs=20, measures=["engagement"])
    >>> sweep = study.run()
    >>> sweep.points["engagement"].idxmax()
    1
    >>> ts.Study(scenario, {"style.challenge": (0.9, 0.1)})
    Traceback (most recent call last):
    teamsim.fields.InputError: axes.style.challenge = (0.9, 0.1) is reversed or empty; a range goes from low to high
    """

    def __init__(
        self,
        scenario: Scenario | str | Model,
        axes: Mapping[str, Any] | None = None,
        design: Design | pd.DataFrame = "full",
        *,
        points: int = 64,
        runs: int = 100,
        seed: int = 1,
        measures: Sequence[str] | None = None,
        style: Conduct | None = None,
        parameters: Any = None,
        common_random_numbers: bool = True,
    ) -> None:
        if isinstance(scenario, str | Path):
            scenario = Scenario.load(scenario)
        self.subject: Subject
        if isinstance(scenario, Scenario) or not callable(scenario):
            self.subject = Teams.of(scenario, style, parameters)
            measures = MEASURES if measures is None else measures
        else:
            self.subject = Function(scenario)
        if isinstance(measures, str) or not isinstance(measures or (), Sequence):
            raise InputError(f"= {measures!r} is not a list of names", ("measures",))
        self.measures = tuple(dict.fromkeys(measures or ()))
        if not self.measures:
            raise InputError("is empty; name one outcome or more", ("measures",))
        self.subject.check(self.measures)
        self.runs, self.seed = _whole(runs, "runs", 1), _whole(seed, "seed", 0)
        self.common_random_numbers = bool(common_random_numbers)
        if isinstance(design, pd.DataFrame):
            self.kind, self.axes = TABLE, {}
            self.design = self._checked(design)
            self.points = len(self.design)
        else:
            self.axes = axes_of(axes or {}, self.subject.find)
            if not self.axes:
                raise InputError("is empty; name one axis or more", ("axes",))
            self.kind, self.points = design, points_in(self.axes, design, _whole(points, "points", 1))
        self.check_size(self.points, "design")

    def _checked(self, given: pd.DataFrame) -> pd.DataFrame:
        """Return the points of a table, every value held against what is declared of its axis."""
        if not len(given) or not len(given.columns):
            raise InputError(f"is a table of {len(given)} rows and {len(given.columns)} columns", ("design",))
        found = {}
        for name in given.columns:
            column = given[name].tolist()
            try:
                declared = self.subject.find(str(name))
            except InputError as error:
                raise error.inside("design", str(name)) from None
            for row, value in enumerate(column):
                try:
                    column[row] = checked(value, declared)
                except InputError as error:
                    raise error.inside("design", str(name), row) from None
            found[str(name)] = np.array(column, dtype=object if isinstance(column[0], str) else None)
        return pd.DataFrame(found)

    @cached_property
    def design(self) -> pd.DataFrame:
        """The points: a row a point, a column an axis."""
        return drawn(self.axes, self.kind, self.points, self.seed)  # type: ignore[arg-type]

    @property
    def histories(self) -> int:
        """How many histories are lived."""
        return self.points * self.runs

    @cached_property
    def part(self) -> int:
        """How many histories a part has, whoever lives it."""
        each = self.subject.person_weeks(self._middle) or CALL
        share = max(PART_PERSON_WEEKS, self.histories * each / PARTS)
        return int(max(1, min(share // each, LARGEST_PART, self.histories)))

    @property
    def parts(self) -> int:
        """In how many parts it is lived."""
        return -(-self.histories // self.part)

    @property
    def _middle(self) -> dict[str, Any]:
        if self.kind == TABLE:
            return values_at(self.design, self.points // 2)
        return {name: axis.at(0.5) for name, axis in self.axes.items()}

    def check_size(self, points: int, asked: str) -> None:
        """Refuse so many points if they are too many, before any of them is drawn.

        Parameters
        ----------
        points : int
            How many.
        asked : str
            What asks for so many: the place that an error names.
        """
        if points > LARGEST_DESIGN or points * self.runs > LARGEST_STUDY:
            allowed = f"allowed are {LARGEST_DESIGN:,} points and {LARGEST_STUDY:,} histories"
            raise InputError(f"is too large; {allowed}. It would cost: {self.cost(points=points)}", (asked,))

    def cost(self, workers: int | None = None, *, points: int | None = None) -> Cost:
        """Say what the study would cost, by living a few histories of a point in the middle.

        Parameters
        ----------
        workers : int, optional
            On how many cores; all where nothing is said.
        points : int, optional
            At how many points; its own where nothing is said.
        """
        points = self.points if points is None else _whole(points, "points", 1)
        histories = points * self.runs
        cores = os.cpu_count() or 1 if workers is None else _whole(workers, "workers", 1)
        many, took = 1, 0.0
        self.subject.live(self._middle, self.measures, self.seed, np.zeros(1, dtype=np.uint64))  # compiled, loaded
        while took < PROBE_SECONDS and many < PROBE_RUNS:
            many *= 2
            began = time.perf_counter()
            self.subject.live(self._middle, self.measures, self.seed, np.arange(many, dtype=np.uint64))
            took = time.perf_counter() - began
        seconds = took / many * histories / cores
        person_weeks = histories * self.subject.person_weeks(self._middle)
        size = 8.0 * histories * (len(self.measures) + 1)
        return Cost(points, histories, person_weeks, seconds, size, cores)

    def run(
        self,
        folder: str | Path | None = None,
        workers: int | None = None,
        client: Any = None,
        *,
        progress: Progress | None = None,
    ) -> Sweep:
        """Live through all points, part by part, into a folder; or go on with what is missing there.

        What is done is safe: parts are whole or not there, whatever happens. The rows do not depend on workers,
        machines, or interruptions.

        Parameters
        ----------
        folder : str or Path, optional
            A new one, an empty one, or that of this study; one that goes with the result where nothing is said.
        workers : int, optional
            On how many threads; all cores where nothing is said.
        client : dask.distributed.Client, optional
            Lives the parts on this cluster instead; only this process writes.
        progress : callable, optional
            Called with the histories done and those in all; a bar with the time left is shown where nothing is given.

        Returns
        -------
        Sweep
            The rows, the means of every point, and the points that failed with their reasons.

        Raises
        ------
        InputError
            If the folder holds something else (the difference is named), is in use, or cannot be written.
        KeyboardInterrupt
            After Ctrl-C; the folder is good, and the same call goes on.
        """
        from teamsim.research.runner import run

        return run(self, folder, workers, client, progress)

    def sensitivity(
        self,
        method: str = "sobol",
        samples: int = 256,
        folder: str | Path | None = None,
        workers: int | None = None,
        client: Any = None,
        **more: Any,
    ) -> Sensitivity:
        """Say which axes move the outcomes (`SALib`, in the extra ``research``); every axis has to be a range.

        Parameters
        ----------
        method : {"sobol", "morris"}
            Shares of variance (Sobol 2001, Saltelli 2010), or elementary effects (Morris 1991), which take far fewer
            points and rank axes only.
        samples : int
            Of Sobol the base sample, a power of 2: it takes ``samples * (axes + 2)`` points. Of Morris the
            trajectories: it takes ``samples * (axes + 1)``.
        folder, workers, client
            As in `run`.
        **more
            ``confidence`` (default 0.95), ``resamples`` of the bootstrap (default 1000), and Morris' ``levels``
            (default 4).

        Returns
        -------
        Sensitivity
            With ``indices``, a row a measure, axis and index, with its interval.

        Raises
        ------
        InputError
            If an axis has levels instead of a range, or the method is not known.
        """
        from teamsim.research.sensitivity import sensitivity

        return sensitivity(self, method, samples, folder, workers, client, **more)

    def with_design(self, design: pd.DataFrame) -> Study:
        """Return the same study at other points."""
        content = self.to_json() | {"design": TABLE}
        return type(self).from_json(content, design=design, model=getattr(self.subject, "function", None))

    @cached_property
    def identity(self) -> str:
        """What tells this study from any other: a hash of all that it says, and of its points."""
        content = hashed(self.to_json())
        for name, column in self.design.items():
            values = column.to_numpy()
            content.update(f"{name} {values.dtype}".encode())
            content.update("\n".join(values).encode() if values.dtype == object else np.ascontiguousarray(values).data)
        return content.hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the study as plain data; of a table of points, that it is one."""
        return {
            **self.subject.to_json(),
            "axes": {name: axis.to_json() for name, axis in self.axes.items()},
            "design": self.kind,
            "points": self.points,
            "runs": self.runs,
            "seed": self.seed,
            "measures": list(self.measures),
            "common_random_numbers": self.common_random_numbers,
        }

    @classmethod
    def from_json(
        cls,
        data: Mapping[str, Any],
        *,
        design: pd.DataFrame | None = None,
        model: Model | None = None,
        home: Path | None = None,
    ) -> Study:
        """Read what `to_json` returned, or what somebody wrote in a file in the folder `home`."""
        given, home = dict(data), home or Path()
        for name in given:
            if name not in KNOWN:
                raise InputError(f"is not known; {closest(name, KNOWN)}", (name,))
        function, scenario = given.pop("function", None), given.pop("scenario", None)
        if function and model is None:
            raise InputError(f"is of the function {function}; give it as model=", ("study",))
        if not function and scenario is None:
            raise InputError("is missing: a scenario's name, file or table", ("scenario",))
        kind = given.get("design", "full")
        if isinstance(kind, str) and kind.endswith((".csv", ".parquet")) and design is None:
            kind, design = TABLE, _points(home / kind)
        if kind == TABLE:
            if design is None:
                raise InputError("= 'table', but the table is not here", ("design",))
            given["design"] = design
        if isinstance(scenario, Mapping):
            scenario = Scenario(**scenario)
        elif isinstance(scenario, str) and scenario not in Scenario.names():
            scenario = Scenario.load(home / scenario)
        style = _conduct(given.pop("style", None))
        study = cls(model if function and model else scenario, style=style, **given)
        if design is not None and kind != TABLE:
            study.design = study._checked(design)
        return study

    def save(self, path: str | Path) -> Path:
        """Write the study to a TOML file that `load` reads; a table of points goes beside it as Parquet.

        Parameters
        ----------
        path : str or Path
            The file; an existing one is replaced.

        Examples
        --------
        >>> import tempfile, pathlib, teamsim as ts
        >>> study = ts.Study("managing-stars", {"style": ["developer", "comfortable"]}, runs=4)
        >>> ts.Study.load(study.save(pathlib.Path(tempfile.mkdtemp()) / "study.toml")).identity == study.identity
        True
        """
        target, content = Path(path), self.to_json()
        if self.kind == TABLE:
            content["design"] = f"{target.stem}.parquet"
            self.design.to_parquet(target.with_suffix(".parquet"), index=False)
        target.write_text(tomli_w.dumps(content), encoding="utf-8", newline="\n")
        return target

    @classmethod
    def load(cls, path: str | Path, model: Model | None = None) -> Study:
        """Read a study: from a TOML file, or from the folder of its sweep.

        Parameters
        ----------
        path : str or Path
            The file or the folder.
        model : callable, optional
            The function of a study that is of one.

        Raises
        ------
        InputError
            If it is not there, or something in it cannot be used.
        """
        from teamsim.research.store import read_study

        source = Path(path)
        if source.is_dir():
            return read_study(source, model)
        try:
            data = tomllib.loads(source.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"= {source} is not there", ("study",)) from None
        except (OSError, ValueError) as error:
            raise InputError(f"= {source} cannot be read: {error}", ("study",)) from None
        try:
            return cls.from_json(data, model=model, home=source.parent)
        except InputError as error:
            raise InputError(error.problem, error.path, error.source or source.name) from None

    def __repr__(self) -> str:
        moved = ", ".join(self.design.columns if self.kind == TABLE else self.axes)
        return f"Study({self.points:,} points over {moved}; {self.runs:,} runs each)"


KNOWN = (
    "function", "scenario", "style", "parameters", "axes", "design", "points", "runs", "seed", "measures",
    "common_random_numbers",
)  # fmt: skip


def _conduct(given: Any) -> Any:
    """Read a conduct from plain data: a preset's name, levers, a plan, or one of these by leader."""
    if given is None or isinstance(given, str):
        return given
    if not isinstance(given, Mapping):
        raise InputError(f"= {given!r} is neither a style's name nor a table", ("style",))
    if "styles" in given:
        return Plan(**given)
    if given and all(isinstance(value, str | Mapping) for value in given.values()):
        return {leader: _conduct(value) for leader, value in given.items()}
    return Style(**given)


def _points(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise InputError(f"= {path} cannot be read: {error}", ("design",)) from None


def hashed(content: Any) -> hashlib.blake2b:
    """Return the hash of plain data, whatever the order of its keys; more can be added to it.

    Examples
    --------
    >>> hashed({"a": 1, "b": 2}).hexdigest() == hashed({"b": 2, "a": 1}).hexdigest()
    True
    """
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8)


def _whole(value: Any, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value < 2**63:
        raise InputError(f"= {value!r} is not a whole number from {least}", (name,))
    return int(value)
