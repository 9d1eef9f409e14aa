"""Many runs at once: compiled rules, fed with chunks of runs by threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from typing import Any

import numpy as np

from teamsim.compiler.doors import lanes_for, room
from teamsim.fields import InputError
from teamsim.parameters import Parameters, set_of
from teamsim.people import ExitRecord, Fork, LeaderState, Measures, OrganisationState, PersonState, TeamState
from teamsim.results import Futures, Made, Progress, Run
from teamsim.rules.history import live_many
from teamsim.scenario import Scenario
from teamsim.style import Conduct
from teamsim.world import Records, World, zeros

__all__ = ["Progress", "futures", "histories", "live_runs", "observe", "simulate"]

Keys = np.ndarray[Any, np.dtype[np.uint64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]
LARGEST_CHUNK = 64
LARGEST_ROOM = 8_000_000
"""So many bytes of results of a chunk, at most, where only a part of them is kept."""
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
        The luck. The same seed gives the same bits on every machine.
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
    life = zeros(PersonState.dtype(), 1, world.weeks, len(world.people))
    numbers, redraws = _numbers(run), _numbers(world.fork.redraw)
    measures, exits, _ = lived(world, _checked(seed, "seed"), numbers, redraws, teams=True, life=life)
    return Run(Made.by(world, seed=seed, runs=1, first_run=run), measures=measures[0], life=life[0], departures=exits)


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
) -> tuple[Records, Records, Counts]:
    """Return the weekly measures of some runs, their exits one after another, and how many exits each had."""
    seed, runs = _checked(seed, "seed"), _checked(runs, "runs", least=1)
    if redraws_of is None:
        numbers, redraws = np.arange(runs, dtype=np.uint64), np.full(runs, world.fork.redraw, dtype=np.uint64)
    else:
        one = np.uint64(_checked(redraws_of, "redraws_of"))
        numbers, redraws = np.full(runs, one, dtype=np.uint64), np.arange(1, runs + 1, dtype=np.uint64)
    workers = _checked(os.cpu_count() or 1 if threads is None else threads, "threads", least=1)
    from tqdm.auto import tqdm  # its search for a notebook takes longer than a history

    lanes = lanes_for(-(-runs // workers))
    chunk = _whole_lanes(min(LARGEST_CHUNK, runs // (workers * 4)), lanes)
    parts: dict[int, tuple[Records, Counts]] = {}
    measures = world.measures(runs, teams=False)
    failed = threading.Event()
    done = 0

    def live_chunk(first: int) -> int:
        if failed.is_set() or (cancel is not None and cancel.is_set()):
            raise CancelledError(f"cancelled after {done} of {runs} runs")
        part = slice(first, first + chunk)
        _, exits, counts = lived(world, seed, numbers[part], redraws[part], measures=measures[part], lanes=lanes)
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
    which run it is.
    """
    seed, runs = _checked(seed, "seed"), _checked(runs, "runs", least=1)
    workers = _checked(os.cpu_count() or 1 if threads is None else threads, "threads", least=1)
    shape = (world.weeks, len(world.people)) if life else (0, 0)
    most = max(1, LARGEST_ROOM // max(1, PersonState.dtype().itemsize * shape[0] * shape[1]))
    lanes = lanes_for(min(most, -(-runs // workers)))
    chunk = _whole_lanes(min(LARGEST_CHUNK, most, runs // (workers * 2)), lanes)
    done = 0

    def live_chunk(start: int) -> list[Any]:
        places = np.arange(start, min(start + chunk, runs), dtype=np.uint64)
        if redraws_from is None:
            numbers, redraws = places + np.uint64(first), np.full(len(places), world.fork.redraw, dtype=np.uint64)
        else:
            numbers, redraws = np.full(len(places), first, dtype=np.uint64), places + np.uint64(redraws_from)
        lines = zeros(PersonState.dtype(), len(places) if life else 0, *shape)
        measures, exits, counts = lived(world, seed, numbers, redraws, teams=True, life=lines, lanes=lanes)
        apart = np.split(exits, np.cumsum(counts)[:-1])
        nothing = zeros(PersonState.dtype(), 0, 0)
        return [
            look(measures[place], lines[place] if life else nothing, apart[place], int(number))
            for place, number in enumerate(numbers)
        ]

    found: list[Any] = []
    with ThreadPoolExecutor(workers) as pool:
        for seen in pool.map(live_chunk, range(0, runs, chunk)):
            found += seen
            done += len(seen)
            if progress is not None:
                progress(done, runs)
    return found


def live_runs(world: World, seed: int, runs: Keys) -> Iterator[Records]:
    """Live through some runs on this thread, a few at a time, and yield their weekly measures by run, week and group.

    Memory does not grow with their number; no thread holds more than `LARGEST_ROOM` bytes of measures.
    """
    most = max(1, LARGEST_ROOM // world.measures(1, teams=False).nbytes)
    lanes = lanes_for(min(most, len(runs)))
    chunk = _whole_lanes(min(LARGEST_CHUNK, most), lanes)
    for first in range(0, len(runs), chunk):
        numbers = runs[first : first + chunk]
        redraws = np.full(len(numbers), world.fork.redraw, dtype=np.uint64)
        yield lived(world, seed, numbers, redraws, lanes=lanes)[0]


def lived(
    world: World,
    seed: int,
    numbers: Keys,
    redraws: Keys,
    *,
    teams: bool = False,
    measures: Records | None = None,
    life: Records | None = None,
    lanes: int | None = None,
    checked: bool = False,
) -> tuple[Records, Records, Counts]:
    """Live through some runs on this thread.

    Parameters
    ----------
    world : World
        What they start from.
    seed, numbers, redraws
        Their streams of chance: the seed, which run each is, and which redraw of what comes after the fork.
    teams : bool
        Whether each team is measured, beside the organisation and its thirds.
    measures, life : records, optional
        Where weekly measures (by run, week and group) and life lines (by run, week and seat) go.
    lanes : int, optional
        How many runs lie side by side; as many as pay off where nothing is said.
    checked : bool
        Whether a row that is looked up and not there is an error.

    Returns
    -------
    tuple
        The measures, the exits one run after another, and how many exits each run had.
    """
    runs = len(numbers)
    lanes = lanes_for(runs) if lanes is None else lanes
    if measures is None:
        measures = world.measures(runs, teams)
    if life is None:
        life = zeros(PersonState.dtype(), 0, 0, 0)
    counts = np.zeros(runs, dtype=np.int64)
    most = int(len(world.people) * world.weeks / 52 * EXITS_A_YEAR) + 8
    go = live_many.at(lanes, checked)
    while True:
        exits = zeros(ExitRecord.dtype(), runs, most)
        go(
            seed, numbers, redraws, world.parameters, world.people, world.teams, world.leaders, world.org,
            world.styles, world.style_at, world.events, *_rooms(world, measures.shape[2], lanes),
            measures, exits, counts, life,
        )  # fmt: skip
        if counts.max(initial=0) <= most:
            return measures, exits[np.arange(most) < counts[:, None]], counts
        most = int(counts.max())


def _whole_lanes(runs: int, lanes: int) -> int:
    """The number of runs, rounded down so that no lane is empty, and at least all lanes."""
    return max(1, runs // lanes) * lanes


_KEPT = threading.local()


def _rooms(world: World, groups: int, lanes: int) -> list[Records]:
    """Return room to work in, which a thread keeps from one chunk to the next."""
    rows = (
        (PersonState, len(world.people)), (TeamState, len(world.teams)), (LeaderState, len(world.leaders)),
        (OrganisationState, len(world.org)), (Parameters, 1), (Measures, groups),
    )  # fmt: skip
    asked = lanes, tuple(count for _, count in rows)
    if getattr(_KEPT, "asked", None) != asked:
        _KEPT.asked, _KEPT.rooms = asked, [room(declared.dtype(), count, lanes) for declared, count in rows]
    kept: list[Records] = _KEPT.rooms
    return kept


def _numbers(one: int) -> Keys:
    return np.array([one], dtype=np.uint64)


def _checked(value: Any, name: str, least: int = 0) -> int:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not least <= value < 2**63:
        raise InputError(f"= {value!r} is not a whole number from {least} to 2**63 - 1", (name,))
    return int(value)
