"""Whether something rose or fell, and how far off a sketch was: against the same said with NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from every_way import every_way
from teamsim.statistics.predictions import directions, sketch_off

lines = arrays(float, st.tuples(st.just(2), st.integers(1, 20)), elements=st.floats(-10, 10).map(lambda x: round(x, 1)))


@settings(max_examples=15)
@given(lines, st.sampled_from([0.0, 0.1, 2.0]))
def test_like_numpy(ends, band):
    first, last = ends
    found, counts = every_way(lambda: directions(first, last, band, 0.05))
    width = band or 0.05 * np.abs(first)
    expected = np.where(np.abs(last - first) <= width, 0, np.sign(last - first))
    assert found.tolist() == expected.tolist()
    assert counts.tolist() == [(expected == sign).sum() for sign in (-1, 0, 1)]


@pytest.mark.parametrize(("last", "way"), [(1.0, 0), (1.25, 0), (0.75, 0), (1.26, 1), (0.74, -1)])
def test_at_the_edge_it_is_about_the_same(last, way):
    assert directions(1.0, last, 0.25, 0.0)[0].tolist() == [way]


@settings(max_examples=15)
@given(st.integers(2, 30), st.data())
def test_a_sketch_like_numpy(weeks, data):
    heights = st.floats(-5, 5).map(lambda x: round(x, 2))
    at = [round(week) for week in np.linspace(0, weeks - 1, 5)]
    points = np.array(data.draw(st.lists(heights, min_size=5, max_size=5)))
    bands = np.sort(data.draw(arrays(float, (weeks, 3), elements=heights)), axis=1)
    off, inside = every_way(lambda: sketch_off(points, at, bands))
    assert off == pytest.approx(np.abs(np.interp(np.arange(weeks), at, points) - bands[:, 1]).mean(), abs=1e-12)
    assert inside == ((points >= bands[at, 0]) & (points <= bands[at, 2])).sum()


def test_beyond_its_points_a_sketch_stays_as_high_as_they_are():
    bands = np.zeros((5, 3))
    assert sketch_off([2.0, 4.0], [1, 3], bands)[0] == (2 + 2 + 3 + 4 + 4) / 5
