"""The facilitator's guide: what is written by hand stays, what the workshop itself tells is written anew.

A guide is a Markdown file in the workshop's folder. Between ``<!-- agenda -->`` and ``<!-- /agenda -->``, and other
pairs like them, stands what follows from the workshop's data or from running it; the rest is the author's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from teamsim.evidence.findings import explained, findings, of_left_out
from teamsim.evidence.ledger import claims
from teamsim.evidence.targets import published
from teamsim.fields import InputError, closest
from teamsim.lab.levers import decimals, step
from teamsim.people import Measures
from teamsim.scenario import GROUPS
from teamsim.style import Regime, declaring
from teamsim.words import label, number, unit
from teamsim.workshop.definition import Workshop
from teamsim.workshop.verdict import asked
from teamsim.workshop.worked import OTHER_SEED, Line, Worked

__all__ = ["BLOCKS", "FILE", "refreshed", "write"]

FILE = "facilitator.md"
BLOCKS = ("agenda", "before", "rounds", "trouble", "after", "results", "sources")
CLAIM = re.compile(r"\bS[0-4]-\d\d\b")
FIGURE = re.compile(r"\[([a-z]+(?:-[a-z]+)*)\](?!\()")
AGENDAS = {45: (5, 4, 5, 4), 90: (8, 6, 8, 5), 180: (12, 8, 12, 6)}
"""By the minutes there are: for the welcome and brief, the practice, each round, and how many rounds are played."""


def write(folder: str | Path, worked: Worked | None = None) -> Path:
    """Write the generated parts of a workshop's guide anew.

    Parameters
    ----------
    folder : str or Path
        The workshop, by name or folder.
    worked : Worked, optional
        What it comes to; worked out where it is not given.

    Returns
    -------
    Path
        The guide.

    Raises
    ------
    InputError
        If there is no guide, or a marker in it has no end.
    """
    where = Workshop.folder(folder) / FILE
    if not where.is_file():
        raise InputError(f"= {where} is not there; copy one of another workshop and change it", ("guide",))
    worked = worked or Worked(Workshop.load(folder))
    where.write_text(refreshed(where.read_text(encoding="utf-8"), worked), encoding="utf-8", newline="\n")
    return where


def refreshed(text: str, worked: Worked) -> str:
    """Return a guide with its generated parts made anew."""
    workshop = worked.workshop
    own = re.sub(r"(?s)<!-- (\w+) -->.*?<!-- /\1 -->", "", text)
    fills: dict[str, Callable[[], str]] = {
        "name": lambda: workshop.name,
        "agendas": lambda: agendas(workshop),
        "rounds": lambda: rounds(workshop),
        "results": lambda: results(worked),
        "sources": lambda: sources(own),
        "figures": lambda: figures(own),
        "left_out": of_left_out,
        "somebody": lambda: somebody(workshop),
    }
    for block in BLOCKS:
        begin, end = f"<!-- {block} -->", f"<!-- /{block} -->"
        if begin not in text:
            continue
        if end not in text:
            raise InputError(f"has {begin} without {end}", ("guide",))
        body = common()[block]
        for name, fill in fills.items():
            if f"{{{name}}}" in body:
                body = body.replace(f"{{{name}}}", fill())
        text = text[: text.index(begin)] + f"{begin}\n{body}\n{end}" + text[text.index(end) + len(end) :]
    return text


@cache
def common() -> dict[str, str]:
    """Return what every guide has in common, by block."""
    parts = re.split(r"<!-- (\w+) -->\n", (Path(__file__).parent / "guide.md").read_text(encoding="utf-8"))
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def agendas(workshop: Workshop) -> str:
    """Return the agendas for 45, 90 and 180 minutes."""
    counted = [n for n, one in enumerate(workshop.rounds) if not one.practice]
    found = []
    for minutes, (welcome, practice, each, most) in AGENDAS.items():
        played = counted[: min(most, len(counted))]
        rows = [("Welcome, code, story, goal", welcome, "read the story aloud instead of letting it be read")]
        rows += [("Practice round", practice, "nothing: here they learn the page")]
        pause = 15 if minutes > 120 else 0
        for place, n in enumerate(played):
            title = f"Round {n + 1}: {workshop.rounds[n].title['en']}"
            cut = "nothing" if place == 0 else "the talk after it" if n != played[-1] else "the whole round"
            rows.append((title, each, cut))
            if pause and place == len(played) // 2 - 1:
                rows.append(("Break", pause, "ten minutes of it"))
        rows.append(("Debrief, one change on Monday", minutes - sum(row[1] for row in rows), "nothing"))
        at, lines = 0, []
        for what, takes, cut in rows:
            lines.append((f"{at}-{at + takes}", what, cut))
            at += takes
        found.append(f"**{minutes} minutes**\n\n{table(('Minute', 'What', 'If late, cut'), lines)}")
    return "\n\n".join(found)


def rounds(workshop: Workshop) -> str:
    """Return what is told, asked and reflected on in every round."""
    found = []
    for n, one in enumerate(workshop.rounds):
        asked = "; ".join(f"{label(Measures, ask.measure)}, {whose(ask.group)} ({ask.kind})" for ask in one.predict)
        weeks = f"weeks {workshop.first_week(n)} to {workshop.place(n).weeks}"
        when = "practice, not counted" if one.practice else f"{weeks}, from the start again" if one.afresh else weeks
        read, reflect = one.brief["en"].strip(), one.reflect["en"].strip()
        found.append(
            f"**Round {n + 1}, {one.title['en']}** ({when}; timer {one.minutes} minutes)\n\n"
            f"- *They read:* {read}\n- *They predict:* {asked}\n- *They reflect:* {reflect}"
        )
    return "\n\n".join(found)


def somebody(workshop: Workshop) -> str:
    """Return who of the cast is likeliest to be recognised: the first whom the story names.

    Examples
    --------
    >>> somebody(Workshop.load("under-pressure"))
    'Mehmet'
    """
    cast = list(workshop.scenario.people)
    return next((name for name in cast if name in workshop.story["en"]), cast[0])


def results(worked: Worked) -> str:
    """Return what the workshop comes to."""
    workshop, drawn = worked.workshop, worked.searched
    affordable = drawn[drawn["affordable"]]
    few = percent(len(affordable) / len(drawn)), percent(float(affordable["reaches"].mean()))
    told = (
        f"Left as people find it, the goal is reached in **{hundred(worked.reaches({}))} of 100** futures.",
        f"Of {len(drawn)} ways drawn evenly from all settings of the levers, the budget allows {few[0]}; of these,",
        f"{few[1]} reach the goal in at least {percent(workshop.goal.share)} of their futures. The best of them",
        f"reaches it in **{hundred(worked.reaches(worked.best, OTHER_SEED))} of 100** futures of another luck.",
        "It is the best for this goal in this model, and no advice; it is set like this:",
    )
    parts = [" ".join(told)]
    parts.append(
        table(
            ("Lever", "As found", "Best of those drawn"),
            [(lever(one), setting(one, getattr(worked.workshop.start(worked.judged), one)), setting(one, value))
             for one, value in worked.best.items()],
        )
    )  # fmt: skip
    parts.append("**The goal, part by part:**")
    found, best = worked.told({}, worked.judged).aims, worked.told(worked.best, worked.judged).aims
    parts.append(
        table(
            ("Asked for", "First quarter, as found", "When it is looked at, as found", "Best of those drawn"),
            [
                (
                    asked(aim),
                    "-" if aim.stay else short(one[0]),
                    *(f"{short(end)}; met in {hundred(met)} of 100" for _, end, met in (one, other)),
                )
                for aim, one, other in zip(workshop.goal.aims, found, best, strict=True)
            ],
        )
    )
    alone = [
        (lever(str(name)), f"{hundred(float(row['share']))} of 100", "yes" if row["reaches"] else "no")
        for name, row in worked.alone.iterrows()
    ]
    parts.append("**Each lever alone**, at its best affordable setting, the others as found:")
    parts.append(table(("Lever moved alone", "Goal reached in", "Enough by itself"), alone))
    parts.append("**Ways held from the first week to the last:**")
    rows = []
    for name, way in worked.ways.items():
        went, named, weighed = worked.leaving(way)
        pay = ("-", "-") if math.isnan(named) else (percent(named), percent(weighed))
        gone = ", ".join(f"{who} {hundred(share)}" for who, share in worked.gone(way).items())
        rows.append((name, f"{hundred(worked.reaches(way))} of 100", number(went, ".1f"), *pay, gone or "-"))
    head = ("Way", "Goal reached in", "Followed an offer, mean", "named pay", "pay weighed most", "Gone, of 100")
    parts.append(table(head, rows))
    parts.append("*Named pay* is what they said; *pay weighed most*, of all that moved them but the offer itself.")
    if isinstance(workshop.start(worked.judged), Regime):
        parts.append("**Who leads at the end**, of 100 futures:")
        led = {name: worked.heads(way) for name, way in worked.ways.items()}
        teams = list(next(iter(led.values())))
        heads = [(name, *(most(one[team]) for team in teams)) for name, one in led.items()]
        parts.append(table(("Way", *teams), heads))
    parts.append("**What is predicted, round by round** (medians; in brackets eight of ten futures):")
    predicted = [
        (n + 1, f"{label(Measures, line.measure)}, {whose(line.group)}", came(line), came(other))
        for n in range(len(workshop.rounds))
        for line, other in zip(worked.told({}, n).lines, worked.told(worked.best, n).lines, strict=True)
    ]
    parts.append(table(("Round", "Asked about", "As found", "Best of those drawn"), predicted))
    return "\n\n".join(parts)


def sources(text: str) -> str:
    """Return the claims that a text names, with their articles.

    Examples
    --------
    >>> sources("Neglect is not autonomy [S0-14].").splitlines()[0][:14]
    '- **S0-14**, c'
    """
    ledger = claims().set_index("claim")
    lines = []
    for claim in sorted(set(CLAIM.findall(text))):
        if claim not in ledger.index:
            raise InputError(f"names {claim}, which is no claim", ("guide",))
        row = ledger.loc[claim]
        left = f" *Left out of the model:* {row['not_modelled']}" if row["not_modelled"] else ""
        core = "core" if row["core"] else "not core"
        lines.append(f"- **{claim}**, {core}: {row['statement']} ({row['source']}){left}")
    return "\n".join(lines)


def figures(text: str) -> str:
    """Return the published figures and bounds of effects that a text names, and what the calibrated model comes to.

    Examples
    --------
    >>> figures("Quits answer to pay [pay-elasticity].").splitlines()[0][:20]
    '- **pay-elasticity**'
    """
    known, card = {one.id: one for one in published()}, findings("scorecard")
    lines = []
    for name in sorted(set(FIGURE.findall(text))):
        if name not in known:
            raise InputError(f"names {name}, which is no published figure; {closest(name, known)}", ("guide",))
        row = explained(card.loc[[name]]).iloc[0]
        within = "within what was asked of it" if row["in_band"] else "**which misses what was asked of it**"
        lines.append(
            f"- **{name}**: {row['finding']}: {row['published']} ({row['source']}; {known[name].status}). "
            f"The model: {row['the model']}, {within}."
        )
    return "\n".join(lines) or "This guide names none."


def whose(group: str) -> str:
    """Return of whom something is measured."""
    return "everybody" if group == GROUPS[0] else f"the {group}"


def came(line: Line) -> str:
    """Return what came, in a cell."""
    band = f"{short(line.middle)} ({short(line.low)} to {short(line.high)})"
    if math.isnan(line.up):
        return band
    up, same, down = hundreds(line)
    shares = f"up {up}, same {same}, down {down} of 100"
    return f"{short(line.first)} → {band}; {shares}"


def lever(name: str) -> str:
    """Return what a lever is called."""
    return label(declaring(name), name)


def setting(name: str, value: float) -> str:
    """Return where a lever stands, in words."""
    kind = Regime.quantities()[name]
    said, measured = number(value, f".{decimals(step(kind.low, kind.high))}f"), unit(kind.unit)
    return said if kind.unit == "level" or measured in lever(name).lower() else f"{said} {measured}"


def most(shares: Mapping[str, float], shown: int = 4) -> str:
    """Return the likeliest few, with so many of a hundred."""
    ranked = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {hundred(share)}" for name, share in ranked[:shown])


def short(value: float) -> str:
    """Return a number as it is read."""
    return number(value, ".2f" if abs(value) < 10 else ".1f")


def hundred(share: float) -> int:
    """Return a share as so many of a hundred."""
    return round(100 * share)


def hundreds(line: Line) -> tuple[int, int, int]:
    """Return in how many of a hundred futures it rises, stays and falls: a hundred in all.

    Examples
    --------
    >>> hundreds(Line("output", "everybody", 12.1, 11.9, 12.8, 13.4, up=0.535, down=0.035))
    (54, 42, 4)
    """
    up, down = hundred(line.up), hundred(line.down)
    return up, max(0, 100 - up - down), down


def percent(share: float) -> str:
    """Return a share in per cent."""
    return f"{round(100 * share)} %"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table.

    Examples
    --------
    >>> print(table(("a", "b"), [(1, 2)]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])
