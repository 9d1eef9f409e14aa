"""Work: what a week yields."""

from teamsim.arithmetic import exp, log
from teamsim.chance import WORK, normal
from teamsim.compiler import rule
from teamsim.rules.clarity import balance, execution
from teamsim.rules.odds import bounded
from teamsim.rules.peers import left_alone, lifted_by_peers, worth
from teamsim.rules.safety import collaborate

LEAST = 0.001
"""The least that a week under the worst of leading yields, of what it would: a logarithm needs something."""


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
def fit(person, p):
    """How the work fits: hard goals lift it while skill reaches them (Locke & Latham 2002); what lies far beyond, or asks for less than one can do, is lost, and weak work needs guidance.  [S0-01, S0-03, S0-22]"""
    guided = 1.0 - p.guidance_loss * person.under_control
    if person.gap <= 0.0:
        return guided * (1.0 + p.easy_work_loss * person.gap)
    excess = person.gap - p.overload_from if person.gap > p.overload_from else 0.0
    return guided * (1.0 + p.goal_gain * person.gap / (person.gap + p.goal_half)) / (1.0 + p.overload_loss * excess)


@rule
def aided(person, team, leader, style, p):
    """What leading makes of a week, in logs: effort, clarity, cooperation and the rest add up, and are bounded together (Bloom et al. 2013)."""
    usual = p.effort_floor + (1.0 - p.effort_floor) * p.engagement_usual
    factors = person.effort / usual * (1.0 - p.strain_output * person.strain)
    factors *= balance(person, team, style, p) * led(leader, p) * hands(team, leader, style, p)
    factors *= execution(person, style, p) * collaborate(person, team, p) * left_alone(person, p)
    return bounded(p.aid_start + p.aid_gain * log(factors if factors > LEAST else LEAST), p.aid_limit)


@rule
def spurred(person, team, style, p):
    """What spurs to do more of what counts, in logs: attention to the task (Kluger & DeNisi 1996), pay that follows performance as far as one knows what earns it (Vroom 1964), and being valued (Stajkovic & Luthans 2003), or seeing others praised (Bradler et al. 2016).  With diminishing returns upwards and downwards, and one gets used to it."""
    money = p.incentive_output * (style.pay_spread - 0.3) * person.role_clarity * (1.0 + person.task_focus)
    valued = p.recognition_output * (person.felt_recognition - p.recognition_neutral)
    valued += p.praise_seen * team.praised * (1.0 - person.felt_recognition)
    spur = log((1.0 + p.feedback_output * person.task_focus) * (1.0 + money) * (1.0 + valued))
    fresh = spur - p.habit_share * person.used_to
    person.used_to += p.habit_rate * (spur - person.used_to)
    return p.spur_limit * (1.0 - exp(-fresh / p.spur_limit)) if fresh > 0.0 else p.spur_limit * (exp(fresh / p.spur_limit) - 1.0)


@rule
def working_time(style, p):
    """Working time: more under pressure, and less by breaks, by promises kept at a cost, by helping where that counts, and where work is turned down so that little is begun.  [S1-10, S4-02, S4-06, S4-17, S4-18]"""
    few = 1.0 - style.priorities / p.priorities_handled if style.priorities < p.priorities_handled else 0.0
    left = (1.0 + p.pressure_output * (style.pressure - 0.5)) * (1.0 - p.recovery_cost * (style.recovery - p.recovery_neutral)) * (1.0 - p.few_cost * few)
    left *= 1.0 - p.helping_cost * (style.recognition_breadth - 0.3)
    return left * (1.0 - p.promise_cost * (style.commitments_kept - p.promises_usual))


@rule
def do_work(person, team, leader, style, p):
    """Output: what somebody's skill comes to, how the work fits and what others add to it, the time there is, how things go for the team, and what leading makes of it.  [S0-03, S0-22]"""
    person.effort = p.effort_floor + (1.0 - p.effort_floor) * person.engagement
    usual = p.effort_floor + (1.0 - p.effort_floor) * p.engagement_usual
    own = worth(person, person.result, p) * (1.0 + p.intensity_output * (person.intensity - 0.4))
    peers = lifted_by_peers(person, team, p) * (1.0 - p.star_output * team.star_left)
    led_to = exp(p.circumstances_output * team.circumstances + aided(person, team, leader, style, p) + spurred(person, team, style, p))
    luck = exp(p.work_noise * normal(person.luck, WORK) - 0.5 * p.work_noise * p.work_noise)
    person.output = p.output_scale * person.ramp * own * usual * fit(person, p) * peers * working_time(style, p) * led_to * luck
    person.contribution += p.contribution_rate * (person.output - person.contribution)
