"""Recognition: a stock of being valued that fades unless renewed."""

from teamsim.arithmetic import exp
from teamsim.compiler import rule
from teamsim.rules.odds import level
from teamsim.rules.system import timely


@rule
def receive_recognition(person, style, p):
    """Praise renews the stock, specific praise more (Stajkovic & Luthans 2003; Bradler et al. 2016).  [S0-23]"""
    person.felt_recognition -= p.recognition_fading * person.felt_recognition
    person.praise_clock += level(person.served * exp(p.rapport_praise * person.rapport) / style.recognition_weeks)
    if person.praise_clock >= 1.0:
        person.praise_clock -= 1.0
        praise(person, style, p)


@rule
def praise(person, style, p):
    """One occasion of recognition."""
    person.praise = 1
    worth = (p.praise_plain + p.praise_specific * style.recognition_specificity) * timely(style, p)
    person.felt_recognition += worth * (1.0 - person.felt_recognition)


@rule
def feel_recognition(person, p):
    """Being valued draws; not being valued drives away.  [S0-23, S1-09]"""
    person.pull.recognition = p.recognition_gain * (person.felt_recognition - p.recognition_neutral)
