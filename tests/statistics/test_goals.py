"""Aims: who stays, and in what share of futures they are met."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from every_way import every_way
from teamsim.statistics.goals import shares_met, those_who_stay

ends = st.tuples(st.sampled_from([-np.inf, 0.0, 0.5]), st.sampled_from([0.5, 1.0, np.inf]))


@settings(max_examples=15)
@given(arrays(float, st.tuples(st.integers(1, 30), st.just(3)), elements=st.sampled_from([-1.0, 0, 0.5, 0.7, 1, 2])),
       st.lists(ends, min_size=3, max_size=3))  # fmt: skip
def test_shares_are_counted(values, ends):
    alone, together = every_way(lambda: shares_met(values, ends))
    met = np.array([(values[:, aim] >= low) & (values[:, aim] <= high) for aim, (low, high) in enumerate(ends)])
    assert alone == met.mean(axis=1).tolist()
    assert together == met.all(axis=0).mean()


@settings(max_examples=15)
@given(st.lists(st.lists(st.integers(1, 6), max_size=4), min_size=1, max_size=9), st.sets(st.integers(1, 6)))
def test_who_stays(left, asked):
    gone = np.array([who for run in left for who in run], dtype=np.uint64)
    found = every_way(lambda: those_who_stay(gone, [len(run) for run in left], sorted(asked)))
    assert found.tolist() == [len(asked) - sum(who in asked for who in run) for run in left]


def test_a_key_may_be_as_large_as_a_word():
    most = 2**64 - 1
    assert those_who_stay(np.array([most, 1], dtype=np.uint64), [1, 1], [most]).tolist() == [0.0, 1.0]
