"""Sessions on a real database: who may do what, and that nothing submitted is lost or doubled.

Where TEAMSIM_TEST_POSTGRESQL holds the address of a PostgreSQL database, all of it runs there, too, in own schemas.
"""

import os
import signal
import subprocess
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from teamsim.fields import InputError
from teamsim.workshop import session as acts
from teamsim.workshop import store as tables
from teamsim.workshop.codes import FREE_TRIES
from teamsim.workshop.definition import Workshop
from teamsim.workshop.store import ENTRIES, SCHEMA, Store, located

WORKSHOP = Workshop.load("managing-stars")
ANSWER = {"measure": "engagement", "group": "organisation", "kind": "direction", "value": "up", "sure": 80}
LEVERS = {"challenge": 0.5}
POSTGRESQL = os.environ.get("TEAMSIM_TEST_POSTGRESQL", "")
KINDS = ["file", "postgresql"] if POSTGRESQL else ["file"]


@contextmanager
def somewhere(kind):
    """A place for a store that is gone afterwards."""
    if kind == "file":
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / "sessions.sqlite"
        return
    url, schema = located(POSTGRESQL), f"teamsim_{uuid.uuid4().hex}"
    engine = sa.create_engine(url)
    with engine.begin() as now:
        now.exec_driver_sql(f"CREATE SCHEMA {schema}")
    try:
        url = url.update_query_dict({"options": f"-csearch_path={schema}"})
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.begin() as now:
            now.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
        engine.dispose()


class Clock:
    """A time that goes on when it is told to."""

    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=KINDS)
def store(request, clock):
    with somewhere(request.param) as place, Store(place, clock) as held:
        yield held


@pytest.fixture
def filed(clock):
    with somewhere("file") as place, Store(place, clock) as held:
        yield held


@pytest.fixture
def session(store):
    return acts.begin(store, "managing-stars")[0]


def decide(store, key, number=0, levers=LEVERS):
    acts.submit(store, key, number, "brief", {}, WORKSHOP)
    acts.submit(store, key, number, "predict 0", ANSWER, WORKSHOP)
    acts.submit(store, key, number, "decide", {"levers": levers, "why": ""}, WORKSHOP)


# --- the door


def test_a_code_and_a_nickname_open_the_door_and_the_key_leads_back(store, session):
    ticket = acts.join(store, f" {session.code.lower()[:3]}-{session.code[3:]}", "Ann")
    me = acts.come_back(store, ticket.key)
    assert (me.nickname, me.seat, me.session.code) == ("Ann", 1, session.code)
    with Store(store.where, store.clock) as again:  # the server has been started anew
        assert acts.come_back(again, ticket.key) == me


def test_no_secret_of_a_participant_or_the_facilitator_is_in_the_file(filed):
    session, key = acts.begin(filed, "managing-stars")
    ticket = acts.join(filed, session.code, "Ann")
    filed.close()
    content = b"".join(path.read_bytes() for path in Path(filed.where).parent.iterdir())
    assert key.encode() not in content
    assert ticket.key.encode() not in content
    assert Path(filed.where).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("nickname", ["", "   ", "x" * 25, "a\x00b", "a\u202eb"])
def test_what_is_no_nickname_is_refused(store, session, nickname):
    with pytest.raises(InputError, match="nickname"):
        acts.join(store, session.code, nickname)


def test_a_nickname_is_given_once(store, session):
    acts.join(store, session.code, "Ann")
    with pytest.raises(InputError, match="taken"):
        acts.join(store, session.code, " ANN ")


def test_a_thousand_bad_codes_are_slowed_down(store, session, clock):
    refused = {"wrong": 0, "wait": 0}
    for n in range(1000):
        with pytest.raises(InputError) as error:
            acts.join(store, f"BBBB{n % 7 + 2}2", "Eve", "192.0.2.7")
        refused["wait" if "wait" in str(error.value) else "wrong"] += 1
        clock.now += 0.01
    assert refused["wrong"] < FREE_TRIES + 5  # ten seconds of guessing
    with pytest.raises(InputError, match="wait"):
        acts.join(store, session.code, "Eve", "192.0.2.7")  # even the right one
    acts.join(store, session.code, "Ann", "192.0.2.8")  # others are not held up


