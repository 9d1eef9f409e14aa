"""The compiled driver: whole histories, one after another, over the same phases that Mesa calls one by one."""

from teamsim.chance import mix
from teamsim.compiler import rule
from teamsim.rules import one
from teamsim.rules.week import dated_event


@rule
def apply_events(people, teams, styles, style_at, events, week, p):
    """Apply what is dated for this week."""
    for number in range(events.shape[0]):
        event = events[number]
        if event.week == week:
            style = styles[style_at[event.schedule, week]]
            for seat in range(people.shape[0]):
                person = people[seat]
                if (
                    person.present == 1
                    and teams[person.team].schedule == event.schedule
                    and (event.identity == 0 or event.identity == person.identity)
                ):
                    dated_event(person, teams[person.team], event.kind, event.amount, style, p[0])


@rule
def live(people, teams, leaders, org, styles, style_at, events, p, measures, exits, life):
    """Live through all weeks of one run.  Returns how many left; more than `exits` holds means that some were not kept."""
    kept = 0
    for team in range(teams.shape[0]):
        one.begin(people, teams, team, org, p)
    for week in range(measures.shape[0]):
        org[0].week = week
        if week == org[0].fork.week:
            one.fork(people, org)
        apply_events(people, teams, styles, style_at, events, week, p)
        for team in range(teams.shape[0]):
            one.lead(people, teams, team, leaders, styles, style_at[teams[team].schedule, week], org, p)
        for team in range(teams.shape[0]):
            number, first, seats = style_at[teams[team].schedule, week], teams[team].first, teams[team].seats
            for seat in range(first, first + seats):
                if people[seat].present == 1:
                    one.live_week(people, seat, teams, leaders, styles, number, org, p)
        one.measure(measures[week], people, teams, styles, style_at, org, p)
        if life.shape[0] > 0:
            for seat in range(people.shape[0]):
                life[week, seat] = people[seat]
        for team in range(teams.shape[0]):
            number = style_at[teams[team].schedule, week]
            kept = one.close_team(people, teams, team, leaders, styles, number, org, exits, kept, p)
        one.promote(people, teams, leaders, styles, style_at, org, p)
        for team in range(teams.shape[0]):
            number = style_at[teams[team].schedule, week]
            one.keep_calendar(people, teams, team, leaders, styles, number, org, p)
    return kept


@rule
def live_many(
    seed,
    runs,
    redraws,
    start_people,
    start_teams,
    start_leaders,
    org,
    styles,
    style_at,
    events,
    p,
    people,
    teams,
    leaders,
    measures,
    exits,
    counts,
    life,
):
    """Live through one run after another, each from the same start, each with its own stream of chance.

    `runs` and `redraws` number these streams: of a run, and of what comes after the fork. The sets of parameters `p` are taken in turn. `measures[run, week, group]` come in as zeros; `people`, `teams` and `leaders` are scratch. Returns the runs done: fewer than
    asked for where the exits of the next did not fit, whose measures are then to be cleared.
    """
    kept = 0
    for run in range(measures.shape[0]):
        for seat in range(start_people.shape[0]):
            people[seat] = start_people[seat]
        for number in range(start_teams.shape[0]):
            teams[number] = start_teams[number]
            leaders[number] = start_leaders[number]
        org[0].run_key = mix(seed, runs[run])
        org[0].fork.redraw = redraws[run]
        own = int(runs[run]) % len(p)
        numbers = p[own : own + 1]
        left = live(people, teams, leaders, org, styles, style_at, events, numbers, measures[run], exits[kept:], life)
        if kept + left > exits.shape[0]:
            return run
        counts[run] = left
        kept += left
    return measures.shape[0]
