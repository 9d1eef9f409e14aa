"""What each lever does, and what it costs: moved alone from low to high, and read in all that a leader cares about.

A lever that only does good teaches nothing. Here every lever is moved from the 10 % to the 90 % point of its range,
with all else where participants find it, under the same chance events; each measure that a leader cares about is read
within half a year and within two, for everybody and for the thirds of each team: no gain may hide another's loss.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from teamsim.engine import Progress, futures
from teamsim.fields import InputError, Quantity, closest
from teamsim.people import Measures, Policies
from teamsim.results import GROUPS, Futures, horizon
from teamsim.scenario import Scenario
from teamsim.statistics.pairs import paired_interval
from teamsim.style import Style

__all__ = [
    "CONCERNS",
    "HOURS_AND_MONEY",
    "LOW_AND_HIGH",
    "Concern",
    "at_share",
    "begun",
    "concern",
    "lever_table",
    "levers_there_are",
    "read",
    "worse_when_high",
]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

LOW_AND_HIGH = (0.1, 0.9)
"""Between which shares of its range a lever is moved."""
CONFIDENCE = 0.95
ROUNDING = 1e-9
"""What is no more than this share of a mean is no spread: hours asked do not depend on chance, but are added up."""
WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class Concern:
    """Something that a leader cares about: measures added up, per what, and which way is better.

    ``better`` is 1 where more is better, -1 where less is, and 0 where neither can be said: more mistakes that come to
    light may be more mistakes, or more openness about them.
    """

    name: str
    label: str
    of: tuple[str, ...]
    unit: str
    better: int
    per: str = ""
    thirds: bool = False


def _of(
    name: str, better: int, *, label: str = "", of: tuple[str, ...] = (), per: str = "", thirds: bool = False
) -> Concern:
    first = Measures.quantities()[(of or (name,))[0]]
    unit = f"{first.unit} a {per}" if per else first.unit
    return Concern(name, label or first.label, of or (name,), unit, better, per, thirds)


YEAR, WEEK = "person and year", "person and week"
LEFT, COST = ("left_for_offer", "left_exhausted"), ("pay_cost", "development_cost", "replacement_cost")
CONCERNS = {
    one.name: one
    for one in (
        _of("engagement", 1, thirds=True),
        _of("survey", 1),
        _of("strain", -1, thirds=True),
        _of("trust", 1, thirds=True),
        _of("safety", 1, thirds=True),
        _of("fairness", 1, thirds=True),
        _of("voluntary", -1, label="Voluntary exits", of=LEFT, per=YEAR, thirds=True),
        _of("regretted", -1, per=YEAR),
        _of("output", 1, per="week"),
        _of("output_per_person", 1, thirds=True),
        _of("skill", 1, thirds=True),
        _of("ideas_kept", 1, per=YEAR),
        _of("mistakes", 0, per=YEAR, thirds=True),
        _of("put_off", -1, per=YEAR),
        _of("hours_asked", -1, per=WEEK),
        _of("hours_given", 1, per=WEEK, thirds=True),
        _of("hours_free", 1, per=WEEK),
        _of("firefighting", -1, per=WEEK),
        _of("cost", -1, label="Cost", of=COST, per=WEEK),
        _of("net_value", 1, per="week"),
    )
}
"""What a leader cares about, by name."""
HOURS_AND_MONEY = ("hours_asked", "hours_given", "hours_free", "firefighting", "cost")
"""What a lever is paid for with; a lever that costs nothing else has a price, but no drawback."""


def concern(name: str) -> Concern:
    """Return one of the things that a leader cares about.

    Raises
    ------
    InputError
        If it is not known.

    Examples
    --------
    >>> concern("voluntary").unit
    'exits a person and year'
    """
    if name not in CONCERNS:
        raise InputError(f"measure {name!r} is not known; {closest(name, CONCERNS)}")
    return CONCERNS[name]


def levers_there_are() -> dict[str, Quantity]:
    """Return all levers: those of a style, and the policies that have two ends in words, as levers have.

    Examples
    --------
    >>> known = levers_there_are()
    >>> "pressure" in known, "preparation" in known, "value_of_output" in known
    (True, True, False)
    """
    policies = {name: one for name, one in Policies.quantities().items() if all(one.ends)}
    return Style.quantities() | policies


def at_share(lever: Quantity, share: float) -> float:
    """Return the value a share of the way through a lever's range; of one in weeks, in equal ratios.

    From every week to every second one is as far as from twice to once a year.

    Examples
    --------
    >>> levers = levers_there_are()
    >>> at_share(levers["pressure"], 0.1), round(at_share(levers["feedback_weeks"], 0.5), 1)
    (0.1, 7.2)
    """
    if lever.unit != "weeks" or lever.low <= 0:
        return min(lever.random(share), lever.high)
    value = min(lever.low * math.exp(share * math.log(lever.high / lever.low)), lever.high)
    return round(value) if lever.kind is int else value


def begun(scenario: Scenario, weeks: int | None = None) -> Scenario:
    """Return a scenario with its levers where participants find them, and at least so many weeks long.

    Examples
    --------
    >>> begun(Scenario.load("managing-stars")).style.recognition_weeks
    40.0
    >>> begun(Scenario.load("under-pressure"), 104).weeks
    104
    """
    there = scenario.led(**scenario.goal.start) if scenario.goal else scenario
    return there if weeks is None or weeks <= there.weeks else there.replace(weeks=weeks)


def read(many: Futures, names: Iterable[str], weeks: tuple[int, int], group: str = GROUPS[0]) -> dict[str, Numbers]:
    """Return what every future comes to in some of what a leader cares about, over some weeks.

    Parameters
    ----------
    many : Futures
        Of one style.
    names : iterable of str
        Of `CONCERNS`.
    weeks : tuple of int
        From which week to before which.
    group : str
        Everybody, or a third.

    Returns
    -------
    dict of arrays
        By name, a number a run.

    Examples
    --------
    >>> import teamsim as ts
    >>> many = ts.futures(ts.Scenario.load("managing-stars"), runs=3)
    >>> read(many, ["strain", "voluntary"], (0, 26), "top third")["strain"].shape
    (3,)
    """
    asked = [concern(name) for name in names]
    of = list(dict.fromkeys([*(measure for one in asked for measure in one.of), "people"]))
    place = GROUPS.index(group)
    rows = many._raw["measures"][:, slice(*weeks), place : place + 1]
    found = dict(zip(of, horizon(rows, of, 0), strict=True))
    length = rows.shape[1]
    there = found["people"] * length  # person-weeks; a group of nobody has nothing
    values = {}
    for one in asked:
        whole = np.sum([found[measure] for measure in one.of], axis=0)
        if one.per == "week":
            whole = whole / length
        elif one.per:
            times = WEEKS_A_YEAR if one.per == YEAR else 1
            whole = np.divide(whole * times, there, out=np.zeros_like(whole), where=there > 0)
        values[one.name] = whole
    return values


def lever_table(
    scenario: Scenario,
    levers: Iterable[str] = (),
    weeks: Sequence[int] = (26, 104),
    runs: int = 100,
    seed: int = 1,
    parameters: Any = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Move each lever alone from low to high, and read all that a leader cares about, pair by pair.

    All else stays where participants find it. A scenario shorter than the longest horizon is lived on until then.

    Parameters
    ----------
    scenario : Scenario
        Who, where, and how they are led until a lever is moved.
    levers : iterable of str
        Fields of `Style` or `Policies`; all levers there are where none is named. Those of a goal are
        ``scenario.goal.levers``.
    weeks : sequence of int
        Within how many weeks: half a year and two years where nothing is said.
    runs, seed, parameters
        As in `teamsim.futures`; two or more runs.
    progress : callable, optional
        Called with the levers done and the levers in all.

    Returns
    -------
    DataFrame
        A row a lever, horizon (``weeks``), group and measure: ``from`` and ``to`` (the lever's values at the 10 % and
        the 90 % point of its range), ``unit``, ``at_low`` and ``at_high`` (means over futures), ``difference`` with
        ``low`` and ``high`` of its 95 % interval over pairs, ``size`` (the difference in standard deviations between
        futures; infinite where they do not differ), ``better`` (1 where more of the measure is better, -1 where less
        is, 0 where neither), and ``clear``: whether the difference is clear of zero even though so many measures are
        looked at (an interval of 95 % for all rows of the lever together, after Bonferroni).

        Levels are means over the weeks; exits, ideas, mistakes and talks put off are those of a person and year, hours
        and cost those of a person and week, output and net value those of the organisation a week.

    Raises
    ------
    InputError
        If a lever is not known, or weeks or runs cannot be used.

    Examples
    --------
    >>> found = lever_table(Scenario.load("under-pressure"), ["pressure"], weeks=[26], runs=20)
    >>> row = found.set_index(["measure", "group"]).loc["strain", "organisation"]
    >>> [float(row[name]) for name in ("from", "to")], bool(row["low"] > 0)
    ([0.1, 0.9], True)
    """
    known = Style.quantities() | Policies.quantities()
    names = list(levers) or list(levers_there_are())
    for name in names:
        if name not in known:
            raise InputError(f"lever {name!r} is not known; {closest(name, known)}")
    horizons = [int(week) for week in weeks]
    if not horizons or min(horizons) < 1:
        raise InputError(f"= {list(weeks)!r} are no horizons; give whole numbers of weeks from 1", ("weeks",))
    if isinstance(runs, bool) or not isinstance(runs, (int, np.integer)) or runs < 2:
        raise InputError(f"= {runs!r} is not a whole number from 2", ("runs",))
    there, rows = begun(scenario, max(horizons)), []
    for done, name in enumerate(names):
        values = [at_share(known[name], share) for share in LOW_AND_HIGH]
        ends = [_lived(there.led(**{name: value}), runs, seed, parameters) for value in values]
        rows += _moved(name, values, ends, horizons)
        if progress:
            progress(done + 1, len(names))
    return pd.DataFrame(rows)


