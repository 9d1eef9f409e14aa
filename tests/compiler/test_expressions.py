"""Choices, conditions, calls and names."""

import pytest

from rulebook import agree, brewing, pots, recipe, refused

BEFORE = """
RATE, COUNT, FAR, NEVER = 0.5, 3, math.inf, float("nan")


@rule
def bumped(pot):
    pot.spare += 1
    return pot.milk > 0.0


@rule
def plus(x, y):
    return x + y


@rule
def twice(x):
    return plus(x, x)


@rule
def word_of(x):
    return (int(x) * 3) & WORD


@rule
def without():
    return 2.5
"""
BODIES = {
    "one or the other": "pot.tea = pot.milk if pot.milk > pot.tea else -pot.tea",
    "whole or fraction": "pot.tea = 1 if pot.milk > 0.0 else 0.5\npot.milk = pot.sips if pot.heat > 1.0 else 0.5",
    "one in another": "pot.sips = (1 if pot.tea > 0.0 else 2) if pot.milk > 0.0 else (3 if pot.tea > 2.0 else 4)",
    "chained comparisons": "pot.sips = 1 if -1.0 < pot.milk <= 1.0 != pot.tea else 0",
    "and, or, not": "if pot.milk > 0.0 and not pot.tea > 0.0 or pot.sips == 1 and pot.cups != 2:\n    pot.spare = 99",
    "kept truths": "a = pot.milk > 0.0\nb = pot.tea > 0.0 or a\nif a and b or not b:\n    pot.sips = 77",
    "what follows is called only where it matters": "if pot.tea > 0.0 and bumped(pot):\n    pot.sips = 3\n"
    "if pot.tea > 0.0 or bumped(pot):\n    pot.sips += 5",
    "one of two is called": """
pot.sips = word_of(1) % 7 if bumped(pot) else 2
pot.tea = 1.0 if pot.tea > 0.0 and bumped(pot) else twice(pot.milk)
""",
    "numbers of the module": "pot.tea = RATE * COUNT + FAR * (0.0 if pot.milk > 0.0 else 1.0) + math.pi\n"
    "pot.milk = NEVER if pot.milk > 0.0 else math.e",
    "rules call rules": """
pot.tea = twice(twice(pot.milk)) + plus(pot.sips, 0.5) + without()
pot.spare = twice(pot.sips)
""",
    "the same rule for many kinds": """
pot.tea = plus(pot.milk, 1) + plus(pot.heat, pot.guests)
pot.sips = plus(1, pot.guests)
""",
    "words": """
pot.key = word_of(pot.key) ^ (pot.key >> 3)
pot.tea = 1.0 if pot.key > 9 else 0.0
pot.sips = int(pot.sips)
""",
    "which lane": "pot.sips = lanes() * 0 + 1\npot.spare = pot.spare + 0 * lane()",
}


@pytest.mark.parametrize("name", BODIES)
def test_expressions(name, tmp_path):
    go = brewing(BODIES[name], tmp_path, BEFORE)
    agree(go, pots(1), checked=False)
    left, _, _ = agree(go, pots(11))
    assert (left != pots(11)).any()


SHARED = """
@rule
def bump(xs):
    xs[0] += 1.0  # here


@rule
def swap(shelf):
    shelf[0] = shelf[1]  # here


@rule
def sour(row):
    row.milk = 0.0  # here


@rule
def nothing(pot):
    pot.tea = 1.0
"""


@pytest.mark.parametrize("body", ["bump(xs)", "swap(shelf)", "sour(shelf[1])", "if pot.milk > 0.0:\n    bump(xs)"])
def test_what_all_runs_share_is_not_written_by_a_rule_that_they_call_at_once(body, tmp_path):
    brewing(body, tmp_path, SHARED).at(1)
    why = "all runs would write to one place; give each a place of its own"
    assert refused(recipe(body, SHARED), tmp_path, lanes=2) == why


@pytest.mark.parametrize("body", ["x = nothing(pot)  # here\npot.tea = x", "pot.tea = 1.0 + nothing(pot)  # here"])
def test_what_returns_nothing_is_not_used(body, tmp_path):
    assert refused(recipe(body, SHARED), tmp_path) == "nothing(pot) returns nothing; give it a line of its own"


def test_a_name_is_a_row_or_a_number(tmp_path):
    body = "x = shelf[0]\nif pot.milk > 0.0:  # here\n    x = 1.0\n    x += 1.0\npot.tea = x.milk"
    assert "x would mean one row or another afterwards" in refused(recipe(body), tmp_path)


def test_both_sides_of_a_cut_are_come_to_only_where_they_matter(tmp_path):
    before = """
@rule
def counted(pot):
    pot.spare += 1
    return 7
"""
    agree(brewing("pot.sips = int(pot.tea) if 0.0 <= pot.tea < 9.0 else counted(pot)", tmp_path, before), pots(11))


@pytest.mark.parametrize(("table", "why"), [
    ("(1, -1, 1 << 63)", "a table of words has no numbers below 0"),
    ("(True, False)", "TABLE is neither a local name, nor a number or a tuple of numbers of the module"),
    ("(1 << 70, 1)", f"{1 << 70} does not go into 64 bits"),
])  # fmt: skip
def test_tables_hold_numbers_of_one_kind(table, why, tmp_path):
    assert refused(recipe("pot.sips = TABLE[0]  # here", f"TABLE = {table}\n"), tmp_path) == why


def test_a_table_of_words(tmp_path):
    before = "TABLE = (5, 0x9E3779B97F4A7C15)\n"
    agree(brewing("pot.key = TABLE[at % 2]\npot.tea = 1.0 if TABLE[1] > 9 else 0.0", tmp_path, before), pots(5))
