"""The manager lab without a kernel: its traits are set and its messages sent as the page does."""

from __future__ import annotations

import math

import numpy as np
import pytest

import teamsim as ts
from teamsim import words
from teamsim.fields import InputError
from teamsim.lab.gallery import Gallery
from teamsim.lab.live_chart import LiveChart
from teamsim.lab.pictures import EXITS, ROADS, WISHED, Picture, allowed, standing_in
from teamsim.lab.preview import FEWEST, MOST, Preview
from teamsim.people import Measures

FOUR = ["challenge", "recognition_weeks", "pay_position", "time_for"]


@pytest.fixture(scope="module")
def scenario():
    team = ts.Scenario.load("managing-stars")
    return team.replace(weeks=26)


@pytest.fixture
def lab(scenario):
    return ts.lab.ManagerLab(scenario, FOUR)


def ask(lab, what, **more):
    """Send a message as the page does."""
    lab._levers._handle_custom_msg({"ask": what, **more}, [])


def drag(lab, rest=False, **values):
    """Write what the page writes while a slider moves."""
    lab._levers.set_state({"values": {**lab._levers.values, **values}, "resting": rest})


def problem(lab):
    return lab._levers.problem


def charts(lab):
    return [box.children[1] for box in lab._outcome._gallery.box.children]


def choosers(lab):
    return [box.children[0] for box in lab._outcome._gallery.box.children]


def revisions(lab):
    return [chart.rev for chart in charts(lab)]


def said(lab):
    return lab._outcome._readout.said


# --- moving a lever


def test_moving_a_lever_feeds_every_picture(lab):
    assert len(charts(lab)) == 4
    assert all(isinstance(chart, LiveChart) for chart in charts(lab))
    specs, before = [chart.spec for chart in charts(lab)], revisions(lab)
    drag(lab, challenge=0.8)
    assert revisions(lab) == [rev + 1 for rev in before]
    assert [chart.spec for chart in charts(lab)] == specs, "embedded anew"
    assert problem(lab) == ""


def test_few_futures_while_it_moves_and_all_at_rest(lab):
    drag(lab, challenge=0.8)
    few = lab._outcome._readout.legend["runs"]
    assert FEWEST <= few <= MOST
    assert lab.futures.made.plans[""].styles[0] != lab.style  # what is drawn whole is still the one before
    drag(lab, rest=True)
    assert lab._outcome._readout.legend["runs"] == MOST
    assert len(lab.futures.runs) == MOST
    assert lab.futures.made.plans[""].styles[0] == lab.style


def test_the_number_of_futures_follows_the_machine(scenario, monkeypatch):
    preview = Preview(scenario, 1)
    clock = iter([0.0, 10.0, 10.0, 10.0001])
    monkeypatch.setattr("teamsim.lab.preview.time.perf_counter", lambda: next(clock))
    preview.few(ts.Style())
    slow = preview.fits
    preview.few(ts.Style())
    assert FEWEST <= slow < 40
    assert slow < preview.fits <= MOST


def test_the_futures_of_a_drag_are_the_first_of_those_at_rest(scenario):
    preview = Preview(scenario, 5)
    few, many = preview.few(ts.Style()), preview.many(ts.Style())._raw["measures"]
    assert few.tobytes() == many[: len(few)].tobytes()


def test_what_happened_is_one_of_the_futures(lab):
    line = charts(lab)[1].data["futures"]["happened"]
    whole = lab.run.weeks.query("group == 'organisation'")["output"]
    np.testing.assert_allclose(line, whole, atol=0.01)


def test_pictures_show_what_the_tables_say(lab):
    drawn = charts(lab)[1].data["futures"]
    table = lab.futures.weeks_of("output").query("group == 'organisation'")
    for name in ("q10", "q25", "median", "q75", "q90"):
        np.testing.assert_allclose(drawn[name], table[name], atol=0.006)


def test_axes_stand_still(lab):
    frames = [chart.data["frame"] for chart in charts(lab)]
    for value in (0.0, 0.3, 0.9):
        drag(lab, challenge=value, recognition_weeks=52)
    after = [chart.data["frame"] for chart in charts(lab)]
    for before, now in zip(frames, after, strict=True):
        assert now["y"][0] <= before["y"][0]
        assert now["y"][1] >= before["y"][1]
    drag(lab, challenge=0.5, recognition_weeks=13)
    assert [chart.data["frame"] for chart in charts(lab)] == after


def test_little_travels(lab):
    for chart in charts(lab):
        for table in chart.data.values():
            for column in table.values():
                numbers = [value for value in column if isinstance(value, float)]
                assert all(len(f"{abs(value):g}".replace(".", "").lstrip("0")) <= 5 for value in numbers)


