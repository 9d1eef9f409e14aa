"""From rules to machine code: for the processor at hand, made once and kept on disk, or for another one."""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm
import numpy as np
import platformdirs

from teamsim.compiler import compiler_hash, rules_hash
from teamsim.compiler.doors import each
from teamsim.compiler.language import RuleError
from teamsim.fields import Declared

if TYPE_CHECKING:
    from teamsim.compiler.doors import Door

__all__ = ["LANES", "Native", "Processor", "cache_folder", "code", "object_code", "processor"]

LANES = {8: ("avx512f", "avx2"), 4: ("sse4.1",), 2: ("neon",)}
"""How many runs lie side by side, by what a processor has: of AVX2 and SSE two registers at once, which is quicker."""
DIGEST = 32
OPTIMISED = 2
UNUSED = 30 * 24 * 3600.0
"""Seconds after which machine code that nobody needed is dropped."""


@dataclass(frozen=True)
class Processor:
    """What machine code is made for.

    Attributes
    ----------
    name, features : str
        As LLVM calls them.
    lanes : int
        How many runs it computes side by side.
    system : str
        The system around it, as LLVM calls it (its triple); this one where nothing is said.
    """

    name: str
    features: str
    lanes: int
    system: str = ""


@cache
def processor() -> Processor:
    """Return the processor at hand; one lane where nothing is known of it."""
    features = llvm.get_host_cpu_features()
    lanes = next((number for number, wide in LANES.items() if any(map(features.get, wide))), 1)
    whole = ",-prefer-256-bit" if features.get("avx512f") else ""
    return Processor(llvm.get_host_cpu_name(), features.flatten() + whole, lanes)


class Native:
    """Machine code of a door, in this process."""

    def __init__(self, engine: Any, name: str, lanes: int, places: list[str] | None) -> None:
        self.engine, self.lanes, self.checked = engine, lanes, places is not None
        self.call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)(engine.get_function_address(name))
        self.places = places or []

    def complain(self) -> None:
        """Say where a row was looked up that is not there.

        Raises
        ------
        IndexError
            If that was so since it was asked last.
        """
        noted = ctypes.c_int64.from_address(self.engine.get_global_value_address("trespass"))
        if noted.value:
            place, noted.value = self.places[noted.value - 1], 0
            raise IndexError(f"{place}: a row is looked up that is not there")


_MADE: dict[Any, Native] = {}
_MAKING = threading.Lock()


def _unlock() -> None:
    """Begin with a lock that nobody holds: whoever held it while a process was forked is not in the child."""
    global _MAKING
    _MAKING = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)


def code(door: Door, lanes: int = 1, checked: bool = False) -> Native:
    """Return the machine code of a door: from this process, from disk, or made now."""
    key = door, lanes, checked
    found = _MADE.get(key)
    if found is None:
        with _MAKING:
            found = _MADE.get(key)
            if found is None:
                try:
                    found = _MADE[key] = _native(door, lanes, checked)
                except RuleError as error:
                    raise RuleError(str(error)) from None  # the compiler's own way says nothing to a rule's author
    return found


def _native(door: Door, lanes: int, checked: bool) -> Native:
    if checked:  # never kept: the places it would name are those of this process's sources
        made, places = _compiled(door, lanes, checked)
        return Native(_loaded(made), door.__name__, lanes, places)
    folder = cache_folder()
    file = folder / f"{_key(door, lanes)}.bin" if folder else None
    kept = _read(file) if file else None
    if kept is None:
        kept, _ = _compiled(door, lanes, checked)
        if file:
            _keep(file, kept)
    return Native(_loaded(kept), door.__name__, lanes, None)


def object_code(door: Door, lanes: int, other: Processor) -> bytes:
    """Return the machine code of a door for another processor and system.

    Parameters
    ----------
    door : Door
        Its name is that of the one function that can be called from outside.
    lanes : int
        How many runs lie side by side; any number works on any processor.
    other : Processor
        What it is made for, with its system.

    Returns
    -------
    bytes
        An object file, to be linked with a program there; the code may be loaded anywhere in memory.

    Examples
    --------
    >>> from teamsim.evidence.peter import live
    >>> arm = Processor("generic", "+neon", 2, "aarch64-unknown-linux-gnu")
    >>> object_code(live, 1, arm)[1:4]
    b'ELF'
    """
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = _target_of(other, reloc="pic", codemodel="default")
    found: bytes = target.emit_object(_translated(door, lanes, False, target)[0])
    return found


