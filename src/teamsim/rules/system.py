"""The performance system: what the organisation's criteria, rewards and opportunities make of a leader's style."""

from teamsim.compiler import rule


@rule
def feel_reward(person, style, org, p):
    """A visible link of performance and reward draws the best; one measure for all does not; more than output counts, a say counts; and one's own raise, against what one could hope for.  [S1-12, S1-13, S1-17, S1-19]"""
    link = p.reward_gain * (style.pay_spread - 0.3) * (0.5 + org.policies.transparency)
    pull = link * person.standing
    if person.standing > 0.0:
        pull += person.standing * (
            p.voice_gain * (org.policies.voice - 0.2)
            + p.breadth_gain * (style.recognition_breadth - 0.3)
            - p.standard_gain * (org.policies.standardisation - 0.4)
            - p.conformity_gain * (org.policies.conformity - 0.3)
        )
    person.reward_gap -= p.reward_gap_fading * person.reward_gap
    person.pull.reward = pull + p.reward_gap_gain * person.reward_gap


@rule
def fair_system(style, org, p):
    """Open criteria, and recognition of more than output, add to fairness (Colquitt et al. 2001); pay that differs for reasons nobody knows takes from it (Trevor et al. 2012).  [S1-10, S1-11]"""
    return (
        p.transparency_fairness * (org.policies.transparency - 0.5)
        + p.breadth_fairness * (style.recognition_breadth - 0.3)
        + p.spread_fairness * (style.pay_spread - 0.3) * (org.policies.transparency - 0.5)
    )


@rule
def fresh(style, p):
    """What a talk still tells when it comes: information ages.  [S1-01, S1-02]"""
    return p.freshness_half / (p.freshness_half + style.feedback_weeks)


@rule
def timely(style, p):
    """What praise is still worth when it comes.  [S1-09]"""
    return p.timeliness_half / (p.timeliness_half + style.recognition_weeks)
