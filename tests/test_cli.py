import subprocess
import sys
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from teamsim.cli import app, main

runner = CliRunner()


def test_version():
    result = runner.invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"teamsim {version('teamsim')}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["lab", "--help"], ["doctor", "-h"]])
def test_help_everywhere(arguments):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 0
    assert "Usage: teamsim" in result.output


def test_help_names_the_commands():
    output = runner.invoke(app, ["--help"]).output
    assert "lab " in output
    assert "doctor " in output


def test_doctor_says_what_it_found():
    result = runner.invoke(app, ["doctor"])
    assert result.exit_code == 0, result.output
    assert "ok    mesa" in result.output
    assert "All that teamsim needs is there." in result.output


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["lab", "{folder}", "--port", "0"], "teamsim: port = 0 is outside 1..65535\n"),
        (
            ["lab", "{folder}", "--notebook", "9.ipynb"],
            "teamsim: notebook = 9.ipynb is not in {folder}: there is",
        ),
        (["lab", "{folder}/file"], "teamsim: folder = {folder}/file cannot be written"),
    ],
)
def test_a_mistake_is_one_line_on_stderr_and_exit_code_1(tmp_path, capsys, arguments, line):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as stop:
        main([argument.format(folder=tmp_path) for argument in arguments])
    said = capsys.readouterr().err
    assert stop.value.code == 1
    assert said.startswith(line.format(folder=tmp_path))
    assert said.count("\n") == 1


def test_the_module_is_the_command():
    result = subprocess.run(
        [sys.executable, "-m", "teamsim", "--version"], capture_output=True, text=True, check=True
    )
    assert result.stdout == f"teamsim {version('teamsim')}\n"


def test_help_is_quick_because_nothing_heavy_is_imported():
    heavy = ("pandas", "mesa", "altair", "numba", "jupyterlab")
    code = f"import sys, teamsim.cli; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
