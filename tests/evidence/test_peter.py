"""The published promotion model comes out as published; the same question can be asked of our own organisation."""

import numpy as np
import pytest

import teamsim as ts
from teamsim.evidence import peter, promotion
from teamsim.evidence.peter import BEST, CELLS, COMMON, EMPTY, FIRST, PEOPLE, PETER, RANDOM, SEATS, WORST
from teamsim.evidence.promotion import POLICIES, compare_policies, firm, over_firms, risen

# --- the published model --------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[1, 2])
def found(request):
    return peter.replicate(seed=request.param)


def test_the_levels_are_the_published_ones():
    assert PEOPLE == (1, 5, 11, 21, 41, 81)
    assert tuple(np.diff(FIRST)) == PEOPLE
    assert FIRST[-1] == SEATS == sum(PEOPLE) == 160
    assert len(peter.RESPONSIBILITY) == peter.LEVELS == peter.HIRING_LEVEL + 1 == 6


def test_the_start_is_about_seventy_per_cent_with_the_published_spread(found):
    mean, spread = found.start
    assert mean == pytest.approx(70, abs=1.5)
    assert spread == pytest.approx(1.7, abs=0.35)


def test_the_differences_are_the_published_ones(found):
    assert found.differences["published"].tolist() == [7, 7, 11, 11]
    assert (found.differences["difference"] - found.differences["published"]).abs().max() <= 1.0
    assert found.differences["holds"].all()


def test_the_order_of_the_six_cells_is_exact_and_every_step_is_clear_of_zero(found):
    gains = found.cells["gain"].to_numpy()
    assert (np.diff(gains) < 0).all()
    assert (np.diff(found.cells["published"]) < 0).all()
    assert (found.steps["low"] > 0).all()


def test_the_mixed_curves_cross_where_they_are_said_to(found):
    at = found.crossing
    assert 0.44 <= at["low"] < at["share"] < at["high"] <= 0.50
    assert found.holds


def test_what_is_left_over_is_no_more_than_one_start_makes_up(found):
    assert abs(found.offset) < 1.96 * found.start[1]


def test_a_change_of_two_points_does_not_reproduce_the_paper():
    wide = peter.replicate(change=1.0, shares=(0.4, 0.5))
    assert not wide.differences["holds"].all()
    assert not wide.holds


def test_the_same_seed_gives_the_same_bits_and_all_cells_start_alike():
    again = [peter.efficiency(*cell, runs=4, years=5, seed=3) for cell in CELLS]
    assert again[0].tobytes() == peter.efficiency(*next(iter(CELLS)), runs=4, years=5, seed=3).tobytes()
    assert len({one[:, 0].tobytes() for one in again}) == 1
    assert len({one[:, 5].tobytes() for one in again}) == len(CELLS)
    assert peter.efficiency(PETER, BEST, runs=4, years=5, seed=4)[0, 0] != again[0][0, 0]


def organisation(competence=6.0, age=30.0):
    return np.full(SEATS, age), np.full(SEATS, competence)


@pytest.mark.parametrize(
    ("age", "competence", "stays"), [(59, 7, True), (60, 7, False), (59.5, 7, False), (30, 4, True), (30, 3.99, False)]
)
def test_who_is_over_sixty_or_under_four_goes(age, competence, stays):
    ages, competences = organisation()
    ages[100], competences[100] = age, competence
    peter.grow_older_and_go(ages, competences)
    assert (ages[100] != EMPTY) == stays
    assert (np.delete(ages, 100) == 31).all()


@pytest.mark.parametrize(("best", "chosen"), [(1.0, 4), (0.0, 2)])
def test_the_chief_comes_from_the_level_just_below_and_leaves_a_gap_that_is_filled_from_below(best, chosen):
    ages, competences = organisation()
    ages[0] = EMPTY
    competences[2], competences[4], competences[8], competences[9] = 5.0, 8.0, 9.0, 4.5
    competences[159] = 10.0  # far below: not in line for the top
    ages[chosen], ages[9 if best == 0.0 else 8] = 41.0, 42.0
    peter.fill_vacancies(ages, competences, np.uint64(5), best, False, True, 0.0)
    assert ages[0] == 41
    assert competences[0] == (8.0 if best else 5.0)
    assert ages[chosen] == 42
    assert competences[chosen] == (9.0 if best else 4.5)
    assert (ages != EMPTY).all()


