"""Engagement: what one feels, added up in log-odds, followed with a delay."""

from teamsim.compiler import each, rule
from teamsim.people import ENGAGING
from teamsim.rules.odds import level, logistic
from teamsim.rules.system import fair_system


@rule
def feel_team(person, team, style, org, p):
    """Fairness follows how low performance is dealt with; colleagues who leave are missed and make people look around."""
    fair = p.fairness_neutral + p.fairness_swing * team.fairness_lift + fair_system(style, org, p)
    person.felt_fairness += p.fairness_rate * (level(fair) - person.felt_fairness)
    person.pull.fairness = p.fairness_gain * (person.felt_fairness - p.fairness_neutral)
    person.pull.colleagues = -p.departures_gain * team.departures
    jolt = p.departures_shock * team.departures + p.star_shock * team.star_left
    person.shock += (jolt if jolt < 1.0 else 1.0) * (1.0 - person.shock)


@rule
def become_engaged(person, p):
    """Engagement moves towards the sum of what is felt; pay above the market is not in it.  [S0-03, S0-13, S0-19, S0-21]"""
    drawn = p.engage_start
    for driver in each(ENGAGING):
        drawn += p["engage_" + driver] * person.pull[driver]
    person.engagement += p.engagement_rate * (logistic(drawn) - person.engagement)
