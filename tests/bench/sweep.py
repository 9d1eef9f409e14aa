"""A million team-years to disk: ``python tests/bench/sweep.py [--team-years N] [--before] [--quick]``.

12 people, 52 weeks, a Sobol design of 1,000 points over six levers, as many runs each as it takes, five measures kept
of each run. Every row is on disk: how long that takes by the clock, how long all cores were at it, and the peak memory
of the process (Linux). With ``--before``, c126118 does the same first.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench import BEFORE, OWN, keep, load, once

POINTS = 1000


def main() -> None:
    """Live it through, and keep the figures where it was a million."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--team-years", type=int, default=1_000_000)
    asked.add_argument("--before", action="store_true", help="c126118, too")
    asked.add_argument("--quick", action="store_true", help="10,000, to try it: nothing is kept")
    given = asked.parse_args()
    years = 10_000 if given.quick else given.team_years
    found = {}
    with load() as meanwhile:
        for engine in [BEFORE, OWN] if given.before else [OWN]:
            once(engine, "futures", {"runs": 64})  # machine code is made or loaded
            with tempfile.TemporaryDirectory() as folder:
                task = {"points": POINTS, "runs": years // POINTS, "folder": str(Path(folder) / "study")}
                found[engine] = once(engine, "sweep", task)
            sys.stdout.write(f"{engine}: {json.dumps(found[engine])}\n")
            sys.stdout.flush()
    if years == 1_000_000:
        keep("sweep", found, meanwhile)


if __name__ == "__main__":
    main()
