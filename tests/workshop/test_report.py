"""What is taken home: to its author alone, aggregates for the facilitator, tables without names."""

import re

import pandas as pd
import pytest

from teamsim.workshop import report
from teamsim.workshop import session as acts
from teamsim.workshop.course import Course
from teamsim.workshop.definition import Workshop
from teamsim.workshop.store import Store

WORKSHOP = Workshop.load("managing-stars")
NAMES = ["Ann", "Bob", "Cem", "Dee", "Eve", "Fay"]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A session of six, of whom Ann and Bob agree to research; a store and the session."""
    with Store(tmp_path_factory.mktemp("report") / "s.sqlite") as store:
        session = acts.begin(store, "managing-stars", seed=7)[0]
        acts.open_round(store, session.id, 1, None, len(WORKSHOP.rounds))
        for place, name in enumerate(NAMES):
            key = acts.join(store, session.code, f"{name} Nickname", research=place < 2).key
            answer = {"measure": "engagement", "group": "top third", "value": "up", "sure": 50 + 5 * place}
            levers = {"challenge": 0.1 * place, "time_for": 0.0}
            acts.submit(store, key, 1, "predict 0", answer, WORKSHOP)
            acts.submit(store, key, 1, "decide", {"levers": levers, "why": f"<script>{name}</script>"}, WORKSHOP)
            acts.submit(store, key, 1, "monday", {"monday": f"I listen, {place}"}, WORKSHOP)
        yield store, acts.find(store, session.code)


def test_a_personal_report_is_its_authors_and_needs_nothing_else(played):
    store, session = played
    entries = acts.entries_of_all(store, session.id)
    page = report.personal(Course(WORKSHOP, session.seed), entries[2], "Bob Nickname")
    assert "&lt;script&gt;Bob" in page
    assert "<script" not in page
    assert not any(name in page for name in ("Ann", "Cem", "Dee"))
    assert "Engagement, in the top third: You expected: Up, 55 % sure" in page
    for outside in ("http:", "https:", "src=", "@import", "url("):
        assert outside not in page
    assert page.count("<figure>") == 3


def test_the_facilitators_report_names_nobody_and_of_a_small_class_says_nothing(played):
    store, session = played
    entries = acts.entries_of_all(store, session.id)
    whole = report.of_session(store, session, WORKSHOP)
    assert "Nickname" not in whole
    assert "script" not in whole, "reasons are their authors'"
    assert "I listen, 3" in whole
    few = report.facilitators(Course(WORKSHOP, session.seed), session, {n: entries[n] for n in (1, 2, 3)})
    assert "I listen" not in few
    assert "fewer than 5" in few


def test_how_far_a_class_was_right_is_the_mean_of_how_far_each_was(played):
    store, session = played
    course, entries = Course(WORKSHOP, session.seed), acts.entries_of_all(store, session.id)
    told = [report.personal(course, mine, "me") for mine in entries.values()]
    up = [int(re.search(r"It went up in (\d+) of 200", page)[1]) / 200 for page in told]
    whole = report.of_session(store, session, WORKSHOP)
    said = re.search(r"came in (\d+) % of its futures; it was (\d+) % sure", whole)
    assert int(said[1]) == round(100 * sum(up) / len(up))
    assert int(said[2]) == round(sum(range(50, 80, 5)) / 6)


def test_what_is_exported_is_tidy_without_names_and_explained(played, tmp_path):
    store, session = played
    files = report.export(store, session, WORKSHOP, tmp_path / "out")
    table = pd.read_csv(files[0])
    assert list(table.columns) == list(report.DICTIONARY)
    assert list(pd.read_csv(files[2])["column"]) == list(report.DICTIONARY)
    assert "Nickname" not in files[0].read_text(encoding="utf-8")
    decided = table.query("kind == 'decide' and lever == 'challenge'")
    assert decided["setting"].tolist() == pytest.approx([0.1 * place for place in range(6)])
    assert table.query("kind == 'predict'")["sure"].tolist() == [50, 55, 60, 65, 70, 75]
    again = pd.read_parquet(files[1])
    assert again["setting"].fillna(-1).tolist() == table["setting"].fillna(-1).tolist()
    agreed = report.export(store, session, WORKSHOP, tmp_path / "research", research=True)
    assert pd.read_csv(agreed[0])["seat"].unique().tolist() == [1, 2]
