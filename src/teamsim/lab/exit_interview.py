"""Exit interviews to touch: what was said, what could be seen, what drove it, and what might have been."""

from __future__ import annotations

import math
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import traitlets

from teamsim.exits import Interview, Replay
from teamsim.fields import InputError, Quantity, closest
from teamsim.lab.asking import AskingWidget
from teamsim.lab.names import called
from teamsim.people import DEEDS, Drivers
from teamsim.results import Run
from teamsim.rules.odds import logistic
from teamsim.style import Event, Style
from teamsim.words import ends, group, label, meaning, number, room, say, template, unit

__all__ = ["ExitInterview"]

VIEWS = ("leader", "model")
KEEPING = tuple(deed for deed in DEEDS if deed != "dismissal")
"""What can be tried once with somebody who left; a dismissal keeps nobody."""
REDRAWS = 100
STEPS = 100
"""Into how many steps the range of a lever is divided, about."""
YEAR = 52
SAME = {"pay_ratio": 0.005, "output_change": 0.02}
"""Differences that nobody would call one."""


class ExitInterview(AskingWidget, page="exit_interview"):
    """Ask why somebody left: the reason given, what could be seen, what drove it, and what might have kept them.

    Parameters
    ----------
    run : Run
        The history; one loaded from a folder will do.
    view : {"leader", "model"}
        In the leader's view, what drove somebody stays covered until it is asked for.
    redraws : int
        How often a replay redraws what came after.

    Attributes
    ----------
    run : Run
        The history that is shown.
    departures : list of dict
        Who left, in the order of weeks.
    chosen : int
        The row of ``run.exits`` that is shown; -1 where nobody left.
    said : dict
        The reason given, and what could be seen.
    behind : dict
        What drove it; empty while it is covered.
    tries : dict
        What can be done differently.
    tried : dict
        What came of the last try; empty before.

    Raises
    ------
    InputError
        If there is no such view.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
    >>> talk = ts.lab.ExitInterview(run)
    >>> talk.choose(0)
    >>> talk.said["quote"]
    '“I had stopped learning anything new in this work.”'
    >>> talk.try_again("lever:challenge", week=2, value=0.6)
    >>> talk.tried["sentence"]
    'In ... of 100 redraws of what came after, Amara would still have been there at the end of week ...; as it was, ...'
    """

    sentences = room("exit")
    answers = MappingProxyType({"choose": "choose", "look": "look", "try": "try_again"})

    departures: traitlets.List[Any] = traitlets.List().tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    said = traitlets.Dict().tag(sync=True)
    behind = traitlets.Dict().tag(sync=True)
    tries = traitlets.Dict().tag(sync=True)
    tried = traitlets.Dict().tag(sync=True)
    redraws = traitlets.Int(REDRAWS).tag(sync=True)

    def __init__(self, run: Run, view: str = "leader", redraws: int = REDRAWS, **traits: Any) -> None:
        if view not in VIEWS:
            raise InputError(f"= {view!r} is not a view; {closest(str(view), VIEWS)}", ("view",))
        if isinstance(redraws, bool) or not isinstance(redraws, int) or redraws < 1:
            raise InputError(f"= {redraws!r} is not a whole number from 1", ("redraws",))
        self._view = view
        super().__init__(redraws=redraws, **traits)
        self.show(run)

    def show(self, run: Run) -> None:
        """Hold the interviews of another history.

        Parameters
        ----------
        run : Run
            The other history.
        """
        if not isinstance(run, Run):
            raise InputError(f"= {run!r} is not a Run; simulate returns one", ("run",))
        self.run = run
        with self.hold_sync():
            self.departures = [
                {
                    "who": say("exit.listed", name=called(run.scenario, row["person"]), week=row["week"]),
                    "how": say(f"exit.roads.{row['road']}"),
                    "road": row["road"],
                    "star": row["regretted"],
                }
                for row in run.exits.to_dict("records")
            ]
            self.chosen = -1
            if self.departures:
                self.choose(0)
            else:
                self.said, self.behind, self.tries, self.tried = {}, {}, {}, {}

    def choose(self, number: int) -> None:
        """Sit down with another of those who left.

        Parameters
        ----------
        number : int
            The row of ``run.exits``.
        """
        interview = self.run.interview(number)
        told = Told(interview)
        with self.hold_sync():
            self._told = told
            self.chosen = interview.number
            self.said, self.tries, self.tried = told.said, told.tries, {}
            self.look(self._view == "model")

    def look(self, behind: bool = True) -> None:
        """Look behind the words, or cover it again."""
        self.behind = self._told.behind if behind else {}

    def try_again(self, what: str, week: int | None = None, value: float | None = None) -> None:
        """Live it again up to a week and do one thing differently.

        Parameters
        ----------
        what : str
            ``"lever:…"``, ``"style:…"`` or ``"once:…"``, followed by the name of a lever, preset or deed.
        week : int, optional
            From when on; a quarter before the departure where nothing is said.
        value : float, optional
            Of the lever, or the share of a raise.
        """
        if self.chosen < 0:
            raise InputError(say("exit.nobody"))
        self.tried = self._told.replayed(what, week, value, self.redraws)

    def __repr__(self) -> str:
        return say("exit.plain", n=len(self.departures))


