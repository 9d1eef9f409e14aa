"""The model described from its own code: who reads and writes what, in which order, and what it is called.

The tables of an ODD description (Grimm et al. 2020, JASSS 23(2) 7: Overview, Design concepts, Details), generated from
the declarations and from the sources of the rules, so that they cannot drift. In the rules the same thing always goes
by the same name (`NAMES`); so what a rule reads and writes can be read off its text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import teamsim.rules
from teamsim import people
from teamsim.compiler.written_out import unrolled
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

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = ["ENTITIES", "Rule", "Table", "flows", "graph", "rules", "show", "source", "table"]

HERE = Path(teamsim.rules.__file__).parent
ENTITIES: dict[str, type[Declared]] = {
    "Person": PersonState, "Leader": LeaderState, "Team": TeamState, "Organisation": OrganisationState,
    "Style": Style, "Policies": Policies, "Market": Market, "Parameters": Parameters,
    "Measures": Measures, "Exit": ExitRecord, "Fork": Fork,
}  # fmt: skip
NAMES = {
    "person": "Person", "people": "Person", "boss": "Person", "chair": "Person", "there": "Person", "other": "Person",
    "pull": "Person.pull", "belief": "Person.belief",
    "leader": "Leader", "leaders": "Leader", "team": "Team", "teams": "Team", "above": "Team",
    "style": "Style", "styles": "Style", "org": "Organisation", "policies": "Policies", "p": "Parameters",
    "row": "Measures", "rows": "Measures", "part": "Measures", "record": "Exit", "drivers": "", "kept": "",
}  # fmt: skip
"""What a name stands for in every rule; nothing of its own for drivers that are somebody's. A test holds the list."""

INSIDE = {f"Organisation.{name.lower()}": name for name in ("Policies", "Market", "Fork")}
ORDERING = ("start", "week", "one", "history")
"""Files that lay out the start or put rules in order, rather than being a mechanism."""

BOOKKEEPING = ("hire", "fill_chairs", "leave_and_come")
"""Rules that set up somebody in a seat or record a departure: they touch nearly every state and cause none."""

UNBOUNDED = 10**6
"""From here on a bound is only there to be one."""

CLAIM, PHASE = re.compile(r"S\d-\d\d"), re.compile(r"(\d)\. ([^:.;]*)")


@dataclass(frozen=True)
class Rule:
    """What the text of one rule says.

    Attributes
    ----------
    file, name, says : str
        Where it stands, what it is called, and what it says of itself.
    claims : tuple of str
        The claims that it carries.
    reads, writes : frozenset of str
        Quantities, such as ``"Person.trust"``.
    calls : tuple of str
        What it calls, in order.
    unknown : tuple of str
        Fields that are declared nowhere; none, or something is wrong.
    text : str
        Its Python, without the docstring.
    """

    file: str
    name: str
    says: str
    claims: tuple[str, ...]
    reads: frozenset[str]
    writes: frozenset[str]
    calls: tuple[str, ...]
    unknown: tuple[str, ...]
    text: str

    @property
    def key(self) -> str:
        """The file and the name."""
        return f"{self.file}.{self.name}"


# --- reading the sources --------------------------------------------------------------------------


@cache
def quantities() -> dict[str, Quantity]:
    """Return every declared quantity by its name: ``Person.trust``, ``Person.pull.pay``, ``Style.candour``."""
    found = {f"{entity}.{name}": kind for entity, one in ENTITIES.items() for name, kind in one.quantities().items()}
    for stock in ("Person.pull", "Person.belief", "Exit.drivers"):
        found |= {f"{stock}.{name}": kind for name, kind in Drivers.quantities().items()}
    return found


def _place(node: ast.AST) -> str | None:
    """Return what an expression points to: ``people[seat].trust`` to ``Person.trust``; None if to no record at all."""
    fields: list[str] = []
    while isinstance(node, ast.Attribute | ast.Subscript):
        fields = [node.attr, *fields] if isinstance(node, ast.Attribute) else fields
        node = node.value
    if not isinstance(node, ast.Name) or node.id == "math" or fields[:1] == ["shape"]:
        return None
    start = NAMES.get(node.id, f"?{node.id}")
    place = ".".join([start, *fields]) if start else ""
    for outer, inner in INSIDE.items():
        place = inner + place.removeprefix(outer) if place.startswith(f"{outer}.") else place
    return place


