"""The scorecard: published figures, the model's with their intervals, and whether they fit. It may say no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy

from teamsim.engine import Progress
from teamsim.evidence.extra import needs_research
from teamsim.evidence.figures import Evidence
from teamsim.evidence.study import evidence, measured
from teamsim.evidence.targets import Target, guarded, published
from teamsim.fields import InputError

__all__ = ["checks_of", "scorecard"]

GROUPS, CONFIDENCE = 10, 0.95
LEAST_SEEDS = 2


def scorecard(
    seeds: int = 30,
    *,
    parameters: Any = None,
    first: int = 1,
    by: str = "target",
    fitted: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Hold the model against published figures, and the effects in it against bounds of how large they may be.

    Parameters
    ----------
    seeds : int
        How many invented firms are observed, 8 years and some 2,000 person-years each; 30 take some minutes.
    parameters : mapping from name to number, or path, optional
        Numbers inside the rules that differ from the declared ones.
    first : int
        The first seed.
    by : "target" or "check"
        A row a target or bound, or a row each of its checks.
    fitted : bool
        What is published; or else what is measured besides and was never fitted.
    threads, progress
        As in `teamsim.futures`; progress counts firms.

    Returns
    -------
    DataFrame
        By target: its ``kind`` (target or bound), whether it is one that ``must`` hold, ``fact``, ``published`` (of a
        bound, its bands), ``checks`` inside, ``simulated`` in words, ``in_band`` (all checks are). By target and check:
        ``kind``, ``must``, the band ``low .. high``, the model's ``value`` with its 95 % interval
        ``value_low .. value_high`` over firms, and ``in_band``.

    Raises
    ------
    InputError
        If there are fewer than two seeds, or something else than these two ways to read it is asked for.

    Examples
    --------
    >>> import teamsim as ts
    >>> card = ts.scorecard(seeds=2)
    >>> len(card), card["in_band"].dtype
    (28, dtype('bool'))
    >>> card["kind"].value_counts().to_dict(), int(card["must"].sum())
    ({'target': 16, 'bound': 12}, 4)
    """
    if by not in ("target", "check"):
        raise InputError(f"= {by!r} is neither 'target' nor 'check'", ("by",))
    if not isinstance(seeds, int) or isinstance(seeds, bool) or seeds < LEAST_SEEDS:
        raise InputError(f"= {seeds!r} is not a whole number from {LEAST_SEEDS}", ("seeds",))
    needs_research("scorecard")
    found = evidence(parameters, range(first, first + seeds), threads=threads, progress=progress)
    of = published() if fitted else guarded()
    checks = checks_of(found, of)
    return checks if by == "check" else _by_target(checks, of)


def standard_error(measure: Callable[[Evidence], pd.Series], found: Evidence) -> tuple[pd.Series, int]:
    """Return that of figures over firms, by a jackknife that leaves out groups of them (Kott 2001), and how many."""
    groups = [found.runs[start::GROUPS] for start in range(min(GROUPS, len(found.runs)))]
    without = pd.DataFrame([measure(found.of([run for run in found.runs if run not in group])) for group in groups])
    count = len(groups)
    return np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum(min_count=count)), count


def interval(measure: Callable[[Evidence], pd.Series], found: Evidence) -> tuple[pd.Series, pd.Series]:
    """Return the 95 % interval of figures over firms."""
    (error, count), value = standard_error(measure, found), measure(found)
    half = scipy.stats.t.ppf(0.5 + CONFIDENCE / 2, count - 1) * error
    return value - half, value + half


def checks_of(found: Evidence, of: Sequence[Target] | None = None) -> pd.DataFrame:
    """Return each check with the model's value and its interval."""
    value = measured(found, of)
    low, high = interval(lambda some: measured(some, of), found)
    rows = [
        {
            "target": target.id,
            "measure": check.measure,
            "kind": target.kind,
            "must": target.must,
            "low": check.low,
            "high": check.high,
            "value": value[target.id, check.measure],
            "value_low": low[target.id, check.measure],
            "value_high": high[target.id, check.measure],
            "in_band": check.holds(value[target.id, check.measure]),
            "by": check.by,
        }
        for target in of or published()
        for check in target.checks
    ]
    return pd.DataFrame(rows).set_index(["target", "measure"])


def _by_target(checks: pd.DataFrame, of: Sequence[Target]) -> pd.DataFrame:
    rows = []
    for target in of:
        own = checks.loc[target.id]
        rows.append(
            {
                "target": target.id,
                "kind": target.kind,
                "must": target.must,
                "fact": target.fact,
                "published": target.said,
                "simulated": "; ".join(f"{measure} {value:.3g}" for measure, value in own["value"].items()),
                "checks": f"{int(own['in_band'].sum())} of {len(own)}",
                "in_band": bool(own["in_band"].all()),
                "status": target.status,
                "source": target.source,
            }
        )
    return pd.DataFrame(rows).set_index("target")
