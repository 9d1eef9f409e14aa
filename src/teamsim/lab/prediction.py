"""Predict first: say what you expect and how sure you are; what came is shown only then."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from types import MappingProxyType
from typing import Any

import traitlets

from teamsim.fields import InputError
from teamsim.lab.asking import AskingWidget
from teamsim.lab.expectation import KINDS, SURE, Question
from teamsim.results import GROUPS, Futures, Run
from teamsim.words import room, say

__all__ = ["Prediction"]

Callback = Callable[[dict[str, Any]], object]


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
        kind: str = KINDS[0],
        group: str = GROUPS[0],
        weeks: int = 104,
        against: Futures | None = None,
        **traits: Any,
    ) -> None:
        self._asked = Question(measure, kind, group, weeks, against)
        self._told: list[Callback] = []
        self._result: Run | Futures | None = None
        super().__init__(question=self._asked.in_words(), **traits)

    def on_lock(self, callback: Callback) -> None:
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
        asked = self._asked
        answer = {
            "measure": asked.measure.name,
            "group": asked.group,
            "kind": asked.kind,
            "weeks": asked.weeks,
            "at": asked.at if asked.kind == "sketch" else [],
            "value": asked.checked(value),
            "sure": sure,
        }
        with self.hold_sync():
            self.answer, self.locked = answer, True
            self._reveal()
        for callback in self._told:
            callback(deepcopy(answer))

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
        self._asked.by_week(result)  # refused now, not when the answer is submitted
        self._result = result
        with self.hold_sync():
            self.waiting = not self.locked
            self._reveal()

    def _reveal(self) -> None:
        if self._result is not None and self.locked:
            self.came, self.waiting = self._asked.came(self.answer, self._result), False

    def __repr__(self) -> str:
        return str(self.question.get("text", ""))
