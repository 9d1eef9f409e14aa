"""Which points of the axes are lived: every combination, or points spread evenly (scipy.stats.qmc), or a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
import scipy

from teamsim.fields import InputError, closest
from teamsim.research.axes import Axis

__all__ = ["DESIGNS", "Design", "drawn", "points_in", "values_at"]

Design: TypeAlias = Literal["full", "latin", "sobol"]
DESIGNS = ("full", "latin", "sobol")


def points_in(axes: Mapping[str, Axis], design: Design, points: int) -> int:
    """Return how many points a design has, without listing them.

    Raises
    ------
    InputError
        If there is no such design, or every combination is asked for of a range, which has no end.
    """
    if design not in DESIGNS:
        raise InputError(f"= {design!r} is not known; {closest(str(design), DESIGNS)}, or a DataFrame", ("design",))
    if design != "full":
        return points
    for axis in axes.values():
        if not axis.levels:
            problem = f"is a range {axis.low:g}..{axis.high:g}, and a full design needs levels: give a list"
            raise InputError(f"{problem}, or design='latin' or 'sobol'", ("axes", axis.name))
    return math.prod(len(axis.levels) for axis in axes.values())


def drawn(axes: Mapping[str, Axis], design: Design, points: int, seed: int) -> pd.DataFrame:
    """Return a design: a row a point, a column an axis.

    Examples
    --------
    >>> levels = {"a": Axis("a", levels=(1, 2)), "b": Axis("b", levels=("x", "y", "z"))}
    >>> drawn(levels, "full", 0, 1)["b"].tolist()
    ['x', 'y', 'z', 'x', 'y', 'z']
    >>> evenly = drawn({"a": Axis("a", low=0.0, high=4.0)}, "latin", 4, 1)
    >>> sorted(evenly["a"].astype(int))
    [0, 1, 2, 3]
    """
    if design == "full":
        sizes = [len(axis.levels) for axis in axes.values()]
        places = np.indices(sizes).reshape(len(sizes), -1)
        return pd.DataFrame(
            {name: _column([axis.levels[i] for i in at]) for (name, axis), at in zip(axes.items(), places, strict=True)}
        )
    luck = np.random.default_rng(seed)
    if design == "latin":
        shares = scipy.stats.qmc.LatinHypercube(len(axes), seed=luck).random(points)
    else:
        shares = scipy.stats.qmc.Sobol(len(axes), seed=luck).random_base2((points - 1).bit_length())[:points]
    return pd.DataFrame(
        {
            name: _column([axis.at(share) for share in column])
            for (name, axis), column in zip(axes.items(), shares.T, strict=True)
        }
    )


def values_at(design: pd.DataFrame, point: int) -> dict[str, Any]:
    """Return the values of a point as plain Python, by axis."""
    return {str(name): column.tolist()[0] for name, column in design.iloc[[point]].items()}


def _column(values: list[Any]) -> Any:
    return np.array(values, dtype=object) if isinstance(values[0], str) else np.array(values)
