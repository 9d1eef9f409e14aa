"""What a rule may say: everything else is refused, with file, line and the allowed form."""

import ast
import re
from pathlib import Path

import pytest

from rulebook import LANES, recipe, refused, written
from teamsim import chance, compiler
from teamsim.compiler import rule
from teamsim.compiler.language import INSTEAD, RuleError, rule_of

BANNED = {
    ast.Pow: "pot.milk = pot.tea ** 2  # here",
    ast.MatMult: "pot.milk = xs @ xs  # here",
    ast.Break: "for i in range(3):\n    break  # here",
    ast.Is: "if pot.milk is pot.tea:  # here\n    pot.tea = 1.0",
    ast.IsNot: "if pot.milk is not pot.tea:  # here\n    pot.tea = 1.0",
    ast.In: "if pot.milk in xs:  # here\n    pot.tea = 1.0",
    ast.NotIn: "if pot.milk not in xs:  # here\n    pot.tea = 1.0",
    ast.Try: "try:  # here\n    pot.tea = 1.0 / pot.milk\nexcept ZeroDivisionError:\n    pot.tea = 0.0",
    ast.Raise: "raise ValueError  # here",
    ast.Assert: "assert pot.milk > 0.0  # here",
    ast.With: "with xs:  # here\n    pot.tea = 1.0",
    ast.Lambda: "pot.tea = (lambda x: x)(1.0)  # here",
    ast.FunctionDef: "def inner(x):  # here\n    return x",
    ast.ListComp: "pot.tea = [x for x in xs][0]  # here",
    ast.GeneratorExp: "pot.tea = sum(x for x in xs)  # here",
    ast.List: "pot.tea = [1.0, 2.0][0]  # here",
    ast.Dict: "pot.tea = {1: 2.0}[1]  # here",
    ast.JoinedStr: "pot.tea = f'{pot.milk}'  # here",
    ast.AnnAssign: "x: float = 1.0  # here",
    ast.NamedExpr: "if (x := pot.milk) > 1.0:  # here\n    pot.tea = x",
    ast.Slice: "pot.tea = xs[0:1][0]  # here",
    ast.UAdd: "pot.tea = +pot.milk  # here",
    ast.Invert: "pot.sips = ~pot.spare  # here",
    ast.Starred: "pot.tea = find(*xs)  # here",
    ast.Pass: "pass  # here",
    ast.keyword: "pot.tea = round(pot.milk, ndigits=2)  # here",
    ast.Global: "global STEPS  # here",
}

