"""Machine code: kept on disk and loaded only where it is what would be made now, by nobody else."""

import gc
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import teamsim
from rulebook import HEAD, LANES, brewed, brewing, pots, written
from teamsim import compiler
from teamsim.compiler import machine

SOURCE = Path(teamsim.__file__).parent
CALLED = "from teamsim.compiler import rule\n\nSHARE = 1.0\n\n\n@rule\ndef callee(x):\n    return x + SHARE\n"
DOOR = """
from teamsim.compiler import array, door, lane, lanes
from {callee} import callee


@door(xs=array("f"))
def caller(xs):
    for first in range(0, xs.shape[0], lanes()):
        at = first + lane()
        if at < xs.shape[0]:
            xs[at] = 10.0 * callee(xs[at])
"""
SCRIPT = """
import pathlib, sys
import numpy as np
import platformdirs
platformdirs.user_cache_path = lambda *_, **__: pathlib.Path(sys.argv[1])
from teamsim.compiler import machine
made = []
compiled = machine._compiled
machine._compiled = lambda *given: made.append(1) or compiled(*given)
import tried_door
xs = np.ones(1)
tried_door.caller.at(int(sys.argv[2]))(xs)
print(xs[0], len(made))
"""


def tried(folder, cache, lanes=1, source=SOURCE.parent, **environment):
    """What a new process finds, whether it compiled, and what it said."""
    path = os.pathsep.join([str(source), str(folder), os.environ.get("PYTHONPATH", "")])
    settled = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"} | environment
    line = [sys.executable, "-c", SCRIPT, str(cache), str(lanes)]
    done = subprocess.run(line, env=settled, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    value, made = done.stdout.split()
    return float(value), int(made), done.stderr


@pytest.fixture
def place(tmp_path):
    """A door in a file of one's own, that calls a rule of another; and a folder for what is kept."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "tried_rule.py").write_text(CALLED, encoding="utf-8")
    (folder / "tried_door.py").write_text(DOOR.format(callee="tried_rule"), encoding="utf-8")
    return folder, tmp_path / "cache"


def kept(cache):
    return sorted((cache / "machine-code").glob("*"))


def edit(path, one, other):
    text = path.read_text(encoding="utf-8")
    assert one in text
    path.write_text(text.replace(one, other), encoding="utf-8")


def test_what_one_process_makes_another_loads(place):
    folder, cache = place
    assert tried(folder, cache) == (20.0, 1, "")
    assert tried(folder, cache) == (20.0, 0, "")
    (file,) = kept(cache)
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert tried(folder, cache, lanes=2)[:2] == (20.0, 1), "other lanes are other code"
    assert len(kept(cache)) == 2


@pytest.mark.parametrize(
    ("name", "one", "other", "value"),
    [
        ("tried_rule.py", "x + SHARE", "x + 2.0 * SHARE", 30.0),
        ("tried_rule.py", "SHARE = 1.0", "SHARE = 3.0", 40.0),
        ("tried_door.py", "10.0", "5.0", 10.0),
    ],
)
def test_an_edit_takes_effect_and_undone_is_undone(name, one, other, value, place):
    folder, cache = place
    assert tried(folder, cache)[0] == 20.0
    edit(folder / name, one, other)
    assert tried(folder, cache)[:2] == (value, 1)
    edit(folder / name, other, one)
    assert tried(folder, cache)[:2] == (20.0, 0)


def test_an_edit_of_a_rule_of_the_model_takes_effect(place, tmp_path):
    """In whichever file it stands."""
    folder, cache = place
    package = tmp_path / "src" / "teamsim"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__", "lab", "data", "shipped"))
    (home,) = (path for path in (package / "rules").glob("*.py") if "def logistic(x):" in path.read_text("utf-8"))
    called = (
        f"from teamsim.rules.{home.stem} import logistic\n\n\n@rule\ndef callee(x):\n    return logistic(x - 1.0)\n"
    )
    (folder / "tried_rule.py").write_text(f"from teamsim.compiler import rule\n{called}", encoding="utf-8")
    assert tried(folder, cache, source=package.parent)[:2] == (5.0, 1)
    edit(home, "1.0 + exp(", "3.0 + exp(")
    assert tried(folder, cache, source=package.parent)[:2] == (2.5, 1)


@pytest.mark.parametrize(
    "name",
    [
        "arithmetic.py", "chance.py", "people.py", "rules/week.py", "rules/new.py", "compiler/numbers.py",
        "compiler/machine.py",
    ],
)
def test_every_source_of_the_rules_counts(name, tmp_path, monkeypatch):
    """The rules' for what results are of; the compiler's for machine code only, as bits do not depend on it."""
    package = tmp_path / "teamsim"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__", "lab"))
    monkeypatch.setattr(compiler, "HERE", package)

    def hashes():
        return compiler.rules_hash.__wrapped__(), compiler.compiler_hash.__wrapped__()

    before = hashes()
    assert hashes() == before
    with (package / name).open("a", encoding="utf-8") as file:
        file.write("\n# edited\n")
    of_compiler = name.startswith("compiler")
    assert [one != other for one, other in zip(before, hashes(), strict=True)] == [not of_compiler, of_compiler]


def test_lines_that_end_in_other_bytes_are_the_same_rules(tmp_path, monkeypatch):
    """As git makes them on Windows."""
    before = compiler.rules_hash.__wrapped__()
    package = tmp_path / "teamsim"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__", "lab"))
    for path in package.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(compiler, "HERE", package)
    assert compiler.rules_hash.__wrapped__() == before


RECORDS = """
from teamsim.fields import Declared, quantity


class Cup(Declared):
    milk: float = quantity(0.0, 0.0, 9.0, label="X", meaning="X.")
    spoons: int = quantity(1, 1, 9, label="X", meaning="X.")


@door(cups=array(Cup))
def stir(cups):
    cups[0].milk += 1.0
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("9.0, label", "9.0, shared=True, label"),
        ("(1, 1, 9", "(2, 2, 9"),
        ("spoons: int", "spoons: float"),
        ("+= 1.0", "+= 1"),
        ("milk", "cream"),
    ],
)
def test_what_machine_code_is_kept_under(one, other, tmp_path):
    """Ranges and what is shared are part of it: the compiler relies on both."""
    first = written(RECORDS, tmp_path).stir
    assert machine._key(first, 4) == machine._key(written(RECORDS + "\n# a remark", tmp_path).stir, 4)
    changed = RECORDS.replace(one, other)
    assert changed != RECORDS
    assert machine._key(first, 4) != machine._key(written(changed, tmp_path).stir, 4)
    assert machine._key(first, 4) != machine._key(first, 8)


