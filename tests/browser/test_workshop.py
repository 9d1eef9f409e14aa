"""A whole session in a real browser, by keyboard; nobody gets in who should not; a killed server loses nothing."""

import html
import json
import re
import signal
import urllib.parse
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import expect

from teamsim.words import say
from teamsim.workshop.definition import Workshop
from teamsim.workshop.entries import entries_of_all
from teamsim.workshop.facilitation import open_round, remove
from teamsim.workshop.hall import MOST_PAGES
from teamsim.workshop.rehearse import opening, start, stop
from teamsim.workshop.seats import join
from teamsim.workshop.session import find
from teamsim.workshop.store import Store

WORKSHOP = Workshop.load("managing-stars")
SLOW = 120_000
PATHS = [
    "api/kernels",
    "api/contents",
    "voila/files/scenario.toml",
    "files/workshop.toml",
    "tree",
    "voila/tree",
    "voila/render/facilitator.ipynb",
    "facilitator.ipynb",
    "../../etc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "voila/static/../../../../etc/passwd",
    "lab",
    "metrics",
    "report",
    "voila/templates/../../../../../etc/passwd",
    "voila/query/00000000-0000-0000-0000-000000000000",
]
PHONE, PROJECTOR = {"width": 390, "height": 844}, {"width": 1280, "height": 720}


class Server:
    """A session by ``python -m teamsim workshop serve``, which can be killed and started again."""

    def __init__(self, folder):
        self.folder, self.port = folder, ""
        self.store = folder / "sessions.sqlite"
        self.start("--new")

    def start(self, *more):
        output = self.folder / "server.log"
        arguments = ["serve", "managing-stars", "--seats", "2", "--store", str(self.store), *more]
        self.process = start(arguments, output, self.port)
        self.office, self.code = opening(self.process, output)
        self.base = self.office.split("facilitator")[0]
        self.port = self.base.rstrip("/").rsplit(":", 1)[1]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("workshop"))
    yield running
    stop(running.process)


@pytest.fixture
def another(tmp_path):
    """A server whose session a test may end."""
    running = Server(tmp_path)
    yield running
    stop(running.process)


@pytest.fixture
def person(browser, browser_context_args):
    """Open a page in a browser of its own; nothing may leave this machine, and no error may happen."""
    wrong, contexts = [], []

    def opened(address, size):
        context = browser.new_context(**{**browser_context_args, "viewport": size})
        contexts.append(context)
        shown = context.new_page()
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        local = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:")
        context.on("request", lambda request: local.match(request.url) or wrong.append(request.url))
        shown.goto(address, wait_until="commit", timeout=SLOW)
        return shown

    yield opened
    for context in contexts:
        context.close()
    assert not wrong, wrong


def press(page, locator):
    """Press a button as the keyboard does."""
    locator.focus()
    expect(locator).to_be_focused()
    page.keyboard.press("Enter")


def come_in(page, name):
    page.get_by_label("nickname").fill(name)
    press(page, page.get_by_role("button", name="Come in"))
    expect(page.locator(".desk h1")).to_be_visible(timeout=SLOW)


def check(page, axe, size):
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], "wider than the screen"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids)), "an id twice: a label would name another field"
    type(axe)(page).assert_accessible()


def test_killed_in_the_lobby_who_waits_keeps_the_seat(server, person):
    page = person(f"{server.base}?code={server.code}", PHONE)
    come_in(page, "Early")
    page.locator(".who", has_text="Early · seat 1").wait_for()
    server.kill()
    server.start()
    expect(page.locator("#page-asleep")).to_be_hidden(timeout=SLOW)  # it comes back by itself
    expect(page.locator(".who")).to_contain_text("Early · seat 1", timeout=SLOW)
    assert held(server) == {1: {}}


