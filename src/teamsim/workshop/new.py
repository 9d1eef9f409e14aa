"""``teamsim workshop new``: a workshop of one's own, from one that comes with the package."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from teamsim.fields import InputError
from teamsim.workshop.definition import FILE, Workshop

__all__ = ["begin_from"]

FILES = ("scenario.toml", FILE, "participant.ipynb", "facilitator.ipynb", "facilitator.md")


def begin_from(folder: str | Path, like: str = "managing-stars") -> Path:
    """Make a folder with the files of a workshop, to be changed by hand.

    Parameters
    ----------
    folder : str or Path
        Where to; it must not be there yet. Its name is the workshop's.
    like : str
        The workshop to begin from.

    Returns
    -------
    Path
        The folder: ``teamsim workshop serve FOLDER`` opens it.

    Raises
    ------
    InputError
        If the folder is there already or cannot be made, or there is no workshop to begin from.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as top:
    ...     made = begin_from(Path(top) / "our-team")
    ...     Workshop.load(made).scenario.name
    'our-team'
    """
    source, target = Workshop.folder(like), Path(folder).expanduser().resolve()
    try:
        target.mkdir(parents=True)
    except FileExistsError:
        raise InputError(f"= {target} is there already; choose another name", ("folder",)) from None
    except OSError as error:
        raise InputError(f"= {target} cannot be made: {error.strerror}", ("folder",)) from None
    for name in FILES:
        shutil.copyfile(source / name, target / name)
    scenario = target / "scenario.toml"
    named = re.sub(r'(?m)^name = ".*"$', f'name = "{target.name}"', scenario.read_text(encoding="utf-8"), count=1)
    scenario.write_text(named, encoding="utf-8", newline="\n")
    Workshop.load(target)
    return target
