"""What is measured, summed in seat order; tables and charts only copy it."""

import math

from teamsim.chance import SURVEY, mix, normal
from teamsim.compiler import rule
from teamsim.people import ROADS
from teamsim.rules.careers import career_cost
from teamsim.rules.staying import total

OFFERED, EXHAUSTED, DISMISSED = (ROADS.index(road) for road in ("offer", "exhaustion", "dismissed"))
ORGANISATION, THIRDS, TEAMS = 0, 1, 4
"""Rows of a week's measures: the organisation, its three thirds, then each team."""


@rule
def add_person(row, person, style, org, p):
    """Add a person's week to the sums of a group."""
    row.people += 1.0
    row.engagement += person.engagement
    row.output += person.output
    row.skill += person.skill
    row.stretch += person.gap
    row.mastered += person.weeks_mastered
    row.strain += person.strain
    row.trust += person.trust
    row.fairness += person.felt_fairness
    row.safety += person.safety
    row.role_clarity += person.role_clarity
    row.resilience += person.resilience
    row.dependence += person.dependence
    row.ideas_tried += person.tried
    row.ideas_kept += person.kept_idea
    row.mistakes += person.mistake
    row.put_off += person.postponed
    row.development_cost += p.opportunity_cost * style.opportunities + career_cost(person, org, p)
    row.recognition += person.felt_recognition
    row.growth += person.felt_growth
    row.autonomy += person.felt_autonomy
    row.feedback += person.felt_feedback
    row.neglect += person.neglect
    row.belief += total(person.belief)
    row.search += person.search
    row.hours_given += person.attention
    row.pay += person.pay_ratio
    row.talks += person.talk
    if person.offer > 0.0:
        row.offers += 1.0
    row.promotions += person.promoted
    if person.entry > 0 and person.tenure == 1.0:
        row.hired += 1.0
    if person.leaving > 0:
        if person.leaving == OFFERED:
            row.left_for_offer += 1.0
        elif person.leaving == EXHAUSTED:
            row.left_exhausted += 1.0
        elif person.leaving == DISMISSED:
            row.dismissed += 1.0
        if person.leaving != DISMISSED and person.top == 1:
            row.regretted += 1.0
        row.replacement_cost += p.replacement_share * 52.0


@rule
def add_team(row, team):
    """Add what belongs to a team rather than to its people."""
    row.vacancies += team.seats - team.filled
    row.firefighting += team.firefighting
    row.hours_free += team.hours_free
    row.hours_asked += team.hours_asked


@rule
def add_group(row, part):
    """Add the sums of one group to another's."""
    row.people += part.people
    row.engagement += part.engagement
    row.output += part.output
    row.skill += part.skill
    row.stretch += part.stretch
    row.mastered += part.mastered
    row.strain += part.strain
    row.trust += part.trust
    row.fairness += part.fairness
    row.safety += part.safety
    row.role_clarity += part.role_clarity
    row.resilience += part.resilience
    row.dependence += part.dependence
    row.ideas_tried += part.ideas_tried
    row.ideas_kept += part.ideas_kept
    row.mistakes += part.mistakes
    row.put_off += part.put_off
    row.development_cost += part.development_cost
    row.recognition += part.recognition
    row.growth += part.growth
    row.autonomy += part.autonomy
    row.feedback += part.feedback
    row.neglect += part.neglect
    row.belief += part.belief
    row.search += part.search
    row.hours_given += part.hours_given
    row.pay += part.pay
    row.talks += part.talks
    row.offers += part.offers
    row.hired += part.hired
    row.promotions += part.promotions
    row.left_for_offer += part.left_for_offer
    row.left_exhausted += part.left_exhausted
    row.dismissed += part.dismissed
    row.regretted += part.regretted
    row.replacement_cost += part.replacement_cost


@rule
def finish(row, group, org, p):
    """Turn sums into means, and into money; an empty group is measured as zero."""
    row.pay_cost = row.pay
    row.net_value = org.policies.value_of_output * row.output - row.pay_cost - row.development_cost - row.replacement_cost
    row.survey = 0.0
    if row.people > 0.0:
        share = 1.0 / row.people
        row.engagement *= share
        row.output_per_person = row.output * share
        row.skill *= share
        row.stretch *= share
        row.mastered *= share
        row.strain *= share
        row.trust *= share
        row.fairness *= share
        row.safety *= share
        row.role_clarity *= share
        row.resilience *= share
        row.dependence *= share
        row.recognition *= share
        row.growth *= share
        row.autonomy *= share
        row.feedback *= share
        row.neglect *= share
        row.belief *= share
        row.search *= share
        row.pay *= share
        luck = mix(mix(org.run_key, org.week), group)
        row.survey = row.engagement + p.survey_noise * normal(luck, SURVEY) / math.sqrt(row.people)


@rule
def measure(rows, people, teams, styles, style_at, org, p):
    """Measure the week before anybody leaves; `rows` come in as zeros."""
    for number in range(teams.shape[0]):
        team = teams[number]
        style = styles[style_at[team.schedule, org.week]]
        add_team(rows[ORGANISATION], team)
        for seat in range(team.first, team.first + team.seats):
            person = people[seat]
            if person.present == 1:
                add_person(rows[THIRDS + person.third], person, style, org, p)
                if rows.shape[0] > TEAMS:
                    add_person(rows[TEAMS + number], person, style, org, p)
        if rows.shape[0] > TEAMS:
            add_team(rows[TEAMS + number], team)
    for third in range(THIRDS, TEAMS):
        add_group(rows[ORGANISATION], rows[third])
    for group in range(rows.shape[0]):
        finish(rows[group], group, org, p)
