"""Everything that participants touch, on a page in German: nothing that English says is on it."""

import re
import string
import tomllib
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from teamsim import words
from test_words import TRANSLATED

START = """
import teamsim as ts
ts.lab.speak("de")
team = ts.Scenario.load("managing-stars")
run = ts.simulate(team, "hands-off", seed=3)
"""
WIDGETS = {
    "manager": 'ts.lab.ManagerLab(team, view="model")',
    "team": "ts.lab.TeamPicture(run)",
    "rewind": "ts.lab.Rewind(run)",
    "exits": "ts.lab.ExitInterview(run)",
    "luck": "ts.lab.LuckOrLeadership(team, runs=40)",
    "scenario": "ts.lab.ScenarioEditor(team)",
    "prediction": 'ts.lab.Prediction("engagement", "direction")',
    "lever": 'ts.lab.Lever("recognition_weeks")',
    "charts": "ts.charts.exits(run)",
}
SAID = """
() => {
    const said = {};
    let name;
    for (const room of document.querySelectorAll("h1, .teamsim, .teamsim-live")) {
        if (room.matches("h1")) name = room.firstChild.data;
        const add = (text) => text?.trim() && (said[name] ??= []).push(text.replace(/\\s+/g, " ").trim());
        const texts = document.createTreeWalker(room, NodeFilter.SHOW_TEXT);
        if (room.closest("[lang=de]") ?? room.querySelector("[lang=de]")) add("[lang=de]");
        while (!room.matches("h1") && texts.nextNode())
            if (!texts.currentNode.parentElement.closest("style, script")) add(texts.currentNode.data);
        for (const element of room.querySelectorAll("*"))
            for (const name of ["aria-label", "aria-valuetext", "aria-roledescription", "title", "placeholder", "alt"])
                add(element.getAttribute(name));
    }
    return said;
}
"""


def sentences(code):
    """Every sentence that a language says, with what is filled in; what is declared, too."""
    words.speak(code)
    file = tomllib.loads((Path(words.__file__).parent / f"{code}.toml").read_text(encoding="utf-8"))
    found = set()

    def walk(node):
        for value in node.values():
            walk(value) if isinstance(value, dict) else found.add(value)

    walk({room: said for room, said in file.items() if room != "declared"})
    for declared in TRANSLATED:
        for name, kind in declared.quantities().items():
            found |= {words.label(declared, name), words.meaning(declared, name), *words.ends(declared, name)}
            found |= {words.group(kind.group), words.unit(kind.unit)}
    words.speak("en")
    return found - {""}


def pattern(sentence):
    """What a page may make of a sentence; None if hardly a word of it is its own."""
    parts = [text for text, *_ in string.Formatter().parse(sentence)]
    if not re.search(r"[^\W\d]{3}", "".join(parts)):
        return None
    return re.compile(".+?".join(re.escape(part) for part in parts) + (".+?" if sentence.endswith("}") else ""))


@pytest.fixture(scope="module")
def english():
    """What only English says."""
    german = sentences("de")
    return [found for found in map(pattern, sorted(sentences("en") - german)) if found]


@pytest.fixture(scope="module")
def german():
    return [found for found in map(pattern, sorted(sentences("de"))) if found]


def test_no_english_is_left(open_page, page, english, german, tmp_path):
    """All on one page, each under a heading of its own."""
    cells = [nbformat.v4.new_code_cell(START.strip())]
    for name, source in WIDGETS.items():
        cells += [nbformat.v4.new_markdown_cell(f"# {name}"), nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "german.ipynb")
    shown = open_page(tmp_path / "german.ipynb")
    said = {name: set(texts) for name, texts in page.evaluate(SAID).items()}
    assert set(said) == set(WIDGETS)
    sections, opened = page.locator(".teamsim-sections button").all(), page.locator(".teamsim-below > *")
    assert sections
    for section in sections:
        section.click()
        expect(opened).to_have_count(1, timeout=60_000)
        shown.settle()
        said["manager"] |= set(page.evaluate(SAID)["manager"])
        section.click()
        expect(opened).to_have_count(0)
    page.screenshot(path=tmp_path / "german.png", full_page=True)
    for name, texts in said.items():
        assert "[lang=de]" in texts or name == "charts", name
        assert any(found.fullmatch(text) for found in german for text in texts), name
        left = {text for text in texts if any(found.fullmatch(text) for found in english)}
        assert {text for text in left if not any(found.fullmatch(text) for found in german)} == set(), name
    shown.assert_quiet()
