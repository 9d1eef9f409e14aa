"""One rulebook, two drivers: equal to the last bit, whoever drives, in whatever order, on however many threads."""

import os
import random
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import teamsim as ts
from bits import assert_equal, digest, histories, raw
from strategies import SEEDS, forks, parameters, worlds
from teamsim import engine
from teamsim.compiler.doors import PLAIN
from teamsim.evidence.styles import lever
from teamsim.model import PHASES
from teamsim.people import PersonState
from teamsim.world import World, zeros

GROUPS = 4  # futures measure the organisation and its thirds, not each team


class AnyOrder(ts.TeamModel):
    """People and leaders act in an order drawn anew every time."""

    order = random.Random(0)

    def activate(self, agents, phase):
        for agent in self.shuffled(agents):
            getattr(agent, phase)()

    def shuffled(self, agents):
        mixed = list(agents)
        self.order.shuffle(mixed)
        return mixed


class Backwards(AnyOrder):
    """The last seat and the last team first."""

    def shuffled(self, agents):
        return list(agents)[::-1]


class PhaseByPhase(AnyOrder):
    """Everybody's second phase before anybody's third, each phase in an order of its own."""

    def activate(self, agents, phase):
        for part in PHASES if phase == "live_week" else (phase,):
            super().activate(agents, part)


class Stepwise(ts.Member):
    """Changes nothing, but has its phases called one by one."""

    def work(self):
        super().work()


@given(worlds())
def test_mesa_and_the_engine_agree(world):
    scenario, conduct, seed = world
    assert_equal(ts.TeamModel(scenario, conduct, rng=seed).run(), ts.simulate(scenario, conduct, seed))


@given(worlds(weeks=30), parameters())
@settings(max_examples=15)
def test_they_agree_whatever_the_numbers_inside_the_rules(world, numbers):
    scenario, conduct, seed = world
    assert_equal(
        ts.TeamModel(scenario, conduct, rng=seed, parameters=numbers).run(),
        ts.simulate(scenario, conduct, seed, parameters=numbers),
    )


@pytest.mark.parametrize("kind", [AnyOrder, PhaseByPhase])
@given(world=worlds(weeks=30), order=st.integers(0, 2**32))
@settings(max_examples=20)
def test_people_may_act_in_any_order(kind, world, order):
    scenario, conduct, seed = world
    kind.order = random.Random(order)
    assert_equal(kind(scenario, conduct, rng=seed).run(), ts.simulate(scenario, conduct, seed))


def test_any_order_with_exits_and_hires(busy):
    """So that the law is not held by scenarios alone in which little happens."""
    at_once, numbers = 0, {"offer_rate": 0.5, "search_free": 1.0, "accept_start": 2.0}
    for seed in range(4):
        expected = ts.simulate(busy, "demanding", seed, parameters=numbers)
        assert len(expected.exits) > 5
        assert expected.people["hires"].max() > 0
        at_once += sum(len(set(teams)) > 1 for _, teams in expected.exits.groupby("week")["team"])
        for kind in (AnyOrder, PhaseByPhase, Backwards):
            assert_equal(kind(busy, "demanding", rng=seed, parameters=numbers).run(), expected)
        assert_equal(AnyOrder(busy, "demanding", rng=seed, parameters=numbers, member=Stepwise).run(), expected)
    assert at_once, "people are to leave two teams in one week: their departures are kept in the order of seats"


def test_any_order_with_promotions(ladder, upheaval):
    """Leaders write to the records of who sits above them, and read what those below have left: in any order."""
    promoted = 0
    for seed in range(3):
        expected = ts.simulate(ladder, upheaval, seed)
        promoted += len(expected.promotions)
        for kind in (AnyOrder, PhaseByPhase, Backwards):
            assert_equal(kind(ladder, upheaval, rng=seed).run(), expected)
    assert promoted > 12


@pytest.mark.parametrize("name", ts.Scenario.names())
def test_every_shipped_scenario_with_everything_on(name):
    """Whatever its participants may choose, in any order of people."""
    scenario = ts.Scenario.load(name).replace(weeks=30)
    ends = [{held: lever(held).random(share) for held in scenario.goal.levers} for share in (0.1, 0.9)]
    for one in (scenario, *(scenario.led(**levers) for levers in ends)):
        expected = ts.simulate(one, seed=5)
        assert expected.weeks["talks"].sum() > 0
        assert (len(expected.promotions) > 0) == (name == "who-should-lead")
        for driver in (ts.TeamModel, PhaseByPhase):
            assert_equal(driver(one, rng=5).run(), expected)


def test_a_different_order_of_writing_would_be_noticed(small):
    """The shuffles above do shuffle, and a member who reads a colleague's week makes the bits differ."""

    class Envious(ts.Member):
        def work(self):
            super().work()
            self.state.engagement *= 0.5 + 0.5 * self.model.people[(self.row + 1) % 4].engagement

    AnyOrder.order = random.Random(1)
    one = AnyOrder(small, rng=1, member=Envious).run()
    other = AnyOrder(small, rng=1, member=Envious).run()
    assert raw(one)["life"] != raw(other)["life"]


@given(worlds(weeks=30), st.integers(1, 40))
@settings(max_examples=15)
def test_any_number_of_threads_gives_the_same_bytes(world, runs):
    scenario, conduct, seed = world
    found = [ts.futures(scenario, conduct, runs, seed, threads=threads) for threads in (1, 2, 4)]
    for other in found[1:]:
        for name in ("measures", "departures", "counts"):
            assert found[0]._raw[name].tobytes() == other._raw[name].tobytes(), name
    for table in ("weeks", "runs", "exits"):
        pd.testing.assert_frame_equal(getattr(found[0], table), getattr(found[2], table), check_exact=True)