def test_a_whole_round_by_keyboard_at_phone_width_and_projector_size(server, person, axe):
    desk = person(server.office, PROJECTOR)
    expect(desk.locator(".monitor .code")).to_have_text(server.code, timeout=SLOW)
    assert server.office.split("key=")[1] not in desk.url
    check(desk, axe, PROJECTOR)
    phone = person(f"{server.base}?code={server.code}", PHONE)
    check(phone, axe, PHONE)
    come_in(phone, "Ann")
    expect(desk.locator(".who")).to_contain_text("Ann")
    check(phone, axe, PHONE)
    desk.get_by_label("Round", exact=True).select_option("1")
    press(desk, desk.get_by_role("button", name="Open this round"))

    press(phone, phone.get_by_role("button", name="I have read it"))
    phone.get_by_label("Up").focus()
    phone.keyboard.press("Space")
    check(phone, axe, PHONE)
    press(phone, phone.locator(".predict").get_by_role("button", name="Submit"))
    lever = phone.locator("[data-lever=challenge]")
    lever.focus()
    for _ in range(20):
        phone.keyboard.press("ArrowRight")
    expect(phone.locator(".teamsim-live")).to_have_count(0)  # nothing is run before a decision is in
    check(phone, axe, PHONE)
    phone.wait_for_timeout(500)
    press(phone, phone.get_by_role("button", name="Submit my decision"))
    expect(phone.locator(".teamsim-live svg").first).to_be_visible(timeout=SLOW)
    expect(phone.locator(".finding")).to_contain_text("You expected: Up")
    check(phone, axe, PHONE)
    with Store(server.store) as store:
        decided = entries_of_all(store, find(store, server.code).id)[2][1]["decide"]
        assert decided["levers"]["challenge"] == pytest.approx(0.45)  # 20 steps of a hundredth from .25

    phone.get_by_label(re.compile("Describe first")).fill("They stayed.")
    press(phone, phone.locator(".note").get_by_role("button", name="Submit"))
    expect(phone.locator(".now")).to_contain_text("finished")
    expect(desk.locator(".who")).to_contain_text("has finished")
    desk.get_by_label("A sentence for every page").fill("Well done <b>all</b>")
    press(desk, desk.get_by_role("button", name="Show", exact=True))
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    told = phone.locator(".message", has_text="Well done <b>all</b>")
    expect(told).to_be_in_viewport()
    expect(phone.locator(".clock")).to_be_in_viewport()
    press(desk, desk.get_by_role("button", name="Whose numbers are these?"))
    expect(desk.locator(".sheet")).to_contain_text("assumed")
    check(desk, axe, PROJECTOR)
    press(desk, desk.get_by_role("button", name="Should I have let him go?"))
    section = desk.locator(".teamsim-below > *")
    expect(section).to_contain_text("Go back", timeout=SLOW)
    assert section.bounding_box()["width"] > PROJECTOR["width"] / 2, "a debrief's picture has the whole page"
    press(desk, desk.get_by_role("button", name="For the projector"))
    for own in (desk.locator(".who"), desk.get_by_role("button", name="Open this round")):
        expect(own).to_be_hidden()
    expect(desk.locator(".monitor .code")).to_be_visible()
    press(desk, desk.get_by_role("button", name="Back to names and buttons"))
    expect(desk.locator(".who")).to_contain_text("Ann")

    phone.reload(wait_until="commit")  # a closed tab
    expect(phone.locator(".now")).to_contain_text("finished", timeout=SLOW)
    expect(phone.locator(".teamsim-live svg").first).to_be_visible(timeout=SLOW)


def test_killed_with_somebody_in_every_phase_everybody_finds_everything(server, person):
    with Store(server.store) as store:
        open_round(store, find(store, server.code).id, 0, None, 7)
    order = ["brief", "predict", "decide", "see"]
    pages, seats = {}, {}
    for phase in order:
        page = pages[phase] = person(f"{server.base}?code={server.code}", PHONE)
        come_in(page, f"K {phase}")
        seats[phase] = int(re.search(r"seat (\d+)", page.locator(".who").text_content())[1])
        done = order[: order.index(phase)]
        if "brief" in done:
            page.get_by_role("button", name="I have read it").click()
            expect(page.locator(".predict form")).to_be_visible(timeout=SLOW)
        if "predict" in done:
            page.get_by_label("Down").check()
            page.locator(".predict").get_by_role("button", name="Submit").click()
            expect(page.get_by_role("button", name="Submit my decision")).to_be_visible(timeout=SLOW)
        if "decide" in done:
            page.get_by_role("button", name="Submit my decision").click()
            expect(page.locator(".finding")).to_be_visible(timeout=SLOW)
    before = held(server)
    server.kill()
    server.start()
    assert held(server) == before
    for phase, page in pages.items():
        shown = {
            "brief": page.get_by_role("button", name="I have read it"),
            "predict": page.locator(".predict form"),
            "decide": page.get_by_role("button", name="Submit my decision"),
            "see": page.locator(".finding"),
        }[phase]
        expect(page.locator("#page-asleep")).to_be_hidden(timeout=SLOW)  # it comes back by itself
        expect(shown).to_be_visible(timeout=SLOW)
        expect(page.locator(".who")).to_contain_text(f"K {phase} · seat {seats[phase]}")


