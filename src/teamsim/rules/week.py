"""The order of a week. People read what last week left and write only their own: the order of people cannot matter."""

from teamsim.chance import REDRAWN, mix
from teamsim.compiler import rule
from teamsim.people import DEEDS
from teamsim.rules.affect import change_circumstances, live_on
from teamsim.rules.attention import feel_attention, feel_care
from teamsim.rules.autonomy import feel_autonomy, meet_control
from teamsim.rules.careers import fill_chairs, learn_to_lead, prepare, rise_as_expert, take_the_chair
from teamsim.rules.challenge import feel_challenge, set_work
from teamsim.rules.clarity import check_in, feel_clarity, find_focus
from teamsim.rules.closeness import keep_backlog
from teamsim.rules.engagement import become_engaged, feel_team
from teamsim.rules.expertise import help_that_arrives
from teamsim.rules.feedback import feel_feedback, hold_talk
from teamsim.rules.growth import feel_growth, learn
from teamsim.rules.hours import plan_hours
from teamsim.rules.pay import compare_pay, feel_pay, give_raise, read_pay_as_worth
from teamsim.rules.peers import deliver, take_stock_of_peers, wait_to_be_told
from teamsim.rules.performance import dismiss, rank_members, review
from teamsim.rules.practice import practise, tire
from teamsim.rules.recognition import feel_recognition, praise, receive_recognition
from teamsim.rules.relations import meet_who_leads
from teamsim.rules.safety import feel_safety, meet_mistakes, try_ideas
from teamsim.rules.staying import discount, go_exhausted, look_around, make_plans, revise_belief, take_or_leave_offer
from teamsim.rules.strain import bear_strain
from teamsim.rules.system import feel_reward
from teamsim.rules.team import find_stream, leave_and_come, take_stock
from teamsim.rules.trust import break_promise, feel_leader, give_evidence, keep_commitments, speak_honestly
from teamsim.rules.work import do_work

RAISE, BROKEN_PROMISE, PRAISE, DISMISSAL = range(len(DEEDS))
RANKING_WEEKS = 4


@rule
def begin(people, team, org, p):
    """Before the first week: everybody finds their stream of chance, and the team takes stock."""
    for seat in range(team.first, team.first + team.seats):
        find_stream(people[seat], org.run_key)
    take_stock(people, team)
    rank_members(people, team)
    compare_pay(people, team)
    take_stock_of_peers(people, team)


@rule
def fork(people, org):
    """Where a history leaves another one, everybody finds a new stream of chance; what has been stays."""
    if org.fork.redraw > 0:
        org.run_key = mix(mix(org.run_key, REDRAWN), org.fork.redraw)
        for seat in range(people.shape[0]):
            people[seat].key = mix(org.run_key, people[seat].identity)


@rule
def dated_event(person, team, kind, amount, style, p):
    """What a plan holds for this very week."""
    if kind == RAISE:
        give_raise(person, amount)
    elif kind == BROKEN_PROMISE:
        break_promise(person, p)
    elif kind == PRAISE:
        praise(person, style, p)
    elif kind == DISMISSAL:
        dismiss(person, team, p)


@rule
def lead(people, team, leader, style, teams, org, p):
    """1. Things go as they go for the team, and leaders plan."""
    change_circumstances(people, team, org, p)
    take_the_chair(people, team, leader, p)
    practise(leader, style, org, p)
    learn_to_lead(people, team, leader)
    plan_hours(people, team, leader, style, teams, org, p)
    tire(leader, team, style, p)


@rule
def get_work(person, team, style, org, p):
    """2. Work is set."""
    person.luck = mix(person.key, org.week)
    live_on(person, p)
    meet_who_leads(person, team, p)
    set_work(person, team, style, p)
    find_focus(person, team, style, p)
    check_in(person, style, p)


@rule
def meet_leader(person, team, leader, style, p):
    """3. Contact."""
    help_that_arrives(person, leader, style, p)
    meet_control(person, style, p)
    hold_talk(person, team, leader, style, p)
    receive_recognition(person, style, p)
    keep_commitments(person, style, p)
    speak_honestly(person, style, p)
    give_evidence(person, leader, style, p)
    meet_mistakes(person, team, style, p)


@rule
def feel_and_learn(person, team, leader, style, org, p):
    """4. People feel and learn: management is felt the more, the better one's own work is.  [S0-13]"""
    sensitivity = 1.0 + p.sensitivity_gain * person.standing if person.standing > 0.0 else 1.0
    feel_challenge(person, style, p)
    feel_attention(person, sensitivity, p)
    feel_care(person, leader, style, p)
    feel_leader(person, sensitivity, p)
    feel_feedback(person, style, sensitivity, p)
    feel_recognition(person, p)
    feel_autonomy(person, sensitivity, p)
    feel_growth(person, leader, style, sensitivity, p)
    feel_pay(person, team, org, p)
    read_pay_as_worth(person, p)
    feel_reward(person, style, org, p)
    feel_safety(person, p)
    feel_clarity(person, p)
    feel_team(person, team, style, org, p)
    bear_strain(person, team, leader, style, p)
    prepare(person, org, p)
    rise_as_expert(person, org, p)
    become_engaged(person, team, p)
    wait_to_be_told(person, style, p)
    learn(person, team, leader, style, p)


@rule
def work(person, team, leader, style, org, p):
    """5. Work is done, and new things are tried."""
    do_work(person, team, leader, style, p)
    try_ideas(person, style, org, p)


@rule
def stay_or_go(person, style, org, p):
    """6. Stay or go; who is already leaving works out the notice."""
    revise_belief(person, p)
    if org.fork.person > 0 and org.week >= org.fork.week and person.identity == org.fork.person:
        discount(person.belief, org.fork.kept)
    make_plans(person, p)
    look_around(person, p)
    person.offer = 0.0
    person.countered = 0
    if person.leaving == 0:
        take_or_leave_offer(person, style, org, p)
    if person.leaving == 0:
        go_exhausted(person, p)


@rule
def live_week(person, team, leader, style, org, p):
    """2. to 6. A person's week; nobody else's is read or written."""
    get_work(person, team, style, org, p)
    meet_leader(person, team, leader, style, p)
    feel_and_learn(person, team, leader, style, org, p)
    work(person, team, leader, style, org, p)
    stay_or_go(person, style, org, p)


@rule
def close_team(people, team, leader, style, org, exits, run, kept, p):
    """7. Team: who left is recorded, vacancies are filled, and the team takes stock for next week."""
    keep_backlog(people, team, leader, p)
    deliver(people, team, p)
    kept = leave_and_come(people, team, style, org, exits, run, kept, p)
    take_stock(people, team)
    take_stock_of_peers(people, team)
    return kept


@rule
def promote(people, teams, leaders, styles, style_at, org, p):
    """7. Empty chairs are filled, from the top level down."""
    fill_chairs(people, teams, leaders, styles, style_at, org, p)


@rule
def keep_calendar(people, team, leader, style, org, p):
    """8. Calendar: ranking, and reviews when due."""
    if (org.week + 1) % RANKING_WEEKS == 0:
        rank_members(people, team)
    if (org.week + 1) % org.policies.review_weeks == 0:
        review(people, team, leader, style, org, p)
        compare_pay(people, team)
    elif (org.week + 1) % RANKING_WEEKS == 0:
        compare_pay(people, team)
