"""Editing a rule takes effect in the next process, in whichever file it stands."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import teamsim
from teamsim import compiler

SOURCE = Path(teamsim.__file__).parent
SCRIPT = """
import pathlib, sys
import platformdirs
platformdirs.user_cache_path = lambda *_, **__: pathlib.Path(sys.argv[1])
import teamsim
assert pathlib.Path(teamsim.__file__).parent == pathlib.Path(sys.argv[2]), teamsim.__file__
from teamsim.rules.tried_caller import caller
print(caller(1.0), sum(caller.stats.cache_hits.values()))
"""


@pytest.fixture
def copy(tmp_path):
    """A copy of the package, with a rule that calls a rule of another file."""
    package = tmp_path / "src" / "teamsim"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__", "lab", "data", "shipped"))
    (package / "rules" / "tried_callee.py").write_text(
        "from teamsim.compiler import rule\n\n\n@rule\ndef callee(x):\n    return x + 1.0\n", encoding="utf-8"
    )
    (package / "rules" / "tried_caller.py").write_text(
        "from teamsim.compiler import rule\nfrom teamsim.rules.tried_callee import callee\n\n\n"
        "@rule\ndef caller(x):\n    return 10.0 * callee(x)\n",
        encoding="utf-8",
    )
    return package


def run(package, cache):
    """What a new process finds, and whether it found machine code on disk."""
    path = os.pathsep.join([str(package.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(cache), str(package)],
        env=os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    value, hits = done.stdout.split()
    return float(value), int(hits)


def test_an_edit_of_a_callee_takes_effect(copy, tmp_path):
    cache = tmp_path / "cache"
    assert run(copy, cache) == (20.0, 0)
    assert run(copy, cache) == (20.0, 1), "a second process loads what the first compiled"
    callee = copy / "rules" / "tried_callee.py"
    text = callee.read_text(encoding="utf-8")
    callee.write_text(text.replace("1.0", "2.0"), encoding="utf-8")
    assert run(copy, cache) == (30.0, 0)
    callee.write_text(text, encoding="utf-8")
    assert run(copy, cache)[0] == 20.0, "undone is undone"
    assert list(cache.rglob("*.nbi")), "the machine code lies where it was told"


def test_a_real_rule_too(copy, tmp_path):
    """The same for a rule of the model: the number that a caller in another file gives follows the callee's edit."""
    caller = copy / "rules" / "tried_caller.py"
    (home,) = (path for path in (copy / "rules").glob("*.py") if "def logistic(x):" in path.read_text(encoding="utf-8"))
    caller.write_text(
        f"from teamsim.compiler import rule\nfrom teamsim.rules.{home.stem} import logistic\n\n\n"
        "@rule\ndef caller(x):\n    return logistic(x - 1.0)\n",
        encoding="utf-8",
    )
    cache = tmp_path / "cache"
    before, _ = run(copy, cache)
    assert before == 0.5
    text = home.read_text(encoding="utf-8")
    assert "1.0 + math.exp(" in text, "the edit below has to meet the rule as it is written now"
    home.write_text(text.replace("1.0 + math.exp(", "3.0 + math.exp("), encoding="utf-8")
    assert run(copy, cache)[0] == 0.25


@pytest.mark.parametrize(
    "name", ["chance.py", "compiler.py", "people.py", "rules/week.py", "rules/pay.py", "rules/new.py"]
)
def test_every_source_of_the_rules_counts(name, tmp_path, monkeypatch):
    package = tmp_path / "teamsim"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__", "lab"))
    monkeypatch.setattr(compiler, "HERE", package)
    before = compiler.rules_hash.__wrapped__()
    assert compiler.rules_hash.__wrapped__() == before
    with (package / name).open("a", encoding="utf-8") as file:
        file.write("\n# edited\n")
    assert compiler.rules_hash.__wrapped__() != before


def test_other_packages_caches_stay_where_they_are():
    import numba

    before = numba.config.CACHE_DIR

    @compiler.rule
    def passed(x):
        return x

    assert before == numba.config.CACHE_DIR
    assert str(compiler.cache_folder()) != before
    assert passed.__name__ == "passed"


def test_a_rule_that_does_not_compile_leaves_the_folder_as_it_was():
    import numba

    before = numba.config.CACHE_DIR
    with pytest.raises(TypeError):
        compiler.rule(3)
    assert before == numba.config.CACHE_DIR
