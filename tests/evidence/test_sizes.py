"""How large effects are is measured right on made-up tables of which the answer is known."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from teamsim.evidence import experiments, study
from teamsim.evidence.figures import FIGURES, Evidence
from teamsim.evidence.sizes import PAY, hazard_ratios
from teamsim.parameters import Parameters
from teamsim.people import Drivers, ExitRecord, PersonState
from teamsim.scenario import NOBODY, Scenario
from teamsim.style import Style
from teamsim.world import zeros

EMPTY = pd.DataFrame({"run": []})


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def evidence(**tables):
    return Evidence(**dict.fromkeys(("panel", "tenures", "arms", "pay"), EMPTY) | tables)


def measure(name, found, *of):
    return FIGURES[name](found, *of)


# --- persons and teams as they are ----------------------------------------------------------------


def quarters(weeks, teams, size, **columns):
    """Front-line teams of one size at some surveys, in one firm; a column is given by week, team and person."""
    shape = (len(weeks), teams, size)
    usual = {
        "level": 0, "weeks": 13.0, "tenure": 200.0, "output": 1.0, "people": float(size), "quit_next": 0.0,
        "engagement": 0.5, "engagement_answer": 0.5, "leader": "Robin",
    }  # fmt: skip
    given = {name: np.broadcast_to(value, shape).ravel() for name, value in (usual | columns).items()}
    where = {
        "week": np.broadcast_to(np.array(weeks)[:, None, None], shape).ravel(),
        "team": np.broadcast_to(np.arange(teams)[:, None], shape).ravel(),
        "person": np.broadcast_to(np.arange(teams * size).reshape(teams, size), shape).ravel(),
    }
    return pd.DataFrame({"run": 1} | where | given)


SPREAD = "spread of output among people of a team"


def test_the_spread_of_output_is_that_within_teams_over_half_a_year(rng):
    lasting = 0.3 * rng.normal(size=(1, 300, 8))
    of_the_quarter = 0.4 * rng.normal(size=(2, 300, 8))
    teams = np.linspace(1.0, 3.0, 300)[None, :, None]
    panel = quarters([116, 129], 300, 8, output=teams + lasting + of_the_quarter)
    assert measure(SPREAD, evidence(panel=panel)) == pytest.approx(math.sqrt(0.09 + 0.16 / 2) / 2.0, rel=0.05)


def test_beginners_and_half_years_that_are_not_whole_do_not_count(rng):
    usual = quarters([116, 129], 50, 8, output=1.0 + 0.2 * rng.normal(size=(1, 50, 8)))
    known = measure(SPREAD, evidence(panel=usual))
    odd = usual["person"] % 8 == 0
    for change in ({"tenure": 51.0}, {"weeks": 12.0}, {"level": 1}):
        rows = usual.assign(**{name: usual[name].mask(odd, value) for name, value in change.items()})
        rows["output"] = rows["output"].mask(odd, 50.0)
        assert measure(SPREAD, evidence(panel=rows)) == pytest.approx(measure(SPREAD, evidence(panel=usual[~odd]))), (
            change
        )
    assert known == pytest.approx(0.2, rel=0.1)


TURNOVER, OUTPUT = "turnover of engaged teams", "output of engaged teams"


def test_engaged_teams_are_the_top_quarter_and_what_comes_after_counts():
    """Of the ten top teams of forty, one person each leaves in the half-year, of the bottom ten two; and output."""
    answers = np.linspace(0.2, 0.8, 40)[None, :, None]
    weeks = [129, 142, 155]
    quits = np.zeros((3, 40, 10))
    quits[0, :10, 0], quits[1, :10, 1] = 1.0, 1.0
    quits[0, 30:, 0] = 1.0
    quits[2] = 1.0  # long after
    output = np.ones((3, 40, 10))
    output[1:, 30:] = 1.2
    output[0, 30:] = 9.0  # before the survey
    panel = quarters(weeks, 40, 10, engagement_answer=answers, quit_next=quits, output=output)
    assert measure(TURNOVER, evidence(panel=panel)) == pytest.approx(-0.5)
    assert measure(OUTPUT, evidence(panel=panel)) == pytest.approx(0.2)
    assert np.isnan(measure(TURNOVER, evidence(panel=panel.assign(people=7.0)))), "teams of 8 or more"
    assert np.isnan(measure(TURNOVER, evidence(panel=panel.assign(quit_next=0.0))))


def test_engagement_is_compared_within_a_firm():
    """Where all teams of a firm are more engaged and nobody leaves, that says nothing about teams."""
    one = quarters([129, 142, 155], 8, 10, engagement_answer=np.linspace(0.1, 0.2, 8)[None, :, None], quit_next=0.2)
    other = one.assign(run=2, engagement_answer=one["engagement_answer"] + 0.5, quit_next=0.0)
    found = evidence(panel=pd.concat([one, other]))
    assert measure(TURNOVER, found) == pytest.approx(0.0)


def test_stability_is_told_apart_by_leader(rng):
    own = rng.normal(size=(1, 200, 10))
    noise = rng.normal(size=(2, 200, 10))
    moved = np.arange(200)[None, :, None] < 100
    noise = np.where(moved, 2.0 * noise, 0.5 * noise)
    leader = np.where(moved & (np.arange(2) == 1)[:, None, None], "Kim", "Robin")
    panel = quarters([103, 155], 200, 10, engagement_answer=own + noise, leader=leader)
    same, other = "stability of engagement under the same leader", "stability of engagement under another leader"
    assert measure(same, evidence(panel=panel)) == pytest.approx(1 / 1.25, abs=0.03)
    assert measure(other, evidence(panel=panel)) == pytest.approx(1 / 5, abs=0.06)
    gone = panel.assign(leader=panel["leader"].where(panel["leader"] != "Kim", NOBODY.name))
    assert np.isnan(measure(other, evidence(panel=gone))), "nobody is no other leader"
    away = panel.assign(team=panel["team"].mask(panel["week"] == 155, panel["team"] + 1000))
    assert np.isnan(measure(same, evidence(panel=away)))


def test_the_intraclass_correlation_is_the_share_of_teams(rng):
    icc = "intraclass correlation of engagement"
    teams, people = 0.3 * rng.normal(size=(1, 2000, 1)), 0.6 * rng.normal(size=(1, 2000, 6))
    panel = quarters([103], 2000, 6, engagement_answer=teams + people)
    assert measure(icc, evidence(panel=panel)) == pytest.approx(0.09 / 0.45, abs=0.02)
    apart = pd.concat([panel, panel.assign(run=2, engagement_answer=panel["engagement_answer"] + 5.0)])
    assert measure(icc, evidence(panel=apart)) == pytest.approx(0.09 / 0.45, abs=0.02), "firms are no teams"
    uneven = panel[(panel["team"] % 2 == 0) | (panel["person"] % 6 < 2)]
    assert measure(icc, evidence(panel=uneven)) == pytest.approx(0.09 / 0.45, abs=0.03)


# --- what spreads from who leaves -----------------------------------------------------------------


def cells(rng, leader=(1.0, 1.0), peers=(1.0, 1.0, 1.0), middling=1):
    """Strata in which more leave, and more is going on around people; what that does by itself is known."""
    rows = []
    for quarter in range(40):
        busy = quarter / 40
        for _ in range(200):
            counts = rng.binomial(2, 0.1 + 0.4 * busy, 3)
            state = rng.choice(3, p=[0.6 - 0.4 * busy, 0.2 + 0.2 * busy, 0.2 + 0.2 * busy])
            risk = 0.002 * (1 + 6 * busy) * np.prod(np.array(peers) ** counts) * (1.0, *leader)[state]
            weeks = 500.0
            rows.append((quarter, middling, state, *counts, weeks, rng.poisson(risk * weeks)))
    names = ["quarter", "middling", "leader", "peers 0-8", "peers 9-16", "peers 17-26", "weeks", "exits"]
    return pd.DataFrame(rows, columns=names).assign(run=1)


def test_what_leaving_does_is_told_apart_from_bad_times_and_from_one_another(rng):
    found = evidence(risks=cells(rng, leader=(2.0, 1.5), peers=(1.4, 1.1, 1.0)))
    known = {
        ("leaving after a leader left", "0-8"): 1.0, ("leaving after a leader left", "9-26"): 0.5,
        ("leaving per peer who left", "0-8"): 0.4, ("leaving per peer who left", "17-26"): 0.0,
    }  # fmt: skip
    for (name, after), ratio in known.items():
        assert measure(name, found, after) == pytest.approx(ratio, abs=0.08), (name, after)


def test_peers_are_looked_at_in_teams_of_middling_size(rng):
    found = evidence(
        risks=pd.concat([cells(rng, peers=(1.5, 1.0, 1.0)), cells(rng, peers=(3.0, 1.0, 1.0), middling=0)])
    )
    assert measure("leaving per peer who left", found, "0-8") == pytest.approx(0.5, abs=0.1)


def test_where_nobody_leaves_nothing_is_told(rng):
    table = cells(rng).assign(exits=0.0)
    assert hazard_ratios(table, table[["leader"]]).isna().all()


SEATS, CHAIR = 9, 9
"""One team of nine, and the seat from which it is led."""


SMALL = SimpleNamespace(
    people={"team": np.array([0] * SEATS + [1])},
    teams=np.array([(CHAIR, 0), (-1, 1)], dtype=[("leader_seat", "i8"), ("tier", "i8")]),
)
"""As much of a world as is asked for."""


def lived(weeks=300):
    life = zeros(PersonState.dtype(), weeks, SEATS + 1)
    life["present"], life["tenure"], life["identity"] = 1, 500.0, np.arange(SEATS + 1) + 1
    return life


def leave(life, week, seat, road=1):
    """Somebody goes, and the seat stays empty."""
    life["leaving"][week, seat] = road
    life["present"][week + 1 :, seat] = 0


def test_risks_are_counted_from_the_first_week_in_which_others_can_know():
    life = lived()
    leave(life, 150, 0)
    leave(life, 160, 1, road=3)  # a dismissal is no resignation
    table = study.risks(SMALL, life)
    exposed = {name: table.loc[table[f"peers {name}"] == 1, "weeks"].sum() for name in ("0-8", "9-16", "17-26")}
    assert exposed == {"0-8": 9 * 8, "9-16": 1 * 8 + 7 * 7, "17-26": 10 * 7}
    assert table["exits"].sum() == 1
    assert table.loc[table["exits"] == 1, ["peers 0-8", "leader"]].to_numpy().tolist() == [[0, 0]], "oneself is no peer"
    assert table["weeks"].sum() == (300 - 104) * 10 - (300 - 151) - (300 - 161)


def test_a_leader_who_leaves_is_noticed_by_those_who_were_led():
    life = lived()
    leave(life, 150, CHAIR, road=2)
    leave(life, 155, 0)
    life["tenure"][:, 1] = np.arange(300) - 140.0  # came later
    table = study.risks(SMALL, life)
    assert table.loc[table["leader"] == 1, "weeks"].sum() == 5 * 8 + 4 * 7
    assert table.loc[table["leader"] == 2, "weeks"].sum() == 18 * 7 + 10
    assert table.loc[table["leader"] == 1, "exits"].sum() == 1
    promoted = lived()
    promoted["present"][151:, CHAIR] = 0
    assert (study.risks(SMALL, promoted)["leader"] == 0).all(), "who is promoted does not resign"


# --- how a firm is led ----------------------------------------------------------------------------


def test_ready_made_styles_are_compared_by_their_means_over_firms():
    rows = [
        ("practices", run, arm, out, 1.0)
        for run, outs in enumerate([(1.0, 1.2), (1.4, 1.2)])
        for arm, out in zip("ab", outs, strict=True)
    ]
    found = evidence(firms=pd.DataFrame(rows, columns=["experiment", "run", "arm", "output", "people"]))
    assert measure("best ready made style against the worst", found) == pytest.approx(1.0)


def test_bosses_are_compared_within_firms_and_by_their_effects(rng):
    effects = np.exp(0.1 * rng.normal(size=(40, 50)))
    firms = np.linspace(0.5, 2.0, 40)[:, None]
    rows = {"experiment": "bosses", "run": np.repeat(np.arange(40), 50), "arm": np.tile(np.arange(50), 40)}
    bosses = pd.DataFrame(rows | {"output": (firms * effects * 8.0).ravel(), "people": 8.0})
    boss = measure("leader of the top tenth against the bottom tenth", evidence(firms=bosses))
    assert boss == pytest.approx(math.exp(0.1 * 2 * 1.2816), rel=0.02)
    styles = pd.DataFrame({"experiment": "practices", "run": 0, "arm": ["a", "b"], "output": [1.0, 1.5], "people": 1.0})
    both = evidence(firms=pd.concat([bosses, styles]))
    assert measure("practices against bosses", both) == pytest.approx(math.log(1.5) / math.log(boss))


def test_searches_are_averaged():
    found = evidence(searches=pd.DataFrame({"run": [1, 4], "ratio": [1.1, 1.2]}))
    assert measure("best affordable style against the usual one", found) == pytest.approx(1.15)
    assert np.isnan(measure("best affordable style against the usual one", evidence()))


# --- one lever alone ------------------------------------------------------------------------------


def levers(rng, **effects):
    """Two hundred teams; what each lever does to output, to engagement, and to exits as a ratio."""
    parts = []
    for lever, (output, engagement, exits) in effects.items():
        usual = {"people_low": 400.0, "people_high": 400.0}
        level, work, at_risk = rng.normal(0.5, 0.1, 200), rng.normal(1.0, 0.3, 200), rng.uniform(1.0, 3.0, 200)
        usual |= {"output_low": 400.0 * work, "output_high": 400.0 * (work * (1.0 + output))}
        usual |= {"engagement_low": 400.0 * level, "engagement_high": 400.0 * (level + engagement)}
        usual |= {"quits_low": at_risk, "quits_high": at_risk * exits}
        parts.append(pd.DataFrame({"run": 1, "lever": lever, "team": np.arange(200)} | usual))
    return pd.concat(parts)


def test_a_lever_is_measured_from_its_low_to_its_high_end(rng):
    table = levers(
        rng,
        a=(0.05, 0.0, 1.0),
        b=(-0.08, 0.0, 1.0),
        c=(0.0, -0.06, 0.5),
        pay_position=(0.02, 0.04, 0.2),
        d=(0.0, 0.0, 1.0),
    )
    panel = quarters([103], 500, 8, engagement=rng.normal(0.5, 0.2, (1, 500, 8)))
    found = evidence(levers=table, panel=panel)
    assert measure("most that a lever does to output", found) == pytest.approx(-0.08)
    assert measure("what a lever in the middle does to output", found) == pytest.approx(0.02)
    assert measure("most that a lever does to engagement", found) == pytest.approx(-0.3, abs=0.02)
    assert measure("most that a lever does to exits", found, "pay_position") == pytest.approx(0.5)
    assert measure("most that a lever does to exits", found) == pytest.approx(0.2)
    assert measure("share of levers that move something", found) == pytest.approx(0.8)


def test_luck_alone_moves_few_levers(rng):
    table = levers(rng, **{f"lever {number}": (0.0, 0.0, 1.0) for number in range(300)})
    for name in ("output", "engagement", "quits"):
        table[f"{name}_high"] += rng.normal(0.0, 1.0, len(table))
    panel = quarters([103], 5, 8, engagement=rng.normal(0.5, 0.2, (1, 5, 8)))
    share = measure("share of levers that move something", evidence(levers=table, panel=panel))
    assert 0.01 < share < 0.09, "5 % for the three outcomes together"


def test_every_lever_goes_from_a_tenth_to_nine_tenths():
    found = experiments.levers(Parameters(), 1)
    assert found["lever"].unique().tolist() == list(Style.quantities())
    assert found.groupby("lever")["team"].nunique().eq(49).all()
    assert not found.isna().any().any()
    for name in Style.quantities():
        low, high = (experiments.point(name, share) for share in experiments.ENDS.values())
        assert low < high
        assert Style(**{name: low}) != Style(**{name: high}), "both lie in its range"


# --- what is said and decided ---------------------------------------------------------------------


def test_reasons_are_those_of_who_left_of_their_own_accord():
    exits = zeros(ExitRecord.dtype(), 5)
    other = list(Drivers.quantities()).index("growth")
    exits["week"], exits["road"] = [200, 200, 200, 200, 50], [1, 2, 1, 3, 1]
    exits["stated"] = [PAY[0], other, other, -1, PAY[0]]
    exits["reasons"] = [1 << PAY[0], 1 << other, (1 << other) | (1 << PAY[1]), 0, 1 << PAY[0]]
    found = evidence(reasons=study.reasons(exits).assign(run=1))
    assert measure("share of exits with pay as the main reason", found) == pytest.approx(1 / 3)
    assert measure("share of exits that name pay at all", found) == pytest.approx(2 / 3)


@pytest.mark.parametrize("half_life", [15.0, 60.0, 100.0])
def test_the_half_life_of_a_raise_is_that_of_its_decay(half_life):
    weeks = np.arange(208)
    rise = np.minimum(weeks / 10.0, 1.0)
    gain = 0.05 * rise * 0.5 ** (np.maximum(weeks - 10, 0) / half_life)
    found = evidence(raises=pd.DataFrame({"run": 1, "week": weeks, "gain": gain}))
    assert measure("half life of a raise", found) == pytest.approx(half_life, rel=0.01)


def test_a_raise_that_lasts_and_one_that_does_nothing():
    weeks = np.arange(208)
    lasting = evidence(raises=pd.DataFrame({"run": 1, "week": weeks, "gain": 0.05}))
    assert measure("half life of a raise", lasting) > 1000
    assert np.isnan(measure("half life of a raise", evidence(raises=lasting.raises.assign(gain=0.0))))


def test_a_raise_is_felt_at_once_and_what_has_not_yet_come_is_not():
    gain = experiments.raises(Parameters(), 1)["gain"]
    assert gain.iloc[:13].mean() > 0.01
    assert len(gain) == 208


def test_incentives_are_shares_of_output_without_any():
    parts = {"none": 1.0, "recognition": 1.05, "feedback": 1.1, "money": 1.02, "all": 1.2}
    rows = [("recognition", 1, 1, person, arm, out * person) for arm, out in parts.items() for person in (1, 2)]
    found = evidence(arms=pd.DataFrame(rows, columns=["experiment", "run", "team", "person", "arm", "output"]))
    assert measure("effect of incentives", found, "feedback") == pytest.approx(0.1)
    assert measure("effect of incentives", found, "all") == pytest.approx(0.2)
    assert measure("what incentives do together beyond the sum of each", found) == pytest.approx(0.03)


def test_only_who_is_not_praised_is_looked_at():
    rows = experiments.praise_of_the_best(Parameters(), 1)
    firm = experiments.firm_of(1)
    there = rows.groupby("team")["person"].nunique()
    assert (firm.teams["tier"][there.index] == 0).all()
    assert 0.55 < there.sum() / (firm.teams["tier"][firm.people["team"]] == 0).sum() < 0.75


OVER, TALKED = "leaving after being passed over", "passed over with a conversation against without"


def sequel(arm, what, standing, people, gone):
    return {
        "run": 1,
        "arm": arm,
        "what": what,
        "level": 0,
        "standing": standing,
        "tenure": 0,
        "people": people,
        "gone": gone,
    }


def test_who_is_passed_over_is_compared_with_people_of_like_standing():
    """The best leave twice as often as others, and are passed over more often: that alone is no effect."""
    others = [sequel("as observed", "colleagues", 3, 100, 20), sequel("as observed", "colleagues", 0, 900, 90)]
    ours = [sequel("as observed", "passed over", 3, 90, 36), sequel("as observed", "passed over", 0, 10, 2)]
    found = evidence(sequels=pd.DataFrame(others + ours))
    assert measure(OVER, found) == pytest.approx(38 / (90 * 0.2 + 10 * 0.1))
    assert np.isnan(measure(OVER, evidence(sequels=pd.DataFrame(others))))


def test_what_talking_does_to_everybody_is_no_effect_of_the_conversation():
    rows = [
        sequel("told why", "colleagues", 3, 100, 5), sequel("told why", "passed over", 3, 100, 6),
        sequel("not told why", "colleagues", 3, 100, 10), sequel("not told why", "passed over", 3, 100, 20),
    ]  # fmt: skip
    assert measure(TALKED, evidence(sequels=pd.DataFrame(rows))) == pytest.approx(1.2 / 2.0)


def test_sequels_follow_people_to_wherever_they_leave():
    life, exits = lived(), zeros(ExitRecord.dtype(), 4)
    life["standing"] = 0.8
    life["passed_over"][120, 0] = life["passed_over"][120, 1] = life["passed_over"][130, 2] = 1
    life["passed_over"][290, 3] = life["passed_over"][50, 4] = 1  # followed too briefly; before anything is looked at
    life["countered"][140, 5] = life["countered"][140, 6] = 1
    exits["identity"] = [1, 2, 3, 6]
    exits["week"], exits["road"] = [120 + 25, 120 + 26, 140, 140 + 51], [1, 1, 3, 3]
    table = study.sequels(SMALL, life, exits)
    sums = table.groupby("what")[["people", "gone"]].sum()
    assert sums.loc["passed over"].tolist() == [2, 1], "one in time, one a week too late, one dismissed"
    assert sums.loc["colleagues"].tolist() == [14, 2], "of the team, in the two weeks, none dismissed in the half-year"
    assert sums.loc["counter-offer"].tolist() == [2, 1], "by whatever road"
    found = evidence(sequels=table.assign(run=1, arm="as observed"))
    assert measure("share gone after a counter offer", found) == pytest.approx(0.5)
    assert np.isnan(measure("share gone after a counter offer", evidence()))


def test_the_best_style_is_searched_for_in_every_workshops_cast():
    assert sorted(experiments.SEARCHED) == list(Scenario.names())
