"""What is published, as it is written: figures in ``targets.toml``, bounds of effects in ``effects.toml``; checked."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pydantic

from teamsim.evidence.figures import Evidence
from teamsim.evidence.sizes import FIGURES
from teamsim.fields import Declared, closest

__all__ = ["Check", "Target", "bounds", "guarded", "guards", "published", "targets"]


class Check(Declared):
    """One number of a target or a bound, and the band in which the model's has to lie.

    Examples
    --------
    >>> Check(measure="r", by="correlation", of=["engagement", "quit_12"], low=-0.32, high=-0.15).holds(-0.2)
    True
    """

    measure: str = pydantic.Field(min_length=1)
    by: str
    """The function of `FIGURES` that measures it."""
    of: tuple[Any, ...] = ()
    each: tuple[tuple[Any, ...], ...] = ()
    """What the function is given in turn, where the band is for several things alike."""
    low: float
    high: float

    @pydantic.model_validator(mode="after")
    def _known(self) -> Check:
        if self.by not in FIGURES:
            raise ValueError(f"is measured by {self.by!r}, which is not known; {closest(self.by, FIGURES)}")
        if not self.low < self.high:
            raise ValueError(f"has the band {self.low}..{self.high}")
        if self.of and self.each:
            raise ValueError("has both of and each; one of them says what is measured")
        return self

    def value(self, found: Evidence) -> float:
        """Return the model's number; of several, the one that lies furthest from the middle of the band."""
        values = [FIGURES[self.by](found, *of) for of in self.each or (self.of,)]
        return max(values, key=lambda value: math.inf if math.isnan(value) else abs(value - (self.low + self.high) / 2))

    def holds(self, value: float) -> bool:
        """Whether a number lies in the band; a missing one does not."""
        return not math.isnan(value) and self.low <= value <= self.high


class Target(Declared):
    """A published figure; or a bound, which says how large an effect may be rather than what to come to.

    Attributes
    ----------
    value : str
        What was published; of a bound, nothing: its bands say so.
    must : bool
        Whether it may not be traded against others.
    """

    id: str = pydantic.Field(min_length=1)
    fact: str
    value: str = ""
    must: bool = False
    checks: tuple[Check, ...] = pydantic.Field(min_length=1)
    how: str
    status: str
    source: str

    @property
    def kind(self) -> str:
        """``"target"`` or ``"bound"``."""
        return "target" if self.value else "bound"

    @property
    def said(self) -> str:
        """What was published, or the bands that were made of it."""
        return self.value or "; ".join(f"{check.low:g} to {check.high:g}" for check in self.checks)


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def targets() -> tuple[Target, ...]:
    """Return the published figures.

    Examples
    --------
    >>> len(targets()), targets()[0].id
    (16, 'quit-rate')
    """
    return tuple(Target(**one) for one in _read("targets")["target"])


@cache
def bounds() -> tuple[Target, ...]:
    """Return how large effects may be.

    Examples
    --------
    >>> len(bounds()), [bound.id for bound in bounds() if bound.must]
    (12, ['practices', 'boss', 'team-engagement', 'one-lever'])
    """
    return tuple(Target(**one) for one in _read("effects")["bound"])


def published() -> tuple[Target, ...]:
    """Return targets and bounds: all that the model is held against, and that a search is told."""
    return targets() + bounds()


@cache
def guarded() -> tuple[Target, ...]:
    """Return what is measured besides the published figures, and never fitted."""
    return tuple(Target(**one) for one in _read("targets")["guarded"])


def guards() -> dict[str, str]:
    """Return inputs, and limits that no effect should break."""
    return dict(_read("targets")["guards"])
