"""Fields, rows and whole records: found, written and copied, for one run and for lanes."""

import numpy as np
import pytest

from rulebook import LANES, Pot, agree, brewed, brewing, pots, refused, written
from teamsim.compiler.doors import room

BEFORE = """
@rule
def taste(pot, other):
    \"\"\"Takes from a row that may be another one in every run.\"\"\"
    pot.tea += other.tea * 2.0
    if other.milk > 0.0:
        pot.sips += other.sips
        pot.lid.weight += other.lid.weight
    return other.cups


@rule
def two_rows(pot, one, other):
    return one.milk - other.milk * 0.5 + pot.tea


@rule
def filled(pot, place):
    place.milk += 1.0
    place.lid.turns = 5


@rule(rare=True)
def turned(lid, other):
    lid.turns += other.cups
    lid.weight = other.milk
"""
BODIES = {
    "records in records": "lid = pot.lid\nlid.turns += 2\npot.lid.weight = lid.turns * 0.5 + shelf[1].lid.weight",
    "a shared row onto each run's": "pot.tea = 5.0\nrow = shelf[2]\npot.tea += row.tea + row.key * 0.0",
    "gathers": "pot.tea = xs[at % 3] + xs[STEPS[at % 3] - 1] * 2.0",
    "gathers for some": "if pot.milk > 0.0:\n    pot.tea = xs[at % 3]\nelse:\n    pot.milk = xs[(at + 1) % 3]",
    "tables": """
pot.sips = STEPS[at % 3] + STEPS[1]
pot.tea = SHARES[pot.table] * SHARES[at % 3]
pot.spare = len(STEPS)
""",
    "rows that differ": "pot.cups = taste(pot, shelf[STEPS[at % 3] - 1])",
    "rows that differ, for some": "if pot.milk > 0.0:\n    pot.cups = taste(pot, shelf[at % 3])",
    "two rows that differ": "pot.tea = two_rows(pot, shelf[at % 3], shelf[(at // 2) % 3])",
    "a row that differs, and one that does not": "pot.tea = two_rows(pot, shelf[at % 3], shelf[1])",
    "a name for a row that differs": """
row = shelf[at % 3]
pot.cups = taste(pot, row)
pot.milk = two_rows(pot, row, row)
""",
    "one by one, with a row of its own": "turned(pot.lid, shelf[at % 3])\nif pot.milk > 0.0:\n    turned(pot.lid, pot)",
    "the whole row of its own": "pot.tea = 9.0\nif pot.milk > 0.0:\n    copied(pot, shelf, at)",
}
COPIES = """

@rule
def copied(pot, shelf, at):
    kept = pot.tea
    taste(pot, shelf[at % 3])
    pot.tea = kept


@door(pots=array(Pot), shelf=array(Pot), mine=own(Pot), spare=own(Pot))
def carry(pots, shelf, mine, spare):
    for first in range(0, pots.shape[0], lanes()):
        at = first + lane()
        if at < pots.shape[0]:
            mine[0] = shelf[1]
            mine[1] = pots[at]
            spare[0] = mine[1]
            if spare[0].milk > 0.0:
                mine[0] = spare[0]
                mine[0].tea += 1.0
            else:
                mine[0] = shelf[0]
            for row in range(2):
                if mine[row].sips > 1:
                    spare[row] = mine[1 - row]
            if mine[0].tea > -3.0:
                pots[at] = mine[0]
            shelf[at + 3] = spare[0]
"""


@pytest.mark.parametrize("name", BODIES)
def test_rows(name, tmp_path):
    go = brewing(BODIES[name], tmp_path, BEFORE + COPIES)
    agree(go, pots(2), checked=False)
    left, _, _ = agree(go, pots(11))
    assert (left != pots(11)).any()


def test_each_writes_to_a_place_of_its_own(tmp_path):
    """Numbers, and whole rows, of an array that all runs share."""
    go = brewing("xs[at] = pot.milk\nif pot.tea > 0.0:\n    xs[at + 11] += pot.tea\n    shelf[at] = pot", tmp_path)
    _, xs, shelf = agree(go, pots(11), xs=np.arange(22.0), shelf=pots(30)[11:22].copy())
    assert xs[:11].tolist() == pots(11)["milk"].tolist()
    assert shelf[0] == pots(1)[0]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 11])
