"""The same luck under another style: differences pair by pair, with their intervals."""

import numpy as np
import pytest
from scipy import stats

import teamsim as ts
from teamsim.statistics.pairs import paired_interval


def test_an_interval_is_that_of_scipy():
    luck = np.random.default_rng(1)
    base = luck.normal(size=30)
    other = base + 0.3 + 0.1 * luck.normal(size=30)
    for confidence in (0.8, 0.95, 0.999):
        found = paired_interval(base, other, confidence)
        paired = stats.ttest_rel(other, base).confidence_interval(confidence)
        apart = stats.ttest_ind(other, base, equal_var=False).confidence_interval(confidence)
        assert found["difference"] == pytest.approx(np.mean(other - base))
        assert (found["low"], found["high"]) == pytest.approx((paired.low, paired.high))
        assert found["narrower"] == pytest.approx((apart.high - apart.low) / (paired.high - paired.low))


def test_by_hand():
    """Differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t(2) at 97.5 % = 4.302653."""
    found = paired_interval(np.array([0.0, 10.0, 20.0]), np.array([1.0, 12.0, 23.0]), 0.95)
    assert found["difference"] == 2
    assert found["high"] - 2 == pytest.approx(4.302652729911275 / np.sqrt(3))


def test_no_difference_at_all():
    found = paired_interval(np.ones(5), np.ones(5), 0.95)
    assert (found["difference"], found["low"], found["high"]) == (0, 0, 0)
    assert np.isnan(found["narrower"])


def test_a_style_against_itself_differs_in_nothing(busy):
    found = ts.compare(busy, {"a": "developer", "b": "developer"}, 10).differences
    assert (found["difference"] == 0).all()
    assert (found["low"] == 0).all()


def test_it_holds_the_futures_of_each(busy):
    found = ts.compare(busy, {"a": "comfortable", "b": "demanding", "c": "developer"}, 12, 5)
    assert found.styles == ("a", "b", "c")
    assert set(found.differences["style"]) == {"b", "c"}
    assert (found.differences["against"] == "a").all()
    alone = ts.futures(busy, "demanding", 12, 5)
    assert found["b"]._raw["measures"].tobytes() == alone._raw["measures"].tobytes()
    pairs = found["b"].runs["engagement"] - found["a"].runs["engagement"]
    row = found.differences.query("style == 'b' and group == 'organisation' and measure == 'engagement'").iloc[0]
    expected = stats.ttest_1samp(pairs, 0).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert found.runs.groupby("style").size().tolist() == [12, 12, 12]


def test_pairing_narrows(twelve):
    """The same luck cancels: a small change of one lever is seen with intervals several times narrower."""
    style = ts.Style(pressure=0.4)
    found = ts.compare(twelve, {"a": style, "b": style.replace(pressure=0.5)}, 100, threads=2).differences
    rows = found.query("group == 'organisation'").set_index("measure")
    assert rows.loc["output", "narrower"] > 1
    assert rows.loc["strain", "narrower"] > 1
    assert rows.loc["strain", "low"] > 0


def test_more_confidence_is_wider(small):
    styles = {"a": "comfortable", "b": "demanding"}
    narrow, wide = (ts.compare(small, styles, 20, confidence=c).differences for c in (0.5, 0.99))
    assert ((wide["high"] - wide["low"])[narrow["high"] > narrow["low"]] > 0).all()
    seen = narrow["high"] > narrow["low"]
    assert ((wide["high"] - wide["low"])[seen] > (narrow["high"] - narrow["low"])[seen]).all()


def test_progress_counts_over_all_styles(small):
    seen = []
    ts.compare(small, {"a": "comfortable", "b": "demanding"}, 30, threads=2, progress=lambda *at: seen.append(at))
    done = [one for one, _ in seen]
    assert done == sorted(set(done))
    assert seen[-1] == (60, 60)
    assert {total for _, total in seen} == {60}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"styles": {"a": "developer"}}, "styles has to be a mapping from two or more names"),
        ({"styles": ["developer", "demanding"]}, "styles has to be a mapping"),
        (
            {"styles": {"a": "developer", "b": "develloper"}},
            "preset 'develloper' is not known; did you mean 'developer'",
        ),
        ({"styles": {"a": "developer", "b": 3}}, "3 is neither a Style, nor a Plan"),
        ({"runs": 1}, "runs = 1 is not a whole number from 2"),
        ({"runs": 2.5}, "runs = 2.5 is not"),
        ({"confidence": 0}, "confidence = 0 is "),
        ({"confidence": 1.0}, "confidence = 1.0 is "),
        ({"confidence": float("nan")}, "confidence = nan"),
        ({"confidence": "x"}, "confidence = 'x'"),
        ({"seed": -1}, "seed = -1 is not"),
    ],
)
def test_bad_input(given, line, small):
    asked = {"styles": {"a": "developer", "b": "demanding"}, "runs": 3} | given
    with pytest.raises(ts.InputError, match=line) as caught:
        ts.compare(small, **asked)
    assert "\n" not in str(caught.value)


def test_a_style_that_is_not_there(small, tmp_path):
    found = ts.compare(small, {"now": "comfortable", "then": "demanding"}, 3)
    with pytest.raises(ts.InputError, match="style 'than' is not known; did you mean 'then'"):
        found["than"]
    with pytest.raises(ts.InputError, match="a saved comparison keeps tables only"):
        ts.Comparison.load(found.save(tmp_path / "kept"))["then"]
