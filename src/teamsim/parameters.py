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


def parameters_of(changes: Declared | Mapping[str, float] | None) -> Declared:
    """Return the parameters with some of them changed.

    Raises
    ------
    InputError
        If a name is not known or a value is out of its range.

    Examples
    --------
    >>> parameters_of({"recognition_gain": 0}).recognition_gain
    0.0
    """
    if isinstance(changes, Parameters):
        return changes
    if changes is not None and not (isinstance(changes, Mapping) and all(isinstance(name, str) for name in changes)):
        raise InputError(f"= {changes!r} is not a mapping from name to number", ("parameters",))
    return Parameters(**dict(changes or {}))
