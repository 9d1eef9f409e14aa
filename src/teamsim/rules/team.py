"""The team at the end of a week: who goes, who comes, and what people will read next week."""

from teamsim.arithmetic import exp
from teamsim.chance import (
    AFFECT,
    HIRING,
    STARTING_PAY,
    STARTING_ROOTS,
    TRAIT_AWARENESS,
    TRAIT_CLOCKS,
    TRAIT_DISPOSITION,
    TRAIT_GROWTH,
    TRAIT_INTENSITY,
    TRAIT_LEADERSHIP,
    TRAIT_PAY,
    TRAIT_RESILIENCE,
    TRAIT_STYLE,
    TRAIT_TALENT,
    TRAIT_WISH,
    mix,
    normal,
    uniform,
)
from teamsim.compiler import rule
from teamsim.people import ROADS
from teamsim.rules.odds import level
from teamsim.rules.staying import OFFERED, counted, exhaustion_term, offer_term, share, state_reasons, ties

DISMISSED = ROADS.index("dismissed")
NEED_GROWTH, PAY_WEIGHT, SELF_AWARENESS, RESILIENCE = (0.2, 0.9), (0.2, 0.8), (0.25, 0.65), (0.2, 0.8)
LEADERSHIP, INTENSITY = (0.1, 0.9), (0.1, 0.8)
"""From where to where the traits of a hire are spread."""


@rule
def find_stream(person, run_key):
    """The person's own stream of chance in this run, where their clocks stand, and how these months go."""
    person.key = mix(run_key, person.identity)
    person.talk_clock = uniform(person.key, TRAIT_CLOCKS)
    person.praise_clock = uniform(mix(person.key, TRAIT_CLOCKS), TRAIT_CLOCKS)
    person.affect = normal(person.key, AFFECT)


@rule(rare=True)
def write_exit(record, person, team, seat, week, p):
    """Keep a departure: the log-odds on the road by which it came, and what they are made of."""
    record.week, record.team, record.seat = week, person.team, seat
    record.identity, record.origin, record.entry = person.identity, person.origin, person.entry
    record.led_origin, record.led_entry = team.led_origin, team.led_entry
    record.road = person.leaving
    record.top, record.third, record.tenure = person.top, person.third, person.tenure
    record.rating, record.engagement, record.pay_ratio = person.rating, person.engagement, person.pay_ratio
    record.offer, record.stated, record.reasons = person.offer, -1, 0
    record.log_odds, record.start, record.offered, record.ties, record.exhaustion = 0.0, 0.0, 0.0, 0.0, 0.0
    share(record.drivers, person.belief, 0.0)
    if person.leaving == DISMISSED:
        return
    record.ties = ties(person, p)
    if person.leaving == OFFERED:
        record.start = p.accept_start
        record.offered = offer_term(person, p)
        share(record.drivers, person.belief, counted(person.belief, p))
    else:
        record.start = p.push_start
        record.exhaustion = exhaustion_term(person, p)
        share(record.drivers, person.belief, p.push_belief * counted(person.belief, p))
    record.log_odds = person.odds
    state_reasons(record, person, p)


@rule
def within(span, share):
    """A share of the way through a span."""
    return span[0] + share * (span[1] - span[0])


@rule
def identity_of_hire(seat_key, entry):
    """Who is hired into a seat: named by the seat, and by how many were hired into it before."""
    return mix(seat_key, entry)


