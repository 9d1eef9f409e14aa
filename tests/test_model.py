"""Mesa: a real model, open to Mesa's own tools and to a user's own people."""

import gc
import subprocess
import sys
import tracemalloc
import weakref

import mesa
import numpy as np
import pytest

import teamsim as ts
from bits import assert_equal
from teamsim.rules import one
from teamsim.rules.team import hire
from teamsim.world import World
from test_architecture import environment


class Watched(ts.TeamModel):
    """With a DataCollector, as Mesa's tutorial has it."""

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.datacollector = mesa.DataCollector(
            model_reporters={"engagement": lambda model: model.latest["engagement"], "week": "week"},
            agenttype_reporters={ts.Member: {"trust": "trust", "name": "name"}},
        )

    def step(self):
        super().step()
        self.datacollector.collect(self)


class Tireless(ts.Member):
    """Never strained, whatever the week was like."""

    def feel_and_learn(self):
        super().feel_and_learn()
        self.state.strain = 0.0


def test_it_is_a_mesa_model(small):
    model = ts.TeamModel(small)
    assert isinstance(model, mesa.Model)
    assert {type(agent) for agent in model.agents} == {ts.Member, ts.Leader}
    assert [len(model.agents_by_type[kind]) for kind in (ts.Leader, ts.Member)] == [1, 4]
    assert [member.name for member in model.agents_by_type[ts.Member]] == ["Ana", "Ben", "Cid", "Dee"]
    assert model.agents_by_type[ts.Member][0].leader is model.agents_by_type[ts.Leader][0]
    model.step()
    assert (model.week, model.steps) == (1, 1)


def test_the_data_collector_collects(small):
    model = Watched(small, "developer", rng=3)
    run = model.run()
    found = model.datacollector.get_model_vars_dataframe()
    expected = run.weeks.query("group == 'organisation'")["engagement"]
    assert found["engagement"].tolist() == expected.tolist()
    assert found["week"].tolist() == list(range(1, 27))
    people = model.datacollector.get_agenttype_vars_dataframe(ts.Member).reset_index()
    for week in (1, 26):
        life = run._raw["life"][week - 1]
        stayed = life[(life["present"] == 1) & (life["leaving"] == 0)]
        assert set(stayed["trust"]) <= set(people.query("Step == @week")["trust"])
    assert_equal(run, ts.simulate(small, "developer", 3))


def test_agent_reporters_name_fields_of_the_record(small):
    model = ts.TeamModel(small)
    collector = mesa.DataCollector(agent_reporters={"trust": lambda agent: getattr(agent, "trust", None), "row": "row"})
    model.step()
    collector.collect(model)
    found = collector.get_agent_vars_dataframe()
    assert len(found) == 5
    assert found["trust"].dropna().tolist() == model.people["trust"].tolist()


def test_agents_are_selected_and_summed_as_in_mesa(small):
    model = ts.TeamModel(small)
    members = model.agents_by_type[ts.Member]
    assert len(members.select(lambda member: member.talent > 1.5)) == 1
    assert members.agg("talent", max) == 2.0
    assert members.get("tenure") == [0.0] * 4


def test_a_members_fields_are_read_anew(small):
    model = ts.TeamModel(small)
    member = model.agents_by_type[ts.Member][0]
    model.people["trust"][0] = 0.123
    assert member.trust == 0.123
    with pytest.raises(AttributeError, match="Member has no 'trusst'; did you mean 'trust'"):
        member.trusst  # noqa: B018


def test_a_users_own_member_works_and_futures_refuse_it(small):
    model = ts.TeamModel(small, member=Tireless)
    run = model.run()
    assert (run.weeks["strain"] == 0).all()
    assert not (ts.simulate(small).weeks["strain"] == 0).any()
    with pytest.raises(ts.InputError, match="Tireless changes what happens in a week and runs in Mesa only"):
        model.futures(5)


