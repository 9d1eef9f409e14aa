"""The same luck under another style: differences, pair by pair."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from teamsim.engine import Progress, futures, simulate
from teamsim.fields import InputError, closest
from teamsim.people import OF_TEAMS, Fork, Measures
from teamsim.results import GROUPS, Futures, Made, Result, Run
from teamsim.scenario import Scenario
from teamsim.statistics.pairs import paired_interval
from teamsim.style import Conduct, Event, Plan, Style
from teamsim.world import EVERYBODY

__all__ = ["Comparison", "compare", "forked", "rewind", "rewound"]


class Comparison(Result):
    """Several styles under the same luck.

    Attributes
    ----------
    runs : DataFrame
        A row a style and run: each measure of the organisation over the horizon.
    differences : DataFrame
        A row a style, group and measure: ``difference`` from the first style, ``low`` and ``high`` of its confidence
        interval over pairs, and ``narrower``, by how much that interval is narrower than one of unpaired runs.
    weeks : DataFrame
        As `Futures.weeks`, with the style.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> found = ts.compare(scenario, {"as it was": "hands-off", "developer": "developer"}, runs=40)
    >>> row = found.differences.query("group == 'organisation' and measure == 'engagement'").iloc[0]
    >>> bool(row.low > 0)
    True
    """

    tables = ("runs", "differences", "weeks")

    @property
    def styles(self) -> tuple[str, ...]:
        """The names of what is compared; the first is what the others are held against."""
        return tuple(self._raw["styles"])

    def __getitem__(self, style: str) -> Futures:
        """Return the futures under one of the styles.

        Raises
        ------
        InputError
            If there is no such style, or the comparison was loaded from a folder.
        """
        if style not in self.styles:
            raise InputError(f"style {style!r} is not known; {closest(style, self.styles)}")
        if "futures" not in self._raw:
            raise InputError(f"style {style!r}: a saved comparison keeps tables only; run it again for its futures")
        found: Futures = self._raw["futures"][style]
        return found

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Every run of every style."""
        return self._stacked("runs")

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """Quantiles by week of every style."""
        return self._stacked("weeks")

    def weeks_of(self, *measures: str) -> pd.DataFrame:
        """Return the rows of ``weeks`` for some measures, without working out the others."""
        if "weeks" in self.__dict__:
            return self.weeks[self.weeks["measure"].isin(measures)].reset_index(drop=True)
        parts = [self[style].weeks_of(*measures).assign(style=style) for style in self.styles]
        return pd.concat(parts, ignore_index=True)

    def _stacked(self, table: str) -> pd.DataFrame:
        parts: list[pd.DataFrame] = [getattr(self[style], table).assign(style=style) for style in self.styles]
        whole = pd.concat(parts, ignore_index=True)
        return whole[["style", *whole.columns.drop("style")]]

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Differences from the first style, pair by pair."""
        confidence: float = self._raw["confidence"]
        measures = list(Measures.model_fields)
        rows = []
        for group in GROUPS:
            base = self[self.styles[0]].runs_of(group)
            for style in self.styles[1:]:
                other = self[style].runs_of(group)
                for measure in measures:
                    if measure in OF_TEAMS and group != GROUPS[0]:
                        continue
                    found = paired_interval(base[measure].to_numpy(), other[measure].to_numpy(), confidence)
                    rows.append(
                        {"style": style, "against": self.styles[0], "group": group, "measure": measure, **found}
                    )
        return pd.DataFrame(rows)

    def _about(self) -> dict[str, Any]:
        plans = {style: made.to_json()["plans"] for style, made in self._raw["made"].items()}
        return super()._about() | {"styles": plans, "confidence": self._raw["confidence"]}

    @classmethod
    def _read(cls, content: Mapping[str, Any]) -> Comparison:
        made = {
            style: Made.from_json({**content["made"], "plans": plans}) for style, plans in content["styles"].items()
        }
        return cls(Made.from_json(content["made"]), styles=tuple(made), made=made, confidence=content["confidence"])


def compare(
    scenario: Scenario,
    styles: Mapping[str, Conduct],
    runs: int = 500,
    seed: int = 1,
    *,
    confidence: float = 0.95,
    parameters: Any = None,
    threads: int | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Comparison:
    """Live through the same luck under several styles.

    Parameters
    ----------
    scenario : Scenario
        Who, for how long, where.
    styles : mapping from a name to a Style, a Plan, a preset's name, or a mapping from leader to these
        Two or more; the first is what the others are held against.
    runs : int
        How many pairs, from 2.
    seed : int
        The luck, shared by all styles.
    confidence : float
        Of the intervals, between 0 and 1.
    parameters, threads, progress, cancel
        As in `teamsim.futures`; progress counts over all styles.

    Returns
    -------
    Comparison
        Tables ``differences``, ``runs`` and ``weeks``.

    Raises
    ------
    InputError
        If fewer than two styles or runs are given, or anything cannot be used.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> ts.compare(scenario, {"a": "comfortable", "b": "demanding"}, runs=20).styles
    ('a', 'b')
    """
    if not isinstance(styles, Mapping) or len(styles) < 2:
        given = f"{len(styles)} of them" if isinstance(styles, Mapping) else type(styles).__name__
        raise InputError(f"has to be a mapping from two or more names to styles; given was {given}", ("styles",))
    if isinstance(runs, bool) or not isinstance(runs, (int, np.integer)) or runs < 2:
        raise InputError(f"= {runs!r} is not a whole number from 2", ("runs",))
    if not isinstance(confidence, float) or not 0 < confidence < 1:
        raise InputError(f"= {confidence!r} is not a number between 0 and 1", ("confidence",))
    lived = {}
    for number, (name, style) in enumerate(styles.items()):

        def report(done: int, _: int, before: int = number * runs) -> object:
            return progress(before + done, len(styles) * runs) if progress else None

        lived[name] = futures(
            scenario,
            style,
            runs,
            seed,
            parameters=parameters,
            threads=threads,
            progress=report if progress else None,
            cancel=cancel,
        )
    made = {name: one.made for name, one in lived.items()}
    first = next(iter(made.values()))
    return Comparison(first, styles=tuple(lived), futures=lived, made=made, confidence=confidence)


def rewind(
    run: Run,
    week: int,
    style: Style | str | Mapping[str, Style | str] | None = None,
    events: Iterable[Event | Mapping[str, Any]] = (),
    *,
    redraw: int = 0,
) -> Run:
    """Go back to a week of a run and do something else from there on.

    Only decisions are changed: the history is lived again from its first week, and is the same until then.

    Parameters
    ----------
    run : Run
        What happened.
    week : int
        From which week on things are done differently.
    style : Style, name of a preset, or mapping from leader to one of these, optional
        The style from then on; leaders not named go on as they did.
    events : sequence of Event
        Dated events to add.
    redraw : int
        0 for the same luck; any other number for another luck from that week on.

    Returns
    -------
    Run
        The other history.

    Raises
    ------
    InputError
        If the week is outside the horizon, or style or events cannot be used.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
    >>> len(rewind(run, 0, "developer").exits) < len(run.exits)
    True
    """
    made = run.made
    conduct = rewound(made, week, style, events)
    if isinstance(redraw, bool) or not isinstance(redraw, int | np.integer) or redraw < 0:
        raise InputError(f"= {redraw!r} is not a whole number from 0", ("redraw",))
    fork = forked(made, int(week)).replace(redraw=int(redraw)) if redraw else made.fork
    return simulate(made.scenario, conduct, made.seed, run=made.first_run, parameters=made.parameters, fork=fork)


def rewound(
    made: Made,
    week: int,
    style: Style | str | Mapping[str, Style | str] | None = None,
    events: Iterable[Event | Mapping[str, Any]] = (),
) -> dict[str, Plan]:
    """Return every leader's plan with another style, and more events, from a week on."""
    made.check()
    last = made.scenario.weeks - 1
    if isinstance(week, bool) or not isinstance(week, int | np.integer) or not 0 <= week <= last:
        raise InputError(f"= {week!r} is not a whole number in 0..{last}", ("week",))
    named = style if isinstance(style, Mapping) else dict.fromkeys(made.conduct, style)
    plans = made.conduct
    for leader in named:
        if leader not in plans and leader not in made.scenario.people:
            raise InputError(f"leader {leader!r} is not known; {closest(str(leader), plans)}", ("style",))
        plans.setdefault(leader, plans[EVERYBODY])
    if isinstance(events, Mapping | Event | str) or not isinstance(events, Iterable):
        raise InputError(f"has to be a list of events; given was {type(events).__name__}", ("events",))
    added = tuple(Event(**event) if isinstance(event, Mapping) else event for event in events)
    for number, event in enumerate(added):
        if isinstance(event, Event) and not week <= event.week <= last:
            raise InputError(f"= {event.week} is outside {week}..{last}", ("events", number, "week"))
    return {leader: plan.then(int(week), named.get(leader), added) for leader, plan in plans.items()}


def forked(made: Made, week: int) -> Fork:
    """Return where redraws of a history leave it.

    Raises
    ------
    InputError
        If the history left another one before that week; what has been could then not be lived again.
    """
    if made.fork.person:
        raise InputError("is one in which somebody's driver does not count; go back in the one that it left", ("run",))
    if made.fork.redraw and week > made.fork.week:
        raise InputError(f"= {week} is outside 0..{made.fork.week}: there this history left another one", ("week",))
    return Fork(week=week)
