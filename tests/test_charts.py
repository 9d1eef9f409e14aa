"""Every chart is built, is valid, sends only what it draws, and says what it cannot draw."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

import teamsim as ts
from teamsim import charts


@pytest.fixture(scope="module")
def team() -> ts.Scenario:
    return ts.Scenario.load("managing-stars")


@pytest.fixture(scope="module")
def run(team):
    return ts.simulate(team, "hands-off", seed=3)


@pytest.fixture(scope="module")
def many(team):
    return ts.futures(team, "hands-off", runs=20)


@pytest.fixture(scope="module")
def found(team):
    return ts.compare(team, {"as it was": "hands-off", "hard": "demanding", "new": "developer"}, runs=20)


@pytest.fixture(scope="module")
def large() -> ts.Run:
    teams = [
        {"name": f"T{n}", "leader": {"name": f"L{n}"}, "people": [{"name": f"P{n}-{k}"} for k in range(6)]}
        for n in range(40)
    ]
    return ts.simulate(ts.Scenario(name="large", weeks=30, teams=teams), "hands-off")


def drawn(chart: Any) -> tuple[dict[str, Any], list[list[dict[str, Any]]]]:
    """The valid specification, and its datasets."""
    spec = chart.to_dict()
    return spec, list(spec["datasets"].values())


def columns(chart: Any) -> list[set[str]]:
    return [set(rows[0]) for rows in drawn(chart)[1]]


def text(spec: Any) -> str:
    return json.dumps(spec, ensure_ascii=False)


def test_weeks_of_a_run_are_lines(run):
    chart = charts.weeks(run)
    spec, data = drawn(chart)
    assert columns(chart) == [{"week", "group", "median"}] * 4
    assert all(len(rows) == 104 for rows in data)
    assert len(spec["concat"]) == 4
    assert spec["concat"][0]["title"]["text"] == "Engagement (0 to 1)"
    assert "mark_area" not in text(spec)


def test_weeks_of_futures_are_a_median_with_bands(many):
    spec, _ = drawn(charts.weeks(many, "engagement"))
    assert columns(charts.weeks(many, "engagement")) == [{"week", "group", "q10", "q25", "median", "q75", "q90"}]
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert marks == ["area", "area", "line", "point"]
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 1]


def test_groups_differ_by_dash_as_well_as_colour(many):
    spec, _ = drawn(charts.weeks(many, "output", ["top third", "bottom third"]))
    line = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "line")
    assert {"color", "strokeDash"} <= set(line["encoding"])


def test_other_data_leave_the_specification_as_it_is(team, many):
    """So a living chart is fed rather than drawn anew."""
    from teamsim.lab.specs import take_apart

    other = ts.futures(team, "developer", runs=20)
    one, two = (take_apart(charts.weeks(each, "engagement").to_dict())[0] for each in (many, other))
    assert one == two


def test_a_team_has_lines_of_its_own(run):
    assert drawn(charts.weeks(run, "vacancies", "Product"))[1]


def test_long_horizons_are_averaged():
    scenario = ts.Scenario.load("managing-stars").replace(weeks=1040)
    rows = drawn(charts.weeks(ts.simulate(scenario), "strain"))[1][0]
    assert len(rows) <= 208
    assert max(row["week"] for row in rows) > 1000


@pytest.mark.parametrize("kind", ["run", "many"])
def test_exits(kind, request):
    spec, data = drawn(charts.exits(request.getfixturevalue(kind)))
    assert spec["title"]["text"] == "Managing stars: who left, and why"
    assert sum(map(len, data)) < 500


def test_each_departure_is_a_row_with_the_reason_given(run):
    why = next(rows for rows in drawn(charts.exits(run))[1] if "driver" in rows[0])
    own = run.exits[run.exits["road"] != "dismissed"]
    assert len({row["who"] for row in why}) == min(24, len(own))
    assert all(" – said: " in row["who"] for row in why)


def test_nobody_left():
    quiet = ts.Scenario(
        name="quiet", weeks=1, teams=[{"name": "T", "leader": {"name": "L"}, "people": [{"name": "A"}]}]
    )
    run = ts.simulate(quiet)
    assert run.exits.empty
    assert "Nobody left." in text(charts.exits(run).to_dict())


def test_people_have_a_lane_each(run):
    cells = next(rows for rows in drawn(charts.people(run))[1] if "engagement" in rows[0])
    assert {row["lane"] for row in cells} == set(run.scenario.people)


def test_in_a_large_organisation_a_lane_is_a_team(large):
    spec, data = drawn(charts.people(large))
    cells = next(rows for rows in data if "engagement" in rows[0])
    assert len({row["lane"] for row in cells}) == 30
    assert "the 30 of 40 with the lowest engagement" in text(spec["title"])


@pytest.mark.parametrize("measure", ["net_value", "regretted", "engagement"])
def test_runs_counts_every_future_once(many, measure):
    rows = next(rows for rows in drawn(charts.runs(many, measure))[1] if "futures" in rows[0])
    assert sum(row["futures"] for row in rows) == 20


def test_differences_have_shapes_and_numbers(found):
    spec, [rows] = drawn(charts.differences(found, ["engagement", "regretted"], ["top third", "bottom third"]))
    assert len(rows) == 2 * 2 * 2
    assert all("±" in row["said"] for row in rows)
    assert any("shape" in layer["encoding"] for layer in spec["spec"]["layer"])
    assert spec["resolve"]["scale"]["x"] == "independent"


def test_bands_have_a_line_for_each_style(found):
    _, [rows] = drawn(charts.bands(found, "strain"))
    assert {row["style"] for row in rows} == {"as it was", "hard", "new"}


@pytest.mark.parametrize("table", ["run", "many", "found"])
def test_what_was_saved_can_be_drawn(table, request, tmp_path):
    result = request.getfixturevalue(table)
    again = type(result).load(result.save(tmp_path / "saved"))
    draw = {"run": charts.people, "many": charts.runs, "found": charts.differences}[table]
    assert draw(again).to_dict() == draw(result).to_dict()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            lambda r, _m, _f: charts.weeks(r, "engagment"),
            "measure 'engagment' is not known; did you mean 'engagement'?",
        ),
        (
            lambda r, _m, _f: charts.weeks(r, groups="top thrid"),
            "group 'top thrid' is not known; did you mean 'top third'?",
        ),
        (lambda r, _m, _f: charts.weeks(r, measures=[]), "measures is empty; name one or more measures"),
        (
            lambda r, _m, _f: charts.weeks(r, "vacancies", "top third"),
            "measure 'vacancies' is of whole teams; it is not measured",
        ),
        (
            lambda _r, m, _f: charts.weeks(m, "engagement", "Product"),
            "group 'Product' is not known; Known: bottom third",
        ),
        (lambda _r, m, _f: charts.runs(m, "turnover"), "measure 'turnover' is not known"),
        (lambda _r, m, _f: charts.people(m), "result = a Futures cannot be drawn here; give a Run"),
        (lambda _r, _m, f: charts.weeks(f), "result = a Comparison cannot be drawn here; give a Run or a Futures"),
        (lambda _r, _m, f: charts.bands(f, group="all"), "group 'all' is not known"),
        (lambda _r, _m, f: charts.bands(f, "vacancies", "top third"), "measure 'vacancies' is of whole teams"),
        (lambda _r, _m, f: charts.differences(f, "hours_free", "top third"), "measure 'hours_free' is of whole teams"),
    ],
)
def test_mistakes_are_said_in_a_line(wrong, said, run, many, found):
    with pytest.raises(ts.InputError) as error:
        wrong(run, many, found)
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_building_is_quick(run, many):
    many.weeks, run.people, run.exits, run.events  # noqa: B018
    for draw in (lambda: charts.weeks(many, "engagement"), lambda: charts.runs(many)):
        draw()
        began = time.process_time()
        draw()
        assert time.process_time() - began < 0.5  # some 15 ms on an idle machine; only a blunder is caught here


@pytest.fixture
def german():
    ts.lab.speak("de")
    yield
    ts.lab.speak("en")


def shown(node: Any, told: bool = False) -> list[str]:
    """Every text of a specification that a reader sees: titles, legends, texts of marks, names in the data."""
    if isinstance(node, str):
        return [node] if told else []
    if isinstance(node, dict):
        seen = ("title", "text", "subtitle", "titles", "description")
        unseen = ("config", "anchor", "color", "align", "field", "type")
        inner = [(key in seen or key == "datasets" or told, value) for key, value in node.items() if key not in unseen]
        return [text for is_told, value in inner for text in shown(value, is_told)]
    if isinstance(node, list):
        return [text for value in node for text in shown(value, told)]
    return []


CHARTS = {
    "weeks of a run": lambda run, _many, _found: charts.weeks(run, ["engagement", "output"], ["top third", "Product"]),
    "weeks of a third": lambda _run, many, _found: charts.weeks(many, "strain", "bottom third"),
    "people": lambda run, _many, _found: charts.people(run),
    "exits of a run": lambda run, _many, _found: charts.exits(run),
    "exits of futures": lambda _run, many, _found: charts.exits(many),
    "runs": lambda _run, many, _found: charts.runs(many, "regretted"),
    "differences": lambda _run, _many, found: charts.differences(found, groups=["organisation", "top third"]),
    "bands": lambda _run, _many, found: charts.bands(found, "strain", "bottom third"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_speaks_german(name, run, many, found, german):
    """Of what it shows in English nothing is left but names, numbers and the words that both languages share."""
    draw = CHARTS[name]
    ts.lab.speak("en")
    english = set(shown(draw(run, many, found).to_dict()))
    ts.lab.speak("de")
    spoken = set(shown(draw(run, many, found).to_dict()))
    assert spoken
    same = {text for text in english & spoken if any(letter.isalpha() for letter in text)}
    names = {*run.scenario.people, *found.styles, "Product", run.scenario.title}
    alike = {"Engagement", "Feedback", "Fairness", "Median", "Team", "Product"}
    assert {text for text in same if text not in names | alike} == set()


def test_a_german_title(many, german):
    chart = charts.runs(many, "regretted")
    assert chart.title.text == "Schmerzliche Abgänge · Managing stars: 20 Zukünfte"
    assert charts.weeks(many, "strain").title.text.startswith("Belastung (0 bis 1) · ")


def test_levels_of_a_study_differ_by_shape_as_well_as_colour():
    few = ts.Study("managing-stars", {"style.coaching_hours": [0.0, 1.0], "style.pressure": [0.2, 0.8]}, runs=2)
    _, line, point = ts.charts.sweep(few.run(), "strain").to_dict()["layer"]
    assert point["encoding"]["shape"]["scale"]["domain"] == point["encoding"]["color"]["scale"]["domain"] == [0.2, 0.8]
    assert "transform" not in line


def test_a_second_axis_without_levels_is_a_scale_with_one_line_for_all():
    spread = {"style.coaching_hours": (0.0, 1.0), "style.pressure": (0.2, 0.8)}
    study = ts.Study("managing-stars", spread, "latin", points=8, runs=2)
    _, line, point = ts.charts.sweep(study.run(), "strain").to_dict()["layer"]
    assert point["encoding"]["color"]["type"] == "quantitative"
    assert line["transform"][0]["groupby"] == []
    assert "shape" not in point["encoding"]
