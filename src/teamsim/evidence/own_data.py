"""Your own data: base rate and shape over tenure, fitted to who stayed and who left in a real HR table."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from teamsim.compiler import rules_hash
from teamsim.engine import Progress
from teamsim.evidence.survival import MOST_RUNS, TWO_SIDED, Firms, Points
from teamsim.evidence.turning import KNOBS, PACE, PACES, TURNS, WEEKS, Found, Search, distance, largest_gap
from teamsim.fields import Declared, InputError
from teamsim.hr_columns import Columns, read_columns
from teamsim.hr_privacy import LEAST, Numbers, merge_small
from teamsim.hr_table import check_whole
from teamsim.parameters import Parameters, parameters_of

__all__ = ["Fit", "calibrate_to"]

EVERYBODY = "everybody"
LEAST_FOR_SHAPE = 40
"""Ten exits a knob; fewer tell a rate and no shape."""
TOO_MANY_REPEATS = 0.1
MOST_SEEDS = 10**9
LONG_HONEYMOON = 78.0
"""Weeks from which a second search starts: a long honeymoon and a short one are two hollows of the same landscape."""
OPENING = "# Fitted to an HR table by teamsim.calibrate_to: simulate with parameters = the path of this file.\n\n"
ORDINARY = (
    "Fitted in an ordinary market (tightness 1). A scenario drawn from the same table with its event has the rate in its "
    "market already: give it an ordinary one, or the rate counts twice."
)
ROLES = {"tenure_months": "tenure", "event": "event", "team": "group"}


def calibrate_to(
    table: pd.DataFrame | str | Path,
    *,
    tenure: str,
    event: str,
    group: str | None = None,
    quits_only: bool = False,
    keep_repeated: bool | None = None,
    runs: int = 12,
    seed: int = 1,
    parameters: Any = None,
    threads: int | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Fit:
    """Fit how often people leave, and when in their time here, to a real HR table.

    The model's survival over tenure (Kaplan-Meier, in invented firms in an ordinary market) is brought near the
    table's: the smallest distance between the logarithms of the cumulative hazards, in standard errors of the table's
    curve. Everybody in the table counts from the day of joining; a table that leaves out who left earlier shows fewer
    exits than there were, and a survey of leavers more.

    Parameters
    ----------
    table : DataFrame, str or Path
        The table, the path of a CSV or Parquet file, or the name of one that comes with teamsim.
    tenure : str
        The column with months since joining, 0..840: until the exit, or until today.
    event : str
        The column that says who left: 0 or 1, no or yes, false or true.
    group : str, optional
        The column with departments or other groups: each gets a pace of its own, all share a shape.
    quits_only : bool
        Whether the event marks voluntary exits alone (who was dismissed then has a 0); by default it is every exit,
        and the model's dismissals count too.
    keep_repeated : bool, optional
        Whether rows that repeat another in every column are people of their own. They are taken for slips and dropped;
        where they are more than a tenth, it has to be said.
    runs : int
        How many firms of about 360 people are lived through at every step.
    seed : int
        Which firms and which luck; the same seed gives the same fit.
    parameters : mapping, Parameters or path, optional
        Where to start, as in `teamsim.simulate`.
    threads, progress, cancel
        As in `teamsim.futures`; progress counts looks at the firms, of which fewer may be needed than foreseen.

    Returns
    -------
    Fit
        `parameters` to simulate with, `knobs`, `curves` and `groups` as tables, `summary()`, `save(path)`.

    Raises
    ------
    InputError
        In one line, with column and row: no such table or column, a tenure that cannot be, too few exits, too few who
        stayed, too many repeats.
    concurrent.futures.CancelledError
        If it was cancelled.

    Examples
    --------
    >>> import teamsim as ts
    >>> fit = ts.calibrate_to("made-up-hr-export.csv", tenure="tenure_months", event="left", runs=2)
    >>> fit.exits, fit.gap < fit.gap_before
    (83, True)
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), parameters=fit.parameters)

    With people drawn from the same table, in an ordinary market, for the rate is in the parameters now:

    >>> firm = ts.Scenario.from_table("made-up-hr-export.csv", tenure_months="tenure_months", event="left")
    >>> run = ts.simulate(firm.replace(market={"tightness": 1.0}), parameters=fit.parameters)
    """
    named = {"tenure_months": tenure, "event": event} | ({} if group is None else {"team": group})
    check_whole("runs", runs, 1, MOST_RUNS)
    check_whole("seed", seed, 0, MOST_SEEDS)
    columns = read_columns(table, named, keep_repeated=bool(keep_repeated), called=ROLES)
    rows = _usable(columns, keep_repeated)
    whole = _points(rows)
    if not len(whole.months):
        raise InputError(
            f"has no month by which {LEAST} had left and after which {LEAST} were still there",
            ("table", tenure),
        )
    start = parameters_of(parameters)
    parts, notes = _groups(rows, columns)
    notes.append(ORDINARY)
    shaped = whole.exits >= LEAST_FOR_SHAPE
    if not shaped:
        notes.append(
            f"Only {whole.exits} exits: they tell a rate and no shape, for which {LEAST_FOR_SHAPE} are the least; "
            "the shape over tenure is left as it was."
        )
    last = int(whole.months[-1])
    fit_all = 2 * TURNS * (1 + len(KNOBS)) if shaped else TURNS * 2
    foreseen = fit_all + (PACES if parts else 0)
    search = Search(Firms(start, runs, seed, quits_only), start, last, foreseen, threads, progress, cancel)
    begun = search.begun
    if shaped:
        other = begun.copy()
        other[WEEKS] = KNOBS[WEEKS].turned(LONG_HONEYMOON)
        found = min((search.fit(whole, place, range(len(KNOBS))) for place in (begun, other)), key=lambda one: one.cost)
    else:
        found = search.fit(whole, begun, [PACE])
    of_groups = {name: search.fit(points, found.place, [PACE], search.among_paces) for name, points in parts.items()}
    before = search.survival(begun)
    search.finish()
    return Fit(
        parameters=search.parameters(found.place),
        of_groups={name: search.parameters(one.place) for name, one in of_groups.items()},
        knobs=_knobs(begun, found),
        curves=_curves(before, {EVERYBODY: whole} | parts, {EVERYBODY: found} | of_groups),
        groups=_table_of_groups(rows, parts, of_groups, found),
        rows=whole.rows,
        exits=whole.exits,
        person_months=whole.person_months,
        gap_before=largest_gap(whole, before),
        gap=largest_gap(whole, found.survival),
        distance_before=distance(whole, before),
        distance=distance(whole, found.survival),
        notes=(*columns.notes, *notes),
        made={
            "teamsim": version("teamsim"),
            "rules": rules_hash(),
            "table": Path(table).name if isinstance(table, str | Path) else "a DataFrame",
            "tenure": tenure,
            "event": event,
            "group": group or "",
            "exits_counted": "voluntary exits" if quits_only else "all exits",
            "runs": runs,
            "seed": seed,
            "looks": search.looks,
        },
    )


@dataclass(frozen=True, repr=False)
class Fit:
    """What was fitted to an HR table; no row of it can be read from here.

    Attributes
    ----------
    parameters : Parameters
        To simulate with: ``ts.simulate(scenario, parameters=fit.parameters)``.
    of_groups : dict of str to Parameters
        The same for each group with exits enough: its own pace, everybody's shape.
    knobs : DataFrame
        What was turned: ``before``, ``fitted``, the 95 % interval ``low`` and ``high``, ``meaning``.
    curves : DataFrame
        Share still there by ``months``, ``group`` and ``source``: the table's points with their interval, the model's
        survival before and after.
    groups : DataFrame
        Rows, exits, share that leaves in a month, ``pace`` against everybody's with its interval, ``gap``.
    rows, exits, person_months
        What it rests on.
    gap_before, gap : float
        Largest difference between the model's share still there and the table's.
    distance_before, distance : float
        Root mean square difference of the logarithms of the cumulative hazards, in standard errors of the table's:
        about 1 is what luck in a table of this size would bring.
    notes : tuple of str
        What was used, and what was not.
    made : dict
        Where it comes from: version, rules, table, columns, seed.
    """

    parameters: Declared
    of_groups: Mapping[str, Declared]
    knobs: pd.DataFrame
    curves: pd.DataFrame
    groups: pd.DataFrame
    rows: int
    exits: int
    person_months: float
    gap_before: float
    gap: float
    distance_before: float
    distance: float
    notes: tuple[str, ...]
    made: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Fit to {self.made['table']}: {self.exits:,} exits of {self.rows:,}, gap {self.gap:.3f}>"

    @cached_property
    def changed(self) -> dict[str, float]:
        """The parameters that differ from the declared ones."""
        return _changed(self.parameters)

    def summary(self) -> str:
        """Return it in words and figures, as plain text."""
        rate, made = self.exits / self.person_months, self.made
        turned = [
            (name, f"{before:.2f}", f"{fitted:.2f}", f"{low:.2f} .. {high:.2f}", meaning)
            for name, before, fitted, low, high, meaning in self.knobs.itertuples(name=None)
        ]
        opening = (
            f"{made['table']}: {self.rows:,} people, {self.exits:,} exits ({made['exits_counted']}) in "
            f"{self.person_months:,.0f} person-months, {rate:.2%} a month."
        )
        closing = (
            f"Largest gap between table and model: {100 * self.gap_before:.1f} points before, {100 * self.gap:.1f} "
            f"after. Distance in standard errors of the table: {self.distance_before:.1f} before, {self.distance:.1f} "
            "after; about 1 is what luck in a table of this size would bring."
        )
        parts = [
            opening,
            _aligned([("", "before", "fitted", "95 % interval", ""), *turned]),
            _aligned([("month", "still there", "95 % interval", "model before", "model"), *self._compared()]),
            closing,
        ]
        if len(self.groups):
            heads = ("group", "people", "exits", "a month", "pace", "95 % interval", "gap")
            parts.append(_aligned([heads, *self._grouped()]))
        return "\n\n".join([*parts, "\n".join(self.notes)])

    def save(self, path: str | Path) -> Path:
        """Write the fitted parameters to a TOML file, with where they come from.

        Parameters
        ----------
        path : str or Path
            The file; an existing one is replaced. ``ts.simulate(..., parameters=path)`` takes it.

        Returns
        -------
        Path
            Where it is.

        Raises
        ------
        InputError
            If it cannot be written there.
        """
        content: dict[str, Any] = {
            "parameters": self.changed,
            "fit": {
                **self.made,
                "rows": self.rows,
                "exits": self.exits,
                "gap_before": round(self.gap_before, 4),
                "gap": round(self.gap, 4),
                "distance_before": round(self.distance_before, 3),
                "distance": round(self.distance, 3),
                "notes": list(self.notes),
            },
        }
        if self.of_groups:
            content["groups"] = {name: _changed(numbers) for name, numbers in self.of_groups.items()}
        target = Path(path)
        try:
            target.write_text(OPENING + tomli_w.dumps(content), encoding="utf-8")
        except OSError as error:
            raise InputError(f"= {target} cannot be written: {error.strerror}", ("path",)) from None
        return target

    def _compared(self) -> list[tuple[str, ...]]:
        """About eight of the points, the last one among them."""
        mine = self.curves[self.curves["group"] == EVERYBODY]
        points = mine[mine["source"] == "table"].set_index("months")
        shares = mine.pivot_table("share", "months", "source")
        shown = points.index[:: -max(1, len(points) // 8)][::-1]
        told = shares.join(points[["low", "high"]]).loc[shown, ["table", "low", "high", "model before", "model"]]
        return [
            (f"{month}", f"{table:.1%}", f"{low:.1%} .. {high:.1%}", f"{before:.1%}", f"{model:.1%}")
            for month, table, low, high, before, model in told.itertuples(name=None)
        ]

    def _grouped(self) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        for name, people, exits, rate, pace, low, high, gap in self.groups.itertuples(index=False, name=None):
            told = (f"{exits:,.0f}", f"{rate:.2%}", f"{pace:.2f}", f"{low:.2f} .. {high:.2f}", f"{100 * gap:.1f}")
            lacking = (f"under {LEAST}", "", "as everybody", "", "")
            rows.append((name, f"{people:,}", *(lacking if math.isnan(pace) else told)))
        return rows


# --- reading --------------------------------------------------------------------------------------


def _usable(columns: Columns, keep_repeated: bool | None) -> pd.DataFrame:
    """Return group, months and whether they left, of who has both; or say why nothing can be fitted to that."""
    whole = columns.rows if keep_repeated else columns.rows + columns.repeated
    if keep_repeated is None and columns.repeated > TOO_MANY_REPEATS * whole:
        raise InputError(
            f"has {columns.repeated:,} of {whole:,} rows that repeat another in every column, more than slips would: "
            "add a column that tells people apart, such as a number, or say whether to keep them (keep_repeated)",
            ("table",),
        )
    months, event = columns.numbers["tenure_months"], columns.numbers["event"]
    team = np.full(columns.rows, EVERYBODY, dtype=object) if columns.team is None else columns.team
    rows = pd.DataFrame({"group": team, "months": months, "left": event == 1.0})
    rows = rows[~(np.isnan(months) | np.isnan(event))]
    exits, stayed = int(rows["left"].sum()), int((~rows["left"]).sum())
    named = ("table", columns.named["event"])
    if exits < LEAST:
        raise InputError(f"has {exits} exits in rows with a tenure; a rate needs {LEAST} or more", named)
    if stayed < LEAST:
        raise InputError(
            f"has {exits:,} exits and {stayed} who stayed: leavers alone do not tell how often people leave; put in "
            f"at least {LEAST} who stayed",
            named,
        )
    return rows


def _points(rows: pd.DataFrame) -> Points:
    return Points.of(rows["months"].to_numpy(dtype=np.float64), rows["left"].to_numpy(dtype=bool))


def _groups(rows: pd.DataFrame, columns: Columns) -> tuple[dict[str, Points], list[str]]:
    """Return the points of each group that has exits enough; groups of fewer than ten rows are merged first."""
    if columns.team is None:
        return {}, []
    rows["group"], merged = merge_small(rows["group"].to_numpy(dtype=object))
    found, lacking = {}, 0
    for name, part in rows.groupby("group"):
        points = _points(part) if part["left"].sum() >= LEAST else None
        if points is None or not len(points.months):
            lacking += 1
        else:
            found[str(name)] = points
    said = f"Groups from {columns.named['team']!r}.{merged}"
    if lacking:
        said += f" {lacking} with fewer than {LEAST} exits take everybody's pace."
    return found, [said]


# --- tables ---------------------------------------------------------------------------------------


def _knobs(begun: Numbers, found: Found) -> pd.DataFrame:
    """Return what was turned; a knob that was left alone is not in it."""
    rows = []
    for n, (knob, error) in enumerate(zip(KNOBS, found.error, strict=False)):
        low, high = (knob.shown(found.place[n] + sign * TWO_SIDED * error) for sign in (-1.0, 1.0))
        known = Parameters.quantities().get(knob.name)
        if known:
            low, high = max(low, known.low), min(high, known.high)
        rows.append((knob.name, knob.shown(begun[n]), knob.shown(found.place[n]), low, high, knob.meaning))
    return pd.DataFrame(rows, columns=["knob", "before", "fitted", "low", "high", "meaning"]).set_index("knob")


def _curves(before: Numbers, parts: Mapping[str, Points], fits: Mapping[str, Found]) -> pd.DataFrame:
    """Return all curves, a row a group, source and month: of the table its points, of the model every month."""
    frames = []
    for name, points in parts.items():
        last = int(points.months[-1]) + 1
        told = {"months": points.months, "share": points.share, "low": points.low, "high": points.high}
        frames.append(pd.DataFrame({"group": name, "source": "table", **told}))
        for source, survival in (("model before", before), ("model", fits[name].survival)):
            model = {"months": np.arange(last), "share": survival[:last]}
            frames.append(pd.DataFrame({"group": name, "source": source, **model}))
    return pd.concat(frames, ignore_index=True)


def _table_of_groups(
    rows: pd.DataFrame, parts: Mapping[str, Points], fits: Mapping[str, Found], whole: Found
) -> pd.DataFrame:
    told: list[tuple[Any, ...]] = []
    for name, count in rows["group"].value_counts().items() if parts else ():
        if name not in parts:
            told.append((name, count, *[math.nan] * 6))
            continue
        points, found = parts[str(name)], fits[str(name)]
        pace, error = found.place[PACE] - whole.place[PACE], TWO_SIDED * found.error[0]
        ends = (math.exp(pace), math.exp(pace - error), math.exp(pace + error))
        rate = points.exits / points.person_months
        told.append((name, count, points.exits, rate, *ends, largest_gap(points, found.survival)))
    return pd.DataFrame(told, columns=["group", "rows", "exits", "monthly", "pace", "low", "high", "gap"])


def _changed(numbers: Declared) -> dict[str, float]:
    plain = parameters_of(None).model_dump()
    return {name: value for name, value in numbers.model_dump().items() if value != plain[name]}


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of text; the first and the last column stand to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *middle, last = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in middle), last[0]]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
