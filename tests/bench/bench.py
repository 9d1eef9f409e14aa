"""What the benchmarks share: c126118 beside us, processes that take turns, and where figures are kept.

The baseline is the commit before rules had a compiler of their own; numba made its machine code. Its sources are taken
out of git and numba is installed beside them, both once, in ``build/bench``: it runs in processes of its own, with
all other packages of this environment.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1]
FIGURES = HERE / "figures"
BUILD = HOME / "build" / "bench"
BEFORE, OWN = "c126118", "own"
"""The two engines."""
CORES = os.cpu_count() or 1


def before() -> Path:
    """Return the sources of c126118, in a folder with the numba that it needs."""
    tree = BUILD / BEFORE
    if not (tree / "numba").is_dir():
        command = ["git", "-c", "safe.directory=*", "archive", BEFORE, "src", "notebooks", "workshops", "tests/bench"]
        packed = subprocess.run(command, cwd=HOME, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=BytesIO(packed)) as archive:
            archive.extractall(tree, filter="data")
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(tree / "numba")]
        subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
    return tree


def environment(engine: str, sources: Path | None = None, cache: Path | None = None) -> dict[str, str]:
    """Return the environment of a process that has this engine, or a copy of its sources."""
    paths = [HOME / "src"] if engine == OWN else [before() / "src", before() / "numba"]
    if sources is not None:
        paths[0] = sources
    paths += [Path(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    kept = BUILD / "cache" if cache is None else cache
    kept.mkdir(parents=True, exist_ok=True)
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths)), "XDG_CACHE_HOME": str(kept)}


class Process:
    """A process that has one of the engines, and does what `team.py` can do when it is asked.

    Two of them take turns, so that a busy minute of the machine hits both alike.
    """

    def __init__(self, engine: str, **more: Any) -> None:
        self.engine = engine
        self.child = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(HERE / "team.py")], env=environment(engine, **more),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def ask(self, what: str, **given: Any) -> Any:
        """Wait for its answer."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(json.dumps([what, given]) + "\n")
        self.child.stdin.flush()
        for line in self.child.stdout:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        asked = json.dumps([what, given])
        raise RuntimeError(f"{self.engine} cannot tell {what}; try: echo '{asked}' | python tests/bench/team.py")

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.communicate()


def once(engine: str, what: str, given: dict[str, Any] | None = None, **more: Any) -> Any:
    """Ask a new process, of which nothing is left afterwards."""
    with Process(engine, **more) as process:
        return process.ask(what, **(given or {}))


# --- what was found


def sources() -> str:
    """Return a short hash of what is measured: all Python of the package."""
    read = b"".join(path.read_bytes() for path in sorted((HOME / "src").rglob("*.py")))
    return hashlib.blake2b(read, digest_size=8).hexdigest()


def machine() -> dict[str, Any]:
    """Name the machine."""
    from importlib.metadata import version

    from teamsim.compiler.machine import processor

    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    wide = [name for name in ("avx512f", "avx2", "sse4.1", "neon") if f"+{name}" in processor().features.split(",")]
    return {
        "processor": f"{names[0] if names else platform.processor()} ({processor().name})", "cores": CORES,
        "wide": wide[0] if wide else "none", "lanes": processor().lanes, "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("llvmlite", "numpy", "mesa", "pandas")},
    }  # fmt: skip


@contextmanager
def load() -> Iterator[dict[str, float]]:
    """Note how many cores others took meanwhile, this process and its children left out (a hypervisor's share too)."""
    import psutil

    def now() -> tuple[float, float]:
        all_of_it, ours = psutil.cpu_times(), os.times()
        return sum(all_of_it) - all_of_it.idle - getattr(all_of_it, "iowait", 0.0), sum(ours[:4])

    found: dict[str, float] = {}
    began, (busy, own) = time.perf_counter(), now()
    yield found
    took, (busy_then, own_then) = time.perf_counter() - began, now()
    found |= {
        "minutes": round(took / 60, 1),
        "cores others took": round(max(0.0, (busy_then - busy - own_then + own) / took), 2),
    }


def run(name: str, measure: Callable[[bool], dict[str, Any]]) -> None:
    """Measure and keep the figures in ``figures/NAME.json``; ``--quick`` tries it with small sizes, and keeps none."""
    asked = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.partition("\n")[0])
    asked.add_argument("--quick", action="store_true", help="small sizes, to try it: nothing is kept")
    quick = asked.parse_args().quick
    with load() as meanwhile:
        found = measure(quick)
    sys.stdout.write(json.dumps(found, indent=1) + "\n" + json.dumps(meanwhile) + "\n")
    if not quick:
        keep(name, found, meanwhile)


def keep(name: str, found: dict[str, Any], meanwhile: dict[str, float]) -> None:
    """Write figures down, with the day, the machine, its load, and what was measured."""
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    record = {"date": today, "sources": sources(), "machine": machine(), "load": meanwhile, "figures": found}
    FIGURES.mkdir(exist_ok=True)
    (FIGURES / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
