"""A history taken apart for a page: who sat where and when, what happened to them, and their numbers in one piece."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from teamsim.fields import InputError, Quantity, closest
from teamsim.lab.names import called
from teamsim.people import Drivers, PersonState, Start, Traits
from teamsim.results import Run
from teamsim.words import label, meaning, unit

__all__ = ["MAIN", "MARKS", "VIEWS", "life_lines", "measures_of"]

MAIN: Mapping[str, tuple[str, ...]] = {
    "leader": ("output", "rating", "pay_ratio", "attention"),
    "model": ("engagement", "strain", "gap", "trust", "output"),
}
"""What stands first in a life line in each view; the first three are drawn on a person's card."""
ON_CARD = 3
SMALLEST = 0.05
"""The least that an axis reaches to from its zero; less would look like much."""
VIEWS = tuple(MAIN)
MARKS: Mapping[str, tuple[str, str]] = {
    "hired": ("present", ""),
    "left": ("present", ""),
    "talk": ("talk", ""),
    "praise": ("praise", ""),
    "next challenge": ("stretched", "gap"),
    "promise broken": ("breach", ""),
    "promoted": ("promoted", ""),
    "review": ("reviewed", "rating"),
    "raise": ("raised", "raised"),
    "counter-offer": ("countered", "offer"),
    "support began": ("support_weeks", ""),
}
"""Which field of a person's record tells of an event, and which one says how much; a view shows what it may show."""
OPEN = frozenset({"present"})
"""Everybody sees who is there, though no quantity is declared for it."""


def measures_of(view: str) -> list[str]:
    """Return the quantities of a person that a view shows, those on the card first.

    The leader's view has what is declared as seen; the model's view also what a person starts with and what moves.

    Raises
    ------
    InputError
        If there is no such view.

    Examples
    --------
    >>> measures_of("leader")
    ['output', 'rating', 'pay_ratio', 'attention', 'tenure', 'contribution', 'weeks_leading', 'standing']
    """
    if view not in MAIN:
        raise InputError(f"= {view!r} is not a view; {closest(str(view), VIEWS)}", ("view",))
    moving = {"gap", "search", *Start.quantities()} - set(Traits.quantities()) if view == "model" else set()
    marks = {field for field, _ in MARKS.values()}
    kinds = PersonState.quantities().items()
    known = [name for name, kind in kinds if kind.kind is float and (kind.seen or name in moving) and name not in marks]
    return [*MAIN[view], *(name for name in known if name not in MAIN[view])]


def life_lines(run: Run, view: str) -> tuple[dict[str, Any], bytes]:
    """Take a history apart.

    Parameters
    ----------
    run : Run
        The history; one loaded from a folder will do.
    view : {"leader", "model"}
        Whose eyes: what the view does not show is not in the result.

    Returns
    -------
    history : dict
        ``weeks``; ``teams`` (name, leader, first seat, seats); ``people`` (columns; a row is somebody's time in a
        seat); ``measures``; ``top``, the rows at which being a high performer begins or ends; ``events`` (columns).
    values : bytes
        The measures as 32-bit floats, one whole measure after the other; within a measure person after person, week
        after week.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
    >>> history, values = life_lines(run, "leader")
    >>> history["people"]["name"][0], len(values) == 4 * len(run.people) * len(history["measures"])
    ('Amara', True)
    """
    names = measures_of(view)
    table = run.people.sort_values(["seat", "week"], kind="stable").reset_index(drop=True)
    starts = np.flatnonzero((table["person"] != table["person"].shift()) | (table["seat"] != table["seat"].shift()))
    ends = np.append(starts[1:], len(table)) - 1 if len(starts) else starts
    first, last = table.iloc[starts], table.iloc[ends]
    numbers = np.array([table[name].to_numpy(np.float32) for name in names], dtype="<f4")
    quantities = PersonState.quantities()
    people = {
        "key": first["person"].tolist(),
        "name": [called(run.scenario, person) for person in first["person"]],
        "seat": first["seat"].tolist(),
        "start": starts.tolist(),
        "first": first["week"].tolist(),
        "last": last["week"].tolist(),
        "road": last["leaving"].tolist(),
        "reason": _reasons(run, last),
        "hired": ((first["entry"] > 0) & (first["tenure"] == 1)).tolist(),
    }
    history = {
        "weeks": run.scenario.weeks,
        "view": view,
        "teams": _teams(run),
        "people": people,
        "measures": [
            {"name": name, "main": name in MAIN[view], "card": name in MAIN[view][:ON_CARD]}
            | _measure(quantities[name], values)
            for name, values in zip(names, numbers, strict=True)
        ],
        "top": _stretches(table["top"].to_numpy()),
        "events": _events(run, table, starts, view),
    }
    return history, numbers.tobytes()


