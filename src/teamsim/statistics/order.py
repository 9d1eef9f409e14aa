"""Numbers in order, and what lies below a share of them."""

from teamsim.compiler import rule

__all__ = ["quantile", "sort"]

POWERS = tuple(1 << power for power in range(40, -1, -1))
"""Powers of two, the largest first: how many numbers there may be at most, and how far apart they are compared."""


@rule
def exchange(numbers, part, apart, rest):
    """Put numbers that are so far apart in order two by two, in every other part of so many."""
    end, twice = numbers.shape[0] - apart, 2 * part
    for first in range(rest, end, twice if twice > 1 else 1):
        for place in range(first, first + part if first + part < end else end):
            one, other = numbers[place], numbers[place + apart]
            # the same as `one if one < other else other`, of which LLVM would make a store by mask: 2.5 times slower
            numbers[place] = other if other < one else (one if one <= other else other)
            numbers[place + apart] = other if one < other else one


@rule
def sort(numbers):
    """Put numbers in order, the least first.

    Merge exchange (Batcher 1968, AFIPS; Algorithm M of Knuth 1998, *The Art of Computer Programming* 3, 5.2.2): which
    places are compared does not depend on the numbers, so that every lane sorts numbers of its own.
    """
    for step in range(len(POWERS)):
        part = POWERS[step]
        if part < numbers.shape[0]:
            exchange(numbers, part, part, 0)
            for before in range(step):
                if POWERS[before] < numbers.shape[0]:
                    exchange(numbers, part, POWERS[before] - part, part)


@rule
def quantile(ordered, count, share):
    """What a share of the first so many numbers lies below, with `numpy.quantile`'s way between two of them."""
    last = count - 1
    at = share * last
    place = int(at) if 0.0 <= at < 1e15 else 0
    part = at - place
    below, above = ordered[place], ordered[place + 1 if place < last else last]
    return below + (above - below) * part if part < 0.5 else above - (above - below) * (1.0 - part)
