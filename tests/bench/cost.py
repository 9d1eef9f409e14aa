"""What more people, weeks and runs cost: ``python tests/bench/cost.py [--quick]``.

Up to eight times as many of each on all cores, in turns, the least of five; the picture of it is `cost.svg`. And a year
of 25,000, 50,000 and 100,000 people in teams of ten, a process each: one history, measured every week.
"""

from __future__ import annotations

import datetime as dt

import altair as alt
import pandas as pd
import team

from bench import CORES, HERE, OWN, Process, once, run

SMALLEST = {"teams": 1, "weeks": 52, "runs": 400}


def measure(quick: bool) -> dict[str, object]:
    """Measure both, and draw the picture."""
    cells = [(grown, times) for grown in SMALLEST for times in (1, 2, 4, 8)]
    took = dict.fromkeys(cells, float("inf"))
    with Process(OWN) as ours:
        for grown, times in (2 if quick else 6) * cells:  # in turn, so that a busy minute hits all alike
            shape = SMALLEST | {grown: SMALLEST[grown] * times}
            took[grown, times] = min(took[grown, times], ours.ask("cores", **shape))
    rows = [{"grown": "people" if grown == "teams" else grown, "times": times} for grown, times in cells]
    table = pd.DataFrame(rows).assign(milliseconds=[1e3 * one for one in took.values()])
    picture(table).save(HERE / ("../../build/bench/cost.svg" if quick else "cost.svg"))
    size = team.PEOPLE * SMALLEST["weeks"] * SMALLEST["runs"]
    each = table.assign(ns=table["milliseconds"] * 1e6 / size / table["times"])
    crowds = (1_000, 2_000) if quick else (25_000, 50_000, 100_000)
    return {
        "nanoseconds a person-week of all cores": {
            grown: dict(zip(part["times"], part["ns"], strict=True)) for grown, part in each.groupby("grown")
        },
        "a year of many people": {people: once(OWN, "crowd", {"people": people}) for people in crowds},
    }


def picture(table: pd.DataFrame) -> alt.FacetChart:
    """A panel for what grows."""
    from teamsim.charts.look import theme

    alt.theme.register("cost", enable=True)(theme)
    first = table.loc[table["times"] == 1, "milliseconds"].mean()
    axis = alt.Axis(values=[1, 2, 4, 8])
    times = alt.X("times", title="times as many", axis=axis, scale=alt.Scale(type="log", base=2, nice=False, padding=8))
    doubled = alt.Axis(values=[25 * 2**power for power in range(12)])
    cost = alt.Y(
        "milliseconds", title="milliseconds", axis=doubled, scale=alt.Scale(type="log", base=2, nice=False, padding=8)
    )
    table = table.assign(proportional=first * table["times"])
    text = f"A team of {team.PEOPLE}, {SMALLEST['weeks']} weeks, {SMALLEST['runs']} runs on {CORES} cores"
    when = f"({dt.datetime.now(tz=dt.UTC).date()}), and more of each"
    title = alt.Title(f"{text} {when}", subtitle="Dashed: in proportion. Both axes are logarithmic.", anchor="start")
    proportional = alt.Chart().mark_line(color="#999999", strokeDash=[4, 4]).encode(times, alt.Y("proportional"))
    lines = alt.Chart().mark_line(point=alt.OverlayMarkDef(filled=True, size=90)).encode(times, cost)
    panels = alt.layer(lines, proportional).properties(width=200, height=240)
    return panels.facet(alt.Column("grown", title=None), data=table, title=title)


if __name__ == "__main__":
    run("cost", measure)
