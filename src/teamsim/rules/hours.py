"""The leader's one budget of hours: what the style asks beyond it is served only in part."""

from teamsim.arithmetic import exp, log
from teamsim.compiler import rule
from teamsim.rules.practice import use_ai


@rule
def hours_each(style, p):
    """Hours a week that a style asks for one person: most levers cost time (S0-25)."""
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
        + p.asking_hours * style.asking
        + p.explaining_hours * style.explaining
        + p.promise_hours * style.commitments_kept
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
def turn(person, preference, p):
    """How much of the time is a person's turn: by how well they do, and how both get on."""
    return (1.0 + preference * person.standing) * exp(p.rapport_time * person.rapport)


@rule
def left_for_people(hours, leader, p):
    """What people get of what is left of a week: a little, whatever else is in the way."""
    least = p.hours_least * leader.hours
    if least <= 0.0 or hours >= 2.0 * least:
        return hours if hours > 0.0 else 0.0
    return least + least * exp(hours / least - 2.0)


@rule
def arrives(share, p):
    """What of a style arrives for a share of the hours that it asks: what is left undone first is what matters least."""
    if share >= 1.0:
        return 1.0
    return exp(p.served_bend * log(share)) if share > 0.0 else 0.0


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
    free = left_for_people(free, leader, p)
    each = hours_each(style, p)
    preference = p.time_gain * style.time_for
    weights = 0.0
    for seat in range(team.first, team.first + team.seats):
        if people[seat].present == 1:
            weights += turn(people[seat], preference, p)
    asked = each * team.filled
    scale = free / (each * weights) if each * weights > 0.0 else 1.0
    given = 0.0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            share = scale * turn(person, preference, p)
            person.served = arrives(share, p)
            person.attention = each * (share if share < 1.0 else 1.0)
            given += person.attention
    team.firefighting, team.hours_free, team.hours_asked = firefighting, free, asked
    team.hours_given = given if given < free else free
