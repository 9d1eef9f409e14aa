"""What a class has submitted as tables without nicknames."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from teamsim.fields import InputError
from teamsim.workshop.definition import Workshop
from teamsim.workshop.seats import seats_of
from teamsim.workshop.session import Session
from teamsim.workshop.store import ENTRIES, PEOPLE, SEATS, Store

__all__ = ["DICTIONARY", "export", "inert"]

FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[=+\-@\t\r])")
"""Where a spreadsheet would take a formula to begin: in a cell, or behind what parts cells in other languages."""

DICTIONARY = {
    "session": "The session's code.",
    "workshop": "Which workshop.",
    "scenario": "In which scenario.",
    "seed": "The luck of all.",
    "teamsim": "The version by which it was lived.",
    "rules": "The fingerprint of the rules.",
    "seat": "The number of the seat, in the order of joining; no nickname is exported.",
    "research": "1 if everybody at the seat has agreed to research.",
    "round": "The number of the round, from 1.",
    "practice": "1 if the round does not count.",
    "kind": "What was submitted: brief, predict, decide, waived (taken on by the facilitator), reflect, monday.",
    "measure": "Of a prediction: what was asked about.",
    "group": "Of a prediction: of whom.",
    "value": "Of a prediction: the answer; a sketch's points are parted by semicolons.",
    "sure": "Of a prediction: how sure, 50 to 100 per cent.",
    "lever": "Of a decision: which lever.",
    "setting": "Of a decision: where the lever was set; ranges and units stand in teamsim.Regime.quantities().",
    "text": "What was typed, as written: a decision's reason, a reflection, the sentence for Monday. Read it before "
    "you hand it on. In the CSV file an apostrophe stands before = + - or @ where a spreadsheet would see the start "
    "of a formula; the Parquet file has the text as it was.",
    "at": "When, UTC, ISO 8601.",
}
"""The data dictionary of what is exported: a sentence a column."""


def export(
    store: Store, session: Session, workshop: Workshop, folder: str | Path, *, research: bool = False
) -> list[Path]:
    """Write everything submitted as CSV and Parquet, with a data dictionary and without nicknames.

    The CSV files are for spreadsheets, too: nothing in them is worked out as a formula, and their letters arrive.

    Parameters
    ----------
    store, session, workshop
        What.
    folder : str or Path
        Where to; it is made.
    research : bool
        Whether only seats are exported at which everybody has agreed to research.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If there is nothing to write, or no place for it.
    """
    with store.reading() as now:
        there = sa.select(ENTRIES, SEATS.c.number).join(SEATS).where(seats_of(session.id))
        rows = now.execute(there.order_by(ENTRIES.c.id)).all()
        agreed = sa.select(PEOPLE.c.seat, sa.func.min(PEOPLE.c.research)).where(PEOPLE.c.session == session.id)
        consents = dict(now.execute(agreed.group_by(PEOPLE.c.seat)).tuples().all())
    whole: dict[str, Any] = {"session": session.code, "workshop": workshop.name, "scenario": workshop.scenario.name}
    whole |= {"seed": session.seed, "teamsim": session.version, "rules": session.rules}
    kept = [row for row in rows if consents.get(row.seat) or not research]
    if not kept:
        raise InputError("nobody has agreed to research" if rows else "nothing was submitted", (session.code,))
    table = pd.DataFrame(
        [
            {
                **whole,
                "seat": row.number,
                "research": int(bool(consents.get(row.seat))),
                "round": row.round + 1,
                "practice": int(workshop.rounds[row.round].practice),
                "kind": row.kind.partition(" ")[0],
                **one,
                "at": pd.Timestamp(row.at, unit="s", tz="UTC").isoformat(timespec="milliseconds"),
            }
            for row in kept
            for one in _tidy(row.kind, row.content)
        ],
        columns=list(DICTIONARY),
    )
    where = Path(folder).expanduser()
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"= {where} cannot be written: {error.strerror}", ("folder",)) from None
    files = [where / f"{session.code}.csv", where / f"{session.code}.parquet", where / "dictionary.csv"]
    _to_csv(table, files[0])
    table.astype({"sure": "float64", "setting": "float64"}).to_parquet(files[1], index=False)
    _to_csv(pd.DataFrame(DICTIONARY.items(), columns=["column", "meaning"]), files[2])
    return files


def inert(cell: Any) -> Any:
    """Return a cell that no spreadsheet works out: an apostrophe stands before what would begin a formula.

    Numbers, also several parted by semicolons, stay what they are.

    Examples
    --------
    >>> inert("=1+1"), inert("-0.5;2"), inert(-0.5)
    ("'=1+1", '-0.5;2', -0.5)
    """
    return cell if not isinstance(cell, str) or _numbers(cell) else FORMULA.sub("'", cell)


def _numbers(cell: str) -> bool:
    try:
        return bool([float(part) for part in cell.split(";")])
    except ValueError:
        return False


def _to_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table that a spreadsheet may open; it knows the letters by the mark at the beginning."""
    table.map(inert).to_csv(path, index=False, encoding="utf-8-sig")


def _tidy(kind: str, content: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    if kind == "decide":
        why = content.get("why", "")
        return [{"lever": name, "setting": value, "text": why} for name, value in content["levers"].items()]
    if kind.startswith("predict"):
        value = content.get("value")
        said = ";".join(map(str, value)) if isinstance(value, list) else str(value)
        return [{"value": said, **{name: content.get(name) for name in ("measure", "group", "sure")}}]
    return [{"text": content.get("reflection", content.get("monday", ""))}]
