"""What became of the class, as ranges: nobody's own decision can be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import traitlets

from teamsim.lab.asking import AskingWidget
from teamsim.lab.levers import decimals, step
from teamsim.lab.pictures import standing_in
from teamsim.people import Measures
from teamsim.style import Style, declaring
from teamsim.words import label, number, room, say, unit
from teamsim.workshop.course import SMALLEST_CLASS, Outcomes
from teamsim.workshop.definition import Workshop

__all__ = ["Ranges", "compared"]


def compared(workshop: Workshop, number: int) -> tuple[str, ...]:
    """Return the measures by which a class is compared: of the goal, of the predictions, and what a leader sees.

    Examples
    --------
    >>> compared(Workshop.load("under-pressure"), 1)
    ('output', 'strain', 'survey', 'left_for_offer')
    """
    asked = [ask.measure for ask in workshop.rounds[number].predict]
    known = [aim.measure for aim in workshop.goal.aims if aim.measure] + asked
    wished = [name for name in ("output", "engagement") if name not in known]
    return tuple(dict.fromkeys([*known, *standing_in(wished, "leader", fill=False), "left_for_offer"]))


class Ranges(AskingWidget, page="ranges", folder=Path(__file__).parent):
    """Strips from the least to the most of the class, with its middle half.

    Attributes
    ----------
    rows : list of dict
        One a lever or measure: heading, label, least to most in words and as shares of the axis.
    """

    sentences = room("workshop")

    title = traitlets.Unicode("").tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def show(self, found: Outcomes | None, round_: int, mine: Style | None = None) -> None:
        """Show what became of a class in a round; of too few, nothing."""
        with self.hold_sync():
            self.title = say("workshop.class_title", n=round_ + 1)
            if found is None:
                self.said, self.rows = say("workshop.class_small", least=SMALLEST_CLASS), []
                return
            said = [say("workshop.class_of", n=found.seats, decided=found.decided)]
            if found.reached is not None:
                said.append(say("workshop.class_reached", n=found.reached, seats=found.seats))
            self.said = " ".join([*said, say("workshop.class_measured")])
            self.rows = [
                *(_row(declaring(name), name, five, getattr(mine, name, None)) for name, five in found.levers.items()),
                *(_row(Measures, name, five, None) for name, five in found.measures.items()),
            ]

    def __repr__(self) -> str:
        return f"{self.title}: {self.said}"


def _row(declared: Any, name: str, five: Sequence[float], mine: float | None) -> dict[str, Any]:
    kind = declared.quantities()[name]
    lever = declared is not Measures
    low, high = (kind.low, kind.high) if lever else (min(0.0, five[0]), max(five[4] * 1.1, 1e-9))
    digits = decimals(step(kind.low, kind.high)) if lever else 2
    said = "" if kind.unit == "level" else unit(kind.unit)
    return {
        "what": "lever" if lever else "measure",
        "label": label(declared, name),
        "unit": said,
        "five": [number(value, f".{digits}f") for value in five],
        "at": [round((value - low) / (high - low), 4) for value in five],
        "mine": None if mine is None else round((mine - low) / (high - low), 4),
        "mine_said": "" if mine is None else number(mine, f".{digits}f"),
    }
