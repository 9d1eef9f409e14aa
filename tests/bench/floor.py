"""How near machine code comes to what its instructions allow: ``python tests/bench/floor.py [--quick]``.

It needs Linux on x86-64, valgrind and objdump (Debian: ``valgrind binutils``), and takes a minute or two.

1. Callgrind executes the kept machine code of `live_many` and counts every instruction, with one run at a time and with
   eight side by side. Disassembled, each is of a kind: multiplication, division, load, store, and so on; an operand in
   memory is a load, too.
2. How long an instruction of each kind takes where nothing hinders it is measured on the same core: loops of
   independent instructions of one kind, all operands at hand. These are the limits of the processor's ports (how many
   loads, stores, additions ... it begins in a cycle), its divider, and, from a mixture of kinds, its width.
3. Every limit by itself gives a time below which the counted instructions cannot be done, in whichever order. The
   largest of these is the floor. Waiting for results, wrong guesses at branches and caches come on top of it.

Valgrind knows no AVX-512: where a processor has that, the code for AVX2 is what is counted and timed.
"""

from __future__ import annotations

import collections
import ctypes
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import HERE, OWN, environment, run

ROUNDS, RUNS, COUNTED = 21, 192, 16


# --- a process of its own: natively for the time, under valgrind for the instructions


def child(lanes: int, runs: int, rounds: int, folder: Path) -> None:
    """Live runs, for the processor that was written down natively; write down how long, and what lies where."""
    from teamsim.compiler import machine

    kept = folder / "processor.json"
    if kept.exists():
        here = machine.Processor(**json.loads(kept.read_text()))
    else:
        found = machine.processor()
        here = replace(found, features=found.features.replace("+avx512", "-avx512"))
        kept.write_text(json.dumps(vars(here)))
    machine.processor = lambda: here
    import team

    from teamsim.rules.history import live_many

    objects: list[bytes] = []
    loaded = machine._loaded
    machine._loaded = lambda made: (objects.append(made), loaded(made))[1]
    team.live(lanes, lanes)
    took, lived = [], 0.0
    for _ in range(rounds):
        began = time.thread_time()
        measures = team.live(runs, lanes)
        took.append(time.thread_time() - began)
        lived = float(measures[:, :, 0]["people"].sum())
    (folder / f"{lanes}.o").write_bytes(next(made for made in objects if b"live_many\0" in made))
    native = machine.code(live_many, lanes)
    told = {
        "nanoseconds": [one * 1e9 / lived for one in took], "person-weeks": lived,
        "live_many": native.engine.get_function_address("live_many"),
    }  # fmt: skip
    sys.stdout.write(f"\nanswer {json.dumps(told)}\n")


def start(folder: Path, lanes: int, runs: int, rounds: int, *, under: list[str]) -> dict[str, Any]:
    """Start such a process."""
    command = [*under, sys.executable, "-W", "ignore", __file__, "child", *map(str, (lanes, runs, rounds, folder))]
    done = subprocess.run(command, env=environment(OWN), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.partition("\nanswer ")[2])


# --- counting


def kind_of(name: str, operands: str) -> list[str]:
    """What an instruction is, by its name and operands (AT&T: where it goes comes last); a memory operand adds one."""
    parts = re.split(r",\s*(?![^(]*\))", operands)
    wide = "ymm" if "%ymm" in operands else "xmm" if "%xmm" in operands else ""
    memory = [place for place, part in enumerate(parts) if "(" in part]
    found = []
    if re.match(r"(v?(mov|lddqu|broadcast)|push|pop)", name) and not re.match(r"v?movmsk|v?mov[hls]+(d|l|h)up", name):
        if not memory and name not in ("push", "pop"):
            found.append("vector move" if wide else "scalar move")
    elif re.match(r"v?div[ps]d|v?sqrt[ps]d", name):
        each = wide if name.endswith("pd") else "one"
        found.append(f"{'square root' if 'sqrt' in name else 'division'} {each}")
    elif re.match(r"v?(f?n?m(ul|add|sub)\w*)[ps]d", name):
        found.append("vector multiplication")
    elif re.match(r"v?(add|sub|min|max|cmp|u?comi|round|cvt\w*)[ps]?[ds]?", name) and wide:
        found.append("vector addition, comparison")
    elif wide:
        found.append("vector logic, whole numbers, shuffles")
    elif re.match(r"i?mul", name):
        found.append("scalar multiplication")
    elif re.match(r"i?div", name):
        found.append("scalar division")
    elif re.match(r"j|call|ret", name):
        found.append("branch")
    elif not name.startswith("nop"):
        found.append("scalar arithmetic")
    if name in ("push", "pop") or (memory and not name.startswith(("lea", "nop", "prefetch"))):
        stores = name == "push" or (memory == [len(parts) - 1] and re.match(r"v?p?(mask)?mov|v?p?extr|set", name))
        found.append(f"{'store' if stores else 'load'} {wide or 'scalar'}")
    return found


