"""What styles cost and bring, side by side: a table whose cells are pictures, for the team and each third of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import traitlets

from teamsim.lab.pictures import standing_in
from teamsim.lab.readout import number
from teamsim.lab.widget import LabWidget
from teamsim.people import OF_TEAMS, Measures
from teamsim.results import FLOWS, GROUPS, Futures
from teamsim.statistics.levels import quantiles
from teamsim.words import label, room, say, unit

WISHED = ("engagement", "output", "strain", "regretted", "net_value")
WHOM = dict(zip(GROUPS, ("whole", "bottom", "middle", "top"), strict=True))
ROOM = 0.15
"""Beside what reaches furthest in a column, as a share of its width."""
SHOWN = (GROUPS[0], GROUPS[3], GROUPS[2], GROUPS[1])
"""The whole team, then its thirds as people are used to read them: the top first."""

Levels: TypeAlias = dict[str, dict[str, tuple[float, float, float]]]
"""Lower quarter, median and upper quarter over the futures, by group and measure."""


def trade_offs(futures: Futures) -> Levels:
    """Return the horizon of some futures by group and measure: flows added up, levels averaged.

    Examples
    --------
    >>> import teamsim as ts
    >>> levels = trade_offs(ts.futures(ts.Scenario.load("managing-stars"), "developer", runs=20))
    >>> low, middle, high = levels["top third"]["output"]
    >>> low <= middle <= high
    True
    """
    found: Levels = {}
    for group in GROUPS:
        runs = futures.runs_of(group)
        measured = [name for name in Measures.quantities() if group == GROUPS[0] or name not in OF_TEAMS]
        levels = quantiles(runs[measured], [0.25, 0.5, 0.75])
        found[group] = dict(zip(measured, zip(*levels.tolist(), strict=True), strict=True))
    return found


class TradeOffs(LabWidget, page="trade_offs"):
    """A table of styles: a row a style and group, a column a measure; a cell holds the median and its middle half.

    Attributes
    ----------
    table : dict
        Columns and rows, in words and as shares of the width of a column.
    """

    sentences = room("manager")

    table = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)

    def show(self, styles: Mapping[str, Levels], view: str, weeks: int, runs: int) -> None:
        """Show some styles by name; the last one is the style of the moment, those before it are kept ones."""
        columns = standing_in(WISHED, view, fill=False)
        spans = {name: _span(name, styles) for name in columns}
        self.table = {
            "read": say("manager.trade_off_read", n=say("manager.futures", n=runs)),
            "columns": [_caption(name, weeks) for name in columns],
            "groups": [
                {
                    "name": say(f"manager.{WHOM[group]}"),
                    "rows": [
                        {
                            "style": style,
                            "place": -1 if place == len(styles) - 1 else place,
                            "cells": [_cell(levels[group].get(name), spans[name]) for name in columns],
                        }
                        for place, (style, levels) in enumerate(styles.items())
                    ],
                }
                for group in SHOWN
            ],
        }


def _caption(name: str, weeks: int) -> str:
    kind = Measures.quantities()[name]
    what = say("manager.level") if kind.unit == "level" else unit(kind.unit)
    sentence = "manager.sum_over" if kind.unit in FLOWS else "manager.mean_over"
    return say(sentence, measure=label(Measures, name), unit=what, n=weeks)


def _span(name: str, styles: Mapping[str, Levels]) -> tuple[float, float]:
    """Return the ends of a column: the range of a level, from nought for a sum, else as far as values reach."""
    kind = Measures.quantities()[name]
    values = [value for levels in styles.values() for group in levels.values() for value in group.get(name, ())]
    low, high = min(values), max(values)
    if kind.unit == "level":
        return min(0.0, low), max(1.0, high)
    if kind.unit in FLOWS:
        return min(0.0, low), max(high, low + 1e-9)
    edge = max(high - low, abs(high) * ROOM) * ROOM
    return low - edge, high + edge


def _cell(levels: tuple[float, float, float] | None, span: tuple[float, float]) -> dict[str, Any]:
    if levels is None:
        return {"text": "", "said": say("manager.not_measured")}
    digits = 0 if max(map(abs, span)) >= 100 or all(value == round(value) for value in levels) else None
    low, middle, high = (number(value, digits) for value in levels)
    places = [round((value - span[0]) / (span[1] - span[0]), 4) for value in levels]
    said = say("manager.trade_off_value", median=middle, low=low, high=high)
    nought = -span[0] / (span[1] - span[0])
    return {"text": middle, "said": said, "places": places, "zero": round(nought, 4) if 0 <= nought <= 1 else None}
