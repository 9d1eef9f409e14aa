import functools
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from teamsim.cli import app, main
from teamsim.scenario import Scenario

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
    result = subprocess.run([sys.executable, "-m", "teamsim", "--version"], capture_output=True, text=True, check=True)
    assert result.stdout == f"teamsim {version('teamsim')}\n"


def test_help_is_quick_because_nothing_heavy_is_imported():
    heavy = ("pandas", "mesa", "altair", "llvmlite", "jupyterlab")
    code = f"import sys, teamsim.cli; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_scenarios_and_styles_are_listed():
    listed = [re.split(r"  +", line.rstrip()) for line in runner.invoke(app, ["scenarios"]).output.splitlines()]
    assert [name for name, *_ in listed] == list(Scenario.names())
    assert ["managing-stars", "Managing stars", "12 seats", "104 weeks"] in [row[:4] for row in listed]
    assert "\ndeveloper     challenge 0.55" in runner.invoke(app, ["styles"]).output


def test_run_prints_measures_and_departures(tmp_path):
    result = runner.invoke(app, ["run", "--style", "hands-off", "--seed", "3", "--out", str(tmp_path / "one")])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].split() == ["week", "0", "week", "52", "week", "103"]
    assert any(line.startswith("Engagement") for line in lines)
    assert (tmp_path / "one" / "people.parquet").is_file()


def test_futures_of_a_scenario_and_a_style_in_files(tmp_path):
    scenario = Scenario.load("managing-stars").save(tmp_path / "mine.toml")
    style = tmp_path / "calm.toml"
    style.write_text("pressure = 0.2\nautonomy = 0.8\n", encoding="utf-8")
    arguments = ["futures", str(scenario), "--style", str(style), "--runs", "10", "--weeks", "26", "--threads", "1"]
    result = runner.invoke(app, [*arguments, "--out", str(tmp_path / "many")])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("26 weeks, 10 futures  median")
    assert (tmp_path / "many" / "made.json").is_file()


def test_compare_prints_a_difference_and_its_interval():
    result = runner.invoke(app, ["compare", "managing-stars", "hands-off", "developer", "demanding", "--runs", "10"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].split() == ["against", '"hands-off"', "developer", "demanding"]
    assert " .. +" in next(line for line in lines if line.startswith("Engagement"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["run", "managing-star"],
            "teamsim: scenario 'managing-star' is neither a file nor known; did you mean 'managing-stars'?",
        ),
        (["run", "--style", "devloper"], "teamsim: preset 'devloper' is not known; did you mean 'developer'?"),
        (["run", "--style", "nowhere.toml"], "teamsim: style = nowhere.toml is not there"),
        (["run", "--style", "{folder}/wrong.toml"], "teamsim: style.challenge = 7 is outside 0..1 (wrong.toml)"),
        (["run", "--style", "{folder}/broken.toml"], "teamsim: style = {folder}/broken.toml cannot be read: "),
        (["run", "--weeks", "0"], "teamsim: scenario.weeks = 0 is outside 1..1040"),
        (["futures", "--runs", "0"], "teamsim: runs = 0 is not a whole number from 1"),
        (["futures", "--runs", "2", "--out", "{folder}"], "teamsim: folder '{name}' holds something else"),
        (["compare", "managing-stars", "developer"], "teamsim: styles = developer are not two or more styles"),
    ],
)
def test_a_mistake_in_what_is_run_is_one_line(tmp_path, capsys, arguments, line):
    (tmp_path / "wrong.toml").write_text("challenge = 7\n", encoding="utf-8")
    (tmp_path / "broken.toml").write_text("challenge = \n", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main([argument.format(folder=tmp_path) for argument in arguments])
    said = capsys.readouterr().err
    assert stop.value.code == 1
    assert said.startswith(line.format(folder=tmp_path, name=tmp_path.name))
    assert said.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_stops_with_a_line():
    arguments = ["compare", "managing-stars", "hands-off", "developer", "--runs", "20000", "--weeks", "400"]
    loaded = "import teamsim.comparison; from teamsim.cli import main; print(flush=True)"
    command = [sys.executable, "-c", f"{loaded}; main({arguments})"]
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell has its background jobs ignore it
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard
    ) as process:
        try:
            process.stdout.readline()  # how long loading takes depends on what else the machine does
            time.sleep(3)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "teamsim: stopped"
    assert "Traceback" not in err
