"""Challenge: work that stretches a little beyond present skill motivates; work long mastered bores."""

from teamsim.arithmetic import exp
from teamsim.chance import ASSIGNMENT, uniform
from teamsim.compiler import rule
from teamsim.rules.strain import misfit


@rule
def set_work(person, team, style, p):
    """Work is set for the average or for the person; who has mastered the last challenge may be given the next.  [S0-01, S0-05]"""
    own = p.tailoring_gain * style.tailoring * person.served
    reference = team.skill + own * (person.skill - team.skill)
    aim = reference * (1.0 + p.stretch_span * (style.challenge - p.stretch_even))
    person.stretched = 0
    if uniform(person.luck, ASSIGNMENT) < p.assignment_gain * (0.25 + 0.75 * person.served):
        if aim > person.demand and person.skill >= person.demand * (1.0 - p.mastery_tolerance):
            person.demand = aim
            person.weeks_mastered = 0.0
            person.stretched = 1
        elif aim < person.demand and person.skill < person.demand:
            person.demand = aim


@rule
def feel_challenge(person, style, p):
    """Motivation peaks slightly above present skill (flow: Csikszentmihalyi 1990); boredom grows with time since mastery; pressure spurs whoever is not exhausted (LePine et al. 2005).  [S0-03, S0-04]"""
    person.gap = person.demand / person.skill - 1.0 if person.skill > 0.0 else 0.0
    if person.skill >= person.demand * (1.0 + p.mastery_margin):
        person.weeks_mastered += 1.0
    elif person.weeks_mastered > p.mastery_recovery:
        person.weeks_mastered -= p.mastery_recovery
    else:
        person.weeks_mastered = 0.0
    distance = (person.gap - p.stretch_optimum) / p.stretch_width
    person.felt_challenge = exp(-distance * distance) if distance * distance < 600.0 else 0.0
    bored = person.weeks_mastered / (person.weeks_mastered + p.boredom_weeks)
    need = 0.5 + person.need_growth
    person.pull.challenge = need * (
        p.stretch_gain * (person.felt_challenge - p.stretch_neutral) - p.boredom_gain * bored
    )
    person.pull.challenge += p.pressure_drive * (style.pressure - 0.5) * (1.0 - 2.0 * person.strain)
    if person.leads >= 0:
        person.pull.challenge -= p.misfit_pull * misfit(person, p)
