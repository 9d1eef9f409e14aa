"""The ledger of claims: complete, tied to what is there, and holding; a claim that no longer holds fails here."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import teamsim as ts
from teamsim import people
from teamsim.cli import app
from teamsim.compiler.written_out import unrolled
from teamsim.evidence import casts
from teamsim.evidence.ledger import (
    CLAIM,
    SHAPES,
    Arm,
    Claim,
    Experiment,
    Outcome,
    carriers,
    find_claims,
    ledger,
    sources,
)
from teamsim.evidence.outcomes import FUNCTIONS, outcome
from teamsim.evidence.trial import Lived, build, interval, look_for, try_claims
from teamsim.fields import InputError
from teamsim.parameters import Parameters
from teamsim.people import Policies
from teamsim.style import Style

SOURCE = Path(ts.__file__).parent
SHARED = SOURCE.parents[2] / "shared" / "evidence" / "claims.toml"
RULES = {
    f"{path.stem}.{node.name}": ast.unparse(unrolled(node, vars(people)))
    for path in (SOURCE / "rules").glob("*.py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
}
TRIED = [claim.id for claim in ledger().values() if claim.experiment]


@pytest.fixture(scope="module")
def verdicts():
    return {verdict.claim.id: verdict for verdict in try_claims(find_claims())}


@pytest.mark.parametrize("claim", TRIED)
def test_claim_holds(verdicts, claim):
    assert verdicts[claim].passed, f"{verdicts[claim].verdict}\n{verdicts[claim].table.to_string()}"


def test_every_core_claim_has_an_experiment_and_every_other_one_or_a_reason():
    for claim in ledger().values():
        assert bool(claim.experiment) != bool(claim.not_modelled), claim.id
        assert claim.experiment or not claim.core, claim.id


def of_the_articles():
    return {name: claim for name, claim in ledger().items() if claim.source in ("S0", "S1", "S2", "S3", "S4")}


def test_97_claims_of_which_68_are_core():
    assert len(of_the_articles()) == 97
    assert sum(claim.core for claim in of_the_articles().values()) == 68


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared list of claims is not here")
def test_the_ledger_has_the_claims_of_the_shared_list():
    shared = {claim["id"]: claim for claim in tomllib.loads(SHARED.read_text(encoding="utf-8"))["claim"]}
    assert set(of_the_articles()) == set(shared)
    for name, claim in of_the_articles().items():
        assert claim.core == shared[name]["core"], name
        assert shared[name].get("inference", "") in claim.inference, name
        assert claim.statement != shared[name]["claim"], f"{name} is to be said in our own words"


def test_every_modelled_claim_names_rules_that_carry_it_and_parameters():
    rules, _, parameters = carriers()
    for name in TRIED:
        named = {RULES[rule] for rule in rules[name]}
        assert named, f"no rule's docstring ends with {name}"
        off = {parameter for experiment in ledger()[name].experiment for parameter in experiment.off}
        assert any(f"p.{parameter}" in rule for rule in named for parameter in off), name
        assert parameters[name], name
        assert set(parameters[name]) <= set(Parameters.model_fields), name


def test_rules_parameters_and_levers_name_no_claim_that_is_not_there():
    files = [*(SOURCE / "rules").glob("*.py"), SOURCE / "parameters.toml"]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    text += "".join(quantity.source for declared in (Style, Policies) for quantity in declared.quantities().values())
    assert set(CLAIM.findall(text)) <= set(ledger())


COMPARED = {
    ("S0-17", "how they are led, less ten per cent of pay either way"),
    ("S4-03", "coaching up to and beyond the hours there are"),
}
"""Experiments that weigh one mechanism against another; another one of the same claim switches it off."""


def test_every_experiment_is_tried_with_its_mechanism_off_and_says_what_counts():
    without = set()
    for name in TRIED:
        experiments = ledger()[name].experiment
        assert any(experiment.off for experiment in experiments), name
        assert all(experiment.least > 0 for experiment in experiments), name
        without |= {(name, experiment.name) for experiment in experiments if not experiment.off}
    assert without == COMPARED


def test_parameters_name_the_claims_that_they_switch_off():
    _, _, parameters = carriers()
    for name in TRIED:
        for experiment in ledger()[name].experiment:
            assert set(experiment.off) <= set(parameters[name]), name


COUNTERFACTUAL = {("S2-01", "it would be otherwise if talent for the work were talent for leading")}


@pytest.mark.parametrize("claim", [claim.id for claim in ledger().values() if claim.core])
def test_what_an_experiment_holds_hides_no_opposite(claim):
    """With nothing held but who stays, every effect has the same sign: other mechanisms do not turn it around."""
    found = ledger()[claim]
    held = [one for one in found.experiment if one.hold and (claim, one.name) not in COUNTERFACTUAL]
    if held:
        whole = found.replace(experiment=[one.replace(hold={}, off={}, runs=min(one.runs, 100)) for one in held])
        for about, one in try_claims([whole])[0].findings:
            assert one.effect > 0, (about, one)


def test_some_effect_is_shown_by_every_lever():
    """A lever that no experiment moves has no effect that anybody has shown."""
    _, levers, _ = carriers()
    moved = {name for names in levers.values() for name in names}
    assert set(Style.model_fields) - moved == set()


def test_the_table_of_claims():
    table = ts.claims().set_index("claim")
    assert "challenge.feel_challenge" in table.loc["S0-03", "rules"]
    assert "challenge" in table.loc["S0-03", "levers"]
    assert "stretch_gain" in table.loc["S0-03", "parameters"]
    assert table.loc["S2-01", "inference"]
    assert set(table["source"]) == {one.cite for one in sources()}


# What is tried can fail.

HONEST = {
    "arms": [{"style": {"candour": 0.2}}, {"style": {"candour": 0.95}}],
    "outcome": {"state": "trust", "of": "stars"},
    "settings": ["nobody leaves", "no talk is put off"],
    "off": ["honesty_gain"],
    "runs": 10,
}


def verdict_of(**changes):
    claim = Claim(id="S0-07", core=True, statement="Made up for a test.", experiment=[HONEST | changes])
    return try_claims([claim])[0]


def test_an_honest_experiment_passes():
    found = verdict_of()
    assert found.passed
    assert found.verdict == "holds"
    assert found.interval[0] < found.effect < found.interval[1]
    assert found.off == 0.0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"shape": "falls"}, "not clear of zero"),
        ({"least": 0.9}, "smaller than 0.9"),
        ({"off": ["recognition_gain"]}, "still there with its mechanism off"),
        ({"off": {"honesty_gain": 0.02}, "exact": False}, "still there with its mechanism off"),
        ({"arms": [HONEST["arms"][0], HONEST["arms"][0]]}, "not clear of zero"),
        (
            {"arms": [*HONEST["arms"], {"style": {"candour": 0.5}}], "shape": "rises, then is flat"},
            "no fall: not clear of zero",
        ),
    ],
)
def test_an_experiment_that_does_not_show_what_it_claims_fails(changes, problem):
    found = verdict_of(**changes)
    assert not found.passed
    assert problem in found.verdict


def test_a_claim_without_an_experiment_does_not_pass():
    claim = Claim(id="S0-02", core=False, statement="Made up for a test.", not_modelled="there is none")
    found = try_claims([claim])[0]
    assert not found.passed
    assert found.verdict == "not modelled: there is none"
    with pytest.raises(InputError, match="has not been tried"):
        found.effect  # noqa: B018


def test_the_interval_is_that_of_student():
    import numpy as np
    from scipy import stats

    values = np.random.default_rng(1).normal(0.3, 1, 40)
    mean, low, high = interval(values)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (low, high) == pytest.approx((expected.low, expected.high))
    assert mean == values.mean()


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_weigh_arms_to_nothing_and_are_told_apart(shape):
    curves = {
        "rises": [0, 1], "falls": [1, 0], "rises throughout": [0, 1, 2], "falls throughout": [2, 1, 0],
        "inverted U": [0, 1, 0], "U": [1, 0, 1], "rises less and less": [0, 2, 3], "falls less and less": [3, 1, 0],
        "rises more and more": [0, 1, 3], "falls more and more": [3, 2, 0], "rises, then is flat": [0, 1, 1.05],
        "is flat, then falls": [1.05, 1, 0], "is flat, then rises": [0, 0.05, 1],
        "more in the second pair": [0, 1, 0, 2], "less in the second pair": [0, 2, 0, 1],
    }  # fmt: skip

    def shown(name, curve):
        return all(
            len(one) == len(curve) and sum(w * y for w, y in zip(one, curve, strict=True)) > 0
            for one in SHAPES[name].values()
        )

    assert all(abs(sum(one)) < 1e-12 for one in SHAPES[shape].values())
    assert shown(shape, curves[shape])
    assert not shown(shape, [-y for y in curves[shape]])


# What cannot be used is refused by name.


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"off": ["honesty_gian"]}, "honesty_gian is not known; did you mean 'honesty_gain'"),
        ({"hold": {"talk_hours": 99}}, "talk_hours = 99.0 is outside 0..4"),
        ({"shape": "rise"}, "rise is not known; did you mean 'rises'"),
        ({"settings": ["nobody goes"]}, "nobody goes is not known"),
        ({"arms": [{"style": {}}, {"stlye": {}}]}, "stlye is not known; did you mean 'style'"),
        ({"contrasts": {"effect": [1, 1]}}, "effect weighs 2 arms"),
        ({"outcome": {"measure": "trust", "state": "trust"}}, "names one of measure, state and function"),
    ],
)
def test_an_experiment_that_cannot_be_used_is_refused(changes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        Experiment(**HONEST | changes)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"measure": "outptu"}, "did you mean 'output'"),
        ({"measure": "output", "group": "top thirds"}, "did you mean 'top third'"),
        ({"state": "trsut"}, "did you mean 'trust'"),
        ({"state": "belief.trust"}, "state 'belief.trust' is not known"),
        ({"state": "trust", "of": "star"}, "did you mean 'stars'"),
        ({"state": "trust", "of": ["Nobody"]}, "person 'Nobody' is not known"),
        ({"function": "nothing"}, "function 'nothing' is not known"),
    ],
)
def test_an_outcome_that_is_not_there_is_refused(given, message):
    with pytest.raises(InputError, match=re.escape(message)):
        look_for(Outcome(**given), casts.cast("managing-stars"))


def test_arms_and_casts_that_are_not_there_are_refused():
    with pytest.raises(InputError, match="did you mean 'managing-stars'"):
        casts.cast("managing-star")
    with pytest.raises(InputError, match=r"style\.candor is not known"):
        build(casts.cast("managing-stars"), Arm(style={"candor": 1}))
    with pytest.raises(InputError, match="claim 'S9-01' is not known"):
        find_claims("S9-01")


def test_an_arm_says_who_leads_how_and_when():
    arm = Arm(
        style={"preset": "developer", "candour": 0.1},
        plan={52: {"candour": 0.9}},
        by={"Robin": {"autonomy": 0.0}},
        persons={"stars": {"trust": 0.1}, "Ingrid": {"trust": 0.2}},
        people={"pay_ratio": 0.9},
        policies={"transparency": 1.0},
        weeks=60,
    )
    scenario, conduct = build(casts.cast("managing-stars"), arm)
    trust = {person.name: person.trust for person in scenario.teams[0].people}
    assert (trust["Amara"], trust["Ingrid"], trust["Samir"]) == (0.1, 0.2, 0.6)
    assert {person.pay_ratio for person in scenario.teams[0].people} == {0.9}
    assert (scenario.weeks, scenario.policies.transparency) == (60, 1.0)
    assert conduct[""].at(0) == Style.preset("developer").replace(candour=0.1)
    assert conduct["Robin"].at(52) == Style.preset("developer").replace(candour=0.9, autonomy=0.0)


def test_outcomes_read_the_same_as_the_tables():
    scenario = casts.cast("managing-stars")
    many = ts.futures(scenario, "comfortable", runs=3, seed=11)
    lived = Lived("managing-stars", {"style": {"preset": "comfortable"}}, {})
    asked = {
        "engagement": Outcome(measure="engagement", group="top third"),
        "offers": Outcome(measure="offers"),
        "trust": Outcome(state="trust", of=("Amara",)),
        "less": Outcome(measure="trust", weeks=(50, 52), less={"weeks": [0, 2]}, times=2),
    }
    for one in asked.values():
        lived.add(one, 3)
    lived.live(11, 2, lambda done, total: None)
    found = {name: lived.found[one.model_dump_json()] for name, one in asked.items()}
    assert found["engagement"] == pytest.approx(many.runs_of("top third")["engagement"])
    assert found["offers"] == pytest.approx(many.runs["offers"])
    run = many.open(1)
    assert found["trust"][1] == pytest.approx(run.people.query("person == 'Amara'")["trust"].mean())
    weeks = run.weeks.query("group == 'organisation'")["trust"].to_numpy()
    assert found["less"][1] == pytest.approx(weeks[50:52].mean() - 2 * weeks[:2].mean())


def test_a_history_is_lived_once_for_all_claims_that_need_it():
    calls = []
    try_claims([*find_claims("S0-07")] * 2, runs=10, progress=lambda done, total: calls.append((done, total)))
    experiments = find_claims("S0-07")[0].experiment
    histories = {
        Lived(one.cast, one.both | arm, one.parameters | dict(off)).key
        for one in experiments
        for arm in one.arms
        for off in ({}, one.off)
    }
    assert calls[-1] == (10 * len(histories), 10 * len(histories))


def test_an_outcome_of_ones_own():
    @outcome
    def weeks_lived(history):
        return float(len(history.measures))

    try:
        assert look_for(Outcome(function="weeks lived"), casts.cast("managing-stars"))
        assert verdict_of(outcome={"function": "weeks lived"}).effect == 0.0
    finally:
        del FUNCTIONS["weeks lived"]


def test_the_command_prints_a_table_and_says_by_its_exit_code_whether_all_hold(monkeypatch):
    result = CliRunner().invoke(app, ["claims", "S0-07", "S0-02", "--runs", "20"])
    assert result.exit_code == 0, result.output
    assert re.search(r"S0-07 \* +\+0\.\d+ .*\.\. .* 0  trust: trust +holds", result.output)
    assert "S0-02" in result.output
    assert "1 of 1 claims hold, 1 not tried." in result.output

    wrong = find_claims("S0-07")[0].replace(experiment=[HONEST | {"shape": "falls"}])
    monkeypatch.setattr("teamsim.evidence.ledger.find_claims", lambda *ids: [wrong])
    result = CliRunner().invoke(app, ["claims"])
    assert result.exit_code == 1
    assert "fails: effect: not clear of zero" in result.output


def test_the_command_refuses_a_claim_that_is_not_there(capsys):
    from teamsim.cli import main

    with pytest.raises(SystemExit) as stop:
        main(["claims", "S0-99"])
    assert stop.value.code == 1
    assert "claim 'S0-99' is not known" in capsys.readouterr().err
