"""A quantity is declared once: default, range, unit, label, meaning, source.

From that one declaration come the check of a keyword or a TOML file, the NumPy dtype that the rules read, the
slider with its label, the axis of a sweep and the row of a reference table.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, NewType, Self

import numpy as np
import pydantic
from pydantic_core import ErrorDetails

__all__ = ["Declared", "InputError", "Key", "Quantity", "closest", "quantity"]

Key = NewType("Key", int)
"""An unsigned 64-bit number that names somebody or some stream of chance."""

RESERVED = frozenset(dir(np.recarray)) | frozenset(dir(np.record))
NUMPY_TYPES: dict[object, str] = {float: "f8", int: "i8", bool: "i8", Key: "u8"}


class InputError(ValueError):
    """What somebody gave cannot be used; the message says what, where, and what is allowed.

    Parameters
    ----------
    problem : str
        What is wrong and what is allowed, without the place.
    path : tuple of (str or int)
        The place: field names and list positions, outermost first.

    Examples
    --------
    >>> str(InputError("= 1.4 is outside 0..1", path=("style", "challenge")))
    'style.challenge = 1.4 is outside 0..1'
    """

    def __init__(self, problem: str, path: tuple[str | int, ...] = (), source: str = "") -> None:
        self.problem, self.path, self.source = problem, path, source
        super().__init__(problem)

    def __str__(self) -> str:
        place = ""
        for part in self.path:
            place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
        return f"{place} {self.problem}".strip() + (f" ({self.source})" if self.source else "")

    def inside(self, *outer: str | int) -> InputError:
        """The same error seen from further out."""
        return InputError(self.problem, (*outer, *self.path), self.source)


def closest(word: str, allowed: Iterable[str]) -> str:
    """Say which names exist, the likeliest first.

    Examples
    --------
    >>> closest("chalenge", ["autonomy", "challenge"])
    "did you mean 'challenge'? Known: autonomy, challenge"
    """
    names = sorted(allowed)
    folded = {name.lower(): name for name in names}
    match = difflib.get_close_matches(str(word).lower(), folded, n=1)
    return (f"did you mean '{folded[match[0]]}'? " if match else "") + "Known: " + ", ".join(names)


@dataclass(frozen=True)
class Quantity:
    """What is known about one quantity; made by `quantity`, read by `Declared.quantities`."""

    name: str
    kind: type
    default: float
    low: float
    high: float
    unit: str
    label: str
    meaning: str
    source: str = ""
    group: str = ""
    ends: tuple[str, str] = ("", "")
    seen: bool = False
    shared: bool = False
    how: str = ""
    of: str = ""
    tags: tuple[str, ...] = ()

    def random(self, share: float) -> float:
        """The value that lies a `share` (0..1) of the way through the range."""
        value = self.low + share * (self.high - self.low)
        return round(value) if self.kind is int else value


def quantity(
    default: float | None,
    low: float,
    high: float,
    *,
    label: str,
    meaning: str,
    unit: str = "level",
    source: str = "",
    group: str = "",
    ends: tuple[str, str] = ("", ""),
    seen: bool = False,
    shared: bool = False,
    how: str = "",
    of: str = "",
    tags: tuple[str, ...] = (),
) -> Any:
    """Declare a quantity as a field of a `Declared` class.

    Parameters
    ----------
    default : float or None
        Its value where nothing is said; None if it must be said.
    low, high : float
        The closed range that is allowed.
    label, meaning : str
        What stands beside a slider, and the sentence behind it.
    unit : str
        ``"level"`` is a bare number between the ends of its range.
    source : str
        Where it comes from: an article's claim or a publication.
    group : str
        The heading under which levers and measures are shown together.
    ends : tuple of str
        What the lower and the upper end mean, in words.
    seen : bool
        Whether a leader could see it without asking the model.
    shared : bool
        Whether it is the same in all runs that start alike, whatever happens in them.
    how : str
        Of a measure: how that of a group comes from its people; see `teamsim.people.Measures`.
    of : str
        Of a measure: which state of a person, or of a team, it adds up.
    tags : tuple of str
        Of a driver: what sets it apart; see `teamsim.people.Drivers`.

    Returns
    -------
    pydantic.fields.FieldInfo
        Assign it to an annotated name in the body of a `Declared` class.

    Examples
    --------
    >>> class Tea(Declared):
    ...     sugar: float = quantity(0.5, 0, 1, label="Sugar", meaning="How sweet it is.")
    >>> Tea(sugar=2)
    Traceback (most recent call last):
    teamsim.fields.InputError: tea.sugar = 2 is outside 0..1
    >>> Tea.quantities()["sugar"].label
    'Sugar'
    """
    return pydantic.Field(
        default=... if default is None else default,
        ge=low,
        le=high,
        title=label,
        description=meaning,
        json_schema_extra={
            "unit": unit, "source": source, "group": group, "ends": list(ends), "seen": seen, "shared": shared,
            "how": how, "of": of, "tags": list(tags),
        },
    )


class Declared(pydantic.BaseModel):
    """Base of everything whose quantities are declared: immutable, strict about names and ranges."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    noun: ClassVar[str] = ""

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except pydantic.ValidationError as error:
            raise self._explain(error).inside(self.noun or type(self).__name__.lower()) from None

    @classmethod
    def _explain(cls, error: pydantic.ValidationError) -> InputError:
        first, *others = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
        found = _problem(cls, first)
        if others:
            found.problem += f" (and {len(others)} more)"
        return found

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some values changed, checked like any other.

        Raises
        ------
        InputError
            If a name is not known or a value is out of its range.
        """
        return type(self)(**({name: getattr(self, name) for name in type(self).model_fields} | changes))

    @classmethod
    def quantities(cls) -> dict[str, Quantity]:
        """Every quantity of this class by its name, in the order of declaration."""
        return _quantities(cls)

    @classmethod
    def dtype(cls) -> np.dtype[Any]:
        """Return the record type that the rules read: floats, integers, keys and nested records."""
        return _dtype(cls)

    def record(self) -> np.ndarray[Any, np.dtype[Any]]:
        """Return these values as an array of one record."""
        return np.array([self._values()], dtype=type(self).dtype())

    def _values(self) -> tuple[Any, ...]:
        found = (getattr(self, name) for name in type(self).dtype().names or ())
        return tuple(value._values() if isinstance(value, Declared) else value for value in found)

    def fill(self, row: Any) -> None:
        """Write these values into a record of `dtype`."""
        for name in type(self).dtype().names or ():
            value = getattr(self, name)
            if isinstance(value, Declared):
                value.fill(row[name])
            else:
                row[name] = value


def _problem(cls: type[Declared], detail: ErrorDetails) -> InputError:
    """Turn one of pydantic's findings into our one line."""
    where, given, context = tuple(detail["loc"]), detail["input"], detail.get("ctx", {})
    inner = context.get("error")
    if isinstance(inner, InputError):
        return InputError(inner.problem, where + inner.path[1:], inner.source)
    kind, short = (
        detail["type"],
        f"{given!r}" if len(repr(given)) < 60 else f"{type(given).__name__} {repr(given)[:40]}…",
    )
    if kind == "extra_forbidden":
        return InputError(f"is not known; {closest(str(where[-1]), cls.model_fields)}", where)
    field = cls.quantities().get(str(where[0])) if len(where) == 1 else None
    if kind == "missing":
        return InputError(f"is missing: {field.meaning if field else 'it has to be given'}", where)
    if field and kind in {"greater_than_equal", "less_than_equal", "finite_number"}:
        return InputError(f"= {short} is outside {field.low:g}..{field.high:g}", where)
    if field:
        noun = "a whole number" if field.kind is int else "a number"
        return InputError(f"= {short} is not {noun} in {field.low:g}..{field.high:g}", where)
    if kind == "value_error":
        return InputError(f"{inner}", where)
    return InputError(f"= {short} cannot be used: {detail['msg'][0].lower()}{detail['msg'][1:]}", where)


