"""Who is still there, and Wilson's interval: against scipy's, by hand, and at its ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from every_way import every_way
from teamsim.statistics.exits import NORMAL, still_there, wilson


@pytest.mark.parametrize("runs", [1, 2, 3, 10, 97, 100, 1000])
def test_wilson_is_scipys(runs):
    for counted in sorted({0, 1, runs // 3, runs // 2, runs - 1, runs}):
        expected = stats.binomtest(counted, runs).proportion_ci(method="wilson")
        assert wilson(counted, runs) == pytest.approx((expected.low, expected.high), rel=1e-13, abs=1e-16)


@given(st.integers(1, 10**6).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs))))
@settings(max_examples=15)
def test_an_interval_holds_its_share_and_mirrors(given):
    counted, runs = given
    low, high = every_way(lambda: wilson(counted, runs))
    assert 0.0 <= low <= counted / runs <= high <= 1.0
    assert wilson(runs - counted, runs) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_how_wide_a_95_percent_interval_is():
    assert stats.norm.ppf(0.975) == NORMAL


@settings(max_examples=15)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=30), st.integers(0, 6), st.integers(0, 5))
def test_still_there_week_by_week(left, first, more):
    counts, shares = every_way(lambda: still_there(np.array(left), first, first + more))
    stayed = np.array(left)[None, :] > np.arange(first, first + more + 1)[:, None]
    assert counts.tolist() == stayed.sum(axis=1).tolist()
    assert shares.tolist() == stayed.mean(axis=1).tolist()
