"""Peers: the best lift those around them and are learnt from; who is always told stops finding out."""

from teamsim.compiler import rule


@rule
def learn_from_peers(person, team, style, room, p):
    """Skill spreads from the best as far as there is room for it, more where helping counts; it goes with them when they go.  [S1-18, S1-10, S4-10]"""
    ahead = team.best - person.skill
    if ahead > 0.0:
        passed_on = 1.0 + p.helping_gain * (style.recognition_breadth - 0.3)
        person.skill += p.peer_learning * (passed_on if passed_on > 0.0 else 0.0) * ahead * room


@rule
def lifted_by_peers(person, team, p):
    """Stars lift the output of those around them (Azoulay et al. 2010), and whoever can do less than the others keeps up with them (Mas & Moretti 2009).  [S1-18]"""
    behind = 1.0 - person.skill / team.skill if team.skill > person.skill else 0.0
    return 1.0 + p.peer_lift * team.stars + p.peer_pressure * behind


@rule
def wait_to_be_told(person, style, p):
    """Answers given make dependent, questions asked make independent.  [S4-11]"""
    told = (1.0 - style.asking) * (1.0 - person.felt_autonomy)
    person.dependence += p.dependence_rate * (told - person.dependence)


@rule
def left_alone(person, p):
    """Who waits for a leader without time gets less done.  [S4-11]"""
    return 1.0 - p.dependence_loss * person.dependence * (1.0 - person.served)


@rule
def worth(person, result, p):
    """What somebody's skill comes to: in who leads, mostly the result of their team, and little work of their own.  [S2-06, S3-11]"""
    if person.leads < 0:
        return person.skill
    return p.managing_worth * result + (1.0 - p.managing_worth) * p.managing_own * person.skill


@rule
def deliver(people, team, p):
    """What the week's work comes to: the team's result, better ways from ideas that were kept, and praise that all have seen.  [S3-02, S4-08]"""
    output, promise, kept, praised = 0.0, 0.0, 0, 0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            output += person.output
            promise += worth(person, 1.0, p)
            kept += person.kept_idea
            praised += person.praise
    team.result += p.contribution_rate * ((output / promise if promise > 0.0 else 0.0) - team.result)
    team.praised -= p.recognition_fading * team.praised
    team.praised += (1.0 - team.praised) * praised / team.seats
    team.ideas -= p.idea_fading * team.ideas
    team.ideas += p.idea_worth * kept * (1.0 - team.ideas) if p.idea_worth * kept < 1.0 else 1.0 - team.ideas


@rule
def take_stock_of_peers(people, team):
    """What people will read next week: the climate, the skill of the best, and how far these stand out."""
    present, safety, skill, best, stars = 0, 0.0, 0.0, 0.0, 0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1:
            present += 1
            safety += person.safety
            skill += person.skill
            if person.top == 1:
                stars += 1
                best += person.skill
    if present > 0:
        team.safety = safety / present
    team.best, team.stars = 0.0, 0.0
    if stars > 0 and skill > 0.0:
        team.best = best / stars
        out = 1.0 - (skill / present) / team.best if team.best > 0.0 else 0.0
        team.stars = out if out > 0.0 else 0.0
