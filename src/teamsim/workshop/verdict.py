"""Whether one's own goal was reached, in words; for one's own page and report, and for nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from teamsim.people import Measures
from teamsim.scenario import Aim
from teamsim.words import label, number, say
from teamsim.workshop.course import Course, Entries

__all__ = ["Told", "asked", "told"]


@dataclass(frozen=True)
class Told:
    """Where one stands with the goal: what is said under a title, and a table of what it asks for."""

    title: str
    said: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


def told(course: Course, entries: Entries, number_: int | None) -> Told:
    """Return where a seat stands with the goal after a round, in words; None where no round has counted.

    Examples
    --------
    >>> from teamsim.workshop.definition import Workshop
    >>> told(Course(Workshop.load("managing-stars"), seed=1), {}, None).said
    'The goal was not measured in the rounds played: only the practice was.'
    """
    if number_ is None:
        return Told(say("workshop.aim_title"), say("workshop.verdict_none"))
    verdict = course.middle(entries, number_)[1]
    kind = "open" if not verdict.measured else "reached" if verdict.reached else "missed"
    shares = {"share": _hundred(verdict.share), "least": _hundred(verdict.goal.share)}
    met = zip(verdict.goal.aims, verdict.aims, strict=True)
    return Told(
        say("workshop.verdict", n=number_ + 1),
        say(f"workshop.verdict_{kind}", **shares),
        (say("workshop.verdict_asked"), say("workshop.verdict_met")),
        tuple((asked(aim), say("workshop.verdict_share", n=_hundred(share))) for aim, share in met),
    )


def asked(aim: Aim) -> str:
    """Return what a part of a goal asks for.

    Examples
    --------
    >>> asked(Aim(measure="strain", group="bottom third", weeks=(78, 104), most=0.45))
    'Strain, in the bottom third, mean of weeks 79 to 104: at most 0.45'
    """
    if aim.stay:
        what = say("workshop.aim_stay", names=", ".join(aim.stay))
    else:
        when = say("workshop.aim_weeks", first=aim.weeks[0] + 1, last=aim.weeks[1]) if aim.weeks else ""
        what = f"{label(Measures, aim.measure)}{say(f'predict.groups.{aim.group}')}{when}"
    ends = (("workshop.aim_least", aim.least), ("workshop.aim_most", aim.most))
    return f"{what}: {', '.join(say(key, end=number(end)) for key, end in ends if end is not None)}"


def _hundred(share: float) -> str:
    return number(100 * share, ".3g")