ONLY_NUMBERS = "only numbers, True and False are in the language of rules; names of fields come from each(...)"
LOOPS = "a loop runs over range(...), or over each(...) of a declared class or a tuple of names"
FORMS = {
    "del xs  # here": "Delete is not in the language of rules",
    "pot.tea = {1, 2}  # here": "Set is not in the language of rules",
    "match pot.sips:  # here\n    case 1:\n        pot.tea = 1.0": "Match is not in the language of rules",
    "pot.tea = yield  # here": "Yield is not in the language of rules",
    "pot.tea = 'x'  # here": ONLY_NUMBERS,
    "pot.tea = None  # here": ONLY_NUMBERS,
    "pot.tea = 1j  # here": ONLY_NUMBERS,
    "for name in each(Lid):\n    pot.tea = name  # here": ONLY_NUMBERS,
    "for name in each(Lid):\n    pot.tea += pot.lid['turns' + 1]  # here": ONLY_NUMBERS,
    "for name in each(Lid):  # here\n    pot.lid[name] += 1\nelse:\n    pot.tea = 1.0": (
        "else after a loop is not in the language of rules"
    ),
    "for name in each(Lid):\n    if pot.tea > 0.0:\n        continue  # here\n    pot.lid[name] += 1": (
        "continue inside each(...) is not in the language of rules; write an if"
    ),
    "for at in each(Lid):  # here\n    pot.lid[at] += 1": "at counts a loop; take another name for anything else",
    "xs[at + len(xs)] += 1.0  # here": "a call in the place that is changed would be made twice; give its value a name",
    "for name in each(Unknown):  # here\n    pot.lid[name] = 1": LOOPS,
    "for name in each(Lid, Pot):  # here\n    pot.lid[name] = 1": LOOPS,
    "for one, other in each(Lid):  # here\n    pot.lid[one] = 1": LOOPS,
    "for name in each(Pot):\n    pot.lid[name] += 1  # here": "Lid has no milk; Known: turns, weight",
    "pot.tea = pot.milk = 1.0  # here": "one = an assignment: write a line for each name",
    "pot.tea > 1.0  # here": "a line that does nothing: assign it, or leave it out",
    "for i in range(3):  # here\n    pot.tea += 1.0\nelse:\n    pot.milk = 1.0": (
        "else after a loop is not in the language of rules"
    ),
    "for x in xs:  # here\n    pot.tea += x": LOOPS,
    "for xs[0] in range(3):  # here\n    pot.tea += 1.0": LOOPS,
    "for i in range(3):  # here\n    i += 1\n    pot.sips += i": "i counts a loop; take another name for anything else",
    "for at in range(3):  # here\n    pot.sips += at": "at counts a loop; take another name for anything else",
    "for i in range(2):\n    for i in range(3):  # here\n        pot.sips += i": (
        "i counts a loop; take another name for anything else"
    ),
    "pot.tea = xs[0].sum()  # here": "methods are not in the language of rules; write the loop",
    "pot.tea = math.pow(pot.milk, 2.0)  # here": (
        "math.pow is not in the language of rules; there is math.sqrt, and exp and log of teamsim.arithmetic"
    ),
    "for i in range():  # here\n    pot.tea = 1.0": LOOPS,
    "for i in range(1, 2, 1, 1):  # here\n    pot.tea = 1.0": LOOPS,
    "pot.tea = math.exp(pot.milk)  # here": "math.exp is not in the language of rules; call exp of teamsim.arithmetic",
    "pot.tea = math.log(pot.milk)  # here": "math.log is not in the language of rules; call log of teamsim.arithmetic",
    "pot.tea = math.sqrt(1.0, 2.0)  # here": "math.sqrt takes one number",
    "pot.key = bits_of(1.0, 2.0)  # here": "bits_of takes one argument",
    "pot.tea = from_bits()  # here": "from_bits takes one argument",
    "pot.tea = float()  # here": "float takes one argument",
    "pot.sips = int(1, 2)  # here": "int takes one argument",
    "pot.sips = len()  # here": "len takes one argument",
    "pot.tea = xs[0](1.0)  # here": "only a rule can be called",
    "pot.tea = (pot.milk > 1.0) * 2.0  # here": "arithmetic on a comparison; write 1.0 if ... else 0.0",
    "pot.tea += pot.milk > 1.0  # here": "arithmetic on a comparison; write 1.0 if ... else 0.0",
    "pot.tea = -(pot.milk > 1.0)  # here": "arithmetic on a comparison; write 1.0 if ... else 0.0",
    "pot.tea = 1.0 + (not pot.milk > 1.0)  # here": "arithmetic on a comparison; write 1.0 if ... else 0.0",
    "pot.tea = 1.0 + True  # here": "arithmetic on a comparison; write 1.0 if ... else 0.0",
    "x = pot.milk > 1.0\npot.tea = 1.0 + x  # here": "arithmetic on a comparison; write 1.0 if ... else 0.0",
    "if pot.milk > 1.0:\n    x = 1.0\npot.tea = x  # here": (
        "x may have no value here; give it one before the if or the loop"
    ),
    "for i in range(3):\n    x = 1.0\npot.tea = x  # here": (
        "x may have no value here; give it one before the if or the loop"
    ),
    "x += 1.0  # here": "x may have no value here; give it one before the if or the loop",
    "STEPS = STEPS  # here": "STEPS may have no value here; give it one before the if or the loop",
}


