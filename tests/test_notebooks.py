"""What the words of a notebook say of its histories is so; the outputs are held by nbval."""

import pytest

import teamsim as ts


@pytest.fixture(scope="module")
def stars():
    return ts.Scenario.load("managing-stars")


def test_why_they_left_names_who_said_what_weighed_most(stars):
    run = ts.simulate(stars, "hands-off", seed=3)
    spoken = {}
    for row, person in enumerate(run.exits["person"]):
        interview = run.interview(row)
        spoken[person] = (interview.stated, interview.shares["label"].iloc[0])
    for person in ("Amara", "Mateo"):
        said, strongest = spoken[person]
        assert said == strongest
    said, strongest = spoken["Chiara"]
    assert said != strongest


def test_luck_or_leadership_begins_with_good_luck_and_bad(stars):
    three = {"Amara", "Mateo", "Yuki"}
    assert not three & set(ts.simulate(stars, "comfortable", seed=89).exits["person"])
    assert three <= set(ts.simulate(stars, "developer", seed=105).exits["person"])
    usual = {style: ts.futures(stars, style, runs=100).runs["regretted"] for style in ("comfortable", "developer")}
    assert usual["comfortable"].mean() > usual["developer"].mean()
    assert (usual["comfortable"] == 0).mean() < 0.2, "a history in which nobody of the best left is a lucky one"
