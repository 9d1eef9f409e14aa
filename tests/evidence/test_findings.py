"""What travels with the package is what the package says."""

import importlib.util
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
    NOT_MEASURED,
    calibrated_ranges,
    explained,
    in_red,
    met,
    of_left_out,
    side_by_side,
    told,
)
from teamsim.evidence.study import figures
from teamsim.evidence.targets import bounds, guarded, published, targets
from teamsim.parameters import calibrated_sample

CARDS = ("scorecard", "other firms")

spec = importlib.util.spec_from_file_location("counted", Path(__file__).with_name("counted.py"))
counted = importlib.util.module_from_spec(spec)
spec.loader.exec_module(counted)


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
    assert ts.findings("not fitted").index.unique("target").tolist() == [target.id for target in guarded()]


def test_no_table_is_kept_that_other_rules_came_to():
    """Other starts and findings left out are to be made anew, and then what README, CITATION and notebook say of it."""
    assert {path.name for path in FOLDER.glob("*.csv")} == {"scorecard.csv", "other-firms.csv", "not-fitted.csv"}
    for name in ("second start", "third start", "held out"):
        with pytest.raises(ts.InputError, match="is not known"):
            ts.findings(name)


@pytest.mark.parametrize("name", counted.FILES)
def test_what_is_told_of_the_scorecard_is_what_it_says(name):
    """The first figures that somebody reads."""
    text = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
    if name.endswith(".ipynb"):
        text = "".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    card = ts.findings("scorecard").reset_index()
    inside = {one.id: card.loc[card["target"] == one.id, "in_band"].tolist() for one in published()}
    kept = [held for one in bounds() for held in inside[one.id]]
    must = [all(inside[one.id]) for one in bounds() if one.must]
    said = f"the model meets {sum(all(inside[one.id]) for one in targets())} of {len(targets())} findings, and keeps "
    said += f"{sum(kept)} of {len(kept)} checks of bounds and {sum(must)} of the {len(must)} bounds that must hold."
    assert " ".join(text.split()).count(said) == 1, "python tests/evidence/counted.py writes it anew"


@pytest.mark.parametrize("name", counted.FILES)
def test_what_is_told_of_another_scorecard_is_what_that_one_says(name):
    text, card = (counted.HOME / name).read_text(encoding="utf-8"), ts.findings("scorecard")
    assert counted.written(text, card) == text
    for inside, said in ((True, "16 of 16, 28 of 28, 4 of the 4"), (False, "0 of 16, 0 of 28, 0 of the 4")):
        other = card.assign(in_band=inside)
        anew = counted.written(text, other)
        assert said == "{} of {}, {} of {}, {} of the {}".format(*counted.counts(other))
        told_there = "".join("".join(one["source"]) for one in json.loads(anew)["cells"]) if "ipynb" in name else anew
        assert counted.sentence(other) in " ".join(told_there.split())
        assert counted.written(anew, card) == text, "nothing else is changed"
    with pytest.raises(ValueError, match="not enough"):
        counted.written("no such sentence", card)


def test_a_verdict_is_what_its_numbers_say():
    for name in (*CARDS, "not fitted"):
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
    assert "#b30000" in in_red(ts.findings("not fitted").assign(in_band=False)).to_html()
    assert "#b30000" not in in_red(ts.findings("not fitted").assign(in_band=True)).to_html()


def test_bounds_are_told_beside_the_targets_and_never_as_left_out():
    rows = [("boss", False), ("practices", True), ("practices", False), ("survival", True), ("survival", True)]
    table = pd.DataFrame(rows, columns=["target", "in_band"]).assign(measure=range(5)).set_index(["target", "measure"])
    assert met(table) == "1 of 1 targets met, 1 of 3 checks of bounds kept, 0 of 2 bounds that must hold"
    assert met(table.loc[["practices"]].assign(in_band=True)).endswith(", 1 of 1 bounds that must hold")
    other = pd.DataFrame({"in_band": {("counter-offer", "gone"): True}}).rename_axis(["target", "measure"])
    assert met(other) == "1 of 1 checks of bounds kept", "none of those that must hold"
    held = table.reset_index().assign(fold=1, left_out=[False, False, False, True, True])
    assert told(held).to_dict("index") == {"left out": {"inside": 1, "of": 1}}


def test_what_was_left_out_of_the_fit_is_told_apart_from_what_was_fitted():
    rows = pd.DataFrame(
        [(1, "a", True, True), (1, "a", True, False), (1, "b", True, True), (1, "c", False, True)],
        columns=["fold", "target", "left_out", "in_band"],
    )
    assert told(rows).to_dict("index") == {"fitted": {"inside": 1, "of": 1}, "left out": {"inside": 1, "of": 2}}


def where_it_is_told_what_is_met():
    return side_by_side(*CARDS).to_html(), " ".join(ts.charts.scorecard(ts.findings("scorecard")).title.subtitle)


def test_what_is_met_never_stands_without_that_nobody_has_looked_at_what_was_left_out():
    assert of_left_out() == f"{NOT_MEASURED}: teamsim held-out."
    assert all(text.count(of_left_out()) == 1 for text in where_it_is_told_what_is_met())


def test_what_is_met_never_stands_without_what_is_met_where_left_out_once_that_is_known(tmp_path, monkeypatch):
    for name in CARDS:
        ts.findings(name).to_csv(tmp_path / f"{name.replace(' ', '-')}.csv")
    rows = [(1, "survival", True, True), (2, "survival", True, False), (2, "hard-goals", False, True)]
    table = pd.DataFrame(rows, columns=["fold", "target", "left_out", "in_band"])
    table.to_csv(tmp_path / "held-out.csv", index=False)
    monkeypatch.setitem(of_left_out.__globals__, "FOLDER", tmp_path)
    assert of_left_out() == "Left out of the fit in turn, 1 of 2 targets held: teamsim held-out."
    assert ts.findings("held out").equals(table)
    assert all(text.count(of_left_out()) == 1 for text in where_it_is_told_what_is_met())


def test_the_colours_of_a_table_are_those_of_no_other():
    tables = [in_red(ts.findings(name)) for name in (*CARDS, "not fitted")]
    tables += [calibrated_ranges(), side_by_side(*CARDS), side_by_side(*CARDS[:1])]
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
