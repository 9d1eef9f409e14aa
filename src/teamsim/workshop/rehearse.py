"""``teamsim workshop rehearse``: a whole session with bots against the real server, for practice and as a load test."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil

from teamsim.fields import InputError
from teamsim.workshop.bots import Bot, Times
from teamsim.workshop.definition import Workshop
from teamsim.workshop.entries import entries_of_all
from teamsim.workshop.serve import Say, check_size
from teamsim.workshop.session import find
from teamsim.workshop.store import Store

__all__ = ["Rehearsal", "rehearse"]

START_SECONDS = 300.0
ARRIVE_SECONDS = 60.0
THINK_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass
class Rehearsal:
    """What a rehearsal has shown.

    Attributes
    ----------
    bots, rounds : int
        How many took part in how many rounds.
    times : Times
        How long all of them waited.
    memory : float
        Megabytes that a participant adds (proportional set size).
    lost, double : int
        Decisions that are not in the store, and such as are there twice.
    """

    bots: int
    rounds: int
    times: Times = field(default_factory=Times)
    memory: float = 0.0
    lost: int = 0
    double: int = 0

    def told(self) -> list[tuple[str, str]]:
        """Return it as lines of a table."""
        rows = [("bots and rounds", f"{self.bots} and {self.rounds}")]
        waits = {"page": "door to page", "result": "decision to picture", "back": "back again"}
        for name, called in waits.items():
            if seconds := getattr(self.times, name):
                rows.append((called, f"median {median(seconds):.2f} s, worst {max(seconds):.2f} s"))
        rows.append(("memory a participant", f"{self.memory:.0f} MB"))
        rows.append(("decisions lost, double", f"{self.lost}, {self.double}"))
        return rows


def rehearse(
    name: str | Path,
    bots: int = 30,
    rounds: int | None = None,
    *,
    within: float = ARRIVE_SECONDS,
    thinks: float = THINK_SECONDS,
    say: Say = log.info,
) -> Rehearsal:
    """Play a whole session with bots against the real server, in a store of its own.

    Parameters
    ----------
    name : str or Path
        The workshop.
    bots : int
        How many take part, as many as a server may have seats.
    rounds : int, optional
        How many rounds are played; all where nothing is said.
    within : float
        Within how many seconds the bots arrive.
    thinks : float
        How many seconds the slowest thinks a decision over; nobody takes less than a third of it. 0 has all decide at
        once, which no class does.
    say : callable
        Is told how far it is.

    Returns
    -------
    Rehearsal
        Times, memory, and what was lost or double.

    Raises
    ------
    InputError
        If there is no such workshop, or no such number of bots.
    """
    workshop = Workshop.load(name)
    check_size(bots, "bots")
    count = len(workshop.rounds) if rounds is None else max(1, min(rounds, len(workshop.rounds)))
    with TemporaryDirectory() as folder:
        store, output = Path(folder) / "rehearsal.sqlite", Path(folder) / "server.log"
        server = start(["serve", str(name), "--new", "--seats", str(bots), "--store", str(store)], output)
        try:
            office, code = opening(server, output)
            found = Rehearsal(bots, count)
            asyncio.run(_play(found, office, code, server, store, within, thinks, say))
        finally:
            stop(server)
    return found


def start(arguments: list[str], output: Path, port: str = "") -> subprocess.Popen[bytes]:
    """Start a server on this machine only, on a port or a free one."""
    if not port:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
    ours = ["--here", "--no-browser", "--port", port]
    command = [sys.executable, "-u", "-m", "teamsim", "workshop", *arguments, *ours]
    with output.open("wb") as written:
        return subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def opening(server: subprocess.Popen[bytes], output: Path) -> tuple[str, str]:
    """Return the facilitator's address and the code, once the server answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        told = output.read_text(encoding="utf-8", errors="replace")
        if server.poll() is not None:
            raise InputError(f"the server has stopped: {told[-600:]}")
        office, code = re.search(r"http://127\S+/facilitator\S+", told), re.search(r"Code: (\w+)", told)
        if office and code:
            at = urlsplit(office[0])
            with suppress(OSError), socket.create_connection((at.hostname, at.port or 80), 1):
                return office[0], code[1]
        time.sleep(0.2)
    raise InputError(f"no server within {START_SECONDS:g} s: {output.read_text(encoding='utf-8')[-600:]}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a server and the kernels that it has started."""
    kernels = []
    with suppress(psutil.NoSuchProcess):
        kernels = psutil.Process(server.pid).children(recursive=True)
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(20)
    for process in [one for one in kernels if one.is_running()]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    if server.poll() is None:
        server.kill()


async def _play(
    found: Rehearsal, office: str, code: str, server: Any, store: Path, within: float, thinks: float, say: Say
) -> None:
    base = office.partition("facilitator")[0]
    facilitator = Bot(base, "facilitator")
    await facilitator.fetch(office.removeprefix(base))
    await facilitator.open("facilitator", "teamsim-facilitator")
    await _warm(server, found.bots, say)
    players = [Bot(base, f"Bot {n + 1}", found.times) for n in range(found.bots)]

    async def arrive(place: int) -> None:
        await asyncio.sleep(within * place / found.bots)
        await players[place].come_in(code)

    await asyncio.gather(*map(arrive, range(found.bots)))
    say(f"{found.bots} bots are in")
    draws = [np.random.default_rng(n) for n in range(found.bots)]
    for number in range(found.rounds):
        facilitator.ask(facilitator.desk, "act", what="open", round=number, minutes=None)
        playing = [
            bot.play(number, _chooser(draw), thinks * draw.uniform(1 / 3, 1))
            for bot, draw in zip(players, draws, strict=True)
        ]
        await asyncio.gather(*playing)
        say(f"round {number + 1} of {found.rounds} is played")
    found.memory = _memory(server)
    await asyncio.gather(*(bot.come_back() for bot in players[:2]))
    for bot in (*players, facilitator):
        bot.leave()
    with Store(store) as held:
        entries = entries_of_all(held, find(held, code).id)
    decided = sum("decide" in mine.get(number, {}) for mine in entries.values() for number in range(found.rounds))
    found.lost = found.bots * found.rounds - decided
    found.double = len(entries) - found.bots


def _chooser(draw: np.random.Generator) -> Callable[[list[Any]], dict[str, float]]:
    def choose(groups: list[Any]) -> dict[str, float]:
        levers = [lever for group in groups for lever in group["levers"]]
        return {one["name"]: one["low"] + draw.random() * (one["high"] - one["low"]) for one in levers}

    return choose


async def _warm(server: Any, bots: int, say: Say, seconds: float = 600.0) -> None:
    """Wait until the class's kernels are there and rest."""
    until = time.monotonic() + seconds
    told = 0.0
    while time.monotonic() < until:
        kernels = _kernels(server)
        busy = sum(one.cpu_percent(None) for one in kernels)
        if len(kernels) > bots and busy < 40.0:
            return
        if time.monotonic() - told > 15:
            told = time.monotonic()
            say(f"{len(kernels)} of {bots + 1} kernels have started")
        await asyncio.sleep(2.0)


_known: dict[int, psutil.Process] = {}


def _kernels(server: Any) -> list[psutil.Process]:
    found = []
    with suppress(psutil.NoSuchProcess):
        for one in psutil.Process(server.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                forked = any("nursery" in part for part in one.cmdline()) and one.ppid() != server.pid
                if forked or any("ipykernel" in part for part in one.cmdline()):
                    found.append(_known.setdefault(one.pid, one))
    return found


def _memory(server: Any) -> float:
    sizes = []
    for one in _kernels(server):
        with suppress(psutil.Error):
            held = one.memory_full_info()
            sizes.append(getattr(held, "pss", held.rss))
    return median(sizes) / 2**20 if sizes else 0.0
