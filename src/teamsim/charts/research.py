"""Pictures of studies: outcomes over an axis, which axis moves an outcome, and trade-offs between aims."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import SHAPES, Chart, chosen
from teamsim.fields import InputError
from teamsim.research.questions import BestStyle
from teamsim.research.sensitivity import Sensitivity
from teamsim.research.sweep import Sweep

__all__ = ["front", "mechanisms", "sensitivity", "sweep"]

STRONGEST, TICKS = 20, 8


def sweep(result: Sweep | pd.DataFrame, measure: str, x: str = "", colour: str = "") -> Chart:
    """Draw the mean of a measure along an axis of a study, with twice its error, a line for each level of another.

    Where levels met at the same values, the line joins the means; where points are spread, it smooths over them.

    Parameters
    ----------
    result : Sweep or DataFrame
        What to draw: a sweep, or the table of its ``points``.
    measure : str
        A measure that the study kept.
    x, colour : str, optional
        Axes; the first and the second where nothing is said. Over further axes mean and error are averaged: the same
        luck is in all of them, so that the error of their mean is at most that.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If measure or axis is not known.

    Examples
    --------
    >>> import teamsim as ts
    >>> study = ts.Study("managing-stars", {"style.pressure": [0.2, 0.8]}, runs=4, measures=["strain"])
    >>> ts.charts.sweep(study.run(), "strain").title.text
    'strain over style.pressure'
    """
    points = result if isinstance(result, pd.DataFrame) else result.points
    names = list(points.columns)
    axes, kept = names[: names.index("runs")], [name for name in names if f"{name}_se" in names]
    [measure] = chosen(measure, kept, "measure")
    [x] = chosen(x or axes[0], axes, "axis")
    others = [colour] if colour else [name for name in axes if name != x][:1]
    if others:
        chosen(others, axes, "axis")
    table = points.groupby([x, *others], as_index=False)[[measure, f"{measure}_se"]].mean()
    table = table.rename(columns={x: "x", measure: "mean", f"{measure}_se": "error"} | dict.fromkeys(others, "level"))
    table = table.assign(low=table["mean"] - 2 * table["error"], high=table["mean"] + 2 * table["error"])
    kinds = {name: "Q" if pd.api.types.is_numeric_dtype(table[name]) else "O" for name in {"x", "level"} & {*table}}
    base = alt.Chart(table).encode(alt.X(f"x:{kinds['x']}", title=x, axis=alt.Axis(tickCount=TICKS)))
    levels = sorted(table["level"].unique()) if others else []
    few, crossed = len(levels) <= len(COLOURS), len(table) == table["x"].nunique() * max(1, len(levels))
    apart: list[Any] = ["level"] if levels and (few or crossed) else []  # else every point has a level of its own
    if levels:
        key: dict[str, Any] = {"title": others[0], "legend": alt.Legend(orient="top", titleLimit=400)}
        shades = alt.Scale(domain=levels, range=list(COLOURS.values())) if few else alt.Scale(scheme="viridis")
        base = base.encode(alt.Color(f"level:{'O' if few else kinds['level']}", scale=shades, **key))
    y = alt.Y("mean:Q", title=measure, scale=alt.Scale(zero=False))
    line = base if crossed else base.transform_loess("x", "mean", groupby=apart, bandwidth=1)
    line = line.mark_line().encode(y, detail=alt.Detail(apart))
    point = base.mark_point(opacity=1).encode(y)
    if levels and few:
        point = point.encode(alt.Shape("level:O", scale=alt.Scale(domain=levels, range=list(SHAPES)), **key))
    elif levels and not apart:
        line = line.encode(color=alt.value(COLOURS["grey"]))
    averaged = ", averaged over the other axes" if len(axes) > 2 else ""
    more = averaged if crossed else "; lines smooth over the points"
    words = f"Means of the futures of each point, with twice their standard error{more}."
    return alt.layer(
        base.mark_rule().encode(alt.Y("low:Q", title=measure), alt.Y2("high:Q")),
        line,
        point,
        width=640,
        title=alt.Title(f"{measure} over {x}", subtitle=words),
    )


def sensitivity(result: Sensitivity, measure: str) -> Chart:
    """Draw which axes move a measure, the strongest twenty first, with their bootstrap intervals.

    Of Sobol, what an axis explains alone and with others; of Morris, the mean absolute effect against how far it
    depends on the others.

    Parameters
    ----------
    result : Sensitivity
        What to draw.
    measure : str
        A measure that the study kept.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If the measure is not known.

    Examples
    --------
    >>> import teamsim as ts
    >>> axes = {"style.coaching_hours": (0.0, 1.0), "style.pressure": (0.2, 0.8)}
    >>> study = ts.Study("managing-stars", axes, "latin", runs=4, measures=["strain"])
    >>> ts.charts.sensitivity(study.sensitivity("morris", samples=4), "strain").title.text
    'What moves strain'
    """
    ranked = result.ranked(measure)
    order = ranked[:STRONGEST]
    rows = result.indices[(result.indices["measure"] == measure) & result.indices["axis"].isin(order)]
    strongest = f" The strongest {len(order)} of {len(ranked)}." if len(order) < len(ranked) else ""
    percent = f"{100 * result.confidence:g} %"
    if result.method == "morris":
        wide = rows.pivot_table(index="axis", columns="index", values="value").reset_index()
        ends = rows[rows["index"] == "mu_star"][["axis", "low", "high"]]
        base = alt.Chart(wide.merge(ends, on="axis"))
        ticks = alt.Axis(tickCount=TICKS)
        x = alt.X("mu_star:Q", title="mean absolute effect over the whole range (μ*)", axis=ticks)
        y = alt.Y("sigma:Q", title="how far it depends on the others (σ)")
        words = f"Elementary effects (Morris), with {percent} bootstrap intervals.{strongest}"
        return alt.layer(
            base.mark_rule().encode(alt.X("low:Q"), alt.X2("high:Q"), y),
            base.mark_point(opacity=1).encode(x, y, tooltip=["axis:N", "mu_star:Q", "sigma:Q"]),
            base.mark_text(align="left", dx=8, dy=-8).encode(x, y, text="axis:N"),
            width=640,
            title=alt.Title(f"What moves {measure}", subtitle=words),
        )
    said = {"first": "alone", "total": "with others"}
    base = alt.Chart(rows.assign(index=rows["index"].map(said))).encode(
        alt.Y("axis:N", title=None, sort=order, axis=alt.Axis(labelLimit=260)),
        alt.YOffset("index:N", sort=list(said.values())),
        tooltip=["axis:N", "index:N", alt.Tooltip("value:Q", format=".2f")],
    )
    kinds, legend = list(said.values()), alt.Legend(orient="top")
    shades = alt.Scale(domain=kinds, range=[COLOURS["blue"], COLOURS["orange"]])
    colour = alt.Color("index:N", title=None, scale=shades, legend=legend)
    shape = alt.Shape("index:N", title=None, scale=alt.Scale(domain=kinds, range=list(SHAPES[:2])), legend=legend)
    x = alt.X("value:Q", title="share of variance", axis=alt.Axis(tickCount=TICKS, grid=True))
    words = f"Share of the variance over all ranges (Sobol), with {percent} bootstrap intervals.{strongest}"
    return alt.layer(
        base.mark_rule().encode(alt.X("low:Q"), alt.X2("high:Q"), colour),
        base.mark_point(opacity=1).encode(x, colour, shape),
        width=640,
        height={"step": 14},
        title=alt.Title(f"What moves {measure}", subtitle=words),
    )


def mechanisms(table: pd.DataFrame, outcome: str = "the outcome") -> Chart:
    """Draw what each mechanism adds to an outcome: the table of `ablate`, the strongest of it.

    Parameters
    ----------
    table : DataFrame
        What `ablate` returned.
    outcome : str
        How the outcome is called.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> row = {"mechanism": "strain_gain", "meaning": "", "effect": 1.2, "low": 0.9, "high": 1.5, "clear": True}
    >>> mechanisms(pd.DataFrame([row]), "strain").title.text
    'What moved strain'
    """
    data = table.head(STRONGEST)
    base = alt.Chart(data).encode(
        alt.Y("mechanism:N", title=None, sort=data["mechanism"].tolist(), axis=alt.Axis(labelLimit=260)),
        tooltip=["mechanism:N", "meaning:N", alt.Tooltip("effect:Q", format="+.3g")],
    )
    shade = alt.condition("datum.clear", alt.value(COLOURS["blue"]), alt.value(COLOURS["grey"]))
    x = alt.X("effect:Q", title=f"added to {outcome}", axis=alt.Axis(tickCount=TICKS))
    words = "With it, less without it, in the same luck; blue is clear of 0 (all intervals together)."
    return alt.layer(
        base.mark_bar(opacity=0.5).encode(x, color=shade),
        base.mark_rule().encode(alt.X("low:Q"), alt.X2("high:Q")),
        width=640,
        height={"step": 24},
        title=alt.Title(f"What moved {outcome}", subtitle=words),
    )


def front(result: BestStyle, x: str = "", y: str = "") -> Chart:
    """Draw the styles that were tried between two aims: those on the front, the others, and those beyond the budget.

    Parameters
    ----------
    result : BestStyle
        What `best_style` found.
    x, y : str, optional
        Aims or costs, columns of ``tried``; the first two aims where nothing is said.

    Returns
    -------
    altair.Chart

    Raises
    ------
    InputError
        If there is no such column.

    Examples
    --------
    >>> import teamsim as ts
    >>> found = ts.best_style(ts.Scenario.load("under-pressure"), budget=4, runs=4)
    >>> ts.charts.front(found, "hours", "money").title.text
    'Trade-offs among 4 styles'
    """
    tried = result.tried
    goal = result.scenario.goal
    if goal is None:
        raise InputError("has no goal", ("result",))
    aims = [*(aim.name for aim in goal.aims), "hours", "money"]
    x, y = x or aims[0], y or aims[1]
    chosen([x, y], tried.columns, "column")
    kinds = ["on the front", "affordable", "beyond the budget"]
    kind: Any = tried["front"].map({True: kinds[0], False: ""}).where(
        tried["front"], tried["affordable"].map({True: kinds[1], False: kinds[2]})
    )
    data = pd.DataFrame({"x": tried[x], "y": tried[y], "kind": kind, "share": tried["share"]})
    scale = alt.Scale(domain=kinds, range=[COLOURS["blue"], COLOURS["sky"], COLOURS["grey"]])
    chart: Chart = (
        alt.Chart(data)
        .mark_point()
        .encode(
            alt.X("x:Q", title=x, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=TICKS)),
            alt.Y("y:Q", title=y, scale=alt.Scale(zero=False)),
            alt.Color("kind:N", title=None, scale=scale, legend=alt.Legend(orient="top")),
            alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "square", "cross"])),
            tooltip=["x:Q", "y:Q", alt.Tooltip("share:Q", format=".0%")],
        )
        .properties(width=640, title=alt.Title(f"Trade-offs among {len(data)} styles"))
    )
    return chart
