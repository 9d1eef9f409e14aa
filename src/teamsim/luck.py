"""Luck or leadership: what sets one history apart from another, split into its sources.

Every style lives through the same luck, run by run. Outcomes are therefore a crossed table, styles by runs (by sets of
parameters), and its variance splits in the classical way: two-way or three-way random effects, estimated from mean
squares (Searle, Casella & McCulloch 1992, *Variance Components*, ch. 4).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import scipy

from teamsim.engine import Progress, futures
from teamsim.fields import Declared, InputError, closest
from teamsim.parameters import SAMPLE, Parameters, sets_of
from teamsim.people import Measures
from teamsim.results import Made, Result
from teamsim.scenario import Scenario
from teamsim.statistics.percent import percent
from teamsim.statistics.variance import variance_split
from teamsim.style import Conduct, Plan, Style
from teamsim.words import label, say

__all__ = ["PARTS", "VarianceSplit", "luck_or_leadership", "shares_of", "styles_drawn"]

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Lived: TypeAlias = "tuple[Made, pd.DataFrame]"

PARTS = ("leadership", "luck", "interaction", "model")
"""What sets histories apart; the last only where several sets of parameters were lived through."""
RUNS, MODELS = 1, 2
DRAWN = 40
MODELS_CROSSED = 12
RESAMPLES = 1000


class VarianceSplit(Result):
    """What sets one history of a team apart from another: leadership, luck, and luck that styles meet differently.

    All of it is said *among the styles that were compared* (`among`): of styles that hardly differ, little is
    leadership. The intervals say what more runs would settle; they do not say what other styles would.

    Attributes
    ----------
    shares : DataFrame
        A row a measure and part: ``variance`` (unbiased, in the measure's unit squared; below 0 where the true one is
        too small to be seen), ``share`` of the whole (a variance below 0 counts as 0; the shares of a measure sum
        to 1, or are missing where nothing differed), ``low`` and ``high`` of the share's confidence interval.
    outcomes : DataFrame
        A row a style, model (set of parameters) and run: each measure of the organisation over the horizon.

    Notes
    -----
    The parts are ``leadership`` (how far the means of styles lie apart), ``luck`` (what the same luck does to all
    styles alike), ``interaction`` (luck that styles meet differently) and, where several sets of parameters were
    given, ``model``: all that would be otherwise under another set, alone or together with style and luck.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> split = ts.luck_or_leadership(scenario, ts.Style.presets(), runs=40)
    >>> rows = split.shares.query("measure == 'output'").set_index("part")
    >>> bool(rows.loc["leadership", "share"] > rows.loc["luck", "share"])
    True
    >>> split.among
    'among the 6 ready-made styles'
    """

    tables = ("shares", "outcomes")

    @property
    def styles(self) -> tuple[str, ...]:
        """The names of the styles."""
        return tuple(self._raw["plans"])

    @property
    def levers(self) -> tuple[str, ...]:
        """The levers over whose ranges the styles were drawn; empty where styles were given."""
        return tuple(self._raw["levers"])

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts there are: `PARTS`, the last only with several sets of parameters."""
        return PARTS if len(self._raw["parameters"]) > 1 else PARTS[:-1]

    @property
    def among(self) -> str:
        """Among which styles: the answer depends on it."""
        count, levers = len(self.styles), self.levers
        if levers:
            if set(levers) == set(Style.model_fields):
                return say("luck.among_all", n=count)
            return say("luck.among_levers", n=count, levers=", ".join(label(Style, name) for name in levers))
        presets = {name: Plan.of(style) for name, style in Style.presets().items()}
        given = {name: next(iter(plans.values())) for name, plans in self._raw["plans"].items()}
        return say("luck.among_presets" if given == presets else "luck.among_given", n=count)

    def say(self, measure: str) -> str:
        """Return the split of a measure in a sentence.

        Parameters
        ----------
        measure : str
            A measure of ``shares``.

        Raises
        ------
        InputError
            If the measure is not known.

        Examples
        --------
        >>> import teamsim as ts
        >>> scenario = ts.Scenario.load("managing-stars")
        >>> print(ts.luck_or_leadership(scenario, ts.Style.presets(), runs=40).say("trust"))
        Trust: of what separates one history of this team from another, ... % is leadership, ...
        """
        rows = self.shares_of(measure)
        named = label(Measures, measure)
        if rows["share"].isna().any():
            return say("luck.nothing", measure=named, among=self.among)
        whole = dict(zip(rows["part"], percent(rows["share"]), strict=True))
        return say("luck.split_model" if "model" in whole else "luck.split", measure=named, among=self.among, **whole)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """The horizon of every run of every style."""
        table: pd.DataFrame = self._raw["outcomes"]
        return table

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The split of every measure."""
        return pd.concat([self.shares_of(measure) for measure in Measures.model_fields], ignore_index=True)

    def shares_of(self, measure: str) -> pd.DataFrame:
        """Return the rows of ``shares`` for one measure, without working out the others.

        Raises
        ------
        InputError
            If the measure is not known.
        """
        if measure not in Measures.model_fields:
            raise InputError(f"measure {measure!r} is not known; {closest(measure, Measures.model_fields)}")
        if "shares" in self.__dict__:
            return self.shares[self.shares["measure"] == measure].reset_index(drop=True)
        levels = (len(self.styles), len(self._raw["parameters"]), self.made.runs)
        cube = np.swapaxes(self.outcomes[measure].to_numpy(dtype=float).reshape(levels), RUNS, MODELS)
        split = shares_of(cube, confidence=self._raw["confidence"], seed=self.made.seed)
        split.insert(0, "measure", measure)
        return split

    def _about(self) -> dict[str, Any]:
        plans = {
            style: {leader: plan.model_dump(mode="json") for leader, plan in by_leader.items()}
            for style, by_leader in self._raw["plans"].items()
        }
        sets = [one.model_dump(mode="json") for one in self._raw["parameters"]]
        more = {"plans": plans, "parameters": sets, "levers": list(self.levers), "confidence": self._raw["confidence"]}
        return super()._about() | more

    @classmethod
    def _read(cls, content: Mapping[str, Any]) -> VarianceSplit:
        plans = {
            style: {leader: Plan(**plan) for leader, plan in by_leader.items()}
            for style, by_leader in content["plans"].items()
        }
        return cls(
            Made.from_json(content["made"]),
            plans=plans,
            parameters=[Parameters(**one) for one in content["parameters"]],
            levers=tuple(content["levers"]),
            confidence=content["confidence"],
        )


def luck_or_leadership(
    scenario: Scenario,
    styles: Mapping[str, Conduct] | None = None,
    runs: int = 200,
    seed: int = 1,
    *,
    levers: Iterable[str] | None = None,
    drawn: int = DRAWN,
    parameters: Any = None,
    confidence: float = 0.95,
    threads: int | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> VarianceSplit:
    """Split what sets histories of a team apart into leadership and luck.

    The answer depends on which styles count as possible. Where none are given they are drawn evenly (a Latin
    hypercube) from the whole range of the levers; the result says so (``among``).

    Parameters
    ----------
    scenario : Scenario
        Who, for how long, where.
    styles : mapping from a name to a Style, a Plan, a preset's name, or a mapping from leader to these, optional
        Two or more; all meet the same luck, run by run. Drawn where nothing is given.
    runs : int
        How many histories of each style, from 2.
    seed : int
        The luck, and which styles are drawn.
    levers : sequence of str, optional
        The levers over whose ranges styles are drawn; the others stay as in the scenario. All where nothing is said.
    drawn : int
        How many styles are drawn, from 2.
    parameters : mapping from name to number, path, sequence of these, or "calibrated sample", optional
        Numbers inside the rules that differ from the declared ones. Several sets stand for what is not known about the
        model: the split then has the part ``model``. Every style lives through every set; of the calibrated sample,
        therefore, only the first `MODELS_CROSSED` (its order is random).
    confidence : float
        Of the intervals, between 0 and 1.
    threads, progress, cancel
        As in `teamsim.futures`; progress counts over all styles and sets of parameters.

    Returns
    -------
    VarianceSplit
        Tables ``shares`` and ``outcomes``; ``say(measure)`` puts the split in words.

    Raises
    ------
    InputError
        If anything given cannot be used.
    concurrent.futures.CancelledError
        If it was cancelled.

    Examples
    --------
    >>> import teamsim as ts
    >>> scenario = ts.Scenario.load("managing-stars")
    >>> split = ts.luck_or_leadership(scenario, levers=["recognition_weeks", "pressure"], drawn=8, runs=20)
    >>> split.shares.query("measure == 'engagement'")["part"].tolist()
    ['leadership', 'luck', 'interaction']
    >>> split.among
    'among 8 styles drawn evenly from the whole range of Weeks between recognition, Pressure, all else as it is'
    """
    if styles is not None and levers is not None:
        raise InputError("are for drawing styles; give styles or levers, not both", ("levers",))
    ranged: tuple[str, ...] = ()
    if styles is None:
        ranged = tuple(Style.model_fields) if levers is None else _named(levers)
        styles = styles_drawn(scenario.style, ranged, drawn, seed)
    if not isinstance(styles, Mapping) or len(styles) < 2:
        given = f"{len(styles)} of them" if isinstance(styles, Mapping) else type(styles).__name__
        raise InputError(f"has to be a mapping from two or more names to styles; given was {given}", ("styles",))
    if isinstance(runs, bool) or not isinstance(runs, int | np.integer) or runs < 2:
        raise InputError(f"= {runs!r} is not a whole number from 2", ("runs",))
    if not isinstance(confidence, float) or not 0 < confidence < 1:
        raise InputError(f"= {confidence!r} is not a number between 0 and 1", ("confidence",))
    sets = models_of(parameters)
    total = len(styles) * len(sets) * int(runs)
    lived: dict[str, list[Lived]] = {}
    for name, style in styles.items():
        lived[name] = []
        for one in sets:

            def report(done: int, _: int, before: int = sum(map(len, lived.values())) * int(runs)) -> object:
                return progress(before + done, total) if progress else None

            lived[name].append(
                live(scenario, style, runs, seed, one, threads=threads, progress=progress and report, cancel=cancel)
            )
    return gathered(lived, levers=ranged, confidence=confidence)


def live(scenario: Scenario, style: Conduct, runs: int, seed: int, parameters: Any, **how: Any) -> Lived:
    """Live through some histories, and keep of them what a split needs: a small part of their memory."""
    many = futures(scenario, style, runs, seed, parameters=parameters, **how)
    return many.made, many.runs


def gathered(lived: Mapping[str, Sequence[Lived]], *, levers: Iterable[str], confidence: float = 0.95) -> VarianceSplit:
    """Put together what was lived through: for every style one part for every set of parameters."""
    plans = {style: parts[0][0].conduct for style, parts in lived.items()}
    sets = [made.parameters for made, _ in next(iter(lived.values()))]
    tables = []
    for style, parts in lived.items():
        for number, (_, runs) in enumerate(parts):
            head = pd.DataFrame({"style": style, "model": number}, index=runs.index)
            tables.append(pd.concat([head, runs], axis=1))
    made = next(iter(lived.values()))[0][0]
    outcomes = pd.concat(tables, ignore_index=True)
    return VarianceSplit(
        made, outcomes=outcomes, plans=plans, parameters=sets, levers=tuple(levers), confidence=confidence
    )


def _named(levers: Iterable[str]) -> tuple[str, ...]:
    return (levers,) if isinstance(levers, str) else tuple(dict.fromkeys(levers))


def models_of(given: Any) -> tuple[Declared, ...]:
    """Return the sets of parameters that every style lives through; of the calibrated sample, the first few."""
    return sets_of(given)[: MODELS_CROSSED if str(given) == SAMPLE else None]


def styles_drawn(style: Style, levers: Sequence[str], count: int, seed: int) -> dict[str, Style]:
    """Draw styles evenly from the whole range of some levers (Latin hypercube: McKay, Beckman & Conover 1979).

    Parameters
    ----------
    style : Style
        What the other levers are.
    levers : sequence of str
        Which levers vary.
    count : int
        How many styles, from 2.
    seed : int
        The same seed draws the same styles.

    Returns
    -------
    dict of str to Style
        By a number.

    Raises
    ------
    InputError
        If a lever is not known, none is given, or fewer than two styles are asked for.

    Examples
    --------
    >>> drawn = styles_drawn(Style(), ["challenge"], 4, seed=1)
    >>> sorted(int(4 * style.challenge) for style in drawn.values())
    [0, 1, 2, 3]
    """
    quantities = Style.quantities()
    if not levers:
        raise InputError("is empty; give one or more", ("levers",))
    for name in levers:
        if name not in quantities:
            raise InputError(f"lever {name!r} is not known; {closest(str(name), quantities)}")
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 2:
        raise InputError(f"= {count!r} is not a whole number from 2", ("drawn",))
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError(f"= {seed!r} is not a whole number from 0", ("seed",))
    shares = scipy.stats.qmc.LatinHypercube(len(levers), seed=np.random.default_rng(int(seed))).random(int(count))
    return {
        str(number): style.replace(
            **{name: quantities[name].random(share) for name, share in zip(levers, row, strict=True)}
        )
        for number, row in enumerate(shares.tolist(), 1)
    }


def shares_of(values: Numbers, *, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = 1) -> pd.DataFrame:
    """Split the variance of a crossed table of outcomes.

    Parameters
    ----------
    values : array, style x run or style x run x model
        The outcomes; two or more styles and runs.
    confidence : float
        Of the intervals of the shares.
    resamples : int
        How often the runs are drawn anew for the intervals (percentile bootstrap).
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``part``, ``variance``, ``share``, ``low``, ``high``; see `VarianceSplit`.

    Notes
    -----
    `teamsim.statistics.variance` works it out. Every resample is corrected for what drawing runs anew does to it,
    so that without any leadership the interval of its share reaches 0.

    Examples
    --------
    >>> luck, skill = np.random.default_rng(1).normal(size=300), np.array([[-1.0], [0.0], [1.0]])
    >>> shares_of(skill + luck)["share"].round(1).tolist()
    [0.5, 0.5, 0.0]
    """
    cube = np.asarray(values, dtype=float)
    cube = cube[..., None] if cube.ndim == 2 else cube
    parts = PARTS if cube.shape[MODELS] > 1 else PARTS[:-1]
    variances, shares, ends = (found[: len(parts)] for found in variance_split(cube, confidence, resamples, seed))
    return pd.DataFrame({"part": parts, "variance": variances, "share": shares, "low": ends[:, 0], "high": ends[:, 1]})
