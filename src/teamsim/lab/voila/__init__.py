"""Voilà as we want it: our own page, nothing that leaves this machine, and no kernel that outlives its reader."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from jupyter_server.utils import url_path_join
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from teamsim.words import room, template

__all__ = ["HOST", "Channels", "Page", "in_order", "policy", "sentences"]

HERE = Path(__file__).parent
HOST = "127.0.0.1"

IDLE_SECONDS = 600
"""How long a kernel lives that no page is connected to: long enough for a phone that slept."""

WIDGETS = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget"]
"""The only extensions of the page that are loaded."""

MOST_PARTS = 32
"""Of a binary message: its head, its content, and what else a widget sends along."""
INVALID = 1007
"""By this code a socket is closed whose message is not what it says it is."""


def policy(port: int, *hosts: str) -> str:
    """Return what the page may load: its own server's, and what it makes itself; Vega compiles its expressions.

    Examples
    --------
    >>> "https:" in policy(8866)
    False
    """
    sockets = " ".join(f"ws://{host}:{port}" for host in (HOST, *hosts))
    inside = f"'self' {sockets} data: blob:"
    return f"default-src {inside} 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'self'; form-action 'self'"


def sentences() -> dict[str, str]:
    """Return what a page says around its cells.

    Examples
    --------
    >>> "loading" in sentences()
    True
    """
    return {key.partition(".")[2]: template(key) for key in room("page")}


def in_order(frame: bytes, width: int, order: Literal["big", "little"]) -> bool:
    """Return whether a message can be taken apart: it says how many parts it has, and where each of them is.

    Parameters
    ----------
    frame : bytes
        The message.
    width : int
        The bytes of each of its numbers.
    order : str
        Their order.

    Examples
    --------
    >>> in_order(bytes([1, 2, 65, 66]), 1, "big"), in_order(bytes([2, 3, 9, 65]), 1, "big")
    (True, False)
    """
    count = int.from_bytes(frame[:width], order)
    if not 1 <= count <= MOST_PARTS:
        return False
    head = width * (1 + count)
    places = [int.from_bytes(frame[at : at + width], order) for at in range(width, head, width)]
    return all(this <= later for this, later in pairwise([head, *places, len(frame)]))


class Reading(TornadoVoilaHandler):  # type: ignore[misc,unused-ignore]
    """One reader's page; with the cookie by which it may end its own kernel when it is left."""

    async def get(self, path: str | None = None) -> None:
        _ = self.xsrf_token  # asking for it sets the cookie
        await super().get(path)


class Channels(VoilaKernelWebsocketHandler):  # type: ignore[misc,unused-ignore]
    """What a page and its kernel say to each other; a reader who has gone is noticed after three silent pings."""

    @property
    def ping_timeout(self) -> float:
        """Tornado, which asks once and before there is a connection, lets nobody wait longer than for one ping."""
        waits: float = self.ping_interval * (1 if self.ws_connection is None else 3)
        return waits

    def on_message(self, message: str | bytes) -> None:
        """Pass it on; what cannot be taken apart ends the connection, before Jupyter tries to."""
        framing: tuple[int, Literal["big", "little"]] = (8, "little") if self.selected_subprotocol else (4, "big")
        if isinstance(message, bytes) and not in_order(message, *framing):
            self.close(INVALID, f"1 to {MOST_PARTS} parts, one after the other, all inside the message")
            return
        super().on_message(message)


class Page(Voila):  # type: ignore[misc,unused-ignore]
    """A server of one notebook as a page, for :func:`teamsim.lab.page.serve`."""

    ready: Callable[[str], None] = staticmethod(lambda _: None)
    """Is told the address, with its token, once the page can be opened."""
    largest = 10 * 2**20
    """So many bytes are taken at once: a file that somebody gives a widget."""

    def setup_template_dirs(self) -> None:
        """Look for templates here first."""
        super().setup_template_dirs()
        self.template_paths = [str(HERE), *self.template_paths]  # type: ignore[has-type,unused-ignore]

    def init_handlers(self) -> list[Any]:
        """Answer with our own handler where Voilà has its own."""
        handlers: list[Any] = super().init_handlers()
        ours = {TornadoVoilaHandler: Reading, VoilaKernelWebsocketHandler: Channels}
        return [(path, ours.get(handler, handler), *more) for path, handler, *more in handlers]

    @property
    def address(self) -> str:
        """Where a reader may open the page."""
        return f"{url_path_join(self.connection_url, '/')}?token={self.identity_provider.token}"

    def listen(self) -> None:
        """Say where, and serve until stopped; who sends too much at once is cut off."""
        self.app.settings["websocket_max_message_size"] = self.largest
        read = 2 * self.largest  # the next message may begin in what was read of this one
        self.app.listen = partial(self.app.listen, max_body_size=self.largest, max_buffer_size=read)
        self.ready(self.address)
        super().listen()

    def launch_browser(self) -> None:
        """Open the page by way of a file that only its owner can read: everybody on the machine sees command lines."""
        door = Path(self.connection_dir) / "open.html"
        door.write_text(f'<meta http-equiv="refresh" content="0; url={self.address}">', encoding="utf-8")
        threading.Thread(target=webbrowser.open, args=(door.as_uri(),), daemon=True).start()
