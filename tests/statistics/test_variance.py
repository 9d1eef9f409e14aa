"""The split of variance: against textbooks, and against the same estimators said with NumPy."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from every_way import every_way
from teamsim.chance import mix, uniform
from teamsim.compiler.doors import room
from teamsim.statistics.components import EFFECTS, lay_out
from teamsim.statistics.variance import RESAMPLED, find_ends, resample_parts, variance_split

STYLES, RUNS, MODELS = 0, 1, 2


def outcomes(shape, seed=1):
    draw = np.random.default_rng(seed)
    by_style, by_run, by_model = (draw.normal(size=[n if m == k else 1 for m, n in enumerate(shape)]) for k in range(3))
    return 2.0 * by_style + by_run + 0.5 * by_model + 0.7 * draw.normal(size=shape) + 40.0


# --- the estimators, said with NumPy


def components_of(cube, weights):
    """Mean squares and components of variance, effect by effect, with runs counted as often as weights say."""
    factors = [factor for factor in (STYLES, RUNS, MODELS) if cube.shape[factor] > 1]
    levels = {factor: cube.shape[factor] for factor in factors}
    cube = cube - cube.mean()
    effects = [frozenset(some) for size in range(len(factors) + 1) for some in combinations(factors, size)]
    squares = {effect: sum_of_squares(cube, weights, effect) for effect in effects}
    mean_squares = {
        effect: sum((-1) ** len(effect - inner) * squares[inner] for inner in effects if inner <= effect)
        / np.prod([levels[factor] - 1 for factor in effect])
        for effect in effects[1:]
    }
    return {
        effect: sum((-1) ** len(outer - effect) * mean_squares[outer] for outer in mean_squares if outer >= effect)
        / np.prod([count for factor, count in levels.items() if factor not in effect])
        for effect in mean_squares
    }


def sum_of_squares(cube, weights, effect):
    away = tuple(factor for factor in (STYLES, MODELS) if factor not in effect)
    means = cube.mean(axis=away, keepdims=True)
    if RUNS in effect:
        squares = weights @ np.square(means).sum(axis=(STYLES, MODELS))
    else:
        over_runs = np.einsum("rj,ijk->rik", weights, means) / cube.shape[RUNS]
        squares = np.square(over_runs).sum(axis=(1, 2)) * cube.shape[RUNS]
    return squares * np.prod([cube.shape[factor] for factor in away])


def corrected(components, runs):
    return {
        effect: component * runs / (runs - 1)
        if RUNS in effect
        else component - components[effect | {RUNS}] / (runs - 1)
        for effect, component in components.items()
    }


def parts_of(components):
    model = [component for effect, component in components.items() if MODELS in effect]
    told = [components[frozenset(effect)] for effect in ({STYLES}, {RUNS}, {STYLES, RUNS})]
    return np.array([*told, np.sum(model, axis=0) if model else np.zeros_like(told[0])])


def shares_in(variances):
    kept = np.maximum(variances, 0.0)
    whole = kept.sum(axis=0)
    return np.divide(kept, whole, out=np.full_like(kept, np.nan), where=whole > 0)


def drawn(seed, runs, resamples):
    """How often each run is drawn in each resample, by the same keys of chance."""
    weights = np.zeros((resamples, runs))
    for number in range(resamples):
        key = mix(mix(seed, RESAMPLED), number)
        for draw in range(runs):
            weights[number, int(uniform(key, draw) * runs)] += 1
    return weights


# --- the tests


@pytest.mark.parametrize("shape", [(2, 2, 1), (3, 7, 1), (6, 20, 1), (2, 2, 2), (4, 9, 3), (3, 12, 5)])
def test_it_is_the_same_as_with_numpy(shape):
    cube, confidence = outcomes(shape), 0.9
    variances, shares, ends = every_way(lambda: variance_split(cube, confidence, 40, 5))
    expected = parts_of(components_of(cube, np.ones((1, shape[RUNS]))))
    np.testing.assert_allclose(variances, expected[:, 0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(shares, shares_in(expected)[:, 0], rtol=1e-9, atol=1e-12)
    weights = drawn(5, shape[RUNS], 40)
    resampled = shares_in(parts_of(corrected(components_of(cube, weights), shape[RUNS])))
    between = np.nanpercentile(resampled, [5.0, 95.0], axis=1).T
    np.testing.assert_allclose(ends, between, rtol=1e-9, atol=1e-12)


def test_a_balanced_table_by_hand():
    """Two styles, three runs: mean squares 6, 4.5 and 0.5."""
    variances, shares, _ = variance_split([[[1.0], [2.0], [3.0]], [[2.0], [4.0], [6.0]]], 0.95, 10, 1)
    by_hand = [(6 - 0.5) / 3, (4.5 - 0.5) / 2, 0.5, 0.0]
    assert variances.tolist() == pytest.approx(by_hand)
    assert shares.tolist() == pytest.approx([one / sum(by_hand) for one in by_hand])


@settings(max_examples=15)
@given(st.integers(2, 5), st.integers(2, 9), st.integers(1, 4), st.integers(0, 2**63 - 1))
def test_shares_are_of_a_whole(styles, runs, models, seed):
    variances, shares, ends = variance_split(outcomes((styles, runs, models), seed % 1000), 0.95, 30, seed)
    assert shares.sum() == pytest.approx(1)
    assert ((shares > 0) == (variances > 0)).all()
    known = ends[~np.isnan(ends).any(axis=1)]
    assert ((known >= 0) & (known <= 1) & (known[:, :1] <= known[:, 1:])).all()
    if models == 1:
        assert variances[3] == 0


def test_another_seed_draws_other_runs_and_hardly_another_interval():
    cube = outcomes((6, 100, 1))
    one, other = (variance_split(cube, 0.95, 2000, seed) for seed in (1, 2))
    assert (one[0] == other[0]).all()
    assert (one[2] != other[2])[:3].all()
    assert one[2] == pytest.approx(other[2], abs=0.02)


def test_every_run_is_drawn_as_often_as_any_other():
    """The mean of the weights' spread is that of a multinomial distribution."""
    weights = drawn(3, 20, 500)
    assert (weights.sum(axis=1) == 20).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(20), abs=0.2)
    assert weights.var(axis=0).mean() == pytest.approx(19 / 20, rel=0.05)


