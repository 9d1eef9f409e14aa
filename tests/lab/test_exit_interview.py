"""Exit interviews without a page: what is told, what is tried, and what is refused."""

import json
import math

import pytest

import teamsim as ts
from teamsim.exits import TERMS
from teamsim.lab import ExitInterview
from teamsim.lab.exit_interview import KEEPING, Told, in_frequencies, percent, signed, span
from teamsim.people import DEEDS, Drivers
from teamsim.style import Style
from teamsim.words import languages, say, speak, template

STARS = ts.Scenario.load("managing-stars")


@pytest.fixture(scope="module")
def run():
    """A history in which many leave, one of the first three a star who stopped learning, and later somebody new."""
    return next(run for seed in range(400) if told(run := ts.simulate(STARS, "hands-off", seed)))


def told(run):
    table = run.exits
    new = table["person"].str.startswith("hire")
    return len(table) > 5 and not new[:3].any() and new[3:].any() and (table["stated"][1], table["road"][1]) == (
        "Challenge",
        "offer",
    )


@pytest.fixture(scope="module")
def with_dismissal():
    """A history in which somebody was dismissed, and the row of it."""
    run = next(
        run for seed in range(50) if "dismissed" in set((run := ts.simulate(STARS, "demanding", seed)).exits["road"])
    )
    return run, int((run.exits["road"] == "dismissed").to_numpy().argmax())


@pytest.fixture
def talk(run):
    return ExitInterview(run, redraws=20)


def ask(widget, question, **values):
    """What a page sends."""
    widget._handle_custom_msg({"ask": question, **values}, [])


def state(widget):
    return json.dumps({name: value for name, value in widget.get_state().items() if name != "problem"}, default=str)


def test_everybody_who_left_is_listed(talk, run):
    assert len(talk.departures) == len(run.exits)
    left = run.exits.iloc[1]
    who = f"{left['person']}, week {left['week']}"
    how = {"how": "left for an offer", "road": "offer"}
    assert talk.departures[1] == {"who": who, **how, "star": bool(left["regretted"])}
    new = int(run.exits["person"].str.startswith("hire").argmax())
    row = run.exits.iloc[new]
    assert talk.departures[new]["who"] == f"New in seat {row['seat'] + 1}, week {row['week']}"
    assert talk.chosen == 0
    json.dumps(talk.departures)


def test_the_reason_comes_first_and_what_drove_it_stays_covered(talk):
    ask(talk, "choose", number=1)
    assert talk.said["quote"] == "“I had stopped learning anything new in this work.”"
    assert len(talk.said["seen"]) == len(talk.run.interview(1).seen)
    assert talk.behind == {}
    ask(talk, "look", behind=True)
    assert talk.behind["rows"]
    ask(talk, "look", behind=False)
    assert talk.behind == {}
    ask(talk, "look", behind=True)
    ask(talk, "choose", number=2)
    assert talk.behind == {}, "each departure is covered again"


def test_in_the_models_view_nothing_is_covered(run):
    talk = ExitInterview(run, view="model")
    assert talk.behind["rows"]
    talk.choose(3)
    assert talk.behind["rows"]


def test_the_shares_are_those_of_the_interview(talk, run):
    for number in range(len(run.exits)):
        talk.choose(number)
        talk.look()
        shares = run.interview(number).shares
        rows = talk.behind["rows"]
        assert [row["share"] for row in rows] == shares["log_odds"].tolist()
        assert math.isclose(sum(row["share"] for row in rows), run.interview(number).log_odds, abs_tol=1e-9)
        assert [row["driver"] for row in rows] == [True] * len(Drivers.model_fields) + [False] * len(TERMS)
        assert all(row["label"] for row in rows)


def test_a_dismissal_is_the_leaders_decision(with_dismissal):
    run, number = with_dismissal
    talk = ExitInterview(run, redraws=10)
    talk.choose(number)
    assert talk.said["quote"] == ""
    assert "Robin decided, in week" in talk.said["by"]
    talk.look()
    assert talk.behind["rows"] == []
    assert "it was not" in talk.behind["sentences"][0]
    talk.try_again("lever:firmness", value=0.0)
    assert talk.tried["sentence"].startswith("In ")


