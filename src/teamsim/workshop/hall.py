"""The server of a session: a door for participants, one for the facilitator, and a warm kernel for everybody.

Participants knock with the session's code at ``/``; a kernel is theirs only once they have a seat. The facilitator's
page answers on this machine only, to who brings the facilitator's key. Nothing else is served: no files, no code, no
list of kernels. Whatever a page asks of its kernel goes through the widgets of its notebook.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import traitlets
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler, _kernel_id_regex
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from voila.app import MultiStaticFileHandler, TemplateStaticFileHandler, ThemesHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler

from teamsim.fields import InputError
from teamsim.lab.voila import Channels, Page
from teamsim.words import language, room, say, template
from teamsim.workshop.course import SMALLEST_CLASS, Course
from teamsim.workshop.entries import entries_of, over
from teamsim.workshop.report import personal
from teamsim.workshop.seats import LONGEST_NICKNAME, come_back, join, refuse, sit_down
from teamsim.workshop.session import facilitate
from teamsim.workshop.store import Store

__all__ = ["FACILITATOR", "PARTICIPANT", "Hall", "WarmKernels"]

HERE = Path(__file__).parent
SEAT, KEY = "teamsim-seat", "teamsim-facilitator"
PARTICIPANT, FACILITATOR = "participant.ipynb", "facilitator.ipynb"
AT_ONCE = 2
"""So many kernels warm up at the same time; more would all be late."""
SPARE = 2
MOST_PAGES = 3
"""So many pages of one seat have a kernel: one for each of a pair, and one to spare. With more, the oldest goes."""
LONGEST_WARMING = 30.0
DAYS = 2

log = logging.getLogger(__name__)


class WarmKernels(AsyncMappingKernelManager):  # type: ignore[misc,unused-ignore]
    """Kernels that wait with their notebook run; they are warmed a few at a time, in order."""

    def __init__(self, **named: Any) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._warming: dict[str, asyncio.Event] = {}
        self._watched: set[Any] = set()
        self._pages: dict[str, list[str]] = {}
        self.replaced: set[str] = set()
        """Kernels that were ended because newer pages were opened."""
        super().__init__(**named)  # type: ignore[no-untyped-call,unused-ignore]

    async def start_kernel(self, **named: Any) -> str:  # type: ignore[override,unused-ignore]
        """Start a kernel when it is its turn."""
        await self._turns.acquire()
        try:
            kernel: str = await super().start_kernel(**named)
        except BaseException:
            self._turns.release()
            raise
        self._warming[kernel] = asyncio.Event()
        watching = asyncio.ensure_future(self._warmed(kernel))
        self._watched.add(watching)
        watching.add_done_callback(self._watched.discard)
        return kernel

    async def give(self, kernel: str, reader: str) -> None:
        """Let a reader's page have a kernel; if there are too many pages of one reader, the oldest loses its own."""
        pages = self._pages.setdefault(reader, [])
        pages[:] = [*(one for one in pages if one in self), kernel]
        while len(pages) > MOST_PAGES:
            oldest = pages.pop(0)
            self.replaced.add(oldest)
            await self.shutdown_kernel(oldest, now=True)  # type: ignore[no-untyped-call,unused-ignore]

    async def _warmed(self, kernel: str) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._warming[kernel].wait(), LONGEST_WARMING)
        del self._warming[kernel]
        self._turns.release()

    def in_turn(self, renderer: Any) -> Any:
        """Return what runs a kernel's notebook, so that the next kernel starts once it has."""
        run = renderer.generate_content_hybrid

        async def running(kernel: str, *given: Any) -> Any:
            try:
                return await run(kernel, *given)
            finally:
                if kernel in self._warming:
                    self._warming[kernel].set()

        renderer.generate_content_hybrid = running
        return renderer


