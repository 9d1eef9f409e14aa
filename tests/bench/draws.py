"""How many random numbers and transcendental functions a week takes, counted in the rules; a loop of nothing else.

``TEAMSIM_PLAIN=1 python tests/bench/draws.py`` lives three runs of 104 weeks of a team of twelve as plain Python,
counts every call of a function of `teamsim.chance`, `teamsim.arithmetic` and `math` that stands in a rule (what
`normal` itself takes is part of it), and prints how many there are a person-week. `draw` is the loop that they are
written out in:

=================  ==========================================================================================
of a person, a week
------------------------------------------------------------------------------------------------------------
1 mix              the week's luck
6 uniform          an assignment, a commitment, a mistake, an idea, an offer, exhaustion
1 normal           the week's output
4 exp              the fit of the challenge, strain, engagement, the luck of the output
-----------------  ------------------------------------------------------------------------------------------
of a group, a week (the organisation and its three thirds)
------------------------------------------------------------------------------------------------------------
2 mix              the group's luck
1 normal, 1 sqrt   the noise of its survey
=================  ==========================================================================================

Left out, which makes the loop quicker: what comes now and then (offers, reviews, hires).
"""

import collections
import json
import math
import sys
from types import SimpleNamespace

import numpy as np

from teamsim.arithmetic import exp, log
from teamsim.chance import mix, normal, uniform
from teamsim.compiler import array, door, whole

GROUPS = 4


@door(runs=whole, weeks=whole, people=whole, total=array("f"))
def drawn(runs, weeks, people, total):
    """Draw what so many runs take."""
    found = 0.0
    for run in range(runs):
        run_key = mix(1, run)
        for week in range(weeks):
            for person in range(people):
                luck = mix(run_key ^ person, week)
                found += exp(-uniform(luck, 1)) + exp(-uniform(luck, 2)) + exp(-uniform(luck, 3))
                found += uniform(luck, 4) + exp(0.2 * normal(luck, 5)) + uniform(luck, 6) + uniform(luck, 7)
            for group in range(GROUPS):
                luck = mix(mix(run_key, week), group)
                found += normal(luck, 5) / math.sqrt(float(people + week))
    total[0] = found


def draw(runs, weeks, people):
    """Draw, and return the sum, which nobody needs but the processor."""
    total = np.zeros(1)
    drawn(runs, weeks, people, total)
    return float(total[0])


def counted():
    """Live through three runs and count."""
    import team

    calls = collections.Counter()

    def counting(name, function):
        def called(*given):
            calls[name] += 1
            return function(*given)

        return called

    team.live(1)  # imports all rules
    rules = {"exp": exp, "log": log, "mix": mix, "normal": normal, "uniform": uniform}
    root = SimpleNamespace(sqrt=counting("sqrt", math.sqrt))
    for module in [module for name, module in sys.modules.items() if name.startswith("teamsim.rules.")]:
        for name, function in vars(module).copy().items():
            if function is math:
                module.math = root
            elif name in rules and function is rules[name]:
                setattr(module, name, counting(name, function))
    measures = team.live(3)
    lived = float(measures[:, :, 0]["people"].sum())
    return {name: round(count / lived, 3) for name, count in sorted(calls.items())}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(counted()) + "\n")
