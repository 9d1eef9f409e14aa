"""The house: imports run one way, the public face is documented, and `import teamsim` is light."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import teamsim as ts

SOURCE = Path(ts.__file__).parent
ORDER = [
    "fields", "compiler",
    "words",
    "files", "people",
    "style", "parameters",
    "scenario",
    "arithmetic", "chance", "rules",
    "hr_privacy", "hr_columns", "hr_table",
    "world",
    "statistics",
    "results",
    "engine", "model",
    "panel",
    "comparison",
    "exits", "luck", "evidence", "research",
    "charts",
    "data", "lab", "doctor", "workshop",
    "cli",
    "__main__",
]  # fmt: skip
"""A module imports from those before it, never from those after it. A new module is given its place here."""

DEFERRED = {
    ("results", "engine"),  # Futures.open
    ("results", "panel"),  # Futures.panel
    ("results", "comparison"),  # Run.rewind
    ("results", "exits"),  # Run.interview
    ("model", "engine"),  # TeamModel.futures
    ("scenario", "hr_table"),  # Scenario.from_table
    ("cli", "*"),  # every command imports what it needs
    ("charts", "lab"),
}
"""Imports inside functions, which may run backwards; there are no others."""


def module_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(source: str) -> list[tuple[str, bool]]:
    """Return the modules of teamsim that a source imports (not for type checkers), and whether inside a function."""
    tree = ast.parse(source)
    found = []

    def visit(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            found.extend((alias.name, inside) for alias in node.names if alias.name.split(".")[0] == "teamsim")
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "teamsim":
            if node.module == "teamsim":
                found.extend((f"teamsim.{alias.name}", inside) for alias in node.names)
            else:
                found.append((node.module or "", inside))
        if isinstance(node, ast.ImportFrom) and node.level:
            found.append(("relative", inside))
        for child in ast.iter_child_nodes(node):
            visit(child, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    visit(tree, False)
    return found


def trespasses(module: str, source: str) -> list[str]:
    """Everything that a module imports from a later one, or defers without being on the list."""
    found = []
    for name, inside in imports(source):
        target = name.split(".")[1] if "." in name else name
        if target == module:
            continue
        if target == "__version__":
            continue
        if inside and ((module, target) in DEFERRED or (module, "*") in DEFERRED):
            continue
        if target not in ORDER:
            found.append(f"{module} imports {name}, which has no place in the order")
        elif ORDER.index(target) > ORDER.index(module):
            found.append(f"{module} imports {name}, which stands after it" + (" (deferred)" if inside else ""))
    return found


FILES = [path for path in sorted(SOURCE.rglob("*.py")) if path != SOURCE / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_run_one_way(path):
    module = module_of(path)
    assert module in ORDER, f"give {module} its place in ORDER"
    assert trespasses(module, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("fields", "from teamsim.people import PersonState"),
        ("rules", "import teamsim.model"),
        ("people", "from teamsim import style"),
        ("style", "def f():\n    from teamsim.engine import simulate"),
        ("chance", "from .rules import week"),
        ("results", "from teamsim.engine import simulate"),
    ],
)
def test_a_trespass_is_noticed(module, line):
    assert trespasses(module, line)


def test_the_listed_exceptions_are_still_needed():
    found = {
        (module_of(path), name.split(".")[1])
        for path in FILES
        for name, inside in imports(path.read_text(encoding="utf-8"))
        if inside and "." in name
    }
    unused = {pair for pair in DEFERRED if pair[1] != "*"} - found
    assert not unused, f"strike {unused} from DEFERRED"


def test_rules_import_one_another_without_circles():
    """Every file of rules comes before those that use it."""
    uses = {
        path.stem: {
            name.split(".")[2]
            for name, _ in imports(path.read_text(encoding="utf-8"))
            if name.startswith("teamsim.rules.")
        }
        for path in (SOURCE / "rules").glob("*.py")
    }
    ordered: list[str] = []
    while len(ordered) < len(uses):
        ready = [name for name in sorted(uses) if name not in ordered and uses[name] <= set(ordered)]
        assert ready, f"a circle among {set(uses) - set(ordered)}"
        ordered += ready


def test_import_is_light():
    """Neither compiler, nor tables, nor Mesa, nor charts, nor widgets are loaded before they are used."""
    heavy = (
        "llvmlite", "pandas", "mesa", "altair", "ipywidgets", "anywidget", "jupyterlab", "scipy", "pyarrow", "optuna",
    )  # fmt: skip
    script = f"import sys, teamsim, json; print(json.dumps([m for m in {heavy!r} if m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def environment():
    import os

    return os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCE.parent), os.environ.get("PYTHONPATH", "")])}


def public() -> list[tuple[str, object]]:
    """Return every public function and class: those of `teamsim`, and those of its public modules."""
    found = []
    for name in ts.__all__:
        value = getattr(ts, name)
        if inspect.ismodule(value):
            found += [
                (f"{name}.{inner}", getattr(value, inner)) for inner in value.__all__ if callable(getattr(value, inner))
            ]
        else:
            found.append((name, value))
    return found


SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


@pytest.mark.parametrize(("name", "value"), public(), ids=[name for name, _ in public()])
def test_everything_public_is_documented(name, value):
    """A numpydoc docstring with a doctest; every parameter of a function is named in it."""
    text = inspect.getdoc(value) or ""
    assert value.__doc__, f"{name} has no docstring of its own"
    sections = SECTION.findall(text)
    assert "Examples" in sections, f"{name} has no section Examples"
    assert ">>> " in text.split("Examples\n")[1], f"{name} has no doctest"
    if inspect.isfunction(value) and inspect.signature(value).parameters:
        assert "Parameters" in sections, f"{name} has no section Parameters"
        for parameter in inspect.signature(value).parameters:
            assert re.search(rf"\b{parameter}\b", text), f"{name} does not say what {parameter} is"
        assert "Returns" in sections, f"{name} does not say what it returns"


@pytest.mark.parametrize(
    ("name", "value"),
    [(n, v) for n, v in public() if inspect.isclass(v)],
    ids=[n for n, v in public() if inspect.isclass(v)],
)
def test_public_methods_say_what_they_do(name, value):
    for inner, member in vars(value).items():
        if not inner.startswith("_") and (inspect.isfunction(member) or isinstance(member, property | classmethod)):
            assert inspect.getdoc(getattr(value, inner)), f"{name}.{inner} has no docstring"


def test_nothing_else_is_public():
    assert dir(ts) == sorted(ts.__all__)
    with pytest.raises(AttributeError, match="no public name 'World'"):
        ts.World  # noqa: B018
    assert "Scenario" in ts.__all__
    assert isinstance(ts.__version__, str)
