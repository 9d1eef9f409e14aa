"""``teamsim wheelhouse``: everything that an installation without internet needs, in one folder."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from teamsim.fields import InputError
from teamsim.files import shipped

__all__ = ["gather"]

BUILDS = ("hatchling", "editables")
"""What builds teamsim itself, as the README's commands do."""

log = logging.getLogger(__name__)


def gather(folder: str | Path, say: Callable[[str], None] = log.info) -> Path:
    """Gather teamsim and all that it needs for a workshop as wheels, for this system and Python.

    Parameters
    ----------
    folder : str or Path
        Where to; it is made.
    say : callable
        Is told how to install from it.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If this is no clone with its ``constraints.txt``, or pip cannot get something.

    Examples
    --------
    >>> gather("/proc/no-such-place")
    Traceback (most recent call last):
    teamsim.fields.InputError: folder = /proc/no-such-place cannot be written: ...
    """
    target = Path(folder).expanduser().resolve()
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"= {target} cannot be written: {error.strerror}", ("folder",)) from None
    home = shipped("workshops").parent
    if not (home / "constraints.txt").is_file():
        raise InputError("is gathered from a clone: start it in the folder with constraints.txt", ("wheelhouse",))
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(target)]
    command = [*pip, "-c", str(home / "constraints.txt"), f"{home}[workshop]", *BUILDS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError(f"cannot be gathered: {done.stderr.strip().splitlines()[-1]}", ("wheelhouse",))
    wheels = len(list(target.glob("*.whl")))
    say(f"{wheels} wheels in {target}, for Python {sys.version_info.major}.{sys.version_info.minor} on {sys.platform}")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"'{target}'"}
    unix = f"export {' '.join(f'{name}={value}' for name, value in offline.items())}"
    windows = "; ".join(f"$env:{name}={value}" for name, value in offline.items())
    say("There, in a copy of this clone, and then the README's commands need no internet:")
    say(f"  {windows if sys.platform == 'win32' else unix}")
    asked = f"'teamsim[workshop]=={version('teamsim')}'"
    say(f"Without a copy: python -m pip install --no-index --find-links '{target}' {asked}")
    return target
