"""What is taken home: a report to its author alone, and the facilitator's.

A report is one HTML file that needs nothing else; what became of decisions is lived through again from the luck. The
facilitator's goes to whoever pays: nothing that somebody has written stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from teamsim.fields import Declared
from teamsim.lab.expectation import COUNTED, Question
from teamsim.lab.levers import decimals, step
from teamsim.people import Measures
from teamsim.results import Futures
from teamsim.statistics.levels import quantiles
from teamsim.statistics.sums import means
from teamsim.statistics.weeks import running_sums
from teamsim.style import Style, declaring
from teamsim.words import ends, label, number, say, unit
from teamsim.workshop.course import SMALLEST_CLASS, Course, Entries, held, outcomes
from teamsim.workshop.definition import Ask, Workshop, spoken
from teamsim.workshop.entries import entries_of_all
from teamsim.workshop.guide import short
from teamsim.workshop.paper import heading, p, quote, table, whole_page
from teamsim.workshop.ranges import compared
from teamsim.workshop.session import Session
from teamsim.workshop.store import Store
from teamsim.workshop.verdict import told as goal_told

__all__ = ["facilitators", "of_session", "personal"]

SCALE_RUNS = 50
BAND = ("low", "middle", "high")
WIDTH, HEIGHT, LEFT, ABOVE, BELOW = 330, 170, 42, 8, 24  # as narrow as a phone: its letters stay readable
FLOWING = """<style>
figure { display: inline-block; vertical-align: top; width: 330px; max-width: 100%; margin: 14px 6px 14px 0; }
figure svg { width: 100%; display: block; } figcaption { padding-right: 12px; } td { white-space: nowrap; }
@media (max-width: 480px) { table { font-size: 14px; } th, td { padding-right: 8px; } }
@media print { h2 { break-before: auto; break-after: avoid; } figure, table, blockquote { break-inside: avoid; } }
</style>"""
"""What sets a report apart from what is handed out: the rounds follow each other on paper, too."""


def personal(course: Course, entries: Entries, nickname: str) -> str:
    """Return somebody's report on the rounds of some entries, as one HTML page; it is for its author alone.

    Examples
    --------
    >>> course = Course(Workshop.load("managing-stars"), seed=1)
    >>> decided = {1: {"decide": {"levers": {"challenge": 0.6}, "why": "They <b>need</b> it"}}}
    >>> page = personal(course, decided, "Ann")
    >>> "They &lt;b&gt;need&lt;/b&gt; it" in page, "http" in page
    (True, False)
    """
    workshop = course.workshop
    parts = [p(say("report.of", name=nickname), "soft"), p(spoken(workshop.story)), p(spoken(workshop.aim))]
    last = workshop.told_at(entries)
    for n, there in enumerate(workshop.rounds):
        if n not in entries:
            continue
        mine = entries[n]
        lived, way = course.futures(entries, n), held(workshop, entries, n)[n]
        parts.append(f"<h2>{escape(heading(workshop, n))}</h2>")
        if not way.decided:
            parts.append(p(say("workshop.carried")))
        parts.append(_levers(workshop, n, way.style))
        if why := mine.get("decide", {}).get("why"):
            parts.append(quote(why))
        for asked, told in predictions(course, entries, n, lived):
            parts += [p(asked, "soft"), p(told)]
        parts += [_picture(lived, name) for name in compared(workshop, n)[:3]]
        if workshop.judged(n) or n == last:
            parts += _goal(course, entries, n)
        if text := mine.get("reflect", {}).get("reflection"):
            parts += [p(spoken(there.reflect), "soft"), quote(text)]
        if text := mine.get("monday", {}).get("monday"):
            parts += [f"<h2>{escape(spoken(workshop.monday))}</h2>", quote(text)]
    if last is None:
        parts += _goal(course, entries, last)
    parts.append(p(say("report.limits"), "soft"))
    return whole_page(spoken(workshop.title), parts, FLOWING)


def predictions(course: Course, entries: Entries, n: int, lived: Futures) -> list[tuple[str, str]]:
    """Return what was asked in a round, and what was expected against what came, in sentences."""
    told = []
    for place, ask in enumerate(course.workshop.rounds[n].predict):
        answer = entries.get(n, {}).get(f"predict {place}")
        if answer:
            question = _question(course, n, ask)
            told.append((str(question.in_words()["text"]), str(question.came(answer, lived)["sentence"])))
    return told


def facilitators(course: Course, session: Session, everybody: Mapping[int, Entries]) -> str:
    """Return the facilitator's report: figures of the whole class, nobody's words, and of too small a class nothing."""
    workshop = course.workshop
    parts = [p(say("report.class", n=len(everybody), code=session.code), "soft")]
    if len(everybody) < SMALLEST_CLASS:
        parts.append(p(say("workshop.class_small", least=SMALLEST_CLASS)))
        return whole_page(spoken(workshop.title), parts, FLOWING)
    for n in range(max(0, session.round) + 1):
        found = outcomes(course, everybody, n, compared(workshop, n))
        assert found is not None
        parts.append(f"<h2>{escape(heading(workshop, n))}</h2>")
        seats = say("workshop.class_of", n=found.seats, decided=found.decided)
        parts.append(p(f"{seats} {say('workshop.class_measured')}"))
        if found.reached is not None:
            parts.append(p(say("workshop.class_reached", n=found.reached, seats=found.seats)))
        ranges: list[tuple[type[Declared], str, list[float]]] = [
            *((declaring(name), name, row) for name, row in found.levers.items()),
            *((Measures, name, row) for name, row in found.measures.items()),
        ]
        five = [(_called(of, name), [_amount(of, name, value) for value in row]) for of, name, row in ranges]
        head = ("", say("workshop.class_range"), say("workshop.class_half"), say("workshop.class_middle"))
        rows = [(name, f"{a} – {e}", f"{b} – {d}", c) for name, (a, b, c, d, e) in five]
        parts.append(table(head, rows))
        parts += [p(told) for told in _expected(course, everybody, n)]
    parts.append(p(say("report.limits"), "soft"))
    return whole_page(spoken(workshop.title), parts, FLOWING)


def of_session(store: Store, session: Session, workshop: Workshop) -> str:
    """Return the facilitator's report of a session."""
    return facilitators(Course(workshop, session.seed), session, entries_of_all(store, session.id))


