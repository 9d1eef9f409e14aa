"""The exponential and the logarithm in plain arithmetic, so that every machine gives the same bits.

A library's differ in the last bit from one processor and system to the next; sums, products, quotients and square roots
do not (IEEE 754). Both functions are within one unit in the last place of the true value. How they reduce their
argument, and the series of the logarithm, are those of fdlibm (Ng 1993).
"""

from __future__ import annotations

from teamsim.compiler import bits_of, from_bits, rule

__all__ = ["exp", "log"]

ROUNDING = 6755399441055744.0
"""1.5 * 2**52: what is added to it is rounded to a whole number, which then stands in its last bits."""
LOG2_E, LN2_HIGH, LN2_LOW = 1.4426950408889634, 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""ln 2 in two parts, of which the first has so few digits that its product with a small whole number is exact."""
BIAS, EXPONENT = 1023, 52
FRACTION, ROOT, ONE = 0x000FFFFFFFFFFFFF, 0x3FE6A09E00000000, 0x3FF0000000000000
"""The bits of a number behind its exponent, those of the root of 1/2 (cut), and those of 1."""
WORD = (1 << 64) - 1
INFINITE, UNKNOWN = float("inf"), float("nan")
SMALLEST, TWO_54 = 2.2250738585072014e-308, 18014398509481984.0
"""The smallest number with all its digits, and what lifts smaller ones above it."""


@rule
def exp(x):
    """E to the x: 0 far below, infinity above 709.78.

    As x = k ln 2 + r, it is 2**k times a polynomial of r (Taylor's, to the 13th power).
    """
    x = -800.0 if x < -800.0 else x
    x = 800.0 if x > 800.0 else x
    whole = x * LOG2_E + ROUNDING
    k = whole - ROUNDING
    above, below = x - k * LN2_HIGH, k * LN2_LOW
    r = above - below
    lost = (above - r) - below
    r2 = r * r
    r4 = r2 * r2
    low = 0.5 + r * 0.16666666666666666 + r2 * (0.041666666666666664 + r * 0.008333333333333333)
    middle = 0.001388888888888889 + r * 0.0001984126984126984
    middle += r2 * (2.48015873015873e-05 + r * 2.7557319223985893e-06)
    high = 2.755731922398589e-07 + r * 2.505210838544172e-08
    high += r2 * (2.08767569878681e-09 + r * 1.6059043836821613e-10)
    e = 1.0 + (r + (lost + r2 * (low + r4 * (middle + r4 * high))))
    half = k * 0.5 + ROUNDING  # in two steps, or 2**k would be out of range where the product is not
    rest = (k - (half - ROUNDING)) + ROUNDING
    return e * two_to(half) * two_to(rest)


@rule
def two_to(whole):
    """2 to a whole number that `ROUNDING` was added to."""
    return from_bits(((bits_of(whole) + BIAS) << EXPONENT) & WORD)


@rule
def log(x):
    """The natural logarithm: minus infinity of 0, not a number below.

    As x = 2**k m with m around 1, it is k ln 2 plus a series of (m - 1) / (m + 1).
    """
    small = x < SMALLEST
    shifted = (bits_of(x * TWO_54 if small else x) + (ONE - ROOT)) & WORD
    k = float(shifted >> EXPONENT) - (1077.0 if small else 1023.0)
    f = from_bits((shifted & FRACTION) + ROOT) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    even = 2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)
    even = z * (6.666666666666735130e-01 + w * even)
    half = 0.5 * f * f
    found = k * LN2_HIGH - ((half - (s * (half + (even + odd)) + k * LN2_LOW)) - f)
    found = x if x >= INFINITE else found
    return found if x > 0.0 else (-INFINITE if x >= 0.0 else UNKNOWN)
