"""What follows from a style, in words and two meters: above the pictures of the manager lab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets

from teamsim.lab.choices import Choices
from teamsim.lab.levers import decimals, step
from teamsim.lab.pictures import EXITS, ROADS, allowed, series
from teamsim.lab.widget import LabWidget
from teamsim.people import Measures
from teamsim.statistics.levels import median
from teamsim.statistics.sums import means
from teamsim.style import Regime, Style, declaring
from teamsim.words import label, room, say, template, unit
from teamsim.world import Records

MORE = 1.005
"""By how much something is more, and not the same with other decimals."""


class Readout(LabWidget, page="readout"):
    """Two meters, one sentence that a screen reader says when a lever rests, and how the pictures are read.

    Attributes
    ----------
    said : str
        What changed, in one sentence.
    meters : list of dict
        Hours and money asked against what there is.
    legend : dict
        How many futures are drawn; empty while nothing is.
    """

    sentences = room("manager")

    said = traitlets.Unicode("").tag(sync=True)
    meters: traitlets.List[Any] = traitlets.List().tag(sync=True)
    legend = traitlets.Dict().tag(sync=True)


def number(value: float, digits: int | None = None) -> str:
    """Write a number as the language spoken writes it; without `digits`, to three figures or two decimals.

    Examples
    --------
    >>> number(0.7), number(12.04), number(1267.3), number(-0.0001), number(13, 0)
    ('0.70', '12.0', '1267', '0.00', '13')
    """
    if digits is None:
        digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{round(value, digits) + 0.0:.{digits}f}".replace(".", say("manager.decimal_mark"))


def hours_meter(rows: Records) -> dict[str, Any]:
    """Return what a style asks of the leader's hours in the first week, against what there is."""
    first = rows[0, 0, 0]
    asked, there, given = (float(first[name]) for name in ("hours_asked", "hours_free", "hours_given"))
    value = say("manager.hours_value", asked=number(asked, 1), there=number(there, 1))
    short = asked > there * MORE
    text = say("manager.hours_over", share=number(100 * given / asked, 0)) if short else ""
    return _meter("hours", value, text, asked, there)


def money_meter(rows: Records, view: str) -> dict[str, Any]:
    """Return what pay and replacements cost in an average week, against what the work is worth where a view shows it.

    A leader sees the pay bill of the first week instead.
    """
    whole = rows[:, :, 0]
    spent = whole["pay_cost"] + whole["replacement_cost"]
    cost = float(median(means(spent.T)))
    if "net_value" in allowed(view):
        there = float(median(means((whole["net_value"] + spent).T)))
        text = say("manager.money_worth", cost=number(cost, 1), there=number(there, 1))
        return _meter("money", text, "", cost, there)
    there = float(whole["pay_cost"][0, 0])
    text = say("manager.money_pay", cost=number(cost, 1), there=number(there, 1))
    return _meter("money", text, "", cost, there) | {"over": False}  # more than today is not more than there is


def _meter(name: str, value: str, text: str, asked: float, there: float) -> dict[str, Any]:
    notes = {"hours": "manager.hours_first", "money": "manager.money_unit"}
    scale = max(asked, there, 1e-9) * 1.02  # the mark of what there is stays inside the bar
    return {
        "name": name,
        "label": say(f"manager.{name}"),
        "value": value,
        "text": text,
        "note": say(notes[name]),
        "asked": round(asked / scale, 4),
        "there": round(there / scale, 4),
        "over": asked > there * MORE,
    }


def preset_name(name: str) -> str:
    """Return what a preset is called; its own name where the file of words has none yet."""
    named: str = template("manager.preset_names").get(name, name)
    return named


def what_moved(choices: Choices, before: Style) -> str:
    """Say which levers moved since another style."""
    if choices.style == choices.start:
        return say("manager.now_same")
    moved = choices.moved_since(before)
    if len(moved) > 1 and choices.preset:
        return preset_name(choices.preset)
    if len(moved) == 1:
        kind = Regime.quantities()[moved[0]]
        value = number(getattr(choices.style, moved[0]), decimals(step(kind.low, kind.high)))
        spoken = value if kind.unit == "level" else f"{value} {unit(kind.unit)}"
        return say("manager.now", lever=label(declaring(moved[0]), moved[0]), value=spoken)
    return say("manager.now_more", n=len(choices.moved_since(choices.start)))


def what_follows(rows: Records, start: Records, shown: Sequence[str]) -> str:
    """Say how the first measure of the pictures ends in a middling future, and how many leave."""
    measure = next((name for name in shown if name != EXITS), "output")

    def at_end(some: Records) -> float:
        return float(median(some[measure][:, -1, 0]))

    end, was = at_end(rows), at_end(start)
    by = number(abs(end - was))
    way = "unmoved" if by == number(0) else "up" if end > was else "down"
    change = say(f"manager.{way}", by=by)
    exits = sum(series(rows, EXITS)[road][:, -1] for road in ROADS)
    leaving = round(float(median(exits)))
    ending = say("manager.at_end", measure=label(Measures, measure), value=number(end), change=change)
    return f"{ending}; {say('manager.leave', n=leaving)}"
