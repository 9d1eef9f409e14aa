"""The bits of histories are those of before: all of them natively, the short ones checked and in plain Python, too."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import digests
import teamsim as ts
from teamsim.compiler import machine

SCRIPT = Path(digests.__file__)


def differing(found):
    """Names whose hash is another one than in the repository, and how many were compared."""
    known, compared = digests.kept(), dict(found)
    return [name for name, sha in compared.items() if known.get(name) != sha], len(compared)


def test_all_of_them_on_this_machine():
    """Side by side, as many as it has lanes, the last ones fewer."""
    wrong, count = differing(digests.found())
    assert not wrong
    assert count == len(digests.kept())


def test_the_short_ones_in_the_checked_build():
    """Every row that is looked up is there."""
    wrong, count = differing(digests.found(short=True, lanes=8, checked=True))
    assert not wrong
    assert count >= 20


def test_the_short_ones_in_plain_python():
    path = os.pathsep.join([str(Path(ts.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    settled = os.environ | {"PYTHONPATH": path, "TEAMSIM_PLAIN": "1"}
    line = [sys.executable, "-W", "error", str(SCRIPT), "--short"]
    done = subprocess.run(line, env=settled, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"{len([*digests.found(short=True)])} digests, 0 differ\n"


@pytest.mark.long
@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
@pytest.mark.parametrize("checked", [False, True])
def test_all_of_them_in_any_number_of_lanes(lanes, checked):
    assert differing(digests.found(lanes=lanes, checked=checked))[0] == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["x86-64", "haswell"])
@pytest.mark.skipif("x86_64" not in machine.llvm.get_process_triple(), reason="code for other processors")
def test_code_for_a_lesser_processor_gives_the_same(name, monkeypatch):
    """Narrower registers, and no fused multiply-add: the bits are those of the rules, not of a processor."""
    lesser = machine.Processor(name, "", 8)
    monkeypatch.setattr(machine, "processor", lambda: lesser)
    monkeypatch.setattr(machine, "cache_folder", lambda: None)
    monkeypatch.setattr(machine, "_MADE", {})
    assert differing(digests.found(lanes=8))[0] == []


def test_nothing_is_no_number():
    """Measures, life lines and exits of all short cases: every fraction is one."""
    for case in digests.cases():
        if case.short:
            for run in range(case.runs):
                made = ts.simulate(
                    case.scenario, case.conduct, case.seed, run=run, parameters=case.parameters, fork=case.fork
                )
                for name in ("measures", "life", "departures"):
                    records = made._raw[name]
                    fractions = [one for one in records.dtype.names if records.dtype[one].kind == "f"]
                    assert fractions
                    assert all(np.isfinite(records[one]).all() for one in fractions), f"{case.name}: {name}"


def test_a_wrong_bit_would_be_seen():
    """The seed of a case is part of its bits."""
    case = next(case for case in digests.cases() if case.short)
    one = [*digests.digests(case, machine.processor().lanes, False)]
    assert one == [*digests.digests(case, 1, False)]
    assert one != [*digests.digests(digests.Case(**vars(case) | {"seed": 8}), 1, False)]


def test_what_is_said_of_their_number_is_so():
    guide = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"{len(digests.kept())} digests" in guide
