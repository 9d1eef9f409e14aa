"""Loops over what is declared, written out: what is declared tomorrow takes part without a change of the rule."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from teamsim.compiler.doors import each

__all__ = ["runs_over", "unrolled"]

Tree = TypeVar("Tree", bound=ast.AST)


def runs_over(loop: ast.For) -> str:
    """Over what a loop runs: ``"range"`` or ``"each"``; empty for anything that is not in the language."""
    over = loop.iter.func.id if isinstance(loop.iter, ast.Call) and isinstance(loop.iter.func, ast.Name) else ""
    names = loop.target.elts if isinstance(loop.target, ast.Tuple) and over == "each" else [loop.target]
    count = len(loop.iter.args) if isinstance(loop.iter, ast.Call) else 0
    fits = 1 <= count <= {"range": 3, "each": 1}.get(over, 0)
    return over if fits and all(isinstance(name, ast.Name) for name in names) else ""


def unrolled(tree: Tree, meaning: Mapping[str, Any]) -> Tree:
    """Return a rule with its loops over ``each(...)`` written out, and fields found by name as if they were named.

    Parameters
    ----------
    tree : ast.AST
        The rule.
    meaning : mapping
        What the names of its module stand for.
    """
    whole: Tree = ast.fix_missing_locations(_Unrolled(meaning).visit(copy.deepcopy(tree)))
    return whole


class _Unrolled(ast.NodeTransformer):
    """Writes out loops over what is declared."""

    def __init__(self, meaning: Mapping[str, Any]) -> None:
        self.meaning = meaning

    def visit_For(self, loop: ast.For) -> Any:
        """Write the body once for each; what is no such loop, or goes over nothing that is declared, stays as it is."""
        self.generic_visit(loop)
        if runs_over(loop) != "each":
            return loop
        assert isinstance(loop.iter, ast.Call)
        over = loop.iter.args[0]
        names = [part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)]
        try:
            items = each(self.meaning[over.id] if isinstance(over, ast.Name) else None)
        except (KeyError, TypeError):
            return loop
        rows = [item if isinstance(item, tuple) else (item,) for item in items]
        if not rows or any(len(row) != len(names) for row in rows):
            return loop
        spelled = (_Spelled(dict(zip(names, row, strict=True))) for row in rows)
        return [spelling.visit(copy.deepcopy(statement)) for spelling in spelled for statement in loop.body]


class _Spelled(ast.NodeTransformer):
    """Puts in what names mean, joins parts of names, and finds fields by them."""

    def __init__(self, meant: Mapping[str, Any]) -> None:
        self.meant = meant

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Put in what a name means."""
        return ast.copy_location(ast.Constant(self.meant[node.id]), node) if node.id in self.meant else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Join two parts of a name."""
        self.generic_visit(node)
        one, other = getattr(node.left, "value", None), getattr(node.right, "value", None)
        if isinstance(one, str) and isinstance(other, str) and isinstance(node.op, ast.Add):
            return ast.copy_location(ast.Constant(one + other), node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Find a field by its name."""
        self.generic_visit(node)
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return ast.copy_location(ast.Attribute(node.value, node.slice.value, node.ctx), node)
        return node
