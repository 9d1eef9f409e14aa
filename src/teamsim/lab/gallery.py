"""The pictures of the manager lab side by side, each under a select that says what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets

from teamsim.lab.chooser import Chooser, measures
from teamsim.lab.live_chart import LiveChart
from teamsim.lab.pictures import Numbers, Picture, asked_for, first_shown
from teamsim.scenario import Scenario
from teamsim.words import say
from teamsim.world import Records

GLIDE_MS = 200

Kept = Mapping[str, Mapping[str, Numbers]]
"""The median futures of kept styles, by name and measure."""


class Gallery:
    """Living charts that are all drawn from the same histories.

    Attributes
    ----------
    box : ipywidgets.Box
        Where they stand; empty until something is drawn.
    shown : list of str
        What they show.
    """

    def __init__(self) -> None:
        self.box = ipywidgets.Box()
        self.box.add_class("teamsim-charts")
        self.shown: list[str] = []
        self._pictures: list[Picture] = []
        self._charts: list[LiveChart] = []
        self._choosers: list[Chooser] = []
        self._drawn: tuple[Records, Kept] | None = None
        self._composed: list[dict[str, Any]] = []

    def lay_out(self, scenario: Scenario, view: str, probes: Sequence[Records]) -> None:
        """Compose pictures for a scenario and a view, with axes that have room for these histories."""
        self._scenario, self._probes = scenario, probes
        self.shown = first_shown(scenario, view)
        self._options = measures(view, asked_for(scenario.goal))
        self._pictures = [self._picture(measure) for measure in self.shown]
        self._composed = [picture.chart() for picture in self._pictures]

    def draw(self, rows: Records, kept: Kept, *, rest: bool) -> None:
        """Draw everything from these histories; if one picture fails, none changes."""
        tables = [picture.tables(rows, kept) for picture in self._pictures]
        self._drawn = rows, kept
        if self._composed:
            self._hang(tables)
            return
        for chart, table in zip(self._charts, tables, strict=True):
            with chart.hold_sync():
                chart.tween_ms = GLIDE_MS if rest else 0  # a hand that drags is motion enough
                chart.update(**table)

    def _hang(self, tables: Sequence[Mapping[str, Any]]) -> None:
        """Put up what was composed, in the frames that hang already if there are any."""
        composed, self._composed = self._composed, []
        if self._charts:
            for chart, chooser, spec, table, measure in zip(
                self._charts, self._choosers, composed, tables, self.shown, strict=True
            ):
                chart.show(spec, table)
                chooser.show(self._options, measure)
            return
        for place, (spec, table) in enumerate(zip(composed, tables, strict=True)):
            self._charts.append(LiveChart(spec, table))

            def exchange(measure: str, place: int = place) -> None:
                self._exchange(place, measure)

            name = say("manager.picture", n=place + 1)
            self._choosers.append(Chooser(exchange, self._options, self.shown[place], name))
        pairs = zip(self._choosers, self._charts, strict=True)
        self.box.children = [ipywidgets.VBox(pair) for pair in pairs]
        self.box.tabbable = True  # where it is narrow, the arrow keys scroll it

    def _picture(self, measure: str) -> Picture:
        picture = Picture(measure, self._scenario.weeks, self._scenario.seats)
        picture.fit(self._probes)
        return picture

    def _exchange(self, place: int, measure: str) -> None:
        assert self._drawn is not None
        picture = self._picture(measure)
        self._charts[place].show(picture.chart(), picture.tables(*self._drawn))
        self._pictures[place] = picture
        self.shown[place] = measure
