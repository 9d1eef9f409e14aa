"""How fast it is, everything on.  Run with::

    python -m pytest tests/bench -s --benchmark-columns=min,median,rounds --benchmark-sort=name

Not collected by default. Nothing here fails for being slow: the figures and, above all, the ratios between what is
measured in one and the same run are printed and kept in ``extra_info`` (``--benchmark-json=speed.json``).

**The floor** is a compiled loop of nothing but the random numbers and transcendental functions that a week needs, by
the very same functions of `teamsim.chance`, on as many threads. `draws.py` counts them in the rules:

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

Left out, which makes the floor lower: what comes now and then (offers, reviews, hires).
"""

import json
import math
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from pathlib import Path

import altair as alt
import numba
import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import team  # noqa: E402

from teamsim import engine  # noqa: E402
from teamsim.chance import mix, normal, uniform  # noqa: E402
from teamsim.world import World  # noqa: E402

RUNS, CORES, GROUPS = 2000, os.cpu_count() or 1, 4
A, B, C, D, E, F, G = (np.uint64(channel) for channel in range(1, 8))
PERSON_WEEKS = RUNS * team.PEOPLE * team.WEEKS


def floor_loop(first, runs, weeks, people, groups):
    total = 0.0
    for run in range(runs):
        run_key = mix(np.uint64(1), np.uint64(first + run))
        for week in range(weeks):
            for person in range(people):
                luck = mix(run_key + np.uint64(person), np.uint64(week))
                total += math.exp(-uniform(luck, A)) + math.exp(-uniform(luck, B))
                total += math.exp(-uniform(luck, C)) + uniform(luck, D) + math.exp(0.2 * normal(luck, E))
                total += uniform(luck, F) + uniform(luck, G)
            for group in range(groups):
                luck = mix(mix(run_key, np.uint64(week)), np.uint64(group))
                total += normal(luck, E) / math.sqrt(people + week)
    return total


def all_cores(loop):
    """The same chunks on the same threads as the engine's."""
    chunk = 64
    with ThreadPoolExecutor(CORES) as pool:
        return sum(
            pool.map(
                lambda first: loop(first, min(chunk, RUNS - first), team.WEEKS, team.PEOPLE, GROUPS),
                range(0, RUNS, chunk),
            )
        )


