"""Predictions without a page: what is asked, what stands, and how far off it was."""

import json

import numpy as np
import pytest

import teamsim as ts
from teamsim.lab import Prediction
from teamsim.lab.expectation import COUNTED, KINDS, Question, wide
from teamsim.people import Measures
from teamsim.results import GROUPS, OF_TEAMS
from teamsim.words import languages, say, speak

STARS = ts.Scenario.load("managing-stars")
WEEKS = STARS.weeks


@pytest.fixture(scope="module")
def many():
    return ts.futures(STARS, "hands-off", 40, seed=3)


def ask(widget, **values):
    """What a page sends."""
    widget._handle_custom_msg({"ask": "lock", **values}, [])


def answers(kind, question):
    """An answer to each kind of question, in the middle of its scale."""
    middle = (question["low"] + question["high"]) / 2
    return {"direction": "same", "number": middle, "sketch": [middle] * 5}[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("measure", Measures.quantities())
def test_every_measure_can_be_asked_about(measure, kind, many):
    asked = Prediction(measure, kind, weeks=WEEKS, against=many)
    question = asked.question
    assert question["low"] < question["high"]
    assert 10 <= (question["high"] - question["low"]) / question["step"] <= 1000 or question["step"] == 1
    ask(asked, value=answers(kind, question), sure=75)
    assert asked.locked
    for result in (many, many.open(3)):
        asked.show(result)
        came = asked.came
        assert "75 % sure" in came["sentence"]
        assert came["low"] <= min(came["median"]) <= max(came["median"]) <= came["high"]
        assert len(came["median"]) == WEEKS
    json.dumps([asked.question, asked.answer, asked.came], allow_nan=False)


@pytest.mark.parametrize("group", GROUPS)
def test_of_a_third(group, many):
    asked = Prediction("strain", "direction", group)
    asked.show(many)
    asked.lock("up", 60)
    table = many.weeks_of("strain")
    assert asked.came["median"] == table.loc[table["group"] == group, "median"].tolist()
    assert say(f"predict.groups.{group}") in asked.question["text"]


def test_an_answer_is_plain_data():
    asked = Prediction("engagement", "sketch")
    asked.lock([0.1, 0.2, 0.3, 0.4, 0.5], sure=90)
    assert asked.answer == {
        "measure": "engagement",
        "group": "organisation",
        "kind": "sketch",
        "weeks": 104,
        "at": [0, 26, 52, 77, 103],
        "value": [0.1, 0.2, 0.3, 0.4, 0.5],
        "sure": 90,
    }
    assert json.loads(json.dumps(asked.answer)) == asked.answer


def test_once_submitted_it_stands():
    asked = Prediction("engagement", "direction")
    ask(asked, value="up", sure=80)
    answer = dict(asked.answer)
    ask(asked, value="down", sure=100)
    assert asked.problem == "This prediction has been submitted and can no longer be changed."
    assert asked.answer == answer
    with pytest.raises(ts.InputError, match="can no longer be changed"):
        asked.lock("down", 100)
    sent = []
    asked.send_state = lambda key=None: sent.append(key)
    asked.set_state({"answer": {"value": "down"}, "locked": False})
    assert ["answer", "locked"] in sent
    assert asked.problem == say("errors.refused")
    assert (asked.locked, asked.answer) == (True, answer)


def test_a_page_cannot_lock_what_it_has_not_answered():
    asked = Prediction("engagement", "direction")
    asked.set_state({"locked": True, "came": {"sentence": "You were right."}})
    assert (asked.locked, asked.came) == (False, {})


def test_callbacks_are_told_once():
    asked, told = Prediction("engagement", "sketch"), []
    asked.on_lock(told.append)
    ask(asked, value=[2] * 5, sure=80)
    assert told == []
    ask(asked, value=[0.5] * 5, sure=80)
    ask(asked, value=[0.6] * 5, sure=80)
    assert told == [asked.answer]
    told[0]["value"][0] = 9.0
    assert asked.answer["value"][0] == 0.5, "a copy"


@pytest.mark.parametrize(
    ("kind", "value", "sure"),
    [
        ("direction", "sideways", 50),
        ("direction", 0.5, 50),
        ("direction", ["up"], 50),
        ("number", 1.01, 50),
        ("number", -0.01, 50),
        ("number", "0.5", 50),
        ("number", True, 50),
        ("number", float("nan"), 50),
        ("sketch", 0.5, 50),
        ("sketch", [0.5] * 4, 50),
        ("sketch", [0.5] * 4 + [1.5], 50),
        ("sketch", [0.5] * 4 + [None], 50),
        ("number", 0.5, 49),
        ("number", 0.5, 101),
        ("number", 0.5, 75.5),
        ("number", 0.5, True),
        ("number", 0.5, None),
    ],
)
def test_what_is_no_answer_is_refused(kind, value, sure):
    asked = Prediction("engagement", kind)
    ask(asked, value=value, sure=sure)
    assert asked.problem == say("predict.bad_answer")
    assert (asked.locked, asked.answer) == (False, {})
    ask(asked, value=None, sure=50)
    assert asked.problem == "Choose an answer first."


def test_what_came_is_kept_back_until_the_answer_stands(many):
    """ "Run all" runs the cell that shows what came before anybody has answered."""
    asked = Prediction("engagement", "direction")
    asked.show(many)
    assert asked.waiting
    assert asked.came == {}
    assert "median" not in json.dumps(
        {name: value for name, value in asked.get_state().items() if name not in ("words", "_esm", "_css")}, default=str
    )
    asked.lock("down", 70)
    assert asked.came["sentence"]
    assert not asked.waiting


def test_directions_are_counted_over_the_futures(many):
    asked = Prediction("engagement", "direction")
    asked.show(many)
    asked.lock("down", 70)
    rows = many._raw["measures"]["engagement"][:, :, 0]
    change = rows[:, -13:].mean(axis=1) - rows[:, :13].mean(axis=1)
    up, down = (change > 0.05).sum(), (change < -0.05).sum()
    assert asked.came["sentence"] == (
        f"You expected: Down, 70 % sure. It went up in {up} of 40 futures, stayed about the same in {40 - up - down}, "
        f"and went down in {down}."
    )


def test_what_is_counted_is_added_up(many):
    assert {kind.unit for kind in Measures.quantities().values()} >= COUNTED
    asked = Prediction("left_for_offer", "number", against=many)
    asked.show(many)
    asked.lock(2, 50)
    totals = many.runs["left_for_offer"]
    assert asked.came["median"][-1] == totals.median()
    assert asked.came["upper"][-1] == np.quantile(totals, 0.9)
    assert f"The median future has {totals.median():.0f} exits: you are off by" in asked.came["sentence"]
    assert "yours lies below" in asked.came["sentence"]
    quarters = Prediction("left_for_offer", "direction")
    quarters.lock("up")
    quarters.show(run := many.open(0))
    weekly = run.weeks.query("group == 'organisation'")["left_for_offer"].to_numpy()
    assert quarters.came["first"] == weekly[:13].sum()
    assert quarters.came["median"][-1] == weekly[-13:].sum()


def test_a_sketch_on_the_median_is_off_by_little(many):
    asked = Prediction("engagement", "sketch")
    table = Question("engagement").by_week(many)
    asked.lock([float(table[week, 1]) for week in asked.question["at"]], 100)
    asked.show(many)
    assert "5 of your 5 points" in asked.came["sentence"]
    drawn = np.interp(np.arange(WEEKS), asked.question["at"], asked.answer["value"])
    assert f"off by {np.abs(drawn - table[:, 1]).mean():.3g} on average" in asked.came["sentence"]


def test_saved_futures(many, tmp_path):
    loaded = ts.Futures.load(many.save(tmp_path / "many"))
    asked = Prediction("engagement", "direction")
    asked.lock("down", 70)
    asked.show(loaded)
    assert asked.came["sentence"].startswith("You expected: Down, 70 % sure. In the median future: Down, from 0.")
    counted = Prediction("left_for_offer", "direction")
    with pytest.raises(ts.InputError, match="cannot be added up in saved futures"):
        counted.show(loaded)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"measure": "engagment"}, "measure = 'engagment' is not known; did you mean 'engagement'"),
        ({"kind": "guess"}, "kind = 'guess' is not known"),
        ({"group": "top"}, "group = 'top' is not known; Known: "),
        ({"measure": OF_TEAMS[0], "group": GROUPS[1]}, "is measured of the organisation only"),
        ({"weeks": 1}, "weeks = 1 is not a whole number from 2"),
        ({"weeks": True}, "weeks = True is not a whole number"),
        ({"measure": "output", "kind": "number"}, "against is missing: 'output' has no end"),
        ({"against": 5}, "against = 5 are no Futures"),
    ],
)
def test_refused_in_python(given, line):
    with pytest.raises(ts.InputError, match=line) as caught:
        Prediction(**given)
    assert "\n" not in str(caught.value)


