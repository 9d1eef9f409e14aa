"""The search finds what is there to be found, goes on where it was stopped, and tells what it cannot tell."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import teamsim as ts
from teamsim.cli import app
from teamsim.evidence import extra
from teamsim.evidence.bands import MUST, Bands
from teamsim.evidence.calibration import Range, Space, free_parameters
from teamsim.evidence.held_out import folds
from teamsim.evidence.journal import Journal
from teamsim.fields import InputError
from teamsim.parameters import Parameters, parameters_of

FREE = {
    "offer_rate": Range(low=0.0, high=0.2, start=0.02, moves="made up"),
    "honeymoon_gain": Range(low=0.0, high=4.0, start=3.5, moves="made up"),
    "recognition_gain": Range(low=1.0, high=3.0, start=1.2, moves="made up"),
}
SPACE, BANDS = Space(FREE), Bands()
TRUE = np.array([0.7, 0.3, 0.5])
SLOPES = np.random.default_rng(3).normal(size=(len(BANDS.low), 3))


def made_up(numbers, seeds, threads=None):
    """Figures in the middle of their bands at `TRUE`, and further out the further from there."""
    apart = SPACE.points(np.array([numbers[name] for name in FREE])) - TRUE
    values = (BANDS.low + BANDS.high) / 2 + BANDS.half * (3 * SLOPES @ apart + 2 * np.sin(3 * apart).sum() ** 2)
    return pd.Series(values, BANDS.index)


def fit(folder, **more):
    given = {"seeds": 1, "free": FREE, "threads": 1, "evaluations": 80, "look": made_up} | more
    return ts.calibrate(folder, **given)


# --- the loss -------------------------------------------------------------------------------------


def test_the_loss_counts_half_widths_outside_the_band_by_target():
    middle = (BANDS.low + BANDS.high) / 2
    assert BANDS.loss(middle) == 0
    assert BANDS.met(middle) == 16
    edge = BANDS.high.copy()
    assert BANDS.met(edge) == 16
    assert BANDS.loss(edge) > 0, "at the edge of its band, other firms would push it out"
    far, farther = middle.copy(), middle.copy()
    far[0], farther[0] = middle[0] + 2 * BANDS.half[0], middle[0] + 4 * BANDS.half[0]
    assert 0 < BANDS.loss(far) < BANDS.loss(farther)
    assert BANDS.met(far) == 15
    unknown = middle.copy()
    unknown[0] = np.nan
    assert BANDS.loss(unknown) > BANDS.loss(farther)
    assert BANDS.met(unknown) == 15


def test_replicates_that_all_agree_cost_nothing():
    values = (BANDS.low + BANDS.high) / 2
    values[BANDS.counted] = 1.0
    assert BANDS.loss(values) == pytest.approx(0, abs=1e-12)


def test_bounds_are_told_and_those_that_must_hold_count_more():
    middle = (BANDS.low + BANDS.high) / 2
    assert BANDS.kept(middle) == 28

    def loss(bound, half_widths):
        values = middle.copy()
        values[BANDS.index.get_level_values("target") == bound] += (
            half_widths * BANDS.half[BANDS.index.get_level_values("target") == bound]
        )
        assert BANDS.met(values) == 16, "a bound is no target"
        assert BANDS.kept(values) == 28 - (BANDS.index.get_level_values("target") == bound).sum()
        return BANDS.loss(values)

    assert loss("boss", 3) == pytest.approx(MUST * loss("counter-offer", 3))
    assert loss("practices", 3) == pytest.approx(loss("boss", 3)), "a bound counts once, however many its checks"


def test_no_bound_is_left_out():
    with pytest.raises(ts.InputError, match="left_out names 'boss' rather than targets"):
        Bands(["boss"])


def test_a_target_that_is_left_out_does_not_count():
    values = (BANDS.low + BANDS.high) / 2
    values[0] = BANDS.high[0] + 10 * BANDS.half[0]
    assert Bands(["quit-rate"]).loss(values) == 0
    assert Bands(["quit-rate"]).met(values) == 15


# --- the search -----------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [1, 2, 3])
def test_it_finds_a_known_optimum_from_wherever_it_starts(tmp_path, start):
    begun = made_up({name: one.start for name, one in FREE.items()}, [1]).to_numpy()
    assert BANDS.met(begun) < 10
    found = fit(tmp_path, start=start)
    assert found.met == 16
    assert found.loss == pytest.approx(0, abs=1e-9)
    assert np.abs(SPACE.points(np.array(list(found.free.values()))) - TRUE).max() < 0.15
    assert found.parameters == parameters_of(found.free)
    assert found.figures.equals(made_up(found.free, [1]).rename_axis(["target", "measure"]))


def test_every_set_lies_in_its_ranges_and_is_written_as_it_was_looked_at(tmp_path):
    found = fit(tmp_path / "kept")
    for name, one in FREE.items():
        assert found.table[name].between(one.low, one.high).all()
    file = found.save(tmp_path / "best.toml")
    assert ts.simulate(ts.Scenario.load("managing-stars").replace(weeks=1), parameters=file).made.parameters == (
        found.parameters
    )


def test_the_same_call_finds_the_same(tmp_path):
    one, other = fit(tmp_path / "one"), fit(tmp_path / "other")
    assert one.table.equals(other.table)
    assert one.free == other.free


def elsewhere(numbers, seeds, threads=None):
    """The same, but for one target that comes out far too high where all others are met."""
    found = made_up(numbers, seeds)
    return found + 2.5 * BANDS.half * (BANDS.index.get_level_values("target") == "survival")


def test_what_is_left_out_does_not_move_the_search(tmp_path):
    found, other = (fit(tmp_path / look.__name__, left_out=["survival"], look=look) for look in (made_up, elsewhere))
    assert found.free == other.free
    assert found.met == other.met == 15, "nor does it count"
    assert other.free != fit(tmp_path / "told", look=elsewhere).free


SCRIPT = """
import sys, time
sys.path[:0] = [{tests!r}]
import teamsim as ts
import test_calibration as here
def slow(numbers, seeds, threads=None):
    time.sleep(0.05)
    return here.made_up(numbers, seeds)