def held(server):
    with Store(server.store) as store:
        return entries_of_all(store, find(store, server.code).id)


def test_strangers_are_shown_nothing(server):
    for path in PATHS:
        status, body = ask(server, "GET", f"/{path}")
        assert status in (302, 403, 404), path
        assert "root:" not in body, path
        assert "scenario" not in body, path
    status, body = ask(server, "GET", "/facilitator?key=guessed")
    assert status == 403
    assert server.code not in body
    status, body = ask(server, "GET", "/")
    assert status == 200
    assert "kernelId" not in body, "no kernel for who has no seat"


def test_who_was_removed_is_told_so_and_their_kernel_ends(server):
    with Store(server.store) as store:
        session = find(store, server.code).id
        ticket = join(store, server.code, "Gone")
        cookie = {"Cookie": f"teamsim-seat={ticket.key}"}
        page = html.unescape(ask(server, "GET", "/", cookie)[1])
        kernel = re.search(r'"kernelId":\s*"([\w-]+)"', page)[1]
        remove(store, session, ticket.seat)
        other = join(store, server.code, "Other")
    _, body = ask(server, "GET", "/", cookie)
    assert "it was removed" in body
    _, _, token, xsrf = door(server)
    headers = {"Cookie": f"{xsrf}; {cookie['Cookie']}", "X-XSRFToken": token}
    assert ask(server, "POST", f"/voila/api/shutdown/{kernel}", {"Cookie": cookie["Cookie"]})[0] == 403
    assert ask(server, "POST", f"/voila/api/shutdown/{kernel}", headers)[0] == 204
    assert ask(server, "GET", f"/api/kernels/{kernel}", {"Cookie": f"teamsim-seat={other.key}"})[0] == 404


def test_of_too_many_pages_of_one_seat_the_oldest_says_so_and_comes_back_when_it_is_asked_to(server, person, axe):
    first = person(f"{server.base}?code={server.code}", PHONE)
    come_in(first, "Many pages")
    pages = [first, *(first.context.new_page() for _ in range(MOST_PAGES))]
    for page in pages[1:]:
        page.goto(server.base, wait_until="commit", timeout=SLOW)
        expect(page.locator(".who")).to_contain_text("Many pages", timeout=SLOW)
    told = first.locator("#page-asleep")
    expect(told).to_contain_text(say("page.replaced"), timeout=SLOW)
    check(first, axe, PHONE)
    first.wait_for_timeout(10_000)  # it would come back by itself by now, and end another
    expect(told).to_be_visible()
    for page in pages[1:]:
        expect(page.locator("#page-asleep")).to_be_hidden()
    press(first, told.get_by_role("button"))
    expect(first.locator(".who")).to_contain_text("Many pages", timeout=SLOW)
    expect(pages[1].locator("#page-asleep")).to_contain_text(say("page.replaced"), timeout=SLOW)


def test_a_facilitator_may_sit_down_too_in_the_same_browser(server):
    with Store(server.store) as store:
        key = join(store, server.code, "Side by side").key
    both = {"Cookie": f"teamsim-facilitator={server.office.split('key=')[1]}; teamsim-seat={key}"}
    assert "kernelId" in ask(server, "GET", "/", both)[1]
    assert "kernelId" in ask(server, "GET", "/facilitator", both)[1]
    assert "Side by side" in ask(server, "GET", "/report", both)[1]


def test_a_participants_key_opens_no_other_door(server):
    with Store(server.store) as store:
        key = join(store, server.code, "Eve").key
    for cookie in (f"teamsim-seat={key}", f"teamsim-facilitator={key}", "teamsim-facilitator=; teamsim-seat="):
        status, body = ask(server, "GET", "/facilitator", {"Cookie": cookie})
        assert status == 403
        assert "kernelId" not in body