class Giving:
    """The kernels as a page sees them that asks for one: what it gets becomes its reader's."""

    def __init__(self, kernels: Any, reader: str) -> None:
        self._kernels, self._reader = kernels, reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kernels, name)

    async def start_kernel(self, **asked: Any) -> str:
        """Start one, where none is warm."""
        kernel: str = await self._kernels.start_kernel(**asked)
        await self._kernels.give(kernel, self._reader)
        return kernel

    async def get_rendered_notebook(self, **asked: Any) -> tuple[Any, list[str], str]:
        """Take a warm one."""
        task, rendered, kernel = await self._kernels.get_rendered_notebook(**asked)
        await self._kernels.give(kernel, self._reader)
        return task, rendered, kernel


class Doorkeeper(IdentityProvider):  # type: ignore[misc,unused-ignore]
    """Knows whoever holds a key of this session, and nobody else."""

    store: Store
    code: str
    names: frozenset[str]

    def get_user(self, handler: Any) -> User | None:
        """Return who this is; None for who has no key."""
        if not _named(handler.request.host, self.names):
            refuse(self.store, handler.request.remote_ip or "", "host")
            raise web.HTTPError(403)
        return self.participant(handler) or self.facilitator(handler)  # in one browser, somebody may be both

    def participant(self, handler: Any) -> User | None:
        """Return which seat of this session somebody has, or who watches it."""
        if key := handler.get_cookie(SEAT):
            with suppress(InputError):
                me = come_back(self.store, key, seen=False)
                if me.session.code == self.code:
                    return User(f"seat {me.seat_id}" if me.seat_id else f"observer {me.id}")
        return None

    def facilitator(self, handler: Any) -> User | None:
        """Return who holds the facilitator's key, and sits at this machine."""
        if (key := handler.get_cookie(KEY)) and _inside(handler):
            with suppress(InputError):
                facilitate(self.store, self.code, key)
                return User("facilitator")
        return None

    @property
    def login_available(self) -> bool:
        """There is no password; the door is our own."""
        return False

    def get_handlers(self) -> list[Any]:
        """Serve no page of Jupyter's own."""
        return []

    def validate_security(self, *_: Any, **__: Any) -> None:
        """Nothing to warn of."""


class Room(TornadoVoilaHandler):  # type: ignore[misc,unused-ignore]
    """A page that takes a warm kernel; the pool is filled for those who are still to come."""

    kernel_manager: Any = None

    async def show(self, notebook: str, reader: User) -> None:
        """Write the page of a notebook for whoever reads it."""
        _ = self.xsrf_token  # asking for it sets the cookie by which a page ends its own kernel
        hall: Hall = self.settings["hall"]
        hall.expect_fewer(notebook)
        self.kernel_manager = Giving(hall.kernel_manager, reader.username)
        async for html in self.get_generator(path=notebook):
            self.write(html)
            await self.flush()


class Door(Room):
    """Where participants come in; who has a seat goes through."""

    @allow_unauthenticated
    async def get(self, _: str | None = None) -> None:
        """Show the door, or the page of who has a seat."""
        if reader := self.identity_provider.participant(self):
            await self.show(PARTICIPANT, reader)
            return
        removed = self.get_cookie(SEAT)
        self.door(self.get_argument("code", ""), problem=say("workshop.key_unknown") if removed else "")

    @allow_unauthenticated
    async def post(self, _: str | None = None) -> None:
        """Take a seat, come back to one, or watch."""
        hall: Hall = self.settings["hall"]
        code, nickname, word = (self.get_argument(name, "")[:200] for name in ("code", "nickname", "word"))
        knock = self.request.remote_ip or ""
        research = self.get_argument("research", "") == "yes"
        try:
            if word.strip():
                ticket = sit_down(hall.store, code, word, nickname, knock, research=research)
            else:
                watches = self.get_argument("observer", "") == "yes"
                ticket = join(hall.store, code, nickname, knock, observer=watches, research=research)
        except InputError as error:
            log.warning("refused at the door: %s from %s", error, knock)
            self.set_status(403)
            self.door(code, nickname, str(error))
            return
        self.set_cookie(SEAT, ticket.key, expires_days=DAYS, samesite="Lax")
        self.redirect("./", status=303)

    def door(self, code: str = "", nickname: str = "", problem: str = "") -> None:
        """Write the plain page with the form."""
        words = {key.partition(".")[2]: template(key) for key in room("workshop")}
        words["door_seen"] = say("workshop.door_seen", least=SMALLEST_CLASS)
        shown = self.settings["voila_jinja2_env"].get_template("door.html")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")  # or the browser would not say that the form is ours
        self.finish(
            shown.render(
                lang=language(), words=words, code=code[:12], nickname=nickname, longest=LONGEST_NICKNAME,
                problem=problem, title=self.settings["hall"].title, xsrf=self.xsrf_form_html(),
            )
        )  # fmt: skip


