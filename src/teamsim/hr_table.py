"""From an HR table to a scenario: invented people, drawn from the table's distributions.

No row becomes a person. What is drawn from are curves through means of at least ten rows each, with the ends
cut off; groups of fewer than ten are merged before anything else is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from teamsim.fields import InputError
from teamsim.hr_columns import Columns, read_columns
from teamsim.hr_privacy import (
    LEAST,
    Flags,
    Numbers,
    Words,
    against_median,
    along,
    merge_small,
    share_below,
    shrunken_means,
    together,
)
from teamsim.parameters import parameters_of
from teamsim.people import Market, Traits
from teamsim.rules.team import NEED_GROWTH, PAY_WEIGHT, RESILIENCE, SELF_AWARENESS
from teamsim.scenario import Scenario

__all__ = ["check_whole", "scenario_from_table"]

WEEKS_A_MONTH = 52.0 / 12.0
ORDINARY_MONTHLY_EXITS = 0.014
"""Share of people who leave in a month where the model's market is ordinary (tightness 1)."""

TALENT_RATING = 0.5
"""Correlation of talent and rating: ratings are noisy views of performance (Viswesvaran et al. 1996)."""

TRAITS = {
    "need_growth": NEED_GROWTH,
    "pay_weight": PAY_WEIGHT,
    "self_awareness": SELF_AWARENESS,
    "resilience": RESILIENCE,
}
"""The spans from which hires are drawn too."""

PEOPLE = (  # noqa: SIM905
    "Abena Ahmet Aiko Alba Amina Anders Anika Aroha Bao Beatriz Bilal Carmen Chidi Chloe Daan Dalia Diego "
    "Elif Emeka Emil Esra Farah Finn Freya Giulia Hana Hugo Ibrahim Ines Ivo Jae Joana Kaia Kofi Lakshmi "
    "Leila Lena Luca Maja Malik Marek Mei Milan Naomi Nia Noor Olga Omar Petra Priya Rafael Rosa Sami "
    "Sanne Sofia Tariq Tomas Uma Viktor Wanjiru Yara Yusuf Zofia"
).split()
LEADERS = (  # noqa: SIM905
    "Adaeze Ayumi Cem Dorota Eero Fatima Gabriel Henrik Iman Jorge Katya Lior Miriam Nadia Oskar Pilar "
    "Quentin Ravi Selma Thabo"
).split()

# For each role: the field it becomes, what is said where it is used, and where it is lacked.
SAID = {
    "tenure_months": (
        "tenure",
        "tenure from {}, scaled to each group's mean.",
        "tenure; assumed is a median of 3.9 years, widely spread (US Bureau of Labor Statistics 2024).",
    ),
    "pay": (
        "pay_ratio",
        "pay from {}, only as its ratio to the group's median, which the market is assumed to pay.",
        "pay; assumed is the market's, give or take a tenth.",
    ),
    "rating": ("rating", "rating from {}, as a rank from 0 to 1.", "rating; assumed are all ranks alike."),
}
# Where draws end, whatever a small table says: a working life, a fifth to five times the market, all ranks.
LIMITS = {"tenure_months": (0.0, 840.0), "pay": (0.2, 5.0), "rating": (0.0, 1.0)}
ASSUMED: dict[str, Callable[[Numbers], Numbers]] = {
    "tenure_months": lambda z: 46.8 * np.exp(0.9 * np.clip(z, -1.5, 1.5)),
    "pay": lambda z: np.exp(0.1 * np.clip(z, -1.5, 1.5)),
    "rating": share_below,
}


