"""Reading an HR table: the file, the columns somebody named and nothing else, each value checked.

The rows are compared as wholes once, to find exact repeats; beyond that only the named columns are looked at.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from teamsim.fields import InputError, closest
from teamsim.files import shipped
from teamsim.hr_privacy import Flags, Numbers, Words, personal, refuse_genders

__all__ = ["Columns", "read_columns"]

ENCODINGS = ("utf-8", "cp1252", "latin-1")
MISSING = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "nat", "-"})
YES_NO = {"1": 1.0, "1.0": 1.0, "yes": 1.0, "true": 1.0, "0": 0.0, "0.0": 0.0, "no": 0.0, "false": 0.0}

# Months up to 70 years; pay in any currency and per any period, as only its ratio to a median is used.
ALLOWED = {
    "tenure_months": (0.0, 840.0, "a number of months in 0..840"),
    "pay": (0.0, 1e12, "a pay in 0..1e12"),
    "event": (0.0, 1.0, "0 (stayed) or 1 (left)"),
    "rating": (-1e6, 1e6, "a number (the higher, the better) in -1e6..1e6"),
}


@dataclass
class Columns:
    """What was read: one entry a row, and what there is to say about the reading.

    Attributes
    ----------
    named : dict of str to str
        The column that plays each role.
    numbers : dict of str to float64 array
        ``tenure_months``, ``event``, ``pay`` and ``rating`` as far as named; NaN where a row says nothing.
    team : object array or None
        Each row's group, "" where there is none.
    rows : int
        How many rows there are, repeats left out.
    notes : list of str
        In words: the encoding, repeats, rows that say nothing.
    repeated : int
        How many rows repeated another in every column.
    """

    named: dict[str, str]
    numbers: dict[str, Numbers]
    team: Words | None
    rows: int
    notes: list[str]
    repeated: int = 0


def read_columns(
    table: pd.DataFrame | str | Path,
    named: dict[str, str],
    *,
    keep_repeated: bool = False,
    called: Mapping[str, str] | None = None,
) -> Columns:
    """Read the named columns of a table.

    Parameters
    ----------
    table : DataFrame, str or Path
        The table, the path of a CSV or Parquet file, or the name of a table that travels with the package.
    named : dict of str to str
        For each role (``tenure_months``, ``event``, ``team``, ``pay``, ``rating``) the column that plays it.
    keep_repeated : bool
        Whether rows that repeat another in every column are people of their own, not slips.
    called : mapping of str to str, optional
        What whoever named the columns calls a role, where it is something else.

    Raises
    ------
    InputError
        If there is no such table or column, or a value cannot be used; the message names the row.

    Examples
    --------
    >>> read = read_columns("made-up-hr-export.csv", {"tenure_months": "tenure_months", "event": "left"})
    >>> read.rows, int(read.numbers["event"].sum())
    (240, 83)
    >>> read_columns("made-up-hr-export.csv", {"pay": "monthly_pai"})
    Traceback (most recent call last):
    teamsim.fields.InputError: table.monthly_pai is not a column; did you mean 'monthly_pay'? Known: ...
    """
    if isinstance(table, pd.DataFrame):
        notes: list[str] = []
        frame, place = table.reset_index(drop=True), "row {}"
        frame.columns = pd.Index([str(name) for name in frame.columns])
    elif isinstance(table, str | Path):
        path = _find(Path(table))
        frame, notes = _read_file(path)
        place = f"{path.name}, {'row' if path.suffix.lower() == '.parquet' else 'line'} {{}}"
    else:
        raise InputError(
            f"= {type(table).__name__} is neither a pandas DataFrame nor the path of a file", ("table",)
        )
    roles = {role: role for role in named} | dict(called or {})
    _check_names(frame, named, roles)
    frame = frame.dropna(how="all")
    if frame.empty:
        raise InputError("has no rows", ("table",))
    # Only a file's header takes a line of its own: its first row of data is line 2.
    frame.index = frame.index + (2 if "line" in place else 1)
    whole = len(frame)
    repeats = _repeated(frame)
    if not keep_repeated:
        frame = frame[~repeats]
    if len(frame) < whole:
        notes.append(
            f"{whole - len(frame):,} of {whole:,} rows repeated another in every column and were dropped; if "
            "they are different people, add a column that tells them apart, such as a number."
        )
    read = Columns(named, {}, None, len(frame), notes, int(repeats.sum()))
    for role, column in named.items():
        if role == "team":
            read.team, known = _words(frame[column])
            refuse_genders(column, read.team, roles[role])
        else:
            check = _flags if role == "event" else _numbers
            read.numbers[role] = check(frame[column], role, place)
            if role == "pay":  # unpaid leave, say: nothing that a ratio could be made of
                read.numbers[role][read.numbers[role] == 0.0] = np.nan
            known = ~np.isnan(read.numbers[role])
        if not known.any():
            problem = f"is empty: none of its {len(frame):,} rows has a value for {roles[role]}"
            raise InputError(problem, ("table", column))
        if not known.all():
            consequence = {"event": "they are left out", "team": "they count among other groups"}
            said = consequence.get(role, "they inform nothing about it")
            zero = " or 0" if role == "pay" else ""
            notes.append(f"{(~known).sum():,} rows say nothing{zero} in {column!r}: {said}.")
    return read


def _find(path: Path) -> Path:
    """A file, or failing that a table that travels with the package, by its name."""
    with suppress(OSError):  # a name too long for a file, as when the table itself was given as text
        if path.is_file():
            return path
    tables = [entry.name for entry in shipped("data").glob("*.csv")]
    if str(path) in tables:
        return shipped("data", str(path))
    hint = closest(path.name, tables)
    raise InputError(
        f"= {str(path)[:60]!r} is neither a file nor a table that comes with teamsim; {hint}", ("table",)
    )


def _read_file(path: Path) -> tuple[pd.DataFrame, list[str]]:
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path).reset_index(drop=True).rename(columns=str), []
        if path.suffix.lower() in {".xls", ".xlsx", ".xlsm", ".ods"}:
            raise InputError("is a spreadsheet; save it as CSV (UTF-8) and give that", (path.name,))
        text, encoding = _decode(path)
        header = text.split("\n", 1)[0]
        separator = max(",;\t", key=header.count)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                StringIO(text),
                sep=separator,
                decimal="," if separator == ";" else ".",
                index_col=False,
                skip_blank_lines=False,  # so that a line's number is the file's
                low_memory=False,
            )
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot be read as a table: {' '.join(str(error).split())}", (path.name,)) from None
    shown = "a tab" if separator == "\t" else repr(separator)
    return frame, [f"The file was read as {encoding}, values separated by {shown}."]


def _decode(path: Path) -> tuple[str, str]:
    """Old exports are rarely UTF-8; the first encoding that fits every byte is taken, and said."""
    given = path.read_bytes()
    if given[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return given.decode("utf-16"), "utf-16"
    if b"\0" in given:
        raise InputError(f"is no text in an encoding known here ({', '.join(ENCODINGS)})", (path.name,))
    for encoding in ENCODINGS:
        try:
            return given.decode(encoding).removeprefix("\ufeff"), encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads every byte")


def _check_names(frame: pd.DataFrame, named: dict[str, str], roles: Mapping[str, str]) -> None:
    columns = list(frame.columns)
    for role, column in named.items():
        if not isinstance(column, str):
            raise InputError(f"= {column!r} is not the name of a column", (roles[role],))
        problem, times = "", columns.count(column)
        if times == 0:
            problem = f"is not a column; {closest(column, columns)}"
        elif times > 1:
            problem = f"stands {times} times; every named column stands once"
        elif list(named.values()).count(column) > 1:
            problem = f"is named for {' and '.join(roles[r] for r, c in named.items() if c == column)}; name it once"
        elif found := personal(column):
            problem = f"looks like {found}, which must not shape a cast; name another column as {roles[role]}"
        if problem:
            raise InputError(problem, ("table", column))


def _repeated(frame: pd.DataFrame) -> Flags:
    try:
        return frame.duplicated().to_numpy()
    except TypeError:  # lists and the like have no hash
        return frame.astype(str).duplicated().to_numpy()


def _words(column: pd.Series[Any]) -> tuple[Words, Flags]:
    """Each value as trimmed text, "" where missing; whole numbers without the ".0" that gaps give them."""
    text = column.astype("string").str.split().str.join(" ").str.replace(r"^(-?\d+)\.0$", r"\1", regex=True)
    text = text.fillna("")
    text = text.mask(text.str.lower().isin(MISSING), "")
    words = text.to_numpy(dtype=object)
    return words, words != ""


def _numbers(column: pd.Series[Any], role: str, place: str) -> Numbers:
    low, high, meaning = ALLOWED[role]
    if pd.api.types.is_integer_dtype(column.dtype) or pd.api.types.is_float_dtype(column.dtype):
        values: Numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        missing = np.isnan(values)
    else:
        text, known = _words(column)
        values = pd.to_numeric(pd.Series(text), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        missing = ~known
    _refuse(column, ~missing & ~((values >= low) & (values <= high)), meaning, place)
    values = values.copy()
    values[missing] = np.nan
    return values


def _flags(column: pd.Series[Any], role: str, place: str) -> Numbers:
    text, known = _words(column)
    values = np.array([YES_NO.get(word.lower(), np.nan) for word in text], dtype=np.float64)
    _refuse(column, known & np.isnan(values), ALLOWED[role][2], place)
    return values


def _refuse(column: pd.Series[Any], bad: Flags, allowed: str, place: str) -> None:
    """Name the first value that cannot be used, its row, and how many more there are."""
    if not bad.any():
        return
    first = int(bad.argmax())
    value = column.iloc[first]
    plain = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    shown = f"{value:g}" if plain else repr(str(value)[:40])
    more = f", and {bad.sum() - 1:,} more" if bad.sum() > 1 else ""
    where = place.format(column.index[first]) + more
    raise InputError(f"= {shown} is not {allowed}", ("table", str(column.name)), where)
