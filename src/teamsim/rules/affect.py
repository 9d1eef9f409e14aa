"""Affect: months that go well for somebody, and months that do not, whoever leads them."""

import math

from teamsim.chance import AFFECT, normal
from teamsim.compiler import rule


@rule
def live_on(person, p):
    """Work and life together go better and worse over months, about as much in all people (an autoregression)."""
    news = math.sqrt(p.affect_fading * (2.0 - p.affect_fading)) * normal(person.luck, AFFECT)
    person.affect += news - p.affect_fading * person.affect
