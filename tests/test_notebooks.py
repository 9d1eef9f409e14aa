"""What the words of a notebook say of its histories is so; the outputs are held by nbval."""

import json
import re

import pytest

import teamsim as ts
from teamsim.files import shipped


@pytest.fixture(scope="module")
def stars():
    return ts.Scenario.load("managing-stars")


def test_why_they_left_names_who_said_what_weighed_most(stars):
    run = ts.simulate(stars, "hands-off", seed=157)
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
    assert not three & set(ts.simulate(stars, "micromanager", seed=23).exits["person"])
    assert len(three & set(ts.simulate(stars, "developer", seed=6).exits["person"])) == 2
    usual = {style: ts.futures(stars, style, runs=100).runs["regretted"] for style in ("micromanager", "developer")}
    assert usual["micromanager"].mean() > usual["developer"].mean()
    assert (usual["micromanager"] == 0).mean() < 0.2, "a history in which nobody of the best left is a lucky one"
    assert (usual["developer"] >= 2).mean() < 0.2, "a history in which two of the best left is an unlucky one"


def tables(notebook, code):
    """The stored tables of cells that hold some code, by row and column."""
    cells = json.loads(shipped("notebooks", notebook).read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if code in "".join(cell["source"]):
            head, *rows = "".join(cell["outputs"][-1]["data"]["text/plain"]).splitlines()
            names = head.split()
            apart = [row.rsplit(maxsplit=len(names)) for row in rows]
            yield {row: dict(zip(names, map(int, values), strict=True)) for row, *values in apart}


def test_the_peter_principle_says_in_how_many_firms_what_is_so():
    ways, hiding, owning = tables("peter-principle.ipynb", "promotion.over_firms(")
    assert ways["by lot"]["lower"] == 6
    assert ways["on a hunch who leads well"]["lower"] == 5
    assert ways["by an assessment of leading"]["higher"] == 0
    assert ways["the best, prepared to lead"]["higher"] == ways["the best, with an expert track"]["higher"] == 6
    assert hiding["by an assessment of leading"]["higher"] == 0
    assert owning["by an assessment of leading"]["higher"] == 5


def numbers(notebook, code):
    """The stored table of the cell that holds some code, read from its HTML: plain text is broken where it is wide."""
    cells = json.loads(shipped("notebooks", notebook).read_text(encoding="utf-8"))["cells"]
    [cell] = [cell for cell in cells if code in "".join(cell["source"])]
    head, *rows = "".join(cell["outputs"][-1]["data"]["text/html"]).split("<tr")[1:]
    names = [name for name in re.findall("<th>(.*?)</th>", head) if name]
    return {
        re.findall("<th>(.*?)</th>", row)[0]: dict(
            zip(names, map(float, re.findall("<td>(.*?)</td>", row)), strict=True)
        )
        for row in rows
        if "<td>" in row
    }


def test_the_peter_principle_says_why_the_lottery_wins_in_the_workshop():
    found = numbers("peter-principle.ipynb", "promotion.lot_against_results({")
    lot = {place: row["by_lot"] for place, row in found.items()}
    assert found["the workshop"]["low"] > 0
    assert lot["the workshop, no star"] < lot["the workshop"] / 2
    assert lot["the workshop, the star leads well"] < lot["the workshop"]
    for early, later in (
        ("the workshop", "the workshop, ten years later"),
        ("a firm", "a firm, ten years later"),
        ("a firm of stars who lead badly", "the same, ten years later"),
    ):
        assert lot[later] < lot[early]
        assert found[later]["skill"] < 0, "who was chosen by results knows more of the work, still"
        assert abs(found[later]["lead_skill"]) < 0.1, "leading is learnt, whoever was chosen"
    assert lot["a firm of stars who lead badly"] > lot["a firm"]


def test_what_works_where_says_nothing_of_its_numbers_that_is_not_computed():
    """Texts name no numbers of results: styles are drawn and looked at as the code says."""
    best = numbers("what-works-where.ipynb", "styles.best_styles(")
    assert len(best) == 5
    assert all(0 <= share <= 1 for row in best.values() for share in row.values())
    ties = numbers("what-works-where.ipynb", "best.ties")
    assert all(1 <= row["cannot_be_told"] <= row["looked_at"] for row in ties.values())
