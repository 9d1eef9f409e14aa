"""What a facilitator does with a seat."""

import pytest

from sessions import WORKSHOP, decide
from teamsim.fields import InputError
from teamsim.workshop.facilitation import advance, monitor, open_round, remove, reset
from teamsim.workshop.seats import come_back, join, sit_down


def test_who_is_taken_on_keeps_the_last_decision_and_who_is_reset_decides_anew(store, session):
    ticket = join(store, session.code, "Ann")
    open_round(store, session.id, 0, None, 7)
    advance(store, session.id, 1)
    row = monitor(store, session.id, WORKSHOP)["seats"][0]
    assert (row["phase"], row["decided"]) == ("see", False)
    with pytest.raises(InputError):
        decide(store, ticket.key)
    reset(store, session.id, 1)
    decide(store, ticket.key)
    assert monitor(store, session.id, WORKSHOP)["seats"][0]["decided"]


def test_a_removed_seat_is_gone(store, session):
    ticket = join(store, session.code, "Ann")
    remove(store, session.id, 1)
    with pytest.raises(InputError, match="no seat"):
        come_back(store, ticket.key)
    with pytest.raises(InputError, match="No seat"):
        sit_down(store, session.code, ticket.word, "Ann")
    assert monitor(store, session.id, WORKSHOP)["seats"] == []
