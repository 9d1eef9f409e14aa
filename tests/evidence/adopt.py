"""Make a calibrated set the declared one: python tests/evidence/adopt.py fitted.toml

Writes its numbers into parameters.toml as defaults, and nothing else. Afterwards the claims have to hold (`teamsim
claims`), and what notebooks say has to be stored anew (tests/notebooks/refresh.py).
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

DECLARED = Path(__file__).parents[2] / "src" / "teamsim" / "parameters.toml"


def adopt(text: str, numbers: dict[str, float]) -> str:
    """Return the declarations with other defaults."""
    for name, value in numbers.items():
        text, found = re.subn(rf"(?m)^({name} = {{ default = )[^,]+", rf"\g<1>{value!r}", text)
        if found != 1:
            raise SystemExit(f"{name} is declared {found} times")
    return text


if __name__ == "__main__":
    numbers = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["parameters"]
    DECLARED.write_text(adopt(DECLARED.read_text(encoding="utf-8"), numbers), encoding="utf-8")
