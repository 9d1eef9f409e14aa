"""What is measured, summed in seat order; tables and charts only copy it."""

import math

from teamsim.chance import SURVEY, mix, normal
from teamsim.compiler import each, rule
from teamsim.people import MEANS, ROADS, STATES_OF_PEOPLE, STATES_OF_TEAMS, Measures
from teamsim.rules.careers import EXECUTIVE, career_cost
from teamsim.rules.staying import total

OFFERED, EXHAUSTED, DISMISSED = (ROADS.index(road) for road in ("offer", "exhaustion", "dismissed"))
ORGANISATION, THIRDS, TEAMS = 0, 1, 4
"""Rows of a week's measures: the organisation, its three thirds, then each team."""


@rule
def clear(row):
    """Begin anew with nothing added."""
    for measure in each(Measures):
        row[measure] = 0.0


@rule
def add_person(row, person, tier, style, org, p):
    """Add a person's week to the sums of a group."""
    for measure, state in each(STATES_OF_PEOPLE):
        row[measure] += person[state]
    row.people += 1.0
    row.development_cost += p.opportunity_cost * style.opportunities + career_cost(person, org, p)
    row.belief += total(person.belief)
    if person.offer > 0.0:
        row.offers += 1.0
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
        row.replacement_cost += (p.replacement_executive if tier == EXECUTIVE else p.replacement_share) * 52.0


@rule
def add_team(row, team):
    """Add what belongs to a team rather than to its people."""
    for measure, state in each(STATES_OF_TEAMS):
        row[measure] += team[state]
    row.vacancies += team.seats - team.filled


@rule
def finish(row, group, org, p):
    """Turn sums into means, and into money; an empty group is measured as zero."""
    row.pay_cost = row.pay
    row.net_value = org.policies.value_of_output * row.output - row.pay_cost - row.development_cost - row.replacement_cost
    row.survey = 0.0
    if row.people > 0.0:
        share = 1.0 / row.people
        row.output_per_person = row.output * share
        for measure in each(MEANS):
            row[measure] *= share
        luck = mix(mix(org.run_key, org.week), group)
        row.survey = row.engagement + p.survey_noise * normal(luck, SURVEY) / math.sqrt(row.people)


@rule
def measure_team(rows, people, team, number, style, org, p):
    """Add up a team's week: for the organisation and its thirds, and by itself where there is room for it."""
    add_team(rows[ORGANISATION], team)
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            add_person(rows[ORGANISATION], person, team.tier, style, org, p)
            add_person(rows[THIRDS + person.third], person, team.tier, style, org, p)
            if rows.shape[0] > TEAMS:
                add_person(rows[TEAMS + number], person, team.tier, style, org, p)
    if rows.shape[0] > TEAMS:
        add_team(rows[TEAMS + number], team)


@rule
def measure(rows, people, teams, styles, style_at, org, p):
    """Measure the week before anybody leaves."""
    for group in range(rows.shape[0]):
        clear(rows[group])
    for number in range(teams.shape[0]):
        team = teams[number]
        measure_team(rows, people, team, number, styles[style_at[team.schedule, org.week]], org, p)
    for group in range(rows.shape[0]):
        finish(rows[group], group, org, p)