def test_a_users_own_leader_and_model_are_refused_too(small):
    class Absent(ts.Leader):
        def lead(self):
            pass

    for model in (ts.TeamModel(small, leader=Absent), Watched(small)):
        with pytest.raises(ts.InputError, match=r"Absent|Watched"):
            model.futures(2)


@pytest.mark.parametrize("phase", ["get_work", "meet_leader", "feel_and_learn", "work", "stay_or_go", "live_week"])
def test_every_phase_of_a_subclass_is_called(small, phase):
    calls = []

    def counted(self):
        calls.append(self.row)
        getattr(super(counting, self), phase)()

    counting = type("Counting", (ts.Member,), {phase: counted})
    run = ts.TeamModel(small, member=counting).run()
    assert len(calls) == len(run.people)
    assert_equal(run, ts.simulate(small))


def test_a_mixin_counts_as_a_change(small):
    class Mixin:
        def work(self):
            super().work()
            self.state.output = 0.0

    class Idle(Mixin, ts.Member):
        pass

    assert ts.TeamModel(small, member=Idle).run().weeks["output"].max() == 0


def test_futures_of_a_plain_model_are_those_of_the_engine(small):
    many = ts.TeamModel(small, "developer", rng=5).futures(4)
    assert many._raw["measures"].tobytes() == ts.futures(small, "developer", 4, 5)._raw["measures"].tobytes()
    numbers = {"strain_gain": 0.0}
    many = ts.TeamModel(small, "developer", rng=5, parameters=numbers).futures(4, seed=9)
    expected = ts.futures(small, "developer", 4, 9, parameters=numbers)
    assert many._raw["measures"].tobytes() == expected._raw["measures"].tobytes()


def test_hires_are_new_agents_with_ids_of_their_own(busy):
    model = ts.TeamModel(busy, "demanding", rng=4)
    seen = {}
    while model.week < busy.weeks:
        model.step()
        for agent in model.agents:
            who = (type(agent).__name__, getattr(agent, "identity_key", agent.row))
            assert seen.setdefault(agent.unique_id, who) == who
        members = model.agents_by_type[ts.Member]
        assert sorted(member.row for member in members) == np.nonzero(model.people["present"])[0].tolist()
        assert len({member.name for member in members}) == len(members)
    assert len(set(seen.values())) == len(seen)
    assert sum(kind == "Member" for kind, _ in seen.values()) > len(busy.people), "nobody was hired"


def test_who_is_promoted_is_the_same_agent(ladder, upheaval):
    """In another seat, with another leader; the team has somebody else to follow, by name."""
    model = ts.TeamModel(ladder, upheaval, rng=2)
    ids, places, promoted = {}, {}, 0
    while model.week < ladder.weeks:
        model.step()
        members = model.agents_by_type[ts.Member]
        assert {member.row for member in members} == set(np.nonzero(model.people["present"])[0].tolist())
        for member in members:
            assert ids.setdefault(member.name, member.unique_id) == member.unique_id
            assert member.team_number == model.people[member.row].team
            assert member.leader is model.leaders_by_team[member.team_number]
            if places.setdefault(member.name, member.row) != member.row:
                promoted += 1
                places[member.name] = member.row
                assert model.leaders_by_team[int(member.leads)].name == member.name
    run = model.run()
    assert promoted == len(run.promotions) > 4
    table = run.people[run.people["week"] == ladder.weeks - 1]
    chairs = table[table["leads"] >= 0]
    led = table.groupby("team")["leader"].first()
    seated = led[~led.isin(["Chief", "nobody"])].to_dict()
    assert {ladder.teams[int(row.leads)].name: row.person for row in chairs.itertuples()} == seated


def test_beyond_the_horizon(small):
    model = ts.TeamModel(small)
    model.run()
    with pytest.raises(ts.InputError, match="all 26 weeks of scenario 'small' are lived") as caught:
        model.step()
    assert "\n" not in str(caught.value)
    assert model.week == 26


def test_steps_then_run_gives_the_whole_history(small):
    model = ts.TeamModel(small, rng=2)
    for _ in range(7):
        model.step()
    assert_equal(model.run(), ts.simulate(small, seed=2))


