"""What cannot be computed is refused in a sentence, or is missing; it is never some number."""

import math

import numpy as np
import pytest

from teamsim.fields import InputError
from teamsim.statistics.correlation import correlation
from teamsim.statistics.exits import wilson
from teamsim.statistics.front import front
from teamsim.statistics.goals import shares_met
from teamsim.statistics.levels import median, quantiles
from teamsim.statistics.predictions import directions, sketch_off
from teamsim.statistics.sums import means, means_by
from teamsim.statistics.variance import variance_split

CUBE = np.arange(12.0).reshape(2, 3, 2)
REFUSED = {
    "no numbers": lambda: means([]),
    "a row of no part": lambda: means_by([1.0, 2.0], [0, -1]),
    "parts of other rows": lambda: means_by([1.0, 2.0], [0]),
    "more than all of them": lambda: quantiles([1.0, 2.0], [1.5]),
    "less than none of them": lambda: quantiles([1.0, 2.0], [-0.5]),
    "series of two lengths": lambda: correlation([1.0, 2.0, 3.0], [1.0, 2.0]),
    "series of nothing": lambda: correlation([], []),
    "points without permission": lambda: front([[1.0], [2.0]], [True], [True]),
    "ends of two lengths": lambda: directions([1.0, 2.0], [1.0], 0.0, 0.05),
    "ends that are missing": lambda: directions([1.0], [math.nan], 0.0, 0.05),
    "a week that never comes": lambda: sketch_off([0.0], [3], [[0.0, 0.5, 1.0]]),
    "a count of nothing": lambda: wilson(0, 0),
    "more than all": lambda: wilson(3, 2),
    "no aims": lambda: shares_met([[1.0]], []),
    "one run": lambda: variance_split(CUBE[:, :1], 0.95, 10, 1),
    "a style that is missing": lambda: variance_split(np.where(CUBE > 3, np.nan, CUBE), 0.95, 10, 1),
    "a confidence in per cent": lambda: variance_split(CUBE, 95.0, 10, 1),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_in_a_sentence(what):
    with pytest.raises(InputError) as caught:
        REFUSED[what]()
    assert "\n" not in str(caught.value)


def test_levels_of_what_is_missing_are_missing():
    """As NumPy has it; the series beside it has its own."""
    numbers = np.array([[1.0, 1.0], [math.nan, 2.0], [2.0, 3.0]])
    np.testing.assert_array_equal(quantiles(numbers, [0.0, 0.5]), np.quantile(numbers, [0.0, 0.5], axis=0))
    assert math.isnan(median([1.0, math.nan]))
