"""All benchmarks, one after another, and the pages that show them: ``python tests/bench/all.py [--anew]``.

Less than an hour on two cores that have nothing else to do. A part that was measured on these very sources is
not measured again, so that it goes on where it was stopped; ``--anew`` measures all. For the peers, first:
``python -m pip install -c constraints.txt -r tests/bench/peers/requirements.txt``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from bench import FIGURES, HERE, sources

PARTS = {
    "speed": ["speed.py"], "futures": ["futures.py"], "floor": ["floor.py"], "first_use": ["first_use.py"],
    "cost": ["cost.py"], "sweep": ["sweep.py", "--before"], "peers": ["peers"],
}  # fmt: skip


def measured(part: str) -> bool:
    """Whether its figures are those of these sources."""
    file = FIGURES / f"{part}.json"
    return file.exists() and json.loads(file.read_text(encoding="utf-8"))["sources"] == sources()


if __name__ == "__main__":
    for part, (script, *more) in PARTS.items():
        if measured(part) and "--anew" not in sys.argv:
            sys.stdout.write(f"{part}: is measured\n")
            continue
        began = time.perf_counter()
        subprocess.run([sys.executable, str(HERE / script), *more], check=True, stdout=subprocess.DEVNULL)
        sys.stdout.write(f"{part}: {(time.perf_counter() - began) / 60:.1f} minutes\n")
        sys.stdout.flush()
    subprocess.run([sys.executable, str(HERE / "fill.py")], check=True)
