"""200 futures of twelve over two years, with the table of quantiles: ``python tests/bench/futures.py [--quick]``.

`ts.futures` and its ``weeks`` on all cores, by the clock; c126118 and we take turns. Machine code and pandas are loaded
before. The middle of many, and the least.
"""

from __future__ import annotations

from speed import summary

from bench import BEFORE, OWN, Process, run

ROUNDS, RUNS = 51, 200


def measure(quick: bool) -> dict[str, object]:
    """Let both take turns."""
    found: dict[str, dict[str, list[float]]] = {}
    with Process(BEFORE) as theirs, Process(OWN) as ours:
        for number in range(3 if quick else ROUNDS):
            for process in (theirs, ours):
                for name, took in process.ask("futures", runs=RUNS).items():
                    if number:  # the first of each only warms it up
                        found.setdefault(name, {BEFORE: [], OWN: []})[process.engine].append(took)
    return {
        "milliseconds of 200 futures": {
            name: {engine: summary(took) for engine, took in both.items()} for name, both in found.items()
        }
    }


if __name__ == "__main__":
    run("futures", measure)
