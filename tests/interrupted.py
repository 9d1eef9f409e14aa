"""A study that is killed again and again, and lived on: ``python tests/interrupted.py [times]`` (default 50).

Every life of the process ends with SIGKILL at a random moment; the last one may finish. Then every row is compared, bit
by bit, with those of an undisturbed run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__)
SMALL_PART, LONGEST = 5_000, 0.3
"""Person-weeks a part, so that a study of seconds has hundreds of them; and of a life the most seconds."""


def asked():
    """The study, cut into small parts."""
    import teamsim as ts
    from teamsim.research import study as module

    module.PART_PERSON_WEEKS = SMALL_PART
    people = [{"name": f"P{number}", "talent": 0.6 + number / 8} for number in range(12)]
    teams = [{"name": "Blue", "leader": {"name": "Lea"}, "people": people}]
    scenario = ts.Scenario(name="twelve", weeks=52, teams=teams)
    axes = {"style.challenge": (0.1, 0.9), "style.feedback_weeks": (1, 52), "parameters.trust_gain": (0.0, 0.2)}
    return ts.Study(scenario, axes, "sobol", points=64, runs=40, measures=["engagement", "regretted"])


def killed(times: int, folder: Path) -> int:
    """Live the study in processes that are killed; return how many were killed while they worked."""
    command = [sys.executable, str(HERE), "kill", str(times), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout.splitlines()[-1])


def kill(times: int, folder: Path) -> int:
    """Fork a process for each life, once all that they share is loaded; every other one has time for a part."""
    study, found = asked(), 0
    study.cost()
    for number in range(times):
        before = parts(folder)
        child = os.fork()
        if child == 0:
            study.run(folder, progress=lambda *_: None)
            os._exit(0)
        while number % 2 and parts(folder) == before and not over(child):
            time.sleep(0.001)
        time.sleep(random.uniform(0.0, LONGEST))
        found += not over(child)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return found


def over(child: int) -> bool:
    """Whether a process is done, and waits for nothing but to be looked after."""
    return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def parts(folder: Path) -> int:
    """Count the parts that are there."""
    return len(list((folder / "runs").glob("*.parquet")))


def report(times: int) -> str:
    """Kill, go on, compare; return what differs (nothing, hopefully) and say what happened."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        hit = killed(times, home / "killed")
        whole = parts(home / "killed")
        again, undisturbed = asked().run(home / "killed"), asked().run(home / "undisturbed")
        apart = undisturbed.same_as(again)
        rows = again.columns("point", "run")
        double = int(rows.duplicated().sum())
        apart = apart or (f"{double} rows double" if double else "")
        apart = apart or ("" if len(rows) == again.study.histories else f"{len(rows)} rows")
    told = f"{whole} of {again.study.parts} parts done by then; {apart or 'identical'}"
    sys.stdout.write(f"killed {hit} times at work, {told}\n")
    return apart


if __name__ == "__main__":
    if sys.argv[1:2] == ["kill"]:
        sys.stdout.write(f"{kill(int(sys.argv[2]), Path(sys.argv[3]))}\n")
    else:
        sys.exit(1 if report(int(sys.argv[1]) if sys.argv[1:] else 50) else 0)