def test_whole_records_are_copied(count, tmp_path):
    """What all share onto what each has, onto a row of its own, from there, and between one's own; for some only."""
    carry = written(BEFORE + COPIES, tmp_path).carry

    def carried(call, lanes):
        here, shelf = pots(count), np.concatenate([pots(3), np.zeros(count, dtype=Pot.dtype())])
        shelf["milk"][:3] += 0.25
        call(here, shelf, room(Pot.dtype(), 2, lanes), room(Pot.dtype(), 2, lanes))
        return here.tobytes(), shelf.tobytes()

    expected = carried(carry.function, 1)
    for lanes in LANES:
        for checked in (False, True):
            assert carried(carry.at(lanes, checked), lanes) == expected


OWN = """

@rule
def look(pot, other):
    pot.tea += other.milk
    return other.sips


@rule
def put(pot, other):
    other.milk = pot.tea
    other.sips += 1


@door(pots=array(Pot), shelf=array(Pot), mine=own(Pot), shares=own("f"), counts=own("i"))
def go(pots, shelf, mine, shares, counts):
    for first in range(0, pots.shape[0], lanes()):
        at = first + lane()
        if at < pots.shape[0]:
            for row in range(3):
                mine[row] = pots[at]
                mine[row].milk += row * 10.0
                shares[row] = row * 1.0 + at
                counts[row] = row - at
            here(at, mine, mine[0], shares, counts, shelf)
            for row in range(3):
                mine[0].tea += mine[row].milk * row + shares[row] + counts[row] * 3.0
            pots[at] = mine[0]
"""
OWNED = {
    "gathered": "pot.tea = shares[at % 3] + counts[(at + 1) % 3]",
    "scattered": "shares[at % 3] = 99.5\ncounts[(at + 1) % 3] += 5\nif pot.milk > 0.0:\n    shares[at % 2] *= 2.0",
    "a row onto one that all mean": "mine[0] = mine[at % 3]",
    "a row that all mean onto one": "mine[1].milk = 77.0\nmine[at % 3] = mine[1]",
    "one onto another": "if pot.tea > -3.0:\n    mine[at % 3] = mine[(at + 1) % 3]",
    "one of the shelf onto one": "mine[at % 3] = shelf[(at + 1) % 3]\nmine[(at + 1) % 3] = shelf[2]",
    "one onto one of the shelf": "shelf[at + 3] = mine[at % 3]\nshelf[at + 14] = shelf[1]",
    "read in a rule": "pot.sips = look(pot, mine[at % 3])",
    "changed in a rule": "put(pot, mine[at % 3])",
}


@pytest.mark.parametrize("name", OWNED)
def test_rows_of_each_run_s_own(name, tmp_path):
    """Of which every run may mean another one."""
    lines = "\n".join("    " + line for line in OWNED[name].splitlines())
    go = written(f"\n\n@rule\ndef here(at, mine, pot, shares, counts, shelf):\n{lines}\n{OWN}", tmp_path).go

    def left(call, lanes):
        given, shelf = pots(11), pots(25)
        rooms = [room(dtype, 3, lanes) for dtype in (Pot.dtype(), np.dtype("f8"), np.dtype("i8"))]
        call(given, shelf, *rooms)
        return given.tobytes(), shelf.tobytes()

    expected = left(go.function, 1)
    for lanes in LANES:
        assert left(go.at(lanes), lanes) == expected
        assert left(go.at(lanes, True), lanes) == expected


GUARDED = {
    "and": "if pot.milk > 99.0 and xs[at + 1000000] > 0.0:\n    pot.sips = 1",
    "and, where all mean one place": "if pot.milk > 99.0 and xs[1000000] > 0.0:\n    pot.sips = 1",
    "or": "if pot.milk < 99.0 or xs[at + 1000000] > 0.0:\n    pot.sips = 1",
    "or, where all mean one place": "if pot.milk < 99.0 or xs[1000000] > 0.0:\n    pot.sips = 1",
    "three": "if pot.tea > -99.0 and (pot.milk > 99.0 and xs[1000000] > 0.0 or pot.tea > 0.0):\n    pot.sips = 1",
    "all agree": "if pot.heat > 99.0 and xs[1000000] > 0.0:\n    pot.sips = 1",
    "else": "pot.tea = xs[at + 1000000] if pot.milk > 99.0 else 2.0",
    "else, where all mean one place": "pot.tea = 2.0 if pot.milk < 99.0 else xs[1000000]",
    "else, where all agree": "pot.tea = xs[1000000] if pot.heat > 99.0 else pot.milk",
    "some may look": "pot.tea = xs[at] if at < xs.shape[0] else -1.0",
    "some may look, then compare": "if at < xs.shape[0] and xs[at] > 0.0:\n    pot.sips = 1",
    "a rule that looks": "pot.tea = found(xs, at) if at < len(xs) else -1.0",
    "if": "if pot.milk > 99.0:\n    pot.tea = xs[1000000]",
    "after all have returned": "if pot.milk < 99.0:\n    pot.sips = 3\n    return\npot.tea = xs[1000000]",
}


