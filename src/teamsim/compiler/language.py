"""What a rule may say: a small language inside Python, read from a function's source and checked before it is compiled.

``docs/language-of-rules.md`` is the page for people; a sentence of refusal names file, line and the allowed form.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from teamsim.compiler.written_out import runs_over, unrolled

__all__ = ["Rule", "RuleError", "rule_of"]

PACKAGE = Path(__file__).parents[1]
MATHEMATICS = {"exp": "call exp of teamsim.arithmetic", "log": "call log of teamsim.arithmetic"}
"""What to write instead of functions of `math`, whose bits each library has for itself; only `math.sqrt` is exact."""

ONE_ARGUMENT = ("float", "int", "len", "bits_of", "from_bits")

ALLOWED: tuple[type[ast.AST], ...] = (
    ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Return, ast.Continue,
    ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.Call,
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
    ast.RShift, ast.LShift, ast.BitAnd, ast.BitOr, ast.BitXor, ast.Not, ast.USub, ast.And, ast.Or,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.Load, ast.Store,
)  # fmt: skip

INSTEAD: dict[type[ast.AST], str] = {
    ast.Pow: "powers are not in the language of rules; write x * x",
    ast.MatMult: "matrix products are not in the language of rules; write the loop",
    ast.Break: "break is not in the language of rules; let the condition of the loop end it",
    ast.Is: "is is not in the language of rules; write ==",
    ast.IsNot: "is not is not in the language of rules; write !=",
    ast.In: "in is not in the language of rules; write the comparisons, or the loop",
    ast.NotIn: "not in is not in the language of rules; write the comparisons, or the loop",
    ast.Try: "try is not in the language of rules; guard the denominator with an if",
    ast.Raise: "raise is not in the language of rules; what users give is checked before rules run",
    ast.Assert: "assert is not in the language of rules; what users give is checked before rules run",
    ast.With: "with is not in the language of rules",
    ast.Lambda: "lambda is not in the language of rules; write a rule of its own",
    ast.FunctionDef: "a function inside a rule is not in the language; write a rule of its own",
    ast.ListComp: "comprehensions are not in the language of rules; write the loop",
    ast.GeneratorExp: "comprehensions are not in the language of rules; write the loop",
    ast.List: "lists are not in the language of rules; write a tuple, or take an array as an argument",
    ast.Dict: "dictionaries are not in the language of rules; declare a record",
    ast.JoinedStr: "texts are not in the language of rules",
    ast.AnnAssign: "annotated names are not in the language of rules; assign without the annotation",
    ast.NamedExpr: "assigning inside an expression is not in the language of rules; give it a line of its own",
    ast.Slice: "slices are not in the language of rules; give the array and a first place",
    ast.UAdd: "a plus sign in front is not in the language of rules; leave it out",
    ast.Invert: "~ is not in the language of rules; write x ^ mask",
    ast.Starred: "starred arguments are not in the language of rules; name each",
    ast.Pass: "pass is not in the language of rules; leave the branch out",
    ast.keyword: "arguments go by place, not by name",
    ast.Global: "global names are not in the language of rules; write to a record",
}


class RuleError(Exception):
    """A rule says what is not in the language; the message names file, line and the allowed form."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule as the compiler reads it.

    Attributes
    ----------
    function : callable
        The Python function itself.
    tree : ast.FunctionDef
        Its source.
    names : tuple of str
        Its arguments.
    counts : dict of str to int
        How often each local name is assigned.
    rare : bool
        Whether it happens so seldom that runs go through it one by one.
    """

    function: Callable[..., Any]
    tree: ast.FunctionDef
    names: tuple[str, ...]
    counts: dict[str, int]
    rare: bool

    @property
    def title(self) -> str:
        """Module and name, for symbols and people."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def place(self, node: ast.AST) -> str:
        """Where a node stands: the file as seen from the package, and the line."""
        return _place(self.function, self.tree, node)

    def refuse(self, node: ast.AST, why: str) -> NoReturn:
        """Say what is not in the language, and where."""
        raise RuleError(f"{self.place(node)}: {why}")

    def meaning(self, name: str) -> Any:
        """What a name that is not local stands for; None where there is nothing of the kind."""
        return self.function.__globals__.get(name)