def test_nobody_left():
    talk = ExitInterview(ts.simulate(STARS.replace(weeks=1), "developer", seed=1))
    assert (talk.departures, talk.chosen, talk.said) == ([], -1, {})
    ask(talk, "try", what="lever:pressure", week=0, value=0.1)
    assert talk.problem.startswith("Nobody left.")
    ask(talk, "choose", number=0)
    assert "nobody left" in talk.problem


def test_another_history_takes_the_place(talk):
    talk.choose(4)
    talk.try_again("style:developer")
    other = ts.simulate(STARS, "hands-off", seed=3)
    talk.show(other)
    assert len(talk.departures) == len(other.exits)
    assert (talk.chosen, talk.tried) == (0, {})
    talk.show(ts.simulate(STARS.replace(weeks=1), "developer", seed=1))
    assert (talk.chosen, talk.said, talk.tries) == (-1, {}, {})


def test_trying_again_is_the_replay_of_the_interview(talk, run):
    talk.choose(1)
    ask(talk, "try", what="lever:challenge", week=2, value=0.6)
    assert talk.problem == ""
    replay = run.interview(1).replay(2, challenge=0.6, redraws=20)
    tried = talk.tried
    assert (sum(tried["now"]), sum(tried["was"])) == (replay.stayed, replay.stayed_as_it_was)
    assert tried["sentence"] == (
        f"In {replay.stayed} of 20 redraws of what came after, {run.exits['person'][1]} would still have been there"
        f" at the end of week {replay.until}; as it was, in {replay.stayed_as_it_was}."
    )
    usual = run.made.plans[STARS.leaders[0]].at(0).challenge
    assert tried["done"] == f"From week 2 on, “Stretch” at 0.6 instead of {usual}."
    pairs = sorted(zip(tried["was"], tried["now"], strict=True))
    assert pairs == sorted(zip(replay.left_as_it_was > replay.until, replay.left > replay.until, strict=True)), (
        "a place in both pictures is one and the same luck"
    )
    assert tried["now"] == sorted(tried["now"], reverse=True), "those who stay stand together"


def test_every_thing_that_is_offered_can_be_tried(run):
    talk = ExitInterview(run, redraws=1)
    talk.choose(5)
    options = [option for group in talk.tries["groups"] for option in group["options"]]
    kinds = {key: [one["key"] for one in options if one["key"].startswith(key)] for key in ("lever", "style", "once")}
    assert kinds == {
        "lever": [f"lever:{name}" for name in Style.quantities()],
        "style": [f"style:{name}" for name in Style.presets()],
        "once": [f"once:{deed}" for deed in KEEPING],
    }
    for option in options:
        value = option.get("high")
        ask(talk, "try", what=option["key"], week=talk.tries["first"], value=value)
        assert talk.problem == "", option["key"]
        assert talk.tried["what"] == option["key"]
        assert talk.tried["done"]
        if value is not None:
            steps = (option["high"] - option["low"]) / option["step"]
            assert math.isclose(steps, round(steps)), "a slider reaches its upper end"
            assert 10 <= steps <= 200


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ({"ask": "try", "what": "lever:pressure", "week": 5, "value": 7.0}, "style.pressure = 7.0 is outside 0..1"),
        ({"ask": "try", "what": "lever:presure", "week": 5, "value": 0.5}, "did you mean 'pressure'"),
        ({"ask": "try", "what": "lever:pressure", "week": 5, "value": None}, "style.pressure = None is not a number"),
        ({"ask": "try", "what": "lever:week", "week": 5, "value": 1}, "what = 'week' is not a lever"),
        ({"ask": "try", "what": "style:tyrant", "week": 5}, "preset 'tyrant' is not known"),
        ({"ask": "try", "what": "once:party", "week": 5}, "'party' is nothing that can be done once"),
        ({"ask": "try", "what": "once:dismissal", "week": 5}, "'dismissal' is nothing that can be done once"),
        ({"ask": "try", "what": "once:raise", "week": 5, "value": 3.0}, "event.amount = 3.0 is outside 0..1"),
        ({"ask": "try", "what": "magic", "week": 5}, "nothing that can be done differently"),
        ({"ask": "try", "what": 5, "week": 5}, "nothing that can be done differently"),
        ({"ask": "try", "what": "style:developer", "week": 103}, "week = 103 is not a week in 0.."),
        ({"ask": "try", "what": "style:developer", "week": "x"}, "week = 'x' is not a week"),
        ({"ask": "try"}, "nobody foresaw"),
        ({"ask": "choose", "number": 99}, "number = 99 is not a row of the exits"),
        ({"ask": "choose", "number": None}, "number = None is not a row"),
        ({"ask": "hack"}, "This cannot be changed here"),
        ({}, "This cannot be changed here"),
        ("choose", "This cannot be changed here"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(talk, message, line):
    talk.choose(1)
    before = state(talk)
    talk._handle_custom_msg(message, [])
    assert line in talk.problem
    assert "\n" not in talk.problem
    assert state(talk) == before
    ask(talk, "choose", number=2)
    assert talk.problem == ""


def test_a_page_cannot_write_state(talk):
    before = state(talk)
    sent = []
    talk.comm = None
    talk.send_state = lambda key=None: sent.append(key)
    talk.set_state({"chosen": 5, "departures": [], "tried": {"sentence": "In 100 of 100"}, "_view_count": 1})
    assert ["chosen", "departures", "tried"] in sent
    assert talk.problem == say("errors.refused")
    assert state(talk).replace('"_view_count": 1', '"_view_count": null') == before


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"view": "god"}, "view = 'god' is not a view"),
        ({"redraws": 0}, "redraws = 0 is not a whole number from 1"),
        ({"redraws": True}, "redraws = True"),
    ],
)
def test_refused_in_python(run, given, line):
    with pytest.raises(ts.InputError, match=line):
        ExitInterview(run, **given)
    with pytest.raises(ts.InputError, match="is not a Run"):
        ExitInterview(ts.futures(STARS, runs=1))


