"""A study that is killed again and again, and lived on: ``python tests/interrupted.py [times]`` (default 50).

Every life of the process ends with SIGKILL at a random moment; the last one may finish. Then every row is compared, bit
by bit, with those of an undisturbed run.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__)
SMALL_PART = 20_000
"""Person-weeks a part, so that a study of seconds has hundreds of them."""


def asked():
    """The study, cut into small parts."""
    import teamsim as ts
    from teamsim.research import study as module

    module.PART_PERSON_WEEKS = SMALL_PART
    people = [{"name": f"P{number}", "talent": 0.6 + number / 8} for number in range(12)]
    teams = [{"name": "Blue", "leader": {"name": "Lea"}, "people": people}]
    scenario = ts.Scenario(name="twelve", weeks=52, teams=teams)
    axes = {"style.challenge": (0.1, 0.9), "style.feedback_weeks": (1, 52), "parameters.trust_gain": (0.0, 0.2)}
    return ts.Study(scenario, axes, "sobol", points=128, runs=75, measures=["engagement", "regretted"])


def killed(times: int, folder: Path) -> int:
    """Live the study in processes that are killed; return how many were killed while they worked."""
    found = 0
    for _ in range(times):
        child = subprocess.Popen([sys.executable, str(HERE), "live", str(folder)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        said = child.stdout.readline()  # it begins, or is done
        time.sleep(random.uniform(0.0, 0.25))
        found += said == "lives\n" and child.poll() is None
        child.kill()
        child.wait()
    return found


def live(folder: Path) -> None:
    """Live the study, or what is missing of it."""

    def say(done: int, total: int) -> None:
        if done < total:
            sys.stdout.write("lives\n")
            sys.stdout.flush()

    asked().run(folder, progress=say)
    sys.stdout.write("done\n")


def report(times: int) -> str:
    """Kill, go on, compare; return what differs (nothing, hopefully) and say what happened."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        hit = killed(times, home / "killed")
        whole = sum(1 for _ in (home / "killed" / "runs").iterdir())
        again, undisturbed = asked().run(home / "killed"), asked().run(home / "undisturbed")
        apart = undisturbed.same_as(again)
        rows = again.columns("point", "run")
        double = int(rows.duplicated().sum())
        apart = apart or (f"{double} rows double" if double else "")
        apart = apart or ("" if len(rows) == again.study.histories else f"{len(rows)} rows")
    parts = again.study.parts
    sys.stdout.write(f"killed {hit} times at work, {whole} of {parts} parts done by then; {apart or 'identical'}\n")
    return apart


if __name__ == "__main__":
    if sys.argv[1:2] == ["live"]:
        live(Path(sys.argv[2]))
    else:
        os.environ.setdefault("PYTHONWARNINGS", "error")
        sys.exit(1 if report(int(sys.argv[1]) if sys.argv[1:] else 50) else 0)
