"""One pass over the life lines of a history: who is asked when, what happened since, and what becomes of them.

Nothing here changes a history. The noise of answers is looked up by person and week, like all luck.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teamsim.arithmetic import exp, log
from teamsim.chance import SURVEY, mix, normal
from teamsim.compiler import array, door, each, rule
from teamsim.fields import Declared
from teamsim.panel.declared import COPIED, COUNTED, NOTED, SURVEYED, PersonPeriod, TimeHere
from teamsim.parameters import Parameters
from teamsim.people import ROADS, OrganisationState, PersonState, TeamState
from teamsim.rules.odds import logistic
from teamsim.rules.staying import offers_a_week, push_odds, ties, total
from teamsim.style import Style
from teamsim.world import Records, World, zeros

__all__ = ["Look", "Numbers", "Seen"]

Numbers = np.ndarray[Any, np.dtype[Any]]
YEAR = 52
DISMISSED = ROADS.index("dismissed")
OUTSIDE, NOBODY = np.uint64(1), np.uint64(0)
"""Stand for the identity of a leader from outside, who never goes, and of one who is not there."""
KEYS = [(name, "i8") for name in ("run", "number", "team", "origin", "entry", "led_origin", "led_entry")]


def _with_keys(declared: type[Declared]) -> np.dtype[Any]:
    parts = [(name, declared.dtype()[name]) for name in declared.dtype().names or ()]
    return np.dtype((np.record, np.dtype([*KEYS, *parts])))


PERIODS, TIMES = _with_keys(PersonPeriod), _with_keys(TimeHere)
SINCE = PersonPeriod.dtype()

@rule
def likely_to_leave(person: Any, p: Any) -> Any:
    """How likely people hold it that they leave within a year: as if their market were an ordinary one."""
    better = p.offer_premium - (log(person.pay_ratio) if person.pay_ratio > 0.0 else 0.0)
    odds = p.accept_start + p.offer_gain * (0.5 + person.pay_weight) * better + ties(person, p) - total(person.belief)
    looking = p.offer_rate * (p.search_free + (1.0 - p.search_free) * person.search)
    return 1.0 - exp(-YEAR * (looking * logistic(odds) + logistic(push_odds(person, p))))


@rule
def offers_counted_on(person: Any, org: Any, p: Any, offers: float, years: float) -> Any:
    """Offers a year that one counts on: what was to be expected, corrected by what came (the prior is worth one)."""
    expected = YEAR * offers_a_week(person, org, p)
    return (1.0 + offers) / (1.0 / expected + years) if expected > 0.0 else 0.0


@rule
def load(person: Any, filled: int, seats: int, style: Any) -> Any:
    """Work against what one can do: stretch, empty seats, pace."""
    return (1.0 + person.gap) * seats / filled * (0.5 + style.pressure)


@rule
def answer(row: Any, person: Any, p: Any) -> None:
    """Work out what a survey asks for and no rule keeps."""
    row.relation_to_leader = 0.5 * (person.trust + person.felt_care)
    row.prospects = logistic(person.pull.reward + person.pull.growth)
    row.rewards_beyond_pay = (person.felt_growth + person.felt_recognition + row.prospects) / 3.0
    row.pay_satisfaction = logistic(person.pull.pay + person.pull.worth)
    row.quit_intention = likely_to_leave(person, p)


@rule
def put_on_record(row: Any, person: Any, week: int, growth: float) -> None:
    """Copy a person's states, and work out what an employer has on file beside them."""
    for column, state in each(COPIED):
        row[column] = person[state]
    row.week, row.leads = week, 1 if person.leads >= 0 else 0
    row.pay = person.pay_ratio * exp(growth * week / YEAR)


@rule
def note(since: Any, person: Any) -> None:
    """Count what happened to somebody this week."""
    since.weeks += 1.0
    since.output += person.output
    for column, state in each(NOTED):
        since[column] += person[state]
    since.promotions += person.promoted
    if person.offer > 0.0:
        since.offers += 1.0


@rule
def note_team(
    since: Any, peers: int, skill: float, left: int, dismissed: int, stars: int, leader_left: int, leader_new: int
) -> None:
    """Count what happened around somebody this week, who is there, and what they can do together."""
    since.peers += peers
    since.peers_skill += skill
    since.peers_left += left
    since.peers_dismissed += dismissed
    since.stars_left += stars
    since.leader_left += leader_left
    since.leader_replaced += leader_new