@pytest.mark.parametrize("code", languages())
def test_everything_is_said_in_every_language(code, run, with_dismissal):
    speak(code)
    try:
        for lived in (run, with_dismissal[0]):
            talk = ExitInterview(lived, redraws=2)
            for number in range(len(talk.departures)):
                talk.choose(number)
                talk.look()
                talk.try_again("once:raise", value=0.2)
        assert set(Drivers.model_fields) == set(template("exit.said"))
        assert set(KEEPING) == set(template("exit.once")) == set(template("exit.did")) == set(DEEDS) - {"dismissal"}
        assert talk.language == code
    finally:
        speak("en")


def test_sights_in_words(run):
    told = Told(run.interview(0))
    assert told._sight("pay_ratio", 1.0) == "Pay was what the market pays."
    assert told._sight("pay_ratio", 0.93) == "Pay was 7 % below the market."
    assert told._sight("output_change", 0.12) == "Output was 12 % higher than in the quarter before."
    assert told._sight("output_change", math.nan) == "There was too little time to see whether output changed."
    assert told._sight("talk", 0.0) == "There was a talk in that very week."
    assert told._sight("talk", 1.0) == "The last talk was 1 week before."
    assert told._sight("praise", math.nan) == "There had been no word of recognition at all."
    assert told._sight("tenure", 300.0) == f"{run.exits['person'][0]} had been here for 6 years."
    assert told._sight("rating", 0.851) == "The latest rating was 85 of 100."


def test_numbers_in_words():
    assert [percent(value) for value in (0.003, 0.0099, 0.12, 1.0)] == ["0.3 %", "1 %", "12 %", "100 %"]
    assert [signed(value) for value in (-0.0, 0.004, -0.5, 1.234)] == ["0.00", "0.00", "−0.50", "+1.23"]
    assert [in_frequencies(chance) for chance in (1.0, 0.44, 0.01, 0.009, 0.0)] == [
        "100 in 100",
        "44 in 100",
        "1 in 100",
        "1 in 110",
        "1 in 1,000,000,000,000",
    ]
    assert (span(1), span(103), span(104)) == ("1 week", "103 weeks", "2 years")
