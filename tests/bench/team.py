"""What all benchmarks run on, and what a process does when it is asked (`bench.Process`): with us or with c126118.

A line of standard input is a name and its arguments, as JSON; the answer is a line that begins with ``answer``.
"""

import json
import sys
import time
from functools import cache
from pathlib import Path

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


@cache
def world(**shape):
    from teamsim.world import World

    return World.build(scenario(**shape), "developer")


def live(runs, lanes=None, first=0, **shape):
    """Live through some runs on this thread; return their measures."""
    import numpy as np

    from teamsim import engine

    numbers, redraws = np.arange(first, first + runs, dtype=np.uint64), np.zeros(runs, dtype=np.uint64)
    if hasattr(engine, "lived"):
        return engine.lived(world(**shape), 1, numbers, redraws, lanes=lanes)[0]
    return engine._histories(world(**shape), 1, numbers, redraws)[0]  # c126118


# --- what can be asked


def core(runs, lanes=None):
    """Nanoseconds of this thread a person-week."""
    began = time.thread_time()
    measures = live(runs, lanes)
    took = time.thread_time() - began
    return took * 1e9 / float(measures[:, :, 0]["people"].sum())


def cores(runs, **shape):
    """Seconds of all cores."""
    from teamsim import engine

    there = world(**shape)
    began = time.perf_counter()
    engine.histories(there, 1, runs, progress=lambda *_: None)
    return time.perf_counter() - began


def draws(runs):
    """Nanoseconds of this thread a person-week for nothing but its random numbers and its mathematics."""
    from draws import draw

    began = time.thread_time()
    draw(runs, WEEKS, PEOPLE)
    return (time.thread_time() - began) * 1e9 / (runs * WEEKS * PEOPLE)


def mesa(weeks):
    """Microseconds of this thread a week of `TeamModel`: as it is, and with a member's phases called one by one."""
    import teamsim as ts

    class Apart(ts.Member):
        def work(self):
            super().work()

    found = {}
    for name, member in (("a week", ts.Member), ("phases apart", Apart)):
        model = ts.TeamModel(scenario(), "developer", member=member)
        began = time.thread_time()
        for _ in range(weeks):
            model.step()
        found[name] = (time.thread_time() - began) * 1e6 / weeks
    return found


def futures(runs):
    """Milliseconds of `ts.futures`, without and with its table of quantiles by week."""
    import teamsim as ts

    cast = scenario()
    began = time.perf_counter()
    many = ts.futures(cast, "developer", runs, progress=lambda *_: None)
    lived = time.perf_counter()
    many.weeks  # noqa: B018
    return {"lived": (lived - began) * 1e3, "with the table": (time.perf_counter() - began) * 1e3}


def start():
    """Seconds to import teamsim, and from `simulate` to its result."""
    began = time.perf_counter()
    import teamsim as ts

    imported = time.perf_counter()
    team = scenario()
    asked = time.perf_counter()
    ts.simulate(team, "developer")
    done = time.perf_counter()
    return {"import": imported - began, "simulate": done - asked, "import to result": done - began}


def crowd(people):
    """Seconds and memory of a year of many people in teams of ten: one history, measured every week (Linux)."""
    live(1, teams=1, people=2, weeks=1)
    held_before = held("VmRSS")
    began = time.perf_counter()
    shape = {"teams": people // 10, "people": 10, "weeks": 52}
    world(**shape)
    built = time.perf_counter()
    live(1, **shape)
    lived = time.perf_counter()
    return {"build s": built - began, "live s": lived - built, "memory MB": (held("VmHWM") - held_before) / 1e6}


def sweep(points, runs, folder):
    """A study of the team over a year, to disk."""
    import teamsim as ts

    axes = {f"style.{name}": (one.low, one.high) for name, one in list(ts.Style.quantities().items())[:6]}
    kept = ["engagement", "strain", "output", "regretted", "net_value"]
    study = ts.Study(scenario(weeks=52), axes, "sobol", points=points, runs=runs, measures=kept)
    began, busy = time.perf_counter(), time.process_time()
    done = study.run(folder)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    assert done.complete
    size = sum(path.stat().st_size for path in (Path(folder) / "runs").iterdir())
    return {
        "team-years": study.histories, "seconds": took, "seconds of cores": busy, "parts": study.parts,
        "memory MB": held("VmHWM") / 1e6, "disk MB": size / 1e6,
    }  # fmt: skip


def held(kind):
    """Memory of this process in bytes, now (VmRSS) or at most so far (VmHWM); `resource` counts the parent's too."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(kind))


if __name__ == "__main__":
    for line in sys.stdin:
        what, given = json.loads(line)
        answer = globals()[what](**given)
        sys.stdout.write(f"\nanswer {json.dumps(answer)}\n")
        sys.stdout.flush()
