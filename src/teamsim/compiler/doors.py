"""Doors: the rules that Python calls, with arrays for arguments; native code behind them, or plain Python."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import Any, Literal

import numpy as np

from teamsim.fields import Declared

__all__ = [
    "Door", "Shape", "array", "bits_of", "door", "each", "fraction", "from_bits", "lane", "lanes", "own", "plain",
    "truth", "whole", "word",
]  # fmt: skip

PLAIN = "TEAMSIM_PLAIN"
ALIGNED = 64
DOUBLE = struct.Struct("<d")
DTYPES = {"f": np.dtype("f8"), "i": np.dtype("i8"), "u": np.dtype("u8"), "b": np.dtype("?")}


def plain() -> bool:
    """Whether rules run as plain Python: with ``TEAMSIM_PLAIN=1``, when a debugger can step through a week."""
    return os.environ.get(PLAIN, "") not in ("", "0")


def lanes() -> int:
    """How many runs lie side by side; in a rule, what it is compiled for."""
    return 1


def lane() -> int:
    """Which of them this is, from 0."""
    return 0


def bits_of(x: float) -> int:
    """Return the 64 bits of a fraction, as a word.

    Examples
    --------
    >>> hex(bits_of(1.0))
    '0x3ff0000000000000'
    """
    return int.from_bytes(DOUBLE.pack(x), "little")


def from_bits(bits: int) -> float:
    """Return the fraction that a word is the 64 bits of.

    Examples
    --------
    >>> from_bits(bits_of(0.1))
    0.1
    """
    found: float = DOUBLE.unpack(int(bits).to_bytes(8, "little"))[0]
    return found


def each(declared: Any) -> tuple[Any, ...]:
    """Return the names of what a class declares, in order; of a tuple, what it holds.

    A rule loops over it, and finds fields by these names: ``drivers[name]``.
    """
    names = isinstance(declared, type) and issubclass(declared, Declared)
    return tuple(declared.quantities() if names else declared)


@dataclass(frozen=True)
class Shape:
    """What an argument of a door is.

    Attributes
    ----------
    of : Declared class, record type, or "f", "i", "u", "b"
        Of what: records, fractions, whole numbers, words or truths.
    dims : int
        In how many dimensions; 0 is a single number.
    laned : bool
        Whether every lane has rows of its own.
    """

    of: type[Declared] | np.dtype[Any] | Literal["f", "i", "u", "b"]
    dims: int = 0
    laned: bool = False

    @cached_property
    def dtype(self) -> np.dtype[Any]:
        """The type of the array that Python gives."""
        if isinstance(self.of, str):
            return DTYPES[self.of]
        return self.of.dtype() if isinstance(self.of, type) else self.of


fraction, whole, word, truth = Shape("f"), Shape("i"), Shape("u"), Shape("b")


def array(of: Any, dims: int = 1) -> Shape:
    """Rows that all runs share, or a place for each run to write to."""
    return Shape(of, dims)


def own(of: Any) -> Shape:
    """Rows of which every lane has its own: room to work in, from `room`."""
    return Shape(of, 1, laned=True)


class Door:
    """A rule that Python calls; made by `door`.

    Examples
    --------
    >>> @door(numbers=array("f"), share=fraction)
    ... def scale(numbers, share):
    ...     for place in range(numbers.shape[0]):
    ...         numbers[place] *= share
    >>> given = np.array([1.0, 2.0])
    >>> scale(given, 0.5)
    >>> given.tolist()
    [0.5, 1.0]
    """

    def __init__(self, function: Callable[..., Any], shapes: dict[str, Shape]) -> None:
        self.function, self.shapes = function, list(shapes.values())
        self.__doc__, self.__name__ = function.__doc__, function.__name__
        self.__module__, self.__wrapped__ = function.__module__, function
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        if tuple(shapes) != names:
            raise TypeError(f"{function.__name__} takes {', '.join(names)}; a door names the shape of each, in order")

    def __call__(self, *given: Any) -> None:
        """Go through it with these arguments, one run at a time."""
        self.at(1)(*given)

    def at(self, lanes: int = 1, checked: bool = False) -> Callable[..., None]:
        """Return what goes through it with so many runs side by side; checked, it says where a row is not there."""
        return Plainly(self) if plain() else Call(self, lanes, checked)

    def __reduce__(self) -> str:
        """Pickle it by its name, as functions are."""
        return self.__name__


def lanes_for(runs: int) -> int:
    """Return how many of some runs are best computed side by side: all lanes, once half of them are needed."""
    if plain():
        return 1
    from teamsim.compiler.machine import processor

    return processor().lanes if runs > processor().lanes // 2 else 1


def room(dtype: np.dtype[Any], rows: int, lanes: int) -> np.ndarray[Any, Any]:
    """Return rows for every lane to work in: as many rows as asked for, each `lanes` records wide in memory."""
    size = rows * lanes * dtype.itemsize
    raw = np.zeros(size + ALIGNED, dtype=np.uint8)
    start = -raw.ctypes.data % ALIGNED
    found = raw[start : start + size].view(dtype)
    return found.reshape(rows, lanes) if lanes > 1 else found


@dataclass(frozen=True)
class Plainly:
    """A door's rule as plain Python."""

    door: Door

    def __call__(self, *given: Any) -> None:
        """Go through it, step by step."""
        self.door.function(*given)


