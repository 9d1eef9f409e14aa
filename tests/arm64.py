"""Which bits histories have on ARM64: the rules are compiled for it, run by QEMU, and compared with the kept digests.

    python tests/arm64.py                     lives all histories of tests/digests.py through, in 1 lane and in 2
    python tests/arm64.py --short             only those of 26 weeks
    python tests/arm64.py --lanes 4           so many side by side; 1, 2, 4 and 8 work
    TEAMSIM_ARM64=1 python -m pytest tests/compiler tests/test_arithmetic.py
                                              these tests, or others, with doors that lead there

It also counts fused multiplications and additions in the machine code: there must be none. It needs Linux and four
packages of Debian: qemu-user, gcc-aarch64-linux-gnu, binutils-aarch64-linux-gnu and libc6-dev-arm64-cross.

Every door is linked with a small host, arm64.c, and is a process of its own that stays for all calls. Nothing but the
door itself runs on ARM64: Python hands copies of the arrays over and takes back what was left in them.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import re
import shutil
import subprocess
import sys
import threading
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
from tqdm import tqdm

import digests
from teamsim.compiler import Door, machine, plain
from teamsim.compiler.doors import PLAIN
from teamsim.compiler.machine import Processor, object_code

ARM64 = Processor("generic", "+neon", 2, "aarch64-unknown-linux-gnu")
HOST = Path(__file__).with_suffix(".c")
PREFIX = "aarch64-linux-gnu-"
QEMU, GCC, OBJCOPY, OBJDUMP = "qemu-aarch64", f"{PREFIX}gcc", f"{PREFIX}objcopy", f"{PREFIX}objdump"
LIBRARY = Path("/usr/aarch64-linux-gnu/lib/libc.a")
PACKAGES = {QEMU: "qemu-user", GCC: "gcc-aarch64-linux-gnu", OBJCOPY: "binutils-aarch64-linux-gnu"}
PACKAGES |= {OBJDUMP: PACKAGES[OBJCOPY], str(LIBRARY): "libc6-dev-arm64-cross"}
FUSED = re.compile(r"fn?m(add|sub)|[bs]?fml[as].*|fcmla")
"""What ARM64 calls a multiplication and an addition that are rounded once."""


class MissingError(Exception):
    """Something that this machine would need to run code for ARM64."""


def needed() -> None:
    """Say which packages are missing.

    Raises
    ------
    MissingError
        If there are any.
    """
    missing = {PACKAGES[one]: one for one in PACKAGES if not (shutil.which(one) or Path(one).is_file())}
    if missing:
        raise MissingError(f"{', '.join(missing.values())} not found; on Debian: sudo apt install {' '.join(missing)}")
    if plain():
        raise MissingError(f"{PLAIN} is set, so rules would run as plain Python; unset it")


class Native:
    """Machine code of a door in a process on ARM64; what `teamsim.compiler.machine.Native` is on this machine."""

    checked = False

    def __init__(self, door: Door, lanes: int, folder: Path) -> None:
        self.door, self.lanes, self.calls = door, lanes, 0
        self.instructions, program = linked(door, lanes, folder)
        self.process = subprocess.Popen([QEMU, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.close = weakref.finalize(self, _end, self.process)
        self.one_at_a_time = threading.Lock()

    @property
    def fused(self) -> int:
        """How many of its instructions multiply and add with one rounding."""
        return sum(count for name, count in self.instructions.items() if FUSED.fullmatch(name))

    def call(self, address: int) -> None:
        """Call it with the words at an address, as `teamsim.compiler.doors.Call` writes them down.

        Raises
        ------
        RuntimeError
            If the process ended instead.
        """
        arrays = [*self._arrays(address)]
        with self.one_at_a_time:
            try:
                self._send(address, arrays)
                came = [self.process.stdout.read(len(content)) for _, content in arrays]
            except BrokenPipeError:
                came = []
            if [len(one) for one in came] != [len(content) for _, content in arrays]:
                raise RuntimeError(f"{self.door.__name__} on ARM64 ended with code {self.process.wait()}")
            self.calls += 1
        for (_, content), one in zip(arrays, came, strict=True):
            content[:] = one

    def _send(self, address: int, arrays: list[tuple[int, memoryview]]) -> None:
        words = sum(1 + shape.dims for shape in self.door.shapes)
        to = self.process.stdin
        to.write(np.int64(words).tobytes() + ctypes.string_at(address, 8 * words) + np.int64(len(arrays)).tobytes())
        for place, content in arrays:
            to.write(np.array([place, len(content)], dtype=np.int64).tobytes())
            to.write(content)
        to.flush()

    def _arrays(self, address: int) -> Iterator[tuple[int, memoryview]]:
        """The arrays among the arguments: the place of the word that is its address, and its bytes."""
        place = 0
        for shape in self.door.shapes:
            if shape.dims:
                start, *dims = (ctypes.c_int64 * (1 + shape.dims)).from_address(address + 8 * place)
                size = math.prod(dims) * shape.dtype.itemsize * (self.lanes if shape.laned else 1)
                yield place, memoryview((ctypes.c_char * size).from_address(start)).cast("B")
            place += 1 + shape.dims


def _end(process: subprocess.Popen[bytes]) -> None:
    """Say that there are no more calls; the host then leaves."""
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.stdout.close()
    process.wait()


def linked(door: Door, lanes: int, folder: Path) -> tuple[Counter[str], Path]:
    """Compile a door and link it with the host; return how often each instruction occurs in it, and the program."""
    name = f"{door.__module__}.{door.__name__}-{lanes}"
    made, program = folder / f"{name}.o", folder / name
    made.write_bytes(object_code(door, lanes, ARM64))
    # a name of our own: the host would take a door named fork for the library's
    _run(OBJCOPY, "--redefine-sym", f"{door.__name__}=the_door", str(made))
    # without -lm: a door that calls a function of the mathematical library cannot be linked
    _run(GCC, "-O2", "-Wall", "-Werror", "-ffp-contract=off", "-static", str(HOST), str(made), "-o", str(program))
    listed = _run(OBJDUMP, "--disassemble", "--no-show-raw-insn", str(made))
    return Counter(re.findall(r"^ +[0-9a-f]+:\t([a-z0-9.]+)", listed, re.MULTILINE)), program


def _run(*line: str) -> str:
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(line)}: {done.stderr}")
    return done.stdout


@contextmanager
def on_arm64(lanes: int) -> Iterator[dict[Any, Native]]:
    """Let every door that is opened inside the block lead to ARM64; yield what they lead to.

    What was had from `Door.at` before goes on running here, and so does what is asked for in the checked build.
    """
    needed()
    opened: dict[Any, Native] = {}
    here, processor = machine._native, replace(machine.processor(), lanes=lanes)
    with (
        TemporaryDirectory() as folder,
        patch.object(
            machine,
            "_native",
            lambda door, lanes, checked: here(door, lanes, True) if checked else Native(door, lanes, Path(folder)),
        ),
        patch.object(machine, "_MADE", opened),
        patch.object(machine, "processor", lambda: processor),
    ):
        try:
            yield opened
        finally:
            for one in opened.values():
                if isinstance(one, Native):
                    one.close()


def differing(lanes: int, short: bool) -> tuple[list[str], int, list[Native]]:
    """Live the histories through; return which have other bits than are kept, how many there were, and the doors."""
    known, wrong, count = digests.kept(), [], 0
    total = sum(case.runs for case in digests.cases() if case.short) if short else len(known)
    with on_arm64(lanes) as opened:
        for name, sha in tqdm(
            digests.found(short, lanes), f"{lanes} side by side", total, unit="history", disable=None
        ):
            count += 1
            if known.get(name) != sha:
                wrong.append(name)
    return wrong, count, [*opened.values()]


def main() -> int:
    """Compare, and return whether anything differs, or is fused."""
    asking = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asking.add_argument("--short", action="store_true", help="only the histories of 26 weeks")
    asking.add_argument(
        "--lanes", type=int, nargs="+", choices=(1, 2, 4, 8), default=[1, 2], help="how many side by side"
    )
    asked = asking.parse_args()
    bad = 0
    for lanes in asked.lanes:
        began = time.perf_counter()
        try:
            wrong, count, doors = differing(lanes, asked.short)
        except MissingError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        for one in doors:
            sys.stdout.write(
                f"{one.door.__module__}.{one.door.__name__} in {one.lanes}: {one.calls} calls, "
                f"{one.instructions.total()} instructions, {one.fused} of them fused\n"
            )
        sys.stdout.writelines(f"{name}: other bits than those kept\n" for name in wrong)
        took = time.perf_counter() - began
        sys.stdout.write(f"ARM64, {lanes} side by side: {count} digests, {len(wrong)} differ ({took:.0f} s)\n")
        bad += len(wrong) + sum(one.fused for one in doors) + (not doors)
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main())
