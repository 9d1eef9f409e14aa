"""What researchers ask of a model: what moved this outcome, which style is best, how many runs are enough."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
import scipy

from teamsim.engine import Progress, futures
from teamsim.evidence.ledger import find_claims
from teamsim.evidence.styles import Lived, goal_of, lever, live
from teamsim.fields import InputError, closest
from teamsim.parameters import Parameters, parameters_of
from teamsim.people import Measures, Policies
from teamsim.research.study import Study
from teamsim.scenario import Goal, Scenario
from teamsim.statistics.front import front
from teamsim.statistics.pairs import paired_interval
from teamsim.statistics.sums import means
from teamsim.style import Conduct, Style

__all__ = ["BestStyle", "ablate", "best_style", "power"]

MOST_RUNS = 10**9
LEVERS = (*Style.model_fields, *Policies.model_fields)


def ablate(
    scenario: Scenario,
    outcome: str,
    style: Conduct | None = None,
    runs: int = 200,
    seed: int = 1,
    *,
    confidence: float = 0.95,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Switch each mechanism off in turn, in the same luck, and say what moved an outcome.

    A mechanism is a parameter at which 0 switches it off: every gain, and whatever the experiments of the ledger take
    away (`claims`).

    Parameters
    ----------
    scenario, style, seed
        As in `teamsim.simulate`.
    outcome : str
        A measure, as in `Study`: ``"regretted"``, ``"engagement, top third"``.
    runs : int
        Pairs of histories a mechanism.
    confidence : float
        Of all intervals together (Bonferroni), between 0 and 1.
    workers, progress
        As in `Study.run`.

    Returns
    -------
    DataFrame
        A row a mechanism, the strongest first: ``mechanism``, its ``group`` (a file of rules) and ``meaning``, and what
        it adds to the outcome over the horizon: ``effect`` (with it, less without it), ``low`` and ``high`` of its
        interval, and whether that is ``clear`` of 0. Effects do not add up where mechanisms work together.

    Raises
    ------
    InputError
        If anything given cannot be used.

    Examples
    --------
    >>> import teamsim as ts
    >>> found = ts.ablate(ts.Scenario.load("managing-stars"), "engagement", "comfortable", runs=10)
    >>> found.columns.tolist()
    ['mechanism', 'group', 'meaning', 'effect', 'low', 'high', 'clear']
    """
    _between(confidence, "confidence")
    usual = parameters_of(None)
    declared = Parameters.quantities()
    tried = [experiment.off for claim in find_claims() for experiment in claim.experiment]
    named = {name for off in tried for name, value in off.items() if value == 0}
    names = [
        name for name, one in declared.items()
        if (name.endswith("_gain") or name in named) and one.low == 0 and getattr(usual, name) != 0
    ]  # fmt: skip
    design = pd.DataFrame({f"parameters.{name}": getattr(usual, name) for name in names}, index=range(len(names) + 1))
    for row, name in enumerate(names, 1):
        design.loc[row, f"parameters.{name}"] = 0.0
    study = Study(scenario, design=design, runs=runs, seed=seed, measures=[outcome], style=style)
    values = study.run(workers=workers, progress=progress).columns(outcome)[outcome].to_numpy().reshape(-1, runs)
    apart = 1 - (1 - confidence) / len(names)
    rows = []
    for name, without in zip(names, values[1:], strict=True):
        found = paired_interval(without, values[0], apart)
        effect, low, high = found["difference"], found["low"], found["high"]
        about = {"mechanism": name, "group": declared[name].group, "meaning": declared[name].meaning}
        rows.append(about | {"effect": effect, "low": low, "high": high, "clear": low > 0 or high < 0})
    return pd.DataFrame(rows).sort_values("effect", key=abs, ascending=False, kind="stable", ignore_index=True)