def _lived(scenario: Scenario, runs: int, seed: int, parameters: Any) -> Futures:
    return futures(scenario, None, runs, seed, parameters=parameters, progress=lambda *_: None)


def _moved(
    name: str, values: Sequence[float], ends: Sequence[Futures], horizons: Sequence[int]
) -> list[dict[str, Any]]:
    """Return the rows of one lever."""
    asked = {group: [one.name for one in CONCERNS.values() if one.thirds or group == GROUPS[0]] for group in GROUPS}
    judged = sum(CONCERNS[measure].better != 0 for measures in asked.values() for measure in measures)
    together = 1.0 - (1.0 - CONFIDENCE) / (judged * len(horizons))
    rows = []
    for week in horizons:
        for group, measures in asked.items():
            low, high = (read(one, measures, (0, week), group) for one in ends)
            for measure in measures:
                about = {"lever": name, "from": values[0], "to": values[1], "weeks": week, "group": group}
                found = _difference(CONCERNS[measure], low[measure], high[measure], together)
                rows.append(about | {"measure": measure} | found)
    return rows


def _difference(what: Concern, low: Numbers, high: Numbers, together: float) -> dict[str, Any]:
    """Return what lies between two ends of a lever, and whether it is clear of zero at a stricter confidence."""
    found, strict = (paired_interval(low, high, confidence) for confidence in (CONFIDENCE, together))
    spread = math.sqrt((float(low.var(ddof=1)) + float(high.var(ddof=1))) / 2)
    apart, least = found["difference"], ROUNDING * abs(float(high.mean()))
    size = apart / spread if spread > least else math.copysign(math.inf, apart) if abs(apart) > least else 0.0
    return {
        "unit": what.unit,
        "at_low": float(low.mean()),
        "at_high": float(high.mean()),
        "difference": apart,
        "low": found["low"],
        "high": found["high"],
        "size": size,
        "better": what.better,
        "clear": strict["low"] > 0 or strict["high"] < 0,
    }


