"""Every sentence can be said in every language."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from teamsim import words
from teamsim.fields import Declared, InputError
from teamsim.files import shipped
from teamsim.people import Drivers, LeaderStart, Market, Measures, PersonState, Policies, Start
from teamsim.scenario import CastTeam, Scenario
from teamsim.style import Style

TRANSLATED: tuple[type[Declared], ...] = (
    Style, Measures, Drivers, Market, Policies, Start, LeaderStart, CastTeam, Scenario,
)  # fmt: skip
HOME = Path(words.__file__).parent
OTHERS = [code for code in words.languages() if code != "en"]
READ = {".toml", ".md", ".ipynb", ".html", ".js", ".py", ".cff"}
NEVER = {
    r"jede[mrn] das (seine|ihre)": "'Jedem das Seine' is written over the gate of Buchenwald",
    r"arbeit macht frei": "written over the gates of Auschwitz, Dachau and other camps",
    r"kraft durch freude": "the National Socialists' organisation for leisure",
    r"(meine|unsere) ehre heißt treue": "the motto of the SS",
    r"alles für deutschland": "the motto of the SA",
    r"sonderbehandl\w*|endlösung": "the National Socialists' words for murder",
    r"nothing changed|nichts geändert": "beside a result it says that the decision did nothing: 'without changes'",
}
"""What is not said anywhere, as a pattern of words with one space between them, and why."""


def sentences(code):
    """Every sentence of a language by its key; forms for one and for many count apart."""
    found = {}

    def walk(node, path):
        for name, value in node.items():
            if isinstance(value, dict):
                walk(value, f"{path}{name}.")
            else:
                found[path + name] = value

    file = tomllib.loads((HOME / f"{code}.toml").read_text(encoding="utf-8"))
    walk({room: said for room, said in file.items() if room not in ("declared", "groups", "units")}, "")
    return found


def filled_in(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.fixture
def spoken():
    """Speak another language for one test."""
    yield words.speak
    words.speak("en")


def plain(text):
    """The words of a text, in small letters, with one space between them, whatever it is written in."""
    return " ".join(re.findall(r"\w+", re.sub(r"<[^>]*>|\\n", " ", text).lower()))


@pytest.mark.parametrize("written", ["Jedem  das\nSeine!", "<b>jedem</b> das Seine", '"jedem das\\n",\n "Seine"'])
def test_words_are_found_however_they_are_written(written):
    assert plain(written) == "jedem das seine"


@pytest.mark.parametrize("phrase", NEVER)
def test_what_is_never_said_is_nowhere(phrase):
    home = shipped("notebooks").parent
    folders = HOME.parent, shipped("notebooks"), shipped("workshops")
    files = {path for folder in folders for path in folder.rglob("*") if path.suffix in READ}
    files |= {path for path in home.glob("*") if path.suffix in READ}
    assert HOME / "de.toml" in files
    found = [str(path) for path in sorted(files) if re.search(rf"\b({phrase})\b", plain(path.read_text("utf-8")))]
    assert not found, NEVER[phrase]


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_translated(code):
    english, other = sentences("en"), sentences(code)
    assert set(english) == set(other)
    for key, sentence in english.items():
        assert filled_in(sentence) == filled_in(other[key]), key


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("declared", TRANSLATED)
def test_every_declared_quantity_is_translated(code, declared, spoken):
    spoken(code)
    quantities = declared.quantities()
    for name, kind in quantities.items():
        assert words._of(declared, name, "label"), f"[declared.{declared.__name__}] in words/{code}.toml lacks {name}"
        assert words._of(declared, name, "meaning"), f"{declared.__name__}.{name} has no meaning in {code}"
        assert bool(words._of(declared, name, "ends")) == bool(kind.ends[0]), f"{declared.__name__}.{name}: ends"
        low, high = words.ends(declared, name)
        assert bool(low) == bool(kind.ends[0])
        assert bool(high) == bool(kind.ends[1])
    file = tomllib.loads((HOME / f"{code}.toml").read_text(encoding="utf-8"))
    assert {kind.group for kind in quantities.values() if kind.group} <= set(file["groups"])
    assert {kind.unit for kind in quantities.values()} <= set(file["units"])


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_translated_that_is_not_there(code):
    declared = tomllib.loads((HOME / f"{code}.toml").read_text(encoding="utf-8"))["declared"]
    known = {kind.__name__: kind.quantities() for kind in (*TRANSLATED, PersonState)}
    for name, fields in declared.items():
        assert set(fields) <= set(known[name])


def test_a_language_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="language 'fr' is not known"):
        words.speak("fr")


def test_english_needs_no_file_for_what_is_declared():
    assert words.label(Style, "challenge") == "Stretch"
    assert words.ends(Style, "challenge") == Style.quantities()["challenge"].ends
    assert words.group("Time") == "Time"
