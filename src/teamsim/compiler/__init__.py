"""A compiler for rules: from small Python functions to machine code for many runs at once, with the bits of Python.

What a rule may say stands in ``docs/language-of-rules.md``. The parts, each using those before it: `doors` are where
Python comes in; `written_out` and `language` read and check a function, `values` says how things lie in memory,
`numbers`, `masks`, `memory`, `expressions` and `statements` translate, `module` puts together, `machine` makes and
keeps machine code.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from teamsim.compiler.doors import (
    Door,
    array,
    bits_of,
    door,
    each,
    fraction,
    from_bits,
    lane,
    lanes,
    own,
    plain,
    truth,
    whole,
    word,
)

Function = TypeVar("Function", bound=Callable[..., Any])

__all__ = [
    "Door", "array", "bits_of", "compiler_hash", "door", "each", "fingerprint", "fraction", "from_bits", "lane",
    "lanes", "own", "plain", "rule", "rules_hash", "truth", "whole", "word",
]  # fmt: skip

HERE = Path(__file__).parents[1]


def rule(function: Function | None = None, *, rare: bool = False) -> Any:
    """Mark a function as a rule: plain Python, which the compiler reads.

    Parameters
    ----------
    function : callable
        The rule.
    rare : bool
        Whether it happens so seldom (a hire, an exit) that runs side by side go through it one by one; ``continue`` and
        ``while`` are for such rules only.

    Returns
    -------
    callable
        The same function.

    Examples
    --------
    >>> @rule
    ... def doubled(x):
    ...     return x + x
    >>> doubled(1.5)
    3.0
    """
    if function is None:
        return lambda marked: rule(marked, rare=rare)
    function.is_rule, function.rare = True, rare  # type: ignore[attr-defined]
    return function


@cache
def rules_hash() -> str:
    """Return a short hash of the rules; where they are the same, so are all bits of results, on any machine.

    Examples
    --------
    >>> len(rules_hash())
    16
    """
    own = [HERE / "arithmetic.py", HERE / "chance.py", HERE / "people.py"]
    return _hash_of([*own, *sorted((HERE / "rules").glob("*.py"))])


@cache
def compiler_hash() -> str:
    """Return a short hash of the compiler: with the rules, what machine code is made of."""
    return _hash_of(sorted((HERE / "compiler").glob("*.py")))


def _hash_of(sources: list[Path]) -> str:
    text = "".join(path.read_text(encoding="utf-8") for path in sources)  # elsewhere, lines may end in other bytes
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@cache
def fingerprint() -> dict[str, str]:
    """Return on what machine this is, for the record: bits do not depend on it.

    Returns
    -------
    dict of str
        The compiler, the processor (with a hash of what it can do) and the system.

    Examples
    --------
    >>> sorted(fingerprint())
    ['compiler', 'processor', 'system']
    """
    from teamsim.compiler.machine import processor

    here = processor()
    features = hashlib.blake2b(here.features.encode(), digest_size=4).hexdigest()
    return {
        "processor": f"{here.name}-{features}",
        "compiler": f"llvmlite {version('llvmlite')}" + (" (off)" if plain() else ""),
        "system": f"{platform.system()}-{platform.machine()}",
    }
