"""Careers: who leads which team, who is chosen to, and what that does to them."""

from teamsim.chance import ASSESSMENT, HIRING, LOT, mix, normal, uniform
from teamsim.compiler import rule
from teamsim.rules.pay import give_raise
from teamsim.rules.peers import take_stock_of_peers
from teamsim.rules.team import hire, take_stock

EXECUTIVE = 2
NOBODY = -1


@rule
def take_the_chair(people, team, leader, p):
    """Somebody with a seat of their own leads as well as they have learnt to; an empty chair is minded by someone on the side.  [S2-02, S2-03, S2-13]"""
    if team.leader_seat >= 0:
        boss = people[team.leader_seat]
        if boss.present == 1:
            reluctant = 0.5 - boss.wish_to_lead if boss.wish_to_lead < 0.5 else 0.0
            leader.expertise, leader.coaching = boss.skill, boss.lead_skill
            leader.insight = p.insight_floor + (1.0 - p.insight_floor) * boss.lead_skill
            leader.sponsorship = p.sponsor_floor + (1.0 - p.sponsor_floor) * boss.lead_skill
            leader.intensity, leader.self_awareness = boss.intensity, boss.self_awareness
            leader.potential = potential(boss, p)
            leader.hours = p.leading_hours * (1.0 - p.reluctance_hours * reluctant)
            team.direction, team.led_origin, team.led_entry = boss.role_clarity, boss.origin, boss.entry
            boss.weeks_leading += 1.0
        else:
            begin_to_lead(leader)
            leader.coaching, leader.hours, leader.intensity = 0.0, p.acting_hours, 0.4
            leader.insight, leader.sponsorship = p.insight_floor, p.sponsor_floor
            team.direction, team.led_origin, team.led_entry = 0.0, NOBODY, 0


@rule
def potential(person, p):
    """How well somebody could ever lead."""
    return p.potential_floor + (1.0 - p.potential_floor) * person.leadership


@rule
def begin_to_lead(leader):
    """A new leader comes rested, and owes nobody a talk."""
    leader.fatigue, leader.backlog, leader.ai_fluency = 0.3, 0.0, 0.3


@rule
def learn_to_lead(people, team, leader):
    """What a leader has learnt this week is theirs, and so is the team's result."""
    if team.leader_seat >= 0 and people[team.leader_seat].present == 1:
        people[team.leader_seat].lead_skill = leader.coaching
        people[team.leader_seat].result = team.result


@rule
def prepare(person, org, p):
    """Mentoring and trial leading before a promotion.  [S2-10]"""
    room = potential(person, p) - person.lead_skill
    if room > 0.0 and prepared(person, org, p):
        person.lead_skill += p.preparation_rate * org.policies.preparation * room


@rule
def prepared(person, org, p):
    """Who is prepared to lead: who wants to, and shows that they could.  [S2-10]"""
    return person.leads < 0 and person.leadership >= p.prepared_from and willing(person, org, p)


@rule
def rise_as_expert(person, org, p):
    """Prospects without having to lead draw the best.  [S2-11, S2-14]"""
    if person.standing > 0.0 and person.leads < 0:
        person.pull.growth += p.track_pull * (org.policies.expert_track - 0.2) * person.standing


@rule
def career_cost(person, org, p):
    """What preparing people to lead, and a track for the best as experts, cost in a week."""
    cost = 0.0
    if prepared(person, org, p):
        cost += p.preparation_cost * org.policies.preparation
    if person.third == 2 and person.leads < 0:
        cost += p.track_cost * org.policies.expert_track
    return cost


@rule
def willing(person, org, p):
    """Who wants to lead; more do where promotion is the only reward, fewer of the reluctant where experts can rise too.  [S2-11, S2-12, S2-13, S2-14]"""
    wish = person.wish_to_lead + p.carrot_gain * org.policies.only_carrot
    return wish - p.track_gain * org.policies.expert_track * (1.0 - person.wish_to_lead) > p.willing_from


