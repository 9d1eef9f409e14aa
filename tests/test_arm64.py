"""The bits on ARM64 are those on this machine; `arm64` says how code for it is run."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import arm64
import digests
import teamsim as ts
from bits import digest, histories
from rulebook import brewed, brewing, pots

TESTS = Path(__file__).parent


@pytest.mark.long
@pytest.mark.parametrize("lanes", [1, 2])
def test_all_histories_have_the_bits_that_are_kept(lanes):
    wrong, count, doors = arm64.differing(lanes, short=False)
    assert not wrong
    assert count == len(digests.kept())
    assert {"live_many", "follow", "live"} <= {one.door.__name__ for one in doors}
    for one in doors:
        assert one.calls
        assert one.instructions["fmul"]
        assert not one.fused


@pytest.mark.long
def test_doors_of_a_public_function_lead_there():
    """Weeks one by one, too, through the doors that Mesa calls; and nothing leads there afterwards."""
    scenario, conduct = next(histories())
    here = digest(ts.simulate(scenario, conduct, seed=11))
    with arm64.on_arm64(lanes=2) as opened:
        assert digest(ts.simulate(scenario, conduct, seed=11)) == here
        assert digest(ts.TeamModel(scenario, conduct, rng=11).run()) == here
        assert len(opened) > 5
        assert all(one.calls for one in opened.values())
        calls = sum(one.calls for one in opened.values())
    assert digest(ts.simulate(scenario, conduct, seed=11)) == here
    assert sum(one.calls for one in opened.values()) == calls
    assert all(one.process.returncode == 0 for one in opened.values())


@pytest.mark.long
def test_the_compilers_own_tests_hold_there():
    """And those of exp and log."""
    tests = [str(TESTS / name) for name in ("compiler", "test_arithmetic.py")]
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"TEAMSIM_ARM64": "1"}
    done = subprocess.run(line, env=environment, cwd=TESTS.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_a_process_that_ends_too_early_is_an_error(tmp_path):
    with arm64.on_arm64(lanes=2) as opened:
        go = brewing("pot.tea = pot.milk * 2.0", tmp_path)
        found = brewed(go, pots(11), [1.0], pots(1), 2)[0]
        assert np.array_equal(found["tea"], 2.0 * pots(11)["milk"])
        (one,) = opened.values()
        one.process.kill()
        one.process.wait()
        with pytest.raises(RuntimeError, match="go on ARM64 ended with code -9"):
            brewed(go, pots(11), [1.0], pots(1), 2)


@pytest.mark.parametrize("name", ["fmadd", "fmsub", "fnmadd", "fnmsub", "fmla", "fmls", "fmlal", "fcmla"])
def test_what_is_fused(name):
    assert arm64.FUSED.fullmatch(name)


@pytest.mark.parametrize("name", ["fmul", "fnmul", "fadd", "fsub", "madd", "mla", "fmaxnm", "fmov"])
def test_what_is_not(name):
    assert not arm64.FUSED.fullmatch(name)


def test_what_is_missing_is_said_in_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(arm64.shutil, "which", lambda name: None if name == arm64.QEMU else name)
    monkeypatch.setattr(arm64, "PACKAGES", {name: arm64.PACKAGES[name] for name in (arm64.QEMU, arm64.GCC)})
    monkeypatch.setattr(sys, "argv", ["arm64.py", "--short"])
    assert arm64.main() == 1
    said = capsys.readouterr().err
    assert said == "qemu-aarch64 not found; on Debian: sudo apt install qemu-user\n"


def test_plain_python_does_not_run_there(monkeypatch):
    monkeypatch.setattr(arm64, "PACKAGES", {})
    monkeypatch.setenv("TEAMSIM_PLAIN", "1")
    with pytest.raises(arm64.MissingError, match="TEAMSIM_PLAIN is set"), arm64.on_arm64(lanes=1):
        pass