def test_another_origin_and_another_name_are_refused(server):
    with Store(server.store) as store:
        key = join(store, server.code, "Mallory").key
    cookie = {"Cookie": f"teamsim-seat={key}"}
    assert ask(server, "GET", "/", {**cookie, "Host": f"evil.example:{server.port}"})[0] == 403
    kernel = re.search(r'"kernelId":\s*"([\w-]+)"', html.unescape(ask(server, "GET", "/", cookie)[1]))[1]
    channel = f"/api/kernels/{kernel}/channels"
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "x" * 22 + "=="
    assert ask(server, "GET", channel, {**upgrade, **cookie, "Origin": server.base.rstrip("/")})[0] == 101
    assert ask(server, "GET", channel, {**upgrade, **cookie, "Origin": "http://evil.example"})[0] == 403
    assert ask(server, "GET", channel, upgrade)[0] == 403
    form = urllib.parse.urlencode({"code": server.code, "nickname": "Forged"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://evil.example"}
    assert ask(server, "POST", "/", headers, form)[0] in (403, 404)


def test_no_code_runs_in_a_kernel_and_no_widget_is_made_by_a_page(server, person):
    page = person(f"{server.base}?code={server.code}", PHONE)
    come_in(page, "Forger")
    found = page.evaluate(FORGED, json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"])
    assert found["replies"].get("execute_reply") is None
    assert found["replies"].get("inspect_reply") is None
    assert found["replies"].get("kernel_info_reply"), "the channel works"
    assert found["closed"], "a widget of one's own is refused"
    assert found["widgets"], "those of the page come in one answer"
    assert not (Path(server.folder) / "pwned").exists()


def test_a_whole_session_by_keyboard_from_the_practice_to_the_report(server, person, axe):
    desk, phone = person(server.office, PROJECTOR), person(f"{server.base}?code={server.code}", PHONE)
    come_in(phone, "All along")
    close = desk.get_by_role("button", name="Close the round")
    for number, there in enumerate(WORKSHOP.rounds):
        if close.is_visible():
            press(desk, close)
            expect(close).to_be_hidden()  # or it would ask whether to leave behind who has not decided
        desk.get_by_label("Round", exact=True).select_option(str(number))
        press(desk, desk.get_by_role("button", name="Open this round"))
        expect(phone.locator(".round h2")).to_contain_text(there.title["en"], timeout=SLOW)
        press(phone, phone.get_by_role("button", name="I have read it"))
        for ask in there.predict:
            answer = {"direction": "About the same", "number": "Your answer", "sketch": "Week 0"}[ask.kind]
            field = phone.locator(".predict").get_by_label(answer)
            field.focus()
            phone.keyboard.press("Space" if ask.kind == "direction" else "ArrowRight")
            press(phone, phone.locator(".predict").get_by_role("button", name="Submit"))
        press(phone, phone.get_by_role("button", name="Submit my decision"))
        expect(phone.locator(".finding")).to_be_visible(timeout=SLOW)
        for question in [there.reflect, *([WORKSHOP.monday] if WORKSHOP.judged(number) else [])]:
            phone.get_by_label(question["en"].strip()).fill("I ask first.")
            press(phone, phone.locator(".note").get_by_role("button", name="Submit"))
        expect(phone.locator(".now")).to_contain_text("finished", timeout=SLOW)
        expect(phone.locator(".sheet")).to_have_count(int(WORKSHOP.judged(number)))  # how one did on the goal
        check(phone, axe, PHONE)
    press(desk, desk.get_by_role("button", name="End the session"))
    press(desk, desk.get_by_role("button", name="Press once more"))
    report = phone.get_by_role("link", name="Take my report with me")
    expect(report).to_be_visible()
    expect(phone.locator(".sheet")).to_contain_text("of 100 futures", timeout=SLOW)
    told = phone.request.get(server.base + report.get_attribute("href"))
    assert told.ok
    assert "I ask first." in told.text()
    mine = next(one for one in held(server).values() if "reflect" in one.get(len(WORKSHOP.rounds) - 1, {}))
    assert set(mine) == set(range(len(WORKSHOP.rounds))), "every round is in the store"


def test_ended_early_a_page_moves_to_its_closing_and_takes_the_sentence_for_monday_by_keyboard(another, person, axe):
    desk, phone = person(another.office, PROJECTOR), person(f"{another.base}?code={another.code}", PHONE)
    come_in(phone, "Early out")
    desk.get_by_label("Round", exact=True).select_option("1")
    press(desk, desk.get_by_role("button", name="Open this round"))
    expect(phone.locator(".round h2")).to_contain_text(WORKSHOP.rounds[1].title["en"], timeout=SLOW)
    press(desk, desk.get_by_role("button", name="End the session"))
    press(desk, desk.get_by_role("button", name="Press once more"))
    expect(phone.locator(".now")).to_be_focused(timeout=SLOW)
    expect(phone.locator(".sheet")).to_contain_text("was not measured", timeout=SLOW)
    phone.get_by_label(WORKSHOP.monday["en"].strip()).fill("I ask first.")
    check(phone, axe, PHONE)
    press(phone, phone.locator(".note").first.get_by_role("button", name="Submit"))
    expect(phone.locator(".now")).to_have_text("The session has ended. Thank you.", timeout=SLOW)
    assert held(another)[1][1]["monday"] == {"monday": "I ask first."}
    taken = phone.get_by_role("link", name="Take my report with me").get_attribute("href")
    assert "I ask first." in phone.request.get(another.base + taken).text()


def test_bad_codes_are_slowed_down_at_the_door(server):
    said = []
    _, _, token, cookie = door(server)
    for _ in range(12):
        form = urllib.parse.urlencode({"code": "BBBBBB", "nickname": "Guess", "_xsrf": token})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        status, body = ask(server, "POST", "/", headers, form)
        assert status == 403
        said.append("wait" if "Please wait" in body else "wrong")
    assert said[:2] == ["wrong", "wrong"]
    assert said[-1] == "wait"


def door(server):
    connection = HTTPConnection("127.0.0.1", int(server.port), timeout=60)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        body = answer.read().decode()
    finally:
        connection.close()
    cookie = "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or [])
    return answer.status, body, re.search(r'name="_xsrf" value="([^"]+)"', body)[1], cookie


def ask(server, method, path, headers=None, body=None):
    """Ask without any browser's tidying up of the path."""
    connection = HTTPConnection("127.0.0.1", int(server.port), timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


FORGED = """
async (kernel) => {
    const socket = new WebSocket(`ws://${location.host}/api/kernels/${kernel}/channels?session_id=forged`);
    await new Promise((done) => (socket.onopen = done));
    const replies = {}, id = crypto.randomUUID(), all = crypto.randomUUID();
    let closed = false, widgets = 0;
    socket.onmessage = ({ data }) => {
        if (typeof data !== "string") return;
        const told = JSON.parse(data);
        replies[told.header.msg_type] = told.content;
        closed ||= told.header.msg_type === "comm_close" && told.content.comm_id === id;
        widgets ||= Object.keys(told.content.data?.states ?? {}).length;
    };
    const send = (type, content, version) => socket.send(JSON.stringify({
        channel: "shell", content, metadata: { version }, parent_header: {},
        header: { msg_id: crypto.randomUUID(), msg_type: type, session: "forged", username: "", version: "5.3" },
    }));
    send("execute_request", { code: "open('pwned', 'w')", silent: false });
    send("inspect_request", { code: "ts", cursor_pos: 1 });
    send("comm_open", { comm_id: id, target_name: "jupyter.widget", data: { state: {
        _model_name: "TextModel", _model_module: "@jupyter-widgets/controls", _model_module_version: "2.0.0",
        _view_name: "TextView", _view_module: "@jupyter-widgets/controls", _view_module_version: "2.0.0",
    } } }, "2.1.0");
    send("comm_open", { comm_id: all, target_name: "jupyter.widget.control", data: {} }, "1.0.0");
    send("comm_msg", { comm_id: all, data: { method: "request_states" } });
    send("kernel_info_request", {});
    await new Promise((done) => setTimeout(done, 3000));
    socket.close();
    return { replies, closed, widgets };
}
"""
