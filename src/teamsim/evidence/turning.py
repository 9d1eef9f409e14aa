"""Turning a few knobs until the model's survival over tenure is near a table's.

Four knobs, no more, for a table of tenures tells no more. How often people leave is the `pace` of both roads: offers
come so many times as often, and the odds of leaving without one rise alike, so that what leading does on the log-odds
of leaving stays as it was. The shape over tenure is the honeymoon's worth and length, and what roots are worth. What a
table does not tell stays where it was: each knob is drawn to its old value, weakly.

The search is scipy's least squares within bounds (Branch, Coleman & Li 1999): a sum of squares of a few dozen misses,
nearly linear in the knobs, is to be made small, and every look at the firms costs a second. A search that sees slopes
needs tens of looks where one that only sees heights needs hundreds. Firms and luck are the same at every look.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from teamsim.engine import Progress
from teamsim.evidence.survival import Firms, Points, log_hazard
from teamsim.fields import Declared
from teamsim.hr_privacy import Numbers
from teamsim.parameters import Parameters

__all__ = ["KNOBS", "PACE", "PACES", "TURNS", "WEEKS", "Found", "Knob", "Search", "distance", "largest_gap"]

Look = Callable[[Numbers], Numbers]
TURNS = 8
"""Steps of a search: each costs one look at the firms for the step and one for every knob's slope."""
NEARLY = 0.01
BETWEEN_PACES, PACES = 0.25, 10
"""How far apart, as logarithms, the paces are that groups are read between, and how many are usually looked at."""


@dataclass(frozen=True)
class Knob:
    """What is turned, on a scale on which a step means the same everywhere.

    Attributes
    ----------
    name, meaning : str
        What it is.
    logarithmic : bool
        Whether it is turned by factors.
    spread : float
        How weakly it is drawn to its old value: a standard deviation.
    step : float
        How far it is turned to see the slope: far enough to be seen through luck.
    """

    name: str
    meaning: str
    logarithmic: bool
    spread: float
    step: float

    def shown(self, turned: float) -> float:
        """The value where the knob is turned so far."""
        return math.exp(turned) if self.logarithmic else turned

    def turned(self, shown: float) -> float:
        """How far the knob is turned for this value."""
        return math.log(max(shown, 1e-6)) if self.logarithmic else shown


KNOBS = (
    Knob("pace", "Times as often as before that somebody leaves, all else equal.", True, 2.0, 0.3),
    Knob("honeymoon_gain", Parameters.quantities()["honeymoon_gain"].meaning, False, 1.5, 0.6),
    Knob("honeymoon_weeks", Parameters.quantities()["honeymoon_weeks"].meaning, True, 1.0, 0.4),
    Knob("ties_gain", Parameters.quantities()["ties_gain"].meaning, False, 1.5, 0.6),
)
PACE, WEEKS = 0, 2


@dataclass(frozen=True)
class Found:
    """Where a search ended, how uncertain that is, what is left of the distance, and the model's survival there."""

    place: Numbers
    error: Numbers
    cost: float
    survival: Numbers


