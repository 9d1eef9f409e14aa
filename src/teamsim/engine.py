"""Many runs at once: the compiled driver, fed in chunks to threads."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from teamsim.compiler import cache_folder, compiled
from teamsim.fields import InputError
from teamsim.parameters import set_of
from teamsim.people import ExitRecord, Fork, PersonState
from teamsim.results import Futures, Made, Progress, Run
from teamsim.rules.history import live_many
from teamsim.scenario import CastLeader, CastMember, CastTeam, Scenario
from teamsim.style import Conduct
from teamsim.world import Records, World, zeros

__all__ = ["Progress", "futures", "histories", "observe", "simulate", "warm_up"]

Keys = np.ndarray[Any, np.dtype[np.uint64]]
LARGEST_CHUNK = 64
EXITS_A_YEAR = 0.5


def simulate(
    scenario: Scenario,
    style: Conduct | None = None,
    seed: int = 1,
    *,
    run: int = 0,
    parameters: Any = None,
    fork: Fork | None = None,
) -> Run:
    """Live through one history.

    Parameters
    ----------
    scenario : Scenario
        Who, for how long, where.
    style : Style, Plan, name of a preset, or mapping from leader to one of these, optional
        How they lead; the scenario's own style where nothing is said.
    seed : int
        The luck. The same seed gives the same bits on machines of one fingerprint.
    run : int
        Which of the futures of this seed; 0 is the first.
    parameters : mapping from name to number, optional
        Numbers inside the rules that differ from the declared ones.
    fork : Fork, optional
        From which week on luck is another one, or something no longer counts; `Run.rewind` and exit interviews use it.

    Returns
    -------
    Run
        Tables ``weeks``, ``people``, ``exits`` and ``events``.

    Raises
    ------
    InputError
        If anything given cannot be used.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "developer", seed=7)
    >>> run.weeks.query("group == 'organisation'").shape[0]
    104
    """
    run = _checked(run, "run")
    world = World.build(scenario, style, set_of(parameters, run), fork)
    life = zeros(PersonState.dtype(), world.weeks, len(world.people))
    numbers, redraws = _numbers(run), _numbers(world.fork.redraw)
    measures, exits, _ = _histories(world, _checked(seed, "seed"), numbers, redraws, teams=True, life=life)
    return Run(Made.by(world, seed=seed, runs=1, first_run=run), measures=measures[0], life=life, departures=exits)


def futures(
    scenario: Scenario,
    style: Conduct | None = None,
    runs: int = 200,
    seed: int = 1,
    *,
    parameters: Any = None,
    fork: Fork | None = None,
    redraws_of: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Futures:
    """Live through many histories that differ in nothing but luck.

    Parameters
    ----------
    scenario, style, seed, fork
        As in `simulate`.
    parameters : mapping from name to number, path, sequence of these, or "calibrated sample", optional
        Numbers inside the rules that differ from the declared ones. Runs take several sets in turn, so that what they
        differ in is luck and what is not known about the numbers; the calibrated sample is more than 100 sets that what
        is published does not rule out.
    runs : int
        How many, from 1.
    redraws_of : int, optional
        A run: all are this one until the week of the fork, and differ in luck from there on.
    threads : int, optional
        On how many threads; all cores where nothing is said. The bits are the same on any number.
    progress : callable, optional
        Called with the runs done and the runs in all; a bar is shown after a second where nothing is given.
    cancel : threading.Event, optional
        Set it from elsewhere to stop; Ctrl-C does the same.

    Returns
    -------
    Futures
        Tables ``weeks`` (quantiles), ``runs`` (a row a run) and ``exits``; ``open(run)`` gives one of them whole.

    Raises
    ------
    InputError
        If anything given cannot be used.
    concurrent.futures.CancelledError
        If it was cancelled.

    Examples
    --------
    >>> import teamsim as ts
    >>> many = ts.futures(ts.Scenario.load("managing-stars"), "developer", runs=20)
    >>> len(many.runs)
    20
    >>> unsure = ts.futures(ts.Scenario.load("managing-stars"), runs=240, parameters="calibrated sample")
    >>> bool(unsure.runs["output"].std() > 0)
    True
    """
    if redraws_of is not None and fork is None:
        raise InputError("is missing: redraws leave a run at the week of a fork", ("fork",))
    world = World.build(scenario, style, parameters, fork)
    measures, exits, counts = histories(
        world, seed, runs, redraws_of=redraws_of, threads=threads, progress=progress, cancel=cancel
    )
    made = Made.by(world, seed=seed, runs=runs, first_run=redraws_of or 0, redrawn=redraws_of is not None)
    return Futures(made, measures=measures, departures=exits, counts=counts)


def histories(
    world: World,
    seed: int,
    runs: int,
    *,
    redraws_of: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> tuple[Records, Records, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the weekly measures of some runs, their exits one after another, and how many exits each had."""
    seed, runs = _checked(seed, "seed"), _checked(runs, "runs", least=1)
    if redraws_of is None:
        numbers, redraws = np.arange(runs, dtype=np.uint64), np.full(runs, world.fork.redraw, dtype=np.uint64)
    else:
        one = np.uint64(_checked(redraws_of, "redraws_of"))
        numbers, redraws = np.full(runs, one, dtype=np.uint64), np.arange(1, runs + 1, dtype=np.uint64)
    workers = _checked(os.cpu_count() or 1 if threads is None else threads, "threads", least=1)
    announce_compilation()
    chunk = max(1, min(LARGEST_CHUNK, -(-runs // (workers * 4))))
    parts: dict[int, tuple[Records, np.ndarray[Any, np.dtype[np.int64]]]] = {}
    measures = world.measures(runs, teams=False)
    failed = threading.Event()
    done = 0

    def live_chunk(first: int) -> int:
        if failed.is_set() or (cancel is not None and cancel.is_set()):
            raise CancelledError(f"cancelled after {done} of {runs} runs")
        part = slice(first, first + chunk)
        _, exits, counts = _histories(world, seed, numbers[part], redraws[part], measures=measures[part])
        parts[first] = exits, counts
        return len(counts)

    with (
        ThreadPoolExecutor(workers) as pool,
        tqdm(total=runs, delay=1.0, leave=False, unit="run", disable=progress is not None) as bar,
    ):
        waiting = [pool.submit(live_chunk, first) for first in range(0, runs, chunk)]
        try:
            for finished in as_completed(waiting):
                done += finished.result()
                bar.update(finished.result())
                if progress is not None:
                    progress(done, runs)
        except BaseException:
            failed.set()
            pool.shutdown(cancel_futures=True)
            raise
    ordered = [parts[first] for first in sorted(parts)]
    exits = np.concatenate([part for part, _ in ordered])
    return measures, exits, np.concatenate([counts for _, counts in ordered])


def observe(
    world: World,
    seed: int,
    runs: int,
    look: Callable[[Records, Records, Records, int], Any],
    *,
    life: bool = True,
    first: int = 0,
    redraws_from: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """Live through some runs one by one, from the `first` on, and keep no more of each than what `look` returns.

    With `redraws_from`, all are the first run until the fork, and redraws of this number and the next ones. `look` is
    given the weekly measures by group (each team's last), the life lines by seat (none without `life`), the exits, and
    which run it is; the life lines are overwritten by a later run.
    """
    seed, runs = _checked(seed, "seed"), _checked(runs, "runs", least=1)
    workers = _checked(os.cpu_count() or 1 if threads is None else threads, "threads", least=1)
    chunk = max(1, min(LARGEST_CHUNK, -(-runs // (workers * 2))))
    done = 0

    def live_chunk(start: int) -> list[Any]:
        room = zeros(PersonState.dtype(), *((world.weeks, len(world.people)) if life else (0, 0)))
        seen = []
        for place in range(start, min(start + chunk, runs)):
            run = first + place if redraws_from is None else first
            redraw = _numbers(world.fork.redraw if redraws_from is None else redraws_from + place)
            measures, exits, _ = _histories(world, seed, _numbers(run), redraw, teams=True, life=room)
            seen.append(look(measures[0], room, exits, run))
        return seen

    found: list[Any] = []
    with ThreadPoolExecutor(workers) as pool:
        for seen in pool.map(live_chunk, range(0, runs, chunk)):
            found += seen
            done += len(seen)
            if progress is not None:
                progress(done, runs)
    return found


def _histories(
    world: World,
    seed: int,
    numbers: Keys,
    redraws: Keys,
    *,
    teams: bool = False,
    measures: Records | None = None,
    life: Records | None = None,
) -> tuple[Records, Records, np.ndarray[Any, np.dtype[np.int64]]]:
    """Live through some runs on this thread; where exits do not fit, go on with more room."""
    announce_compilation()
    runs = len(numbers)
    if measures is None:
        measures = world.measures(runs, teams)
    if life is None:
        life = zeros(PersonState.dtype(), 0, 0)
    people, tallies, leaders, org = world.people.copy(), world.teams.copy(), world.leaders.copy(), world.org.copy()
    counts = np.zeros(runs, dtype=np.int64)
    room = int(len(people) * world.weeks / 52 * EXITS_A_YEAR * runs) + 32
    kept: list[Records] = []
    done = 0
    while done < runs:
        exits = zeros(ExitRecord.dtype(), room)
        lived = int(
            live_many(
                np.uint64(seed), numbers[done:], redraws[done:], world.people, world.teams, world.leaders, org,
                world.styles, world.style_at, world.events, world.parameters, people, tallies, leaders,
                measures[done:], exits, counts[done:], life,
            )
        )  # fmt: skip
        kept.append(exits[: counts[done : done + lived].sum()].copy())
        done += lived
        if done < runs:
            measures[done].view(np.uint8)[:] = 0
            room *= 2
    return measures, np.concatenate(kept), counts


def _numbers(one: int) -> Keys:
    return np.array([one], dtype=np.uint64)


def _checked(value: Any, name: str, least: int = 0) -> int:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not least <= value < 2**63:
        raise InputError(f"= {value!r} is not a whole number from {least} to 2**63 - 1", (name,))
    return int(value)


def announce_compilation() -> None:
    """Say why the very first run takes a while; later processes find the machine code on disk."""
    mark = cache_folder() / "announced"
    if compiled() and not mark.exists():
        sys.stderr.write("teamsim: compiling the rules for this machine, once (about a minute) …\n")
        sys.stderr.flush()
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


def warm_up() -> None:
    """Compile everything now, so that nobody waits later; a second call in another process only loads it."""
    person = CastMember(name="A")
    tiny = Scenario(name="warm-up", weeks=2, teams=(CastTeam(name="T", leader=CastLeader(name="L"), people=(person,)),))
    simulate(tiny)
