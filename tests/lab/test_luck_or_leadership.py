"""Luck or leadership as a widget, driven without a kernel and through its message channel."""

import asyncio

import pytest

import teamsim as ts
from teamsim.lab import LuckOrLeadership
from teamsim.lab.luck_or_leadership import FIRST
from teamsim.people import Measures
from teamsim.style import Style


@pytest.fixture
def view(small):
    return LuckOrLeadership(small, measure="output", runs=40, drawn=5)


def ask(view, name, **more):
    """What the page sends."""
    view.panel._handle_custom_msg({"ask": name, **more}, [])


def drawn(view):
    return {name: len(next(iter(columns.values()), [])) for name, columns in view.chart.data.items()}


def test_it_begins_with_one_history_under_every_style(view):
    assert view.shown == 1
    assert drawn(view) == {"dots": 6, "means": 0, "one": 6}
    assert view.panel.told.startswith("One history under each style.")
    assert view.verdict == ""
    assert view.below.split == []


def test_another_history_is_the_same_luck_under_every_style(view, small):
    ask(view, "another")
    assert view.shown == 2
    assert drawn(view) == {"dots": 12, "means": 6, "one": 6}
    assert set(view.chart.data["one"]["history"]) == {2}
    own = ts.futures(small, "developer", 2).runs["output"]
    shown = dict(zip(view.chart.data["one"]["style"], view.chart.data["one"]["value"], strict=True))
    assert shown["Developer"] == pytest.approx(own[1], abs=1e-4)


def test_histories_follow_one_by_one_as_far_as_they_go(small):
    view = LuckOrLeadership(small, runs=20)
    for _ in range(25):
        view.another()
    assert view.shown == 20


def test_many_histories_give_the_split_in_words(view, small):
    ask(view, "many")
    expected = ts.luck_or_leadership(small, Style.presets(), 40)
    assert view.verdict == expected.say("output")
    assert view.split.shares_of("trust").equals(expected.shares.query("measure == 'trust'").reset_index(drop=True))
    assert [row["part"] for row in view.below.split] == ["leadership", "luck", "interaction"]
    assert sum(row["percent"] for row in view.below.split) == 100
    assert view.panel.done == 1
    assert drawn(view)["dots"] == 6 * 40
    assert view.panel.told == "40 histories under each style."


def test_another_measure(view):
    view.many()
    ask(view, "compare", measure="trust")
    assert view.measure == "trust"
    assert view.verdict.startswith("Trust: ")
    assert view.chart.spec["layer"][0]["encoding"]["x"]["title"].startswith("Trust (")


def test_which_styles_count_is_a_choice_and_is_said(view):
    view.many()
    ask(view, "among", which="all")
    assert "among 5 styles drawn evenly from the whole range of all levers" in view.verdict
    assert len(view.split.styles) == 5
    ask(view, "among", which="levers", levers=["pressure", "challenge"])
    assert "range of Pressure, Stretch, all else as it is" in view.verdict
    assert view.panel.levers == ["pressure", "challenge"]
    ask(view, "among", which="given")
    assert "among the 6 ready-made styles" in view.verdict


def test_styles_of_ones_own(small):
    view = LuckOrLeadership(small, {"now": "hands-off", "then": Style(candour=0.9)}, runs=20)
    assert view.panel.choices["ways"]["given"] == "The 2 styles given"
    view.many()
    assert "among the 2 styles compared here" in view.verdict


def test_what_is_not_known_about_the_model(small):
    view = LuckOrLeadership(small, runs=20, parameters=[{}, {"recognition_gain": 0.0}])
    view.many()
    assert [row["part"] for row in view.below.split][-1] == "model"


def test_another_scenario_is_asked_the_same(view, small):
    longer = small.replace(weeks=52)
    view.among(levers=["pressure"])
    view.show(longer)
    assert (view.shown, view.verdict) == (1, "")
    view.many()
    assert view.verdict == ts.luck_or_leadership(longer, levers=["pressure"], drawn=5, runs=40).say("output")
    view.show(small)
    assert view.verdict == ts.luck_or_leadership(small, levers=["pressure"], drawn=5, runs=40).say("output")


