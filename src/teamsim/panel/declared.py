"""The columns of the panel, each declared once: unit, meaning, and where it comes from."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from teamsim.fields import Declared, InputError, closest, quantity
from teamsim.people import PersonState

__all__ = ["ANSWER", "FIRST_DAY", "RELIABILITY", "SURVEYED", "PersonPeriod", "TimeHere", "columns"]

RELIABILITY = 0.80
"""Share of a survey's variance that is the state's; the rest is noise."""
FIRST_DAY = pd.Timestamp("2001-01-01")

def like(name: str, label: str = "", meaning: str = "", group: str = "state") -> Any:
    """Declare a column that is one of a person's own states."""
    state = PersonState.quantities()[name]
    return quantity(
        state.default, state.low, state.high, unit=state.unit, label=label or state.label,
        meaning=meaning or state.meaning, source=state.source, group=group, of=name,
    )  # fmt: skip


def count(label: str, meaning: str, unit: str = "times", of: str = "") -> Any:
    """Declare something counted since the last survey; `of` is the state of a person that says so week by week."""
    return quantity(0.0, 0.0, math.inf, unit=unit, label=label, meaning=meaning, group="event", of=of)


def fact(label: str, meaning: str, unit: str, group: str = "record", low: float = -math.inf) -> Any:
    """Declare a number on record."""
    return quantity(0.0, low, math.inf, unit=unit, label=label, meaning=meaning, group=group)


def felt(label: str, meaning: str, unit: str = "level", source: str = "") -> Any:
    """Declare a state that a survey asks for and no rule keeps."""
    return quantity(0.5, 0.0, 1.0, unit=unit, label=label, meaning=meaning, source=source, group="state")


def outcome(label: str, meaning: str) -> Any:
    """Declare what became of somebody: 1, 0, or missing where that cannot be known."""
    return quantity(0.0, 0.0, 1.0, unit="yes/no", label=label, meaning=meaning, group="outcome")


class PersonPeriod(Declared):
    """A person at a survey: record, answers, what happened since the last survey, and what became of them.

    ``group`` says where a column comes from: ``record`` is what an employer has on file, ``state`` what a survey asks
    for (each has a second column with its answer), ``trait`` what only the model knows, ``event`` what happened since
    the last survey (or since joining), ``outcome`` what came after.
    """

    week: int = quantity(0, 0, 10**6, unit="week", label="Week", meaning="Week of the survey; the first is 0.", group="who")
    tenure: float = like("tenure", group="record")
    level: int = quantity(0, 0, 2, unit="tier", label="Level", meaning="0 front line, 1 middle, 2 executive.", group="record")
    leads: int = quantity(0, 0, 1, unit="yes/no", label="Leads", meaning="Leads a team of their own.", group="record")
    people: float = fact("Team", "People in the team, oneself included.", "people", low=0.0)
    peers: float = fact("Peers", "Mean number of others in the team since the last survey.", "people", low=0.0)
    vacancies: float = fact("Vacancies", "Empty seats in the team.", "seats", low=0.0)
    leader_tenure: float = fact("Leader's time", "How long the leader has led this team; missing for one from outside, or none.", "weeks", low=0.0)
    rating: float = like("rating", group="record")
    standing: float = like("standing", group="record")
    contribution: float = like("contribution", group="record")
    output: float = fact("Output", "Mean weekly output since the last survey.", "person-weeks", low=0.0)
    pay: float = fact("Pay", "Pay, in market pay of the first week.", "× market of week 0", low=0.0)
    pay_market: float = like("pay_ratio", "Pay against market", group="record")
    pay_peers: float = fact("Pay against peers", "Pay against the median of the others in the team; missing where there are none.", "× peers", low=0.0)
    pay_growth: float = fact("Pay growth", "Growth of pay over the past year; missing for who has no year on record.", "log")
    promotions: float = fact("Promotions", "Promotions on record so far.", "promotions", low=0.0)
    peers_contribution: float = fact("Peers' contribution", "Mean contribution of the others in the team.", "person-weeks", low=0.0)

    talent: float = like("talent", group="trait")
    skill: float = like("skill", group="trait")
    peers_skill: float = fact("Peers' skill", "Mean skill of the others in the team, week by week since the last survey.", "× typical", "trait", low=0.0)
    leader_skill: float = fact("Leader's skill", "How well the leader leads today; missing for one from outside, or none.", "level", "trait", low=0.0)
    need_growth: float = like("need_growth", group="trait")
    pay_weight: float = like("pay_weight", group="trait")
    resilience: float = like("resilience", group="trait")
    leadership: float = like("leadership", group="trait")
    wish_to_lead: float = like("wish_to_lead", group="trait")
    lead_skill: float = like("lead_skill", group="trait")

    engagement: float = like("engagement")
    strain: float = like("strain")
    workload: float = fact("Workload", "How much there is to do against what one can do: stretch, empty seats, pace.", "× usual", "state", low=0.0)
    trust: float = like("trust")
    felt_care: float = like("felt_care")
    relation_to_leader: float = felt("Relation to the leader", "Mean of trust in the leader and felt care.", source="Dulebohn et al. 2012")
    felt_fairness: float = like("felt_fairness")
    safety: float = like("safety")
    role_clarity: float = like("role_clarity")
    felt_autonomy: float = like("felt_autonomy")
    felt_challenge: float = like("felt_challenge")
    felt_feedback: float = like("felt_feedback")
    felt_growth: float = like("felt_growth")
    felt_recognition: float = like("felt_recognition")
    prospects: float = felt("Prospects", "Whether good work gets one somewhere here: what growth and reward promise.")
    rewards_beyond_pay: float = felt("Rewards beyond pay", "Mean of felt growth, felt recognition and prospects.", source="Rubenstein et al. 2018")
    pay_satisfaction: float = felt("Satisfaction with pay", "Whether one's pay is enough: against the market, and as a sign of worth.", source="Judge et al. 2010")
    embeddedness: float = like("embeddedness")
    search: float = like("search")
    perceived_alternatives: float = fact("Perceived alternatives", "Offers a year that one counts on, learnt from those that came in the past year.", "offers a year", "state", low=0.0)
    quit_intention: float = felt("Intention to quit", "How likely one holds it that one leaves within a year: by how hard one looks around, whether an ordinary offer would be taken, and exhaustion.", "chance", source="Griffeth et al. 2000")

    weeks: float = count("Weeks", "Weeks that were lived since the last survey.", "weeks")
    talks: float = count("Talks", "Feedback talks held.", "talks", of="talk")
    praises: float = count("Praise", "Occasions of recognition.", of="praise")
    challenges: float = count("Next challenges", "Next challenges given.", of="stretched")
    promises_broken: float = count("Promises broken", "Commitments to this person that were broken.", of="breach")
    raised: float = count("Raises", "Shares by which pay was raised, added up.", "share", of="raised")
    promoted: float = count("Promoted", "Own promotions.", of="promoted")
    passed_over: float = count("Passed over", "Was next in line, and somebody else was chosen.", of="passed_over")
    offers: float = count("Offers", "Offers from outside.", "offers")
    counter_offers: float = count("Counter-offers", "Offers that were matched.", "offers", of="countered")
    peers_left: float = count("Peers left", "Colleagues of the team who left of their own accord.", "people")
    peers_dismissed: float = count("Peers dismissed", "Colleagues of the team who were dismissed.", "people")
    stars_left: float = count("Stars left", "Of those who left of their own accord, high performers.", "people")
    leader_left: float = count("Leader left", "The team's leader left, or was promoted.")
    leader_replaced: float = count("New leader", "The team got a new leader.")

    quit_12: float = outcome("Quit in 12 months", "Left of their own accord within 52 weeks; missing for who was dismissed, and where fewer weeks were observed.")
    exit_12: float = outcome("Exit in 12 months", "Left in whatever way within 52 weeks; missing where fewer weeks were observed.")
    quit_next: float = outcome("Quit before the next survey", "As for 12 months, up to the next survey.")
    exit_next: float = outcome("Exit before the next survey", "As for 12 months, up to the next survey.")
    followed: float = quantity(0.0, 0.0, math.inf, unit="weeks", label="Followed", meaning="Weeks until the exit, or to the end of what was observed.", group="outcome")
    left: int = quantity(0, 0, 3, unit="road", label="Left", meaning="By which road in the end: offer, exhaustion, dismissed, or still there when observation ended (censored).", group="outcome")  # fmt: skip