def power(
    scenario: Scenario,
    styles: Mapping[str, Conduct],
    measures: Sequence[str] | str,
    difference: float | None = None,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    pilot: int = 100,
    seed: int = 1,
    parameters: Any = None,
) -> pd.DataFrame:
    """Say how many runs show a difference of this size between two styles, by the variance of pairs in the same luck.

    Parameters
    ----------
    scenario, parameters
        As in `teamsim.simulate`.
    styles : mapping from two names to styles
        What is to be compared.
    measures : str or sequence of str
        Of which measures, over the horizon.
    difference : float, optional
        How large a difference, in the measure's unit; the one that the pilot found where nothing is said.
    power, confidence : float
        With which chance it is to be found, and of which interval it is then to be clear; between 0 and 1.
    pilot : int
        From how many pairs the variance is taken, from 2.
    seed : int
        The luck of the pilot.

    Returns
    -------
    DataFrame
        A row a measure: the ``difference``, the ``runs`` (pairs) that show it by a paired t test, how many a style
        (``unpaired``) it would take without common luck, and the standard deviation of ``pairs`` and of one ``run``.

    Raises
    ------
    InputError
        If anything given cannot be used, or the difference is 0.

    Examples
    --------
    >>> import teamsim as ts
    >>> two = {"a": "comfortable", "b": "demanding"}
    >>> found = ts.power(ts.Scenario.load("managing-stars"), two, "output", difference=5.0, pilot=50)
    >>> bool(found.loc[0, "runs"] < found.loc[0, "unpaired"])
    True
    """
    if not isinstance(styles, Mapping) or len(styles) != 2:
        raise InputError("has to be a mapping from two names to styles", ("styles",))
    for value, name in ((power, "power"), (confidence, "confidence")):
        _between(value, name)
    if isinstance(pilot, bool) or not isinstance(pilot, int) or pilot < 2:
        raise InputError(f"= {pilot!r} is not a whole number from 2", ("pilot",))
    if difference == 0 or (difference is not None and not np.isfinite(difference)):
        raise InputError(f"= {difference!r} cannot be shown by any number of runs", ("difference",))
    names = [measures] if isinstance(measures, str) else list(measures)
    for name in names:
        if name not in Measures.model_fields:
            raise InputError(f"= {name!r} is not known; {closest(name, Measures.model_fields)}", ("measures",))
    one, other = (futures(scenario, style, pilot, seed, parameters=parameters).runs for style in styles.values())
    rows = []
    for name in names:
        pairs = (other[name] - one[name]).to_numpy()
        each = float(np.sqrt((one[name].var() + other[name].var()) / 2))
        wanted = abs(float(pairs.mean()) if difference is None else difference)
        rows.append(
            {
                "measure": name,
                "difference": wanted,
                "runs": _enough(wanted, float(pairs.std(ddof=1)), power, confidence, paired=True),
                "unpaired": _enough(wanted, each, power, confidence, paired=False),
                "pairs": float(pairs.std(ddof=1)),
                "run": each,
            }
        )
    return pd.DataFrame(rows)


def _enough(difference: float, deviation: float, power: float, confidence: float, *, paired: bool) -> int:
    """Return the least number of runs at which a two-sided t test finds a difference with this power."""

    def found(runs: int) -> float:
        freedom = runs - 1 if paired else 2 * runs - 2
        error = deviation / np.sqrt(runs) * (1.0 if paired else np.sqrt(2))
        critical, apart = scipy.stats.t.ppf(0.5 + confidence / 2, freedom), difference / error
        return float(scipy.stats.nct.sf(critical, freedom, apart) + scipy.stats.nct.cdf(-critical, freedom, apart))

    if deviation == 0:
        return 2
    low, high = 1, 2
    while high < MOST_RUNS and found(high) < power:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if found(middle) >= power else (middle, high)
    return high


def _between(value: Any, name: str) -> None:
    if not isinstance(value, float) or not 0 < value < 1:
        raise InputError(f"= {value!r} is not a number between 0 and 1", (name,))


@dataclass(frozen=True)
class BestStyle:
    """What a search for a style found.

    Attributes
    ----------
    scenario : Scenario
        Led in the best way that was found.
    levers : dict
        What was set.
    share : float
        In what share of futures it comes to every aim, in luck that the search had not seen.
    tried : DataFrame
        A row a style: its levers, the mean of each aim, ``hours`` and ``money`` that it asked a head, whether it is
        ``affordable``, the ``share`` of futures that come to every aim, how far it is ``clear`` of the aim hardest for
        it (in standard deviations of luck), and whether it is on the ``front``.
    """

    scenario: Scenario
    levers: dict[str, float]
    share: float
    tried: pd.DataFrame

    @property
    def style(self) -> Style:
        """The style; policies that were set are in the scenario."""
        return self.scenario.style

    @property
    def front(self) -> pd.DataFrame:
        """Return the trade-offs: affordable styles of which no other is better in one aim and as good in all."""
        return self.tried[self.tried["front"]].drop(columns="front")


