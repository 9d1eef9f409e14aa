"""The theme and the renderer, which never take a choice of the user's away."""

from __future__ import annotations

import subprocess
import sys

import altair as alt
import pandas as pd
import pytest

from teamsim import charts
from teamsim.charts import look


@pytest.fixture
def ours():
    """The renderer and theme of teamsim for one test."""
    with alt.renderers.enable("teamsim"), alt.theme.enable("teamsim"):
        yield


def chart() -> alt.Chart:
    return alt.Chart(pd.DataFrame({"a": [1, 2]}), title=["Two", "points"]).mark_point().encode(x="a")


def test_a_chart_is_drawn_by_a_widget_with_a_text_beside_it(ours):
    bundle, _ = chart()._repr_mimebundle_()
    assert bundle["text/plain"] == "a chart: Two points"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_the_theme_is_in_every_chart(ours):
    config = chart().to_dict()["config"]
    assert config["range"]["category"][0] == charts.COLOURS["blue"]
    assert (
        min(config["axis"]["labelFontSize"], config["legend"]["labelFontSize"], config["text"]["fontSize"])
        >= 14
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pass", ("teamsim", "default")),  # outside a notebook only the look is ours
        ("alt.theme.enable('dark'); alt.renderers.enable('png')", ("dark", "png")),
    ],
)
def test_importing_respects_what_was_chosen(before, after):
    code = f"import altair as alt; {before}; import teamsim.charts"
    code += f"; assert (alt.theme.active, alt.renderers.active) == {after}"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class Shown:
    def __init__(self):
        self.closed = False

    def close(self):
        self.closed = True


def cell(run: str, **metadata: str) -> dict[str, object]:
    return {"header": {"msg_id": run}, "metadata": metadata, "content": {"code": "chart"}}


@pytest.mark.parametrize("metadata", [{"cellId": "one"}, {}])
def test_running_a_cell_again_closes_what_it_showed(metadata):
    displayed = look._Displayed()
    first, second, third = Shown(), Shown(), Shown()
    displayed.add(first, cell("1", **metadata))
    displayed.add(second, cell("1", **metadata))
    assert not first.closed
    displayed.add(third, cell("2", **metadata))
    assert (first.closed, second.closed, third.closed) == (True, True, False)


def test_of_a_control_the_newest_charts_are_kept():
    displayed = look._Displayed()
    shown = [Shown() for _ in range(50)]
    for i, one in enumerate(shown):
        displayed.add(one, {"header": {"msg_id": str(i)}, "content": {"comm_id": "slider"}})
    assert [one.closed for one in shown] == [True] * 30 + [False] * 20