@rule
def merit(person, org, p):
    """How a candidate looks: by results, by how well they would lead as far as that is found out, by lot.  [S2-01, S2-09, S2-14]"""
    luck = mix(person.key, org.week)
    policies = org.policies
    would_lead = 0.5 * (person.lead_skill + person.leadership)
    seen = p.merit_gain * (2.0 * would_lead - 1.0) + p.assessment_noise * (1.0 - policies.assessment) * normal(luck, ASSESSMENT)
    score = (1.0 - policies.promote_on_leading) * person.standing + policies.promote_on_leading * seen
    return (1.0 - policies.promote_by_lot) * score + policies.promote_by_lot * (2.0 * uniform(luck, LOT) - 1.0)


@rule
def choose(people, team, org, p):
    """The best and the second-best of those who are willing and have lived a week here; ties go by identity.  Returns their seats, -1 for nobody."""
    best, second = -1, -1
    highest, next_highest = 0.0, 0.0
    for seat in range(team.first, team.first + team.seats):
        person = people[seat]
        if person.present == 1 and person.leaving == 0 and person.tenure > 0.0 and willing(person, org, p):
            score = merit(person, org, p)
            if best < 0 or score > highest or (score == highest and person.identity > people[best].identity):
                second, next_highest = best, highest
                best, highest = seat, score
            elif second < 0 or score > next_highest or (
                score == next_highest and person.identity > people[second].identity
            ):
                second, next_highest = seat, score
    return best, second


@rule
def move(people, source, target, above, p):
    """Somebody leaves one seat for another and takes everything along but the seat, and what was remembered of other work."""
    there = people[target]
    seat_key, hires, leads, team = there.seat_key, there.hires, there.leads, there.team
    people[target] = people[source]
    there.seat_key, there.hires, there.leads, there.team = seat_key, hires, leads, team
    there.promoted, there.weeks_leading, there.weeks_vacant = 1, 0.0, 0.0
    there.renown, there.led_by, there.leader_lost, there.disappointed = p.promotion_renown, 0, 0.0, 0.0
    there.trust, there.weeks_mastered = p.trust_neutral, 0.0
    there.demand, there.gap = there.skill * (1.0 + p.hire_stretch), p.hire_stretch
    there.felt_recognition += p.promotion_recognition * (1.0 - there.felt_recognition)
    there.contribution, there.result = above.contribution, 1.0
    there.standing, there.third, there.top, there.support_weeks = 0.0, 1, 0, 0.0
    give_raise(there, p.promotion_raise)
    people[source].present, people[source].leaving, people[source].weeks_vacant = 0, 0, 0.0


@rule
def pass_over(person, style, org, p):
    """Not being chosen disappoints for months, less where one is told why (Keller & Dlugos 2021), and is the less fair the less one can know why.  [S1-11]"""
    untold = 1.0 - p.told_why * style.explaining
    person.passed_over = 1
    person.disappointed += untold * (1.0 - person.disappointed)
    person.felt_fairness -= p.passed_over_fairness * (1.0 - org.policies.transparency) * person.felt_fairness


@rule(rare=True)
def fill_chairs(people, teams, leaders, styles, style_at, org, p):
    """Empty chairs are filled from the team below, from the top level down; from outside where nobody there is willing."""
    for below in range(EXECUTIVE):
        level = EXECUTIVE - below
        for number in range(teams.shape[0]):
            team = teams[number]
            if team.leader_seat < 0 or people[team.leader_seat].present == 1:
                continue
            chair = people[team.leader_seat]
            above = teams[chair.team]
            if above.tier != level:
                continue
            best, second = choose(people, team, org, p)
            if best >= 0:
                move(people, best, team.leader_seat, above, p)
                if second >= 0:
                    pass_over(people[second], styles[style_at[above.schedule, org.week]], org, p)
                take_stock(people, team)
                take_stock_of_peers(people, team)
            elif chair.weeks_vacant > 0.0:
                coming = mix(mix(org.run_key, mix(chair.seat_key, chair.hires + 1)), org.week)
                if uniform(coming, HIRING) < 1.0 / org.market.hiring_weeks:
                    hire(chair, team.leader_seat, org, above, styles[style_at[above.schedule, org.week]], p)
            if chair.present == 1:
                team.schedule = chair.schedule
                begin_to_lead(leaders[number])
                take_stock(people, above)
                take_stock_of_peers(people, above)
