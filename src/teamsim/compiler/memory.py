"""Fields, rows and whole records: read, written and copied, for one run and for lanes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from teamsim.compiler.language import Rule
from teamsim.compiler.masks import Lanes
from teamsim.compiler.values import WORD, Array, Field, Kind, Layout, Number, Record, Row, Value, kept
from teamsim.fields import closest

if TYPE_CHECKING:
    from teamsim.compiler.module import Module

__all__ = ["Memory"]

BYTE, COUNT = ir.IntType(8), ir.IntType(64)


class Memory(Lanes):
    """What stands in memory; a part of `teamsim.compiler.statements.Compiled`."""

    module: Module
    rule: Rule
    masked: bool
    some: bool
    reads: bool
    """See `teamsim.compiler.values.How`."""
    all: Any
    """The mask of all runs that are meant at all; None for one run."""

    # --- fields

    def field_of(self, record: Record, name: str, node: ast.AST) -> Field:
        """A field by its name."""
        if name not in record.layout.fields:
            self.rule.refuse(node, f"{record.layout.name} has no {name}; {closest(name, record.layout.fields)}")
        return record.layout.fields[name]

    def field(self, record: Record, name: str, node: ast.AST) -> Number | Record:
        """What a field holds."""
        there = self.field_of(record, name, node)
        pointer = self.beyond(record.pointer, there.at * record.stride)
        if there.nested is not None:
            return Record(there.nested, pointer, record.stride, record.wide)
        assert there.kind is not None
        wide = record.wide and not there.shared
        return Number(there.kind, self.load(pointer, there.kind, wide), wide, there.low, there.high)

    def set_field(self, record: Record, name: str, given: Number, mask: Any, node: ast.AST) -> None:
        """Keep a number in a field, of those runs that the mask holds."""
        there = self.field_of(record, name, node)
        if there.kind is None:
            self.rule.refuse(node, f"{name} is a record; set its fields")
        given = self.cut_off(self.to(given, there.kind, node), node)
        self._not_for_all(record.wide, node)
        if record.wide and there.shared and (given.wide or self.some or mask is not self.all):
            self.rule.refuse(node, f"{name} is declared to be the same in all runs, and would differ")
        pointer = self.beyond(record.pointer, there.at * record.stride)
        self.store(pointer, given, record.wide, None if there.shared else mask)

    def _not_for_all(self, wide: bool, node: ast.AST) -> None:
        """Refuse to write where all runs would write at once."""
        if self.reads or (self.masked and not wide):
            self.rule.refuse(node, "all runs would write to one place; give each a place of its own")

    def load(self, pointer: Any, kind: Kind, wide: bool) -> Any:
        """What stands at a place."""
        align = WORD * self.lanes if wide else WORD
        return self.here.load(pointer, align=align, typ=self.type_of(kind, wide))

    def store(self, pointer: Any, given: Number, wide: bool, mask: Any) -> None:
        """Keep a number at a place; where lanes have one each, in those that the mask holds."""
        if not wide:
            self.here.store(given.value, pointer, align=WORD)
            return
        given = self.widen(given)
        value = given.value
        if mask is not None:
            value = self.here.select(mask, value, self.load(pointer, given.kind, True))
        self.here.store(value, pointer, align=WORD * self.lanes)

    def beyond(self, pointer: Any, words: int | Any) -> Any:
        """The place so many words further on."""
        if isinstance(words, int):
            if words == 0:
                return pointer
            words = ir.Constant(COUNT, words * WORD)
        else:
            words = self.here.mul(words, ir.Constant(COUNT, WORD))
        return self.here.gep(pointer, [words], source_etype=BYTE)

    # --- rows

    def look_up(self, array: Array, places: list[Number], mask: Any, node: ast.AST) -> Value:
        """A row, a number or a part of an array."""
        index, rest = self._index(array, places, mask, node)
        if rest:
            pointer = self.beyond(array.pointer, self._words(index, array, rest))
            return Array(array.layout, pointer, rest, array.stride, array.wide)
        if index.wide:
            row = Row(array, index)
            return self.gather(row, mask) if array.layout.kind else row
        record = self.row(array, index)
        if array.layout.kind is None:
            return record
        return kept(array.layout.kind, self.load(record.pointer, array.layout.kind, record.wide), record.wide)

    def set_element(self, array: Array, places: list[Number], given: Number, mask: Any, node: ast.AST) -> None:
        """Keep a number in an array."""
        assert array.layout.kind is not None
        if array.fixed:
            self.rule.refuse(node, "a table of the module never changes; take an array as an argument")
        index, rest = self._index(array, places, mask, node)
        if rest:
            self.rule.refuse(node, "a number is kept at one place: give all of its numbers")
        given = self.cut_off(self.to(given, array.layout.kind, node), node)
        if not index.wide:
            self._not_for_all(array.wide, node)
            self.store(self.row(array, index).pointer, given, array.wide, mask)
            return
        with self.each_lane(mask) as lane:
            record = self.row(self.seen_by(array, lane), self.of_lane(index, lane))
            self.here.store(self.of_lane(given, lane).value, record.pointer, align=WORD)

    def row(self, array: Array, index: Number) -> Record:
        """The row of a number that all runs agree on."""
        pointer = self.beyond(array.pointer, self._words(index, array, ()))
        return Record(array.layout, pointer, array.stride, array.wide)

    def gather(self, row: Row, mask: Any) -> Number:
        """A number of an array, each lane its own."""
        assert row.array.layout.kind is not None
        kind = row.array.layout.kind
        found: Any = ir.Constant(self.type_of(kind, True), None)
        for number, record in enumerate(self._rows(row, mask)):
            place = ir.Constant(ir.IntType(32), number)
            found = self.here.insert_element(found, self.load(record.pointer, kind, False), place)
        return kept(kind, found, True)

    def _index(self, array: Array, places: list[Number], mask: Any, node: ast.AST) -> tuple[Number, tuple[Number, ...]]:
        """The number of a row, counted through all dimensions, and the dimensions that are left."""
        if not 0 < len(places) <= len(array.dims):
            self.rule.refuse(node, f"{len(places)} numbers for an array of {len(array.dims)} dimensions")
        total: Number | None = None
        for place, dim in zip(places, array.dims, strict=False):
            if place.kind not in ("i", "u"):
                self.rule.refuse(node, "a row is looked up by a whole number")
            if place.high is not None and place.high < 0:
                self.rule.refuse(node, "rows are counted from 0; write the last one as xs[len(xs) - 1]")
            place = self.guarded(self.to(place, "i", node), dim, mask, node)
            if total is None:
                total = place
            else:
                total = self.operate(ast.Add(), self.operate(ast.Mult(), total, dim, node), place, node)
        assert total is not None
        return total, array.dims[len(places) :]

    def guarded(self, place: Number, dim: Number, mask: Any, node: ast.AST) -> Number:
        """A place that lies in its array; where the build is checked, one that does not is noted and taken as 0."""
        if not self.module.checked:
            return place
        place, dim = self.alike(place, dim)
        inside = Number("b", self.here.icmp_unsigned("<", place.value, dim.value), place.wide)
        if place.wide:
            outside = self.here.and_(mask, self.opposite(inside).value)
            trespass = self.any_of(outside)
        elif mask is not None:
            trespass = self.here.and_(self.opposite(inside).value, self.any_of(mask))
        else:
            trespass = self.opposite(inside).value
        with self.here.if_then(trespass):
            self.here.store(ir.Constant(COUNT, self.module.note(self.rule.place(node))), self.module.trespass)
        return self.choose(inside, place, self.constant(0), node)

    def _words(self, index: Number, array: Array, rest: tuple[Number, ...]) -> Any:
        """How many words lie before a row."""
        value = index.value
        for dim in rest:
            value = self.here.mul(value, dim.value)
        return self.here.mul(value, ir.Constant(COUNT, array.layout.words * array.stride))

    # --- whole records

    def copy(self, target: Value, source: Value, mask: Any, node: ast.AST) -> None:
        """Copy a record onto another one of the same layout."""
        layouts = [_layout(one) for one in (target, source)]
        if layouts[0] is None or layouts[0] is not layouts[1]:
            self.rule.refuse(node, "a record is copied onto one of the same kind")
        words = layouts[0].words
        if isinstance(target, Record):
            self._not_for_all(target.wide, node)
        if isinstance(target, Record) and isinstance(source, Record):
            self._word_by_word(target, source, words, mask)
        elif isinstance(target, Row) and not target.array.wide and isinstance(source, Record) and source.wide:
            self._scatter(target, source, words, mask)
        elif isinstance(source, Row) and not source.array.wide and isinstance(target, Record):
            self._collect(target, source, words, mask)
        else:
            with self.each_lane(mask) as lane:
                self._word_by_word(self.seen_by(target, lane), self.seen_by(source, lane), words, None)

    def _word_by_word(self, target: Record, source: Record, words: int, mask: Any) -> None:
        with self.counting(words, 1) as at:
            there = self.beyond(target.pointer, self.here.mul(at, ir.Constant(COUNT, target.stride)))
            here = self.beyond(source.pointer, self.here.mul(at, ir.Constant(COUNT, source.stride)))
            self.store(there, Number("i", self.load(here, "i", source.wide), source.wide), target.wide, mask)

    def _scatter(self, target: Row, source: Record, words: int, mask: Any) -> None:
        """Copy what every lane has to a row of its own: words change places with lanes, and are stored in blocks."""
        aside = self.at_first(ir.ArrayType(COUNT, target.array.layout.words))
        rows = [self._own(record, lane, mask, aside) for lane, record in enumerate(self._rows(target, mask))]
        with self.counting(words // self.lanes, self.lanes) as at:
            block = self._block(source.pointer, at)
            for row, values in zip(rows, self.transposed(block), strict=True):
                self.here.store(values, self.beyond(row, at), align=WORD)
        for at in range(words - words % self.lanes, words):
            value = Number("i", self.load(self.beyond(source.pointer, at * self.lanes), "i", True), True)
            for lane, row in enumerate(rows):
                number = ir.Constant(ir.IntType(32), lane)
                self.here.store(self.here.extract_element(value.value, number), self.beyond(row, at), align=WORD)

    def _collect(self, target: Record, source: Row, words: int, mask: Any) -> None:
        """Copy a row of its own into every lane."""
        rows = [record.pointer for record in self._rows(source, mask)]
        kind = self.type_of("i", True)
        with self.counting(words // self.lanes, self.lanes) as at:
            block = [self.here.load(self.beyond(row, at), align=WORD, typ=kind) for row in rows]
            for number, values in enumerate(self.transposed(block)):
                place = self.here.add(at, ir.Constant(COUNT, number))
                there = self.beyond(target.pointer, self.here.mul(place, ir.Constant(COUNT, self.lanes)))
                self.store(there, Number("i", values, True), True, mask)
        for at in range(words - words % self.lanes, words):
            found: Any = ir.Constant(kind, None)
            for lane, row in enumerate(rows):
                value = self.load(self.beyond(row, at), "i", False)
                found = self.here.insert_element(found, value, ir.Constant(ir.IntType(32), lane))
            self.store(self.beyond(target.pointer, at * self.lanes), Number("i", found, True), True, mask)

    def _block(self, pointer: Any, at: Any) -> list[Any]:
        """As many words of all lanes as there are lanes, from a place on."""
        first = self.beyond(pointer, self.here.mul(at, ir.Constant(COUNT, self.lanes)))
        return [self.load(self.beyond(first, number * self.lanes), "i", True) for number in range(self.lanes)]

    def _rows(self, row: Row, mask: Any) -> list[Record]:
        """Every lane's row; of a lane that the mask does not hold, the first."""
        index = Number("i", self.here.select(mask, row.index.value, self.widen(self.constant(0)).value), True)
        found = []
        for lane in range(self.lanes):
            place = ir.Constant(COUNT, lane)
            found.append(self.row(self.seen_by(row.array, place), self.of_lane(index, place)))
        return found

    def _own(self, record: Record, lane: int, mask: Any, aside: Any) -> Any:
        """Where a lane may write: a lane that the mask does not hold writes aside."""
        held = self.here.extract_element(mask, ir.Constant(ir.IntType(32), lane))
        return self.here.select(held, record.pointer, aside)

    @contextmanager
    def counting(self, times: int, step: int) -> Iterator[Any]:
        """A loop over 0, step, 2 * step, ..."""
        counter = self.at_first(COUNT)
        self.here.store(ir.Constant(COUNT, 0), counter)
        top, body, end = (self.here.append_basic_block(name) for name in ("copy", "word", "copied"))
        self.here.branch(top)
        self.here.position_at_end(top)
        at = self.here.load(counter, typ=COUNT)
        self.here.cbranch(self.here.icmp_signed("<", at, ir.Constant(COUNT, times * step)), body, end)
        self.here.position_at_end(body)
        yield at
        self.here.store(self.here.add(at, ir.Constant(COUNT, step)), counter)
        self.here.branch(top)
        self.here.position_at_end(end)


def _layout(value: Value) -> Layout | None:
    """The layout of a record or a row; None of a number."""
    if isinstance(value, Row):
        return value.array.layout if value.array.layout.kind is None else None
    return value.layout if isinstance(value, Record) else None
