"""What is measured: the organisation is what its thirds come to, and so are its teams."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import teamsim as ts
from strategies import worlds
from teamsim.people import (
    MEANS,
    OF_TEAMS,
    STATES_OF_PEOPLE,
    STATES_OF_TEAMS,
    Drivers,
    Measures,
    PersonState,
    TeamState,
    measured,
)
from teamsim.rules import measures
from teamsim.rules.measures import ORGANISATION, TEAMS, THIRDS

ADDED = measured("sum", "mean")
PARTS = {"thirds": slice(THIRDS, TEAMS), "teams": slice(TEAMS, None)}


def test_every_measure_says_how_it_is_measured():
    assert {one.how for one in Measures.quantities().values()} == {"sum", "mean", "team", "derived"}
    assert set(ADDED) | set(OF_TEAMS) | set(measured("derived")) == set(Measures.quantities())
    for states, among, declared in ((STATES_OF_PEOPLE, ADDED, PersonState), (STATES_OF_TEAMS, OF_TEAMS, TeamState)):
        assert {state for _, state in states} <= set(declared.quantities())
        assert {measure for measure, _ in states} <= set(among)


def test_what_is_of_no_state_is_added_up_or_worked_out_by_name():
    """Else it would be 0 for ever, and nobody would notice."""
    text = Path(measures.__file__).read_text(encoding="utf-8")
    for name, one in Measures.quantities().items():
        assert one.of or re.search(rf"\brow\.{name} \+?= ", text), f"Measures.{name}: say of=, or write row.{name}"


def test_no_two_drivers_have_one_label():
    """What leavers say is kept by its label."""
    labels = [one.label for one in Drivers.quantities().values()]
    assert len({*labels}) == len(labels)


@given(worlds(weeks=20))
@settings(max_examples=15)
def test_the_organisation_is_its_thirds_and_its_teams(world):
    """A sum is the sum of theirs, a mean is that of their people, what belongs to teams is the sum over teams."""
    scenario, conduct, seed = world
    measures = ts.simulate(scenario, conduct, seed)._raw["measures"]
    whole = measures[:, ORGANISATION]
    for name in ADDED:
        for part in PARTS.values():
            rows = measures[:, part]
            weights = rows["people"] if name in MEANS else np.ones(rows.shape)
            found = (rows[name] * weights).sum(axis=1)
            expected = whole[name] * (whole["people"] if name in MEANS else 1.0)
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=name)
    for name in OF_TEAMS:
        np.testing.assert_allclose(measures[:, PARTS["teams"]][name].sum(axis=1), whole[name], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", OF_TEAMS)
def test_thirds_have_nothing_that_belongs_to_teams(name, busy):
    assert not ts.simulate(busy, "developer", 3)._raw["measures"][:, PARTS["thirds"]][name].any()
