"""What follows from the style of the moment, and every place of the manager lab where that is shown."""

from __future__ import annotations

from typing import Any

import ipywidgets

from teamsim.lab.below import Below
from teamsim.lab.choices import Choices, Pin
from teamsim.lab.gallery import Gallery
from teamsim.lab.pictures import Numbers, medians
from teamsim.lab.preview import MOST, Preview
from teamsim.lab.readout import Readout, hours_meter, money_meter, what_follows, what_moved
from teamsim.lab.trade_offs import Levels, TradeOffs, trade_offs
from teamsim.results import Futures, Run
from teamsim.style import Style
from teamsim.words import say
from teamsim.world import EVERYBODY, Records

PROBED = 24
"""Futures of every preset by which the axes are laid out."""


class Outcome:
    """Runs a style and shows it: the meters and the sentence, the pictures, and the sections below them.

    Attributes
    ----------
    box : ipywidgets.Box
        What stands beside the controls.
    below : Below
        What stands below both, once something was drawn.
    futures : Futures or None
        What is drawn.

    Examples
    --------
    >>> import teamsim as ts
    >>> outcome, choices = Outcome(), Choices(ts.Scenario.load("managing-stars"))
    >>> outcome.begin(choices, "leader", Preview(choices.scenario, seed=1), preview=True)
    >>> outcome.draw(rest=True)
    >>> outcome.futures.made.runs
    200
    """

    futures: Futures | None
    _run: Run | None
    _at_start: Futures | None
    _told: Style | None

    def __init__(self) -> None:
        self._readout = Readout()
        self._gallery = Gallery()
        self.below = Below({"team": self._team, "left": self._left, "trade_offs": self._trade_offs})
        self.box = ipywidgets.VBox([self._readout, self._gallery.box])
        self.box.add_class("teamsim-outcome")

    def begin(self, choices: Choices, view: str, source: Preview, *, preview: bool) -> None:
        """Begin anew, with nothing drawn."""
        self._choices, self.view, self._source = choices, view, source
        self.futures = self._run = self._at_start = None
        self._probes: list[Records] = []
        self._kept: dict[str, tuple[dict[str, Numbers], Levels]] = {}
        self._told = choices.start if preview else None
        self.below.forget()
        if preview:
            title = choices.scenario.title or choices.scenario.name
            self._readout.said = say("manager.ready", title=title, n=MOST)
        else:
            self._readout.said = say("manager.waiting")
            self.ask_hours()

    @property
    def seed(self) -> int:
        """The luck."""
        return self._source.seed

    @property
    def run(self) -> Run | None:
        """The one history that happened, whole."""
        if self._run is None and self.futures is not None:
            self._run = self.futures.open(0)
        return self._run

    def ask_hours(self) -> None:
        """Say what the style asks before anything is run: a decision is made against a budget."""
        first = hours_meter(self._source.first_week(self._choices.style))
        self._readout.meters = [first, *self._readout.meters[1:]]

    def draw(self, *, rest: bool) -> None:
        """Run what fits, or at rest all there is, and draw it; if that fails, the last picture stays."""
        self.prepare()
        style = self._choices.style
        if not rest:
            self._picture(self._source.few(style), rest=False)
            return
        futures = self._all_of(style)
        self._picture(futures._raw["measures"], rest=True)
        self.futures, self._run = futures, None
        self._tell(futures)
        self.below.renew()

    def look(self, view: str) -> None:
        """Look with other eyes."""
        self.view = view
        self.below.forget()
        if self._at_start is not None or self.futures is not None:
            self._gallery.lay_out(self._choices.scenario, view, self._probes)
        self._redraw()

    def keep(self, pin: Pin) -> None:
        """Work out a style and keep it in all pictures."""
        self.keep_lived(pin.name, self._all_of(pin.style))

    def keep_lived(self, name: str, futures: Futures) -> None:
        """Keep other futures of the same weeks in all pictures."""
        self._kept[name] = medians(futures._raw["measures"]), trade_offs(futures)
        self._redraw()

    def settle(self) -> None:
        """Let go of what only another decision would need."""
        self._at_start = None
        self._probes.clear()

    def drop(self, name: str) -> None:
        """Keep a style no longer, if it was kept."""
        self._kept.pop(name, None)
        self._redraw()

    def prepare(self) -> None:
        """Lay out the axes by what the ready-made styles lead to, so that they stand still; nothing is shown yet."""
        if self._at_start is not None:
            return
        choices = self._choices
        start = self._source.many(choices.start)
        probes = start, *(self._source.many(style, PROBED) for style in choices.ends)
        self._probes = [one._raw["measures"][:, :, :1].copy() for one in probes]  # pictures show the whole only
        self._gallery.lay_out(choices.scenario, self.view, self._probes)
        self._at_start = start

    def _all_of(self, style: Style) -> Futures:
        for known in (self.futures, self._at_start):
            if known is not None and known.made.plans[EVERYBODY] == self._source.plan(style):
                return known
        return self._source.many(style)

    def _redraw(self) -> None:
        if self.futures is not None:
            self._picture(self.futures._raw["measures"], rest=True)
            self.below.renew()

    def _picture(self, rows: Records, *, rest: bool) -> None:
        kept = {name: lines for name, (lines, _) in self._kept.items()}
        self._gallery.draw(rows, kept, rest=rest)
        with self._readout.hold_sync():
            self._readout.meters = [hours_meter(rows), money_meter(rows, self.view)]
            self._readout.legend = {"runs": len(rows)}

    def _tell(self, futures: Futures) -> None:
        """Say in one sentence what changed."""
        style, start = self._choices.style, self._choices.start
        if style == self._told:
            return
        if self._told is None and style == start:
            self._readout.said, self._told = say("manager.kept"), style
            return
        assert self._at_start is not None
        what = what_moved(self._choices, self._told or start)
        end = what_follows(futures._raw["measures"], self._at_start._raw["measures"], self._gallery.shown)
        self._readout.said = say("manager.told", what=what, end=end)
        self._told = style

    def _team(self, before: Any) -> Any:
        from teamsim.lab.team_picture import TeamPicture

        return self._shown(before, TeamPicture)

    def _left(self, before: Any) -> Any:
        from teamsim.lab.exit_interview import ExitInterview

        return self._shown(before, ExitInterview)

    def _shown(self, before: Any, kind: Any) -> Any:
        if before is None:
            return kind(self.run, view=self.view)
        before.show(self.run)
        return before

    def _trade_offs(self, before: Any) -> TradeOffs:
        assert self.futures is not None
        table: TradeOffs = before or TradeOffs()
        styles = {name: levels for name, (_, levels) in self._kept.items()}
        styles[say("manager.this_style")] = trade_offs(self.futures)
        table.show(styles, self.view, self._choices.scenario.weeks, self.futures.made.runs)
        return table
