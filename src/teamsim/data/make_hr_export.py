"""How ``made-up-hr-export.csv`` came about: nobody in it exists.

``python -m teamsim.data.make_hr_export`` writes it anew.
"""

from __future__ import annotations

import csv
import math
from io import StringIO
from pathlib import Path
from random import Random

__all__ = ["made_up_hr_export"]

# People and typical monthly pay.
DEPARTMENTS = {
    "Engineering": (62, 4600),
    "Sales": (50, 3900),
    "Service": (44, 3100),
    "Production": (42, 3000),
    "Finance": (20, 4200),
    "People": (16, 3800),
    "Legal": (6, 5100),
}
FIRST_NAMES = (  # noqa: SIM905
    "Ada Arif Bea Ciro Dina Edda Fynn Goran Hilde Isa Jonas Kim Lou Mara Nils Orla Pia Rune Sem Tove Ugo "
    "Vera Wim Zoe"
).split()
HEADER = "employee_id,first_name,gender,age,department,tenure_months,left,monthly_pay,last_rating"


def made_up_hr_export() -> str:
    """Return a made-up HR export as CSV: 240 people, of whom some left, and two rows that stand twice.

    Only `Random.random` is used, whose numbers Python promises to keep.

    Examples
    --------
    >>> made_up_hr_export().splitlines()[0]
    'employee_id,first_name,gender,age,department,tenure_months,left,monthly_pay,last_rating'
    """
    chance = Random(2026)  # noqa: S311
    rows: list[tuple[object, ...]] = []
    for department, (size, typical) in DEPARTMENTS.items():
        for _ in range(size):
            joined, stays = 1 + 71 * chance.random(), -math.log(1.0 - chance.random()) / 0.012
            merit = sum(chance.random() for _ in range(4)) - 2.0
            tenure, left = min(joined, stays), int(stays < joined)
            pay = typical * (1.0 + 0.12 * merit + 0.0015 * tenure + 0.1 * chance.random())
            rated = min(max(round(3.0 + 0.9 * merit + 1.2 * (chance.random() - 0.5)), 1), 5)
            first_name, gender = FIRST_NAMES[int(24 * chance.random())], "fmx"[int(2.04 * chance.random())]
            person = (1000 + len(rows), first_name, gender, 20 + int(42 * chance.random()), department)
            rating = rated if tenure > 6.0 else ""
            rows.append((*person, f"{tenure:.1f}", left, 10 * round(pay / 10), rating))
    rows += [rows[17], rows[101]]  # exports are like that
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER.split(","), *rows])
    return text.getvalue()


if __name__ == "__main__":
    target = Path(__file__).with_name("made-up-hr-export.csv")
    target.write_text(made_up_hr_export(), encoding="utf-8", newline="\n")
