"""The small team in AgentPy, swept by its Experiment."""

import agentpy as ap


class Person(ap.Agent):
    def setup(self):
        self.engagement, self.recognition = 0.6, 0.3

    def week(self):
        luck = self.model.nprandom
        if luck.random() < self.p.praise:
            self.recognition += 0.3 * (1 - self.recognition)
        self.recognition *= 0.95
        target = 0.3 + 0.6 * self.recognition
        self.engagement += 0.1 * (target - self.engagement) + luck.normal(0, 0.03)
        self.engagement = min(1.0, max(0.0, self.engagement))
        if luck.random() < 0.03 * (1 - self.engagement) ** 2:
            self.model.exits += 1
            self.setup()


class Team(ap.Model):
    def setup(self):
        self.exits = 0
        self.people = ap.AgentList(self, self.p.people, Person)

    def step(self):
        self.people.week()

    def end(self):
        self.report("exits", self.exits)


def study(levels, people, weeks, runs, cores):
    fixed = {"praise": ap.Values(*levels), "people": people, "steps": weeks}
    experiment = ap.Experiment(Team, ap.Sample(fixed), iterations=runs, record=False)
    found = experiment.run(n_jobs=cores, display=False)
    table = found.arrange_reporters()
    return list(table[["praise", "exits"]].itertuples(index=False, name=None))