def _target() -> Any:
    """What LLVM makes code for; a new one each time, for an engine takes its own with it when it is gone."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return _target_of(processor(), jit=True)


def _target_of(one: Processor, **how: Any) -> Any:
    target = llvm.Target.from_triple(one.system or llvm.get_process_triple())
    return target.create_target_machine(cpu=one.name, features=one.features, opt=3, **how)


def _compiled(door: Door, lanes: int, checked: bool) -> tuple[bytes, list[str]]:
    """Make machine code of a door's rules, and say which places it would name."""
    target = _target()
    module, places = _translated(door, lanes, checked, target)
    return target.emit_object(module), places


def _translated(door: Door, lanes: int, checked: bool, target: Any) -> tuple[Any, list[str]]:
    """Translate a door's rules into LLVM's language and optimise them."""
    from teamsim.compiler.module import Module

    rules = Module(lanes, checked)
    rules.door(door.function, door.shapes)
    rules.ir.triple, rules.ir.data_layout = target.triple, str(target.target_data)
    module = llvm.parse_assembly(str(rules.ir))
    module.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=OPTIMISED)
    tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_unrolling = False  # lanes are ours to lay out
    passes = llvm.create_pass_builder(target, tuning)
    passes.getModulePassManager().run(module, passes)
    return module, rules.places


def _loaded(made: bytes) -> Any:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    engine.add_object_file(llvm.object_file.ObjectFileRef.from_data(made))
    engine.finalize_object()
    return engine


# --- on disk


def kept_in() -> Path:
    """Return the folder in which machine code is to be kept."""
    return Path(platformdirs.user_cache_path("teamsim", appauthor=False)) / "machine-code"


@cache
def cache_folder() -> Path | None:
    """Return the folder in which machine code is kept, if there is one that is the user's own."""
    folder = kept_in()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _own(folder) and _own(folder.parent):
            with tempfile.TemporaryFile(dir=folder):
                return folder
        problem = "belongs to somebody else, or others may write to it"
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
    sys.stderr.write(f"teamsim: {folder} {problem}: rules are compiled anew in every process, in a second or two\n")
    return None


def _own(folder: Path) -> bool:
    """Whether nobody else could have put machine code there."""
    if not hasattr(os, "getuid"):
        return True
    there = folder.stat()
    return there.st_uid == os.getuid() and not there.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _key(door: Door, lanes: int) -> str:
    """What machine code depends on: rules, compiler, LLVM, processor, and how records lie in memory."""
    from teamsim.compiler.values import layout_of

    here = processor()
    said: list[Any] = [rules_hash(), compiler_hash(), llvm.llvm_version_info, llvm.get_process_triple()]
    said += [here.name, here.features]
    said += [door.__name__, lanes, *_reached(door.function)]
    said += [(one.dims, one.laned, layout_of(one.of) if one.dims else one.of) for one in door.shapes]
    return hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


def _reached(function: Any) -> Iterator[Any]:
    """What a rule says, and all rules that it comes to, wherever they stand; and the numbers that their names mean."""
    left, seen = [function], {function}
    while left:
        rule = left.pop()
        code = rule.__code__
        yield rule.__name__, getattr(rule, "is_rule", False), getattr(rule, "rare", False)
        yield code.co_code, code.co_consts, code.co_names, code.co_varnames
        modules = [one for name in code.co_names if isinstance(one := rule.__globals__.get(name), ModuleType)]
        for name, owner in product(code.co_names, [rule.__globals__, *map(vars, modules)]):
            meant = owner.get(name)
            if isinstance(meant, FunctionType) and meant not in seen:
                seen.add(meant)
                left.append(meant)
            elif isinstance(meant, type) and issubclass(meant, Declared):
                yield name, each(meant)
            elif isinstance(meant, int | float | np.generic | tuple):
                yield name, repr(meant)


def _read(file: Path) -> bytes | None:
    """Return machine code that is whole, and remember that it was needed."""
    with suppress(OSError):
        content = file.read_bytes()
        os.utime(file)
        if hashlib.sha256(content[DIGEST:]).digest() == content[:DIGEST]:
            return content[DIGEST:]
    return None


def _keep(file: Path, made: bytes) -> None:
    """Write beside and rename, so that whoever reads meanwhile finds the whole or nothing; drop what is long unused."""
    with suppress(OSError):
        handle, beside = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as content:
                content.write(hashlib.sha256(made).digest() + made)
            Path(beside).replace(file)
        finally:
            Path(beside).unlink(missing_ok=True)
        for other in file.parent.iterdir():
            if other.stat().st_mtime < time.time() - UNUSED:
                other.unlink()
