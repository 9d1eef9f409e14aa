"""Performance as it is ranked and rated, and what happens when it is low."""

from teamsim.chance import RATING, normal
from teamsim.compiler import rule
from teamsim.people import ROADS
from teamsim.rules.closeness import firmness_left
from teamsim.rules.odds import logistic
from teamsim.rules.pay import settle_pay
from teamsim.rules.practice import insight

DISMISSED = ROADS.index("dismissed")


@rule
def rank_members(people, team):
    """Standing, third and top fifth of a team by contribution; ties go by identity."""
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            ahead = 0
            for other_seat in range(team.first, team.first + team.seats):
                other = people[other_seat]
                if other.present == 1 and (
                    other.contribution > person.contribution
                    or (other.contribution == person.contribution and other.identity > person.identity)
                ):
                    ahead += 1
            others = team.filled - 1
            person.standing = 1.0 - 2.0 * ahead / others if others > 0 else 0.0
            person.third = 2 - (3 * ahead) // (team.filled if team.filled > 1 else 1)
            person.top = 1 if 5 * ahead < team.filled else 0


@rule
def dismiss(person, team, p):
    """A dismissal that was decided; those who stay find it fair where somebody did less than the others, and was warned and helped (Brockner et al. 1990)."""
    if person.leaving == 0:
        person.leaving = DISMISSED
        fair = 1.0 if person.support_weeks > 0.0 else p.unwarned_fairness
        team.fairness_lift = fair if person.contribution < team.contribution else -1.0


@rule
def asked_of(person, p):
    """What can be asked of somebody by then, as a share of what can be in the end (Schmidt et al. 1986)."""
    years = person.tenure / p.grace_weeks
    return 1.0 - p.newcomer_grace / (1.0 + years * years)


@rule
def rate(person, team, asked, leader, p):
    """A rating is a noisy view of contribution against what can be asked of somebody and on average of the team, less noisy with insight and clear expectations (Viswesvaran et al. 1996); a low one jolts (Lee & Mitchell 1994).  [S3-08, S3-09]"""
    due = team.contribution * asked_of(person, p) / asked if asked > 0.0 else 0.0
    relative = person.contribution / due - 1.0 if due > 0.0 else 0.0
    unclear = 1.0 + p.clarity_rating * (0.5 - person.role_clarity)
    noise = p.rating_noise * (1.5 - insight(leader, p)) * (unclear if unclear > 0.0 else 0.0) * normal(person.luck, RATING)
    person.rating = logistic(p.rating_slope * relative + noise)
    person.reviewed = 1
    low = 1.0 - 2.0 * person.rating if person.rating < 0.5 else 0.0
    person.shock += p.rating_shock * low * (1.0 - person.shock)


@rule
def review(people, team, leader, style, org, p):
    """Ratings, the pay that hangs on them, and low performance: support first, dismissal after the documented period."""
    low, dealt_with, wronged = 0, 0, 0
    bar = 2.0 * p.low_rating * firmness_left(style, p)
    asked = 0.0
    for seat in range(team.first, team.first + team.seats):
        if people[seat].present == 1:
            asked += asked_of(people[seat], p) / team.filled
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1 and person.leaving == 0:
            rate(person, team, asked, leader, p)
            settle_pay(person, style, org, p)
            if person.rating >= bar:
                person.support_weeks = 0.0
            elif person.support_weeks == 0.0:
                person.support_weeks = 1.0
            elif person.support_weeks >= org.policies.support_weeks:
                person.leaving = DISMISSED
                if person.contribution >= team.contribution:
                    wronged += 1
            if person.rating < p.low_rating:
                low += 1
                if person.support_weeks > 0.0:
                    dealt_with += 1
    if wronged > 0:
        team.fairness_lift = -1.0
    elif low > 0:
        team.fairness_lift = (2.0 * dealt_with - low) / low
    else:
        team.fairness_lift = 0.0
