"""The tables of full studies that the notebooks show are of these studies, and of these rules."""

import json

import pandas as pd
import pytest

import teamsim as ts
from teamsim.data.make_studies import SAMPLES, levers, sweep
from teamsim.files import shipped
from teamsim.research.design import values_at
from teamsim.research.sensitivity import sampled

ANEW = "other rules, scenario or study by now: python -m teamsim.data.make_studies FOLDER"


def made(name):
    return json.loads(shipped("data", f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def swept():
    return pd.read_csv(shipped("data", "sweep-points.csv"), index_col="point")


def test_the_sweep_shown_is_the_one_declared(swept):
    study = sweep()
    assert made("sweep-points")["identity"] == study.identity, ANEW
    pd.testing.assert_frame_equal(swept[list(study.axes)], study.design, check_names=False, check_dtype=False)
    assert (swept["runs"] == study.runs).all()


@pytest.mark.parametrize("point", [0, 437, 874])
def test_points_of_the_sweep_are_found_again(swept, point):
    study = sweep()
    here = study.with_design(pd.DataFrame([values_at(study.design, point)])).run().points
    for measure in study.measures:
        assert swept.loc[point, measure] == pytest.approx(here.loc[0, measure], rel=1e-5), ANEW


def test_the_indices_shown_are_of_the_study_declared():
    study = levers()
    assert made("sensitivity-indices")["identity"] == sampled(study, "sobol", SAMPLES)[2].identity, ANEW
    assert made("sensitivity-indices")["rules"] == made("sweep-points")["rules"]
    table = pd.read_csv(shipped("data", "sensitivity-indices.csv"))
    assert set(table["axis"]) == set(study.axes)
    assert set(table["measure"]) == set(study.measures)
    for measure in study.measures:
        assert len(ts.Sensitivity("sobol", table).ranked(measure)) == len(study.axes)
