"""The calibrated sample: sets that fit, and futures that take them in turn."""

import numpy as np
import pytest
from typer.testing import CliRunner

import teamsim as ts
from teamsim.cli import app
from teamsim.evidence.calibration import free_parameters
from teamsim.luck import MODELS_CROSSED
from teamsim.parameters import SAMPLE, Parameters, calibrated_sample, parameters_of, sets_of

SETS = calibrated_sample()


@pytest.fixture(scope="module")
def many(small):
    return ts.futures(small, runs=len(SETS) + 8, parameters=SAMPLE)


@pytest.fixture(scope="module")
def small():
    return ts.Scenario.load("managing-stars").replace(weeks=26)


def test_its_sets_lie_in_their_ranges_and_differ_in_nothing_else():
    usual, free = Parameters(), free_parameters()
    assert len(SETS) >= 100
    assert len({tuple(one.model_dump().values()) for one in SETS}) == len(SETS)
    for one in SETS:
        for name, value in one.model_dump().items():
            if name in free:
                assert free[name].low <= value <= free[name].high
            else:
                assert value == getattr(usual, name)


def test_what_it_does_not_know_is_told_by_its_spread():
    free = free_parameters()
    points = np.array([[getattr(one, name) for name in free] for one in SETS])
    shares = np.ptp(points, axis=0) / [one.high - one.low for one in free.values()]
    assert (shares > 0).all(), "a number that all sets share is not unknown"


def test_runs_take_the_sets_in_turn(small, many):
    alone = ts.futures(small, runs=len(SETS) + 8, parameters=SETS[3]).runs
    for run in (3, len(SETS) + 3):
        assert many.runs.loc[run].equals(alone.loc[run])
    assert not many.runs.loc[4].equals(alone.loc[4])
    assert many.made.parameters == SETS


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_bits_are_the_same_on_any_number_of_threads(small, many, threads):
    again = ts.futures(small, runs=len(SETS) + 8, parameters=SAMPLE, threads=threads)
    assert again._raw["measures"].tobytes() == many._raw["measures"].tobytes()
    assert again.exits.equals(many.exits)


def test_any_run_can_be_opened_and_lived_again_in_mesa(small, many):
    for run in (0, 5, len(SETS) + 2):
        one = many.open(run)
        assert one.made.parameters == SETS[run % len(SETS)]
        engagement = one.weeks.query("group == 'organisation'")["engagement"].mean()
        assert engagement == pytest.approx(many.runs.loc[run, "engagement"])
    assert ts.TeamModel(small, rng=1, parameters=SAMPLE).run().weeks.equals(many.open(0).weeks)


def test_panel_and_redraws_follow_the_run(small, many):
    few = ts.futures(small, runs=3, parameters=[{"engagement_rate": 0.0}, {}])
    panel = few.panel(every_weeks=25)
    moved = panel[panel["person"].isin(small.people)].groupby(["run", "person"], observed=True)["engagement"].first()
    start = few.open(0).people.query("week == 0").set_index("person")["engagement"]
    for run, still in ((0, True), (1, False), (2, True)):
        assert (moved[run] == start[moved[run].index]).all() == still


def test_answers_are_those_of_the_runs_own_set(small):
    few = ts.futures(small, runs=2, parameters=[{"offer_rate": 0.0}, {}]).panel(every_weeks=13)
    alone = ts.futures(small, runs=2, parameters={}).panel(every_weeks=13)
    for name in ("quit_intention", "perceived_alternatives"):
        assert few.loc[few["run"] == 1, name].tolist() == alone.loc[alone["run"] == 1, name].tolist()
        assert few.loc[few["run"] == 0, name].tolist() != alone.loc[alone["run"] == 0, name].tolist()


def test_it_is_saved_and_loaded_with_every_set(many, tmp_path):
    again = ts.Futures.load(many.save(tmp_path / "kept"))
    assert again.made == many.made
    assert again.open(7).weeks.equals(many.open(7).weeks)


def test_a_comparison_holds_styles_against_each_other_by_the_same_set(small):
    found = ts.compare(small, {"a": "comfortable", "b": "comfortable"}, runs=8, parameters=SAMPLE)
    assert (found.differences["difference"].dropna() == 0).all()


def test_luck_or_leadership_tells_what_is_not_known_about_the_model(small):
    split = ts.luck_or_leadership(small, ts.Style.presets(), runs=4, parameters=SAMPLE)
    assert split.parts[-1] == "model"
    assert split.outcomes["model"].nunique() == MODELS_CROSSED
    assert "not known about the model" in split.say("engagement")


@pytest.mark.parametrize("given", ["calibrated sampel", "Calibrated Sample", "calibrated"])
def test_another_name_is_refused_with_the_right_one(small, given):
    line = r"parameters = .* is not there; did you mean 'calibrated sample'\?"
    with pytest.raises(ts.InputError, match=line) as caught:
        ts.futures(small, runs=2, parameters=given)
    assert "\n" not in str(caught.value)


def test_where_one_set_is_needed_many_are_refused(small):
    with pytest.raises(ts.InputError, match="parameters = 'calibrated sample' is many sets, and one is needed here"):
        ts.scorecard(2, parameters=SAMPLE)
    with pytest.raises(ts.InputError, match="parameters is empty; give one or more sets"):
        ts.futures(small, runs=2, parameters=[])
    assert sets_of(None) == (parameters_of(None),)


def test_the_command_takes_it_too():
    given = ["futures", "--weeks", "4", "--runs", "4", "--parameters", SAMPLE]
    found = CliRunner().invoke(app, given)
    assert found.exit_code == 0, found.output
    assert found.output != CliRunner().invoke(app, given[:-2]).output
