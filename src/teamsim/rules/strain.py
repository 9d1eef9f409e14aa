"""Strain: pressure, overload and control wear people down; resilience and care help to bear it."""

import math

from teamsim.compiler import rule


@rule
def logistic(x):
    """1 / (1 + exp(-x)), guarded at both ends."""
    if x < -700.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


@rule
def bear_strain(person, team, style, p):
    """Demands without resources exhaust (Bakker & Demerouti 2007).  [S4-17]"""
    overload = person.gap - p.overload_from if person.gap > p.overload_from else 0.0
    vacant = (team.seats - team.filled) / team.seats
    level = logistic(
        p.strain_start
        + p.pressure_strain * (style.pressure - 0.5)
        + p.overload_strain * overload
        + p.control_strain * person.over_control
        + p.vacancy_strain * vacant
        - p.resilience_strain * (person.resilience - 0.5)
        - p.care_strain * (person.felt_care - p.care_neutral)
    )
    person.strain += p.strain_rate * (level - person.strain)
    person.felt.strain = -p.strain_gain * (person.strain - p.strain_neutral)
