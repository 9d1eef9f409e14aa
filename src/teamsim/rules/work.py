"""Work: what a week yields."""

from teamsim.arithmetic import exp
from teamsim.chance import WORK, normal
from teamsim.compiler import rule
from teamsim.rules.clarity import balance, execution
from teamsim.rules.peers import left_alone, lifted_by_peers, worth
from teamsim.rules.safety import collaborate


@rule
def led(leader, p):
    """A weak leader costs a team output.  [S2-02]"""
    return 1.0 + p.leading_output * (leader.coaching - 0.5)


@rule
def hands(team, leader, style, p):
    """The leader's own hands on the team's work, while they are there.  [S2-15]"""
    each = leader.expertise / team.filled if team.filled > 0 and leader.expertise < team.filled else 1.0
    return 1.0 + p.hands_output * (style.own_work - 0.3) * each


@rule
def spurred(person, style, p):
    """Pay that follows performance spurs as far as one knows what earns it (Vroom 1964; Stajkovic & Luthans 2003)."""
    return 1.0 + p.incentive_output * (style.pay_spread - 0.3) * person.role_clarity * (1.0 + person.task_focus)


@rule
def do_work(person, team, leader, style, p):
    """Output from skill, effort and the fit of the work: hard goals lift it while skill reaches them (Locke & Latham 2002), weak work needs guidance, and attention to the task is output (Kluger & DeNisi 1996).  [S0-03, S0-22]"""
    person.effort = p.effort_floor + (1.0 - p.effort_floor) * person.engagement
    if person.gap > 0.0:
        excess = person.gap - p.overload_from if person.gap > p.overload_from else 0.0
        fit = (1.0 + p.goal_gain * person.gap / (person.gap + p.goal_half)) / (1.0 + p.overload_loss * excess)
    else:
        fit = 1.0 + p.easy_work_loss * person.gap
    pace = 1.0 + p.pressure_output * (style.pressure - 0.5) - p.strain_output * person.strain
    guidance = 1.0 - p.guidance_loss * person.under_control
    pace *= 1.0 - p.recovery_cost * (style.recovery - p.recovery_neutral)
    pace *= 1.0 - p.promise_cost * (style.commitments_kept - p.promises_usual)
    pace *= 1.0 + p.intensity_output * (person.intensity - 0.4)
    together = balance(person, team, style, p) * led(leader, p) * hands(team, leader, style, p) * execution(person, style, p) * collaborate(person, team, p) * lifted_by_peers(person, team, p) * left_alone(person, p)
    together *= (1.0 + p.feedback_output * person.task_focus) * spurred(person, style, p)
    luck = exp(p.work_noise * normal(person.luck, WORK) - 0.5 * p.work_noise * p.work_noise)
    person.output = p.output_scale * person.ramp * worth(person, person.result, p) * person.effort * fit * pace * guidance * together * luck
    person.contribution += p.contribution_rate * (person.output - person.contribution)
