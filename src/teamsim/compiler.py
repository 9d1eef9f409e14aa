"""How rules are compiled: one decorator, one cache that notices every edit, one fingerprint.

numba's own cache looks at the file of the function it compiles and at no other, so a caller would keep an old rule.
The folder is therefore named after a hash of all the sources that rules are made of.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding
import numba
import platformdirs

Function = TypeVar("Function", bound=Callable[..., Any])

__all__ = ["cache_folder", "compiled", "fingerprint", "rule", "rules_hash"]

HERE = Path(__file__).parent


def compiled() -> bool:
    """Whether rules are compiled; not so with ``NUMBA_DISABLE_JIT=1``, when a debugger can step through a week."""
    return not numba.config.DISABLE_JIT


@cache
def rules_hash() -> str:
    """Return a short hash of every source file that the rules are made of."""
    sources = [HERE / "chance.py", HERE / "compiler.py", HERE / "people.py", *sorted((HERE / "rules").glob("*.py"))]
    return hashlib.blake2b(b"".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()


@cache
def cache_folder() -> Path:
    """Return the folder in which this version of the rules keeps its machine code."""
    return Path(platformdirs.user_cache_path("teamsim", appauthor=False)) / f"rules-{rules_hash()}"


def rule(function: Function) -> Function:
    """Compile a rule: without the interpreter's lock, without fast-math, kept on disk.

    The law of arithmetic (held by a test) makes the compiled rule, the same rule called alone, and plain Python
    give the same bits: only `math`, explicit loops in seat order, no powers, every denominator guarded.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy")(function)  # type: ignore[no-any-return]
    finally:
        numba.config.CACHE_DIR = before


@cache
def fingerprint() -> dict[str, str]:
    """Return what the last bit of a result depends on: processor, mathematical library, compiler.

    Returns
    -------
    dict of str
        Two machines with equal fingerprints give equal bits; others agree to 1e-9.

    Examples
    --------
    >>> sorted(fingerprint())
    ['libm', 'numba', 'processor', 'system']
    """
    features = llvmlite.binding.get_host_cpu_features().flatten().encode()
    processor = llvmlite.binding.get_host_cpu_name(), hashlib.blake2b(features, digest_size=4).hexdigest()
    return {
        "processor": "-".join(processor),
        "libm": "-".join(part for part in platform.libc_ver() if part) or platform.platform(),
        "numba": f"{numba.__version__}" + ("" if compiled() else " (off)"),
        "system": f"{platform.system()}-{platform.machine()}",
    }
