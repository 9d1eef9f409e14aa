"""What carries a workshop when everything else fails: cards to be handed out, and results worked out beforehand.

Every table of people takes one way of leading and holds it; the facilitator reads out what came of it, round by round.
"""

from __future__ import annotations

import math
import subprocess
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from teamsim.doctor import find_chromium
from teamsim.fields import InputError
from teamsim.lab.expectation import DIRECTIONS
from teamsim.people import Drivers, Measures
from teamsim.style import Regime, declaring
from teamsim.words import ends, label, language, languages, number, say, speak
from teamsim.workshop.definition import Workshop, spoken
from teamsim.workshop.guide import hundreds, lever, setting
from teamsim.workshop.paper import heading, p, table, whole_page
from teamsim.workshop.worked import Line, Worked

__all__ = ["FOLDER", "cards", "pdf", "results", "write"]

FOLDER = "print"
SECONDS = 120
LINE = '<p class="line">&nbsp;</p>'
CARD = (
    "<style>.card { break-inside: avoid; border: 2px solid #1b2438; border-radius: 10px; padding: 4px 18px 12px; "
    "margin: 18px 0; } .line { border-bottom: 1px solid #8a94a6; margin: 22px 0 0; }</style>"
)
ONE_PAGE = "<style>@media print { p + h2 { break-before: auto; } }</style>"  # a sentence needs no page of its own


def write(folder: str | Path, worked: Worked | None = None, target: str | Path | None = None) -> list[Path]:
    """Write the print pack of a workshop in every language, as pages that need nothing else.

    Parameters
    ----------
    folder : str or Path
        The workshop, by name or folder.
    worked : Worked, optional
        What it comes to; worked out where it is not given.
    target : str or Path, optional
        Where to; ``print`` in the workshop's folder where nothing is said.

    Returns
    -------
    list of Path
        The files.
    """
    where = Path(target or Workshop.folder(folder) / FOLDER)
    where.mkdir(parents=True, exist_ok=True)
    before, written = language(), []
    worked = worked or Worked(Workshop.load(folder))
    try:
        for code in languages():
            speak(code)
            for name, page in (("cards", cards(worked)), ("results", results(worked))):
                written.append(where / f"{name}.{code}.html")
                written[-1].write_text(page, encoding="utf-8", newline="\n")
    finally:
        speak(before)
    return written


