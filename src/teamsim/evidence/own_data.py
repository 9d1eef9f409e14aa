"""Your own data: base rate and hazard over tenure, fitted to who stayed and who left in a real HR table."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from teamsim.compiler import rules_hash
from teamsim.engine import Progress
from teamsim.evidence.extra import needs_research
from teamsim.evidence.survival import MOST_RUNS, TWO_SIDED, Firms, Points
from teamsim.evidence.turning import KNOBS, PACE, PACES, TURNS, Found, Search
from teamsim.fields import Declared, InputError
from teamsim.hr_columns import Columns, read_columns
from teamsim.hr_privacy import LEAST, Numbers, merge_small
from teamsim.hr_table import check_whole
from teamsim.parameters import Parameters, parameters_of

__all__ = ["EVERYBODY", "Fit", "calibrate_to"]

EVERYBODY = "everybody"
LEAST_FOR_SHAPE = 10 * len(KNOBS)
"""Ten exits a knob; fewer tell a rate and no shape."""
TOO_MANY_REPEATS = 0.1
MOST_SEEDS = 10**9
OPENING = "# Fitted to an HR table by teamsim.calibrate_to: simulate with parameters = the path of this file.\n\n"
ORDINARY = (
    "Fitted in an ordinary market (tightness 1). A scenario drawn from the same table with its event has the rate in "
    "its market already: give it an ordinary one, or the rate counts twice."
)
ROLES = {"tenure_months": "tenure", "event": "event", "team": "group"}


def calibrate_to(
    table: pd.DataFrame | str | Path,
    *,
    tenure: str,
    event: str,
    group: str | None = None,
    quits_only: bool = False,
    keep_repeated: bool = False,
    runs: int = 12,
    seed: int = 1,
    parameters: Any = None,
    threads: int | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Fit:
    """Fit how often people leave, and when in their time here, to a real HR table.

    Between the points of the table's Kaplan-Meier curve, as many are to leave as would in the model (invented firms in
    an ordinary market), by least squares. Everybody in the table counts from the day of joining; a table that leaves
    out who left earlier shows fewer exits than there were, and a survey of leavers more.

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
    keep_repeated : bool
        Whether rows that repeat another in every column are people of their own. By default they are taken for slips
        and dropped; more than a tenth are refused.
    runs : int
        In how many firms of about 360 people every step is looked at.
    seed : int
        Which firms and which luck; the same seed gives the same fit.
    parameters : mapping, Parameters or path, optional
        Where to start, as in `teamsim.simulate`.
    threads, progress, cancel
        As in `teamsim.futures`; progress counts looks at the firms, of which fewer may be needed than foreseen.

    Returns
    -------
    Fit
        `parameters` to simulate with; tables `knobs`, `curves` and `groups`; `save(path)`.

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
    >>> int(fit.groups.loc["everybody", "exits"])
    83
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), parameters=fit.parameters)

    With people drawn from the same table, in an ordinary market, for the rate is in the parameters now:

    >>> firm = ts.Scenario.from_table("made-up-hr-export.csv", tenure_months="tenure_months", event="left")
    >>> run = ts.simulate(firm.replace(market={"tightness": 1.0}), parameters=fit.parameters)
    """
    needs_research("calibrate_to")
    check_whole("runs", runs, 1, MOST_RUNS)
    check_whole("seed", seed, 0, MOST_SEEDS)
    named = {"tenure_months": tenure, "event": event} | ({} if group is None else {"team": group})
    columns = read_columns(table, named, keep_repeated=keep_repeated, called=ROLES)
    rows = _usable(columns, keep_repeated)
    start, whole = parameters_of(parameters), _points(rows)
    if not len(whole.months):
        raise InputError(f"has no month by which {LEAST} had left and {LEAST} were still there", ("table", tenure))
    parts, notes = _groups(rows, columns)
    exits, knobs = int(rows["left"].sum()), len(KNOBS)
    if exits < LEAST_FOR_SHAPE:
        knobs = 1
        notes.append(
            f"Only {exits} exits: they tell a rate and no shape, for which {LEAST_FOR_SHAPE} are the least; the shape "
            "over tenure is left as it was."
        )
    foreseen = TURNS * (1 + knobs) + (len(PACES) + len(parts) if parts else 0)
    last, firms = max(int(one.months[-1]) for one in (whole, *parts.values())), Firms(start, runs, seed, quits_only)
    search = Search(firms, start, last, foreseen, threads, progress, cancel)
    before, found = search.survival(search.begun), search.fit(whole, knobs)
    places = {name: search.paced(points, found.place) for name, points in parts.items()}
    fitted = {EVERYBODY: found.place} | {name: one[0] for name, one in places.items()}
    curves, groups = _tables(rows, {EVERYBODY: whole} | parts, search, before, fitted, places)
    search.finish()
    return Fit(
        parameters=search.parameters(found.place),
        of_groups={name: search.parameters(fitted[name]) for name in parts},
        knobs=_knobs(search.begun, found),
        curves=curves,
        groups=groups,
        notes=(*columns.notes, *notes, ORDINARY),
        made={
            "teamsim": version("teamsim"),
            "rules": rules_hash(),
            "table": Path(table).name if isinstance(table, str | Path) else "a DataFrame",
            **{ROLES[role]: column for role, column in named.items()},
            "exits_counted": "voluntary" if quits_only else "all",
            "runs": runs,
            "seed": seed,
            "looks": len(search.seen),
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
        What was turned: ``before``, ``fitted``, and ``low`` and ``high``, the 95 % interval of what the table leaves
        open in these firms; another ``seed`` shows what others do. ``pace`` is how many times as often as before
        somebody leaves, all else equal.
    curves : DataFrame
        Share still there by ``group`` and ``months``: by the ``model`` and by the ``model_before`` the fit; where the
        table has a point, by the ``table`` (Kaplan-Meier) with its 95 % interval ``low`` and ``high``.
    groups : DataFrame
        By group, everybody first: ``rows``; ``exits``, share leaving ``monthly``, ``pace`` against everybody's with
        its 95 % interval ``low`` and ``high``; the largest ``gap`` between table and model, and ``gap_before``; the
        root mean square ``distance`` in standard errors of the table, about 1 where only luck is left. A group with
        too few exits has its rows alone.
    notes : tuple of str
        What was used, and what was not.
    made : dict
        Where it comes from: version, rules, table, columns, seed.

    Examples
    --------
    >>> import teamsim as ts
    >>> fit = ts.calibrate_to("made-up-hr-export.csv", tenure="tenure_months", event="left", group="department", runs=1)
    >>> fit
    <Fit to made-up-hr-export.csv: 83 exits of 240>
    >>> fit.knobs.index.tolist()
    ['pace', 'honeymoon_gain', 'honeymoon_weeks', 'ties_gain']
    >>> set(fit.of_groups) < set(fit.groups.index)
    True
    """

    parameters: Declared
    of_groups: Mapping[str, Declared]
    knobs: pd.DataFrame
    curves: pd.DataFrame
    groups: pd.DataFrame
    notes: tuple[str, ...]
    made: Mapping[str, Any]

    def __repr__(self) -> str:
        whole = self.groups.loc[EVERYBODY]
        return f"<Fit to {self.made['table']}: {whole['exits']:,.0f} exits of {whole['rows']:,.0f}>"

    def save(self, path: str | Path) -> Path:
        """Write the fitted parameters to a TOML file, with where they come from; of groups under ``groups``.

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
        whole = self.groups.loc[EVERYBODY]
        content: dict[str, Any] = {
            "parameters": _changed(self.parameters),
            "fit": {
                **self.made,
                **whole[["rows", "exits"]].astype(int).to_dict(),
                **whole[["monthly", "gap_before", "gap", "distance"]].round(4).to_dict(),
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


def _usable(columns: Columns, keep_repeated: bool) -> pd.DataFrame:
    """Return group, months and whether they left, of who has both; or say why nothing can be fitted to that."""
    whole = columns.rows + columns.repeated
    if not keep_repeated and columns.repeated > TOO_MANY_REPEATS * whole:
        raise InputError(
            f"has {columns.repeated:,} of {whole:,} rows that repeat another in every column, more than slips would: "
            "add a column that tells people apart, such as a number, or keep them (keep_repeated)",
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
            f"has {exits:,} exits and {stayed} who stayed: leavers alone do not tell how often people leave; put in at "
            f"least {LEAST} who stayed",
            named,
        )
    return rows


def _points(rows: pd.DataFrame) -> Points:
    return Points.of(rows["months"].to_numpy(dtype=np.float64), rows["left"].to_numpy(dtype=bool))


def _groups(rows: pd.DataFrame, columns: Columns) -> tuple[dict[str, Points], list[str]]:
    """Return the points of each group that has some; groups of fewer than ten rows are merged first."""
    if columns.team is None:
        return {}, []
    rows["group"], merged = merge_small(rows["group"].replace(EVERYBODY, f"{EVERYBODY}'").to_numpy(dtype=object))
    points = {str(name): _points(part) for name, part in rows.groupby("group")}
    found = {name: one for name, one in points.items() if len(one.months)}
    lacking = len(points) - len(found)
    said = f" {lacking} with too few exits take everybody's pace." if lacking else ""
    return found, [f"Groups from {columns.named['team']!r}.{merged}{said}"]


def _knobs(begun: Numbers, found: Found) -> pd.DataFrame:
    """Return what was turned; a knob that was left alone is not in it."""
    rows = []
    for knob, old, new, error in zip(KNOBS, begun, found.place, found.error, strict=False):
        low, high = (knob.shown(new + sign * TWO_SIDED * error) for sign in (-1.0, 1.0))
        if known := Parameters.quantities().get(knob.name):
            low, high = max(low, known.low), min(high, known.high)
        rows.append((knob.name, knob.shown(old), knob.shown(new), low, high))
    return pd.DataFrame(rows, columns=["knob", "before", "fitted", "low", "high"]).set_index("knob")


def _tables(
    rows: pd.DataFrame, parts: Mapping[str, Points], search: Search, before: Numbers,
    fitted: Mapping[str, Numbers], places: Mapping[str, Numbers],
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Return the curves of everybody and of each group with points, and a row a group."""
    curves = []
    groups: dict[str, dict[str, float]] = {EVERYBODY: {"rows": len(rows)}}
    groups |= {str(name): {"rows": len(part)} for name, part in rows.groupby("group")}
    for name, points in parts.items():
        mine = rows if name == EVERYBODY else rows[rows["group"] == name]
        model, last = search.survival(fitted[name]), int(points.months[-1]) + 1
        by_month = pd.DataFrame({"group": name, "months": range(last), "model": model[:last]})
        by_month["model_before"] = before[:last]
        at_points = {"table": points.share, "low": points.low, "high": points.high}
        curves.append(by_month.join(pd.DataFrame(at_points, index=points.months)))
        pace, low, high = np.exp((places.get(name, np.tile(fitted[name], (3, 1))) - fitted[EVERYBODY])[:, PACE])
        groups[name] |= {
            "exits": mine["left"].sum(), "monthly": mine["left"].sum() / mine["months"].sum(),
            "pace": pace, "low": low, "high": high,
            "gap_before": points.gap(before), "gap": points.gap(model),
            "distance": float(np.sqrt(np.mean(points.misses(model) ** 2))),
        }  # fmt: skip
    return pd.concat(curves, ignore_index=True), pd.DataFrame.from_dict(groups, orient="index").rename_axis("group")


def _changed(numbers: Declared) -> dict[str, float]:
    plain = Parameters().model_dump()
    return {name: value for name, value in numbers.model_dump().items() if value != plain[name]}
