"""Rewinding: the same until the fork, something else from there on, in the same luck or another."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import teamsim as ts
from bits import assert_equal
from strategies import plans, styles, worlds
from teamsim.style import Event, Plan, Style

STARS = ts.Scenario.load("managing-stars")


@pytest.fixture(scope="module")
def run():
    return ts.simulate(STARS, "comfortable", seed=7)


def before(run, week):
    """What a history was until a week, table by table."""
    tables = {}
    for name in ("weeks", "people", "exits", "events"):
        rows = getattr(run, name)
        tables[name] = rows[rows["week"] < week].reset_index(drop=True)
    return tables


def assert_same_before(one, other, week):
    here, there = before(one, week), before(other, week)
    for name, rows in here.items():
        pd.testing.assert_frame_equal(rows, there[name], check_exact=True, check_dtype=len(rows) > 0)


@given(worlds(weeks=40), st.data())
@settings(max_examples=15)
def test_nothing_changed_is_the_same_history(world, data):
    run = ts.simulate(*world)
    week = data.draw(st.integers(0, run.scenario.weeks - 1))
    assert_equal(run.rewind(week), run)


@given(worlds(weeks=40), st.data())
@settings(max_examples=15)
def test_the_same_until_then_whatever_comes_after(world, data):
    run = ts.simulate(*world)
    week = data.draw(st.integers(0, run.scenario.weeks - 1))
    style, redraw = data.draw(styles()), data.draw(st.integers(0, 3))
    other = run.rewind(week, style, redraw=redraw)
    assert_same_before(run, other, week)
    for plan in other.made.plans.values():
        assert plan.at(week) == style


def test_another_style_from_then_on(run):
    other = run.rewind(30, "developer")
    assert_same_before(run, other, 30)
    plan = other.made.conduct["Robin"]
    assert (plan.at(29), plan.at(30)) == (Style.preset("comfortable"), Style.preset("developer"))
    assert_equal(other, ts.simulate(STARS, Plan(styles={0: "comfortable", 30: "developer"}), seed=7))
    engaged = [one.weeks.query("week == 60 and group == 'organisation'")["engagement"].iloc[0] for one in (run, other)]
    assert engaged[1] > engaged[0]
    assert_equal(other.rewind(30, "comfortable"), run)


def test_the_same_luck_comes_to_the_same_people(run):
    """Who is there in both histories meets the same offers, of the same size."""
    other = run.rewind(12, "pay-only")
    both = run.people.merge(other.people, on=["week", "person"], suffixes=("", "_other"))
    offered = both[(both["offer"] > 0) & (both["offer_other"] > 0)]
    assert len(offered) > 20
    assert (offered["offer"] == offered["offer_other"]).all()


def test_events_are_added(run):
    other = run.rewind(
        20, events=[{"week": 22, "kind": "raise", "amount": 0.2, "who": "Noa"}, Event(week=25, kind="praise")]
    )
    assert_same_before(run, other, 22)
    pay = [one.people.query("person == 'Noa' and week in [21, 22]")["pay_ratio"].tolist() for one in (run, other)]
    assert pay[0][0] == pay[1][0]
    assert pay[1][1] == pytest.approx(1.2 * pay[0][1])
    praised = other.people.query("week == 25")
    assert (praised["praise"] == 1).all()
    assert len(other.made.conduct["Robin"].events) == 2
    more = other.rewind(40, events=[{"week": 41, "kind": "broken promise", "who": "Noa"}])
    assert_same_before(other, more, 41)
    assert len(more.made.conduct["Robin"].events) == 3


def test_somebody_who_is_hired_later_can_be_named(run):
    hired = run.people[run.people["hires"] == 1].groupby("person")["week"].agg(["min", "max"]).query("max - min > 10")
    person, week = hired.index[0], int(hired["min"].iloc[0]) + 5
    other = run.rewind(0, events=[{"week": week, "kind": "raise", "amount": 0.5, "who": person}])
    assert_same_before(run, other, week)
    lines = [one.people.set_index(["person", "week"])["pay_ratio"] for one in (run, other)]
    pay = [line.loc[person, week] for line in lines]
    assert pay[1] == pytest.approx(1.5 * pay[0])


def test_several_leaders(busy):
    run = ts.simulate(busy, {"Leader 0": "hands-off", "Leader 1": "demanding"}, seed=5)
    one = run.rewind(10, {"Leader 1": "developer"})
    assert one.made.conduct["Leader 0"] == run.made.conduct["Leader 0"]
    assert one.made.conduct["Leader 1"].at(10) == Style.preset("developer")
    assert_same_before(run, one, 10)
    everybody = run.rewind(10, "developer")
    assert {plan.at(10) for plan in everybody.made.plans.values()} == {Style.preset("developer")}
    assert_equal(run.rewind(10, {}), run)


def test_a_redraw_is_another_luck_from_then_on(run):
    other, again, third = run.rewind(30, redraw=1), run.rewind(30, redraw=1), run.rewind(30, redraw=2)
    assert_same_before(run, other, 30)
    assert_equal(other, again)
    lines = [one.people["output"].to_numpy().tobytes() for one in (run, other, third)]
    assert len(set(lines)) == 3


def test_any_of_the_futures_can_be_rewound():
    many = ts.futures(STARS, "hands-off", 5, seed=2)
    fourth = many.open(3)
    assert_equal(fourth.rewind(50), fourth)
    assert_same_before(fourth, fourth.rewind(50, "developer"), 50)
    assert not fourth.rewind(50).people.equals(many.open(0).people)


def test_a_history_with_numbers_of_its_own_inside_the_rules(small):
    run = ts.simulate(small, "demanding", seed=1, parameters={"offer_rate": 0.3})
    assert_equal(run.rewind(5), run)
    mesa = ts.TeamModel(small, "demanding", rng=1, parameters={"offer_rate": 0.3}).run()
    assert_equal(mesa.rewind(5, "developer"), run.rewind(5, "developer"))


def test_a_saved_history_can_be_rewound(run, tmp_path):
    loaded = ts.Run.load(run.save(tmp_path / "run"))
    assert_equal(loaded.rewind(30, "developer"), run.rewind(30, "developer"))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"week": 104}, r"week = 104 is not a whole number in 0\.\.103"),
        ({"week": -1}, r"week = -1 is not a whole number in 0\.\.103"),
        ({"week": 2.0}, r"week = 2\.0 is not a whole number"),
        ({"week": True}, "week = True is not a whole number"),
        ({"week": 1, "style": "develper"}, "preset 'develper' is not known; did you mean 'developer'"),
        ({"week": 1, "style": 5}, "= 5 cannot be used"),
        ({"week": 1, "style": {"Robyn": "developer"}}, "leader 'Robyn' is not known; did you mean 'Robin'"),
        ({"week": 1, "redraw": -1}, "redraw = -1 is not a whole number from 0"),
        ({"week": 1, "redraw": True}, "redraw = True is not a whole number from 0"),
        ({"week": 5, "events": [{"week": 4}]}, r"events\[0\]\.week = 4 is outside 5\.\.103"),
        ({"week": 5, "events": [{"week": 6}, Event(week=104)]}, r"events\[1\]\.week = 104 is outside 5\.\.103"),
        ({"week": 5, "events": [{"week": 6, "kind": "party"}]}, "event.kind = 'party' cannot be used"),
        ({"week": 5, "events": [{"week": 6, "who": "Amaro"}]}, "who = 'Amaro' is not known; did you mean 'Amara'"),
        ({"week": 5, "events": {"week": 6}}, "events has to be a list of events; given was dict"),
        ({"week": 5, "events": 6}, "events has to be a list of events; given was int"),
        ({"week": 5, "events": [6]}, r"events\[0\] = 6 cannot be used"),
    ],
)
def test_refused_in_one_line(run, given, line):
    with pytest.raises(ts.InputError, match=line) as caught:
        run.rewind(**given)
    assert "\n" not in str(caught.value)


# --- Plan.then -----------------------------------------------------------------------------------------


@given(plans(), st.integers(0, 70), styles())
def test_then(plan, week, style):
    other = plan.then(week, style)
    for at in range(80):
        assert other.at(at) == (plan.at(at) if at < week else style)
    assert other.events == plan.events
    assert plan.then(week) == plan


def test_then_by_name_and_with_events():
    plan = ts.Plan.of("hands-off").then(30, "developer", [{"week": 32, "kind": "praise"}])
    again = plan.then(10, events=[Event(week=11, kind="raise")])
    assert again.styles == plan.styles
    assert [event.week for event in again.events] == [32, 11]
    assert plan.then(30, "demanding").at(40) == Style.preset("demanding")
    assert set(plan.then(0, "demanding").styles) == {0}
