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
    assert not three & set(ts.simulate(stars, "micromanager", seed=133).exits["person"])
    assert len(three & set(ts.simulate(stars, "developer", seed=214).exits["person"])) == 2
    usual = {style: ts.futures(stars, style, runs=100).runs["regretted"] for style in ("micromanager", "developer")}
    assert usual["micromanager"].mean() > usual["developer"].mean()
    assert (usual["micromanager"] == 0).mean() < 0.2, "a history in which nobody of the best left is a lucky one"
    assert (usual["developer"] >= 2).mean() < 0.2, "a history in which two of the best left is an unlucky one"
