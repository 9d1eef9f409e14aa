"""The start: from what is said of a scenario, and of how it is led, to the records that every history starts from."""

from teamsim.chance import identity_in, mix
from teamsim.compiler import array, door, each, rule, truth
from teamsim.people import (
    DatedEvent,
    Drivers,
    Fork,
    LeaderStart,
    LeaderState,
    Market,
    OrganisationState,
    PersonState,
    PlannedEvent,
    PlanRow,
    Policies,
    Start,
    StyleChange,
    TeamStart,
    TeamState,
)
from teamsim.rules.team import identity_of_hire

USUAL_PERSON = tuple((name, state.default) for name, state in PersonState.quantities().items())
USUAL_DRIVERS = tuple((name, driver.default) for name, driver in Drivers.quantities().items())
USUAL_TEAM = tuple((name, state.default) for name, state in TeamState.quantities().items())
"""How everything starts of which a scenario says nothing: as it is declared."""
FIRST_HOLDER, FIRST_LEADER = 0, 1
"""Who holds the first plans: everybody who is not named, then the leaders of teams in order; after them, others."""


@rule
def seat_key(letters, begins, person, team, place, filled):
    """What names a seat: who first sits there, or where nobody does, its team and the place in it.

    `person` and `team` are numbers of names.
    """
    name = person if place < filled else team
    key = identity_in(letters, begins[name], begins[name + 1])
    return key if place < filled else mix(key, place)


@rule
def clear(person):
    """A seat before anybody sits there."""
    for name, value in each(USUAL_PERSON):
        person[name] = value
    for name, value in each(USUAL_DRIVERS):
        person.pull[name], person.belief[name] = value, value


@rule
def sit_down(person, start):
    """Somebody of the first cast takes the seat, which bears their name, and is used to the pay that they have."""
    for name in each(Start):
        person[name] = start[name]
    person.identity, person.present = person.seat_key, 1
    person.pay_reference = person.pay_ratio


@rule
def fill_seats(people, team, number, cast_people, met, seated, letters, begins):
    """Seat by seat: the team's people take the first ones, in order; the others are empty at the start."""
    for place in range(team.seats):
        seat = team.first + place
        person = people[seat]
        clear(person)
        person.team, person.origin = number, seat
        person.seat_key = seat_key(letters, begins, met + place, cast_people.shape[0] + number, place, team.filled)
        if place < team.filled:
            sit_down(person, cast_people[met + place])
            seated[met + place] = seat
        else:
            person.ramp = 0.0


@rule
def form_teams(people, teams, leaders, cast_people, cast_teams, cast_leaders, seated, letters, begins):
    """Team by team, each where the last one ends."""
    first, met = 0, 0
    for number in range(teams.shape[0]):
        team = teams[number]
        for name, value in each(USUAL_TEAM):
            team[name] = value
        for name in each(TeamStart):
            team[name] = cast_teams[number][name]
        team.first = first
        fill_seats(people, team, number, cast_people, met, seated, letters, begins)
        for name in each(LeaderStart):
            leaders[number][name] = cast_leaders[number][name]
        first += team.seats
        met += team.filled


@rule
def hand_out_plans(people, teams, led_by, others, seated):
    """A team is led by its leader's plan; whoever leads from a seat, or is named, has that plan as their own."""
    for number in range(teams.shape[0]):
        team = teams[number]
        team.schedule = FIRST_LEADER + number
        if led_by[number] >= 0:
            team.leader_seat = seated[led_by[number]]
            leader = people[team.leader_seat]
            leader.leads, leader.schedule = number, team.schedule
    for other in range(others.shape[0]):
        people[seated[others[other]]].schedule = FIRST_LEADER + teams.shape[0] + other


@rule
def decide(state, policies):
    """What the organisation decides for its leaders."""
    for name in each(Policies):
        state.policies[name] = policies[name]


@rule
def set_up(state, market, policies, fork, plans):
    """The organisation of the first week."""
    state.run_key, state.week, state.plans = 0, 0, plans
    for name in each(Market):
        state.market[name] = market[name]
    for name in each(Fork):
        state.fork[name] = fork[name]
    for name in each(Drivers):
        state.fork.kept[name] = fork.kept[name]
    decide(state, policies)


