"""Who is still there over the months since joining: an HR table beside the model."""

from __future__ import annotations

from typing import Any

import altair as alt

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import Chart
from teamsim.evidence import Fit
from teamsim.evidence.own_data import EVERYBODY
from teamsim.fields import InputError

__all__ = ["survival"]

TABLE, MODEL, BEFORE = "HR table (Kaplan-Meier, 95 % interval)", "model", "model before the fit"
LOOKS = {TABLE: COLOURS["vermilion"], MODEL: COLOURS["blue"], BEFORE: COLOURS["grey"]}
ABREAST, TICKS = 3, 10
ALONE, SMALL = {"width": 640, "height": 340}, {"width": 230, "height": 160}


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
    'Who is still there: made-up-hr-export.csv and the model'
    """
    if not isinstance(fit, Fit):
        raise InputError(f"= a {type(fit).__name__} cannot be drawn here; give a Fit", ("fit",))
    groups, whole = fit.curves["group"].unique().tolist(), fit.groups.loc[EVERYBODY]
    alone, months = len(groups) == 1, int(fit.curves["months"].max())
    years = -(-months // (12 * (TICKS if alone else TICKS // 3)))
    axis = alt.Axis(values=list(range(0, months + 1, 12 * years)))
    x = alt.X("months:Q", title="months since joining", axis=axis, scale=alt.Scale(domain=[0, months], nice=False))
    tips = [alt.Tooltip("months:Q")] + [alt.Tooltip(f"{name}:Q", format=".1%") for name in fit.curves.columns[2:]]
    colours = alt.Scale(domain=list(LOOKS), range=list(LOOKS.values()))
    colour = alt.Color("who:N", scale=colours, legend=alt.Legend(title=None, orient="top", labelLimit=400))
    base = alt.Chart(fit.curves.round(4)).encode(x, colour, tooltip=tips)
    before, model, table = (base.transform_calculate(who=f"'{name}'") for name in (BEFORE, MODEL, TABLE))
    points = table.transform_filter("isValid(datum.table)")
    size: Any = ALONE if alone else SMALL
    picture = alt.layer(
        before.mark_line(strokeWidth=2, strokeDash=[6, 4]).encode(_share("model_before")),
        model.mark_line(strokeWidth=2.5).encode(_share("model")),
        points.mark_rule().encode(_share("low"), alt.Y2("high:Q")),
        points.mark_point(filled=True, opacity=1, size=50).encode(_share("table")),
        **size,
    )
    title = alt.Title(
        f"Who is still there: {fit.made['table']} and the model",
        subtitle=[
            f"{whole['rows']:,.0f} people, {whole['exits']:,.0f} exits ({fit.made['exits_counted']}).",
            f"Largest gap {100 * whole['gap_before']:.1f} points before the fit, {100 * whole['gap']:.1f} after.",
        ],
    )
    if alone:
        return picture.properties(title=title)
    order = [EVERYBODY, *sorted(set(groups) - {EVERYBODY})]
    return picture.facet(facet=alt.Facet("group:N", title=None, sort=order), columns=ABREAST, title=title)


def _share(column: str) -> alt.Y:
    scale = alt.Scale(domain=[0, 1])
    return alt.Y(f"{column}:Q", title="still there", axis=alt.Axis(format="%"), scale=scale)
