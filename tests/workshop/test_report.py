"""What is taken home: to its author alone, figures of the class for the facilitator, tables without nicknames."""

import csv
import re
from codecs import BOM_UTF8
from html import escape

import pandas as pd
import pytest

from teamsim.cli import main
from teamsim.fields import InputError
from teamsim.workshop import report
from teamsim.workshop.course import Course
from teamsim.workshop.definition import Workshop
from teamsim.workshop.entries import entries_of_all, submit
from teamsim.workshop.export import DICTIONARY, export
from teamsim.workshop.facilitation import open_round
from teamsim.workshop.seats import join
from teamsim.workshop.session import begin, find
from teamsim.workshop.store import Store

WORKSHOP = Workshop.load("managing-stars")
NAMES = ["Ann", "Bob", "Cem", "Dee", "Eve", "Fay"]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A session of six, of whom Ann and Bob agree to research; a store and the session."""
    with Store(tmp_path_factory.mktemp("report") / "s.sqlite") as store:
        session = begin(store, "managing-stars", seed=7)[0]
        open_round(store, session.id, 1, None, len(WORKSHOP.rounds))
        for place, name in enumerate(NAMES):
            key = join(store, session.code, f"{name} Nickname", research=place < 2).key
            answer = {"measure": "engagement", "group": "top third", "value": "up", "sure": 50 + 5 * place}
            levers = {"challenge": 0.1 * place, "time_for": 0.0}
            submit(store, key, 1, "predict 0", answer, WORKSHOP)
            submit(store, key, 1, "decide", {"levers": levers, "why": f"<script>{name}</script>"}, WORKSHOP)
            submit(store, key, 1, "reflect", {"reflection": f"They stayed, {place}"}, WORKSHOP)
            submit(store, key, 1, "monday", {"monday": f"I listen, {place}"}, WORKSHOP)
        yield store, find(store, session.code)


def test_a_personal_report_is_its_authors_and_needs_nothing_else(played):
    store, session = played
    entries = entries_of_all(store, session.id)
    page = report.personal(Course(WORKSHOP, session.seed), entries[2], "Bob Nickname")
    assert "&lt;script&gt;Bob" in page
    assert "<script" not in page
    assert not any(name in page for name in ("Ann", "Cem", "Dee"))
    asked = page.index("What will become of “Engagement”, in the top third?")
    assert asked < page.index("You expected: Up, 55 % sure")
    assert "Stretch (well within reach … far beyond reach)" in page
    assert "Output (person-weeks)" in page
    for outside in ("http:", "https:", "src=", "@import", "url("):
        assert outside not in page
    assert page.count("<figure>") == 3
    left = page.index("<figure><b>Left for an offer")
    assert {float(mark) for mark in re.findall(r">(\d+)</text>", page[left:])} <= set(range(8)), "people are counted"


def test_the_facilitators_report_names_nobody_and_of_a_small_class_says_nothing(played):
    store, session = played
    entries = entries_of_all(store, session.id)
    whole = report.of_session(store, session, WORKSHOP)
    assert "Nickname" not in whole
    assert "Engagement" in whole
    few = report.facilitators(Course(WORKSHOP, session.seed), session, {n: entries[n] for n in (1, 2, 3)})
    assert "Engagement" not in few
    assert "fewer than 5" in few


def test_nothing_that_anybody_has_written_stands_in_the_facilitators_report(played):
    store, session = played
    everybody = entries_of_all(store, session.id)
    typed = {"why", "reflection", "monday"}
    told = [
        content[name] for mine in everybody.values() for content in mine[1].values() for name in typed & set(content)
    ]
    assert len(told) == len(NAMES) * len(typed)
    mine = report.personal(Course(WORKSHOP, session.seed), everybody[1], "Ann Nickname")
    assert sum(escape(text) in mine for text in told) == len(typed), "who has written it has it"
    whole = report.of_session(store, session, WORKSHOP)
    assert [text for text in told if escape(text) in whole or text in whole] == []
    assert "nothing that anybody wrote" in whole


def test_how_far_a_class_was_right_is_the_mean_of_how_far_each_was(played):
    store, session = played
    course, entries = Course(WORKSHOP, session.seed), entries_of_all(store, session.id)
    told = [report.personal(course, mine, "me") for mine in entries.values()]
    up = [int(re.search(r"It went up in (\d+) of 200", page)[1]) / 200 for page in told]
    whole = report.of_session(store, session, WORKSHOP)
    said = re.search(r"came in (\d+) % of its futures; it was (\d+) % sure", whole)
    assert int(said[1]) == round(100 * sum(up) / len(up))
    assert int(said[2]) == round(sum(range(50, 80, 5)) / 6)


def test_what_is_exported_is_tidy_without_names_and_explained(played, tmp_path):
    store, session = played
    files = export(store, session, WORKSHOP, tmp_path / "out")
    table = pd.read_csv(files[0])
    assert list(table.columns) == list(DICTIONARY)
    assert list(pd.read_csv(files[2])["column"]) == list(DICTIONARY)
    assert "Nickname" not in files[0].read_text(encoding="utf-8")
    decided = table.query("kind == 'decide' and lever == 'challenge'")
    assert decided["setting"].tolist() == pytest.approx([0.1 * place for place in range(6)])
    assert table.query("kind == 'predict'")["sure"].tolist() == [50, 55, 60, 65, 70, 75]
    again = pd.read_parquet(files[1])
    assert again["setting"].fillna(-1).tolist() == table["setting"].fillna(-1).tolist()
    assert table["at"].str.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}\+00:00").all()
    agreed = export(store, session, WORKSHOP, tmp_path / "research", research=True)
    assert pd.read_csv(agreed[0])["seat"].unique().tolist() == [1, 2]


FORMULAS = [
    '=HYPERLINK("http://x.example","Ä")',
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1+2",
    "-2+3",
    "so;=1+1",
    "so\n=1+1",
]


def test_no_spreadsheet_works_out_what_somebody_has_typed_and_numbers_stay_numbers(store, session, tmp_path):
    open_round(store, session.id, 1, None, len(WORKSHOP.rounds))
    values = [-0.5, [-1.5, -2.0, 0.0, 1.0, 2.0], "up"]
    for place, text in enumerate(FORMULAS):
        key = join(store, session.code, f"No {place}").key
        answer = {"measure": "engagement", "group": "organisation", "value": values[place % len(values)], "sure": 60}
        submit(store, key, 1, "predict 0", answer, WORKSHOP)
        submit(store, key, 1, "decide", {"levers": {"challenge": 0.5}, "why": text}, WORKSHOP)
        submit(store, key, 1, "monday", {"monday": text}, WORKSHOP)
    files = export(store, session, WORKSHOP, tmp_path)
    for path in (files[0], files[2]):
        assert path.read_bytes().startswith(BOM_UTF8), "a spreadsheet would take the letters for others"
    for apart in ",;":  # what parts cells depends on the language of the spreadsheet
        with files[0].open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=apart) for cell in row]
        begun = [cell for cell in cells if cell.startswith(tuple("=+-@\t\r")) and not re.fullmatch(r"[-\d.;]+", cell)]
        assert begun == []
    table, as_typed = pd.read_csv(files[0]), pd.read_parquet(files[1])
    for of_kind in (as_typed["kind"] == "decide", as_typed["kind"] == "monday"):
        assert as_typed[of_kind]["text"].tolist() == FORMULAS
        assert table[of_kind]["text"].iloc[0] == f"'{FORMULAS[0]}"
    numbers = table.query("kind == 'predict'")["value"].tolist()
    assert numbers[0] == str(values[0])
    assert [float(part) for part in numbers[1].split(";")] == values[1]
    assert table["setting"].dtype == table["sure"].dtype == float
    assert "apostrophe" in DICTIONARY["text"]


def test_tables_without_a_row_are_not_written(store, session, tmp_path):
    with pytest.raises(InputError, match="nothing was submitted"):
        export(store, session, WORKSHOP, tmp_path / "out")
    key = join(store, session.code, "Ann").key
    open_round(store, session.id, 1, None, len(WORKSHOP.rounds))
    submit(store, key, 1, "brief", {}, WORKSHOP)
    with pytest.raises(InputError, match="nobody has agreed to research"):
        export(store, session, WORKSHOP, tmp_path / "out", research=True)
    assert not (tmp_path / "out").exists()


def test_the_commands_write_where_they_are_told_or_say_why_not(played, tmp_path, capsys):
    store, session = played
    (tmp_path / "notes").write_text("no folder")
    for command in (["report", session.code, "--out", "notes/class.html"], ["export", session.code, "notes/out"]):
        *first, last = command
        with pytest.raises(SystemExit) as stop:
            main(["workshop", *first, str(tmp_path / last), "--store", store.where])
        assert stop.value.code == 1
        assert "notes" in (said := capsys.readouterr().err)
        assert "cannot be written" in said
    page = tmp_path / "new" / "class.html"
    with pytest.raises(SystemExit) as stop:
        main(["workshop", "report", session.code, "--out", str(page), "--store", store.where])
    assert stop.value.code == 0
    assert page.read_text(encoding="utf-8") == report.of_session(store, session, WORKSHOP)
