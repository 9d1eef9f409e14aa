"""Sensitivity is checked end to end on a function whose indices are known, put in the model's place."""

import math

import numpy as np
import pandas as pd
import pytest

import teamsim as ts

A, B = 7.0, 0.1
VARIANCE = A**2 / 8 + B * math.pi**4 / 5 + B**2 * math.pi**8 / 18 + 0.5
FIRST = {
    "x1": 0.5 * (1 + B * math.pi**4 / 5) ** 2 / VARIANCE,
    "x2": A**2 / 8 / VARIANCE,
    "x3": 0.0,
}
TOGETHER = B**2 * math.pi**8 * (1 / 18 - 1 / 50) / VARIANCE
TOTAL = {"x1": FIRST["x1"] + TOGETHER, "x2": FIRST["x2"], "x3": TOGETHER}
"""Ishigami & Homma (1990); indices as in Saltelli et al. (2008), eq. 4.34 ff."""


def ishigami(point, luck):
    x1, x2, x3 = point["x1"], point["x2"], point["x3"]
    return {"y": math.sin(x1) + A * math.sin(x2) ** 2 + B * x3**4 * math.sin(x1)}


def asked(function=ishigami, runs=1):
    span = (-math.pi, math.pi)
    return ts.Study(function, {"x1": span, "x2": span, "x3": span}, "latin", runs=runs, measures=["y"])


def table(found, index):
    rows = found.indices[found.indices["index"] == index]
    return rows.set_index("axis")


@pytest.fixture(scope="module")
def fine():
    return asked().sensitivity("sobol", samples=2048)


@pytest.mark.parametrize(("index", "known"), [("first", FIRST), ("total", TOTAL)])
def test_sobol_finds_the_known_indices_of_ishigami(fine, index, known):
    rows = table(fine, index)
    for axis, value in known.items():
        assert rows.loc[axis, "value"] == pytest.approx(value, abs=0.02)
        assert rows.loc[axis, "low"] - 0.005 <= value <= rows.loc[axis, "high"] + 0.005
    assert fine.ranked("y") == ["x1", "x2", "x3"]


def test_the_interval_shrinks_as_the_root_of_the_sample(fine):
    """A sixteenth of the sample has an interval four times as wide."""
    coarse = asked().sensitivity("sobol", samples=128)
    for index in ("first", "total"):
        wide, narrow = (table(one, index).eval("high - low") for one in (coarse, fine))
        assert wide.mean() / narrow.mean() == pytest.approx(4.0, rel=0.35)


def test_luck_is_averaged_and_the_same_at_every_point():
    """Noise that all points share moves none of them apart; noise of their own does, and less of it with more runs."""

    def shared(point, luck):
        return {"y": ishigami(point, luck)["y"] + np.random.default_rng(luck).normal(0.0, 20.0)}

    quiet, loud = asked().sensitivity("sobol", 64), asked(shared, runs=3).sensitivity("sobol", 64)
    apart = table(loud, "total")["value"] - table(quiet, "total")["value"]
    assert apart.abs().max() < 1e-9


def test_morris_ranks_by_the_mean_absolute_effect():
    """Of a plane, the elementary effect is its slope times the range, and the same everywhere."""

    def plane(point, luck):
        return {"y": 3.0 * point["x1"] - 1.0 * point["x2"]}

    found = asked(plane).sensitivity("morris", samples=8)
    stars, sigmas = table(found, "mu_star"), table(found, "sigma")
    assert stars["value"].tolist() == pytest.approx([6 * math.pi, 2 * math.pi, 0.0], abs=1e-9)
    assert sigmas["value"].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert len(found.sweep.points) == 8 * 4
    bent = asked().sensitivity("morris", samples=32)
    assert table(bent, "sigma").loc["x3", "value"] > 1.0, "x3 works through x1 only"


def test_of_the_model_itself(small):
    axes = {"style.pressure": (0.1, 0.9), "weeks": (20, 26), "parameters.voice_gain": (0.0, 1.0)}
    study = ts.Study(small, axes, "latin", runs=5, measures=["strain", "output"])
    found = study.sensitivity("sobol", samples=16)
    assert len(found.sweep.points) == 16 * 5
    assert set(found.indices["measure"]) == {"strain", "output"}
    assert found.ranked("strain")[0] == "style.pressure"
    assert found.ranked("output")[0] == "weeks"
    assert sorted(found.sweep.design["weeks"].unique()) == [20, 21, 22, 23, 24, 25, 26]
    assert (found.indices["low"] <= found.indices["value"]).all()


@pytest.mark.parametrize(
    ("method", "samples", "told"),
    [
        ("sobel", 8, "did you mean 'sobol'"),
        ("sobol", 12, "samples = 12 is not a power of 2"),
        ("sobol", 2**40, "samples is too large; .* 10,000,000 points .* It would cost: 5,497,558,138,880 points"),
        ("morris", 1, "from 2"),
        ("morris", 10**12, "It would cost: 4,000,000,000,000 points"),
    ],
)
def test_a_bad_analysis_is_refused(method, samples, told):
    with pytest.raises(ts.InputError, match=told):
        asked().sensitivity(method, samples)


def test_levels_are_refused(small):
    with pytest.raises(ts.InputError, match=r"axes\.style\.challenge has levels; a sensitivity analysis needs a range"):
        ts.Study(small, {"style.challenge": [0.1, 0.2]}).sensitivity()
    with pytest.raises(ts.InputError, match="needs ranges"):
        ts.Study(small, design=pd.DataFrame({"style.challenge": [0.1, 0.2]})).sensitivity()


def test_an_analysis_goes_on_where_it_was_stopped(tmp_path):
    first = asked().sensitivity("sobol", 32, tmp_path / "kept")
    again = asked().sensitivity("sobol", 32, tmp_path / "kept")
    pd.testing.assert_frame_equal(first.indices, again.indices)
    with pytest.raises(ts.InputError, match="holds another sweep"):
        asked().sensitivity("sobol", 64, tmp_path / "kept")
