"""Toy rules in files of their own, lived through natively and in plain Python: what tests of the compiler share."""

import importlib.util
import itertools
import os
import sys
from unittest import mock

import numpy as np
import pytest

from teamsim.compiler.doors import PLAIN, room
from teamsim.compiler.language import RuleError
from teamsim.fields import Declared, Key, quantity

LANES = (1, 2, 4, 8)
WIDEST = 2.0**40
"""How far the fractions and whole numbers of a pot may go."""
NUMBERS = itertools.count()


def number(default, low, high, **more):
    return quantity(default, low, high, label="X", meaning="X.", **more)


class Lid(Declared):
    """A record inside a record."""

    weight: float = number(1.0, -WIDEST, WIDEST)
    turns: int = number(0, -1000, 1000)


class Pot(Declared):
    """What toy rules are about: every kind of field, some the same in all runs."""

    milk: float = number(0.0, -WIDEST, WIDEST)
    tea: float = number(0.0, -WIDEST, WIDEST)
    sips: int = number(0, -(2**63), 2**63 - 1)
    spare: int = number(0, -(2**63), 2**63 - 1)
    grains: int = number(0, -(2**50), 2**50)
    cups: int = number(1, 1, 9)
    key: Key = number(0, 0, 2**64 - 1)
    heat: float = number(1.0, -WIDEST, WIDEST, shared=True)
    table: int = number(0, 0, 2, shared=True)
    guests: int = number(1, 1, 9, shared=True)
    lid: Lid = Lid()


HEAD = """
import math

from rulebook import Lid, Pot
from teamsim.arithmetic import exp, log
from teamsim.compiler import array, bits_of, door, each, fraction, from_bits, lane, lanes, own, rule, truth, whole, word

WORD = (1 << 64) - 1
STEPS = (3, 1, 2)
SHARES = (0.5, 0.25, -1.0)
"""
DOOR = """

@door(pots=array(Pot), xs=array("f"), shelf=array(Pot), mine=own(Pot))
def go(pots, xs, shelf, mine):
    for first in range(0, pots.shape[0], lanes()):
        at = first + lane()
        if at < pots.shape[0]:
            mine[0] = pots[at]
            brew(mine[0], xs, shelf, at)
            pots[at] = mine[0]
"""
"""A door that takes every pot through the rule `brew(pot, xs, shelf, at)`: fractions and a shelf of pots to look up."""


def written(source, folder, head=HEAD):
    """A module of rules, from a file: the compiler reads sources."""
    name = f"toys_{next(NUMBERS)}"
    path = folder / f"{name}.py"
    path.write_text(head + source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    book = importlib.util.module_from_spec(spec)
    sys.modules[name] = book
    spec.loader.exec_module(book)
    return book


def brewing(body, folder, before=""):
    """The door of `DOOR` over a rule with this body; `before` stands before it."""
    return written(recipe(body, before), folder).go


def recipe(body, before=""):
    """The source of such rules."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return f"{before}\n\n@rule\ndef brew(pot, xs, shelf, at):\n{lines}\n{DOOR}"


def pots(count):
    """Some pots, each a little different from the others."""
    found = np.zeros(count, dtype=Pot.dtype())
    places = np.arange(count)
    found["milk"], found["tea"] = places * 0.5 - 1.0, 3.0 - places
    found["sips"], found["spare"], found["cups"] = places - 2, 7 - places, 1 + places % 9
    found["key"] = places.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    found["heat"], found["table"], found["guests"] = 1.5, 2, 3
    found["lid"]["weight"], found["lid"]["turns"] = places * 0.125, 3 * places - 5
    return found


def bits(array):
    """The bytes of an array; every NaN is the same one, for which is not promised."""
    if array.dtype.names:
        return b"".join(bits(array[name]) for name in array.dtype.names)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), np.nan, array)
    return np.ascontiguousarray(array).tobytes()


def apart(found, expected):
    """Rows that differ, with what they should have been."""
    for number, (one, other) in enumerate(zip(found, expected, strict=True)):
        if bits(np.array(one)) != bits(np.array(other)):
            yield f"row {number} is {one}, not {other}"


def brewed(go, given, xs, shelf, lanes=1, plain=False, checked=False):
    """What a door of `DOOR` leaves of copies of the arrays."""
    given, xs, shelf = given.copy(), np.array(xs, dtype=float), shelf.copy()
    with mock.patch.dict(os.environ, {PLAIN: "1" if plain else ""}), np.errstate(all="ignore"):
        go.at(lanes, checked)(given, xs, shelf, room(Pot.dtype(), 2, lanes))
    return given, xs, shelf


def agree(go, given, xs=(0.5, -2.0, 8.0), shelf=None, checked=True):
    """One lane and many, and eight in the checked build, leave the bits of plain Python, which are returned."""
    shelf = pots(3) if shelf is None else shelf
    expected = brewed(go, given, xs, shelf, plain=True)
    for lanes, build in (*((lanes, False) for lanes in LANES), *([(max(LANES), True)] if checked else [])):
        found = brewed(go, given, xs, shelf, lanes, checked=build)
        for name, one, other in zip(("pots", "xs", "shelf"), found, expected, strict=True):
            where = f"{name} in {lanes} lanes{', checked' * build}"
            assert bits(one) == bits(other), f"{where}: {next(apart(one, other))}"
    return expected


def refused(source, folder, lanes=1):
    """Why a module of rules with a door `go` is refused; the line that is named is the one with `# here` behind it."""
    go = written(source, folder).go
    with pytest.raises(RuleError) as caught:
        go.at(lanes)
    place, _, why = str(caught.value).partition(": ")
    name, _, line = place.partition(":")
    lines = next(folder.glob(name)).read_text(encoding="utf-8").splitlines()
    assert "# here" in lines[int(line) - 1], f"{place} is {lines[int(line) - 1]!r}: {why}"
    return why
