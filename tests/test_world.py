"""The records that every history starts from: what rules make of what somebody said of a scenario and how it is led."""

from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import casts
import strategies
import teamsim as ts
from teamsim import world
from teamsim.chance import identity_of, mix
from teamsim.fields import InputError
from teamsim.people import DEEDS, Policies, Start
from teamsim.rules.start import build
from teamsim.style import Plan, Regime, Style
from teamsim.world import EVERYBODY, World, find, plans_of

STARTS, LEVERS = tuple(Start.quantities()), attrgetter(*Style.quantities())
RECORDS = ("people", "teams", "leaders", "org", "styles", "style_at", "events")


@st.composite
def plans(draw, scenario):
    """A plan that may decide on policies, too, and may mean people who are hired later."""
    usual = draw(strategies.plans(scenario.people))
    policies = st.builds(Policies, voice=st.floats(0, 1))
    decided = st.dictionaries(st.integers(0, 90), st.builds(Regime.of, strategies.styles(), policies), max_size=3)
    hires = st.builds("hire {} in seat {}".format, st.integers(1, 10**9 - 1), st.integers(0, scenario.seats - 1))
    later = st.lists(st.fixed_dictionaries({"week": st.integers(0, 9), "who": hires}), max_size=3)
    return Plan(styles=usual.styles | draw(decided), events=[*usual.events, *draw(later)])


@st.composite
def led(draw):
    """A scenario, also one in which something happens on its own, and how it is led."""
    scenario = draw(strategies.scenarios(people=4))
    own = [event for event in draw(st.lists(strategies.events(scenario.people), max_size=3)) if event["who"]]
    scenario = scenario.replace(events=own, hires_differ=draw(st.booleans()))
    holders = sorted({EVERYBODY, *scenario.leaders, *scenario.people})
    by_holder = st.dictionaries(st.sampled_from(holders), plans(scenario), max_size=4)
    return scenario, draw(st.one_of(strategies.conducts(scenario), plans(scenario), by_holder))


def assert_same(one, other):
    for name in RECORDS:
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), f"{name} differ"


@given(led())
def test_every_seat_is_there_once(case):
    """Team by team, the people of each first, as they were given; the others empty."""
    scenario, conduct = case
    people = World.build(scenario, conduct).people
    seats = [(number, place, team) for number, team in enumerate(scenario.teams) for place in range(team.seats)]
    assert len(people) == len(seats)
    for seat, (number, place, team) in enumerate(seats):
        row, there = people[seat], place < len(team.people)
        assert (row.team, row.origin, row.present, row.entry, row.hires) == (number, seat, there, 0, 0)
        if there:
            person = team.people[place]
            assert [row[name] for name in STARTS] == [getattr(person, name) for name in STARTS]
            assert row.identity == row.seat_key == identity_of(person.name)
            assert (row.ramp, row.pay_reference) == (1.0, person.pay_ratio)
        else:
            assert (row.identity, row.seat_key, row.ramp) == (0, mix(identity_of(team.name), place), 0.0)


@given(led())
def test_no_two_seats_have_one_key(case):
    people = World.build(*case).people
    assert len(set(people["seat_key"].tolist())) == len(people)
    assert len(set(people["identity"][people["present"] == 1].tolist())) == people["present"].sum()


@given(led())
def test_teams_follow_one_another_and_leaders_are_where_they_sit(case):
    scenario, conduct = case
    made = World.build(scenario, conduct)
    assert made.teams["seats"].tolist() == [team.seats for team in scenario.teams]
    assert made.teams["filled"].tolist() == [len(team.people) for team in scenario.teams]
    assert made.teams["first"].tolist() == [0, *np.cumsum(made.teams["seats"])[:-1].tolist()]
    holders, names = list(made.plans), dict(zip(np.flatnonzero(made.people["present"]), scenario.people, strict=True))
    for number, team in enumerate(scenario.teams):
        row = made.teams[number]
        assert (row.tier, row.result) == (team.tier, team.result)
        assert holders[row.schedule] == scenario.leaders[number]
        assert names.get(row.leader_seat, "") == team.led_by
        assert made.leaders[number].insight == team.leader.insight
    for seat, name in names.items():
        row = made.people[seat]
        assert holders[row.schedule] == (name if name in holders else EVERYBODY)
        led_by = [team.led_by for team in scenario.teams]
        assert row.leads == (led_by.index(name) if name in led_by else -1)


@given(led())
def test_styles_and_policies_by_week(case):
    """All lead by what their plan says; policies are the scenario's until everybody's plan decides on them."""
    scenario, conduct = case
    made = World.build(scenario, conduct)
    styles = made.styles.tolist()
    assert made.style_at.shape == (len(made.plans), scenario.weeks)
    for holder, plan in enumerate(made.plans.values()):
        for week in range(scenario.weeks):
            assert styles[made.style_at[holder, week]] == LEVERS(plan.at(week))
    assert len(set(styles)) == len(styles)
    state, later = made.org[0].copy(), made.org[1:]
    assert (state.week, state.plans) == (0, len(made.plans) if scenario.hires_differ else 1)
    assert state.market.tolist() == scenario.market._values()
    decided = {w: style for w, style in made.plans[EVERYBODY].styles.items() if isinstance(style, Regime)}
    assert later["week"].tolist() == [week for week in decided if week < scenario.weeks]
    for row in later:
        assert row.policies.tolist() == decided[row.week].policies._values()
        assert (row.market, row.fork, row.plans) == (state.market, state.fork, state.plans)


