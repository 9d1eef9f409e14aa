"""The small team as a compiled function in the model's place, swept by `ts.Study`."""

import numpy as np

import teamsim as ts
from teamsim.chance import mix, normal, uniform
from teamsim.compiler import rule

PRAISED, MOOD, LEAVES = (np.uint64(channel) for channel in range(1, 4))


@rule
def live(praise, people, weeks, luck):
    exits = 0
    for person in range(people):
        key = mix(luck, np.uint64(person))
        engagement, recognition = 0.6, 0.3
        for week in range(weeks):
            now = mix(key, np.uint64(week))
            if uniform(now, PRAISED) < praise:
                recognition += 0.3 * (1 - recognition)
            recognition *= 0.95
            target = 0.3 + 0.6 * recognition
            engagement += 0.1 * (target - engagement) + 0.03 * normal(now, MOOD)
            engagement = min(1.0, max(0.0, engagement))
            if uniform(now, LEAVES) < 0.03 * (1 - engagement) * (1 - engagement):
                exits += 1
                engagement, recognition = 0.6, 0.3
    return exits


def team(point, luck):
    return {"exits": live(point["praise"], int(point["people"]), int(point["weeks"]), np.uint64(luck))}


def study(levels, people, weeks, runs, cores):
    axes = {"praise": levels, "people": [people], "weeks": [weeks]}
    found = ts.Study(team, axes, runs=runs, measures=["exits"]).run(workers=cores).runs
    return list(found[["praise", "exits"]].itertuples(index=False, name=None))
