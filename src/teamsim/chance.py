"""Keyed random numbers: the same person meets the same luck whatever is decided.

A number is not drawn in a row but looked up by its key. Keys are mixed in turn: a run's from the seed and the run,
a person's from the run's and the identity, a week's from the person's and the week; a channel says what the number
is for. A change of one rule, one lever or one colleague therefore shifts nobody else's numbers.

The mixer is the finaliser of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA), applied to a sum with an odd constant.
Keys are words of 64 bits: in plain Python whole numbers cut to size, in machine code the processor's own.
"""

from __future__ import annotations

import math

from teamsim.arithmetic import log
from teamsim.compiler import rule

__all__ = ["identity_in", "identity_of", "mix", "normal", "uniform"]

GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
WORD = (1 << 64) - 1

(
    ASSIGNMENT,
    COMMITMENT,
    WORK,
    OFFER,
    OFFER_SIZE,
    ACCEPTANCE,
    PUSH,
    RATING,
    SURVEY,
    HIRING,
    TRAIT_TALENT,
    TRAIT_GROWTH,
    TRAIT_PAY,
    TRAIT_AWARENESS,
    TRAIT_RESILIENCE,
    TRAIT_CLOCKS,
    REDRAWN,
    MISTAKE,
    IDEA,
    IDEA_LUCK,
    HESITATION,
    TRAIT_LEADERSHIP,
    TRAIT_WISH,
    TRAIT_INTENSITY,
    ASSESSMENT,
    LOT,
    TRAIT_STYLE,
    PLANS,
    STARTING_PAY,
    STARTING_ROOTS,
    TRAIT_DISPOSITION,
    AFFECT,
    RAPPORT,
    KEPT_QUIET,
    CIRCUMSTANCES,
) = range(1, 36)
"""The channels: what a number is for. Appending one changes no other."""


@rule
def mix(key, number):
    """A new key from a key and a number; words of 64 bits, whose sums and products wrap round."""
    z = (int(key) + GOLDEN * (int(number) + 1)) & WORD
    z = ((z ^ (z >> 30)) * FIRST) & WORD
    z = ((z ^ (z >> 27)) * SECOND) & WORD
    return z ^ (z >> 31)


@rule
def uniform(key, channel):
    """A number between 0 and 1, never one of them: 52 bits of the key."""
    return (float(mix(key, channel) >> 12) + 0.5) * (1.0 / 4503599627370496.0)


@rule
def normal(key, channel):
    """A standard normal number: the normal quantile of a uniform one, to 1e-6 (AS 241: Wichura 1988).

    One draw a number, and monotone in it: more luck is more luck.
    """
    share = uniform(key, channel)
    q = share - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        above = ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179
        return q * above / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
    r = math.sqrt(-log(share if q < 0.0 else 1.0 - share))
    if r <= 5.0:
        r -= 1.6
        above = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777
        far = above / ((0.12021132975 * r + 0.73700164250) * r + 1.0)
    else:
        r -= 5.0
        above = ((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150
        far = above / ((0.012258202635 * r + 0.24197894225) * r + 1.0)
    return -far if q < 0.0 else far


@rule
def identity_in(letters, first, last):
    """The identity of whom some letters name: their bytes, mixed in turn, beginning with how many there are."""
    key = mix(0, last - first)
    for place in range(first, last):
        key = mix(key, letters[place])
    return key


def identity_of(name: str) -> int:
    """Return the stable identity of somebody of the first cast: made of the name's UTF-8 bytes, not of the row.

    Examples
    --------
    >>> identity_of("Ana") == identity_of("Ana"), identity_of("Ana") == identity_of("Ben")
    (True, False)
    """
    letters = name.encode("utf-8")
    identity: int = identity_in(letters, 0, len(letters))
    return identity
