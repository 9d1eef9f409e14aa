"""The leader's own practice: leading is learnt over years, by little and often; a tired leader sees less."""

from teamsim.compiler import rule
from teamsim.rules.odds import logistic


@rule
def practise(leader, style, org, p):
    """Coaching grows by reflection and training towards what somebody could become (Arvey et al. 2006), more where senior leaders model it, and fades without.  [S4-16, S4-22, S4-24, S4-27, S1-16, S2-08, S4-23, S4-26]"""
    often = style.reflection_hours / (style.reflection_hours + p.practice_hours_half)
    push = 1.0 + p.training_gain * org.policies.coach_training + p.model_gain * org.policies.role_model
    pace = p.practice_rate * often * push * (0.5 + leader.self_awareness)
    room = leader.potential - leader.coaching if leader.potential > leader.coaching else 0.0
    leader.coaching += (pace if pace < 1.0 else 1.0) * room
    leader.coaching -= p.practice_fading * (1.0 - p.judged_gain * org.policies.judged_on_leading) * leader.coaching


@rule
def tire(leader, team, style, p):
    """A leader of whom more is asked than there are hours tires, and recovers with breaks.  [S4-03, S4-19]"""
    load = team.hours_asked / team.hours_free - 1.0 if team.hours_free > 0.0 else 3.0
    load = load if load < 3.0 else 3.0
    level = logistic(-1.0 + p.fatigue_overload * load + style.pressure - 2.0 * style.recovery)
    leader.fatigue += p.fatigue_rate * (level - leader.fatigue)


@rule
def use_ai(leader, style, p):
    """AI takes routine work off whoever is fluent in it, and adds to it for whoever is not.  Returns the share of administration that is left.  [S4-21]"""
    leader.ai_fluency += p.ai_learning * style.ai_share * (1.0 - leader.ai_fluency)
    saved = p.ai_hours * leader.ai_fluency - p.ai_friction * (1.0 - leader.ai_fluency)
    return 1.0 - style.ai_share * saved


@rule
def insight(leader, p):
    """What a tired leader still sees.  [S4-19]"""
    return leader.insight * (1.0 - p.fatigue_insight * leader.fatigue)