@pytest.mark.parametrize("rng", [-1, 2**63, 1.5, "1", True, None, float("nan")])
def test_bad_luck(small, rng):
    with pytest.raises(ts.InputError, match=r"rng = .* is not a whole number from 0 to 2\*\*63 - 1") as caught:
        ts.TeamModel(small, rng=rng)
    assert "\n" not in str(caught.value)


def test_a_numpy_integer_is_luck_too(small):
    assert_equal(ts.TeamModel(small, rng=np.int64(3)).run(), ts.simulate(small, seed=np.uint32(3)))


@pytest.mark.parametrize("given", [{"member": int}, {"member": ts.Leader}, {"leader": ts.Member}, {"member": "Member"}])
def test_not_a_kind_of_agent(small, given):
    name = next(iter(given))
    with pytest.raises(ts.InputError, match=rf"^{name} = .* is not a subclass of ts\."):
        ts.TeamModel(small, **given)


def test_models_do_not_pile_up(small):
    """Mesa 3.3 keeps every model for ever unless told otherwise."""

    def live():
        model = ts.TeamModel(small)
        model.step()
        model.step()
        return weakref.ref(model)

    for _ in range(10):
        live()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        ghosts = [live() for _ in range(200)]
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not any(ghost() for ghost in ghosts)
    one_model = small.weeks * 264 * 5
    assert after - before < 10 * one_model, f"{after - before} bytes more after 200 models"
    assert not any(isinstance(model, ts.TeamModel) for model in getattr(mesa.Agent, "_ids", {}))


def test_two_models_side_by_side_keep_their_ids(busy):
    """Ids are counted model by model, also where models take turns."""
    one, other = ts.TeamModel(busy, "demanding", rng=4), ts.TeamModel(busy, "demanding", rng=4)
    for _ in range(30):
        one.step()
        other.step()
    ids = [[agent.unique_id for agent in model.agents] for model in (one, other)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


def test_no_warning_in_a_fresh_process():
    """Import, build, collect, run and draw on everything, with warnings as errors."""
    script = (
        "import teamsim as ts, mesa, teamsim.comparison\n"
        "t = {'name': 'T', 'leader': {'name': 'L'}, 'people': [{'name': 'A'}], 'vacancies': 2}\n"
        "s = ts.Scenario(name='s', weeks=8, teams=[t])\n"
        "m = ts.TeamModel(s, 'developer', rng=2)\n"
        "c = mesa.DataCollector(model_reporters={'e': lambda m: m.latest['engagement']})\n"
        "m.step(); c.collect(m); r = m.run(); [r.weeks, r.people, r.exits, r.events]\n"
        "f = ts.futures(s, runs=3); [f.weeks, f.runs, f.exits]\n"
        "ts.compare(s, {'a': 'developer', 'b': 'demanding'}, runs=3).differences\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


OF_AN_OFFER = {"matched", "odds"}
"""What is set only where there is an offer, and read only then."""


def leaves(record, before=""):
    """Every number of a record by its name, those of records inside it too."""
    for name in record.dtype.names:
        value = record[name]
        yield from leaves(value, f"{before}{name}.") if value.dtype.names else [(before + name, value)]


def test_whoever_is_hired_inherits_nothing_from_who_sat_there(small):
    """A state that is not set anew belongs into `team.hire`."""
    lived = []
    for left_behind in (0.25, 0.75):
        world = World.build(small, "developer")
        row = world.people[0]
        for record in (row, row["pull"], row["belief"]):
            for name in record.dtype.names:
                if record.dtype[name].kind == "f":
                    record[name] = left_behind
        whole = world.people, world.teams, world.leaders, world.org, world.styles, world.style_at, world.parameters
        hire(row, 0, world.org[0], world.teams[0], world.styles[0], world.parameters[0])
        one.lead(*whole, 0, 0)
        one.live_week(*whole, 0, 0)
        lived.append(dict(leaves(row)))
    different = {name for name, value in lived[0].items() if value != lived[1][name]}
    assert different <= OF_AN_OFFER
