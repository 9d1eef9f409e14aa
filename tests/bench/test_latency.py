"""How long from a slider to the new picture, in a real Chromium on a real JupyterLab and a real Voilà.  Run with::

    python -m pytest tests/bench/test_latency.py -q

Not collected by default. It prints a table and fails for what nobody may see: a blank frame, or memory that grows. Slow
alone does not fail, for a busy machine is slow; the aims are a median below 100 ms, and eight charts that take at most
twice as long as one.

A move is a key pressed on a native slider. It counts from that key to the frame in which every picture that hangs on
it has changed, and the next move waits until all is at rest. Motion is reduced, so that a picture is there at once.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from dataclasses import dataclass

import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect

from real_pages import outside  # noqa: F401

MOVES, WARM, MANY = 30, 5, 500
REST = 700
"""Milliseconds between moves: the manager lab runs its full number of futures once a slider has been at rest."""

CHARTS = """
import altair as alt, ipywidgets, numpy as np, pandas as pd, teamsim as ts

def table(stretch):
    weeks = np.arange(104)
    middle = 0.3 + 0.4 * stretch * (1 - np.exp(-weeks / 14)) + 0.02 * np.sin(weeks / 3)
    return pd.DataFrame({"week": weeks, "low": middle - 0.1, "high": middle + 0.1, "median": middle})

def chart(number):
    base = alt.Chart(alt.NamedData("futures"), title=f"Picture {number}").encode(x="week:Q")
    scale = alt.Scale(domain=[0, 1])
    band = base.mark_area(opacity=0.3).encode(alt.Y("low:Q", scale=scale), alt.Y2("high:Q"))
    line = base.mark_line().encode(alt.Y("median:Q", scale=scale))
    return alt.layer(band, line, width="container", height=160)

lever = ts.lab.Lever("challenge")
lives = [ts.lab.LiveChart(chart(n), {"futures": table(lever.value)}) for n in range(COUNT)]

def move(change):
    data = table(change.new)
    for live in lives:
        live.update(futures=data)

lever.observe(move, "value")
ipywidgets.VBox([lever, *lives])
"""
MANAGER = """
import teamsim as ts
ts.lab.ManagerLab("managing-stars")
"""
PROBES = {
    "one chart": (CHARTS.replace("COUNT", "1"), True),
    "eight charts": (CHARTS.replace("COUNT", "8"), True),
    "manager lab": (MANAGER, False),  # of its pictures some may stay: there are moves after which as many leave
}
SLIDER = ".teamsim input[type=range]"
LINES = """
() => [...document.querySelectorAll(".teamsim-live")]
    .map((live) => [...live.querySelectorAll("g.mark-line path")].map((line) => line.getAttribute("d") ?? "").join("|"))