def disassembled(file: str | Path) -> dict[int, tuple[str, str]]:
    """What stands at each address of a file, as objdump sees it."""
    dump = ["objdump", "-d", "--no-show-raw-insn", str(file)]
    lines = subprocess.run(dump, capture_output=True, text=True, check=True).stdout.splitlines()
    prefix = "(?:(?:rep[nz]*|lock|bnd|notrack|data16|cs) +)*"
    matched = (re.match(rf"\s*([0-9a-f]+):\t{prefix}(\S+)\s*([^#<]*)", line) for line in lines)
    return {int(one[1], 16): (one[2], one[3].strip()) for one in matched if one}


def executed(out: Path) -> dict[str, collections.Counter[int]]:
    """How often each address was executed, by file.

    Machine code that is of no file counts under that of its caller, with addresses in memory instead of in a file.
    """
    count: dict[str, collections.Counter[int]] = collections.defaultdict(collections.Counter)
    file, skip = "", False
    with out.open() as lines:
        for line in lines:
            if line.startswith("ob="):
                file = line[3:].strip()
            elif line.startswith("0x") and not skip:
                address, *_, times = line.split()
                count[file][int(address, 16)] += int(times)
            skip = line.startswith("calls=")
    return count


def counted(folder: Path, lanes: int, runs: int) -> dict[str, Any]:
    """Instructions a person-week by kind, and how many have to do with the stack, where values are put aside."""
    out = folder / f"{lanes}.callgrind"
    valgrind = [
        "valgrind", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no", "--compress-strings=no",
        f"--callgrind-out-file={out}",
    ]  # fmt: skip
    told = start(folder, lanes, runs, 1, under=valgrind)
    file = folder / f"{lanes}.o"
    symbols = subprocess.run(["objdump", "-t", str(file)], capture_output=True, text=True, check=True).stdout
    offset = next(int(line.split()[0], 16) for line in symbols.splitlines() if line.endswith(" live_many"))
    base, known = told["live_many"] - offset, disassembled(file)
    anywhere = sum(executed(out).values(), collections.Counter[int]())
    mine = {at - base: times for at, times in anywhere.items() if at - base in known}
    each = told["person-weeks"] * (1 + lanes / runs)  # the runs that load all are counted as well
    kinds: collections.Counter[str] = collections.Counter()
    aside = 0
    for at, times in mine.items():
        aside += times if "(%rsp" in known[at][1] and not known[at][0].startswith("lea") else 0
        for kind in kind_of(*known[at]):
            kinds[kind] += times
    return {
        "instructions": sum(mine.values()) / each,
        "kinds": {kind: times / each for kind, times in kinds.most_common()}, "on the stack": aside / each,
    }  # fmt: skip


# --- what the processor can do

INTO = [f"%ymm{number}" for number in range(2, 16)]
SCALARS = [f"%r{number}" for number in range(8, 16)]
LOOPS = {
    "vector": [f"{('vaddpd', 'vmulpd')[place % 2]} %ymm0, %ymm1, {to}" for place, to in enumerate(INTO)],
    "vector addition, comparison": [f"vaddpd %ymm0, %ymm1, {to}" for to in INTO],
    "vector multiplication": [f"vmulpd %ymm0, %ymm1, {to}" for to in INTO],
    "division ymm": [f"vdivpd %ymm0, %ymm1, {to}" for to in INTO],
    "division xmm": [f"vdivpd %xmm0, %xmm1, {to.replace('y', 'x')}" for to in INTO],
    "division one": [f"vdivsd %xmm0, %xmm1, {to.replace('y', 'x')}" for to in INTO],
    "square root ymm": [f"vsqrtpd %ymm0, {to}" for to in INTO],
    "square root xmm": [f"vsqrtpd %xmm0, {to.replace('y', 'x')}" for to in INTO],
    "square root one": [f"vsqrtsd %xmm0, %xmm1, {to.replace('y', 'x')}" for to in INTO],
    "load ymm": [f"vmovupd {32 * place}($1), {to}" for place, to in enumerate(INTO)],
    "load xmm": [f"vmovsd {8 * place}($1), {to.replace('y', 'x')}" for place, to in enumerate(INTO)],
    "load scalar": [f"mov {8 * place}($1), {to}" for place, to in enumerate(SCALARS)],
    "store ymm": [f"vmovupd %ymm0, {32 * place}($1)" for place, _ in enumerate(INTO)],
    "store xmm": [f"vmovsd %xmm0, {8 * place}($1)" for place, _ in enumerate(INTO)],
    "store scalar": [f"mov %rax, {8 * place}($1)" for place, _ in enumerate(SCALARS)],
    "scalar arithmetic": [f"add %rax, {to}" for to in SCALARS],
    "scalar multiplication": [f"imul %rax, {to}" for to in SCALARS],
    "any": [
        *[f"add %rax, {to}" for to in SCALARS[:6]], "vaddpd %ymm0, %ymm1, %ymm2", "vmulpd %ymm0, %ymm1, %ymm3",
        "vaddpd %ymm0, %ymm1, %ymm4", "vmulpd %ymm0, %ymm1, %ymm5", "vmovupd ($1), %ymm6", "vmovupd 32($1), %ymm7",
    ],
}  # fmt: skip
"""Instructions that do not wait for one another; of `any`, no port has more to do than the width allows."""
LOOP = """
define void @{name}(i64 %times, i8* %room) {{
  %none = call i64 asm sideeffect "movabs $$0x3ff8000000000000, %rax; vmovq %rax, %xmm0; vbroadcastsd %xmm0, %ymm0;
movabs $$0x3ff4cccccccccccd, %rax; vmovq %rax, %xmm1; vbroadcastsd %xmm1, %ymm1;
1: {body}; dec $0; jnz 1b; vzeroupper", "=r,r,0,~{{rax}},{clobbered},~{{memory}},~{{flags}}"(i8* %room, i64 %times)
  ret void
}}
"""


