"""Levers, presets and plans; what is refused is named in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import teamsim as ts
from strategies import plans, styles, values
from teamsim.style import Event, Style

LEVERS = Style.quantities()


def refused(line, make):
    with pytest.raises(ts.InputError, match=line) as caught:
        make()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("lever", LEVERS)
def test_every_lever_is_declared(lever):
    quantity = LEVERS[lever]
    assert quantity.low <= quantity.default <= quantity.high
    assert quantity.label
    assert quantity.meaning.endswith(".")
    assert quantity.source
    assert quantity.group
    assert all(quantity.ends), "both ends of a slider are named"
    assert len({one.label for one in LEVERS.values()}) == len(LEVERS)


@given(st.sampled_from(sorted(LEVERS)), st.data())
def test_in_range_is_taken_out_of_range_is_named(lever, data):
    quantity = LEVERS[lever]
    assert getattr(Style(**{lever: data.draw(values(quantity))}), lever) >= quantity.low
    beyond = data.draw(
        st.one_of(
            st.floats(max_value=quantity.low, exclude_max=True, allow_infinity=False),
            st.floats(min_value=quantity.high, exclude_min=True, allow_infinity=False),
        )
    )
    line = refused(rf"^style\.{lever} = ", lambda: Style(**{lever: beyond}))
    assert f"is outside {quantity.low:g}..{quantity.high:g}" in line


@pytest.mark.parametrize("value", ["much", None, [0.5], {"x": 1}, object()])
def test_not_a_number(value):
    refused(r"^style\.challenge = .* is not a number in 0\.\.1", lambda: Style(challenge=value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_not_finite(value):
    refused(r"^style\.challenge = -?(nan|inf) is outside 0\.\.1", lambda: Style(challenge=value))


def test_an_unknown_lever_gets_a_close_match():
    line = refused("style.chalenge is not known; did you mean 'challenge'?", lambda: Style(chalenge=0.7))
    assert f"Known: {min(LEVERS)}, " in line
    refused("style.zzz is not known; Known: ", lambda: Style(zzz=1))
    refused("style.chalenge is not known", lambda: Style().replace(chalenge=0.7))
    refused(r"style\.challenge = 2 is outside 0\.\.1 \(and 1 more\)", lambda: Style(challenge=2, candour=3))


@given(styles())
def test_a_style_is_a_value(style):
    assert style.replace() == style
    assert hash(style.replace()) == hash(style)
    record = style.record()[0]
    assert all(record[lever] == getattr(style, lever) for lever in LEVERS)
    with pytest.raises(Exception, match="frozen"):
        style.challenge = 0.1


def test_presets():
    presets = Style.presets()
    assert set(presets) >= {"hands-off", "micromanager", "comfortable", "demanding", "developer", "pay-only"}
    assert len(set(presets.values())) == len(presets)
    assert all(Style.preset(name) == style for name, style in presets.items())
    refused("preset 'microman' is not known; did you mean 'micromanager'", lambda: Style.preset("microman"))


@given(plans(), st.integers(0, 100))
def test_a_plan_follows_its_weeks(plan, week):
    starts = [start for start in plan.styles if start <= week]
    assert plan.at(week) == plan.styles[max(starts)]
    assert ts.Plan(**plan.model_dump()) == plan
    assert ts.Plan.of(plan) is plan


@pytest.mark.parametrize(
    ("given_plan", "line"),
    [
        ({"styles": {5: "developer"}}, r"plan.styles has no style for week 0; given are weeks \[5\]"),
        ({"styles": {}}, "plan.styles has no style for week 0"),
        ({"styles": {0: "develloper"}}, "preset 'develloper' is not known; did you mean 'developer'"),
        ({"styles": {-1: "developer", 0: "developer"}}, "plan.styles"),
        ({"styles": {0: {"chalenge": 1}}}, r"plan.styles.*chalenge is not known; did you mean 'challenge'"),
        ({"styles": {0: {"challenge": 1.4}}}, r"plan.styles.*challenge = 1.4 is outside 0..1"),
        ({"styles": 3}, "plan.styles = 3"),
        ({}, "plan.styles is missing"),
        ({"styles": {0: "developer"}, "events": [{"week": -1}]}, r"plan.events\[0\].week = -1 is outside 0..10000"),
        (
            {"styles": {0: "developer"}, "events": [{"week": 1}, {"week": 1, "kind": "rise"}]},
            r"plan.events\[1\].kind = 'rise'",
        ),
        ({"styles": {0: "developer"}, "events": [{"kind": "raise"}]}, r"plan.events\[0\].week is missing"),
        (
            {"styles": {0: "developer"}, "events": [{"week": 1, "amount": 2}]},
            r"plan.events\[0\].amount = 2 is outside 0..1",
        ),
        ({"styles": {0: "developer"}, "evens": []}, "plan.evens is not known; did you mean 'events'"),
    ],
)
def test_bad_plans(given_plan, line):
    refused(line, lambda: ts.Plan(**given_plan))


def test_an_event_for_nobody_known(small):
    plan = ts.Plan(styles={0: "developer"}, events=[{"week": 1, "kind": "praise", "who": "Anna"}])
    refused("plan.events.who = 'Anna' is not known; did you mean", lambda: ts.simulate(small, plan))
    assert Event(week=3).kind == "raise"


def test_events_reach_whom_they_name_and_nobody_else(small):
    calm = ts.Style(commitments_kept=1)
    plain = ts.simulate(small, calm).people.set_index(["week", "person"])
    event = {"week": 6, "kind": "raise", "amount": 0.5, "who": "Ben"}
    raised = ts.simulate(small, ts.Plan(styles={0: calm}, events=[event])).people.set_index(["week", "person"])
    assert raised.loc[(6, "Ben"), "pay_ratio"] == pytest.approx(1.5 * plain.loc[(6, "Ben"), "pay_ratio"])
    for name in ("Ana", "Cid", "Dee"):
        assert raised.loc[(6, name), "pay_ratio"] == plain.loc[(6, name), "pay_ratio"]
    assert raised.loc[(5, "Ben"), "pay_ratio"] == plain.loc[(5, "Ben"), "pay_ratio"]
