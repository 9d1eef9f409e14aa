"""exp and log: within one unit in the last place of the true value, and the same in machine code and plain Python."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamsim.arithmetic import exp, log
from teamsim.compiler import array, door, lane, lanes

LARGEST, SMALLEST, TINIEST = 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324
NUMBERS = st.floats(allow_nan=False)
TRUE = {exp: mpmath.exp, log: mpmath.log}


@door(xs=array("f"), exps=array("f"), logs=array("f"))
def functions(xs, exps, logs):
    """Both, in as many lanes as are asked for."""
    for first in range(0, xs.shape[0], lanes()):
        at = first + lane()
        if at < xs.shape[0]:
            exps[at], logs[at] = exp(xs[at]), log(xs[at])


def found(xs, lanes=8):
    """What machine code makes of some numbers."""
    xs = np.ascontiguousarray(xs, dtype=float)
    exps, logs = np.zeros(len(xs)), np.zeros(len(xs))
    functions.at(lanes)(xs, exps, logs)
    return {exp: exps, log: logs}


def off(function, x, value):
    """How far a value is from the true one, in units of its last place."""
    with mpmath.workprec(160):
        true = TRUE[function](mpmath.mpf(x))
        return float(abs(mpmath.mpf(value) - true) / mpmath.mpf(math.ulp(float(true))))


def worst(function, xs):
    """The largest such distance."""
    values = found(xs)[function]
    return max(off(function, x, value) for x, value in zip(xs.tolist(), values.tolist(), strict=True))


def test_exp_over_a_grid():
    """Over its whole range, in the model's, close to 0, and where the reduction goes from one k to the next."""
    ties = (np.arange(-1070, 1024)[:, None] + 0.5) * math.log(2.0) * (1.0 + np.array([-1e-12, 0.0, 1e-12]))
    for xs in (np.linspace(-745.0, 709.7, 4001), np.linspace(-12.0, 12.0, 4001), np.linspace(-1e-3, 1e-3, 1001), ties):
        assert worst(exp, xs.ravel()) <= 1.0


def test_log_over_a_grid():
    """Over its whole range, in the model's, and where one k ends and the next begins; close to 1 above all."""
    seams = (2.0 ** np.arange(-1021.0, 1023.0))[:, None] * math.sqrt(0.5) * (1.0 + np.array([-2e-7, 0.0, 2e-7]))
    around = 1.0 + np.linspace(-1e-3, 1e-3, 2001)
    for xs in (2.0 ** np.linspace(-1074.0, 1023.9, 4001), np.linspace(0.01, 20.0, 4001), around, seams):
        assert worst(log, xs.ravel()) <= 1.0


def test_at_random():
    chance = np.random.default_rng(16)
    assert worst(exp, chance.uniform(-745.0, 709.7, 4000)) <= 1.0
    assert worst(exp, chance.normal(0.0, 2.0, 4000)) <= 1.0
    bits = chance.integers(1, np.float64(LARGEST).view(np.int64), 4000)
    assert worst(log, bits.view(np.float64)) <= 1.0
    assert worst(log, np.exp(chance.normal(0.0, 1.0, 4000))) <= 1.0


@given(st.floats(-745.0, 709.75))
@settings(max_examples=300)
def test_exp_anywhere(x):
    assert off(exp, x, exp(x)) <= 1.0


@given(st.floats(0.0, LARGEST, exclude_min=True))
@settings(max_examples=300)
def test_log_anywhere(x):
    assert off(log, x, log(x)) <= 1.0


@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
def test_edges(lanes):
    xs = [0.0, -0.0, math.inf, -math.inf, 1.0, -1.0, 710.0, -746.0, 1e300, -1e300, LARGEST, SMALLEST, TINIEST, -TINIEST]
    at = {function: dict(zip(xs, values.tolist(), strict=True)) for function, values in found(xs, lanes).items()}
    assert at[exp][0.0] == 1.0
    assert {at[exp][x] for x in (math.inf, 710.0, 1e300, LARGEST)} == {math.inf}
    assert {at[exp][x] for x in (-math.inf, -746.0, -1e300)} == {0.0}
    assert {at[exp][x] for x in (SMALLEST, TINIEST, -TINIEST)} == {1.0}
    assert at[log][1.0] == 0.0
    assert at[log][0.0] == -math.inf
    assert at[log][math.inf] == math.inf
    assert all(math.isnan(at[log][x]) for x in (-1.0, -math.inf, -TINIEST))
    assert off(log, TINIEST, at[log][TINIEST]) <= 1.0
    assert [math.isnan(one) for one in (exp(math.nan), log(math.nan))] == [True, True]


@given(NUMBERS, NUMBERS)
@settings(max_examples=300)
def test_more_is_never_less(one, other):
    """Between numbers that lie some units apart; two neighbours may be a unit off each."""
    low, high = min(one, other), max(one, other)
    if high - low > 1e-9 * max(1.0, abs(low), abs(high)):
        assert exp(low) <= exp(high)
        assert low <= 0.0 or log(low) <= log(high)


@given(st.lists(NUMBERS, min_size=1, max_size=20))
@settings(max_examples=100)
def test_machine_code_has_the_bits_of_plain_python(xs):
    for function, plain in ((exp, [exp(x) for x in xs]), (log, [log(x) for x in xs])):
        for wide in (1, 2, 4, 8):
            np.testing.assert_array_equal(found(xs, wide)[function], plain, strict=True)
