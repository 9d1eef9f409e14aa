"""The description generated from the code says what the code does."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

import teamsim as ts
from teamsim.charts import structure
from teamsim.evidence import odd
from teamsim.evidence.ledger import ledger
from teamsim.parameters import Parameters
from teamsim.people import Drivers, LeaderState

SOURCE = Path(ts.__file__).parents[1]

# --- rules made up for the purpose ----------------------------------------------------------------

MADE_UP = '''"""Made up: to be read."""

@rule
def tired(person, p):
    """Only helps others."""
    return p.strain_rate * person.strain

@rule
def follow(people, team, org, style, p):
    """What goes by a known name is known  (as in the S4-17 of the ledger).  [S0-03, S4-17]"""
    boss = people[team.leader_seat]
    policies, pull = org.policies, boss.pull
    pull.growth += p.belief_rate * policies.transparency
    best, boss.trust = style.candour, math.exp(people[team.first].skill)
    if uniform(boss.luck, OFFER) < org.market.tightness * people.shape[0]:
        boss.offer = tired(boss, p) + total(boss.belief)
    people[0] = people[1]

@rule
def go_wrong(person, somebody, teams):
    """Fields that there are not."""
    person.mood = somebody.trust + person.pull.mood + teams[person.leads].result
'''


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    (folder / "made_up.py").write_text(MADE_UP, encoding="utf-8")
    return folder


def test_reads_and_writes_are_found_by_the_names_of_things(made_up):
    rule = odd.rules_of(made_up)["follow"]
    assert rule.writes == {"Person.pull.growth", "Person.trust", "Person.offer"}
    assert rule.reads == {
        "Team.leader_seat", "Team.first", "Parameters.belief_rate", "Person.pull.growth", "Policies.transparency",
        "Style.candour", "Person.skill", "Person.luck", "Market.tightness",
        *(f"Person.belief.{driver}" for driver in Drivers.quantities()),
    }  # fmt: skip
    assert rule.claims == ("S4-17", "S0-03")
    assert rule.says == "What goes by a known name is known (as in the S4-17 of the ledger)."
    assert rule.unknown == ()


def test_what_others_do_is_counted_in(made_up):
    own, with_others = odd.rules_of(made_up)["follow"], odd.whole("follow", made_up)
    assert with_others.reads - own.reads == {"Parameters.strain_rate", "Person.strain"}
    assert with_others.writes == own.writes


def test_a_field_that_nobody_declared_is_noticed(made_up):
    assert odd.rules_of(made_up)["go_wrong"].unknown == ("person.mood", "somebody.trust", "person.pull.mood")


# --- the rules of the model -----------------------------------------------------------------------


@pytest.mark.parametrize("rule", odd.rules_of().values(), ids=lambda rule: rule.key)
def test_every_field_in_a_rule_is_declared(rule):
    assert rule.unknown == ()


def test_every_rule_has_a_name_of_its_own():
    defined = [
        node.name
        for path in odd.HERE.glob("*.py")
        if path.stem not in odd.ORDERING
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert sorted(defined) == sorted(odd.rules_of())


def test_no_rule_is_dead():
    called = {name for rule in odd.rules_of().values() for name in rule.calls}
    ordering = "".join((odd.HERE / f"{name}.py").read_text(encoding="utf-8") for name in odd.ORDERING)
    assert {name for name in odd.rules_of() if name not in called and f"{name}(" not in ordering} == set()


def test_the_week_has_its_eight_phases_in_order_and_every_mechanism_says_what_it_is():
    phases = [step.phase for step in odd.steps()]
    assert [int(phase[0]) for phase in phases] == sorted(int(phase[0]) for phase in phases)
    assert {phase[0] for phase in phases} == set("12345678")
    assert len({step.rule.name for step in odd.steps()}) == len(odd.steps())
    assert {path.stem for path in odd.HERE.glob("*.py")} - {"__init__", *odd.ORDERING} == set(odd.mechanisms())
    assert all(said.endswith(".") for said in odd.mechanisms().values())


@pytest.mark.parametrize(
    "setting", [name for name in odd.quantities() if name.startswith(("Style.", "Policies.", "Market."))]
)
def test_every_setting_leads_to_leaving_and_to_output_or_is_only_measured(setting):
    causes = odd.graph()
    if setting in causes:
        assert {"Person.leaving", "Person.output"} <= nx.descendants(causes, setting)
    else:
        readers = {rule.file for rule in odd.rules_of().values() if setting in rule.reads}
        assert readers
        assert readers <= {"measures", *(odd.rules_of()[name].file for name in odd.BOOKKEEPING)}


def test_every_number_is_read_and_every_measure_and_state_is_written():
    numbers, results = odd.table("Parameters", "Style", "Policies", "Market"), odd.table("Person", "Leader", "Measures")
    assert numbers[numbers["read by"] == ""]["name"].tolist() == []
    assert results[results["written by"] == ""]["name"].tolist() == ["luck"], "which the week itself sets"
    assert odd.table("Team").query("`written by` == ''")["name"].tolist() == ["seats", "tier", "first", "leader_seat"]


def test_a_state_is_read_by_a_rule_or_reported():
    """What no rule reads is there for tables only: events, and hours."""
    read = frozenset().union(*(rule.reads for rule in odd.rules_of().values()))
    unread = {name for name in odd.quantities() if name.startswith(("Person", "Leader", "Team")) and name not in read}
    assert {odd.quantities()[name].unit for name in unread} <= {"yes/no", "hours", "seat", "people"}, unread


def test_a_claim_that_a_rule_carries_is_in_the_ledger():
    named = {claim for rule in odd.rules_of().values() for claim in rule.claims}
    assert named <= set(ledger())
    assert len(named) > 60


SPY = """
import ast, functools, json, sys
import numpy as np
from teamsim.evidence.promotion import firm
from teamsim.rules import week
from teamsim.evidence import odd

