"""Pictures of what levers do: each by itself in one team and another, and to all that a leader cares about."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import Chart, chosen
from teamsim.evidence.levers import CONCERNS
from teamsim.evidence.styles import lever
from teamsim.fields import InputError
from teamsim.results import GROUPS

__all__ = ["effects", "lever_map", "one_lever"]

MOST = 4.0
EDGE = 4.0
"""Standard deviations at which effects beyond are drawn."""
LARGE = 2.0
"""From how many standard deviations between futures on a cell is as dark as it gets."""
SIDES = ("better", "worse", "neither", "unclear")
OF_SIDES = {
    "better": (COLOURS["blue"], "circle"),
    "worse": (COLOURS["vermilion"], "square"),
    "neither": (COLOURS["purple"], "diamond"),
    "unclear": (COLOURS["grey"], "cross"),
}
"""What is told apart: at the high end better, worse, neither of them, or not clear of zero."""


def effects(table: pd.DataFrame) -> Chart:
    """Draw how much each lever moves the aims of each scenario: the darker, the more, against luck.

    Parameters
    ----------
    table : DataFrame
        Tables of `teamsim.evidence.styles.alone`, one below the other, with a column ``scenario``.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> row = {"scenario": "a", "lever": "pressure", "aim": "output", "size": 1.2, "low": 0.1}
    >>> effects(pd.DataFrame([row])).title.text
    'What each lever does by itself'
    """
    largest = table.loc[table.groupby(["scenario", "lever"], sort=False)["size"].idxmax()]
    data = largest.assign(lever=[lever(name).label for name in largest["lever"]], size=largest["size"].round(1))
    order = data.groupby("lever")["size"].max().sort_values(ascending=False, kind="stable").index.tolist()
    base = alt.Chart(data).encode(
        alt.X("scenario:N", title=None, axis=alt.Axis(orient="top", labelAngle=0, labelLimit=150)),
        alt.Y("lever:N", title=None, sort=order, axis=alt.Axis(labelLimit=260)),
        tooltip=["scenario:N", "lever:N", "aim:N", alt.Tooltip("size:Q", format=".1f")],
    )
    shade = alt.Color("size:Q", scale=alt.Scale(domain=[0, MOST], clamp=True, scheme="blues"), legend=None)
    ink = alt.condition(f"datum.size > {0.6 * MOST}", alt.value("white"), alt.value("#1B2438"))
    words = "Best against worst value, on the aim that moves most, in standard deviations of luck."
    title = alt.Title("What each lever does by itself", subtitle=words)
    return alt.layer(
        base.mark_rect(stroke="white").encode(shade),
        base.mark_text(fontSize=13).encode(alt.Text("size:Q", format=".1f"), color=ink),
        width=760,
        height={"step": 26},
        title=title,
    )


def lever_map(table: pd.DataFrame, weeks: int | None = None, levers: Iterable[str] = ()) -> Chart:
    """Draw levers by measures: what is better (blue) and what is worse (orange) at the high end of each lever.

    A cell is blank where the difference is not clear of zero. A triangle marks where a third of the team is worse off
    though everybody together is not.

    Parameters
    ----------
    table : DataFrame
        What `teamsim.evidence.levers.lever_table` returned.
    weeks : int, optional
        Within how many weeks; the longest horizon of the table where nothing is said.
    levers : iterable of str, optional
        Which levers; all of the table where nothing is said.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If the table has no such horizon or lever.

    Examples
    --------
    >>> from teamsim.evidence.levers import lever_table
    >>> from teamsim.scenario import Scenario
    >>> table = lever_table(Scenario.load("under-pressure"), ["pressure"], weeks=[26], runs=4)
    >>> lever_map(table).title.text
    'What each lever does from low to high, within 26 weeks'
    """
    within, mine = _within(table, weeks, levers)
    whole = mine[(mine["group"] == GROUPS[0]) & (mine["side"] != "unclear")]
    keys = ["lever", "measure"]
    thirds = mine[(mine["group"] != GROUPS[0]) & (mine["side"] == "worse")]
    lost = whole.loc[whole["side"] == "worse", keys].agg(tuple, axis=1)
    hidden = thirds[~thirds[keys].agg(tuple, axis=1).isin(lost)].drop_duplicates(keys)
    columns = [one.label for one in CONCERNS.values()]
    x = alt.X("measure:N", title=None, sort=columns, scale=alt.Scale(domain=columns))
    x = x.axis(orient="top", labelAngle=-50, labelLimit=200)
    rows = list(dict.fromkeys(mine["lever"]))
    y = alt.Y("lever:N", title=None, sort=rows, scale=alt.Scale(domain=rows)).axis(labelLimit=260)
    scale = alt.Scale(domain=[LARGE, 0, -LARGE], clamp=True, scheme="blueorange")
    shade = alt.Color("good:Q", legend=None, scale=scale)
    neutral = alt.condition("datum.better == 0", alt.value("#D5D8DE"), shade)
    cells = alt.Chart(whole).mark_rect(stroke="white").encode(x, y, color=neutral, tooltip=_tips())
    dark = f"datum.better != 0 && abs(datum.good) > {0.7 * LARGE}"
    ink = alt.condition(dark, alt.value("white"), alt.value("#1B2438"))
    signs = alt.Chart(whole).mark_text(fontSize=12).encode(x, y, alt.Text("sign:N"), color=ink)
    below: dict[str, Any] = {"shape": "triangle-down", "size": 40, "yOffset": 8, "color": COLOURS["vermilion"]}
    marks = alt.Chart(hidden).mark_point(filled=True, **below)
    words = [
        "+ rises, − falls; blue: better, orange: worse, grey: neither, blank: not clear of zero.",
        "Triangle: worse for a third of the team, though not for everybody.",
    ]
    title = alt.Title(f"What each lever does from low to high, within {within} weeks", subtitle=words)
    layers = alt.layer(cells, signs, marks.encode(x, y, tooltip=_tips()))
    return layers.properties(title=title, width={"step": 30}, height={"step": 24})


def one_lever(table: pd.DataFrame, name: str, group: str = GROUPS[0]) -> Chart:
    """Draw what one lever does to all that a leader cares about, with intervals, within each horizon.

    Parameters
    ----------
    table : DataFrame
        What `teamsim.evidence.levers.lever_table` returned.
    name : str
        The lever.
    group : str
        Everybody, or a third.

    Returns
    -------
    altair.FacetChart

    Raises
    ------
    InputError
        If the lever or group is not in the table.

    Examples
    --------
    >>> from teamsim.evidence.levers import lever_table
    >>> from teamsim.scenario import Scenario
    >>> table = lever_table(Scenario.load("under-pressure"), ["pressure"], weeks=[26], runs=4)
    >>> one_lever(table, "pressure").title.text
    'Pressure: from 0.1 to 0.9'
    """
    chosen(name, table["lever"].unique(), "lever")
    chosen(group, GROUPS, "group")
    mine = _said(table[(table["lever"] == name) & (table["group"] == group)])
    for end in ("low", "high"):  # of the interval, on the scale of sizes: an infinite one has no width
        at = mine["size"] + (mine[end] - mine["difference"]) * (mine["size"] / mine["difference"]).fillna(0.0)
        mine[f"{end}_at"] = at.where(mine["size"].abs() < math.inf, mine["size"]).clip(-EDGE, EDGE)
    mine["size"] = mine["size"].clip(-EDGE, EDGE)
    order = [one.label for one in CONCERNS.values()]
    y = alt.Y("measure:N", sort=order, title=None).axis(labelLimit=220, grid=True)
    legend = alt.Legend(title=None, orient="top")
    colours, shapes = ([OF_SIDES[side][place] for side in SIDES] for place in (0, 1))
    colour = alt.Color("side:N", scale=alt.Scale(domain=list(SIDES), range=colours), legend=legend)
    shape = alt.Shape("side:N", scale=alt.Scale(domain=list(SIDES), range=shapes), legend=legend)
    base = alt.Chart(mine).encode(y, colour, tooltip=_tips())
    zero = alt.Chart(mine).mark_rule(color=COLOURS["grey"], strokeDash=[4, 4]).encode(alt.XDatum(0))
    across = "standard deviations"
    interval = base.mark_rule(strokeWidth=2).encode(alt.X("low_at:Q", title=across), alt.X2("high_at:Q"))
    point = base.mark_point(filled=True, size=80, opacity=1).encode(alt.X("size:Q", title=across), shape)
    ends = mine[["from", "to"]].iloc[0].tolist() if len(mine) else [0.0, 0.0]
    words = [
        f"What changes for {'everybody' if group == GROUPS[0] else f'the {group}'}, with 95 % intervals,",
        f"in standard deviations between futures; what lies beyond {EDGE:.0f} is drawn there.",
        "Unclear: not clear of zero, now that so many measures are looked at together.",
    ]
    title = alt.Title(f"{lever(name).label}: from {ends[0]:.3g} to {ends[1]:.3g}", subtitle=words)
    layers = alt.layer(zero, interval, point).properties(width=320, height={"step": 24})
    parts = alt.Facet("within:N", title=None, sort=list(dict.fromkeys(mine["within"])))
    return layers.facet(parts, columns=2).properties(title=title)


def _within(table: pd.DataFrame, weeks: int | None, levers: Iterable[str]) -> tuple[int, pd.DataFrame]:
    """Return a horizon and the rows of it, in words."""
    horizons = table["weeks"].unique().tolist()
    within = max(horizons) if weeks is None else weeks
    if within not in horizons:
        raise InputError(f"= {weeks!r} is not in the table; there is {', '.join(map(str, horizons))}", ("weeks",))
    names = chosen(list(levers) or table["lever"].unique(), table["lever"].unique(), "lever")
    return int(within), _said(table[(table["weeks"] == within) & table["lever"].isin(names)])


def _said(table: pd.DataFrame) -> pd.DataFrame:
    """Say what is in the rows in words, with what is needed to draw them."""
    good = table["size"].clip(-EDGE, EDGE) * table["better"]
    side = good.map(lambda value: "better" if value > 0 else "worse").where(table["better"] != 0, "neither")
    return table.assign(
        lever=[lever(name).label for name in table["lever"]],
        measure=[CONCERNS[name].label for name in table["measure"]],
        within=[f"within {weeks} weeks" for weeks in table["weeks"]],
        good=good,
        sign=table["difference"].map(lambda value: "+" if value > 0 else "−"),
        side=side.where(table["clear"], "unclear"),
    )


def _tips() -> list[str | alt.Tooltip]:
    numbers = [alt.Tooltip(f"{name}:Q", format=".3g") for name in ("at_low", "at_high", "difference", "low", "high")]
    return ["lever:N", "measure:N", "group:N", "unit:N", *numbers]
