"""Where the notebooks and workshops are: at the top of a clone, inside the package once installed."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

FOLDERS = ("notebooks", "workshops")


def shipped(folder: str, *parts: str) -> Path:
    """Find a file or folder that travels with teamsim, in a clone as well as in an installed wheel.

    Parameters
    ----------
    folder : {"notebooks", "workshops"}
        The shipped folder.
    *parts : str
        Names below it, each a name or several joined by ``/``.

    Returns
    -------
    pathlib.Path
        The existing file or folder. Read it, do not write to it: it may belong to the installation.

    Raises
    ------
    teamsim.fields.InputError
        If there is no such file or folder; names what there is, and the closest match.

    Examples
    --------
    >>> shipped("notebooks").name
    'notebooks'
    >>> shipped("notebooks", "01-first-team.ipynb").name
    '01-first-team.ipynb'
    """
    path = _home()
    for name in [name for part in (folder, *parts) for name in part.split("/")]:
        names = _names(path)
        if name not in names:
            raise _missing(name, names, path)
        path /= name
    return path


def _home() -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parents[1]


def _names(folder: Path) -> list[str]:
    if folder == _home():  # in a clone this is the top of it, where much else lies
        return [name for name in FOLDERS if (folder / name).is_dir()]
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith((".", "__")))


def _missing(name: str, names: list[str], place: Path) -> ValueError:
    from teamsim.fields import InputError

    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return InputError(f"there is no {name!r} in {place}: {hint}there is {', '.join(names) or 'nothing'}")
