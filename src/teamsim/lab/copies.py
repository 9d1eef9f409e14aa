"""Copies of the shipped notebooks in a user's folder, never over the user's own changes."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

STATE = ".teamsim"
RECORD = "copied.json"


def copy_notebooks(source: Path, folder: Path) -> tuple[list[str], list[str]]:
    """Copy what is new, renew what the user has not touched, keep what the user has changed.

    A notebook counts as changed when its cells do: running it, which changes only its outputs, is no change.

    Parameters
    ----------
    source : pathlib.Path
        The shipped folder.
    folder : pathlib.Path
        The user's folder; what was copied is remembered in its ``.teamsim/copied.json``.

    Returns
    -------
    fresh : list of str
        Files copied or renewed, relative to `folder`, with ``/``.
    kept : list of str
        Files left alone because the user has changed them.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as top:
    ...     source, folder = Path(top, "shipped"), Path(top, "mine")
    ...     source.mkdir()
    ...     _ = (source / "notes.txt").write_text("as shipped", encoding="utf-8")
    ...     print(copy_notebooks(source, folder))
    ...     _ = (folder / "notes.txt").write_text("my own", encoding="utf-8")
    ...     print(copy_notebooks(source, folder))
    (['notes.txt'], [])
    ([], ['notes.txt'])
    """
    copied = _read(folder)
    fresh, kept = [], []
    for name in _names(source):
        original, copy = source / name, folder / name
        theirs = fingerprint(copy) if copy.exists() else None
        ours = fingerprint(original)
        if theirs is None or (theirs != ours and theirs == copied.get(name)):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)
            fresh.append(name)
        elif theirs != ours:
            kept.append(name)
            continue
        copied[name] = ours
    _write(folder, copied)
    return fresh, kept


def was_copied_to(folder: Path) -> bool:
    """Say whether the shipped notebooks were copied to this folder before.

    Parameters
    ----------
    folder : pathlib.Path
        Any folder.

    Returns
    -------
    bool
        Whether it remembers such copies.

    Examples
    --------
    >>> was_copied_to(Path("no-such-folder"))
    False
    """
    return (folder / STATE / RECORD).is_file()


def fingerprint(file: Path) -> str:
    """Return a hash of what a person writes in a file: of a notebook its cells, of another file its bytes.

    Parameters
    ----------
    file : pathlib.Path
        An existing file.

    Returns
    -------
    str
        Hexadecimal SHA-256.

    Examples
    --------
    >>> len(fingerprint(Path(__file__)))
    64
    """
    content = file.read_bytes()
    if file.suffix == ".ipynb":
        try:
            cells = json.loads(content)["cells"]
            # a source is one string or a list of lines, and saving may turn the one into the other
            written = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
            content = json.dumps(written).encode()
        except (ValueError, KeyError, TypeError):
            pass  # not a notebook any more: whatever it is, it is the user's, byte for byte
    return sha256(content).hexdigest()


def _names(source: Path) -> list[str]:
    files = (file.relative_to(source) for file in source.rglob("*") if file.is_file())
    return sorted(
        file.as_posix() for file in files if not any(part.startswith((".", "__")) for part in file.parts)
    )


def _read(folder: Path) -> dict[str, str]:
    try:
        copied = json.loads((folder / STATE / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # nothing is known to be unchanged, so nothing is overwritten
    return copied if isinstance(copied, dict) else {}


def _write(folder: Path, copied: dict[str, str]) -> None:
    record = folder / STATE / RECORD
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(copied, indent=1, sort_keys=True) + "\n", encoding="utf-8")
