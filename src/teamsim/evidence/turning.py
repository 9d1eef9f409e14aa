"""Turning a few knobs until the model's hazard over tenure is near a table's.

Four knobs, no more, for a table of tenures tells no more. How often people leave is the `pace` of both roads: offers
come so many times as often, and the odds of leaving without one rise alike, so that what leading does on the log-odds
of leaving stays as it was. The shape over tenure is the honeymoon's worth and length, and what roots are worth. What a
table does not tell stays where it was: each knob is drawn to its old value, weakly.

The search is scipy's least squares within bounds (Branch, Coleman & Li 1999): a sum of squares of a dozen misses,
nearly linear in the knobs, is to be made small, and every look at the firms costs a second or two. A search that sees
slopes needs tens of looks where one that only sees heights needs hundreds. Firms and luck are the same at every look;
still one exit more or less changes what follows, so steps have to be long, and no tolerance finer than that roughness
would find more.
"""

from __future__ import annotations

import math
import threading
from concurrent.futures import CancelledError
from dataclasses import dataclass

import numpy as np
import scipy

from teamsim.engine import Progress
from teamsim.evidence.survival import TWO_SIDED, Firms, Points
from teamsim.fields import Declared
from teamsim.hr_privacy import Numbers
from teamsim.parameters import Parameters

__all__ = ["KNOBS", "PACE", "PACES", "TURNS", "Found", "Knob", "Search"]

TURNS = 8
"""Steps of a search: each costs one look at the firms for the step and one for every knob's slope."""
NEARLY = 0.01
PACES = np.linspace(-2.0, 2.0, 9)
"""Logarithms of the paces, against everybody's, between which groups are placed."""


@dataclass(frozen=True)
class Knob:
    """What is turned, on a scale on which a step means the same everywhere.

    Attributes
    ----------
    name : str
        The parameter, or ``"pace"``.
    logarithmic : bool
        Whether it is turned by factors.
    spread : float
        How weakly it is drawn to its old value: a standard deviation.
    step : float
        How far it is turned to see the slope: far enough to be seen through luck.
    """

    name: str
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
    Knob("pace", True, 2.0, 0.3),
    Knob("honeymoon_gain", False, 0.75, 0.6),
    Knob("honeymoon_weeks", True, 0.5, 0.4),
    Knob("ties_gain", False, 0.75, 0.6),
)
PACE = 0


@dataclass(frozen=True)
class Found:
    """Where a search ended, and how uncertain each knob is that was turned."""

    place: Numbers
    error: Numbers


class Search:
    """Looks at the firms under turned knobs, each place once."""

    def __init__(
        self, firms: Firms, start: Declared, last: int, foreseen: int, threads: int | None,
        progress: Progress | None, cancel: threading.Event | None,
    ) -> None:  # fmt: skip
        self.firms, self.start, self.months, self.foreseen = firms, start, range(last + 1), foreseen
        self.threads, self.progress, self.cancel = threads, progress, cancel
        self.seen: dict[bytes, Numbers] = {}
        self.value, self.known = start.model_dump(), Parameters.quantities()
        rate, odds = self.known["offer_rate"], self.known["push_start"]
        pace = (
            odds.low - self.value["push_start"],
            min(math.log(rate.high / max(self.value["offer_rate"], 1e-6)), odds.high - self.value["push_start"]),
        )
        ranges = ((knob, self.known[knob.name]) for knob in KNOBS[1:])
        shape = [(knob.turned(declared.low), knob.turned(declared.high)) for knob, declared in ranges]
        self.low, self.high = np.array([pace, *shape]).T
        self.begun = np.array([0.0] + [knob.turned(self.value[knob.name]) for knob in KNOBS[1:]])

    def parameters(self, place: Numbers) -> Declared:
        """The parameters where the knobs are turned so far."""
        turned = {knob.name: knob.shown(float(x)) for knob, x in zip(KNOBS, place, strict=True)}
        pace = turned.pop("pace")
        turned["offer_rate"] = self.value["offer_rate"] * pace
        turned["push_start"] = self.value["push_start"] + math.log(pace)
        within = {name: min(max(x, self.known[name].low), self.known[name].high) for name, x in turned.items()}
        return self.start.replace(**within)

    def survival(self, place: Numbers) -> Numbers:
        """The share still there, month by month."""
        key = np.round(place, 9).tobytes()
        if key not in self.seen:
            if self.cancel is not None and self.cancel.is_set():
                raise CancelledError(f"cancelled after {len(self.seen)} looks")
            self.seen[key] = self.firms.survival(self.parameters(place), self.months, self.threads)
            self._tell(len(self.seen))
        return self.seen[key]

    def fit(self, points: Points, knobs: int) -> Found:
        """Turn the first so many knobs until the model is nearest."""
        spread, step = np.array([[knob.spread, knob.step] for knob in KNOBS[:knobs]]).T
        low, high, old = self.low[:knobs], self.high[:knobs], self.begun[:knobs]

        def full(x: Numbers) -> Numbers:
            return np.concatenate([x, self.begun[knobs:]])

        def off(x: Numbers) -> Numbers:
            return np.append(points.misses(self.survival(full(x))), (x - old) / spread)

        def slopes(x: Numbers) -> Numbers:
            steps = np.where(x + step <= high, step, -step)
            return np.column_stack([(off(x + move) - off(x)) / move.sum() for move in np.diag(steps)])

        ended = scipy.optimize.least_squares(
            off, np.clip(old, low, high), slopes, bounds=(low, high),
            xtol=NEARLY, ftol=NEARLY, gtol=NEARLY, max_nfev=TURNS,
        )  # fmt: skip
        # Exits that come in bursts, at anniversaries say, tell less than their count (McCullagh & Nelder 1989, 4.5).
        left_over = np.sum(ended.fun[:-knobs] ** 2) / max(1, len(points.months) - knobs)
        error = np.sqrt(np.diag(np.linalg.inv(ended.jac.T @ ended.jac)) * max(1.0, left_over))
        return Found(full(ended.x), error)

    def paced(self, points: Points, place: Numbers) -> Numbers:
        """The pace at which as many leave as did, and the ends of its 95 % interval: three places, alike in shape."""
        paces = np.clip(place[PACE] + PACES, self.low[PACE], self.high[PACE])
        looked = np.tile(place, (len(paces), 1))
        looked[:, PACE] = paces
        expected = [points.expected(self.survival(one)).sum() for one in looked]
        left, places = points.exits.sum(), np.tile(place, (3, 1))
        either = np.log(left) + np.array([0.0, -TWO_SIDED, TWO_SIDED]) / math.sqrt(left)
        places[:, PACE] = np.interp(either, np.log(expected), paces)
        return places

    def finish(self) -> None:
        """Fewer looks than foreseen may have done."""
        self._tell(self.foreseen)

    def _tell(self, done: int) -> None:
        if self.progress is not None:
            self.progress(min(done, self.foreseen), self.foreseen)