@cache
def _quantities(cls: type[Declared]) -> dict[str, Quantity]:
    found = {}
    for name, field in cls.model_fields.items():
        extra = field.json_schema_extra
        kind: Any = field.annotation
        if kind is None or not isinstance(extra, Mapping) or "unit" not in extra:
            continue
        bounds = {
            attribute: getattr(m, attribute)
            for m in field.metadata
            for attribute in ("ge", "le")
            if hasattr(m, attribute)
        }
        default = np.nan if field.is_required() else field.default
        ends: Any = extra["ends"]
        tags: Any = extra["tags"]
        found[name] = Quantity(
            name=name,
            kind=kind,
            default=default,
            low=bounds["ge"],
            high=bounds["le"],
            unit=str(extra["unit"]),
            label=field.title or name,
            meaning=field.description or "",
            source=str(extra["source"]),
            group=str(extra["group"]),
            ends=tuple(ends),
            seen=bool(extra["seen"]),
            shared=bool(extra["shared"]),
            how=str(extra["how"]),
            of=str(extra["of"]),
            tags=tuple(tags),
        )
    return found


@cache
def _dtype(cls: type[Declared]) -> np.dtype[Any]:
    parts: list[tuple[str, Any]] = []
    for name, field in cls.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Declared):
            parts.append((name, kind.dtype()))
        elif kind in NUMPY_TYPES:
            parts.append((name, NUMPY_TYPES[kind]))
        else:
            continue
        if name in RESERVED:
            raise TypeError(f"{cls.__name__}.{name} hides an attribute of NumPy's arrays: choose another name")
    return np.dtype((np.record, np.dtype(parts)))