@rule
def date_policies(org, plan, changes, policies):
    """What the organisation becomes: a row for each week in which the plan decides on policies, after the first row."""
    row = 0
    for number in range(plan.first_change, plan.first_change + plan.changes):
        change = changes[number]
        if change.policies >= 0:
            row += 1
            org[row] = org[0]
            org[row].week = change.week
            decide(org[row], policies[change.policies])


@rule
def date_styles(style_at, holder, plan, changes):
    """Whoever holds a plan leads by each of its styles from its week on; the next one is written over it."""
    for number in range(plan.first_change, plan.first_change + plan.changes):
        for week in range(changes[number].week, style_at.shape[1]):
            style_at[holder, week] = changes[number].style


@rule
def identity_meant(event, people, seated):
    """Whom an event is for; 0 for the whole team."""
    if event.person >= 0:
        return people[seated[event.person]].identity
    if event.entry > 0:
        return identity_of_hire(people[event.origin].seat_key, event.entry)
    return 0


@rule
def date(events, count, week, holder, given, first, last, people, seated):
    """Keep those of some events that are for this week.  Returns how many there are by now."""
    for number in range(first, last):
        event = given[number]
        if event.week == week:
            dated = events[count]
            dated.week, dated.schedule = week, holder
            dated.kind, dated.amount = event.kind, event.amount
            dated.identity = identity_meant(event, people, seated)
            count += 1
    return count


@rule
def next_week(given, week, found):
    """The first week after this one for which something is given, unless one before it was found; -1 for none."""
    for number in range(given.shape[0]):
        then = given[number].week
        if then > week and (found < 0 or then < found):
            found = then
    return found


@rule
def date_events(events, own, planned, plans, held, people, seated):
    """Week by week, holder by holder: what happens on its own, whoever leads how, then what their plan holds."""
    count, week = 0, next_week(own, -1, next_week(planned, -1, -1))
    while week >= 0:
        for holder in range(held.shape[0]):
            plan = plans[held[holder]]
            count = date(events, count, week, holder, own, 0, own.shape[0], people, seated)
            last = plan.first_event + plan.events
            count = date(events, count, week, holder, planned, plan.first_event, last, people, seated)
        week = next_week(own, week, next_week(planned, week, -1))


@door(
    cast_people=array(Start), cast_teams=array(TeamStart), cast_leaders=array(LeaderStart), led_by=array("i"),
    letters=array("i"), begins=array("i"),
    held=array("i"), others=array("i"), plans=array(PlanRow), changes=array(StyleChange),
    planned=array(PlannedEvent), own=array(PlannedEvent),
    market=array(Market), policies=array(Policies), fork=array(Fork), hires_differ=truth,
    people=array(PersonState), seated=array("i"), teams=array(TeamState), leaders=array(LeaderState),
    org=array(OrganisationState), style_at=array("i", 2), events=array(DatedEvent),
)  # fmt: skip
def build(
    cast_people, cast_teams, cast_leaders, led_by, letters, begins, held, others, plans, changes, planned, own,
    market, policies, fork, hires_differ, people, seated, teams, leaders, org, style_at, events,
):  # fmt: skip
    """Lay out everything that a history starts from, for one run; what is given is checked beforehand.

    Given: `cast_people` in order of teams; `cast_teams` with a row of `cast_leaders` each, and who leads it in `led_by`
    (a number in the cast, -1 for the leader from outside). `letters` are the bytes of all names, people's and then
    teams', and `begins` says where each begins, and where the last one ends. `held` is who holds which of `plans`:
    everybody not named, leaders of teams in order, and `others`, by their number in the cast. `changes` and `planned`
    are the plans' styles and events, `own` what happens on its own. `policies` are those of the first week, and those
    that plans decide on.

    Made, in room that the caller counts: `people` by seat, `seated` (the seat of everybody of the cast), `teams` and
    `leaders`, `org` (a row, and one for each change of policies in everybody's plan), `style_at` by holder and week,
    and `events` in order of weeks (for each holder, `own` and those of the plan that they hold).
    """
    form_teams(people, teams, leaders, cast_people, cast_teams, cast_leaders, seated, letters, begins)
    hand_out_plans(people, teams, led_by, others, seated)
    set_up(org[0], market[0], policies[0], fork[0], held.shape[0] if hires_differ else 1)
    date_policies(org, plans[held[FIRST_HOLDER]], changes, policies)
    for holder in range(held.shape[0]):
        date_styles(style_at, holder, plans[held[holder]], changes)
    date_events(events, own, planned, plans, held, people, seated)
