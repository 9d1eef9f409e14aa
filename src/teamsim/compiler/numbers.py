"""Arithmetic: the same for one run and for lanes, and the same bits as Python's."""

from __future__ import annotations

import ast
import operator
from dataclasses import replace
from typing import Any

import numpy as np
from llvmlite import ir

from teamsim.compiler.language import Rule
from teamsim.compiler.values import SINGLE, Kind, Number

__all__ = ["Arithmetic", "hull"]

FLOATS = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv"}
WHOLES = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.BitAnd: "and_", ast.BitOr: "or_", ast.BitXor: "xor"}
ENDS: dict[type[ast.operator], Any] = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
WORDS = 1 << 64
EXACT = 1 << 51
"""Whole numbers up to here become fractions by one addition, on any processor."""


class Arithmetic:
    """What numbers can do; a part of `teamsim.compiler.statements.Compiled`."""

    rule: Rule
    lanes: int
    here: ir.IRBuilder

    # --- types and constants

    def type_of(self, kind: Kind, wide: bool) -> Any:
        """The type of a number, or of one a lane."""
        return ir.VectorType(SINGLE[kind], self.lanes) if wide else SINGLE[kind]

    def constant(self, value: Any) -> Number:
        """A number that is known.

        Raises
        ------
        ValueError
            If it is larger than 64 bits.
        """
        if isinstance(value, bool | np.bool_):
            return Number("b", ir.Constant(SINGLE["b"], int(value)), known=bool(value))
        if isinstance(value, int | np.integer):
            whole = int(value)
            if not -WORDS // 2 <= whole < WORDS:
                raise ValueError(f"{whole} does not go into 64 bits")
            kind: Kind = "u" if whole >= WORDS // 2 or isinstance(value, np.uint64) else "i"
            return Number(kind, ir.Constant(SINGLE[kind], whole), low=whole, high=whole, known=whole)
        return Number("f", ir.Constant(SINGLE["f"], float(value)), known=float(value))

    def widen(self, one: Number) -> Number:
        """The same number in every lane."""
        if one.wide or self.lanes == 1:
            return one
        kind = self.type_of(one.kind, True)
        if one.known is not None:
            value: Any = ir.Constant(kind, [one.value.constant] * self.lanes)
        else:
            nothing = ir.Constant(kind, ir.Undefined)
            first = self.here.insert_element(nothing, one.value, ir.Constant(ir.IntType(32), 0))
            zeros = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), [0] * self.lanes)
            value = self.here.shuffle_vector(first, nothing, zeros)
        return Number(one.kind, value, True, one.low, one.high, one.known)

    def alike(self, *numbers: Number) -> tuple[Number, ...]:
        """All wide if one is."""
        return tuple(map(self.widen, numbers)) if any(one.wide for one in numbers) else numbers

    # --- conversion

    def to(self, one: Number, kind: Kind, node: ast.AST) -> Number:
        """The same number as another sort."""
        if one.kind == kind:
            return one
        if kind == "b" or one.kind == "b":
            self.rule.refuse(node, "a comparison is no number; write 1 if ... else 0")
        if one.known is not None:
            known = float(one.known) if kind == "f" else int(one.known)
            if kind != "f" and one.kind == "f":
                self.rule.refuse(node, "a fraction is kept where a whole number was; begin with 0.0")
            if kind == "u" and known < 0:
                self.rule.refuse(node, "a word has no sign; use a constant from 0")
            if kind == "i" and known >= WORDS // 2:
                self.rule.refuse(node, "a whole number ends at 2**63 - 1; begin with a word")
            sized = np.uint64(known) if kind == "u" else known
            return self.widen(self.constant(sized)) if one.wide else self.constant(sized)
        if kind == "f":
            return Number("f", self._fraction(self.cut_off(one, node)), one.wide)
        if one.kind == "f":
            self.rule.refuse(node, "a fraction is kept where a whole number was; begin with 0.0")
        if kind == "u" and (one.low is None or one.low < 0):
            self.rule.refuse(node, "a whole number is kept where a word was, and may be below 0; write x & WORD")
        if kind == "i" and (one.high is None or one.high >= WORDS // 2):
            self.rule.refuse(node, "a word is kept where a whole number was, and may be too large; begin with a word")
        return Number(kind, one.value, one.wide, one.low, one.high)

    def cut_off(self, one: Number, node: ast.AST) -> Number:
        """A number that is no larger in Python than here: a word that may have wrapped round is cut to 64 bits."""
        if one.kind == "u" and one.low is None:
            self.rule.refuse(node, "a word may be larger than 64 bits here, or below 0; cut it first: (...) & WORD")
        return one

    def _fraction(self, one: Number) -> Any:
        """A whole number as a fraction; where it is small, by the bits of 2**52 (or half as much more) plus it."""
        kind = self.type_of("f", one.wide)
        low, high = (0, WORDS) if one.low is None or one.high is None else (one.low, one.high)
        if one.kind == "u" and low >= 0 and high < 2 * EXACT:
            bits, zero = 0x4330000000000000, 2.0**52
        elif one.wide and one.kind == "i" and low > -EXACT and high < EXACT:
            bits, zero = 0x4338000000000000, 1.5 * 2.0**52
        else:
            return self.here.uitofp(one.value, kind) if one.kind == "u" else self.here.sitofp(one.value, kind)
        first, last = self.constant(bits), self.constant(zero)
        if one.wide:
            first, last = self.widen(first), self.widen(last)
        return self.here.fsub(self.here.bitcast(self.here.add(one.value, first.value), kind), last.value)

    def whole(self, one: Number, node: ast.AST) -> Number:
        """Python's `int` of a whole number: nothing at all."""
        if one.kind not in ("i", "u"):
            self.rule.refuse(node, "int() of a fraction needs its range: write int(x) if 0.0 <= x < 9.0 else 0")
        return one

    def floored(self, one: Number, low: int, high: int) -> Number:
        """A fraction without what comes behind the point; it has to lie within a range."""
        if one.kind != "f":
            return one
        return Number("i", self.here.fptosi(one.value, self.type_of("i", one.wide)), one.wide, low, high)

    def unified(self, one: Number, other: Number, node: ast.AST) -> tuple[Number, Number]:
        """Two numbers as one sort, and both wide if one is; a whole number below 0 becomes a word that is to be cut."""
        kinds = {one.kind, other.kind}
        if len(kinds) > 1 and "b" in kinds:
            self.rule.refuse(node, "a comparison is no number; write 1 if ... else 0")
        if "f" in kinds:
            one, other = self.to(one, "f", node), self.to(other, "f", node)
        elif len(kinds) > 1:
            one, other = self._as_word(one), self._as_word(other)
        one, other = self.alike(one, other)
        return one, other

    def _as_word(self, one: Number) -> Number:
        """A word, or a whole number as one."""
        if one.known is not None and one.kind == "i":
            word = self.constant(np.uint64(int(one.known) % WORDS))
            if int(one.known) < 0:
                word = replace(word, low=None, high=None)
            return self.widen(word) if one.wide else word
        if one.low is None or one.low < 0:
            return Number("u", one.value, one.wide)
        return replace(one, kind="u", high=WORDS // 2 - 1 if one.high is None else one.high)

    # --- operations

    def operate(self, doing: ast.operator, one: Number, other: Number, node: ast.AST) -> Number:
        """An operation on two numbers."""
        kind = type(doing)
        if "b" in (one.kind, other.kind):
            self.rule.refuse(node, "arithmetic on a comparison; write 1.0 if ... else 0.0")
        if kind in (ast.RShift, ast.LShift):
            return self._shift(doing, one, other, node)
        if kind is ast.Div:
            one, other = self.to(one, "f", node), self.to(other, "f", node)
        one, other = self.unified(one, other, node)
        if one.kind == "f":
            if kind not in FLOATS:
                self.rule.refuse(node, "//, % and bits are for whole numbers; write the division and an if")
            return Number("f", getattr(self.here, FLOATS[kind])(one.value, other.value), one.wide)
        if kind in (ast.FloorDiv, ast.Mod):
            return self._divide(kind is ast.Mod, one, other, node)
        value = getattr(self.here, WHOLES[kind])(one.value, other.value)
        return self._within(Number(one.kind, value, one.wide), kind, one, other)

    def _within(self, found: Number, kind: type[ast.operator], one: Number, other: Number) -> Number:
        """What is known about a result from what is known about its parts; of a word, whether it is cut to 64 bits."""
        least, most = (0, WORDS - 1) if found.kind == "u" else (-WORDS // 2, WORDS // 2 - 1)
        if kind is ast.BitAnd:
            highs = [part.high for part in (one, other) if part.low is not None and part.low >= 0]
            if highs:
                return replace(found, low=0, high=min((high for high in highs if high is not None), default=most))
            return found
        if None in (one.low, one.high, other.low, other.high):
            return found
        if kind not in ENDS:  # or, xor: no more bits than there are
            return replace(found, low=least, high=most)
        ends = [ENDS[kind](a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
        if min(ends) < least or max(ends) > most:
            return found
        return replace(found, low=min(ends), high=max(ends))

    def _shift(self, doing: ast.operator, one: Number, other: Number, node: ast.AST) -> Number:
        if one.kind == "f" or not isinstance(other.known, int) or not 0 <= other.known < 64:
            self.rule.refuse(node, "bits are shifted by a constant from 0 to 63")
        by = self.constant(np.uint64(other.known))
        places = (self.widen(by) if one.wide else by).value
        if isinstance(doing, ast.LShift):
            if one.kind == "u" and one.high is not None and one.low is not None and one.high << other.known < WORDS:
                ends = one.low << other.known, one.high << other.known
                return Number("u", self.here.shl(one.value, places), one.wide, *ends)
            return Number(one.kind, self.here.shl(one.value, places), one.wide)
        self.cut_off(one, node)
        if one.kind == "u":
            return Number("u", self.here.lshr(one.value, places), one.wide, 0, (WORDS - 1) >> other.known)
        return Number("i", self.here.ashr(one.value, places), one.wide)

    def _divide(self, rest: bool, one: Number, other: Number, node: ast.AST) -> Number:
        """Python's // and %, which round down; x86 stops a process that divides by 0, so that must not be possible."""
        if other.low is None or other.low < 1:
            self.rule.refuse(
                node, "// and % need a divisor known to be 1 or more; write n if n > 1 else 1, or declare its range"
            )
        other = self._no_less_than_one(other)
        if one.kind == "u":
            self.cut_off(one, node)
            most = one.high if not rest else None if other.high is None else other.high - 1
            value = (self.here.urem if rest else self.here.udiv)(one.value, other.value)
            return Number("u", value, one.wide, 0, WORDS - 1 if most is None else most)
        quotient = self.here.sdiv(one.value, other.value)
        remainder = self.here.sub(one.value, self.here.mul(quotient, other.value))
        if one.low is None or one.low < 0:
            zero = (self.widen(self.constant(0)) if one.wide else self.constant(0)).value
            step = (self.widen(self.constant(1)) if one.wide else self.constant(1)).value
            below = self.here.icmp_signed("<", remainder, zero)
            quotient = self.here.select(below, self.here.sub(quotient, step), quotient)
            remainder = self.here.select(below, self.here.add(remainder, other.value), remainder)
        if rest:
            return Number("i", remainder, one.wide, 0, None if other.high is None else other.high - 1)
        return Number("i", quotient, one.wide, *_quotients(one))

    def _no_less_than_one(self, divisor: Number) -> Number:
        """A divisor that is 1 where there is nothing: without a run a field holds 0, which stops a process."""
        if divisor.known is not None:
            return divisor
        least = (self.widen(self.constant(1)) if divisor.wide else self.constant(1)).value
        there = self.here.icmp_unsigned("!=", divisor.value, ir.Constant(divisor.value.type, None))
        return replace(divisor, value=self.here.select(there, divisor.value, least))

    def negative(self, one: Number, node: ast.AST) -> Number:
        """A number with the other sign."""
        if one.kind == "i":
            if one.known is not None:
                return self.constant(-int(one.known))
            return self.operate(ast.Sub(), self.constant(0), one, node)
        if one.kind != "f":
            self.rule.refuse(node, "only whole numbers and fractions have a sign")
        if one.known is not None and not one.wide:
            return self.constant(-float(one.known))
        return Number("f", self.here.fneg(one.value), one.wide)

    def compare(self, sort: ast.cmpop, one: Number, other: Number, node: ast.AST) -> Number:
        """A comparison; with NaN only != holds."""
        sign = COMPARISONS[type(sort)]
        for this, that in ((one, other), (other, one)):
            if this.kind == "u" and that.kind == "i" and (that.low is None or that.low < 0):
                self.rule.refuse(node, "a word is compared with words, or with a constant from 0")
        self.cut_off(one, node)
        self.cut_off(other, node)
        one, other = self.unified(one, other, node)
        if one.kind == "f":
            ordered = self.here.fcmp_unordered if sign == "!=" else self.here.fcmp_ordered
            return Number("b", ordered(sign, one.value, other.value), one.wide)
        whole = self.here.icmp_signed if one.kind == "i" else self.here.icmp_unsigned
        return Number("b", whole(sign, one.value, other.value), one.wide)

    def truth(self, one: Number, node: ast.AST) -> Number:
        """A number as a condition."""
        if one.kind != "b":
            self.rule.refuse(node, "a condition is a comparison; write x != 0")
        return one

    def choose(self, condition: Number, one: Number, other: Number, node: ast.AST) -> Number:
        """One of two numbers, without a branch."""
        one, other = self.unified(one, other, node)
        if condition.wide:
            one, other = self.widen(one), self.widen(other)
        ends = hull(one, other)
        return Number(one.kind, self.here.select(condition.value, one.value, other.value), one.wide, *ends)

    def both(self, one: Number, other: Number) -> Number:
        """Whether both hold."""
        one, other = self.alike(one, other)
        return Number("b", self.here.and_(one.value, other.value), one.wide)

    def either(self, one: Number, other: Number) -> Number:
        """Whether one holds."""
        one, other = self.alike(one, other)
        return Number("b", self.here.or_(one.value, other.value), one.wide)

    def opposite(self, one: Number) -> Number:
        """Whether something does not hold."""
        true = self.constant(True)
        return Number("b", self.here.xor(one.value, (self.widen(true) if one.wide else true).value), one.wide)

    # --- functions

    def root(self, one: Number, node: ast.AST) -> Number:
        """`math.sqrt`, which is exact."""
        one = self.to(one, "f", node)
        kind = self.type_of("f", one.wide)
        name = f"llvm.sqrt.v{self.lanes}f64" if one.wide else "llvm.sqrt.f64"
        module = self.here.module
        known = name in module.globals
        function = module.globals[name] if known else ir.Function(module, ir.FunctionType(kind, [kind]), name)
        return Number("f", self.here.call(function, [one.value]), one.wide)

    def bits_of(self, one: Number, node: ast.AST) -> Number:
        """The bits of a fraction."""
        one = self.to(one, "f", node)
        return Number("u", self.here.bitcast(one.value, self.type_of("u", one.wide)), one.wide, 0, WORDS - 1)

    def from_bits(self, one: Number, node: ast.AST) -> Number:
        """The fraction of some bits."""
        one = self.to(self.cut_off(one, node), "u", node)
        return Number("f", self.here.bitcast(one.value, self.type_of("f", one.wide)), one.wide)


def _quotients(one: Number) -> tuple[int | None, int | None]:
    """Between what a whole number lies that is divided by 1 or more, rounded down."""
    return None if one.low is None else min(one.low, 0), None if one.high is None else max(one.high, -1)


def hull(one: Number, other: Number) -> tuple[int | None, int | None]:
    """Between what a number lies that is one of two."""
    low = None if one.low is None or other.low is None else min(one.low, other.low)
    high = None if one.high is None or other.high is None else max(one.high, other.high)
    return low, high
