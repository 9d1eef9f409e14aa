"""Fill the figures into docs/benchmarks.md and the README: ``python tests/bench/fill.py``; a test holds them equal.

Between ``<!-- figures: NAME -->`` and ``<!-- /figures -->`` stands what the function NAME makes of ``figures/*.json``.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from typing import Any

from bench import BEFORE, FIGURES, HOME, OWN

PAGES = (HOME / "docs" / "benchmarks.md", HOME / "README.md")
MARKED = re.compile(r"(<!-- figures: ([a-z ]+) -->\n).*?(<!-- /figures -->)", re.DOTALL)
NOW = "now"


def kept(name: str) -> dict[str, Any]:
    """What a benchmark wrote down."""
    return json.loads((FIGURES / f"{name}.json").read_text(encoding="utf-8"))


def found(name: str) -> dict[str, Any]:
    """Its figures."""
    return kept(name)["figures"]


def short(number: float) -> str:
    """Two or three digits that count."""
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f}"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def measured(name: str) -> str:
    """When, on which machine and under which load."""
    one = kept(name)
    here, load = one["machine"], one["load"]
    packages = ", ".join(f"{package} {number}" for package, number in here["packages"].items())
    said = (
        f"Measured on {one['date']}: {here['processor']}, {here['cores']} cores, {here['wide'].upper()}, "
        f"{here['system']}, Python {here['python']}, {packages}. It took {load['minutes']} minutes, "
        f"in which others took {load['cores others took']} of {here['cores']} cores."
    )
    return "\n" + textwrap.fill(said, 120) + "\n"


def compared(rows: list[tuple[str, float, float]]) -> str:
    """Rows of c126118 and of now, and what the one is to the other."""
    told = [(name, short(then), short(now), f"{then / now:.2f}") for name, then, now in rows]
    return table(("", "numba (c126118)", NOW, "times"), told)


# --- blocks


def core() -> str:
    """The whole model on one core."""
    took = {name: one["median"] for name, one in found("speed")["nanoseconds a person-week and core"].items()}
    rows = [(name, took[BEFORE], ours) for name, ours in took.items() if name.endswith("side by side")]
    return compared(rows) + measured("speed")


def mesa() -> str:
    """A week of TeamModel."""
    weeks = found("speed")["microseconds a week of TeamModel"]
    return compared([(name, one[BEFORE]["median"], one[OWN]["median"]) for name, one in weeks.items()])


def draws() -> str:
    """The loop of draws."""
    speed = found("speed")
    least = speed["nanoseconds a person-week and core"]
    counted = ", ".join(f"{number:.2f} `{name}`" for name, number in speed["draws a person-week"].items())
    times = least["1 side by side"]["median"] / least["draws"]["median"]
    said = (
        f"A person-week takes {counted} (those inside `normal` not counted). A compiled loop of nothing else, one "
        f"at a time, takes {short(least['draws']['median'])} ns a person-week; the whole model, one run at a time, "
        f"{times:.1f} times that."
    )
    return textwrap.fill(said, 120) + "\n"


def floor() -> str:
    """The floor."""
    both = {name: one for name, one in found("floor").items() if name.endswith("side by side")}
    head = ("nanoseconds a person-week", *both)
    limits = both["1 side by side"]["limits"]
    rows = [
        *((limit, *(short(one["limits"][limit]) for one in both.values())) for limit in limits),
        ("**floor** (the largest of these)", *(f"**{short(one['floor'])}**" for one in both.values())),
        ("floor of its arithmetic alone", *(short(one["floor of its arithmetic alone"]) for one in both.values())),
        ("measured", *(short(one["nanoseconds"]) for one in both.values())),
        ("measured / floor", *(f"{one['times the floor']:.1f}" for one in both.values())),
    ]
    then = found("speed")["nanoseconds a person-week and core"][BEFORE]["median"]
    least = both["8 side by side"]["floor"]
    said = f"numba of c126118 took {short(then)} ns, {then / least:.1f} times the floor of eight side by side."
    return table(head, rows) + f"\n{textwrap.fill(said, 120)}\n" + measured("floor")


def instructions() -> str:
    """What is executed, by kind."""
    both = {name: one for name, one in found("floor").items() if name.endswith("side by side")}
    each = found("floor")["nanoseconds an instruction"]
    kinds = list(dict.fromkeys(kind for one in reversed(both.values()) for kind in one["kinds"]))
    best = {kind: f"{each[kind]:.3f}" if kind in each else "" for kind in kinds}
    rows = [(kind, *(short(one["kinds"].get(kind, 0.0)) for one in both.values()), best[kind]) for kind in kinds]
    rows += [("in all", *(short(one["instructions"]) for one in both.values()), "")]
    rows += [("of them with the stack", *(short(one["on the stack"]) for one in both.values()), "")]
    return table(("instructions a person-week", *both, "ns each, at best"), rows)


def futures() -> str:
    """200 futures."""
    took = found("futures")["milliseconds of 200 futures"]
    rows = [(f"200 futures, {name}, ms", one[BEFORE]["median"], one[OWN]["median"]) for name, one in took.items()]
    return compared(rows) + measured("futures")


def first() -> str:
    """First use, fresh process, edited rule."""
    use = found("first_use")
    rows = [(name, use[BEFORE][name], use[OWN][name]) for name in use[OWN]]
    return compared(rows) + measured("first_use")


def years() -> str:
    """A million team-years."""
    sweep = found("sweep")
    names = ("seconds", "seconds of cores", "memory MB", "disk MB")
    rows = [(name, sweep[BEFORE][name], sweep[OWN][name]) for name in names]
    return compared(rows) + measured("sweep")


def cost() -> str:
    """More of everything."""
    each = found("cost")["nanoseconds a person-week of all cores"]
    times = list(each["people"])
    rows = [(f"more {grown}", *(short(one) for one in part.values())) for grown, part in each.items()]
    crowds = found("cost")["a year of many people"]
    people = [(f"{int(many):,} people", *(short(one) for one in part.values())) for many, part in crowds.items()]
    head = ("a year of many people, one history", *next(iter(crowds.values())))
    first_table = table(("ns a person-week of all cores", *(f"{one} times" for one in times)), rows)
    return first_table + "\n" + table(head, people) + measured("cost")


def peers() -> str:
    """Against peers."""
    all_of_it = found("peers")
    shapes = list(next(iter(all_of_it["found"].values())))
    rows = [
        (
            all_of_it["names"][name],
            *(f"{one[shape]['person-weeks a second'] / 1e3:,.0f}" for shape in shapes),
            f"{max(part['peak MB'] for part in one.values()):,.0f}",
            str(all_of_it["lines"].get(name, "")),
        )
        for name, one in all_of_it["found"].items()
    ]
    packages = ", ".join(f"{name} {number}" for name, number in all_of_it["versions"].items())
    head = ("thousand person-weeks a second", *shapes, "most MB", "lines")
    return table(head, rows) + f"\nAgainst {packages}.\n" + measured("peers")


def three() -> str:
    """What the README says."""
    sweep, use, here = found("sweep")[OWN], found("first_use")[OWN], kept("sweep")["machine"]
    many = found("futures")["milliseconds of 200 futures"]["with the table"][OWN]["median"]
    said = (
        f"A million team-years (12 people, 52 weeks, 1,000 points) go to disk in {sweep['seconds']:.0f} s on "
        f"{here['cores']} cores ({here['wide'].upper()}), with at most {sweep['memory MB']:.0f} MB of memory. "
        f"200 futures of a team over two years, with their bands, take {many:.0f} ms. The first use on a machine "
        f"makes machine code of the rules, which takes {use['first use ever: simulate to result, s']:.1f} s."
    )
    return textwrap.fill(said, 120) + "\n"


BLOCKS: dict[str, Callable[[], str]] = {
    one.__name__: one for one in (core, mesa, draws, floor, instructions, futures, first, years, cost, peers, three)
}


def filled(page: str) -> str:
    """The page with the figures that are kept."""
    return MARKED.sub(lambda marked: f"{marked[1]}{BLOCKS[marked[2]]()}{marked[3]}", page)


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