def test_resamples_in_which_nothing_differs_do_not_count():
    shares = np.zeros((4, 6))
    shares[0, :3], shares[1, :3] = [0.2, 0.4, 0.6], [0.8, 0.6, 0.4]
    ends = np.empty((4, 2))
    for go in (find_ends, find_ends.function):
        go(shares, 0.5, np.empty(6), ends)
        assert ends[:2] == pytest.approx(np.array([[0.3, 0.5], [0.5, 0.7]]))


def test_where_nothing_differs_nothing_is_said():
    variances, shares, ends = every_way(lambda: variance_split(np.full((3, 4, 1), 0.1 + 0.2), 0.95, 10, 1))
    assert (variances == 0).all()
    assert np.isnan(shares).all()
    assert np.isnan(ends).all()


def test_the_checked_build_finds_nothing_wrong():
    cube, cells, spread = outcomes((3, 5, 2)), np.empty((12, 5)), np.empty(1)
    lay_out.at(1, checked=True)(cube, cells, spread)
    assert spread[0] == 1
    assert cells[0] == pytest.approx(cube.mean(axis=(0, 2)) - cube.mean())
    assert cells[-1] == pytest.approx(cube[2, :, 1] - cube.mean())
    rooms, shares = [room(np.dtype(float), rows, 4) for rows in (5, EFFECTS)], np.empty((4, 7))
    resample_parts.at(4, checked=True)(cells, np.array(cube.shape), 1, *rooms, shares)
    assert shares.sum(axis=0) == pytest.approx(np.ones(7))
