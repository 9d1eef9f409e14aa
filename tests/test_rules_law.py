"""The law of arithmetic, held by reading the rules: with it a compiled loop and single calls give the same bits."""

import ast
from pathlib import Path

import numpy as np
import pytest

import teamsim
from teamsim import people, style, world
from teamsim.fields import Declared, quantity
from teamsim.parameters import Parameters

SOURCE = Path(teamsim.__file__).parent
FILES = [SOURCE / "chance.py", *sorted((SOURCE / "rules").glob("*.py"))]
MATHS = {"exp", "log", "sqrt", "cos", "sin", "floor", "ceil", "isfinite", "isnan"}
NUMPY = {"uint64"}
MODULES = {
    "__future__",
    "hashlib",
    "math",
    "numpy",
    "teamsim.chance",
    "teamsim.compiler",
    "teamsim.people",
    "teamsim.rules",
}
BUILTINS_FORBIDDEN = {"sum", "pow", "hash", "divmod", "round", "complex", "sorted", "map", "reduce", "random", "print"}


def offences(source: str) -> list[str]:
    """Everything in a module that breaks the law."""
    found = []
    for node in ast.walk(ast.parse(source)):
        where = f"line {getattr(node, 'lineno', 0)}: "
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow):
            found.append(where + "a power; multiply instead")
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            found.append(where + "a matrix product; write the loop")
        if isinstance(node, ast.keyword) and node.arg in {"fastmath", "parallel"}:
            found.append(where + f"{node.arg} changes the order of arithmetic")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILTINS_FORBIDDEN:
            found.append(where + f"{node.func.id}(); write the loop")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"sum", "mean", "prod", "dot", "min", "max", "std", "var"}
        ):
            found.append(where + f".{node.func.attr}(): a reduction; write the loop")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "math" and node.attr not in MATHS:
                found.append(where + f"math.{node.attr} is not among the functions that all drivers compute alike")
            if node.value.id in {"np", "numpy"} and node.attr not in NUMPY:
                found.append(where + f"np.{node.attr}: ufuncs and reductions round otherwise")
        if isinstance(node, ast.Import):
            found += [where + f"imports {alias.name}" for alias in node.names if alias.name not in MODULES]
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if (module not in MODULES and not module.startswith("teamsim.rules.")) or node.level:
                found.append(where + f"imports from {module or '.'}")
            if module in {"math", "numpy"}:
                found.append(where + f"imports names from {module}; say {module}.name")
        if isinstance(node, ast.FunctionDef):
            found += arithmetic_on_truths(node)
    return found


def arithmetic_on_truths(function: ast.FunctionDef) -> list[str]:
    """A comparison that is computed with is a bool in one driver and an integer in the other."""
    truths = (ast.Compare, ast.BoolOp)
    kept = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, truths)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def is_truth(node: ast.AST) -> bool:
        negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        return isinstance(node, truths) or negated or (isinstance(node, ast.Name) and node.id in kept)

    found = []
    for node in ast.walk(function):
        operands: list[ast.AST] = []
        if isinstance(node, ast.BinOp):
            operands = [node.left, node.right]
        elif isinstance(node, ast.AugAssign):
            operands = [node.value]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            operands = [node.operand]
        if any(is_truth(operand) for operand in operands):
            found.append(f"line {node.lineno}: arithmetic on a comparison")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_rules_keep_the_law(path):
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = y ** 2",
        "x **= 2",
        "x = sum(y)",
        "x = pow(y, 2)",
        "x = y.sum()",
        "x = np.exp(y)",
        "x = np.sum(y)",
        "x = math.gamma(y)",
        "x = math.lgamma(y)",
        "x = math.pow(y, 2)",
        "x = (y > 1) * 2",
        "x += y > 1",
        "z = y > 1\n    x = 1.0 + z",
        "x = -(y > 1)",
        "x = 1 + (not y)",
        "x = (y > 1 or y < 0) + 1",
        "x = numba.njit(fastmath=True)(y)",
        "import mesa",
        "import pandas as pd",
        "from ipywidgets import VBox",
        "from math import exp",
        "from teamsim.model import TeamModel",
        "x = hash(y)",
        "x = y @ y",
    ],
)
def test_the_law_is_enforced(line):
    assert offences(f"def f(x, y):\n    {line}\n")


def test_the_law_allows_what_rules_need():
    assert (
        offences("import math\nfrom teamsim.rules.pay import f\ndef f(x):\n    return 1.0 if x > 0 else math.exp(-x)\n")
        == []
    )


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "rules"], ids=lambda path: path.name)
def test_every_rule_is_marked_and_says_what_it_does(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path.name} has no docstring"
    for node in tree.body:
        assert not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef), f"{path.name}: rules are functions"
        if isinstance(node, ast.FunctionDef):
            marks = [mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)]
            assert marks == ["rule"], f"{path.name}: {node.name} is not marked @rule"
            assert ast.get_docstring(node), f"{path.name}: {node.name} does not say what it does"


RECORDS = [
    one
    for module in (people, style, world)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Declared) and one is not Declared
]


@pytest.mark.parametrize("declared", [*dict.fromkeys(RECORDS), Parameters], ids=lambda one: one.__name__)
def test_no_field_hides_an_attribute_of_arrays(declared):
    names = set(declared.dtype().names or ())
    assert not names & set(dir(np.recarray))
    assert not names & set(dir(np.record))


@pytest.mark.parametrize("name", ["size", "base", "mean", "data", "shape", "item"])
def test_such_a_field_is_refused(name):
    body = {"__annotations__": {name: float}, name: quantity(0.5, 0, 1, label="X", meaning="X.")}
    spoiled = type("Spoiled", (Declared,), body)
    with pytest.raises(TypeError, match=f"Spoiled.{name} hides an attribute"):
        spoiled.dtype()
