"""Who is still there over the months since joining: an HR table beside the model."""

from __future__ import annotations

from typing import Any

import altair as alt

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import Chart
from teamsim.evidence.own_data import EVERYBODY, Fit
from teamsim.fields import InputError

__all__ = ["survival"]

COLOURS_OF_SOURCES = {"table": COLOURS["vermilion"], "model": COLOURS["blue"], "model before": COLOURS["grey"]}
ABREAST = 3
IN_ONE, IN_MANY = {"width": 640, "height": 340}, {"width": 230, "height": 160}


def survival(fit: Fit) -> Chart:
    """Draw survival over tenure: the table's points with their intervals, and the model before and after the fit.

    Parameters
    ----------
    fit : Fit
        What ``ts.calibrate_to`` returned; with groups, each has a small chart.

    Returns
    -------
    altair.LayerChart or altair.FacetChart

    Raises
    ------
    InputError
        If it is something else.

    Examples
    --------
    >>> import teamsim as ts
    >>> fit = ts.calibrate_to("made-up-hr-export.csv", tenure="tenure_months", event="left", runs=1)
    >>> survival(fit).title.text
    'Still there: made-up-hr-export.csv and the model'
    """
    if not isinstance(fit, Fit):
        raise InputError(f"= a {type(fit).__name__} cannot be drawn here; give a Fit", ("fit",))
    data = fit.curves.round(4)
    groups = data["group"].unique().tolist()
    months = int(data["months"].max())
    step = 12 * -(-months // (12 * (10 if len(groups) == 1 else 4)))
    ticks = list(range(0, months + 1, step))
    sources, legend = list(COLOURS_OF_SOURCES), alt.Legend(title=None, orient="top")
    colours = alt.Scale(domain=sources, range=list(COLOURS_OF_SOURCES.values()))
    dashes = alt.Scale(domain=sources, range=[[1, 0], [1, 0], [6, 4]])
    across = alt.Scale(domain=[0, months], nice=False)
    x = alt.X("months:Q", title="months since joining", axis=alt.Axis(values=ticks), scale=across)
    y = alt.Y("share:Q", title="still there", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    tips = ["source:N", "months:Q", alt.Tooltip("share:Q", format=".1%")]
    base = alt.Chart(data).encode(x, y, alt.Color("source:N", scale=colours, legend=legend))
    lines = base.transform_filter(alt.datum.source != "table").mark_line(strokeWidth=2.5)
    points = base.transform_filter(alt.datum.source == "table")
    low, high = alt.Y("low:Q", title="still there"), alt.Y2("high:Q")
    size: Any = IN_ONE if len(groups) == 1 else IN_MANY
    layers = (
        lines.encode(strokeDash=alt.StrokeDash("source:N", scale=dashes, legend=legend), tooltip=tips),
        points.mark_rule().encode(low, high),
        points.mark_point(opacity=1).encode(tooltip=tips),
    )
    picture = alt.layer(*layers, **size)
    title = alt.Title(
        f"Still there: {fit.made['table']} and the model",
        subtitle=[
            f"{fit.rows:,} people, {fit.exits:,} exits. Points: the table (Kaplan-Meier) with 95 % intervals.",
            f"Largest gap {100 * fit.gap_before:.1f} points before the fit, {100 * fit.gap:.1f} after.",
        ],
    )
    if len(groups) == 1:
        return picture.properties(title=title)
    order = [EVERYBODY, *sorted(name for name in groups if name != EVERYBODY)]
    return picture.facet(facet=alt.Facet("group:N", title=None, sort=order), columns=ABREAST, title=title)
