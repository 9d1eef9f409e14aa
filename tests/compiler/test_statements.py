"""Statements: what runs that go different ways leave behind."""

import pytest

from rulebook import agree, bits, brewing, pots

BEFORE = """
LIMIT = 2.0


@rule
def steep(pot):
    \"\"\"Returns early, in several places.\"\"\"
    if pot.milk > LIMIT:
        pot.spare += 1
        return 1.0
    if pot.tea > 0.0:
        if pot.milk < 0.0:
            return pot.tea * 2.0
        pot.spare += 10
    else:
        pot.spare += 100
        return -1.0
    pot.spare += 1000
    return pot.milk


@rule
def several(x, n):
    \"\"\"More than one value at once.\"\"\"
    if x > 1.0:
        return x, n, x > 2.0
    return -x, n + 1, x > -1.0


@rule
def counted(pot):
    total = 0
    for i in range(1, 8, 3):
        for k in range(i):
            if k * 0.5 > pot.tea:
                total += k
            else:
                total -= i
    return total


@rule(rare=True)
def searched(pot, xs):
    \"\"\"While, continue and a return in a loop: for rare rules.\"\"\"
    place = 0
    while place < xs.shape[0] and xs[place] < pot.milk:
        place += 1
    for i in range(5):
        if i == pot.cups:
            continue
        pot.spare += i
        if pot.spare > 12:
            return place, i * 0.5
    return place, -1.0


@rule
def seldom(pot, xs):
    if pot.milk > 1.0:
        place, share = searched(pot, xs)
        return place * 100.0 + share
    return 0.0
"""
BODIES = {
    "nested ifs": """
if pot.milk > 0.0:
    if pot.tea > 0.0:
        pot.sips = 1
    else:
        pot.sips = 2
        if pot.heat > 1.0:
            pot.lid.weight = 3.0
elif pot.tea > 2.0:
    pot.sips = 3
else:
    pot.sips = 4
pot.spare += pot.sips
""",
    "names kept through branches": """
x, n = 1.0, 5
if pot.milk > 0.0:
    x = pot.milk
    n += 1
if pot.tea > 0.0:
    x += 0.5
else:
    n -= 2
y = x * 2.0
x = 0.0
pot.milk, pot.tea, pot.sips = y, x, n
""",
    "a number of another kind": "x = 0.0\nif pot.milk > 0.0:\n    x = 3\npot.tea = x",
    "both branches give a name": "if pot.milk > 0.0:\n    x = 1.0\nelse:\n    x = pot.tea\npot.tea = x * 2.0",
    "early returns": "pot.tea = steep(pot) + steep(pot)\nif pot.sips > 2:\n    return\npot.milk = 9.0",
    "return where all agree": "if pot.heat > 1.0:\n    pot.tea = 7.0\n    return\npot.tea = 8.0",
    "return under what all agree on": """
if pot.heat > 1.0:
    if pot.milk > 0.0:
        return
    pot.sips = 5
pot.tea = 8.0
""",
    "several values": """
x, n, large = several(pot.milk, pot.sips)
pot.tea = x
pot.spare = n + (1 if large else 0)
first = several(pot.tea, 3)
pot.lid.weight = first[0]
pot.lid.turns = first[1]
""",
    "swapped": "a, b = pot.milk, pot.tea\na, b = b, a\npot.milk, pot.tea = a, b",
    "loops": "pot.sips = counted(pot)",
    "a loop over what all share": "for i in range(pot.guests):\n    pot.tea += i * pot.milk",
    "no time round": """
for i in range(pot.table, pot.table):
    pot.tea = 99.0
for i in range(5, 2):
    pot.tea = 98.0
pot.sips += 1
""",
    "one name counts two loops": "for i in range(2):\n    pot.sips += i\nfor i in range(3):\n    pot.spare += i",
    "rare": "pot.tea = seldom(pot, xs)",
    "rare, with a row of its own": "pot.sips, pot.tea = searched(pot, xs)",
    "nothing": "if pot.milk > 1e9:\n    pot.tea = 1.0",
    "an argument is given another value": "at += 2\nif pot.milk > 0.0:\n    at = 0\npot.sips = at",
    "augmented": """
pot.milk += 1.0
pot.tea -= pot.milk
pot.tea *= 2.0
pot.tea /= 4.0
pot.sips //= 2
pot.spare %= 3
pot.sips <<= 2
pot.spare >>= 1
pot.sips |= 1
pot.spare ^= 3
pot.sips &= 7
""",
}


@pytest.mark.parametrize("name", BODIES)
def test_statements(name, tmp_path):
    """Runs that fill the lanes, that do not, one, and none."""
    go = brewing(BODIES[name], tmp_path, BEFORE)
    for count in (16, 1, 0, 11):
        given = pots(count)
        left, _, _ = agree(go, given, checked=count == 11)
    assert (left.tobytes() == given.tobytes()) == (name == "nothing")


def test_known_answers(tmp_path):
    found, _, _ = agree(brewing(BODIES["nested ifs"], tmp_path), pots(9))
    assert pots(9)["milk"].tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    assert pots(9)["tea"].tolist() == [3.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0, -4.0, -5.0]
    assert found["sips"].tolist() == [3, 4, 4, 2, 2, 2, 2, 2, 2]


def test_all_runs_set_what_they_share(tmp_path):
    """Where every run comes by, and to the same."""
    found, _, _ = agree(brewing("pot.heat = pot.heat * 2.0 + pot.guests\npot.table = 1", tmp_path), pots(11))
    assert set(found["heat"]) == {1.5 * 2.0 + 3}


EACH = """
COPIED = (("milk", "tea", 2), ("tea", "milk", 3))


@rule
def poured(lid, pot):
    \"\"\"Fields by name, whole numbers and fractions alike.\"\"\"
    found = 0.0
    for name in each(Lid):
        lid[name] += pot.sips if pot.milk > 0.0 else 1
        found += lid[name]
    return found
"""


def test_what_is_declared_is_gone_through_by_name(tmp_path):
    """A field's name, parts of names, and numbers that stand beside them; under an if on which runs differ."""
    body = """
pot.tea = poured(pot.lid, pot)
if pot.tea > 2.0:
    for source, target, times in each(COPIED):
        before = pot["m" + "ilk"]
        pot[target] = pot[source] * times + before
"""
    given = pots(11)
    left, *_ = agree(brewing(body, tmp_path, EACH), given)
    assert left["lid"]["turns"].tolist() == [
        turns + (sips if milk > 0.0 else 1)
        for turns, sips, milk in zip(given["lid"]["turns"], given["sips"], given["milk"], strict=True)
    ]


def test_a_name_in_brackets_is_that_field(tmp_path):
    """Written out or by name, it is the same rule."""
    named = brewing("for name in each(Lid):\n    pot.lid[name] = pot.lid[name] + 2", tmp_path)
    written_out = brewing("pot.lid.weight = pot.lid.weight + 2\npot.lid.turns = pot.lid.turns + 2", tmp_path)
    assert bits(agree(named, pots(5))[0]) == bits(agree(written_out, pots(5))[0])
