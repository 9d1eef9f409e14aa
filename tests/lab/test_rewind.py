"""Rewind without a kernel; what the browser makes of it is in tests/browser."""

from __future__ import annotations

import json

import pytest

import teamsim as ts
from teamsim.fields import InputError
from teamsim.lab.rewind import MEASURES, NOTHING, Rewind
from teamsim.results import Run


@pytest.fixture(scope="module")
def run():
    return ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)


@pytest.fixture
def rewind(run):
    return Rewind(run)


def two_teams(weeks=40):
    teams = [
        {"name": name, "leader": {"name": f"{name} lead"}, "people": [{"name": f"{name}{k}"} for k in range(4)]}
        for name in ("Red", "Blue")
    ]
    return ts.Scenario(name="two", weeks=weeks, teams=teams)


def test_nothing_done_is_the_same_history(rewind, run):
    assert rewind.other.people.equals(run.people)
    assert not rewind.picture["changed"]
    assert rewind.picture["told"] == rewind.words["nothing_done"]
    for one in rewind.picture["series"]:
        assert one["was"] == one["other"]


def test_another_style_from_a_week_on(rewind, run):
    rewind.choose(week=30, preset="developer")
    assert rewind.problem == ""
    assert rewind.other.people.equals(run.rewind(30, "developer").people)
    picture = rewind.picture
    assert [one["name"] for one in picture["series"]] == list(MEASURES)
    for one in picture["series"]:
        assert one["was"][:30] == one["other"][:30]
        assert all(one["low"] <= value <= one["high"] for value in one["was"] + one["other"])
    before = run.exits.query("week >= 30")
    after = rewind.other.exits.query("week >= 30")
    said = ", as in what happened" if len(after) == len(before) else f" instead of {len(before)}"
    gone = "1 person" if len(after) == 1 else f"{len(after)} people"
    assert f"{gone} left{said}" in picture["told"]
    assert len(picture["left"]["was"]) == len(run.exits)
    assert len(picture["left"]["other"]) == len(rewind.other.exits)


def test_what_is_said_beside_a_departure_is_true(rewind, run):
    rewind.choose(week=20, preset="developer")
    other = rewind.other
    weeks = dict(zip(other.exits["person"], other.exits["week"], strict=True))
    for row, told in zip(run.exits.itertuples(), rewind.picture["left"]["was"], strict=True):
        gone, came = row.person in weeks, row.person in set(other.people["person"])
        expected = "" if gone else rewind.words["stays" if came else "never"]
        assert told["beside"] == expected


def test_levers_stand_where_they_stood(rewind):
    assert rewind.picture["stand"] == {
        name: getattr(ts.Style.preset("comfortable"), name) for name in rewind.picture["stand"]
    }
    rewind.choose(preset="demanding")
    assert rewind.picture["stand"]["challenge"] == ts.Style.preset("demanding").challenge
    rewind.choose(levers={"challenge": 0.1})
    assert rewind.other.made.plans[""].at(103).challenge == 0.1
    assert rewind.other.made.plans[""].at(103).pressure == ts.Style.preset("demanding").pressure


def test_a_lever_put_where_it_was_is_no_change(rewind):
    rewind.choose(levers={"challenge": ts.Style.preset("comfortable").challenge})
    assert not rewind.picture["changed"]


def test_a_dated_event(rewind, run):
    rewind.choose(week=10, event={"kind": "raise", "week": 12, "amount": 0.2, "who": "Noa"})
    assert rewind.problem == ""
    raised = rewind.other.events.query("event == 'raise' and person == 'Noa' and week in (12, 13)")
    assert len(raised)
    assert rewind.picture["changed"]


def test_another_luck_says_so(rewind, run):
    rewind.choose(week=40, redraw=1)
    first = rewind.other
    assert rewind.words["also_luck"] in rewind.picture["told"]
    assert first.people.query("week < 40").equals(run.people.query("week < 40"))
    rewind.choose(redraw=2)
    assert not rewind.other.people.equals(first.people)
    rewind.choose(redraw=0)
    assert rewind.other.people.equals(run.people)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"levers": {"challenge": 1.4}}, "outside 0..1"),
        ({"levers": {"firmness": 0.4}}, "cannot be moved here"),
        ({"levers": 3}, "is not a mapping"),
        ({"preset": "saint"}, "'saint' is not known"),
        ({"week": 104}, "0..103"),
        ({"week": True}, "0..103"),
        ({"week": "4"}, "0..103"),
        ({"leader": "Nobody"}, "is not known"),
        ({"redraw": -1}, "from 0"),
        ({"event": {"kind": "raise", "week": 2}}, "it can stand in weeks 51 to 103"),
        ({"event": {"kind": "party", "week": 60}}, "kind"),
        ({"event": {"kind": "raise", "week": 60, "amount": 7.0}}, "outside 0..1"),
        ({"event": {"kind": "praise", "week": 60, "who": "Zoe"}}, "Zoe"),
        ({"owl": 1}, "not known"),
    ],
)
def test_what_cannot_be_lived_is_refused_and_the_picture_stays(rewind, choices, said):
    rewind.choose(preset="developer")
    before, picture, other = rewind.choices, rewind.picture, rewind.other
    rewind.set_state({"choices": {**before, **choices}})  # as from the page
    assert said in rewind.problem
    assert "\n" not in rewind.problem
    assert rewind.choices == before
    assert rewind.picture == picture
    assert rewind.other.people.equals(other.people)
    rewind.choose(preset="")
    assert rewind.problem == ""


