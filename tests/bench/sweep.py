"""A million team-years to disk: ``python tests/bench/sweep.py [team-years] [folder]``.

12 people, 52 weeks, a Sobol design of 1000 points, as many runs each as it takes: seconds, person-weeks a second, the
time of all cores (which tells whether others had a share of the machine), and the peak memory of the process (Linux),
every row on disk.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

POINTS = 1000


def main(years, folder):
    import team

    import teamsim as ts

    axes = {f"style.{name}": (one.low, one.high) for name, one in list(ts.Style.quantities().items())[:6]}
    kept = ["engagement", "strain", "output", "regretted", "net_value"]
    study = ts.Study(team.scenario(weeks=52), axes, "sobol", points=POINTS, runs=years // POINTS, measures=kept)
    sys.stdout.write(f"{study.cost()}\n")
    began, busy = time.perf_counter(), time.process_time()
    sweep = study.run(folder)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    peak = team.held("VmHWM")
    size = sum(path.stat().st_size for path in (Path(folder) / "runs").iterdir())
    weeks = study.histories * team.PEOPLE * 52
    assert sweep.complete
    sys.stdout.write(
        f"{study.histories:,} team-years: {took:.1f} s, {weeks / took / 1e6:.2f} million person-weeks a second, "
        f"{busy:.1f} s of cores' time, "
        f"peak memory {peak / 1e6:,.0f} MB, {size / 1e6:.0f} MB on disk in {study.parts} parts\n"
    )


if __name__ == "__main__":
    years = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    given = sys.argv[2] if sys.argv[2:] else tempfile.mkdtemp(prefix="sweep-")
    try:
        main(years, given)
    finally:
        if not sys.argv[2:]:
            shutil.rmtree(given, ignore_errors=True)
