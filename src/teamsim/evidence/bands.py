"""How far figures lie outside their published bands: the loss of a search."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from teamsim.evidence.targets import published, targets
from teamsim.fields import InputError, closest

__all__ = ["Bands", "Numbers"]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

MARGIN = 0.3
"""Of a band's half width: how far inside it a search wants a figure, so that other firms do not push it out."""
FARTHEST = 10.0
"""Half widths at which a figure is as far off as can be, as one that is missing is."""
LEAST_ERROR = 1e-9
MUST = 3.0
"""How many times as much a bound counts that may not be traded against others: as three of the rest, so that no two of
these pay for it, and not so much more that a search sees nothing else while one of the four is far off."""
COUNTED = ("share of replicates", "share of levers")
"""Begin the names of figures that count replicates, or levers: all of them is best, and there is no room above."""


class Bands:
    """The bands of all checks of targets and bounds; some targets may be left out, bounds always count.

    Parameters
    ----------
    left_out : collection of str
        Targets that do not count.

    Examples
    --------
    >>> bands = Bands()
    >>> middle = (bands.low + bands.high) / 2.0
    >>> bands.loss(middle), bands.loss(middle + 10.0) > 1.0
    (0.0, True)
    """

    def __init__(self, left_out: Collection[str] = ()) -> None:
        if isinstance(left_out, str) or (unknown := set(left_out) - {target.id for target in targets()}):
            name = left_out if isinstance(left_out, str) else sorted(unknown)[0]
            known = [target.id for target in targets()]
            raise InputError(f"names {name!r} rather than targets; {closest(str(name), known)}", ("left_out",))
        checks = [(one.id, check) for one in published() for check in one.checks]
        names = [(target, check.measure) for target, check in checks]
        self.index = pd.MultiIndex.from_tuples(names, names=["target", "measure"])
        self.low = np.array([check.low for _, check in checks])
        self.high = np.array([check.high for _, check in checks])
        self.counted = np.array([check.by.startswith(COUNTED) for _, check in checks])
        self.counts = np.array([target not in left_out for target, _ in checks])
        self.of_bounds = np.array([one.kind == "bound" for one in published() for _ in one.checks])

    @property
    def half(self) -> Numbers:
        """Half widths."""
        half: Numbers = (self.high - self.low) / 2.0
        return half

    @cached_property
    def _targets(self) -> Numbers:
        """A column a target or bound that counts: its checks' shares in it."""
        names = self.index.get_level_values("target")[self.counts].unique()
        member = np.array([self.index.get_level_values("target") == name for name in names], dtype=float)
        shares: Numbers = (member / member.sum(axis=1, keepdims=True)).T
        return shares

    @cached_property
    def _weights(self) -> Numbers:
        """What each of these counts."""
        must = {one.id for one in published() if one.must}
        names = self.index.get_level_values("target")[self.counts].unique()
        return np.array([MUST if name in must else 1.0 for name in names])

    def scaled(self, values: Numbers) -> Numbers:
        """Return figures in half widths from the middle of their bands, none further than `FARTHEST`."""
        apart = (np.asarray(values) - (self.low + self.high) / 2.0) / self.half
        scaled: Numbers = np.clip(np.nan_to_num(apart, nan=FARTHEST), -FARTHEST, FARTHEST)
        return scaled

    def counting(self, replicates: int) -> Numbers:
        """Return the standard error of a share of replicates at the end of its band; of other figures, next to none."""
        share = np.clip(self.low, 0.0, 1.0)
        error: Numbers = np.where(self.counted, np.sqrt(share * (1.0 - share) / replicates), LEAST_ERROR)
        return error

    def outside(self, scaled: Numbers, margin: float = 0.0) -> Numbers:
        """Return by how many half widths scaled figures lie outside, or inside but within the margin."""
        edge = 1.0 - margin * ~self.counted
        beyond: Numbers = np.maximum(np.abs(scaled) - edge, 0.0)
        return beyond

    def room(self, scaled: Numbers) -> Numbers:
        """Return how many half widths scaled figures lie inside their bands; below 0, outside."""
        return np.where(self.counted, 1.0 + scaled, 1.0 - np.abs(scaled))

    def loss_of_scaled(self, scaled: Numbers) -> Numbers:
        """Return the loss, a set a row: targets and bounds add up, by what each counts.

        One that is far off anyway counts little more for it.
        """
        loss: Numbers = np.log1p(np.square(self.outside(scaled, MARGIN)) @ self._targets) @ self._weights
        return loss

    def loss(self, values: Numbers) -> float:
        """Return the loss of the figures of one set."""
        return float(self.loss_of_scaled(self.scaled(values)))

    def met(self, values: Numbers) -> int:
        """How many targets have all their checks inside."""
        names = self.index.get_level_values("target")
        outside = set(names[~self._inside(values) | ~self.counts])
        return len(set(names[~self.of_bounds]) - outside)

    def kept(self, values: Numbers) -> int:
        """How many checks of bounds are inside."""
        return int((self._inside(values) & self.of_bounds).sum())

    def _inside(self, values: Numbers) -> np.ndarray[Any, np.dtype[np.bool_]]:
        inside: np.ndarray[Any, np.dtype[np.bool_]] = (values >= self.low) & (values <= self.high)
        return inside