def side_by_side(world, seed, runs, redraws, lanes, checked=False):
    """All bytes of some runs, with so many side by side."""
    life = zeros(PersonState.dtype(), len(runs), world.weeks, len(world.people))
    numbers = [np.array(one, dtype=np.uint64) for one in (runs, redraws)]
    found = engine.lived(world, seed, *numbers, teams=True, life=life, lanes=lanes, checked=checked)
    return [one.tobytes() for one in (*found, life)]


@given(worlds(weeks=60), st.lists(parameters(), min_size=1, max_size=3), st.data())
@settings(max_examples=40)
def test_any_number_of_lanes_gives_the_same_bytes(drawn, sets, data):
    """Whatever the runs are, and however many of the last lanes are empty; and every row that is looked up is there."""
    scenario, conduct, seed = drawn
    world = World.build(scenario, conduct, sets, data.draw(forks(scenario)))
    runs = data.draw(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=11))
    redraws = data.draw(st.lists(st.integers(0, 3), min_size=len(runs), max_size=len(runs)))
    alone = side_by_side(world, seed, runs, redraws, lanes=1)
    for lanes in (2, 4, 8):
        assert side_by_side(world, seed, runs, redraws, lanes) == alone, f"{lanes} lanes"
    assert side_by_side(world, seed, runs, redraws, 8, checked=True) == alone


@given(worlds(weeks=26, people=3), parameters(), st.data())
@settings(max_examples=4)
def test_plain_python_gives_the_same_bytes(drawn, numbers, data):
    scenario, conduct, seed = drawn
    world = World.build(scenario, conduct, numbers, data.draw(forks(scenario)))
    native = side_by_side(world, seed, [0, 3], [0, 0], lanes=2)
    with mock.patch.dict(os.environ, {PLAIN: "1"}):
        assert side_by_side(world, seed, [0, 3], [0, 0], lanes=1) == native


@given(worlds(weeks=30), st.integers(1, 20), st.data())
@settings(max_examples=15)
def test_every_one_of_the_futures_is_a_simulation(world, runs, data):
    scenario, conduct, seed = world
    many = ts.futures(scenario, conduct, runs, seed, threads=2)
    number = data.draw(st.integers(0, runs - 1))
    alone = ts.simulate(scenario, conduct, seed, run=number)
    opened = many.open(number)
    assert_equal(opened, alone)
    assert opened._raw["measures"][:, :GROUPS].tobytes() == many._raw["measures"][number].tobytes()
    before = many._raw["counts"][:number].sum()
    theirs = many._raw["departures"][before : before + many._raw["counts"][number]]
    assert theirs.tobytes() == raw(alone)["departures"]
    if number == 0:
        assert_equal(alone, ts.simulate(scenario, conduct, seed))
    pd.testing.assert_series_equal(
        many.exits.query("run == @number")["log_odds"].reset_index(drop=True), alone.exits["log_odds"], check_exact=True
    )


@given(SEEDS)
@settings(max_examples=10)
def test_runs_differ_from_one_another(seed):
    scenario, conduct = next(iter(histories()))
    many = ts.futures(scenario, conduct, 4, seed)
    assert len({many._raw["measures"][run].tobytes() for run in range(4)}) == 4


def test_exits_beyond_the_room_kept_for_them():
    """Where far more people leave than a compiled run keeps room for, it goes on with more, and nothing is lost."""
    team = {"name": "T", "leader": {"name": "L"}, "people": [{"name": f"P{n}", "pay_ratio": 0.3} for n in range(9)]}
    scenario = ts.Scenario(
        name="x", weeks=104, teams=[team], market={"tightness": 5, "hiring_weeks": 1, "pay_growth": 0.3}
    )
    numbers = {"offer_rate": 1.0, "accept_start": 4.0, "search_free": 1.0, "honeymoon_gain": 0, "ties_gain": 0}
    conduct = ts.Style(pay_position=0.7, counter_offer=0)
    mesa = ts.TeamModel(scenario, conduct, rng=3, parameters=numbers).run()
    assert len(mesa.exits) > 150
    assert_equal(ts.simulate(scenario, conduct, 3, parameters=numbers), mesa)
    many = ts.futures(scenario, conduct, 12, 3, parameters=numbers, threads=1)
    alone = [ts.simulate(scenario, conduct, 3, run=run, parameters=numbers) for run in range(12)]
    assert many._raw["departures"].tobytes() == b"".join(raw(run)["departures"] for run in alone)
    measures = np.stack([run._raw["measures"][:, :GROUPS] for run in alone])
    assert many._raw["measures"].tobytes() == measures.tobytes()


def hashes(*options, **environment):
    """What another process finds."""
    script = Path(__file__).with_name("bits.py")
    paths = [str(Path(ts.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    settled = os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | environment
    done = subprocess.run(
        [sys.executable, *options, str(script)], env=settled, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def here():
    runs = [ts.simulate(scenario, conduct, seed=11) for scenario, conduct in histories()]
    assert [len(run.exits) > 0 for run in runs][1], "the second history is to have exits"
    assert runs[1].people["hires"].max() > 0, "the second history is to have hires"
    return [[digest(run), digest(run), str(len(run.exits)), str(int(run.people["hires"].max()))] for run in runs]


def test_another_process_gives_the_same(here):
    assert hashes(PYTHONHASHSEED="7") == here


def test_plain_python_gives_the_same(here):
    """And without a warning: words are cut to 64 bits before they would wrap round."""
    assert hashes("-W", "error", TEAMSIM_PLAIN="1") == here
