"""Autonomy: control helps where work is weak and grates where it is strong."""

from teamsim.compiler import rule


@rule
def meet_control(person, style, p):
    """Control follows how somebody is doing as far as the leader looks; the rest is too much or too little.  [S0-22, S1-06]"""
    needed = p.control_need * (1.0 - person.standing) * 0.5
    touch = p.light_touch_gain * style.light_touch * person.served
    control = (1.0 - style.autonomy) * (1.0 - touch) + needed * touch
    person.over_control = control - needed if control > needed else 0.0
    person.under_control = needed - control if needed > control else 0.0
    room = (1.0 - control) * (1.0 - p.neglect_autonomy * person.neglect)
    person.felt_autonomy += p.autonomy_rate * (room - person.felt_autonomy)


@rule
def feel_autonomy(person, sensitivity, p):
    """Room to decide draws with diminishing returns; being controlled beyond need drives away (Deci & Ryan 2000).  [S0-22, S1-06]"""
    room = person.felt_autonomy / (person.felt_autonomy + p.autonomy_half)
    person.pull.autonomy = sensitivity * (
        p.autonomy_gain * (room - p.autonomy_neutral) - p.over_control_gain * person.over_control
    )
