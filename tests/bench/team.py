"""What all benchmarks run on, and what runs in processes of its own: ``python team.py batch|start|crowd ...``."""

import inspect
import json
import sys
import time

WEEKS, PEOPLE = 104, 12


def scenario(teams=1, people=PEOPLE, weeks=WEEKS):
    """Teams of unlike people, with everything on: promises, offers, exits, hiring, reviews."""
    import teamsim as ts

    cast = [
        {
            "name": f"T{team}",
            "leader": {"name": f"L{team}"},
            "people": [
                {"name": f"P{team}-{one}", "talent": 0.6 + one / 8, "need_growth": 0.3 + one / 20, "tenure": 20.0 * one}
                for one in range(people)
            ],
        }
        for team in range(teams)
    ]
    return ts.Scenario(name="bench", weeks=weeks, teams=cast)


def observed():
    """The same TeamModel, with the data collector that `mesa.batch_run` asks for."""
    import mesa

    from teamsim.model import TeamModel

    class Observed(TeamModel):
        def __init__(self, *given, **more):
            super().__init__(*given, **more)
            self.datacollector = mesa.DataCollector(
                model_reporters={"engagement": lambda model: model.latest["engagement"]}
            )

        def step(self):
            super().step()
            self.datacollector.collect(self)

    Observed.__qualname__ = "Observed"
    return Observed


def batch(runs):
    """Person-weeks a second of `mesa.batch_run` on all cores; the start of its processes is left out, to its favour."""
    import mesa

    seconds = {}
    for many in (runs // 4, runs):
        fixed: dict[str, object] = {"scenario": [scenario()], "style": ["developer"]}
        luck: dict[str, object] = {"rng": range(many)}
        own = "rng" in inspect.signature(mesa.batch_run).parameters  # Mesa 3.5 takes it apart from the rest
        began = time.perf_counter()
        found = mesa.batch_run(
            Observed,
            fixed if own else fixed | luck,
            number_processes=None,
            max_steps=WEEKS - 1,
            data_collection_period=-1,
            display_progress=False,
            **(luck if own else {}),
        )
        seconds[many] = time.perf_counter() - began
        assert len(found) == many
    more = runs - runs // 4
    return more * PEOPLE * WEEKS / (seconds[runs] - seconds[runs // 4])


def start(cache):
    """Seconds to import, to the first simulation, and to Mesa's first week, with machine code kept in `cache`."""
    began = time.perf_counter()
    import teamsim as ts

    imported = time.perf_counter()
    import pathlib

    import platformdirs

    platformdirs.user_cache_path = lambda *_, **__: pathlib.Path(cache)
    ts.simulate(ts.Scenario.load("managing-stars"), "developer")
    simulated = time.perf_counter()
    ts.TeamModel(ts.Scenario.load("managing-stars"), "developer").step()
    return {"import": imported - began, "first": simulated - began, "mesa": time.perf_counter() - simulated}


def crowd(people):
    """Seconds and memory of a year of many people in teams of ten: one history, measured every week (Linux)."""
    from teamsim.engine import histories, warm_up
    from teamsim.world import World

    warm_up()
    before = held("VmRSS")
    began = time.perf_counter()
    world = World.build(scenario(people // 10, 10, 52), "developer")
    built = time.perf_counter()
    histories(world, 1, 1)
    lived = time.perf_counter()
    peak = held("VmHWM")
    return {"build s": built - began, "live s": lived - built, "memory MB": (peak - before) / 1e6}


def held(kind):
    """Memory of this process in bytes, now (VmRSS) or at most so far (VmHWM); `resource` counts the parent's too."""
    from pathlib import Path

    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(kind))


if (len(sys.argv) > 1 and sys.argv[1] == "batch") or __name__ == "__mp_main__":
    Observed = observed()

if __name__ == "__main__":
    what, argument = sys.argv[1:3]
    answer = {
        "batch": lambda: batch(int(argument)),
        "start": lambda: start(argument),
        "crowd": lambda: crowd(int(argument)),
    }
    sys.stdout.write("\n" + json.dumps(answer[what]()))
