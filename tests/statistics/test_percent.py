"""Whole per cent that sum to 100."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from every_way import every_way
from teamsim.statistics.percent import percent


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=4))
def test_per_cent_sum_to_a_hundred(weights):
    shares = [weight / sum(weights) for weight in weights]
    whole = every_way(lambda: percent(shares))
    assert sum(whole) == 100
    assert all(abs(one - 100 * share) <= 1 for one, share in zip(whole, shares, strict=True))
    up = [100 * share - int(100 * share) for one, share in zip(whole, shares, strict=True) if one > 100 * share]
    down = [100 * share - int(100 * share) for one, share in zip(whole, shares, strict=True) if one < 100 * share]
    assert min(up, default=1.0) >= max(down, default=0.0), "the largest remainders are rounded up"


@pytest.mark.parametrize(
    ("shares", "whole"),
    [
        ([1.0], [100]),
        ([0.0, 1.0], [0, 100]),
        ([1 / 3, 1 / 3, 1 / 3], [34, 33, 33]),
        ([0.005, 0.005, 0.99], [1, 0, 99]),
        ([0.126, 0.374, 0.5], [13, 37, 50]),
    ],
)
def test_by_hand(shares, whole):
    assert percent(shares) == whole
