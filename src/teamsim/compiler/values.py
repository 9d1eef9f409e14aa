"""What rules handle, as the compiler sees it: numbers, records, rows of records, and how these lie in memory.

Every field takes eight bytes. With W lanes, W runs lie side by side: a field of a record is W words in a row, one for
each run, and the next field follows after these. A value is *wide* if it may differ between runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np
from llvmlite import ir

from teamsim.fields import Declared

__all__ = [
    "SINGLE", "WORD", "Array", "Field", "How", "Kind", "Layout", "Number", "Record", "Row", "Slot", "Tuple", "Value",
    "differs", "kept", "layout_of", "parts", "rebuilt", "signature",
]  # fmt: skip

Kind: TypeAlias = Literal["f", "i", "u", "b"]
"""A fraction, a whole number, a word (64 bits without a sign), a truth."""

WORD = 8
MOST = (1 << 64) - 1
SINGLE: dict[Kind, Any] = {"f": ir.DoubleType(), "i": ir.IntType(64), "u": ir.IntType(64), "b": ir.IntType(1)}
KINDS: dict[str, Kind] = {"f": "f", "i": "i", "u": "u"}


@dataclass(frozen=True)
class Number:
    """A number, or one a lane.

    Attributes
    ----------
    kind : {"f", "i", "u", "b"}
        Which sort.
    value : llvmlite value
        Where it is.
    wide : bool
        Whether it may differ between runs.
    low, high : int, optional
        Between what it is known to lie, if it is whole. A word of which nothing is known may have wrapped round.
    known : number, optional
        What it is, if that is known.
    """

    kind: Kind
    value: Any
    wide: bool = False
    low: int | None = None
    high: int | None = None
    known: float | int | bool | None = None


@dataclass(frozen=True)
class Field:
    """A field of a record: at which word, of which kind or nested layout, and between what it lies."""

    at: int
    kind: Kind | None
    nested: Layout | None = None
    low: int | None = None
    high: int | None = None
    shared: bool = False
    """Whether it is the same in all runs."""


@dataclass(frozen=True, eq=False)
class Layout:
    """How a record lies in memory; a number in an array is a record of one word without a name."""

    name: str
    words: int
    fields: Mapping[str, Field] = field(default_factory=dict)
    kind: Kind | None = None
    """Of an array of numbers: which."""

@dataclass(frozen=True)
class Record:
    """A record: where it begins, how many words lie between two of its fields, and whether each lane has its own."""

    layout: Layout
    pointer: Any
    stride: int = 1
    wide: bool = False


@dataclass(frozen=True)
class Array:
    """Rows of one layout, in up to three dimensions; those of a table of a module never change."""

    layout: Layout
    pointer: Any
    dims: tuple[Number, ...]
    stride: int = 1
    wide: bool = False
    fixed: bool = False


@dataclass(frozen=True)
class Row:
    """A row that differs between runs: every lane looks up its own."""

    array: Array
    index: Number


@dataclass(frozen=True)
class Tuple:
    """Several values at once."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class How:
    """How a rule is called: beside what it is given, it is compiled once for each."""

    masked: bool = False
    """For lanes, with a mask of those that are meant."""
    some: bool = False
    """For some of the runs that there are."""
    reads: bool = False
    """Once for all runs, with what they share: it may read, and write nothing."""


@dataclass(frozen=True)
class Slot:
    """Where a local name is kept that is assigned more than once."""

    pointer: Any
    kind: Kind
    wide: bool


Value: TypeAlias = "Number | Record | Array | Row | Tuple"


def layout_of(what: type[Declared] | np.dtype[Any] | Kind) -> Layout:
    """Return the layout of a declared class, a record type or a sort of number; always the same for the same.

    Examples
    --------
    >>> layout_of(np.dtype([("a", "f8"), ("b", "i8")])).fields["b"].at
    1
    """
    return _layout(what)


@cache
def _layout(what: Any) -> Layout:
    if isinstance(what, str):
        if what not in KINDS:
            raise TypeError("an array of truths is not in the language of rules; keep 0 and 1")
        return Layout(what, 1, kind=KINDS[what])
    declared = isinstance(what, type)
    dtype = what.dtype() if declared else what
    quantities = what.quantities() if declared else {}
    fields = {}
    for name, (inner, offset, *_) in dtype.fields.items():
        if inner.names:
            nested = what.model_fields[name].annotation if declared else inner
            fields[name] = Field(offset // WORD, None, _layout(nested))
            continue
        if inner.kind not in KINDS or inner.itemsize != WORD or offset % WORD or not inner.isnative:
            raise TypeError(f"{name} is {inner.name}; a field of a record that rules read is f8, i8 or u8")
        one = Field(offset // WORD, KINDS[inner.kind])
        if quantity := quantities.get(name):
            one = replace(one, shared=quantity.shared)
            if one.kind != "f":
                one = replace(one, low=int(quantity.low), high=int(quantity.high))
        fields[name] = one
    return Layout(what.__name__ if declared else "record", dtype.itemsize // WORD, fields)


def kept(kind: Kind, value: Any, wide: bool = False) -> Number:
    """A number that was kept somewhere, or given: a word has been cut to 64 bits by then."""
    return Number(kind, value, wide, 0, MOST) if kind == "u" else Number(kind, value, wide)


def differs(value: Value) -> bool:
    """Whether runs may differ in a value."""
    if isinstance(value, Tuple):
        return any(map(differs, value.items))
    return isinstance(value, Row) or value.wide


def parts(value: Value) -> list[Any]:
    """The LLVM values that a value is made of."""
    if isinstance(value, Number):
        return [value.value]
    if isinstance(value, Record):
        return [value.pointer]
    if isinstance(value, Array):
        return [value.pointer, *(dim.value for dim in value.dims)]
    if isinstance(value, Row):
        return [*parts(value.array), value.index.value]
    return [part for item in value.items for part in parts(item)]


def rebuilt(value: Value, taken: Any) -> Value:
    """A value of the same kind, made of other LLVM values; what is known of numbers stays with the caller."""
    if isinstance(value, Number):
        return kept(value.kind, next(taken), value.wide)
    if isinstance(value, Record):
        return replace(value, pointer=next(taken))
    if isinstance(value, Array):
        pointer = next(taken)
        return replace(value, pointer=pointer, dims=tuple(Number("i", next(taken), low=0) for _ in value.dims))
    if isinstance(value, Row):
        array = rebuilt(value.array, taken)
        assert isinstance(array, Array)
        return Row(array, Number("i", next(taken), True))
    return Tuple(tuple(rebuilt(item, taken) for item in value.items))


def signature(value: Value) -> Any:
    """The kind of a value: a rule is compiled once for each."""
    if isinstance(value, Number):
        return value.kind, value.wide
    if isinstance(value, Record):
        return value.layout, value.stride, value.wide
    if isinstance(value, Array):
        return value.layout, len(value.dims), value.stride, value.wide, value.fixed
    if isinstance(value, Row):
        return "row", signature(value.array)
    return tuple(signature(item) for item in value.items)
