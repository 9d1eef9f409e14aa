"""What calibration and scorecard found, as it came out: tables that travel with the package, for who cannot wait.

Each is written by a command, none by hand; CONTRIBUTING.md says which. One that was found by other rules is not kept.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from teamsim.evidence.calibration import free_parameters
from teamsim.evidence.targets import bounds, guarded, published
from teamsim.fields import InputError, closest
from teamsim.parameters import Parameters

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

__all__ = ["calibrated_ranges", "explained", "findings", "in_red", "met", "of_left_out", "side_by_side", "told"]

FOLDER = Path(__file__).parent / "findings"
NOT_MEASURED = (
    "What the model says of figures left out of the fit has not been measured since the sizes of its effects changed"
)


def findings(name: str) -> pd.DataFrame:
    """Return a table that came out of a calibration or a scorecard.

    Parameters
    ----------
    name : str
        ``"scorecard"``, the same in ``"other firms"``, and what is ``"not fitted"``: as
        `teamsim.scorecard(by="check")`. What CONTRIBUTING.md makes besides (``"second start"``, ``"third start"``, and
        ``"held out"`` as `teamsim.held_out`) is found as well once it is there: it has not been made since the sizes
        of effects changed.

    Returns
    -------
    DataFrame

    Raises
    ------
    InputError
        If there is no such table.

    Examples
    --------
    >>> findings("scorecard").index.names
    FrozenList(['target', 'measure'])
    """
    files = {path.stem.replace("-", " "): path for path in FOLDER.glob("*.csv")}
    if name not in files:
        raise InputError(f"= {name!r} is not known; {closest(str(name), files)}", ("name",))
    table = pd.read_csv(files[name])
    return table if "fold" in table else table.set_index(["target", "measure"])


def explained(checks: pd.DataFrame) -> pd.DataFrame:
    """Return a scorecard's findings, a row a target or bound: what was found, how it is measured, and the model's.

    Parameters
    ----------
    checks : DataFrame
        ``ts.scorecard(by="check")``.

    Examples
    --------
    >>> explained(findings("scorecard")).columns.tolist()
    ['finding', 'published', 'measured here as', 'the model', 'in_band', 'source']
    """
    known = {one.id: one for one in (*published(), *guarded())}
    rows = [
        {
            "finding": known[name].fact,
            "published": known[name].said,
            "measured here as": known[name].how,
            "the model": "; ".join(f"{measure} {value:.3g}" for measure, value in own["value"].items()),
            "in_band": bool(own["in_band"].all()),
            "source": known[name].source,
        }
        for name, own in ((str(name), checks.loc[name]) for name in checks.index.unique("target"))
    ]
    return pd.DataFrame(rows)


def told(table: pd.DataFrame) -> pd.DataFrame:
    """Count the targets of `teamsim.held_out` that lie inside their bands, among those left out and those fitted.

    Examples
    --------
    >>> rows = {"fold": 1, "target": ["survival", "quit-rate"], "left_out": [False, True], "in_band": [True, False]}
    >>> told(pd.DataFrame(rows))["inside"].to_dict()
    {'fitted': 1, 'left out': 0}
    """
    of_targets = table[~table["target"].isin([bound.id for bound in bounds()])]  # bounds are never left out
    held = of_targets.groupby(["left_out", "fold", "target"])["in_band"].all().groupby("left_out")
    counted = pd.DataFrame({"inside": held.sum(), "of": held.count()})
    return counted.rename({False: "fitted", True: "left out"}).rename_axis(None)


def met(checks: pd.DataFrame) -> str:
    """Say how many targets are met (all their checks inside), how many checks of bounds, and bounds that must hold.

    Parameters
    ----------
    checks : DataFrame
        ``ts.scorecard(by="check")``.

    Examples
    --------
    >>> rows = {("survival", "S(6 months)"): True, ("survival", "S(12 months)"): False, ("boss", "output"): True}
    >>> met(pd.DataFrame({"in_band": rows}).rename_axis(["target", "measure"]))
    '0 of 1 targets met, 1 of 1 checks of bounds kept, 1 of 1 bounds that must hold'
    """
    of_targets = ~checks.index.get_level_values("target").isin([bound.id for bound in bounds()])
    held = checks.loc[of_targets, "in_band"].groupby("target").all()
    said = [f"{int(held.sum())} of {len(held)} targets met"] if len(held) else []
    kept = checks.loc[~of_targets, "in_band"]
    said += [f"{int(kept.sum())} of {len(kept)} checks of bounds kept"] if len(kept) else []
    must = kept[kept.index.get_level_values("target").isin([bound.id for bound in bounds() if bound.must])]
    whole = must.groupby("target").all()
    said += [f"{int(whole.sum())} of {len(whole)} bounds that must hold"] if len(whole) else []
    return ", ".join(said)


def of_left_out() -> str:
    """Say how many targets held that were left out of the fit, or that nobody has looked: beside how many are met.

    Examples
    --------
    >>> of_left_out().endswith("teamsim held-out.")
    True
    """
    if not (FOLDER / "held-out.csv").is_file():
        return f"{NOT_MEASURED}: teamsim held-out."
    row = told(findings("held out")).loc["left out"]
    return f"Left out of the fit in turn, {row['inside']} of {row['of']} targets held: teamsim held-out."


def calibrated_ranges() -> Styler:
    """Return what was free: the range that its source leaves open, where a search began, and what came out.

    Examples
    --------
    >>> "began" in calibrated_ranges().to_html()
    True
    """
    declared, best = Parameters.quantities(), Parameters()
    rows = [
        {
            "number": name, "from": one.low, "to": one.high, "began": one.start, "calibrated": getattr(best, name),
            "meaning": declared[name].meaning, "source": declared[name].source.split(", ")[0], "moves": one.moves,
        }
        for name, one in free_parameters().items()
    ]  # fmt: skip
    return _shown(pd.DataFrame(rows))


def side_by_side(*names: str) -> Styler:
    """Show several scorecards: how many half widths each figure lies from the middle of its band, misses in red.

    Parameters
    ----------
    names : str
        Of `findings`.

    Examples
    --------
    >>> "targets met" in side_by_side("scorecard", "other firms").to_html()
    True
    """
    tables = {name: findings(name) for name in names}
    apart = {
        name: (table["value"] - (table["high"] + table["low"]) / 2.0) / ((table["high"] - table["low"]) / 2.0)
        for name, table in tables.items()
    }
    said = "; ".join(f"{name}: {met(table)}" for name, table in tables.items())
    said += f". {of_left_out()}"
    inside = pd.DataFrame({name: table["in_band"] for name, table in tables.items()}).reset_index(drop=True)
    shown = _shown(pd.DataFrame(apart).reset_index()).set_caption(said)
    return shown.apply(lambda column: inside[column.name].map(RED).fillna(""), subset=list(names))


def in_red(table: pd.DataFrame) -> Styler:
    """Show a table with what lies outside its band in red.

    Parameters
    ----------
    table : DataFrame
        Any with a column ``in_band``.

    Returns
    -------
    pandas.io.formats.style.Styler

    Examples
    --------
    >>> "#b30000" in in_red(pd.DataFrame({"value": [0.4], "in_band": [False]})).to_html()
    True
    """
    numbered = isinstance(table.index, pd.RangeIndex) or table.index.names == [None]
    plain = table.reset_index(drop=numbered)
    colour = plain["in_band"].map(RED)
    plain["in_band"] = plain["in_band"].map({True: "inside", False: "MISS"})
    return _shown(plain).apply(lambda _: colour)


RED = {True: "", False: "color: #b30000; font-weight: bold"}


def _shown(table: pd.DataFrame) -> Styler:
    """Show a table whole, without numbers of rows.

    Its id, by which its colours find it, comes from what it holds: the same from one time to the next, and no other
    table's on the page.
    """
    left: Any = {"selector": "td, th", "props": "text-align: left; white-space: normal"}
    shown = table.style.hide(axis="index").format(precision=3, na_rep="")
    return shown.set_table_styles([left]).set_uuid(sha256(table.to_json().encode()).hexdigest()[:8])