@pytest.mark.parametrize("name", GUARDED)
def test_rows_that_are_not_there_are_not_looked_up(name, tmp_path):
    """As in Python: what comes after `and`, `or` and `if` is looked at only where it matters."""
    go = brewing(GUARDED[name], tmp_path, "\n\n@rule\ndef found(xs, at):\n    return xs[at] * 2.0\n")
    for count in (11, 1):
        agree(go, pots(count))


def test_arrays_without_rows(tmp_path):
    go = brewing(
        "for place in range(len(xs)):\n    pot.tea += xs[place]\nfor row in range(shelf.shape[0]):\n"
        "    pot.tea += shelf[row].tea\nif len(xs) > 0:\n    pot.tea = xs[0]",
        tmp_path,
    )
    agree(go, pots(11), xs=[], shelf=pots(0))


@pytest.mark.parametrize(
    "body",
    ["pot.tea = xs[at]", "pot.tea = xs[3]", "xs[at] = pot.tea", "if pot.milk > 2.0:\n    pot.tea = xs[at + 4000000000]",
     "pot.tea = xs[at - 1]", "pot.cups = taste(pot, shelf[at])", "shelf[at] = pot", "pot.tea = shelf[5].tea"],
)  # fmt: skip
def test_the_checked_build_says_where_a_row_is_not_there(body, tmp_path):
    go = brewing(body, tmp_path, BEFORE)
    (path,) = tmp_path.glob("toys_*.py")
    line = path.read_text(encoding="utf-8").splitlines().index("    " + body.splitlines()[-1]) + 1
    for lanes in LANES:
        with pytest.raises(IndexError, match=rf"^{path.name}:{line}: a row is looked up that is not there$"):
            brewed(go, pots(11), [1.0, 2.0, 3.0], pots(3), lanes, checked=True)
    call = go.at(8, True)
    with pytest.raises(IndexError):
        call(pots(11), np.zeros(3), pots(3), room(Pot.dtype(), 1, 8))
    call(pots(0), np.zeros(3), pots(3), room(Pot.dtype(), 1, 8))  # it was said, and is forgotten


DIMS = """

@door(grid=array("f", 3), counts=array("i", 2), pots=array(Pot, 2))
def weave(grid, counts, pots):
    for first in range(0, grid.shape[0], lanes()):
        run = first + lane()
        if run < grid.shape[0]:
            for week in range(grid.shape[1]):
                for group in range(grid.shape[2]):
                    grid[run, week, group] += run * 100.0 + week * 10.0 + group
                counts[run, week] = pots.shape[1] + week
"""


def test_arrays_of_several_dimensions(tmp_path):
    weave = written(DIMS, tmp_path).weave
    for lanes in LANES:
        for checked in (False, True):
            grid, counts = np.zeros((5, 3, 2)), np.zeros((5, 3), dtype=np.int64)
            weave.at(lanes, checked)(grid, counts, np.zeros((0, 4), dtype=Pot.dtype()))
            assert grid[4, 2].tolist() == [420.0, 421.0]
            assert counts[4].tolist() == [4, 5, 6]


def test_a_part_of_an_array_is_an_array(tmp_path):
    source = """

@rule
def summed(part):
    total = 0.0
    for place in range(part.shape[0]):
        total += part[place]
    return total


@door(grid=array("f", 2), sums=array("f"))
def add(grid, sums):
    for row in range(grid.shape[0]):
        sums[row] = summed(grid[row])
        sums[row] += 0.0
"""
    add = written(source, tmp_path).add
    sums = np.zeros(2)
    add(np.array([[1.0, 2.0, 4.0], [0.5, 0.25, 0.0]]), sums)
    assert sums.tolist() == [7.0, 0.75]
    wrong = source.replace("sums[row] += 0.0", "grid[row] = 1.0  # here")
    why = refused(wrong.replace("add", "go"), tmp_path)
    assert why == "a number is kept at one place: give all of its numbers"