def best_style(
    scenario: Scenario,
    goal: Goal | Mapping[str, Any] | None = None,
    budget: int = 128,
    runs: int = 40,
    seed: int = 1,
    *,
    levers: Sequence[str] = (),
    progress: Progress | None = None,
) -> BestStyle:
    """Search for the style that reaches a goal within its hours and money (optuna's multi-objective TPE).

    Parameters
    ----------
    scenario : Scenario
        Who, for how long, where.
    goal : Goal or mapping, optional
        What to reach; the scenario's where nothing is given.
    budget : int
        How many styles are tried.
    runs : int
        In how many futures each; the best one is lived in five times as many, in other luck.
    seed : int
        The luck, and that of the search: the same seed finds the same style.
    levers : sequence of str
        What may be set, levers or policies; the goal's where nothing is said.
    progress : callable, optional
        Called with the styles tried and those in all.

    Returns
    -------
    BestStyle
        ``style``, ``scenario``, ``share``, ``tried``, and the ``front`` of trade-offs between aims.

    Raises
    ------
    InputError
        If there is no goal or lever, or optuna (extra ``research``) is not here.

    Examples
    --------
    >>> import teamsim as ts
    >>> found = ts.best_style(ts.Scenario.load("under-pressure"), budget=6, runs=5)
    >>> 1 <= len(found.front) <= 6, 0 <= found.share <= 1
    (True, True)
    """
    if find_spec("optuna") is None:
        raise InputError('needs optuna: python -m pip install -c constraints.txt -e ".[research]"', ("best_style",))
    import optuna

    asked = goal_of(scenario) if goal is None else goal if isinstance(goal, Goal) else Goal(**goal)
    scenario, names = scenario.replace(goal=asked), tuple(levers) or asked.levers
    if not names:
        raise InputError("is empty, and the goal names none; give one lever or more", ("levers",))
    for name in names:
        if name not in LEVERS:
            raise InputError(f"= {name!r} is not known; {closest(name, LEVERS)}", ("levers",))
    quantities = {name: lever(name) for name in names}
    more = [aim.least is not None for aim in asked.aims]
    seen: list[tuple[dict[str, float], Lived]] = []

    def objective(trial: Any) -> tuple[float, ...]:
        style = {
            name: trial.suggest_int(name, int(one.low), int(one.high)) if one.kind is int
            else trial.suggest_float(name, one.low, one.high)
            for name, one in quantities.items()
        }  # fmt: skip
        lived = live(scenario, style, runs, seed)
        seen.append((style, lived))
        trial.set_constraint("hours", lived.hours - asked.hours)
        trial.set_constraint("money", lived.money - asked.money)
        if progress is not None:
            progress(len(seen), budget)
        return tuple(means(lived.aims).tolist())

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        level = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        try:
            sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True)
            up, down = optuna.study.StudyDirection.MAXIMIZE, optuna.study.StudyDirection.MINIMIZE
            ways = [up if one else down for one in more]
            study = optuna.create_study(directions=ways, sampler=sampler)
            study.optimize(objective, n_trials=budget)
        finally:
            optuna.logging.set_verbosity(level)
    middles = [means(lived.aims) for _, lived in seen]
    on_front = front(middles, more, [lived.affordable for _, lived in seen])
    rows = []
    for (style, lived), middle, on in zip(seen, middles, on_front.tolist(), strict=True):
        aims = dict(zip((aim.name for aim in asked.aims), middle.tolist(), strict=True))
        costs = {"hours": lived.hours, "money": lived.money, "affordable": lived.affordable}
        found = {"share": lived.share, "clear": lived.clear, "front": on}
        rows.append(style | aims | costs | found)
    tried = pd.DataFrame(rows)
    ranked = tried.sort_values(["affordable", "share", "clear"], ascending=False, kind="stable")
    best = seen[int(ranked.index[0])][0]
    share = live(scenario, best, 5 * runs, seed + 1).share
    return BestStyle(scenario.led(**{**asked.start, **best}), best, share, tried)
