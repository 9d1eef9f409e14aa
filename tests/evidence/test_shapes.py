"""Shapes and interactions of the model, at more points than the ledger's experiments need."""

import numpy as np
import pytest

from teamsim.evidence.ledger import Claim, Experiment, ledger
from teamsim.evidence.trial import try_claims

STAY = {"settings": ["nobody leaves"]}


def curve(*, outcome, arms, **experiment):
    """Return the mean outcome of each arm."""
    ends = {"effect": [-1.0, *[0.0] * (len(arms) - 2), 1.0]}
    tried = Experiment(**{"outcome": outcome, "arms": arms, "contrasts": ends, "runs": 20} | experiment)
    claim = Claim(id="S0-01", core=True, statement="Made up for a test.", experiment=[tried])
    return np.array(try_claims([claim])[0].trials[0].arms)


def peak_inside(values):
    """Whether the values rise up to one of them, which is not the last nor the first, and fall from there."""
    top = int(values.argmax())
    return 0 < top < len(values) - 1 and (np.diff(values[: top + 1]) > 0).all() and (np.diff(values[top:]) < 0).all()


@pytest.mark.parametrize(
    ("claim", "shape"),
    [("S0-03", "inverted U"), ("S0-14", "inverted U"), ("S3-04", "inverted U"), ("S0-19", "rises, then is flat")],
)
def test_shapes_are_shown_by_the_ledger(claim, shape):
    assert shape in {one.shape for one in ledger()[claim].experiment}


def test_challenge_motivates_most_somewhat_beyond_skill():
    engagement = curve(
        arms=[{"style": {"challenge": level}} for level in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)],
        outcome={"state": "engagement"},
        **STAY,
    )
    assert peak_inside(engagement)


def test_attention_has_a_right_measure():
    engagement = curve(
        both={"leader": {"hours": 80}, "style": {"own_work": 0}},
        arms=[{"style": {"coaching_hours": hours}} for hours in (0.0, 0.2, 0.4, 0.8, 1.4, 2.0)],
        outcome={"state": "engagement"},
        **STAY,
    )
    assert peak_inside(engagement)


def test_how_much_attention_is_right_depends_on_the_person():
    best = []
    for need in (0.1, 0.9):
        hours = (0.0, 0.2, 0.4, 0.6, 0.8, 1.2, 1.6)
        pull = curve(
            both={"leader": {"hours": 80}, "style": {"own_work": 0}, "people": {"need_growth": need}},
            arms=[{"style": {"coaching_hours": one}} for one in hours],
            outcome={"state": "pull.attention"},
            **STAY,
        )
        best.append(hours[int(pull.argmax())])
    assert best[0] < best[1]


def test_pay_motivates_up_to_the_market_and_no_further():
    levels = (0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2)
    engagement = curve(
        both={"market": {"pay_growth": 0}, "style": {"pay_spread": 0}},
        arms=[{"people": {"pay_ratio": level}, "style": {"pay_position": level}} for level in levels],
        outcome={"state": "engagement"},
        **STAY,
    )
    below, above = engagement[:4], engagement[3:]
    assert (np.diff(below) > 0).all()
    assert np.ptp(above) < 0.1 * np.ptp(below)


def test_pay_under_colleagues_is_felt_and_pay_above_them_is_not():
    """One person's pay is moved past the others', who earn the market's; who earns more than these feels nothing."""
    felt = curve(
        both={"market": {"pay_growth": 0}, "style": {"pay_spread": 0}, "people": {"pay_ratio": 1.2}},
        arms=[{"persons": {"Noa": {"pay_ratio": level}}} for level in (1.05, 1.1, 1.15, 1.2, 1.25, 1.3)],
        outcome={"state": "pull.pay", "of": ["Noa"], "weeks": [0, 4]},
        **STAY,
    )
    below, above = felt[:4], felt[3:]
    assert (np.diff(below) > 0).all()
    assert (above == 0).all()


def test_talks_lift_output_where_they_draw_attention_to_the_task_and_cost_it_where_they_draw_it_to_oneself():
    """What Kluger & DeNisi found: by how it is given, the same feedback helps or harms."""
    effects = []
    for manner in (0.05, 0.5, 0.95):
        seldom, often = curve(
            both={"style": {"feedback_specificity": manner, "forward_share": manner, "feedback_weeks": 4}},
            arms=[{"style": {"feedback_weeks": 52}}, {}],
            outcome={"state": "task_focus"},
            hold={"talk_hours": 0},
            **STAY,
        )
        effects.append(often - seldom)
    assert effects[0] < 0 < effects[2]
    assert effects[0] < effects[1] < effects[2]


def test_plans_of_ones_own_come_to_the_content_and_the_discontent_alike():
    """Some leave for reasons that have nothing to do with how they are led (Lee & Mitchell 1994)."""
    plans = curve(
        arms=[{"style": {"preset": preset}} for preset in ("hands-off", "developer")],
        outcome={"state": "plans"},
        settings=["low performance is let be"],
        hold={"offer_rate": 0.0, "push_start": -15.0, "push_strain": 0.0, "push_belief": 0.0},
    )
    assert plans[0] == plans[1] > 0


def test_trust_that_one_breach_takes_in_a_week_is_not_back_in_half_a_year():
    lost = []
    for week in (52, 65, 78):
        kept, broken = curve(
            both={"style": {"commitments_kept": 1}},
            arms=[{}, {"events": [{"week": 52, "kind": "broken promise"}]}],
            outcome={"state": "trust", "weeks": [week, week + 2]},
            **STAY,
        )
        lost.append(kept - broken)
    assert lost[0] > lost[1] > lost[2] > 0.25 * lost[0] > 0


def test_feedback_lifts_the_best_where_it_leads_somewhere_and_backfires_where_it_leads_nowhere():
    pull = {
        places: curve(
            both={
                "leader": {"insight": 1, "expertise": 5},
                "style": {"candour": 0.95, "feedback_specificity": 0.95, "opportunities": places},
            },
            arms=[{"style": {"feedback_weeks": weeks}} for weeks in (26, 12, 8, 4)],
            outcome={"state": "pull.feedback", "of": "stars"},
            settings=["nobody leaves", "no talk is put off"],
            hold={"talk_hours": 0, "sensitivity_gain": 0, "awareness_gain": 0},
        )
        for places in (0.0, 1.0)
    }
    assert (np.diff(pull[1.0]) > 0).all()
    assert (np.diff(pull[0.0]) < 0).all()


def worth_of_a_raise(leading, weeks):
    without, with_it = curve(
        both={
            "weeks": max(weeks),
            "market": {"pay_growth": 0},
            "style": {"pay_position": 1, "pay_spread": 0, "counter_offer": 0},
        },
        arms=[{"style": leading}, {"style": leading, "events": [{"week": 26, "kind": "raise", "amount": 0.1}]}],
        outcome={"state": "belief", "of": "stars", "weeks": weeks},
        **STAY,
    )
    return with_it - without


def test_pay_tells_the_more_the_more_one_is_neglected():
    worth = [worth_of_a_raise(leading, [30, 44]) for leading in ({"preset": "developer"}, {}, {"preset": "hands-off"})]
    assert 0 < worth[0] < worth[1] < worth[2]


def test_a_raise_soothes_and_fades():
    worth = [worth_of_a_raise({"preset": "hands-off"}, weeks) for weeks in ([52, 66], [104, 118], [182, 196])]
    assert worth[0] > worth[1] > worth[2]
    assert worth[0] > 2 * worth[2]
