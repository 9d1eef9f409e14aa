"""Log-odds, chances and levels."""

from teamsim.arithmetic import exp
from teamsim.compiler import rule


@rule
def logistic(x):
    """1 / (1 + exp(-x)), guarded at both ends."""
    if x < -700.0:
        return 0.0
    return 1.0 / (1.0 + exp(-x))


@rule
def level(x):
    """Held between nothing at all and the whole of it."""
    if x < 0.0:
        return 0.0
    return x if x < 1.0 else 1.0


@rule
def bounded(x, limit):
    """`x` while it is small, and never further from 0 than `limit`: the hyperbolic tangent, stretched."""
    share = x / limit
    if share > 20.0:
        return limit
    if share < -20.0:
        return -limit
    far = exp(2.0 * share)
    return limit * (far - 1.0) / (far + 1.0)


@rule
def happens(luck, odds):
    """Whether a uniform `luck` falls under the chance of these log-odds; the exponential is spared where that is plain."""
    if odds < -3.0 and luck > 0.05:
        return False
    return luck < logistic(odds)
