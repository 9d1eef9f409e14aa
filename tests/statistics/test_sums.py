"""Sums and means: added up in their order, and by part."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import teamsim as ts
from every_way import every_way
from teamsim.statistics.sums import means, means_by, sums

tables = arrays(float, st.tuples(st.integers(1, 40), st.integers(0, 11)), elements=st.floats(-1e9, 1e9))


@settings(max_examples=15)
@given(tables)
def test_sums_are_added_up_in_order(table):
    found = every_way(lambda: (sums(table), means(table)))
    total = np.zeros(table.shape[1])
    for row in table:
        total = total + row
    np.testing.assert_array_equal(found[0], total)
    np.testing.assert_array_equal(found[1], total / len(table))


@settings(max_examples=15)
@given(arrays(float, st.tuples(st.integers(4, 30), st.integers(1, 3)), elements=st.floats(-1e3, 1e3)), st.data())
def test_means_by_part(table, data):
    more = len(table) - 4
    part = np.array([*range(4), *data.draw(st.lists(st.integers(0, 3), min_size=more, max_size=more))])
    found = every_way(lambda: means_by(table, part))
    np.testing.assert_allclose(found, pd.DataFrame(table).groupby(part).mean(), rtol=1e-12, atol=1e-9)
    for one in range(4):
        np.testing.assert_array_equal(found[one], means(table[part == one]))


def test_a_part_of_one_column():
    assert means_by([1.0, 2.0, 4.0], [1, 0, 1]).tolist() == [2.0, 2.5]


@pytest.mark.parametrize("nothing", [[], np.zeros((0, 3)), 1.0])
def test_nothing_has_no_sum(nothing):
    for ask in (sums, means):
        with pytest.raises(ts.InputError, match=r"^values holds no numbers; give one or more$"):
            ask(nothing)