def test_a_seat_is_shared_by_its_word_and_decided_in_turns(store, session):
    one = acts.join(store, session.code, "Ann")
    two = acts.sit_down(store, session.code, one.word, "Bob")
    assert acts.come_back(store, two.key).others == ("Ann",)
    turns = []
    for number in range(2):
        acts.open_round(store, session.id, number, None, 7)
        turns.append([acts.come_back(store, ticket.key).turn for ticket in (one, two)])
    assert turns == [[True, False], [False, True]]
    with pytest.raises(InputError, match="Somebody else"):
        decide(store, one.key, 1)
    acts.take_turn(store, one.key)
    decide(store, one.key, 1)
    assert acts.entries_of(store, two.key)[1]["decide"]["levers"] == LEVERS
    again = acts.sit_down(store, session.code, one.word, "ann")
    assert acts.come_back(store, again.key).nickname == "Ann", "from another device, the same person"
    with pytest.raises(InputError, match="No seat"):
        acts.sit_down(store, session.code, "BCDFGH", "Eve")


def test_an_observer_watches(store, session):
    ticket = acts.join(store, session.code, "Obi", observer=True)
    acts.open_round(store, session.id, 0, None, 7)
    with pytest.raises(InputError, match="watch"):
        acts.submit(store, ticket.key, 0, "brief", {}, WORKSHOP)
    assert acts.monitor(store, session.id, WORKSHOP)["observers"] == ["Obi"]


def test_a_facilitators_key_opens_one_session_and_a_new_one_shuts_the_old(store):
    session, key = acts.begin(store, "managing-stars")
    other, _ = acts.begin(store, "managing-stars")
    ticket = acts.join(store, session.code, "Ann")
    assert acts.facilitate(store, session.code, key).id == session.id
    tries = ((other.code, key), (session.code, ticket.key), (session.code, ""), (session.code, session.code))
    for code, tried in tries:
        with pytest.raises(InputError, match="not the facilitator"):
            acts.facilitate(store, code, tried)
    acts.new_facilitator_key(store, session.id)
    with pytest.raises(InputError):
        acts.facilitate(store, session.code, key)


# --- rounds


def test_what_is_submitted_twice_is_stored_once_and_what_differs_is_refused(store, session):
    ticket = acts.join(store, session.code, "Ann")
    acts.open_round(store, session.id, 0, None, 7)
    decide(store, ticket.key)
    decide(store, ticket.key)
    with store.reading() as now:
        assert now.scalar(sa.select(sa.func.count()).select_from(ENTRIES)) == 3
    with pytest.raises(InputError, match="already"):
        decide(store, ticket.key, levers={"challenge": 0.6})


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("decide", {"levers": {"challenge": 1.4}}),
        ("decide", {"levers": {"challenge": float("nan")}}),
        ("decide", {"levers": {"challenge": True}}),
        ("decide", {"levers": {"autonomy": 0.5}}),
        ("decide", {"levers": [0.5]}),
        ("decide", {}),
        ("decide", {"levers": LEVERS, "why": "x" * 5000}),
        ("predict 7", ANSWER),
        ("waived", {}),
        ("__class__", {}),
    ],
)
def test_a_forged_submission_is_refused_and_nothing_is_stored(store, session, kind, content):
    ticket = acts.join(store, session.code, "Ann")
    acts.open_round(store, session.id, 0, None, 7)
    acts.submit(store, ticket.key, 0, "predict 0", ANSWER, WORKSHOP)
    before = acts.entries_of(store, ticket.key)
    with pytest.raises(InputError):
        acts.submit(store, ticket.key, 0, kind, content, WORKSHOP)
    assert acts.entries_of(store, ticket.key) == before


def test_predict_first_then_decide(store, session):
    ticket = acts.join(store, session.code, "Ann")
    acts.open_round(store, session.id, 0, None, 7)
    with pytest.raises(InputError, match="Predict first"):
        acts.submit(store, ticket.key, 0, "decide", {"levers": LEVERS}, WORKSHOP)


def test_a_round_takes_only_while_it_is_open(store, session, clock):
    ticket = acts.join(store, session.code, "Ann")

    def refused(number=0):
        with pytest.raises(InputError):
            acts.submit(store, ticket.key, number, "brief", {}, WORKSHOP)
        return True

    assert refused()
    acts.open_round(store, session.id, 0, 5, 7)
    assert refused(1)
    acts.pause(store, session.id)
    assert refused()
    clock.now += 3600
    acts.go_on(store, session.id)
    acts.submit(store, ticket.key, 0, "brief", {}, WORKSHOP)  # the pause has not eaten the time
    clock.now += 301
    with pytest.raises(InputError, match="not open"):
        acts.submit(store, ticket.key, 0, "predict 0", ANSWER, WORKSHOP)