@pytest.mark.parametrize("what", ["processor", "llvm", "rules"])
def test_code_for_something_else_is_never_loaded(what, tmp_path, monkeypatch):
    go = brewing("pot.tea = pot.milk", tmp_path)
    before = machine._key(go, 1)
    here = machine.processor()
    if what == "processor":
        monkeypatch.setattr(machine, "processor", lambda: machine.Processor(here.name, here.features + ",-avx", 1))
    elif what == "llvm":
        monkeypatch.setattr(machine.llvm, "llvm_version_info", (1, 2, 3))
    else:
        monkeypatch.setattr(machine, "rules_hash", lambda: "other")
    assert machine._key(go, 1) != before


SPOILT = {
    "half of it": lambda whole: whole[: len(whole) // 2],
    "nothing": lambda _: b"",
    "another last byte": lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
    "somebody else's": lambda _: b"\x7fELF not ours",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_made_anew(spoil, place):
    folder, cache = place
    tried(folder, cache)
    (file,) = kept(cache)
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))
    assert tried(folder, cache) == (20.0, 1, "")
    assert file.read_bytes() == whole


posix = pytest.mark.skipif(os.name != "posix", reason="who may write to a folder is said otherwise there")


@posix
def test_a_folder_to_which_others_may_write_is_not_used(place):
    folder, cache = place
    (cache / "machine-code").mkdir(parents=True)
    (cache / "machine-code").chmod(0o777)
    value, made, said = tried(folder, cache)
    assert (value, made) == (20.0, 1)
    assert said.count("\n") == 1
    assert "machine-code belongs to somebody else, or others may write to it: rules are compiled anew" in said
    assert not kept(cache)


def test_a_folder_that_cannot_be_written(place):
    """A file stands where the folder would be; it is said once, and nothing is left anywhere."""
    folder, cache = place
    cache.write_text("in the way", encoding="utf-8")
    before = {*Path(os.environ.get("TMPDIR", "/tmp")).glob("teamsim-*")}
    value, made, said = tried(folder, cache)
    assert (value, made) == (20.0, 1)
    assert said.count("\n") == 1
    assert "machine-code cannot be written (" in said
    assert {*Path(os.environ.get("TMPDIR", "/tmp")).glob("teamsim-*")} == before