def test_every_ban_is_tried():
    assert BANNED.keys() == INSTEAD.keys()


@pytest.mark.parametrize("form", BANNED, ids=lambda form: form.__name__)
def test_what_is_banned_is_refused_with_what_to_write_instead(form, tmp_path):
    assert refused(recipe(BANNED[form]), tmp_path) == INSTEAD[form]


@pytest.mark.parametrize("body", FORMS)
def test_forms_that_are_not_allowed(body, tmp_path):
    for lanes in (1, 8):
        assert refused(recipe(body), tmp_path, lanes) == FORMS[body]


@pytest.mark.parametrize("arguments", ["*xs", "**xs", "x, *, y", "x=1.0", "x, /"])
def test_arguments_are_plain(arguments, tmp_path):
    before = f"\n\n@rule\ndef find({arguments}):  # here\n    return 1.0\n"
    why = refused(recipe("pot.tea = find(1.0)", before), tmp_path)
    assert why == "a rule takes plain arguments, without defaults, * and **"


def test_what_has_no_source_is_no_rule(tmp_path):
    with pytest.raises(RuleError, match="len: a rule is a function with a source file"):
        rule_of(len)
    with pytest.raises(RuleError, match="a rule is a function that begins with def"):
        rule_of(written("\nfind = lambda x: x\n", tmp_path).find)
    made = {}
    exec("def f(x):\n    return x\n", made)
    with pytest.raises(RuleError, match="f: a rule is a function with a source file"):
        rule_of(made["f"])


def test_a_rule_is_the_python_function_itself():
    @rule
    def doubled(x):
        return x + x

    @rule(rare=True)
    def seldom(x):
        return x

    assert doubled(1.5) == 3.0
    assert (rule_of(doubled).rare, rule_of(seldom).rare) == (False, True)


def test_docstring_annotations_and_marks_are_not_the_rules_to_say(tmp_path):
    """They may hold what the language does not have."""
    source = '\n\n@rule\ndef f(x: "list[str] | None") -> "float":\n    """It is ** not said."""\n    return x\n'
    book = written(source, tmp_path)
    assert rule_of(book.f).names == ("x",)


def test_a_place_in_the_package_is_named_from_there():
    assert rule_of(chance.mix).place(rule_of(chance.mix).tree) == f"chance.py:{chance.mix.__code__.co_firstlineno + 1}"


# --- what turns out only when kinds are known