class Leave(JupyterHandler):  # type: ignore[misc,unused-ignore]
    """Give back the key that this browser holds."""

    @allow_unauthenticated
    def get(self) -> None:
        """Forget the seat and go to the door."""
        self.clear_cookie(SEAT)
        self.redirect("./", status=303)


class Report(JupyterHandler):  # type: ignore[misc,unused-ignore]
    """The report of who asks for it, and of nobody else."""

    @web.authenticated
    async def get(self) -> None:
        """Work it out and send it as a file."""
        hall: Hall = self.settings["hall"]
        doorkeeper = self.identity_provider
        if not (isinstance(doorkeeper, Doorkeeper) and doorkeeper.participant(self)):
            raise web.HTTPError(403)
        key = self.get_cookie(SEAT) or ""
        me = come_back(hall.store, key, seen=False)
        entries = over(me.session, entries_of(hall.store, key), hall.store.clock())
        made = partial(personal, hall.course, entries, me.nickname)
        page = await asyncio.get_running_loop().run_in_executor(None, made)
        self.set_header("Content-Disposition", f'attachment; filename="teamsim-{hall.code}.html"')
        self.set_header("Cache-Control", "no-store")
        self.finish(page)


class Office(Room):
    """The facilitator's page, for who sits at this machine and has the key."""

    @allow_unauthenticated
    async def get(self, _: str | None = None) -> None:
        """Show it."""
        hall: Hall = self.settings["hall"]
        key = self.get_argument("key", "")
        if key and _inside(self):
            with suppress(InputError):
                facilitate(hall.store, hall.code, key)
                self.set_cookie(KEY, key, samesite="Strict")
                self.redirect("facilitator", status=303)  # so that the key stands in no address
                return
        reader = self.identity_provider.facilitator(self)
        if not reader:
            refuse(hall.store, self.request.remote_ip or "", "facilitator")
            log.warning("refused at the facilitator's door: %s", self.request.remote_ip)
            self.set_status(403)
            words = {"door_facilitator": template("workshop.door_facilitator")}
            shown = self.settings["voila_jinja2_env"].get_template("shut.html")
            self.finish(shown.render(lang=language(), words=words))
            return
        await self.show(FACILITATOR, reader)


class Alive(KernelHandler):  # type: ignore[misc,unused-ignore]
    """Whether a kernel is still there; it can be asked, not ended."""

    SUPPORTED_METHODS = ("GET",)

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Say so; and whether it went because newer pages were opened."""
        if kernel_id in self.settings["hall"].kernel_manager.replaced:
            raise web.HTTPError(410)
        await super().get(kernel_id)  # type: ignore[misc,unused-ignore]


class Away(VoilaShutdownKernelHandler):  # type: ignore[misc,unused-ignore]
    """Ends the kernel of a page that goes: its number is known to that page alone, also once its seat was removed."""

    @allow_unauthenticated
    async def post(self, kernel_id: str) -> None:
        """End it."""
        if not _named(self.request.host, self.settings["hall"].names):
            raise web.HTTPError(403)
        if kernel_id in self.kernel_manager:
            await self.kernel_manager.shutdown_kernel(kernel_id)
        self.set_status(204)
        self.finish()


class Templates(TemplateStaticFileHandler):  # type: ignore[misc,unused-ignore]
    """What a page is made of; any other path is not there, instead of an error of Voilà's."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file."""
        template, static, *rest = [*path.split("/"), "", ""]
        if static != "static" or {"", ".", ".."} & {template, *rest[:-2]}:
            raise web.HTTPError(404)
        await super().get(path, include_body)