def test_two_processes_at_once(place):
    folder, cache = place
    path = os.pathsep.join([str(SOURCE.parent), str(folder), os.environ.get("PYTHONPATH", "")])
    line = [sys.executable, "-c", SCRIPT, str(cache), "8"]
    both = [
        subprocess.Popen(line, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [one.communicate()[0].split()[0] for one in both] == ["20.0"] * 3
    assert [file.suffix for file in kept(cache)] == [".bin"], "whole, and nothing beside it"
    assert tried(folder, cache, lanes=8)[:2] == (20.0, 0)


def test_a_processor_of_which_nothing_is_known_runs_one_at_a_time(monkeypatch):
    monkeypatch.setattr(machine.llvm, "get_host_cpu_features", lambda: machine.llvm.FeatureMap())
    assert machine.processor.__wrapped__().lanes == 1
    for lanes, features in machine.LANES.items():
        for one in features:
            have = machine.llvm.FeatureMap({one: True})
            monkeypatch.setattr(machine.llvm, "get_host_cpu_features", lambda have=have: have)
            assert machine.processor.__wrapped__().lanes == lanes


def test_fewer_lanes_are_made_for_a_processor_without_any(tmp_path, monkeypatch):
    """Eight work everywhere: where registers are narrower, LLVM takes several."""
    plain = machine.Processor("x86-64", "", 1) if "x86" in machine.llvm.get_process_triple() else machine.processor()
    monkeypatch.setattr(machine, "processor", lambda: plain)
    go = brewing("pot.tea = float(pot.key) / 3.0 + float(pot.sips) + math.sqrt(pot.heat)", tmp_path)
    expected = brewed(go, pots(11), [1.0], pots(1), plain=True)[0]
    for lanes in (1, 2, 4, 8):
        assert brewed(go, pots(11), [1.0], pots(1), lanes)[0].tobytes() == expected.tobytes()


ELSEWHERE = {
    "x86-64 with FMA": machine.Processor("haswell", "", 4, "x86_64-unknown-linux-gnu"),
    "x86-64 with AVX-512": machine.Processor("znver4", "-prefer-256-bit", 8, "x86_64-unknown-linux-gnu"),
    "ARM64": machine.Processor("generic", "+neon", 2, "aarch64-unknown-linux-gnu"),
}
FUSED = re.compile(r"\tv?fn?m(?:add|sub|la|ls)\w*\t", re.ASCII)
FUSABLE = """
define double @fusable(double %x, double %y, double %z) {
  %product = fmul contract double %x, %y
  %sum = fadd contract double %product, %z
  ret double %sum
}
"""


@pytest.fixture(params=ELSEWHERE.values(), ids=ELSEWHERE)
def elsewhere(request):
    """A processor that can multiply and add with one rounding."""
    machine.llvm.initialize_all_targets()
    machine.llvm.initialize_all_asmprinters()
    return request.param


@pytest.mark.parametrize("lanes", LANES)
def test_nothing_is_fused(lanes, elsewhere, tmp_path):
    """A product and a sum are rounded twice, whatever the processor could do."""
    body = "pot.tea = pot.milk * pot.lid.weight + pot.tea\npot.milk = xs[0] - pot.tea * xs[1]"
    target = machine._target_of(elsewhere)
    module, _ = machine._translated(brewing(body, tmp_path), lanes, False, target)
    made = target.emit_assembly(module)
    assert "mul" in made
    assert not FUSED.findall(made)


def test_what_is_fused_would_be_seen(elsewhere):
    target = machine._target_of(elsewhere)
    assert len(FUSED.findall(target.emit_assembly(machine.llvm.parse_assembly(FUSABLE)))) == 1


def test_code_for_another_processor(tmp_path):
    """An object file of its own kind, the same each time, in which a program finds the door."""
    go, wasm = brewing("pot.tea = pot.milk * 2.0", tmp_path), machine.Processor("generic", "", 1, "wasm32-unknown-wasi")
    for other, begins in ((ELSEWHERE["ARM64"], b"\x7fELF\x02\x01"), (wasm, b"\0asm")):
        made = machine.object_code(go, 2, other)
        assert made.startswith(begins)
        assert go.__name__.encode() in made
        assert machine.object_code(go, 2, other) == made
    assert machine.object_code(go, 2, ELSEWHERE["ARM64"])[18:20] == b"\xb7\x00", "ELF's number of ARM64"


def test_machine_code_can_go(tmp_path):
    """What is no longer used is given back, and takes nothing with it that other code needs."""
    found = []
    for number in range(4):
        go = brewing(f"pot.tea = pot.milk * {number}.0", tmp_path)
        found.append(brewed(go, pots(9), [1.0], pots(1), 2)[0]["tea"][-1])
        machine._MADE.clear()
        gc.collect()
    assert found == [0.0, 3.0, 6.0, 9.0]


def test_threads_share_what_one_of_them_makes(tmp_path, monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    go, made = brewing("pot.tea = pot.milk * 2.0", tmp_path), []
    compiled = machine._compiled
    monkeypatch.setattr(machine, "_compiled", lambda *given: made.append(1) or compiled(*given))
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: brewed(go, pots(9), [1.0], pots(1), 4)[0].tobytes(), range(12))]
    assert len(made) == 1
    assert len(set(found)) == 1
    assert np.frombuffer(found[0], dtype=pots(1).dtype)["tea"][-1] == 6.0
    assert "WORD" in HEAD
