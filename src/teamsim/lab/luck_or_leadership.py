"""Luck or leadership: the same luck under many styles, one history, then many, then the split in words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import ipywidgets
import pandas as pd
import traitlets

from teamsim.charts.look import in_notebook
from teamsim.charts.luck import COLOURS_OF_PARTS, strips
from teamsim.fields import InputError, closest
from teamsim.lab.asking import AskingWidget
from teamsim.lab.live_chart import LiveChart
from teamsim.lab.readout import preset_name
from teamsim.lab.widget import guarded
from teamsim.luck import DRAWN, Lived, VarianceSplit, gathered, live, models_of, styles_drawn
from teamsim.people import Measures
from teamsim.scenario import Scenario
from teamsim.statistics.percent import percent
from teamsim.style import Conduct, Style
from teamsim.words import group, label, meaning, room, say

__all__ = ["LuckOrLeadership"]

FIRST = 12
"""So many histories are lived through before the first is shown, so that the axis fits those to come."""
GROWTH = 4
GIVEN, ALL, CHOSEN = "given", "all", "levers"


class LuckSplit(AskingWidget, page="luck_split"):
    """The split in words and as a bar, below the chart; nothing can be asked of it."""

    sentences = room("luck")

    split = traitlets.List(traitlets.Dict()).tag(sync=True)
    verdict = traitlets.Unicode().tag(sync=True)
    rev = traitlets.Int(0).tag(sync=True)

    def show(self, split: VarianceSplit | None, measure: str) -> None:
        """Show the split of a measure; without one, nothing."""
        rows: list[dict[str, Any]] = []
        if split and not (table := split.shares_of(measure))["share"].isna().any():
            records: Any = table.to_dict("records")
            for row, whole in zip(records, percent(table["share"]), strict=True):
                rows.append({**row, "percent": whole, "colour": COLOURS_OF_PARTS[str(row["part"])]})
        with self.hold_sync():
            self.split, self.verdict = rows, split.say(measure) if split else ""
            self.rev += 1


class LuckPanel(AskingWidget, page="luck_or_leadership"):
    """What is chosen and said, above the chart; the page asks here, `LuckOrLeadership` does it."""

    answers: ClassVar = {name: f"_{name}" for name in ("one", "another", "many", "compare", "among")}
    sentences = room("luck")

    choices = traitlets.Dict().tag(sync=True)
    measure = traitlets.Unicode().tag(sync=True)
    which = traitlets.Unicode(GIVEN).tag(sync=True)
    levers = traitlets.List(traitlets.Unicode()).tag(sync=True)
    shown = traitlets.Int(0).tag(sync=True)
    done = traitlets.Float(1.0).tag(sync=True)
    told = traitlets.Unicode().tag(sync=True)
    settled = traitlets.Bool(False).tag(sync=True)

    def __init__(self, owner: LuckOrLeadership, **traits: Any) -> None:
        self._owner = owner
        super().__init__(**traits)

    def _one(self) -> None:
        self._owner.one()

    def _another(self) -> None:
        self._owner.another()

    def _many(self) -> None:
        self._owner.many()

    def _compare(self, measure: Any = "") -> None:
        self._owner.compare(measure)

    def _among(self, which: Any = "", levers: Any = ()) -> None:
        if which == GIVEN:
            self._owner.among()
        elif which in (ALL, CHOSEN):
            self._owner.among(levers=list(Style.model_fields) if which == ALL else _names(levers))
        else:
            raise InputError(say("errors.refused"))

    @guarded
    def step(self, work: Iterator[None]) -> bool:
        """Do a bit of the work; whether there may be more."""
        return next(work, self) is None


class LuckOrLeadership(ipywidgets.VBox):  # type: ignore[misc,unused-ignore]
    """See how far styles lie apart, how far luck throws the histories of each, and the split of both.

    It begins with one history under every style, all in the same luck; further ones follow one by one or all at once,
    and the split comes with many. The answer depends on which styles count as possible, so that is a choice, and said.

    Parameters
    ----------
    scenario : Scenario
        Who, for how long, where.
    styles : mapping from a name to a Style, a Plan or a preset's name, optional
        Two or more styles to begin with; the presets where nothing is given.
    measure : str
        What is compared at first: a column of ``Futures.runs``.
    runs : int
        How many histories "many" are, from 20.
    seed : int
        The luck, and which styles are drawn.
    drawn : int
        How many styles are drawn where the ranges of levers are chosen, from 2.
    parameters : mapping from name to number, or a sequence of these, optional
        As in `teamsim.luck_or_leadership`: several stand for what is not known about the model.

    Attributes
    ----------
    split : VarianceSplit or None
        The split, once many histories were lived through.
    problem : str
        What went wrong, in plain words.

    Raises
    ------
    InputError
        If anything given cannot be used.

    Examples
    --------
    >>> import teamsim as ts
    >>> view = LuckOrLeadership(ts.Scenario.load("managing-stars"), measure="output", runs=40)
    >>> view.another()
    >>> view.shown
    2
    >>> view.many()
    >>> print(view.verdict)
    Output: of what separates one history of this team from another, ... (among the 6 ready-made styles).
    """

    def __init__(
        self,
        scenario: Scenario,
        styles: Mapping[str, Conduct] | None = None,
        measure: str = "regretted",
        runs: int = 200,
        seed: int = 1,
        *,
        drawn: int = DRAWN,
        parameters: Any = None,
    ) -> None:
        self.scenario, self.seed, self.runs, self.drawn = scenario, seed, runs, drawn
        self._sets = models_of(parameters)
        self._given: Mapping[str, Conduct] = styles or Style.presets()
        if not isinstance(self._given, Mapping) or len(self._given) < 2:
            raise InputError("has to be a mapping from two or more names to styles", ("styles",))
        if isinstance(runs, bool) or not isinstance(runs, int) or runs < FIRST + 1:
            raise InputError(f"= {runs!r} is not a whole number from {FIRST + 1}", ("runs",))
        styles_drawn(scenario.style, ["challenge"], drawn, seed)
        self._lived: dict[str, list[Lived]] = {}
        self._work: Iterator[None] = iter(())
        self._task: Any = None
        self.split: VarianceSplit | None = None
        self.panel = LuckPanel(self, choices=self._choices(styles is None), measure=_known(measure))
        self._begin(self._given)
        self.chart = LiveChart(*self._picture())
        self.below = LuckSplit()
        super().__init__([self.panel, self.chart, self.below])
        self._draw()

    def __repr__(self) -> str:
        return f"luck or leadership: {self.scenario.title or self.scenario.name}"

    @property
    def measure(self) -> str:
        """What is compared."""
        return str(self.panel.measure)

    @property
    def shown(self) -> int:
        """How many histories of each style are shown."""
        return int(self.panel.shown)

    @property
    def verdict(self) -> str:
        """The split in words; empty before there is one."""
        return str(self.below.verdict)

    @property
    def problem(self) -> str:
        """What went wrong, in plain words; empty when all is well."""
        return str(self.panel.problem)

    def compare(self, measure: str) -> None:
        """Compare another measure.

        Raises
        ------
        InputError
            If it is not known.
        """
        self.panel.measure = _known(measure)
        self._draw()

    def show(self, scenario: Scenario) -> None:
        """Ask the same of another scenario: the same measure, among styles chosen in the same way.

        Parameters
        ----------
        scenario : Scenario
            Who, for how long, where.
        """
        self.scenario = scenario
        if self._ranged:
            self.among(levers=self._ranged)
        else:
            self.among()

    def among(self, styles: Mapping[str, Conduct] | None = None, levers: Iterable[str] | None = None) -> None:
        """Choose which styles count as possible: those given, or, drawn evenly, those of some levers or of all.

        Parameters
        ----------
        styles : mapping, optional
            Styles by name; without them and without levers, those of the beginning.
        levers : sequence of str, optional
            The levers over whose ranges styles are drawn.

        Raises
        ------
        InputError
            If anything given cannot be used; what was chosen before stays.
        """
        chosen = tuple(levers) if levers is not None else ()
        if levers is None:
            self._given = styles or self._given
            wanted, which = self._given, GIVEN
        else:
            if not chosen:
                raise InputError(say("luck.no_levers"))
            wanted = styles_drawn(self.scenario.style, chosen, self.drawn, self.seed)
            which = ALL if set(chosen) == set(Style.model_fields) else CHOSEN
        many = self.shown > FIRST or self.split is not None
        self._begin(wanted)
        self.panel.which = which
        if which != ALL:
            self.panel.levers = list(chosen)
        self._ranged = chosen
        self._draw()
        if many:
            self.many()

    def one(self) -> None:
        """Begin again with one history of each style."""
        self._stop()
        self.split = None
        self.panel.shown = 1
        self._draw()

    def another(self) -> None:
        """Live through another history of each style, in another luck that is the same for all."""
        self._stop()
        self.split = None
        if self.shown >= self._ready:
            self._live(min(self.runs, GROWTH * self._ready))
        self.panel.shown = min(self.shown + 1, self.runs)
        self._draw()

    def many(self) -> None:
        """Live through many histories of each style, then split what separates them."""
        self._stop()
        self._work = self._growing()
        self.panel.done = 0.0
        if in_notebook():
            self._task = asyncio.get_running_loop().create_task(self._in_turns(self._work))
        else:  # nobody waits for another message meanwhile
            for _ in self._work:
                pass

    @property
    def _ready(self) -> int:
        """How many histories of every style were lived through."""
        return len(next(iter(self._lived.values()))[0][1])

    def _begin(self, styles: Mapping[str, Conduct]) -> None:
        """Live through the first few histories of other styles; what cannot be used leaves all as it was."""
        self._stop()
        lived = {name: self._parts(style, FIRST) for name, style in styles.items()}
        self._styles, self._lived, self.split, self._ranged = dict(styles), lived, None, ()
        self.panel.shown = 1

    def _parts(self, style: Conduct, runs: int) -> list[Lived]:
        return [live(self.scenario, style, runs, self.seed, one, progress=_silent) for one in self._sets]

    def _live(self, runs: int) -> None:
        self._lived = {name: self._parts(style, runs) for name, style in self._styles.items()}

    def _growing(self) -> Iterator[None]:
        """Live through more and more histories; between any two steps the kernel may hear what else is wanted."""
        steps = [runs for runs in (FIRST * GROWTH, self.runs) if self._ready < runs <= self.runs]
        total = sum(steps) * len(self._styles) + 1  # the split comes after the last history
        spent = 0
        for runs in steps:
            lived = {}
            for name, style in self._styles.items():
                lived[name] = self._parts(style, runs)
                spent += runs
                self.panel.done = spent / total
                yield
            self._lived = lived
            self.panel.shown = runs
            self._draw()
            yield
        self.panel.shown = self._ready
        self.split = gathered(self._lived, levers=self._ranged)
        self.panel.done = 1.0
        self._draw()

    async def _in_turns(self, work: Iterator[None]) -> None:
        while self._work is work and self.panel.step(work):
            await asyncio.sleep(0)
        if self._work is work:
            self._stop()

    def _stop(self) -> None:
        self._work = iter(())
        if hasattr(self, "panel"):
            self.panel.done = 1.0

    def _picture(self) -> tuple[Any, dict[str, pd.DataFrame]]:
        lived = {preset_name(name): parts[0][1][["run", self.measure]] for name, parts in self._lived.items()}
        tables = [table.assign(style=name) for name, table in lived.items()]
        shown = 0 if self.split else self.shown
        chart, data = strips(pd.concat(tables, ignore_index=True), self.measure, self.scenario.weeks, shown=shown)
        return chart.properties(width="container"), data

    def _draw(self) -> None:
        with self.panel.hold_sync():
            self.panel.told, self.panel.settled = self._told(), self.split is not None
        self.chart.show(*self._picture())
        self.below.show(self.split, self.measure)

    def _told(self) -> str:
        if self.split:
            return say("luck.told_many", n=self.shown)
        if self.shown == 1:
            return say("luck.told_one")
        if self.panel.done < 1:
            return say("luck.told_coming", n=self.shown, all=self.runs)
        return say("luck.told_some", n=self.shown)

    def _choices(self, presets: bool) -> dict[str, Any]:
        """Gather what the page offers: measures and levers by their groups, and ways to choose styles."""
        ways = {
            GIVEN: say("luck.which_presets" if presets else "luck.which_given", n=len(self._given)),
            ALL: say("luck.which_all", n=self.drawn),
            CHOSEN: say("luck.which_levers", n=self.drawn),
        }
        return {"runs": self.runs, "ways": ways, "measures": _by_group(Measures), "levers": _by_group(Style)}


def _known(measure: Any) -> str:
    if not isinstance(measure, str) or measure not in Measures.model_fields:
        raise InputError(f"measure {measure!r} is not known; {closest(str(measure), Measures.model_fields)}")
    return measure


def _names(given: Any) -> list[str]:
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise InputError(say("errors.refused"))
    return list(given)


def _by_group(declared: type[Measures] | type[Style]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for name, kind in declared.quantities().items():
        entry = {"name": name, "label": label(declared, name), "meaning": meaning(declared, name)}
        groups.setdefault(kind.group, []).append(entry)
    return [{"label": group(name), "entries": entries} for name, entries in groups.items()]


def _silent(_done: int, _all: int) -> None:
    """Show no bar: the page has one."""
