"""Always in range: whatever is allowed, nothing leaves its declared range, and nobody appears or vanishes."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import teamsim as ts
from strategies import parameters, worlds
from teamsim.people import ROADS, ExitRecord, LeaderState, Measures, PersonState, TeamState

CAREERS = (
    "promote_on_leading", "assessment", "promote_by_lot", "preparation", "expert_track", "only_carrot", "transparency",
)  # fmt: skip
DRIVERS_AND_TERMS = ("start", "offered", "ties", "exhaustion")


def assert_in_range(rows, declared, place=""):
    """Every declared quantity of some records is finite and within its range."""
    for name, quantity in declared.quantities().items():
        found = rows[name]
        if rows.dtype[name].kind == "f":
            assert np.isfinite(found).all(), f"{place}{name} is not finite"
            assert (found >= quantity.low).all(), f"{place}{name} = {found.min()!r} is under {quantity.low}"
            assert (found <= quantity.high).all(), f"{place}{name} = {found.max()!r} is over {quantity.high}"
        elif rows.dtype[name].kind == "i":
            assert (found >= int(quantity.low)).all(), f"{place}{name} = {found.min()!r} is under {quantity.low}"
            assert (found <= int(quantity.high)).all(), f"{place}{name} = {found.max()!r} is over {quantity.high}"
    for name in rows.dtype.names:
        if rows.dtype[name].names:
            assert_in_range(rows[name], declared.model_fields[name].annotation, f"{place}{name}.")


def assert_conserved(run):
    """Seats stay, people too: somebody leaves exactly where a departure is kept, comes exactly where a hire is counted,
    and changes seats exactly where a promotion is counted."""
    life, measures, departures = run._raw["life"], run._raw["measures"], run._raw["departures"]
    present, leaving = life["present"], life["leaving"]
    kept = sorted(
        zip(
            departures["week"].tolist(),
            departures["seat"].tolist(),
            departures["identity"].tolist(),
            departures["road"].tolist(),
            strict=True,
        )
    )
    weeks, seats = np.nonzero((present == 1) & (leaving > 0))
    lived = sorted(
        (int(w), int(s), int(life[w, s]["identity"]), int(leaving[w, s])) for w, s in zip(weeks, seats, strict=True)
    )
    assert kept == lived
    for week in range(len(life) - 1):
        assert_same_people(run, week)
    for name in ("seat_key", "leads", "team"):
        assert (life[name] == life[name][0]).all(), f"{name} belongs to a seat and has moved"
    for number, team in enumerate(run.scenario.teams):
        rows, mine = measures[:, 4 + number], life["team"][0] == number
        assert (rows["people"] + rows["vacancies"] == team.seats).all(), "seats are not conserved"
        assert (rows["people"] == present[:, mine].sum(axis=1)).all()
    total = measures[:, 0]
    assert (total["people"] + total["vacancies"] == run.scenario.seats).all()
    for road, measure in zip(ROADS[1:], ("left_for_offer", "left_exhausted", "dismissed"), strict=True):
        for week in range(len(life)):
            mine = (departures["week"] == week) & (departures["road"] == ROADS.index(road))
            assert total[week][measure] == mine.sum()
    regretted = departures[(departures["top"] == 1) & (departures["road"] != ROADS.index("dismissed"))]
    assert total["regretted"].sum() == len(regretted)
    assert len(run.promotions) == total["promotions"].sum()


KEPT = ("identity", "origin", "entry", "key", "talent", "leadership", "wish_to_lead", "schedule", "rating")
"""What somebody takes along to another seat."""


def assert_same_people(run, week):
    """From one week to the next: who stays is there once, in the same seat or promoted; who is new was hired."""
    now, then, measures = run._raw["life"][week], run._raw["life"][week + 1], run._raw["measures"][week + 1, 0]
    tiers = np.array([team.tier for team in run.scenario.teams])
    before, after = (
        {int(row["identity"]): seat for seat, row in enumerate(rows) if row["present"] == 1} for rows in (now, then)
    )
    for rows, found in ((now, before), (then, after)):
        assert len(found) == rows["present"].sum(), "somebody sits in two seats"
    left = {one for one, seat in before.items() if now[seat]["leaving"] > 0}
    assert not left & set(after), "somebody who left is still there"
    assert set(before) - left <= set(after), "somebody vanished"
    moved = 0
    for one in set(before) - left:
        old, new = now[before[one]], then[after[one]]
        assert new["tenure"] == old["tenure"] + 1
        assert new["promoted"] == (before[one] != after[one]), "somebody changed seats without a promotion"
        kept = [name for name in KEPT if name != "rating" or not new["reviewed"]]
        assert all(new[name] == old[name] for name in kept), "somebody became another"
        if new["promoted"]:
            moved += 1
            assert new["leads"] >= 0
            assert tiers[new["team"]] > tiers[old["team"]]
            assert new["leads"] == old["team"], "a chair is filled from the team that is led from it"
    came = set(after) - set(before)
    new_hires = np.zeros(len(now), dtype=int)
    for one in came:
        row = then[after[one]]
        new_hires[after[one]] += 1
        assert (row["origin"], row["entry"], row["tenure"]) == (after[one], row["hires"], 1)
    assert (then["hires"] == now["hires"] + new_hires).all(), "hires and arrivals differ"
    assert (measures["hired"], measures["promotions"]) == (len(came), moved)


def assert_hours_kept(measures):
    """Nobody gives hours that there are not; thirds have none of their own to be held against."""
    for group in (0, *range(4, measures.shape[1])):
        given, free = measures[:, group]["hours_given"], measures[:, group]["hours_free"]
        assert (given <= free * (1 + 1e-12) + 1e-12).all(), f"group {group}: {(given - free).max()} hours too many"
        asked = measures[:, group]["hours_asked"]
        assert (given <= asked * (1 + 1e-12) + 1e-12).all(), "more is given than asked"


def assert_exits_add_up(run):
    """What an exit is made of adds up to its log-odds, on the road by which it came."""
    for one in run._raw["departures"]:
        parts = [float(one[name]) for name in DRIVERS_AND_TERMS] + [
            float(one["drivers"][name]) for name in one["drivers"].dtype.names
        ]
        scale = max(1.0, *(abs(part) for part in parts))
        assert abs(one["log_odds"] - math.fsum(parts)) <= 1e-9 * scale
        road = ROADS[one["road"]]
        assert (one["stated"] == -1) == (road == "dismissed")
        assert one["offer"] > 0 if road == "offer" else one["exhaustion"] >= 0 and one["offered"] == 0
        if road == "dismissed":
            assert not any(parts)


def check(run):
    life = run._raw["life"]
    assert_in_range(life, PersonState, "person.")
    assert_in_range(run._raw["measures"], Measures, "measures.")
    assert_in_range(run._raw["departures"], ExitRecord, "exit.")
    assert_conserved(run)
    assert_hours_kept(run._raw["measures"])
    assert_exits_add_up(run)


@given(worlds())
@settings(max_examples=60)
def test_everything_stays_in_range(world):
    scenario, conduct, seed = world
    check(ts.simulate(scenario, conduct, seed))


@given(worlds(), parameters())
@settings(max_examples=60)
def test_whatever_the_numbers_inside_the_rules(world, numbers):
    scenario, conduct, seed = world
    check(ts.simulate(scenario, conduct, seed, parameters=numbers))


@given(worlds(weeks=25), parameters())
@settings(max_examples=15)
def test_teams_stay_in_range_week_by_week(world, numbers):
    scenario, conduct, seed = world
    model = ts.TeamModel(scenario, conduct, rng=seed, parameters=numbers)
    while model.week < scenario.weeks:
        model.step()
        assert_in_range(model.teams, TeamState, "team.")
        assert_in_range(model.people, PersonState, "person.")
        assert_in_range(model.leaders, LeaderState, "leader.")
        assert model.teams["filled"].sum() == model.people["present"].sum()
        assert (model.teams["hours_given"] <= model.teams["hours_free"]).all()
        for number, team in enumerate(model.teams):
            mine = model.people[model.people["team"] == number]
            assert team["filled"] == mine["present"].sum()
            assert team["seats"] == len(mine)


@given(worlds(weeks=40))
@settings(max_examples=10)
def test_long_busy_histories_too(world):
    """Where many leave and come: pay far under a hot market, seats filled within the week."""
    scenario, conduct, seed = world
    hot = scenario.replace(weeks=150, market=scenario.market.replace(tightness=5.0, hiring_weeks=1.0))
    check(ts.simulate(hot, conduct, seed))


def test_an_organisation_in_which_chairs_fall_empty(ladder, upheaval):
    """Promotions cascade: in one week from the front line to the middle and from there to the board."""
    at_once = set()
    led_by_hires = False
    for seed in range(12):
        run = ts.simulate(ladder, upheaval, seed)
        led_by_hires |= bool((run.people.query("leads >= 0")["entry"] > 0).any())
        check(run)
        for _, promotions in run.promotions.groupby("week"):
            at_once.add(tuple(sorted(promotions["to_team"].str.split().str[0].unique())))
    assert ("Board", "Department") in at_once
    assert led_by_hires, "somebody is hired to lead, or a hire is promoted"


@given(worlds(weeks=40), st.dictionaries(st.sampled_from(CAREERS), st.sampled_from([0.0, 0.5, 1.0])))
@settings(max_examples=30)
def test_whoever_is_chosen(world, policies):
    """Promotion by results, by leading, by lot, with and without an expert track, where everybody always leaves."""
    scenario, conduct, seed = world
    hot = scenario.replace(
        market=scenario.market.replace(tightness=5.0, hiring_weeks=2.0), policies=scenario.policies.replace(**policies)
    )
    check(ts.simulate(hot, conduct, seed, parameters={"offer_rate": 0.5, "search_free": 1.0, "accept_start": 2.0}))


def test_the_checks_notice(busy):
    """Each of the laws above fails on a history that breaks it."""
    broken = {
        "person": lambda run: run._raw["life"][3].__setitem__("trust", 1.5),
        "nan": lambda run: run._raw["measures"][3].__setitem__("strain", np.nan),
        "exit": lambda run: run._raw["departures"].__setitem__("log_odds", 40.0),
        "gone": lambda run: run._raw["life"][5:].__setitem__("present", 0),
        "driver": lambda run: run._raw["life"]["belief"][3].__setitem__("pay", np.inf),
        "seats": lambda run: run._raw["measures"].__setitem__("vacancies", 9.0),
        "double": lambda run: run._raw["life"][3].__setitem__(0, run._raw["life"][3][1]),
        "moved": lambda run: run._raw["life"]["seat_key"][7:].__setitem__(2, 5),
        "hours": lambda run: run._raw["measures"].__setitem__("hours_given", 99.0),
    }
    check(ts.simulate(busy, "demanding", 4))
    for name, spoil in broken.items():
        run = ts.simulate(busy, "demanding", 4)
        spoil(run)
        try:
            check(run)
        except AssertionError:
            continue
        raise RuntimeError(f"nothing noticed what was done to {name}")
