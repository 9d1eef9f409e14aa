"""A question about what will come, and how far off an answer to it was; nothing here is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from teamsim.fields import InputError, closest
from teamsim.people import OF_TEAMS, Measures
from teamsim.results import GROUPS, Futures, Run
from teamsim.statistics.levels import quantiles
from teamsim.statistics.predictions import directions, sketch_off
from teamsim.statistics.sums import means
from teamsim.statistics.weeks import running_sums
from teamsim.words import label, meaning, number, say, unit

__all__ = ["DIRECTIONS", "KINDS", "SURE", "Question"]

KINDS = ("direction", "number", "sketch")
DIRECTIONS = ("down", "same", "up")
SURE = (50, 100)
POINTS = 5
QUARTER = 13
SAME = 0.05
"""What share of the scale is about the same."""
COUNTED = {"exits", "hires", "offers", "talks"}
"""Units of what is so rare that it is added up over the weeks."""
HEADROOM = 1.5
"""How far a scale taken from futures reaches beyond them, so that it does not give the answer away."""
BETWEEN = (0.1, 0.5, 0.9)

Lines = np.ndarray[Any, np.dtype[np.float64]]


class Question:
    """What is asked: a direction, a number or a sketch of one measure.

    Parameters
    ----------
    measure : str
        One of ``Measures.quantities()``.
    kind : {"direction", "number", "sketch"}
        How it is answered.
    group : str
        Of whom: the organisation or one of its thirds.
    weeks : int
        The horizon.
    against : Futures, optional
        Where to take the scale from, for a measure whose range has no end.

    Raises
    ------
    InputError
        If measure, kind or group is not known, or a scale cannot be had.

    Examples
    --------
    >>> Question("engagement", "sketch").at
    [0, 26, 52, 77, 103]
    """

    def __init__(
        self,
        measure: str,
        kind: str = KINDS[0],
        group: str = GROUPS[0],
        weeks: int = 104,
        against: Futures | None = None,
    ) -> None:
        quantities = Measures.quantities()
        for name, given, known in (("measure", measure, quantities), ("kind", kind, KINDS), ("group", group, GROUPS)):
            if given not in known:
                raise InputError(f"= {given!r} is not known; {closest(str(given), known)}", (name,))
        if measure in OF_TEAMS and group != GROUPS[0]:
            raise InputError(f"= {group!r}: {measure!r} is measured of the organisation only", ("group",))
        if isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 2:
            raise InputError(f"= {weeks!r} is not a whole number from 2", ("weeks",))
        if against is not None and not isinstance(against, Futures):
            raise InputError(f"= {against!r} are no Futures; ts.futures returns them", ("against",))
        self.measure, self.kind, self.group, self.weeks = quantities[measure], kind, group, weeks
        self.counted = self.measure.unit in COUNTED
        self.quarter = min(QUARTER, weeks // 2)
        self.scale = self._scale(against)

    @cached_property
    def at(self) -> list[int]:
        """The weeks of a sketch's points."""
        return [round(week) for week in np.linspace(0, self.weeks - 1, POINTS)]

    def _scale(self, against: Futures | None) -> tuple[float, float] | None:
        """Return from where to where answers go; None where none is needed."""
        low, high = self.measure.low, self.measure.high
        if math.isfinite(low) and math.isfinite(high):
            return low, high
        if self.kind == "direction":
            return None
        if against is None:
            problem = f"is missing: {self.measure.name!r} has no end; give futures from which to take a scale"
            raise InputError(problem, ("against",))
        table = self.by_week(against)
        return wide(low, float(table.min()), float(table.max()))

    def band(self, first: Any) -> Any:
        """Return what counts as about the same: a share of the scale, or of the first quarter where there is none."""
        return SAME * (self.scale[1] - self.scale[0]) if self.scale else SAME * np.abs(first)

    def in_words(self) -> dict[str, Any]:
        """Return the question as a page needs it."""
        counted = "_counted" if self.counted and self.kind != "direction" else ""
        name, whose = label(Measures, self.measure.name), say(f"predict.groups.{self.group}")
        band = self.told(self.band(0.0)) if self.scale else f"{100 * SAME:.0f} %"
        low, high = self.scale or (0.0, 1.0)
        return {
            "kind": self.kind,
            "text": say(f"predict.{self.kind}{counted}", measure=name, group=whose, weeks=self.weeks),
            "meaning": meaning(Measures, self.measure.name),
            "read": say("predict.direction_read", weeks=self.weeks, quarter=self.quarter, band=band)
            if self.kind == "direction"
            else "",
            "unit": self.unit,
            "weeks": self.weeks,
            "at": self.at,
            "low": low,
            "high": high,
            "step": 1.0 if self.counted else 10.0 ** math.floor(math.log10((high - low) / 50)),
            "sure": list(SURE),
        }

    def checked(self, value: Any) -> Any:
        """Return an answer as plain data.

        Raises
        ------
        InputError
            If it is no answer to this question.
        """
        low, high = self.scale or (0.0, 0.0)

        def within(given: Any) -> float:
            if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:
                raise InputError(say("predict.bad_answer"))
            return float(given)

        if self.kind == "number":
            return within(value)
        if self.kind == "sketch" and isinstance(value, list | tuple) and len(value) == POINTS:
            return [within(one) for one in value]
        if self.kind == "direction" and isinstance(value, str) and value in DIRECTIONS:
            return value
        raise InputError(say("predict.bad_answer"))

    # --- what came ---------------------------------------------------------------------------------

    def by_week(self, result: Run | Futures) -> Lines:
        """Return 10 %, median and 90 % over the futures by week, or one history three times.

        What is counted is added up in every future, before quantiles are taken.

        Raises
        ------
        InputError
            If it has too few weeks, or was saved without what is needed.
        """
        if result.scenario.weeks < self.weeks:
            raise InputError(f"has {result.scenario.weeks} weeks; asked about were {self.weeks}", ("result",))
        if isinstance(result, Run):
            line = result.weeks.loc[result.weeks["group"] == self.group, self.measure.name].to_numpy()
            return np.column_stack([self._added_up(line[: self.weeks])] * len(BETWEEN))
        if not self.counted:
            table = result.weeks_of(self.measure.name)
            return np.asarray(table.loc[table["group"] == self.group, ["q10", "median", "q90"]])[: self.weeks]
        lines = self.lines(result)
        if lines is None:
            raise InputError(f"{self.measure.name!r} cannot be added up in saved futures; run them again", ("result",))
        return quantiles(lines, BETWEEN).T

    def lines(self, futures: Futures) -> Lines | None:
        """Return every future by week; None where they were saved, which keeps quantiles only."""
        rows = futures._raw.get("measures")
        if rows is None:
            return None
        return self._added_up(rows[self.measure.name][:, : self.weeks, GROUPS.index(self.group)])

    def _added_up(self, lines: Lines) -> Lines:
        """Add up what is counted: over all weeks so far, or over a quarter where quarters are compared."""
        if not self.counted:
            return lines
        return running_sums(lines.T, self.quarter if self.kind == "direction" else None).T

    def ends(self, lines: Lines) -> tuple[Any, Any]:
        """Return what the first and the last quarter came to, along the last axis."""
        if self.counted:
            return lines[..., self.quarter - 1], lines[..., -1]
        return means(lines.T[: self.quarter]), means(lines.T[-self.quarter :])

    def directions(self, lines: Lines) -> dict[str, int]:
        """Return how many lines go down, stay about the same, and go up."""
        counts = directions(*self.ends(lines), self.band(0.0), SAME)[1]
        return dict(zip(DIRECTIONS, counts.tolist(), strict=True))

    def came(self, answer: Mapping[str, Any], result: Run | Futures) -> dict[str, Any]:
        """Return what came as a page draws it, with a sentence on how far off the answer was."""
        table = self.by_week(result)
        one = isinstance(result, Run)
        low, high = wide(self.measure.low, float(table.min()), float(table.max()))
        if self.scale:
            low, high = min(self.scale[0], float(table.min())), max(self.scale[1], float(table.max()))
        first = self.ends(table[:, 1])[0]
        tell = {"direction": self._told_direction, "number": self._told_number, "sketch": self._told_sketch}
        return {
            "sentence": tell[self.kind](answer, table, result),
            "median": table[:, 1].tolist(),
            "lower": [] if one else table[:, 0].tolist(),
            "upper": [] if one else table[:, 2].tolist(),
            "low": low,
            "high": high,
            "quarter": self.quarter,
            "first": float(first),
            "band": float(self.band(first)),
        }

    def _told_direction(self, answer: Mapping[str, Any], table: Lines, result: Run | Futures) -> str:
        asked = {"answer": say(f"predict.{answer['value']}"), "sure": answer["sure"]}
        lines = self.lines(result) if isinstance(result, Futures) else None
        if lines is not None:
            return say("predict.told_direction", n=len(lines), **asked, **self.directions(lines))
        first, last = (self.told(float(end)) for end in self.ends(table[:, 1]))
        [way] = (way for way, count in self.directions(table[:, 1]).items() if count)
        came = say(f"predict.{way}")
        which = "one" if isinstance(result, Run) else "median"
        return say(f"predict.told_direction_{which}", came=came, first=first, last=last, **asked)

    def _told_number(self, answer: Mapping[str, Any], table: Lines, result: Run | Futures) -> str:
        value, (low, median, high) = answer["value"], table[-1].tolist()
        where = "below" if value < low else "above" if value > high else "inside"
        return say(
            "predict.told_number_one" if isinstance(result, Run) else "predict.told_number",
            answer=self.told(value),
            sure=answer["sure"],
            median=self.told(median),
            off=self.told(abs(value - median)),
            low=self.told(low, bare=True),
            high=self.told(high),
            where=say(f"predict.{where}"),
        )

    def _told_sketch(self, answer: Mapping[str, Any], table: Lines, result: Run | Futures) -> str:
        off, inside = sketch_off(answer["value"], self.at, table)
        return say(
            "predict.told_sketch_one" if isinstance(result, Run) else "predict.told_sketch",
            sure=answer["sure"],
            off=self.told(off),
            inside=inside,
            points=POINTS,
        )

    @property
    def unit(self) -> str:
        """The unit in words; nothing for a level."""
        return "" if self.measure.unit == "level" else unit(self.measure.unit)

    def told(self, value: float, *, bare: bool = False) -> str:
        """Return a number as it is read, with its unit."""
        whole = abs(value) >= 100 or (self.counted and self.kind == "number")
        text = number(value, ".0f" if whole else ".3g")
        return text if bare else f"{text} {self.unit}".strip()


def wide(declared_low: float, low: float, high: float) -> tuple[float, float]:
    """Return round ends of a scale with room above, and below where there is no end.

    Examples
    --------
    >>> wide(0.0, 3.0, 11.0)
    (0.0, 20.0)
    """
    room = (HEADROOM - 1.0) * (max(high - low, abs(high)) or 1.0)
    start = declared_low if math.isfinite(declared_low) else low - room
    size = 10.0 ** math.floor(math.log10(high + room - start)) / 2
    if not math.isfinite(declared_low):
        start = math.floor(start / size) * size
    return start, math.ceil((high + room) / size) * size
