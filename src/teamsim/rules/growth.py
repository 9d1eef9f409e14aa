"""Growth: learning by stretch, coaching and feedback; and the sense of coming on."""

from teamsim.compiler import rule
from teamsim.rules.attention import sponsored
from teamsim.rules.peers import learn_from_peers


@rule
def learn(person, team, leader, style, p):
    """Skill grows by practice near the edge, by coaching and by mistakes where one is safe, faster with feedback that informs, towards what talent allows, and a little further where one is led to learn; what lies beyond fades.  [S0-06, S0-21, S1-03, S1-08, S4-12, S4-13, S1-02, S3-07, S3-11]"""
    practice = person.gap + p.practice_from if person.gap > -p.practice_from else 0.0
    asked = 1.0 - p.telling_learning * (0.4 - style.asking)
    coaching = style.coaching_hours * leader.coaching * person.support * person.served * asked
    news = person.felt_feedback if person.felt_feedback > 0.0 else 0.0
    news *= 1.0 + p.forward_gain * (style.forward_share - 0.4)
    pace = practice / (practice + p.practice_half) + p.coaching_learning * coaching / (coaching + p.coaching_half)
    if person.support_weeks > 0.0:
        pace += p.support_learning
    pace += p.plan_learning * (style.opportunities - p.opportunity_neutral)
    pace += p.forward_gain * (style.forward_share - 0.4) * person.talked
    pace = pace if pace > 0.0 else 0.0
    reach = p.skill_room * (1.0 + p.room_led * (2.0 * pace / (pace + p.pace_usual) - 1.0))
    room = 1.0 - person.skill / (person.talent * reach)
    if room > 0.0:
        if person.mistake == 1:
            person.skill += p.failure_learning * person.safety * room * person.skill
        learn_from_peers(person, team, style, room, p)
        person.skill += p.learning_rate * (p.pace_alone + pace) * (1.0 + p.feedback_learning * news) * room * person.skill
    else:
        person.skill -= p.skill_fading * (person.skill - person.talent * reach)
    person.ramp += p.ramp_rate * (1.0 - person.ramp)


@rule
def feel_growth(person, leader, style, sensitivity, p):
    """Development that really pushes, places of one's own, and prospects that a sponsor opens, with diminishing returns.  [S0-06, S0-11, S1-04]"""
    coaching = style.coaching_hours * leader.coaching * person.support * person.served
    sponsor = sponsored(person, leader, style, p)
    stretch = person.gap if person.gap > 0.0 else 0.0
    news = person.felt_feedback if person.felt_feedback > 0.0 else 0.0
    pushes = (
        p.growth_coaching * coaching
        + p.growth_sponsor * sponsor
        + p.growth_stretch * stretch
        + p.growth_feedback * news
        + p.growth_plan * style.opportunities * person.served
    )
    person.felt_growth += p.growth_rate * (pushes / (pushes + 1.0) - person.felt_growth)
    person.pull.growth = (
        sensitivity * (0.5 + person.need_growth) * p.growth_gain * (person.felt_growth - p.growth_neutral)
    )
