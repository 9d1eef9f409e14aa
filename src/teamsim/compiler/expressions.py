"""What expressions of a rule come to: names, fields, rows, choices and calls."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import replace
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np
from llvmlite import ir

from teamsim.compiler.doors import bits_of, from_bits
from teamsim.compiler.memory import Memory
from teamsim.compiler.numbers import EXACT, hull
from teamsim.compiler.values import (
    Array,
    How,
    Kind,
    Number,
    Record,
    Row,
    Slot,
    Tuple,
    Value,
    differs,
    kept,
    layout_of,
    parts,
)

__all__ = ["Expressions", "heavy"]


EXACTLY = {math.sqrt: Memory.root, bits_of: Memory.bits_of, from_bits: Memory.from_bits}
"""Functions of one number that every machine computes alike."""


class Expressions(Memory):
    """What expressions come to; a part of `teamsim.compiler.statements.Compiled`."""

    function: ir.Function
    entered: bool
    """Whether Python calls it: who takes part is said there."""
    env: dict[str, Value | Slot]

    def evaluate(self, node: ast.expr, mask: Any) -> Any:
        """What an expression is."""
        found = getattr(self, f"_{type(node).__name__.lower()}")(node, mask)
        if found is None:
            self.rule.refuse(node, f"{ast.unparse(node)} returns nothing; give it a line of its own")
        return found

    def number_of(self, value: Any, node: ast.AST) -> Number:
        """A value that has to be a number."""
        if not isinstance(value, Number):
            self.rule.refuse(node, "a number is needed here")
        return value

    def number(self, node: ast.expr, mask: Any) -> Number:
        """An expression that has to be a number."""
        return self.number_of(self.evaluate(node, mask), node)

    def numbers(self, node: ast.expr, mask: Any) -> list[Number]:
        """The numbers between the brackets of an array."""
        return [self.number(one, mask) for one in (node.elts if isinstance(node, ast.Tuple) else [node])]

    def record(self, node: ast.expr, mask: Any) -> Record:
        """An expression that has to be a record."""
        value = self.evaluate(node, mask)
        if isinstance(value, Row):
            self.rule.refuse(node, "runs mean different rows here; hand the row to a rule of its own")
        if not isinstance(value, Record):
            self.rule.refuse(node, "a record is needed here")
        return value

    def array(self, node: ast.expr, mask: Any) -> Array:
        """An expression that has to be an array."""
        value = self.evaluate(node, mask)
        if not isinstance(value, Array):
            self.rule.refuse(node, "an array is needed here")
        return value

    def _constant(self, node: ast.Constant, mask: Any) -> Number:  # noqa: ARG002
        return self.constant_at(node.value, node)

    def _name(self, node: ast.Name, mask: Any) -> Value:  # noqa: ARG002
        if node.id not in self.env:
            if node.id in self.rule.counts:
                self.rule.refuse(node, f"{node.id} may have no value here; give it one before the if or the loop")
            return self._global(self.rule.meaning(node.id), node.id, node)
        value = self.env[node.id]
        if isinstance(value, Slot):
            kind = self.type_of(value.kind, value.wide)
            return kept(value.kind, self.here.load(value.pointer, typ=kind), value.wide)
        return value

    def _global(self, value: Any, name: str, node: ast.AST) -> Value:
        if isinstance(value, tuple) and value and all(_is_number(one) for one in value):
            return self._table(value, node)
        if not isinstance(value, int | float | np.number | np.bool_):
            self.rule.refuse(node, f"{name} is neither a local name, nor a number or a tuple of numbers of the module")
        return self.constant_at(value, node)

    def constant_at(self, value: Any, node: ast.AST) -> Number:
        """A number that is known, if it goes into 64 bits."""
        try:
            return self.constant(value)
        except ValueError as error:
            self.rule.refuse(node, str(error))

    def _table(self, values: tuple[float, ...], node: ast.AST) -> Array:
        """A tuple of the module: an array that never changes."""
        kinds = {self.constant_at(one, node).kind for one in values}
        kind: Kind = "f" if "f" in kinds else "u" if "u" in kinds else "i"
        if kind == "u" and min(values) < 0:
            self.rule.refuse(node, "a table of words has no numbers below 0")
        pointer = self.module.table(kind, values)
        return Array(layout_of(kind), pointer, (self.constant(len(values)),), fixed=True)

    def _attribute(self, node: ast.Attribute, mask: Any) -> Value:
        if isinstance(node.value, ast.Name) and node.value.id not in self.env:
            owner = self.rule.meaning(node.value.id)
            if not isinstance(owner, ModuleType) or not hasattr(owner, node.attr):
                self.rule.refuse(node, f"{ast.unparse(node)} is not known here")
            return self._global(getattr(owner, node.attr), ast.unparse(node), node)
        if node.attr == "shape":
            return Tuple(self.array(node.value, mask).dims)
        return self.field(self.record(node.value, mask), node.attr, node)

    def _subscript(self, node: ast.Subscript, mask: Any) -> Value:
        whole = self.evaluate(node.value, mask)
        places = self.numbers(node.slice, mask)
        if isinstance(whole, Tuple):
            if len(places) != 1 or not isinstance(places[0].known, int) or places[0].known >= len(whole.items):
                self.rule.refuse(node, "of several values, one is picked by a constant")
            return whole.items[places[0].known]
        if not isinstance(whole, Array):
            self.rule.refuse(node, "only arrays and tuples have places")
        return self.look_up(whole, places, mask, node)

    def _tuple(self, node: ast.Tuple, mask: Any) -> Tuple:
        return Tuple(tuple(self.evaluate(one, mask) for one in node.elts))

    def _binop(self, node: ast.BinOp, mask: Any) -> Number:
        one, other = self.number(node.left, mask), self.number(node.right, mask)
        return self.operate(node.op, one, other, node)

    def _unaryop(self, node: ast.UnaryOp, mask: Any) -> Number:
        one = self.number(node.operand, mask)
        if isinstance(node.op, ast.Not):
            return self.opposite(self.truth(one, node.operand))
        return self.negative(one, node)

    def _compare(self, node: ast.Compare, mask: Any) -> Number:
        if heavy(node.comparators[1:]):
            self.rule.refuse(node, "Python may not come to the last part of this; write a < b and b < c")
        left, found = self.number(node.left, mask), None
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.number(comparator, mask)
            one = self.compare(operator, left, right, node)
            found, left = (one if found is None else self.both(found, one)), right
        assert found is not None
        return found

    def _boolop(self, node: ast.BoolOp, mask: Any) -> Number:
        return self._truths(isinstance(node.op, ast.And), node.values, mask)

    def _truths(self, conjunction: bool, nodes: list[ast.expr], mask: Any) -> Number:
        """And, or: what follows is looked at only where it matters, if rows are looked up there or rules called."""
        one = self.truth(self.number(nodes[0], mask), nodes[0])
        if len(nodes) == 1:
            return one
        join = self.both if conjunction else self.either
        matters = one if conjunction else self.opposite(one)
        if not heavy(nodes[1:]):
            return join(one, self._truths(conjunction, nodes[1:], mask))
        if one.wide:
            meant = self.narrowed(mask, matters)
            return join(one, self._where_meant(meant, lambda there: self._truths(conjunction, nodes[1:], there)))
        rest, plain = lambda: self._truths(conjunction, nodes[1:], mask), self.constant(not conjunction)
        return self._either_way(matters, rest, lambda: plain, nodes[0])

    def _ifexp(self, node: ast.IfExp, mask: Any) -> Number:
        condition, ends = self.truth(self.number(node.test, mask), node.test), ends_of_cut(node)

        def body(there: Any) -> Number:
            if ends is None:
                return self.number(node.body, there)
            assert isinstance(node.body, ast.Call)
            return self.floored(self.number(node.body.args[0], there), *ends)

        def orelse(there: Any) -> Number:
            return self.number(node.orelse, there)

        costly = heavy([node.orelse]) or (ends is None and heavy([node.body]))
        if not condition.wide and costly:
            return self._either_way(condition, lambda: body(mask), lambda: orelse(mask), node)
        if costly:
            one = self._where_meant(self.narrowed(mask, condition), body)
            other = self._where_meant(self.narrowed(mask, self.opposite(condition)), orelse)
            return self.choose(condition, one, other, node)
        return self.choose(condition, narrowed_by(node, body(mask)), orelse(mask), node)

    def _where_meant(self, mask: Any, given: Callable[[Any], Number]) -> Number:
        """A number that is looked at only if any run means it: what it looks up may not be there else."""
        some, none = self.function.append_basic_block("some"), self.function.append_basic_block("none")
        before = self.here.block
        self.here.cbranch(self.any_of(mask), some, none)
        self.here.position_at_end(some)
        found = self.widen(given(mask))
        end = self.here.block
        self.here.branch(none)
        self.here.position_at_end(none)
        kind = self.type_of(found.kind, True)
        either = self.here.phi(kind)
        either.add_incoming(ir.Constant(kind, None), before)
        either.add_incoming(found.value, end)
        return replace(found, value=either, known=None)

    def _either_way(
        self, condition: Number, one: Callable[[], Number], other: Callable[[], Number], node: ast.AST
    ) -> Number:
        """One of two numbers, by a branch; which kind it is of is known only when both are."""
        blocks = [self.function.append_basic_block(name) for name in ("yes", "no", "or")]
        self.here.cbranch(condition.value, *blocks[:2])
        found: list[Number] = []
        ends = []
        for block, given in zip(blocks, (one, other), strict=False):
            self.here.position_at_end(block)
            found.append(given())
            ends.append(self.here.block)
        kinds = {value.kind for value in found}
        kind: Kind = found[0].kind if len(kinds) == 1 else "f" if "f" in kinds else "u"
        wide = any(value.wide for value in found)
        for number, end in enumerate(ends):
            self.here.position_at_end(end)
            value = self.cut_off(self.to(found[number], kind, node), node)
            found[number] = self.widen(value) if wide else value
            self.here.branch(blocks[2])
        self.here.position_at_end(blocks[2])
        either = self.here.phi(self.type_of(kind, wide))
        for value, end in zip(found, ends, strict=True):
            either.add_incoming(value.value, end)
        return Number(kind, either, wide, *hull(*found))

    # --- calls

    def _call(self, node: ast.Call, mask: Any) -> Any:
        called = self._called(node)
        if (word := self.module.word(called, self)) is not None:
            return word
        given = [self.evaluate(one, mask) for one in node.args]
        if called is float:
            return self.to(self.number_of(given[0], node), "f", node)
        if called is int:
            return self.whole(self.number_of(given[0], node), node)
        if called is len:
            return self.array(node.args[0], mask).dims[0]
        if called in EXACTLY:
            return EXACTLY[called](self, self.number_of(given[0], node), node)
        if not isinstance(called, FunctionType) or not getattr(called, "is_rule", False):
            if isinstance(called, BuiltinFunctionType):
                self.rule.refuse(node, f"{called.__name__} is Python's own; only rules and math.sqrt can be called")
            self.rule.refuse(node, f"{ast.unparse(node.func)} is no rule; mark it with @rule, or import it")
        return self.call(called, given, mask, node)

    def _called(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name):
            name = node.func.id
            return {"float": float, "int": int, "len": len}.get(name) or self.rule.meaning(name)
        assert isinstance(node.func, ast.Attribute)
        assert isinstance(node.func.value, ast.Name)
        return getattr(self.rule.meaning(node.func.value.id), node.func.attr, None)

    def call(self, function: FunctionType, given: list[Value], mask: Any, node: ast.AST) -> Any:
        """Call a rule: once where all runs agree on everything, else for lanes."""
        for one in given:
            if isinstance(one, Number):
                self.cut_off(one, node)
        if not any(map(differs, given)):
            return self._emit(function, given, None, node, reads=self.masked or self.reads)
        if self.module.rule(function, self.rule, node).rare:
            return self.one_by_one(lambda one: self._emit(function, one, None, node), given, mask)
        apart = next((value for value in given if isinstance(value, Row)), None)
        if apart is not None:
            return self.together(lambda one, meant: self.call(function, one, meant, node), given, apart, mask, node)
        return self._emit(function, given, mask, node)

    def _emit(
        self, function: FunctionType, given: list[Value], mask: Any, node: ast.AST, reads: bool = False
    ) -> Any:
        some = mask is not None and (self.some or (mask is not self.all and not self.entered))
        how = How(mask is not None, some, reads)
        compiled = self.module.compiled(function, given, how, self.rule, node)
        arguments = [part for value in given for part in parts(value)]
        found = self.here.call(compiled.function, [*arguments, *([mask] if mask is not None else [])])
        numbers = compiled.result
        if not numbers:
            return None
        if not compiled.many:
            return replace(numbers[0], value=found)
        items = [replace(one, value=self.here.extract_value(found, at)) for at, one in enumerate(numbers)]
        return Tuple(tuple(items))


def heavy(nodes: list[Any]) -> bool:
    """Whether statements or expressions look up rows or call rules: then they are worth a branch."""

    def costly(part: ast.AST) -> bool:
        if isinstance(part, ast.Subscript):
            return not (isinstance(part.value, ast.Attribute) and part.value.attr == "shape")
        return isinstance(part, ast.Call)

    return any(costly(part) for node in nodes for part in ast.walk(node))


def narrowed_by(node: ast.IfExp, one: Number) -> Number:
    """A whole number of which the condition says that it is larger than a constant: ``n if n > 1 else 1``."""
    test = node.test
    if (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.Gt | ast.GtE)
        and len(test.ops) == 1
        and isinstance(test.comparators[0], ast.Constant)
        and isinstance(test.comparators[0].value, int)
        and ast.dump(test.left) == ast.dump(node.body)
        and one.kind == "i"
    ):
        least = test.comparators[0].value + isinstance(test.ops[0], ast.Gt)
        return replace(one, low=least if one.low is None else max(one.low, least))
    return one


def ends_of_cut(node: ast.IfExp) -> tuple[int, int] | None:
    """Between what a fraction lies that is cut to a whole number: ``int(x) if 0.0 <= x < 9.0 else 0``."""
    body, test = node.body, node.test
    if not (isinstance(body, ast.Call) and isinstance(body.func, ast.Name) and body.func.id == "int" and body.args):
        return None
    if not (isinstance(test, ast.Compare) and len(test.ops) == 2 and isinstance(test.left, ast.Constant)):
        return None
    middle, last = test.comparators
    rising = all(isinstance(operator, ast.Lt | ast.LtE) for operator in test.ops)
    if not (rising and isinstance(last, ast.Constant) and ast.dump(middle) == ast.dump(body.args[0])):
        return None
    low, high = test.left.value, last.value
    if isinstance(low, int | float) and isinstance(high, int | float) and low > -EXACT and high < EXACT:
        return int(low), int(high)
    return None


def _is_number(value: object) -> bool:
    """Whether something is a whole number or a fraction, and no truth."""
    return isinstance(value, int | float) and not isinstance(value, bool)
