"""The picture of luck and leadership: valid, small, and true to the split."""

from __future__ import annotations

import json

import pytest

import teamsim as ts
from teamsim import charts
from teamsim.charts.luck import COLOURS_OF_PARTS, MOST_DOTS, strips
from teamsim.luck import PARTS


@pytest.fixture(scope="module")
def split(small):
    return ts.luck_or_leadership(small, ts.Style.presets(), 20)


@pytest.fixture(scope="module")
def drawn(small):
    return ts.luck_or_leadership(small, runs=100, drawn=20)


def tables(chart):
    """Every dataset of a chart by the names of its columns."""
    found = []

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("values"), list) and node["values"] and isinstance(node["values"][0], dict):
                found.append(node["values"])
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    spec = chart.to_dict()
    walk(spec)
    return [*found, *spec.get("datasets", {}).values()]


def test_every_history_of_few_styles_is_a_dot(split):
    dots = next(rows for rows in tables(charts.luck_or_leadership(split)) if len(rows) == 6 * 20)
    assert {row["style"] for row in dots} == set(ts.Style.presets())
    one = [rows for rows in tables(charts.luck_or_leadership(split)) if rows[0].get("history") == 1 and len(rows) == 6]
    assert one, "the same luck under every style is a line"


def test_many_styles_have_no_more_dots_than_can_be_seen(drawn):
    chart = charts.luck_or_leadership(drawn, "engagement")
    assert max(map(len, tables(chart))) <= MOST_DOTS


def test_strips_are_ordered_by_their_means(split):
    _, data = strips(split.outcomes, "engagement", 26)
    assert data["means"]["mean"].is_monotonic_decreasing
    assert data["one"]["at"].is_monotonic_increasing


def test_counts_are_spread_and_stay_where_they_belong(split):
    _, data = strips(split.outcomes, "left_for_offer", 26)
    dots = data["dots"]
    assert ((dots["x"] - dots["value"]).abs() <= 0.25).all()
    assert (dots["value"] == dots["value"].round()).all()


def test_the_bar_is_the_split(split):
    bar = next(rows for rows in tables(charts.luck_or_leadership(split, "trust")) if "ink" in rows[0])
    rows = split.shares.query("measure == 'trust'")
    assert [row["share"] for row in bar] == pytest.approx(rows["share"].tolist(), abs=1e-4)
    assert bar[0]["from"] == 0
    assert bar[-1]["to"] == pytest.approx(1)
    assert bar[0]["part"].startswith("leadership: ")


def test_every_part_has_a_colour():
    assert set(COLOURS_OF_PARTS) == set(PARTS)
    assert len(set(COLOURS_OF_PARTS.values())) == len(PARTS)


def test_where_nothing_differs_it_is_said(small):
    split = ts.luck_or_leadership(small.replace(weeks=1), {"a": "developer", "b": "developer"}, 3)
    chart = charts.luck_or_leadership(split, "dismissed")
    assert "nothing separates one history" in json.dumps(chart.to_dict())


def test_what_was_saved_can_be_drawn(split, tmp_path):
    again = ts.VarianceSplit.load(split.save(tmp_path / "kept"))
    assert charts.luck_or_leadership(again).to_dict() == charts.luck_or_leadership(split).to_dict()


def test_mistakes_are_said_in_a_line(split, small):
    with pytest.raises(ts.InputError, match="measure 'outputt' is not known; did you mean 'output'"):
        charts.luck_or_leadership(split, "outputt")
    with pytest.raises(ts.InputError, match="cannot be drawn here; give a VarianceSplit"):
        charts.luck_or_leadership(ts.simulate(small))
