"""A real JupyterLab and a real Voilà, each started by our own command, and a real browser that cannot get out.

Fixtures for tests/browser and tests/bench, whose ``conftest.py`` take them from here.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebSocket, expect

from teamsim.doctor import find_chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever is asked for outside is refused
]
LOCAL = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:")
ERRORS = "[data-mime-type='application/vnd.jupyter.stderr'], [data-mime-type='application/vnd.jupyter.error']"
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
ANEW = f"""
async (book) => {{
    await {KERNEL}.restart();
    jupyterapp.shell.currentWidget.context.model.fromJSON(book);
}}
"""
LAST_HAS_RUN = """
() => jupyterapp.shell.currentWidget.content.widgets.findLast((cell) => cell.model.type === "code").model.executionCount
"""
"""Asked of the notebook's model, since cells whose code is hidden show no prompt."""
OURS = ".teamsim, .teamsim-live"
SECONDS = 1000
SETTLED = """
() => {
    const drawn = [...document.querySelectorAll(".teamsim-live")].every((live) => "rev" in live.dataset);
    const size = document.body.innerHTML.length;
    if (!drawn || size !== globalThis.sizeBefore) {
        globalThis.sizeBefore = size;
        globalThis.sizeSince = performance.now();
        return false;
    }
    return performance.now() - globalThis.sizeSince > 1000;
}
"""


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


@pytest.fixture(scope="session")
def kept_context(browser: Browser, browser_context_args: dict) -> Iterator[BrowserContext]:
    with browser.new_context(**browser_context_args) as context:
        yield context


@pytest.fixture
def context(request: pytest.FixtureRequest) -> BrowserContext:
    """One for all tests of the lab, since JupyterLab takes seconds to load; any other test has its own."""
    kept = "lab" in request.fixturenames
    return request.getfixturevalue("kept_context") if kept else request.getfixturevalue("new_context")()


@pytest.fixture
def page(request: pytest.FixtureRequest, context: BrowserContext, browser_context_args: dict) -> Iterator[Page]:
    """The page of the test before, at its first size, unless that test failed."""
    page = context.pages[-1] if context.pages else context.new_page()
    page.set_viewport_size(browser_context_args["viewport"])
    page.emulate_media(reduced_motion=browser_context_args["reduced_motion"])
    yield page
    call = getattr(request.node, "rep_call", None)
    if call is None or call.failed:
        page.close()


@pytest.fixture(autouse=True)
def outside(context: BrowserContext) -> Iterator[list[str]]:
    """Every address outside this machine that any page of the test asked for; the browser refuses them all."""
    asked: list[str] = []

    def note(asking: Request | WebSocket) -> None:
        if not LOCAL.match(asking.url):
            asked.append(asking.url)

    def watch(page: Page) -> None:
        page.on("websocket", note)

    context.on("request", note)
    context.on("page", watch)
    for page in context.pages:
        watch(page)
    yield asked
    context.remove_listener("request", note)
    context.remove_listener("page", watch)
    for page in context.pages:
        page.remove_listener("websocket", note)
    assert not asked, f"{len(asked)} requests would have left this machine: {asked}"


@dataclass
class Notebook:
    """A notebook open in the browser, and what went wrong on the page."""

    page: Page
    errors: list[str] = field(default_factory=list)
    """Uncaught errors of the page."""

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def wait_for_kernel(self, seconds: float = 60) -> None:
        """Wait until the kernel really answers."""
        # an async predicate would count as true at once; 'idle' is shown before the kernel answers
        self.page.wait_for_function(f"() => !!{KERNEL}", timeout=seconds * SECONDS)
        self.page.evaluate(f"async () => {{ await {KERNEL}.info }}")

    def run_all(self, seconds: float = 120) -> None:
        """Press "Run all" and wait until the last cell has run; anything on stderr, an error too, fails."""
        # the outputs that the notebook came with would look as if it had run
        self.page.evaluate(
            "async () => { await jupyterapp.commands.execute('notebook:clear-all-cell-outputs') }"
        )
        panel = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        expect(panel.locator(".jp-CodeCell").last).to_be_attached()
        assert not self.page.evaluate(LAST_HAS_RUN), "the last cell looks as if it had run already"
        self.page.get_by_text("Run all", exact=True).filter(visible=True).click()
        failed = panel.locator(ERRORS)
        until = time.monotonic() + seconds
        while not failed.count() and not self.page.evaluate(LAST_HAS_RUN):  # an error stops the run
            assert time.monotonic() < until, f"the last cell has not run in {seconds} s"
            self.page.wait_for_timeout(100)
        assert failed.count() == 0, failed.first.inner_text()

    def settle(self, seconds: float = 60) -> None:
        """Wait until every chart is drawn and the page has stood still for a second."""
        expect(self.page.locator(OURS).first).to_be_visible(timeout=seconds * SECONDS)
        self.page.wait_for_function(SETTLED, timeout=seconds * SECONDS)

    def assert_quiet(self) -> None:
        """The page had no error."""
        assert not self.errors, self.errors


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
    # the browser is told which application runs in it, so that a test can ask its kernel
    settings = top / "jupyter_server_config.py"
    settings.write_text("c.LabApp.expose_app_in_browser = True\n", encoding="utf-8")
    (folder / ".teamsim" / "config").mkdir(parents=True)
    settings.rename(folder / ".teamsim" / "config" / settings.name)
    with running(["lab", str(folder)], top, log) as opening:
        yield Lab(folder, log, opening)


