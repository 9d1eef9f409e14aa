"""``teamsim workshop serve``: a session for a class, on this machine and its local network, without internet."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from teamsim.fields import InputError
from teamsim.lab.launch import HOST, free_port
from teamsim.words import language, speak, template
from teamsim.workshop.course import Course
from teamsim.workshop.definition import Workshop, spoken
from teamsim.workshop.desk import CODE, STORE
from teamsim.workshop.facilitator import ADDRESS
from teamsim.workshop.session import Session, begin, find, new_facilitator_key, sessions
from teamsim.workshop.store import Store, default_path

__all__ = ["check_size", "local_address", "serve"]

HOURS = 12.0
"""A session that was begun so recently and has not ended is gone on with."""
PORT = 8866
SEATS, MOST_SEATS = 30, 60
"""The usual class, and the largest with which a whole session was rehearsed (on two busy cores)."""
FILES = 4096
"""So many may be open, as in Jupyter's own server: each page has about 14 of them here."""
ANYWHERE = ".".join("0000")  # a class comes in from the local network

log = logging.getLogger(__name__)
Say = Callable[[str], None]


def serve(
    name: str | Path,
    port: int = PORT,
    seats: int = SEATS,
    *,
    here: bool = False,
    code: str = "",
    new: bool = False,
    seed: int = 1,
    speaks: str = "en",
    store: str | Path = "",
    browser: bool = True,
    say: Say = log.info,
) -> None:
    """Serve a session of a workshop, and return when it is stopped.

    Parameters
    ----------
    name : str or Path
        A workshop that comes with the package, or the folder of one's own.
    port : int
        The port of the server; the next free one is taken, and said, if it is in use.
    seats : int
        How many kernels are kept warm: the size of the class, at most `MOST_SEATS`.
    here : bool
        Whether to listen on this machine only, for a projector.
    code : str
        Of a session to go on with.
    new : bool
        Whether to begin a new session, though one of today could be gone on with.
    seed : int
        The luck of a new session.
    speaks : str
        The language of a new session.
    store : str or Path
        Where sessions are kept: a file or a PostgreSQL address; by default in the user's own folder.
    browser : bool
        Whether to open the facilitator's page.
    say : callable
        Is given each line meant for the facilitator.

    Raises
    ------
    InputError
        If there is no such workshop or session, no port is free, or Voilà is not installed.
    """
    workshop = Workshop.load(name)
    check_size(seats)
    _allow_files()
    with Store(store or default_path()) as held:
        session, key = _session(held, _lasting(name), code, new, seed, speaks)
        speak(session.language)
        free = free_port(port)
        try:
            from teamsim.workshop.forked import Nursery, available
            from teamsim.workshop.hall import Hall, names_here
        except ModuleNotFoundError as error:
            raise InputError(f"{error.name} is missing: python -m pip install 'teamsim[workshop]'") from None
        from traitlets.config import Config
        if free != port:
            say(f"Port {port} is in use; taking {free}")
        host = HOST if here else local_address()
        address = f"http://{host}:{free}/"
        os.environ |= {STORE: held.where, CODE: session.code, ADDRESS: address}
        with TemporaryDirectory() as own:
            os.environ["IPYTHONDIR"] = own  # the user's own start-up files do not run in the participants' kernels
            with Nursery(session.workshop, session.language) if available() else nullcontext():
                hall = Hall.instance(config=Config(_settings(free, host, here, browser, seats)))
                hall.store, hall.code, hall.key, hall.seats = held, session.code, key, seats
                hall.title, hall.names = spoken(workshop.title), names_here()
                hall.course = Course(workshop, session.seed)
                hall.ready = lambda opening: _tell(say, session, address, opening, seats)
                hall.initialize([str(Workshop.folder(name))])
                hall.start()


def check_size(size: int, what: str = "seats") -> None:
    """Refuse a class of nobody, or of more than one server has been tried with."""
    if not 1 <= size <= MOST_SEATS:
        raise InputError(f"= {size} is outside 1..{MOST_SEATS}", (what,))


