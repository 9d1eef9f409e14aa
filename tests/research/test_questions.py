"""What moved an outcome, how many runs are enough, which style is best: checked against what is known."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import teamsim as ts


@pytest.fixture(scope="module")
def stars():
    return ts.Scenario.load("managing-stars")


def test_ablation_is_a_comparison_with_the_mechanism_off(small):
    found = ts.ablate(small, "engagement", "comfortable", runs=20).set_index("mechanism")
    assert len(found) > 40
    name = found.index[0]
    usual = ts.futures(small, "comfortable", 20).runs["engagement"]
    without = ts.futures(small, "comfortable", 20, parameters={name: 0.0}).runs["engagement"]
    assert found.loc[name, "effect"] == pytest.approx((usual - without).mean(), abs=1e-12)
    assert found["effect"].abs().is_monotonic_decreasing
    assert found.loc[name, "clear"]
    assert (found["clear"] == ((found["low"] > 0) | (found["high"] < 0))).all()


def test_a_mechanism_that_is_not_there_moves_nothing(small):
    """A team led from outside promotes nobody: merit in promotion is nothing to it."""
    found = ts.ablate(small, "output", runs=10).set_index("mechanism")
    assert found.loc["merit_gain", "effect"] == 0
    assert not found.loc["merit_gain", "clear"]


def test_power_keeps_what_it_promises(stars):
    """Drawn anew a thousand times, a paired t test finds the difference about as often as was asked for."""
    two = {"a": "comfortable", "b": "demanding"}
    found = ts.power(stars, two, ["output", "engagement"], difference=None, power=0.8, pilot=200).set_index("measure")
    many = [ts.futures(stars, style, 200).runs["output"].to_numpy() for style in two.values()]
    pairs = many[1] - many[0]
    assert found.loc["output", "difference"] == pytest.approx(abs(pairs.mean()))
    assert found.loc["output", "pairs"] == pytest.approx(pairs.std(ddof=1))
    small = ts.power(stars, two, "output", difference=0.3 * pairs.std(ddof=1), pilot=200).loc[0]
    luck = np.random.default_rng(1)
    drawn = luck.normal(small["difference"], small["pairs"], (4000, int(small["runs"])))
    share = (stats.ttest_1samp(drawn, 0.0, axis=1).pvalue < 0.05).mean()
    assert 0.78 < share < 0.84
    fewer = drawn[:, : int(0.7 * small["runs"])]
    assert (stats.ttest_1samp(fewer, 0.0, axis=1).pvalue < 0.05).mean() < 0.75


def test_power_knows_the_textbook_case():
    """Cohen (1988): of d = 0.5 with 80 % at 5 %, 34 pairs, or 64 in each of two groups."""
    from teamsim.research.questions import _enough

    assert _enough(0.5, 1.0, 0.8, 0.95, paired=True) == 34
    assert _enough(0.5, 1.0, 0.8, 0.95, paired=False) == 64


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"difference": 0.0}, "difference = 0.0 cannot be shown"),
        ({"power": 1.0}, "power = 1.0 is not a number between 0 and 1"),
        ({"pilot": 1}, "pilot = 1"),
        ({"measures": "engagment"}, "did you mean 'engagement'"),
        ({"styles": {"a": "developer"}}, "two names"),
    ],
)
def test_power_refuses(small, more, told):
    given = {"styles": {"a": "developer", "b": "demanding"}, "measures": "engagement"} | more
    with pytest.raises(ts.InputError, match=told):
        ts.power(small, **given)


def test_the_best_style_is_better_than_chance(stars):
    """The search beats the same number of styles drawn evenly, and its front is a front."""
    from teamsim.evidence.styles import search

    found = ts.best_style(stars, budget=48, runs=20)
    goal = stars.goal
    tried = found.tried
    best = tried[tried["affordable"]].sort_values(["share", "clear"], ascending=False).iloc[0]
    even = search(stars, count=48, runs=20)
    assert best["clear"] > even.loc[even["affordable"], "clear"].max()
    assert {name: best[name] for name in goal.levers} == found.levers
    assert found.scenario.led(**found.levers) == found.scenario
    means = found.front[[aim.name for aim in goal.aims]] * [1 if aim.least is not None else -1 for aim in goal.aims]
    for row in means.to_numpy():
        better = (means.to_numpy() >= row).all(axis=1) & (means.to_numpy() > row).any(axis=1)
        assert not better.any()
    assert (found.front["hours"] <= goal.hours).all()
    assert (found.front["money"] <= goal.money).all()
    again = ts.best_style(stars, budget=48, runs=20)
    pd.testing.assert_frame_equal(again.tried, tried)


def test_a_search_needs_a_goal_and_levers(small, stars):
    with pytest.raises(ts.InputError, match="has no goal"):
        ts.best_style(small)
    goal = {"aims": [{"measure": "strain", "most": 0.3}]}
    with pytest.raises(ts.InputError, match="levers is empty"):
        ts.best_style(small, goal)
    with pytest.raises(ts.InputError, match="did you mean 'pressure'"):
        ts.best_style(small, goal, levers=["presure"])
    found = ts.best_style(small, goal, budget=12, runs=5, levers=["pressure", "recovery"])
    assert set(found.levers) == {"pressure", "recovery"}
    assert not math.isnan(found.share)
