"""How many random numbers and transcendental functions a week takes, counted in the rules themselves.

Run with ``NUMBA_DISABLE_JIT=1``: every function of `teamsim.chance` and `math` that a rule calls is counted over
104 weeks of a team of twelve, by person-week. Prints one JSON object; the floor of `test_speed` is written for it.
"""

import collections
import json
import math
import sys

import numpy as np

COUNTS: collections.Counter = collections.Counter()


def counting(name, function):
    def counted(*given):
        COUNTS[name] += 1
        return function(*given)

    return counted


def main():
    import teamsim.chance as chance

    for name in ("mix", "uniform", "normal"):
        setattr(chance, name, counting(name, getattr(chance, name)))
    import teamsim as ts
    from teamsim.engine import _histories
    from teamsim.world import World

    people = [{"name": f"P{n}", "talent": 0.6 + n / 8, "tenure": 20 * n} for n in range(12)]
    scenario = ts.Scenario(name="t", weeks=104, teams=[{"name": "T", "leader": {"name": "L"}, "people": people}])
    world = World.build(scenario, None)
    exact = {name: getattr(math, name) for name in ("exp", "log", "sqrt", "cos", "sin")}
    COUNTS.clear()
    for name, function in exact.items():
        setattr(math, name, counting(name, function))
    try:
        measures, _, _ = _histories(world, 1, np.arange(3, dtype=np.uint64), np.zeros(3, np.uint64))
    finally:
        for name, function in exact.items():
            setattr(math, name, function)
    lived = float(measures[:, :, 0]["people"].sum())
    sys.stdout.write(json.dumps({name: round(count / lived, 3) for name, count in sorted(COUNTS.items())}))


if __name__ == "__main__":
    main()
