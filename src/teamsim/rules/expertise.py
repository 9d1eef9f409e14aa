"""A report who knows more than the leader: the topic is avoided and help loses its value, unless it is owned."""

from teamsim.compiler import rule


@rule
def help_that_arrives(person, leader, style, p):
    """Support falls once the report is the more skilled, less so where the leader says so openly.  [S0-08, S0-09, S0-10]"""
    ahead = person.skill / leader.expertise - 1.0
    if ahead > 0.0:
        avoidance = p.avoidance_gain * ahead / (ahead + p.avoidance_half)
        person.support = 1.0 - avoidance * (1.0 - p.owning_gain * style.owning_up)
    else:
        person.support = 1.0
