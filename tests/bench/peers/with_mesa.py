"""The small team in Mesa, swept by `mesa.batch_run` on all cores."""

import inspect

import mesa


class Person(mesa.Agent):
    def __init__(self, model):
        super().__init__(model)
        self.join()

    def join(self):
        self.engagement, self.recognition = 0.6, 0.3

    def week(self):
        luck = self.model.rng
        if luck.random() < self.model.praise:
            self.recognition += 0.3 * (1 - self.recognition)
        self.recognition *= 0.95
        target = 0.3 + 0.6 * self.recognition
        self.engagement += 0.1 * (target - self.engagement) + luck.normal(0, 0.03)
        self.engagement = min(1.0, max(0.0, self.engagement))
        if luck.random() < 0.03 * (1 - self.engagement) ** 2:
            self.model.exits += 1
            self.join()


class Team(mesa.Model):
    def __init__(self, praise, people, rng=None):
        super().__init__(rng=rng)
        self.praise, self.exits = praise, 0
        Person.create_agents(self, people)
        self.datacollector = mesa.DataCollector({"exits": "exits"})

    def step(self):
        self.agents.do("week")
        self.datacollector.collect(self)


def study(levels, people, weeks, runs, cores):
    fixed, luck = {"praise": levels, "people": people}, {"rng": range(runs)}
    own = "rng" in inspect.signature(mesa.batch_run).parameters  # Mesa 3.5 takes it apart from the rest
    found = mesa.batch_run(
        Team,
        fixed if own else fixed | luck,
        number_processes=cores,
        max_steps=weeks - 1,
        data_collection_period=-1,
        display_progress=False,
        **(luck if own else {}),
    )
    return [(row["praise"], row["exits"]) for row in found]
