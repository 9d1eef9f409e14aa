"""What the charts have in common: which measures and groups there are, their titles, axes and colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from teamsim.charts.look import COLOURS
from teamsim.fields import InputError, closest
from teamsim.people import Measures
from teamsim.results import FLOWS, GROUPS, Result
from teamsim.scenario import HIRE
from teamsim.statistics.sums import means_by
from teamsim.words import label, say, template, unit

Chart: TypeAlias = "alt.Chart | alt.LayerChart | alt.ConcatChart | alt.VConcatChart | alt.FacetChart"

THIRDS = ("top third", "middle third", "bottom third")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "triangle-right", "cross")
DASHES = ([1, 0], [8, 4], [2, 4], [10, 3, 2, 3], [5, 2], [14, 5], [1, 2])
INNER: dict[str, Any] = {"fontSize": 16, "offset": 8}  # the title of a part
MOST_POINTS = 208  # on a time axis; longer horizons are averaged over equal spans of weeks


def chosen(given: str | Iterable[str], known: Iterable[str], noun: str) -> list[str]:
    """Return the names asked for, each once; a single one may stand alone."""
    names = list(dict.fromkeys([given] if isinstance(given, str) else given))
    known = list(known)
    for name in names:
        if name not in known:
            raise InputError(f"{noun} {name!r} is not known; {closest(str(name), known)}")
    if not names:
        raise InputError(f"is empty; name one or more {noun}s", (f"{noun}s",))
    return names


def chosen_measures(given: str | Iterable[str]) -> list[str]:
    """Return the measures asked for."""
    return chosen(given, Measures.quantities(), "measure")


def needs(result: object, *kinds: type[Result]) -> None:
    """Refuse what this chart cannot be drawn of."""
    if not isinstance(result, kinds):
        wanted = " or a ".join(kind.__name__ for kind in kinds)
        raise InputError(f"= a {type(result).__name__} cannot be drawn here; give a {wanted}", ("result",))


def label_of(measure: str, weeks: int = 0) -> str:
    """Say what is measured and in which unit; over how many weeks where a horizon is given."""
    kind = Measures.quantities()[measure]
    told = {
        "measure": label(Measures, measure),
        "unit": say("charts.level") if kind.unit == "level" and kind.low == 0 else unit(kind.unit),
    }
    if not weeks:
        return say("charts.label", **told)
    return say("charts.label_sum" if kind.unit in FLOWS else "charts.label_mean", n=weeks, **told)


def written(number: str) -> str:
    """Return a number with the marks of the language that is spoken."""
    marks = {",": say("charts.thousands"), ".": say("charts.decimal")}
    return "".join(marks.get(letter, letter) for letter in number)


def group_of(name: str) -> str:
    """Say which part of an organisation is meant; a team keeps its name."""
    return say(f"charts.groups.{name}") if name in GROUPS else name


def groups_in(table: pd.DataFrame, column: str = "group") -> pd.DataFrame:
    """Return a table whose groups are said in words."""
    return table.assign(**{column: table[column].map(group_of)})


def people_in_words(names: pd.Series[str], short: bool = False) -> pd.Series[str]:
    """Say who somebody is: the cast by name, somebody hired by number and seat."""
    key = "charts.hire_short" if short else "charts.hire"
    return names.map(lambda name: say(key, n=hire[1], seat=hire[2]) if (hire := HIRE.fullmatch(name)) else name)


def roads() -> dict[str, str]:
    """Return the roads out of a team in words, by their names."""
    return dict(template("charts.roads"))


def tip(field: str, kind: str = "N", form: str = "", title: str = "") -> alt.Tooltip:
    """Return a line of what is said of a mark that is pointed at; by default it is called as its field is."""
    name = title or say(f"charts.{field}")
    return alt.Tooltip(f"{field}:{kind}", title=name, format=form or alt.Undefined)


def place_of(result: Result) -> str:
    """Say where this happens."""
    return result.scenario.title or result.scenario.name


def domain_of(measure: str, values: pd.DataFrame | pd.Series[Any], seats: int) -> list[float]:
    """Return the ends of the axis: the range of a level, the seats of a team, else round numbers around zero."""
    kind = Measures.quantities()[measure]
    if kind.unit == "level":
        return [kind.low if math.isfinite(kind.low) else 0, 1]
    if kind.unit in {"people", "seats"}:
        return [0, seats]
    found = values.to_numpy()
    low, high = -_round_up(-float(found.min())), _round_up(float(found.max()))
    return [low, high] if low < high else [0, 1]


def _round_up(value: float) -> float:
    if value <= 0:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(value))
    return unit * min(step for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= value * (1 - 1e-9))


def week_axis(weeks: int) -> alt.X:
    """Return the time axis: half years where there are any."""
    step = 26 * -(-weeks // 260) if weeks >= 52 else 13 if weeks >= 26 else max(1, weeks // 6)
    ticks = list(range(0, weeks + 1, step))
    return alt.X("week:Q").scale(domain=[0, weeks], nice=False).axis(values=ticks).title(say("charts.week"))


def thinned(table: pd.DataFrame, weeks: int, by: Sequence[str]) -> pd.DataFrame:
    """Average over spans of weeks, where there are too many weeks to be seen; round what nobody sees."""
    if (step := -(-weeks // MOST_POINTS)) > 1:
        spans = table.assign(week=table["week"] // step * step)
        keys = ["week", *by]
        numbers = [str(name) for name in table.select_dtypes("number") if name not in keys]
        found = means_by(table[numbers], spans.groupby(keys, sort=False).ngroup())
        table = spans[keys].drop_duplicates(ignore_index=True)
        table[numbers] = found
    return table.round(4)


def colour_of(field: str, names: Sequence[str], *, legend: bool = True) -> alt.Color:
    """Tell names apart by colour; always used with a dash, a shape or a place of their own as well."""
    scale = alt.Scale(domain=list(names), range=[*COLOURS.values()][: len(names)])
    return alt.Color(f"{field}:N", scale=scale, legend=_legend_of_lines() if legend else None)


def dash_of(field: str, names: Sequence[str]) -> alt.StrokeDash:
    """Tell names apart by how the line is dashed."""
    scale = alt.Scale(domain=list(names), range=list(DASHES[: len(names)]))
    return alt.StrokeDash(f"{field}:N", scale=scale, legend=_legend_of_lines())


def _legend_of_lines() -> alt.Legend:
    symbol: dict[str, Any] = {"symbolType": "stroke", "symbolSize": 700, "symbolOpacity": 1, "symbolStrokeWidth": 3}
    return alt.Legend(orient="top", title=None, **symbol)
