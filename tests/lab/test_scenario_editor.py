"""The scenario editor, driven without a kernel and through its message channel; and the draft behind it."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

import teamsim as ts
from teamsim.fields import InputError
from teamsim.lab import ScenarioEditor
from teamsim.lab.draft import KINDS, Draft, key_of, parts_of, written
from teamsim.people import Market, Policies, Start
from teamsim.style import Style

STARS = ts.Scenario.load("managing-stars")


@pytest.fixture
def editor(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return ScenarioEditor()


def ask(editor, what, /, **more):
    """What the page sends."""
    editor._handle_custom_msg({"ask": what, **more}, [])


def written_at(editor, place):
    node = editor.draft
    for step in place:
        node = node[step]
    return node


PERSON = ["teams", 0, "people", 0]


def test_it_begins_with_a_scenario_that_comes_along(editor):
    assert editor.scenario == STARS
    assert editor.summary == "12 people in 1 team, 104 weeks"
    assert editor.problems == {}
    assert "managing-stars" in editor.sources
    assert editor.file == "managing-stars.toml"


def test_the_least_that_has_to_be_written_means_the_same():
    least = written(STARS)
    assert ts.Scenario(**least) == STARS
    assert set(least["teams"][0]["people"][6]) == {"name", "talent", "felt_recognition", "tenure"}
    assert least["market"] == {}


def test_a_number_is_read_with_a_point_or_a_comma(editor):
    ask(editor, "write", place=[*PERSON, "talent"], value=" 2,5 ")
    assert editor.scenario.teams[0].people[0].talent == 2.5
    ask(editor, "write", place=["market", "tightness"], value="1.5")
    assert editor.scenario.market.tightness == 1.5
    ask(editor, "write", place=["policies", "review_weeks"], value="13")
    assert editor.scenario.policies.review_weeks == 13
    ask(editor, "write", place=["style", "pressure"], value=0.75)
    assert editor.scenario.style.pressure == 0.75
    ask(editor, "write", place=["teams", 0, "leader", "hours"], value="50")
    assert editor.scenario.teams[0].leader.hours == 50


def test_what_is_left_empty_follows_by_itself(editor):
    place = ["teams", 0, "people", 6]
    assert editor.following[key_of([*place, "skill"])] == 0.97
    ask(editor, "write", place=[*place, "talent"], value="1.5")
    assert editor.scenario.teams[0].people[6].skill == 1.5
    ask(editor, "write", place=[*place, "skill"], value="1.2")
    assert (editor.scenario.teams[0].people[6].skill, editor.scenario.teams[0].people[6].demand) == (1.2, 1.2)
    ask(editor, "write", place=[*place, "skill"], value="")
    assert editor.scenario.teams[0].people[6].skill == 1.5
    assert "skill" not in editor.draft["teams"][0]["people"][6]


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (["weeks"], "0", "A whole number from 1 to 1040, please."),
        (["weeks"], "26.5", "A whole number from 1 to 1040, please."),
        ([*PERSON, "talent"], "very much", "A number from 0.05 to 20, please."),
        ([*PERSON, "talent"], "nan", "A number from 0.05 to 20, please."),
        ([*PERSON, "talent"], "inf", "A number from 0.05 to 20, please."),
        (["market", "hiring_weeks"], "900", "A number from 1 to 104, please."),
        (["teams", 0, "leader", "hours"], "-4", "A number from 10 to 80, please."),
        ([*PERSON, "name"], "  ", "A name is missing."),
        ([*PERSON, "name"], "x" * 121, "At most 120 letters; these are 121."),
        (["teams", 0, "vacancies"], "499", "A team has 1 to 500 seats; this one has 511."),
        (["story"], "x" * 5001, "At most 5000 letters; these are 5001."),
    ],
)
def test_what_cannot_be_used_stays_and_is_said_at_its_field(editor, place, value, sentence):
    ask(editor, "write", place=place, value=value)
    assert editor.problems == {key_of(place): sentence}
    assert str(written_at(editor, place)).strip() in (value.strip(), f"{value}.0")
    assert editor.scenario == STARS
    ask(editor, "undo")
    assert editor.problems == {}


def test_several_things_may_need_attention_at_once(editor):
    ask(editor, "write", place=["weeks"], value="soon")
    ask(editor, "write", place=[*PERSON, "strain"], value="3")
    assert set(editor.problems) == {"weeks", key_of([*PERSON, "strain"])}
    ask(editor, "save", name="mine")
    assert editor.problem == "2 things need attention before this can be saved."
    assert list(os.scandir()) == []


def test_names_stand_once(editor):
    ask(editor, "write", place=["teams", 0, "people", 3, "name"], value="Amara")
    assert editor.problems == {"teams/0/people/3/name": "The name Amara is there twice; every name stands once."}


def test_people_come_and_go(editor):
    ask(editor, "add_person", team=0)
    assert editor.scenario.people[-1] == "Person 13"
    ask(editor, "write", place=["teams", 0, "people", 12, "name"], value="Zoë")
    ask(editor, "remove_person", team=0, person=0)
    assert "Amara" not in editor.scenario.people
    assert editor.scenario.people[-1] == "Zoë"
    for _ in range(3):
        ask(editor, "undo")
    assert editor.scenario == STARS
    for _ in range(3):
        ask(editor, "redo")
    assert editor.scenario.people[-1] == "Zoë"


def test_teams_come_and_go(editor):
    ask(editor, "add_team")
    assert editor.scenario.leaders == ("Robin", "Leader 2")
    assert editor.summary == "13 people in 2 teams, 104 weeks"
    ask(editor, "remove_team", team=0)
    assert editor.scenario.leaders == ("Leader 2",)
    ask(editor, "remove_team", team=0)
    assert editor.problem == "The last team stays: a scenario needs one."


def test_the_last_person_may_go_where_a_seat_is_open(editor):
    ask(editor, "add_team")
    ask(editor, "remove_person", team=1, person=0)
    assert editor.problems == {"teams/1/vacancies": "A team has 1 to 500 seats; this one has 0."}
    ask(editor, "write", place=["teams", 1, "vacancies"], value="2")
    assert editor.problems == {}
    assert editor.scenario.teams[1].seats == 2


def test_saved_below_the_folder_and_read_again(editor, tmp_path):
    ask(editor, "write", place=["name"], value="ours")
    ask(editor, "save", name="mine/ours")
    assert editor.note == "Saved as mine/ours.toml."
    assert ts.Scenario.load(tmp_path / "mine" / "ours.toml") == editor.scenario
    assert "mine/ours.toml" in editor.sources
    ask(editor, "load", name="managing-stars")
    assert editor.scenario == STARS
    ask(editor, "load", name="mine/ours.toml")
    assert editor.scenario.name == "ours"
    ask(editor, "undo")
    assert editor.scenario == STARS


def test_a_file_is_replaced_only_after_a_second_press(editor, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("precious = true\n", encoding="utf-8")
    ask(editor, "save", name="mine")
    assert editor.note == "There is mine.toml already. Press once more to replace it."
    assert file.read_text(encoding="utf-8") == "precious = true\n"
    ask(editor, "write", place=["weeks"], value="52")  # something else in between: it is asked again
    ask(editor, "save", name="mine")
    assert file.read_text(encoding="utf-8") == "precious = true\n"
    ask(editor, "save", name="other")
    ask(editor, "save", name="mine")
    assert file.read_text(encoding="utf-8") == "precious = true\n"
    ask(editor, "save", name="mine")
    assert ts.Scenario.load(file) == editor.scenario


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "../mine",
        "/etc/mine",
        "a/../../mine",
        ".hidden",
        "a/.b",
        "C:\\mine",
        "a\nb",
        "mine?",
        "x/",
        "a..",
        7,
        None,
    ],
)
def test_nothing_else_can_be_named(editor, name, tmp_path):
    for asked in ("save", "load"):
        ask(editor, asked, name=name)
        assert editor.problem.startswith("A file name of letters")
    assert list(tmp_path.iterdir()) == []
    assert editor.scenario == STARS


def test_a_link_out_of_the_folder_is_not_followed(editor, tmp_path, tmp_path_factory):
    (tmp_path / "away").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    ask(editor, "save", name="away/mine")
    assert editor.problem.startswith("A file name of letters")


def test_what_cannot_be_opened_is_said_and_all_stays(editor, tmp_path):
    ask(editor, "load", name="managing-star")
    assert editor.problem == "There is no file managing-star in this folder, and no scenario of that name."
    (tmp_path / "broken.toml").write_text('name = "x"\nweeks = 0\nteams = []\n', encoding="utf-8")
    ask(editor, "load", name="broken.toml")
    assert "broken.toml" in editor.problem
    assert editor.scenario == STARS
    (tmp_path / "folder.toml").mkdir()
    for _ in range(2):
        ask(editor, "save", name="folder.toml")
    assert (tmp_path / "folder.toml").is_dir()


@pytest.mark.parametrize(
    "message",
    [
        {"ask": "write", "place": ["teams", 0, "people", 99, "talent"], "value": "1"},
        {"ask": "write", "place": ["teams", -1, "name"], "value": "x"},
        {"ask": "write", "place": ["teams", True, "name"], "value": "x"},
        {"ask": "write", "place": ["notes"], "value": "x"},
        {"ask": "write", "place": ["market"], "value": "x"},
        {"ask": "write", "place": [], "value": "x"},
        {"ask": "write", "place": "weeks", "value": "1"},
        {"ask": "write", "place": [[], {}], "value": "1"},
        {"ask": "write", "place": ["weeks"], "value": {"a": 1}},
        {"ask": "write", "place": [*PERSON, "__class__"], "value": "x"},
        {"ask": "add_person", "team": 4},
        {"ask": "add_person", "team": "0"},
        {"ask": "remove_person", "team": 0},
        {"ask": "remove_person", "team": 0, "person": -1},
        {"ask": "remove_team", "team": None},
        {"ask": "close"},
        {"ask": "write", "sudo": True},
        None,
    ],
)
def test_what_is_not_there_is_refused_in_words(editor, message):
    editor._handle_custom_msg(message, [])
    assert editor.problem
    assert "\n" not in editor.problem
    assert editor.scenario == STARS
    assert not editor.steps["undo"]


def test_the_page_cannot_write_state(editor):
    editor.set_state({"draft": {}, "file": "/etc/passwd"})
    assert editor.draft["teams"]
    assert editor.file == "managing-stars.toml"


def test_the_page_is_told_every_quantity(editor):
    named = {noun: [field["name"] for field in fields] for noun, fields in editor.fields.items()}
    assert named["person"] == list(Start.quantities())
    assert named["market"] == list(Market.quantities())
    assert named["policies"] == list(Policies.quantities())
    assert named["style"] == list(Style.quantities())
    assert sum(field["first"] for field in editor.fields["person"]) == 3


def test_who_watches_hears_of_every_scenario_that_can_be_run(editor):
    heard = []
    editor.observe(lambda change: heard.append(change["new"].weeks), "scenario")
    for weeks in ("52", "never", "26"):
        editor.write(["weeks"], weeks)
    assert heard == [52, 26]


def test_a_scenario_of_ones_own(small):
    editor = ScenarioEditor(small)
    assert editor.scenario == small
    assert repr(editor) == "a scenario editor: small"
    with pytest.raises(InputError, match="neither a file nor known"):
        ScenarioEditor("nowhere.toml")


PLACES = [(*place, name) for place, noun, _ in parts_of(written(STARS)) for name in KINDS[noun][1].quantities()]
WRITES = st.tuples(st.sampled_from(PLACES), st.one_of(st.text(max_size=8), st.floats().map(str), st.just("")))


@given(st.lists(WRITES, max_size=6))
def test_whatever_is_written_can_be_undone_and_never_breaks(writes):
    draft = Draft(STARS)
    for place, value in writes:
        draft.write(place, value)
        assert set(draft.following()) >= {key_of(place)}
        if not draft.problems:
            assert ts.Scenario(**draft.data) == draft.scenario
            assert ts.Scenario(**written(draft.scenario)) == draft.scenario
    while draft.can_undo:
        draft.undo()
    assert draft.scenario == STARS
    assert draft.data == written(STARS)


def test_a_team_may_be_led_by_somebody_above_and_again_by_a_leader_of_its_own():
    firm = ts.Scenario.load("executive-team")
    editor = ts.lab.ScenarioEditor(firm)
    team = next(number for number, each in enumerate(firm.teams) if each.led_by)
    editor.write(["teams", team, "led_by"], "")
    assert list(editor.problems) == [f"teams/{team}/leader/name"]
    editor.write(["teams", team, "leader", "name"], "Lea")
    assert editor.problems == {}
    assert (editor.scenario.teams[team].led_by, editor.scenario.teams[team].leader.name) == ("", "Lea")
    editor.write(["teams", team, "led_by"], firm.teams[team].led_by)
    assert editor.problems == {}
    assert editor.scenario == firm
    editor.write(["teams", team, "led_by"], "Nobody Known")
    assert "Nobody Known" in editor.problems[""]
    assert editor.scenario == firm


@pytest.mark.parametrize("name", ts.Scenario.names())
def test_every_scenario_comes_back_as_it_was(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    editor = ts.lab.ScenarioEditor(name)
    assert editor.problems == {}
    assert ts.Scenario.load(editor.save("mine")) == ts.Scenario.load(name)


def test_what_the_page_is_told_can_be_sent():
    state = ts.lab.ScenarioEditor().get_state()
    json.dumps({name: state[name] for name in ("fields", "draft", "following", "problems")}, allow_nan=False)