"""
ARM = f"""
(every) => {{
    const lines = {LINES};
    const before = lines();
    let pressed = null;
    globalThis.took = null;
    addEventListener("keydown", (event) => {{ pressed = event.timeStamp; }}, {{ capture: true, once: true }});
    const look = (now) => {{
        const changed = lines().map((line, number) => line !== before[number]);
        const done = pressed !== null && (every ? changed.every(Boolean) : changed.some(Boolean));
        if (done) globalThis.took = performance.now() - pressed;
        else requestAnimationFrame(look);
    }};
    requestAnimationFrame(look);
}}
"""
WATCH = """
() => {
    globalThis.frames = globalThis.blank = 0;
    const look = () => {
        const lives = [...document.querySelectorAll(".teamsim-live")];
        const drawn = (live) => {
            const svg = live.querySelector(":scope > div:not(.teamsim-live-coming) svg");
            const lines = svg ? [...svg.querySelectorAll("g.mark-line path")] : [];
            return svg?.clientHeight > 0 && lines.some((line) => line.getAttribute("d")?.length > 20);
        };
        globalThis.frames += 1;
        if (!lives.length || !lives.every(drawn)) globalThis.blank += 1;
        if (globalThis.frames >= 0) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}
"""
DRAG = """
async ([moves, pause]) => {
    const slider = document.querySelector(".teamsim input[type=range]");
    const [low, high, step] = [+slider.min, +slider.max, +slider.step];
    for (let move = 0; move < moves; move++) {
        slider.value = low + ((move * 7 * step) % (high - low));
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((done) => setTimeout(done, pause));
    }
    slider.dispatchEvent(new Event("change", { bubbles: true }));
}
"""


@dataclass
class Row:
    """What was measured on one page."""

    where: str
    what: str
    charts: int
    took: list[float]
    frames: int
    blank: int
    heap: list[float]
    load: float

    @property
    def median(self) -> float:
        return statistics.median(self.took)

    @property
    def p90(self) -> float:
        return float(np.quantile(self.took, 0.9))


ROWS: list[Row] = []
HEAD = (
    f"{'':<26}{'charts':>7}{'median':>8}{'p90':>6}{'frames':>8}{'blank':>6}"
    f"{'heap':>8}{f'+{MANY // 2}':>7}{f'+{MANY}':>7}{'load':>7}"
)


@pytest.fixture(scope="module", autouse=True)
def table(request):
    """Print what was measured, once all is."""
    yield
    lines = [
        f"From slider to picture: {MOVES} moves, ms. Heap: MB, then after {MANY // 2} and {MANY} moves.",
        f"Load: processes that wanted the machine's {os.cpu_count()} cores meanwhile.",
        HEAD,
    ]
    for row in ROWS:
        before, half, after = row.heap
        lines.append(
            f"{row.where + ', ' + row.what:<26}{row.charts:>7}{row.median:>8.0f}{row.p90:>6.0f}"
            f"{row.frames:>8}{row.blank:>6}{before:>8.1f}{half:>7.1f}{after:>7.1f}{row.load:>7.1f}"
        )
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write("\n\n" + "\n".join(lines) + "\n")


def book(cell):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip())])
    made.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return made


@pytest.fixture
def opened(request, tmp_path):
    """Open a notebook of one cell, here or there, and wait until all is drawn."""

    def open_it(where, cell):
        if where == "JupyterLab":
            path = request.getfixturevalue("lab").folder / "latency.ipynb"
            nbformat.write(book(cell), path)
            notebook = request.getfixturevalue("open_notebook")(path.name)
            notebook.run_all()
            notebook.settle()
            return notebook
        nbformat.write(book(cell), tmp_path / "latency.ipynb")
        return request.getfixturevalue("open_page")(tmp_path / "latency.ipynb")

    return open_it


@pytest.mark.parametrize("what", PROBES)
@pytest.mark.parametrize("where", ["JupyterLab", "Voilà"])
def test_slider_to_picture(where, what, opened, page, context):
    cell, every = PROBES[what]
    notebook = opened(where, cell)
    slider = page.locator(SLIDER).first
    expect(slider).to_be_enabled()
    page.evaluate(WATCH)
    took = [move(page, slider, every) for _ in range(WARM + MOVES)][WARM:]
    load = getattr(os, "getloadavg", lambda: (math.nan,))()[0]
    protocol = context.new_cdp_session(page)
    used = []
    for moves in (WARM * 10, MANY // 2, MANY // 2):
        drag(page, moves)
        used.append(heap(page, protocol))
    charts = page.locator(".teamsim-live").count()
    frames, blank = page.evaluate("[frames, blank]")
    ROWS.append(Row(where, what, charts, took, frames, blank, used, load))
    assert blank == 0
    assert used[2] - used[1] < 2 + 0.05 * used[1], "memory grows with the moves"
    notebook.assert_quiet()


def move(page, slider, every):
    slider.focus()
    page.evaluate(ARM, every)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("globalThis.took !== null", timeout=60_000)
    found = page.evaluate("globalThis.took")
    page.wait_for_timeout(REST)
    return found


def drag(page, moves):
    """Move without waiting for pictures, then wait until none has come for two seconds."""
    page.evaluate(DRAG, [moves, 40])
    until = time.monotonic() + 120
    pictures, since = None, time.monotonic()
    while time.monotonic() < min(until, since + 2):
        page.wait_for_timeout(100)
        if (now := page.evaluate(LINES)) != pictures:
            pictures, since = now, time.monotonic()


def heap(page, protocol):
    """Megabytes in use by the page's scripts once all garbage is gone."""
    for _ in range(3):
        protocol.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(200)
    return protocol.send("Runtime.getHeapUsage")["usedSize"] / 1e6
