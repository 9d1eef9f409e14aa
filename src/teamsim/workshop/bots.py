"""Bots that take part over the network as a browser would: by the door, a page, and messages to its widgets."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from jupyter_server.services.kernels.connection.base import deserialize_binary_message
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

__all__ = ["Bot", "Times"]

SECONDS = 120.0
STEP = 0.25


@dataclass
class Times:
    """How long bots waited, in seconds."""

    page: list[float] = field(default_factory=list)
    """From the door to a page that answers."""
    result: list[float] = field(default_factory=list)
    """From a decision to its first picture."""
    back: list[float] = field(default_factory=list)
    """From opening the page again to where one was."""


class Bot:
    """Somebody who takes part without eyes and hands.

    Parameters
    ----------
    address : str
        Of the server, with a slash at its end.
    name : str
        The nickname.
    times : Times, optional
        Where it notes how long it waited, with others perhaps.
    """

    def __init__(self, address: str, name: str, times: Times | None = None) -> None:
        self.address, self.name = address, name
        self.times = Times() if times is None else times
        self.cookies: dict[str, str] = {}
        self.states: dict[str, dict[str, Any]] = {}
        """What every widget of the page shows, by its model."""
        self.arrived: dict[str, float] = {}
        self._socket: WebSocketClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._session = uuid.uuid4().hex

    # --- what a browser does

    async def fetch(self, path: str, **form: str) -> HTTPResponse:
        """Open a page, or send its form."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        how: dict[str, Any] = {"method": "GET"}
        if form:
            how = {"method": "POST", "body": urlencode(form | {"_xsrf": self.cookies.get("_xsrf", "")})}
            headers |= {"Origin": self.address.rstrip("/"), "Content-Type": "application/x-www-form-urlencoded"}
        asked = HTTPRequest(
            self.address + path, headers=headers, follow_redirects=False, request_timeout=SECONDS, **how
        )
        answer = await AsyncHTTPClient(max_clients=200).fetch(asked, raise_error=False)
        for line in answer.headers.get_list("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer

    async def come_in(self, code: str) -> None:
        """Go through the door and open the page."""
        begun = time.monotonic()
        await self.fetch("")
        answer = await self.fetch("", code=code, nickname=self.name)
        if answer.code != 303:
            raise RuntimeError(f"{self.name} was refused at the door: {answer.code} {answer.body[:300]!r}")
        await self.open("", "teamsim-seat")
        await self.until(lambda: bool(self.place), "a page that answers")
        self.times.page.append(time.monotonic() - begun)

    async def come_back(self) -> None:
        """Open the page anew, as after a closed tab."""
        begun = time.monotonic()
        self.leave()
        await self.open("", "teamsim-seat")
        await self.until(lambda: bool(self.place), "the page again")
        self.times.back.append(time.monotonic() - begun)

    async def open(self, path: str, cookie: str) -> None:
        """Open a page, connect to its kernel and sit down with the key of a cookie."""
        answer = await self.fetch(path)
        found = re.search(r'"kernelId":\s*"([\w-]+)"', unescape(answer.body.decode()))
        if found is None:
            raise RuntimeError(f"{self.name} got no page at {path!r}: {answer.code}")
        self.kernel = found[1]
        channels = f"api/kernels/{self.kernel}/channels?session_id={self._session}"
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Origin": self.address.rstrip("/"),
        }
        where = self.address.replace("http", "ws", 1) + channels
        self._socket = await websocket_connect(HTTPRequest(where, headers=headers, request_timeout=SECONDS))
        self._reading = asyncio.create_task(self._read(self._socket))
        self.states.clear()
        asked = uuid.uuid4().hex
        self.send("comm_open", {"comm_id": asked, "target_name": "jupyter.widget.control", "data": {}}, version="1.0.0")
        self.send("comm_msg", {"comm_id": asked, "data": {"method": "request_states"}})
        await self.until(lambda: any("refusal" in state for state in self.states.values()), "the widgets of the page")
        self.ask(self.desk, "sit", key=self.cookies.get(cookie, ""))

    def leave(self) -> None:
        """Close the page."""
        if self._reading is not None:
            self._reading.cancel()
        if self._socket is not None:
            self._socket.close()

    def send(self, kind: str, content: Mapping[str, Any], **metadata: str) -> None:
        """Send the kernel a message."""
        assert self._socket is not None
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self._session, "username": ""}
        message = {"header": header | {"version": "5.3"}, "content": content, "channel": "shell"}
        message |= {"parent_header": {}, "metadata": metadata}
        self._socket.write_message(json.dumps(message, default=str))

    def ask(self, model: str, what: str, /, **given: Any) -> None:
        """Send a widget what its page would."""
        self.send("comm_msg", {"comm_id": model, "data": {"method": "custom", "content": {"ask": what, **given}}})

    @property
    def desk(self) -> str:
        """The frame of the page."""
        held = [one for one, state in self.states.items() if "refusal" in state]
        if not held:
            raise RuntimeError(f"{self.name} sees no page")
        return held[-1]

    @property
    def place(self) -> dict[str, Any]:
        """Where a participant's page says that one is; empty before it does."""
        held = [state["place"] for state in self.states.values() if "place" in state]
        return held[-1] if held else {}

    async def until(self, seen: Callable[[], bool], what: str, seconds: float = SECONDS, *, look: bool = False) -> None:
        """Wait until something is seen; looking again meanwhile, as a page does."""
        begun = time.monotonic()
        while not seen():
            if time.monotonic() - begun > seconds:
                told = [shown.get(one) or "" for shown in self.states.values() for one in ("refusal", "problem")]
                where = f"in {self.place.get('phase')!r}: {''.join(told)}"
                raise RuntimeError(f"{self.name} has waited {seconds:g} s for {what}; {where}")
            if look:
                self.ask(self.desk, "look")
                await asyncio.sleep(1.0)
            else:
                await asyncio.sleep(0.02)

    async def _read(self, socket: WebSocketClientConnection) -> None:
        while (message := await socket.read_message()) is not None:
            binary = isinstance(message, bytes)
            told: dict[str, Any] = (deserialize_binary_message if binary else json.loads)(message)
            content = told["content"]
            kind = told["header"]["msg_type"]
            if kind in ("comm_open", "comm_msg"):
                data = content.get("data", {})
                for model, held in {content["comm_id"]: data, **data.get("states", {})}.items():
                    if isinstance(held.get("state"), dict):
                        self.states.setdefault(model, {}).update(held["state"])
                        self.arrived[model] = time.monotonic()
            elif kind == "comm_close":
                self.states.pop(content["comm_id"], None)

    # --- what a participant does

    async def play(self, number: int, choose: Callable[[list[Any]], dict[str, float]], thinks: float = 0.0) -> None:
        """Play a round from the brief to the reflection, with so many seconds of thought before the decision."""
        await self.until(lambda: self.place.get("round") == number, f"round {number + 1}", look=True)
        opened = time.monotonic()
        if self.place["phase"] == "brief":
            self.ask(self.desk, "read")
            await self.until(lambda: self.place["phase"] != "brief", "the prediction")
        while self.place["phase"] == "predict":
            waiting = [one for one, state in self.states.items() if "came" in state and not state.get("locked")]
            await asyncio.sleep(STEP)
            for one in waiting:
                question = self.states[one].get("question", {})
                middle = (question.get("low", 0.0) + question.get("high", 1.0)) / 2
                value = {"direction": "up", "number": round(middle)}.get(question.get("kind", ""), [middle] * 5)
                self.ask(one, "lock", value=value, sure=70)
        if self.place["phase"] == "decide":
            await self.until(lambda: bool(self._levers()), "the levers")
            levers = self._levers()[-1]
            values = choose(self.states[levers]["groups"])
            update = {"method": "update", "state": {"values": values, "resting": True}, "buffer_paths": []}
            self.send("comm_msg", {"comm_id": levers, "data": update})
            thought = time.monotonic() + thinks
            await self.until(lambda: time.monotonic() >= thought, "its own thoughts", SECONDS + thinks, look=True)
            await asyncio.sleep(STEP)
            begun = time.monotonic()
            self.ask(levers, "submit")
            await self.until(lambda: self.place["phase"] not in ("brief", "predict", "decide"), "the result")
            await self.until(lambda: bool(self._drawn(begun)), "a picture")
            self.times.result.append(time.monotonic() - begun)
        if self.place["phase"] == "see":
            await self.until(lambda: bool(self._notes(opened)), "the question at the end")
            self.ask(self._notes(opened)[-1], "submit", text=f"{self.name} has seen round {number + 1}")
            await self.until(lambda: self.place["phase"] == "done", "the end of the round")

    def _drawn(self, since: float) -> list[str]:
        return [one for one, state in self.states.items() if "tween_ms" in state and self.arrived[one] >= since]

    def _levers(self) -> list[str]:
        """Return the levers that are free; those of earlier rounds are locked, and still there."""
        free = {one: state for one, state in self.states.items() if not state.get("state", {}).get("locked", True)}
        return [one for one, state in free.items() if "groups" in state]

    def _notes(self, since: float) -> list[str]:
        """Return the questions that are still open; what was left open in an earlier round is none."""
        waiting = [one for one, state in self.states.items() if state.get("button") and not state.get("locked", True)]
        return [one for one in waiting if self.arrived[one] >= since]
