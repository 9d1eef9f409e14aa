"""The model described from its own code: who reads and writes what, in which order, and what it is called.

The tables of an ODD description (Grimm et al. 2020, JASSS 23(2) 7: Overview, Design concepts, Details), generated
from the declarations and from the sources of the rules, so that they cannot drift. A rule's reads and writes are found
in its syntax tree; what a rule has others do for it counts as its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import teamsim.rules
from teamsim.fields import Declared, InputError, Quantity, closest
from teamsim.parameters import Parameters
from teamsim.people import (
    Drivers,
    ExitRecord,
    Fork,
    LeaderState,
    Market,
    Measures,
    OrganisationState,
    PersonState,
    Policies,
    Start,
    TeamState,
    Traits,
)
from teamsim.style import Style
from teamsim.world import DatedEvent

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "Rule",
    "Table",
    "channels",
    "entities",
    "flows",
    "graph",
    "measures",
    "mechanisms",
    "numbers",
    "rules",
    "settings",
    "show",
    "source",
    "week",
]

HERE = Path(teamsim.rules.__file__).parent
NAMES: dict[type[Declared], str] = {
    PersonState: "Person",
    LeaderState: "Leader",
    TeamState: "Team",
    OrganisationState: "Organisation",
    Policies: "Policies",
    Market: "Market",
    Fork: "Fork",
    Style: "Style",
    Parameters: "Parameters",
    Measures: "Measures",
    ExitRecord: "Exit",
    DatedEvent: "Event",
    Drivers: "Drivers",
}
RECORDS: dict[str, type[Declared]] = {
    **dict.fromkeys(("person", "people", "start_people", "boss", "life"), PersonState),
    **dict.fromkeys(("leader", "leaders", "start_leaders"), LeaderState),
    **dict.fromkeys(("team", "teams", "start_teams", "above"), TeamState),
    **dict.fromkeys(("style", "styles"), Style),
    **dict.fromkeys(("row", "rows", "part", "measures"), Measures),
    **dict.fromkeys(("record", "exits"), ExitRecord),
    **dict.fromkeys(("drivers", "belief", "kept"), Drivers),
    "events": DatedEvent,
    "org": OrganisationState,
    "p": Parameters,
}
"""What the parameters of rules stand for, by their names; a test holds that no name is missing."""

WHOLE = "*"
LARGE = 10**6
"""From here on a bound is only there to be one."""
DRIVERS_OF = {"pull", "belief", "drivers", "kept"}
DRIVING = ("week", "one", "history")
"""Files that put rules in order rather than being a mechanism."""

CLAIM = re.compile(r"S\d-\d\d")
Place = tuple[str, tuple[str, ...]]
"""A parameter of a rule, and the fields that lead from it to a value."""


@dataclass(frozen=True)
class Rule:
    """What the source of one rule says.

    Attributes
    ----------
    file, name : str
        Where it stands, and what it is called.
    sentence : str
        What it says of itself.
    claims : tuple of str
        The claims that it carries.
    reads, writes : frozenset of str
        Quantities as ``"Person.trust"``; what the rules that it calls do is counted in.
    calls : dict
        The rules that it calls, in order, with what is read to decide whether they are.
    chances : tuple of str
        The channels of chance that it looks up itself.
    unresolved : tuple of str
        Fields that are not declared anywhere; none, or something is wrong.
    """

    file: str
    name: str
    sentence: str
    claims: tuple[str, ...]
    text: str
    effects: frozenset[tuple[str, Place]]
    calls: dict[str, frozenset[tuple[str, Place]]]
    chances: tuple[str, ...]
    unresolved: tuple[str, ...]

    @property
    def key(self) -> str:
        """The file and the name."""
        return f"{self.file}.{self.name}"

    @cached_property
    def reads(self) -> frozenset[str]:
        """Quantities that it reads."""
        return self._quantities("read")

    @cached_property
    def writes(self) -> frozenset[str]:
        """Quantities that it writes."""
        return self._quantities("write")

    def _quantities(self, verb: str) -> frozenset[str]:
        found = (_quantity(place) for kind, place in self.effects if kind == verb)
        return frozenset(name for name in found if name)


# --- reading the sources --------------------------------------------------------------------------


def _kind(place: Place) -> type[Declared] | bool | None:
    """Return the record class at a place, None for a plain value, False where there is no such field."""
    kind: Any = RECORDS[place[0]]
    for name in place[1]:
        if kind is None or name not in kind.model_fields:
            return False
        inner = kind.model_fields[name].annotation
        kind = inner if isinstance(inner, type) and issubclass(inner, Declared) else None
    found: type[Declared] | None = kind
    return found


def _quantity(place: Place) -> str:
    """Return the quantity at a place by the entity that declares it; empty for a record as such."""
    kind, path = RECORDS[place[0]], list(place[1])
    while len(path) > 1 and path[0] not in DRIVERS_OF:
        kind = kind.model_fields[path.pop(0)].annotation  # type: ignore[assignment]
    return f"{NAMES[kind]}.{'.'.join(path)}" if path else ""


class _Reader(ast.NodeVisitor):
    """Walks through one rule."""

    def __init__(self, rule: ast.FunctionDef, imported: dict[str, str], channels: set[str]) -> None:
        self.imported, self.channels = imported, channels
        self.places: dict[str, Place] = {one.arg: (one.arg, ()) for one in rule.args.args if one.arg in RECORDS}
        self.parameters = {one.arg for one in rule.args.args}
        self.effects: set[tuple[str, Place]] = set()
        self.calls: list[tuple[str, list[Place | None], frozenset[tuple[str, Place]]]] = []
        self.guards: list[frozenset[tuple[str, Place]]] = []
        self.chances: list[str] = []
        self.unresolved: list[str] = []
        for statement in rule.body:
            self.visit(statement)

    def place(self, node: ast.AST) -> Place | None:
        """Return where an expression points to, if into a record."""
        if isinstance(node, ast.Name):
            return self.places.get(node.id)
        if isinstance(node, ast.Subscript):
            return self.place(node.value)
        if isinstance(node, ast.Attribute) and node.attr != "shape":
            inner = self.place(node.value)
            return inner and (inner[0], (*inner[1], node.attr))
        return None

    def touch(self, verb: str, node: ast.AST) -> None:
        """Note that a value is read or written."""
        if (place := self.place(node)) is None:
            module = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id
            if isinstance(node, ast.Attribute) and node.attr != "shape" and module not in (*self.imported, "math"):
                self.unresolved.append(ast.unparse(node))
        elif (kind := _kind(place)) is False:
            self.unresolved.append(ast.unparse(node))
        elif kind is None:
            self.effects.add((verb, place))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            self.touch("read", node)
        if self.place(node) is None:
            self.generic_visit(node)
        else:
            self.inside(node.value)

    def inside(self, node: ast.AST) -> None:
        """Visit what stands in the brackets on the way to a place."""
        while isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node, ast.Subscript):
                self.visit(node.slice)
            node = node.value

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.channels and node.id not in self.chances:
            self.chances.append(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for part, value in zip(target.elts, node.value.elts, strict=True):
                    self.assign(part, value)
            else:
                self.assign(target, node.value)

    def assign(self, target: ast.AST, value: ast.AST) -> None:
        """Note a value that is written; a local name for a record is followed."""
        self.visit(value)
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            if isinstance(part, ast.Name):
                place = self.place(value)
                if place is not None and _kind(place):
                    self.places[part.id] = place
                else:
                    self.places.pop(part.id, None)
            else:
                place, origin = self.place(part), self.place(value)
                if place is not None and _kind(place):
                    self.effects.add(("write", (place[0], (*place[1], WHOLE))))
                    if origin is not None:
                        self.effects.add(("read", (origin[0], (*origin[1], WHOLE))))
                else:
                    self.touch("write", part)
                self.inside(part)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if not isinstance(node.target, ast.Name):
            self.touch("read", node.target)
            self.touch("write", node.target)
            self.inside(node.target)

    def visit_If(self, node: ast.If) -> None:
        before, self.effects = self.effects, set()
        self.visit(node.test)
        self.guards.append(frozenset(self.effects))
        self.effects |= before
        for statement in (*node.body, *node.orelse):
            self.visit(statement)
        self.guards.pop()

    def visit_Call(self, node: ast.Call) -> None:
        called, name = node.func, ""
        if isinstance(called, ast.Name):
            name = self.imported.get(called.id, "")
        elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            module = "" if called.value.id in self.parameters else self.imported.get(called.value.id, "")
            name = module and f"{module}.{called.attr}"
        if name:
            self.calls.append((name, [self.place(one) for one in node.args], frozenset().union(*self.guards)))
        for one in node.args:
            self.visit(one)


@dataclass
class _File:
    """One file of rules."""

    name: str
    sentence: str
    rules: dict[str, ast.FunctionDef] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    channels: set[str] = field(default_factory=set)


def _parse(path: Path) -> _File:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = _File(path.stem, (ast.get_docstring(tree) or "").split("\n")[0])
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "teamsim.rules":
            found.imported |= {alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("teamsim.rules."):
            found.imported |= {alias.name: f"{str(node.module).split('.')[2]}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "teamsim.chance":
            found.channels |= {alias.name for alias in node.names if alias.name.isupper()}
        elif isinstance(node, ast.FunctionDef):
            found.rules[node.name] = node
            found.imported[node.name] = f"{path.stem}.{node.name}"
    return found


@cache
def _rules(folder: Path, without: frozenset[str]) -> dict[str, Rule]:
    files = {path.stem: _parse(path) for path in sorted(folder.glob("*.py")) if path.stem != "__init__"}
    read = {
        f"{file.name}.{name}": _Reader(node, file.imported, file.channels)
        for file in files.values()
        for name, node in file.rules.items()
    }
    effects: dict[str, frozenset[tuple[str, Place]]] = {}

    def effects_of(key: str) -> frozenset[tuple[str, Place]]:
        if key not in effects:
            found = set(read[key].effects)
            for called, given, _ in read[key].calls:
                if called in without:
                    continue
                file, name = called.split(".")
                taken = [one.arg for one in files[file].rules[name].args.args]
                places = {arg: place for arg, place in zip(taken, given, strict=False) if place is not None}
                for verb, (root, fields) in effects_of(called):
                    if root in places:
                        outer, before = places[root]
                        found.add((verb, (outer, (*before, *fields))))
            effects[key] = frozenset(found)
        return effects[key]

    found = {}
    for key, reader in read.items():
        file, name = key.split(".")
        node = files[file].rules[name]
        said = " ".join((ast.get_docstring(node) or "").split())
        claims = tuple(dict.fromkeys(CLAIM.findall(said)))
        sentence = re.sub(r"\s*[\[(]S\d-\d\d(, S\d-\d\d)*[\])](?=\.|\s|$)", "", said)
        calls: dict[str, frozenset[tuple[str, Place]]] = {}
        for called, _, guards in reader.calls:
            calls[called] = calls.get(called, frozenset()) | guards
        found[key] = Rule(
            file, name, sentence, claims, ast.unparse(node), effects_of(key), calls, tuple(reader.chances),
            tuple(reader.unresolved),
        )  # fmt: skip
    return found


def rules_of(folder: Path | None = None, without: Iterable[str] = ()) -> dict[str, Rule]:
    """Return every rule by file and name, read from the sources in a folder; those of the model by default.

    What the rules named in `without` do is not counted in with those that call them.
    """
    return _rules(folder or HERE, frozenset(without))


# --- the order of the week ------------------------------------------------------------------------

PHASE = re.compile(r"(\d+)\.\s*(.*)")
BOOKKEEPING = ("team.hire", "careers.move", "team.write_exit")
"""Rules that set up somebody in a seat or record a departure: they touch nearly every state and cause none."""


@dataclass(frozen=True)
class Step:
    """One rule in its place in the week."""

    number: int
    phase: str
    rule: Rule


def steps(without: Iterable[str] = ()) -> tuple[Step, ...]:
    """Return the rules of the week in their order, as the phases of ``week.py`` call them.

    What a phase reads to decide whether it calls a rule counts as read by that rule.
    """
    found = rules_of(without=without)
    placed = [
        Step(int(match[1]), match[2], replace(found[called], effects=found[called].effects | guards))
        for phase in found.values()
        if phase.file == "week" and (match := PHASE.match(phase.sentence))
        for called, guards in phase.calls.items()
        if called not in without
    ]
    return tuple(sorted(placed, key=lambda step: step.number))


# --- tables ---------------------------------------------------------------------------------------


def week() -> pd.DataFrame:
    """Return the order of the week: its phases, and the rules in them.

    Returns
    -------
    DataFrame
        Columns ``phase``, ``what``, ``rule``, ``mechanism``, ``says``, ``claims``.

    Examples
    --------
    >>> week().query("rule == 'feel_challenge'")["mechanism"].item()
    'challenge'
    """
    return pd.DataFrame(
        {
            "phase": step.number,
            "what": step.phase,
            "rule": step.rule.name,
            "mechanism": step.rule.file,
            "says": step.rule.sentence,
            "claims": ", ".join(step.rule.claims),
        }
        for step in steps()
    )


def rules() -> pd.DataFrame:
    """Return every rule of every mechanism: what it says, reads and writes.

    Returns
    -------
    DataFrame
        Columns ``mechanism``, ``rule``, ``says``, ``claims``, ``reads``, ``writes``, ``levers``, ``policies``,
        ``numbers`` (parameters) and ``chance``; a rule that others call is counted in with them too.

    Examples
    --------
    >>> row = rules().query("rule == 'feel_recognition'").iloc[0]
    >>> row.reads, row.writes
    ('Person.felt_recognition', 'Person.pull.recognition')
    """
    rows = []
    for rule in rules_of().values():
        if rule.file in DRIVING:
            continue
        kinds: dict[str, list[str]] = {"Style": [], "Policies": [], "Parameters": [], "": []}
        for name in sorted(rule.reads):
            entity, _, quantity = name.partition(".")
            kinds[entity if entity in kinds else ""].append(quantity if entity in kinds else name)
        rows.append(
            {
                "mechanism": rule.file,
                "rule": rule.name,
                "says": rule.sentence,
                "claims": ", ".join(rule.claims),
                "reads": ", ".join(kinds[""]),
                "writes": ", ".join(sorted(rule.writes)),
                "levers": ", ".join(kinds["Style"]),
                "policies": ", ".join(kinds["Policies"]),
                "numbers": ", ".join(kinds["Parameters"]),
                "chance": ", ".join(rule.chances).lower(),
            }
        )
    return pd.DataFrame(rows)


def mechanisms() -> pd.DataFrame:
    """Return the mechanisms, a file each, in the order of the week.

    Returns
    -------
    DataFrame
        Columns ``mechanism``, ``says``, ``rules`` (how many) and ``claims``.

    Examples
    --------
    >>> mechanisms().query("mechanism == 'trust'")["says"].item()
    'Trust: built slowly by promises kept and honest talks, lost quickly by a breach.'
    """
    rows = []
    for name in mechanisms_in_order():
        found = [rule for rule in rules_of().values() if rule.file == name]
        claims = sorted({claim for rule in found for claim in rule.claims})
        sentence = _parse(HERE / f"{name}.py").sentence
        rows.append({"mechanism": name, "says": sentence, "rules": len(found), "claims": ", ".join(claims)})
    return pd.DataFrame(rows)


def mechanisms_in_order() -> tuple[str, ...]:
    """Return the names of the mechanisms as the week first comes to them; helpers of others last."""
    placed = dict.fromkeys(step.rule.file for step in steps())
    every = dict.fromkeys(rule.file for rule in rules_of().values())
    return tuple(name for name in (placed | every) if name not in DRIVING)


def entities() -> pd.DataFrame:
    """Return the state variables of every entity, and which rules write and read them.

    Returns
    -------
    DataFrame
        Columns ``entity``, ``name``, ``label``, ``kind`` (a trait, a start, a state), ``unit``, ``range``, ``meaning``,
        ``source``, ``seen`` (by a leader), ``written by`` and ``read by``.

    Examples
    --------
    >>> entities().query("entity == 'Person' and name == 'trust'")["label"].item()
    'Trust'
    """
    rows = []
    for declared in (PersonState, LeaderState, TeamState, OrganisationState):
        for name, kind in declared.quantities().items():
            rows.append(
                {
                    "entity": NAMES[declared],
                    "name": name,
                    "label": kind.label,
                    "kind": _stage(declared, name),
                    "unit": kind.unit,
                    "range": _range(kind),
                    "meaning": kind.meaning,
                    "source": kind.source,
                    "seen": kind.seen,
                    **_users(NAMES[declared], name),
                }
            )
    for part, said in (("pull", "What draws or drives away this week"), ("belief", "What one has come to believe")):
        for name, kind in Drivers.quantities().items():
            rows.append(
                {
                    "entity": "Person",
                    "name": f"{part}.{name}",
                    "label": f"{kind.label} ({part})",
                    "kind": "state",
                    "unit": kind.unit,
                    "range": _range(kind),
                    "meaning": f"{said}: {kind.meaning[0].lower()}{kind.meaning[1:]}",
                    "source": kind.source,
                    "seen": False,
                    **_users("Person", f"{part}.{name}"),
                }
            )
    return pd.DataFrame(rows)


def settings() -> pd.DataFrame:
    """Return what people decide: a leader's levers, an organisation's policies, the market outside.

    Returns
    -------
    DataFrame
        Columns ``of``, ``group``, ``name``, ``label``, ``unit``, ``default``, ``range``, ``ends``, ``meaning``,
        ``source`` and ``read by``.

    Examples
    --------
    >>> settings().query("name == 'challenge'")["read by"].item()
    'challenge.set_work'
    """
    rows = []
    for declared in (Style, Policies, Market):
        for name, kind in declared.quantities().items():
            rows.append(
                {
                    "of": NAMES[declared],
                    "group": kind.group,
                    "name": name,
                    "label": kind.label,
                    "unit": kind.unit,
                    "default": f"{kind.default:g}",
                    "range": _range(kind),
                    "ends": " … ".join(kind.ends) if kind.ends[0] else "",
                    "meaning": kind.meaning,
                    "source": kind.source,
                    "read by": _users(NAMES[declared], name)["read by"],
                }
            )
    return pd.DataFrame(rows)


def numbers() -> pd.DataFrame:
    """Return the numbers inside the rules.

    Returns
    -------
    DataFrame
        Columns ``group``, ``name``, ``default``, ``range``, ``unit``, ``meaning``, ``source`` and ``read by``.

    Examples
    --------
    >>> numbers().query("name == 'recognition_gain'")["read by"].item()
    'recognition.feel_recognition'
    """
    rows = []
    for name, kind in Parameters.quantities().items():
        rows.append(
            {
                "group": kind.group,
                "name": name,
                "default": f"{kind.default:g}",
                "range": _range(kind),
                "unit": kind.unit,
                "meaning": kind.meaning,
                "source": kind.source,
                "read by": _users("Parameters", name)["read by"],
            }
        )
    return pd.DataFrame(rows)


def measures() -> pd.DataFrame:
    """Return what is measured every week.

    Returns
    -------
    DataFrame
        Columns ``group``, ``name``, ``label``, ``unit``, ``meaning`` and ``seen`` (by a leader).

    Examples
    --------
    >>> bool(measures().query("name == 'output'")["seen"].item())
    True
    """
    rows = []
    for name, kind in Measures.quantities().items():
        about = {"label": kind.label, "unit": kind.unit, "meaning": kind.meaning, "seen": kind.seen}
        rows.append({"group": kind.group, "name": name, **about})
    return pd.DataFrame(rows)


def channels() -> pd.DataFrame:
    """Return the channels of chance, and the rules that look something up in them.

    Returns
    -------
    DataFrame
        Columns ``channel`` and ``used by``.

    Examples
    --------
    >>> channels().query("channel == 'commitment'")["used by"].item()
    'trust.keep_commitments'
    """
    used: dict[str, list[str]] = {}
    for rule in rules_of().values():
        for channel in rule.chances:
            used.setdefault(channel.lower(), []).append(rule.key)
    return pd.DataFrame({"channel": name, "used by": ", ".join(keys)} for name, keys in sorted(used.items()))


def source(rule: str) -> str:
    """Return the source of a rule, without its docstring.

    Parameters
    ----------
    rule : str
        Its name, with the file before it where two have the same: ``"challenge.set_work"``.

    Returns
    -------
    str
        Python.

    Raises
    ------
    InputError
        If there is no such rule.

    Examples
    --------
    >>> print(source("led"))
    def led(leader, p):
        return 1.0 + p.leading_output * (leader.coaching - 0.5)
    """
    found = [one for key, one in rules_of().items() if rule in (key, one.name)]
    found = [one for one in found if one.file not in DRIVING] or found
    if not found:
        raise InputError(f"rule {rule!r} is not known; {closest(rule, [one.name for one in rules_of().values()])}")
    node: Any = ast.parse(found[0].text).body[0]
    node.decorator_list = []
    node.body = node.body[1:] or node.body
    return ast.unparse(node)


# --- causes ---------------------------------------------------------------------------------------


def graph() -> nx.DiGraph[str]:
    """Return what reads and writes what, as a directed graph.

    Quantities (``"Style.candour"``, ``"Person.trust"``) point to the rules of the week that read them, rules
    (``"trust.speak_honestly"``) to the quantities that they write, all to all. Numbers inside the rules are left out,
    and so are the setting up of somebody in a seat and the recording of a departure.

    Returns
    -------
    networkx.DiGraph
        Nodes carry ``kind`` (``"rule"`` or ``"quantity"``) and, if a rule, its ``mechanism``.

    Examples
    --------
    >>> import networkx as nx
    >>> nx.has_path(graph(), "Style.candour", "Person.leaving")
    True
    """
    import networkx as nx

    found: nx.DiGraph[str] = nx.DiGraph()
    for step in steps(BOOKKEEPING):
        rule = step.rule
        found.add_node(rule.key, kind="rule", mechanism=rule.file)
        for name in rule.reads:
            if _is_causal(name):
                found.add_node(name, kind="quantity")
                found.add_edge(name, rule.key)
        for name in rule.writes:
            if _is_causal(name):
                found.add_node(name, kind="quantity")
                found.add_edge(rule.key, name)
    return found


def flows() -> pd.DataFrame:
    """Return which mechanism hands what to which: one writes a state, the other reads it.

    Returns
    -------
    DataFrame
        Columns ``writer`` and ``reader`` (mechanisms), ``states`` (how many), ``which``, and ``when``: ``"this week"``
        where a reader comes after a writer in the order of the week, else ``"next week"``.

    Examples
    --------
    >>> flows().query("writer == 'recognition' and reader == 'engagement'")["which"].item()
    'Person.pull.recognition'
    """
    placed = steps(BOOKKEEPING)
    handed: dict[tuple[str, str], dict[str, bool]] = {}
    for at, step in enumerate(placed):
        for name in sorted(step.rule.writes):
            if not _is_causal(name):
                continue
            for later, other in enumerate(placed):
                if name in other.rule.reads and other.rule.file != step.rule.file:
                    states = handed.setdefault((step.rule.file, other.rule.file), {})
                    states[name] = states.get(name, False) or later > at
    return pd.DataFrame(
        {
            "writer": writer,
            "reader": reader,
            "states": len(states),
            "when": "this week" if any(states.values()) else "next week",
            "which": ", ".join(sorted(states)),
        }
        for (writer, reader), states in handed.items()
    )


def label_of(name: str) -> str:
    """Return what people call a quantity or a rule of the graph.

    Examples
    --------
    >>> label_of("Person.pull.safety"), label_of("Team.safety"), label_of("trust.speak_honestly")
    ('Safety (pull)', 'Climate', 'speak honestly')
    """
    entity, _, quantity = name.partition(".")
    declared = next((kind for kind, title in NAMES.items() if title == entity), None)
    if declared is None:
        return quantity.replace("_", " ")
    outer, _, inner = quantity.rpartition(".")
    if outer in DRIVERS_OF:
        return f"{Drivers.quantities()[inner].label} ({outer})"
    return declared.quantities()[quantity].label


def _is_causal(name: str) -> bool:
    """Whether a quantity is a cause or an effect, and not a number, a name or bookkeeping."""
    entity, _, quantity = name.partition(".")
    if entity in ("Parameters", "Drivers", "Fork", "Exit", "Event") or quantity.endswith(WHOLE):
        return False
    if (entity, quantity) == ("Organisation", "week"):
        return False
    declared = next(kind for kind, title in NAMES.items() if title == entity)
    kind = declared.quantities().get(quantity)
    return kind is None or kind.unit not in ("key", "seat", "number")


@cache
def _all_users() -> dict[str, dict[str, list[str]]]:
    """Find for every quantity the rules that write and read it themselves, not through others."""
    found: dict[str, dict[str, list[str]]] = {"written by": {}, "read by": {}}
    for rule in rules_of().values():
        if rule.file in ("one", "history", "measures"):
            continue
        others = [rules_of()[called] for called in rule.calls]
        for name in rule.writes.difference(*(one.writes for one in others)):
            found["written by"].setdefault(name, []).append(rule.key)
        for name in rule.reads.difference(*(one.reads for one in others)):
            found["read by"].setdefault(name, []).append(rule.key)
    return found


def _users(entity: str, name: str) -> dict[str, str]:
    return {verb: ", ".join(rules.get(f"{entity}.{name}", ())) for verb, rules in _all_users().items()}


def _stage(declared: type[Declared], name: str) -> str:
    if declared is PersonState and name in Traits.model_fields:
        return "trait"
    return "start" if declared is PersonState and name in Start.model_fields else "state"


def _range(kind: Quantity) -> str:
    return f"{_number(kind.low)} … {_number(kind.high)}"


def _number(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    if value >= LARGE:
        return "large"
    return f"{value:g}".replace("-", "−")


# --- on a page ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """A table as a page shows it: every row, whole sentences, and a heading for each value of one column."""

    frame: pd.DataFrame
    by: str = ""

    def _repr_markdown_(self) -> str:
        if not self.by:
            return _markdown(self.frame)
        parts = []
        for value in dict.fromkeys(self.frame[self.by]):
            part = self.frame[self.frame[self.by] == value].drop(columns=self.by)
            parts.append(f"**{value}**\n\n{_markdown(part)}")
        return "\n\n".join(parts)

    def __repr__(self) -> str:
        return f"{len(self.frame)} rows: {', '.join(self.frame.columns)}"


def show(frame: pd.DataFrame, columns: Iterable[str] = (), by: str = "") -> Table:
    """Show a table whole, on a page.

    Parameters
    ----------
    frame : DataFrame
        Any table.
    columns : sequence of str
        Which of its columns; all by default.
    by : str
        A column whose values become headings.

    Returns
    -------
    Table
        A notebook draws it.

    Raises
    ------
    InputError
        If there is no such column.

    Examples
    --------
    >>> show(mechanisms().head(3), ["mechanism", "says"])
    3 rows: mechanism, says
    """
    wanted = list(columns) or list(frame.columns)
    for name in [*wanted, *([by] if by else [])]:
        if name not in frame.columns:
            raise InputError(f"column {name!r} is not known; {closest(name, frame.columns)}")
    return Table(frame[[*([by] if by and by not in wanted else []), *wanted]], by)


def _markdown(frame: pd.DataFrame) -> str:
    def cell(value: object) -> str:
        text = ("yes" if value else "") if isinstance(value, bool) else str(value)
        return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")

    lines = ["| " + " | ".join(map(cell, frame.columns)) + " |", "|" + " --- |" * len(frame.columns)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in frame.itertuples(index=False)]
    return "\n".join(lines)
