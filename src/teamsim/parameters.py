"""The numbers inside the rules, each with range, unit, meaning and source, from ``parameters.toml``.

What is not known about them stands in the calibrated sample: sets that what is published does not rule out.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pydantic

from teamsim.fields import Declared, InputError, closest, quantity

__all__ = ["SAMPLE", "Parameters", "calibrated_sample", "parameters_of", "records_of", "set_of", "sets_of", "sources"]

SAMPLE = "calibrated sample"
"""What stands for every set of the sample wherever parameters can be given."""
SAMPLE_FILE = Path(__file__).parent / "evidence" / "calibrated_sample.csv"
SOURCES = {
    "publication": r".*\b(19|20)\d\d\b",
    "article": r"S\d-\d\d\b",
    "assumed": r"assumed\b",
    "definition": r"definition\b",
}
"""What a source may be, by how it begins; a publication names its year."""


def _declared() -> dict[str, Any]:
    groups = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    fields: dict[str, Any] = {}
    for group, entries in groups.items():
        for name, entry in entries.items():
            declared = quantity(
                float(entry["default"]),
                entry["low"],
                entry["high"],
                unit=entry["unit"],
                label=name.replace("_", " "),
                meaning=entry["meaning"],
                source=", ".join([entry["source"], *entry["claims"], *entry.get("targets", ())]),
                group=group,
            )
            fields[name] = (float, declared)
    return fields


class _Named(Declared):
    noun = "parameters"


Parameters = pydantic.create_model("Parameters", __base__=_Named, **_declared())
"""The declared parameters; a gain of 0 turns its mechanism off."""


def sources() -> dict[str, int]:
    """Count the numbers by where they come from: a publication, an article alone, an assumption, a definition.

    Examples
    --------
    >>> list(sources()), sum(sources().values()) == len(Parameters.quantities())
    (['publication', 'article', 'assumed', 'definition'], True)
    """
    named = [kind.source for kind in Parameters.quantities().values()]
    return {kind: sum(bool(re.match(begins, one)) for one in named) for kind, begins in SOURCES.items()}


def parameters_of(changes: Declared | Mapping[str, float] | str | Path | None) -> Declared:
    """Return the parameters with some of them changed.

    Parameters
    ----------
    changes : Parameters, mapping from name to number, str or Path, optional
        All of them, those that differ, or the path of a TOML file with a table ``[parameters]``.

    Raises
    ------
    InputError
        If a name is not known, a value is out of its range, or there is no such file.

    Examples
    --------
    >>> parameters_of({"recognition_gain": 0}).recognition_gain
    0.0
    """
    if isinstance(changes, Parameters):
        return changes
    if isinstance(changes, str | Path) and str(changes) == SAMPLE:
        raise InputError(f"= {SAMPLE!r} is many sets, and one is needed here", ("parameters",))
    if isinstance(changes, str | Path):
        return _read(Path(changes))
    if changes is not None and not (isinstance(changes, Mapping) and all(isinstance(name, str) for name in changes)):
        raise InputError(f"= {changes!r} is not a mapping from name to number, nor a file with one", ("parameters",))
    return Parameters(**dict(changes or {}))


@cache
def calibrated_sample() -> tuple[Declared, ...]:
    """Return sets of parameters that the published figures do not rule out, as `teamsim.calibrate` found them.

    Examples
    --------
    >>> len(calibrated_sample()) >= 100
    True
    """
    with SAMPLE_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    free = [name for name in rows[0] if name in Parameters.model_fields]
    return tuple(Parameters(**{name: float(row[name]) for name in free}) for row in rows)


def sets_of(given: Any) -> tuple[Declared, ...]:
    """Return one or more sets of parameters: what `parameters_of` takes, several of these, or the calibrated sample.

    Raises
    ------
    InputError
        As `parameters_of`; or if there is none.

    Examples
    --------
    >>> [one.recognition_gain for one in sets_of([{"recognition_gain": 0}, {"recognition_gain": 1}])]
    [0.0, 1.0]
    """
    if isinstance(given, str | Path) and str(given) == SAMPLE:
        return calibrated_sample()
    if given is None or isinstance(given, str | Path | Mapping | Declared):
        return (parameters_of(given),)
    if not isinstance(given, Iterable):
        raise InputError(f"= {given!r} is neither a mapping from name to number nor several", ("parameters",))
    sets = tuple(parameters_of(one) for one in given)
    if not sets:
        raise InputError("is empty; give one or more sets", ("parameters",))
    return sets


def records_of(given: Any) -> np.ndarray[Any, np.dtype[Any]]:
    """Return one or more sets of parameters as the rules read them, a row a set; see `sets_of`.

    Examples
    --------
    >>> records_of({"recognition_gain": 0})["recognition_gain"].tolist()
    [0.0]
    """
    if isinstance(given, str | Path) and str(given) == SAMPLE:
        return _sample_records()
    return np.concatenate([one.record() for one in sets_of(given)])


@cache
def _sample_records() -> np.ndarray[Any, np.dtype[Any]]:
    found = np.concatenate([one.record() for one in calibrated_sample()])
    found.flags.writeable = False
    return found


def set_of(given: Any, run: int) -> Declared:
    """Return the set by which a run is lived through: runs take the sets in turn."""
    sets = sets_of(given)
    return sets[run % len(sets)]


def _read(path: Path) -> Declared:
    try:
        numbers = tomllib.loads(path.read_text(encoding="utf-8")).get("parameters")
    except FileNotFoundError:
        known = "" if path.suffix else f"; {closest(str(path), [SAMPLE])}, or a TOML file"
        problem = f"= {path} is not there{known}"
        raise InputError(problem, ("parameters",)) from None
    except (OSError, ValueError) as error:
        raise InputError(f"= {path} cannot be read: {error}", ("parameters",)) from None
    if not isinstance(numbers, dict):
        raise InputError("has no table [parameters]", (path.name,))
    try:
        return parameters_of(numbers)
    except InputError as error:
        raise InputError(error.problem, error.path, path.name) from None
