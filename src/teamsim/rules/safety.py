"""Safety: whether a mistake can come to light, and be learnt from; new ideas need it."""

from teamsim.chance import IDEA, IDEA_LUCK, KEPT_QUIET, MISTAKE, uniform
from teamsim.compiler import rule


@rule
def meet_mistakes(person, team, style, p):
    """Who is stretched, worn or scattered errs more often, and keeps it quiet where blame is to be feared; what comes to light is met with curiosity or with blame, and safety grows slowly and goes quickly (Edmondson 1996, 1999).  [S4-09, S1-08]"""
    person.safety += p.safety_climate * (team.safety - person.safety)
    person.safety += p.safety_asking * style.asking * person.served * (1.0 - person.safety)
    beyond = person.gap if person.gap > 0.0 else 0.0
    person.erred, person.mistake = 0, 0
    worn = p.mistake_strain * person.strain + p.mistake_pressure * style.pressure + p.mistake_scattered * person.scattered
    if uniform(person.luck, MISTAKE) < p.mistake_rate * (1.0 + p.mistake_stretch * beyond + worn):
        person.erred = 1
        quiet = p.kept_quiet * (1.0 - style.curiosity) * (1.0 - person.safety)
        person.mistake = 0 if uniform(person.luck, KEPT_QUIET) < quiet else 1
    if person.mistake == 1:
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
        * (1.0 - p.mistake_cost * person.erred)
        * (1.0 - p.quiet_cost * (person.erred - person.mistake))
    )
