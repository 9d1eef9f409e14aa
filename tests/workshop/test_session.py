"""Sessions on a real database: begun, found again, deleted, and lived through in any order of deeds."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from sessions import ANSWER, LEVERS, POSTGRESQL, WORKSHOP, Clock, decide, somewhere
from teamsim.fields import InputError
from teamsim.workshop.entries import entries_of_all, submit
from teamsim.workshop.facilitation import advance, close_round, go_on, open_round, pause, remove, reset
from teamsim.workshop.seats import come_back, join
from teamsim.workshop.session import begin, delete, facilitate, find, new_facilitator_key, sessions
from teamsim.workshop.store import TABLES, Store


def test_no_secret_of_a_participant_or_the_facilitator_is_in_the_file(filed):
    session, key = begin(filed, "managing-stars")
    ticket = join(filed, session.code, "Ann")
    filed.close()
    content = b"".join(path.read_bytes() for path in Path(filed.where).parent.iterdir())
    assert key.encode() not in content
    assert ticket.key.encode() not in content
    assert Path(filed.where).stat().st_mode & 0o077 == 0


def test_a_facilitators_key_opens_one_session_and_a_new_one_shuts_the_old(store):
    session, key = begin(store, "managing-stars")
    other, _ = begin(store, "managing-stars")
    ticket = join(store, session.code, "Ann")
    assert facilitate(store, session.code, key).id == session.id
    tries = ((other.code, key), (session.code, ticket.key), (session.code, ""), (session.code, session.code))
    for code, tried in tries:
        with pytest.raises(InputError, match="not the facilitator"):
            facilitate(store, code, tried)
    new_facilitator_key(store, session.id)
    with pytest.raises(InputError):
        facilitate(store, session.code, key)


@pytest.mark.parametrize("given", [{"seed": -1}, {"seed": 2**63}, {"language": "xx"}])
def test_what_no_page_could_open_with_is_not_begun(store, given):
    """Or the next start would go on with it."""
    with pytest.raises(InputError, match=next(iter(given))):
        begin(store, "managing-stars", **given)
    assert sessions(store) == []


def test_the_largest_seed_is_kept(store):
    session, _ = begin(store, "managing-stars", seed=2**63 - 1)
    assert find(store, session.code).seed == 2**63 - 1


def test_what_is_deleted_is_not_in_the_file_any_more(filed):
    """Not even while others still have it open."""
    session = begin(filed, "managing-stars")[0]
    ticket = join(filed, session.code, "Zaphod Beeblebrox")
    open_round(filed, session.id, 0, None, 7)
    submit(filed, ticket.key, 0, "predict 0", ANSWER, WORKSHOP)
    submit(filed, ticket.key, 0, "decide", {"levers": LEVERS, "why": "because of Trillian"}, WORKSHOP)
    with Store(filed.where) as other:
        assert come_back(other, ticket.key).nickname == "Zaphod Beeblebrox"
        delete(filed, session.id)
        assert sessions(other) == []
        content = b"".join(path.read_bytes() for path in Path(filed.where).parent.iterdir())
    assert b"Beeblebrox" not in content
    assert b"Trillian" not in content


def test_of_what_is_deleted_no_row_is_left(store, session):
    ticket = join(store, session.code, "Ann")
    open_round(store, session.id, 0, None, 7)
    decide(store, ticket.key)
    delete(store, session.id)
    with store.reading() as now:
        count = sa.select(sa.func.count())
        counts = {name: now.scalar(count.select_from(table)) for name, table in TABLES.tables.items()}
    assert counts == dict.fromkeys(counts, 0) | {"schema_version": 1}


# --- any order of deeds


class Sessions(RuleBasedStateMachine):
    """Participants and a facilitator in any order, on a store that is closed and opened again at any time."""

    kind = "file"
    keys = Bundle("keys")

    @initialize()
    def start(self):
        self.somewhere = somewhere(self.kind)
        self.clock = Clock()
        self.store = Store(self.somewhere.__enter__(), self.clock)
        self.session = begin(self.store, "managing-stars")[0].id
        self.code = sessions(self.store)[0].code
        self.kept, self.seat_of, self.joined = {}, {}, 0  # (seat, round, kind): content

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            self.somewhere.__exit__(None, None, None)

    @rule(target=keys)
    def join(self):
        self.joined += 1
        ticket = join(self.store, self.code, f"P{self.joined}")
        self.seat_of[ticket.key] = ticket.seat
        return ticket.key

    @rule(number=st.integers(0, 6), minutes=st.none() | st.floats(0.1, 10))
    def open(self, number, minutes):
        open_round(self.store, self.session, number, minutes, 7)

    @rule()
    def close(self):
        close_round(self.store, self.session)

    @rule()
    def pause(self):
        pause(self.store, self.session)

    @rule()
    def go_on(self):
        go_on(self.store, self.session)

    @rule(seconds=st.floats(0, 400))
    def wait(self, seconds):
        self.clock.now += seconds

    @rule()
    def start_anew(self):
        self.store.close()
        self.store = Store(self.store.where, self.clock)

    @rule(
        key=keys,
        number=st.integers(0, 6),
        kind=st.sampled_from(["brief", "predict 0", "decide", "reflect"]),
        lever=st.floats(0, 1),
    )
    def submit(self, key, number, kind, lever):
        decision = {"levers": {"challenge": lever}}
        content = {"predict 0": ANSWER, "decide": decision, "reflect": {"reflection": "yes"}}.get(kind, {})
        held = sessions(self.store)[0]
        place = self.seat_of[key], number, kind
        try:
            submit(self.store, key, number, kind, content, WORKSHOP)
        except InputError:
            return
        assert held.round == number, "taken for a round that is not the one of the moment"
        assert held.paused is None
        assert kind == "reflect" or held.takes(self.clock.now), "taken though nothing is open"
        if place in self.kept and kind == "decide":
            assert self.kept[place]["levers"] == content["levers"], "a decision was changed"
        self.kept.setdefault(place, content)

    @rule(key=keys)
    def advance(self, key):
        try:
            advance(self.store, self.session, self.seat_of[key])
        except InputError:
            assert sessions(self.store)[0].round < 0
        else:
            held = sessions(self.store)[0].round
            if (self.seat_of[key], held, "decide") not in self.kept:
                self.kept.setdefault((self.seat_of[key], held, "waived"), {})

    @rule(key=keys)
    def reset(self, key):
        held = sessions(self.store)[0].round
        reset(self.store, self.session, self.seat_of[key])
        self.kept = {place: what for place, what in self.kept.items() if place[:2] != (self.seat_of[key], held)}

    @rule(key=consumes(keys))
    def remove(self, key):
        remove(self.store, self.session, self.seat_of[key])
        self.kept = {place: what for place, what in self.kept.items() if place[0] != self.seat_of[key]}
        with pytest.raises(InputError):
            come_back(self.store, key)

    @invariant()
    def what_was_taken_is_there_once(self):
        if not hasattr(self, "store"):
            return
        everybody = entries_of_all(self.store, self.session)
        there = {(seat, n, kind) for seat, rounds in everybody.items() for n, kinds in rounds.items() for kind in kinds}
        assert there == set(self.kept)


TestSessions = Sessions.TestCase
TestSessions.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)

if POSTGRESQL:

    class Served(Sessions):
        """The same on a server."""

        kind = "postgresql"

    TestSessionsOnPostgreSQL = Served.TestCase
    TestSessionsOnPostgreSQL.settings = settings(max_examples=5, stateful_step_count=30, deadline=None)
