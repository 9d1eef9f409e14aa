"""Doors: where Python comes in, with arrays."""

import pickle
import re
import sys

import numpy as np
import pytest

from rulebook import LANES, Pot, brewing, pots, refused, written
from teamsim.compiler import array, door, fraction, own, plain, truth, whole, word
from teamsim.compiler.doors import Plainly, room
from teamsim.compiler.values import layout_of

SINGLE = """

@door(xs=array("f"), share=fraction, count=whole, key=word, sure=truth, words=array("u"))
def single(xs, share, count, key, sure, words):
    for place in range(count):
        xs[place] = share + place if sure else -share
    words[0] = key ^ 1
"""


@pytest.fixture
def single(tmp_path):
    return written(SINGLE, tmp_path).single


def test_single_numbers(single):
    xs, words = np.zeros(3), np.zeros(1, dtype=np.uint64)
    for lanes in (1,):
        call = single.at(lanes)
        call(xs, 0.5, 2, 2**64 - 1, True, words)
        assert xs.tolist() == [0.5, 1.5, 0.0]
        assert words[0] == 2**64 - 2
        call(xs, 0.25, 3, 0, False, words)
        assert xs.tolist() == [-0.25] * 3
    single(xs, np.float64(1.0), np.int64(1), np.uint64(2**63), np.True_, words)
    assert (xs[0], words[0]) == (1.0, 2**63 + 1)


def test_what_is_given_anew_is_seen(single):
    """A call remembers what it was given last: other arrays of the same shape, and smaller ones, are others."""
    call, words = single.at(), np.zeros(1, dtype=np.uint64)
    for size in (4, 2, 6):
        xs = np.zeros(size)
        call(xs, 1.0, size, 0, True, words)
        assert xs.tolist() == [1.0 + place for place in range(size)]
    xs[:] = 0.0
    call.go()
    assert xs.tolist() == [1.0 + place for place in range(6)]


@pytest.mark.parametrize(
    ("place", "given", "line"),
    [
        (0, np.zeros(3, dtype=np.float32), "xs is float32 in 1 dimensions; allowed is float64 in 1, row after row"),
        (0, np.zeros((3, 2)), "xs is float64 in 2 dimensions; allowed is float64 in 1, row after row"),
        (0, np.zeros(6)[::2], "xs is float64 in 1 dimensions; allowed is float64 in 1, row after row"),
        (0, [1.0, 2.0], "xs is a list; allowed is an array of float64"),
        (5, np.zeros(3), "words is float64 in 1 dimensions; allowed is uint64 in 1, row after row"),
        (0, np.zeros(3).astype(">f8"), "xs is float64 in 1 dimensions"),
    ],
)
def test_what_does_not_fit_is_refused(place, given, line, single):
    asked = [np.zeros(3), 0.5, 2, 1, True, np.zeros(1, dtype=np.uint64)]
    asked[place] = given
    with pytest.raises(TypeError, match=line):
        single(*asked)


def test_so_many_arguments(single):
    with pytest.raises(TypeError, match="single takes 6 arguments, and was given 1"):
        single(np.zeros(3))


def test_two_arguments_of_one_shape_are_told_apart(tmp_path):
    source = '\n\n@door(one=array("f"), other=array("f"))\ndef go(one, other):\n    one[0] = other[0]\n'
    with pytest.raises(TypeError, match="go: other is int64"):
        written(source, tmp_path).go(np.zeros(1), np.zeros(1, dtype=np.int64))


