"""Clarity: what is expected and what comes first; too many priorities spread the work thin."""

from teamsim.compiler import rule


@rule
def find_focus(person, team, style, p):
    """Clarity follows what is said and is lost where everything comes first.  [S4-01, S4-02, S3-01, S3-09]"""
    excess = style.priorities - p.priorities_handled
    person.scattered = excess / (excess + p.priorities_half) if excess > 0.0 else 0.0
    handed_down = 1.0 + p.direction_gain * (team.direction - 0.5)
    said = style.clarity * handed_down * (0.5 + 0.5 * person.served) * (1.0 - p.clarity_scattering * person.scattered)
    said = said if said < 1.0 else 1.0
    person.role_clarity += p.clarity_rate * (said - person.role_clarity)


@rule
def check_in(person, style, p):
    """Obstacles come up and are cleared when commitments are looked at together.  [S4-14, S4-15]"""
    person.hindrance += p.hindrance_rate * (1.0 - person.hindrance)
    person.hindrance -= p.hindrance_clearing * person.served / style.cadence_weeks * person.hindrance


@rule
def feel_clarity(person, p):
    """Knowing what matters draws, obstacles drive away (LePine et al. 2005).  [S4-01, S4-15]"""
    person.pull.clarity = (
        p.clarity_pull * (person.role_clarity - p.clarity_neutral) - p.hindrance_pull * person.hindrance
    )


@rule
def execution(person, style, p):
    """What is left of a plan: unclear, scattered, unchecked or obstructed work yields less.  [S4-01, S4-02, S4-14, S4-25]"""
    unchecked = style.cadence_weeks / (style.cadence_weeks + p.cadence_half)
    slack = p.execution_loss * unchecked * (1.0 + p.slack_gain * (style.curiosity - 0.5))
    return (
        (1.0 + p.clarity_output * (person.role_clarity - p.clarity_neutral))
        * (1.0 - p.scattering_loss * person.scattered)
        * (1.0 - (slack if slack < 0.9 else 0.9))
        * (1.0 - p.hindrance_loss * person.hindrance)
    )


@rule
def balance(person, team, style, p):
    """Above the front line, clarity, accountability and autonomy count together or not at all.  [S3-10]"""
    accountable = p.cadence_half / (style.cadence_weeks + p.cadence_half)
    together = person.role_clarity * accountable * person.felt_autonomy
    return 1.0 + p.balance_gain * team.tier * (2.0 * together / (together + 0.125) - 1.0)
