"""Who leads one: how one gets on with them, and what it does when somebody else does from now on."""

from teamsim.chance import RAPPORT, mix, normal
from teamsim.compiler import rule


@rule
def meet_who_leads(person, team, p):
    """A leader gets on with each report in another way (Martin et al. 2016); one who goes is missed by who trusted them, and leaves more readily (Ballinger et al. 2010); trust and care begin mostly anew with the next."""
    person.leader_lost -= p.leader_lost_fading * person.leader_lost
    nobody, leader = mix(0, 0), mix(team.led_origin + 1, team.led_entry)
    if person.led_by != leader:
        if person.led_by != 0 and person.led_by != nobody:
            person.leader_lost += person.trust * (1.0 - person.leader_lost)
        if person.led_by != 0 and leader != nobody:
            person.trust += p.begin_anew * (p.trust_neutral - person.trust)
            person.felt_care += p.begin_anew * (p.care_neutral - person.felt_care)
        person.led_by = leader
        person.rapport = normal(mix(person.key, leader), RAPPORT)
