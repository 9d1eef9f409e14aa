import socket
from pathlib import Path

import pytest

from teamsim import doctor
from teamsim.doctor import examine, find_chromium


def test_this_machine_is_well():
    findings = examine()
    assert [finding for finding in findings if finding.needed and not finding.ok] == []
    names = {finding.name for finding in findings}
    assert {"Python", "teamsim", "mesa", "llvmlite", "compiler", "notebooks", "lab", "this folder"} <= names


def test_what_is_not_well_comes_with_advice(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    file = tmp_path / "file"
    file.write_text("")
    failed = {finding.name: finding for finding in examine(file) if not finding.ok}
    assert failed["this folder"].needed
    assert not failed["test browser"].needed
    assert all(finding.advice for finding in failed.values())


def test_a_package_out_of_its_bounds_is_named():
    from packaging.requirements import Requirement

    old = doctor._package(Requirement("numpy<1"))
    assert not old.ok
    assert "<1" in old.advice
    assert doctor._package(Requirement("no-such-package-as-this")).found == "not installed"


def test_a_port_in_use_is_no_failure():
    with socket.create_server(("127.0.0.1", 0)) as server:
        finding = doctor._port(server.getsockname()[1])
    assert (finding.ok, finding.needed, finding.found) == (False, False, "in use")


def test_the_browser_named_by_the_environment_is_the_one(monkeypatch, tmp_path):
    browser = tmp_path / "my chrome"
    browser.write_text("")
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert find_chromium() == browser
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert find_chromium() is None


@pytest.mark.parametrize(
    "program", ["chrome-linux64/chrome", "chrome-mac/Chromium.app/Contents/MacOS/Chromium"]
)
def test_a_browser_of_playwright_is_found(monkeypatch, tmp_path, program):
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    path = Path(tmp_path, "chromium-1200", program)
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert doctor._playwright_browsers() == [path]
