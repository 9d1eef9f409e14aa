"""Feedback: worth what it tells beyond what one knows; honest and specific, or a waste of time."""

from teamsim.compiler import rule
from teamsim.rules.closeness import hesitates
from teamsim.rules.odds import level, logistic
from teamsim.rules.practice import insight
from teamsim.rules.system import fresh


@rule
def hold_talk(person, team, leader, style, p):
    """A talk informs by as much as it is more accurate than self-knowledge; else it grates; looking ahead tells less of where one stands, and the plain truth hurts who does less well.  [S0-20, S0-21, S1-01, S3-05, S3-06]"""
    person.felt_feedback -= p.feedback_fading * person.felt_feedback
    person.task_focus -= p.feedback_fading * person.task_focus
    person.talked -= p.feedback_fading * person.talked
    person.talk_clock += person.served / style.feedback_weeks
    person.talk, person.postponed = 0, 0
    if person.talk_clock >= 1.0 and hesitates(person, team, leader, style, p):
        person.talk_clock, person.postponed = 0.5, 1
    elif person.talk_clock >= 1.0:
        person.talk_clock -= 1.0
        person.talk = 1
        person.talked += p.feedback_weight * (1.0 - person.talked)
        accuracy = insight(leader, p) * fresh(style, p) * 1.3 * person.support * (0.4 + 0.3 * style.candour + 0.3 * style.feedback_specificity)
        news = accuracy * (1.0 - p.forward_news * (style.forward_share - 0.4)) - person.self_awareness
        heard = 1.0 - p.uptake_loss * team.tier * (1.0 - 0.5 * style.candour)
        if news > 0.0:
            worth = heard * p.information_gain * news / (news + p.information_half)
            person.self_awareness += p.awareness_gain * (level(accuracy) - person.self_awareness)
        else:
            worth = p.empty_feedback_gain * news
        if person.standing < 0.0:
            worth += p.candour_hurt * (style.candour - 0.6) * person.standing
        worth = 2.0 * level(0.5 + 0.5 * worth) - 1.0
        person.felt_feedback += p.feedback_weight * (worth - person.felt_feedback)
        draw_attention(person, leader, style, p)


@rule
def draw_attention(person, leader, style, p):
    """A talk draws attention to the task as far as it is specific, looks ahead, and comes from somebody trusted, who can lead and gets on with one (Ilgen, Fisher & Taylor 1979); else to oneself, away from it (Kluger & DeNisi 1996)."""
    manner = (style.feedback_specificity + style.forward_share + person.trust) / 3.0
    leading = leader.coaching + p.cues_rapport * person.rapport
    cues = manner + p.cues_leading * (leading - manner)
    aim = 2.0 * logistic(p.cues_slope * (cues - p.cues_even)) - 1.0
    person.task_focus += p.feedback_weight * (aim - person.task_focus)


@rule
def feel_feedback(person, style, sensitivity, p):
    """What talks gave, felt the more the better one's own work is; the more they told, the more they alienate the best where they lead to nothing.  [S0-13, S0-20, S1-15]"""
    barren = p.opportunity_neutral - style.opportunities
    worth, alienated = person.felt_feedback, 0.0
    if worth > 0.0:
        if barren > 0.0 and person.standing > 0.0:
            alienated = barren * person.standing * worth
        worth *= 1.0 - p.barren_feedback * barren
    person.pull.feedback = sensitivity * p.feedback_gain * worth - p.barren_gain * alienated
