"""A Vega-Lite specification taken apart into what is drawn (the spec) and what it is drawn from (columns).

Two charts of one shape then have equal specs, whatever their data: Altair names a dataset after a hash of
its values and
counts its selections from one end of the session to the other, so both are renamed here in order of
appearance.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

Columns: TypeAlias = dict[str, list[Any]]

# Altair's own names of selections and views: counted, or hashed and counted
_COUNTED = re.compile(r"(?:param|view)_(?:\d+|[0-9a-f]{16}(?:_\d+)*)")
_HASHED = re.compile(r"data-[0-9a-f]{32}|empty")  # Altair's own names of datasets


def take_apart(spec: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Columns]]:
    """Split a specification into one without data and its datasets as columns.

    Parameters
    ----------
    spec : mapping
        What ``chart.to_dict()`` gives.

    Returns
    -------
    spec : dict
        The same, with datasets named ``table_0``, ``table_1`` ... in order of appearance; names given by
        hand are kept.
    data : dict
        Each dataset by name, as columns; empty for named data that the spec does not hold.

    Examples
    --------
    >>> spec, data = take_apart({"mark": "point", "data": {"values": [{"week": 1}, {"week": 2}]}})
    >>> spec
    {'mark': 'point', 'data': {'name': 'table_0'}}
    >>> data
    {'table_0': {'week': [1, 2]}}
    """
    datasets = spec.get("datasets", {})
    names: dict[str, str] = {}  # old name to new
    data: dict[str, Columns] = {}
    kept: dict[str, Any] = {}  # what is not a table (a map, say) stays in the spec
    inline = 0

    def source(node: Mapping[str, Any]) -> dict[str, Any]:
        nonlocal inline
        rest = {key: value for key, value in node.items() if key not in ("name", "values")}
        old = node.get("name", "")
        values = node.get("values", datasets.get(old))
        if old in names:
            name = names[old]
        elif not old or (old in datasets and _HASHED.fullmatch(old)):
            name = f"table_{inline}"  # not data_0: Vega-Lite calls what it derives itself so
            inline += 1
        else:
            name = old
        if old:
            names[old] = name
        if values is None:
            data.setdefault(name, {})
        elif _is_table(values):
            data[name] = columns_of(values, name)
        else:
            kept[name] = values
        return {"name": name, **rest}

    def walk(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {
                key: source(value) if key == "data" and _is_source(value) else walk(value)
                for key, value in node.items()
                if key != "datasets"
            }
        return [walk(item) for item in node] if isinstance(node, list | tuple) else node

    bare = walk(spec)
    if kept:
        bare["datasets"] = kept
    return _renumbered(bare, {field for columns in data.values() for field in columns}), data


def columns_of(table: Any, name: str = "data") -> Columns:
    """Return a table as columns that JSON can hold: NaN and infinity become None, dates ISO text.

    Parameters
    ----------
    table : DataFrame, mapping of columns, or list of rows
        Columns are of one length.
    name : str
        What the table is called in an error.

    Raises
    ------
    ValueError
        If the columns differ in length.
    TypeError
        If it is no table.

    Examples
    --------
    >>> columns_of({"week": range(2), "output": np.array([0.5, np.nan])})
    {'week': [0, 1], 'output': [0.5, None]}
    >>> columns_of([{"week": 1, "who": "Ada"}, {"week": 2}])
    {'week': [1, 2], 'who': ['Ada', None]}
    """
    if isinstance(table, list | tuple):
        keys = list(dict.fromkeys(key for row in table for key in row))
        columns = {str(key): [_plain(row.get(key)) for row in table] for key in keys}
    elif hasattr(table, "items"):
        columns = {str(key): _column(values) for key, values in table.items()}
    else:
        given = type(table).__name__
        raise TypeError(
            f"{name}: a {given} is no table; allowed: a DataFrame, columns by name, or a list of rows"
        )
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) > 1:
        given = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise ValueError(f"{name}: columns are of different lengths ({given}); give them one length")
    return columns


def title_of(spec: Mapping[str, Any]) -> str:
    """Return the title of a chart in one line, or an empty text.

    Examples
    --------
    >>> title_of({"title": {"text": ["Output", "per week"]}})
    'Output per week'
    """
    title = spec.get("title", "")
    text = title.get("text", "") if isinstance(title, Mapping) else title
    return " ".join(text) if isinstance(text, list | tuple) else str(text)


def _is_source(node: Any) -> bool:
    return isinstance(node, Mapping) and ("name" in node or "values" in node)


def _is_table(values: Any) -> bool:
    return isinstance(values, list | tuple) and all(isinstance(row, Mapping) for row in values)


def _column(values: Any) -> list[Any]:
    array = values.to_numpy() if hasattr(values, "to_numpy") else values
    if not isinstance(array, np.ndarray):
        return [_plain(value) for value in array]
    if array.dtype.kind in "iub":
        return list(array.tolist())
    if array.dtype.kind == "f":
        found: list[Any] = array.tolist()
        finite = np.isfinite(array)
        return found if finite.all() else [v if ok else None for v, ok in zip(found, finite, strict=True)]
    if array.dtype.kind == "M":
        # without a zone, which a browser reads as its own time, as Altair does
        return [None if text == "NaT" else text for text in np.datetime_as_string(array, unit="ms").tolist()]
    return [_plain(value) for value in array.tolist()]


def _plain(value: Any) -> Any:
    """Return one value as JSON can hold it."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int | list | dict):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.datetime):
        return value.isoformat() if value == value else None  # NaT is not equal to itself
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00"  # a bare date would be read as midnight in Greenwich
    return None if value != value or str(value) == "<NA>" else str(value)


def _strings(node: Any) -> Iterator[tuple[str, str]]:
    """Yield every text in a spec with the key it stands under."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if isinstance(value, str):
                yield key, value
            else:
                yield from _strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)


def _renumbered(spec: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    """Count Altair's own names of selections and views from nought, in expressions too."""
    declared = [text for key, text in _strings(spec) if key == "name" and _COUNTED.fullmatch(text)]
    new: dict[str, str] = {}
    for old in dict.fromkeys(declared):
        if old not in fields:
            new[old] = f"{old.split('_')[0]}_{len(new)}"
    if not new:
        return spec
    words = re.compile(r"\b(?:" + "|".join(map(re.escape, new)) + r")\b")

    def walk(node: Any) -> Any:
        if isinstance(node, str):
            return words.sub(lambda match: new[match[0]], node)
        if isinstance(node, Mapping):
            return {key: walk(value) for key, value in node.items()}
        return [walk(item) for item in node] if isinstance(node, list) else node

    renamed: dict[str, Any] = walk(spec)
    return renamed


def spoken_of(spec: Mapping[str, Any]) -> str:
    """Return what a screen reader says of a chart: its title and subtitle, and those of its parts.

    Examples
    --------
    >>> spoken_of({"title": {"text": "Output", "subtitle": "One history."}, "concat": [{"title": "Top third"}]})
    'Output. One history. Top third'
    """
    said: list[str] = []

    def walk(view: Any) -> None:
        if not isinstance(view, Mapping):
            return
        title = view.get("title")
        for part in (title.get("text"), title.get("subtitle")) if isinstance(title, Mapping) else (title,):
            lines = part if isinstance(part, list) else [part]
            said.extend(line for line in lines if isinstance(line, str) and line not in said)
        for parts in ("layer", "concat", "hconcat", "vconcat"):
            for inner in view.get(parts, []):
                walk(inner)
        walk(view.get("spec"))

    walk(spec)
    return " ".join(line if line.endswith((".", "?", "!")) else f"{line}." for line in said).removesuffix(".")