def test_starting_again(view):
    view.many()
    ask(view, "one")
    assert (view.shown, view.verdict, view.split) == (1, "", None)


def test_where_nothing_differs_there_is_no_bar(small):
    view = LuckOrLeadership(small.replace(weeks=1), {"a": "developer", "b": "developer"}, "dismissed", 20)
    view.many()
    assert view.below.split == []
    assert "nothing separates one history" in view.verdict


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"ask": "compare", "measure": "outputt"}, "measure 'outputt' is not known; did you mean 'output'"),
        ({"ask": "compare", "measure": ["output"]}, "is not known"),
        ({"ask": "among", "which": "levers", "levers": []}, "Choose one or more levers"),
        ({"ask": "among", "which": "levers", "levers": ["chalenge"]}, "lever 'chalenge' is not known"),
        ({"ask": "among", "which": "levers", "levers": 3}, "Nothing was changed"),
        ({"ask": "among", "which": "best"}, "Nothing was changed"),
        ({"ask": "explode"}, "Nothing was changed"),
        ("nonsense", "Nothing was changed"),
        ({"ask": "many", "more": 1}, "unexpected keyword"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words_and_all_stays(view, message, problem):
    view.many()
    before = (view.verdict, view.shown, view.measure, dict(view.chart.data))
    view.panel._handle_custom_msg(message, [])
    assert problem in view.problem
    assert "\n" not in view.problem
    assert (view.verdict, view.shown, view.measure, dict(view.chart.data)) == before
    ask(view, "compare", measure="output")
    assert view.problem == ""


def test_the_page_cannot_write_state(view):
    view.below.set_state({"verdict": "It was all me."})
    view.panel.set_state({"shown": 9999})
    assert (view.verdict, view.shown) == ("", 1)
    assert view.problem


@pytest.fixture
def kernel(monkeypatch):
    """What goes in turns in a kernel does so."""
    monkeypatch.setattr("teamsim.lab.luck_or_leadership.in_notebook", lambda: True)


def test_in_a_kernel_it_goes_in_turns_and_another_wish_stops_it(small, kernel):
    async def session():
        view = LuckOrLeadership(small, runs=200)
        view.many()
        await asyncio.sleep(0)
        assert view.panel.done < 1
        view.one()
        for _ in range(50):
            await asyncio.sleep(0)
        assert (view.split, view.shown, view.panel.done) == (None, 1, 1)
        view.many()
        while view.panel.done < 1:
            await asyncio.sleep(0)
        assert view.shown == 200
        assert view.verdict

    asyncio.run(session())


def test_an_error_on_the_way_is_told_and_the_last_picture_stays(view, kernel, monkeypatch):
    async def session():
        view.many()
        monkeypatch.setattr(view, "_parts", lambda *_: 1 / 0)
        while view.panel.done < 1 and not view.problem:
            await asyncio.sleep(0)
        assert "ZeroDivisionError" in view.problem
        assert view.panel.done == 1
        assert drawn(view)["dots"] >= 6

    asyncio.run(session())


def test_the_page_offers_every_measure_and_lever(view):
    offered = {one["name"] for group in view.panel.choices["measures"] for one in group["entries"]}
    assert offered == set(Measures.model_fields)
    assert {one["name"] for group in view.panel.choices["levers"] for one in group["entries"]} == set(
        Style.model_fields
    )


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"measure": "happiness"}, "measure 'happiness' is not known"),
        ({"styles": {"a": "developer"}}, "styles has to be a mapping from two or more"),
        ({"runs": FIRST}, "runs = 12 is not a whole number from 13"),
        ({"drawn": 1}, "drawn = 1 is not a whole number from 2"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_bad_input(small, given, line):
    with pytest.raises(ts.InputError, match=line):
        LuckOrLeadership(small, **given)


def test_it_says_what_it_is(view):
    assert repr(view) == "luck or leadership: small"
