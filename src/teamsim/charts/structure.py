"""Pictures of how the model hangs together: which mechanism hands what to which, and what surrounds one quantity."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.charts.parts import Chart
from teamsim.evidence import odd
from teamsim.fields import InputError, closest

__all__ = ["around", "handed_on"]

WHEN = {"this week": COLOURS["blue"], "next week": COLOURS["vermilion"]}
KINDS = {
    "lever, policy, market": ("Style", "Policies", "Market"),
    "person": ("Person",),
    "leader, team": ("Leader", "Team"),
}
COLOURS_OF = dict(zip([*KINDS, "rule"], ("#0072B2", "#D55E00", "#009E73", "#4B5568"), strict=True))
LAYERS = ("what it depends on", "by rule", "", "by rule", "what it moves")
ROW, WIDTH = 17, 980


def handed_on() -> Chart:
    """Draw which mechanism writes a state that another one reads.

    Returns
    -------
    altair.LayerChart
        A row a writer and a column a reader, both in the order of the week; the number is how many states, point at it
        to see which. What is handed on against that order is read next week.

    Examples
    --------
    >>> handed_on().title.text
    'What the mechanisms hand one another'
    """
    data = odd.flows()
    order = [name for name in odd.mechanisms() if name in {*data["writer"], *data["reader"]}]
    x = alt.X("reader:N", sort=order, title="read by", axis=alt.Axis(orient="top", labelAngle=-50, grid=False))
    y = alt.Y("writer:N", sort=order, title="written by", axis=alt.Axis(grid=False))
    colour = alt.Color(
        "when:N",
        scale=alt.Scale(domain=list(WHEN), range=list(WHEN.values())),
        legend=alt.Legend(orient="bottom", title="is read"),
    )
    tips = ["writer:N", "reader:N", "states:Q", "when:N", "which:N"]
    base = alt.Chart(data).encode(alt.X("reader:N", sort=order).scale(domain=order), y.scale(domain=order))
    field = base.mark_rect(cornerRadius=3, opacity=0.85).encode(x.scale(domain=order), color=colour, tooltip=tips)
    count = base.mark_text(color="white", fontSize=12).encode(text="states:Q")
    words = "Rows and columns in the order of the week. The number: how many states; point at it to see which."
    title = alt.Title("What the mechanisms hand one another", subtitle=words)
    size: Any = {"step": 27}
    return alt.layer(field, count, width=size, height=size, title=title)


def around(name: str) -> Chart:
    """Draw what surrounds one quantity: what moves it, by which rules, and what it moves in turn.

    Parameters
    ----------
    name : str
        A quantity of `teamsim.evidence.odd.graph`: ``"Person.trust"``, ``"Style.candour"``, ``"Team.safety"``.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputError
        If nothing of that name is read or written.

    Examples
    --------
    >>> around("Person.trust").title.text
    'What moves and what follows: Trust'
    """
    causes = odd.graph()
    if name not in causes or causes.nodes[name]["kind"] != "quantity":
        known = [node for node, about in causes.nodes(data=True) if about["kind"] == "quantity"]
        raise InputError(f"quantity {name!r} is not known; {closest(name, known)}")
    writers = sorted(causes.predecessors(name))
    readers = sorted(rule for rule in causes.successors(name) if set(causes.successors(rule)) - {name})
    before = _ordered({one for rule in writers for one in causes.predecessors(rule)} - {name}, writers, causes.succ)
    after = _ordered({one for rule in readers for one in causes.successors(rule)} - {name}, readers, causes.pred)
    layers = [before, writers, [name], readers, after]
    tallest = max(map(len, layers))
    places = {
        (number, node): (number, (position + 0.5) * tallest / len(layer))
        for number, layer in enumerate(layers)
        for position, node in enumerate(layer)
    }
    nodes = pd.DataFrame(
        {"x": x, "y": y, "said": odd.label_of(node), "name": node, "kind": _kind(node), "layer": layer}
        for (layer, node), (x, y) in places.items()
    )
    links = [
        (places[left, one], places[left + 1, other])
        for left in range(4)
        for one in layers[left]
        for other in causes.successors(one)
        if (left + 1, other) in places
    ]
    edges = pd.DataFrame([(*one, *other) for one, other in links], columns=["x", "y", "x2", "y2"])
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.05, 4.75], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[tallest, -1], nice=False))
    lines = alt.Chart(edges).mark_rule(color="#B6BECB", strokeWidth=1.2, opacity=0.7).encode(x, y, x2="x2:Q", y2="y2:Q")
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(COLOURS_OF), range=list(COLOURS_OF.values())),
        legend=alt.Legend(orient="bottom", title=None),
    )
    shape = alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=list(COLOURS_OF), range=["diamond", "circle", "triangle-up", "square"]),
    )
    base = alt.Chart(nodes)
    dots = base.mark_point(size=90, opacity=1).encode(x, y, color=colour, shape=shape, tooltip=["name:N", "kind:N"])
    halo = base.mark_text(align="left", dx=9, fontSize=12, stroke="white", strokeWidth=5, opacity=0.9)
    words = base.mark_text(align="left", dx=9, fontSize=12)
    heads = pd.DataFrame({"x": x, "y": -0.7, "said": said} for x, said in enumerate(LAYERS) if layers[x])
    top = (
        alt.Chart(heads).mark_text(align="left", fontSize=13, fontWeight=600, color="#4B5568").encode(x, y, text="said")
    )
    title = alt.Title(f"What moves and what follows: {odd.label_of(name)}", subtitle=odd.quantities()[name].meaning)
    drawn = (lines, dots, halo.encode(x, y, text="said"), words.encode(x, y, text="said"), top)
    return alt.layer(*drawn, width=WIDTH, height=ROW * (tallest + 1), title=title)


def _ordered(names: set[str], rules: list[str], towards: Any) -> list[str]:
    """Put quantities next to the rules that they go with, so that fewer lines cross."""
    at = {rule: position for position, rule in enumerate(rules)}

    def middle(name: str) -> float:
        found = [at[rule] for rule in towards[name] if rule in at]
        return sum(found) / len(found)

    return sorted(names, key=lambda name: (middle(name), name))


def _kind(node: str) -> str:
    entity = node.split(".")[0]
    return next((kind for kind, entities in KINDS.items() if entity in entities), "rule")

