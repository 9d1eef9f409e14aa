"""A picture of what levers do, each by itself, in one team and another."""

from __future__ import annotations

import altair as alt
import pandas as pd

from teamsim.charts.parts import Chart
from teamsim.evidence.styles import lever

__all__ = ["effects"]

MOST = 4.0


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
