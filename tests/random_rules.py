"""Rules written at random, in everything that the language has: for hypothesis, which makes those that fail smaller.

Whole numbers stay far from 64 bits and every denominator has its guard, so that plain Python is a fair judge.
"""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
FRACTIONS = ("pot.milk", "pot.tea", "pot.heat", "pot.lid.weight", "spare.milk", "spare.tea")
WHOLES = ("pot.sips", "pot.cups", "pot.lid.turns", "pot.table", "pot.guests", "spare.spare", "at")
LITERALS = ("0.0", "1.0", "-0.0", "0.5", "-1.75", "3.0", "1e-3", "100.0")
SEEN = (
    "pot.lid.weight += f0 - f1 * 0.5",
    "pot.sips += n0",
    "pot.key = (w0 + int(pot.key) * 3) & WORD",
    "pot.tea += spare.milk + spare.tea * 0.5",
    "pot.spare = spare.sips + spare.lid.turns * 3",
)
"""What the last rule ends with, so that nothing that was kept under a name goes unseen."""


@dataclass(frozen=True)
class Here:
    """What can be said at a place of a rule."""

    fractions: tuple[str, ...] = FRACTIONS
    wholes: tuple[str, ...] = WHOLES
    words: tuple[str, ...] = ("int(pot.key)",)
    truths: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Calls that return a fraction."""
    rare: bool = False
    loop: int = 0
    """In how many loops this is."""
    indent: int = 1
    returns: bool = True
    """Whether the rule returns a number."""
    names: list[int] = field(default_factory=lambda: [0])

    def name(self, letter):
        """A name that nothing has yet."""
        self.names[0] += 1
        return f"{letter}{self.names[0]}"


def any_of(draw, *choices):
    """One of several ways to go on; the first ones are the simpler ones."""
    return choices[draw(st.integers(0, len(choices) - 1))]()


def pick(draw, given):
    return draw(st.sampled_from(given))


def fraction(draw, here, depth=3):
    """An expression that is a fraction (now and then a whole number, which becomes one)."""
    if depth == 0:
        return any_of(draw, lambda: pick(draw, LITERALS), lambda: pick(draw, here.fractions))

    def again():
        return fraction(draw, here, depth - 1)

    def guarded(least, other):
        name = pick(draw, here.fractions)
        return f"({name} if {name} {least} else {other})"

    def chosen():
        return f"({again()} if {truth(draw, here, depth - 1)} else {again()})"

    def looked_up():
        return f"{pick(draw, ('xs', 'SHARES'))}[{whole(draw, here, depth - 1)} % 3]"

    def perhaps_there():
        return f"(xs[at] if at < len(xs) and {truth(draw, here, depth - 1)} else {again()})"

    return any_of(
        draw,
        lambda: fraction(draw, here, 0),
        lambda: f"({again()} {pick(draw, '+-*')} {again()})",
        chosen,
        lambda: f"-{pick(draw, here.fractions)}",
        lambda: f"({again()} / {guarded('> 0.001', '2.0')})",
        lambda: f"float({whole(draw, here, depth - 1)})",
        lambda: f"float({word(draw, here, depth - 1)} >> {draw(st.integers(0, 63))})",
        lambda: f"({again()} * {whole(draw, here, depth - 1)})",
        looked_up,
        perhaps_there,
        lambda: f"exp({again()})",
        lambda: f"log({again()})",
        lambda: f"math.sqrt({guarded('>= 0.0', '3.0')})",
        *([lambda: pick(draw, here.rules)] if here.rules else []),
    )


def whole(draw, here, depth=2):
    """An expression that is a whole number, below 2**50 or so."""
    if depth == 0:
        return any_of(draw, lambda: str(draw(st.integers(-9, 9))), lambda: pick(draw, here.wholes))

    def again():
        return whole(draw, here, depth - 1)

    def divided():
        name = pick(draw, here.wholes)
        divisor = pick(draw, ("7", "1", "pot.cups", "pot.guests", f"({name} if {name} > 1 else 1)"))
        return f"({again()} {pick(draw, ('//', '%'))} {divisor})"

    def cut():
        name = pick(draw, here.fractions)
        return f"(int({name}) if 0.0 <= {name} < 9.0 else 3)"

    return any_of(
        draw,
        lambda: whole(draw, here, 0),
        lambda: f"({again()} {pick(draw, '+-')} {again()})",
        lambda: f"({again()} * {draw(st.integers(-5, 5))})",
        divided,
        lambda: f"({again()} {pick(draw, '&|^')} {again()})",
        lambda: f"({again()} >> {draw(st.integers(0, 63))})",
        lambda: f"({again()} << {draw(st.integers(0, 3))})",
        lambda: f"({again()} if {truth(draw, here, depth - 1)} else {again()})",
        lambda: f"STEPS[{again()} % 3]",
        cut,
    )


def word(draw, here, depth=2):
    """An expression that is a word, cut to 64 bits."""
    if depth == 0:
        return any_of(draw, lambda: str(draw(st.integers(2**63, 2**64 - 1))), lambda: pick(draw, here.words))

    def again():
        return word(draw, here, depth - 1)

    return any_of(
        draw,
        lambda: word(draw, here, 0),
        lambda: f"(({again()} {pick(draw, '+-*^|&')} {again()}) & WORD)",
        lambda: f"({again()} >> {draw(st.integers(0, 63))})",
        lambda: f"(({again()} << {draw(st.integers(0, 63))}) & WORD)",
        lambda: f"(({again()} + int({whole(draw, here, 1)})) & WORD)",
        lambda: f"({again()} {pick(draw, ('//', '%'))} {draw(st.integers(1, 2**63 - 1))})",
        lambda: f"({again()} if {truth(draw, here, depth - 1)} else {again()})",
    )


def truth(draw, here, depth=2):
    """A condition."""

    def compared():
        kind, names = pick(draw, ((fraction, here.fractions), (whole, here.wholes), (word, here.words)))
        one = any_of(draw, lambda: pick(draw, names), lambda: kind(draw, here, 1))
        return f"{one} {pick(draw, COMPARISONS)} {kind(draw, here, 1)}"

    def chained():
        signs = pick(draw, COMPARISONS), pick(draw, COMPARISONS)
        names = [pick(draw, here.fractions) for _ in range(3)]
        return f"{names[0]} {signs[0]} {names[1]} {signs[1]} {names[2]}"

    if depth == 0:
        return compared() if not here.truths else any_of(draw, compared, lambda: pick(draw, here.truths))
    return any_of(
        draw,
        lambda: truth(draw, here, 0),
        chained,
        lambda: f"({truth(draw, here, depth - 1)} {pick(draw, ('and', 'or'))} {truth(draw, here, depth - 1)})",
        lambda: f"(not {truth(draw, here, 0)})",
        lambda: f"(at < len(xs) and xs[at] > {fraction(draw, here, 1)})",
    )


def block(draw, here, depth, locals_, least=1):
    """Some statements, one after another; names given on the way are known to those that follow."""
    lines = []
    for _ in range(draw(st.integers(least, 3))):
        said, here = statement(draw, here, depth, locals_)
        lines += said
    return lines


def indented(lines):
    return ["    " + line for line in lines]


def statement(draw, here, depth, locals_):
    """A statement, and what is known after it."""

    def kept_fraction():
        places = [*locals_["f"], *(one for one in here.fractions if "." in one and not one.endswith("heat"))]
        sign = pick(draw, ("=", "+=", "-=", "*="))
        return [f"{pick(draw, places)} {sign} {fraction(draw, here)}"], here

    def kept_whole():
        places = [*locals_["n"], "pot.sips", "pot.lid.turns", "spare.spare"]
        return [f"{pick(draw, places)} = ({whole(draw, here)}) % 65537 - 999"], here

    def kept_word():
        return [f"{pick(draw, [*locals_['w'], 'pot.key'])} = {word(draw, here)}"], here

    def named():
        letter, kind, known = pick(
            draw, (("g", fraction, "fractions"), ("m", whole, "wholes"), ("b", truth, "truths"), ("v", word, "words"))
        )
        name, given = here.name(letter), kind(draw, here)
        if kind is whole:
            given = f"({given}) % 65537"
        if kind is fraction:
            given = f"{given} + 0.0"
        if kind is truth and " " not in given:
            given = f"{given} and True"
        return [f"{name} = {given}"], replace(here, **{known: (*getattr(here, known), name)})

    def several():
        one, other = locals_["f"][:2]
        return [f"{one}, {other} = {other}, {fraction(draw, here)}"], here

    def branched():
        lines = [f"if {truth(draw, here)}:", *indented(block(draw, here, depth - 1, locals_))]
        if draw(st.booleans()):
            lines += [f"elif {truth(draw, here)}:", *indented(block(draw, here, depth - 1, locals_))]
        if draw(st.booleans()):
            lines += ["else:", *indented(block(draw, here, depth - 1, locals_))]
        return lines, here

    def in_both():
        name = here.name("h")
        lines = [f"if {truth(draw, here)}:", f"    {name} = {fraction(draw, here)} + 0.0"]
        lines += ["else:", f"    {name} = {fraction(draw, here)}"]
        return lines, replace(here, fractions=(*here.fractions, name))

    def looped():
        name = here.name("i")
        bounds = pick(draw, ("3", "pot.table", "1, pot.guests", "0, 5, 2", "len(xs)", "2, 1"))
        inside = replace(here, wholes=(*here.wholes, name), loop=here.loop + 1)
        return [f"for {name} in range({bounds}):", *indented(block(draw, inside, depth - 1, locals_))], here

    def while_():
        name = here.name("k")
        inside = replace(here, wholes=(*here.wholes, name), loop=0)  # a continue would not count on
        lines = [f"{name} = 0", f"while {name} < 4 and {truth(draw, here)}:", f"    {name} += 1"]
        return lines + indented(block(draw, inside, depth - 1, locals_)), replace(here, wholes=(*here.wholes, name))

    def returned():
        value = f" {fraction(draw, here)} + 0.0" if here.returns else ""
        return [f"if {truth(draw, here)}:", f"    return{value}"], here

    def copied():
        def row():
            here_or_there = (lambda: str(draw(st.integers(0, 1))), lambda: f"({whole(draw, here)}) % 2")
            return f"rows[{any_of(draw, *here_or_there)}]"

        def source():
            on_the_shelf = (lambda: str(draw(st.integers(0, 2))), lambda: f"({whole(draw, here)}) % 3")
            return any_of(draw, row, lambda: f"shelf[{any_of(draw, *on_the_shelf)}]")

        return [f"{row()} = {source()}"], here

    choices = [kept_fraction, kept_whole, kept_word, named, several]
    if depth > 0:
        choices += [branched, in_both, looped]
    if not here.loop or here.rare:
        choices += [returned]
    if here.rare and depth > 0:
        choices += [while_]
    if here.rare and here.loop:
        choices += [lambda: ([f"if {truth(draw, here)}:", "    continue"], here)]
    if not here.returns:
        choices += [copied]
    if here.rules:
        choices += [lambda: ([pick(draw, here.rules)], here)]
    return any_of(draw, *choices)


def rule(draw, name, arguments, here, depth):
    """A rule with this name."""
    locals_ = {"f": ("f0", "f1"), "n": ("n0",), "w": ("w0",)}
    begin = ["f0, f1 = 0.5, pot.tea * 1.0", "n0 = 1", "w0 = int(pot.key)"]
    inside = replace(
        here, fractions=(*here.fractions, "f0", "f1"), wholes=(*here.wholes, "n0"), words=(*here.words, "w0")
    )
    lines = [*begin, *block(draw, inside, depth, locals_, least=2)]
    if here.returns:
        lines.append(f"return {fraction(draw, inside)} + f0 - f1 * 0.5 + n0")
    else:
        lines += SEEN
    mark = "@rule(rare=True)" if here.rare else "@rule"
    return "\n".join(["", "", mark, f"def {name}({arguments}):", *indented(lines), ""])


@st.composite
def books(draw):
    """A few rules that call one another; `brew` is the last."""
    names, source, rules = [0], "", ()
    arguments = "pot, spare, xs, shelf, at"
    for number, rare in enumerate(draw(st.lists(st.booleans(), max_size=2))):
        here = Here(rules=rules, rare=rare, names=names)
        source += rule(draw, f"part{number}", arguments, here, 1 + (not rules))
        rules = (*rules, f"part{number}(pot, spare, xs, shelf, at)")
        if not writes_to_spare(source):
            rules = (*rules, f"part{number}(pot, shelf[at % 3], xs, shelf, at)")
    if draw(st.booleans()):
        here = Here(rules=rules, names=names)
        source += rule(draw, "taste", arguments, here, 1)
        rules = (*rules, "taste(pot, shelf[at % 3], xs, shelf, at)") if not writes_to_spare(source) else rules
    here = Here(rules=rules, returns=False, names=names)
    return source + rule(draw, "brew", "rows, pot, spare, xs, shelf, at", here, 3)


def writes_to_spare(source):
    """Whether a rule changes its second pot: one of the shelf, which all runs share, is not to be changed."""
    return any(line.split("=")[0].strip(" +-*").startswith("spare.") for line in source.splitlines())