class Call:
    """Native code, and the words in which its arguments are handed over; kept, it can be called again with others."""

    def __init__(self, door: Door, lanes: int, checked: bool) -> None:
        from teamsim.compiler.machine import code

        self.door, self.native = door, code(door, lanes, checked)
        *self.places, size = accumulate((1 + shape.dims for shape in door.shapes), initial=0)
        self.words = np.zeros(size, dtype=np.int64)
        self.address = self.words.ctypes.data
        self.given: list[Any] = [self] * len(door.shapes)  # nothing that could be given

    def __call__(self, *given: Any) -> None:
        """Hand the arguments over and go."""
        self.hand_over(given)
        self.go()

    def go(self) -> None:
        """Call with what was handed over last."""
        self.native.call(self.address)
        if self.native.checked:
            self.native.complain()

    def hand_over(self, given: tuple[Any, ...]) -> None:
        """Write down where the arguments are, as far as they are not those of the last time.

        Raises
        ------
        TypeError
            If one of them is not of the shape that the door takes.
        """
        if len(given) != len(self.door.shapes):
            raise TypeError(f"{self.door.__name__} takes {len(self.door.shapes)} arguments, and was given {len(given)}")
        for number, one in enumerate(given):
            if one is self.given[number]:
                continue
            shape, place = self.door.shapes[number], self.places[number]
            if shape.dims:
                self._check(one, shape, number)
                self.words[place : place + 1 + shape.dims] = one.ctypes.data, *one.shape[: shape.dims]
            else:
                self.words[place] = _as_word(one, shape, partial(self.name_of, number))
            self.given[number] = one

    def name_of(self, number: int) -> str:
        """The door, and the name of one of its arguments."""
        return f"{self.door.__name__}: {self.door.function.__code__.co_varnames[number]}"

    def _check(self, one: Any, shape: Shape, number: int) -> None:
        if not isinstance(one, np.ndarray):
            given = type(one).__name__
            raise TypeError(f"{self.name_of(number)} is a {given}; allowed is an array of {shape.dtype.name}")
        lanes = self.native.lanes
        wide = shape.laned and lanes > 1
        if one.dtype != shape.dtype or one.ndim - wide != shape.dims or not one.flags.c_contiguous:
            raise TypeError(
                f"{self.name_of(number)} is {one.dtype.name} in {one.ndim} dimensions; "
                f"allowed is {shape.dtype.name} in {shape.dims + wide}, row after row"
            )
        if wide and (one.shape[-1] != lanes or one.ctypes.data % ALIGNED):
            allowed = "what teamsim.compiler.doors.room returns"
            raise TypeError(f"{self.name_of(number)} is no room for {lanes} lanes; allowed is {allowed}")

    def __reduce__(self) -> Any:
        """Pickle what it is for, not the machine code."""
        return type(self), (self.door, self.native.lanes, self.native.checked)


WHOLE = {"i": (-(2**63), 2**63 - 1), "u": (0, 2**64 - 1), "b": (0, 1)}
"""Between what a whole number lies, a word, and a truth."""


def _as_word(one: Any, shape: Shape, name: Callable[[], str]) -> int:
    """The 64 bits of a number, as a signed one."""
    if shape.of == "f":
        if not isinstance(one, int | float | np.integer | np.floating):
            raise TypeError(f"{name()} = {one!r} is no number")
        return ctypes.c_int64.from_buffer(ctypes.c_double(float(one))).value
    low, high = WHOLE[str(shape.of)]
    if not isinstance(one, int | np.integer | np.bool_) or not low <= one <= high:
        raise TypeError(f"{name()} = {one!r} is no whole number from {low} to {high}")
    return ctypes.c_int64(int(one)).value


def door(**shapes: Shape) -> Callable[[Callable[..., Any]], Door]:
    """Mark a rule as one that Python calls, and say what shape each of its arguments is of.

    Parameters
    ----------
    **shapes : Shape
        By the names of the arguments, in their order.
    """

    def marked(function: Callable[..., Any]) -> Door:
        return Door(function, shapes)

    return marked
