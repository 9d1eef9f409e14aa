"""Pictures of the published promotion model, beside what its paper says."""

from __future__ import annotations

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import Chart, colour_of, dash_of
from teamsim.evidence.peter import TOLERANCE, Replication

__all__ = ["crossing", "differences", "gains", "years"]

INK = "#1B2438"
HYPOTHESES = ("common sense", "Peter hypothesis")
PROMOTED = ("the best", "by lot", "the worst")
POINTS = "percentage points of efficiency"
FIRST_YEARS = 150


def years(found: Replication) -> Chart:
    """Draw how efficiency goes on from the start, under each way of promoting.

    Parameters
    ----------
    found : Replication
        What `teamsim.evidence.peter.replicate` returned.

    Returns
    -------
    altair.FacetChart

    Examples
    --------
    >>> from teamsim.evidence.peter import replicate
    >>> years(replicate(runs=3, years=210, shares=(0.4, 0.5))).title.text
    'Efficiency, year by year'
    """
    data = found.years[found.years["year"] <= FIRST_YEARS].round(3)
    line = (
        alt.Chart(data)
        .mark_line()
        .encode(
            alt.X("year:Q", title="year"),
            alt.Y("efficiency:Q", title="per cent", scale=alt.Scale(zero=False)),
            color=colour_of("promoted", PROMOTED),
            strokeDash=dash_of("promoted", PROMOTED),
            tooltip=["hypothesis:N", "promoted:N", "year:Q", alt.Tooltip("efficiency:Q", format=".1f")],
        )
        .properties(width=410, height=260)
    )
    words = f"Means of {found.runs} organisations that start with the same people."
    facet = alt.Facet("hypothesis:N", sort=list(HYPOTHESES), header=alt.Header(title=None))
    drawn: Chart = line.facet(facet, title=alt.Title("Efficiency, year by year", subtitle=words))
    return drawn


def gains(found: Replication) -> Chart:
    """Draw the six gains over the start with their intervals, beside the published ones.

    Parameters
    ----------
    found : Replication
        What `teamsim.evidence.peter.replicate` returned.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> from teamsim.evidence.peter import replicate
    >>> gains(replicate(runs=3, years=210, shares=(0.4, 0.5))).title.text
    'What is gained over the start'
    """
    data = found.cells.assign(row=found.cells["hypothesis"] + ", " + found.cells["promoted"]).round(3)
    base = alt.Chart(data).encode(alt.Y("row:N", sort=data["row"].tolist(), title=None, axis=alt.Axis(labelLimit=300)))
    colour = colour_of("hypothesis", HYPOTHESES)
    tips = ["row:N", *(alt.Tooltip(f"{name}:Q", format="+.2f") for name in ("gain", "low", "high", "published"))]
    zero = alt.Chart().mark_rule(color=INK).encode(x=alt.datum(0))
    told = base.mark_point(shape="diamond", size=190, filled=False, strokeWidth=2, color=INK).encode(
        alt.X("published:Q", title=POINTS, scale=alt.Scale(domain=[-12, 16])), tooltip=tips
    )
    whisker = base.mark_rule(strokeWidth=4).encode(alt.X("low:Q"), alt.X2("high:Q"), color=colour)
    dot = base.mark_point(size=110, opacity=1).encode(alt.X("gain:Q"), color=colour, tooltip=tips)
    words = f"Point and bar: {found.runs} organisations here, with the 95 % interval. Diamond: the paper."
    title = alt.Title("What is gained over the start", subtitle=words)
    return alt.layer(zero, told, whisker, dot, width=680, height=280, title=title)


def differences(found: Replication) -> Chart:
    """Draw the four published differences between gains, with what counts as the same, and what comes out here.

    Parameters
    ----------
    found : Replication
        What `teamsim.evidence.peter.replicate` returned.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> from teamsim.evidence.peter import replicate
    >>> differences(replicate(runs=3, years=210, shares=(0.4, 0.5))).title.text
    'One way of promoting against another'
    """
    told = found.differences
    row = told["hypothesis"] + ": " + told["between"]
    data = told.assign(row=row, least=told["published"] - TOLERANCE, most=told["published"] + TOLERANCE).round(3)
    base = alt.Chart(data).encode(alt.Y("row:N", sort=data["row"].tolist(), title=None, axis=alt.Axis(labelLimit=340)))
    scale = alt.Scale(domain=[0, 14])
    band = base.mark_bar(height=26, color=COLOURS["sky"], opacity=0.4, cornerRadius=0).encode(
        alt.X("least:Q", scale=scale, title=POINTS), alt.X2("most:Q")
    )
    colour = colour_of("hypothesis", HYPOTHESES, legend=False)
    whisker = base.mark_rule(strokeWidth=4).encode(alt.X("low:Q"), alt.X2("high:Q"), color=colour)
    tips = ["row:N", *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("difference", "low", "high", "published"))]
    dot = base.mark_point(size=110, opacity=1).encode(alt.X("difference:Q"), color=colour, tooltip=tips)
    words = f"Point and bar: here, with the 95 % interval over pairs. Field: the paper, ±{TOLERANCE:g}."
    title = alt.Title("One way of promoting against another", subtitle=words)
    return alt.layer(band, whisker, dot, width=600, height=200, title=title)


def crossing(found: Replication) -> Chart:
    """Draw the gains where the best is promoted with some chance and else the worst, and where the curves cross.

    Parameters
    ----------
    found : Replication
        What `teamsim.evidence.peter.replicate` returned.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> from teamsim.evidence.peter import replicate
    >>> crossing(replicate(runs=3, years=210, shares=(0.4, 0.5))).title.text
    'The best with some chance, else the worst'
    """
    at, axis = found.crossing, alt.Axis(format=".1f", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    data = found.mixed.round(3)
    base = alt.Chart(data).encode(alt.X("share of the best:Q", title="chance that it is the best", axis=axis))
    band = base.mark_area().encode(
        alt.Y("low:Q", title=POINTS), alt.Y2("high:Q"), color=colour_of("hypothesis", HYPOTHESES)
    )
    line = base.mark_line().encode(
        alt.Y("gain:Q"), color=colour_of("hypothesis", HYPOTHESES), strokeDash=dash_of("hypothesis", HYPOTHESES)
    )
    zero = alt.Chart().mark_rule(color=INK, opacity=0.5).encode(y=alt.datum(0))
    here = pd.DataFrame({"at": [at["share"]], "gain": [at["gain"]], "said": [f"{at['share']:.2f}"]})
    mark = alt.Chart(here).mark_point(size=200, filled=False, strokeWidth=2.5, color=INK).encode(x="at:Q", y="gain:Q")
    note = alt.Chart(here).mark_text(dy=-22, fontSize=15).encode(x="at:Q", y="gain:Q", text="said:N")
    band95 = f"95 % {at['low']:.3f} to {at['high']:.3f}"
    words = f"They cross at {at['share']:.3f} ({band95}); in the paper at {at['published']}."
    title = alt.Title("The best with some chance, else the worst", subtitle=words)
    return alt.layer(zero, band, line, mark, note, width=760, height=320, title=title)