def scenario_from_table(
    table: pd.DataFrame | str | Path,
    *,
    tenure_months: str | None = None,
    event: str | None = None,
    team: str | None = None,
    pay: str | None = None,
    rating: str | None = None,
    span: int = 9,
    seed: int = 0,
    name: str = "from-table",
    weeks: int = 104,
) -> Scenario:
    """Draw a cast from the distributions of an HR table; `Scenario.from_table` documents it.

    Examples
    --------
    >>> drawn = scenario_from_table("made-up-hr-export.csv", team="department", span=6)
    >>> max(team.seats for team in drawn.teams)
    6
    """
    check_whole("span", span, 2, 60)
    check_whole("seed", seed, 0, 2**63 - 1)
    roles = {"tenure_months": tenure_months, "event": event, "team": team, "pay": pay, "rating": rating}
    columns = read_columns(table, {role: column for role, column in roles.items() if column is not None})
    stayed = np.ones(columns.rows, dtype=bool) if event is None else columns.numbers["event"] == 0
    kind = "rows" if event is None else "rows of people who stayed"
    if stayed.sum() < LEAST:
        problem = f"has only {stayed.sum()} usable {kind}; a cast is drawn from {LEAST} or more"
        raise InputError(problem, ("table",))
    rng = np.random.default_rng(seed)
    rows, grouping = _rows(columns, stayed)
    people, drawing = _people(rows, columns.named, rng)
    tightness, leaving = _market(columns)
    opening = (
        f"Everybody here is invented: {len(rows):,} people, drawn from the distributions of as many {kind}, "
        f"smoothed over at least {LEAST} rows and with the ends cut off. Nobody is a row of the table, and "
        "nothing should be decided about anyone from what happens to them. No column but those named informs "
        "the cast: names, gender, age, health and the like are left alone."
    )
    split = f"Assumed: teams of at most {span}, groups split evenly; their leaders, invented like everybody."
    return Scenario(
        name=name,
        title="A cast drawn from an HR table",
        story="Invented people, drawn from the distributions of a table. Lead them, and see what follows.",
        weeks=weeks,
        market=Market(tightness=tightness),
        notes=(opening, *columns.notes, grouping, *drawing, leaving, split),
        teams=_teams(np.sort(rows["group"].to_numpy(dtype=object)), people, span, rng),
    )


def _rows(columns: Columns, stayed: Flags) -> tuple[pd.DataFrame, str]:
    """Return what the cast is drawn from, a row for each who stayed: group, tenure, relative pay, rank."""
    rows = pd.DataFrame({"group": "Team"}, index=range(int(stayed.sum())))
    said = "Lacked: groups; all people are one."
    if columns.team is not None:
        rows["group"], merged = merge_small(columns.team[stayed])
        said = f"Used: groups from {columns.named['team']!r}.{merged}"
    for role in SAID:
        if role in columns.numbers:
            rows[role] = columns.numbers[role][stayed]
            if (found := rows[role].count()) < LEAST:
                problem = f"has only {found} values in the rows a cast is drawn from; {LEAST} are the least"
                raise InputError(problem, ("table", columns.named[role]))
    if "pay" in rows:
        rows["pay"] = against_median(rows["pay"], rows["group"])
    if "rating" in rows:
        rows["rating"] = (rows["rating"].rank() - 0.5) / rows["rating"].count()
    return rows, said


def _people(
    rows: pd.DataFrame, named: dict[str, str], rng: np.random.Generator
) -> tuple[list[dict[str, Any]], list[str]]:
    """Draw as many people as there are rows, by group; what is lacking comes from assumed distributions."""
    count, notes = len(rows), []
    z = together(rows, list(SAID), rng.standard_normal((count, len(SAID))))
    drawn: dict[str, Numbers] = {}
    for number, (role, (field, used, lacked)) in enumerate(SAID.items()):
        if role in rows:
            drawn[field] = along(rows[role], z[:, number]).clip(*LIMITS[role])
            notes.append(f"Used: {used.format(repr(named[role]))}")
        else:
            drawn[field] = ASSUMED[role](z[:, number])
            notes.append(f"Lacked: {lacked}")
    if "tenure_months" in rows:
        drawn["tenure"] *= shrunken_means(rows["tenure_months"], rows["group"])
    drawn["tenure"] = np.round(drawn["tenure"] * WEEKS_A_MONTH)
    numbers: Any = parameters_of(None)
    # Roots have grown since the first week as the model makes them grow in every week.
    rootless = (1.0 - numbers.hire_embeddedness) * (1.0 - numbers.embedding_rate) ** drawn["tenure"]
    drawn["embeddedness"] = 1.0 - rootless
    standing = TALENT_RATING * z[:, 2] + math.sqrt(1.0 - TALENT_RATING**2) * rng.standard_normal(count)
    spread, talent = numbers.talent_spread, Traits.quantities()["talent"]
    drawn["talent"] = np.exp(spread * standing - 0.5 * spread**2).clip(talent.low, talent.high)
    for trait, (low, high) in TRAITS.items():
        drawn[trait] = rng.uniform(low, high, count)
    drawn["disposition"] = rng.standard_normal(count)
    notes.append(
        f"Assumed: talent as among the model's hires, correlated {TALENT_RATING} with rating; need for "
        "growth, weight on pay, self-awareness, resilience and disposition as among hires; roots by tenure; "
        "all that is felt as on an ordinary day. Tenure, pay and rating go together by rank as far as in the table."
    )
    columns = [np.round(values, 3).tolist() for values in drawn.values()]
    people = [
        {"name": _invented(PEOPLE, n)} | dict(zip(drawn, row, strict=True))
        for n, row in enumerate(zip(*columns, strict=True))
    ]
    return people, notes