slow.__module__, slow.__qualname__ = here.made_up.__module__, here.made_up.__qualname__
here.fit({folder!r}, look=slow)
"""


def looked(folder):
    with sqlite3.connect(folder / "looked.sqlite") as file:
        if not file.execute("SELECT count(*) FROM sqlite_master WHERE name = 'looked'").fetchone()[0]:
            return 0
        return file.execute("SELECT count(*) FROM looked").fetchone()[0]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT] if os.name == "posix" else [signal.SIGTERM])
def test_stopped_it_goes_on_where_it_was(tmp_path, monkeypatch, how):
    whole = fit(tmp_path / "whole")
    folder = tmp_path / "stopped"
    script = SCRIPT.format(tests=str(Path(__file__).parent), folder=str(folder))
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and (not (folder / "looked.sqlite").exists() or looked(folder) < 20):
        time.sleep(0.05)
    process.send_signal(how)
    process.wait()
    before = looked(folder)
    assert 20 <= before < 80
    asked = []

    def counted(numbers, seeds, threads=None):
        asked.append(numbers)
        return made_up(numbers, seeds)

    counted.__module__, counted.__qualname__ = "test_calibration", made_up.__qualname__
    again = fit(folder, look=counted)
    assert len(asked) == looked(folder) - before
    assert again.table.equals(whole.table)
    assert again.free == whole.free


def test_of_another_model_nothing_is_known(tmp_path):
    asked = []

    def other(numbers, seeds, threads=None):
        asked.append(seeds)
        return 2.0 * made_up(numbers, seeds)

    point, before = np.array([[0.1, 1.0, 2.0]]), Journal(tmp_path, tuple(FREE), made_up, 1)
    found = [before(point, [1]), *(Journal(tmp_path, tuple(FREE), other, 1)(point, seeds) for seeds in ([1], [1], [2]))]
    assert asked == [[1], [2]]
    assert np.array_equal(found[1], 2.0 * found[0])
    assert np.array_equal(before(point, [1]), found[0])


def test_progress_counts_sets_up_to_the_end(tmp_path):
    seen = []
    fit(tmp_path, evaluations=20, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"seeds": 0}, "seeds = 0 is outside 1"),
        ({"start": 0}, "start = 0 is outside 1"),
        ({"first": -1}, "first = -1 is outside 0"),
        ({"evaluations": 1.5}, "evaluations = 1.5 is not a whole number"),
    ],
)
def test_bad_input(tmp_path, given, line):
    with pytest.raises(ts.InputError, match=line) as caught:
        fit(tmp_path, **given)
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ts.InputError, match=r"folder = .* cannot be used"):
        fit(tmp_path / "file")
    (tmp_path / "looked.sqlite").write_text("no database at all, but text")
    with pytest.raises(ts.InputError, match=r"folder = .* cannot be used"):
        fit(tmp_path)


# --- what is not known ----------------------------------------------------------------------------


def no_error(numbers, firms):
    return np.zeros(len(BANDS.low))


@pytest.mark.long
def test_plausible_sets_reach_as_far_as_the_bands_do_and_no_further(tmp_path):
    sets = ts.plausible_sets(tmp_path, 100, seeds=1, free=FREE, threads=1, evaluations=80, look=made_up, error=no_error)
    assert len(sets.drop_duplicates(list(FREE))) == 100
    points = SPACE.points(sets[list(FREE)].to_numpy())
    assert ((points >= 0) & (points <= 1)).all()
    assert (sets["implausibility"] < 3).all()
    everywhere = np.random.default_rng(1).random((20_000, 3))
    figures = np.array([made_up(dict(zip(FREE, row, strict=True)), [1]) for row in SPACE.numbers(everywhere[:4000])])
    possible = everywhere[:4000][[BANDS.met(row) == 16 for row in figures]]
    assert len(possible) > 20
    reach = np.ptp(possible, axis=0)
    assert (np.ptp(points, axis=0) > 0.5 * reach).all()
    assert (np.ptp(points, axis=0) < 2.0 * reach).all()


def test_where_there_are_too_few_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("teamsim.evidence.plausible.FAR", -1.0)
    monkeypatch.setattr("teamsim.evidence.emulator.STEPS", 50)
    with pytest.raises(ts.InputError, match=r"size = 10 sets cannot be found: 0 of 50 are plausible"):
        ts.plausible_sets(tmp_path, 10, seeds=1, free=FREE, threads=1, evaluations=20, look=made_up, error=no_error)


# --- what was held out ----------------------------------------------------------------------------


def test_every_target_is_left_out_once_or_more_and_is_not_fitted_then(tmp_path):
    found = ts.held_out(tmp_path, seeds=1, evaluations=30, measured_in=2, free=FREE, threads=1, look=made_up)
    assert found["fold"].unique().tolist() == [1, 2, 3, 4]
    for number, left_out in enumerate(folds(), 1):
        fold = found[found["fold"] == number]
        assert set(fold.loc[fold["left_out"], "target"]) == set(left_out)
        assert len(fold) == len(BANDS.low)
    assert (found["in_band"] == ((found["value"] >= found["low"]) & (found["value"] <= found["high"]))).all()


# --- what is declared, and the command ------------------------------------------------------------


def test_what_may_move_lies_within_what_is_declared():
    declared = Parameters.quantities()
    for name, one in free_parameters().items():
        assert declared[name].low <= one.low <= one.start <= one.high <= declared[name].high
        assert one.low < one.high
        assert one.moves


def test_what_is_missing_is_said_in_one_line_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name in ("cma", "lifelines") else object())
    for call in (lambda: ts.scorecard(2), lambda: ts.calibrate(tmp_path)):
        with pytest.raises(InputError, match=r"needs lifelines, cma, not installed here: .*\[research\]") as caught:
            call()
        assert "\n" not in str(caught.value)


def test_the_command_asks_for_what_its_data_need():
    for given, name in ((["--data", "x.csv"], "tenure"), (["--data", "x.csv", "--tenure", "a"], "event")):
        found = CliRunner().invoke(app, ["calibrate", *given])
        assert isinstance(found.exception, ts.InputError)
        assert str(found.exception) == f"{name} is missing: it names a column of --data"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["--tenure", "a"], "tenure goes with --data, which is missing"),
        (["--quits-only"], "quits_only goes with --data, which is missing"),
        (["--data", "x.csv", "--sample", "5"], "sample does not go with --data"),
    ],
)
def test_what_does_not_go_together_is_refused(given, line):
    assert str(CliRunner().invoke(app, ["calibrate", *given]).exception) == line


@pytest.mark.parametrize("left_out", [["quit-rat"], "quit-rate"])
def test_a_target_left_out_is_one_that_there_is(left_out):
    with pytest.raises(ts.InputError, match="left_out names 'quit-rat"):
        Bands(left_out)
