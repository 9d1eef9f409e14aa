"""Pay: a hygiene factor under the market, and the last signal of worth where nothing else gives one."""

from teamsim.arithmetic import exp, log
from teamsim.compiler import rule

HALF_YEAR = 26.0
USUAL_SPREAD = 0.3


@rule
def feel_pay(person, team, org, p):
    """Pay under the market drives away, above it adds nothing (Herzberg 1959), and so does pay under colleagues', the more one knows of it (Card et al. 2012); people get used to a raise.  [S0-18, S0-19]"""
    person.pay_ratio -= person.pay_ratio * org.market.pay_growth / 52.0
    person.pay_reference += p.pay_habituation * (person.pay_ratio - person.pay_reference)
    short = 1.0 - person.pay_ratio if person.pay_ratio < 1.0 else 0.0
    behind = 1.0 - person.pay_ratio / team.median_pay if person.pay_ratio < team.median_pay else 0.0
    known = 1.0 + p.peer_pay_known * (org.policies.transparency - 0.5)
    person.pull.pay = -p.pay_gap_gain * short - p.peer_pay_gain * known * behind


@rule
def compare_pay(people, team):
    """What the middle one of a team earns, or the two in the middle on average; ties go by identity."""
    lower, upper = 0.0, 0.0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            under = 0
            for other_seat in range(team.first, team.first + team.seats):
                other = people[other_seat]
                if other.present == 1 and (
                    other.pay_ratio < person.pay_ratio
                    or (other.pay_ratio == person.pay_ratio and other.identity < person.identity)
                ):
                    under += 1
            if under == (team.filled - 1) // 2:
                lower = person.pay_ratio
            if under == team.filled // 2:
                upper = person.pay_ratio
    team.median_pay = 0.5 * (lower + upper)


@rule
def read_pay_as_worth(person, p):
    """Where recognition, growth and challenge are missing, pay is read as worth, the more one hopes for and the more pay counts; a raise soothes until one is used to it.  [S0-24]"""
    person.deficit = 1.0 - (person.felt_recognition + person.felt_growth + person.felt_challenge) / 3.0
    hoped = person.pay_reference * (1.0 + p.worth_premium * 2.0 * person.pay_weight)
    short = 1.0 - person.pay_ratio / hoped if hoped > person.pay_ratio else 0.0
    person.pull.worth = -p.worth_gain * 2.0 * person.pay_weight * person.deficit * short


@rule
def settle_pay(person, style, org, p):
    """At a review, pay moves by rating and by place in the range (a merit matrix): towards what the style aims at, more for a better rating; it is never cut.  A raise is held against what the rating let one hope for, the more so the more pay follows performance (Schaubroeck et al. 2008); a year's raise is a year's, however often there are reviews."""
    aim = style.pay_position * (1.0 + p.pay_spread_gain * style.pay_spread * (person.rating - 0.5))
    rated = 2.0 * person.rating - 1.0
    due = org.policies.review_weeks / HALF_YEAR
    moved = 1.0 - exp(due * log(1.0 - p.pay_step)) if p.pay_step < 1.0 else 1.0
    share = moved * (aim - person.pay_ratio) / person.pay_ratio + p.merit_raise * due * style.pay_spread * rated
    share = share if share > 0.0 else 0.0
    if share > 0.0:
        give_raise(person, share)
    follows = style.pay_spread / USUAL_SPREAD if style.pay_spread < USUAL_SPREAD else 1.0
    person.reward_gap += share - p.raise_hoped * due * (1.0 + follows * rated)


@rule
def give_raise(person, share):
    """Pay goes up by a share."""
    person.pay_ratio += share * person.pay_ratio
    person.raised += share