class Search:
    """Looks at the firms under turned knobs, each place once."""

    def __init__(
        self, firms: Firms, start: Declared, last: int, foreseen: int, threads: int | None,
        progress: Progress | None, cancel: threading.Event | None,
    ) -> None:  # fmt: skip
        self.firms, self.start, self.months, self.foreseen = firms, start, range(last + 1), foreseen
        self.threads, self.progress, self.cancel = threads, progress, cancel
        self.seen: dict[bytes, Numbers] = {}
        value, known = start.model_dump(), Parameters.quantities()
        # Rates stay under one a week, odds within what is declared.
        pace = (
            known["push_start"].low - value["push_start"],
            min(math.log(known["offer_rate"].high / max(value["offer_rate"], 1e-6)), -value["push_start"]),
        )
        ranges = [pace] + [(k.turned(known[k.name].low), k.turned(known[k.name].high)) for k in KNOBS[1:]]
        self.low, self.high = np.array(ranges).T
        self.begun = np.array([0.0] + [knob.turned(value[knob.name]) for knob in KNOBS[1:]])

    @property
    def looks(self) -> int:
        """How often the firms were lived through."""
        return len(self.seen)

    def parameters(self, place: Numbers) -> Declared:
        """The parameters where the knobs are turned so far."""
        value = self.start.model_dump()
        turned = {knob.name: knob.shown(float(x)) for knob, x in zip(KNOBS, place, strict=True)}
        pace = turned.pop("pace")
        roads = {"offer_rate": value["offer_rate"] * pace, "push_start": value["push_start"] + math.log(pace)}
        known = Parameters.quantities()
        kept = {name: min(max(x, known[name].low), known[name].high) for name, x in (roads | turned).items()}
        return self.start.replace(**kept)

    def survival(self, place: Numbers) -> Numbers:
        """The share still there, month by month."""
        key = np.round(place, 9).tobytes()
        if key not in self.seen:
            if self.cancel is not None and self.cancel.is_set():
                raise CancelledError(f"cancelled after {self.looks} looks")
            self.seen[key] = self.firms.survival(self.parameters(place), self.months, self.threads)
            if self.progress is not None:
                self.progress(min(self.looks, self.foreseen), self.foreseen)
        return self.seen[key]

    def among_paces(self, place: Numbers) -> Numbers:
        """The same between two paces that were looked at: many groups are served by a few looks."""
        share = place[PACE] / BETWEEN_PACES
        below, above = place.copy(), place.copy()
        below[PACE], above[PACE] = math.floor(share) * BETWEEN_PACES, (math.floor(share) + 1) * BETWEEN_PACES
        share -= math.floor(share)
        mixed: Numbers = self.survival(below) ** (1.0 - share) * self.survival(above) ** share
        return mixed

    def finish(self) -> None:
        """Fewer looks than foreseen may have done."""
        if self.progress is not None:
            self.progress(self.foreseen, self.foreseen)

    def fit(self, points: Points, begin: Numbers, turned: Sequence[int], look: Look | None = None) -> Found:
        """Turn some knobs from a place until the model is nearest."""
        look = look or self.survival
        free = list(turned)
        spread, step = np.array([[KNOBS[n].spread, KNOBS[n].step] for n in free]).T
        old, high = self.begun[free], self.high[free]

        def full(x: Numbers) -> Numbers:
            place = begin.copy()
            place[free] = x
            return place

        def off(x: Numbers) -> Numbers:
            return np.append(misses(points, look(full(x))), (x - old) / spread)

        def slopes(x: Numbers) -> Numbers:
            steps = np.where(x + step <= high, step, -step)
            columns = [(off(x + move) - off(x)) / move.sum() for move in np.diag(steps)]
            return np.column_stack(columns)

        ended = least_squares(
            off, np.clip(begin[free], self.low[free], high), slopes, bounds=(self.low[free], high),
            xtol=NEARLY, ftol=NEARLY, gtol=NEARLY, max_nfev=TURNS,
        )  # fmt: skip
        slope = ended.jac[: len(points.months)]
        drawn = np.diag(spread**-2.0)
        bread = np.linalg.inv(slope.T @ slope + drawn)
        errors = bread @ (slope.T @ points.correlation @ slope + drawn) @ bread
        return Found(full(ended.x), np.sqrt(np.diag(errors)), float(ended.cost), look(full(ended.x)))


def misses(points: Points, survival: Numbers) -> Numbers:
    """How far the model is from each point, in the table's standard errors."""
    edge = 0.5 / points.rows
    share = np.clip(survival[points.months], edge, 1.0 - edge)
    return (log_hazard(share) - log_hazard(points.share)) / points.error


def distance(points: Points, survival: Numbers) -> float:
    """Root mean square of the misses."""
    return float(np.sqrt(np.mean(misses(points, survival) ** 2)))


def largest_gap(points: Points, survival: Numbers) -> float:
    """Largest difference of the share still there."""
    return float(np.abs(survival[points.months] - points.share).max())
