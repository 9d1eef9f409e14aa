"""Rules are what they are said to be: marked, described, and about records whose fields hide nothing of arrays."""

import ast
from pathlib import Path

import numpy as np
import pytest

import teamsim
from teamsim import people, style, world
from teamsim.fields import Declared, quantity
from teamsim.parameters import Parameters

SOURCE = Path(teamsim.__file__).parent
FILES = [SOURCE / "arithmetic.py", SOURCE / "chance.py", *sorted((SOURCE / "rules").glob("*.py"))]
MODULES = {
    "math",
    "teamsim.arithmetic",
    "teamsim.chance",
    "teamsim.compiler",
    "teamsim.parameters",
    "teamsim.people",
    "teamsim.style",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_rules_import_nothing_but_rules_and_records(path):
    """What they may say, the compiler checks: `tests/compiler`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= MODULES
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            assert node.module in MODULES or node.module.split(".")[:2] == ["teamsim", "rules"], node.module


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "rules"], ids=lambda path: path.name)
def test_every_rule_is_marked_and_says_what_it_does(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path.name} has no docstring"
    for node in tree.body:
        assert not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef), f"{path.name}: rules are functions"
        if isinstance(node, ast.FunctionDef):
            (mark,) = node.decorator_list
            name = mark.func if isinstance(mark, ast.Call) else mark
            assert name.id in ("rule", "door"), f"{path.name}: {node.name} is not marked @rule or @door"
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
