"""Charts: one look for all of them, drawn without the internet.

Importing this module switches on the theme and, inside a notebook, the renderer ``teamsim``, unless another
theme or
renderer was chosen before; :func:`enable` switches both on whatever was chosen.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import altair as alt

from teamsim.words import say

if TYPE_CHECKING:
    from teamsim.lab.live_chart import LiveChart

__all__ = ["COLOURS", "enable", "in_notebook", "theme"]

# --- the look -------------------------------------------------------------------------------------

#: Okabe and Ito's colours, told apart with every common colour blindness (jfly.uni-koeln.de/color, 2008);
#: their yellow
#: is left out, for it cannot be read on white.
COLOURS = {
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "grey": "#6B7280",
}

_INK, _SOFT, _GRID, _AXIS = "#1B2438", "#4B5568", "#E8EBF0", "#B6BECB"
_FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"  # whatever of these the machine has


def theme() -> alt.theme.ThemeConfig:
    """Return the look of every chart: colour-blind safe, and readable from the back of a room.

    Examples
    --------
    >>> theme()["config"]["axis"]["labelFontSize"]
    14
    """
    # Altair's types know neither colour schemes by name nor the step of a discrete width
    look: Any = {
        "config": {
            "font": _FONT,
            "background": "white",
            "padding": 12,
            "view": {
                "stroke": None,
                "continuousWidth": 640,
                "continuousHeight": 340,
                "discreteWidth": {"step": 44},
            },
            "title": {
                "anchor": "start",
                "fontSize": 20,
                "fontWeight": 600,
                "color": _INK,
                "subtitleFontSize": 15,
                "subtitleColor": _SOFT,
                "subtitlePadding": 6,
                "offset": 16,
            },
            "axis": {
                "labelFontSize": 14,
                "titleFontSize": 15,
                "titleFontWeight": "normal",
                "labelColor": _SOFT,
                "titleColor": _SOFT,
                "domainColor": _AXIS,
                "tickColor": _AXIS,
                "gridColor": _GRID,
                "labelPadding": 6,
                "titlePadding": 12,
            },
            "axisX": {"grid": False, "labelFlush": True},
            "axisY": {"domain": False, "ticks": False, "tickCount": 5},
            "legend": {
                "labelFontSize": 14,
                "titleFontSize": 14,
                "labelColor": _INK,
                "titleColor": _SOFT,
                "titleFontWeight": "normal",
                "symbolStrokeWidth": 3,
                "symbolSize": 160,
                "rowPadding": 6,
            },
            "header": {"labelFontSize": 15, "titleFontSize": 15, "labelColor": _INK, "titleColor": _SOFT},
            "line": {"strokeWidth": 3, "strokeCap": "round", "strokeJoin": "round"},
            "area": {"opacity": 0.25},
            "rule": {"color": _SOFT, "strokeWidth": 1.5},
            "point": {"size": 70, "filled": True},
            "bar": {"cornerRadiusEnd": 3},
            "text": {"fontSize": 14, "color": _INK},
            "range": {
                "category": list(COLOURS.values()),
                "heatmap": {"scheme": "viridis"},
                "ramp": {"scheme": "blues"},
                "diverging": {"scheme": "blueorange"},
            },
            "mark": {"color": COLOURS["blue"]},
        },
    }
    if (mark := say("charts.decimal")) != ".":
        number = {"decimal": mark, "thousands": say("charts.thousands"), "grouping": [3], "currency": ["", ""]}
        look["config"]["locale"] = {"number": number}
    return cast(alt.theme.ThemeConfig, look)


# --- drawing in a notebook ------------------------------------------------------------------------


def enable() -> None:
    """Give every Altair chart the look of teamsim, and draw it without the internet in JupyterLab and Voilà.

    Altair's own drawing loads from the internet. To return to it: ``alt.renderers.enable("default")`` and
    ``alt.theme.enable("default")``.

    Examples
    --------
    >>> enable()
    >>> alt.renderers.active, alt.theme.active
    ('teamsim', 'teamsim')
    """
    alt.theme.enable("teamsim")
    alt.renderers.enable("teamsim")


class _Displayed:
    """The charts on the page, so that running a cell again closes those it showed before.

    A widget lives in its kernel until it is closed. What asked for a chart is known from the message being
    answered: a
    cell (its id, or its text where the front end sends none) or a control whose callback draws. A cell's
    charts are
    closed when a later run of it draws again, for Jupyter has emptied its output by then. A control may add
    charts to
    an output, so of those the newest are kept.
    """

    KEPT = 20

    def __init__(self) -> None:
        self.shown: OrderedDict[tuple[str, str], list[tuple[str, LiveChart]]] = OrderedDict()

    def add(self, live: LiveChart, message: Mapping[str, Any]) -> None:
        content, run = message.get("content", {}), message.get("header", {}).get("msg_id", "")
        if "comm_id" in content:
            key = ("control", content["comm_id"])
        else:
            key = ("cell", message.get("metadata", {}).get("cellId") or content.get("code", ""))
        before = self.shown.get(key, [])
        if key[0] == "control":
            old = before[: max(0, len(before) + 1 - self.KEPT)]
        else:
            old = [entry for entry in before if entry[0] != run]
        for _, gone in old:
            gone.close()
        self.shown[key] = [*(entry for entry in before if entry not in old), (run, live)]


_displayed = _Displayed()


def _kernel_message() -> Mapping[str, Any]:
    """Return the message the kernel is answering; empty outside a kernel."""
    ipython = sys.modules.get("IPython")  # not imported: without it there is no notebook
    shell = ipython.get_ipython() if ipython else None
    parent: Any = getattr(shell, "get_parent", dict)()
    return parent if isinstance(parent, Mapping) else {}


def _draw(spec: dict[str, Any], **_options: Any) -> Any:
    from teamsim.lab.live_chart import LiveChart

    live = LiveChart(spec)
    _displayed.add(live, _kernel_message())
    return live._repr_mimebundle_()


def in_notebook() -> bool:
    """Whether a kernel runs this, so that messages of a page come in between."""
    ipython = sys.modules.get("IPython")
    return hasattr(ipython.get_ipython(), "kernel") if ipython else False


alt.theme.register("teamsim", enable=False)(theme)
alt.renderers.register("teamsim", _draw)
if alt.theme.active == "default":
    alt.theme.enable("teamsim")
if alt.renderers.active == "default" and in_notebook():
    alt.renderers.enable("teamsim")
