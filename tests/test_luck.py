"""Luck or leadership: the split against cases with a known answer, by hand, and by its properties."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

import teamsim as ts
from teamsim.luck import PARTS, shares_of, styles_drawn
from teamsim.people import Measures

PARTS_OF_TWO = list(PARTS[:-1])


def crossed(luck, styles, runs, leadership=0.0, common=0.0, interaction=0.0):
    """Outcomes made of known standard deviations."""
    return (
        leadership * luck.normal(size=(styles, 1))
        + common * luck.normal(size=(1, runs))
        + interaction * luck.normal(size=(styles, runs))
    )


def by_part(values, **more):
    return shares_of(values, **more).set_index("part")


def test_by_hand():
    """Two styles, three runs: mean squares 6 (styles), 3.5 (runs) and 0.5 (both), as in any textbook."""
    values = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])
    found = by_part(values)["variance"]
    assert found["interaction"] == pytest.approx(0.5)
    assert found["leadership"] == pytest.approx((6 - 0.5) / 3)
    assert found["luck"] == pytest.approx((4.5 - 0.5) / 2)


def test_three_ways_by_hand():
    """Against the textbook's mean squares of a crossed table of three factors with one observation a cell."""
    cube = np.random.default_rng(3).normal(size=(4, 5, 3)).cumsum(axis=0)
    a, b, c = cube.shape
    grand = cube.mean()
    of = {axes: cube.mean(axis=axes, keepdims=True) for axes in [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)]}
    one = {0: of[1, 2] - grand, 1: of[0, 2] - grand, 2: of[0, 1] - grand}
    two = {
        (0, 1): of[2,] - one[0] - one[1] - grand,
        (0, 2): of[1,] - one[0] - one[2] - grand,
        (1, 2): of[0,] - one[1] - one[2] - grand,
    }
    rest = cube - grand - sum(one.values()) - sum(two.values())
    m_abc = (rest**2).sum() / ((a - 1) * (b - 1) * (c - 1))
    m_ab = c * (two[0, 1] ** 2).sum() / ((a - 1) * (b - 1))
    m_ac = b * (two[0, 2] ** 2).sum() / ((a - 1) * (c - 1))
    m_bc = a * (two[1, 2] ** 2).sum() / ((b - 1) * (c - 1))
    m_a, m_b = b * c * (one[0] ** 2).sum() / (a - 1), a * c * (one[1] ** 2).sum() / (b - 1)
    m_c = a * b * (one[2] ** 2).sum() / (c - 1)
    found = by_part(cube)["variance"]
    assert found["leadership"] == pytest.approx((m_a - m_ab - m_ac + m_abc) / (b * c))
    assert found["luck"] == pytest.approx((m_b - m_ab - m_bc + m_abc) / (a * c))
    assert found["interaction"] == pytest.approx((m_ab - m_abc) / c)
    of_models = (m_c - m_ac - m_bc + m_abc) / (a * b) + (m_ac - m_abc) / b + (m_bc - m_abc) / a + m_abc
    assert found["model"] == pytest.approx(of_models)


def test_it_is_unbiased():
    """Over many tables the mean of each estimate is the variance that was put in."""
    luck = np.random.default_rng(1)
    true = {"leadership": 4.0, "luck": 1.0, "interaction": 2.25}
    found = np.array(
        [shares_of(crossed(luck, 8, 15, 2.0, 1.0, 1.5), resamples=2)["variance"].to_numpy() for _ in range(800)]
    )
    error = found.std(axis=0) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - [true[part] for part in PARTS_OF_TWO]) < 4 * error).all()


@pytest.mark.parametrize("styles", [3, 6, 40])
def test_without_leadership_the_interval_reaches_zero(styles):
    luck = np.random.default_rng(2)
    reached = [by_part(crossed(luck, styles, 60, 0.0, 1.0, 1.0)).loc["leadership", "low"] == 0 for _ in range(60)]
    assert np.mean(reached) >= 0.9


def test_without_luck_in_common_the_interval_reaches_zero():
    luck = np.random.default_rng(4)
    reached = [by_part(crossed(luck, 6, 60, 1.0, 0.0, 1.0)).loc["luck", "low"] == 0 for _ in range(60)]
    assert np.mean(reached) >= 0.9


def test_an_interval_covers_the_share_among_these_styles():
    """The styles stay; the runs are new each time. About 95 of 100 intervals hold the true share."""
    luck = np.random.default_rng(5)
    skill = luck.normal(size=(6, 1))
    true = skill.var(ddof=1) / (skill.var(ddof=1) + 1.0 + 0.25)
    held = 0
    for _ in range(100):
        row = by_part(skill + crossed(luck, 6, 100, 0.0, 1.0, 0.5), resamples=400).loc["leadership"]
        held += row["low"] <= true <= row["high"]
    assert held >= 88


