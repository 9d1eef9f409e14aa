"""Safety: whether a mistake can come to light, and be learnt from; new ideas need it."""

from teamsim.chance import IDEA, IDEA_LUCK, MISTAKE, uniform
from teamsim.compiler import rule


@rule
def meet_mistakes(person, team, style, p):
    """A mistake is met with curiosity or with blame: safety grows slowly and goes quickly (Edmondson 1999).  [S4-09, S1-08]"""
    person.safety += p.safety_climate * (team.safety - person.safety)
    person.safety += p.safety_asking * style.asking * person.served * (1.0 - person.safety)
    beyond = person.gap if person.gap > 0.0 else 0.0
    person.mistake = 0
    if uniform(person.luck, MISTAKE) < p.mistake_rate * (1.0 + p.mistake_stretch * beyond):
        person.mistake = 1
        person.safety += p.safety_gain * style.curiosity * (1.0 - person.safety)
        person.safety -= p.safety_loss * (1.0 - style.curiosity) * person.safety


@rule
def feel_safety(person, p):
    """Being able to speak up and to fail draws (Frazier et al. 2017).  [S4-08]"""
    person.pull.safety = p.safety_pull * (person.safety - p.safety_neutral)


@rule
def try_ideas(person, style, org, p):
    """Who is free, safe and trusting tries new things; rewarded conformity keeps them down.  [S1-07, S1-14, S4-05]"""
    rate = p.idea_rate * person.felt_autonomy * person.safety * person.trust
    person.tried, person.kept_idea = 0, 0
    if uniform(person.luck, IDEA) < rate * (1.0 - p.idea_conformity * org.policies.conformity):
        person.tried = 1
        if uniform(person.luck, IDEA_LUCK) < p.idea_success:
            person.kept_idea = 1


@rule
def collaborate(person, team, p):
    """Where people trust and are safe they share what they know; else they protect themselves.  [S4-04, S4-05, S4-08]"""
    return (
        (1.0 + p.cooperation_gain * (person.trust - p.trust_neutral))
        * (1.0 + p.safety_output * (team.safety - p.safety_neutral))
        * (1.0 + p.idea_output * team.ideas)
        * (1.0 - p.mistake_cost * person.mistake)
    )