def leaves(dtype, before=()):
    for name in dtype.names:
        yield from leaves(dtype[name], (*before, name)) if dtype[name].names else [(*before, name)]

def words(records):
    # all fields are eight bytes wide: a row a record, a column a field
    return np.frombuffer(records.tobytes(), np.uint64).reshape(-1, records.dtype.itemsize // 8)

changed = {}

def spied(key, rule):
    names = rule.__code__.co_varnames[:rule.__code__.co_argcount]
    @functools.wraps(rule)
    def inner(*given):
        records = [(n, g, words(g)) for n, g in zip(names, given) if getattr(getattr(g, "dtype", None), "names", None)]
        returned = rule(*given)
        for name, record, before in records:
            columns = np.flatnonzero((words(record) != before).any(axis=0))
            if len(columns):
                fields = list(leaves(record.dtype))
                changed.setdefault(key, set()).update(
                    odd._place(ast.parse(".".join([name, *fields[at]]), mode="eval").body) for at in columns
                )
        return returned
    return inner

for step in odd.steps():
    if hasattr(week, step.rule.name):
        setattr(week, step.rule.name, spied(step.rule.name, getattr(week, step.rule.name)))
import teamsim as ts
scenario = firm(weeks=40, departments=1, span=4)
tight = scenario.replace(market=scenario.market.replace(tightness=5.0, hiring_weeks=2.0),
                         policies=scenario.policies.replace(review_weeks=8, support_weeks=8))
ts.simulate(tight, ts.Style(firmness=1.0, commitments_kept=0.5, counter_offer=0.5, coaching_hours=0.4))
json.dump({key: sorted(found) for key, found in changed.items()}, sys.stdout)
"""


def test_what_a_rule_changes_while_it_runs_is_what_it_is_said_to_write():
    """Every rule of the week is watched through a year, in plain Python."""
    environment = os.environ | {
        "TEAMSIM_PLAIN": "1",
        "PYTHONPATH": os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run([sys.executable, "-c", SPY], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    changed = json.loads(done.stdout)
    named = [step.rule.name for step in odd.steps() if step.rule.name not in odd.BOOKKEEPING]
    said = {name: odd.whole(name).writes for name in named}
    watched = {name: set(found) for name, found in changed.items() if name in said}
    assert len(watched) > 0.9 * len(said), set(said) - set(watched)
    assert {name: found - said[name] for name, found in watched.items() if found - said[name]} == {}
    never = {(name, one) for name, found in watched.items() for one in said[name] - found}
    assert len(never) < 0.2 * sum(map(len, said.values())), never


# --- tables and pictures --------------------------------------------------------------------------


def test_tables_have_every_quantity_once():
    found = odd.table(*odd.ENTITIES)
    assert (found["entity"] + "." + found["name"]).tolist() == list(odd.quantities())
    assert set(found.query("entity == 'Leader'")["name"]) == set(LeaderState.quantities())
    assert set(found.query("entity == 'Person'")["kind"]) == {"trait", "start", "state"}
    with pytest.raises(ts.InputError, match="entity 'Persn' is not known; did you mean 'Person'"):
        odd.table("Persn")


def test_who_reads_and_writes_names_the_rule_itself_and_not_its_callers():
    felt = odd.table("Person").query("name == 'felt_recognition'").iloc[0]
    assert felt["written by"] == "move, receive_recognition, praise, hire"
    assert "feel_recognition" in felt["read by"]


def test_what_is_handed_on_goes_with_the_order_of_the_week():
    flows = odd.flows().set_index(["writer", "reader"])
    assert flows.loc[("recognition", "engagement"), "when"] == "this week"
    assert flows.loc[("performance", "system"), "when"] == "next week"
    assert (flows["states"] == flows["which"].str.count(",") + 1).all()


def test_the_source_of_a_rule_is_shown_without_its_docstring():
    assert odd.source("feel_recognition").startswith("def feel_recognition(person, p):\n    person.pull.recognition =")
    with pytest.raises(ts.InputError, match="rule 'feel' is not known"):
        odd.source("feel")


def test_a_table_is_shown_whole_and_nothing_in_it_breaks_the_page():
    frame = pd.DataFrame({"kind": ["a", "a", "b"], "said": ["<b>", "p & q", "x" * 300]})
    html = odd.show(frame, ["said"], by="kind")._repr_html_()
    assert html.count("<details>") == html.count("<table") == 2
    assert all(said in html for said in ("<b>a</b> (2)", "&lt;b&gt;", "p &amp; q", "x" * 300))
    assert odd.show(odd.table("Parameters"))._repr_html_().count("<tr>") == len(Parameters.quantities())
    with pytest.raises(ts.InputError, match="column 'sad' is not known; did you mean 'said'"):
        odd.show(frame, ["sad"])


@pytest.mark.parametrize(
    "name", ["Person.trust", "Person.engagement", "Style.candour", "Team.safety", "Policies.voice"]
)
def test_what_surrounds_a_quantity_is_drawn_from_the_graph(name):
    drawn = structure.around(name).to_dict()
    names = {row["name"] for rows in drawn["datasets"].values() for row in rows if "layer" in row}
    causes = odd.graph()
    assert names >= {name, *causes.predecessors(name)}
    for rule in causes.predecessors(name):
        assert set(causes.predecessors(rule)) <= names


def test_nothing_else_can_be_drawn():
    with pytest.raises(ts.InputError, match=r"quantity 'Person.trsut' is not known; did you mean 'Person.trust'"):
        structure.around("Person.trsut")
    with pytest.raises(ts.InputError, match="is not known"):
        structure.around("trust.speak_honestly")


def test_the_matrix_has_every_flow():
    [rows] = structure.handed_on().to_dict()["datasets"].values()
    assert len(rows) == len(odd.flows())
