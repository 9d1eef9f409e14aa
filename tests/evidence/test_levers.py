"""What each lever does and costs: read as tables say, clear of zero only where it is; hidden losses are found."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import teamsim as ts
from teamsim.charts import levers as pictures
from teamsim.cli import app
from teamsim.evidence import levers
from teamsim.fields import InputError
from teamsim.results import GROUPS
from teamsim.scenario import Scenario


@pytest.fixture(scope="module")
def moved():
    return levers.lever_table(Scenario.load("under-pressure"), ["pressure", "feedback_weeks"], runs=40)


def test_what_is_read_is_what_the_tables_say(small):
    many = ts.futures(small, "hands-off", runs=5, seed=2)
    found = levers.read(many, levers.CONCERNS, (0, small.weeks))
    runs, heads = many.runs, many.runs["people"] * small.weeks
    assert found["strain"] == pytest.approx(runs["strain"])
    left = runs["left_for_offer"] + runs["left_exhausted"]
    assert found["voluntary"] == pytest.approx(52 * left / heads)
    assert found["hours_asked"] == pytest.approx(runs["hours_asked"] / heads)
    assert found["output"] == pytest.approx(runs["output"] / small.weeks)
    cost = runs[["pay_cost", "development_cost", "replacement_cost"]].sum(axis=1)
    assert found["cost"] == pytest.approx(cost / heads)
    early = many.open(3).weeks.query("group == 'top third' and week >= 4 and week < 9")
    assert levers.read(many, ["trust"], (4, 9), "top third")["trust"][3] == pytest.approx(early["trust"].mean())


def test_a_row_is_the_difference_between_the_ends_of_a_lever_alone(moved):
    scenario = levers.begun(Scenario.load("under-pressure"), 104)
    ends = [ts.futures(scenario.led(pressure=value), runs=40, seed=1) for value in (0.1, 0.9)]
    low, high = (levers.read(one, ["strain"], (0, 26), "bottom third")["strain"] for one in ends)
    row = moved.set_index(["lever", "weeks", "group", "measure"]).loc["pressure", 26, "bottom third", "strain"]
    assert row["difference"] == pytest.approx((high - low).mean())
    assert row["low"] < row["difference"] < row["high"]
    assert row["at_high"] - row["at_low"] == pytest.approx(row["difference"])


def test_every_lever_has_a_row_a_measure_group_and_horizon(moved):
    assert not moved.duplicated(["lever", "weeks", "group", "measure"]).any()
    whole = moved[moved["group"] == GROUPS[0]]
    assert set(whole["measure"]) == set(levers.CONCERNS)
    assert moved["weeks"].unique().tolist() == [26, 104]
    assert (moved["unit"] != "").all()


def test_a_lever_in_weeks_moves_by_equal_ratios(moved):
    ends = moved.set_index("lever").loc["feedback_weeks", ["from", "to"]].iloc[0]
    assert np.log(ends).to_numpy() == pytest.approx(np.log(52) * np.array([0.1, 0.9]))


def test_an_idle_lever_is_never_clear_of_zero(small):
    found = levers.lever_table(small, ["promote_by_lot"], weeks=[26], runs=10)
    assert (found["difference"] == 0).all()
    assert not found["clear"].any()
    assert not levers.worse_when_high(found)[["costs", "drawback"]].any(axis=None)


def test_of_many_measures_without_effect_hardly_one_is_called_clear(small):
    """The same lever value at both ends, in other chance events: 5 % of levers have a row that is called clear."""
    many = ts.futures(small, runs=200, seed=5)._raw["measures"]
    wrong = 0
    for part in range(10):
        first, second = many[part * 20 : part * 20 + 10], many[part * 20 + 10 : part * 20 + 20]
        ends = [ts.results.Futures(None, measures=rows) for rows in (first, second)]
        wrong += any(row["clear"] for row in levers._moved("pressure", (0.1, 0.9), ends, [26]))
    assert wrong <= 2


def table(*rows):
    names = ["lever", "weeks", "group", "measure", "difference", "better", "clear"]
    return pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])


def test_what_is_worse_is_said_for_everybody_or_for_a_third():
    found = levers.worse_when_high(
        table(
            ("a", 26, "organisation", "strain", 0.1, -1, True),
            ("a", 104, "organisation", "output", 0.1, 1, True),
            ("a", 104, "bottom third", "strain", 0.2, -1, True),
            ("b", 26, "organisation", "trust", -0.1, 1, False),
            ("b", 26, "top third", "trust", -0.1, 1, True),
            ("c", 26, "organisation", "cost", 0.1, -1, True),
            ("c", 26, "organisation", "mistakes", 0.1, 0, True),
        )
    )
    assert found.loc["a"].tolist() == ["Strain", "", "Output", True, True]
    assert found.loc["b"].tolist() == ["", "Trust (top third)", "", True, False]
    assert found.loc["c"].tolist() == ["Cost", "", "", True, False]


def test_the_low_end_is_the_high_end_turned_round(moved):
    high, low = levers.worse_when_high(moved), levers.worse_when_high(moved, "low")
    assert high["worse"].tolist() == low["better"].tolist()
    with pytest.raises(InputError, match="end = 'middle' is not known"):
        levers.worse_when_high(moved, "middle")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"levers": ["presure"]}, "lever 'presure' is not known; did you mean 'pressure'"),
        ({"weeks": []}, "weeks = .* are no horizons"),
        ({"weeks": [0]}, "weeks = .* are no horizons"),
        ({"runs": 1}, "runs = 1 is not a whole number from 2"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(small, given, message):
    with pytest.raises(InputError, match=message):
        levers.lever_table(small, **given)


# On the command line, and as pictures


def test_the_command_says_what_gets_better_and_worse_and_writes_the_table(tmp_path):
    out = tmp_path / "levers.csv"
    result = CliRunner().invoke(app, ["levers", "under-pressure", "pressure", "--runs", "4", "--out", str(out)])
    assert result.exit_code == 0, result.output
    said = result.output.splitlines()
    assert said[0] == "pressure, from 0.10 to 0.90"
    assert [line.split(":")[0].strip() for line in said[1:4]] == ["better", "worse", "worse for"]
    again = levers.lever_table(Scenario.load("under-pressure"), ["pressure"], runs=4)
    pd.testing.assert_frame_equal(pd.read_csv(out), again, check_exact=False)


def test_the_map_shows_what_is_clear_and_marks_hidden_losses(moved):
    cells, signs, marks = (layer["data"]["name"] for layer in pictures.lever_map(moved, 26).to_dict()["layer"])
    data = pictures.lever_map(moved, 26).to_dict()["datasets"]
    mine = moved[(moved["weeks"] == 26) & moved["clear"]]
    assert len(data[cells]) == (mine["group"] == GROUPS[0]).sum()
    assert all(row["side"] == "worse" and row["group"] != GROUPS[0] for row in data[marks])
    strain = next(row for row in data[signs] if (row["lever"], row["measure"]) == ("Pressure", "Strain"))
    assert (strain["sign"], strain["side"]) == ("+", "worse")


def test_one_lever_shows_every_measure_within_each_horizon(moved):
    [rows] = pictures.one_lever(moved, "pressure").to_dict()["datasets"].values()
    assert {row["within"] for row in rows} == {"within 26 weeks", "within 104 weeks"}
    assert all(row["low_at"] <= row["size"] <= row["high_at"] for row in rows)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda table: pictures.lever_map(table, 52), "weeks = 52 is not in the table; there is 26, 104"),
        (lambda table: pictures.lever_map(table, levers=["clarity"]), "lever 'clarity' is not known"),
        (lambda table: pictures.one_lever(table, "pressure", "north"), "group 'north' is not known"),
    ],
)
def test_pictures_of_what_is_not_in_the_table_are_refused(moved, draw, message):
    with pytest.raises(InputError, match=message):
        draw(moved)
