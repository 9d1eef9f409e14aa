"""What a study moves: any lever, parameter or field of a scenario, by its dotted name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from teamsim.fields import Declared, InputError, Quantity

__all__ = ["Axis", "axes_of", "dotted", "replaced"]

EVERY = "*"


@dataclass(frozen=True)
class Axis:
    """One thing that is moved: through some levels, or through a range from `low` to `high`.

    Examples
    --------
    >>> Axis("style.challenge", low=0.2, high=0.6).at(0.5), Axis("style", levels=("developer", "comfortable")).at(0.5)
    (0.4, 'comfortable')
    """

    name: str
    levels: tuple[Any, ...] = ()
    low: float = math.nan
    high: float = math.nan
    whole: bool = False

    def at(self, share: float) -> Any:
        """Return the value that lies a `share` (0 to below 1) of the way."""
        if self.levels:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        value = self.low + share * (self.high - self.low)
        return round(value) if self.whole else value

    def to_json(self) -> Any:
        """Return what was given: a list of levels, or the ends of the range."""
        return list(self.levels) if self.levels else {"low": self.low, "high": self.high}


Find = Callable[[str], Quantity | tuple[str, ...]]
"""Says what is declared of a dotted name: a quantity, or the words that are allowed; refuses any other name."""


def axes_of(given: Any, find: Find) -> dict[str, Axis]:
    """Check axes as somebody wrote them, by what is declared of each.

    Raises
    ------
    InputError
        If a name is not known, a list is empty, a range is reversed, or a value is outside what is declared.
    """
    if not isinstance(given, Mapping):
        raise InputError(f"= {given!r} is not a mapping from a dotted name to values or a range", ("axes",))
    found = {}
    for name, values in _flat(given):
        try:
            found[name] = _axis(name, values, find(name))
        except InputError as error:
            raise error.inside("axes", name) from None
    return found


def _flat(given: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Name leaves by their path: TOML reads ``style.challenge = ...`` as a table in a table."""
    for name, values in given.items():
        if isinstance(values, Mapping) and not set(values) <= {"low", "high"}:
            yield from _flat(values, f"{before}{name}.")
        else:
            yield f"{before}{name}", values


def _axis(name: str, values: Any, declared: Quantity | tuple[str, ...]) -> Axis:
    whole = isinstance(declared, Quantity) and declared.kind is int
    if isinstance(values, Mapping):
        values = (values.get("low"), values.get("high"))
    if isinstance(values, tuple):
        if isinstance(declared, tuple):
            raise InputError(f"= {values!r} is a range, but these are words; give a list of {', '.join(declared)}")
        if len(values) != 2:
            raise InputError(f"= {values!r} is not a range (low, high); give a list for levels")
        low, high = (checked(value, declared) for value in values)
        if not low < high:
            raise InputError(f"= ({low:g}, {high:g}) is reversed or empty; a range goes from low to high")
        return Axis(name, low=low, high=high, whole=whole)
    if isinstance(values, str) or not isinstance(values, (list, np.ndarray, range)):
        raise InputError(f"= {values!r} is neither a list of levels nor a range (low, high)")
    levels = tuple(checked(value, declared) for value in values)
    if not levels:
        raise InputError("= [] is an empty list; give one level or more")
    if len(set(levels)) < len(levels):
        raise InputError(f"= {list(levels)} names a level twice")
    return Axis(name, levels=levels, whole=whole)


def checked(value: Any, declared: Quantity | tuple[str, ...]) -> Any:
    """Return one value of an axis as plain Python, if it is allowed."""
    if isinstance(declared, tuple):
        if value not in declared:
            raise InputError(f"= {value!r} is not known; allowed are {', '.join(declared)}")
        return str(value)
    within = f"{declared.low:g}..{declared.high:g}"
    noun = "a whole number" if declared.kind is int else "a number"
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise InputError(f"= {value!r} is not {noun} in {within}")
    if not declared.low <= value <= declared.high:
        raise InputError(f"= {float(value):g} is outside {within}")
    if declared.kind is int and value != int(value):
        raise InputError(f"= {float(value):g} is not {noun} in {within}")
    return int(value) if declared.kind is int else float(value)


def dotted(node: Any, before: str = "") -> Iterator[tuple[str, Quantity]]:
    """Walk through the quantities of a declared thing; in a list every item goes by its name, and all by ``*``.

    Examples
    --------
    >>> from teamsim.scenario import Scenario
    >>> names = dict(dotted(Scenario.load("managing-stars")))
    >>> names["market.tightness"].high, names["teams.*.leader.hours"].unit
    (5.0, 'hours')
    """
    if isinstance(node, Declared):
        for name, quantity in type(node).quantities().items():
            yield before + name, quantity
        for name in type(node).model_fields:
            yield from dotted(getattr(node, name), f"{before}{name}.")
    elif isinstance(node, tuple) and node and isinstance(node[0], Declared) and hasattr(node[0], "name"):
        yield from dotted(node[0], f"{before}{EVERY}.")
        for item in node:
            yield from dotted(item, f"{before}{item.name}.")


def replaced(node: Any, path: str, value: Any) -> Any:
    """Return a declared thing with the quantity of a dotted name set.

    Examples
    --------
    >>> from teamsim.scenario import Scenario
    >>> moved = replaced(Scenario.load("managing-stars"), "teams.*.leader.hours", 20.0)
    >>> {team.leader.hours for team in moved.teams}
    {20.0}
    """
    if not path:
        return value
    if isinstance(node, tuple):
        whole = next((item.name for item in node if path.startswith(f"{item.name}.")), EVERY)
        rest = path[len(whole) + 1 :]
        return tuple(replaced(item, rest, value) if whole in (EVERY, item.name) else item for item in node)
    head, _, rest = path.partition(".")
    return node.replace(**{head: replaced(getattr(node, head), rest, value)})