def test_common_sense_changes_competence_a_little_and_the_peter_hypothesis_draws_it_afresh():
    taken, drawn = [], []
    for year in range(300):
        for common, kept in ((True, taken), (False, drawn)):
            ages, competences = organisation(6.0)
            ages[0] = EMPTY
            peter.fill_vacancies(ages, competences, np.uint64(year), 1.0, False, common, 0.5)
            kept.append(competences[0] - 6.0)
    assert np.abs(taken).max() <= 0.5
    assert np.ptp(taken) > 0.9
    assert np.mean(taken) == pytest.approx(0, abs=0.06)
    assert np.mean(drawn) == pytest.approx(0.95, abs=0.35)
    assert np.std(drawn) == pytest.approx(1.9, abs=0.25)
    assert np.min(drawn) >= 1 - 6.0
    assert np.max(drawn) <= 10 - 6.0


def test_a_lot_falls_on_everybody_alike():
    ages, competences = organisation()
    competences[:] = np.linspace(4, 10, SEATS)
    ages[20] = EMPTY
    draws = np.array([peter.choose(ages, competences, 3, 0.5, True, np.uint64(luck)) for luck in range(4000)])
    counts = np.bincount(draws, minlength=38)[17:38]
    assert counts[20 - 17] == 0
    others = np.delete(counts, 20 - 17)
    assert ((others - 200) ** 2 / 200).sum() < 43.8  # chi-square with 19 degrees of freedom, 1 in 1000
    assert peter.choose(np.full(SEATS, EMPTY), competences, 3, 1.0, False, np.uint64(1)) == -1


