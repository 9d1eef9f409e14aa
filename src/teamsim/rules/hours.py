"""The leader's one budget of hours: what the style asks beyond it is served only in part."""

from teamsim.compiler import rule
from teamsim.rules.practice import use_ai


@rule
def hours_each(style, p):
    """Hours a week that a style asks for one person: every lever costs time (S0-25)."""
    return (
        p.talk_hours * (0.5 + style.feedback_specificity) / style.feedback_weeks
        + p.praise_hours * (0.5 + style.recognition_specificity) / style.recognition_weeks
        + style.coaching_hours
        + p.clarity_hours * style.clarity
        + p.cadence_hours / style.cadence_weeks
        + p.control_hours * (1.0 - style.autonomy)
        + p.light_touch_hours * style.light_touch
        + p.tailoring_hours * style.tailoring
        + p.sponsorship_hours * style.sponsorship
        + p.others_hours * style.others_first
    )


@rule
def fires(people, team, teams, p):
    """Hours that go to the teams of leaders who do not deliver.  [S3-02]"""
    hours = 0.0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.leads >= 0 and teams[person.leads].result < p.result_bar:
            hours += p.fire_hours * (p.result_bar - teams[person.leads].result) / p.result_bar
    return hours


@rule
def plan_hours(people, team, leader, style, teams, org, p):
    """Administration, own work and firefighting come first; the rest is shared out, to the best, the struggling or all alike.  [S0-25]"""
    firefighting = (
        p.vacancy_hours * (team.seats - team.filled)
        + p.support_hours * team.in_support
        + p.backlog_strain * leader.backlog
        + fires(people, team, teams, p)
    )
    administration = org.policies.admin_hours * use_ai(leader, style, p)
    free = leader.hours * (1.0 - p.own_work_hours * style.own_work) - administration - firefighting - style.reflection_hours
    if free < 0.0:
        free = 0.0
    each = hours_each(style, p)
    preference = p.time_gain * style.time_for
    weights = 0.0
    for seat in range(team.first, team.first + team.seats):
        if people[seat].present == 1:
            weights += 1.0 + preference * people[seat].standing
    asked = each * team.filled
    scale = free / (each * weights) if each * weights > 0.0 else 1.0
    given = 0.0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            share = scale * (1.0 + preference * person.standing)
            person.served = share if share < 1.0 else 1.0
            person.attention = each * person.served
            given += person.attention
    team.firefighting, team.hours_free, team.hours_asked = firefighting, free, asked
    team.hours_given = given if given < free else free
