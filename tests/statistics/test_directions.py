"""Whether something rose or fell: against the same said with NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from every_way import every_way
from teamsim.statistics.directions import directions

lines = arrays(float, st.tuples(st.just(2), st.integers(1, 20)), elements=st.floats(-10, 10).map(lambda x: round(x, 1)))


@settings(max_examples=15)
@given(lines, st.sampled_from([0.0, 0.1, 2.0]))
def test_like_numpy(ends, band):
    first, last = ends
    found, counts = every_way(lambda: directions(first, last, band, 0.05))
    width = band or 0.05 * np.abs(first)
    expected = np.where(np.abs(last - first) <= width, 0, np.sign(last - first))
    assert found.tolist() == expected.tolist()
    assert counts.tolist() == [(expected == sign).sum() for sign in (-1, 0, 1)]


@pytest.mark.parametrize(("last", "way"), [(1.0, 0), (1.25, 0), (0.75, 0), (1.26, 1), (0.74, -1)])
def test_at_the_edge_it_is_about_the_same(last, way):
    assert directions(1.0, last, 0.25, 0.0)[0].tolist() == [way]
