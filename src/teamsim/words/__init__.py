"""Every sentence that a participant reads, in every language there is: a file a language beside this one.

English labels and meanings stand where a quantity is declared; other languages name them by class and field under
``declared``. All other sentences stand in the files, by room and key, with ``{names}`` for what is filled in. A
sentence that counts something may be a table of ``one`` and ``other``, chosen by the value called ``n``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from teamsim.fields import Declared, InputError, closest

__all__ = [
    "ends",
    "group",
    "label",
    "language",
    "languages",
    "meaning",
    "number",
    "room",
    "say",
    "speak",
    "template",
    "unit",
]

HERE = Path(__file__).parent
_spoken = ["en"]


def languages() -> list[str]:
    """Return the languages there are, by their codes (ISO 639-1).

    Examples
    --------
    >>> "en" in languages()
    True
    """
    return sorted(path.stem for path in HERE.glob("*.toml"))


def language() -> str:
    """Return the language that is spoken in this process."""
    return _spoken[0]


def speak(code: str) -> None:
    """Choose the language of everything that is made from now on in this process.

    Parameters
    ----------
    code : str
        One of `languages`.

    Returns
    -------
    None

    Raises
    ------
    InputError
        If there is no such language.

    Examples
    --------
    >>> speak("en")
    >>> speak("xx")
    Traceback (most recent call last):
    teamsim.fields.InputError: language 'xx' is not known; Known: de, en
    """
    if code not in languages():
        raise InputError(f"language {code!r} is not known; {closest(code, languages())}")
    _spoken[0] = code


def say(key: str, /, **values: Any) -> str:
    """Return a sentence by its room and key, with what is filled in.

    Examples
    --------
    >>> say("lab.pins", n=1), say("lab.pins", n=3)
    ('1 style is pinned', '3 styles are pinned')
    """
    found = template(key)
    if isinstance(found, dict):
        found = found["one" if values["n"] == 1 else "other"]
    text: str = found
    return text.format(**values)


def template(key: str) -> Any:
    """Return a sentence with nothing filled in, for a page that fills it in itself.

    Examples
    --------
    >>> template("lab.pins")["one"]
    '{n} style is pinned'
    """
    found: Any = _sentences(language())
    for part in key.split("."):
        found = found[part]
    return found


def room(name: str) -> tuple[str, ...]:
    """Return the keys of every sentence of a room.

    Examples
    --------
    >>> "lab.pins" in room("lab")
    True
    """
    return tuple(f"{name}.{key}" for key in _sentences("en")[name])


def label(declared: type[Declared], name: str) -> str:
    """Return what a declared quantity is called."""
    return _of(declared, name, "label") or declared.quantities()[name].label


def meaning(declared: type[Declared], name: str) -> str:
    """Return the sentence behind a declared quantity."""
    return _of(declared, name, "meaning") or declared.quantities()[name].meaning


def ends(declared: type[Declared], name: str) -> tuple[str, str]:
    """Return what the two ends of a declared quantity mean."""
    low, high = _of(declared, name, "ends") or declared.quantities()[name].ends
    return low, high


def group(name: str) -> str:
    """Return the heading of a group of quantities."""
    found: str = _sentences(language()).get("groups", {}).get(name, name)
    return found


def unit(name: str) -> str:
    """Return a unit in words."""
    found: str = _sentences(language()).get("units", {}).get(name, name)
    return found


def number(value: float, form: str = ".3g") -> str:
    """Return a number written as in the language: its decimal mark, its thousands apart, a true minus.

    Parameters
    ----------
    value : float
        The number.
    form : str
        A format of Python's; ``,`` in it sets thousands apart.

    Examples
    --------
    >>> number(-1234.5, ",.1f"), number(0.25, "+.2f")
    ('−1,234.5', '+0.25')
    """
    marks = _sentences(language())["numbers"]
    return f"{value:{form}}".translate(str.maketrans({".": marks["point"], ",": marks["thousands"], "-": "−"}))


def _of(declared: type[Declared], name: str, part: str) -> Any:
    return _sentences(language()).get("declared", {}).get(declared.__name__, {}).get(name, {}).get(part)


@cache
def _sentences(code: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{code}.toml").read_text(encoding="utf-8"))
