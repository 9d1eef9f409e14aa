"""Paired differences: against scipy's t distribution, and against what NumPy and scipy make of the same pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from every_way import every_way
from teamsim.fields import InputError
from teamsim.statistics.pairs import log_gamma, paired_interval, t_quantile


@pytest.mark.parametrize("freedom", [1.0, 1.5, 2.0, 3.7, 9.0, 39.0, 199.0, 499.3, 9999.0])
@pytest.mark.parametrize("confidence", [0.05, 0.5, 0.8, 0.95, 0.99, 0.9999])
def test_quantiles_are_scipys(freedom, confidence):
    assert t_quantile(confidence, freedom) == pytest.approx(stats.t.ppf(0.5 + confidence / 2, freedom), rel=1e-9)


@pytest.mark.parametrize("z", [0.5, 1.0, 1.5, 2.0, 7.3, 12.0, 100.5, 5000.0])
def test_log_gamma_is_scipys(z):
    from scipy.special import gammaln

    assert log_gamma(z) == pytest.approx(gammaln(z), rel=1e-13, abs=1e-13)


@given(st.integers(2, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_intervals_are_those_of_scipy(runs, seed):
    draw = np.random.default_rng(seed)
    shared = draw.normal(size=runs)
    base, other = shared + draw.normal(size=runs), 0.3 + shared + draw.normal(size=runs)
    found = paired_interval(base, other, 0.95)
    paired = stats.ttest_rel(other, base).confidence_interval(0.95)
    apart = stats.ttest_ind(other, base, equal_var=False).confidence_interval(0.95)
    assert found["difference"] == pytest.approx((other - base).mean(), abs=1e-12)
    assert (found["low"], found["high"]) == pytest.approx((paired.low, paired.high), rel=1e-9, abs=1e-9)
    assert found["narrower"] == pytest.approx((apart.high - apart.low) / (paired.high - paired.low), rel=1e-9)


def test_the_same_bits_every_way():
    base, other = np.arange(9.0) ** 1.5, np.arange(9.0) ** 1.6 + np.sin(np.arange(9.0))
    every_way(lambda: list(paired_interval(base, other, 0.95).values()))


def test_pairs_that_do_not_differ():
    found = paired_interval([1.0, 2.0, 3.0], [2.0, 3.0, 4.0], 0.95)
    assert (found["difference"], found["low"], found["high"]) == (1.0, 1.0, 1.0)
    assert np.isnan(found["narrower"])


@pytest.mark.parametrize("given_", [([1.0], [2.0], 0.95), ([1.0, 2.0], [1.0], 0.95), ([1.0, 2.0], [2.0, 4.0], 95)])
def test_what_is_no_pairs_is_refused(given_):
    with pytest.raises(InputError):
        paired_interval(*given_)
