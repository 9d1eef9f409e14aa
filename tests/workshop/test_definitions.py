"""Every workshop that comes with the package can be played, and says everything in every language."""

import re
import tomllib

import pytest

import teamsim as ts
from teamsim.fields import InputError
from teamsim.lab.prediction import Prediction
from teamsim.words import languages, speak
from teamsim.words import number as as_written
from teamsim.workshop.course import Course
from teamsim.workshop.definition import FILE, Workshop
from teamsim.workshop.hall import FACILITATOR, PARTICIPANT


@pytest.mark.parametrize("name", Workshop.names())
def test_every_round_can_be_played(name):
    workshop = Workshop.load(name)
    course = Course(workshop, seed=1)
    assert len(workshop.goal.levers) == 4
    assert any(workshop.judged(number) for number in range(len(workshop.rounds)))
    for number, there in enumerate(workshop.rounds):
        lived = course.futures({}, number, runs=12)
        assert lived.scenario.weeks == workshop.first_week(number) + there.weeks
        for ask in there.predict:
            Prediction(ask.measure, ask.kind, ask.group, lived.scenario.weeks, lived).show(lived)
        if workshop.judged(number):
            assert 0 <= lived.reaches(workshop.goal) <= 1


@pytest.mark.parametrize("name", Workshop.names())
def test_everything_is_said_in_every_language(name):
    def texts(node):
        for value in node.values() if isinstance(node, dict) else node:
            if isinstance(value, dict) and "en" in value:
                yield value
            elif isinstance(value, dict | list):
                yield from texts(value)

    found = list(texts(tomllib.loads((Workshop.folder(name) / FILE).read_text(encoding="utf-8"))))
    assert found
    for text in found:
        assert set(text) == set(languages())


@pytest.mark.parametrize("name", Workshop.names())
def test_what_is_aimed_at_is_said_with_the_numbers_of_the_goal(name):
    workshop = Workshop.load(name)
    ends = [end for aim in workshop.goal.aims if not aim.stay for end in (aim.least, aim.most) if end is not None]
    try:
        for code in languages():
            speak(code)
            said = re.findall(r"\d+[.,]?\d*", workshop.aim[code])
            assert {as_written(end) for end in ends} <= set(said), code
    finally:
        speak("en")


@pytest.mark.parametrize("name", Workshop.names())
def test_both_pages_are_a_line_of_the_public_api(name):
    for file, kind in ((PARTICIPANT, "Participant"), (FACILITATOR, "Facilitator")):
        content = (Workshop.folder(name) / file).read_text(encoding="utf-8")
        assert f"ts.workshop.{kind}()" in content
        assert hasattr(ts.workshop, kind)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": {"de": "Nur deutsch"}}, "English"),
        ({"rounds": []}, "rounds"),
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour is not known"),
    ],
)
def test_a_definition_that_cannot_be_used_is_refused_by_name(change, said):
    held = Workshop.load("managing-stars")
    data = {name: getattr(held, name) for name in type(held).model_fields}
    with pytest.raises(InputError, match=said):
        Workshop(**data | change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"levers": ["chalenge"]}, "did you mean 'challenge'"),
        ({"market": {"tightness": 2.0}}, "starts afresh"),
        ({"policies": {"promote_by_lot": 1.0}}, "starts afresh"),
        ({"afresh": True, "policies": {"lot": 1.0}}, "lot is not known"),
        ({"predict": [{"measure": "happiness"}]}, "happiness"),
        ({"predict": [{"measure": "strain", "kind": "dance"}]}, "dance"),
        ({"events": [{"week": 30, "kind": "raise"}]}, "week 30 of 26"),
        ({"weeks": 1}, "outside 2..1040"),
    ],
)
def test_a_round_that_cannot_be_played_is_refused_by_name(change, said):
    held = Workshop.load("managing-stars").rounds[1]
    data = {name: getattr(held, name) for name in type(held).model_fields}
    with pytest.raises(InputError, match=said):
        type(held)(**data | change)
