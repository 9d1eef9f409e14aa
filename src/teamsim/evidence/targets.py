"""The published figures as they are written: read from ``targets.toml`` and checked."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pydantic

from teamsim.evidence.figures import FIGURES, Evidence
from teamsim.fields import Declared, closest

__all__ = ["Check", "Target", "guarded", "guards", "targets"]


class Check(Declared):
    """One number of a target, and the band in which the model's has to lie.

    Examples
    --------
    >>> Check(measure="r", by="correlation", of=["engagement", "quit_12"], low=-0.32, high=-0.15).holds(-0.2)
    True
    """

    measure: str = pydantic.Field(min_length=1)
    by: str
    """The function of `FIGURES` that measures it."""
    of: tuple[Any, ...] = ()
    low: float
    high: float

    @pydantic.model_validator(mode="after")
    def _known(self) -> Check:
        if self.by not in FIGURES:
            raise ValueError(f"is measured by {self.by!r}, which is not known; {closest(self.by, FIGURES)}")
        if not self.low < self.high:
            raise ValueError(f"has the band {self.low}..{self.high}")
        return self

    def value(self, found: Evidence) -> float:
        """Return the model's number."""
        return FIGURES[self.by](found, *self.of)

    def holds(self, value: float) -> bool:
        """Whether a number lies in the band; a missing one does not."""
        return not math.isnan(value) and self.low <= value <= self.high


class Target(Declared):
    """A published figure."""

    id: str = pydantic.Field(min_length=1)
    fact: str
    value: str
    checks: tuple[Check, ...] = pydantic.Field(min_length=1)
    how: str
    status: str
    source: str


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def targets() -> tuple[Target, ...]:
    """Return the published figures.

    Examples
    --------
    >>> len(targets()), targets()[0].id
    (17, 'quit-rate')
    """
    return tuple(Target(**one) for one in _read()["target"])


@cache
def guarded() -> tuple[Target, ...]:
    """Return what is measured besides the published figures, and never fitted."""
    return tuple(Target(**one) for one in _read()["guarded"])


def guards() -> dict[str, str]:
    """Return inputs, and limits that no effect should break."""
    return dict(_read()["guards"])
