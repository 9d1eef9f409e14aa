"""The small team in AMBER, over all people at once, run by run: its pool would start a process for every run."""

import ambr as am
import numpy as np


class Team(am.Model):
    def setup(self):
        self.exits = 0
        self.add_agents(self.p["people"], engagement=0.6, recognition=0.3)

    def step_vectorized(self):
        people = self.p["people"]
        engagement, recognition = self.agents.engagement.to_numpy(), self.agents.recognition.to_numpy()
        praised = self.rng.random(people) < self.p["praise"]
        recognition = 0.95 * (recognition + np.where(praised, 0.3 * (1 - recognition), 0.0))
        target = 0.3 + 0.6 * recognition
        engagement = engagement + 0.1 * (target - engagement) + self.rng.normal(0, 0.03, people)
        engagement = engagement.clip(0.0, 1.0)
        leaves = self.rng.random(people) < 0.03 * (1 - engagement) ** 2
        self.exits += int(leaves.sum())
        self.agents.engagement = np.where(leaves, 0.6, engagement)
        self.agents.recognition = np.where(leaves, 0.3, recognition)

    def update(self):
        self.record_model("exits", self.exits)


def study(levels, people, weeks, runs, cores):  # on one core
    found = []
    for praise in levels:
        for run in range(runs):
            fixed = {"praise": praise, "people": people, "steps": weeks, "seed": run, "show_progress": False}
            found.append((praise, Team(fixed).cpu(mode="vectorized").run().model["exits"][-1]))
    return found
