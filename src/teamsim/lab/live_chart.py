"""LiveChart: an Altair chart as one living picture that is fed, never redrawn, and needs no internet."""

from __future__ import annotations

import difflib
import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt
import anywidget
import ipywidgets
import traitlets

from teamsim.lab.specs import columns_of, spoken_of, take_apart, title_of
from teamsim.lab.vega import bundle
from teamsim.words import say

_CSS = """
.teamsim-live { position: relative; width: 100%; min-width: 0; overflow: visible; }
.teamsim-live .vega-embed { display: block; width: 100%; }
.teamsim-live svg { max-width: 100%; height: auto; }
.teamsim-live-coming { position: absolute; inset: 0 0 auto 0; visibility: hidden; }
.teamsim-live-problem { margin: 0 0 8px; padding: 10px 14px; border-left: 4px solid #a33b00; border-radius:
4px;
  background: #fdf1ea; color: #5c2100; font: 15px/1.45 system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
"""


class VegaLib(anywidget.AnyWidget):  # type: ignore[misc,unused-ignore]
    """A model without a picture: it brings Vega to the page, once for all charts of a kernel."""

    _esm = "export default {};"
    js = traitlets.Unicode().tag(sync=True)


@functools.lru_cache(1)
def _library() -> VegaLib:
    return VegaLib(js=bundle())


@functools.lru_cache(1)
def _library_version() -> str:
    return hashlib.sha256(bundle().encode("utf-8")).hexdigest()[:16]


class LiveChart(anywidget.AnyWidget):  # type: ignore[misc,unused-ignore]
    """An Altair chart that lives: give it new data and the picture moves.

    Parameters
    ----------
    chart : altair.Chart
        Any Altair chart, of one part or many. Give it ``width="container"`` and it follows the width of its
        place.
    data : mapping of str to table, optional
        Datasets by name, for what the chart names with ``alt.NamedData``. A table is a DataFrame, columns
        by name or a
        list of rows. What a chart brings along without a name is called ``table_0``, ``table_1`` ... in
        order of
        appearance.
    tween_ms : int, default 150
        How long the picture takes from old data to new, in milliseconds; 0 for at once. Who has asked the
        system for
        less motion always gets it at once.

    Notes
    -----
    Fix the domains of the axes, or they jump with the data. Two datasets that happen to hold the same
    values count as
    one when Altair names them; give datasets that live apart a name of their own.

    Examples
    --------
    >>> import altair as alt
    >>> team = alt.Chart(alt.NamedData("team"), title="Output").mark_line().encode(x="week:Q", y="output:Q")
    >>> live = LiveChart(team, {"team": {"week": [1, 2], "output": [40.0, 42.0]}})
    >>> live
    a chart: Output
    >>> live.update(team={"week": [1, 2], "output": [40.0, 35.0]})
    >>> live.names
    ['team']
    """

    _esm = Path(__file__).with_name("live_chart.js").read_text(encoding="utf-8")
    _css = _CSS
    lib = traitlets.Instance(ipywidgets.Widget).tag(sync=True, **ipywidgets.widget_serialization)
    lib_version = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)  # {dataset: {column: [values]}}
    rev = traitlets.Int(0).tag(sync=True)
    tween_ms = traitlets.Int(150, min=0).tag(sync=True)

    def __init__(
        self,
        chart: alt.TopLevelMixin | Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
        **traits: Any,
    ) -> None:
        spec, own = _taken_apart(chart)
        super().__init__(
            lib=_library(), lib_version=_library_version(), spec=spec, data=_filled(own, data or {}), **traits
        )

    @property
    def names(self) -> list[str]:
        """The names of the datasets that the chart is drawn from."""
        return list(self.data)

    def update(self, **data: Any) -> None:
        """Draw the same chart from new data.

        Parameters
        ----------
        **data : table
            Datasets by name; those not named stay as they are.

        Raises
        ------
        ValueError
            If the chart has no dataset of that name, or its columns differ in length.
        """
        self._feed(self.spec, _filled(self.data, data))

    def show(
        self, chart: alt.TopLevelMixin | Mapping[str, Any], data: Mapping[str, Any] | None = None
    ) -> None:
        """Draw another chart in the same place.

        If it differs from the present one in its data only, the living picture is fed; else it is drawn anew.

        Parameters
        ----------
        chart : altair.Chart
            The chart to show.
        data : mapping of str to table, optional
            Datasets by name; named ones not given stay as they are.
        """
        spec, own = _taken_apart(chart)
        kept = {name: columns or self.data.get(name, {}) for name, columns in own.items()}
        self._feed(spec, _filled(kept, data or {}))

    def _feed(self, spec: dict[str, Any], data: dict[str, Any]) -> None:
        with self.hold_sync():  # one message: the page never sees new data with an old spec
            if spec != self.spec:
                self.spec = spec
            self.data = data
            self.rev += 1

    def __repr__(self) -> str:
        title = title_of(self.spec)
        return f"a chart: {title}" if title else "a chart"


def _taken_apart(chart: alt.TopLevelMixin | Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(chart, Mapping):
        spec: Mapping[str, Any] = chart
    else:
        # Altair's limit of 5,000 rows protects notebook files; these data are not stored in one.
        with alt.data_transformers.disable_max_rows():
            spec = chart.to_dict()
    bare, data = take_apart(spec)
    bare.setdefault("description", spoken_of(bare) or say("charts.untitled"))  # what a screen reader says
    return bare, data


def _filled(own: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in own:
            close = difflib.get_close_matches(name, own, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            allowed = ", ".join(map(repr, own)) or "none"
            raise ValueError(f"this chart has no dataset {name!r}; it is drawn from {allowed}{hint}")
    return {**own, **{name: columns_of(table, name) for name, table in given.items()}}
