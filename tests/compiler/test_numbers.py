"""Arithmetic: the bits of Python, up to the edges of fractions, whole numbers and words."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import LANES, agree, bits, brewed, brewing, pots
from teamsim.compiler import array, door, lane, lanes, rule

FRACTIONS = [
    0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3, -2.5, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
    2.0**53, 2.0**53 + 2, -(2.0**63), 2.0**64, 1e16, math.inf, -math.inf, math.nan,
]  # fmt: skip
WHOLES = [0, 1, -1, 2, -2, 7, -7, 9, 2**31, -(2**31), 2**52, 2**53 + 1, -(2**53) - 1, 2**62, 2**63 - 1, -(2**63)]
WORDS = [0, 1, 2, 3, 2**31, 2**52 - 1, 2**52, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1025, 2**64 - 1024, 2**64 - 1]


def of(values, **more):
    """Pots that hold every value in one field and every other one in a second."""
    (one, other), every = more["of"], [*itertools.product(values, repeat=2)]
    found = pots(len(every))
    found[one], found[other] = zip(*every, strict=True)
    return found


def test_fractions(tmp_path):
    """All four operations, signs and comparisons, at every edge; only a division by 0 is Python's own affair."""
    go = brewing(
        """
a, b = pot.milk, pot.tea
pot.lid.weight = (a + b) * (a - b) - (a * b if b > 0.5 or b < -0.5 else a / (b if b > 0.0 else 1.0))
pot.milk = a / (b if b != 0.0 else 2.0)
pot.tea = -b
if a < b:
    pot.sips += 1
if a <= b:
    pot.sips += 2
if a > b:
    pot.sips += 4
if a >= b:
    pot.sips += 8
if a == b:
    pot.sips += 16
if a != b:
    pot.sips += 32
if not a < b:
    pot.sips += 64
""",
        tmp_path,
    )
    agree(go, of(FRACTIONS, of=("milk", "tea")))


def test_what_a_comparison_with_nan_says(tmp_path):
    """Only != holds."""
    body = "\n".join(f"if pot.milk {sign} pot.tea:\n    pot.sips += {2**number}" for number, sign in enumerate(SIGNS))
    given = pots(3)
    given["sips"], given["milk"], given["tea"] = 0, [math.nan, 1.0, math.nan], [1.0, math.nan, math.nan]
    found, _, _ = agree(brewing(body, tmp_path), given)
    assert found["sips"].tolist() == [2 ** SIGNS.index("!=")] * 3


SIGNS = ("<", "<=", ">", ">=", "==", "!=")


def test_a_denominator_that_is_0_is_python_s_to_stop_at(tmp_path):
    """Why every denominator needs its guard: machine code goes on with what is no number."""
    go = brewing("pot.tea = pot.milk / pot.tea", tmp_path)
    given = pots(2)
    given["milk"], given["tea"] = [1.0, 0.0], 0.0
    for lanes_ in LANES:
        found, _, _ = brewed(go, given, [0.0], pots(1), lanes_)
        assert found["tea"][0] == math.inf
        assert math.isnan(found["tea"][1])
    with pytest.raises(ZeroDivisionError):
        (lambda x, y: x / y)(1.0, 0.0)


def test_a_root_is_exact(tmp_path):
    go = brewing("pot.tea = math.sqrt(pot.tea if pot.tea >= 0.0 else 2.0)", tmp_path)
    given = of([one for one in FRACTIONS if not math.isnan(one)], of=("milk", "tea"))
    found, _, _ = agree(go, given)
    assert found["tea"].tolist() == [math.sqrt(one if one >= 0.0 else 2.0) for one in given["tea"]]


def test_bits_of_fractions_and_fractions_of_bits(tmp_path):
    """There and back, for every sort of number; of NaN only that it is one."""
    go = brewing(
        "pot.key = bits_of(pot.tea)\npot.milk = from_bits(pot.key)\npot.lid.weight = from_bits(bits_of(1))", tmp_path
    )
    given = of([one for one in FRACTIONS if not math.isnan(one)], of=("milk", "tea"))
    found, _, _ = agree(go, given)
    assert found["key"].tolist() == given["tea"].view(np.uint64).tolist()
    assert found["milk"].tobytes() == np.ascontiguousarray(given["tea"]).tobytes()
    assert set(found["lid"]["weight"]) == {1.0}


def test_whole_numbers(tmp_path):
    """Sums, products and bits wrap round where NumPy's do; // and % round down, as Python's do."""
    go = brewing(
        """
a, b = pot.sips, pot.spare
n = b if b > 1 else 1
pot.lid.turns = (a & b) ^ (a | 5)
pot.milk = float(a // n)
pot.tea = float(a % n)
pot.cups = a // 7 + a % 7
pot.sips = (a >> 3) ^ (a >> 63)
pot.spare = a // n * n + a % n
pot.key = (int(a) + int(b) * 3 - (int(a) << 2)) & WORD
""",
        tmp_path,
    )
    agree(go, of(WHOLES, of=("sips", "spare")))