@rule(rare=True)
def hire(person, seat, org, team, style, p):
    """Somebody new, drawn by the seat and the number of the hire: talent with a heavy right tail, the rest by chance."""
    person.hires += 1
    person.origin, person.entry = seat, person.hires
    person.promoted, person.passed_over, person.weeks_leading, person.result = 0, 0, 0.0, 1.0
    person.identity = identity_of_hire(person.seat_key, person.hires)
    find_stream(person, org.run_key)
    key = person.key
    plan = uniform(key, TRAIT_STYLE) * org.plans
    person.schedule = int(plan) if 0.0 <= plan < 1.0e9 else 0
    person.present, person.leaving, person.weeks_vacant, person.tenure = 1, 0, 0.0, 0.0
    person.talent = exp(p.talent_spread * normal(key, TRAIT_TALENT) - 0.5 * p.talent_spread * p.talent_spread)
    person.need_growth = within(NEED_GROWTH, uniform(key, TRAIT_GROWTH))
    person.pay_weight = within(PAY_WEIGHT, uniform(key, TRAIT_PAY))
    person.self_awareness = within(SELF_AWARENESS, uniform(key, TRAIT_AWARENESS))
    person.resilience = within(RESILIENCE, uniform(key, TRAIT_RESILIENCE))
    own = p.leading_from_talent
    person.leadership = within(LEADERSHIP, own * uniform(key, TRAIT_TALENT) + (1.0 - own) * uniform(key, TRAIT_LEADERSHIP))
    person.wish_to_lead = uniform(key, TRAIT_WISH)
    person.disposition = normal(key, TRAIT_DISPOSITION)
    person.lead_skill = p.lead_start * person.leadership
    person.intensity = within(INTENSITY, uniform(key, TRAIT_INTENSITY))
    person.skill = p.hire_skill * person.talent
    person.demand, person.gap = person.skill * (1.0 + p.hire_stretch), 0.0
    person.ramp, person.weeks_mastered = p.ramp_start, 0.0
    person.embeddedness = 2.0 * p.hire_embeddedness * uniform(key, STARTING_ROOTS)
    person.felt_challenge, person.felt_feedback, person.felt_recognition = 0.5, 0.0, p.recognition_neutral
    person.task_focus, person.talked, person.used_to, person.plans = 0.0, 0.0, 0.0, 0.0
    person.led_by, person.rapport, person.leader_lost, person.renown = 0, 0.0, 0.0, 0.0
    person.disappointed = 0.0
    person.felt_growth, person.felt_autonomy, person.felt_care = p.growth_neutral, 0.5, p.care_neutral
    person.felt_fairness, person.neglect, person.trust = p.fairness_neutral, 0.0, p.trust_neutral
    person.safety, person.role_clarity, person.dependence = team.safety, 0.5 * p.clarity_neutral, 0.5
    person.scattered, person.hindrance = 0.0, 0.2
    person.erred, person.mistake, person.tried, person.kept_idea, person.postponed = 0, 0, 0, 0, 0
    person.strain, person.engagement, person.effort = p.strain_neutral, p.hire_engagement, 0.0
    person.output, person.contribution = 0.0, team.contribution
    person.standing, person.third, person.top, person.rating, person.support_weeks = 0.0, 1, 0, 0.5, 0.0
    person.pay_ratio = style.pay_position * exp(p.hire_pay_spread * normal(key, STARTING_PAY))
    person.pay_reference, person.deficit, person.reward_gap = person.pay_ratio, 0.5, 0.0
    person.search, person.shock, person.expectation, person.offer = 0.0, 0.0, 0.0, 0.0
    person.talk, person.praise, person.breach, person.stretched, person.countered = 0, 0, 0, 0, 0
    person.reviewed, person.raised = 0, 0.0
    forget(person.pull)
    forget(person.belief)


@rule
def forget(drivers):
    """A new person brings no history."""
    share(drivers, drivers, 0.0)


@rule
def leave_and_come(people, team, style, org, exits, run, kept, p):
    """Leavers are recorded and their seats fall empty; empty seats are filled by chance.  Returns the count of exits."""
    left, stars = 0, 0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        person.raised, person.reviewed, person.praise, person.breach = 0.0, 0, 0, 0
        person.promoted, person.passed_over = 0, 0
        if person.present == 0:
            person.weeks_vacant += 1.0
            coming = mix(mix(org.run_key, identity_of_hire(person.seat_key, person.hires + 1)), org.week)
            if person.leads < 0 and uniform(coming, HIRING) < 1.0 / org.market.hiring_weeks:
                hire(person, seat, org, team, style, p)
        elif person.leaving > 0:
            if kept < exits.shape[1]:
                write_exit(exits[run, kept], person, team, seat, org.week, p)
            kept += 1
            left += 1
            stars += person.top
            person.present, person.leaving, person.support_weeks = 0, 0, 0.0
        elif person.support_weeks > 0.0:
            person.support_weeks += 1.0
    team.departures -= p.departures_fading * team.departures
    team.departures = level(team.departures + (1.0 - team.departures) * left / team.seats)
    team.star_left -= p.star_fading * team.star_left
    if stars > 0:
        team.star_left = 1.0
    return kept


@rule
def take_stock(people, team):
    """What people will read next week: how many there are, and their mean skill and contribution."""
    filled, skill, contribution, in_support = 0, 0.0, 0.0, 0.0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            filled += 1
            skill += person.skill
            contribution += person.contribution
            if person.support_weeks > 0.0:
                in_support += 1.0
    team.filled, team.in_support = filled, in_support
    if filled > 0:
        team.skill, team.contribution = skill / filled, contribution / filled
