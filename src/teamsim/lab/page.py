"""``teamsim show``: a notebook as a page for people who never saw code."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from teamsim.fields import InputError, closest
from teamsim.files import shipped
from teamsim.lab.launch import HOST, free_port
from teamsim.words import language, template

NOTEBOOK = "02-manager-lab"

log = logging.getLogger(__name__)
Say = Callable[[str], None]


def serve(
    notebook: str | Path = NOTEBOOK, port: int = 8866, browser: bool = True, say: Say = log.info
) -> None:
    """Show a notebook as a page, without its code, and return when it is stopped.

    Everybody who opens the address gets the notebook run for them alone. The server listens on this machine only;
    the page loads nothing from elsewhere, and the browser is told to refuse it.

    Parameters
    ----------
    notebook : str or pathlib.Path
        A file, or the name of a shipped notebook.
    port : int
        The port of the server, 1 to 65535; the next free one is taken, and said, if it is in use.
    browser : bool
        Whether to open the web browser.
    say : callable
        Is given each line meant for the user, the address among them.

    Raises
    ------
    InputError
        If there is no such notebook, no port is free, or Voilà is not installed.

    Examples
    --------
    >>> serve("01-first-taem")
    Traceback (most recent call last):
    teamsim.fields.InputError: notebook = 01-first-taem is not there; did you mean '01-first-team'? Known: ...
    """
    path = find_notebook(notebook)
    free = free_port(port)
    try:
        from teamsim.lab.voila import Page
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} is missing: python -m pip install 'teamsim[workshop]'") from None
    from traitlets.config import Config
    if free != port:
        say(f"Port {port} is in use; taking {free}")
    with TemporaryDirectory() as own:
        os.environ["IPYTHONDIR"] = own  # the user's own start-up files do not run in the participants' kernels
        app = Page.instance(config=Config(_settings(free, browser)))
        app.ready = lambda address: _tell(say, address)
        app.initialize([str(path)])
        app.start()


def find_notebook(name: str | Path) -> Path:
    """Return the file of a notebook: one of the user's, or a shipped one by its name.

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> find_notebook("01-first-team").name
    '01-first-team.ipynb'
    """
    path = Path(name).expanduser()
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    known = {file.stem: file for file in sorted(shipped("notebooks").glob("*.ipynb"))}
    if (found := known.get(str(name).removesuffix(".ipynb"))) is None:
        raise InputError(f"= {name} is not there; {closest(str(name), known)}", ("notebook",))
    return found


def _tell(say: Say, address: str) -> None:
    say(f"The page opens at {address}")
    say("Leave this window open while you work; stop with Ctrl+C")


def _settings(port: int, browser: bool) -> dict[str, Any]:
    """Return Voilà's settings; nothing of the user's own Jupyter counts."""
    from jupyter_core.paths import jupyter_runtime_dir

    from teamsim.lab.voila import IDLE_SECONDS, WIDGETS, policy, sentences

    runtime = Path(jupyter_runtime_dir())
    runtime.mkdir(parents=True, exist_ok=True)
    headers = {"Content-Security-Policy": policy(port), "Referrer-Policy": "no-referrer"}
    return {
        "Voila": {
            "config_file_paths": [],
            "connection_dir_root": str(runtime),  # where others cannot read
            "ip": HOST,
            "log_level": "ERROR",  # its warnings are for those who run servers
            "open_browser": browser,
            "port": port,
            "port_retries": 0,
            "token": secrets.token_hex(16),
            # asked for under another name than this machine's, it does not answer
            "tornado_settings": {
                "headers": headers,
                "allow_remote_access": False,
            },
        },
        "VoilaConfiguration": {
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "extension_allowlist": WIDGETS,
            "resources": {"language_code": language(), "said": sentences()},
        },
        "VoilaExecutor": {"cell_error_instruction": template("page.failed")},
        "KernelSpecManager": {"kernel_dirs": []},  # only the Python that runs this
        "KernelManager": {"transport_encryption": "auto"},  # others on this machine cannot listen in
        "MappingKernelManager": {
            "cull_idle_timeout": IDLE_SECONDS,
            "cull_interval": IDLE_SECONDS // 10,
            "cull_connected": False,
        },
    }
