"""How closely two series go together: like NumPy says it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from every_way import every_way
from teamsim.statistics.correlation import correlation

pairs = arrays(float, st.tuples(st.just(2), st.integers(2, 40)), elements=st.floats(-9, 9).map(lambda x: round(x, 2)))


@settings(max_examples=20)
@given(pairs)
def test_like_numpy(pair):
    found = every_way(lambda: correlation(*pair))
    if (pair.std(axis=1) < 1e-6).any():
        assert math.isnan(found)
    else:
        assert found == pytest.approx(np.corrcoef(*pair)[0, 1], abs=1e-9)


def test_what_does_not_vary_goes_with_nothing():
    assert math.isnan(correlation([0.1 + 0.2] * 3, [1.0, 2.0, 3.0]))
    assert correlation([1.0, 2.0], [10.0, 30.0]) == pytest.approx(1.0)
