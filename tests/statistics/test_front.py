"""The front of trade-offs: against its definition, and optuna's."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from every_way import every_way
from teamsim.statistics.front import front

points = arrays(float, st.tuples(st.integers(1, 25), st.integers(1, 3)), elements=st.integers(0, 4))


@settings(max_examples=20)
@given(points, st.data())
def test_like_its_definition(values, data):
    count, aims = values.shape
    more = data.draw(st.lists(st.booleans(), min_size=aims, max_size=aims))
    allowed = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    found = every_way(lambda: front(values, more, allowed))
    better = values * np.where(more, 1, -1)
    beaten = {
        low
        for high, low in itertools.permutations(range(count), 2)
        if allowed[high] and (better[high] >= better[low]).all() and (better[high] > better[low]).any()
    }
    assert found.tolist() == [allowed[point] and point not in beaten for point in range(count)]


def test_like_optunas():
    optuna = pytest.importorskip("optuna")
    values = np.random.default_rng(1).integers(0, 6, size=(60, 2)).astype(float)
    study = optuna.create_study(directions=["maximize", "minimize"])
    for one in values:
        study.add_trial(optuna.trial.create_trial(values=one.tolist()))
    best = {trial.number for trial in study.best_trials}
    found = front(values, [True, False], [True] * len(values))
    assert set(np.flatnonzero(found)) == best


def test_points_that_are_alike_stay_together():
    assert front([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]], [True, True], [True] * 3).tolist() == [True, True, False]