def test_who_is_taken_on_keeps_the_last_decision_and_who_is_reset_decides_anew(store, session):
    ticket = acts.join(store, session.code, "Ann")
    acts.open_round(store, session.id, 0, None, 7)
    acts.advance(store, session.id, 1)
    row = acts.monitor(store, session.id, WORKSHOP)["seats"][0]
    assert (row["phase"], row["decided"]) == ("see", False)
    with pytest.raises(InputError):
        decide(store, ticket.key)
    acts.reset(store, session.id, 1)
    decide(store, ticket.key)
    assert acts.monitor(store, session.id, WORKSHOP)["seats"][0]["decided"]


def test_a_removed_seat_is_gone(store, session):
    ticket = acts.join(store, session.code, "Ann")
    acts.remove(store, session.id, 1)
    with pytest.raises(InputError, match="no seat"):
        acts.come_back(store, ticket.key)
    with pytest.raises(InputError, match="No seat"):
        acts.sit_down(store, session.code, ticket.word, "Ann")
    assert acts.monitor(store, session.id, WORKSHOP)["seats"] == []


def test_what_is_deleted_is_not_in_the_file_any_more(filed):
    """Not even while others still have it open."""
    session = acts.begin(filed, "managing-stars")[0]
    ticket = acts.join(filed, session.code, "Zaphod Beeblebrox")
    acts.open_round(filed, session.id, 0, None, 7)
    acts.submit(filed, ticket.key, 0, "predict 0", ANSWER, WORKSHOP)
    acts.submit(filed, ticket.key, 0, "decide", {"levers": LEVERS, "why": "because of Trillian"}, WORKSHOP)
    with Store(filed.where) as other:
        assert acts.come_back(other, ticket.key).nickname == "Zaphod Beeblebrox"
        acts.delete(filed, session.id)
        assert acts.sessions(other) == []
        content = b"".join(path.read_bytes() for path in Path(filed.where).parent.iterdir())
    assert b"Beeblebrox" not in content
    assert b"Trillian" not in content


def test_of_what_is_deleted_no_row_is_left(store, session):
    ticket = acts.join(store, session.code, "Ann")
    acts.open_round(store, session.id, 0, None, 7)
    decide(store, ticket.key)
    acts.delete(store, session.id)
    with store.reading() as now:
        counts = {
            name: now.scalar(sa.select(sa.func.count()).select_from(table))
            for name, table in tables.TABLES.tables.items()
        }
    assert counts == dict.fromkeys(counts, 0) | {"schema_version": 1}


def test_who_come_at_once_get_seats_of_their_own_and_what_is_sent_twice_at_once_is_stored_once(store, session):
    acts.open_round(store, session.id, 0, None, 7)

    def come(number):
        with Store(store.where, store.clock) as mine:
            return acts.join(mine, session.code, f"P{number}")

    with ThreadPoolExecutor(8) as at_once:
        tickets = list(at_once.map(come, range(16)))
        assert sorted(ticket.seat for ticket in tickets) == list(range(1, 17))
        list(at_once.map(lambda ticket: decide(store, ticket.key), [tickets[0]] * 8))
    with store.reading() as now:
        assert now.scalar(sa.select(sa.func.count()).select_from(ENTRIES)) == 3


@pytest.mark.parametrize("given", [{"seed": -1}, {"seed": 2**63}, {"language": "xx"}])
def test_what_no_page_could_open_with_is_not_begun(store, given):
    """Or the next start would go on with it."""
    with pytest.raises(InputError, match=next(iter(given))):
        acts.begin(store, "managing-stars", **given)
    assert acts.sessions(store) == []


def test_the_largest_seed_is_kept(store):
    session, _ = acts.begin(store, "managing-stars", seed=2**63 - 1)
    assert acts.find(store, session.code).seed == 2**63 - 1


# --- the file


