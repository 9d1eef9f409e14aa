"""The guards of targets.toml: each is an input with its published value, or holds in what comes out."""

import tomllib
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pytest

import teamsim as ts
from teamsim.parameters import Parameters
from teamsim.people import Policies
from teamsim.scenario import LARGEST_TEAM
from teamsim.style import Style

SHARED = Path(ts.__file__).parents[3] / "shared" / "evidence"
TARGETS, EFFECTS = SHARED / "targets.toml", SHARED / "effects.toml"
HELD = {
    "span_of_control": "test_spans_are_an_input_and_ordinary_in_what_is_shipped",
    "ramp_weeks_external_internal": "test_a_new_person_is_run_in_after_twenty_weeks",
    "turnover_cost_share_of_annual_pay": "test_an_exit_costs_a_fifth_of_annual_pay",
    "engagement_programme_effect_cap": "test_no_programme_lifts_engagement_beyond_what_programmes_do",
    "cox_concordance_of_a_realistic_hr_record": "test_what_can_be_observed_tells_little_about_who_leaves",
    "survey_reliability": "test_a_survey_is_as_reliable_as_surveys_are",
    "quit_intention_and_attitudes_intercorrelate": "test_intention_to_leave_goes_with_attitudes",
    "honeymoon": "test_engagement_peaks_at_entry_and_falls_within_the_first_year",
}
SURVEYED, SPREAD = 52, 0.2
"""The week of the survey; how far leaders differ, as a share of each lever's range."""


@pytest.mark.skipif(not (TARGETS.is_file() and EFFECTS.is_file()), reason="the shared targets are not here")
def test_every_guard_is_held_here_and_every_target_that_a_parameter_names_is_there():
    known = tomllib.loads(TARGETS.read_text(encoding="utf-8"))
    assert set(HELD) == set(known["guards"])
    assert set(HELD.values()) <= set(globals())
    declared = tomllib.loads((Path(ts.__file__).parent / "parameters.toml").read_text(encoding="utf-8"))
    named = {one for group in declared.values() for entry in group.values() for one in entry.get("targets", ())}
    bounds = {bound["id"] for bound in tomllib.loads(EFFECTS.read_text(encoding="utf-8"))["bound"]}
    assert named <= set(known["guards"]) | {target["id"] for target in known["target"]} | bounds


def some_style(rng):
    """A leader unlike the usual one in everything."""
    usual = Style()
    return Style(
        **{
            name: np.clip(rng.normal(getattr(usual, name), SPREAD * (one.high - one.low)), one.low, one.high)
            for name, one in Style.quantities().items()
        }
    )


@pytest.fixture(scope="module")
def lived():
    """Three years of twenty firms of sixty, all hired at once, each team of six under a leader of its own kind."""
    leaders = [f"Leader {i}" for i in range(10)]
    teams = [{"name": f"Team of {leader}", "leader": {"name": leader}, "vacancies": 6} for leader in leaders]
    firm = ts.Scenario(name="firm", weeks=156, market={"hiring_weeks": 4}, teams=teams)
    runs = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        runs.append(ts.simulate(firm, {leader: some_style(rng) for leader in leaders}, seed=seed))
    return runs


@pytest.fixture(scope="module")
def surveyed(lived):
    """Who was there at the survey, how they were, and when they left of their own accord, if they did."""
    found = []
    for number, run in enumerate(lived):
        exits = run.exits.query("week >= @SURVEYED").set_index("person")
        there = run.people.query("week == @SURVEYED").set_index("person").assign(run=number)
        there["out"] = exits["week"].reindex(there.index).fillna(run.scenario.weeks)
        there["left"] = exits["road"].reindex(there.index).isin(["offer", "exhaustion"])
        found.append(there)
    return pd.concat(found)


def test_spans_are_an_input_and_ordinary_in_what_is_shipped():
    spans = [team.seats for name in ts.Scenario.names() for team in ts.Scenario.load(name).teams]
    assert 5 <= median(spans) <= 6
    assert LARGEST_TEAM >= 25


def test_a_new_person_is_run_in_after_twenty_weeks(lived):
    people = pd.concat([run.people for run in lived])
    by_week = people.query("hires > 0").groupby("tenure")["ramp"]
    assert by_week.nunique().max() == 1
    assert by_week.first()[by_week.first() >= 0.95].index[0] == pytest.approx(20, abs=1)


def test_an_exit_costs_a_fifth_of_annual_pay(lived):
    assert Parameters().replacement_share == 0.21
    for run in lived[:3]:
        weeks = run.weeks.query("group == 'organisation'")
        assert weeks["replacement_cost"].sum() == pytest.approx(0.21 * 52 * len(run.exits))


@pytest.mark.parametrize("policy", [name for name, one in Policies.quantities().items() if one.unit == "level"])
def test_no_programme_lifts_engagement_beyond_what_programmes_do(surveyed, policy):
    usual = ts.Scenario.load("managing-stars")
    full = usual.led(**{policy: 1.0})
    with_it, without = (ts.futures(scenario, runs=60, seed=5).runs["engagement"] for scenario in (full, usual))
    assert (with_it - without).mean() / surveyed["engagement"].std() < 0.29


def test_what_can_be_observed_tells_little_about_who_leaves(surveyed):
    seen = surveyed[["tenure", "rating", "pay_ratio"]].to_numpy()
    seen = (seen - seen.mean(axis=0)) / seen.std(axis=0)
    seen = np.column_stack([np.ones(len(seen)), seen, seen**2])
    learnt = (surveyed["run"] % 2 == 0).to_numpy()
    weights = np.linalg.lstsq(seen[learnt], surveyed["left"].to_numpy(float)[learnt], rcond=None)[0]
    others = surveyed[~learnt]
    assert 0.55 <= concordance(seen[~learnt] @ weights, others["out"].to_numpy(), others["left"].to_numpy()) <= 0.70


def concordance(risk, out, left):
    """The share of pairs in which who left earlier had the higher risk."""
    right, pairs = 0.0, 0
    for one in np.flatnonzero(left):
        later = risk[out > out[one]]
        right += (risk[one] > later).sum() + 0.5 * (risk[one] == later).sum()
        pairs += len(later)
    return right / pairs


def test_concordance_is_one_in_order_a_half_by_chance_and_nothing_in_reverse():
    out = np.arange(50.0)
    left = np.ones(50, dtype=bool)
    assert concordance(-out, out, left) == 1.0
    assert concordance(out, out, left) == 0.0
    assert concordance(np.zeros(50), out, left) == 0.5


def test_a_survey_is_as_reliable_as_surveys_are(surveyed):
    between = surveyed["engagement"].var()
    assert between / (between + Parameters().survey_noise ** 2) == pytest.approx(0.80, abs=0.05)


def test_intention_to_leave_goes_with_attitudes(surveyed):
    rng = np.random.default_rng(1)

    def answered(state):
        return state + 0.5 * state.std() * rng.standard_normal(len(state))  # reliability .80

    intention = answered(surveyed["search"])
    belief = surveyed.filter(like="belief_").sum(axis=1)
    for attitude in (surveyed["engagement"], belief):
        assert 0.50 <= -np.corrcoef(intention, answered(attitude))[0, 1] <= 0.69


def test_engagement_peaks_at_entry_and_falls_within_the_first_year(lived):
    people = pd.concat([run.people for run in lived]).query("hires > 0")
    quarters = people.groupby(people["tenure"] // 13)["engagement"].mean()
    assert quarters.idxmax() == 0
    assert quarters[3] < quarters[0] - 0.05
