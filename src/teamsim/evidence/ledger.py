"""The ledger as it is written: claims and their experiments, read from a TOML file a source and checked."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic

from teamsim.evidence.casts import SETTINGS
from teamsim.fields import Declared, InputError, closest
from teamsim.parameters import Parameters
from teamsim.people import Policies
from teamsim.style import Style

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SHAPES", "Arm", "Claim", "Experiment", "Outcome", "Source", "claims", "find_claims", "ledger"]

HERE = Path(__file__).parent
CLAIM = re.compile(r"S\d-\d\d")
Table = Mapping[str, Any]
NONE: Any = pydantic.Field(default_factory=dict)

SHAPES: dict[str, Mapping[str, tuple[float, ...]]] = {
    "rises": {"effect": (-1, 1)},
    "falls": {"effect": (1, -1)},
    "rises throughout": {"effect": (-1, 0, 1), "first step": (-1, 1, 0), "second step": (0, -1, 1)},
    "falls throughout": {"effect": (1, 0, -1), "first step": (1, -1, 0), "second step": (0, 1, -1)},
    "inverted U": {"rise": (-1, 1, 0), "fall": (0, 1, -1)},
    "U": {"fall": (1, -1, 0), "rise": (0, -1, 1)},
    "rises less and less": {"effect": (-1, 0, 1), "first step": (-1, 1, 0), "less to gain": (-1, 2, -1)},
    "falls less and less": {"effect": (1, 0, -1), "first step": (1, -1, 0), "less to lose": (1, -2, 1)},
    "rises more and more": {"effect": (-1, 0, 1), "more to gain": (1, -2, 1)},
    "falls more and more": {"effect": (1, 0, -1), "more to lose": (-1, 2, -1)},
    "rises, then is flat": {"effect": (-1, 1, 0), "no fall": (-0.1, -0.9, 1), "no rise": (-0.1, 1.1, -1)},
    "is flat, then falls": {"effect": (0, 1, -1), "no fall": (-1, 1.1, -0.1), "no rise": (1, -0.9, -0.1)},
    "is flat, then rises": {"effect": (0, -1, 1), "no rise": (1, -1.1, 0.1), "no fall": (-1, 0.9, 0.1)},
    "more in the second pair": {"effect": (1, -1, -1, 1)},
    "less in the second pair": {"effect": (-1, 1, 1, -1)},
}
"""Contrasts of arms by shape: each has to lie above 0, the first to be of the least size.

Flat is under a tenth of that first one, either way.
"""


class Arm(Declared):
    """One way in which things may be: what differs from the cast, and from an ordinary style.

    Levers are given as a table that may hold ``preset``, the name of a style to start from.
    """

    style: Table = NONE
    """Levers of everybody who leads."""
    plan: Mapping[int, Table] = NONE
    """From which week on which levers differ from these."""
    events: tuple[Table, ...] = ()
    """Dated events, as in a `Plan`; ``who`` may be a group (see `people_of`)."""
    by: Mapping[str, Table] = NONE
    """Levers of leaders by name; where they are not named, ``style`` holds."""
    people: Table = NONE
    """What holds for everybody of the cast, as in a `CastMember`."""
    persons: Mapping[str, Table] = NONE
    """What holds for some, by name or by group (see `people_of`)."""
    leader: Table = NONE
    """What holds for all leaders who stand outside, as in a `CastLeader`."""
    leaders: Mapping[str, Table] = NONE
    """What holds for some of them, by name."""
    team: Table = NONE
    """What holds for every team, as in a `CastTeam`: ``tier``."""
    policies: Table = NONE
    market: Table = NONE
    weeks: int = 0
    """The horizon; the cast's where nothing is said."""


class Outcome(Declared):
    """A number that each history yields: a measure of a group, a state of some people, or a function of one's own."""

    measure: str = ""
    """A field of `Measures`: averaged over weeks if it is a level, added up if it is a flow."""
    group: str = "organisation"
    """Of a measure: the organisation, a third of its teams, or a team by name."""
    state: str = ""
    """A field of `PersonState`, averaged over weeks and people; ``belief`` sums its drivers, ``belief.pay`` is one."""
    of: str | tuple[str, ...] = "everybody"
    """Whose state: a group (see `people_of`) or names, of the first cast and as long as they are there."""
    function: str = ""
    """A function in ``outcomes.py``."""
    weeks: tuple[int, ...] = ()
    """From which week to before which; all where nothing is said."""
    less: Table = NONE
    """What to take off: the same outcome but for what is said here."""
    times: float = 1.0
    """How many times, of what is taken off."""

    @pydantic.model_validator(mode="after")
    def _one_kind(self) -> Outcome:
        if sum(map(bool, (self.measure, self.state, self.function))) != 1:
            raise ValueError("names one of measure, state and function")
        if len(self.weeks) not in (0, 2):
            raise ValueError("has two weeks, from and before, or none")
        return self


