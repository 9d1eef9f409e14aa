"""Rules put together for so many lanes: each compiled once a kind of arguments, with doors by which Python comes in."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from llvmlite import ir

from teamsim.compiler.doors import Shape, lane, lanes
from teamsim.compiler.expressions import Expressions
from teamsim.compiler.language import Rule, RuleError, rule_of
from teamsim.compiler.statements import Compiled
from teamsim.compiler.values import SINGLE, WORD, Array, How, Kind, Number, Value, kept, layout_of, parts, signature

__all__ = ["Module"]

COUNT, POINTER = ir.IntType(64), ir.PointerType()


class Module:
    """Rules for so many lanes.

    Parameters
    ----------
    lanes : int
        How many runs lie side by side.
    checked : bool
        Whether it is noted when a row is looked up that is not there.
    """

    def __init__(self, lanes: int, checked: bool = False) -> None:
        self.lanes, self.checked = lanes, checked
        self.ir = ir.Module(name=f"rules-{lanes}")
        self.places: list[str] = []
        self._compiled: dict[Any, Compiled | None] = {}
        self._names: set[str] = set()
        if checked:
            self.trespass = ir.GlobalVariable(self.ir, COUNT, "trespass")
            self.trespass.initializer = ir.Constant(COUNT, 0)

    def symbol(self, title: str) -> str:
        """A name of its own."""
        name, number = title, 1
        while name in self._names:
            name, number = f"{title}.{number}", number + 1
        self._names.add(name)
        return name

    def note(self, place: str) -> int:
        """The number by which a place in the sources is known, from 1."""
        if place not in self.places:
            self.places.append(place)
        return self.places.index(place) + 1

    def table(self, kind: Kind, values: tuple[float, ...]) -> Any:
        """An array that never changes."""
        name = f"table.{kind}.{values}"
        if name in self.ir.globals:
            return self.ir.globals[name]
        kept = ir.ArrayType(SINGLE[kind], len(values))
        table = ir.GlobalVariable(self.ir, kept, name)
        numbers = [float(value) if kind == "f" else value for value in values]
        table.global_constant, table.linkage, table.initializer = True, "internal", ir.Constant(kept, numbers)
        return table

    def rule(self, function: Callable[..., Any], caller: Rule, node: ast.AST) -> Rule:
        """Read a rule that another one calls."""
        rule = rule_of(function)
        if not isinstance(node, ast.Call) or len(node.args) != len(rule.names):
            given = len(node.args) if isinstance(node, ast.Call) else 0
            caller.refuse(node, f"{function.__name__} takes {', '.join(rule.names) or 'nothing'}, and is given {given}")
        return rule

    def compiled(
        self, function: Callable[..., Any], given: list[Value], how: How, caller: Rule, node: ast.AST
    ) -> Compiled:
        """Return a rule compiled for such arguments."""
        key = function, how, tuple(map(signature, given))
        if key not in self._compiled:
            first = not self._compiled
            self._compiled[key] = None
            self._compiled[key] = Compiled(self, self.rule(function, caller, node), given, how, first)
        found = self._compiled[key]
        if found is None:
            caller.refuse(node, f"{function.__name__} calls itself; write the loop")
        return found

    def word(self, function: Any, here: Expressions) -> Number | None:
        """What only the compiler knows: how many lanes there are, and which of them this is."""
        if function is lanes:
            return here.constant(self.lanes)
        if function is not lane:
            return None
        if not here.masked:
            return here.constant(0)
        numbers = ir.Constant(ir.VectorType(COUNT, self.lanes), [*range(self.lanes)])
        return Number("i", numbers, True, 0, self.lanes - 1)

    def door(self, function: Callable[..., Any], shapes: list[Shape]) -> None:
        """Let Python call a rule: its arguments come as words in a row, an array with its dimensions behind it."""
        rule = rule_of(function)
        door = ir.Function(self.ir, ir.FunctionType(COUNT, [POINTER]), self.symbol(function.__name__))
        here = ir.IRBuilder(door.append_basic_block("entry"))
        place = 0

        def word(kind: Any) -> Any:
            nonlocal place
            pointer = here.gep(door.args[0], [ir.Constant(COUNT, WORD * place)], source_etype=ir.IntType(8))
            place += 1
            return here.load(pointer, align=WORD, typ=kind)

        given: list[Value] = []
        for shape in shapes:
            if shape.dims == 0:
                given.append(_single(shape.of, word, here))
                continue
            pointer = word(POINTER)
            dims = tuple(Number("i", word(COUNT), low=0) for _ in range(shape.dims))
            wide = shape.laned and self.lanes > 1
            given.append(Array(layout_of(shape.of), pointer, dims, self.lanes if wide else 1, wide))
        call = ast.copy_location(ast.Call(ast.Name(function.__name__), [ast.Constant(0)] * len(shapes), []), rule.tree)
        compiled = self.compiled(function, given, How(masked=self.lanes > 1), rule, call)
        if compiled.slots:
            raise RuleError(f"{rule.place(rule.tree)}: what Python calls writes to arrays, and returns nothing")
        arguments = [part for value in given for part in parts(value)]
        if compiled.masked:
            arguments.append(ir.Constant(compiled.mask_type, [1] * self.lanes))
        here.call(compiled.function, arguments)
        here.ret(ir.Constant(COUNT, 0))


def _single(kind: Any, word: Callable[[Any], Any], here: Any) -> Value:
    """A number that Python gives."""
    if kind == "b":
        return Number("b", here.trunc(word(COUNT), SINGLE["b"]))
    number: Kind = kind
    return kept(number, word(SINGLE[number]))