@given(led())
def test_events_stand_by_week_and_then_as_they_were_given(case):
    scenario, conduct = case
    made = World.build(scenario, conduct)
    given = [
        (event.week, DEEDS.index(event.kind), event.amount, holder, find(scenario, event.who)[1] if event.who else 0)
        for holder, plan in enumerate(made.plans.values())
        for event in (*scenario.events, *plan.events)
    ]
    assert made.events.tolist() == sorted(given, key=lambda event: event[0])


@given(led(), st.data())
def test_compiled_and_plain_rules_make_the_same_world(case, data):
    """To the bit; and whatever was in memory before, without a row that is not there."""
    scenario, conduct = case
    fork = data.draw(strategies.forks(scenario))
    made = World.build(scenario, conduct, fork=fork)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "build", in_used_memory)
        assert_same(World.build(scenario, conduct, fork=fork), made)
        patch.undo()
        patch.setenv("TEAMSIM_PLAIN", "1")
        assert_same(World.build(scenario, conduct, fork=fork), made)


def in_used_memory(*given):
    for room in given[-len(("people", "seated", "teams", "leaders", "org", "style_at", "events")) :]:
        room.view(np.uint8).fill(0xFF) if room.size else None
    build.at(1, checked=True)(*given)


@given(led(), st.data())
def test_a_world_under_other_plans_is_the_one_built_under_them(case, data):
    scenario, conduct = case
    made = World.build(scenario, conduct)
    two = data.draw(plans(scenario)), data.draw(plans(scenario))
    others = {holder: two[data.draw(st.integers(0, 1))] for holder in made.plans}
    assert_same(made.under(plans_of(scenario, others), made.parameters), World.build(scenario, others))


def test_known_answers():
    """A ladder of three levels in upheaval: who leads whom, and when what happens to whom."""
    ladder = casts.ladder()
    made = World.build(ladder, casts.upheaval())
    seats = {name: int(seat) for name, seat in zip(ladder.people, np.flatnonzero(made.people["present"]), strict=True)}
    assert list(made.plans) == ["", *ladder.leaders, "P003"]
    assert made.teams["schedule"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert made.teams["leader_seat"].tolist() == [seats.get(name, -1) for name in ladder.leaders]
    assert made.people[seats["P003"]].schedule == 8
    plan = casts.upheaval()[EVERYBODY]
    whose = [holder for holder, held in enumerate(made.plans.values()) if held == plan]
    dismissed = [(5, "M00"), (9, "E0"), (20, "E1"), (20, "P113"), (21, "M11")]
    expected = [(week, holder, identity_of(who)) for week, who in dismissed for holder in whose]
    found = list(zip(*(made.events[name].tolist() for name in ("week", "schedule", "identity")), strict=True))
    assert found == sorted(expected, key=lambda one: one[:2])


def test_a_team_with_empty_seats_names_them_itself():
    blue = {"name": "Blue", "leader": {"name": "Lea"}, "people": [{"name": "Ana"}, {"name": "Ünï 💡"}], "vacancies": 1}
    green = {"name": "Green", "leader": {"name": "Lou"}, "vacancies": 2}
    hire = {"week": 3, "kind": "praise", "who": "hire 7 in seat 4"}
    scenario = ts.Scenario(name="two", weeks=5, teams=[blue, green])
    made = World.build(scenario, Plan(styles={0: Style()}, events=[hire]))
    keys = [identity_of("Ana"), identity_of("Ünï 💡"), mix(identity_of("Blue"), 2)]
    keys += [mix(identity_of("Green"), place) for place in range(2)]
    assert made.people["seat_key"].tolist() == keys
    assert made.events["identity"].tolist() == [mix(keys[4], 7)] * 3
    assert find(scenario, "hire 7 in seat 4") == (1, mix(keys[4], 7))
    assert find(scenario, "hire 1 in seat 1") == (0, mix(keys[1], 1))
    assert find(scenario, "Ünï 💡") == (0, keys[1])
    for unknown in ("hire 1 in seat 5", "hire 0 in seat 1", "Eve"):
        with pytest.raises(InputError, match=f"plan.events.who = {unknown!r} is not known"):
            find(scenario, unknown)


def test_a_week_beyond_the_horizon_changes_nothing():
    """However far: a plan may be longer than the scenario under which it is looked at."""
    scenario = casts.busy()
    later = Plan(styles={0: "developer", 40: Regime.of(Style(), Policies(voice=1.0)), 10**30: "demanding"})
    assert_same(World.build(scenario, later), World.build(scenario, "developer"))
