"""The small team as a rule of our language in the model's place, swept by `ts.Study`."""

import numpy as np

import teamsim as ts
from teamsim.chance import mix, normal, uniform
from teamsim.compiler import array, door, fraction, whole, word

PRAISED, MOOD, LEAVES = range(1, 4)


@door(praise=fraction, people=whole, weeks=whole, luck=word, exits=array("i"))
def live(praise, people, weeks, luck, exits):
    for person in range(people):
        key = mix(luck, person)
        engagement, recognition = 0.6, 0.3
        for week in range(weeks):
            now = mix(key, week)
            if uniform(now, PRAISED) < praise:
                recognition += 0.3 * (1 - recognition)
            recognition *= 0.95
            target = 0.3 + 0.6 * recognition
            engagement += 0.1 * (target - engagement) + 0.03 * normal(now, MOOD)
            engagement = 0.0 if engagement < 0.0 else 1.0 if engagement > 1.0 else engagement
            if uniform(now, LEAVES) < 0.03 * (1 - engagement) * (1 - engagement):
                exits[0] += 1
                engagement, recognition = 0.6, 0.3


def team(point, luck):
    exits = np.zeros(1, dtype=np.int64)
    live(point["praise"], int(point["people"]), int(point["weeks"]), luck, exits)
    return {"exits": exits[0]}


def study(levels, people, weeks, runs, cores):
    axes = {"praise": levels, "people": [people], "weeks": [weeks]}
    found = ts.Study(team, axes, runs=runs, measures=["exits"]).run(workers=cores).runs
    return list(found[["praise", "exits"]].itertuples(index=False, name=None))
