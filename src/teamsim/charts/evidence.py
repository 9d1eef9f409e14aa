"""A forest plot of the scorecard: published bands, and where the model lies."""

from __future__ import annotations

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import Chart
from teamsim.evidence.findings import met, of_left_out
from teamsim.fields import InputError

__all__ = ["scorecard"]

EDGE = 3.0
"""Half-widths of a band at which values beyond are drawn."""
NEEDED = ("low", "high", "value", "value_low", "value_high", "in_band")


def scorecard(checks: pd.DataFrame) -> Chart:
    """Draw a scorecard: each band at the same width, the model's value in it or beside it, with its interval.

    Parameters
    ----------
    checks : DataFrame
        ``ts.scorecard(by="check")``.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If the table is another one.

    Examples
    --------
    >>> where = pd.MultiIndex.from_tuples([("pay", "r")], names=["target", "measure"])
    >>> row = {"low": 0.1, "high": 0.3, "value": 0.2, "value_low": 0.15, "value_high": 0.25, "in_band": True}
    >>> scorecard(pd.DataFrame([row], index=where)).title.text.split(";")[0]
    '1 of 1 targets met'
    """
    missing = [name for name in NEEDED if name not in checks]
    if missing or checks.index.names != ["target", "measure"]:
        raise InputError('is no table of ts.scorecard(by="check")', ("checks",))
    data = checks[list(NEEDED)].reset_index()
    middle, half = (data["low"] + data["high"]) / 2.0, (data["high"] - data["low"]) / 2.0
    for name in ("value", "value_low", "value_high"):
        data[f"{name}_at"] = ((data[name] - middle) / half).clip(-EDGE, EDGE)
    data["row"] = data["target"] + " · " + data["measure"]
    numbers = data[["value", "low", "high"]].to_numpy()
    data["said"] = [f"{value:.3g}  ({low:g} .. {high:g})" for value, low, high in numbers]
    data["verdict"] = data["in_band"].map({True: "inside", False: "outside"})
    rows = alt.Y("row:N", sort=data["row"].tolist(), title=None, axis=alt.Axis(labelLimit=520))
    across = alt.Scale(domain=[-EDGE, EDGE])
    verdicts, legend = ["inside", "outside"], alt.Legend(title=None, orient="top")
    colours = alt.Scale(domain=verdicts, range=[COLOURS["blue"], COLOURS["vermilion"]])
    colour = alt.Color("verdict:N", scale=colours, legend=legend)
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=verdicts, range=["circle", "square"]), legend=legend)
    base = alt.Chart(data).encode(rows)
    note = "Every band is drawn at the same width; what lies far beyond it, at the edge."
    axis = alt.Axis(values=[-1, 1], labels=False, title=note)
    band = (
        base.transform_calculate(left="-1", right="1")
        .mark_bar(color=COLOURS["grey"], opacity=0.18)
        .encode(alt.X("left:Q", scale=across, axis=axis), alt.X2("right:Q"))
    )
    reach = alt.X("value_low_at:Q", scale=across)
    interval = base.mark_rule(strokeWidth=2).encode(reach, alt.X2("value_high_at:Q"), colour)
    tips = ["target:N", "measure:N", "value:Q", "value_low:Q", "value_high:Q", "low:Q", "high:Q"]
    point = base.mark_point(filled=True, size=90, opacity=1).encode(
        alt.X("value_at:Q", scale=across), colour, shape, tooltip=tips
    )
    words = base.mark_text(align="left", fontSize=12).encode(alt.Text("said:N"), x=alt.value(650))
    lines = ["Value (band); bars are 95 % intervals over invented firms.", of_left_out()]
    title = alt.Title(met(checks), subtitle=lines)
    return alt.layer(band, interval, point, words, title=title, width=640, height={"step": 24})