@cache
def rule_of(function: Callable[..., Any]) -> Rule:
    """Read a function as a rule.

    Raises
    ------
    RuleError
        If it says what is not in the language.

    Examples
    --------
    >>> def cubed(x):
    ...     return x * x * x
    >>> rule_of(cubed).names
    ('x',)
    """
    name = getattr(function, "__name__", str(function))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError) as error:
        raise RuleError(f"{name}: a rule is a function with a source file ({error})") from None
    if name == "<lambda>":
        raise RuleError(f"{function}: a rule is a function that begins with def")
    if not isinstance(tree, ast.FunctionDef) or tree.name != name:  # Python 3.13 finds some text for what has no file
        raise RuleError(f"{name}: a rule is a function with a source file (what was found is not its own)")
    for problem, node in _over_each(tree):
        raise RuleError(f"{_place(function, tree, node)}: {problem}")
    tree = unrolled(tree, function.__globals__)
    for problem, node in (*_form(tree), *_words(tree), *_truths(tree), *_unassigned(tree), *_returned(tree)):
        raise RuleError(f"{_place(function, tree, node)}: {problem}")
    counts: dict[str, int] = {}
    for node in ast.walk(tree):
        for name in _assigned(node):
            counts[name] = counts.get(name, 0) + 1
    names = tuple(argument.arg for argument in tree.args.args)
    return Rule(function, tree, names, counts, getattr(function, "rare", False))


def _place(function: Callable[..., Any], tree: ast.FunctionDef, node: ast.AST) -> str:
    code = function.__code__
    file = Path(code.co_filename)
    shown = file.relative_to(PACKAGE).as_posix() if file.is_relative_to(PACKAGE) else file.name
    first = min([tree.lineno, *(mark.lineno for mark in tree.decorator_list)])
    return f"{shown}:{code.co_firstlineno + getattr(node, 'lineno', first) - first}"


def _inside(tree: ast.FunctionDef) -> Iterator[ast.AST]:
    """Every node of the body; the docstring, annotations and marks are not the rule's to say."""
    first = tree.body[0]
    described = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    for statement in tree.body[1:] if described else tree.body:
        yield from ast.walk(statement)


def _form(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    given = tree.args
    if given.vararg or given.kwarg or given.kwonlyargs or given.defaults or given.posonlyargs:
        yield "a rule takes plain arguments, without defaults, * and **", tree
    for node in _inside(tree):
        without_line = (part for part in ast.iter_child_nodes(node) if not hasattr(part, "lineno"))
        for part in (node, *without_line):
            if not isinstance(part, ALLOWED):
                yield INSTEAD.get(type(part), f"{type(part).__name__} is not in the language of rules"), node


def _words(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    """Allowed kinds of nodes in forms that are not."""
    for node in _inside(tree):
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool | int | float):
            yield "only numbers, True and False are in the language of rules; names of fields come from each(...)", node
        elif isinstance(node, ast.Assign) and len(node.targets) > 1:
            yield "one = an assignment: write a line for each name", node
        elif isinstance(node, ast.AugAssign) and any(isinstance(part, ast.Call) for part in ast.walk(node.target)):
            yield "a call in the place that is changed would be made twice; give its value a name", node
        elif isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call):
            yield "a line that does nothing: assign it, or leave it out", node
        elif isinstance(node, ast.For | ast.While) and node.orelse:
            yield "else after a loop is not in the language of rules", node
        elif isinstance(node, ast.For) and runs_over(node) != "range":
            yield "a loop runs over range(...), or over each(...) of a declared class or a tuple of names", node
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Name) and node.target.id in _taken(tree, node):
            yield f"{node.target.id} counts a loop; take another name for anything else", node
        elif isinstance(node, ast.Call):
            yield from _call(node)


