"""The 21 core claims of source S0, each as an experiment that can fail: an effect, and the same with its mechanism off.

Every experiment lives through paired futures. Where it isolates one rule, the hours that a lever costs are set to
nothing, or nobody leaves, so that what is left is the rule's own effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from scipy import stats

from teamsim.engine import histories, simulate
from teamsim.people import Drivers
from teamsim.results import GROUPS
from teamsim.scenario import Scenario
from teamsim.style import Conduct, Plan, Style
from teamsim.world import World

RUNS, RUNS_OF_LIVES = 200, 200
NOBODY_LEAVES = {"offer_rate": 0.0, "push_start": -15.0, "push_strain": 0.0, "push_belief": 0.0}
STARS = Scenario.load("managing-stars")
CALM = STARS.replace(market=STARS.market.replace(pay_growth=0.0))
STAR = {number for number, person in enumerate(STARS.teams[0].people) if person.talent >= 1.6}
STRUGGLING = {number for number, person in enumerate(STARS.teams[0].people) if person.talent <= 0.75}
ALL = set(range(STARS.seats))
AVERAGE = ALL - STAR - STRUGGLING


@dataclass(frozen=True)
class Lived:
    """Paired runs of a scenario under a conduct."""

    scenario: Scenario
    conduct: Conduct
    parameters: dict[str, float]

    @cached_property
    def measures(self) -> np.ndarray[Any, Any]:
        """Weekly measures, by run, week and group."""
        return histories(World.build(self.scenario, self.conduct, self.parameters), 11, RUNS)[0]

    def lives(self) -> Iterator[np.ndarray[Any, Any]]:
        """Life lines by week and seat, a run after another."""
        for run in range(RUNS_OF_LIVES):
            yield simulate(self.scenario, self.conduct, 11, run=run, parameters=self.parameters)._raw["life"]


Outcome = Callable[[Lived], np.ndarray[Any, Any]]


def mean(measure: str, group: str = "organisation", weeks: slice = slice(None)) -> Outcome:
    """Mean of a measure over weeks, a number a run."""
    number = GROUPS.index(group)
    return lambda lived: lived.measures[:, weeks, number][measure].mean(axis=1)


def of(seats: set[int], state: str, weeks: slice = slice(None)) -> Outcome:
    """Mean of a state over the same people and over weeks, a number a run."""

    def outcome(lived: Lived) -> np.ndarray[Any, Any]:
        values = []
        for life in lived.lives():
            rows = life[weeks][:, sorted(seats)]
            value = sum(rows["belief"][name] for name in Drivers.model_fields) if state == "belief" else rows[state]
            values.append(np.mean(value))
        return np.array(values)

    return outcome


def gap(measure: str) -> Outcome:
    """Top third less bottom third."""
    return lambda lived: mean(measure, TOP)(lived) - mean(measure, "bottom third")(lived)


def with_people(scenario: Scenario, **changes: Any) -> Scenario:
    """The same scenario in which something holds for everybody."""
    teams = [team.replace(people=[person.replace(**changes) for person in team.people]) for team in scenario.teams]
    return scenario.replace(teams=teams)


def with_leaders(scenario: Scenario, **changes: Any) -> Scenario:
    """The same scenario with other leaders."""
    return scenario.replace(teams=[team.replace(leader=team.leader.replace(**changes)) for team in scenario.teams])


@dataclass(frozen=True)
class Experiment:
    """From `base` to `changed`, `outcome` moves in the direction of `sign`; `off` switches the mechanism off."""

    claim: str
    base: tuple[Scenario, Conduct]
    changed: tuple[Scenario, Conduct]
    outcome: Outcome
    sign: int
    off: dict[str, float]
    exact: bool = True
    setting: dict[str, float] = field(default_factory=dict)
    name: str = ""

    def effect(self, **more: float) -> np.ndarray[Any, Any]:
        """Paired differences, a number a run, in the direction of the claim."""
        lived = [
            self.outcome(Lived(scenario, conduct, self.setting | more))
            for scenario, conduct in (self.base, self.changed)
        ]
        return self.sign * (lived[1] - lived[0])


def levers(before: dict[str, Any], after: dict[str, Any], scenario: Scenario = STARS, **both: Any) -> dict[str, Any]:
    """Two styles that differ in some levers."""
    return {"base": (scenario, Style(**both, **before)), "changed": (scenario, Style(**both, **after))}


TOP = "top third"
ROOMY = with_leaders(STARS, hours=80.0)
PLAIN = {"sensitivity_gain": 0.0, "avoidance_gain": 0.0}
ATTENTION_ONLY = NOBODY_LEAVES | {"growth_coaching": 0.0, "coaching_learning": 0.0}
RAISE = {"events": [{"week": 26, "kind": "raise", "amount": 0.1}]}
NEGLECT, CARE = Style.preset("hands-off"), Style.preset("developer")
EXPERIMENTS = [
    Experiment("S0-01", **levers({"tailoring": 0}, {"tailoring": 1}), outcome=of(STAR, "engagement"), sign=+1,
               off={"tailoring_gain": 0}, setting=NOBODY_LEAVES | {"tailoring_hours": 0}),
    Experiment("S0-03", **levers({"challenge": 0.1}, {"challenge": 0.5}), outcome=of(STAR, "engagement"), sign=+1, name="rise", exact=False,
               off={"stretch_gain": 0}, setting=NOBODY_LEAVES | PLAIN | {"boredom_gain": 0, "growth_stretch": 0}),
    Experiment("S0-03", **levers({"challenge": 0.5}, {"challenge": 1.0}), outcome=of(ALL, "engagement"), sign=-1, name="fall", exact=False,
               off={"stretch_gain": 0, "overload_strain": 0, "growth_stretch": 0}, setting=NOBODY_LEAVES | PLAIN | {"boredom_gain": 0}),
    Experiment("S0-04", base=(with_people(STARS, demand=0.4, weeks_mastered=0.0), Style()),
               changed=(with_people(STARS, demand=0.4, weeks_mastered=52.0), Style()), outcome=of(STAR, "engagement"), sign=-1,
               off={"boredom_gain": 0}, setting=NOBODY_LEAVES | {"assignment_gain": 0}),
    Experiment("S0-05", **levers({"challenge": 0.1}, {"challenge": 0.6}), outcome=of(STAR, "engagement"), sign=+1,
               off={"assignment_gain": 0}, setting=NOBODY_LEAVES),
    Experiment("S0-06", **levers({"coaching_hours": 0}, {"coaching_hours": 0.6}), outcome=of(STAR, "engagement"), sign=+1, name="motivation",
               off={"growth_coaching": 0, "coaching_learning": 0}, setting=NOBODY_LEAVES | {"neglect_gain": 0, "crowding_gain": 0, "neglect_autonomy": 0, "care_weight": 0, "care_strain": 0}),
    Experiment("S0-06", **levers({"coaching_hours": 0}, {"coaching_hours": 0.6}), outcome=mean("left_for_offer"), sign=-1, name="staying",
               off={"growth_coaching": 0, "coaching_learning": 0}, setting={"neglect_gain": 0, "crowding_gain": 0, "neglect_autonomy": 0, "care_weight": 0, "care_strain": 0}),
    Experiment("S0-07", **levers({"candour": 0.2}, {"candour": 0.95}), outcome=of(STAR, "trust"), sign=+1,
               off={"honesty_gain": 0}, setting=NOBODY_LEAVES),
    Experiment("S0-08", base=(with_leaders(STARS, expertise=3.0), Style(owning_up=0)), changed=(with_leaders(STARS, expertise=1.1), Style(owning_up=0)),
               outcome=of(STAR, "engagement"), sign=-1, off={"avoidance_gain": 0}),
    Experiment("S0-11", **levers({"sponsorship": 0}, {"sponsorship": 1}), outcome=of(STAR, "belief"), sign=+1,
               off={"sponsor_care": 0, "growth_sponsor": 0}, setting=NOBODY_LEAVES | {"sponsorship_hours": 0}),
    Experiment("S0-13", base=(STARS, CARE.replace(commitments_kept=0.5)), changed=(STARS, CARE.replace(commitments_kept=1.0)), outcome=lambda lived: of(STAR, "belief")(lived) - of(STRUGGLING, "belief")(lived), sign=+1, exact=False,
               off={"sensitivity_gain": 0}, setting=NOBODY_LEAVES),
    Experiment("S0-14", **levers({"coaching_hours": 0}, {"coaching_hours": 0.4}, ROOMY, feedback_weeks=26), outcome=of(STAR, "engagement"), sign=+1, name="neglect",
               off={"neglect_gain": 0, "crowding_gain": 0, "neglect_autonomy": 0, "care_weight": 0, "care_strain": 0}, setting=ATTENTION_ONLY),
    Experiment("S0-14", **levers({"coaching_hours": 0.4}, {"coaching_hours": 2.0}, ROOMY, feedback_weeks=26, own_work=0), outcome=of(ALL, "engagement"), sign=-1, name="crowding",
               off={"neglect_gain": 0, "crowding_gain": 0, "neglect_autonomy": 0, "care_weight": 0, "care_strain": 0}, setting=ATTENTION_ONLY),
    Experiment("S0-15", base=(STARS, CARE), changed=(STARS, Plan(styles={0: CARE, 52: NEGLECT})), outcome=of(STAR, "belief", slice(56, None)), sign=-1,
               off={"belief_rate": 0}, setting=NOBODY_LEAVES),
    Experiment("S0-18", base=(CALM, Style()), changed=(with_people(CALM, pay_ratio=0.85), Style(pay_position=0.85)), outcome=mean("left_for_offer"), sign=+1,
               off={"pay_gap_gain": 0, "offer_gain": 0, "worth_gain": 0}),
    Experiment("S0-20", base=(with_people(STARS, self_awareness=0.3), Style(candour=0.3)), changed=(with_people(STARS, self_awareness=0.8), Style(candour=0.3)),
               outcome=of(STAR, "engagement"), sign=-1, off={"empty_feedback_gain": 0, "information_gain": 0}, setting=NOBODY_LEAVES | {"awareness_gain": 0}),
    Experiment("S0-21", **levers({"candour": 0.2, "feedback_specificity": 0.1}, {"candour": 0.9, "feedback_specificity": 0.9}), outcome=of(STAR, "engagement"), sign=+1, name="motivation",
               off={"empty_feedback_gain": 0, "information_gain": 0, "honesty_gain": 0}, setting=NOBODY_LEAVES | {"talk_hours": 0, "awareness_gain": 0}),
    Experiment("S0-21", **levers({"candour": 0.2, "feedback_specificity": 0.1}, {"candour": 0.9, "feedback_specificity": 0.9}), outcome=of(STAR, "felt_growth"), sign=+1, name="growth",
               off={"empty_feedback_gain": 0, "information_gain": 0, "honesty_gain": 0}, setting=NOBODY_LEAVES | {"talk_hours": 0, "awareness_gain": 0}),
    Experiment("S0-22", **levers({"light_touch": 0}, {"light_touch": 1}, autonomy=0.3), outcome=of(STAR, "engagement"), sign=+1, name="strong",
               off={"light_touch_gain": 0}, setting=NOBODY_LEAVES | {"light_touch_hours": 0}),
    Experiment("S0-22", **levers({"light_touch": 0}, {"light_touch": 1}, autonomy=0.9), outcome=of(STRUGGLING, "output"), sign=+1, name="weak",
               off={"light_touch_gain": 0}, setting=NOBODY_LEAVES | {"light_touch_hours": 0}),
    Experiment("S0-22", **levers({"autonomy": 0.6}, {"autonomy": 0.0}), outcome=of(STAR, "engagement"), sign=-1, name="micromanagement", exact=False,
               off={"over_control_gain": 0, "autonomy_gain": 0, "control_strain": 0}, setting=NOBODY_LEAVES | {"control_hours": 0}),
    Experiment("S0-23", **levers({"recognition_weeks": 52}, {"recognition_weeks": 4}), outcome=mean("left_for_offer"), sign=-1,
               off={"recognition_gain": 0, "worth_gain": 0}, setting={"praise_hours": 0}),
    Experiment("S0-25", **levers({"time_for": 0}, {"time_for": -1}, own_work=0.5), outcome=of(STAR, "engagement"), sign=-1,
               off={"time_gain": 0}),
]  # fmt: skip


def interval(values: np.ndarray[Any, Any]) -> tuple[float, float]:
    """95 % confidence interval of a mean."""
    half = float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return float(values.mean()) - half, float(values.mean()) + half


def vanishes(effect: np.ndarray[Any, Any], off: np.ndarray[Any, Any], exact: bool) -> None:
    """With the mechanism off, nothing is left: exactly, or under a tenth of the effect."""
    if exact:
        assert not off.any(), f"with the mechanism off, {off.mean():.4g} is left of {effect.mean():.4g}"
    else:
        low, high = interval(off)
        assert max(abs(low), abs(high)) < 0.1 * effect.mean(), f"{low:.4g}..{high:.4g} is left of {effect.mean():.4g}"


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: f"{one.claim}-{one.name}".strip("-"))
def test_claim(experiment: Experiment) -> None:
    effect = experiment.effect()
    low, _ = interval(effect)
    assert low > 0, f"{experiment.claim}: {effect.mean():.4g}, lower end {low:.4g}"
    vanishes(effect, experiment.effect(**experiment.off), experiment.exact)


def lived(scenario: Scenario, conduct: Conduct, **parameters: float) -> Lived:
    """Paired runs of a scenario under a conduct."""
    return Lived(scenario, conduct, parameters)


def test_s0_01_the_average_hardly_feel_management_tuned_to_the_average() -> None:
    setting = NOBODY_LEAVES | {"tailoring_hours": 0.0}
    tuned, fitted = (lived(STARS, Style(tailoring=share), **setting) for share in (0, 1))
    top, middle = (
        (of(group, "engagement")(fitted) - of(group, "engagement")(tuned)).mean() for group in (STAR, AVERAGE)
    )
    assert abs(middle) < 0.5 * top


def test_s0_15_the_belief_falls_while_the_leader_sees_little() -> None:
    plan = Plan(styles={0: CARE, 52: NEGLECT})
    worse, better = lived(STARS, plan, **NOBODY_LEAVES), lived(STARS, CARE, **NOBODY_LEAVES)
    soon, later = slice(56, 60), slice(90, 104)
    early, late = ((of(STAR, "belief", at)(better) - of(STAR, "belief", at)(worse)).mean() for at in (soon, later))
    assert 0 < early < 0.5 * late, "the downgrading is delayed"


def test_s0_16_the_best_get_more_offers() -> None:
    setting = {"search_free": 1.0, "accept_start": -8.0} | {
        key: NOBODY_LEAVES[key] for key in ("push_start", "push_strain", "push_belief")
    }
    effect = gap("offers")(lived(STARS, Style(), **setting))
    assert interval(effect)[0] > 0
    vanishes(effect, gap("offers")(lived(STARS, Style(), **setting, visibility_gain=0.0)), exact=False)


def test_s0_16_offers_turn_the_same_dissatisfaction_into_more_exits_of_the_best() -> None:
    effect = gap("left_for_offer")(lived(STARS, NEGLECT)) - gap("left_for_offer")(
        lived(STARS, NEGLECT, visibility_gain=0.0)
    )
    assert interval(effect)[0] > 0


def test_s0_17_how_people_are_led_moves_exits_of_the_best_more_than_pay() -> None:
    pay_alone = {"pay_position": CARE.pay_position, "pay_spread": CARE.pay_spread, "counter_offer": CARE.counter_offer}

    def saved(**parameters: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        base, low = CALM, with_people(CALM, pay_ratio=0.9)
        high = with_people(CALM, pay_ratio=1.1)
        exits = mean("left_for_offer", TOP)
        led = exits(lived(base, NEGLECT.replace(**pay_alone), **parameters)) - exits(lived(base, CARE, **parameters))
        paid = exits(lived(low, Style(pay_position=0.9), **parameters)) - exits(
            lived(high, Style(pay_position=1.1), **parameters)
        )
        return led, paid

    led, paid = saved()
    assert interval(led - paid)[0] > 0
    drivers = (
        "challenge",
        "growth",
        "feedback",
        "recognition",
        "leader",
        "autonomy",
        "attention",
        "fairness",
        "strain",
        "worth",
    )
    off, _ = saved(
        **{f"stay_{driver}": 0.0 for driver in drivers}, departures_shock=0.0, breach_shock=0.0, star_shock=0.0
    )
    vanishes(led, off, exact=False)


def test_s0_19_pay_above_the_market_motivates_nobody_further() -> None:
    outcome = of(ALL, "engagement")
    at, above, below = (
        outcome(lived(with_people(CALM, pay_ratio=pay), Style(pay_position=pay, pay_spread=0), **NOBODY_LEAVES))
        for pay in (1.0, 1.25, 0.85)
    )
    assert not (above - at).any()
    assert interval(at - below)[0] > 0


def test_s0_24_a_raise_counts_for_more_where_nothing_else_tells_ones_worth_and_soon_wears_off() -> None:
    soon, later = slice(30, 44), slice(88, 104)

    def lift(style: Style, weeks: slice, **parameters: float) -> np.ndarray[Any, Any]:
        style = style.replace(pay_position=1.0, pay_spread=0.0)
        raised = lived(CALM, Plan(styles={0: style}, **RAISE), **NOBODY_LEAVES, **parameters)
        return of(STAR, "belief", weeks)(raised) - of(STAR, "belief", weeks)(
            lived(CALM, style, **NOBODY_LEAVES, **parameters)
        )

    neglected, cared_for = lift(NEGLECT, soon), lift(CARE, soon)
    assert interval(neglected - cared_for)[0] > 0, "pay is the louder, the more is missing"
    assert interval(neglected - 2 * lift(NEGLECT, later))[0] > 0, "a raise soothes for a while only"
    assert not lift(NEGLECT, soon, worth_gain=0.0, pay_gap_gain=0.0).any()
