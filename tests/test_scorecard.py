"""The scorecard holds the model against what is published, and may say no."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import teamsim as ts
from teamsim.cli import app
from teamsim.evidence import card, experiments, study
from teamsim.evidence.figures import FIGURES, Evidence
from teamsim.evidence.findings import of_left_out
from teamsim.evidence.invented import BURN_IN, invented_firm
from teamsim.evidence.targets import Check, bounds, guards, published, targets
from teamsim.parameters import parameters_of
from teamsim.style import Style

runner = CliRunner()


@pytest.fixture(scope="module")
def found():
    return study.evidence(seeds=[1, 2])


# --- targets --------------------------------------------------------------------------------------


SHARED = Path(ts.__file__).parents[3] / "shared" / "evidence"


def test_there_are_sixteen_targets_and_twelve_bounds_each_sourced():
    assert (len(targets()), len(bounds())) == (16, 12)
    assert len({one.id for one in published()}) == 28
    for one in published():
        assert one.source
        assert one.status.split(";")[0].split(":")[0].split(" (")[0] in {
            "read", "quoted", "computed", "practitioner surveys",
        }  # fmt: skip
        assert len({check.measure for check in one.checks}) == len(one.checks)
    assert guards()["survey_reliability"] == ".80"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared evidence is not here")
@pytest.mark.parametrize(("file", "kind", "ours"), [("targets", "target", targets), ("effects", "bound", bounds)])
def test_bands_and_facts_are_those_that_were_given(file, kind, ours):
    given = tomllib.loads((SHARED / f"{file}.toml").read_text(encoding="utf-8"))[kind]
    told = [(one["id"], one["fact"], one.get("must", False), bands(one["checks"])) for one in given]
    assert told == [(one.id, one.fact, one.must, bands(check.model_dump() for check in one.checks)) for one in ours()]


def bands(checks):
    return [(check["low"], check["high"]) for check in checks]


def test_a_check_of_several_things_is_that_of_the_one_furthest_out():
    check = Check(measure="d", by="correlation", each=[["a", "b"], ["a", "c"]], low=0.0, high=0.4)
    rows = pd.DataFrame({"run": 1, "week": 51, "a": [0.0, 1.0, 2.0], "b": [0.0, 1.0, 3.0], "c": [2.0, 1.0, 0.0]})
    found = Evidence(rows, rows, rows, rows)
    assert check.value(found) == pytest.approx(-1.0)
    gone = Evidence(rows.assign(b=1.0), rows, rows, rows)
    assert np.isnan(check.value(gone)), "one that is missing is not passed over"


def test_a_band_includes_its_ends_and_nothing_unknown():
    check = Check(measure="r", by="correlation", low=0.1, high=0.3)
    assert [check.holds(value) for value in (0.1, 0.3, 0.2, 0.0999, 0.31, float("nan"))] == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"by": "corelation"}, "did you mean 'correlation'"),
        ({"low": 0.4}, "has the band 0.4..0.3"),
        ({"hihg": 1.0}, "check.hihg is not known"),
        ({"of": ["a"], "each": [["a"]]}, "has both of and each"),
    ],
)
def test_a_check_that_cannot_be_used_is_refused(change, line):
    with pytest.raises(ts.InputError, match=line):
        Check(**{"measure": "r", "by": "correlation", "low": 0.1, "high": 0.3} | change)


# --- invented firms -------------------------------------------------------------------------------


def test_firms_differ_by_seed_and_so_do_leaders():
    firm, styles = invented_firm(1)
    assert firm == invented_firm(1)[0]
    assert firm.people != invented_firm(2)[0].people or firm != invented_firm(2)[0]
    assert {team.tier for team in firm.teams} == {0, 1, 2}
    assert sum(team.tier == 0 for team in firm.teams) == 40
    for name in Style.quantities():
        assert len({getattr(style, name) for style in styles.values()}) > 50, name
    pay = np.std([style.pay_position for style in styles.values()])
    assert pay < 0.3 * np.std([style.challenge for style in styles.values()]), "one firm, one idea of pay"


def test_good_habits_of_leading_go_together():
    styles = [style for seed in range(4) for style in invented_firm(seed)[1].values()]
    table = pd.DataFrame([{"candour": s.candour, "asking": s.asking, "priorities": s.priorities} for s in styles])
    assert table.corr().loc["candour", "asking"] == pytest.approx(0.25, abs=0.08)
    assert abs(table.corr().loc["candour", "priorities"]) < 0.08


def test_hires_bring_the_styles_of_the_first_cast(found):
    firm, styles = invented_firm(1)
    run = ts.simulate(firm.replace(weeks=104), styles, seed=1)
    hired = run.people[run.people["entry"] > 0].drop_duplicates("person")["schedule"]
    assert len(hired) > 50
    assert hired.nunique() > 0.8 * len(hired)
    alike = ts.simulate(firm.replace(weeks=104, hires_differ=False), styles, seed=1)
    assert (alike.people.loc[alike.people["entry"] > 0, "schedule"] == 0).all()


# --- what is observed and tried -------------------------------------------------------------------


def test_a_firm_has_two_thousand_person_years(found):
    years = found.years[found.years["quit_12"].notna()].groupby("run").size()
    assert (years >= 2000).all()


def test_what_is_observed_is_the_panel_of_the_firm(found):
    firm, styles = invented_firm(2)
    many = ts.futures(firm, styles, runs=1, seed=2)
    first = int(found.panel["week"].min())
    panel = many.panel(list(range(first, firm.weeks, 13)))
    mine = found.panel[found.panel["run"] == 2].reset_index(drop=True)
    for name in ("engagement", "pay_peers", "quit_12", "followed", "leader_skill"):
        pd.testing.assert_series_equal(mine[name], panel[name])
    everybody = many.tenures()
    gone = everybody["entered"] + (everybody["tenure_to"] - everybody["tenure_from"]).round()
    assert len(found.tenures[found.tenures["run"] == 2]) == (gone > 52 * BURN_IN).sum() < len(everybody)


def test_arms_hold_the_same_people(found):
    for _, rows in found.arms.groupby(["experiment", "run"]):
        who = rows.groupby("arm")["person"].apply(tuple)
        assert len(set(who)) == 1, "nobody leaves, nobody is promoted"
        assert len(who.iloc[0]) > 180


def test_an_arm_without_its_change_is_the_same_history():
    """What an experiment finds comes from what differs between its arms, and from nothing else."""
    nothing = parameters_of({"feedback_gain": 0.0, "honesty_gain": 0.0, "feedback_learning": 0.0})
    dead = nothing.replace(growth_feedback=0.0, awareness_gain=0.0, talk_hours=0.0, barren_gain=0.0, backlog_strain=0.0)
    dead = dead.replace(forward_gain=0.0, feedback_output=0.0, incentive_output=0.0)
    rows = experiments.feedback(dead, 1).pivot_table(index="person", columns="arm", values="output")
    assert (rows["on"] == rows["off"]).all()


def test_the_same_parameters_and_seeds_give_the_same_figures(found):
    once, again = study.measured(found), study.measured(study.evidence(seeds=[1, 2], threads=1))
    pd.testing.assert_series_equal(once, again, check_exact=True)
    other = study.figures({"offer_rate": 0.02}, seeds=[1, 2])
    assert other["quit-rate", "monthly voluntary quit rate"] < once["quit-rate", "monthly voluntary quit rate"]


def test_the_concordance_of_a_record_is_that_of_real_ones():
    """Observable facts explain little; the guard of the targets, on eight firms."""
    found = study.evidence(seeds=range(1, 9))
    assert 0.55 <= FIGURES["concordance of a cox model on the record"](found) <= 0.70


# --- the card -------------------------------------------------------------------------------------


def test_the_card_says_what_holds(found):
    checks = card.checks_of(found)
    value = study.measured(found)
    assert checks.index.tolist() == value.index.tolist()
    for name, row in checks.iterrows():
        assert row["in_band"] == (row["low"] <= row["value"] <= row["high"])
        assert row["value"] == value[name] or np.isnan(value[name])
    whole = card._by_target(checks, published())
    assert (whole["in_band"] == checks.groupby("target", sort=False)["in_band"].all()).all()
    assert whole["in_band"].sum() < 28 or checks["in_band"].all()
    assert whole["kind"].tolist() == ["target"] * 16 + ["bound"] * 12
    assert whole.index[whole["must"]].tolist() == [bound.id for bound in bounds() if bound.must]
    assert whole.loc["boss", "published"] == "1.06 to 1.28"
    assert (checks["must"] == checks.index.get_level_values("target").isin(whole.index[whole["must"]])).all()


def test_an_interval_is_as_wide_as_firms_differ():
    """The mean of a state over firms: the jackknife gives its standard error exactly."""
    rng = np.random.default_rng(1)
    levels = rng.normal(size=10)
    quits = pd.DataFrame({"run": np.arange(10), "log_pay": 0.0, "weeks": 1.0, "quits": 1.0})
    tenures = pd.DataFrame({"run": np.arange(10), "level": levels})

    class Mean(Evidence):
        pass

    def measured(one):
        return pd.Series({("quit-rate", "monthly voluntary quit rate"): one.tenures["level"].mean()})

    found = Mean(tenures, tenures, quits, quits)
    low, high = card.interval(measured, found)
    from scipy import stats

    half = stats.t.ppf(0.975, 9) * levels.std(ddof=1) / np.sqrt(10)
    assert float(high.iloc[0] - low.iloc[0]) == pytest.approx(2 * half)
    assert float(low.iloc[0] + high.iloc[0]) / 2 == pytest.approx(levels.mean())


@pytest.mark.parametrize(
    ("given", "line"), [({"seeds": 1}, "seeds = 1 is not"), ({"seeds": 2.5}, "seeds"), ({"by": "row"}, "by = 'row'")]
)
def test_bad_input(given, line):
    with pytest.raises(ts.InputError, match=line):
        ts.scorecard(**given)


def test_it_is_drawn(found):
    checks = card.checks_of(found)
    chart = ts.charts.scorecard(checks).to_dict()
    of_targets = checks["kind"] == "target"
    held, kept = checks[of_targets].groupby("target")["in_band"].all().sum(), checks[~of_targets]["in_band"].sum()
    whole = checks[checks["must"]].groupby("target")["in_band"].all().sum()
    said = f"{held} of 16 targets met, {kept} of 28 checks of bounds kept, {whole} of 4 bounds that must hold"
    assert chart["title"]["text"] == said
    assert chart["title"]["subtitle"][-1] == of_left_out()
    with pytest.raises(ts.InputError, match="no table of"):
        ts.charts.scorecard(checks.reset_index())


def test_the_command(tmp_path):
    result = runner.invoke(app, ["evidence", "--seeds", "2", "--out", str(tmp_path / "card.csv")])
    assert result.exit_code == 0, result.output
    assert "of 16 targets met" in result.output
    assert "of 28 checks of bounds kept" in result.output
    assert result.output.count("a bound of effects, which must hold") == 4
    assert "of 4 bounds that must hold." in result.output
    assert of_left_out() in result.output
    assert result.output.count("MISS") + result.output.count(" ok ") >= 58
    saved = pd.read_csv(tmp_path / "card.csv", index_col=["target", "measure"])
    assert result.output.count("MISS") == (~saved["in_band"]).sum()
    assert "Usage: teamsim evidence" in runner.invoke(app, ["evidence", "--help"]).output
