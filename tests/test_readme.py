"""What the README shows works as written."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from teamsim.evidence.findings import NOT_MEASURED, of_left_out
from teamsim.parameters import sources

HOME = Path(__file__).resolve().parents[1]
README = (HOME / "README.md").read_text(encoding="utf-8")


def block(marker: str, language: str) -> str:
    """The first fenced block of a language after a marker."""
    found = re.search(rf"{re.escape(marker)}.*?```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"README.md has no {language} block after {marker!r}"
    return found.group(1)


def test_the_python_of_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("## In Python", "python"), "README.md", "exec"), {})
    shown = capsys.readouterr().out
    assert "regretted" in shown
    assert "invented" in shown


def test_the_claims_of_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("<!-- claims -->", "python"), "README.md", "exec"), {})
    statement, passed = capsys.readouterr().out.splitlines()
    assert "Neglect" in statement
    assert passed == "True"


def test_the_research_of_the_readme(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block("<!-- research -->", "python"), "README.md", "exec"), {})
    assert "16 points, 320 histories" in capsys.readouterr().out


@pytest.mark.parametrize("file", ["README.md", "CITATION.cff"])
def test_where_the_numbers_come_from_is_said_as_the_code_counts_it(file: str) -> None:
    text = " ".join((HOME / file).read_text(encoding="utf-8").split())
    said = r"(\d+) numbers .+?, (\d+) name a publication, (\d+) only .+?, (\d+) are assumed, and (\d+) are definitions"
    [found] = re.findall(said, text)
    counted = [sources()[kind] for kind in ("publication", "article", "assumed", "definition")]
    assert [int(number) for number in found] == [sum(counted), *counted]


@pytest.mark.parametrize("file", ["README.md", "CITATION.cff", "notebooks/evidence.ipynb"])
def test_that_nobody_has_looked_at_what_was_left_out_of_the_fit_stands_beside_what_is_met(file: str) -> None:
    """Once `teamsim held-out` was run, what it found has to stand there instead."""
    text = (HOME / file).read_text(encoding="utf-8")
    if file.endswith(".ipynb"):
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    assert of_left_out().startswith(NOT_MEASURED)
    words = " ".join(text.split())
    of_it = words.index(NOT_MEASURED.replace("the model says", "it says"))
    assert 0 < of_it - words.index("bounds that must hold.") < 120
    assert "teamsim held-out" in words[of_it : of_it + 220]
    assert not re.search(r"(left out|held.out)[^.]*? \d+ of \d+", words), "a number of the rules before"


@pytest.mark.parametrize("command", block("<!-- commands -->", "bash").splitlines())
def test_the_commands_of_the_readme(command: str, tmp_path: Path) -> None:
    name, *arguments = shlex.split(command)
    assert name == "teamsim"
    done = subprocess.run(
        [sys.executable, "-m", "teamsim", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert not any(tmp_path.iterdir()), "nothing is written unasked"
