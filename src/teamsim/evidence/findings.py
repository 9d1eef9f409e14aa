"""What calibration and scorecard found, as it came out: tables that travel with the package, for who cannot wait.

Each is written by a command, none by hand; CONTRIBUTING.md says which.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from teamsim.fields import InputError, closest

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

__all__ = ["findings", "in_red"]

FOLDER = Path(__file__).parent / "findings"


def findings(name: str) -> pd.DataFrame:
    """Return a table that came out of a calibration or a scorecard.

    Parameters
    ----------
    name : str
        ``"scorecard"``; the same in ``"other firms"``, and after searches from a ``"second start"`` and a
        ``"third start"``: as `teamsim.scorecard(by="check")`. ``"held out"``: as `teamsim.held_out`.

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
    table = pd.read_csv(files[name], float_precision="round_trip")
    return table if "fold" in table else table.set_index(["target", "measure"])


def in_red(table: pd.DataFrame) -> Styler:
    """Show a table with what lies outside its band in red.

    Parameters
    ----------
    table : DataFrame
        Any with a column ``in_band``.

    Examples
    --------
    >>> "#b30000" in in_red(pd.DataFrame({"value": [0.4], "in_band": [False]})).to_html()
    True
    """
    plain = table.reset_index().round(3)
    plain["in_band"] = plain["in_band"].map({True: "inside", False: "MISS"})
    red = plain["in_band"].eq("MISS").map({True: "color: #b30000; font-weight: bold", False: ""})
    shown = plain.style.apply(lambda column: red.where(column.notna(), red), axis=0).hide(axis="index")
    return shown.format(precision=3, na_rep="").set_uuid("in_red")
