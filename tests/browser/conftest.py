"""A real JupyterLab, started by our own command, and a real browser on it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from teamsim.doctor import find_chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:")
ERRORS = "[data-mime-type='application/vnd.jupyter.stderr'], [data-mime-type='application/vnd.jupyter.error']"
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
SECONDS = 1000


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    browser = find_chromium()
    assert browser, "no Chromium or Chrome on this machine: python tests/chromium.py installs one"
    return {**browser_type_launch_args, "executable_path": str(browser), "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 1360, "height": 900}, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Stand in for pytest-playwright's own, which pytest 9 warns of; every address here is a whole one."""


@dataclass
class Lab:
    """A running JupyterLab: its folder, its log, and the address of what is in it."""

    folder: Path
    log: Path
    opening: str
    """The address that the command told the user."""

    def url(self, path: str) -> str:
        base, token = re.fullmatch(r"(.*/lab)/tree/.*(\?token=\w+)", self.opening).groups()
        return f"{base}/workspaces/tests/tree/{path}{token}&reset"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab by ``python -m teamsim lab`` in a folder of its own."""
    top = tmp_path_factory.mktemp("lab")
    folder, log = top / "notebooks", top / "lab.log"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    # the browser is told which application runs in it, so that a test can ask its kernel
    settings = top / "jupyter_server_config.py"
    settings.write_text("c.LabApp.expose_app_in_browser = True\n", encoding="utf-8")
    (folder / ".teamsim" / "config").mkdir(parents=True)
    settings.rename(folder / ".teamsim" / "config" / settings.name)
    command = [sys.executable, "-m", "teamsim", "lab", str(folder), "--no-browser", "--port", str(port)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command,
            cwd=top,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Lab(folder, log, _opening(process, log))
    finally:
        process.terminate()
        process.wait(30)


def _opening(process: subprocess.Popen, log: Path, seconds: float = 300) -> str:
    """The address in the log, once a server answers there; the first start may compile for half a minute."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        written = log.read_text(encoding="utf-8")
        assert process.poll() is None, f"the lab has stopped:\n{written}"
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab/\S+", written):
            api = found[0].split("/lab/")[0] + "/api"
            try:
                urllib.request.urlopen(api, timeout=5).close()
            except OSError:
                pass
            else:
                return found[0]
        time.sleep(0.1)
    raise AssertionError(f"the lab did not start within {seconds} s:\n{log.read_text(encoding='utf-8')}")


@dataclass
class Notebook:
    """A notebook open in the browser, and what went wrong on the page."""

    page: Page
    outside: list[str] = field(default_factory=list)
    """Requests that would have left this machine."""
    errors: list[str] = field(default_factory=list)
    """Uncaught errors of the page."""

    def run_all(self, seconds: float = 120) -> None:
        """Press "Run all" and wait until the last cell has run; anything on stderr, an error too, fails."""
        # the outputs that the notebook came with would look as if it had run
        self.page.evaluate(
            "async () => { await jupyterapp.commands.execute('notebook:clear-all-cell-outputs') }"
        )
        cells = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")
        prompts = cells.locator(".jp-InputArea-prompt")
        expect(prompts.last).to_have_text("[ ]:")
        self.page.get_by_text("Run all", exact=True).click()
        done = cells.last.locator(".jp-InputArea-prompt", has_text=re.compile(r"\[\d+\]"))
        failed = cells.locator(ERRORS)
        expect(done.or_(failed).first).to_be_visible(timeout=seconds * SECONDS)  # an error stops the run
        assert failed.count() == 0, failed.first.inner_text()

    def assert_quiet(self) -> None:
        """Nothing left the machine, and the page had no error."""
        assert not self.outside, self.outside
        assert not self.errors, self.errors


@pytest.fixture
def open_notebook(lab: Lab, page: Page) -> Callable[[str], Notebook]:
    """Open a notebook by its path in the lab, and wait until its kernel really answers."""
    notebook = Notebook(page)
    page.on("request", lambda request: LOCAL.match(request.url) or notebook.outside.append(request.url))
    page.on("websocket", lambda socket: LOCAL.match(socket.url) or notebook.outside.append(socket.url))
    page.on("pageerror", lambda error: notebook.errors.append(str(error)))

    def opened(path: str) -> Notebook:
        page.goto(lab.url(path))
        first = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first
        expect(first).to_be_visible(timeout=60 * SECONDS)
        # an async predicate would count as true at once; 'idle' is shown before the kernel answers
        page.wait_for_function(f"() => !!{KERNEL}", timeout=60 * SECONDS)
        page.evaluate(f"async () => {{ await {KERNEL}.info }}")
        return notebook

    return opened
