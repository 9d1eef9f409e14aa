"""The facilitators' guides say all that they should, and what they say of the model is what it does."""

import re

import pytest

import teamsim as ts
from teamsim.doctor import find_chromium
from teamsim.fields import InputError
from teamsim.words import language, languages
from teamsim.workshop import guide, printing
from teamsim.workshop.definition import Workshop
from teamsim.workshop.worked import Worked

SECTIONS = [
    "Why this is taught",
    "What people take home",
    "Agenda",
    "Before",
    "What to say",
    "What your class will see",
    "What people will ask",
    "Pitfalls",
    "Debrief",
    "One change on Monday",
    "Afterwards",
    "Sources",
]


def read(name):
    return (Workshop.folder(name) / guide.FILE).read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=Workshop.names())
def worked(request):
    return Worked(Workshop.load(request.param))


def test_what_a_guide_and_its_print_pack_say_is_what_the_model_does(worked):
    name = worked.workshop.name
    anew = {name: guide.refreshed(read(name), worked)}
    for file, made in {"cards": printing.cards, "results": printing.results}.items():
        anew[file] = made(worked)
    held = {name: read(name)}
    for file in ("cards", "results"):
        held[file] = (Workshop.folder(name) / printing.FOLDER / f"{file}.en.html").read_text(encoding="utf-8")
    for what, text in anew.items():
        assert text == held[what], f"{what}: python -m teamsim workshop guide {name}"


@pytest.mark.parametrize("name", Workshop.names())
def test_a_guide_has_every_section_and_names_its_sources(name):
    text = read(name)
    assert re.findall(r"(?m)^## (.+)$", text) == SECTIONS
    for block in guide.BLOCKS:
        assert text.count(f"<!-- {block} -->") == text.count(f"<!-- /{block} -->") == 1, block
    own = re.sub(r"(?s)<!-- (\w+) -->.*?<!-- /\1 -->", "", text)
    listed = text.split("<!-- sources -->")[1]
    cited = set(guide.CLAIM.findall(own))
    assert len(cited) >= 6
    assert all(f"**{claim}**" in listed for claim in cited)
    left_out = ts.claims().set_index("claim").loc[sorted(cited), "not_modelled"]
    assert listed.count("Left out of the model:") == (left_out != "").sum()
    for minutes, (welcome, practice, each, rounds) in guide.AGENDAS.items():
        talk = minutes - welcome - practice - rounds * each - (15 if minutes > 120 else 0)
        assert 3 * talk >= minutes, "at least a third is talk"


def test_a_claim_that_is_none_and_a_marker_without_an_end_are_refused():
    with pytest.raises(InputError, match="S0-99"):
        guide.sources("As everybody knows [S0-99].")
    with pytest.raises(InputError, match="without <!-- /agenda -->"):
        guide.refreshed("<!-- agenda -->", Worked(Workshop.load("managing-stars")))


@pytest.mark.parametrize("name", Workshop.names())
def test_the_print_pack_is_there_in_every_language_and_needs_nothing_else(name):
    for code in languages():
        for file in ("cards", "results"):
            page = (Workshop.folder(name) / printing.FOLDER / f"{file}.{code}.html").read_text(encoding="utf-8")
            assert f'lang="{code}"' in page
            assert not re.search(r"https?:|<script|url\(", page)
    assert language() == "en"


def test_a_page_is_printed_to_pdf_where_a_browser_is_at_hand(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><title>One</title><p>One page", encoding="utf-8")
    if find_chromium() is not None:
        assert printing.pdf(page).read_bytes().startswith(b"%PDF-")
    monkeypatch.setattr(printing, "find_chromium", lambda: None)
    with pytest.raises(InputError, match="print it there"):
        printing.pdf(page)


@pytest.mark.parametrize("name", Workshop.names())
def test_answers_lean_on_published_figures_and_say_what_the_model_comes_to(name):
    text = read(name)
    named = set(guide.FIGURE.findall(re.sub(r"(?s)<!-- (\w+) -->.*?<!-- /\1 -->", "", text)))
    assert named
    for one in named:
        assert re.search(rf"(?m)^- \*\*{one}\*\*: .+ The model: .*\d", text), one


def test_a_figure_that_the_model_misses_is_said_to_be_missed(monkeypatch):
    missed = guide.findings("scorecard").assign(in_band=False)
    monkeypatch.setattr(guide, "findings", lambda name: missed)
    assert "**which misses what was asked of it**" in guide.figures("[hard-goals]")


def test_a_figure_that_nobody_has_published_is_refused():
    with pytest.raises(InputError, match=r"hard-goal, which is no published figure.*hard-goals"):
        guide.figures("[hard-goal]")
