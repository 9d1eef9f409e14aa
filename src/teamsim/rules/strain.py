"""Strain: pressure, overload and control wear people down; resilience and care help to bear it."""

from teamsim.compiler import rule
from teamsim.rules.odds import logistic


@rule
def misfit(person, p):
    """How far somebody who leads does not lead well, or would rather not.  [S2-04, S2-13]"""
    short = 0.5 - person.lead_skill if person.lead_skill < 0.5 else 0.0
    unwilling = 0.5 - person.wish_to_lead if person.wish_to_lead < 0.5 else 0.0
    return short + unwilling


@rule
def bear_strain(person, team, leader, style, p):
    """Demands without resources exhaust (Bakker & Demerouti 2007).  Stress with recovery makes resilient, without it depletes.  [S4-17, S4-18, S2-04, S2-05, S2-12]"""
    overload = person.gap - p.overload_from if person.gap > p.overload_from else 0.0
    vacant = (team.seats - team.filled) / team.seats
    level = logistic(
        p.strain_start
        + p.pressure_strain * (style.pressure - 0.5)
        + p.overload_strain * overload
        + p.control_strain * person.over_control
        + p.vacancy_strain * vacant
        - p.resilience_strain * (person.resilience - 0.5)
        - p.pressure_resilience * (style.pressure - 0.5) * (person.resilience - 0.5)
        + p.intensity_strain * (leader.intensity - 0.4)
        + (p.misfit_strain * misfit(person, p) if person.leads >= 0 else 0.0)
        - p.recovery_strain * (style.recovery - p.recovery_neutral)
        - p.care_strain * (person.felt_care - p.care_neutral)
        - p.disposition_strain * (person.disposition + person.affect)
    )
    person.strain += p.strain_rate * (level - person.strain)
    stress = person.strain - p.resilience_from
    if stress > 0.0:
        person.resilience += p.resilience_gain * stress * style.recovery * (1.0 - person.resilience)
        person.resilience -= p.resilience_loss * stress * (1.0 - style.recovery) * person.resilience
    person.pull.strain = -p.strain_gain * (person.strain - p.strain_neutral)
