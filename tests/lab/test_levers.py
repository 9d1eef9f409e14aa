"""Levers, choices and codes without a kernel: what a page may write, and what is refused."""

from __future__ import annotations

import pytest

from teamsim import words
from teamsim.fields import InputError
from teamsim.lab.choices import LONGEST_NAME, MOST_PINS, Choices
from teamsim.lab.code import LabCode, digest
from teamsim.lab.levers import Levers, decimals, grouped, step
from teamsim.scenario import Scenario
from teamsim.style import Style

FOUR = ["challenge", "recognition_weeks", "pay_position", "time_for"]


@pytest.fixture
def scenario():
    return Scenario.load("managing-stars")


@pytest.fixture
def choices(scenario):
    return Choices(scenario, FOUR)


# --- what is shown is what is declared


def test_every_lever_is_shown_as_it_is_declared():
    shown = {lever["name"]: lever for group in grouped(Style.quantities()) for lever in group["levers"]}
    assert list(shown) == list(Style.quantities())
    for name, kind in Style.quantities().items():
        lever = shown[name]
        assert (lever["low"], lever["high"], lever["label"]) == (kind.low, kind.high, kind.label)
        assert lever["ends"] == list(kind.ends)
        assert lever["meaning"] == kind.meaning
        steps = (kind.high - kind.low) / lever["step"]
        assert steps == pytest.approx(round(steps))
        assert 20 <= steps <= 200
        assert round(lever["step"], lever["decimals"]) == lever["step"]


def test_levers_stand_under_the_headings_of_their_groups():
    declared = dict.fromkeys(kind.group for kind in Style.quantities().values())
    assert [group["label"] for group in grouped(Style.quantities())] == list(declared)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.7, 1.4), (1, 52), (-1, 1), (0, 2), (0, 1000), (0, 0.01)])
def test_a_step_is_round(low, high):
    found = step(low, high)
    assert 0 < found <= 1
    assert f"{found:e}"[0] in "125"
    assert round(found, decimals(found)) == found


def test_levers_speak_the_language(scenario):
    words.speak("de")
    try:
        assert grouped(["challenge"])[0]["levers"][0]["label"] == words.label(Style, "challenge") != "Stretch"
    finally:
        words.speak("en")


# --- choices


def test_unknown_levers_are_refused_with_the_closest(scenario):
    with pytest.raises(InputError, match="did you mean 'challenge'"):
        Choices(scenario, ["chalenge"])
    with pytest.raises(InputError, match="levers is empty"):
        Choices(scenario, [])


def test_what_is_frozen_stays_as_at_the_start(scenario):
    choices = Choices(scenario, ["challenge"], "developer")
    choices.take(choices.with_preset("micromanager"))
    assert choices.style == Style.preset("developer").replace(challenge=Style.preset("micromanager").challenge)
    assert choices.preset == "micromanager"
    with pytest.raises(InputError, match="no lever “autonomy”"):
        choices.move({"autonomy": 0.2})


def test_a_drag_is_one_step_to_undo(choices):
    for value in (0.55, 0.6, 0.65):
        choices.move({"challenge": value}, rest=False)
    choices.move({"challenge": 0.7}, rest=True)
    choices.undo()
    assert choices.style == choices.start
    assert not choices.can_undo
    choices.redo()
    assert choices.style.challenge == 0.7
    choices.undo()
    choices.move({"challenge": 0.2})
    assert not choices.can_redo
    choices.undo()
    choices.undo()
    assert choices.style == choices.start


@pytest.mark.parametrize(
    "values",
    [
        {"challenge": 1.01},
        {"challenge": -0.01},
        {"challenge": float("nan")},
        {"challenge": float("inf")},
        {"challenge": None},
        {"challenge": "0.5"},
        {"challenge": True},
        {"challenge": [0.5]},
        {"challenge": 0.5, "recognition_weeks": 53},
        {"__class__": 1},
        None,
        7,
        [],
        "challenge",
    ],
)
def test_what_is_out_of_range_changes_nothing(choices, values):
    with pytest.raises(InputError, match="Nothing was changed"):
        choices.move(values)
    assert choices.style == choices.start
    assert not choices.can_undo


