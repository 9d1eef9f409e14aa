"""One person's, one team's part of a week, found by number: what Mesa's agents call, a phase a call."""

from teamsim.compiler import array, door, whole
from teamsim.parameters import Parameters
from teamsim.people import DatedEvent, ExitRecord, LeaderState, Measures, OrganisationState, PersonState, TeamState
from teamsim.rules import history, measures, week
from teamsim.style import Style

WORLD = {
    "people": array(PersonState), "teams": array(TeamState), "leaders": array(LeaderState),
    "org": array(OrganisationState), "styles": array(Style), "style_at": array("i", 2), "p": array(Parameters),
}  # fmt: skip
"""Whom and what a week is about: what every phase is given first."""
ONE = {"number": whole, "style": whole}
"""Whose turn it is, by number, and which style holds for them."""


@door(**WORLD, **ONE)
def get_work(people, teams, leaders, org, styles, style_at, p, number, style):
    """2. Work is set."""
    person = people[number]
    week.get_work(person, teams[person.team], styles[style], org[0], p[0])


@door(**WORLD, **ONE)
def meet_leader(people, teams, leaders, org, styles, style_at, p, number, style):
    """3. Contact."""
    person = people[number]
    week.meet_leader(person, teams[person.team], leaders[person.team], styles[style], p[0])


@door(**WORLD, **ONE)
def feel_and_learn(people, teams, leaders, org, styles, style_at, p, number, style):
    """4. People feel and learn."""
    person = people[number]
    week.feel_and_learn(person, teams[person.team], leaders[person.team], styles[style], org[0], p[0])


@door(**WORLD, **ONE)
def work(people, teams, leaders, org, styles, style_at, p, number, style):
    """5. Work is done."""
    person = people[number]
    week.work(person, teams[person.team], leaders[person.team], styles[style], org[0], p[0])


@door(**WORLD, **ONE)
def stay_or_go(people, teams, leaders, org, styles, style_at, p, number, style):
    """6. Stay or go."""
    week.stay_or_go(people[number], styles[style], org[0], p[0])


@door(**WORLD, **ONE)
def live_week(people, teams, leaders, org, styles, style_at, p, number, style):
    """2. to 6. A person's week; nobody else's is read or written."""
    person = people[number]
    week.live_week(person, teams[person.team], leaders[person.team], styles[style], org[0], p[0])


@door(**WORLD)
def begin(people, teams, leaders, org, styles, style_at, p):
    """Before the first week."""
    for number in range(teams.shape[0]):
        week.begin(people, teams[number], org[0], p[0])


@door(**WORLD, events=array(DatedEvent))
def open_week(people, teams, leaders, org, styles, style_at, p, events):
    """What is decided for this week, and what is dated for it."""
    history.reform(org)
    if org[0].week == org[0].fork.week:
        week.fork(people, org[0])
    history.apply_events(people, teams, styles, style_at, events, org[0], p[0])


@door(**WORLD, **ONE)
def lead(people, teams, leaders, org, styles, style_at, p, number, style):
    """1. A leader plans."""
    week.lead(people, teams[number], leaders[number], styles[style], teams, org[0], p[0])


@door(**WORLD, rows=array(Measures))
def measure(people, teams, leaders, org, styles, style_at, p, rows):
    """Measure the week."""
    measures.measure(rows, people, teams, styles, style_at, org[0], p[0])


@door(**WORLD, **ONE, exits=array(ExitRecord, 2), counts=array("i"))
def close_team(people, teams, leaders, org, styles, style_at, p, number, style, exits, counts):
    """7. A team closes its week; the exits are counted."""
    leader = leaders[number]
    counts[0] = week.close_team(people, teams[number], leader, styles[style], org[0], exits, 0, 0, p[0])


@door(**WORLD)
def promote(people, teams, leaders, org, styles, style_at, p):
    """7. Empty chairs are filled."""
    week.promote(people, teams, leaders, styles, style_at, org[0], p[0])


@door(**WORLD, **ONE)
def keep_calendar(people, teams, leaders, org, styles, style_at, p, number, style):
    """8. What is due."""
    week.keep_calendar(people, teams[number], leaders[number], styles[style], org[0], p[0])