def test_the_page_writes_choices_only(rewind):
    picture, setting = rewind.picture, rewind.setting
    rewind.set_state({"picture": {}, "setting": {}})
    rewind.set_state({"choices": "other ones"})
    assert rewind.problem == "This cannot be changed here. Nothing was changed."
    assert (rewind.picture, rewind.setting) == (picture, setting)


def test_one_leader_of_two(run):
    scenario = two_teams()
    rewind = Rewind(ts.simulate(scenario, {"Red lead": "comfortable", "Blue lead": "demanding"}, seed=3))
    assert rewind.picture["stand"]["challenge"] is None
    rewind.choose(week=5, leader="Blue lead", preset="developer")
    conduct = rewind.other.made.conduct
    assert conduct["Blue lead"].at(20) == ts.Style.preset("developer")
    assert conduct["Red lead"].at(20) == ts.Style.preset("comfortable")
    assert rewind.picture["series"][3]["was"][0] == 4
    assert all("(Blue)" in one["text"] for one in rewind.picture["left"]["was"])
    rewind.choose(leader="", preset="", levers={"challenge": 0.9})
    assert {plan.at(20).challenge for plan in rewind.other.made.plans.values()} == {0.9}
    lived = {leader: plan.at(20).pressure for leader, plan in rewind.other.made.plans.items()}
    presets = {"Red lead": "comfortable", "Blue lead": "demanding"}
    named = {leader: ts.Style.preset(preset).pressure for leader, preset in presets.items()}
    assert lived == {"": scenario.style.pressure, **named}, "everybody else's plan is the scenario's"


def test_another_run_keeps_what_it_allows(rewind):
    rewind.choose(week=80, preset="developer", event={"kind": "praise", "week": 90, "amount": 0.1, "who": ""})
    rewind.show(ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=8))
    assert rewind.choices["event"]["week"] == 90
    assert rewind.other.made.seed == 8
    rewind.show(ts.simulate(two_teams(), seed=1))
    assert rewind.choices == {**NOTHING, "week": 39, "preset": "developer"}
    assert rewind.setting["leaders"] == ["Red lead", "Blue lead"]
    assert rewind.problem == ""


@pytest.mark.parametrize(("seats", "vacancies", "weeks"), [(1, 0, 1), (40, 0, 6), (0, 2, 30), (1, 3, 104)])
def test_teams_of_every_size(seats, vacancies, weeks):
    team = {
        "name": "T",
        "leader": {"name": "L"},
        "people": [{"name": f"P{k}"} for k in range(seats)],
        "vacancies": vacancies,
    }
    rewind = Rewind(ts.simulate(ts.Scenario(name="n", weeks=weeks, teams=[team]), seed=4))
    rewind.choose(week=0, preset="pay-only", redraw=1)
    assert rewind.problem == ""
    json.dumps(rewind.picture, allow_nan=False)


def test_a_run_from_a_folder(run, tmp_path):
    loaded = Rewind(Run.load(run.save(tmp_path / "run")))
    loaded.choose(week=30, preset="developer")
    assert loaded.problem == ""
    assert loaded.other.people.equals(run.rewind(30, "developer").people)


def test_nobody_left():
    team = {"name": "T", "leader": {"name": "L"}, "people": [{"name": "P"}]}
    rewind = Rewind(ts.simulate(ts.Scenario(name="n", weeks=2, teams=[team]), "developer", seed=4))
    rewind.choose(week=1, preset="comfortable")
    assert rewind.picture["left"] == {"was": [], "other": []}
    assert rewind.picture["told"]


def test_levers_and_measures_are_those_asked_for(run):
    rewind = Rewind(run, levers=["pay_position", "firmness"], measures=["net_value"])
    assert [one["name"] for one in rewind.setting["levers"]] == ["pay_position", "firmness"]
    assert [one["name"] for one in rewind.picture["series"]] == ["net_value"]
    with pytest.raises(InputError, match="did you mean 'challenge'"):
        Rewind(run, levers=["chalenge"])
    with pytest.raises(InputError, match="measures 'joy' is not known"):
        Rewind(run, measures=["joy"])
