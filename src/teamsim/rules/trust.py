"""Trust: built slowly by promises kept and honest talks, lost quickly by a breach."""

from teamsim.chance import COMMITMENT, uniform
from teamsim.compiler import rule
from teamsim.rules.odds import level


@rule
def keep_commitments(person, style, p):
    """A commitment falls due now and then and is kept or broken (Robinson 1996).  [S4-06, S4-07]"""
    due = uniform(person.luck, COMMITMENT)
    if due < p.commitment_rate * style.commitments_kept:
        person.trust += p.trust_gain * (1.0 - person.trust)
    elif due < p.commitment_rate:
        break_promise(person, p)


@rule
def give_evidence(person, leader, style, p):
    """Trust follows what it can see every week: reasons given, others put first (Mayer et al. 1995).  [S4-06, S2-07]"""
    seen = 0.3 + 0.7 * (style.explaining + style.others_first) / 2.0 + p.leading_trust * (leader.coaching - 0.5)
    seen += p.rapport_trust * person.rapport
    person.trust += p.evidence_rate * person.served * (level(seen) - person.trust)


@rule
def break_promise(person, p):
    """One broken promise undoes months, and makes people look around."""
    person.breach = 1
    person.trust -= p.trust_breach_loss * person.trust
    person.shock += p.breach_shock * (1.0 - person.shock)


@rule
def speak_honestly(person, style, p):
    """In a talk, honesty about performance and potential builds trust; politeness wears it down.  [S0-07]"""
    if person.talk == 1:
        person.trust += p.honesty_gain * person.support * (style.candour - person.trust)


@rule
def feel_leader(person, sensitivity, p):
    """Trust in the leader and felt care draw, the more the better one's own work is.  [S0-11, S0-13]"""
    person.pull.leader = sensitivity * (
        p.trust_weight * (person.trust - p.trust_neutral) + p.care_weight * (person.felt_care - p.care_neutral)
    )