def test_a_few_styles_can_be_kept(choices):
    names = [choices.pin().name for _ in range(2)] + [choices.pin("  mine ").name]
    assert names == ["Style A", "Style B", "mine"]
    assert len(names) == MOST_PINS
    with pytest.raises(InputError, match="remove one first"):
        choices.pin()
    choices.pins.remove(choices.pinned("Style A"))
    with pytest.raises(InputError, match="is taken"):
        choices.pin("mine")
    with pytest.raises(InputError, match=f"room for {LONGEST_NAME} letters"):
        choices.pin("x" * (LONGEST_NAME + 1))
    assert choices.pin().name == "Style A"
    with pytest.raises(InputError, match="no kept style “gone”"):
        choices.pinned("gone")


# --- the widget


@pytest.fixture
def page(choices):
    """A widget whose answers are the choices themselves."""

    def answer(name, given):
        assert name == "move"
        choices.move(given["values"], rest=given["rest"])
        levers.show(choices.values, {"start": {}})

    levers = Levers(answer, choices.levers)
    levers.show(choices.values, {"start": {}})
    return levers


def test_the_page_moves_a_lever(page, choices):
    page.set_state({"values": {**page.values, "challenge": 0.8}, "resting": False})
    assert choices.style.challenge == 0.8
    assert not choices.can_undo
    page.set_state({"resting": True})
    assert choices.can_undo
    assert page.problem == ""


@pytest.mark.parametrize("values", [{"challenge": 1.4}, {"candour": 0.5}, {"challenge": None}, None, 3, "x", [1]])
@pytest.mark.parametrize("resting", [True, False])
def test_what_the_page_may_not_set_goes_back(page, choices, values, resting):
    before = dict(page.values)
    page.set_state({"values": values, "resting": resting})
    page.set_state({"resting": True})  # what a slow page says when the slider rests
    assert page.values == before
    assert choices.style == choices.start
    assert "Nothing was changed" in page.problem
    assert "Traceback" not in page.problem
    page.set_state({"values": {**before, "challenge": 0.6}})
    assert page.problem == ""
    assert choices.style.challenge == 0.6


def test_the_page_may_not_write_anything_else(page):
    state, groups = page.state, page.groups
    page.set_state({"state": {"locked": False, "views": ["model"]}, "groups": [], "words": {}, "problem": "x"})
    assert (page.state, page.groups) == (state, groups)
    assert page.words
    assert page.problem == ""


# --- the code


def test_a_code_holds_the_lab(scenario):
    pins = {"Ä & ö": Style.preset("developer"), "B": Style(challenge=0.123456789)}
    code = LabCode.of(scenario, FOUR, Style.preset("comfortable"), Style(challenge=0.7), pins, 2**60, "model")
    read = LabCode.read(f"  {code.text}\n")
    assert read == code
    assert dict(read.pins) == pins
    assert read.in_scenario() == scenario
    assert set(code.text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_code_of_a_workshop_is_short(scenario):
    style = Style(challenge=0.7, recognition_weeks=4, pay_position=1.05, time_for=-0.3)
    assert len(LabCode.of(scenario, FOUR, Style(), style, {}, 1, "leader").text) < 200


def test_every_single_mistyped_letter_is_noticed(scenario):
    text = LabCode.of(scenario, FOUR, Style(), Style(challenge=0.7), {}, 1, "leader").text
    for place in range(len("TS1-"), len(text)):
        wrong = text[:place] + ("a" if text[place] != "a" else "b") + text[place + 1 :]
        with pytest.raises(InputError) as refused:
            LabCode.read(wrong)
        assert str(refused.value).endswith("as a whole.")
    for wrong in (text[:-1], text[4:], text + "A"):
        with pytest.raises(InputError, match="as a whole"):
            LabCode.read(wrong)


@pytest.mark.parametrize("wrong", ["", None, 7, "hello", "TS1-", "TS1-ABC", "TS2-AAAA-BBBBB", "TS1-" + "A" * 9999])
def test_what_is_no_code_is_refused(wrong):
    with pytest.raises(InputError, match=r"no code of a lab|copy it as a whole"):
        LabCode.read(wrong)


def test_a_code_of_another_scenario_is_refused(scenario):
    mine = scenario.replace(name="mine", weeks=26)
    code = LabCode.read(LabCode.of(mine, FOUR, Style(), Style(), {}, 1, "leader").text)
    with pytest.raises(InputError, match="“mine”, which is not here"):
        code.in_scenario(scenario)
    assert code.in_scenario(scenario, mine) == mine
    changed = LabCode.read(LabCode.of(scenario.replace(weeks=52), FOUR, Style(), Style(), {}, 1, "leader").text)
    with pytest.raises(InputError, match="has been changed since"):
        changed.in_scenario()
    assert digest(mine) != digest(scenario)