@pytest.fixture
def open_notebook(lab: Lab, page: Page) -> Callable[[str], Notebook]:
    """Open a notebook by its path in the lab, and wait until its kernel really answers."""

    def opened(path: str) -> Notebook:
        notebook = Notebook(page)
        page.goto(lab.url(path))
        first = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first
        expect(first).to_be_visible(timeout=60 * SECONDS)
        notebook.wait_for_kernel()
        return notebook

    return opened


@pytest.fixture
def run_notebook(
    request: pytest.FixtureRequest, lab: Lab, page: Page, open_notebook: Callable[[str], Notebook]
) -> Callable[..., Notebook]:
    """Run a notebook of these cells: in that of the test before where there is one, with a kernel started anew."""

    def run(*cells: str, seconds: float = 120) -> Notebook:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
        book.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
        ours = f"{request.path.stem}-"
        if page.url.rpartition("/")[2].startswith(ours):
            opened = Notebook(page)
            page.evaluate(ANEW, book)
            opened.wait_for_kernel()
        else:
            path = f"{ours}{time.monotonic_ns()}.ipynb"  # whatever a failed test left behind
            nbformat.write(book, lab.folder / path)
            opened = open_notebook(path)
        opened.run_all(seconds)
        return opened

    return run


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | Path], str]]:
    """Voilà by ``python -m teamsim show``, one server a notebook; the address that the command told the user."""
    top = tmp_path_factory.mktemp("voila")
    started: list[object] = []

    @cache
    def address(notebook: str | Path) -> str:
        server = running(["show", str(notebook)], top, top / f"{len(started)}.log")
        opening = server.__enter__()
        started.append(server)
        return opening

    yield address
    for server in started:
        server.__exit__(None, None, None)


@pytest.fixture
def open_page(voila: Callable[[str | Path], str], page: Page) -> Callable[[str | Path], Notebook]:
    """Open a notebook, by its file or its shipped name, as a page, and wait until it is all there."""

    def opened(notebook: str | Path) -> Notebook:
        shown = Notebook(page)
        page.goto(voila(notebook), wait_until="commit")
        expect(page.locator("#rendered_cells")).to_be_visible(timeout=120 * SECONDS)
        failed = page.locator(ERRORS)
        assert failed.count() == 0, failed.first.inner_text()
        shown.settle()
        return shown

    return opened


@contextmanager
def running(command: list[str], folder: Path, log: Path) -> Iterator[str]:
    """A server of ours by its command; yields the address that it told the user."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "teamsim", *command, "--no-browser", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _opening(process, log)
    finally:
        process.terminate()
        process.wait(30)


def _opening(process: subprocess.Popen, log: Path, seconds: float = 300) -> str:
    """The address in the log, once a server answers there; the first start may compile for half a minute."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        written = log.read_text(encoding="utf-8")
        assert process.poll() is None, f"the server has stopped:\n{written}"
        if (found := re.search(r"http://127\.0\.0\.1:\d+/\S+", written)) and _answers(found[0]):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no server within {seconds} s:\n{log.read_text(encoding='utf-8')}")


def _answers(address: str) -> bool:
    """Whether a server is there; what is asked for is nothing, so that no kernel starts."""
    try:
        urllib.request.urlopen("/".join(address.split("/")[:3]) + "/api/kernels/none", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True


@dataclass
class Axe:
    """axe-core, which looks for what not everybody can see, reach or understand."""

    page: Page

    def assert_accessible(self, within: str = "") -> None:
        """No serious or critical finding inside elements of that selector, or anywhere on the page."""
        self.page.evaluate(axe_core())
        what = {"include": [[selector] for selector in within.split(", ")]} if within else None
        found = self.page.evaluate("(what) => axe.run(what ?? document, { resultTypes: ['violations'] })", what)
        assert found["passes"], "axe-core looked at nothing"
        grave = [rule for rule in found["violations"] if rule["impact"] in ("serious", "critical")]
        said = [
            f"{rule['impact']}: {rule['id']} ({rule['help']})\n  {node['html'][:300]}\n  {node['failureSummary']}"
            for rule in grave
            for node in rule["nodes"]
        ]
        assert not grave, f"{len(said)} findings\n" + "\n".join(said[:20])


@cache
def axe_core() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def axe(page: Page) -> Axe:
    return Axe(page)
