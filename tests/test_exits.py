"""Exit interviews: shares that add up, replays that share what has been, and what the formula gives each driver."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import teamsim as ts
from bits import assert_equal, raw
from strategies import SEEDS, worlds
from teamsim.chance import identity_of
from teamsim.comparison import forked
from teamsim.exits import QUARTER, TERMS, Replay
from teamsim.people import ROADS, Drivers, Fork
from teamsim.world import World, find

STARS = ts.Scenario.load("managing-stars")
PRESETS = sorted(ts.Style.presets())
DRIVERS = list(Drivers.model_fields)
SEEDS_TRIED = range(20)


@pytest.fixture(scope="module")
def histories():
    """Every preset under many kinds of luck."""
    return [ts.simulate(STARS, style, seed) for style in PRESETS for seed in SEEDS_TRIED]


def interviews(histories):
    return [run.interview(number) for run in histories for number in range(len(run.exits))]


@pytest.fixture(scope="module")
def early(histories):
    """Somebody of the cast who was talked to, and left before the first review."""
    reviewed = STARS.policies.review_weeks
    found = (one for one in interviews(histories) if one.joined == 0 and QUARTER < one.week < reviewed)
    return next(one for one in found if one.road == "offer" and (one.before["talk"] == 1).any())


@pytest.fixture(scope="module")
def run():
    return ts.simulate(STARS, "comfortable", seed=7)


@pytest.fixture(scope="module")
def dismissal(histories):
    return next(one for one in interviews(histories) if one.dismissed)


def before(run, table, week):
    """What a table says of the weeks before one."""
    rows = getattr(run, table)
    return rows[rows["week"] < week].reset_index(drop=True)


def refused(line, deed):
    with pytest.raises(ts.InputError, match=line) as caught:
        deed()
    assert "\n" not in str(caught.value)


# --- shares ------------------------------------------------------------------------------------------


def test_shares_add_up_on_every_road(histories):
    found = interviews(histories)
    assert {one.road for one in found} == set(ROADS[1:])
    own = [one for one in found if not one.dismissed]
    assert len(own) > 500
    for one in own:
        assert abs(one.shares["log_odds"].sum() - one.log_odds) < 1e-9
        assert list(one.shares["name"][-len(TERMS) :]) == list(TERMS)
        assert sorted(one.shares["name"][: len(DRIVERS)]) == sorted(DRIVERS)
        assert one.shares["log_odds"][: len(DRIVERS)].is_monotonic_decreasing


@given(worlds(weeks=40))
def test_shares_add_up_whatever_the_world(world):
    run = ts.simulate(*world)
    for number in range(len(run.exits)):
        interview = run.interview(number)
        total = interview.shares["log_odds"].sum()
        assert total == pytest.approx(interview.log_odds, rel=1e-9, abs=1e-9)


def test_each_road_has_its_own_term(histories):
    for one in interviews(histories):
        terms = dict(zip(one.shares["name"], one.shares["log_odds"], strict=True))
        if one.road == "offer":
            assert terms["exhaustion"] == 0
        elif one.road == "exhaustion":
            assert terms["offered"] == 0


def test_a_dismissal_has_no_drivers(dismissal):
    assert dismissal.shares.empty
    assert list(dismissal.shares.columns) == ["name", "label", "log_odds"]
    assert dismissal.shares["log_odds"].sum() == dismissal.log_odds == 0
    assert (dismissal.stated, dismissal.regretted) == ("", False)
    assert dismissal.seen["rating"] == dismissal.before["rating"].iloc[-1]
    refused(f"without = 'pay': {dismissal.person} was dismissed", lambda: dismissal.replay(without="pay"))
    assert dismissal.replay(redraws=10).redraws == 10


# --- what was said and seen --------------------------------------------------------------------------


def test_what_an_interview_knows_is_in_the_tables(histories):
    for one in interviews(histories)[::7]:
        row = one.run.exits.iloc[one.number]
        assert (one.person, one.team, one.leader, one.week) == tuple(row[["person", "team", "leader", "week"]])
        assert (one.before["person"] == one.person).all()
        weeks = one.before["week"]
        assert (weeks.iloc[0], weeks.iloc[-1]) == (one.joined, one.week)
        assert (weeks.diff().dropna() == 1).all()
        hired = one.person.startswith("hire")
        assert (one.joined > 0) == hired
        assert one.identity == (one.run._raw["departures"]["identity"][one.number])


def test_what_could_be_seen_by_hand(early):
    interview, before = early, early.before
    talks = before.loc[before["talk"] == 1, "week"]
    seen = interview.seen
    assert seen["talk"] == interview.week - talks.max()
    assert seen["tenure"] == before["tenure"].iloc[-1]
    np.testing.assert_equal(seen["raise"], interview.week - before.loc[before["raised"] > 0, "week"].max())
    late, early = before["output"][-QUARTER:].mean(), before["output"][:-QUARTER].mean()
    assert seen["output_change"] == pytest.approx(late / early - 1)
    kinds = ts.Run.columns("people").set_index("column")
    assert {"talk", "praise", "stretched", "raised", "rating", "tenure", "output", "pay_ratio"} <= set(kinds.index)


def test_nothing_that_a_leader_cannot_see_is_seen(histories):
    """What is told as seen does not change with anything hidden."""
    from teamsim.people import PersonState

    hidden = [name for name, kind in PersonState.quantities().items() if not kind.seen]
    one = interviews(histories)[3]
    expected = one.seen
    other = one.run.interview(one.number)
    blind = one.before.copy()
    columns = [name for name in blind.columns if name in hidden and name not in ("hires", "team")]
    blind[columns] = np.nan
    other.__dict__["before"] = blind
    assert {name: repr(value) for name, value in other.seen.items()} == {n: repr(v) for n, v in expected.items()}


# --- replays -----------------------------------------------------------------------------------------


@given(worlds(weeks=30), st.integers(0, 40))
@settings(max_examples=15)
def test_a_fork_without_a_redraw_changes_nothing(world, week):
    scenario, conduct, seed = world
    assert_equal(ts.simulate(scenario, conduct, seed, fork=Fork(week=week)), ts.simulate(scenario, conduct, seed))


@given(
    world=worlds(weeks=30),
    week=st.integers(0, 29),
    redraw=st.integers(0, 2**63),
    kept=st.dictionaries(st.sampled_from(DRIVERS), st.floats(0, 1)),
    data=st.data(),
)
def test_mesa_and_the_engine_agree_on_forks(world, week, redraw, kept, data):
    scenario, conduct, seed = world
    who = data.draw(st.sampled_from(["", *scenario.people, "hire 1 in seat 0"]))
    fork = Fork(
        week=week,
        redraw=redraw,
        person=find(scenario, who)[1] if who else 0,
        kept=Drivers(**(dict.fromkeys(DRIVERS, 1.0) | kept)),
    )
    assert_equal(
        ts.TeamModel(scenario, conduct, rng=seed, fork=fork).run(), ts.simulate(scenario, conduct, seed, fork=fork)
    )


def test_a_driver_that_no_longer_counts_is_noticed():
    """So that the equality above does not hold because nothing happens."""
    fork = Fork(week=3, person=identity_of("Amara"), kept=Drivers(**(dict.fromkeys(DRIVERS, 1.0) | {"challenge": 0.0})))
    plain, other = ts.simulate(STARS, "hands-off", 3), ts.simulate(STARS, "hands-off", 3, fork=fork)
    line = plain.people.query("person == 'Amara'"), other.people.query("person == 'Amara'")
    assert (line[0]["belief_challenge"][:3] == line[1]["belief_challenge"][:3]).all()
    assert (line[1]["belief_challenge"][3:] == 0).all()
    assert (line[0]["belief_challenge"][3:] != 0).any()
    rest = [run.people.query("person == 'Ingrid' and week < 10") for run in (plain, other)]
    pd.testing.assert_frame_equal(*rest)


def test_redraws_share_what_has_been_and_differ_after(run):
    week = 30
    redraws = [run.rewind(week, redraw=number) for number in range(4)]
    assert_equal(redraws[0], run)
    for other in redraws[1:]:
        for table in ("people", "weeks", "exits"):
            pd.testing.assert_frame_equal(before(run, table, week), before(other, table, week), check_exact=True)
    assert len({raw(one)["life"] for one in redraws}) == len(redraws)
    same_week = [one.people.loc[one.people["week"] == week, "output"].sum() for one in redraws]
    assert len(set(same_week)) == len(redraws), "luck is another one from that very week on"


def test_redraws_open_to_what_they_are(run):
    many = ts.futures(STARS, "comfortable", 8, seed=7, fork=Fork(week=20), redraws_of=0)
    assert many.made.redrawn
    for number in (0, 5):
        opened = many.open(number)
        assert_equal(opened, run.rewind(20, redraw=number + 1))
        mine = many.exits.query("run == @number").drop(columns="run").reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, opened.exits, check_exact=True)
    refused(r"fork is missing", lambda: ts.futures(STARS, redraws_of=0))


def test_saved_results_keep_fork_and_redraws(run, tmp_path):
    many = ts.futures(STARS, "comfortable", 4, seed=7, fork=Fork(week=20), redraws_of=3)
    loaded = ts.Futures.load(many.save(tmp_path / "many"))
    assert loaded.made.redrawn
    assert (loaded.made.fork, loaded.made.first_run) == (many.made.fork, 3)
    assert_equal(loaded.open(2), many.open(2))
    other = run.rewind(20, "developer", redraw=5)
    again = ts.Run.load(other.save(tmp_path / "run"))
    assert again.made.fork == other.made.fork == Fork(week=20, redraw=5)
    assert_equal(again.rewind(0), other)


def test_an_interview_with_a_history_from_a_folder(run, tmp_path):
    loaded = ts.Run.load(run.save(tmp_path / "run"))
    for number in range(0, len(run.exits), 3):
        here, there = run.interview(number), loaded.interview(number)
        pd.testing.assert_frame_equal(here.shares, there.shares, check_exact=True)
        assert repr(here.seen) == repr(there.seen)
        replays = [one.replay(style="developer", redraws=10) for one in (here, there)]
        assert (replays[0].left == replays[1].left).all()


def test_as_it_was_is_the_same_luck_as_the_change(early):
    replay = early.replay(5, redraws=30)
    assert (replay.left == replay.left_as_it_was).all()
    assert replay.stayed == replay.stayed_as_it_was
    exits = [early.run.rewind(5, redraw=number + 1).exits for number in range(5)]
    first = [table[table["person"] == early.person]["week"] for table in exits]
    expected = [int(weeks.iloc[0]) if len(weeks) else STARS.weeks for weeks in first]
    assert replay.left[:5].tolist() == expected


def test_somebody_hired_is_replayed_from_when_they_came():
    hot = STARS.replace(market=STARS.market.replace(tightness=4.0, hiring_weeks=2.0))
    lived = [ts.simulate(hot, "hands-off", seed) for seed in range(5)]
    one = next(one for one in interviews(lived) if one.person.startswith("hire") and one.week - one.joined < QUARTER)
    assert one.usual_week == one.joined
    assert (one.replay(redraws=10).left >= one.joined).all()
    refused(f"week = {one.joined - 1} is not a week in {one.joined}..{one.week}", lambda: one.replay(one.joined - 1))
    raised = one.replay(events=[{"week": one.joined, "kind": "raise", "amount": 1.0, "who": one.person}], redraws=40)
    assert (raised.left != raised.left_as_it_was).any()


def test_one_lever_leaves_the_rest_of_the_plan(run):
    plan = ts.Plan(styles={0: "hands-off", 20: "developer"})
    lived = ts.simulate(STARS, plan, seed=3)
    interview = next(one for one in interviews([lived]) if one.week > 20 and one.joined == 0)
    changed = ts.Plan(
        styles={
            0: "hands-off",
            10: ts.Style.preset("hands-off").replace(pressure=1),
            20: ts.Style.preset("developer").replace(pressure=1),
        }
    )
    replay = interview.replay(10, pressure=1, redraws=20)
    expected = ts.futures(STARS, changed, 20, 3, fork=Fork(week=10), redraws_of=0)
    mine = expected.exits.query("person == @interview.person").set_index("run")["week"]
    assert replay.left.tolist() == [int(mine.get(number, STARS.weeks)) for number in range(20)]


def test_only_the_persons_leader_leads_differently(busy):
    lived = ts.simulate(busy, {"Leader 0": "hands-off", "Leader 1": "demanding"}, seed=1)
    interview = next(one for one in interviews([lived]) if one.joined == 0)
    other = next(name for name in busy.leaders if name != interview.leader)
    replay = interview.replay(0, "developer", redraws=10)
    conduct = {interview.leader: "developer", other: lived.made.conduct[other]}
    expected = ts.futures(busy, conduct, 10, 1, fork=Fork(week=0), redraws_of=0).exits
    mine = expected.query("person == @interview.person").set_index("run")["week"]
    assert replay.left.tolist() == [int(mine.get(number, busy.weeks)) for number in range(10)]


def test_a_replay_in_numbers():
    replay = Replay("Ana", 2, 6, np.array([3, 9, 9, 4]), np.array([9, 9, 6, 7]))
    assert (replay.redraws, replay.stayed, replay.stayed_as_it_was) == (4, 3, 2)
    expected = stats.binomtest(3, 4).proportion_ci(method="wilson")
    assert replay.interval == (expected.low, expected.high)
    table = replay.still_there.set_index("week")
    assert table.index.tolist() == [2, 3, 4, 5, 6]
    assert table["as_it_was"].tolist() == [1.0, 0.75, 0.5, 0.5, 0.5]
    assert table["changed"].tolist() == [1.0, 1.0, 1.0, 1.0, 0.75]


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"without": "pya"}, "without = 'pya' is not a driver; did you mean 'pay'"),
        ({"week": 103}, r"week = 103 is not a week in 0\.\.{week}$"),
        ({"week": -1}, r"week = -1 is not a week in 0\.\.{week}$"),
        ({"week": 3.0}, r"week = 3\.0 is not a week"),
        ({"week": True}, r"week = True is not a week"),
        ({"until": 9}, r"until = 9 is not a week in {week}\.\.103"),
        ({"until": 104}, r"until = 104 is not a week in {week}\.\.103"),
        ({"redraws": 0}, "redraws = 0 is not a whole number from 1"),
        ({"redraws": True}, "redraws = True is not a whole number"),
        ({"style": "devloper"}, "preset 'devloper' is not known; did you mean 'developer'"),
        ({"style": 7}, "= 7 cannot be used"),
        ({"style": {"Robyn": "developer"}}, "leader 'Robyn' is not known; did you mean 'Robin'"),
        ({"week": 4, "events": [{"week": 5, "who": "Amaro"}]}, "who = 'Amaro' is not known; did you mean 'Amara'"),
        ({"week": 4, "events": [{"week": 5, "who": "hire 1 in seat 12"}]}, "who = 'hire 1 in seat 12' is not known"),
        ({"week": 4, "events": [{"week": 1}]}, r"events\[0\]\.week = 1 is outside 4\.\.103"),
        ({"events": {"week": 5}}, "events has to be a list of events; given was dict"),
        ({"presure": 0.5}, "style.presure is not known; did you mean 'pressure'"),
        ({"pressure": 1.5}, r"style\.pressure = 1\.5 is outside 0\.\.1"),
    ],
)
def test_refused_in_one_line(early, given, line):
    refused(line.replace("{week}", str(early.week)), lambda: early.replay(**given))


@pytest.mark.parametrize("number", [-1, 99, True, 1.0, "0"])
def test_a_row_that_is_not_there(run, number):
    last = len(run.exits) - 1
    refused(rf"number = .* is not a row of the exits; allowed is 0\.\.{last}$", lambda: run.interview(number))


def test_nobody_left():
    quiet = ts.simulate(STARS.replace(weeks=1), "developer", seed=1)
    assert quiet.exits.empty
    refused("is empty: nobody left", lambda: quiet.interview(0))


def test_a_history_that_cannot_be_lived_again_is_said_to_be_one(small, run):
    class Cheerful(ts.Member):
        def work(self):
            super().work()
            self.state.engagement = 1.0

    changed = ts.TeamModel(small, rng=1, member=Cheerful).run()
    refused("result was lived by other rules .*changed by Cheerful", lambda: changed.rewind(3))
    assert ts.TeamModel(small, rng=1).run().rewind(3).made.rules == run.made.rules


def test_a_history_that_left_another_one_twice(run):
    """A history keeps one fork: it can be redrawn from before it, not from after it."""
    redrawn = run.rewind(20, redraw=3)
    made = redrawn.made
    assert forked(made, 20) == Fork(week=20)
    refused(r"week = 21 is outside 0\.\.20", lambda: forked(made, 21))
    refused(r"week = 30 is outside 0\.\.20", lambda: redrawn.rewind(30, redraw=1))
    assert_equal(redrawn.rewind(30), redrawn)
    early = redrawn.rewind(10, redraw=1)
    assert_equal(early, run.rewind(10, redraw=1))
    person = identity_of("Amara")
    discounted = ts.simulate(STARS, "comfortable", 7, fork=Fork(week=2, person=person, kept=Drivers()))
    refused("somebody's driver does not count", lambda: discounted.rewind(1, redraw=1))


@given(SEEDS)
@settings(max_examples=5)
def test_everybody_is_found_by_what_tables_call_them(busy, seed):
    lived = ts.simulate(
        busy, "demanding", seed, parameters={"offer_rate": 0.5, "search_free": 1.0, "accept_start": 2.0}
    )
    departures = lived._raw["departures"]
    assert (departures["entry"] > 0).any()
    for person, team, identity in zip(lived.exits["person"], departures["team"], departures["identity"], strict=True):
        assert find(busy, person) == (team, identity)
    records = World.build(busy, None).people
    assert len(set(records["seat_key"].tolist())) == busy.seats
