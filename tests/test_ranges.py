"""Always in range: whatever is allowed, nothing leaves its declared range, and nobody appears or vanishes."""

import math

import numpy as np
from hypothesis import given, settings

import teamsim as ts
from strategies import parameters, worlds
from teamsim.people import ROADS, ExitRecord, Measures, PersonState, TeamState

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
    """Seats stay; somebody leaves exactly where a departure is kept; somebody comes exactly where a hire is counted."""
    life, measures, departures = run._raw["life"], run._raw["measures"], run._raw["departures"]
    present, leaving, hires = life["present"], life["leaving"], life["hires"]
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
        here, there = present[week] == 1, present[week + 1] == 1
        stays = here & (leaving[week] == 0)
        assert (there[stays]).all(), "somebody vanished"
        assert (life[week]["identity"][stays] == life[week + 1]["identity"][stays]).all(), "somebody became another"
        assert not there[here & ~stays].any(), "somebody who left is still there"
        came = there & ~here
        assert (hires[week + 1] == hires[week] + came).all(), "hires and arrivals differ"
        assert (life[week + 1]["tenure"][stays] == life[week]["tenure"][stays] + 1).all()
        assert measures[week + 1, 0]["hired"] == came.sum()
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


def test_the_checks_notice(busy):
    """Each of the laws above fails on a history that breaks it."""
    broken = {
        "person": lambda run: run._raw["life"][3].__setitem__("trust", 1.5),
        "nan": lambda run: run._raw["measures"][3].__setitem__("strain", np.nan),
        "exit": lambda run: run._raw["departures"].__setitem__("log_odds", 40.0),
        "gone": lambda run: run._raw["life"][5:].__setitem__("present", 0),
        "driver": lambda run: run._raw["life"]["belief"][3].__setitem__("pay", np.inf),
        "seats": lambda run: run._raw["measures"].__setitem__("vacancies", 9.0),
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
