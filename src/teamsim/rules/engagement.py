"""Engagement: what one feels, added up in log-odds, followed with a delay."""

from teamsim.compiler import each, rule
from teamsim.people import ENGAGING
from teamsim.rules.odds import bounded, level, logistic
from teamsim.rules.system import fair_system


@rule
def feel_team(person, team, style, org, p):
    """Fairness follows how low performance is dealt with, and goes where some are friends (Yu et al. 2018); colleagues and leaders who leave are missed and make people look around.  [S3-04]"""
    friends = style.closeness - p.closeness_free if style.closeness > p.closeness_free else 0.0
    fair = p.fairness_neutral + p.fairness_swing * team.fairness_lift + fair_system(style, org, p) - p.favour_fairness * friends
    person.felt_fairness += p.fairness_rate * (level(fair) - person.felt_fairness)
    person.pull.fairness = p.fairness_gain * (person.felt_fairness - p.fairness_neutral)
    person.pull.colleagues = -p.departures_gain * team.departures
    jolt = p.departures_shock * team.departures + p.star_shock * team.star_left + p.leader_shock * person.leader_lost
    person.shock += (jolt if jolt < 1.0 else 1.0) * (1.0 - person.shock)


@rule
def become_engaged(person, team, p):
    """Engagement moves towards what a person brings along, how things go for the team, and what is felt, bounded together; pay above the market is not in it.  [S0-03, S0-13, S0-19, S0-21]"""
    felt = 0.0
    for driver in each(ENGAGING):
        felt += p["engage_" + driver] * person.pull[driver]
    drawn = p.engage_start + p.engage_disposition * person.disposition + p.engage_affect * person.affect
    drawn += p.engage_circumstances * team.circumstances
    drawn += p.engage_felt * bounded(felt, p.engage_limit)
    person.engagement += p.engagement_rate * (logistic(drawn) - person.engagement)
