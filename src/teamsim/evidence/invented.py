"""An invented firm to be studied: drawn from declared distributions, another one for every seed.

Forty front-line teams of knowledge workers, eight departments, one board: people hired at different times, leaders
of various capability and style. Traits are spread as among hires (`teamsim.rules.team`); what else is assumed stands
below, so that a firm is the same one under all numbers that a calibration may move. Nobody in it is anybody.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teamsim.parameters import parameters_of
from teamsim.rules.team import INTENSITY, LEADERSHIP, NEED_GROWTH, PAY_WEIGHT, RESILIENCE, SELF_AWARENESS
from teamsim.scenario import Scenario
from teamsim.style import Style

__all__ = ["BURN_IN", "YEARS", "invented_firm"]

YEARS, BURN_IN = 8, 2
"""How long the firm is observed, and how many years of that are let pass so that nobody remembers how it was drawn."""

DEPARTMENTS, TEAMS_EACH = 8, 5
TEAM = (5, 11)
"""Smallest and largest team: mean 8; most managers have fewer than ten reports (Gallup 2025)."""
YEARS_HERE = 4.0
"""Mean tenure of the first cast; it is spread exponentially."""
LEARNT, LEARNING_WEEKS = 0.35, 104.0
"""What experience adds to talent in the end, and how soon."""
ROOTS, ROOTS_GROW = 0.4, 0.0015
"""Roots on average when the first cast joined, and how fast they have grown since, a week."""
PAY_SPREAD = 0.13
"""Standard deviation of the first cast's log pay against market."""
LEVER_SPREAD = 0.18
"""Standard deviation of a lever among leaders, as a share of its range (of its logarithm's, for weeks)."""
HALO = 0.45
"""How far good habits of leading go together: each lever's correlation with a leader's overall quality."""
FIRM_WIDE = {"pay_position": 0.1, "counter_offer": 0.5}
"""Levers in which leaders of one firm differ less, because the firm decides: by this factor."""

Traits = dict[str, Any]


def invented_firm(seed: int, weeks: int = 52 * YEARS, parameters: Any = None) -> tuple[Scenario, dict[str, Style]]:
    """Draw a firm, and the style of everybody in it, should they lead.

    Examples
    --------
    >>> firm, styles = invented_firm(1)
    >>> len(firm.teams), len(firm.people) == len(styles) - 1, firm == invented_firm(1)[0]
    (49, True, True)
    """
    rng = np.random.default_rng([seed, 5])
    numbers = parameters_of(parameters)
    heads = [_person(rng, f"Head {d}", numbers, leads=True) for d in range(DEPARTMENTS)]
    board = {"name": "Board", "tier": 2, "leader": {"name": "Chief"}, "people": heads}
    teams: list[dict[str, Any]] = [board]
    for d in range(DEPARTMENTS):
        managers = [_person(rng, f"Manager {d}-{t}", numbers, leads=True) for t in range(TEAMS_EACH)]
        teams.append({"name": f"Department {d}", "tier": 1, "led_by": f"Head {d}", "people": managers})
    for d in range(DEPARTMENTS):
        for t in range(TEAMS_EACH):
            size = rng.integers(TEAM[0], TEAM[1], endpoint=True)
            people = [_person(rng, f"Person {d}-{t}-{number}", numbers) for number in range(size)]
            teams.append({"name": f"Team {d}-{t}", "led_by": f"Manager {d}-{t}", "people": people})
    firm = Scenario(name=f"invented firm {seed}", weeks=weeks, teams=teams, hires_differ=True)
    styles = {"": firm.style} | {name: _style(rng) for name in firm.people}
    return firm, styles


def _person(rng: np.random.Generator, name: str, p: Any, *, leads: bool = False) -> Traits:
    talent = math.exp(p.talent_spread * rng.normal() - 0.5 * p.talent_spread**2)
    spans = {
        "need_growth": NEED_GROWTH, "pay_weight": PAY_WEIGHT, "self_awareness": SELF_AWARENESS,
        "resilience": RESILIENCE, "leadership": LEADERSHIP, "intensity": INTENSITY, "wish_to_lead": (0.0, 1.0),
    }  # fmt: skip
    traits = {trait: float(rng.uniform(*span)) for trait, span in spans.items()}
    tenure = float(rng.exponential(52.0 * YEARS_HERE))
    roots = 2.0 * ROOTS * rng.uniform()
    practised = rng.uniform(p.lead_start, 1.0) if leads else p.lead_start
    return traits | {
        "name": name,
        "talent": talent,
        "tenure": tenure,
        "skill": talent * p.hire_skill * (1.0 + LEARNT * (1.0 - math.exp(-tenure / LEARNING_WEEKS))),
        "embeddedness": 1.0 - (1.0 - roots) * math.exp(-ROOTS_GROW * tenure),
        "lead_skill": float(practised * traits["leadership"]),
        "pay_ratio": math.exp(PAY_SPREAD * rng.normal()),
        "disposition": float(rng.normal()),
    }


def _style(rng: np.random.Generator) -> Style:
    """Draw a style around the usual one: whoever leads well in one way tends to in others."""
    usual, good, quality = Style(), Style.preset("developer"), rng.normal()
    levers = {}
    for name, lever in Style.quantities().items():
        scale = math.log if lever.unit == "weeks" else float
        low, high, middle = scale(lever.low), scale(lever.high), scale(getattr(usual, name))
        together = HALO * float(np.sign(getattr(good, name) - getattr(usual, name)))
        own = together * quality + math.sqrt(1.0 - together**2) * rng.normal()
        value = middle + LEVER_SPREAD * FIRM_WIDE.get(name, 1.0) * (high - low) * own
        levers[name] = min(max(math.exp(value) if lever.unit == "weeks" else value, lever.low), lever.high)
    return Style(**levers)