def _teams(run: Run) -> list[dict[str, Any]]:
    firsts = np.cumsum([0, *(team.seats for team in run.scenario.teams)]).tolist()
    return [
        {"name": team.name, "leader": team.led_by or team.leader.name, "first": first, "seats": team.seats}
        for team, first in zip(run.scenario.teams, firsts, strict=False)
    ]


def _reasons(run: Run, last: pd.DataFrame) -> list[str]:
    """Return the reason given at the end of each time in a seat, in words; empty for who stayed or was dismissed."""
    translated = {kind.label: label(Drivers, name) for name, kind in Drivers.quantities().items()}
    exits = zip(run.exits["person"], run.exits["stated"], strict=True)
    stated = {person: translated.get(reason, "") for person, reason in exits}
    ends = zip(last["person"], last["leaving"], strict=True)
    return [stated.get(person, "") if road else "" for person, road in ends]


def _stretches(flags: np.ndarray[Any, Any]) -> list[int]:
    """Return where a flag changes: the first row at which it is up, then down, and so on."""
    changes = np.flatnonzero(np.diff(flags, prepend=0) != 0)
    return [int(change) for change in changes]


def _measure(kind: Quantity, values: np.ndarray[Any, Any]) -> dict[str, Any]:
    low, high, zero = kind.low, kind.high, 0.0
    if kind.unit != "level":
        # what is declared is what is possible; the picture shows what there is
        zero = 1.0 if kind.unit == "× market" else 0.0
        far = max(float(np.abs(values - zero).max()), SMALLEST) if len(values) else 1.0
        low, high = (zero, zero + far) if kind.low == zero else (zero - far, zero + far)
    declared = Start if kind.name in Start.model_fields else PersonState
    return {
        "label": label(declared, kind.name),
        "meaning": meaning(declared, kind.name),
        "low": low,
        "high": high,
        "zero": zero,
    } | _manner(kind)


def _manner(kind: Quantity) -> dict[str, Any]:
    """How a number of this kind is written."""
    share = kind.unit.startswith("share")
    bare = share or kind.unit == "level"
    return {"share": share, "unit": "" if bare else unit(kind.unit), "digits": 0 if kind.unit == "weeks" else 2}


def _events(run: Run, lines: pd.DataFrame, starts: np.ndarray[Any, Any], view: str) -> dict[str, Any]:
    quantities = PersonState.quantities()

    def shown(field: str) -> bool:
        return field in OPEN or (bool(field) and (view == "model" or quantities[field].seen))

    kinds = [kind for kind, (field, _) in MARKS.items() if shown(field)]
    table = run.events
    table = table[table["event"].isin(kinds)]
    stretch = np.searchsorted(starts, np.arange(len(lines)), side="right") - 1  # somebody promoted has more than one
    number = dict(zip(zip(lines["seat"], lines["week"], strict=True), stretch.tolist(), strict=True))
    order = {kind: position for position, kind in enumerate(kinds)}
    told = {kind for kind in kinds if shown(MARKS[kind][1])}
    amounts = table["amount"].where(table["event"].isin(told))
    return {
        "kinds": [
            {"name": kind} | (_manner(quantities[MARKS[kind][1]]) if kind in told else {}) for kind in kinds
        ],
        "person": [number[place] for place in zip(table["seat"], table["week"], strict=True)],
        "week": table["week"].tolist(),
        "kind": [order[kind] for kind in table["event"]],
        "amount": [None if np.isnan(amount) else round(float(amount), 4) for amount in amounts],
    }
