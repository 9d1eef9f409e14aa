"""Whole histories: the weeks of many runs, over the same phases that Mesa calls one by one."""

from teamsim.chance import mix
from teamsim.compiler import array, door, lane, lanes, own, rule, word
from teamsim.parameters import Parameters
from teamsim.people import DatedEvent, ExitRecord, LeaderState, Measures, OrganisationState, PersonState, TeamState
from teamsim.rules import week
from teamsim.rules.measures import measure
from teamsim.style import Style


@rule
def apply_events(people, teams, styles, style_at, events, org, p):
    """Apply what is dated for this week."""
    for number in range(events.shape[0]):
        event = events[number]
        if event.week == org.week:
            style = styles[style_at[event.schedule, org.week]]
            for seat in range(people.shape[0]):
                person = people[seat]
                if (
                    person.present == 1
                    and teams[person.team].schedule == event.schedule
                    and (event.identity == 0 or event.identity == person.identity)
                ):
                    week.dated_event(person, teams[person.team], event.kind, event.amount, style, p)


@rule
def reform(org):
    """The house takes on what is decided for this week: its first row is the house of the moment."""
    for row in range(1, org.shape[0]):
        if org[row].week == org[0].week:
            run_key, redraw = org[0].run_key, org[0].fork.redraw
            org[0] = org[row]
            org[0].run_key, org[0].fork.redraw = run_key, redraw


@rule
def spend_week(people, team, leader, style, org, p):
    """2. to 6. The week of those who are there."""
    for seat in range(team.first, team.first + team.seats):
        if people[seat].present == 1:
            week.live_week(people[seat], team, leader, style, org, p)


@rule
def take_down(run, org, people, rows, measures, life):
    """Write the week into the results of a run."""
    for group in range(rows.shape[0]):
        measures[run, org.week, group] = rows[group]
    if life.shape[0] > 0:
        for seat in range(people.shape[0]):
            life[run, org.week, seat] = people[seat]


@rule
def live(run, people, teams, leaders, org, styles, style_at, events, p, rows, measures, exits, life):
    """Live through all weeks of a run.  Returns how many left; more than `exits` holds means that some were not kept."""
    kept = 0
    for number in range(teams.shape[0]):
        week.begin(people, teams[number], org[0], p)
    for now in range(measures.shape[1]):
        org[0].week = now
        reform(org)
        if now == org[0].fork.week:
            week.fork(people, org[0])
        apply_events(people, teams, styles, style_at, events, org[0], p)
        for number in range(teams.shape[0]):
            team = teams[number]
            week.lead(people, team, leaders[number], styles[style_at[team.schedule, now]], teams, org[0], p)
        for number in range(teams.shape[0]):
            team = teams[number]
            spend_week(people, team, leaders[number], styles[style_at[team.schedule, now]], org[0], p)
        measure(rows, people, teams, styles, style_at, org[0], p)
        take_down(run, org[0], people, rows, measures, life)
        for number in range(teams.shape[0]):
            team, leader = teams[number], leaders[number]
            style = styles[style_at[team.schedule, now]]
            kept = week.close_team(people, team, leader, style, org[0], exits, run, kept, p)
        week.promote(people, teams, leaders, styles, style_at, org[0], p)
        for number in range(teams.shape[0]):
            team, leader = teams[number], leaders[number]
            week.keep_calendar(people, team, leader, styles[style_at[team.schedule, now]], org[0], p)
    return kept


@door(
    seed=word, runs=array("u"), redraws=array("u"), sets=array(Parameters),
    start_people=array(PersonState), start_teams=array(TeamState), start_leaders=array(LeaderState),
    start_org=array(OrganisationState),
    styles=array(Style), style_at=array("i", 2), events=array(DatedEvent),
    people=own(PersonState), teams=own(TeamState), leaders=own(LeaderState), org=own(OrganisationState),
    p=own(Parameters), rows=own(Measures),
    measures=array(Measures, 3), exits=array(ExitRecord, 2), counts=array("i"), life=array(PersonState, 3),
)  # fmt: skip
def live_many(
    seed, runs, redraws, sets, start_people, start_teams, start_leaders, start_org, styles, style_at, events,
    people, teams, leaders, org, p, rows, measures, exits, counts, life,
):  # fmt: skip
    """Live through many runs, as many side by side as there are lanes, each with its own stream of chance.

    `runs` and `redraws` number these streams: of a run, and of what comes after the fork. Runs take the sets of
    parameters in turn. Results are by run: `measures` by week and group, `exits` with `counts` of them, and `life` by
    week and seat where it is asked for; where `counts` is larger than `exits` holds, some were not kept. `people` to
    `rows` are room to work in.
    """
    for first in range(0, runs.shape[0], lanes()):
        run = first + lane()
        if run < runs.shape[0]:
            for seat in range(start_people.shape[0]):
                people[seat] = start_people[seat]
            for number in range(start_teams.shape[0]):
                teams[number] = start_teams[number]
                leaders[number] = start_leaders[number]
            for row in range(start_org.shape[0]):
                org[row] = start_org[row]
            org[0].run_key = mix(seed, runs[run])
            org[0].fork.redraw = redraws[run]
            p[0] = sets[int(runs[run]) % (sets.shape[0] if sets.shape[0] > 1 else 1)]
            counts[run] = live(
                run, people, teams, leaders, org, styles, style_at, events, p[0], rows, measures, exits, life
            )