def test_a_room_is_for_so_many_lanes(tmp_path):
    """What is narrower, or does not lie where a processor's registers begin, would be written beyond."""
    go = brewing("pot.tea += 1.0", tmp_path)
    for lanes in LANES[1:]:
        call = go.at(lanes)
        found = room(Pot.dtype(), 3, lanes)
        assert found.shape == (3, lanes)
        assert found.ctypes.data % 64 == 0
        call(pots(3), np.zeros(1), pots(1), found)
        for wrong in (room(Pot.dtype(), 1, 16 // lanes if lanes != 4 else 2), room(Pot.dtype(), 9, 2 * lanes)):
            with pytest.raises(TypeError, match=f"go: mine is no room for {lanes} lanes"):
                call(pots(3), np.zeros(1), pots(1), wrong)
        raw = np.zeros(Pot.dtype().itemsize * lanes + 72, dtype=np.uint8)
        start = -raw.ctypes.data % 64 + 8
        shifted = raw[start : start + Pot.dtype().itemsize * lanes].view(Pot.dtype()).reshape(1, lanes)
        with pytest.raises(TypeError, match=f"go: mine is no room for {lanes} lanes"):
            call(pots(3), np.zeros(1), pots(1), shifted)
        with pytest.raises(TypeError, match=r"allowed is record.* in 2, row after row"):
            call(pots(3), np.zeros(1), pots(1), room(Pot.dtype(), 1, 1))


def test_a_door_names_every_argument():
    with pytest.raises(TypeError, match="swapped takes one, other; a door names the shape of each, in order"):

        @door(other=whole, one=whole)
        def swapped(one, other):
            pass


def test_a_door_returns_nothing(tmp_path):
    why = refused('\n\n@door(xs=array("f"))\ndef go(xs):  # here\n    return xs[0]\n', tmp_path)
    assert why == "what Python calls writes to arrays, and returns nothing"


def test_plain_python_is_the_function_itself(single, monkeypatch):
    assert not plain()
    for value, expected in (("1", True), ("0", False), ("", False)):
        monkeypatch.setenv("TEAMSIM_PLAIN", value)
        assert plain() is expected
        assert isinstance(single.at(1), Plainly) is expected


def test_doors_and_calls_travel_by_name(single, monkeypatch):
    """Dask sends them to other processes: no machine code travels."""
    monkeypatch.setattr(single.function, "__module__", single.__module__)
    assert single.__module__ in sys.modules
    back = pickle.loads(pickle.dumps(single))
    assert back is single
    call = pickle.loads(pickle.dumps(single.at(1)))
    xs = np.zeros(2)
    call(xs, 1.0, 2, 0, True, np.zeros(1, dtype=np.uint64))
    assert xs.tolist() == [1.0, 2.0]


def test_shapes_say_what_arrays_are_of():
    assert array("u").dtype == np.uint64
    assert array(Pot, 2).dtype == own(Pot).dtype == Pot.dtype()
    assert [one.dtype.kind for one in (fraction, whole, word, truth)] == ["f", "i", "u", "b"]


@pytest.mark.parametrize("kind", ["f4", "i4", "u2", "?", "U3", "M8[s]", ">f8"])
def test_records_are_of_words(kind):
    with pytest.raises(TypeError, match=r"b is .*; a field of a record that rules read is f8, i8 or u8"):
        layout_of(np.dtype([("a", "f8"), ("b", kind)]))


def test_truths_are_no_rows():
    with pytest.raises(TypeError, match="an array of truths is not in the language of rules; keep 0 and 1"):
        layout_of("b")


@door(pots=array(Pot), count=whole, key=word, share=fraction, free=truth)
def take(pots, count, key, share, free):
    pots[0].tea = share + count if free else float(key)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ((1.7, 1, 0.5, True), "take: count = 1.7 is no whole number from -9223372036854775808"),
        ((2**70, 1, 0.5, True), "take: count = 1180591620717411303424 is no whole number"),
        ((1, -1, 0.5, True), "take: key = -1 is no whole number from 0 to 18446744073709551615"),
        ((1, 1, "0.5", True), "take: share = '0.5' is no number"),
        ((1, 1, 0.5, 2), "take: free = 2 is no whole number from 0 to 1"),
        ((None, 1, 0.5, True), "take: count = None is no whole number"),
    ],
)
def test_single_numbers_are_looked_at(given, why):
    with pytest.raises(TypeError, match=re.escape(why)):
        take(pots(1), *given)


def test_nothing_is_no_array():
    with pytest.raises(TypeError, match="take: pots is a NoneType; allowed is an array"):
        take(None, 1, 1, 0.5, True)
