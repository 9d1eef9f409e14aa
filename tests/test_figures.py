"""Every figure is measured right on made-up tables of which the answer is known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from teamsim.evidence.figures import FIGURES, MONTH, ON_RECORD, Evidence, hazards, kinked_slopes
from teamsim.evidence.targets import published

EMPTY = pd.DataFrame({"run": []})
RNG = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def same_luck():
    """Every test draws the same, whichever others ran before."""
    RNG.bit_generator.state = np.random.default_rng(3).bit_generator.state


def evidence(**tables):
    return Evidence(**{name: tables.get(name, EMPTY) for name in ("panel", "tenures", "arms", "pay")})


def measure(name, found, *of):
    return FIGURES[name](found, *of)


def years(size, **columns):
    """A panel of surveys at the end of the second to the fourth year."""
    week = np.repeat([103, 155, 207], -(-size // 3))[:size]
    return pd.DataFrame({"run": np.arange(size) % 4 + 1, "week": week, **columns})


def piecewise(count, rates, edges):
    """Times in months, of a hazard that is constant between edges and after the last."""
    at, gone = np.zeros(count), np.zeros(count, dtype=bool)
    for low, high, rate in zip(edges, [*edges[1:], np.inf], rates, strict=True):
        waited = RNG.exponential(1.0 / rate, count)
        here = ~gone & (waited < high - low)
        at[here], gone = low + waited[here], gone | here
    return at


# --- who stays, and how long ----------------------------------------------------------------------


def test_quit_rate_is_a_month_of_headcount():
    panel = pd.DataFrame({"run": 1, "week": np.repeat([12, 25], [100, 300]), "quit_next": 0.0})
    panel.loc[[0, 1, 2, 3], "quit_next"] = 1.0  # 4 % of the first quarter's, none of the second's
    panel.loc[[399], "quit_next"] = np.nan
    assert measure("monthly quit rate", evidence(panel=panel)) == pytest.approx(0.02 / 13 * MONTH)


def test_survival_is_kaplan_and_meiers():
    left = ["offer", "still there", "dismissed", "offer"]
    months = pd.Series([5.0, 6.0, 8.0, 20.0])
    tenures = pd.DataFrame({"run": 1, "hired": 1, "tenure_from": 0.0, "tenure_to": months * MONTH, "left": left})
    cast = pd.DataFrame({"run": 1, "hired": 0, "tenure_from": 0.0, "tenure_to": [1.0], "left": ["offer"]})
    found = evidence(tenures=pd.concat([tenures, cast], ignore_index=True))
    for month, share in ((4, 1.0), (6, 0.75), (12, 0.375), (60, 0.0)):
        assert measure("share still there", found, month) == pytest.approx(share)


def test_hazards_are_exits_a_person_month():
    ended = piecewise(150_000, [0.007, 0.012, 0.016, 0.0175, 0.0115, 0.01], [0, 3, 6, 12, 24, 48])
    begun = np.where(np.arange(len(ended)) % 3 == 0, RNG.uniform(0, 30, len(ended)), 0.0)
    censored = np.minimum(ended, 60.0)
    tenures = pd.DataFrame(
        {
            "run": 1,
            "tenure_from": begun * MONTH,
            "tenure_to": censored * MONTH,
            "left": np.where(ended < 60.0, "offer", "still there"),
        }
    )[ended > begun]
    found = evidence(tenures=tenures)
    assert hazards(found).to_numpy() == pytest.approx([0.007, 0.012, 0.016, 0.0175, 0.0115], rel=0.03)
    assert measure("peak of the hazard against its first quarter", found) == pytest.approx(2.5, rel=0.06)
    assert measure("month of the peak of the hazard", found) == 18.0
    assert measure("later hazard against its peak", found) == pytest.approx(0.0115 / 0.0175, rel=0.05)


# --- what goes with leaving -----------------------------------------------------------------------


def test_correlations_are_over_person_years():
    x, e = RNG.normal(size=60_000), RNG.normal(size=60_000)
    quits = (-0.3 * x + np.sqrt(1 - 0.09) * e > 1.0).astype(float)  # biserial -.3; point-biserial less
    panel = years(60_000, engagement=x, quit_12=quits)
    panel.loc[:100, "quit_12"] = np.nan
    between = pd.DataFrame({"run": 1, "week": 110, "engagement": RNG.normal(size=9000) * 99, "quit_12": 1.0})
    found = evidence(panel=pd.concat([panel, between], ignore_index=True))
    share = quits.mean()
    expected = -0.3 * np.exp(-0.5) / np.sqrt(2 * np.pi) / np.sqrt(share * (1 - share))
    assert measure("correlation", found, "engagement", "quit_12") == pytest.approx(expected, abs=0.01)
    assert np.isnan(measure("correlation", evidence(panel=panel.assign(engagement=1.0)), "engagement", "quit_12"))


def test_what_rises_with_the_years_is_not_mistaken_for_a_relation():
    x = RNG.normal(size=30_000)
    panel = years(30_000, log_pay=x, engagement=0.15 * x + np.sqrt(1 - 0.15**2) * RNG.normal(size=30_000))
    level = panel["week"] / 10 + panel["run"]
    panel = panel.assign(log_pay=x + level, engagement=panel["engagement"] - 3 * level)
    assert measure("correlation", evidence(panel=panel), "log_pay", "engagement") < -0.5
    within = measure("correlation at one time", evidence(panel=panel), "log_pay", "engagement")
    assert within == pytest.approx(0.15, abs=0.02)


def test_orderings_are_counted_by_replicate():
    quits = RNG.binomial(1, 0.15, 40_000).astype(float)

    def saying(weight):
        return weight * quits + RNG.normal(size=len(quits))

    weak, middle, strong = saying(0.2), -saying(0.6), saying(1.2)
    panel = years(len(quits), quit_12=quits, weak=weak, middle=middle, strong=strong)
    panel["sometimes"] = np.where(panel["run"] <= 1, strong, weak)  # strong in one run of four
    found = evidence(panel=panel, tenures=pd.DataFrame({"run": [1, 2, 3, 4]}))
    most, least = (f"share of replicates in which the first says {word}" for word in ("most", "least"))
    assert measure(most, found, "strong", "weak", "middle") == 1.0
    assert measure(most, found, "middle", "weak", "strong") == 0.0
    assert measure(most, found, "sometimes", "middle") == 0.25
    assert measure(least, found, "weak", "middle", "strong") == 1.0
    assert measure(least, found, "sometimes", "middle", "strong") == 0.75
    larger = "share of replicates in which the second is larger"
    assert measure(larger, found, "quit_12", "weak", "strong") == 1.0
    assert measure(larger, found, "quit_12", "middle", "sometimes") == 1.0, "-.2 is smaller than .07"
    assert measure(larger, found, "quit_12", "strong", "weak") == 0.0


# --- pay ------------------------------------------------------------------------------------------


def test_elasticity_is_of_rates():
    moved = np.log([0.9, 1.1, 0.9, 1.1])
    weeks = np.array([1000.0, 1200.0, 900.0, 800.0])
    quits = weeks * 0.004 * np.exp(-2.4 * moved)
    pay = pd.DataFrame({"run": [1, 1, 2, 2], "log_pay": moved, "weeks": weeks, "quits": quits})
    assert measure("elasticity of quits to pay", evidence(pay=pay)) == pytest.approx(-2.4)
    assert np.isnan(measure("elasticity of quits to pay", evidence(pay=pay.assign(quits=0.0))))


def paid(below, above, market, size=40_000):
    """People in teams of ten who compare themselves with colleagues and, from below only, with the market."""
    usual = np.repeat(RNG.normal(1.0, 0.08, size // 10), 10)
    pay = usual + RNG.normal(0.0, 0.08, size)
    peers = pd.Series(pay).groupby(np.arange(size) // 10).transform("median").to_numpy()
    apart = pay - peers
    felt = below * np.minimum(apart, 0) + above * np.maximum(apart, 0) + market * np.minimum(pay - 1.0, 0)
    noise = RNG.normal(0.0, 0.05, (2, size))
    states = {"pay_satisfaction": 0.5 + felt + noise[0], "search": 0.2 - felt + noise[1]}
    return years(size, team=np.arange(size) // 10, pay_market=pay, pay_peers=pay / peers, **states)


def test_the_kink_is_of_colleagues_not_of_the_market():
    below, above, t = kinked_slopes(paid(1.0, 0.2, market=2.0), "pay_satisfaction")
    assert (below, above) == (pytest.approx(1.0, abs=0.08), pytest.approx(0.2, abs=0.08))
    assert t > 10
    name = "slope above the peers median against below"
    assert measure(name, evidence(panel=paid(1.0, 0.0, market=2.0))) == pytest.approx(0.0, abs=0.1)
    assert measure(name, evidence(panel=paid(1.0, 1.0, market=0.0))) == pytest.approx(1.0, abs=0.1)
    assert np.isnan(measure(name, evidence(panel=paid(0.0, 0.0, market=2.0)))), "nothing is felt below"
    assert np.isnan(measure(name, evidence(panel=paid(-1.0, 0.0, market=2.0)))), "more pay does not make unhappy"


# --- what leading does ----------------------------------------------------------------------------


def arms(experiment, **outputs):
    """Ten people in each of a hundred teams, in two runs."""
    count = 2000
    place = {"run": np.arange(count) // 1000 + 1, "team": np.arange(count) // 10 % 100, "person": np.arange(count)}
    parts = [pd.DataFrame({"experiment": experiment, **place, "arm": arm, "output": outputs[arm]}) for arm in outputs]
    return pd.concat(parts, ignore_index=True)


def in_teams(spread_within, spread_between):
    within = RNG.normal(0.0, spread_within, 2000)
    within -= np.repeat(within.reshape(-1, 10).mean(axis=1), 10)
    within *= spread_within / np.sqrt((within**2).sum() / (2000 - 200))  # exactly, ten people a team
    return 1.0 + within + np.repeat(RNG.normal(0, spread_between, 200), 10)


def test_feedback_is_measured_in_teams():
    off = in_teams(0.2, 0.0)
    shift = np.repeat(np.where(np.arange(200) % 5 < 2, -0.1, 0.2), 10)  # two teams of five are harmed
    found = evidence(arms=pd.concat([arms("feedback", on=off + shift, off=off), arms("goals", on=off - 9, off=off)]))
    assert measure("mean effect of feedback", found) == pytest.approx((0.6 * 0.2 - 0.4 * 0.1) / 0.2)
    assert measure("share of comparisons in which feedback harms", found) == pytest.approx(0.4)


def test_feedback_is_held_against_other_people():
    """What harms nobody seems to harm where other people do less: the share holds what teams differ in anyway."""
    off = in_teams(0.2, 0.3)
    found = evidence(arms=arms("feedback", on=off + 0.05, off=off))
    assert measure("mean effect of feedback", found) == pytest.approx(0.25)
    teams = off.reshape(2, 100, 10).mean(axis=2)
    known = float((teams + 0.05 < np.roll(teams, -1, axis=1)).mean())
    assert 0.4 < known < 0.5
    assert measure("share of comparisons in which feedback harms", found) == pytest.approx(known)


def test_who_is_not_in_every_arm_is_left_out():
    off = in_teams(0.2, 0.0)
    rows = arms("feedback", on=off + 0.1, off=off)
    rows.loc[(rows["person"] < 1000) & (rows["arm"] == "on"), "output"] = 99.0
    rows = rows[(rows["person"] >= 1000) | (rows["arm"] == "on")]
    assert measure("mean effect of feedback", evidence(arms=rows)) == pytest.approx(0.5, rel=0.05)


def test_goals_are_held_against_easy_work():
    easy = in_teams(0.2, 0.3)
    found = evidence(arms=arms("goals", **{"easy": easy, "hard": easy + 0.12, "out of reach": easy - 0.06}))
    assert measure("effect of a hard goal within reach", found) == pytest.approx(0.6)
    assert measure("effect of a goal out of reach less that within", found) == pytest.approx(-0.9)


def test_three_things_together_are_held_against_none():
    none = in_teams(0.2, 0.3)
    each = {"recognition": 1.05 * none, "feedback": 1.04 * none, "money": 1.03 * none}
    found = evidence(arms=arms("recognition", none=none, all=1.16 * none, **each))
    assert measure("effect of recognition feedback and money together", found) == pytest.approx(16.0)
    assert measure("effect of recognition alone", found) == pytest.approx(5.0)


def test_who_is_not_praised_is_compared_with_themselves():
    none = in_teams(0.2, 0.3)
    found = evidence(arms=arms("praise of the best", none=none, praise=1.02 * none))
    assert measure("effect on who is not praised of praise of the best", found) == pytest.approx(2.0)


# --- what colleagues do ---------------------------------------------------------------------------


def quarters(teams, spill, star, seed=5):
    """Eight quarters of people in teams whose colleagues change; better teams are better led, and lose fewer stars."""
    rng = np.random.default_rng(seed)
    rows = []
    for team in range(teams):
        led, peers, lost = rng.normal(0, 0.3), rng.normal(0.3, 0.1), 0.0
        own = rng.normal(0, 0.3, 6)
        for quarter in range(8):
            week = 12 + 13 * quarter
            stars = int(rng.random() < 0.08 * np.exp(-led))
            changed = rng.random() < 0.4
            peers += rng.normal(0, 0.08) if changed else 0.0
            own, people = own + rng.normal(0, 0.02, 6), rng.integers(6, 9)
            output = np.exp(own + led + spill * peers - star * (lost > 0) + rng.normal(0, 0.05, 6))
            rows.append(
                pd.DataFrame(
                    {
                        "run": 1, "team": team, "person": np.arange(6) + 10 * team, "week": week, "level": 0,
                        "tenure": 200.0 + week, "weeks": 13.0, "output": output, "skill": np.exp(own),
                        "peers_skill": np.exp(peers),
                        "people": float(people), "peers": people - 1.0, "stars_left": stars, "peers_left": stars,
                        "peers_dismissed": 0,
                    }
                )
            )  # fmt: skip
            lost = 2.0 if stars else lost - 1.0
    return pd.concat(rows, ignore_index=True)


def test_coworkers_are_told_apart_from_what_their_teams_share():
    found = evidence(panel=quarters(600, spill=0.18, star=0.0))
    name = "effect of coworkers who can do a tenth more"
    assert measure(name, found) == pytest.approx(100 * (1.1**0.18 - 1), abs=0.2)
    assert measure(name, evidence(panel=quarters(600, spill=0.0, star=0.0))) == pytest.approx(0.0, abs=0.2)


def test_a_lost_star_is_told_apart_from_the_teams_that_lose_them():
    effect = measure("effect of losing a star", evidence(panel=quarters(900, spill=0.0, star=0.07)))
    assert effect == pytest.approx(100 * (np.exp(-0.07) - 1), abs=0.8)
    none = measure("effect of losing a star", evidence(panel=quarters(900, spill=0.0, star=0.0)))
    assert none == pytest.approx(0.0, abs=0.8)
    quiet = quarters(40, 0.0, 0.0).assign(stars_left=0)
    assert np.isnan(measure("effect of losing a star", evidence(panel=quiet)))


def test_concordance_is_what_the_record_can_tell():
    from lifelines.utils import concordance_index

    count = 6000
    record = {name: RNG.normal(size=count) for name in ON_RECORD} | {"level": 0.0}
    panel = pd.DataFrame({"run": np.arange(count) % 10, "week": 103, **record})

    def told(weight):
        """What the model tells, and what who knows the hazard would."""
        lasts = RNG.exponential(np.exp(-weight * panel["rating"]) * 100.0)
        found = panel.assign(followed=np.minimum(lasts, 150.0), left=np.where(lasts < 150, "offer", "still there"))
        known = concordance_index(found["followed"], -weight * found["rating"], found["left"] == "offer")
        return measure("concordance of a cox model on the record", evidence(panel=found, tenures=panel)), known

    for weight in (0.0, 0.3, 1.0):
        model, known = told(weight)
        assert model == pytest.approx(known, abs=0.02)
    assert told(1.0)[1] > 0.7


def test_every_figure_is_tried_and_used():
    used = {check.by for one in published() for check in one.checks}
    assert used | {"concordance of a cox model on the record"} == set(FIGURES)
    here = Path(__file__)
    text = "".join(file.read_text(encoding="utf-8") for file in (here, here.parent / "evidence" / "test_sizes.py"))
    assert [name for name in FIGURES if name not in text and name.rsplit(" ", 1)[0] not in text] == []
