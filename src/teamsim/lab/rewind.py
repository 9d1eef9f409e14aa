"""Go back to a week, do something else from there on, and see both histories side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import traitlets

from teamsim.fields import InputError, Quantity, closest
from teamsim.lab.names import called
from teamsim.lab.widget import LabWidget, guarded
from teamsim.people import DEEDS, Measures
from teamsim.results import GROUPS, Run
from teamsim.statistics.sums import means
from teamsim.style import Event, Style
from teamsim.words import ends, label, language, meaning, room, say, template, unit
from teamsim.world import EVERYBODY

__all__ = ["Rewind"]

LEVERS = ("challenge", "feedback_weeks", "recognition_weeks", "coaching_hours")
MEASURES = ("output", "engagement", "strain", "people")
NOTHING: Mapping[str, Any] = {"week": 0, "leader": "", "preset": "", "levers": {}, "event": {}, "redraw": 0}
STEPS = 100
"""Into how many steps the range of a lever is divided, about."""


class Rewind(LabWidget, page="rewind"):
    """Go back to a week of a history and change the style from there on.

    What is chosen is lived at once, in the same luck; another luck is a button away.

    Parameters
    ----------
    run : Run
        What happened; one loaded from a folder will do.
    levers : sequence of str, optional
        The levers that can be moved; four where nothing is said.
    measures : sequence of str
        What is drawn of both histories.

    Attributes
    ----------
    run, other : Run
        What happened, and the other history.
    choices : dict
        What is done differently: from which ``week`` on, under which ``leader`` (empty for all), with which ``preset``
        (empty for the style that was) and which ``levers`` moved, with which ``event`` added (``kind``, ``week``,
        ``amount``, ``who``; empty for none), and in which ``redraw`` of luck (0 for the same). Assign a new one to
        live it.
    picture : dict
        What is drawn.

    Raises
    ------
    InputError
        If a lever or a measure is not known, or the history was lived by other rules.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
    >>> rewind = Rewind(run)
    >>> rewind.choose(week=0, preset="developer")
    >>> len(rewind.other.exits) < len(run.exits)
    True
    """

    sentences = room("rewind")

    choices = traitlets.Dict(dict(NOTHING)).tag(sync=True)
    setting = traitlets.Dict().tag(sync=True, from_json=lambda _, widget: widget.setting)
    picture = traitlets.Dict().tag(sync=True, from_json=lambda _, widget: widget.picture)

    def __init__(
        self, run: Run, levers: Iterable[str] | None = None, *, measures: Sequence[str] = MEASURES, **traits: Any
    ) -> None:
        self._levers = _known(LEVERS if levers is None else levers, Style.quantities(), "levers")
        self._measures = _known(measures, Measures.quantities(), "measures")
        run.made.check()
        self.run = self.other = run
        choices = {**NOTHING, "week": (run.scenario.weeks - 1) // 2}
        super().__init__(choices=choices, setting=_setting(run, self._levers), **traits)
        self._live()

    def choose(self, **choices: Any) -> None:
        """Change some of the choices; those not named stay.

        Parameters
        ----------
        **choices
            As in `choices`.
        """
        self.choices = {**self.choices, **choices}

    def show(self, run: Run) -> None:
        """Start from another history; what it allows of the choices stays.

        Parameters
        ----------
        run : Run
            What happened.

        Raises
        ------
        InputError
            If it was lived by other rules.
        """
        run.made.check()
        last, chosen = run.scenario.weeks - 1, dict(self.choices)
        chosen["week"] = min(chosen["week"], last)
        if chosen["leader"] not in run.made.conduct:
            chosen["leader"] = ""
        if run.scenario != self.run.scenario:
            chosen["event"] = {}
        with self.hold_sync():
            self.run, self.setting = run, _setting(run, self._levers)
            if chosen == self.choices:
                self._live()
            else:
                self.choices = chosen

    @traitlets.observe("choices")
    def _chosen(self, change: Any) -> None:
        """Live it; what cannot be lived is refused, and what was chosen before stands."""
        if not self.setting or self._live():
            return
        problem = self.problem
        self.choices = change["old"]
        self.problem = problem

    @guarded
    def _live(self) -> bool:
        chosen = self.choices
        if set(chosen) != set(NOTHING):
            odd = next(iter(set(chosen) ^ set(NOTHING)))
            raise InputError(f"{odd!r} is missing or not known; {closest(str(odd), NOTHING)}", ("choices",))
        week = chosen["week"]
        styles, events = self._styles(), self._events()
        other = self.run.rewind(week, styles, events, redraw=chosen["redraw"])
        picture = self._drawn(other, changed=bool(styles or events or chosen["redraw"]))
        self.other, self.picture = other, picture
        return True

    def _leaders(self) -> list[str]:
        """Whose style is changed."""
        leader, conduct = self.choices["leader"], self.run.made.conduct
        if leader and leader not in conduct:
            raise InputError(f"= {leader!r} is not known; {closest(str(leader), conduct)}", ("leader",))
        return [leader] if leader else list(conduct)

    def _leading(self) -> list[str]:
        """Whose style the levers show: everybody's plan counts where somebody who is hired could come to lead."""
        chosen = self._leaders()
        if any(team.led_by for team in self.run.scenario.teams):
            return chosen
        return [leader for leader in chosen if leader != EVERYBODY]

    def _styles(self) -> dict[str, Style]:
        """The styles from the fork on, of those leaders who do something differently."""
        preset, levers, week = self.choices["preset"], self.choices["levers"], self.choices["week"]
        if not isinstance(levers, Mapping):
            raise InputError(f"= {levers!r} is not a mapping from levers to numbers", ("levers",))
        for name in levers:
            if name not in self._levers:
                raise InputError(f"{name!r} cannot be moved here; {closest(str(name), self._levers)}", ("levers",))
        conduct, styles = self.run.made.conduct, {}
        if isinstance(week, bool) or not isinstance(week, int) or not 0 <= week < self.run.scenario.weeks:
            raise InputError(f"= {week!r} is not a whole number in 0..{self.run.scenario.weeks - 1}", ("week",))
        for leader in self._leaders():
            was = conduct[leader].at(week)
            style = (Style.preset(preset) if preset else was).replace(**levers)
            if preset or style != was:
                styles[leader] = style
        return styles

    def _events(self) -> list[Event]:
        given, first, last = self.choices["event"], self.choices["week"], self.run.scenario.weeks - 1
        if not given:
            return []
        event = Event(**given)
        if not first <= event.week <= last:
            raise InputError(say("rewind.event_outside", week=event.week, first=first, last=last))
        return [event]

    def _group(self) -> tuple[str, set[str]]:
        """The group that is drawn, and the names of its teams."""
        teams = self.run.scenario.teams
        if len(teams) > 1 and self.choices["leader"]:
            led = [team.name for team in teams if (team.led_by or team.leader.name) == self.choices["leader"]]
            if len(led) == 1:
                return led[0], set(led)
        return GROUPS[0], {team.name for team in teams}

    def _drawn(self, other: Run, changed: bool) -> dict[str, Any]:
        week, redraw = self.choices["week"], self.choices["redraw"]
        group, teams = self._group()
        was, now = (run.weeks[run.weeks["group"] == group] for run in (self.run, other))
        series = [self._series(name, was[name].to_numpy(), now[name].to_numpy()) for name in self._measures]
        exits = [run.exits[run.exits["team"].isin(teams)] for run in (self.run, other)]
        if not changed:
            told = [say("rewind.nothing_done")]
        elif was.equals(now):
            told = [say("rewind.nothing_differs", week=week)]
        else:
            told = [_difference(week, exits, series)]
            if redraw:
                told.append(say("rewind.also_luck"))
        conduct = self.run.made.conduct
        preset = Style.presets().get(self.choices["preset"])
        stand = [preset or conduct[leader].at(week) for leader in self._leading()]
        return {
            "week": week,
            "redraw": redraw,
            "changed": changed,
            "told": " ".join(told),
            "series": series,
            "left": self._departures(exits, other),
            "stand": {name: _common([getattr(style, name) for style in stand]) for name in self._levers},
        }

    def _series(self, name: str, was: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> dict[str, Any]:
        kind, week = Measures.quantities()[name], self.choices["week"]
        told = [_written(float(means(values[week:])), kind) for values in (was, other)]
        low, high = kind.low, kind.high
        if kind.unit != "level":
            both = np.concatenate([was, other])
            low, high = min(0.0, -_round_up(-float(both.min()))), _round_up(max(0.0, float(both.max())))
        return {
            "name": name,
            "label": label(Measures, name),
            "meaning": meaning(Measures, name),
            "low": low,
            "high": high,
            "ends": [_written(low, kind), _written(high, kind, with_unit=True)],
            "was": np.round(was, 4).tolist(),
            "other": np.round(other, 4).tolist(),
            "means": told,
            "alt": say("rewind.in_chart", measure=label(Measures, name), week=week, was=told[0], other=told[1]),
        }

    def _departures(self, exits: Sequence[pd.DataFrame], other: Run) -> dict[str, list[dict[str, Any]]]:
        """Who left in each history, and how it went for the same person in the other one."""
        weeks = [dict(zip(one["person"], one["week"], strict=True)) for one in exits]
        runs = (self.run, other)
        key = "rewind.item" if len(self.run.scenario.teams) == 1 else "rewind.item_team"
        ways = template("rewind.ways")
        found: dict[str, list[dict[str, Any]]] = {}
        for side, (name, mine) in enumerate(zip(("was", "other"), exits, strict=True)):
            found[name] = []
            rows = zip(mine["week"], mine["person"], mine["team"], mine["road"], strict=True)
            for week, person, team, road in rows:
                text = say(key, week=week, name=called(self.run.scenario, person), team=team, way=ways[road])
                beside = _beside(side, person, int(week), weeks[1 - side].get(person), runs[1 - side])
                found[name].append({"week": int(week), "text": text, "beside": beside})
        return found


def _beside(side: int, person: str, week: int, there: int | None, run: Run) -> str:
    """How it went in the other history, `run`, for somebody who left in this one; empty if there is nothing to say."""
    if there is None:
        # everybody of the first cast was there; for the others the life lines are asked, which take longest to lay out
        came = person in run.scenario.people or bool((run.people["person"] == person).any())
        kinds = ("stays", "never") if side == 0 else ("stays_not", "never_was")
        return say(f"rewind.{kinds[0] if came else kinds[1]}")
    if side == 0 or there == week:
        return ""
    return say("rewind.later" if week > there else "rewind.earlier", n=abs(week - int(there)))


def _difference(week: int, exits: Sequence[pd.DataFrame], series: Sequence[Mapping[str, Any]]) -> str:
    """What differs between two histories, in one sentence."""
    was, other = (int((one["week"] >= week).sum()) for one in exits)
    left = say("rewind.left_same" if was == other else "rewind.left_differ", week=week, n=other, was=was)
    differ = [one for one in series if one["means"][0] != one["means"][1]]
    if not differ:
        return f"{left}."
    parts = [say("rewind.instead", measure=one["label"], was=one["means"][0], other=one["means"][1]) for one in differ]
    return say("rewind.joined", left=left, rest=say("rewind.on_average", measures=", ".join(parts)))


def _common(values: Sequence[float]) -> float | None:
    return values[0] if len(set(values)) == 1 else None


def _round_up(value: float) -> float:
    """The next round number, so that an axis stays where it is when its data change a little."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 7.5, 10, 15) if step * power >= value)


def _written(value: float, kind: Quantity, with_unit: bool = False) -> str:
    digits = 0 if not value else 2 if kind.unit == "level" or abs(value) < 10 else 1
    text = f"{value:.{digits}f}"
    if language() == "de":
        text = text.replace(".", ",")
    return f"{text} {unit(kind.unit)}" if with_unit and kind.unit != "level" else text


def _known(names: Iterable[str], allowed: Mapping[str, Quantity], what: str) -> tuple[str, ...]:
    chosen = tuple(names)
    for name in chosen:
        if name not in allowed:
            raise InputError(f"{name!r} is not known; {closest(str(name), allowed)}", (what,))
    return chosen


def _setting(run: Run, levers: Sequence[str]) -> dict[str, Any]:
    """All that a page needs of a history and of the levers before anything is chosen."""
    kinds = Style.quantities()
    amount, people = Event.quantities()["amount"], run.people.drop_duplicates("person")
    return {
        "weeks": run.scenario.weeks,
        "leaders": [leader for leader in run.made.conduct if leader != EVERYBODY],
        "presets": template("manager.preset_names"),
        "levers": [
            {
                "name": name,
                "label": label(Style, name),
                "meaning": meaning(Style, name),
                "ends": list(ends(Style, name)),
                "low": kinds[name].low,
                "high": kinds[name].high,
                "step": 1 if kinds[name].unit == "weeks" else (kinds[name].high - kinds[name].low) / STEPS,
                "unit": "" if kinds[name].unit == "level" else unit(kinds[name].unit),
            }
            for name in levers
        ],
        "deeds": list(DEEDS),
        "amount": {"low": amount.low, "high": amount.high, "default": amount.default},
        "people": [
            {"key": person, "name": called(run.scenario, person), "leader": leader}
            for person, leader in zip(people["person"], people["leader"], strict=True)
        ],
    }