def _over_each(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    """What a loop over ``each(...)`` cannot have, because it is written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and runs_over(node) == "each":
            if node.orelse:
                yield "else after a loop is not in the language of rules", node
            if taken := {*_assigned(node)} & _taken(tree, node):
                yield f"{min(taken)} counts a loop; take another name for anything else", node
            why = "continue inside each(...) is not in the language of rules; write an if"
            yield from ((why, one) for one in _goes_on(node))


def _goes_on(loop: ast.For) -> Iterator[ast.Continue]:
    """Every continue of a loop itself, not of one inside it."""
    left: list[ast.AST] = [*loop.body]
    while left:
        node = left.pop()
        if isinstance(node, ast.Continue):
            yield node
        elif not (isinstance(node, ast.While) or (isinstance(node, ast.For) and runs_over(node) == "range")):
            left.extend(ast.iter_child_nodes(node))


def _taken(tree: ast.FunctionDef, loop: ast.For) -> set[str]:
    """Names that a loop cannot count with: arguments, what is assigned, and what a loop around it counts with."""
    found = {argument.arg for argument in tree.args.args}
    for node in ast.walk(tree):
        around = isinstance(node, ast.For) and node is not loop and any(part is loop for part in ast.walk(node))
        if isinstance(node, ast.Assign | ast.AugAssign) or around:
            found.update(_assigned(node))
    return found


def _call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    called = node.func
    if isinstance(called, ast.Attribute):
        if not isinstance(called.value, ast.Name):
            yield "methods are not in the language of rules; write the loop", node
        elif called.value.id == "math" and called.attr != "sqrt":
            instead = MATHEMATICS.get(called.attr, "there is math.sqrt, and exp and log of teamsim.arithmetic")
            yield f"math.{called.attr} is not in the language of rules; {instead}", node
        elif called.value.id == "math" and len(node.args) != 1:
            yield f"math.{called.attr} takes one number", node
    elif isinstance(called, ast.Name) and called.id in ONE_ARGUMENT and len(node.args) != 1:
        yield f"{called.id} takes one argument", node
    elif not isinstance(called, ast.Name):
        yield "only a rule can be called", node


def _truths(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    """Arithmetic on comparisons: True counts as 1 in Python, and is no number here."""
    logical = (ast.Compare, ast.BoolOp)
    logically = (node for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, logical))
    kept = {name for node in logically for name in _assigned(node)}

    def truth(node: ast.AST) -> bool:
        negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        named = isinstance(node, ast.Constant) and isinstance(node.value, bool)
        return isinstance(node, logical) or negated or named or (isinstance(node, ast.Name) and node.id in kept)

    for node in _inside(tree):
        operands: list[ast.AST] = []
        if isinstance(node, ast.BinOp):
            operands = [node.left, node.right]
        elif isinstance(node, ast.AugAssign):
            operands = [node.value]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            operands = [node.operand]
        if any(truth(operand) for operand in operands):
            yield "arithmetic on a comparison; write 1.0 if ... else 0.0", node


def _returned(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    """A value that is returned on some ways through a rule and not on others: Python's would be None."""
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    if any(node.value is not None for node in returns):
        why = "a value is returned elsewhere in this rule; return one here, too"
        yield from ((why, node) for node in returns if node.value is None)
        if not _always_returns(tree.body):
            yield "a value is returned on some ways through this rule; return one at its end, too", tree.body[-1]


def _always_returns(statements: list[ast.stmt]) -> bool:
    return any(
        isinstance(one, ast.Return)
        or (isinstance(one, ast.If) and _always_returns(one.body) and _always_returns(one.orelse))
        for one in statements
    )


def _assigned(node: ast.AST) -> Iterator[str]:
    """The local names that a statement gives a value."""
    targets: Iterable[ast.AST] = ()
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.For):
        targets = (node.target,)
    for target in targets:
        for part in target.elts if isinstance(target, ast.Tuple) else (target,):
            if isinstance(part, ast.Name):
                yield part.id


def _unassigned(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    """Local names that may be read before they have a value."""
    local = {name for node in ast.walk(tree) for name in _assigned(node)}
    everything = frozenset(local)
    problems: list[tuple[str, ast.AST]] = []

    def read(node: ast.AST | None, known: frozenset[str]) -> None:
        names = (part for part in ast.walk(node) if isinstance(part, ast.Name)) if node is not None else ()
        problems.extend(
            (f"{name.id} may have no value here; give it one before the if or the loop", name)
            for name in names
            if isinstance(name.ctx, ast.Load) and name.id in local - known
        )

    def block(statements: list[ast.stmt], known: frozenset[str]) -> frozenset[str]:
        for statement in statements:
            known = after(statement, known)
        return known

    def after(statement: ast.stmt, known: frozenset[str]) -> frozenset[str]:
        if isinstance(statement, ast.If):
            read(statement.test, known)
            return block(statement.body, known) & block(statement.orelse, known)
        if isinstance(statement, ast.For):
            read(statement.iter, known)
            block(statement.body, known | {*_assigned(statement)})
            return known
        if isinstance(statement, ast.While):
            read(statement.test, known)
            block(statement.body, known)
            return known
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            read(ast.Name(statement.target.id, ast.Load(), lineno=statement.lineno), known)
        if isinstance(statement, ast.Return | ast.Continue):
            read(getattr(statement, "value", None), known)
            return everything
        read(statement, known)
        return known | {*_assigned(statement)}

    block(tree.body, frozenset(argument.arg for argument in tree.args.args))
    yield from problems
