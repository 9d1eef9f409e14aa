"""What is taken home: a report to its author alone, the facilitator's report, and tables without names.

A report is one HTML file that needs nothing else; what became of decisions is lived through again from the luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from teamsim.fields import Declared, InputError
from teamsim.lab.expectation import COUNTED, DIRECTIONS, Question
from teamsim.lab.levers import decimals, step
from teamsim.people import Measures
from teamsim.results import Futures
from teamsim.style import Style, declaring
from teamsim.words import ends, label, language, number, say, unit
from teamsim.workshop.course import SMALLEST_CLASS, Course, Entries, held, outcomes
from teamsim.workshop.definition import Ask, Workshop, spoken
from teamsim.workshop.guide import short
from teamsim.workshop.ranges import compared
from teamsim.workshop.session import Session, entries_of_all
from teamsim.workshop.store import ENTRIES, PEOPLE, SEATS, Store

__all__ = ["DICTIONARY", "export", "facilitators", "personal"]

SCALE_RUNS = 50
BAND = ("low", "middle", "high")
WIDTH, HEIGHT, LEFT, ABOVE, BELOW = 330, 170, 42, 8, 24  # as narrow as a phone: its letters stay readable
LOOK = """
body { max-width: 760px; margin: 0 auto; padding: 24px 18px 60px; color: #1b2438; }
body { font: 17px/1.55 "Segoe UI", Roboto, Arial, sans-serif; }
h1 { line-height: 1.15; } h2 { margin-top: 40px; border-top: 1px solid #d5dbe5; padding-top: 20px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } caption { text-align: left; font-weight: 600; }
th, td { padding: 5px 18px 5px 0; border-bottom: 1px solid #d5dbe5; text-align: left; } .soft { color: #4b5568; }
blockquote { margin: 0 0 14px; padding: 8px 16px; border-left: 4px solid #0072b2; white-space: pre-wrap; }
svg { max-width: 100%; height: auto; } svg text { font: 13px Arial, sans-serif; fill: #4b5568; }
@media print { h2 { break-before: page; } }
"""
FLOWING = """<style>
figure { display: inline-block; vertical-align: top; width: 330px; max-width: 100%; margin: 14px 6px 14px 0; }
figure svg { width: 100%; display: block; } figcaption { padding-right: 12px; } td { white-space: nowrap; }
@media (max-width: 480px) { table { font-size: 14px; } th, td { padding-right: 8px; } }
@media print { h2 { break-before: auto; break-after: avoid; } figure, table, blockquote { break-inside: avoid; } }
</style>"""
"""What sets a report apart from what is handed out: the rounds follow each other on paper, too."""

DICTIONARY = {
    "session": "The session's code.",
    "workshop": "Which workshop.",
    "scenario": "In which scenario.",
    "seed": "The luck of all.",
    "teamsim": "The version by which it was lived.",
    "rules": "The fingerprint of the rules.",
    "seat": "The number of the seat, in the order of joining; no nickname is exported.",
    "research": "1 if everybody at the seat has agreed to research.",
    "round": "The number of the round, from 1.",
    "practice": "1 if the round does not count.",
    "kind": "What was submitted: brief, predict, decide, waived (taken on by the facilitator), reflect, monday.",
    "measure": "Of a prediction: what was asked about.",
    "group": "Of a prediction: of whom.",
    "value": "Of a prediction: the answer; a sketch's points are parted by semicolons.",
    "sure": "Of a prediction: how sure, 50 to 100 per cent.",
    "lever": "Of a decision: which lever.",
    "setting": "Of a decision: where the lever was set; ranges and units stand in teamsim.Regime.quantities().",
    "text": "Of a decision its reason, of a reflection its words, as written: read them before you hand them on.",
    "at": "When, UTC, ISO 8601.",
}
"""The data dictionary of what is exported: a sentence a column."""


def personal(course: Course, entries: Entries, nickname: str) -> str:
    """Return somebody's report as one HTML page; it is for its author alone.

    Examples
    --------
    >>> course = Course(Workshop.load("managing-stars"), seed=1)
    >>> decided = {1: {"decide": {"levers": {"challenge": 0.6}, "why": "They <b>need</b> it"}}}
    >>> page = personal(course, decided, "Ann")
    >>> "They &lt;b&gt;need&lt;/b&gt; it" in page, "http" in page
    (True, False)
    """
    workshop = course.workshop
    parts = [FLOWING, f"<h1>{escape(spoken(workshop.title))}</h1>", _p(say("report.of", name=nickname), "soft")]
    parts += [_p(spoken(workshop.story)), _p(spoken(workshop.aim))]
    for n, there in enumerate(workshop.rounds):
        mine = entries.get(n, {})
        if not mine:
            continue
        heading = say("workshop.round", n=n + 1, of=len(workshop.rounds), title=spoken(there.title))
        lived, way = course.futures(entries, n), held(workshop, entries, n)[n]
        parts.append(f"<h2>{escape(heading)}</h2>")
        if not way.decided:
            parts.append(_p(say("workshop.carried")))
        parts.append(_levers(workshop, n, way.style))
        if why := mine.get("decide", {}).get("why"):
            parts.append(_quote(why))
        for asked, told in predictions(course, entries, n, lived):
            parts += [_p(asked, "soft"), _p(told)]
        parts += [_picture(lived, name) for name in compared(workshop, n)[:3]]
        if text := mine.get("reflect", {}).get("reflection"):
            parts += [_p(spoken(there.reflect), "soft"), _quote(text)]
        if text := mine.get("monday", {}).get("monday"):
            parts += [f"<h2>{escape(spoken(workshop.monday))}</h2>", _quote(text)]
    parts.append(_p(say("report.limits"), "soft"))
    return _whole(spoken(workshop.title), parts)


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
    """Return the facilitator's report: aggregates only, and of too small a class nothing."""
    workshop = course.workshop
    parts = [FLOWING, f"<h1>{escape(spoken(workshop.title))}</h1>"]
    parts.append(_p(say("report.class", n=len(everybody), code=session.code), "soft"))
    if len(everybody) < SMALLEST_CLASS:
        parts.append(_p(say("workshop.class_small", least=SMALLEST_CLASS)))
        return _whole(spoken(workshop.title), parts)
    for n in range(max(0, session.round) + 1):
        found = outcomes(course, everybody, n, compared(workshop, n))
        assert found is not None
        title = spoken(workshop.rounds[n].title)
        parts.append(f"<h2>{escape(say('workshop.round', n=n + 1, of=len(workshop.rounds), title=title))}</h2>")
        seats = say("workshop.class_of", n=found.seats, decided=found.decided)
        parts.append(_p(f"{seats} {say('workshop.class_measured')}"))
        if found.reached is not None:
            parts.append(_p(say("workshop.class_reached", n=found.reached, seats=found.seats)))
        ranges: list[tuple[type[Declared], str, list[float]]] = [
            *((declaring(name), name, row) for name, row in found.levers.items()),
            *((Measures, name, row) for name, row in found.measures.items()),
        ]
        five = [(_called(of, name), [_amount(of, name, value) for value in row]) for of, name, row in ranges]
        head = ("", say("workshop.class_range"), say("workshop.class_half"), say("workshop.class_middle"))
        rows = [(name, f"{a} – {e}", f"{b} – {d}", c) for name, (a, b, c, d, e) in five]
        parts.append(_table(head, rows))
        parts += [_p(told) for told in _expected(course, everybody, n)]
    last = [one["monday"] for mine in everybody.values() for one in mine.values() if "monday" in one]
    mondays = sorted({one.get("monday", "") for one in last} - {""})  # in no order from which a seat could be told
    if mondays:
        parts += [f"<h2>{escape(spoken(workshop.monday))}</h2>", *map(_quote, mondays)]
    parts.append(_p(say("report.limits"), "soft"))
    return _whole(spoken(workshop.title), parts)


def export(
    store: Store, session: Session, workshop: Workshop, folder: str | Path, *, research: bool = False
) -> list[Path]:
    """Write everything submitted as CSV and Parquet, with a data dictionary and without names.

    Parameters
    ----------
    store, session, workshop
        What.
    folder : str or Path
        Where to; it is made.
    research : bool
        Whether only seats are exported at which everybody has agreed to research.

    Returns
    -------
    list of Path
        The files written.
    """
    with store.reading() as now:
        here = (ENTRIES.c.session == session.id) & SEATS.c.removed.is_(None)
        rows = now.execute(sa.select(ENTRIES, SEATS.c.number).join(SEATS).where(here).order_by(ENTRIES.c.id)).all()
        agreed = sa.select(PEOPLE.c.seat, sa.func.min(PEOPLE.c.research)).where(PEOPLE.c.session == session.id)
        consents = dict(now.execute(agreed.group_by(PEOPLE.c.seat)).tuples().all())
    whole: dict[str, Any] = {"session": session.code, "workshop": workshop.name, "scenario": workshop.scenario.name}
    whole |= {"seed": session.seed, "teamsim": session.version, "rules": session.rules}
    kept = [row for row in rows if consents.get(row.seat) or not research]
    table = pd.DataFrame(
        [
            {
                **whole,
                "seat": row.number,
                "research": int(bool(consents.get(row.seat))),
                "round": row.round + 1,
                "practice": int(workshop.rounds[row.round].practice),
                "kind": row.kind.partition(" ")[0],
                **one,
                "at": pd.Timestamp(row.at, unit="s", tz="UTC").isoformat(timespec="milliseconds"),
            }
            for row in kept
            for one in _tidy(row.kind, row.content)
        ],
        columns=list(DICTIONARY),
    )
    where = Path(folder).expanduser()
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"= {where} cannot be written: {error.strerror}", ("folder",)) from None
    files = [where / f"{session.code}.csv", where / f"{session.code}.parquet", where / "dictionary.csv"]
    table.to_csv(files[0], index=False)
    table.astype({"sure": "float64", "setting": "float64"}).to_parquet(files[1], index=False)
    pd.DataFrame(DICTIONARY.items(), columns=["column", "meaning"]).to_csv(files[2], index=False)
    return files


def of_session(store: Store, session: Session, workshop: Workshop) -> str:
    """Return the facilitator's report of a session."""
    return facilitators(Course(workshop, session.seed), session, entries_of_all(store, session.id))


def _tidy(kind: str, content: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    if kind == "decide":
        why = content.get("why", "")
        return [{"lever": name, "setting": value, "text": why} for name, value in content["levers"].items()]
    if kind.startswith("predict"):
        value = content.get("value")
        said = ";".join(map(str, value)) if isinstance(value, list) else str(value)
        return [{"value": said, **{name: content.get(name) for name in ("measure", "group", "sure")}}]
    return [{"text": content.get("reflection", content.get("monday", ""))}]


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
            way = DIRECTIONS.index(answer["value"]) - 1
            right.append(float(np.mean(question.direction(lines) == way)))
        sure = float(np.mean([answer["sure"] for _, answer in given]))
        share, name = number(100 * float(np.mean(right)), ".0f"), label(Measures, ask.measure)
        told.append(say("report.expected", measure=name, right=share, sure=number(sure, ".0f")))
    return told


def _levers(workshop: Workshop, n: int, style: Style) -> str:
    levers = [(declaring(name), name) for name in workshop.levers(n)]
    rows = [(_called(of, name), _amount(of, name, getattr(style, name))) for of, name in levers]
    return _table((say("report.lever"), say("report.setting")), rows)


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
    rows = np.cumsum(rows, axis=1) if counted else rows
    low, middle, high = np.quantile(rows, [0.1, 0.5, 0.9], axis=0)
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


def _p(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>'


def _quote(text: str) -> str:
    return f"<blockquote>{escape(text)}</blockquote>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = ""
    for first, *rest in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        body += f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _whole(title: str, parts: Iterable[str]) -> str:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f"<title>{escape(title)} · teamsim</title><style>{LOOK}</style>"
    return f'<!DOCTYPE html><html lang="{language()}"><head>{head}</head><body>{"".join(parts)}</body></html>\n'