def _effects(node: ast.AST) -> tuple[set[str], set[str], list[str], list[str]]:
    """Return what a piece of a rule reads and writes, what it calls, and what in it is declared nowhere."""
    reads: set[str] = set()
    writes: set[str] = set()
    calls, unknown = [], []
    parts = [part for part in ast.walk(node) if isinstance(part, ast.expr | ast.stmt)]
    for part in sorted(parts, key=lambda part: (part.lineno, part.col_offset)):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            calls.append(part.func.id)
            whole = [f"{_place(given)}." for given in part.args if isinstance(given, ast.Attribute)]
            reads |= {name for name in quantities() if name.startswith(tuple(whole))}
        elif isinstance(part, ast.AugAssign) and (place := _place(part.target)):
            reads |= {place} & set(quantities())
        elif isinstance(part, ast.Attribute) and (place := _place(part)):
            if place in quantities():
                (writes if isinstance(part.ctx, ast.Store) else reads).add(place)
            elif place not in INSIDE and not any(name.startswith(f"{place}.") for name in quantities()):
                unknown.append(ast.unparse(part))
    return reads, writes, calls, unknown


@cache
def rules_of(folder: Path = HERE) -> dict[str, Rule]:
    """Return the rules of every mechanism by name, as their text has them; those of the model by default."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and path.stem not in ORDERING:
                said = " ".join((ast.get_docstring(node) or "").split())
                reads, writes, calls, unknown = _effects(unrolled(node, vars(people)))
                node.body, node.decorator_list = node.body[1:], []
                says, claims = re.sub(r" [\[(]S\d-[^])]*[])]", "", said), dict.fromkeys(CLAIM.findall(said))
                found[node.name] = Rule(
                    path.stem, node.name, says, tuple(claims), frozenset(reads), frozenset(writes), tuple(calls),
                    tuple(unknown), ast.unparse(node),
                )  # fmt: skip
    return found


def whole(name: str, folder: Path = HERE) -> Rule:
    """Return a rule with what the rules that it calls read and write counted in."""
    rule = rules_of(folder)[name]
    for called in rule.calls:
        if called in rules_of(folder) and called != name:
            other = whole(called, folder)
            rule = replace(rule, reads=rule.reads | other.reads, writes=rule.writes | other.writes)
    return rule


# --- the order of the week ------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One rule in its place in the week, with what is read there in order to call it."""

    phase: str
    rule: Rule
    given: frozenset[str]


@cache
def steps() -> tuple[Step, ...]:
    """Return the rules of the week in their order, as the phases of ``week.py`` call them."""
    found = []
    for phase in ast.parse((HERE / "week.py").read_text(encoding="utf-8")).body:
        if not isinstance(phase, ast.FunctionDef) or not (match := PHASE.match(ast.get_docstring(phase) or "")):
            continue
        local: dict[str, frozenset[str]] = {}
        for statement in phase.body:
            reads, _, calls, _ = _effects(statement)
            used = [local[part.id] for part in ast.walk(statement) if isinstance(part, ast.Name) and part.id in local]
            known = frozenset(reads).union(*used)
            if isinstance(statement, ast.Assign):
                local |= {target.id: known for target in statement.targets if isinstance(target, ast.Name)}
            found += [Step(f"{match[1]}. {match[2]}", rules_of()[name], known) for name in calls if name in rules_of()]
    return tuple(sorted(found, key=lambda step: step.phase[0]))


