"""What the servers of pages take: real ones, over real sockets, from somebody who sends what no page does."""

import json
import re
import socket
from contextlib import ExitStack, contextmanager, suppress
from html import unescape
from http.cookiejar import CookieJar
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import nbformat
import psutil
import pytest
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import serialize_binary_message, serialize_msg_to_ws_v1
from websocket import ABNF, create_connection

from real_pages import running
from teamsim.lab.voila import INVALID, MOST_PARTS, Page
from teamsim.workshop.entries import LONGEST_TEXT
from teamsim.workshop.hall import Hall
from teamsim.workshop.rehearse import opening, start, stop
from teamsim.workshop.seats import join
from teamsim.workshop.store import Store

V1 = "v1.kernel.websocket.jupyter.org"
FRAMINGS = {V1: (8, "little"), "": (4, "big")}
SECONDS = 60
SENT, PIECE, TIMES = 32 * 2**20, 2**20, 8


class Served:
    """A server, and one page of it."""

    def __init__(self, address, largest, cookie, path):
        self.base, self.largest = address, largest
        port = urlsplit(address).port
        self.process = next(
            one.pid for one in psutil.net_connections("tcp") if one.laddr.port == port and one.status == "LISTEN"
        )
        browser = build_opener(HTTPCookieProcessor(kept := CookieJar()))
        browser.addheaders = [("Cookie", cookie)] if cookie else []
        with browser.open(address + path, timeout=2 * SECONDS) as answer:
            self.kernel = re.search(r'"kernelId":\s*"([\w-]+)"', unescape(answer.read().decode()))[1]
        self.cookies = "; ".join([cookie, *(f"{one.name}={one.value}" for one in kept)])

    @property
    def memory(self):
        return psutil.Process(self.process).memory_info().rss

    @contextmanager
    def connect(self, protocol):
        where = f"{self.base.replace('http', 'ws', 1)}api/kernels/{self.kernel}/channels?session_id={Session().session}"
        wanted = [protocol] if protocol else None
        origin = self.base.rstrip("/")
        wire = create_connection(where, SECONDS, cookie=self.cookies, origin=origin, subprotocols=wanted)
        try:
            yield wire
        finally:
            wire.shutdown()

    def closed_by(self, protocol, message):
        """By which code a connection is closed on which that was sent."""
        with self.connect(protocol) as wire:
            wire.send_binary(message)
            while (got := wire.recv_data())[0] != ABNF.OPCODE_CLOSE:
                pass
        return int.from_bytes(got[1][:2], "big")

    def answers(self, protocol, **message):
        """Whether the kernel answers a question, with what is sent along."""
        asked = json.loads(json.dumps(Session().msg("kernel_info_request"), default=str))  # as it comes from a page
        asked |= {"buffers": [], **message}
        if protocol:
            parts = [json.dumps(asked[name]).encode() for name in ("header", "parent_header", "metadata", "content")]
            frame = serialize_msg_to_ws_v1([*parts, *asked["buffers"]], "shell")
        else:
            frame = serialize_binary_message(asked | {"channel": "shell"})
        with self.connect(protocol) as wire, suppress(ConnectionError):
            wire.send_binary(frame)
            while (got := wire.recv_data())[0] != ABNF.OPCODE_CLOSE:
                if b"kernel_info_reply" in got[1]:
                    return True
        return False


@pytest.fixture(scope="module", params=["show", "workshop"])
def server(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as ends:
        if request.param == "show":
            (folder / "page.ipynb").write_text(nbformat.writes(notebook()), encoding="utf-8")
            opens = ends.enter_context(running(["show", "page.ipynb"], folder, folder / "server.log"))
            base, _, path = opens.partition("?")
            yield Served(base, Page.largest, "", f"?{path}")
        else:
            store = folder / "sessions.sqlite"
            begun = start(["serve", "managing-stars", "--seats", "1", "--store", str(store)], folder / "server.log")
            ends.callback(stop, begun)
            office, code = opening(begun, folder / "server.log")
            with Store(store) as held:
                key = join(held, code, "Somebody").key
            yield Served(office.partition("facilitator")[0], Hall.largest, f"teamsim-seat={key}", "")


def notebook():
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("A page")])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def malformed(width, order):
    """Messages that say of themselves what is not so."""

    def frame(*numbers, rest=b""):
        return b"".join(number.to_bytes(width, order) for number in numbers) + rest

    head = (1 + 2) * width
    return {
        "all ones": b"\xff" * width,
        "two thousand million": frame(2**31 - 1),
        "nothing": b"",
        "no part": frame(0),
        "no places": frame(2),
        "too many": frame(MOST_PARTS + 1, *[(2 + MOST_PARTS) * width] * (MOST_PARTS + 1), rest=b"{}"),
        "outside": frame(2, head, head + 3, rest=b"{}"),
        "far outside": frame(1, 2 ** (8 * width) - 1, rest=b"{}"),
        "falling": frame(2, head + 1, head, rest=b"{}"),
        "in its own head": frame(2, 0, head, rest=b"{}"),
    }


@pytest.mark.parametrize("protocol", FRAMINGS)
def test_a_message_that_cannot_be_taken_apart_ends_its_connection_and_nothing_else(server, protocol):
    for called, message in malformed(*FRAMINGS[protocol]).items():
        assert server.closed_by(protocol, message) == INVALID, called
    assert server.answers(protocol)


@pytest.mark.parametrize(("protocol", "others"), [(V1, 6), ("", 1)])
def test_a_message_may_have_as_many_parts_as_are_allowed_and_empty_ones(server, protocol, others):
    parts = [b"", b"more", *[b""] * (MOST_PARTS - others - 2)]
    assert server.answers(protocol, buffers=parts)


@pytest.mark.parametrize("protocol", FRAMINGS)
def test_the_longest_text_gets_through_and_a_message_beyond_all_measure_does_not(server, protocol):
    assert server.answers(protocol, content={"text": "\N{GRINNING FACE}" * LONGEST_TEXT})
    assert not server.answers(protocol, content={"text": " " * server.largest})
    assert server.answers(protocol), "and only that connection is closed"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_never_ends_is_cut_off_and_takes_no_memory(server, chunked):
    before = server.memory
    with ExitStack() as held:
        cut = [never_ending(held.enter_context(socket.socket()), server, chunked) for _ in range(TIMES)]
        grown = server.memory - before
    assert grown < SENT, f"{grown / 2**20:.0f} MB for {TIMES} bodies of {SENT / 2**20:.0f} MB"
    assert cut == [True] * TIMES


def never_ending(wire, server, chunked):
    """Send a body that is longer than what comes of it; whether that was refused."""
    wire.settimeout(SECONDS)
    wire.connect(("127.0.0.1", urlsplit(server.base).port))
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {2 * SENT}"
    wire.sendall(f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n{how}\r\n\r\n".encode())
    piece = b"%x\r\n%s\r\n" % (PIECE, bytes(PIECE)) if chunked else bytes(PIECE)
    with suppress(ConnectionError):
        for _ in range(SENT // PIECE):
            wire.sendall(piece)
        return False
    return True
