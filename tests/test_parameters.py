"""The numbers inside the rules: declared, sourced, read by some rule, and turned off by 0."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import teamsim as ts
from strategies import parameters
from teamsim import people
from teamsim.compiler.written_out import unrolled
from teamsim.evidence.ledger import ledger
from teamsim.parameters import SOURCES, Parameters, parameters_of, sources

NUMBERS = Parameters.quantities()
DECLARED = {
    name: {"targets": []} | entry
    for group in tomllib.loads((Path(ts.__file__).parent / "parameters.toml").read_text(encoding="utf-8")).values()
    for name, entry in group.items()
}
RULES = "\n".join(
    ast.unparse(unrolled(ast.parse(path.read_text(encoding="utf-8")), vars(people)))
    for path in (Path(ts.__file__).parent / "rules").glob("*.py")
)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_is_sourced_and_used(name):
    one = NUMBERS[name]
    assert one.low <= one.default <= one.high
    assert np.isfinite([one.low, one.high]).all()
    assert one.source.split(", ")[0]
    assert DECLARED[name]["claims"] or DECLARED[name]["targets"], "serves nothing"
    assert set(DECLARED[name]["claims"]) <= set(ledger())
    assert one.meaning.endswith(".")
    assert one.unit
    assert one.group
    assert re.search(rf"\bp\.{name}\b|\bp\[0\]\.{name}\b", RULES), f"no rule reads {name}"


def test_every_number_is_counted_once_by_where_it_comes_from():
    own = [entry["source"] for entry in DECLARED.values()]
    kinds = {one: [kind for kind, begins in SOURCES.items() if re.match(begins, one)] for one in own}
    assert {one: found for one, found in kinds.items() if len(found) != 1} == {}
    counted = Counter(kinds[one][0] for one in own)
    assert sources() == counted
    assert counted["assumed"] == own.count("assumed")
    assert counted["definition"] == own.count("definition")
    assert counted["article"] == sum(one in ledger() for one in own)


def test_rules_read_no_number_that_is_not_declared():
    read = set(re.findall(r"\bp(?:\[0\])?\.([a-z_]+)\b", RULES))
    assert read <= set(NUMBERS)


@given(parameters())
def test_changes_are_kept_and_the_rest_stays(changes):
    found = parameters_of(changes)
    for name, one in NUMBERS.items():
        assert getattr(found, name) == changes.get(name, one.default)
    assert parameters_of(found) is found
    assert parameters_of(None) == Parameters()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"recogniton_gain": 0}, "parameters.recogniton_gain is not known; did you mean 'recognition_gain'"),
        ({"offer_rate": 2}, "parameters.offer_rate = 2 is outside 0..1"),
        ({"offer_rate": "much"}, "parameters.offer_rate = 'much' is not a number in 0..1"),
        ({"offer_rate": float("inf")}, "parameters.offer_rate = inf is outside 0..1"),
        ({"offer_rate": None}, "parameters.offer_rate = None is not a number"),
        ([("offer_rate", 1)], "parameters = .* is not a mapping from name to number"),
        (3, "parameters = 3 is not a mapping"),
        (ts.Style(), "parameters = .* is not"),
        ({3: 1}, "parameters"),
    ],
)
def test_bad_input(changes, line):
    with pytest.raises(ts.InputError, match=line) as caught:
        parameters_of(changes)
    assert "\n" not in str(caught.value)


def test_they_are_read_by_both_drivers(small):
    numbers = {"engagement_rate": 0.0}
    for run in (ts.simulate(small, parameters=numbers), ts.TeamModel(small, parameters=numbers).run()):
        first = run.people.query("week == 0").set_index("person")["engagement"]
        last = run.people.query("week == 25 and hires == 0").set_index("person")["engagement"]
        assert (last == first[last.index]).all()
        assert run.made.parameters.engagement_rate == 0