def test_resamples_are_those_of_scipy():
    """Counting runs by weights is the same as drawing them: the spread agrees with scipy's bootstrap."""
    values = crossed(np.random.default_rng(6), 5, 80, 1.0, 1.0, 0.7)
    runs = values.shape[1]

    def luck(drawn, axis):
        taken = values[:, drawn]
        variances = np.var(taken.mean(axis=0), axis=axis, ddof=1)
        rest = taken - taken.mean(axis=-1, keepdims=True)
        rest = rest - rest.mean(axis=0)
        both = np.square(rest).sum(axis=(0, -1)) / (4 * (runs - 1))
        lead = np.var(taken.mean(axis=-1), axis=0, ddof=1) - both / runs
        common = variances - both / 5
        grown = runs / (runs - 1)
        parts = np.maximum([lead - both / (runs - 1), common * grown, both * grown], 0)
        return parts[1] / parts.sum(axis=0)

    scipys = stats.bootstrap(
        (np.arange(runs),), luck, method="percentile", n_resamples=4000, vectorized=True, random_state=1
    ).confidence_interval
    row = by_part(values, resamples=4000).loc["luck"]
    assert (row["low"], row["high"]) == pytest.approx((scipys.low, scipys.high), abs=0.01)


def test_what_is_not_known_about_the_model_is_a_part_of_its_own():
    luck = np.random.default_rng(7)
    cube = crossed(luck, 6, 50, 1.0, 1.0, 0.3)[..., None] + 3.0 * luck.normal(size=(1, 1, 12))
    found = by_part(cube)
    assert list(found.index) == list(PARTS)
    assert found.loc["model", "share"] > 0.6
    assert found["share"].sum() == pytest.approx(1)


def test_where_nothing_differs_no_share_is_said():
    found = by_part(np.full((3, 4), 0.1 + 0.2))
    assert (found["variance"] == 0).all()
    assert found[["share", "low", "high"]].isna().all(axis=None)


tables = arrays(
    float,
    st.tuples(st.integers(2, 5), st.integers(3, 7)),
    elements=st.floats(-100, 100, allow_subnormal=False).map(lambda value: round(value, 3)),
)


@given(tables)
def test_shares_sum_to_one_and_lie_in_their_range(values):
    found = shares_of(values, resamples=50)
    if found["share"].isna().any():
        assert np.ptp(values) < 1e-6
        return
    assert found["share"].sum() == pytest.approx(1)
    assert found[["share", "low", "high"]].stack().between(0, 1 + 1e-12).all()
    assert (found["low"] <= found["high"]).all()


@given(tables)
def test_the_parts_sum_to_half_the_mean_square_of_a_difference(values):
    """Of outcomes that have neither style nor run in common: what the words claim to take apart."""
    whole = shares_of(values, resamples=2)["variance"].sum()
    styles, runs = values.shape
    pairs = [
        (values[i, j] - values[k, m]) ** 2 / 2
        for i, k in itertools.permutations(range(styles), 2)
        for j, m in itertools.permutations(range(runs), 2)
    ]
    assert whole == pytest.approx(np.mean(pairs), rel=1e-6, abs=1e-6)


@given(tables, st.floats(-50, 50), st.sampled_from([-2.0, 0.5, 10.0]), st.randoms(use_true_random=False))
def test_shift_scale_and_order_change_nothing(values, shift, scale, order):
    rows, columns = list(range(values.shape[0])), list(range(values.shape[1]))
    order.shuffle(rows)
    order.shuffle(columns)
    other = shift + scale * values[rows][:, columns]
    was, now = (shares_of(each, resamples=2)["variance"] for each in (values, other))
    assert now.to_numpy() == pytest.approx(scale**2 * was.to_numpy(), rel=1e-6, abs=1e-6)


@pytest.fixture(scope="module")
def split(small):
    return ts.luck_or_leadership(small, {"a": "comfortable", "b": "demanding", "c": "developer"}, 12, 5)


def test_all_styles_meet_the_same_luck(split, small):
    alone = ts.futures(small, "demanding", 12, 5).runs
    rows = split.outcomes.query("style == 'b'").reset_index(drop=True)
    assert rows[list(Measures.model_fields)].equals(alone[list(Measures.model_fields)])
    assert split.styles == ("a", "b", "c")
    assert set(split.shares["measure"]) == set(Measures.model_fields)
    assert split.shares.groupby("measure", sort=False)["part"].agg(list).map(lambda parts: parts == PARTS_OF_TWO).all()


