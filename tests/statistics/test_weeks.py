"""Sums and means over the weeks so far: like NumPy's and pandas'."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from every_way import every_way
from teamsim.statistics.weeks import over_weeks, running_means, running_sums

tables = arrays(float, st.tuples(st.integers(1, 20), st.integers(1, 9)), elements=st.floats(-1e6, 1e6))
counts = arrays(float, st.tuples(st.integers(1, 20), st.integers(1, 9)), elements=st.integers(0, 50))


@settings(max_examples=15)
@given(tables)
def test_what_is_added_up_so_far(table):
    np.testing.assert_array_equal(every_way(lambda: running_sums(table)), np.cumsum(table, axis=0))


@settings(max_examples=15)
@given(counts, st.integers(1, 25))
def test_the_last_weeks(table, width):
    added, middle = every_way(lambda: (running_sums(table, width), running_means(table, width)))
    rolling = pd.DataFrame(table).rolling(width, min_periods=1)
    np.testing.assert_array_equal(added, rolling.sum())
    np.testing.assert_array_equal(middle, rolling.mean())


@given(tables, st.integers(1, 25))
def test_each_week_is_added_up_anew(table, width):
    """What has left the last weeks leaves no trace, not even in the last bit."""
    found = running_sums(table, width)
    for week in range(len(table)):
        lately = table[max(0, week + 1 - width) : week + 1]
        np.testing.assert_array_equal(found[week], np.cumsum(lately, axis=0)[-1])


@settings(max_examples=15)
@given(arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(1, 12)), elements=st.floats(-9, 9)))
def test_over_all_weeks(cube):
    columns = np.arange(cube.shape[2])[::-1].copy()
    averaged = columns % 2 == 1
    found = every_way(lambda: over_weeks(cube, columns, averaged))
    added = np.cumsum(cube, axis=1)[:, -1, columns].T
    np.testing.assert_array_equal(found, np.where(averaged[:, None], added / cube.shape[1], added))


@pytest.mark.parametrize("shape", [(5,), (5, 2), (5, 2, 3)])
def test_the_shape_stays(shape):
    assert running_sums(np.ones(shape)).shape == running_means(np.ones(shape), 2).shape == shape
