"""The description generated from the code says what the code does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

import teamsim as ts
from teamsim.charts import structure
from teamsim.evidence import odd
from teamsim.evidence.ledger import ledger
from teamsim.parameters import Parameters
from teamsim.people import LeaderState, Market, Measures, PersonState, Policies, TeamState
from teamsim.style import Style

SOURCE = Path(ts.__file__).parents[1]
STATES = {"Person": PersonState, "Leader": LeaderState, "Team": TeamState}

# --- rules made up for the purpose ----------------------------------------------------------------

HELPERS = '''"""Helpers: for others."""
from teamsim.compiler import rule

@rule
def lower(drivers, share):
    """Lower what is given."""
    drivers.challenge *= share
    return drivers.growth

@rule
def tired(someone, p):
    """The parameter has a name of its own."""
    return p.strain_rate
'''
MADE_UP = '''"""Made up: to be read."""
import math
from teamsim.chance import OFFER, WORK, mix, uniform
from teamsim.compiler import rule
from teamsim.rules import helpers
from teamsim.rules.helpers import lower

@rule
def follow(people, team, org, style, p):
    """Local names are followed.  [S0-03, S4-17]"""
    boss = people[team.leader_seat]
    policies = org.policies
    belief, rate = boss.belief, p.belief_rate
    belief.growth += rate * policies.transparency
    best, boss.trust = style.candour, math.exp(people[team.first].skill)
    if uniform(boss.luck, OFFER) < org.market.tightness:
        boss.offer = 1.0

@rule
def have_done(person, org, p):
    """What others do for it counts (as in the S4-17 of the ledger)."""
    if person.strain > 0.5:
        lower(person.pull, p.strain_gain)
    elif org.week > 3:
        helpers.tired(person, p)

@rule
def swap(people, seat, other_seat):
    """Whole people change seats."""
    there = people[other_seat]
    there.trust = 0.5
    people[seat] = people[other_seat]

@rule
def go_wrong(person, somebody, people):
    """Fields that there are not."""
    person.mood = somebody.trust + people.shape[0]
'''


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    (folder / "helpers.py").write_text(HELPERS, encoding="utf-8")
    (folder / "made_up.py").write_text(MADE_UP, encoding="utf-8")
    return odd.rules_of(folder)


def test_reads_and_writes_are_found_through_local_names(made_up):
    rule = made_up["made_up.follow"]
    assert rule.writes == {"Person.belief.growth", "Person.trust", "Person.offer"}
    assert rule.reads == {
        "Team.leader_seat", "Team.first", "Parameters.belief_rate", "Person.belief.growth", "Policies.transparency",
        "Style.candour", "Person.skill", "Person.luck", "Market.tightness",
    }  # fmt: skip
    assert rule.claims == ("S0-03", "S4-17")
    assert rule.sentence == "Local names are followed."
    assert rule.chances == ("OFFER",)
    assert rule.unresolved == ()


def test_what_others_do_is_counted_in_and_left_out_where_wanted(made_up, tmp_path):
    rule = made_up["made_up.have_done"]
    assert rule.writes == {"Person.pull.challenge"}
    assert rule.reads == {
        "Person.strain", "Parameters.strain_gain", "Person.pull.challenge", "Person.pull.growth", "Organisation.week",
        "Parameters.strain_rate",
    }  # fmt: skip
    assert list(rule.calls) == ["helpers.lower", "helpers.tired"]
    (tmp_path / "helpers.py").write_text(HELPERS, encoding="utf-8")
    (tmp_path / "made_up.py").write_text(MADE_UP, encoding="utf-8")
    assert odd.rules_of(tmp_path, without=["helpers.lower"])["made_up.have_done"].writes == set()


def test_what_decides_whether_a_rule_is_called_is_known(made_up):
    guards = {name: {place[1] for _, place in found} for name, found in made_up["made_up.have_done"].calls.items()}
    assert guards == {"helpers.lower": {("strain",)}, "helpers.tired": {("strain",), ("week",)}}


def test_a_helper_alone_speaks_of_its_own_parameters(made_up):
    assert made_up["helpers.lower"].writes == {"Drivers.challenge"}


def test_whole_people_are_told_from_their_states(made_up):
    rule = made_up["made_up.swap"]
    assert rule.writes == {"Person.*", "Person.trust"}
    assert rule.reads == {"Person.*"}


def test_a_field_that_nobody_declared_is_noticed(made_up):
    assert made_up["made_up.go_wrong"].unresolved == ("somebody.trust", "person.mood")


# --- the rules of the model -----------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(odd.rules_of()))
def test_every_field_in_a_rule_is_declared(key):
    assert odd.rules_of()[key].unresolved == ()


def test_no_rule_is_dead():
    called = {name for rule in odd.rules_of().values() for name in rule.calls}
    kept = {"history.live_many", "history.live"}
    mesa = {key for key, rule in odd.rules_of().items() if rule.file == "one"}
    assert set(odd.rules_of()) - called - kept - mesa == set()


def test_the_week_has_its_eight_phases_in_order_and_every_mechanism_takes_part():
    week = odd.week()
    assert week["phase"].is_monotonic_increasing
    assert week["phase"].unique().tolist() == list(range(1, 9))
    assert not week.duplicated(["phase", "rule"]).any()
    ours = {path.stem for path in (SOURCE / "teamsim" / "rules").glob("*.py")} - {"__init__", *odd.DRIVING}
    assert set(odd.mechanisms()["mechanism"]) == ours
    assert all(odd.mechanisms()["says"].str.endswith("."))


@pytest.mark.parametrize("declared", [Style, Policies, Market])
def test_every_setting_leads_to_leaving_and_to_output(declared):
    causes, users_of = odd.graph(), odd.settings().set_index("name")["read by"]
    for name in declared.quantities():
        setting, users = f"{odd.NAMES[declared]}.{name}", users_of[name]
        if setting not in causes:
            read = [rule.key for rule in odd.rules_of().values() if rule.file == "measures" and setting in rule.reads]
            assert read, f"{setting} is read by no rule"
            continue
        assert users, setting
        reached = nx.descendants(causes, setting)
        assert {"Person.leaving", "Person.output"} <= reached, setting


def test_every_number_is_read_by_a_rule():
    read = frozenset().union(*(rule.reads for rule in odd.rules_of().values()))
    assert {name for name in Parameters.quantities() if f"Parameters.{name}" not in read} == set()


def test_every_measure_is_written_and_every_state_is_written_or_laid_out():
    written = frozenset().union(*(rule.writes for rule in odd.rules_of().values()))
    assert {name for name in Measures.quantities() if f"Measures.{name}" not in written} == set()
    laid_out = {"Team": {"first", "seats", "tier", "leader_seat"}}
    for entity, declared in STATES.items():
        unwritten = {name for name in declared.quantities() if f"{entity}.{name}" not in written}
        assert unwritten == laid_out.get(entity, set())


def test_a_state_is_read_by_a_rule_or_reported():
    """What no rule reads is there for tables only: events, and hours."""
    read = frozenset().union(*(rule.reads for rule in odd.rules_of().values()))
    for entity, declared in STATES.items():
        unread = {name: kind for name, kind in declared.quantities().items() if f"{entity}.{name}" not in read}
        assert {kind.unit for kind in unread.values()} <= {"yes/no", "hours", "seat", "people"}, unread


def test_a_claim_that_a_rule_carries_is_in_the_ledger():
    named = {claim for rule in odd.rules_of().values() for claim in rule.claims}
    assert named <= set(ledger())
    assert len(named) > 60


SPY = """
import functools, json, sys
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
                changed.setdefault(key, set()).update(odd._quantity((name, fields[at])) for at in columns)
        return returned
    return inner

