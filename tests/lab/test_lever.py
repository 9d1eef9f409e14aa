"""A lever of one's own, without a kernel."""

import pytest

import teamsim as ts
from teamsim.style import Style


@pytest.mark.parametrize("name", Style.quantities())
def test_every_lever_can_be_had(name):
    lever = ts.lab.Lever(name)
    assert lever.value == getattr(Style(), name)
    assert lever.lever["label"]
    assert all(lever.lever["ends"])


def test_the_page_moves_it_and_nothing_else():
    lever = ts.lab.Lever("challenge")
    moved = []
    lever.observe(moved.append, "value")
    lever.set_state({"value": 0.7, "lever": {"label": "mine"}})
    assert (lever.value, lever.lever["label"], len(moved)) == (0.7, "Stretch", 1)


@pytest.mark.parametrize(("given", "said"), [(7, "cannot be 7: it goes from 0 to 1"), ("far", "cannot be changed")])
def test_what_the_page_cannot_mean_is_refused(given, said):
    lever = ts.lab.Lever("challenge", 0.6)
    lever.set_state({"value": given})
    assert lever.value == 0.6
    assert said in lever.problem
    lever.set_state({"value": 0.2})
    assert (lever.value, lever.problem) == (0.2, "")


def test_what_is_not_there_is_named():
    with pytest.raises(ts.InputError, match="did you mean 'challenge'"):
        ts.lab.Lever("chalenge")
    with pytest.raises(ts.InputError, match="is outside 0"):
        ts.lab.Lever("challenge", 2)
