"""Which bits histories have: a SHA-256 each, over scenarios, styles, plans, events, forks and sets of parameters.

They hold on every machine: on any processor, in any number of lanes, and in plain Python.

    python tests/digests.py                   lives all of them through again and compares
    python tests/digests.py --short           only those of 26 weeks
    python tests/digests.py --lanes 4         so many side by side; 1, 2, 4 and 8 work on any machine
    python tests/digests.py --checked         in the build that says where a row is not there
    TEAMSIM_PLAIN=1 python tests/digests.py   in plain Python: hours; with --short a minute or two
    python tests/digests.py --write           keeps new ones: only where numbers are meant to change
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import casts
import teamsim as ts
from bits import histories
from teamsim.chance import identity_of
from teamsim.compiler import plain
from teamsim.engine import lived, observe
from teamsim.evidence.peter import COMMON, PETER, RANDOM, efficiency
from teamsim.panel.look import Look
from teamsim.panel.tables import survey_weeks
from teamsim.parameters import Parameters
from teamsim.people import Drivers, Fork, Market, PersonState, Policies
from teamsim.style import Plan, Regime, Style
from teamsim.world import World, zeros

KEPT = Path(__file__).with_suffix(".csv")
SAMPLE = "calibrated sample"
WORLD = ("people", "teams", "leaders", "org", "styles", "style_at", "events")
SHORT = 26


@dataclass(frozen=True)
class Case:
    """Runs of one seed that differ in chance (and in the set of parameters, where there are several)."""

    name: str
    scenario: ts.Scenario
    conduct: Any = None
    parameters: Any = None
    fork: Fork | None = None
    seed: int = 7
    runs: int = 5
    redrawn: bool = False
    """Whether all are the first run, and what comes after the fork is drawn anew."""

    @property
    def short(self) -> bool:
        """Whether it is short enough for plain Python."""
        return self.scenario.weeks <= SHORT


def cases() -> Iterator[Case]:
    """Every case, in the order of the file."""
    for name in ts.Scenario.names():
        scenario = ts.Scenario.load(name)
        yield Case(name, scenario)
        for preset in Style.presets():
            yield Case(f"{name}, {preset}", scenario, preset, runs=3)
        yield Case(f"{name}, calibrated sample", scenario, "developer", SAMPLE, runs=11)
        first = next(iter(scenario.people))
        yield Case(f"{name}, fork", scenario, "comfortable", fork=Fork(week=20, redraw=3))
        yield Case(f"{name}, redraws", scenario, "comfortable", fork=Fork(week=60), runs=9, redrawn=True)
        kept = Drivers(**dict.fromkeys(Drivers.model_fields, 1.0) | {"recognition": 0.0, "pay": 0.5})
        discounted = Fork(week=10, person=identity_of(first), kept=kept)
        yield Case(f"{name}, a driver discounted", scenario, "hands-off", fork=discounted)
        leader = scenario.leaders[0]
        each = {"": "micromanager", leader: "developer", first: "comfortable"}
        yield Case(f"{name}, hires differ", scenario.replace(hires_differ=True), each)
        policies = Policies(review_weeks=13, transparency=0.9, preparation=0.8, expert_track=0.7, promote_by_lot=0.3)
        later = Regime.of(Style.preset("developer"), policies)
        dated = [
            {"week": 5, "kind": "praise"},
            {"week": 30, "kind": "raise", "amount": 0.15, "who": first},
            {"week": 41, "kind": "broken promise"},
            {"week": 50, "kind": "dismissal", "who": [*scenario.people][-1]},
        ]
        yield Case(f"{name}, policies change", scenario, Plan(styles={0: "hands-off", 26: later}, events=dated))
    yield Case("ladder", casts.ladder(), casts.upheaval(), runs=11)
    differ = casts.ladder().replace(hires_differ=True)
    yield Case("ladder, hires differ, sample", differ, casts.upheaval(), SAMPLE, runs=11)
    hot = {"offer_rate": 0.5, "search_free": 1.0, "accept_start": 2.0}
    yield Case("busy", casts.busy(), "demanding", hot, runs=11)
    yield Case("busy, fork", casts.busy(), "demanding", hot, Fork(week=0, redraw=1), runs=6)
    for number in range(24):
        yield drawn(number)
    for number, (scenario, conduct) in enumerate(histories()):
        yield Case(f"short {number}", scenario, conduct, seed=11, runs=2)
    short = [*ts.Scenario.names()]
    for name in short:
        yield Case(f"short {name}", ts.Scenario.load(name).replace(weeks=SHORT), "developer", runs=2)
    yield Case("short ladder", casts.ladder().replace(weeks=SHORT), casts.upheaval(), runs=1)
    yield Case("short busy", casts.busy().replace(weeks=SHORT), "demanding", hot, Fork(week=9, redraw=2), runs=1)
    yield Case("short sample", ts.Scenario.load(short[0]).replace(weeks=SHORT), "pay-only", SAMPLE, runs=2)


def drawn(number: int) -> Case:
    """A case drawn at random, anywhere in all ranges; the odd ones with numbers inside the rules drawn as well."""
    chance = random.Random(number)
    scenario = [ts.Scenario.load(name) for name in ts.Scenario.names()][number % 5]
    scenario = scenario.replace(
        weeks=chance.choice([SHORT * 2, 104]), market=anywhere(Market, chance), policies=anywhere(Policies, chance)
    )
    plan = Plan(styles={0: anywhere(Style, chance), chance.randrange(1, 50): anywhere(Style, chance)})
    numbers = None
    if number % 2:
        whole = Parameters.quantities()
        some = chance.sample(sorted(whole), 40)
        numbers = {name: chance.uniform(whole[name].low, min(whole[name].high, 100.0)) for name in some}
    return Case(f"drawn {number}", scenario, plan, numbers, seed=chance.randrange(2**63), runs=3)


def anywhere(declared: type, chance: random.Random) -> Any:
    """Return values anywhere in their ranges."""
    found = {}
    for name, one in declared.quantities().items():
        value = chance.uniform(one.low, one.high)
        found[name] = round(value) if one.kind is int else value
    return declared(**found)


def found(short: bool = False, lanes: int | None = None, checked: bool = False) -> Iterator[tuple[str, str]]:
    """Live through all and name the hash of each: histories, then what is read from them and the published model."""
    for case in cases():
        if case.short or not short:
            for number, sha in enumerate(digests(case, lanes or _lanes(), checked)):
                yield f"{case.name} #{number}", sha
    if not short:
        yield from others()


def digests(case: Case, lanes: int, checked: bool) -> Iterator[str]:
    """The hash of all bytes of each run, measures, life lines and departures; the runs of a case are lived together."""
    world = World.build(case.scenario, case.conduct, case.parameters, case.fork)
    if case.redrawn:
        numbers, redraws = [0] * case.runs, [*range(1, case.runs + 1)]
    else:
        numbers, redraws = [*range(case.runs)], [world.fork.redraw] * case.runs
    keys = [np.array(one, dtype=np.uint64) for one in (numbers, redraws)]
    life = zeros(PersonState.dtype(), case.runs, world.weeks, len(world.people))
    measures, exits, counts = lived(world, case.seed, *keys, teams=True, life=life, lanes=lanes, checked=checked)
    for run, left in enumerate(np.split(exits, np.cumsum(counts)[:-1])):
        yield _hash(measures[run], life[run], left)


def _quietly(*_: int) -> None:
    """Show no bar."""


def _lanes() -> int:
    """As many as this machine has."""
    if plain():
        return 1
    from teamsim.compiler.machine import processor

    return processor().lanes


def others() -> Iterator[tuple[str, str]]:
    """What else is compiled: worlds, what pictures show as numbers, panels, and the model of the Peter principle."""
    for name in ts.Scenario.names():
        scenario = ts.Scenario.load(name)
        world = World.build(scenario, {"": "comfortable", scenario.leaders[0]: "developer"})
        yield f"world of {name}", _hash(*(getattr(world, part) for part in WORLD))
        many = ts.futures(scenario, "comfortable", runs=30, seed=7, progress=_quietly)
        by_week, by_run = many.weeks.select_dtypes("number"), many.runs.select_dtypes("number")
        yield f"futures of {name}", _hash(by_week.to_numpy(), by_run.to_numpy(), many.aims().to_numpy())
        split = ts.luck_or_leadership(scenario, Style.presets(), runs=20, progress=_quietly)
        yield f"split of {name}", _hash(split.shares.select_dtypes("number").to_numpy())
    stars = ts.Scenario.load("managing-stars")
    found = ts.compare(stars, {"one": "comfortable", "other": "developer"}, runs=20, progress=_quietly)
    yield "a comparison", _hash(found.differences.select_dtypes("number").to_numpy())
    run = ts.simulate(stars, "comfortable", seed=7)
    replay = run.interview(0).replay(0, "developer", redraws=40)
    yield "a replay", _hash(np.array(replay.interval), replay.still_there.to_numpy())
    for name in ts.Scenario.names():
        world = World.build(ts.Scenario.load(name), "developer", SAMPLE)
        for number, seen in enumerate(observe(world, 7, 3, Look(world, survey_weeks(13, world.weeks)), threads=1)):
            yield f"panel of {name} #{number}", _hash(*seen)
    for hypothesis in (PETER, COMMON):
        for promoted in (RANDOM, 0.3, 1.0):
            yield f"{hypothesis}, {promoted}", _hash(efficiency(hypothesis, promoted, runs=2, years=60))


def _hash(*arrays: Any) -> str:
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def kept() -> dict[str, str]:
    """Return the hashes in the repository, by name."""
    with KEPT.open(encoding="utf-8", newline="") as file:
        return {row["history"]: row["sha256"] for row in csv.DictReader(file)}


def main() -> int:
    """Compare, or write; return how many differ."""
    asking = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asking.add_argument("--short", action="store_true", help="only those of 26 weeks")
    asking.add_argument("--lanes", type=int, choices=(1, 2, 4, 8), help="how many side by side; else the machine's")
    asking.add_argument("--checked", action="store_true", help="in the checked build")
    asking.add_argument("--write", action="store_true", help="keep what is found")
    asked = asking.parse_args()
    if asked.write:
        with KEPT.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("history", "sha256"), *found()])
        return 0
    known, differ, count = kept(), 0, 0
    for name, sha in found(asked.short, asked.lanes, asked.checked):
        count += 1
        if known.get(name) != sha:
            differ += 1
            sys.stdout.write(f"{name}: {sha}, kept is {known.get(name, 'nothing')}\n")
    sys.stdout.write(f"{count} digests, {differ} differ\n")
    return min(differ, 1)


if __name__ == "__main__":
    sys.exit(main())
