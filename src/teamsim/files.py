"""Where notebooks, workshops and data are: in a clone the first two at its top, once installed all in the package."""

from __future__ import annotations

from pathlib import Path

from teamsim.fields import InputError, closest

FOLDERS = ("data", "notebooks", "workshops")


def shipped(folder: str, *parts: str) -> Path:
    """Find a file or folder that travels with teamsim, in a clone as well as in an installed wheel.

    Parameters
    ----------
    folder : {"data", "notebooks", "workshops"}
        The shipped folder.
    *parts : str
        Names below it, each a name or several joined by ``/``.

    Returns
    -------
    pathlib.Path
        The existing file or folder. Read it, do not write to it: it may belong to the installation.

    Raises
    ------
    InputError
        If there is no such file or folder; names what there is, and the closest match.

    Examples
    --------
    >>> shipped("notebooks").name
    'notebooks'
    >>> shipped("notebooks", "01-first-team.ipynb").name
    '01-first-team.ipynb'
    """
    first, *below = [name for part in (folder, *parts) for name in part.split("/")]
    places = _places()
    if first not in places:
        raise InputError(f"there is no {first!r} among what travels with teamsim; {closest(first, places)}")
    path = places[first]
    for name in below:
        names = _names(path)
        if name not in names:
            raise InputError(f"there is no {name!r} in {path.name!r}; {closest(name, names)}")
        path /= name
    return path


def _places() -> dict[str, Path]:
    package = Path(__file__).resolve().parent
    installed = package / "shipped"
    home = installed if installed.is_dir() else package.parents[1]
    places = {folder: package / folder if folder == "data" else home / folder for folder in FOLDERS}
    return {folder: path for folder, path in places.items() if path.is_dir()}


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith((".", "__")))
