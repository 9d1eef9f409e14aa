"""One person's, one team's part of a week, found by number: what Mesa's agents call and the compiled driver loops over.

Arrays and numbers go in, because the compiler recognises an array a hundred times faster than a record.
"""

from teamsim.compiler import rule
from teamsim.rules import measures, week


@rule
def get_work(people, seat, teams, leaders, styles, number, org, p):
    """2. Work is set."""
    person = people[seat]
    week.get_work(person, teams[person.team], styles[number], org[0], p[0])


@rule
def meet_leader(people, seat, teams, leaders, styles, number, org, p):
    """3. Contact."""
    person = people[seat]
    week.meet_leader(person, teams[person.team], leaders[person.team], styles[number], p[0])


@rule
def feel_and_learn(people, seat, teams, leaders, styles, number, org, p):
    """4. People feel and learn."""
    person = people[seat]
    week.feel_and_learn(person, teams[person.team], leaders[person.team], styles[number], org[0], p[0])


@rule
def work(people, seat, teams, leaders, styles, number, org, p):
    """5. Work is done."""
    person = people[seat]
    week.work(person, teams[person.team], leaders[person.team], styles[number], org[0], p[0])


@rule
def stay_or_go(people, seat, teams, leaders, styles, number, org, p):
    """6. Stay or go."""
    week.stay_or_go(people[seat], styles[number], org[0], p[0])


@rule
def live_week(people, seat, teams, leaders, styles, number, org, p):
    """2. to 6. A person's week; nobody else's is read or written."""
    get_work(people, seat, teams, leaders, styles, number, org, p)
    meet_leader(people, seat, teams, leaders, styles, number, org, p)
    feel_and_learn(people, seat, teams, leaders, styles, number, org, p)
    work(people, seat, teams, leaders, styles, number, org, p)
    stay_or_go(people, seat, teams, leaders, styles, number, org, p)


@rule
def begin(people, teams, team, org, p):
    """Before the first week."""
    week.begin(people, teams[team], org[0], p[0])


@rule
def fork(people, org):
    """A history leaves another one."""
    week.fork(people, org[0])


@rule
def lead(people, teams, team, leaders, styles, number, org, p):
    """1. A leader plans."""
    week.lead(people, teams[team], leaders[team], styles[number], teams, org[0], p[0])


@rule
def measure(rows, people, teams, styles, style_at, org, p):
    """Measure the week."""
    measures.measure(rows, people, teams, styles, style_at, org[0], p[0])


@rule
def close_team(people, teams, team, leaders, styles, number, org, exits, kept, p):
    """7. A team closes its week."""
    return week.close_team(people, teams[team], leaders[team], styles[number], org[0], exits, kept, p[0])


@rule
def promote(people, teams, leaders, styles, style_at, org, p):
    """7. Empty chairs are filled."""
    week.promote(people, teams, leaders, styles, style_at, org[0], p[0])


@rule
def keep_calendar(people, teams, team, leaders, styles, number, org, p):
    """8. What is due."""
    week.keep_calendar(people, teams[team], leaders[team], styles[number], org[0], p[0])
