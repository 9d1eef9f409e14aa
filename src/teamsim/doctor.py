"""What works on this machine, and what to do about what does not."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from teamsim.fields import InputError
from teamsim.files import FOLDERS, shipped
from teamsim.lab.launch import is_free

OLDEST_PYTHON = (3, 11)
INSTALL = 'install teamsim again, in a fresh environment: python -m pip install -c constraints.txt -e "."'


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Parameters
    ----------
    name : str
        What was looked at.
    ok : bool
        Whether it is as it should be.
    found : str
        What is there.
    advice : str
        What to do about it; empty when all is well.
    needed : bool
        Whether teamsim cannot work without it.

    Examples
    --------
    >>> Finding("port 8888", False, "in use", "another port will be taken", needed=False).ok
    False
    """

    name: str
    ok: bool
    found: str
    advice: str = ""
    needed: bool = True


def examine(folder: str | Path = ".") -> list[Finding]:
    """Look at everything that teamsim needs on this machine.

    Parameters
    ----------
    folder : str or pathlib.Path
        Where you mean to work.

    Returns
    -------
    list of Finding
        In the order in which to put things right.

    Examples
    --------
    >>> [finding.name for finding in examine()][0]
    'Python'
    """
    return [
        _python(),
        *_packages(),
        _compiler(),
        _cache(),
        _notebooks(),
        _jupyterlab(),
        _port(8888),
        _folder(Path(folder).resolve()),
        _browser(),
    ]


def find_chromium() -> Path | None:
    """Find the Chromium or Chrome of this machine, which the browser tests use.

    Returns
    -------
    pathlib.Path or None
        The one that the environment variable ``CHROMIUM`` names, else one that is installed, else None.

    Examples
    --------
    >>> found = find_chromium()
    >>> found is None or found.is_file()
    True
    """
    named = os.environ.get("CHROMIUM")
    candidates = [Path(named)] if named else _usual_browsers()
    return next((path for path in candidates if path.is_file()), None)


def _python() -> Finding:
    wanted = ".".join(map(str, OLDEST_PYTHON))
    ok = sys.version_info >= OLDEST_PYTHON
    return Finding(
        "Python", ok, sys.version.split()[0], "" if ok else f"install Python {wanted} or newer (python.org)"
    )


def _packages() -> Iterator[Finding]:
    try:
        wanted = requires("teamsim") or []
    except PackageNotFoundError:
        yield Finding("teamsim", False, "not installed", INSTALL)
        return
    yield Finding("teamsim", True, version("teamsim"))
    for requirement in map(Requirement, wanted):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _package(requirement)


def _package(wanted: Requirement) -> Finding:
    try:
        there = version(wanted.name)
    except PackageNotFoundError:
        return Finding(wanted.name, False, "not installed", INSTALL)
    ok = wanted.specifier.contains(there, prereleases=True)
    return Finding(wanted.name, ok, there, "" if ok else f"teamsim needs {wanted.specifier}; {INSTALL}")


def _compiler() -> Finding:
    from teamsim.compiler import plain
    from teamsim.compiler.doors import lanes_for

    if plain():
        off = "unset the environment variable TEAMSIM_PLAIN; in plain Python all is very slow"
        return Finding("compiler", False, "switched off", off, needed=False)
    try:
        lanes = lanes_for(sys.maxsize)
    except (ImportError, OSError, RuntimeError) as error:
        return Finding("compiler", False, f"does not work ({str(error).splitlines()[0]})", INSTALL)
    return Finding("compiler", True, f"works, {lanes} runs side by side")


def _cache() -> Finding:
    from teamsim.compiler.machine import kept_in

    path = kept_in()
    advice = "make it writable, by nobody but you; until then every start compiles anew, in a second or two"
    return _writable("compiled rules", path, advice, needed=False)


def _notebooks() -> Finding:
    try:
        found = {folder: shipped(folder) for folder in FOLDERS}
    except InputError as error:
        return Finding("notebooks", False, str(error), INSTALL)
    count = len(list(found["notebooks"].glob("*.ipynb")))
    return Finding("notebooks", count > 0, f"{count} in {found['notebooks']}", "" if count else INSTALL)


def _jupyterlab() -> Finding:
    try:
        from jupyterlab.labapp import LabApp
    except ImportError as error:
        return Finding("lab", False, f"JupyterLab does not start ({error})", INSTALL)
    return Finding("lab", True, f"JupyterLab {LabApp.version} starts")


def _port(port: int) -> Finding:
    if is_free(port):
        return Finding(f"port {port}", True, "free")
    advice = "nothing to do: teamsim lab takes the next free port and says so"
    return Finding(f"port {port}", False, "in use", advice, needed=False)


def _folder(path: Path) -> Finding:
    return _writable("this folder", path, "go to a folder of your own first, for example with: cd Documents")


def _writable(name: str, path: Path, advice: str, needed: bool = True) -> Finding:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        return Finding(name, False, f"{path} cannot be written ({error.strerror})", advice, needed)
    return Finding(name, True, str(path))


def _browser() -> Finding:
    found = find_chromium()
    if found:
        return Finding("test browser", True, str(found))
    advice = "only the tests need one: python tests/chromium.py installs it"
    return Finding("test browser", False, "no Chromium or Chrome", advice, needed=False)


def _usual_browsers() -> list[Path]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    on_path = [Path(path) for name in names if (path := shutil.which(name))]
    applications = [
        Path(root, "Applications", f"{name}.app", "Contents", "MacOS", name)
        for root in ("/", Path.home())
        for name in ("Google Chrome", "Chromium")
    ]
    programs = [
        Path(root, maker, "Application", "chrome.exe")
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        if (root := os.environ.get(variable))
        for maker in ("Google/Chrome", "Chromium")
    ]
    return [*on_path, *applications, *programs, *_playwright_browsers()]


def _playwright_browsers() -> list[Path]:
    """Browsers that Playwright has downloaded, newest first."""
    usual = {"win32": "AppData/Local", "darwin": "Library/Caches"}.get(sys.platform, ".cache")
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / usual / "ms-playwright")
    programs = ("chrome-linux*/chrome", "chrome-win*/chrome.exe", "chrome-mac*/*.app/Contents/MacOS/*")
    found = [path for program in programs for path in folder.glob(f"chromium-*/{program}")]
    return sorted(found, reverse=True)
