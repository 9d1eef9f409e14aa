"""What travels with the package is what the package says."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import teamsim as ts
from teamsim.evidence import plausible
from teamsim.evidence.bands import Bands
from teamsim.evidence.findings import (
    FOLDER,
    calibrated_ranges,
    explained,
    in_red,
    met,
    met_left_out,
    side_by_side,
    told,
)
from teamsim.evidence.held_out import folds
from teamsim.evidence.study import figures
from teamsim.evidence.targets import guarded, published, targets
from teamsim.parameters import calibrated_sample

CARDS = ("scorecard", "other firms", "second start", "third start")


@pytest.mark.parametrize("number", [0, 30, 60])
def test_sets_of_the_sample_meet_as_many_targets_as_is_said(number):
    row = pd.read_csv(FOLDER.parent / "calibrated_sample.csv").iloc[number].to_dict()
    said, _ = row.pop("met"), row.pop("implausibility")
    assert Bands().met(figures(row, range(1001, 1007)).to_numpy()) == said, "targets met"


@pytest.mark.long
def test_the_scorecard_that_is_shown_is_the_one_that_comes_out():
    shown, found = ts.findings("scorecard"), ts.scorecard(30, by="check")
    assert shown.index.equals(found.index)
    for column in ("low", "high", "value", "value_low", "value_high"):
        assert np.allclose(shown[column], found[column], rtol=1e-6, equal_nan=True), column
    assert (shown["in_band"] == found["in_band"]).all()


def test_every_table_has_every_figure_with_its_band():
    expected = [(one.id, check.measure, check.low, check.high) for one in published() for check in one.checks]
    for name in CARDS:
        table = ts.findings(name).reset_index()
        assert list(table[["target", "measure", "low", "high"]].itertuples(index=False, name=None)) == expected, name
    held_out = ts.findings("held out")
    assert len(held_out) == 4 * len(expected)
    for number, left_out in enumerate(folds(), 1):
        assert set(held_out.loc[(held_out["fold"] == number) & held_out["left_out"], "target"]) == set(left_out)
    assert ts.findings("not fitted").index.unique("target").tolist() == [target.id for target in guarded()]


@pytest.mark.parametrize("name", ["README.md", "CITATION.cff", "notebooks/evidence.ipynb"])
def test_what_is_told_of_the_scorecard_is_what_it_says(name):
    """The first figures that somebody reads."""
    text = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
    if name.endswith(".ipynb"):
        text = "".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    card = ts.findings("scorecard")
    of_targets = card["kind"] == "target"
    met, kept = int(card.loc[of_targets, "in_band"].groupby("target").all().sum()), card.loc[~of_targets, "in_band"]
    said = f"meets {met} of {len(targets())}; of findings left out of the fit in turn, it meets {met_left_out()}. "
    assert said + f"Of {len(kept)} checks of bounds, it keeps {kept.sum()}" in " ".join(text.split())


def test_a_verdict_is_what_its_numbers_say():
    for name in (*CARDS, "held out", "not fitted"):
        table = ts.findings(name)
        assert (table["in_band"] == table["value"].between(table["low"], table["high"])).all(), name


def test_no_set_of_the_sample_is_ruled_out():
    sample = pd.read_csv(FOLDER.parent / "calibrated_sample.csv")
    assert sample.columns[-2:].tolist() == ["implausibility", "met"]
    assert len(calibrated_sample()) == len(sample) >= 100
    assert (sample["implausibility"] < plausible.FAR).all()


def test_misses_are_in_red_and_nothing_else_is():
    shown = in_red(explained(ts.findings("scorecard"))).to_html()
    missed = (~ts.findings("scorecard")["in_band"].groupby("target").all()).sum()
    assert shown.count(">MISS<") == missed
    assert ("#b30000" in shown) == (missed > 0)
    assert "#b30000" in in_red(ts.findings("held out").assign(in_band=False)).to_html()
    assert "#b30000" not in in_red(ts.findings("held out").assign(in_band=True)).to_html()


def test_bounds_are_told_beside_the_targets_and_never_as_left_out():
    rows = [("boss", False), ("practices", True), ("practices", False), ("survival", True), ("survival", True)]
    table = pd.DataFrame(rows, columns=["target", "in_band"]).assign(measure=range(5)).set_index(["target", "measure"])
    assert met(table) == "1 of 1 targets met, 1 of 3 checks of bounds kept"
    held = table.reset_index().assign(fold=1, left_out=[False, False, False, True, True])
    assert told(held).to_dict("index") == {"left out": {"inside": 1, "of": 1}}


def test_what_was_left_out_of_the_fit_is_told_apart_from_what_was_fitted():
    rows = pd.DataFrame(
        [(1, "a", True, True), (1, "a", True, False), (1, "b", True, True), (1, "c", False, True)],
        columns=["fold", "target", "left_out", "in_band"],
    )
    assert told(rows).to_dict("index") == {"fitted": {"inside": 1, "of": 1}, "left out": {"inside": 1, "of": 2}}


def test_what_is_met_never_stands_without_what_is_met_where_left_out():
    targets_left_out = ts.findings("held out").query("left_out").groupby(["fold", "target"])["in_band"].all()
    said = f"{targets_left_out.sum()} of {sum(map(len, folds()))}"
    assert met_left_out() == said
    shown = side_by_side(*CARDS).to_html(), ts.charts.scorecard(ts.findings("scorecard")).title.text
    assert all(text.count(f"left out of the fit: {said}") == 1 for text in shown)


def test_the_colours_of_a_table_are_those_of_no_other():
    tables = [in_red(ts.findings(name)) for name in (*CARDS, "held out", "not fitted")]
    tables += [calibrated_ranges(), side_by_side(*CARDS), side_by_side(*CARDS[:2])]
    assert len({table.uuid for table in tables}) == len(tables)


def test_the_tables_of_the_notebook_are_the_same_from_one_time_to_the_next():
    for make in (calibrated_ranges, lambda: side_by_side(*CARDS)):
        assert make().to_html() == make().to_html()


def test_a_table_that_is_not_there_is_refused():
    with pytest.raises(ts.InputError, match=r"name = 'scorecrad' is not known; did you mean 'scorecard'\?"):
        ts.findings("scorecrad")


def test_what_is_declared_is_the_best_set():
    best = tomllib.loads((FOLDER / "best.toml").read_text(encoding="utf-8"))["parameters"]
    usual = ts.simulate(ts.Scenario.load("managing-stars").replace(weeks=1)).made.parameters
    assert {name: getattr(usual, name) for name in best} == best