@rule
def hand_over(row: Any, since: Any) -> None:
    """Write down what was counted, and begin anew."""
    for column in each(COUNTED):
        row[column] = since[column]
    row.promotions = since.promotions
    row.output = since.output / since.weeks if since.weeks > 0.0 else math.nan
    row.peers = since.peers / since.weeks if since.weeks > 0.0 else math.nan
    row.peers_skill = since.peers_skill / since.peers if since.peers > 0.0 else math.nan
    since.peers, since.peers_skill, since.output = 0.0, 0.0, 0.0
    for column in each(COUNTED):
        since[column] = 0.0


@rule
def compare_with_peers(row: Any, people: Any, seat: int, team: Any, pays: Numbers) -> None:
    """Pay against the median of the others in the team, and how much these contribute."""
    others, contribution = 0, 0.0
    for other in range(team.first, team.first + team.seats):
        person = people[other]
        if person.present == 1 and other != seat:
            place = others
            while place > 0 and pays[place - 1] > person.pay_ratio:
                pays[place] = pays[place - 1]
                place -= 1
            pays[place] = person.pay_ratio
            others += 1
            contribution += person.contribution
    row.pay_peers, row.peers_contribution = math.nan, math.nan
    if others > 0:
        median = 0.5 * (pays[(others - 1) // 2] + pays[others // 2])
        row.pay_peers = people[seat].pay_ratio / median if median > 0.0 else math.nan
        row.peers_contribution = contribution / others


@rule
def outcomes(row: Any, here: Any, last: int, next_survey: int, end: int) -> None:
    """What became of somebody, as far as it was observed: up to `end`, after which nothing is known."""
    gone = last if here.left > 0 else -1
    voluntary = here.left > 0 and here.left != DISMISSED
    row.left, row.followed = here.left, last - row.week
    row.quit_12, row.exit_12, row.quit_next, row.exit_next = math.nan, math.nan, math.nan, math.nan
    until = row.week + YEAR
    if until <= end:
        within = gone >= 0 and gone <= until
        row.exit_12 = 1.0 if within else 0.0
        if voluntary or not within:
            row.quit_12 = row.exit_12
    if next_survey <= end:
        within = gone >= 0 and gone <= next_survey
        row.exit_next = 1.0 if within else 0.0
        if voluntary or not within:
            row.quit_next = row.exit_next


@door(
    life=array(PersonState, 2), next_survey=array("i"), teams=array(TeamState), styles=array(Style),
    style_at=array("i", 2), org=array(OrganisationState), p=array(Parameters),
    rows=array(PERIODS), noise=array("f", 2), times=array(TIMES), counts=array("i"),
    since=array(SINCE), number=array("i"), before=array("i"), pay=array("f", 2), offered=array("i", 2),
    last=array("i"), schedule=array("i"), leader=array("u"), pays=array("f"),
)  # fmt: skip
def follow(
    life: Any, next_survey: Any, teams: Any, styles: Any, style_at: Any, org: Any, p: Any,
    rows: Any, noise: Any, times: Any, counts: Any,
    since: Any, number: Any, before: Any, pay: Any, offered: Any, last: Any, schedule: Any, leader: Any, pays: Any,
) -> None:  # fmt: skip
    """Go through one history week by week, and count how many rows, and how many people, there were.

    `next_survey` holds for every week of a survey when the next one is, and -1 for other weeks; `rows`, `noise` and
    `times` come in as zeros, with room for everybody, and so does all that follows `counts`, to work in.
    """
    weeks, seats = life.shape
    people, kept = 0, 0
    for seat in range(seats):
        before[seat] = -1
    for week in range(weeks):
        for seat in range(seats):
            person = life[week, seat]
            number[seat] = -1
            if person.present == 0:
                continue
            who = -1
            if week > 0 and before[seat] >= 0 and life[week - 1, seat].identity == person.identity:
                who = before[seat]
            elif person.promoted == 1:
                for other in range(seats):
                    if before[other] >= 0 and life[week - 1, other].identity == person.identity:
                        who = before[other]
            if who < 0:
                who = people
                people += 1
                here = times[who]
                here.number, here.origin, here.entry = who, person.origin, person.entry
                here.entered, here.tenure_from, here.hired = week, person.tenure - 1.0, 1 if person.entry > 0 else 0
            number[seat] = who
            here = times[who]
            here.tenure_to, here.left, here.team, last[who] = person.tenure, person.leaving, person.team, week
            pay[who, week] = person.pay_ratio
            offered[who, week] = 1 if person.offer > 0.0 else 0
            note(since[who], person)
        for t in range(teams.shape[0]):
            team = teams[t]
            filled, left, dismissed, stars, skill = 0, 0, 0, 0, 0.0
            for seat in range(team.first, team.first + team.seats):
                person = life[week, seat]
                if person.present == 1:
                    filled += 1
                    skill += person.skill
                    if person.leaving == DISMISSED:
                        dismissed += 1
                    elif person.leaving > 0:
                        left += 1
                        stars += person.top
            leads = OUTSIDE
            if team.leader_seat >= 0:
                boss = life[week, team.leader_seat]
                leads = boss.identity if boss.present == 1 else NOBODY
            gone = 1 if week > 0 and leader[t] != NOBODY and leads != leader[t] else 0
            new = 1 if week > 0 and leads != NOBODY and leads != leader[t] else 0
            if week == 0:
                schedule[t] = team.schedule
            elif new == 1 and team.leader_seat >= 0:
                schedule[t] = life[week, team.leader_seat].schedule
            leader[t] = leads
            style = styles[style_at[schedule[t], week]]
            for seat in range(team.first, team.first + team.seats):
                person = life[week, seat]
                if person.present == 0:
                    continue
                who = number[seat]
                note_team(since[who], filled - 1, skill - person.skill, left, dismissed, stars, gone, new)
                if next_survey[week] < 0 or person.leaving > 0:
                    continue
                row = rows[kept]
                put_on_record(row, person, week, org[0].market.pay_growth)
                answer(row, person, p[0])
                compare_with_peers(row, life[week], seat, team, pays)
                hand_over(row, since[who])
                row.number, row.team, row.origin, row.entry = who, t, person.origin, person.entry
                row.level, row.people, row.vacancies = team.tier, filled, team.seats - filled
                row.workload = load(person, filled, team.seats, style)
                row.led_origin, row.led_entry, row.leader_tenure, row.leader_skill = -1, 0, math.nan, math.nan
                if team.leader_seat >= 0 and leads != NOBODY:
                    boss = life[week, team.leader_seat]
                    row.led_origin, row.led_entry = boss.origin, boss.entry
                    row.leader_tenure, row.leader_skill = boss.weeks_leading, boss.lead_skill
                offers, ago = 0.0, 0
                while ago < YEAR and week - ago >= times[who].entered:
                    offers += offered[who, week - ago]
                    ago += 1
                row.perceived_alternatives = offers_counted_on(person, org[0], p[0], offers, ago / YEAR)
                row.pay_growth = math.nan
                if week >= YEAR and pay[who, week - YEAR] > 0.0 and person.pay_ratio > 0.0:
                    row.pay_growth = log(person.pay_ratio / pay[who, week - YEAR]) + org[0].market.pay_growth
                for state in range(noise.shape[1]):
                    noise[kept, state] = normal(mix(person.luck, state), SURVEY)
                kept += 1
        for seat in range(seats):
            before[seat] = number[seat]
    for place in range(kept):
        row = rows[place]
        outcomes(row, times[row.number], last[row.number], next_survey[row.week], weeks - 1)
    counts[0], counts[1] = kept, people


Seen = tuple[Records, Numbers, Records]
"""What one history shows: person-periods, the noise of answers to each of `SURVEYED`, people's times here."""


class Look:
    """What `teamsim.engine.observe` shows of each history: see `Seen`."""

    def __init__(self, world: World, next_survey: Numbers) -> None:
        self.world, self.next_survey = world, next_survey

    def __call__(self, measures: Records, life: Records, exits: Records, run: int) -> Seen:  # noqa: ARG002
        """Look at one history."""
        world, surveys = self.world, int((self.next_survey >= 0).sum())
        seats, teams, room = world.scenario.seats, len(world.teams), world.scenario.seats + len(exits)
        rows = zeros(PERIODS, surveys * seats)
        noise, times, counts = np.zeros((len(rows), len(SURVEYED))), zeros(TIMES, room), np.zeros(2, np.int64)
        own = run % len(world.parameters)
        follow(
            life, self.next_survey, world.teams, world.styles, world.style_at, world.org,
            world.parameters[own : own + 1], rows, noise, times, counts,
            zeros(SINCE, room), *np.zeros((2, seats), np.int64), np.zeros((room, world.weeks)),
            np.zeros((room, world.weeks), np.int64), np.zeros(room, np.int64),
            np.zeros(teams, np.int64), np.zeros(teams, np.uint64), np.zeros(seats),
        )  # fmt: skip
        kept, people = counts
        return rows[:kept].copy(), noise[:kept].copy(), times[:people].copy()
