"""``teamsim lab``: a JupyterLab of its own, uncluttered, opened on a notebook."""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from teamsim.files import shipped
from teamsim.lab.copies import STATE, copy_notebooks, was_copied_to

FOLDER = "teamsim-notebooks"
NOTEBOOK = "01-first-team.ipynb"
HOST = "127.0.0.1"

log = logging.getLogger(__name__)
Say = Callable[[str], None]


def open_lab(
    folder: str | Path | None = None,
    notebook: str = NOTEBOOK,
    port: int = 8888,
    browser: bool = True,
    say: Say = log.info,
) -> None:
    """Open JupyterLab on a copy of the shipped notebooks, and return when it is stopped.

    The server listens on this machine only, keeps its settings in ``.teamsim`` inside `folder`, and leaves
    the user's own Jupyter settings, extensions and kernels alone. The kernel is the Python that runs this
    function.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Where the notebooks are copied to. By default ``teamsim-notebooks`` in the current directory, or the
        current directory itself where it already holds such copies. Changes made there are never overwritten.
    notebook : str
        The notebook to start on, below `folder`.
    port : int
        The port of the server, 1 to 65535; the next free one is taken, and said, if it is in use.
    browser : bool
        Whether to open the web browser.
    say : callable
        Is given each line meant for the user.

    Raises
    ------
    teamsim.fields.InputError
        If the folder cannot be written, the notebook is not there, or no port is free.

    Examples
    --------
    >>> open_lab("my-notebooks", port=80_000)
    Traceback (most recent call last):
    teamsim.fields.InputError: port = 80000 is outside 1..65535
    """
    free = free_port(port)
    home = _folder(folder)
    fresh, kept = copy_notebooks(shipped("notebooks"), home)
    if fresh:
        say(f"The notebooks are in {home}")
    if kept:
        say(f"Kept your changes in {', '.join(kept)} (rename or move such a file to get the original again)")
    path = _notebook(notebook, home)
    if free != port:
        say(f"Port {port} is in use; taking {free}")
    _prepare(home)
    _trust(home, fresh)
    token = secrets.token_hex(16)
    say(f"JupyterLab opens at http://{HOST}:{free}/lab/tree/{quote(path)}?token={token}")
    say("Leave this window open while you work; stop with Ctrl+C")

    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(argv=_arguments(home, path, free, browser, token))


