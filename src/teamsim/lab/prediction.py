"""Predict first: say what you expect and how sure you are; what came is shown only then."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import traitlets

from teamsim.fields import InputError, Quantity, closest
from teamsim.lab.asking import AskingWidget
from teamsim.people import Measures
from teamsim.results import GROUPS, Futures, Run
from teamsim.words import label, meaning, room, say, unit

__all__ = ["Prediction"]

KINDS = ("direction", "number", "sketch")
DIRECTIONS = ("down", "same", "up")
POINTS = 5
QUARTER = 13
SAME = 0.05
"""What share of the scale is about the same."""
SURE = (50, 100)
COUNTED = {"exits", "hires", "offers"}
"""Units of what is so rare that it is added up over the weeks."""
HEADROOM = 1.5
"""How far a scale taken from futures reaches beyond them, so that it does not give the answer away."""


class Prediction(AskingWidget, page="prediction"):
    """A question before a run: a direction, a number or a sketch over time, and how sure one is.

    Once submitted it stands. What came is shown after that, however early `show` is called.

    Parameters
    ----------
    measure : str
        What is asked about, one of ``Measures.quantities()``.
    kind : {"direction", "number", "sketch"}
        How it is answered.
    group : str
        Of whom: the organisation or one of its thirds.
    weeks : int
        The horizon.
    against : Futures, optional
        Where to take the scale from, for a measure whose range has no end.

    Attributes
    ----------
    locked : bool
        Whether it has been submitted.
    answer : dict
        What was submitted, as plain data: ``measure``, ``group``, ``kind``, ``weeks``, ``at`` (weeks of the points of a
        sketch), ``value`` (a direction, a number, or a list of numbers) and ``sure`` (50..100 %); empty before.
    came : dict
        What came, as the page draws it; empty before it is locked.

    Raises
    ------
    InputError
        If measure, kind or group is not known, or a scale cannot be had.

    Examples
    --------
    >>> import teamsim as ts
    >>> expected = ts.lab.Prediction("engagement", "direction")
    >>> expected.lock("up", sure=80)
    >>> expected.answer["value"], expected.locked
    ('up', True)
    >>> expected.show(ts.futures(ts.Scenario.load("managing-stars"), "hands-off", runs=50))
    >>> expected.came["sentence"]
    'You expected: Up, 80 % sure. It went up in ... of 50 futures, stayed about the same in ..., and went down in ...'
    """

    sentences = room("predict")
    answers = MappingProxyType({"lock": "lock"})

    question = traitlets.Dict().tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    came = traitlets.Dict().tag(sync=True)
    waiting = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        measure: str = "engagement",
        kind: str = "direction",
        group: str = GROUPS[0],
        weeks: int = 104,
        against: Futures | None = None,
        **traits: Any,
    ) -> None:
        quantities = Measures.quantities()
        for name, given, known in (
            ("measure", measure, quantities),
            ("kind", kind, KINDS),
            ("group", group, GROUPS),
        ):
            if given not in known:
                raise InputError(f"= {given!r} is not known; {closest(str(given), known)}", (name,))
        if isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 2:
            raise InputError(f"= {weeks!r} is not a whole number from 2", ("weeks",))
        if against is not None and not isinstance(against, Futures):
            raise InputError(f"= {against!r} are no Futures; ts.futures returns them", ("against",))
        self.measure, self.kind, self.group, self.weeks = quantities[measure], kind, group, weeks
        self._counted = self.measure.unit in COUNTED
        self._scale = self._find_scale(against)
        self._told: list[Callable[[dict[str, Any]], object]] = []
        self._result: Run | Futures | None = None
        super().__init__(question=self._question(), **traits)

    def on_lock(self, callback: Callable[[dict[str, Any]], object]) -> None:
        """Have a function called with the answer once it is submitted.

        Parameters
        ----------
        callback : callable
            Takes the answer.
        """
        self._told.append(callback)

    def lock(self, value: str | float | list[float] | None, sure: int = SURE[0]) -> None:
        """Submit an answer; it cannot be changed afterwards.

        Parameters
        ----------
        value : str, float or list of float
            A direction (``"up"``, ``"same"``, ``"down"``), a number, or five of them.
        sure : int
            How sure, in per cent from 50 to 100.

        Raises
        ------
        InputError
            If it has been submitted already, or is no answer to this question.
        """
        if self.locked:
            raise InputError(say("predict.closed"))
        if value is None:
            raise InputError(say("predict.choose_first"))
        if isinstance(sure, bool) or not isinstance(sure, int) or not SURE[0] <= sure <= SURE[1]:
            raise InputError(say("predict.bad_answer"))
        answer = {
            "measure": self.measure.name,
            "group": self.group,
            "kind": self.kind,
            "weeks": self.weeks,
            "at": self.at if self.kind == "sketch" else [],
            "value": self._checked(value),
            "sure": sure,
        }
        with self.hold_sync():
            self.answer, self.locked = answer, True
            self._reveal()
        for callback in self._told:
            callback(dict(answer))

    def show(self, result: Run | Futures) -> None:
        """Hold the prediction against what came; before it is submitted, what came is kept back.

        Parameters
        ----------
        result : Run or Futures
            What came, of at least as many weeks.

        Raises
        ------
        InputError
            If it is something else, or shorter than what was asked about.
        """
        if not isinstance(result, Run | Futures):
            raise InputError(f"= {result!r} is neither a Run nor Futures", ("result",))
        if result.scenario.weeks < self.weeks:
            raise InputError(f"has {result.scenario.weeks} weeks; asked about were {self.weeks}", ("result",))
        self._result = result
        with self.hold_sync():
            self.waiting = not self.locked
            self._reveal()

    @property
    def at(self) -> list[int]:
        """The weeks of a sketch's points."""
        return [round(week) for week in np.linspace(0, self.weeks - 1, POINTS)]

    # --- the question ------------------------------------------------------------------------------

    def _find_scale(self, against: Futures | None) -> tuple[float, float] | None:
        """From where to where answers go; None where none is needed."""
        low, high = self.measure.low, self.measure.high
        if math.isfinite(low) and math.isfinite(high):
            return low, high
        if against is not None:
            table = series(against, self.measure, self.group)[: self.weeks]
            return wide(low, float(table.min()), float(table.max()))
        if self.kind == "direction":
            return None
        raise InputError(
            f"is missing: {self.measure.name!r} has no end; give futures of another style to take a scale from",
            ("against",),
        )

    @property
    def _band(self) -> float:
        """What counts as about the same: a share of the scale, or of the first quarter where there is none."""
        return SAME * (self._scale[1] - self._scale[0]) if self._scale else SAME

    def _question(self) -> dict[str, Any]:
        kind = "" if self.kind == "direction" or not self._counted else "_counted"
        asked = {
            "measure": label(Measures, self.measure.name),
            "group": say(f"predict.groups.{self.group}"),
            "weeks": self.weeks,
        }
        band = self._number(self._band) if self._scale else f"{100 * SAME:.0f} %"
        read = say("predict.direction_read", weeks=self.weeks, band=band) if self.kind == "direction" else ""
        low, high = self._scale or (0.0, 1.0)
        return {
            "kind": self.kind,
            "text": say(f"predict.{self.kind}{kind}", **asked),
            "meaning": meaning(Measures, self.measure.name),
            "read": read,
            "unit": self._unit,
            "weeks": self.weeks,
            "at": self.at,
            "low": low,
            "high": high,
            "step": step_of(low, high, whole=self._counted),
            "sure": list(SURE),
        }

    @property
    def _unit(self) -> str:
        return "" if self.measure.unit == "level" else unit(self.measure.unit)

    def _number(self, value: float) -> str:
        return f"{value:.3g} {self._unit}".strip() if abs(value) < 100 else f"{value:.0f} {self._unit}".strip()

    def _checked(self, value: Any) -> Any:
        low, high = self._scale or (0.0, 0.0)

        def number(given: Any) -> float:
            if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:
                raise InputError(say("predict.bad_answer"))
            return float(given)

        if self.kind == "number":
            return number(value)
        if self.kind == "sketch" and isinstance(value, list | tuple) and len(value) == POINTS:
            return [number(one) for one in value]
        if self.kind == "direction" and isinstance(value, str) and value in DIRECTIONS:
            return value
        raise InputError(say("predict.bad_answer"))

    # --- what came ---------------------------------------------------------------------------------

    def _reveal(self) -> None:
        """Draw what came, if it is there and the answer stands."""
        if self._result is None or not self.locked:
            return
        table = series(self._result, self.measure, self.group)[: self.weeks]
        one = isinstance(self._result, Run)
        low, high = self._scale or wide(self.measure.low, float(table.min()), float(table.max()))
        told = {"direction": self._tell_direction, "number": self._tell_number, "sketch": self._tell_sketch}
        self.waiting = False
        self.came = {
            "sentence": told[self.kind](table, one),
            "median": table[:, 1].tolist(),
            "lower": [] if one else table[:, 0].tolist(),
            "upper": [] if one else table[:, 2].tolist(),
            "low": low,
            "high": high,
            "first": float(self._ends(table[:, 1])[0]),
            "band": self._band if self._scale else self._band * abs(float(self._ends(table[:, 1])[0])),
        }

    def _ends(self, line: np.ndarray[Any, Any]) -> tuple[Any, Any]:
        """The mean of the first and of the last quarter, along the last axis."""
        quarter = min(QUARTER, self.weeks // 2)
        weekly = np.diff(line, axis=-1, prepend=0.0) if self._counted else line
        return weekly[..., :quarter].mean(axis=-1), weekly[..., -quarter:].mean(axis=-1)

    def _direction(self, first: Any, last: Any) -> Any:
        """-1, 0 or 1: down, about the same, up."""
        band = self._band if self._scale else self._band * np.abs(first)
        return np.where(np.abs(last - first) <= band, 0, np.sign(last - first)).astype(int)

    def _tell_direction(self, table: np.ndarray[Any, Any], one: bool) -> str:
        asked = {"answer": say(f"predict.{self.answer['value']}"), "sure": self.answer["sure"]}
        assert self._result is not None
        rows = self._result._raw.get("measures")
        if not one and rows is not None:
            lines = rows[self.measure.name][:, : self.weeks, GROUPS.index(self.group)]
            lines = lines.cumsum(axis=1) if self._counted else lines
            found = self._direction(*self._ends(lines))
            counts = {name: int((found == sign).sum()) for name, sign in zip(DIRECTIONS, (-1, 0, 1), strict=True)}
            return say("predict.told_direction", n=len(found), **asked, **counts)
        first, last = self._ends(table[:, 1])
        came = say(f"predict.{DIRECTIONS[int(self._direction(first, last)) + 1]}")
        ends = {"first": self._number(float(first)), "last": self._number(float(last))}
        return say(f"predict.told_direction_{'one' if one else 'median'}", came=came, **asked, **ends)

    def _tell_number(self, table: np.ndarray[Any, Any], one: bool) -> str:
        value, (low, median, high) = self.answer["value"], table[-1]
        where = "below" if value < low else "above" if value > high else "inside"
        return say(
            f"predict.told_number{'_one' if one else ''}",
            answer=self._number(value),
            sure=self.answer["sure"],
            median=self._number(float(median)),
            off=self._number(abs(value - float(median))),
            low=self._number(float(low)),
            high=self._number(float(high)),
            where=say(f"predict.{where}"),
        )

    def _tell_sketch(self, table: np.ndarray[Any, Any], one: bool) -> str:
        weeks = np.arange(self.weeks)
        drawn = np.interp(weeks, self.at, self.answer["value"])
        points = np.asarray(self.answer["value"])
        inside = (points >= table[self.at, 0]) & (points <= table[self.at, 2])
        return say(
            f"predict.told_sketch{'_one' if one else ''}",
            sure=self.answer["sure"],
            off=self._number(float(np.abs(drawn - table[:, 1]).mean())),
            inside=int(inside.sum()),
            points=POINTS,
        )


def series(result: Run | Futures, measure: Quantity, group: str) -> np.ndarray[Any, Any]:
    """Return a measure week by week: 10 %, median and 90 % over the futures, or one history three times.

    What is counted is added up, in every run before quantiles are taken.
    """
    counted = measure.unit in COUNTED
    if isinstance(result, Run):
        line = result.weeks.loc[result.weeks["group"] == group, measure.name].to_numpy()
        return np.column_stack([line.cumsum() if counted else line] * 3)
    rows = result._raw.get("measures")
    if rows is not None and counted:
        lines = rows[measure.name][:, :, GROUPS.index(group)].cumsum(axis=1)
        return np.asarray(np.quantile(lines, [0.1, 0.5, 0.9], axis=0)).T
    if counted:
        raise InputError(f"{measure.name!r} cannot be added up in saved futures; run them again", ("result",))
    table = result.weeks_of(measure.name)
    return np.asarray(table.loc[table["group"] == group, ["q10", "median", "q90"]])


def wide(declared_low: float, low: float, high: float) -> tuple[float, float]:
    """Return round ends of a scale with room above, and below where there is no end.

    Examples
    --------
    >>> wide(0.0, 3.0, 11.0)
    (0.0, 20.0)
    """
    room_above = (HEADROOM - 1.0) * (max(high - low, abs(high)) or 1.0)
    start = declared_low if math.isfinite(declared_low) else low - room_above
    end = high + room_above
    size = 10.0 ** math.floor(math.log10(end - start)) / 2
    if not math.isfinite(declared_low):
        start = math.floor(start / size) * size
    return start, math.ceil(end / size) * size


def step_of(low: float, high: float, whole: bool) -> float:
    """Return the step of a range input: about a hundredth of the scale, or 1 for what is counted."""
    return 1.0 if whole else 10.0 ** math.floor(math.log10((high - low) / 50))
