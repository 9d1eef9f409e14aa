"""Many runs side by side: who is meant (masks), one lane after another, and lanes that agree going together."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from teamsim.compiler.numbers import Arithmetic
from teamsim.compiler.values import WORD, Array, Number, Record, Row, Tuple, kept

if TYPE_CHECKING:
    from teamsim.compiler.module import Module

__all__ = ["Lanes"]

TRUTH, BITS, COUNT = ir.IntType(1), ir.IntType(32), ir.IntType(64)


class Lanes(Arithmetic):
    """What lanes have in common and apart; a part of `teamsim.compiler.statements.Compiled`.

    A mask is a truth in every lane: whether it is meant.
    """

    module: Module
    row: Callable[[Array, Number], Record]
    """The row of a number that all agree on."""
    at_first: Callable[[Any], Any]
    """A place of this function's own, empty at the start."""

    # --- masks

    @property
    def mask_type(self) -> Any:
        """The type of a mask."""
        return ir.VectorType(TRUTH, self.lanes)

    def nobody(self) -> Any:
        """The mask that holds no lane."""
        return ir.Constant(self.mask_type, [0] * self.lanes)

    def any_of(self, condition: Any) -> Any:
        """Whether a condition holds in any lane."""
        bits = self.here.bitcast(condition, ir.IntType(self.lanes))
        return self.here.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(self.lanes), 0))

    def narrowed(self, mask: Any, condition: Number) -> Any:
        """The lanes of a mask in which a condition holds."""
        return self.here.and_(mask, self.widen(condition).value)

    # --- one lane

    def of_lane(self, one: Number, lane: Any) -> Number:
        """What a number is in one lane."""
        return replace(one, value=self.here.extract_element(one.value, lane), wide=False) if one.wide else one

    def seen_by(self, value: Any, lane: Any) -> Any:
        """A value as one lane sees it."""
        if isinstance(value, Number):
            return self.of_lane(value, lane)
        if isinstance(value, Row):
            return self.row(self.seen_by(value.array, lane), self.of_lane(value.index, lane))
        if isinstance(value, Record | Array) and value.wide:
            offset = self.here.mul(lane, ir.Constant(COUNT, WORD))
            pointer = self.here.gep(value.pointer, [offset], source_etype=ir.IntType(8))
            return replace(value, pointer=pointer, wide=False)
        if isinstance(value, Tuple):
            return Tuple(tuple(self.seen_by(item, lane) for item in value.items))
        return value

    @contextmanager
    def each_lane(self, mask: Any) -> Iterator[Any]:
        """A loop over the lanes of a mask, one by one."""
        with self._lanes_left(self._bits(mask)) as (lane, left, remaining):
            yield lane
            lowest = self.here.sub(left, ir.Constant(BITS, 1))
            self.here.store(self.here.and_(left, lowest), remaining)

    @contextmanager
    def _lanes_left(self, bits: Any) -> Iterator[tuple[Any, Any, Any]]:
        """A loop while lanes are left: the lowest, all that are left, and where to keep those that still are."""
        remaining = self.at_first(BITS)
        self.here.store(bits, remaining)
        top, body, end = (self.here.append_basic_block(name) for name in ("lanes", "lane", "nolane"))
        self.here.branch(top)
        self.here.position_at_end(top)
        left = self.here.load(remaining, typ=BITS)
        self.here.cbranch(self.here.icmp_unsigned("!=", left, ir.Constant(BITS, 0)), body, end)
        self.here.position_at_end(body)
        lowest = self.here.cttz(left, ir.Constant(TRUTH, 1))
        yield self.here.zext(lowest, COUNT), left, remaining
        self.here.branch(top)
        self.here.position_at_end(end)

    def _bits(self, condition: Any) -> Any:
        return self.here.zext(self.here.bitcast(condition, ir.IntType(self.lanes)), BITS)

    # --- calls that go lane by lane, or by what lanes agree on

    def one_by_one(self, call: Callable[[list[Any]], Any], given: list[Any], mask: Any) -> Any:
        """Call a rule for one lane after another; what it returns is put together again."""
        places: list[Any] = []
        with self.each_lane(mask) as lane:
            self._keep_result(call([self.seen_by(value, lane) for value in given]), places, lane=lane)
        return self._result(places)

    def together(
        self, call: Callable[[list[Any], Any], Any], given: list[Any], apart: Row, mask: Any, node: ast.AST
    ) -> Any:
        """Call a rule once for all lanes that mean the same row, then for the next."""
        places: list[Any] = []
        with self._lanes_left(self._bits(mask)) as (lane, left, remaining):
            number = self.of_lane(apart.index, lane)
            alike = self.compare(ast.Eq(), apart.index, number, node)
            meant = self._from_bits(left)
            same = self.here.and_(meant, alike.value)
            agreed = [self.row(apart.array, number) if value is apart else value for value in given]
            self._keep_result(call(agreed, same), places, mask=same)
            others = self.here.and_(meant, self.opposite(alike).value)
            self.here.store(self._bits(others), remaining)
        return self._result(places)

    def _from_bits(self, bits: Any) -> Any:
        if self.lanes < BITS.width:
            bits = self.here.trunc(bits, ir.IntType(self.lanes))
        return self.here.bitcast(bits, self.mask_type)

    def _keep_result(self, found: Any, places: list[Any], lane: Any = None, mask: Any = None) -> None:
        if found is None:
            return
        for number, one in enumerate(found.items if isinstance(found, Tuple) else [found]):
            kind = self.type_of(one.kind, True)
            if len(places) <= number:
                places.append((self.at_first(kind), one.kind, isinstance(found, Tuple)))
            place = places[number][0]
            before = self.here.load(place, typ=kind)
            if mask is None:
                value = self.here.insert_element(before, one.value, lane)
            else:
                value = self.here.select(mask, self.widen(one).value, before)
            self.here.store(value, place)

    def _result(self, places: list[Any]) -> Any:
        found = [kept(kind, self.here.load(place, typ=self.type_of(kind, True)), True) for place, kind, _ in places]
        if not found:
            return None
        return Tuple(tuple(found)) if places[0][2] else found[0]

    # --- all lanes at once

    def transposed(self, rows: list[Any]) -> list[Any]:
        """As many vectors as there are lanes, with rows and columns exchanged (a butterfly of shuffles)."""
        step = 1
        while step < self.lanes:
            rows = [self._exchanged(rows, number, step) for number in range(self.lanes)]
            step *= 2
        return rows

    def _exchanged(self, rows: list[Any], number: int, step: int) -> Any:
        """One row after a step: of the pair of rows that lie `step` apart, every other `step` columns change sides."""
        lower = number & ~step
        first, second = rows[lower], rows[lower | step]
        shift = step if number & step else 0
        places = [(column & ~step) + shift + (self.lanes if column & step else 0) for column in range(self.lanes)]
        return self.here.shuffle_vector(first, second, ir.Constant(ir.VectorType(BITS, self.lanes), places))