def test_a_result_that_does_not_fit():
    asked = Prediction("engagement", weeks=200)
    with pytest.raises(ts.InputError, match="result has 104 weeks; asked about were 200"):
        asked.show(ts.simulate(STARS, seed=1))
    with pytest.raises(ts.InputError, match="is neither a Run nor Futures"):
        asked.show("many")


@pytest.mark.parametrize(
    ("declared_low", "low", "high"),
    [(0.0, 0.0, 0.0), (0.0, 3.0, 11.0), (float("-inf"), -7.0, -2.0), (float("-inf"), -7.0, 30.0), (0.0, 0.0, 1e-4)],
)
def test_a_scale_has_room(declared_low, low, high):
    start, end = wide(declared_low, low, high)
    assert start <= low
    assert end > high
    assert end - start < 4 * (high - low) + 2 * abs(high) + 1.0
    assert start == 0.0 or declared_low < 0


@pytest.mark.parametrize("code", languages())
def test_everything_is_said_in_every_language(code, many):
    speak(code)
    try:
        for kind in KINDS:
            for measure in ("engagement", "output", "left_for_offer"):
                for group in GROUPS:
                    asked = Prediction(measure, kind, group, against=many)
                    asked.lock(answers(kind, asked.question))
                    for result in (many, many.open(0)):
                        asked.show(result)
                        assert "{" not in asked.came["sentence"]
    finally:
        speak("en")
