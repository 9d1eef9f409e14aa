"""Months that go well for somebody or for a team, and months that do not, whoever leads them."""

import math

from teamsim.chance import AFFECT, CIRCUMSTANCES, mix, normal
from teamsim.compiler import rule


@rule
def live_on(person, p):
    """Work and life together go better and worse over months, about as much in all people (an autoregression)."""
    person.affect = come_and_go(person.affect, normal(person.luck, AFFECT), p)


@rule
def change_circumstances(people, team, org, p):
    """A team's market and projects go better and worse over months: it shows in its work, and engages (Winkler et al. 2012)."""
    luck = mix(mix(org.run_key, people[team.first].seat_key), org.week)
    team.circumstances = come_and_go(team.circumstances, normal(luck, CIRCUMSTANCES), p)


@rule
def come_and_go(state, news, p):
    """An autoregression that has a standard deviation of 1 in the long run."""
    return (1.0 - p.affect_fading) * state + math.sqrt(p.affect_fading * (2.0 - p.affect_fading)) * news