def test_styles_that_are_one_and_the_same_leave_luck_only(small):
    same = ts.luck_or_leadership(small, {"a": "developer", "b": "developer"}, 12)
    rows = same.shares.query("measure == 'output'").set_index("part")
    assert rows.loc["luck", "share"] == pytest.approx(1)
    assert rows.loc["leadership", "variance"] == pytest.approx(0, abs=1e-9)
    assert "0 % is leadership, 100 % is luck" in same.say("output")


def test_saved_and_read_again(split, tmp_path):
    again = ts.VarianceSplit.load(split.save(tmp_path / "kept"))
    assert again.shares.equals(split.shares)
    assert again.outcomes.equals(split.outcomes)
    assert again.say("trust") == split.say("trust")
    assert (again.styles, again.parts, again.levers) == (split.styles, split.parts, split.levers)


def test_several_sets_of_parameters(small, tmp_path):
    sets = [{}, {"recognition_gain": 0.0}]
    split = ts.luck_or_leadership(small, ts.Style.presets(), 8, parameters=sets)
    assert split.parts == PARTS
    rows = split.shares.query("measure == 'engagement'").set_index("part")
    assert rows["share"].sum() == pytest.approx(1)
    assert "not known about the model" in split.say("engagement")
    alone = ts.futures(small, "developer", 8, parameters=sets[1]).runs["engagement"]
    kept = split.outcomes.query("style == 'developer' and model == 1")["engagement"]
    assert kept.tolist() == alone.tolist()
    assert ts.VarianceSplit.load(split.save(tmp_path / "kept")).parts == PARTS


def test_it_says_among_which_styles(small):
    def among(**given):
        return ts.luck_or_leadership(small, runs=2, drawn=3, **given).among

    assert among(styles=ts.Style.presets()) == "among the 6 ready-made styles"
    assert among(styles={"a": "demanding", "b": "developer"}) == "among the 2 styles compared here"
    assert among() == "among 3 styles drawn evenly from the whole range of all levers"
    drawn = "among 3 styles drawn evenly from the whole range of Stretch, all else as it is"
    assert among(levers=["challenge"]) == among(levers="challenge") == drawn


def test_drawn_styles_fill_the_ranges_and_leave_the_rest(small):
    base = ts.Style(autonomy=0.123)
    drawn = styles_drawn(base, ["feedback_weeks", "time_for"], 20, seed=3)
    assert styles_drawn(base, ["feedback_weeks", "time_for"], 20, seed=3) == drawn
    assert {style.autonomy for style in drawn.values()} == {0.123}
    for lever in ("feedback_weeks", "time_for"):
        quantity = ts.Style.quantities()[lever]
        span = (quantity.high - quantity.low) / 20
        cells = {int((getattr(style, lever) - quantity.low) / span) for style in drawn.values()}
        assert cells == set(range(20)), lever


def test_progress_counts_over_all(small):
    seen = []
    ts.luck_or_leadership(small, {"a": "comfortable", "b": "demanding"}, 30, progress=lambda *at: seen.append(at))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (60, 60)


def test_it_can_be_cancelled(small):
    import threading
    from concurrent.futures import CancelledError

    stop = threading.Event()
    with pytest.raises(CancelledError):
        ts.luck_or_leadership(small, runs=5, drawn=3, progress=lambda *_: stop.set(), cancel=stop)


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"styles": {"a": "developer"}}, "styles has to be a mapping from two or more names"),
        ({"styles": ["developer", "demanding"]}, "styles has to be a mapping"),
        ({"styles": {"a": "developer", "b": "develloper"}}, "preset 'develloper' is not known; did you mean"),
        ({"styles": {"a": "developer", "b": "demanding"}, "levers": ["challenge"]}, "give styles or levers, not both"),
        ({"levers": ["chalenge"]}, "lever 'chalenge' is not known; did you mean 'challenge'"),
        ({"levers": []}, "levers is empty"),
        ({"drawn": 1}, "drawn = 1 is not a whole number from 2"),
        ({"runs": 1}, "runs = 1 is not a whole number from 2"),
        ({"seed": -1}, "seed = -1 is not"),
        ({"confidence": 1.0}, "confidence = 1.0 is "),
        ({"parameters": []}, "parameters is empty"),
        ({"parameters": 3}, "parameters = 3 is neither"),
        ({"parameters": [{"gain": 1}]}, "parameters.gain is not known"),
    ],
)
def test_bad_input(asked, line, small):
    with pytest.raises(ts.InputError, match=line) as caught:
        ts.luck_or_leadership(small, **({"runs": 3} | asked))
    assert "\n" not in str(caught.value)


def test_a_measure_that_is_not_there(split):
    with pytest.raises(ts.InputError, match="measure 'trusst' is not known; did you mean 'trust'"):
        split.say("trusst")
