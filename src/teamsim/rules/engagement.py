"""Engagement: what one feels, added up in log-odds, followed with a delay."""

from teamsim.compiler import rule
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
    pull = person.pull
    drawn = logistic(
        p.engage_start
        + p.engage_challenge * pull.challenge
        + p.engage_growth * pull.growth
        + p.engage_feedback * pull.feedback
        + p.engage_recognition * pull.recognition
        + p.engage_leader * pull.leader
        + p.engage_autonomy * pull.autonomy
        + p.engage_attention * pull.attention
        + p.engage_fairness * pull.fairness
        + p.engage_pay * pull.pay
        + p.engage_reward * pull.reward
        + p.engage_safety * pull.safety
        + p.engage_clarity * pull.clarity
        + p.engage_strain * pull.strain
        + p.engage_colleagues * pull.colleagues
    )
    person.engagement += p.engagement_rate * (drawn - person.engagement)