def seconds(function, rounds=5):
    """The least of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        function()
        found.append(time.perf_counter() - began)
    return min(found)


def in_a_process(*given, **environment):
    """Run a part of team.py, or draws.py, in a process of its own."""
    import teamsim

    paths = os.pathsep.join([str(Path(teamsim.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    script, *rest = given
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / script), *map(str, rest)],
        env=os.environ | {"PYTHONPATH": paths} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def show(benchmark, **figures):
    benchmark.extra_info.update(figures)
    sys.stdout.write(
        "\n   " + "\n   ".join(f"{name.replace('_', ' ')}: {value}" for name, value in figures.items()) + "\n"
    )


@pytest.fixture(scope="module")
def world():
    return World.build(team.scenario(), "developer")


def live(world):
    engine.histories(world, 1, RUNS, progress=lambda *_: None)


def test_person_weeks_a_second_and_the_floor(benchmark, world):
    compiled = numba.njit(nogil=True, error_model="numpy")(floor_loop)
    all_cores(compiled)
    live(world)
    benchmark.pedantic(live, args=(world,), rounds=5, warmup_rounds=1)
    engine_s, floor_s = np.inf, np.inf
    for _ in range(5):
        engine_s = min(engine_s, seconds(lambda: live(world), 1))
        floor_s = min(floor_s, seconds(lambda: all_cores(compiled), 1))
    counted = in_a_process("draws.py", NUMBA_DISABLE_JIT="1")
    measures, _, _ = engine.histories(world, 1, 200, progress=lambda *_: None)
    filled = measures[:, :, 0]["people"].sum() / (200 * team.PEOPLE * team.WEEKS)
    show(
        benchmark,
        cores=CORES,
        million_person_weeks_a_second=round(filled * PERSON_WEEKS / engine_s / 1e6, 2),
        share_of_seats_filled=round(float(filled), 3),
        floor_million_a_second=round(PERSON_WEEKS / floor_s / 1e6, 2),
        times_the_floor=round(engine_s / floor_s, 2),
        draws_counted_by_person_week=counted,
    )


def test_against_mesa_batch_run(benchmark, world):
    benchmark.pedantic(live, args=(world,), rounds=3, warmup_rounds=1)
    ours = PERSON_WEEKS / seconds(lambda: live(world), 3)
    theirs = in_a_process("team.py", "batch", 400)
    show(
        benchmark,
        batch_run_thousand_person_weeks_a_second=round(theirs / 1e3, 1),
        engine_million_person_weeks_a_second=round(ours / 1e6, 2),
        times_batch_run=round(ours / theirs, 1),
    )


def test_two_hundred_futures_of_twelve_over_two_years(benchmark):
    import teamsim as ts

    scenario = team.scenario()
    many = benchmark(lambda: ts.futures(scenario, "developer", 200, progress=lambda *_: None))
    tables = seconds(
        lambda: [ts.futures(scenario, "developer", 200, progress=lambda *_: None).weeks, many.runs, many.exits], 3
    )
    show(
        benchmark,
        milliseconds=round(benchmark.stats.stats.min * 1e3, 1),
        milliseconds_with_the_table_of_weeks=round(tables * 1e3, 1),
    )


def test_first_compile_and_later_start(benchmark, tmp_path):
    cold = in_a_process("team.py", "start", tmp_path)
    warm = benchmark.pedantic(lambda: in_a_process("team.py", "start", tmp_path), rounds=5)
    show(
        benchmark,
        first_compile_s=round(cold["first"], 1),
        first_week_of_mesa_after_it_s=round(cold["mesa"], 1),
        later_start_to_first_simulation_s=round(warm["first"], 2),
        later_start_the_whole_process_s=round(benchmark.stats.stats.min, 2),
        later_first_week_of_mesa_s=round(warm["mesa"], 2),
        import_teamsim_s=round(warm["import"], 3),
    )


def test_cost_is_linear_in_people_weeks_and_runs(benchmark):
    """Seconds at up to eight times as many of each, and their picture `cost.svg`; runs fill all threads throughout."""
    smallest = {"teams": 1, "weeks": 52, "runs": 400}
    cells = [(grown, times) for grown in smallest for times in (1, 2, 4, 8)]
    took = dict.fromkeys(cells, np.inf)
    for grown, times in 5 * cells:  # in turn, so that a busy minute hits all alike
        shape = smallest | {grown: smallest[grown] * times}
        world = World.build(team.scenario(shape["teams"], weeks=shape["weeks"]), "developer")
        once = seconds(lambda: engine.histories(world, 1, shape["runs"], progress=lambda *_: None), 1)  # noqa: B023
        took[grown, times] = min(took[grown, times], once)
    benchmark.pedantic(lambda: None, rounds=1)
    rows = [{"grown": "people" if grown == "teams" else grown, "times": times} for grown, times in cells]
    table = pd.DataFrame(rows).assign(milliseconds=[1e3 * one for one in took.values()])
    picture_of_cost(table).save(HERE / "cost.svg")
    size = team.PEOPLE * smallest["weeks"] * smallest["runs"]
    each = table.assign(ns=table["milliseconds"] * 1e6 / size / table["times"])
    shown = each.pivot_table(index="grown", columns="times", values="ns").round(1)
    show(benchmark, nanoseconds_a_person_week=shown.to_dict("index"))


def picture_of_cost(table):
    """A panel for what grows."""
    first = table.loc[table["times"] == 1, "milliseconds"].mean()
    axis = alt.Axis(values=[1, 2, 4, 8])
    times = alt.X("times", title="times as many", axis=axis, scale=alt.Scale(type="log", base=2, nice=False))
    cost = alt.Y("milliseconds", title="milliseconds", scale=alt.Scale(type="log", base=2, nice=False))
    table = table.assign(proportional=first * table["times"])
    text = f"A team of {team.PEOPLE}, 52 weeks, 400 runs on {CORES} cores ({date.today()}), and more of each"
    title = alt.Title(text, subtitle="Dashed: in proportion. Both axes are logarithmic.")
    proportional = alt.Chart().mark_line(color="#999999", strokeDash=[4, 4]).encode(times, alt.Y("proportional"))
    lines = alt.Chart().mark_line(point=alt.OverlayMarkDef(filled=True, size=90)).encode(times, cost)
    panels = alt.layer(lines, proportional).properties(width=200, height=240)
    return panels.facet(alt.Column("grown", title=None), data=table, title=title)


def test_a_hundred_thousand_people_for_a_year(benchmark):
    found = {people: in_a_process("team.py", "crowd", people) for people in (25_000, 50_000)}
    found[100_000] = benchmark.pedantic(lambda: in_a_process("team.py", "crowd", 100_000), rounds=1)
    grown = [one["memory MB"] for one in found.values()]
    show(
        benchmark,
        **{f"{people} people": {name: round(value, 1) for name, value in one.items()} for people, one in found.items()},
        memory_grows_by=[round(after / before, 2) for before, after in pairwise(grown)],
    )