for step in odd.steps():
    if hasattr(week, step.rule.name):
        setattr(week, step.rule.name, spied(step.rule.key, getattr(week, step.rule.name)))
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
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run([sys.executable, "-c", SPY], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    changed = json.loads(done.stdout)
    said = {step.rule.key: step.rule.writes for step in odd.steps()}
    assert len(changed) > 0.7 * len(said)
    for key, found in changed.items():
        everything = {name.removesuffix("*") for name in said[key] if name.endswith("*")}
        more = {name for name in found if name not in said[key] and not name.startswith(tuple(everything))}
        assert not more, f"{key} changes {more} unsaid"
    seen = sum(map(len, changed.values()))
    expected = sum(len({one for one in said[key] if _watched(one)}) for key in changed)
    assert seen > 0.7 * expected, "much is said to be written that never changes"


def _watched(quantity):
    return not quantity.startswith(("Exit", "Measures")) and not quantity.endswith("*")


# --- tables and pictures --------------------------------------------------------------------------


def test_tables_have_every_quantity_once():
    entities = odd.entities()
    assert not entities.duplicated(["entity", "name"]).any()
    assert set(entities.query("entity == 'Leader'")["name"]) == set(LeaderState.quantities())
    settings = odd.settings()
    assert settings["name"].tolist() == [*Style.quantities(), *Policies.quantities(), *Market.quantities()]
    assert odd.numbers()["name"].tolist() == list(Parameters.quantities())
    assert odd.measures()["name"].tolist() == list(Measures.quantities())
    assert (odd.numbers()["read by"] != "").mean() > 0.95


def test_who_reads_and_writes_names_the_rule_itself_and_not_its_callers():
    trust = odd.entities().query("entity == 'Person' and name == 'felt_recognition'").iloc[0]
    assert "recognition.praise" in trust["written by"]
    assert "one." not in trust["written by"]
    assert "recognition.feel_recognition" in trust["read by"]


def test_what_is_handed_on_goes_with_the_order_of_the_week():
    flows = odd.flows().set_index(["writer", "reader"])
    assert flows.loc[("recognition", "engagement"), "when"] == "this week"
    assert flows.loc[("performance", "system"), "when"] == "next week"
    assert (flows["states"] == flows["which"].str.count(",") + 1).all()


def test_the_source_of_a_rule_is_shown_without_its_docstring():
    shown = odd.source("recognition.feel_recognition")
    assert shown.startswith("def feel_recognition(person, p):\n    person.pull.recognition =")
    assert '"""' not in shown
    with pytest.raises(ts.InputError, match="rule 'feel' is not known"):
        odd.source("feel")


def test_a_table_is_shown_whole_and_nothing_in_it_breaks_the_page():
    import pandas as pd

    frame = pd.DataFrame({"kind": ["a", "a", "b"], "said": ["x|y", "p_q", "*"], "seen": [True, False, True]})
    text = odd.show(frame, ["said", "seen"], by="kind")._repr_markdown_()
    assert text.splitlines()[0] == "**a**"
    assert "| x\\|y | yes |" in text
    assert "| p\\_q |  |" in text
    assert text.count("| said | seen |") == 2
    assert len(odd.show(odd.numbers())._repr_markdown_().splitlines()) == len(Parameters.quantities()) + 2
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
