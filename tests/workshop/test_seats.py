"""The door and the seats: who comes in, who is held up, and who sits where."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from sessions import LEVERS, WORKSHOP, decide
from teamsim.fields import InputError
from teamsim.workshop.codes import FREE_TRIES
from teamsim.workshop.entries import entries_of, submit
from teamsim.workshop.facilitation import monitor, open_round
from teamsim.workshop.seats import come_back, join, sit_down, take_turn
from teamsim.workshop.store import ENTRIES, Store


def test_a_code_and_a_nickname_open_the_door_and_the_key_leads_back(store, session):
    ticket = join(store, f" {session.code.lower()[:3]}-{session.code[3:]}", "Ann")
    me = come_back(store, ticket.key)
    assert (me.nickname, me.seat, me.session.code) == ("Ann", 1, session.code)
    with Store(store.where, store.clock) as again:  # the server has been started anew
        assert come_back(again, ticket.key) == me


@pytest.mark.parametrize("nickname", ["", "   ", "x" * 25, "a\x00b", "a\u202eb"])
def test_what_is_no_nickname_is_refused(store, session, nickname):
    with pytest.raises(InputError, match="nickname"):
        join(store, session.code, nickname)


def test_a_nickname_is_given_once(store, session):
    join(store, session.code, "Ann")
    with pytest.raises(InputError, match="taken"):
        join(store, session.code, " ANN ")


def test_a_thousand_bad_codes_are_slowed_down(store, session, clock):
    refused = {"wrong": 0, "wait": 0}
    for n in range(1000):
        with pytest.raises(InputError) as error:
            join(store, f"BBBB{n % 7 + 2}2", "Eve", "192.0.2.7")
        refused["wait" if "wait" in str(error.value) else "wrong"] += 1
        clock.now += 0.01
    assert refused["wrong"] < FREE_TRIES + 5  # ten seconds of guessing
    with pytest.raises(InputError, match="wait"):
        join(store, session.code, "Eve", "192.0.2.7")  # even the right one
    join(store, session.code, "Ann", "192.0.2.8")  # others are not held up


def test_a_seat_is_shared_by_its_word_and_decided_in_turns(store, session):
    one = join(store, session.code, "Ann")
    two = sit_down(store, session.code, one.word, "Bob")
    assert come_back(store, two.key).others == ("Ann",)
    turns = []
    for number in range(2):
        open_round(store, session.id, number, None, 7)
        turns.append([come_back(store, ticket.key).turn for ticket in (one, two)])
    assert turns == [[True, False], [False, True]]
    with pytest.raises(InputError, match="Somebody else"):
        decide(store, one.key, 1)
    take_turn(store, one.key)
    decide(store, one.key, 1)
    assert entries_of(store, two.key)[1]["decide"]["levers"] == LEVERS
    again = sit_down(store, session.code, one.word, "ann")
    assert come_back(store, again.key).nickname == "Ann", "from another device, the same person"
    with pytest.raises(InputError, match="No seat"):
        sit_down(store, session.code, "BCDFGH", "Eve")


def test_an_observer_watches(store, session):
    ticket = join(store, session.code, "Obi", observer=True)
    open_round(store, session.id, 0, None, 7)
    with pytest.raises(InputError, match="watch"):
        submit(store, ticket.key, 0, "brief", {}, WORKSHOP)
    assert monitor(store, session.id, WORKSHOP)["observers"] == ["Obi"]


def test_who_come_at_once_get_seats_of_their_own_and_what_is_sent_twice_at_once_is_stored_once(store, session):
    open_round(store, session.id, 0, None, 7)

    def come(number):
        with Store(store.where, store.clock) as mine:
            return join(mine, session.code, f"P{number}")

    with ThreadPoolExecutor(8) as at_once:
        tickets = list(at_once.map(come, range(16)))
        assert sorted(ticket.seat for ticket in tickets) == list(range(1, 17))
        list(at_once.map(lambda ticket: decide(store, ticket.key), [tickets[0]] * 8))
    with store.reading() as now:
        assert now.scalar(sa.select(sa.func.count()).select_from(ENTRIES)) == 3
