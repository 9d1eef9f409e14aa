"""The team picture without a kernel; what the browser makes of it is in tests/browser."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

import teamsim as ts
from teamsim.fields import InputError
from teamsim.lab.life_lines import MAIN, MARKS, life_lines, measures_of
from teamsim.lab.names import called
from teamsim.lab.team_picture import TeamPicture
from teamsim.people import PersonState
from teamsim.results import Run
from teamsim.words import speak


@pytest.fixture(scope="module")
def run():
    return ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)


def small(*sizes, weeks=12, vacancies=0):
    teams = [
        {
            "name": f"T{n}",
            "leader": {"name": f"L{n}"},
            "people": [{"name": f"P{n}.{k}"} for k in range(size)],
            "vacancies": vacancies,
        }
        for n, size in enumerate(sizes)
    ]
    return ts.Scenario(name="small", weeks=weeks, teams=teams)


def number(history, values, measure, person, week):
    rows = sum(history["people"]["last"]) - sum(history["people"]["first"]) + len(history["people"]["key"])
    at = history["people"]["start"][person] + week - history["people"]["first"][person]
    names = [one["name"] for one in history["measures"]]
    return np.frombuffer(values, "<f4")[names.index(measure) * rows + at]


@pytest.mark.parametrize("view", MAIN)
def test_every_number_is_the_one_of_the_table(run, view):
    history, values = life_lines(run, view)
    people = history["people"]
    table = run.people.set_index(["person", "week"])
    for person, key in enumerate(people["key"]):
        for week in range(people["first"][person], people["last"][person] + 1):
            for measure in MAIN[view]:
                found = number(history, values, measure, person, week)
                assert found == pytest.approx(table.loc[(key, week), measure], abs=1e-5)
    assert len(values) == 4 * len(run.people) * len(history["measures"])


def test_who_came_and_who_left_is_what_the_exits_say(run):
    people = life_lines(run, "leader")[0]["people"]
    left = {
        (key, last, road) for key, last, road in zip(people["key"], people["last"], people["road"], strict=True) if road
    }
    assert left == set(zip(run.exits["person"], run.exits["week"], run.exits["road"], strict=True))
    assert sum(people["hired"]) == (run.events["event"] == "hired").sum()
    said = dict(zip(people["key"], people["reason"], strict=True))
    assert all(said[row.person] == row.stated for row in run.exits.itertuples())


def test_the_leaders_view_has_nothing_that_a_leader_does_not_see(run):
    seen = PersonState.quantities()
    history, _ = life_lines(run, "leader")
    assert {"engagement", "strain", "trust", "gap"}.isdisjoint(one["name"] for one in history["measures"])
    assert all(seen[one["name"]].seen for one in history["measures"])
    kinds = [kind["name"] for kind in history["events"]["kinds"]]
    assert "promise broken" not in kinds
    for kind, amount in zip(history["events"]["kind"], history["events"]["amount"], strict=True):
        field = MARKS[kinds[kind]][1]
        assert amount is None or seen[field].seen
    assert "promise broken" in [kind["name"] for kind in life_lines(run, "model")[0]["events"]["kinds"]]


def test_who_was_promoted_has_a_line_in_each_seat(ladder, upheaval):
    run = ts.simulate(ladder, upheaval, 0)
    assert len(run.promotions)
    history, _ = life_lines(run, "model")
    people, events = history["people"], history["events"]
    for person, week in zip(events["person"], events["week"], strict=True):
        assert people["first"][person] <= week <= people["last"][person]
    table = run.events[run.events["event"].isin(MARKS)]
    assert [people["seat"][person] for person in events["person"]] == table["seat"].tolist()
    assert [people["key"][person] for person in events["person"]] == table["person"].tolist()
    assert sum(people["hired"]) == (run.events["event"] == "hired").sum()
    for row in run.promotions.itertuples():
        old, new = (
            next(p for p, key in enumerate(people["key"]) if (key, people[end][p]) == (row.person, week))
            for end, week in (("last", row.week - 1), ("first", row.week))
        )
        assert (people["seat"][old], people["seat"][new]) == (row.from_seat, row.to_seat)
        assert people["road"][old] == people["reason"][old] == ""
        assert not people["hired"][new]


def test_every_kind_of_event_has_its_mark(run):
    assert set(run.events["event"]) <= set(MARKS)
    words = TeamPicture(run).words
    assert set(words["events"]) == set(MARKS)
    assert set(words["roads"]) == set(words["ways"]) == {"offer", "exhaustion", "dismissed"}


def test_every_measure_has_its_german_name(run):
    speak("de")
    try:
        german = {one["name"]: one["label"] for one in life_lines(run, "model")[0]["measures"]}
    finally:
        speak("en")
    english = {one["name"]: one["label"] for one in life_lines(run, "model")[0]["measures"]}
    assert [name for name in german if german[name] == english[name]] == ["engagement"]


def test_what_travels_is_plain_and_small(run):
    history, values = life_lines(run, "model")
    json.dumps(history, allow_nan=False)
    assert len(values) + len(json.dumps(history)) < 150_000


def test_what_is_not_there_is_refused_and_goes_back(run):
    picture = TeamPicture(run)
    picture.week = 23
    for name, wrong, said in (
        ("week", 104, "0..103"),
        ("week", -1, "0..103"),
        ("team", "Blue", "Product"),
        ("person", "Amra", "Amara"),
    ):
        before = getattr(picture, name)
        setattr(picture, name, wrong)
        assert getattr(picture, name) == before
        assert said in picture.problem
        assert "Traceback" not in picture.problem
    picture.week = 24
    assert picture.problem == ""


def test_the_page_cannot_write_a_history(run):
    picture = TeamPicture(run)
    history = picture.history
    picture.set_state({"history": {}, "values": b"", "week": 5})
    assert (picture.history, picture.week) == (history, 5)
    assert picture.values
    picture.set_state({"week": "soon"})
    assert (picture.week, picture.problem) == (5, "This cannot be changed here. Nothing was changed.")


def test_another_history_keeps_week_team_and_person(run):
    picture = TeamPicture(run, "leader")
    picture.week, picture.person = 80, "hire 1 in seat 4"
    other = run.rewind(30, "developer")
    picture.show(other)
    assert (picture.week, picture.rev, picture.run) == (80, 1, other)
    assert picture.person == ("hire 1 in seat 4" if "hire 1 in seat 4" in set(other.people["person"]) else "")
    picture.show(ts.simulate(small(3, weeks=10)))
    assert (picture.week, picture.team, picture.person, picture.problem) == (9, "T0", "", "")


def test_another_view_of_the_same_history(run):
    picture = TeamPicture(run, "leader")
    picture.view = "model"
    assert (picture.view, picture.history["view"]) == ("model", "model")
    with pytest.raises(InputError, match="is not a view"):
        picture.view = "owl"
    assert picture.view == "model"
    with pytest.raises(InputError, match="is not a view"):
        TeamPicture(run, "owl")


@pytest.mark.parametrize(
    "scenario",
    [
        small(1, weeks=1),
        small(1),
        small(40),
        small(0, weeks=1, vacancies=2),
        small(0, vacancies=1, weeks=60),
        small(2, 3, 1),
    ],
)
@pytest.mark.parametrize("view", MAIN)
def test_teams_of_every_size(scenario, view):
    run = ts.simulate(scenario, "hands-off", seed=2)
    history, values = life_lines(run, view)
    json.dumps(history, allow_nan=False)
    assert sum(team["seats"] for team in history["teams"]) == scenario.seats
    assert len(values) == 4 * len(history["measures"]) * len(run.people)
    assert all(one["high"] > one["low"] for one in history["measures"])
    TeamPicture(run, view)


def test_a_run_from_a_folder_looks_the_same(run, tmp_path):
    loaded = Run.load(run.save(tmp_path / "run"))
    for view in MAIN:
        history, values = life_lines(run, view)
        again, same = life_lines(loaded, view)
        assert history == again
        assert values == same


def test_hires_are_called_after_their_seat_in_the_team():
    scenario = small(2, 3)
    assert called(scenario, "P0.1") == "P0.1"
    assert called(scenario, "hire 1 in seat 1") == "New in seat 2"
    assert called(scenario, "hire 1 in seat 2") == "New in seat 1"
    assert called(scenario, "hire 3 in seat 4") == "New in seat 3 (no. 3)"


def test_a_measure_declared_as_seen_appears_by_itself(monkeypatch):
    quantities = PersonState.quantities()
    assert "skill" not in measures_of("leader")
    monkeypatch.setitem(quantities, "skill", dataclasses.replace(quantities["skill"], seen=True))
    assert "skill" in measures_of("leader")