BEFORE = """
from math import exp as grown

RATES = (1.0, "a")
NAME = "1.0"
HUGE = 1 << 64


def unmarked(x):
    return x


@rule
def halved(x):
    return x * 0.5


@rule
def endless(x):
    return endless2(x)  # again


@rule
def endless2(x):
    return endless(x)  # here


@rule
def nothing(pot):
    pot.tea = 1.0


@rule
def two(x):
    return x, x


@rule
def changed(table):
    table[1] = 2  # here


@rule
def maybe(x):
    if x > 1.0:  # here
        return 2.0


@rule
def or_nothing(x):
    if x > 1.0:
        return  # here
    return 1.0


@rule
def one_or_two(x):
    if x > 1.0:
        return 1.0
    return 1.0, 2.0  # here


@rule
def warmed(pot):
    pot.heat = 2.0  # here
"""
LATER = {
    "pot.tea = shelf  # here": "a number is needed here",
    "pot.tea = pot.lid  # here": "a number is needed here",
    "pot.tea = nothing(pot) + 1.0  # here": "nothing(pot) returns nothing; give it a line of its own",
    "pot.tea = xs.milk  # here": "a record is needed here",
    "pot.tea = pot[0]  # here": "only arrays and tuples have places",
    "pot.tea = len(pot)  # here": "an array is needed here",
    "pot.tea = NOWHERE  # here": "NOWHERE is neither a local name, nor a number or a tuple of numbers of the module",
    "pot.tea = RATES[0]  # here": "RATES is neither a local name, nor a number or a tuple of numbers of the module",
    "pot.tea = NAME  # here": "NAME is neither a local name, nor a number or a tuple of numbers of the module",
    "pot.tea = math.nowhere  # here": "math.nowhere is not known here",
    "if pot.milk > 1.0:\n    return\nelse:\n    x = 1.0\npot.tea = x  # here": (
        "x may have no value here; give it one before the if or the loop"
    ),
    "x = two(pot.milk)\npot.tea = x[at]  # here": "of several values, one is picked by a constant",
    "x = two(pot.milk)\npot.tea = x[2]  # here": "of several values, one is picked by a constant",
    "if 0.0 < pot.milk < xs[0]:  # here\n    pot.tea = 1.0": (
        "Python may not come to the last part of this; write a < b and b < c"
    ),
    "pot.tea = abs(pot.milk)  # here": "abs is no rule; mark it with @rule, or import it",
    "pot.tea = grown(pot.milk)  # here": "exp is Python's own; only rules and math.sqrt can be called",
    "pot.tea = unmarked(pot.milk)  # here": "unmarked is no rule; mark it with @rule, or import it",
    "pot.tea = from_bits(int(pot.key) << 1)  # here": (
        "a word may be larger than 64 bits here, or below 0; cut it first: (...) & WORD"
    ),
    "pot.tea = from_bits(pot.sips)  # here": (
        "a whole number is kept where a word was, and may be below 0; write x & WORD"
    ),
    "pot.tea = pot.coffee  # here": re.compile(r"Pot has no coffee; .*Known: cups, .*, tea"),
    "pot.lid = 1.0  # here": "lid is a record; set its fields",
    "xs[at // 2, 0] = 1.0  # here": "2 numbers for an array of 1 dimensions",
    "xs[pot.milk] = 1.0  # here": "a row is looked up by a whole number",
    "pot.tea = xs[-1]  # here": "rows are counted from 0; write the last one as xs[len(xs) - 1]",
    "shelf[0] = xs[0]  # here": "a record is copied onto one of the same kind",
    "pot.tea = halved(1.0, 2.0)  # here": "halved takes x, and is given 2",
    "pot.tea = endless(1.0)": "endless calls itself; write the loop",
    "x = pot.milk > 1.0\npot.tea = x  # here": "a comparison is no number; write 1 if ... else 0",
    "pot.tea = float(pot.milk > 1.0)  # here": "a comparison is no number; write 1 if ... else 0",
    "x = 0\nx = 0.5  # here": "a fraction is kept where a whole number was; begin with 0.0",
    "pot.sips = pot.milk  # here": "a fraction is kept where a whole number was; begin with 0.0",
    "pot.key = -1  # here": "a word has no sign; use a constant from 0",
    "pot.sips = WORD  # here": "a whole number ends at 2**63 - 1; begin with a word",
    "pot.key = HUGE  # here": "18446744073709551616 does not go into 64 bits",
    "pot.key = 18446744073709551616 & pot.key  # here": "18446744073709551616 does not go into 64 bits",
    "pot.key = pot.sips  # here": "a whole number is kept where a word was, and may be below 0; write x & WORD",
    "pot.sips = pot.key  # here": "a word is kept where a whole number was, and may be too large; begin with a word",
    "pot.sips = int(pot.milk)  # here": (
        "int() of a fraction needs its range: write int(x) if 0.0 <= x < 9.0 else 0"
    ),
    "pot.tea = (pot.milk > 0.0) if pot.tea > 0.0 else 1.0  # here": "a comparison is no number; write 1 if ... else 0",
    "STEPS[0] = 1  # here": "a table of the module never changes; take an array as an argument",
    "changed(STEPS)": "a table of the module never changes; take an array as an argument",
    "pot.tea = xs[()]  # here": "0 numbers for an array of 1 dimensions",
    "pot.tea = maybe(pot.tea)": "a value is returned on some ways through this rule; return one at its end, too",
    "pot.tea = or_nothing(pot.tea)": "a value is returned elsewhere in this rule; return one here, too",
    "pot.tea = one_or_two(pot.tea)": "a rule returns as many values everywhere",
    "x = -5 if pot.milk > 0.0 else -9\npot.sips = 7 // (-(x // 20) - 1)  # here": (
        "// and % need a divisor known to be 1 or more; write n if n > 1 else 1, or declare its range"
    ),
    "pot.tea = pot.milk // 2.0  # here": "//, % and bits are for whole numbers; write the division and an if",
    "pot.tea = pot.milk % 2.0  # here": "//, % and bits are for whole numbers; write the division and an if",
    "pot.tea = pot.milk & 1  # here": "//, % and bits are for whole numbers; write the division and an if",
    "pot.sips = pot.spare >> pot.cups  # here": "bits are shifted by a constant from 0 to 63",
    "pot.sips = pot.spare >> 64  # here": "bits are shifted by a constant from 0 to 63",
    "pot.sips = pot.spare << -1  # here": "bits are shifted by a constant from 0 to 63",
    "pot.key = -pot.key  # here": "only whole numbers and fractions have a sign",
    "if pot.key > pot.sips:  # here\n    pot.tea = 1.0": "a word is compared with words, or with a constant from 0",
    "if pot.sips:  # here\n    pot.tea = 1.0": "a condition is a comparison; write x != 0",
    "if pot.milk and pot.tea > 1.0:  # here\n    pot.tea = 1.0": "a condition is a comparison; write x != 0",
    "a, b = pot.milk  # here": "2 names need as many values",
    "a, b = pot.milk, pot.tea, 1.0  # here": "2 names need as many values",
    "for i in range(9, 0, -1):  # here\n    pot.tea += 1.0": (
        "a loop runs upwards, by a step that is known to be 1 or more"
    ),
    "for i in range(0, 9, pot.table):  # here\n    pot.tea += 1.0": (
        "a loop runs upwards, by a step that is known to be 1 or more"
    ),
    "r = shelf[0]\nif pot.heat > 1.0:  # here\n    r = shelf[1]\npot.tea = r.tea": (
        "r would mean one row or another afterwards; keep its number instead"
    ),
    "r = shelf[0]\nfor i in range(3):  # here\n    pot.tea += r.tea\n    r = shelf[i]": (
        "r would mean one row or another afterwards; keep its number instead"
    ),
} | {
    f"pot.sips = pot.spare {sign} {divisor}  # here": (
        "// and % need a divisor known to be 1 or more; write n if n > 1 else 1, or declare its range"
    )
    for sign in ("//", "%")
    for divisor in ("0", "-2", "pot.sips", "(pot.sips if pot.sips > -1 else 1)", "pot.table", "at", "pot.key")
} | {
    f"{kept}  # here": "a word may be larger than 64 bits here, or below 0; cut it first: (...) & WORD"
    for kept in (
        "pot.key = pot.key + 1",
        "pot.key = pot.key - 1",
        "pot.key = pot.key * 3",
        "pot.key = pot.key << 1",
        "pot.key = (pot.key * 3) >> 2",
        "pot.key = (pot.key * 3) // 2",
        "pot.key = (pot.key ^ pot.sips)",
        "pot.key = pot.sips % WORD",
        "pot.tea = float(pot.key + 1)",
        "pot.tea = 1.0 if pot.key + 1 > 5 else 0.0",
        "x = pot.key\nx = x + 1",
        "xs[(pot.key + 1) % 3] = 1.0",
        "pot.tea = halved(pot.key + pot.key)",
    )
}  # fmt: skip
IN_LANES = {
    "pot.tea = shelf[at % 3].tea  # here": "runs mean different rows here; hand the row to a rule of its own",
    "shelf[0].tea = pot.tea  # here": "all runs would write to one place; give each a place of its own",
    "shelf[0] = pot  # here": "all runs would write to one place; give each a place of its own",
    "shelf[0] = shelf[1]  # here": "all runs would write to one place; give each a place of its own",
    "xs[0] = pot.tea  # here": "all runs would write to one place; give each a place of its own",
    "xs[0] = 1.0  # here": "all runs would write to one place; give each a place of its own",
    "pot.heat = pot.tea  # here": "heat is declared to be the same in all runs, and would differ",
    "if pot.tea > 1.0:\n    pot.heat = 2.0  # here": "heat is declared to be the same in all runs, and would differ",
    "if pot.tea > 1.0:\n    return\npot.heat = 2.0  # here": (
        "heat is declared to be the same in all runs, and would differ"
    ),
    "if pot.tea > 1.0:\n    warmed(pot)": "heat is declared to be the same in all runs, and would differ",
    "if pot.tea > 1.0:\n    return\nwarmed(pot)": "heat is declared to be the same in all runs, and would differ",
    "for i in range(pot.sips):  # here\n    pot.tea += 1.0": "a loop runs over the same numbers in all runs",
    "for i in range(pot.sips, 9):  # here\n    pot.tea += 1.0": "a loop runs over the same numbers in all runs",
    "for i in range(3):\n    if pot.tea > 1.0:\n        continue  # here\n    pot.tea += 1.0": (
        "continue is for rules that are rare (@rule(rare=True)); write an if"
    ),
    "while pot.tea < 9.0:  # here\n    pot.tea += 1.0": (
        "while is for rules that are rare (@rule(rare=True)), or for one run"
    ),
    "for i in range(3):\n    if pot.tea > i:\n        return  # here\n    pot.tea += 1.0": (
        "return inside a loop is for rare rules (@rule(rare=True)); keep a number"
    ),
}