# --- refusals


def test_out_of_range_through_the_channel_is_refused(lab):
    drag(lab, rest=True, challenge=0.6)
    before = revisions(lab)
    drag(lab, rest=True, challenge=1.4)
    assert problem(lab) == "“Stretch” cannot be 1.4: it goes from 0 to 1. Nothing was changed."
    assert lab.style.challenge == lab._levers.values["challenge"] == 0.6
    assert revisions(lab) == before
    drag(lab, rest=True, challenge=0.7)
    assert problem(lab) == ""


@pytest.mark.parametrize(
    "message",
    [
        {"ask": "fly"},
        {"ask": "undo", "twice": True},
        {"ask": "preset"},
        {"ask": "preset", "name": "nobody"},
        {"ask": "preset", "name": []},
        {"ask": "take", "name": "nobody"},
        {"ask": "unpin", "name": 3},
        {"ask": "view", "name": "model"},
        {"ask": "open", "code": "TS1-x-y"},
        {"ask": "open", "code": 5},
        {"ask": ["move"]},
        {"ask": "move", "values": {"candour": 0.1}, "rest": True},
        {},
        None,
        "undo",
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_words(lab, message):
    before, style = revisions(lab), lab.style
    lab._levers._handle_custom_msg(message, [])
    assert problem(lab)
    assert "Error" not in problem(lab)
    assert (revisions(lab), lab.style) == (before, style)


def test_an_error_in_a_run_leaves_the_last_picture(lab, monkeypatch, caplog):
    drag(lab, rest=True, challenge=0.6)
    before, futures = revisions(lab), lab.futures

    def broken(*_, **__):
        raise ZeroDivisionError("somewhere deep")

    monkeypatch.setattr("teamsim.lab.preview.histories", broken)
    monkeypatch.setattr("teamsim.lab.preview.futures", broken)
    drag(lab, challenge=0.7)
    drag(lab, rest=True, challenge=0.8)
    assert "last good picture" in problem(lab)
    assert revisions(lab) == before
    assert lab.futures is futures
    monkeypatch.undo()
    drag(lab, rest=True, challenge=0.9)
    assert problem(lab) == ""
    assert revisions(lab) != before
    assert "somewhere deep" in caplog.text


def test_what_cannot_be_used_is_refused_when_it_is_made(scenario):
    with pytest.raises(InputError, match="did you mean 'challenge'"):
        ts.lab.ManagerLab(scenario, ["chalenge"])
    with pytest.raises(InputError, match="view 'modell' is not known; did you mean 'model'"):
        ts.lab.ManagerLab(scenario, view="modell")
    with pytest.raises(InputError, match="preset 'developr'"):
        ts.lab.ManagerLab(scenario, style="developr")
    with pytest.raises(InputError, match="did you mean 'managing-stars'"):
        ts.lab.ManagerLab("managing-star")


# --- the way back, presets, pins


def test_undo_redo_and_back_to_start(lab):
    drag(lab, rest=True, challenge=0.6)
    ask(lab, "preset", name="developer")
    assert lab._levers.state["preset"] == "developer"
    ask(lab, "undo")
    assert lab._levers.values["challenge"] == 0.6
    ask(lab, "redo")
    assert lab._levers.state["preset"] == "developer"
    ask(lab, "restart")
    assert lab.style == lab.scenario.style
    assert lab._levers.state["start_is_now"]
    ask(lab, "undo")
    assert lab._levers.state["preset"] == "developer"


def test_a_pinned_style_is_dashed_and_named(lab):
    ask(lab, "preset", name="developer")
    ask(lab, "pin", name="")
    ask(lab, "restart")
    for chart in charts(lab):
        assert chart.data["ends"]["name"] == ["Developer"]
        assert len(chart.data["pins"]["y"]) == len(chart.data["futures"]["median"])
        assert chart.data["ends"]["x"][0] > max(chart.data["futures"]["x"]) / 2, "a name has room to its left"
    pinned = charts(lab)[1].data["pins"]["y"]
    lab._levers._handle_custom_msg({"ask": "take", "name": "Developer"}, [])
    np.testing.assert_allclose(charts(lab)[1].data["futures"]["median"], pinned, atol=1e-9)
    ask(lab, "unpin", name="Developer")
    assert lab.pins == {}
    assert charts(lab)[0].data["ends"]["name"] == []


def test_three_styles_at_most(lab):
    for _ in range(4):
        ask(lab, "pin", name="")
    assert len(lab.pins) == 3
    assert "remove one first" in problem(lab)


def test_trade_offs_of_the_team_and_its_thirds(lab):
    lab.pin("before")
    lab._outcome.below.chooser.chosen = "trade_offs"
    [table] = lab._outcome.below.place.children
    names = [group["name"] for group in table.table["groups"]]
    assert names == ["Whole team", "Top third", "Middle third", "Bottom third"]
    assert [row["style"] for row in table.table["groups"][0]["rows"]] == ["before", "this style"]
    seen = [column.split(" (")[0] for column in table.table["columns"]]
    assert seen == ["Survey score", "Output", "Regretted exits", "Pay"]
    output = lab.futures.runs_of("top third")["output"].median()
    cell = table.table["groups"][1]["rows"][1]["cells"][1]
    assert cell["text"] == f"{output:.0f}"
    assert all(0 <= place <= 1 for place in cell["places"])
    drag(lab, rest=True, challenge=0.9)
    assert table.table["groups"][1]["rows"][1]["cells"][1] != cell


@pytest.mark.parametrize("section", ["team", "left", "trade_offs"])
def test_sections_are_made_when_opened_and_follow(lab, section):
    below = lab._outcome.below
    assert below.place.children == ()
    below.chooser.chosen = section
    assert below.chooser.problem == ""
    [widget] = below.place.children
    drag(lab, rest=True, challenge=0.9)
    assert below.place.children == (widget,)
    if section != "trade_offs":
        assert widget.run is lab.run
    below.chooser.chosen = ""
    assert below.place.children == ()
    below.chooser.chosen = "elsewhere"
    assert "cannot be done" in below.chooser.problem
    assert below.chooser.chosen == ""


# --- what may be seen


def test_the_leader_sees_what_a_leader_would(lab):
    known = Measures.quantities()
    shown = lab._outcome._gallery.shown
    assert all(name == EXITS or known[name].seen for name in shown)
    offered = [key for chooser in choosers(lab) for _, members in chooser.options for key, _ in members]
    assert all(key == EXITS or known[key].seen for key in offered)
    assert lab._levers.state["views"] == ["leader"]
    choosers(lab)[0].set_state({"chosen": "engagement"})
    assert choosers(lab)[0].problem
    assert lab._outcome._gallery.shown == shown


def test_the_model_is_open_to_whom_it_was_opened(scenario):
    lab = ts.lab.ManagerLab(scenario, FOUR, view="model")
    assert lab._outcome._gallery.shown == list(WISHED)
    ask(lab, "view", name="leader")
    assert lab.view == "leader"
    assert "engagement" not in lab._outcome._gallery.shown
    ask(lab, "view", name="model")
    assert lab._outcome._gallery.shown == list(WISHED)


def test_a_measure_can_be_exchanged_and_stays(scenario):
    lab = ts.lab.ManagerLab(scenario, FOUR, view="model")
    for name in allowed("model"):
        if name not in ROADS:
            choosers(lab)[3].set_state({"chosen": name})
            assert choosers(lab)[3].problem == "", name
            drawn = charts(lab)[3].data["futures"]["median"]
            assert all(math.isfinite(value) for value in drawn), name
    drag(lab, rest=True, challenge=0.9)
    assert lab._outcome._gallery.shown[3] == name


def test_a_measure_declared_later_stands_in_by_its_group():
    assert standing_in(WISHED, "model") == list(WISHED)
    leader = standing_in(WISHED, "leader")
    assert len(leader) == 4
    assert leader[0] == "survey"
    assert set(leader) - {EXITS} <= set(allowed("leader"))


def test_departures_by_kind_add_up(scenario):
    many = Preview(scenario, 1).many(ts.Style.preset("hands-off"))
    picture = Picture(EXITS, scenario.weeks, scenario.seats)
    tables = picture.tables(many._raw["measures"], {})
    last = np.reshape(tables["futures"]["happened"], (len(ROADS), -1))[:, -1]
    assert last.tolist() == [sum(many.open(0).exits["road"] == road) for road in ("offer", "exhaustion", "dismissed")]


# --- words


def test_what_changed_is_one_sentence(lab):
    assert "move a lever" in said(lab)
    drag(lab, challenge=0.7)
    assert "move a lever" in said(lab), "said only when it rests"
    drag(lab, rest=True)
    assert said(lab).startswith("Stretch now 0.70: Survey score at the end 0.")
    assert "in a middling future." in said(lab)
    ask(lab, "preset", name="developer")
    assert said(lab).startswith("Developer: ")
    ask(lab, "restart")
    assert said(lab).startswith("Back at the start: ")


def test_meters_say_what_is_asked_and_what_there_is(scenario):
    lab = ts.lab.ManagerLab(scenario, view="model")
    lab.move(feedback_weeks=1, coaching_hours=2, own_work=0.8)
    hours, money = lab._outcome._readout.meters
    assert hours["over"]
    assert "of it arrives" in hours["text"]
    first = lab.run.weeks.query("group == 'organisation' and week == 0").iloc[0]
    assert f"{first['hours_asked']:.1f} asked of {first['hours_free']:.1f}" in hours["value"]
    assert "earned" in money["value"]
    ask(lab, "view", name="leader")
    assert "earned" not in lab._outcome._readout.meters[1]["value"]


def test_it_speaks_german(scenario):
    words.speak("de")
    try:
        lab = ts.lab.ManagerLab(scenario, FOUR)
        drag(lab, rest=True, challenge=0.7)
        assert "jetzt 0,70" in said(lab)
        drag(lab, rest=True, challenge=7)
        assert "Nichts wurde geändert" in problem(lab)
    finally:
        words.speak("en")


# --- decide first


def test_nothing_is_run_before_a_decision(scenario, monkeypatch):
    runs = []
    monkeypatch.setattr("teamsim.lab.preview.futures", lambda *given, **_: runs.append(given))
    lab = ts.lab.ManagerLab(scenario, FOUR, preview=False)
    drag(lab, challenge=0.8)
    drag(lab, rest=True, challenge=0.9)
    ask(lab, "undo")
    ask(lab, "redo")
    ask(lab, "pin", name="")
    assert "Submit first" in problem(lab)
    assert runs == []
    assert lab.futures is None
    assert lab.run is None
    assert lab._outcome._gallery.box.children == ()
    assert [meter["name"] for meter in lab._outcome._readout.meters] == ["hours"]


def test_a_submitted_decision_is_drawn_and_locked(scenario):
    lab = ts.lab.ManagerLab(scenario, FOUR, preview=False)
    told = []
    lab.on_submit(lambda one: told.append((one.style.challenge, len(one.futures.runs), one.run.made.seed)))
    drag(lab, rest=True, challenge=0.9)
    ask(lab, "submit")
    assert told == [(0.9, MOST, 1)]
    assert lab.locked
    assert lab._levers.state["locked"]
    assert len(charts(lab)) == 4
    for message in ({"ask": "submit"}, {"ask": "undo"}, {"ask": "preset", "name": "developer"}):
        lab._levers._handle_custom_msg(message, [])
        assert "locked" in problem(lab)
    drag(lab, rest=True, challenge=0.1)
    assert "locked" in problem(lab)
    assert lab.style.challenge == lab._levers.values["challenge"] == 0.9
    before = revisions(lab)
    ask(lab, "again")
    drag(lab, rest=True, challenge=0.1)
    assert revisions(lab) == before, "the pictures are those of the decision"
    ask(lab, "submit")
    assert revisions(lab) != before
    assert len(told) == 2


def test_only_a_workshop_may_unlock_where_it_says_so(scenario):
    lab = ts.lab.ManagerLab(scenario, FOUR, preview=False, again=False)
    ask(lab, "submit")
    ask(lab, "again")
    assert lab.locked
    lab.unlock()
    assert not lab.locked
    ask(lab, "open", code=lab.code)
    assert "no code can be opened" in problem(lab)


# --- the code


def test_a_code_opens_the_same_lab(scenario):
    team = ts.Scenario.load("managing-stars")
    lab = ts.lab.ManagerLab(team, FOUR, view="model", style="comfortable", seed=4)
    lab.pin("A")
    lab.move(challenge=0.7)
    other = ts.lab.ManagerLab.from_code(lab.code)
    assert (other.style, other.pins, other.seed, other.view) == (lab.style, lab.pins, 4, "model")
    assert other._levers.groups == lab._levers.groups
    assert other.code == lab.code
    assert other.futures._raw["measures"].tobytes() == lab.futures._raw["measures"].tobytes()
    with pytest.raises(InputError, match="missing or mistyped"):
        ts.lab.ManagerLab.from_code(lab.code[:-1] + "0")


def test_a_code_opens_in_a_lab_but_not_what_is_not_open_there(scenario):
    code = ts.lab.ManagerLab(scenario, ["challenge"], view="model", style="developer").code
    lab = ts.lab.ManagerLab(scenario, FOUR)
    ask(lab, "open", code=code)
    assert problem(lab) == ""
    assert lab.style == ts.Style.preset("developer")
    assert lab.view == "leader"
    assert list(lab._levers.values) == ["challenge"]
    assert len(lab._levers.groups) == 1


def test_a_drawing_lab_says_what_it_is(lab):
    assert repr(lab) == "a lab: Managing stars"
    assert isinstance(lab._outcome._gallery, Gallery)


def test_the_charts_are_valid(scenario):
    import altair as alt

    for measure in (EXITS, "output"):
        spec = Picture(measure, scenario.weeks, scenario.seats).chart()
        alt.LayerChart.from_dict(spec)
