"""What keeps persons out of a cast.

Columns that no cast should rest on are refused; groups are merged and curves smoothed over ten rows or more.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd

from teamsim.fields import InputError

__all__ = [
    "LEAST",
    "Flags",
    "Numbers",
    "Words",
    "against_median",
    "along",
    "merge_small",
    "personal",
    "refuse_genders",
    "share_below",
    "shrunken_means",
    "together",
]

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Words = np.ndarray[Any, np.dtype[np.object_]]

LEAST = 10
"""No number that leaves the table summarises fewer rows."""

OTHER = "other groups"
# What must not shape a cast. A check of words is a safeguard against a slip, not a proof.
PERSONAL_WORDS = {
    "age": "age", "alter": "age", "dob": "age", "edad": "age",
    "sex": "gender", "sexe": "gender", "sexo": "gender",
    "sick": "health", "ill": "health", "race": "ethnicity", "iq": "psychometrics", "mbti": "psychometrics",
    "surname": "a person's name", "lastname": "a person's name", "firstname": "a person's name",
}  # fmt: skip
PERSONAL_STEMS = {
    "gender": "gender", "geschlecht": "gender", "pronoun": "gender", "birth": "age", "geburt": "age",
    "health": "health", "gesundheit": "health", "illness": "health", "sickness": "health", "krank": "health",
    "disab": "health", "medical": "health", "pregnan": "health",
    "ethnic": "ethnicity", "nationalit": "ethnicity", "religio": "religion", "marital": "marital status",
    "personality": "psychometrics", "psycho": "psychometrics", "anxi": "psychometrics",
    "neurotic": "psychometrics",
    "extraver": "psychometrics", "extrover": "psychometrics", "introver": "psychometrics",
    "agreeable": "psychometrics", "conscientious": "psychometrics", "selfcontrol": "psychometrics",
}  # fmt: skip
PERSON_NAME = re.compile(
    r"\b(first|last|full|given|family|middle|employee|person)[ _-]?name\b", re.IGNORECASE
)
WOMEN = frozenset({"f", "w", "female", "woman", "women"})
GENDERS = WOMEN | {"m", "male", "man", "men", "d", "x", "diverse", "non-binary", "nonbinary", "other"}


def personal(column: str) -> str:
    """What a column's name gives away about persons that is nobody's business here; "" if nothing."""
    if PERSON_NAME.search(column):
        return "a person's name"
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-zäöüßâéè]+|[A-Z]+", column)]
    for word in words:
        if word in PERSONAL_WORDS:
            return PERSONAL_WORDS[word]
    whole = "".join(words)
    return next((meaning for stem, meaning in PERSONAL_STEMS.items() if stem in whole), "")


def refuse_genders(column: str, groups: Words, role: str) -> None:
    """Refuse a column of groups whose values give away that they are genders."""
    values = {str(group).lower() for group in groups} - {""}
    if values & WOMEN and values <= GENDERS:
        problem = f"holds what looks like gender, which must not shape a cast; name another column as {role}"
        raise InputError(problem, ("table", column))


def merge_small(groups: Words) -> tuple[Words, str]:
    """Merge groups under ten, and rows of no group, into one; into the largest if that is still under ten."""
    named = pd.Series(groups).str[:80]
    counts = named.value_counts()
    small = counts.index[(counts < LEAST) | (counts.index == "")]
    merged = named.mask(named.isin(small), OTHER)
    target, others = OTHER, (merged == OTHER).sum()
    if 0 < others < LEAST:
        kept = merged[merged != OTHER].value_counts()
        target = min(kept.index[kept == kept.max()])
        merged = merged.mask(merged == OTHER, target)
    said = (
        f" {len(small)} of {len(counts)}, of fewer than {LEAST} rows or unnamed, are merged into {target!r}."
    )
    return merged.to_numpy(dtype=object), said if len(small) else ""


def against_median(pay: pd.Series[float], group: pd.Series[str]) -> pd.Series[float]:
    """Pay against its group's median, or against everybody's where fewer than ten of the group have a pay."""
    by = pay.groupby(group)
    median = by.transform("median").where(by.transform("count") >= LEAST, pay.median())
    # In logs, and cut at a fifth and five times: nothing a cast needs lies beyond.
    relative = (np.log(pay) - np.log(median)).clip(-math.log(5.0), math.log(5.0))
    return pd.Series(np.exp(relative.to_numpy()), index=pay.index)


def shrunken_means(values: pd.Series[float], group: pd.Series[str]) -> Numbers:
    """For each row, by group in order: its group's mean against everybody's, pulled to 1 by ten rows."""
    whole = float(np.sort(values.dropna()).mean())
    by = values.groupby(group)
    means, counts = by.mean().fillna(whole), by.count().where(by.count() >= LEAST, 0)
    shrunken = (means * counts + whole * LEAST) / (counts + LEAST)
    relative = shrunken / whole if whole > 0.0 else shrunken * 0.0 + 1.0
    ratios = relative.to_numpy(dtype=np.float64)
    return np.repeat(ratios, group.value_counts().loc[shrunken.index].to_numpy())


def together(rows: pd.DataFrame, columns: list[str], z: Numbers) -> Numbers:
    """Make independent normal numbers go together as the columns do by rank (a Gaussian copula)."""
    ranks = rows.reindex(columns=columns).astype(float).corr(method="spearman", min_periods=LEAST)
    matrix = 2.0 * np.sin(np.pi / 6.0 * ranks.fillna(0.0).to_numpy(copy=True))
    np.fill_diagonal(matrix, 1.0)
    sizes, axes = np.linalg.eigh(matrix)
    root = axes * np.sqrt(np.clip(sizes, 0.0, None))
    mixed: Numbers = z @ (root / np.linalg.norm(root, axis=1, keepdims=True)).T
    return mixed


def along(values: pd.Series[float], z: Numbers) -> Numbers:
    """Draw along a smoothed distribution: no point rests on fewer than ten rows, and the ends are cut off."""
    known = np.sort(values.dropna().to_numpy(dtype=np.float64))
    inner = np.clip(known, *np.quantile(known, [0.05, 0.95]))
    bins = min(len(inner) // LEAST, 100)
    if bins < 5:  # too few rows for a curve: mean and spread of the logarithm, cut
        logs = np.log1p(inner)
        drawn: Numbers = np.expm1(logs.mean() + logs.std() * np.clip(z, -1.5, 1.5)).clip(0.0, None)
    else:
        heights = [part.mean() for part in np.array_split(inner, bins)]
        drawn = np.interp(share_below(z), (np.arange(bins) + 0.5) / bins, heights)
    return drawn


def share_below(z: Numbers) -> Numbers:
    """Share of a normal distribution below each value."""
    return np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in z.tolist()])