def pdf(page: Path) -> Path:
    """Print a page to a PDF file beside it, with the Chromium or Chrome of this machine.

    Raises
    ------
    InputError
        If there is none, or it does not print.
    """
    browser, target = find_chromium(), page.with_suffix(".pdf")
    if browser is None:
        raise InputError("needs a Chromium or Chrome; or open the page in any browser and print it there", ("pdf",))
    with TemporaryDirectory() as own:
        asked = [str(browser), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={own}"]
        asked += ["--no-pdf-header-footer", f"--print-to-pdf={target.resolve()}", page.resolve().as_uri()]
        try:
            done = subprocess.run(asked, capture_output=True, text=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"{browser} does not print: {error}", ("pdf",)) from None
    if done.returncode or not target.is_file():
        raise InputError(f"{browser} does not print: {done.stderr.strip()[-200:]}", ("pdf",))
    return target


def cards(worked: Worked) -> str:
    """Return the cards: the story for all, a way of leading for each table, and a sheet to be filled in."""
    workshop = worked.workshop
    about = workshop.about()
    parts = [p(say("print.how"), "soft"), p(about["story"])]
    parts += [p(f"{say('workshop.dilemma')} {about['dilemma']}"), p(f"{say('workshop.aim')} {about['aim']}")]
    spans = [(lever(name), *_ends(name)) for name in workshop.goal.levers]
    parts.append(table((say("report.lever"), say("print.low"), say("print.high")), spans))
    parts.append(f"<h2>{escape(say('print.ways'))}</h2>")
    start = workshop.start(worked.judged)
    for name, way in _lettered(worked):
        held = start.replace(**way)
        rows = [(lever(one), setting(one, float(getattr(held, one)))) for one in workshop.goal.levers]
        called = name.replace(say("workshop.best_drawn"), say("print.mixed"))  # a card gives nothing away
        head = f"<h3>{escape(called)}</h3>"
        parts.append(f'<div class="card">{head}{table((say("report.lever"), say("report.setting")), rows)}</div>')
    parts.append(f"<h2>{escape(say('print.sheet'))}</h2>")
    for n, there in enumerate(workshop.rounds):
        parts.append(f'<div class="card"><h3>{escape(heading(workshop, n))}</h3>{p(spoken(there.brief))}')
        for ask in there.predict:
            measure = label(Measures, ask.measure)
            words = " / ".join(say(f"predict.{one}") for one in DIRECTIONS)
            asked = say("predict.direction", measure=measure, group=say(f"predict.groups.{ask.group}"))
            parts.append(p(f"{asked} {words if ask.kind == 'direction' else '________'}"))
        parts.append(f"{p(spoken(there.reflect))}{LINE}{LINE}</div>")
    parts.append(f'<div class="card">{p(about["monday"])}{LINE}{LINE}</div>')
    return whole_page(about["title"], parts, CARD)


def results(worked: Worked) -> str:
    """Return what came of every card, round by round: for the facilitator alone, to be read out."""
    workshop = worked.workshop
    parts = [p(say("print.results_how"), "soft")]
    for n in range(len(workshop.rounds)):
        parts.append(f"<h2>{escape(heading(workshop, n))}</h2>")
        rows = [
            (name, " ".join(map(_came, worked.told(way, n).lines)), _happened(worked, way, n))
            for name, way in _lettered(worked)
        ]
        parts.append(table((say("print.way"), say("print.came"), say("print.happened")), rows))
        if workshop.judged(n):
            came = [(name, worked.told(way, n).reaches or 0.0) for name, way in _lettered(worked)]
            shares = [(name, f"{round(100 * share)} / 100") for name, share in came]
            parts.append(table((say("print.way"), say("debrief.reaches")), shares))
    parts.append(p(say("report.limits"), "soft"))
    return whole_page(spoken(workshop.title), parts, CARD + ONE_PAGE)


def _lettered(worked: Worked) -> list[tuple[str, dict[str, float]]]:
    """Return a way of leading for each card, by the name on it."""
    ways = zip("ABCDEFGH", worked.ways.items(), strict=False)
    return [(f"{letter}: {name}", way) for letter, (name, way) in ways]


def _came(line: Line) -> str:
    named = {"measure": label(Measures, line.measure), "group": say(f"predict.groups.{line.group}")}
    band = {"middle": _n(line.middle), "low": _n(line.low), "high": _n(line.high)}
    if math.isnan(line.up):
        return say("print.total", **named, **band)
    shares = dict(zip(("up", "same", "down"), map(str, hundreds(line)), strict=True))
    return f"{say('print.line', first=_n(line.first), **named, **band)} {say('print.shares', **shares)}"


def _happened(worked: Worked, way: dict[str, float], n: int) -> str:
    """Return who left in the one future that happened, since the round began."""
    exits = worked.told(way, n).exits
    first = worked.workshop.first_week(n)
    mine = exits[(exits["run"] == 0) & (exits["week"] >= first)]
    if not len(mine):
        return say("print.nobody")
    kinds = {kind.label: name for name, kind in Drivers.quantities().items()}
    told = []
    for _, row in mine.iterrows():
        named = kinds.get(row["stated"])
        reason = say("print.named", reason=label(Drivers, named)) if named else ""
        told.append(say("print.left", week=int(row["week"]) + 1, who=row["person"], reason=reason))
    return " ".join(told)


def _ends(name: str) -> tuple[str, str]:
    kind = Regime.quantities()[name]
    low, high = ends(declaring(name), name)
    return f"{setting(name, kind.low)}: {low}", f"{setting(name, kind.high)}: {high}"


def _n(value: float) -> str:
    return number(value, ".2f" if abs(value) < 10 else ".1f")