def worse_when_high(table: pd.DataFrame, end: str = "high") -> pd.DataFrame:
    """Say of each lever what is worse at its high end, and what is better.

    Parameters
    ----------
    table : DataFrame
        What `lever_table` returned.
    end : {"high", "low"}
        Which end is held against the other. The high end of a lever in weeks is the seldom one.

    Returns
    -------
    DataFrame
        A row a lever. ``worse`` and ``better``: labels of what is so for everybody, within any of the horizons and
        clear of zero (``clear`` in the table); ``worse_for``: what is worse for a third and not for everybody (thirds
        are by contribution, week by week: who is in one may differ between the ends); ``costs``: whether anything at
        all is worse; ``drawback``: whether anything but hours and money (`HOURS_AND_MONEY`) is, for everybody.

    Raises
    ------
    InputError
        If the end is neither.

    Examples
    --------
    >>> found = worse_when_high(lever_table(Scenario.load("under-pressure"), ["pressure"], runs=30))
    >>> "Strain" in found.loc["pressure", "worse"], bool(found.loc["pressure", "drawback"])
    (True, True)
    """
    if end not in ("high", "low"):
        raise InputError(f"= {end!r} is not known; {closest(end, ('high', 'low'))}", ("end",))
    towards = table["difference"] * table["better"] * (1 if end == "high" else -1)
    judged = table.assign(side=np.sign(towards).where(table["clear"] & (table["better"] != 0), 0.0))
    whole = judged["group"] == GROUPS[0]
    rows = {}
    for name in dict.fromkeys(table["lever"]):
        mine = judged["lever"] == name
        worse, better = (
            list(dict.fromkeys(judged.loc[mine & whole & (judged["side"] == side), "measure"])) for side in (-1, 1)
        )
        thirds = judged[mine & ~whole & (judged["side"] == -1)]
        hidden = dict.fromkeys(
            (one, group) for one, group in zip(thirds["measure"], thirds["group"], strict=True) if one not in worse
        )
        rows[name] = {
            "worse": _labels(worse),
            "worse_for": ", ".join(f"{CONCERNS[one].label} ({group})" for one, group in hidden),
            "better": _labels(better),
            "costs": bool(worse or hidden),
            "drawback": bool(set(worse).difference(HOURS_AND_MONEY)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("lever")


def _labels(names: Iterable[str]) -> str:
    return ", ".join(CONCERNS[name].label for name in names)
