"""What it takes beyond the core: said in one line where it is missing."""

from __future__ import annotations

from importlib.util import find_spec

from teamsim.fields import InputError

__all__ = ["needs_research"]

PACKAGES = {
    "lifelines": "lifelines", "statsmodels": "statsmodels", "cma": "cma", "sklearn": "scikit-learn", "emcee": "emcee",
}  # fmt: skip
"""Of the extra ``research``: the module, and the package that brings it."""


def needs_research(what: str) -> None:
    """Refuse, where a package of the extra ``research`` is not installed.

    Raises
    ------
    InputError
        Naming what is missing, and what to install.

    Examples
    --------
    >>> needs_research("the scorecard")
    """
    missing = [package for module, package in PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise InputError(
            f"needs {', '.join(missing)}, not installed here: "
            'python -m pip install -c constraints.txt -e ".[research]"', (what,)
        )
