"""Feedback: worth what it tells beyond what one knows; honest and specific, or a waste of time."""

from teamsim.compiler import rule


@rule
def hold_talk(person, leader, style, p):
    """A talk informs by as much as it is more accurate than self-knowledge; else it grates (Kluger & DeNisi 1996).  [S0-20, S0-21]"""
    person.felt_feedback -= p.feedback_fading * person.felt_feedback
    person.talk_clock += person.served / style.feedback_weeks
    person.talk = 0
    if person.talk_clock >= 1.0:
        person.talk_clock -= 1.0
        person.talk = 1
        accuracy = leader.insight * person.support * (0.4 + 0.3 * style.candour + 0.3 * style.feedback_specificity)
        news = accuracy - person.self_awareness
        if news > 0.0:
            worth = p.information_gain * news / (news + p.information_half)
            person.self_awareness += p.awareness_gain * news
        else:
            worth = p.empty_feedback_gain * news
        person.felt_feedback += p.feedback_weight * (worth - person.felt_feedback)


@rule
def feel_feedback(person, sensitivity, p):
    """What talks gave, felt the more the better one's own work is.  [S0-13, S0-20]"""
    person.pull.feedback = sensitivity * p.feedback_gain * person.felt_feedback