class TimeHere(Declared):
    """A person's time in the organisation, as far as it was observed: what a table of tenures has."""

    entered: int = quantity(0, 0, 10**6, unit="week", label="Entered", meaning="First week observed.")
    tenure_from: float = like("tenure", "Tenure at first", "Weeks since joining when observation began; 0 for a hire.", group="record")
    tenure_to: float = like("tenure", "Tenure at last", "Weeks since joining at the exit, or when observation ended.", group="record")
    hired: int = quantity(0, 0, 1, unit="yes/no", label="Hired", meaning="Joined while observed.")
    left: int = quantity(0, 0, 3, unit="road", label="Left", meaning="By which road: offer, exhaustion, dismissed, or still there when observation ended (censored).")


TEXTS = {
    "run": ("number", "Which history."),
    "person": ("name", "Who; names somebody within a run."),
    "team": ("name", "The person's team."),
    "leader": ("name", "Who leads it, or nobody."),
    "date": ("date", f"Monday of the survey's week, if the first is {FIRST_DAY:%d %B %Y}."),
}
SURVEYED = tuple(name for name, kind in PersonPeriod.quantities().items() if kind.group == "state")
"""The states that a survey asks for."""
COPIED = tuple((name, kind.of) for name, kind in PersonPeriod.quantities().items() if kind.of and kind.group != "event")
"""Columns that are one of a person's own states, and which."""
COUNTED = tuple(name for name, kind in PersonPeriod.quantities().items() if kind.group == "event")
"""What is counted since the last survey."""
NOTED = tuple((name, kind.of) for name, kind in PersonPeriod.quantities().items() if kind.of and kind.group == "event")
"""What of it a person's own state says, and which."""
ANSWER = "_answer"

def columns(table: str = "panel") -> pd.DataFrame:
    """Say what the columns of ``panel`` or ``tenures`` mean: ``column``, ``unit``, ``group``, ``meaning``.

    Raises
    ------
    InputError
        If there is no such table.
    """
    if table not in ("panel", "tenures"):
        raise InputError(f"table {table!r} is not known; {closest(table, ('panel', 'tenures'))}")
    panel = table == "panel"
    names = list(TEXTS) if panel else ["run", "person"]
    rows = [(name, TEXTS[name][0], "who", TEXTS[name][1]) for name in names]
    for name, kind in (PersonPeriod if panel else TimeHere).quantities().items():
        rows.append((name, kind.unit, kind.group or "record", kind.meaning))
        if name in SURVEYED and panel:
            asked = f"{kind.label} as a survey finds it: with noise, reliability {RELIABILITY:.2f}."
            rows.append((name + ANSWER, kind.unit, "answer", asked))
    return pd.DataFrame(rows, columns=["column", "unit", "group", "meaning"])
