"""Log-odds and chances."""

import math

from teamsim.compiler import rule


@rule
def logistic(x):
    """1 / (1 + exp(-x)), guarded at both ends."""
    if x < -700.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


@rule
def happens(luck, odds):
    """Whether a uniform `luck` falls under the chance of these log-odds; the exponential is spared where that is plain."""
    if odds < -3.0 and luck > 0.05:
        return False
    return luck < logistic(odds)