class Told:
    """One interview in words."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.name = called(interview.run.scenario, interview.person)

    @cached_property
    def reason(self) -> str:
        """The name of the driver that was given as the reason; empty for a dismissal."""
        labels = {kind.label: name for name, kind in Drivers.quantities().items()}
        return labels.get(self.interview.stated, "")

    @property
    def said(self) -> dict[str, Any]:
        """The stated reason, and what could be seen."""
        interview = self.interview
        if interview.dismissed:
            told = say("exit.decided", leader=interview.leader, week=interview.week)
            quote, by = "", f"{say('exit.not_asked')} {told}"
        else:
            words = template("exit.said").get(self.reason) or label(Drivers, self.reason)
            quote = say("exit.quote", said=words)
            by = say("exit.quoted", name=self.name, week=interview.week)
        return {"name": self.name, "quote": quote, "by": by, "seen": self.seen}

    @property
    def seen(self) -> list[str]:
        """What could be seen beforehand, a sentence each."""
        return [self._sight(name, value) for name, value in self.interview.seen.items()]

    def _sight(self, name: str, value: float) -> str:
        key = f"exit.sight.{name}"
        if math.isnan(value):
            return say(f"{key}_none")
        if name in SAME:
            change = value - 1.0 if name == "pay_ratio" else value
            side = "at" if abs(change) < SAME[name] else "above" if change > 0 else "below"
            return say(f"{key}_{side}", value=percent(abs(change)))
        if name == "rating":
            return say(key, value=round(100 * value))
        if name == "tenure":
            return say(key, name=self.name, value=span(value))
        return say(key, value=say("exit.sight.weeks", n=round(value))) if value else say(f"{key}_now")

    @property
    def behind(self) -> dict[str, Any]:
        """What drove it, in sentences and numbers."""
        interview = self.interview
        if interview.dismissed:
            return {"rows": [], "sentences": [say("exit.no_drivers", name=self.name)]}
        shares = interview.shares
        rows = []
        for name, value in zip(shares["name"], shares["log_odds"], strict=True):
            if driver := name in Drivers.model_fields:
                title, means = label(Drivers, name), meaning(Drivers, name)
            else:
                title, means = say(f"exit.terms.{name}"), ""
            rows.append({"driver": driver, "label": title, "meaning": means, "share": value, "text": signed(value)})
        top = shares.iloc[0]
        said, weighed = label(Drivers, self.reason), label(Drivers, top["name"])
        way = "_none" if top["log_odds"] <= 0 else "_same" if top["name"] == self.reason else ""
        compared = say(f"exit.compared{way}", name=self.name, said=said, weighed=weighed)
        odds = in_frequencies(float(logistic(interview.log_odds)))
        chance = say(f"exit.chance_{interview.road}", odds=odds)
        return {
            "rows": rows,
            "total": signed(interview.log_odds),
            "read": say("exit.how_to_read", name=self.name),
            "sentences": [compared, chance, say("exit.formula")],
        }

    @property
    def tries(self) -> dict[str, Any]:
        """What can be done differently, and from when on."""
        interview = self.interview
        plan = interview.plan
        names = template("manager.preset_names")
        groups: dict[str, list[dict[str, Any]]] = {}
        for name, lever in Style.quantities().items():
            was = [[start, getattr(style, name)] for start, style in plan.styles.items()]
            option = {"key": f"lever:{name}", "label": label(Style, name), "meaning": meaning(Style, name)}
            scale = {**scale_of(lever), "ends": list(ends(Style, name)), "was": was}
            groups.setdefault(group(lever.group), []).append(option | scale)
        groups[say("exit.style_group")] = [
            {"key": f"style:{name}", "label": say("exit.style_option", style=names.get(name, name))}
            for name in Style.presets()
        ]
        amount = Event.quantities()["amount"]
        groups[say("exit.once_group")] = [
            {"key": f"once:{deed}", "label": say(f"exit.once.{deed}", name=self.name)}
            | ({**scale_of(amount), "start": amount.default} if deed == "raise" else {})
            for deed in KEEPING
        ]
        return {
            "groups": [{"label": name, "options": options} for name, options in groups.items()],
            "first": interview.joined,
            "last": interview.week,
            "week": interview.usual_week,
        }

    def replayed(self, what: str, week: int | None, value: float | None, redraws: int) -> dict[str, Any]:
        """Try one thing and tell what came of it."""
        interview = self.interview
        start = interview.usual_week if week is None else week
        kind, _, name = str(what).partition(":")
        if kind == "lever":
            if name not in Style.model_fields:
                raise InputError(f"= {name!r} is not a lever; {closest(name, Style.model_fields)}", ("what",))
            replay = interview.replay(start, redraws=redraws, **{name: value})  # type: ignore[arg-type]
            was = getattr(interview.plan.at(start), name)
            lever = Style.quantities()[name]
            done = say(
                "exit.tried_lever",
                week=start,
                lever=label(Style, name),
                value=in_words(lever, float(value or 0.0)),
                was=in_words(lever, was),
            )
        elif kind == "style":
            replay = interview.replay(start, name, redraws=redraws)
            done = say("exit.tried_style", week=start, style=template("manager.preset_names").get(name, name))
        elif kind == "once":
            if name not in KEEPING:
                raise InputError(f"= {name!r} is nothing that can be done once; {closest(name, KEEPING)}", ("what",))
            amount = Event.quantities()["amount"].default if value is None else value
            event = {"week": start, "kind": name, "who": interview.person, "amount": amount}
            replay = interview.replay(start, events=[event], redraws=redraws)
            done = say(f"exit.did.{name}", week=start, value=percent(amount), name=self.name)
        else:
            raise InputError(f"= {what!r} is nothing that can be done differently", ("what",))
        return {"done": done, "what": what, "week": start, **self._frequencies(replay)}

    def _frequencies(self, replay: Replay) -> dict[str, Any]:
        """Tell a replay, and lay its redraws side by side: first who stays both ways, then who does with the change."""
        was, now = replay.left_as_it_was > replay.until, replay.left > replay.until
        order = np.lexsort((~was, ~now))
        low, high = (round(100 * end) for end in replay.interval)
        everybody = {"all": replay.redraws, "name": self.name, "until": replay.until}
        return {
            "was": was[order].tolist(),
            "now": now[order].tolist(),
            "was_text": say("exit.of", n=replay.stayed_as_it_was, all=replay.redraws),
            "now_text": say("exit.of", n=replay.stayed, all=replay.redraws),
            "sentence": say("exit.result", n=replay.stayed, was=replay.stayed_as_it_was, **everybody),
            "unsure": say("exit.unsure", all=replay.redraws, low=low, high=high),
        }


def scale_of(kind: Quantity) -> dict[str, Any]:
    """Return what a range input needs."""
    whole = kind.kind is int or kind.unit == "weeks" or (kind.high - kind.low) >= STEPS / 2
    step = 1.0 if whole else 10.0 ** round(math.log10((kind.high - kind.low) / STEPS))
    share = kind.unit.startswith("share")
    return {"low": kind.low, "high": kind.high, "step": step, "percent": share, "unit": unit_of(kind)}


def unit_of(kind: Quantity) -> str:
    """Return the unit that stands behind a number; nothing behind a level or a share."""
    return "" if kind.unit == "level" or kind.unit.startswith("share") else unit(kind.unit)


def in_words(kind: Quantity, value: float) -> str:
    """Return a value with its unit."""
    return percent(value) if kind.unit.startswith("share") else f"{number(value, '.4g')} {unit_of(kind)}".strip()


def percent(share: float) -> str:
    """Return a share in per cent, in whole ones where that says enough."""
    return f"{number(100 * share, '.0f' if abs(share) >= 0.0095 else '.1f')} %"


def signed(value: float) -> str:
    """Return a number with its sign, and no sign at zero."""
    return number(value, "+.2f") if abs(value) >= 0.005 else number(0.0, ".2f")


def span(weeks: float) -> str:
    """Return a time in weeks, or in years from two on."""
    if weeks < 2 * YEAR:
        return say("exit.sight.weeks", n=round(weeks))
    return say("exit.sight.years", n=round(weeks / YEAR))


def in_frequencies(chance: float) -> str:
    """Return a chance as a frequency.

    Examples
    --------
    >>> in_frequencies(0.158), in_frequencies(0.000173)
    ('16 in 100', '1 in 5,800')
    """
    if chance >= 0.01:
        return say("exit.in_hundred", n=round(100 * chance))
    return say("exit.one_in", n=number(float(f"{1 / max(chance, 1e-12):.2g}"), ",.0f"))