def test_a_newer_store_is_refused_and_an_older_one_is_migrated(store, monkeypatch):
    for number in (99, tables.VERSION):
        with store.writing() as now:
            now.execute(SCHEMA.update().values(version=number))
        if number == 99:
            with pytest.raises(InputError, match="newer teamsim"):
                Store(store.where)

    def add(now):
        now.execute(sa.text("ALTER TABLE session ADD COLUMN weather TEXT"))

    monkeypatch.setattr(tables, "MIGRATIONS", (*tables.MIGRATIONS, add))
    for _ in range(2):  # the second time there is nothing to do
        with Store(store.where) as migrated:
            assert "weather" in {column["name"] for column in sa.inspect(migrated.engine).get_columns("session")}


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "notes.sqlite"
    path.write_text("not a database, but something of mine", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be opened"):
        Store(path)
    assert path.read_text(encoding="utf-8").startswith("not a database")


WRITER = """
import sys
from teamsim.workshop import session as acts
from teamsim.workshop.definition import Workshop
from teamsim.workshop.store import Store
workshop, store = Workshop.load("managing-stars"), Store(sys.argv[1])
answer = {"measure": "engagement", "value": "up", "sure": 80}
for number in range(1000):
    ticket = acts.join(store, sys.argv[2], f"{sys.argv[3]} {number}")
    acts.submit(store, ticket.key, 0, "predict 0", answer, workshop)
    acts.submit(store, ticket.key, 0, "decide", {"levers": {"challenge": 0.5}}, workshop)
    print(number, flush=True)
    if not number:
        sys.stdin.readline()  # for the other one to have begun
"""


def test_killed_in_the_middle_nothing_said_to_be_stored_is_lost_and_nothing_is_double(store, session):
    """Two at once write as fast as they can, and are killed without warning."""
    acts.open_round(store, session.id, 0, None, 7)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, store.where, session.code, name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("Ann", "Bob")
    ]
    said = [[writer.stdout.readline()] for writer in writers]
    for writer in writers:
        writer.stdin.close()
    for lines, writer in zip(said, writers, strict=True):
        lines += [writer.stdout.readline() for _ in range(2)]
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    told = [int((lines + writer.stdout.readlines())[-1]) + 1 for lines, writer in zip(said, writers, strict=True)]
    for writer in writers:
        writer.wait(30)
        writer.stdout.close()
    with Store(store.where, store.clock) as again:
        entries = acts.entries_of_all(again, session.id)
        people = [row["names"] for row in acts.monitor(again, session.id, WORKSHOP)["seats"]]
        if again.engine.dialect.name == "sqlite":
            with again.reading() as now:
                assert now.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    whole = sum("decide" in mine.get(0, {}) for mine in entries.values())
    assert sum(told) <= whole <= sum(told) + 2, "what was told is there, and at most the one being written besides"
    assert all(len(names) == 1 for names in people)
    assert all("predict 0" in mine[0] for mine in entries.values() if "decide" in mine.get(0, {}))


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
        self.session = acts.begin(self.store, "managing-stars")[0].id
        self.code = acts.sessions(self.store)[0].code
        self.kept, self.seat_of, self.joined = {}, {}, 0  # (seat, round, kind): content

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            self.somewhere.__exit__(None, None, None)

    @rule(target=keys)
    def join(self):
        self.joined += 1
        ticket = acts.join(self.store, self.code, f"P{self.joined}")
        self.seat_of[ticket.key] = ticket.seat
        return ticket.key

    @rule(number=st.integers(0, 6), minutes=st.none() | st.floats(0.1, 10))
    def open(self, number, minutes):
        acts.open_round(self.store, self.session, number, minutes, 7)

    @rule()
    def close(self):
        acts.close_round(self.store, self.session)

    @rule()
    def pause(self):
        acts.pause(self.store, self.session)

    @rule()
    def go_on(self):
        acts.go_on(self.store, self.session)

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
        held = acts.sessions(self.store)[0]
        place = self.seat_of[key], number, kind
        try:
            acts.submit(self.store, key, number, kind, content, WORKSHOP)
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
            acts.advance(self.store, self.session, self.seat_of[key])
        except InputError:
            assert acts.sessions(self.store)[0].round < 0
        else:
            held = acts.sessions(self.store)[0].round
            if (self.seat_of[key], held, "decide") not in self.kept:
                self.kept.setdefault((self.seat_of[key], held, "waived"), {})

    @rule(key=keys)
    def reset(self, key):
        held = acts.sessions(self.store)[0].round
        acts.reset(self.store, self.session, self.seat_of[key])
        self.kept = {place: what for place, what in self.kept.items() if place[:2] != (self.seat_of[key], held)}

    @rule(key=consumes(keys))
    def remove(self, key):
        acts.remove(self.store, self.session, self.seat_of[key])
        self.kept = {place: what for place, what in self.kept.items() if place[0] != self.seat_of[key]}
        with pytest.raises(InputError):
            acts.come_back(self.store, key)

    @invariant()
    def what_was_taken_is_there_once(self):
        if not hasattr(self, "store"):
            return
        everybody = acts.entries_of_all(self.store, self.session)
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