def _teams(
    groups: Words, people: list[dict[str, Any]], span: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Split each group evenly into teams of at most `span`, each under a leader."""
    found: list[dict[str, Any]] = []
    taken: set[str] = set()
    first = 0
    labels, sizes = np.unique(groups, return_counts=True)
    for label, size in zip(labels, sizes.tolist(), strict=True):
        parts = -(-size // span)
        for part in range(parts):
            name = str(label) if parts == 1 else f"{label} {part + 1}"
            while name in taken:  # a group may be called what a part of another is
                name += "'"
            taken.add(name)
            last = first + size // parts + (part < size % parts)
            insight, coaching, sponsorship = rng.uniform((0.6, 0.3, 0.3), (0.9, 0.7, 0.7)).round(3).tolist()
            leader = {
                "name": _invented(LEADERS, len(found)),
                "expertise": round(1.2 * math.exp(0.15 * rng.standard_normal()), 3),
                "insight": insight,
                "coaching": coaching,
                "sponsorship": sponsorship,
            }
            found.append({"name": name, "leader": leader, "people": people[first:last]})
            first = last
    return found


def check_whole(what: str, given: object, low: int, high: int) -> None:
    """Refuse what is no whole number within a range."""
    if isinstance(given, bool) or not isinstance(given, int | np.integer):
        raise InputError(f"= {given!r} is not a whole number in {low}..{high}", (what,))
    if not low <= given <= high:
        raise InputError(f"= {given} is outside {low}..{high}", (what,))


def _market(columns: Columns) -> tuple[float, str]:
    """Return the market's tightness that fits the table's rate of leaving, and what is said about it."""
    if "event" not in columns.numbers:
        return 1.0, "Lacked: who left; the market is assumed ordinary."
    event = columns.numbers["event"]
    left, known = int((event == 1).sum()), int((~np.isnan(event)).sum())
    told = f"Used: who left from {columns.named['event']!r}."
    if left < LEAST:
        return 1.0, f"{told} Fewer than {LEAST} did: they give no rate, and the market is assumed ordinary."
    told += f" {left:,} of {known:,} rows did ({left / known:.0%}); they inform the rate, not the cast."
    tenure = columns.numbers.get("tenure_months", np.full(columns.rows, np.nan))
    both = ~np.isnan(tenure) & ~np.isnan(event)
    months, leavers = float(tenure[both].sum()), int((event[both] == 1).sum())
    if leavers < LEAST or months <= 0.0:
        return 1.0, f"{told} Without their tenure that gives no rate, and the market is assumed ordinary."
    rate, quantity = leavers / months, Market.quantities()["tightness"]
    tightness = round(min(max(rate / ORDINARY_MONTHLY_EXITS, quantity.low), quantity.high), 2)
    cut = f", cut to {quantity.high:g}" if rate / ORDINARY_MONTHLY_EXITS > quantity.high else ""
    return tightness, (
        f"{told} Over {months:,.0f} person-months that is {rate:.2%} a month, against about "
        f"{ORDINARY_MONTHLY_EXITS:.1%} in the model's ordinary market: the market's tightness is set to "
        f"{tightness:g}{cut}. Too high if the table holds more leavers than the organisation had, as surveys "
        "may."
    )


def _invented(names: list[str], number: int) -> str:
    """A name that nobody else has: first names, then numbered ones."""
    rounds, place = divmod(number, len(names))
    return names[place] if rounds == 0 else f"{names[place]} {rounds + 1}"
