"""Many runs at once: progress, cancelling, and what is refused."""

import threading
import time
from concurrent.futures import CancelledError

import numpy as np
import pytest

import teamsim as ts
from teamsim import engine


@pytest.mark.parametrize("threads", [1, 2, 4, None])
@pytest.mark.parametrize("runs", [1, 7, 100])
def test_progress_runs_to_the_end(threads, runs, small):
    seen = []
    many = ts.futures(small, runs=runs, threads=threads, progress=lambda *at: seen.append(at))
    done = [one for one, _ in seen]
    assert done == sorted(set(done))
    assert seen[-1] == (runs, runs)
    assert {total for _, total in seen} == {runs}
    assert len(many.runs) == runs


def test_cancelling_stops_soon(twelve):
    """Cancelled at the first sign of life, little more than what was under way is finished."""
    cancel, seen = threading.Event(), []

    def report(done, _):
        seen.append(done)
        cancel.set()

    with pytest.raises(CancelledError, match=r"cancelled after .* of 100000 runs"):
        engine.histories(
            engine.World.build(twelve.replace(weeks=8), None), 1, 100_000, threads=2, progress=report, cancel=cancel
        )
    assert seen[-1] <= 100 * engine.LARGEST_CHUNK


def test_cancelling_from_elsewhere(twelve):
    cancel = threading.Event()
    world = engine.World.build(twelve, None)
    threading.Timer(0.2, cancel.set).start()
    started = time.monotonic()
    with pytest.raises(CancelledError):
        engine.histories(world, 1, 50_000, threads=2, progress=lambda *_: None, cancel=cancel)
    assert time.monotonic() - started < 20


def test_cancelled_before_it_began(small):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError, match="cancelled after 0 of 40 runs"):
        ts.futures(small, runs=40, cancel=cancel)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_is_passed_on_and_stops_the_rest(error, twelve):
    seen, cancel = [], threading.Event()

    def report(done, _):
        seen.append(done)
        raise error("stop")

    with pytest.raises(error, match="stop"):
        engine.histories(engine.World.build(twelve, None), 1, 20_000, threads=2, progress=report, cancel=cancel)
    assert len(seen) == 1
    assert not cancel.is_set(), "the caller's own event is not for us to set"


def test_after_a_cancelled_run_the_next_is_whole(small):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        ts.futures(small, runs=10, cancel=cancel)
    assert len(ts.futures(small, runs=10).runs) == 10


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"runs": 0}, "runs = 0 is not a whole number from 1"),
        ({"runs": -3}, "runs = -3"),
        ({"runs": 1.5}, "runs = 1.5"),
        ({"runs": "9"}, "runs = '9'"),
        ({"runs": True}, "runs = True"),
        ({"runs": None}, "runs = None"),
        ({"seed": -1}, "seed = -1 is not a whole number from 0"),
        ({"seed": 2**63}, "seed = 9223372036854775808"),
        ({"seed": 0.5}, "seed = 0.5"),
        ({"seed": None}, "seed = None"),
        ({"threads": 0}, "threads = 0 is not a whole number from 1"),
        ({"threads": 1.0}, "threads = 1.0"),
        ({"parameters": {"ofer_rate": 1}}, "parameters.ofer_rate is not known; did you mean 'offer_rate'"),
        ({"parameters": {"offer_rate": 2}}, "parameters.offer_rate = 2 is outside 0..1"),
        ({"style": "develloper"}, "preset 'develloper' is not known; did you mean 'developer'"),
        ({"style": {"Lae": "developer"}}, "leader 'Lae' is not known; did you mean 'Lea'"),
        ({"style": {"Lea": 3}}, "= 3 is neither a Style, nor a Plan"),
        ({"style": 3}, "= 3 is neither a Style, nor a Plan"),
        ({"scenario": "managing-stars"}, "scenario = 'managing-stars' is not a Scenario"),
    ],
)
def test_bad_input(given, line, small):
    asked = {"scenario": small, "style": None, "runs": 3, "seed": 1} | given
    with pytest.raises(ts.InputError, match=line) as caught:
        ts.futures(**asked)
    assert "\n" not in str(caught.value)
    if "runs" not in given and "threads" not in given:
        asked.pop("runs")
        with pytest.raises(ts.InputError, match=line):
            ts.simulate(**asked)


@pytest.mark.parametrize("run", [-1, 0.5, "1", True])
def test_a_bad_run(run, small):
    with pytest.raises(ts.InputError, match=r"^run = "):
        ts.simulate(small, run=run)


def test_numpy_integers_are_numbers_too(small):
    many = ts.futures(small, runs=np.int32(3), seed=np.uint64(5), threads=np.int64(1))
    assert many.made.seed == 5
    assert many._raw["measures"].tobytes() == ts.futures(small, runs=3, seed=5)._raw["measures"].tobytes()


def test_a_bar_appears_only_where_nobody_counts(small, capsys):
    ts.futures(small, runs=3)
    assert capsys.readouterr() == ("", "")
