"""What hypothesis may choose: anything that is allowed, built from the declarations alone."""

import math

from hypothesis import strategies as st

from teamsim.chance import identity_of
from teamsim.parameters import Parameters
from teamsim.people import DEEDS, Drivers, Fork, Market, Policies
from teamsim.scenario import CastLeader, CastMember, Scenario
from teamsim.style import Plan, Style

PRESETS = sorted(Style.presets())
FAR = 1e6
"""Where a range has no end, how far hypothesis goes."""
SEEDS = st.one_of(st.integers(0, 3), st.integers(0, 2**63 - 1))


def values(quantity):
    """Any value of a quantity; its ends, and where it starts, more often."""
    low, high = max(quantity.low, -FAR), min(quantity.high, FAR)
    if quantity.kind is int:
        return st.one_of(st.sampled_from([int(low), int(high)]), st.integers(int(low), int(high)))
    ends = [end for end in (low, high, quantity.default) if math.isfinite(end)]
    return st.one_of(st.sampled_from(ends), st.floats(low, high, allow_subnormal=False))


def some(declared, **more):
    """Some of the quantities of a class; the rest stay as they are by default."""
    return st.fixed_dictionaries(more, optional={n: values(q) for n, q in declared.quantities().items()})


def styles():
    """Every lever anywhere in its range."""
    return st.fixed_dictionaries({n: values(q) for n, q in Style.quantities().items()}).map(
        lambda levers: Style(**levers)
    )


def parameters():
    """Some of the numbers inside the rules, anywhere in their range."""
    return some(Parameters)


def events(names):
    """Something dated, for one person or for all; somebody is named where somebody is dismissed."""

    def of(kind):
        named = [*names] if kind == "dismissal" else ["", *names]
        when, amount = st.integers(0, 70), st.floats(0, 1)
        return st.fixed_dictionaries(
            {"week": when, "kind": st.just(kind), "amount": amount, "who": st.sampled_from(named)}
        )

    return st.sampled_from([kind for kind in DEEDS if names or kind != "dismissal"]).flatmap(of)


def plans(names=()):
    """Up to three styles in turn, and dated events."""
    return st.builds(
        lambda first, later, dated: Plan(styles={0: first} | later, events=dated),
        styles(),
        st.dictionaries(st.integers(1, 60), styles(), max_size=2),
        st.lists(events(names), max_size=4),
    )


def conducts(scenario):
    """A style, a preset, a plan, or one of these for each of some leaders."""
    single = st.one_of(st.sampled_from(PRESETS), styles(), plans(scenario.people))
    holders = sorted({"", *scenario.leaders, *scenario.people})
    return st.one_of(single, st.dictionaries(st.sampled_from(holders), single, max_size=4))


@st.composite
def scenarios(draw, weeks=60, teams=3, people=9):
    """One to three teams of one to nine seats on up to three levels, some empty.

    Traits, market and policies are as extreme as allowed. Whoever is on a higher level may lead a team, wherever that
    stands in the scenario.
    """
    tiers = draw(st.lists(st.integers(0, 2), min_size=1, max_size=teams))
    cast, could_lead = {}, []
    for number in sorted(range(len(tiers)), key=lambda one: -tiers[one]):
        there = draw(st.integers(0, people))
        vacancies = draw(st.integers(0 if there else 1, 3))
        members = [draw(some(CastMember, name=st.just(f"P{number}-{one}"))) for one in range(there)]
        team = {"name": f"Team {number}", "tier": tiers[number], "people": members, "vacancies": vacancies}
        above = [name for name, tier in could_lead if tier > tiers[number]]
        if above and draw(st.integers(0, 3)):
            team["led_by"] = draw(st.sampled_from(above))
            could_lead = [one for one in could_lead if one[0] != team["led_by"]]
        else:
            team["leader"] = draw(some(CastLeader, name=st.just(f"Leader {number}")))
        could_lead += [(member["name"], tiers[number]) for member in members]
        cast[number] = team
    return Scenario(
        name="any",
        weeks=draw(st.integers(1, weeks)),
        teams=[cast[number] for number in sorted(cast)],
        market=draw(some(Market)),
        policies=draw(some(Policies)),
    )


def forks(scenario):
    """Nothing, another luck from some week on, or drivers that no longer count for somebody."""
    counts = st.builds(Drivers, **dict.fromkeys(Drivers.model_fields, st.sampled_from([0.0, 0.5, 1.0])))
    whom = st.sampled_from([0, *map(identity_of, scenario.people)])
    return st.one_of(
        st.none(),
        st.builds(Fork, week=st.integers(0, 60), redraw=st.integers(0, 2**64 - 1)),
        st.builds(Fork, week=st.integers(0, 60), person=whom, kept=counts),
    )


@st.composite
def worlds(draw, **limits):
    """A scenario, a conduct and a seed."""
    scenario = draw(scenarios(**limits))
    return scenario, draw(conducts(scenario)), draw(SEEDS)
