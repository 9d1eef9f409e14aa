"""Sums, means and quantiles: NumPy's quantiles to the last bit, and sums in their order."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import teamsim as ts
from every_way import every_way
from teamsim.statistics.levels import find_levels, levels, median, quantiles
from teamsim.statistics.sums import means, sums

SHARES = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]
numbers = st.floats(-1e9, 1e9)
tables = arrays(float, st.tuples(st.integers(1, 40), st.integers(0, 11)), elements=numbers)


@settings(max_examples=15)
@given(tables, st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4))
def test_quantiles_are_numpys(table, shares):
    found = every_way(lambda: quantiles(table, shares))
    np.testing.assert_array_equal(found, np.quantile(table, shares, axis=0))


@pytest.mark.parametrize("steps", [*range(1, 36), 63, 64, 65, 127, 128, 129, 200, 255, 256, 257])
def test_any_number_of_numbers_is_put_in_order(steps):
    """Whatever the length; in all orders of few numbers, and with many equal ones."""
    draw = np.random.default_rng(steps)
    table = draw.integers(0, max(2, steps // 2), size=(steps, 40)).astype(float)
    if steps <= 5:
        table = np.array(list(itertools.permutations(range(steps)))).T.astype(float)
    shares = np.linspace(0.0, 1.0, steps)
    np.testing.assert_array_equal(quantiles(table, shares), np.quantile(table, shares, axis=0))


def test_other_axes_stay():
    cube = np.random.default_rng(1).normal(size=(7, 3, 5))
    assert sums(cube).shape == means(cube).shape == median(cube).shape == (3, 5)
    assert quantiles(cube, SHARES).shape == (7, 3, 5)
    np.testing.assert_array_equal(quantiles(cube, SHARES)[:, 2, 1], quantiles(cube[:, 2, 1], SHARES))
    np.testing.assert_array_equal(median(cube), np.quantile(cube, 0.5, axis=0))


def test_what_is_not_laid_out_row_after_row():
    cube = np.random.default_rng(1).normal(size=(7, 3, 5))
    np.testing.assert_array_equal(means(cube.T), means(np.ascontiguousarray(cube.T)))
    np.testing.assert_array_equal(median(cube[::2]), np.quantile(cube[::2], 0.5, axis=0))
    assert float(median([3, 1, 2])) == 2.0


def test_some_of_many_series():
    table = np.random.default_rng(2).normal(size=(9, 20))
    places = np.array([19, 3, 3, 7])
    middle, found = every_way(lambda: levels(table, places, SHARES))
    np.testing.assert_array_equal(middle, means(table)[places])
    np.testing.assert_array_equal(found, np.quantile(table[:, places], SHARES, axis=0))


def test_much_is_done_on_several_threads(monkeypatch):
    table, places = np.random.default_rng(2).normal(size=(50, 203)), np.arange(203)
    alone = levels(table, places, SHARES)
    monkeypatch.setattr("teamsim.statistics.levels.MANY", 1)
    for threads in (2, 3, 300):
        monkeypatch.setattr("os.cpu_count", lambda threads=threads: threads)
        for one, other in zip(alone, levels(table, places, SHARES), strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_checked_build_finds_nothing_wrong():
    table, found = np.random.default_rng(3).normal(size=(13, 5)), np.empty((2, 5))
    places, middle, shares = np.arange(5), np.empty(5), np.array([0.0, 1.0])
    find_levels.at(1, checked=True)(table, places, shares, 0, 5, np.empty(13), middle, found)
    np.testing.assert_array_equal(found, [table.min(axis=0), table.max(axis=0)])


@pytest.mark.parametrize("nothing", [[], np.zeros((0, 3)), 1.0])
def test_nothing_has_no_level(nothing):
    for ask in (median, lambda nothing: quantiles(nothing, SHARES)):
        with pytest.raises(ts.InputError, match=r"^values holds no numbers; give one or more$"):
            ask(nothing)