class Hall(Page):
    """The server of one session, for :func:`teamsim.workshop.serve.serve`."""

    store: Store
    code: str
    key: str
    title: str
    course: Course
    seats: int
    names: frozenset[str]
    largest = 2**17
    """Ample for the longest text that a page sends, and for the form at the door."""
    spare = traitlets.Int(SPARE)

    def setup_template_dirs(self) -> None:
        """Look for templates here first."""
        super().setup_template_dirs()
        self.template_paths = [str(HERE), *self.template_paths]

    def init_settings(self) -> dict[str, Any]:
        """Know who may come in."""
        settings: dict[str, Any] = super().init_settings()
        self.identity_provider.store, self.identity_provider.code = self.store, self.code
        self.identity_provider.names = self.names
        settings["identity_provider"] = self.identity_provider
        settings["login_url"] = self.base_url
        settings["hall"] = self
        kernels = self.kernel_manager
        renderer = kernels._notebook_renderer_factory
        kernels._notebook_renderer_factory = lambda notebook=None: kernels.in_turn(renderer(notebook))
        return settings

    def init_handlers(self) -> list[Any]:
        """Serve two doors, and what their pages need."""
        reading = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        extensions = {"path": self.labextensions_path, "no_cache_paths": ["/"]}
        themes = {"themes_url": "/voila/api/themes", "path": self.themes_dir, "no_cache_paths": ["/"]}
        return [
            (r"/", Door, reading),
            (r"/leave", Leave),
            (r"/report", Report),
            (r"/facilitator", Office, reading),
            (rf"/api/kernels/{_kernel_id_regex}", Alive),
            (rf"/api/kernels/{_kernel_id_regex}/channels", Channels),
            (rf"/voila/api/shutdown/{_kernel_id_regex}", Away),
            (r"/voila/templates/(.*)", Templates),
            (r"/voila/static/(.*)", MultiStaticFileHandler, {"paths": self.static_paths}),
            (r"/voila/api/themes/(.*)", ThemesHandler, {**themes, "labextensions_path": self.labextensions_path}),
            (r"/voila/labextensions/(.*)", FileFindHandler, extensions),
        ]

    def expect_fewer(self, notebook: str) -> None:
        """Keep as many kernels warm as seats may still be taken, and a few for those who come back."""
        pools = self.kernel_manager.kernel_pools_config
        waiting = self.kernel_manager.get_pool_size(notebook)
        taken = len(self.kernel_manager.list_kernel_ids()) - sum(map(len, self.kernel_manager._pools.values()))
        wanted = 1 if notebook == FACILITATOR else max(SPARE, min(waiting, self.seats - taken))
        self.kernel_manager.kernel_pools_config = {**pools, notebook: {"pool_size": wanted, "kernel_env_variables": {}}}

    @property
    def address(self) -> str:
        """Where the facilitator's page opens."""
        return f"http://127.0.0.1:{self.port}/facilitator?key={self.key}"


def _inside(handler: Any) -> bool:
    """Whether somebody asks from this machine."""
    try:
        return ipaddress.ip_address(handler.request.remote_ip).is_loopback
    except ValueError:
        return False


def _named(host: str, names: frozenset[str]) -> bool:
    """Whether we were asked for by a number, or by a name of this machine: no other name leads here honestly."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name.lower() in names
    return True


def names_here() -> frozenset[str]:
    """Return the names by which this machine may be asked."""
    own = socket.gethostname().lower()
    return frozenset({"localhost", own, f"{own.partition('.')[0]}.local"})