def _question(course: Course, n: int, ask: Ask) -> Question:
    against = None if ask.kind == "direction" else course.futures({}, n, SCALE_RUNS)
    return Question(ask.measure, ask.kind, ask.group, course.workshop.place(n).weeks, against)


def _expected(course: Course, everybody: Mapping[int, Entries], n: int) -> list[str]:
    """Return how a class's directions compare with what came, and how sure it was."""
    told = []
    for place, ask in enumerate(course.workshop.rounds[n].predict):
        answers = [(mine, mine.get(n, {}).get(f"predict {place}")) for mine in everybody.values()]
        given = [(mine, answer) for mine, answer in answers if answer]
        if ask.kind != "direction" or len(given) < SMALLEST_CLASS:
            continue
        question = _question(course, n, ask)
        right = []
        for mine, answer in given:
            lines = question.lines(course.futures(mine, n))
            assert lines is not None
            right.append(question.directions(lines)[answer["value"]] / len(lines))
        sure = float(means([answer["sure"] for _, answer in given]))
        share, name = number(100 * float(means(right)), ".0f"), label(Measures, ask.measure)
        told.append(say("report.expected", measure=name, right=share, sure=number(sure, ".0f")))
    return told


def _goal(course: Course, entries: Entries, n: int | None) -> list[str]:
    found = goal_told(course, entries, n)
    rows = [table(found.head, found.rows)] if found.rows else []
    return [f"<h3>{escape(found.title)}</h3>", p(found.said), *rows]


def _levers(workshop: Workshop, n: int, style: Style) -> str:
    levers = [(declaring(name), name) for name in workshop.levers(n)]
    rows = [(_called(of, name), _amount(of, name, getattr(style, name))) for of, name in levers]
    return table((say("report.lever"), say("report.setting")), rows)


def _called(of: type[Declared], name: str) -> str:
    """Return what a lever or measure is called, and what its numbers mean: a unit, or the ends of a lever."""
    measured, called = of.quantities()[name].unit, label(of, name)
    if measured == "level" and of is not Measures:
        return f"{called} ({' … '.join(ends(of, name))})"
    plain = measured == "level" or measured in COUNTED or unit(measured).lower() in called.lower()
    return called if plain else f"{called} ({unit(measured)})"


def _amount(of: type[Declared], name: str, value: float) -> str:
    kind = of.quantities()[name]
    if of is Measures:
        return number(value) if kind.unit in COUNTED else number(value, ".0f") if abs(value) >= 100 else short(value)
    return number(value, f".{decimals(step(kind.low, kind.high))}f")


def _picture(lived: Futures, measure: str) -> str:
    """Return a band of futures and the one that happened, as a drawing."""
    rows, counted = lived._raw["measures"][measure][:, :, 0], Measures.quantities()[measure].unit in COUNTED
    rows = running_sums(rows.T).T if counted else rows
    low, middle, high = quantiles(rows, [0.1, 0.5, 0.9])
    bottom = 0.0 if counted else float(min(low.min(), rows[0].min()))
    top = float(max(high.max(), rows[0].max(), 1.0 if counted else bottom + 1e-9))
    weeks, right, under = rows.shape[1], WIDTH - 4, HEIGHT - BELOW

    def way(*lines: Any) -> str:
        across = LEFT + np.arange(weeks) / max(1, weeks - 1) * (right - LEFT)
        ways = [ABOVE + (1 - (line - bottom) / (top - bottom)) * (under - ABOVE) for line in lines]
        there = [f"{x:.1f} {y:.1f}" for x, y in zip(across, ways[0], strict=True)]
        back = [f"{x:.1f} {y:.1f}" for x, y in zip(across, ways[-1], strict=True)][::-1] if len(lines) > 1 else []
        return f'<path d="M{"L".join(there + back)}"'

    def written(x: int, y: int, text: str, anchor: str = "end") -> str:
        return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'

    told = {name: _amount(Measures, measure, line[-1]) for name, line in zip(BAND, (low, middle, high), strict=True)}
    read = escape(say("report.read", measure=label(Measures, measure), **told))
    return (
        f"<figure><b>{escape(_called(Measures, measure))}</b>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{read}">{way(high, low)} fill="#bcdcf0"/>'
        f'{way(middle)} fill="none" stroke="#0072b2" stroke-width="3"/>'
        f'{way(rows[0])} fill="none" stroke="#1b2438" stroke-width="1.5"/>'
        f"{written(LEFT - 5, ABOVE + 9, _amount(Measures, measure, top))}"
        f"{written(LEFT - 5, under, _amount(Measures, measure, bottom))}"
        f"{written(LEFT, HEIGHT - 6, say('predict.at_week', week=1), 'start')}"
        f"{written(right, HEIGHT - 6, say('predict.at_week', week=weeks))}</svg>"
        f'<figcaption class="soft">{read}</figcaption></figure>'
    )