def local_address() -> str:
    """Return the address of this machine on its local network; of this machine alone where it has none.

    Examples
    --------
    >>> len(local_address().split("."))
    4
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("10.255.255.255", 9))  # nothing is sent: it only looks which way it would go
            return str(asking.getsockname()[0])
        except OSError:
            return HOST


def _allow_files() -> None:
    """Let this process have as many files open as pages of a whole class need; a system gives 256 or 1,024 unasked."""
    with suppress(ImportError):  # Windows has no such limit
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _session(store: Store, name: str, code: str, new: bool, seed: int, speaks: str) -> tuple[Session, str]:
    if code:
        session = find(store, code)
        if session.workshop != name:
            raise InputError(f"= {code} is a session of {session.workshop}, not of {name}", ("code",))
        return session, new_facilitator_key(store, session.id)
    recent = [
        one for one in sessions(store)
        if one.workshop == name and one.ended is None and store.clock() - one.created < 3600 * HOURS
    ]  # fmt: skip
    if recent and not new:
        return recent[0], new_facilitator_key(store, recent[0].id)
    return begin(store, name, seed, speaks)


def _lasting(name: str | Path) -> str:
    """Return how a workshop is found again from any folder."""
    return str(name) if str(name) in Workshop.names() else str(Workshop.folder(name))


def _tell(say: Say, session: Session, address: str, opening: str, seats: int) -> None:
    say(f"Facilitator, on this machine only: {opening}")
    say(f"Participants: {address}   Code: {session.code}")
    if session.round >= 0:
        say(f"Going on with the session of today, in round {session.round + 1}; a new one: --new")
    say(f"Warming up for {seats}. Leave this window open; stop with Ctrl+C")


def _settings(port: int, host: str, here: bool, browser: bool, seats: int) -> dict[str, Any]:
    """Return Voilà's settings; nothing of the user's own Jupyter counts."""
    from jupyter_core.paths import jupyter_runtime_dir

    from teamsim.lab.voila import IDLE_SECONDS, WIDGETS, policy, sentences
    from teamsim.workshop.hall import FACILITATOR, PARTICIPANT, Doorkeeper, WarmKernels, names_here

    runtime = Path(jupyter_runtime_dir())
    runtime.mkdir(parents=True, exist_ok=True)
    headers = {"Content-Security-Policy": policy(port, host, *sorted(names_here())), "Referrer-Policy": "no-referrer"}
    pools = {PARTICIPANT: seats, FACILITATOR: 1, "default": 0}
    culling = {"cull_idle_timeout": IDLE_SECONDS, "cull_interval": IDLE_SECONDS // 10, "cull_connected": False}
    kernels = {name: {"pool_size": size, "kernel_env_variables": {}} for name, size in pools.items()}
    return {
        "Voila": {
            "config_file_paths": [],
            "connection_dir_root": str(runtime),  # where others cannot read
            "identity_provider_class": Doorkeeper,
            "ip": HOST if here else ANYWHERE,
            "log_level": "ERROR",
            "open_browser": browser,
            "port": port,
            "port_retries": 0,
            "token": "",
            "tornado_settings": {
                "headers": headers,
                "allow_remote_access": True,  # by which name, the doorkeeper looks at
            },
        },
        "VoilaConfiguration": {
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "extension_allowlist": WIDGETS,
            "multi_kernel_manager_class": WarmKernels,
            "preheat_kernel": True,
            "default_pool_size": 0,
            "resources": {"language_code": language(), "said": sentences(), "returns": True},
        },
        "VoilaExecutor": {"cell_error_instruction": template("page.failed")},
        "KernelSpecManager": {"kernel_dirs": []},  # only the Python that runs this
        "KernelManager": {"transport_encryption": "auto"},  # others on this machine cannot listen in
        "MappingKernelManager": culling,
        "VoilaKernelManager": {"kernel_pools_config": kernels},
    }
