"""Closeness: some camaraderie is needed, friendship makes the hard talk harder; what is put off comes back as fires."""

from teamsim.chance import HESITATION, uniform
from teamsim.compiler import rule


@rule
def hesitates(person, team, leader, style, p):
    """Whether a talk that is due is put off: the worse somebody does and the closer one is, unless one is candid; reports higher up feel like peers.  [S3-03, S3-04, S3-07]"""
    low = p.low_rating * 1.5 - person.rating
    if low <= 0.0:
        return False
    close = style.closeness - p.closeness_free if style.closeness > p.closeness_free else 0.0
    chance = (p.discomfort + p.peer_hesitation * team.tier) * (1.0 - style.candour) + p.hesitation_gain * close
    return uniform(person.luck, HESITATION) < chance


@rule
def firmness_left(style, p):
    """How readily low performance is taken on by somebody who is close.  [S3-04]"""
    close = style.closeness - p.closeness_free if style.closeness > p.closeness_free else 0.0
    left = style.firmness * (1.0 - p.hesitation_gain * close)
    return left if left > 0.0 else 0.0


@rule
def keep_backlog(people, team, leader, p):
    """Talks put off pile up; few problems mend themselves.  [S3-02, S3-07]"""
    leader.backlog -= p.backlog_fading * leader.backlog
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            if person.postponed == 1:
                leader.backlog += 1.0
            elif person.talk == 1 and leader.backlog >= 1.0:
                leader.backlog -= 1.0