def said(why, expected):
    return expected.fullmatch(why) if isinstance(expected, re.Pattern) else why == expected


@pytest.mark.parametrize("body", LATER)
def test_kinds_that_do_not_fit(body, tmp_path):
    for lanes in (1, 8):
        why = refused(recipe(body, BEFORE), tmp_path, lanes)
        assert said(why, LATER[body]), why


@pytest.mark.parametrize("body", IN_LANES)
def test_what_runs_side_by_side_cannot_do(body, tmp_path):
    """And one run can: a rule that is not for lanes is told so where it is compiled for them."""
    written(recipe(body, BEFORE), tmp_path).go.at(1)
    for lanes in LANES[1:]:
        why = refused(recipe(body, BEFORE), tmp_path, lanes)
        assert why == IN_LANES[body]


OTHERS = [
    "only names, fields and rows are given values",  # the form of a target is Python's to refuse
    "what Python calls writes to arrays, and returns nothing",  # in test_doors
    "a number is kept at one place: give all of its numbers",  # in test_memory
    "a table of words has no numbers below 0",  # in test_expressions
]


def test_every_refusal_is_tried():
    """Each sentence of the compiler's sources stands in one of the tables above."""
    tried = [*INSTEAD.values(), *FORMS.values(), *LATER.values(), *IN_LANES.values(), *OTHERS]
    tried = [one.pattern if isinstance(one, re.Pattern) else one for one in tried]
    missing, count = [], 0
    for path in Path(compiler.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refuse":
                sentence = node.args[1]
                if isinstance(sentence, ast.Constant | ast.JoinedStr):
                    count += 1
                    parts = sentence.values if isinstance(sentence, ast.JoinedStr) else [sentence]
                    shape = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in parts)
                    if not any(re.fullmatch(shape, one) for one in tried):
                        missing.append(shape)
    assert count > 30
    assert not missing
