"""The numbers inside the rules, each with range, unit, meaning and source, from ``parameters.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic

from teamsim.fields import Declared, InputError, quantity

__all__ = ["Parameters", "parameters_of"]


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
    if isinstance(changes, str | Path):
        return _read(Path(changes))
    if changes is not None and not (isinstance(changes, Mapping) and all(isinstance(name, str) for name in changes)):
        raise InputError(f"= {changes!r} is not a mapping from name to number, nor a file with one", ("parameters",))
    return Parameters(**dict(changes or {}))


def _read(path: Path) -> Declared:
    try:
        numbers = tomllib.loads(path.read_text(encoding="utf-8")).get("parameters")
    except FileNotFoundError:
        raise InputError(f"= {path} is not there", ("parameters",)) from None
    except (OSError, ValueError) as error:
        raise InputError(f"= {path} cannot be read: {error}", ("parameters",)) from None
    if not isinstance(numbers, dict):
        raise InputError("has no table [parameters]", (path.name,))
    try:
        return parameters_of(numbers)
    except InputError as error:
        raise InputError(error.problem, error.path, path.name) from None
