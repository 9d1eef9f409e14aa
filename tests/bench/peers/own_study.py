"""Our own model in `ts.Study`."""

import teamsim as ts


def scenario(people, weeks):
    cast = [{"name": f"P{one}", "talent": 0.6 + one % 12 / 8} for one in range(people)]
    teams = [{"name": f"T{n}", "leader": {"name": f"L{n}"}, "people": cast[n : n + 12]} for n in range(0, people, 12)]
    return ts.Scenario(name="bench", weeks=weeks, teams=teams)


def study(levels, people, weeks, runs, cores):
    kept = ["left_for_offer", "left_exhausted"]
    asked = ts.Study(scenario(people, weeks), {"style.feedback_weeks": levels}, runs=runs, measures=kept)
    rows = asked.run(workers=cores).runs
    return list(zip(rows["style.feedback_weeks"], rows[kept].sum(axis=1), strict=True))