def free_port(port: int, tries: int = 50) -> int:
    """Return `port`, or the first one after it that nobody on this machine listens on.

    Parameters
    ----------
    port : int
        The port wished for, 1 to 65535.
    tries : int
        How many ports to look at.

    Returns
    -------
    int
        A free port.

    Raises
    ------
    teamsim.fields.InputError
        If `port` is no port number, or all are in use.

    Examples
    --------
    >>> free_port(8888) >= 8888
    True
    """
    from teamsim.fields import InputError

    if not 1 <= port <= 65535:
        raise InputError(f"port = {port} is outside 1..65535")
    last = min(port + tries - 1, 65535)
    for candidate in range(port, last + 1):
        if is_free(candidate):
            return candidate
    raise InputError(f"port = {port}: all ports from {port} to {last} are in use on this machine")


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port of this machine.

    Parameters
    ----------
    port : int
        The port, 1 to 65535.

    Returns
    -------
    bool
        Whether it is free.

    Examples
    --------
    >>> import socket
    >>> with socket.create_server(("127.0.0.1", 0)) as server:
    ...     is_free(server.getsockname()[1])
    False
    """
    with socket.socket() as caller:
        # macOS and Windows let one bind beside a server that listens on all addresses: ask before trying
        caller.settimeout(0.2)
        if caller.connect_ex((HOST, port)) == 0:
            return False
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def _folder(folder: str | Path | None) -> Path:
    from teamsim.fields import InputError

    if folder is None:
        folder = "." if was_copied_to(Path()) else FOLDER
    home = Path(folder).expanduser().resolve()
    try:
        (home / STATE).mkdir(parents=True, exist_ok=True)
        probe = home / STATE / "probe"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise InputError(
            f"folder = {home} cannot be written: {error.strerror}; choose another one"
        ) from error
    return home


def _notebook(name: str, home: Path) -> str:
    from teamsim.fields import InputError

    path = (home / name).resolve()
    if path.is_file() and path.is_relative_to(home):
        return path.relative_to(home).as_posix()
    there = sorted(
        file.relative_to(home).as_posix() for file in home.rglob("*.ipynb") if _is_visible(file, home)
    )
    raise InputError(f"notebook = {name} is not in {home}: there is {', '.join(there) or 'none'}")


def _is_visible(file: Path, home: Path) -> bool:
    return not any(part.startswith(".") for part in file.relative_to(home).parts)


def _prepare(home: Path) -> None:
    """Lay out the settings and the kernel; Jupyter reads the environment when it is imported."""
    state = home / STATE
    ours = Path(__file__).parent / "jupyter"
    _copy(ours / "custom" / "custom.css", state / "config" / "custom")
    _copy(ours / "default-37a8.jupyterlab-workspace", state / "workspaces")  # the side bar starts folded
    kernel = state / "share" / "kernels" / "python3"
    kernel.mkdir(parents=True, exist_ok=True)
    (kernel / "kernel.json").write_text(json.dumps(_kernel(), indent=1), encoding="utf-8")

    from jupyter_core.paths import jupyter_runtime_dir

    runtime = jupyter_runtime_dir()  # where it would be anyway: it holds secrets, and `folder` may be shared
    paths = [str(state / "share"), os.environ.get("JUPYTER_PATH", "")]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        filter(None, paths)
    )  # comes first: no stale kernel wins over ours
    os.environ["JUPYTER_RUNTIME_DIR"] = runtime
    os.environ["JUPYTER_CONFIG_DIR"] = str(state / "config")
    os.environ["JUPYTER_DATA_DIR"] = str(state / "data")
    os.environ["IPYTHONDIR"] = str(state / "ipython")


def _copy(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / file.name)


def _kernel() -> dict[str, object]:
    from ipykernel.kernelspec import get_kernel_dict

    return {
        **get_kernel_dict(),
        "display_name": "Python (teamsim)",
    }  # starts sys.executable, by its full path


def _trust(home: Path, names: Iterable[str]) -> None:
    """Sign what we copied ourselves, or JupyterLab would not draw the charts stored in it."""
    import nbformat
    from nbformat.sign import NotebookNotary

    data = home / STATE / "data"
    data.mkdir(exist_ok=True)
    notary = NotebookNotary(data_dir=str(data))
    for name in names:
        if name.endswith(".ipynb"):
            notary.sign(nbformat.reads((home / name).read_text(encoding="utf-8"), as_version=4))
    notary.store.close()


def _arguments(home: Path, notebook: str, port: int, browser: bool, token: str) -> list[str]:
    state = home / STATE
    return [
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={home}",
        f"--ServerApp.open_browser={browser}",
        "--ServerApp.allow_root=True",  # a container has no other user
        "--ServerApp.answer_yes=True",  # one Ctrl+C is enough
        "--ServerApp.terminals_enabled=False",
        "--ServerApp.log_level=ERROR",  # its warnings are for those who run servers
        "--LabApp.log_level=ERROR",
        f"--IdentityProvider.token={token}",
        "--KernelSpecManager.allowed_kernelspecs=python3",
        "--KernelManager.transport_encryption=auto",  # others on this machine cannot listen in
        f"--LabApp.default_url=/lab/tree/{quote(notebook)}",
        # our overrides.json and page_config.json
        f"--LabApp.app_settings_dir={Path(__file__).parent / 'jupyter'}",
        f"--LabApp.user_settings_dir={state / 'settings'}",
        f"--LabApp.workspaces_dir={state / 'workspaces'}",
        "--LabApp.custom_css=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",  # nothing leaves this machine
        "--LabApp.news_url=None",
    ]
