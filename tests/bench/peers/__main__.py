"""teamsim against its peers, all in one run on one machine::

    python -m pip install -c constraints.txt -r tests/bench/peers/requirements.txt
    python tests/bench/peers [--quick]

Two comparisons: our own model in `ts.Study` and in `mesa.batch_run`; and one small model, written as each framework's
own guide would have it, in Mesa, AgentPy, AMBER and as a rule of our language in `ts.Study`. What is ours is
measured as it was at c126118, too, when numba compiled it. Each is a process of its own that lives a short study first
(imports, compilation) and is then measured: seconds, and peak memory of all processes. The mean number of exits has to
agree over frameworks, or nothing is written. Results go to ``figures/peers.json`` and, as a chart for the README, to
``peers.svg`` beside this file, with date and machine.

Agents.jl is not among them: Julia is in no package registry that pip asks, and was not at hand. Nor is mesa-frames: its
newest release asks for NumPy 1.26, teamsim and Mesa for 2.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
NUMBA = "numba/"
"""In front of what c126118 measures."""
SMALL = ("with_teamsim", NUMBA + "with_teamsim", "with_mesa", "with_agentpy", "with_ambr")
OWN = ("own_study", NUMBA + "own_study", "own_mesa", NUMBA + "own_mesa")
NAMES = {
    "with_teamsim": "ts.Study, own compiler", NUMBA + "with_teamsim": "ts.Study, numba (c126118)",
    "with_mesa": "Mesa", "with_agentpy": "AgentPy", "with_ambr": "AMBER",
    "own_study": "teamsim, own compiler", NUMBA + "own_study": "teamsim, numba (c126118)",
    "own_mesa": "teamsim in Mesa", NUMBA + "own_mesa": "teamsim in Mesa, numba (c126118)",
}  # fmt: skip
LEVELS = {"with": [0.1, 0.3, 0.5], "own": [1, 13, 52]}
CORES = os.cpu_count() or 1
BASE = {"people": 12, "weeks": 52, "runs": 100, "cores": CORES}
SHAPES = {
    "as it is": {}, "on one core": {"cores": 1}, "twice the runs": {"runs": 200}, "twice the weeks": {"weeks": 104},
    "100 times the people": {"people": 1200, "runs": 8},
}  # fmt: skip
APART = 5.0
"""Standard errors by which the mean exits of two frameworks may differ."""


def measure(module: str, shape: dict[str, int]) -> dict[str, float]:
    """Live a study in a process of its own, and watch its memory."""
    import psutil

    import bench

    engine, place = bench.OWN, HERE
    if module.startswith(NUMBA):
        engine, place = bench.BEFORE, bench.before() / "tests" / "bench" / "peers"
    command = [sys.executable, "-W", "ignore", str(place), "live", module.removeprefix(NUMBA), json.dumps(shape)]
    given = bench.environment(engine)
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        peak, root = 0, psutil.Process(child.pid)
        while child.poll() is None:
            try:
                tree = [root, *root.children(recursive=True)]
                peak = max(peak, sum(process.memory_info().rss for process in tree))
            except psutil.NoSuchProcess:
                pass
            time.sleep(0.02)
        assert child.stdout is not None
        said = child.stdout.read().splitlines()
        assert child.returncode == 0, f"{module} failed; try: {' '.join(command)}"
    return json.loads(said[-1]) | {"peak MB": peak / 1e6}


def live(module: str, shape: dict[str, int]) -> dict[str, float]:
    """Live the study once short and once in full; return seconds, person-weeks a second, and the exits."""
    study = importlib.import_module(module).study
    levels = LEVELS[module.split("_")[0]]
    study(levels[:2], 3, 4, 16, shape["cores"])  # as many runs as lie side by side
    began = time.perf_counter()
    rows = study(levels, shape["people"], shape["weeks"], shape["runs"], shape["cores"])
    took = time.perf_counter() - began
    assert len(rows) == len(levels) * shape["runs"]
    exits = [exits for level, exits in rows if level == levels[0]]
    pace = len(rows) * shape["people"] * shape["weeks"] / took
    error = statistics.stdev(exits) / math.sqrt(len(exits))
    return {"seconds": took, "person-weeks a second": pace, "exits": statistics.mean(exits), "error": error}


def lines(module: str) -> int:
    """Count the lines of model and study: neither empty nor of the docstring at the top."""
    text = (HERE / f"{module}.py").read_text(encoding="utf-8").splitlines()[1:]
    return sum(bool(line.strip()) for line in text)


def agree(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """Hold the small model's exits against each other: all have to have simulated the same."""
    base = [found[name]["as it is"] for name in SMALL if name in found]
    for one in base[1:]:
        apart = abs(one["exits"] - base[0]["exits"]) / math.hypot(one["error"], base[0]["error"])
        assert apart < APART, f"{one} and {base[0]} are not the same model"