def mechanisms() -> dict[str, str]:
    """Return what each mechanism says of itself, in the order in which the week comes to them; helpers last."""
    names = dict.fromkeys([step.rule.file for step in steps()] + [rule.file for rule in rules_of().values()])
    sources = {name: ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8")) for name in names}
    return {name: ast.get_docstring(tree) or "" for name, tree in sources.items()}


# --- tables ---------------------------------------------------------------------------------------


def rules() -> pd.DataFrame:
    """Return every rule of every mechanism, in the order of the week; those that only help others come last.

    Returns
    -------
    DataFrame
        Columns ``phase``, ``mechanism``, ``rule``, ``says``, ``claims``, ``reads``, ``writes`` and ``numbers`` (the
        parameters that it reads).

    Examples
    --------
    >>> row = rules().query("rule == 'feel_recognition'").iloc[0]
    >>> row.reads, row.writes, row.numbers
    ('Person.felt_recognition', 'Person.pull.recognition', 'recognition_gain, recognition_neutral')
    """
    import pandas as pd

    placed = {step.rule.name: step.phase for step in steps()}
    said = mechanisms()
    rows = []
    for name in dict.fromkeys([*placed, *rules_of()]):
        rule = rules_of()[name]
        inside = {read.partition(".")[2] for read in rule.reads if read.startswith("Parameters.")}
        rows.append(
            {
                "phase": placed.get(name, "Helpers of other rules"),
                "mechanism": f"{rule.file}: {said[rule.file].removesuffix('.')}",
                "rule": name,
                "says": rule.says,
                "claims": ", ".join(rule.claims),
                "reads": ", ".join(sorted(read for read in rule.reads if not read.startswith("Parameters."))),
                "writes": ", ".join(sorted(rule.writes)),
                "numbers": ", ".join(sorted(inside)),
            }
        )
    return pd.DataFrame(rows)


def table(*entities: str) -> pd.DataFrame:
    """Return what is declared of some entities, and which rules write and read it.

    Parameters
    ----------
    *entities : str
        Names in `ENTITIES`: ``"Person"`` and ``"Leader"`` are states, ``"Style"``, ``"Policies"`` and ``"Market"`` what
        people decide, ``"Parameters"`` the numbers inside the rules, ``"Measures"`` what comes out.

    Returns
    -------
    DataFrame
        Columns ``entity``, ``group``, ``name``, ``kind`` (of a person: a trait, what a scenario sets at the start, or a
        state), ``label``, ``unit``, ``default``, ``range``, ``ends``, ``meaning``, ``source``, ``seen`` (by a leader),
        ``written by`` and ``read by``.

    Raises
    ------
    InputError
        If there is no such entity.

    Examples
    --------
    >>> table("Style").query("name == 'challenge'")["read by"].item()
    'set_work'
    """
    import pandas as pd

    for entity in entities:
        if entity not in ENTITIES:
            raise InputError(f"entity {entity!r} is not known; {closest(entity, ENTITIES)}")
    found = {verb: _users(verb) for verb in ("writes", "reads")}
    return pd.DataFrame(
        {
            "entity": name.partition(".")[0],
            "group": kind.group,
            "name": name.partition(".")[2],
            "kind": _stage(name),
            "label": label_of(name),
            "unit": kind.unit,
            "default": f"{kind.default:g}",
            "range": _range(kind.low, kind.high),
            "ends": " … ".join(kind.ends) if kind.ends[0] else "",
            "meaning": kind.meaning,
            "source": kind.source,
            "seen": "yes" if kind.seen else "",
            "written by": ", ".join(found["writes"].get(name, ())),
            "read by": ", ".join(found["reads"].get(name, ())),
        }
        for name, kind in quantities().items()
        if name.partition(".")[0] in entities
    )


def _stage(name: str) -> str:
    entity, _, quantity = name.partition(".")
    if entity != "Person":
        return ""
    return "trait" if quantity in Traits.quantities() else "start" if quantity in Start.quantities() else "state"


@cache
def _users(verb: str) -> dict[str, list[str]]:
    """Return for every quantity the rules that read or write it themselves, or are called by it."""
    given = {step.rule.name: step.given for step in steps()} if verb == "reads" else {}
    found: dict[str, list[str]] = {}
    for name, rule in rules_of().items():
        for quantity in getattr(rule, verb) | given.get(name, frozenset()):
            found.setdefault(quantity, []).append(name)
    return found


def _range(low: float, high: float) -> str:
    if high < UNBOUNDED:
        return f"{low:g} to {high:g}".replace("-", "−")
    return f"{low:g} or more".replace("-", "−") if low > -UNBOUNDED else "any"


def source(rule: str) -> str:
    """Return the source of a rule, without its docstring.

    Parameters
    ----------
    rule : str
        Its name.

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
    if rule not in rules_of():
        raise InputError(f"rule {rule!r} is not known; {closest(rule, rules_of())}")
    return rules_of()[rule].text


# --- causes ---------------------------------------------------------------------------------------


def is_causal(name: str) -> bool:
    """Whether a quantity is a cause or an effect, and not a number inside the rules, a name or bookkeeping."""
    aside = name.startswith(("Parameters.", "Fork.", "Exit.", "Measures.")) or name == "Organisation.week"
    return not aside and quantities()[name].unit not in ("key", "seat", "number")


def causes() -> tuple[Rule, ...]:
    """Return the rules of the week with the causes that they read and the effects that they write, all told."""
    found = []
    for step in steps():
        if step.rule.name not in BOOKKEEPING:
            rule = whole(step.rule.name)
            reads, writes = filter(is_causal, rule.reads | step.given), filter(is_causal, rule.writes)
            found.append(replace(rule, reads=frozenset(reads), writes=frozenset(writes)))
    return tuple(found)


def graph() -> nx.DiGraph[str]:
    """Return what reads and writes what, as a directed graph.

    Quantities (``"Style.candour"``, ``"Person.trust"``) point to the rules of the week that read them, rules
    (``"trust.speak_honestly"``) to the quantities that they write. Numbers inside the rules are left out, and so are
    the setting up of somebody in a seat and the recording of a departure.

    Returns
    -------
    networkx.DiGraph
        Nodes carry ``kind``: ``"rule"`` or ``"quantity"``.

    Examples
    --------
    >>> import networkx as nx
    >>> nx.has_path(graph(), "Style.candour", "Person.leaving")
    True
    """
    import networkx as nx

    found: nx.DiGraph[str] = nx.DiGraph()
    for rule in causes():
        found.add_node(rule.key, kind="rule")
        found.add_nodes_from(rule.reads | rule.writes, kind="quantity")
        found.add_edges_from((name, rule.key) for name in rule.reads)
        found.add_edges_from((rule.key, name) for name in rule.writes)
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
    import pandas as pd

    handed: dict[tuple[str, str], dict[str, bool]] = {}
    for at, writer in enumerate(causes()):
        for later, reader in enumerate(causes()):
            for name in writer.writes & reader.reads if writer.file != reader.file else ():
                states = handed.setdefault((writer.file, reader.file), {})
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
    if name not in quantities():
        return name.partition(".")[2].replace("_", " ")
    stock = name.split(".")[1] if name.count(".") == 2 else ""
    return quantities()[name].label + (f" ({stock})" if stock else "")


# --- on a page ------------------------------------------------------------------------------------


STYLE = "<style>table.dataframe.teamsim-whole :is(td, th) { text-align: left; vertical-align: top }</style>\n"


@dataclass(frozen=True)
class Table:
    """A table as a page shows it: whole, and folded up under each value of one column."""

    frame: pd.DataFrame
    by: str = ""

    def _repr_html_(self) -> str:
        if not self.by:
            return STYLE + _html(self.frame)
        parts = self.frame.groupby(self.by, sort=False)
        folded = [
            f"<details><summary><b>{value}</b> ({len(part)})</summary>{_html(part.drop(columns=self.by))}</details>"
            for value, part in parts
        ]
        return STYLE + "\n".join(folded)

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
        A column under whose values the rows are folded up.

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
    >>> show(rules().head(3), ["rule", "says"], by="phase")
    3 rows: phase, rule, says
    """
    wanted = list(dict.fromkeys([*([by] if by else []), *(columns or frame.columns)]))
    for name in wanted:
        if name not in frame.columns:
            raise InputError(f"column {name!r} is not known; {closest(name, frame.columns)}")
    return Table(frame[wanted], by)


def _html(frame: pd.DataFrame) -> str:
    import pandas as pd

    with pd.option_context("display.max_colwidth", None):
        html: Any = frame.to_html(index=False, border=0, justify="left", classes="teamsim-whole")
    return str(html)
