"""Our own model in `mesa.batch_run`."""

import inspect

import mesa

import teamsim as ts


def scenario(people, weeks):
    cast = [{"name": f"P{one}", "talent": 0.6 + one % 12 / 8} for one in range(people)]
    teams = [{"name": f"T{n}", "leader": {"name": f"L{n}"}, "people": cast[n : n + 12]} for n in range(0, people, 12)]
    return ts.Scenario(name="bench", weeks=weeks, teams=teams)


class Observed(ts.TeamModel):
    def __init__(self, talks, people, weeks, rng=None):
        super().__init__(scenario(people, weeks), ts.Style(feedback_weeks=talks), rng=rng)
        self.exits = 0.0
        self.datacollector = mesa.DataCollector({"exits": "exits"})

    def step(self):
        super().step()
        self.exits += self.latest["left_for_offer"] + self.latest["left_exhausted"]
        self.datacollector.collect(self)


def study(levels, people, weeks, runs, cores):
    fixed, luck = {"talks": levels, "people": people, "weeks": weeks}, {"rng": range(runs)}
    own = "rng" in inspect.signature(mesa.batch_run).parameters  # Mesa 3.5 takes it apart from the rest
    found = mesa.batch_run(
        Observed,
        fixed if own else fixed | luck,
        number_processes=cores,
        max_steps=weeks - 1,
        data_collection_period=-1,
        display_progress=False,
        **(luck if own else {}),
    )
    return [(row["talks"], row["exits"]) for row in found]