def throughput(rounds: int) -> dict[str, float]:
    """Nanoseconds an instruction of each kind, the least of some rounds."""
    import llvmlite.binding as llvm
    import numpy as np

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()
    touched = [f"~{{ymm{n}}}" for n in range(16)] + [f"~{{r{n}}}" for n in range(8, 16)]
    names = {kind: re.sub(r"\W", "_", kind) for kind in LOOPS}
    source = "".join(
        LOOP.format(name=names[kind], body="; ".join(8 * body), clobbered=",".join(touched))
        for kind, body in LOOPS.items()
    )
    target = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(source), target)
    engine.finalize_object()
    room = np.ones(256)
    room = room[-room.ctypes.data % 64 // 8 :]  # no operand lies across two lines of the cache
    found = dict.fromkeys(LOOPS, float("inf"))
    for _ in range(rounds):
        for kind, body in LOOPS.items():
            call = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p)(engine.get_function_address(names[kind]))
            times = 20_000
            began = time.thread_time()
            call(times, room.ctypes.data)
            found[kind] = min(found[kind], (time.thread_time() - began) * 1e9 / times / len(body) / 8)
    return found


ARITHMETIC = (
    "pipes for fractions and vectors", "their multipliers", "their adders", "the divider", "scalar arithmetic",
    "scalar multiplications",
)  # fmt: skip
"""The limits that no better laying out would move."""


def limits(kinds: dict[str, float], instructions: float, each: dict[str, float]) -> dict[str, float]:
    """Nanoseconds that a person-week takes at least, by each limit of the processor."""

    def together(*beginnings: str) -> float:
        return sum(times for kind, times in kinds.items() if kind.startswith(beginnings))

    def one_by_one(*beginnings: str) -> float:
        return sum(times * each[kind] for kind, times in kinds.items() if kind.startswith(beginnings))

    divided = ("division", "square root")
    arithmetic = ("vector multiplication", "vector addition", "vector logic", *divided)
    return {
        "width: all instructions": instructions * each["any"],
        "pipes for fractions and vectors": together(*arithmetic) * each["vector"],
        "their multipliers": together("vector multiplication") * each["vector multiplication"],
        "their adders": together("vector addition") * each["vector addition, comparison"],
        "the divider": one_by_one(*divided),
        "loads": one_by_one("load"),
        "stores": one_by_one("store"),
        "scalar arithmetic": together("scalar arithmetic", "branch") * each["scalar arithmetic"],
        "scalar multiplications": together("scalar multiplication") * each["scalar multiplication"],
    }


def measure(quick: bool) -> dict[str, object]:
    """Count, time and compare."""
    missing = [name for name in ("valgrind", "objdump") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"{' and '.join(missing)} not found; on Debian: apt-get install valgrind binutils")
    each = throughput(5 if quick else 200)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for lanes in (1, 8):
            natively = start(folder, lanes, RUNS, 3 if quick else ROUNDS, under=[])
            one = counted(folder, lanes, 8 if quick else COUNTED)
            bounds = limits(one["kinds"], one["instructions"], each)
            took = statistics.median(natively["nanoseconds"])
            found[f"{lanes} side by side"] = {
                "nanoseconds": took, "floor": max(bounds.values()), "times the floor": took / max(bounds.values()),
                "floor of its arithmetic alone": max(bounds[name] for name in ARITHMETIC), "limits": bounds, **one,
            }  # fmt: skip
    return {"nanoseconds an instruction": each, **found}


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    if sys.argv[1:2] == ["child"]:
        child(*map(int, sys.argv[2:5]), Path(sys.argv[5]))
    else:
        run("floor", measure)