@pytest.mark.parametrize("divisor", [1, 2, 3, 7, 2**32, 2**63 - 1])
def test_division_rounds_down(divisor, tmp_path):
    go = brewing(f"pot.sips, pot.spare = pot.sips // {divisor}, pot.sips % {divisor}", tmp_path)
    given = pots(len(WHOLES))
    given["sips"] = WHOLES
    found, _, _ = agree(go, given)
    assert found["sips"].tolist() == [one // divisor for one in WHOLES]
    assert found["spare"].tolist() == [one % divisor for one in WHOLES]


def test_a_divisor_by_its_declared_range(tmp_path):
    """Also where a lane has no run, and its room holds 0: x86 would stop the process."""
    go = brewing("pot.sips = pot.spare // pot.cups + pot.spare % pot.guests", tmp_path)
    for count in (1, 3, 8, 11):
        agree(go, pots(count))


def test_whole_numbers_become_fractions(tmp_path):
    """Rounded as Python rounds them: small and large, in a known range or in none."""
    go = brewing(
        """
pot.milk = float(pot.sips)
pot.tea = float(pot.cups) + pot.grains
pot.lid.weight = pot.spare * 1.0 + (pot.sips if pot.sips < 99 else 99)
""",
        tmp_path,
    )
    given = of(WHOLES, of=("sips", "spare"))
    given["grains"] = np.clip(given["spare"], -(2**50), 2**50)
    agree(go, given)


def test_words_become_fractions(tmp_path):
    go = brewing(
        "pot.milk = float(pot.key)\npot.tea = float(pot.key >> 12) + (pot.key >> 11) * 0.5\npot.sips = pot.key >> 1",
        tmp_path,
    )
    given = pots(len(WORDS))
    given["key"] = WORDS
    found, _, _ = agree(go, given)
    assert found["milk"].tolist() == [float(one) for one in WORDS]
    assert found["sips"].tolist() == [one >> 1 for one in WORDS]


@rule
def churned(a, b):
    """Words as rules compute with them: whole numbers in Python, cut to 64 bits before they are kept."""
    one = (int(a) + int(b) * 0x9E3779B97F4A7C15) & WORD
    other = ((one ^ (int(a) >> 7)) - (int(b) << 9)) & WORD
    other = (other | (one << 63)) & WORD
    most = other // 10 + other % 3
    return (one * other) & WORD, most & WORD, other


WORD = 2**64 - 1


@door(ones=array("u"), others=array("u"), found=array("u", 2), larger=array("i"))
def churn(ones, others, found, larger):
    for first in range(0, ones.shape[0], lanes()):
        at = first + lane()
        if at < ones.shape[0]:
            a, b, c = churned(ones[at], others[at])
            found[at, 0], found[at, 1], found[at, 2] = a, b, c
            larger[at] = 1 if a > b else 2 if a == b else 3 if a >= 9223372036854775808 else 4


@given(st.lists(st.tuples(*[st.one_of(st.sampled_from(WORDS), st.integers(0, WORD))] * 2), min_size=1, max_size=20))
def test_words_wrap_round(pairs):
    ones, others = (np.array(one, dtype=np.uint64) for one in zip(*pairs, strict=True))
    expected = [churned(int(one), int(other)) for one, other in pairs]
    for lanes_ in LANES:
        found, larger = np.zeros((len(pairs), 3), dtype=np.uint64), np.zeros(len(pairs), dtype=np.int64)
        churn.at(lanes_)(ones, others, found, larger)
        assert [tuple(map(int, row)) for row in found] == expected
        sizes = [1 if a > b else 2 if a == b else 3 if a >= 2**63 else 4 for a, b, _ in expected]
        assert larger.tolist() == sizes


def test_constants_of_64_bits(tmp_path):
    go = brewing(
        "pot.key = 18446744073709551615 if pot.milk > 0.0 else 9223372036854775808\n"
        "pot.sips = 9223372036854775807 if pot.tea > 0.0 else -9223372036854775807",
        tmp_path,
    )
    found, _, _ = agree(go, pots(11))
    assert set(found["key"].tolist()) == {2**64 - 1, 2**63}


def test_a_fraction_is_cut_where_its_range_is_said(tmp_path):
    """`int(x) if 0.0 <= x < 9.0 else 0`: outside, and at NaN, the other value holds."""
    go = brewing(
        "pot.sips = int(pot.milk) if 0.0 <= pot.milk < 9.0 else -1\n"
        "pot.tea = xs[int(pot.milk) if 0.0 <= pot.milk < 3.0 else 2]",
        tmp_path,
    )
    given = pots(len(FRACTIONS) + 3)
    given["milk"] = [*FRACTIONS, 2.9999999999999996, 8.999999999999998, 9.0]
    found, _, _ = agree(go, given)
    assert found["sips"][-3:].tolist() == [2, 8, -1]


def test_minus_zero_is_kept(tmp_path):
    found, _, _ = agree(brewing("pot.tea = -0.0\npot.milk = -(pot.milk * 0.0)", tmp_path), pots(9))
    assert all(math.copysign(1.0, one) == -1.0 for one in found["tea"])


def test_nothing_is_contracted(tmp_path):
    """A product and a sum round twice: fused, they would round once."""
    go = brewing("pot.tea = pot.milk * pot.tea + pot.lid.weight", tmp_path)
    given = pots(1000)
    chance_ = np.random.default_rng(1)
    for name in ("milk", "tea"):
        given[name] = chance_.normal(size=1000)
    given["lid"]["weight"] = -(given["milk"] * given["tea"]) * (1 + 2.0**-52)
    found, _, _ = agree(go, given)
    assert bits(found["tea"]) == bits(given["milk"] * given["tea"] + given["lid"]["weight"])
