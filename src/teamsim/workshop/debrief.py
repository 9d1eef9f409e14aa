"""The ten questions of every debrief, each with its own picture, worked out when it is asked.

They speak of the class's middle style, lever by lever the median of what was decided, so that nobody is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
import numpy as np

from teamsim import charts
from teamsim.engine import futures, observe
from teamsim.lab.exit_interview import ExitInterview
from teamsim.lab.live_chart import LiveChart
from teamsim.lab.luck_or_leadership import LuckOrLeadership
from teamsim.lab.preview import silent
from teamsim.lab.rewind import Rewind
from teamsim.lab.trade_offs import TradeOffs, trade_offs
from teamsim.parameters import Parameters, sources
from teamsim.results import GROUPS, Futures, Run
from teamsim.statistics.correlation import correlation
from teamsim.statistics.levels import median
from teamsim.statistics.sums import means
from teamsim.style import Plan, Style
from teamsim.words import number, say
from teamsim.workshop.course import Course, Entries, held
from teamsim.workshop.definition import Workshop, spoken
from teamsim.workshop.sheet import Sheet
from teamsim.workshop.worked import beside
from teamsim.world import World

__all__ = ["QUESTIONS", "Debrief"]

QUESTIONS = ("luck", "why", "seen", "paid", "pay", "numbers", "best", "dismissed", "trade", "team")
RUNS = 200
RAISE = 0.1


class Debrief:
    """What is shown under each of the ten questions.

    Parameters
    ----------
    workshop, course
        Of the session.
    entries : callable
        Returns everything submitted, by seat.

    Attributes
    ----------
    sections : dict
        By question, what shows it; see `teamsim.lab.below.Below`.

    Examples
    --------
    >>> workshop = Workshop.load("managing-stars")
    >>> debrief = Debrief(workshop, Course(workshop, seed=1), dict)
    >>> debrief.plan() == Plan.of(workshop.start(1))
    True
    """

    def __init__(self, workshop: Workshop, course: Course, entries: Callable[[], Mapping[int, Entries]]) -> None:
        self._workshop, self._course, self._entries = workshop, course, entries
        self.sections: dict[str, Callable[[Any], Any]] = {name: getattr(self, f"_{name}") for name in QUESTIONS}

    def plan(self) -> Plan:
        """Return the class's middle way through the rounds that make the whole history."""
        everybody = list(self._entries().values())
        last = self._last()
        if not everybody:
            return Plan.of(self._workshop.start(last))
        styles = {}
        for n in self._workshop.chapter(last):
            mine = [held(self._workshop, entries, last)[n].style for entries in everybody]
            levers = self._workshop.goal.levers
            middle = {lever: float(median([getattr(one, lever) for one in mine])) for lever in levers}
            styles[n] = self._workshop.start(last).replace(**middle)
        return self._workshop.plan(last, styles)

    def _last(self) -> int:
        """The last round of the first history that counts."""
        rounds = self._workshop.rounds
        first = next((n for n, one in enumerate(rounds) if not one.practice), 0)
        return max(n for n in range(first, len(rounds)) if self._workshop.chapter(n)[0] == first)

    def _lived(self) -> Futures:
        return futures(self._place(), self.plan(), RUNS, self._course.seed, progress=silent)

    def _run(self) -> Run:
        return self._lived().open(0)

    def _place(self) -> Any:
        return self._workshop.place(self._last()).replace(title=spoken(self._workshop.title))

    # --- the ten

    def _luck(self, before: Any) -> Any:
        return before or LuckOrLeadership(self._place(), measure="output", seed=self._course.seed)

    def _why(self, before: Any) -> Any:
        return self._interview(before, "model")

    def _seen(self, before: Any) -> Any:
        return self._interview(before, "leader")

    def _interview(self, before: Any, view: str) -> Any:
        run = self._run()
        if not len(run.exits):
            return Sheet(say("debrief.nobody_left"))
        if not isinstance(before, ExitInterview):
            return ExitInterview(run, view=view)
        before.show(run)
        return before

    def _paid(self, before: Any) -> Any:
        chart = charts.weeks(self._lived(), measures=["strain", "engagement"], groups=GROUPS[1:])
        if before is None:
            return ipywidgets.VBox([Sheet(say("debrief.paid_read")), LiveChart(chart)])
        before.children[1].show(chart)
        return before

    def _pay(self, _: Any) -> Any:
        place, plan, seed = self._place(), self.plan(), self._course.seed
        found = observe(World.build(place, plan, None, None), seed, RUNS, _pay_and_leaving, progress=silent)
        together = correlation(*(np.concatenate(part) for part in zip(*found, strict=True)))
        related = say("debrief.no_number") if math.isnan(together) else number(together, ".2f")
        most = Style.quantities()["pay_position"].high
        raised = {n: one.replace(pay_position=min(most, one.pay_position + RAISE)) for n, one in plan.styles.items()}
        dearer = Plan(styles=raised, events=plan.events)
        lived = [futures(place, one, RUNS, seed, progress=silent) for one in (dearer, plan)]
        few, more = (float(means(one.runs["left_for_offer"])) for one in lived)
        percent = number(100 * RAISE, ".0f")
        rows = [
            (say("debrief.pay_related"), related),
            (say("debrief.pay_leave"), number(more, ".2f")),
            (say("debrief.pay_raised", percent=percent), number(few, ".2f")),
        ]
        return Sheet(say("debrief.pay_read"), head=(say("debrief.figure"), say("debrief.value")), rows=rows)

    def _numbers(self, before: Any) -> Any:
        if before is not None:
            return before
        kinds = Parameters.quantities().values()
        units = {"level": "", "gain": ""}
        rows = [
            (kind.label, f"{kind.default:g} {units.get(kind.unit, kind.unit)}".strip(), kind.source) for kind in kinds
        ]
        head = say("debrief.number"), say("debrief.value"), say("debrief.source")
        return Sheet(say("debrief.numbers_read", n=len(rows), **sources()), head=head, rows=rows)

    def _best(self, _: Any) -> Any:
        place, seed, goal = self._place(), self._course.seed, self._workshop.goal
        made = beside(self._workshop, self._last())
        lived = {name: futures(place, style, RUNS, seed, progress=silent) for name, style in made.items()}
        lived[say("debrief.middle")] = self._lived()
        reach = [(name, f"{number(100 * one.reaches(goal), '.0f')} %") for name, one in lived.items()]
        table = TradeOffs()
        table.show({name: trade_offs(one) for name, one in lived.items()}, "leader", place.weeks, RUNS)
        sheet = Sheet(say("debrief.best_read"), head=(say("debrief.style"), say("debrief.reaches")), rows=reach)
        return ipywidgets.VBox([sheet, table])

    def _dismissed(self, before: Any) -> Any:
        if before is not None:
            before.show(self._run())
            return before
        levers = [name for name in self._workshop.goal.levers if name in Style.model_fields]
        return Rewind(self._run(), levers)

    def _trade(self, _: Any) -> Any:
        last = spoken(self._workshop.rounds[-1].reflect)
        return Sheet(say("debrief.trade_read"), *self._workshop.scenario.notes, last)

    def _team(self, _: Any) -> Any:
        return Sheet(say("debrief.team_read"), spoken(self._workshop.monday))


def _pay_and_leaving(_: Any, life: Any, *__: Any) -> tuple[Any, Any]:
    """Return the pay that everybody of the first cast began with, and whether they left."""
    first = life["entry"] == 0
    stayed = (first & (life["present"] == 1)).all(axis=0)
    return life["pay_ratio"][0].astype(float).copy(), 1.0 - stayed.astype(float)