class Experiment(Declared):
    """Paired futures that could prove a claim wrong."""

    name: str = ""
    cast: str = "managing-stars"
    both: Table = NONE
    """What holds in every arm."""
    arms: tuple[Table, ...] = pydantic.Field(min_length=2)
    outcome: Outcome
    shape: str = "rises"
    contrasts: Mapping[str, tuple[float, ...]] = NONE
    """In place of a shape: weights of the arms by name; the first is the effect."""
    least: float = pydantic.Field(default=0.0, ge=0)
    settings: tuple[str, ...] = ()
    hold: Mapping[str, float] = NONE
    """Parameters held in every arm, beside the settings."""
    off: Mapping[str, float] = NONE
    exact: bool = True
    runs: int = pydantic.Field(default=60, ge=10)

    @pydantic.field_validator("off", mode="before")
    @classmethod
    def _zero(cls, given: Any) -> Any:
        return dict.fromkeys(given, 0.0) if isinstance(given, list) else given

    @pydantic.model_validator(mode="after")
    def _known(self) -> Experiment:
        for setting in self.settings:
            if setting not in SETTINGS:
                raise InputError(f"is not known; {closest(setting, SETTINGS)}", ("experiment", setting))
        if not self.contrasts and self.shape not in SHAPES:
            raise InputError(f"is not known; {closest(self.shape, SHAPES)}", ("experiment", self.shape))
        for name, weights in self.weights.items():
            if len(weights) != len(self.arms) or abs(sum(weights)) > 1e-12:
                problem = f"weighs {len(self.arms)} arms by {weights}; give another shape, or contrasts that sum to 0"
                raise InputError(problem, ("experiment", name))
        Parameters(
            **self.parameters, **{name: value for name, value in self.off.items() if name not in self.parameters}
        )
        for table in self.arms:
            Arm(**table)
        return self

    @property
    def weights(self) -> Mapping[str, tuple[float, ...]]:
        """The weights of the arms in each contrast."""
        return self.contrasts or SHAPES[self.shape]

    @property
    def parameters(self) -> dict[str, float]:
        """What is held in every arm."""
        held: dict[str, float] = {}
        for setting in self.settings:
            held |= SETTINGS[setting]
        return held | dict(self.hold)


class Claim(Declared):
    """A causal statement of an article, in our words, and the experiments that could prove it wrong."""

    id: str = pydantic.Field(pattern=CLAIM)
    core: bool
    statement: str = pydantic.Field(min_length=10)
    inference: str = ""
    not_modelled: str = ""
    experiment: tuple[Experiment, ...] = ()

    @property
    def source(self) -> str:
        """The article's short name."""
        return self.id[:2]


class Source(Declared):
    """An article, and what it claims."""

    id: str
    slug: str
    cite: str
    claim: tuple[Claim, ...]


@cache
def ledger() -> dict[str, Claim]:
    """Return every claim by its id."""
    return {claim.id: claim for source in sources() for claim in source.claim}


@cache
def sources() -> tuple[Source, ...]:
    """Return the articles in order."""
    found = []
    for path in sorted(HERE.glob("s?.toml")):
        try:
            found.append(Source(**tomllib.loads(path.read_text(encoding="utf-8"))))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"is not TOML: {error}", (path.name,)) from None
        except InputError as error:
            raise InputError(error.problem, error.path, path.name) from None
    return tuple(found)


def find_claims(*ids: str) -> list[Claim]:
    """Return the claims of these ids, or all of them; ``S0`` stands for all of a source.

    Raises
    ------
    InputError
        If there is no such claim.
    """
    known = ledger()
    found: dict[str, Claim] = {}
    for one in ids or ("S",):
        whole = len(one) < 3
        some = {name: claim for name, claim in known.items() if name == one or (whole and name.startswith(one))}
        if not some:
            raise InputError(f"claim {one!r} is not known; {closest(one, known)}")
        found |= some
    return list(found.values())


@cache
def carriers() -> tuple[dict[str, list[str]], ...]:
    """Return the rules, the levers and policies, and the parameters that name each claim."""
    rules: dict[str, list[str]] = {claim_id: [] for claim_id in ledger()}
    levers: dict[str, list[str]] = {claim_id: [] for claim_id in ledger()}
    parameters: dict[str, list[str]] = {claim_id: [] for claim_id in ledger()}
    for path in sorted((HERE.parent / "rules").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                for claim_id in CLAIM.findall(ast.get_docstring(node) or ""):
                    if claim_id not in rules:
                        problem = f"names the claim {claim_id}, which no evidence/s*.toml has"
                        raise InputError(problem, (path.name, node.name))
                    rules[claim_id].append(f"{path.stem}.{node.name}")
    for declared, into in ((Style, levers), (Policies, levers), (Parameters, parameters)):
        for name, quantity in declared.quantities().items():
            for claim_id in set(CLAIM.findall(quantity.source)):
                into[claim_id].append(name)
    for claim_id, claim in ledger().items():
        for experiment in claim.experiment:
            for arm in experiment.arms:
                moved = [*arm.get("style", {}), *arm.get("policies", {})]
                moved += [lever for table in arm.get("plan", {}).values() for lever in table]
                levers[claim_id] += [name for name in moved if name != "preset" and name not in levers[claim_id]]
    return rules, levers, parameters


def claims() -> pd.DataFrame:
    """Return the ledger of claims, a row a claim.

    Returns
    -------
    DataFrame
        ``claim`` (its id), ``core``, ``source``, ``statement``, ``inference`` (what goes beyond the article's words),
        ``rules`` that carry it, ``levers`` (and policies) and ``parameters`` concerned, how many ``experiments`` could
        prove it wrong, and ``not_modelled``, the reason where there are none.

    Examples
    --------
    >>> import teamsim as ts
    >>> table = ts.claims()
    >>> int(table["core"].sum())
    68
    """
    import pandas as pd

    rules, levers, parameters = carriers()
    cites = {source.id: source.cite for source in sources()}
    rows = [
        {
            "claim": claim_id,
            "core": claim.core,
            "source": cites[claim.source],
            "statement": claim.statement,
            "inference": claim.inference,
            "rules": ", ".join(rules[claim_id]),
            "levers": ", ".join(levers[claim_id]),
            "parameters": ", ".join(parameters[claim_id]),
            "experiments": len(claim.experiment),
            "not_modelled": claim.not_modelled,
        }
        for claim_id, claim in ledger().items()
    ]
    return pd.DataFrame(rows)
