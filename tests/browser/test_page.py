"""A notebook as a page: no code, no Jupyter, nothing from outside, and a kernel that goes when its reader goes."""

import json
import re
import urllib.error
import urllib.request

import nbformat
import pytest
from jupyter_server.base.websocket import WS_PING_INTERVAL
from playwright.sync_api import expect

CELLS = [
    nbformat.v4.new_markdown_cell("# A *quiet* <page> & more\n\nSome words. Next: [another](another.ipynb)."),
    nbformat.v4.new_markdown_cell("Press a button.", metadata={"tags": ["not-on-a-page"]}),
    nbformat.v4.new_code_cell(
        "import altair as alt\nfrom teamsim.lab import LiveChart\n"
        "LiveChart(alt.Chart(alt.NamedData('a'), title='Output').mark_line().encode(x='week:Q', y='output:Q'),"
        " {'a': {'week': [1, 2], 'output': [1, 3]}})"
    ),
    nbformat.v4.new_code_cell("hidden_from_readers = 1\nprint('said')"),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write a notebook of these cells."""

    def write(*cells):
        path = tmp_path_factory.mktemp("page") / "probe.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
        return path

    return write


@pytest.fixture(scope="module")
def probe(written):
    return written(*CELLS)


def test_a_page_has_no_code_and_nothing_of_jupyter(open_page, probe, page, axe, tmp_path):
    shown = open_page(probe)
    expect(page).to_have_title("A *quiet* <page> & more · teamsim")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.get_by_role("main")).to_contain_text("said")
    expect(page.get_by_role("main")).to_contain_text("Next: another.")
    expect(page.get_by_role("link", name="another")).to_have_count(0)  # it is not served
    assert "hidden_from_readers" not in page.content()
    assert "Press a button." not in page.content()
    expect(page.locator(".jp-InputArea-editor, .jp-InputPrompt:visible, .jp-OutputPrompt:visible")).to_have_count(0)
    assert page.locator(".teamsim-live svg path").count() > 3
    axe.assert_accessible()
    for width, height in ((1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=tmp_path / f"page-{width}.png")
    shown.assert_quiet()


def test_the_token_is_on_no_screen_and_without_it_the_door_is_shut(voila, open_page, probe, page):
    open_page(probe)
    address, token = re.fullmatch(r"(.*)\?token=(\w+)", voila(probe)).groups()
    assert page.url == address
    assert token not in page.content()
    page.reload(wait_until="commit")  # the cookie opens it now
    expect(page.get_by_role("main")).to_be_visible(timeout=120_000)
    kernel = kernel_of(page)
    for path in ("", f"api/kernels/{kernel}", "voila/files/probe.ipynb"):
        assert refused(address + path), path


def test_under_another_name_it_does_not_answer(voila, probe):
    """So that no page from elsewhere can have the browser read it (DNS rebinding)."""
    asked = urllib.request.Request(voila(probe), headers={"Host": "elsewhere.example"})
    assert refused(asked)


def test_the_kernel_goes_with_its_reader(voila, open_page, probe, page, context):
    open_page(probe)
    kernel = kernel_of(page)
    other = context.new_page()
    asked = voila(probe).replace("?", f"api/kernels/{kernel}?")
    assert other.request.get(asked).status == 200
    page.goto("about:blank")
    for _ in range(50):
        if other.request.get(asked).status == 404:
            return
        other.wait_for_timeout(200)
    raise AssertionError("the kernel is still there")


def test_a_reader_is_told_that_the_kernel_has_gone(voila, open_page, probe, page):
    open_page(probe)
    note = page.get_by_role("alert").filter(has_text="lost its connection")
    expect(note).to_be_hidden()
    page.evaluate(
        "(id) => fetch(`/voila/api/shutdown/${id}`,"
        " { method: 'POST', headers: { 'X-XSRFToken': document.cookie.match(/_xsrf=([^;]*)/)[1] } })",
        kernel_of(page),
    )
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(note).to_be_visible()
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_role("main")).to_contain_text("said", timeout=120_000)
    expect(note).to_be_hidden()


def test_the_browser_refuses_what_is_outside(open_page, probe, page, outside):
    """Twice: the page is forbidden to ask, and these tests' browser finds nobody."""
    shown = open_page(probe)
    refused = "(url) => fetch(url, { mode: 'no-cors' }).then(() => false, () => true)"
    assert page.evaluate(refused, "https://cdn.jsdelivr.net/npm/vega")
    assert not outside, "the page's own policy comes first"
    page.goto("about:blank")
    assert page.evaluate(refused, "http://192.0.2.1/")
    assert page.evaluate(refused, "https://cdn.jsdelivr.net/npm/vega")
    assert len(outside) == 2
    outside.clear()
    shown.assert_quiet()


def test_a_cell_that_fails_shows_a_sentence_and_no_traceback(voila, written, page):
    path = written(nbformat.v4.new_markdown_cell("# Words"), nbformat.v4.new_code_cell("hidden_from_readers = 1 / 0"))
    page.goto(voila(path), wait_until="commit")
    main = page.get_by_role("main")
    expect(main).to_contain_text("please tell whoever gave you the address", timeout=120_000)
    assert "ZeroDivisionError" not in page.content()
    assert "hidden_from_readers" not in page.content()


@pytest.mark.long
def test_the_connection_outlives_the_first_ping(voila, probe, page):
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket))
    page.goto(voila(probe), wait_until="commit")
    expect(page.get_by_role("main")).to_contain_text("said", timeout=120_000)
    page.wait_for_timeout(WS_PING_INTERVAL + 3_000)
    assert [socket.is_closed() for socket in sockets] == [False]


def kernel_of(page):
    return json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]


def refused(asked):
    """Whether the server says no, or sends a stranger to the door."""
    try:
        with urllib.request.urlopen(asked) as answer:
            return "/login" in answer.geturl()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code == 403
