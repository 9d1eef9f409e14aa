"""The whole model on one core, against numba of c126118 in the same minutes: ``python tests/bench/speed.py [--quick]``.

A core lives runs of two years of a team of twelve, with 1, 2, 4 and 8 of them side by side, and c126118 the same ones;
they take turns, and the time of the thread counts, so that a share which others had of the core does not. For each
the middle and the least of all rounds are kept. Likewise a week of `TeamModel`, and the same with a member's phases
called one by one, as happens once one of them is somebody's own. Last, the loop of nothing but the random numbers and
mathematics of a week (`draws.py`).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

from bench import BEFORE, HERE, OWN, Process, environment, run

ROUNDS, RUNS, WEEKS = 41, 192, 104


def summary(took: list[float]) -> dict[str, float]:
    """The middle of all rounds and the least."""
    return {"median": statistics.median(took), "least": min(took)}


def measure(quick: bool) -> dict[str, object]:
    """Let both take turns."""
    from teamsim.compiler.machine import processor

    rounds, runs = (3, 16) if quick else (ROUNDS, RUNS)
    lanes = [1, 2, 4, 8]
    with Process(BEFORE) as theirs, Process(OWN) as ours:
        asked = {BEFORE: lambda: theirs.ask("core", runs=runs)}
        asked |= {f"{many} side by side": lambda many=many: ours.ask("core", runs=runs, lanes=many) for many in lanes}
        asked |= {"draws": lambda: ours.ask("draws", runs=runs)}
        for ask in asked.values():
            ask()  # machine code is made or loaded
        core: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(rounds):
            for name, ask in asked.items():
                core[name].append(ask())
        theirs.ask("mesa", weeks=2)
        ours.ask("mesa", weeks=2)
        mesa: dict[str, dict[str, list[float]]] = {}
        for _ in range(rounds):
            for process in (theirs, ours):
                for name, took in process.ask("mesa", weeks=10 if quick else WEEKS).items():
                    mesa.setdefault(name, {BEFORE: [], OWN: []})[process.engine].append(took)
    plain = environment(OWN) | {"TEAMSIM_PLAIN": "1"}
    counted = subprocess.run([sys.executable, str(HERE / "draws.py")], env=plain, capture_output=True, check=True)
    return {
        "lanes here": processor().lanes,
        "nanoseconds a person-week and core": {name: summary(took) for name, took in core.items()},
        "microseconds a week of TeamModel": {
            name: {engine: summary(took) for engine, took in both.items()} for name, both in mesa.items()
        },
        "draws a person-week": json.loads(counted.stdout),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    run("speed", measure)
