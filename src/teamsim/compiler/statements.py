"""A rule, compiled for certain kinds of arguments, statement by statement."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from teamsim.compiler.expressions import Expressions, heavy
from teamsim.compiler.language import Rule
from teamsim.compiler.values import How, Kind, Number, Slot, Tuple, Value, kept, parts, rebuilt

if TYPE_CHECKING:
    from teamsim.compiler.module import Module

__all__ = ["Compiled"]


class Compiled(Expressions):
    """A rule for one run, or (with a mask) for all lanes.

    Parameters
    ----------
    module : Module
        Where it belongs.
    rule : Rule
        Which.
    given : list of Value
        The kinds of its arguments; what they are is known when it is called.
    how : How
        For whom.
    entered : bool
        Whether Python calls it: who takes part is said there.
    """

    def __init__(self, module: Module, rule: Rule, given: list[Value], how: How, entered: bool) -> None:
        self.module, self.rule, self.lanes, self.entered = module, rule, module.lanes, entered
        self.masked, self.some, self.reads = how.masked, how.some, how.reads
        self.slots: list[Slot] = []
        self.many = False
        self.function = ir.Function(module.ir, ir.FunctionType(ir.VoidType(), []), module.symbol(rule.title))
        self.function.linkage = "internal"
        self.function.attributes.add("alwaysinline")
        kinds = [part.type for value in given for part in parts(value)]
        arguments = [ir.Argument(self.function, kind, f"a{number}") for number, kind in enumerate(kinds)]
        if self.masked:
            arguments.append(ir.Argument(self.function, self.mask_type, "mask"))
        self.all = arguments[-1] if self.masked else None
        self.places = ir.IRBuilder(self.function.append_basic_block("entry"))
        body, self.exit = self.function.append_basic_block("body"), self.function.append_basic_block("exit")
        self.here = ir.IRBuilder(body)
        self.env: dict[str, Value | Slot] = {}
        self.repeats: list[Any] = []
        self._take(given, arguments)
        self.block(rule.tree.body, self.all)
        if not self.here.block.is_terminated:
            self.here.branch(self.exit)
        self.places.branch(body)
        self._end(arguments)

    def _take(self, given: list[Value], arguments: list[Any]) -> None:
        """Give the arguments their names."""
        taken = iter(arguments)
        for name, value in zip(self.rule.names, given, strict=True):
            here = rebuilt(value, taken)
            self.env[name] = here
            if name in self.rule.counts and isinstance(here, Number):
                self.env[name] = slot = self._slot(here.kind, self.masked)
                self._fill(slot, here, None)

    def _end(self, arguments: list[Any]) -> None:
        """Return; only now is it known what, so the head of the function is written last."""
        kinds = [self.type_of(slot.kind, slot.wide) for slot in self.slots]
        returned = ir.VoidType() if not kinds else ir.LiteralStructType(kinds) if self.many else kinds[0]
        self.function.ftype = ir.FunctionType(returned, [argument.type for argument in arguments])
        self.function.type = self.function.ftype.as_pointer()
        self.function.args, self.function.return_value = tuple(arguments), ir.ReturnValue(self.function, returned)
        self.here.position_at_end(self.exit)
        values = [self.here.load(slot.pointer, typ=kind) for slot, kind in zip(self.slots, kinds, strict=True)]
        if not values:
            self.here.ret_void()
        elif not self.many:
            self.here.ret(values[0])
        else:
            whole: Any = ir.Constant(returned, ir.Undefined)
            for number, value in enumerate(values):
                whole = self.here.insert_value(whole, value, number)
            self.here.ret(whole)

    @property
    def result(self) -> list[Number]:
        """The kinds of what comes back."""
        return [kept(slot.kind, None, slot.wide) for slot in self.slots]

    # --- names

    def at_first(self, kind: Any) -> Any:
        """A place of this function's own, empty at the start."""
        place = self.places.alloca(kind)
        self.places.store(ir.Constant(kind, None), place)
        return place

    def _slot(self, kind: Kind, wide: bool) -> Slot:
        return Slot(self.at_first(self.type_of(kind, wide)), kind, wide)

    def _fill(self, slot: Slot, value: Number, mask: Any) -> None:
        """Keep a number under a name; runs that are not meant keep what they had."""
        value = self.widen(value) if slot.wide else value
        kept = value.value
        if mask is not None and mask is not self.all:
            before = self.here.load(slot.pointer, typ=self.type_of(slot.kind, True))
            kept = self.here.select(mask, kept, before)
        self.here.store(kept, slot.pointer)

    def assign(self, target: ast.expr, value: Value, mask: Any) -> None:
        """Give a name, a field or a row what it is to have."""
        if isinstance(target, ast.Name):
            self._name_it(target, value, mask)
        elif isinstance(target, ast.Attribute):
            record = self.record(target.value, mask)
            self.set_field(record, target.attr, self.number_of(value, target), mask, target)
        elif isinstance(target, ast.Subscript):
            array, places = self.array(target.value, mask), self.numbers(target.slice, mask)
            if array.layout.kind is not None:
                self.set_element(array, places, self.number_of(value, target), mask, target)
            else:
                self.copy(self.look_up(array, places, mask, target), value, mask, target)
        else:
            self.rule.refuse(target, "only names, fields and rows are given values")

    def _name_it(self, target: ast.Name, value: Value, mask: Any) -> None:
        name = target.id
        if not isinstance(value, Number):
            self.env[name] = value
            return
        if self.rule.counts[name] == 1 and name not in self.rule.names:
            self.env[name] = value
            return
        slot = self.env.get(name)
        if not isinstance(slot, Slot):
            slot = self._slot(value.kind, self.masked)
            self.env[name] = slot
        self._fill(slot, self.cut_off(self.to(value, slot.kind, target), target), mask)

    # --- statements; each returns the mask of the runs that go on

    def block(self, statements: list[ast.stmt], mask: Any) -> Any:
        """One statement after another."""
        for number, statement in enumerate(statements):
            if self.here.block.is_terminated:
                break
            before, mask = mask, self.statement(statement, mask)
            rest = statements[number + 1 :]
            if self.masked and mask is not before and rest and heavy(rest):
                return self._where_any(rest, mask)
        return mask

    def statement(self, statement: ast.stmt, mask: Any) -> Any:
        """One statement."""
        if isinstance(statement, ast.Assign):
            self._assignment(statement.targets[0], statement.value, mask)
        elif isinstance(statement, ast.AugAssign):
            before = ast.copy_location(_as_read(statement.target), statement.target)
            one, other = self.number(before, mask), self.number(statement.value, mask)
            self.assign(statement.target, self.operate(statement.op, one, other, statement), mask)
        elif isinstance(statement, ast.Expr):
            if isinstance(statement.value, ast.Call):  # anything else is the docstring
                self._call(statement.value, mask)
        elif isinstance(statement, ast.Return):
            return self._return(statement, mask)
        elif isinstance(statement, ast.If):
            return self._if(statement, mask)
        elif isinstance(statement, ast.For):
            self._for(statement, mask)
        elif isinstance(statement, ast.While):
            self._while(statement, mask)
        elif self.masked:
            self.rule.refuse(statement, "continue is for rules that are rare (@rule(rare=True)); write an if")
        else:
            self.here.branch(self.repeats[-1])
        return mask

    def _assignment(self, target: ast.expr, given: ast.expr, mask: Any) -> None:
        if not isinstance(target, ast.Tuple):
            self.assign(target, self.evaluate(given, mask), mask)
            return
        values = self.evaluate(given, mask)
        if not isinstance(values, Tuple) or len(values.items) != len(target.elts):
            self.rule.refuse(target, f"{len(target.elts)} names need as many values")
        for part, value in zip(target.elts, values.items, strict=True):
            self.assign(part, value, mask)

    def _return(self, statement: ast.Return, mask: Any) -> Any:
        if statement.value is not None:
            found = self.evaluate(statement.value, mask)
            values = list(found.items) if isinstance(found, Tuple) else [found]
            if not self.slots:
                self.many = isinstance(found, Tuple)
                self.slots = [self._slot(self.number_of(one, statement).kind, self.masked) for one in values]
            if len(values) != len(self.slots) or isinstance(found, Tuple) != self.many:
                self.rule.refuse(statement, "a rule returns as many values everywhere")
            for slot, one in zip(self.slots, values, strict=True):
                number = self.to(self.number_of(one, statement), slot.kind, statement)
                self._fill(slot, self.cut_off(number, statement), mask)
        if self.masked and self.repeats:
            self.rule.refuse(statement, "return inside a loop is for rare rules (@rule(rare=True)); keep a number")
        if self.masked:
            return self.nobody()
        self.here.branch(self.exit)
        return mask

    def _if(self, statement: ast.If, mask: Any) -> Any:
        condition = self.truth(self.number(statement.test, mask), statement.test)
        before = dict(self.env)
        left = self._by_mask(statement, condition, mask) if condition.wide else self._branch(statement, condition, mask)
        self._forget(before, statement)
        return left

    def _forget(self, before: dict[str, Value | Slot], statement: ast.stmt) -> None:
        """Names that stand for rows and the like are those of a branch or a loop; numbers are kept."""
        for name, value in before.items():
            if self.env[name] is not value:
                self.rule.refuse(statement, f"{name} would mean one row or another afterwards; keep its number instead")
        self.env = before | {name: value for name, value in self.env.items() if isinstance(value, Slot)}

    def _branch(self, statement: ast.If, condition: Number, mask: Any) -> Any:
        """All runs agree: a branch."""
        kept = None
        if self.masked and returns([statement]):
            kept = self.at_first(self.mask_type)
            self.here.store(mask, kept)
        ways = [("then", statement.body), *([("else", statement.orelse)] if statement.orelse else [])]
        blocks = [self.function.append_basic_block(name) for name, _ in ways]
        end = self.function.append_basic_block("end")
        self.here.cbranch(condition.value, *(blocks if len(blocks) == 2 else [*blocks, end]))
        for block, (_, body) in zip(blocks, ways, strict=True):
            self.here.position_at_end(block)
            left = self.block(body, mask)
            if not self.here.block.is_terminated:
                if kept is not None:
                    self.here.store(left, kept)
                self.here.branch(end)
        self.here.position_at_end(end)
        return mask if kept is None else self.here.load(kept, typ=self.mask_type)

    def _by_mask(self, statement: ast.If, condition: Number, mask: Any) -> Any:
        """Runs differ: each body for those whom it concerns, and skipped where it concerns nobody."""
        left = []
        for body, holds in ((statement.body, condition), (statement.orelse, self.opposite(condition))):
            meant = self.narrowed(mask, holds)
            if body:
                meant = self._where_any(body, meant) if heavy(body) else self.block(body, meant)
            left.append(meant)
        if not returns([statement]):
            return mask
        return self.here.or_(left[0], left[1])

    def _where_any(self, statements: list[ast.stmt], mask: Any) -> Any:
        """Statements that are skipped where no lane is meant: a row that is looked up may not exist then."""
        kept = self.at_first(self.mask_type)
        self.here.store(mask, kept)
        some, none = self.function.append_basic_block("some"), self.function.append_basic_block("none")
        self.here.cbranch(self.any_of(mask), some, none)
        self.here.position_at_end(some)
        self.here.store(self.block(statements, mask), kept)
        self.here.branch(none)
        self.here.position_at_end(none)
        return self.here.load(kept, typ=self.mask_type) if returns(statements) else mask

    def _for(self, statement: ast.For, mask: Any) -> None:
        assert isinstance(statement.iter, ast.Call)
        assert isinstance(statement.target, ast.Name)
        ends = [self.to(self.number(one, mask), "i", statement) for one in statement.iter.args]
        step = ends[2] if len(ends) > 2 else self.constant(1)
        low, high = (self.constant(0), ends[0]) if len(ends) == 1 else ends[:2]
        if any(end.wide for end in ends):
            self.rule.refuse(statement, "a loop runs over the same numbers in all runs")
        if step.low is None or step.low < 1:
            self.rule.refuse(statement, "a loop runs upwards, by a step that is known to be 1 or more")
        counter = self._slot("i", False)
        self.here.store(low.value, counter.pointer)
        names = ("for", "body", "next", "endfor")
        top, body, again, end = (self.function.append_basic_block(name) for name in names)
        self.here.branch(top)
        self.here.position_at_end(top)
        at = self.here.load(counter.pointer, typ=self.type_of("i", False))
        self.here.cbranch(self.here.icmp_signed("<", at, high.value), body, end)
        self.here.position_at_end(body)
        before = dict(self.env)
        last = None if high.high is None else high.high - 1
        self.env[statement.target.id] = Number("i", at, low=low.low, high=last)
        self.repeats.append(again)
        self.block(statement.body, mask)
        self.repeats.pop()
        if not self.here.block.is_terminated:
            self.here.branch(again)
        self.here.position_at_end(again)
        at = self.here.load(counter.pointer, typ=self.type_of("i", False))
        self.here.store(self.here.add(at, step.value), counter.pointer)
        self.here.branch(top)
        self.here.position_at_end(end)
        self._forget(before, statement)

    def _while(self, statement: ast.While, mask: Any) -> None:
        names = ("while", "body", "endwhile")
        top, body, end = (self.function.append_basic_block(name) for name in names)
        self.here.branch(top)
        self.here.position_at_end(top)
        condition = self.truth(self.number(statement.test, mask), statement.test)
        if condition.wide:
            self.rule.refuse(statement, "while is for rules that are rare (@rule(rare=True)), or for one run")
        self.here.cbranch(condition.value, body, end)
        self.here.position_at_end(body)
        self.repeats.append(top)
        before = dict(self.env)
        self.block(statement.body, mask)
        self._forget(before, statement)
        self.repeats.pop()
        if not self.here.block.is_terminated:
            self.here.branch(top)
        self.here.position_at_end(end)


def returns(statements: list[ast.stmt]) -> bool:
    """Whether statements may return."""
    return any(isinstance(part, ast.Return) for statement in statements for part in ast.walk(statement))


def _as_read(target: ast.expr) -> Any:
    """What is read before it is changed: the same place."""
    fields = {name: getattr(target, name) for name in target._fields}
    return type(target)(**{**fields, "ctx": ast.Load()})
