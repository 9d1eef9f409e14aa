"""The server of a session: how many pages a seat may have, and how many files the server itself."""

import asyncio
import json
import time
from pathlib import Path

import psutil
import pytest
from jupyter_core.paths import jupyter_runtime_dir

from teamsim.workshop.bots import Bot
from teamsim.workshop.hall import MOST_PAGES
from teamsim.workshop.rehearse import opening, start, stop
from teamsim.workshop.serve import FILES

resource = pytest.importorskip("resource", reason="Windows limits no files")
FEW = 256


class Server:
    """A session by ``python -m teamsim workshop serve``, begun where only few files may be open."""

    def __init__(self, folder):
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, most))
        try:
            arguments = ["serve", "managing-stars", "--seats", "2", "--store", str(folder / "sessions.sqlite")]
            self.process = start(arguments, folder / "server.log")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))
        office, self.code = opening(self.process, folder / "server.log")
        self.base = office.partition("facilitator")[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("workshop"))
    yield running
    stop(running.process)


def process_of(kernel):
    """Whatever listens where a kernel does."""
    [file] = Path(jupyter_runtime_dir()).rglob(f"kernel-{kernel}.json")
    port = json.loads(file.read_text(encoding="utf-8"))["shell_port"]
    return next(psutil.Process(one.pid) for one in psutil.net_connections("tcp") if one.laddr.port == port and one.pid)


def test_of_too_many_pages_of_one_seat_the_oldest_ends_and_nobody_elses(server):
    async def live():
        ann, bob, other = (Bot(server.base, name) for name in ("Ann", "Bob", "Other"))
        await other.come_in(server.code)
        await ann.come_in(server.code)
        await bob.fetch("")
        await bob.fetch("", code=server.code, nickname=bob.name, word=ann.place["word"])
        first = process_of(ann.kernel)
        pages = [ann]
        for number in range(MOST_PAGES):
            assert await status(ann, pages[0]) == 200, f"{len(pages)} pages"
            page = Bot(server.base, "another")
            page.cookies |= (ann, bob)[number % 2].cookies
            await page.open("", "teamsim-seat")
            await page.until(lambda page=page: bool(page.place), "a page that answers")
            pages.append(page)
        assert [page.place["seat"] for page in pages] == [ann.place["seat"]] * len(pages)
        found = [await status(ann, page) for page in pages]
        assert found == [410, *[200] * MOST_PAGES]
        assert await status(other, other) == 200
        for page in (*pages, other):
            page.leave()
        return first

    first, until = asyncio.run(live()), time.monotonic() + 30
    while first.is_running() and time.monotonic() < until:
        time.sleep(0.1)
    assert not first.is_running()


async def status(bot, page):
    """What a page is told that asks for its kernel."""
    return (await bot.fetch(f"api/kernels/{page.kernel}")).code


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="only Linux tells it of another process")
def test_the_server_may_open_as_many_files_as_a_class_needs(server):
    may, most = psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert may == (FILES if most == psutil.RLIM_INFINITY else min(FILES, most))