def chart(about: str, table: list[dict[str, object]], file: Path) -> None:
    """Draw person-weeks a second, on a scale of powers of ten."""
    import altair as alt
    import pandas as pd

    from teamsim.charts.look import COLOURS, theme

    alt.theme.register("peers", enable=True)(theme)
    rows = {"as it is": "12 people", "100 times the people": "1,200 people"}
    data = pd.DataFrame(table)
    data = data[data["shape"].isin(rows)].assign(shape=data["shape"].map(rows))
    data["model"] = ["teamsim's model" if name in map(NAMES.get, OWN) else "a small model" for name in data["name"]]
    words = ["Each line to the right is ten times as many.", about]
    tens = alt.Axis(values=[10**power for power in range(3, 9)], format="~s", grid=True)
    base = alt.Chart(data).encode(alt.Y("name:N", title=None, sort="-x", axis=alt.Axis(labelLimit=260)))
    pace = alt.X("pace:Q", title="person-weeks a second", scale=alt.Scale(type="log"), axis=tens)
    scale = alt.Scale(domain=["a small model", "teamsim's model"], range=[COLOURS["orange"], COLOURS["blue"]])
    model = alt.Color("model:N", title=None, scale=scale, legend=alt.Legend(orient="top"))
    points = base.mark_point(size=90, filled=True, opacity=1).encode(pace, model)
    told = base.mark_text(align="left", dx=9).encode(pace, alt.Text("pace:Q", format=",.2s"))
    title = alt.Title("teamsim and its peers", subtitle=words, anchor="start")
    both = alt.layer(points, told, width=460, height={"step": 26})
    drawn = both.facet(row=alt.Row("shape:N", title=None, sort=list(rows.values())), title=title)
    drawn.resolve_scale(y="independent").save(file)


def measure_all(quick: bool) -> dict[str, object]:
    """Measure all, in turns, and draw what was found."""
    import bench

    base = BASE | ({"runs": 4} if quick else {})
    there = {"with_agentpy": "agentpy", "with_ambr": "ambr"}
    names = [name for name in (*SMALL, *OWN) if name not in there or importlib.util.find_spec(there[name])]
    found: dict[str, dict[str, dict[str, float]]] = {name: {} for name in names}
    table: list[dict[str, object]] = []
    for shape, changes in SHAPES.items():
        small = {name: min(number, 60) for name, number in changes.items()} if quick else changes
        for name in names:
            one = found[name][shape] = measure(name, base | small)
            table.append({"name": NAMES[name], "shape": shape, "pace": one["person-weeks a second"]})
            told = f"{one['seconds']:9.2f} s  {one['person-weeks a second']:14,.0f} a second  {one['peak MB']:6.0f} MB"
            sys.stdout.write(f"{shape:<22}{NAMES[name]:<34}{told}\n")
            sys.stdout.flush()
    agree(found)
    on = bench.machine()
    about = f"{dt.datetime.now(tz=dt.UTC).date()}, {CORES} cores, {on['processor']}, Python {on['python']}"
    chart(about, table, bench.BUILD / "peers.svg" if quick else HERE / "peers.svg")
    packages = [name for name in ("mesa", "agentpy", "ambr") if importlib.util.find_spec(name)]
    return {
        "base": base, "versions": {name: version(name) for name in packages},
        "names": NAMES, "lines": {name: lines(name) for name in names if not name.startswith(NUMBA)}, "found": found,
    }  # fmt: skip


if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    if sys.argv[1:2] == ["live"]:
        sys.stdout.write("\n" + json.dumps(live(sys.argv[2], json.loads(sys.argv[3]))) + "\n")
    else:
        from bench import run

        run("peers", measure_all)