def test_only_the_lowest_level_hires():
    ages, competences = organisation()
    ages[3] = EMPTY
    peter.fill_vacancies(ages, competences, np.uint64(9), 1.0, False, True, 0.0)
    changed = np.flatnonzero((ages != 30) | (competences != 6))
    assert len(changed) == 1
    assert changed[0] >= FIRST[5]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: peter.efficiency("Parkinson", BEST), "hypothesis = 'Parkinson' is not known"),
        (lambda: peter.efficiency(PETER, "best"), "promoted = 'best' is not known; did you mean 'the best'"),
        (lambda: peter.efficiency(COMMON, 1.5), r"promoted = 1.5 is outside 0..1"),
        (lambda: peter.efficiency(COMMON, RANDOM, runs=0), "runs = 0 is not a whole number from 1"),
        (lambda: peter.efficiency(COMMON, WORST, years=2.5), "years = 2.5 is not a whole number from 1"),
        (lambda: peter.replicate(runs=1), "runs = 1 is not a whole number from 2"),
        (lambda: peter.replicate(years=200), "years = 200 is not a whole number from 201"),
        (lambda: firm(2.0), r"likeness = 2.0 is outside -1..1"),
        (lambda: compare_policies(firm(), {"one": {}}), "policies has to be a mapping from two or more names"),
        (lambda: compare_policies(firm(), runs=1), "runs = 1 is not a whole number from 2"),
        (lambda: compare_policies(firm(), {"a": {}, "b": {"promote": 1.0}}), "policies.promote is not known"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(call, message):
    with pytest.raises(ts.InputError, match=message):
        call()


# --- our own organisation -------------------------------------------------------------------------


@pytest.mark.parametrize(("likeness", "low", "high"), [(0.0, -0.15, 0.15), (0.9, 0.8, 1.0), (-0.9, -1.0, -0.8)])
def test_a_firm_links_talent_and_leadership_as_far_as_it_is_told_to(likeness, low, high):
    people = [person for seed in range(4) for team in firm(likeness, seed=seed).teams for person in team.people]
    front = [person for person in people if person.name.startswith("Member")]
    found = np.corrcoef(np.log([one.talent for one in front]), [one.leadership for one in front])[0, 1]
    assert low < found < high


def test_likeness_changes_leadership_and_nothing_else():
    alike, unlike = firm(0.8).teams[5].people[2], firm(-0.8).teams[5].people[2]
    assert alike.leadership != unlike.leadership
    assert alike.replace(leadership=0.5, lead_skill=0.3) == unlike.replace(leadership=0.5, lead_skill=0.3)


@pytest.fixture(scope="module")
def compared():
    return compare_policies(firm(weeks=260), {name: POLICIES[name] for name in list(POLICIES)[:2]}, runs=8)


def test_policies_are_compared_under_the_same_luck(compared):
    results, lot = compared.styles
    alone = ts.futures(compared[lot].scenario, runs=8)
    assert compared[lot].runs.equals(alone.runs)
    assert compared[results].scenario.policies.promote_by_lot == 0
    assert compared[lot].scenario.policies.promote_by_lot == 1
    assert compared.scenario.teams == compared[lot].scenario.teams
    output = compared.differences.query("group == 'organisation' and measure == 'output'")
    pairs = compared[lot].runs["output"] - compared[results].runs["output"]
    assert output["difference"].item() == pytest.approx(pairs.mean())


def test_people_rise_and_it_matters_who(compared):
    results, lot = compared.styles
    assert (compared[results].runs["promotions"] > 0).all()
    assert not compared[results].runs["output"].equals(compared[lot].runs["output"])


def test_by_results_those_of_high_standing_rise_and_by_an_assessment_those_who_lead_well():
    """Who is chosen is seen in the week before the promotion."""
    chosen = {}
    for name in ("the best by results", "by an assessment of leading", "by lot"):
        scenario = firm(weeks=260)
        scenario = scenario.replace(policies=scenario.policies.replace(**POLICIES[name]))
        rows = []
        for run in range(6):
            people = ts.simulate(scenario, run=run).people
            risen = people[people["promoted"] == 1]
            before = people.assign(week=people["week"] + 1).merge(risen[["week", "person"]], on=["week", "person"])
            rows.append(before[["standing", "leadership"]])
        chosen[name] = np.concatenate(rows).mean(axis=0)
    results, assessed, lot = chosen.values()
    assert results[0] > lot[0] + 0.3
    assert assessed[1] > lot[1] + 0.1
    assert assessed[1] > results[1]


def test_what_one_firm_shows_may_not_hold_in_the_next():
    """Of several firms, it is counted in how many the output is clearly lower or higher."""
    two = {name: POLICIES[name] for name in ("the best by results", "the best, with an expert track")}
    firms = [firm(weeks=156, seed=seed) for seed in (1, 2)]
    found = over_firms(firms, two, runs=8)
    assert found.to_dict("index") == {"the best, with an expert track": {"lower": 0, "unclear": 0, "higher": 2}}
    same = dict.fromkeys(("one", "again"), POLICIES["the best by results"])
    assert over_firms(firms, same, runs=2).loc["again"].to_dict() == {"lower": 0, "unclear": 2, "higher": 0}


def test_who_rises_is_seen_as_they_were_the_week_before(compared):
    results, lot = compared.styles
    found = risen(compared, runs=4)
    opened = [compared[results].open(run).promotions for run in range(4)]
    assert found.loc[results, "promotions"] == sum(map(len, opened))
    assert found.loc[results, "standing"] > found.loc[lot, "standing"] + 0.3


def test_a_comparison_of_policies_is_not_saved_as_if_it_were_one_of_styles(compared, tmp_path):
    with pytest.raises(ts.InputError, match="of policies keeps nothing"):
        compared.save(tmp_path)


def test_somebody_is_another_in_some_respects_and_all_else_is_as_it_was():
    scenario = ts.Scenario.load("who-should-lead")
    other = promotion.unlike(scenario, "Valeria", talent=1.2)
    mine, theirs = ([one for team in each.teams for one in team.people] for each in (scenario, other))
    assert [one.name for one, two in zip(mine, theirs, strict=True) if one != two] == ["Valeria"]
    with pytest.raises(ts.InputError, match="person 'Valerie' is not known; did you mean 'Valeria'"):
        promotion.unlike(scenario, "Valerie", talent=1.2)


def test_all_front_line_chairs_are_vacated_at_once():
    scenario = promotion.vacated(firm(weeks=16))
    gone = ts.simulate(scenario, seed=1).exits.query("road == 'dismissed' and week == 12")["person"]
    assert {f"Head {one}.{two}" for one in (1, 2, 3) for two in (1, 2, 3)} <= set(gone)


def test_the_lot_is_held_against_results_pair_by_pair():
    scenario = ts.Scenario.load("who-should-lead")
    found = promotion.lot_against_results({"here": (scenario, (65, 78))}, runs=30).loc["here"]
    output = [
        ts.futures(scenario.led(promote_by_lot=lot, promote_on_leading=0.0), runs=30, seed=1)._raw["measures"]["output"]
        for lot in (0.0, 1.0)
    ]
    results, lot = (one[:, 65:78, 0].mean(axis=1) for one in output)
    assert found["by_results"] == pytest.approx(results.mean())
    assert found["by_lot"] == pytest.approx((lot - results).mean() / results.mean())
    assert found["low"] < found["by_lot"] < found["high"]
