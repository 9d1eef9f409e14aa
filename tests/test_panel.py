"""The panel says what the life lines say, and what became of people, as far as it can be known."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import teamsim as ts
from teamsim.evidence.casts import cast
from teamsim.panel import tables
from teamsim.panel.declared import ANSWER, SURVEYED

EVERY, RUNS = 13, 4
COUNTED = {
    "talks": "talk", "praises": "praise", "challenges": "stretched", "promises_broken": "breach",
    "raised": "raised",
    "promoted": "promoted", "passed_over": "passed_over", "counter_offers": "countered",
}  # fmt: skip
COPIED = {"pay_market": "pay_ratio"} | {
    name: name
    for name in (
        "tenure", "rating", "standing", "contribution", "talent", "skill", "lead_skill", "engagement", "strain",
        "trust", "felt_care", "search", "embeddedness", "felt_growth",
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def many():
    """Three levels, in a market that moves people."""
    scenario = cast("firm").replace(weeks=130, market={"tightness": 3.0, "hiring_weeks": 4.0})
    return ts.futures(scenario, {"": "developer", "Manager 00": "micromanager"}, runs=RUNS, seed=5)


@pytest.fixture(scope="module")
def found(many):
    return many.panel(EVERY)


@pytest.fixture(scope="module", params=range(2))
def one(request, many, found):
    """A run whole, its life lines by person and week, and its part of the panel."""
    run = many.open(request.param)
    return run, run.people.set_index(["person", "week"]).sort_index(), found[found["run"] == request.param]


def test_everybody_is_asked_who_is_not_leaving(one):
    run, _, rows = one
    asked = run.people[(run.people["week"] % EVERY == EVERY - 1) & (run.people["leaving"] == "")]
    assert len(rows) == len(asked)
    there = rows[["person", "week", "team", "leader"]].astype({"person": str, "team": str, "leader": str})
    merged = there.merge(asked, on=["person", "week"], suffixes=("", "_life"))
    assert (merged["team"] == merged["team_life"]).all()
    assert (merged["leader"] == merged["leader_life"]).all()
    for name, state in COPIED.items():
        together = there.assign(value=rows[name]).merge(asked, on=["person", "week"])
        assert (together["value"] == together[state]).all(), name


def test_what_happened_since_the_last_survey_is_counted(one):
    _, lives, rows = one
    for row in rows.sample(60, random_state=1).itertuples():
        life = lives.loc[row.person].loc[row.week - EVERY + 1 : row.week]
        assert row.weeks == len(life)
        assert row.output == pytest.approx(life["output"].mean())
        assert row.offers == (life["offer"] > 0).sum()
        for name, event in COUNTED.items():
            assert getattr(row, name) == pytest.approx(life[event].sum()), name
        before = lives.loc[row.person].loc[: row.week, "promoted"].sum()
        assert row.promotions == before
        if row.week - 52 in lives.loc[row.person].index:
            then = lives.loc[(row.person, row.week - 52), "pay_ratio"]
            assert row.pay_growth == pytest.approx(np.log(row.pay_market / then) + 0.03)
        else:
            assert np.isnan(row.pay_growth)


def test_colleagues_are_compared_with_and_missed(one):
    run, lives, rows = one
    people = run.people
    pays = {key: group.set_index("person")[["pay_ratio", "skill"]] for key, group in people.groupby(["team", "week"])}
    leader_at = people.drop_duplicates(["team", "week"]).set_index(["team", "week"])["leader"].to_dict()
    exits = people[people["leaving"] != ""].assign(dismissed=lambda table: table["leaving"] == "dismissed")
    counts = exits.groupby(["team", "week", "dismissed"])["top"].agg(["count", "sum"]).T.to_dict("list")
    for row in rows.sample(80, random_state=2).itertuples():
        now = pays[row.team, row.week]
        others = now.drop(index=row.person)
        assert row.people == len(now)
        if len(others):
            assert row.pay_peers == pytest.approx(row.pay_market / others["pay_ratio"].median())
        life = lives.loc[row.person].loc[row.week - EVERY + 1 : row.week]
        around = [(team, week) for week, team in life["team"].items()]
        skills = pd.concat([pays[place]["skill"].drop(index=row.person) for place in around])
        assert row.peers == pytest.approx(len(skills) / len(around))
        assert row.peers_skill == pytest.approx(skills.mean(), nan_ok=True)
        quits = [counts.get((*place, False), [0, 0]) for place in around]
        assert (row.peers_left, row.stars_left) == tuple(np.sum(quits, axis=0))
        assert row.peers_dismissed == sum(counts.get((*place, True), [0, 0])[0] for place in around)
        led = [(leader_at.get((team, week - 1)), leader_at[team, week]) for team, week in around if week > 0]
        if None not in (before for before, _ in led):
            assert row.leader_left == sum(before not in ("nobody", after) for before, after in led)
            assert row.leader_replaced == sum(after not in ("nobody", before) for before, after in led)


def test_what_became_of_people_is_told_as_far_as_it_is_known(one):
    run, lives, rows = one
    weeks = run.scenario.weeks
    exits = run.exits.set_index("person")
    for row in rows.sample(400, random_state=3).itertuples():
        gone = exits.loc[row.person] if row.person in exits.index else None
        last = weeks - 1 if gone is None else gone["week"]
        assert row.followed == last - row.week
        assert row.left == ("still there" if gone is None else gone["road"])
        for span, quits, left in ((52, row.quit_12, row.exit_12), (EVERY, row.quit_next, row.exit_next)):
            if row.week + span > weeks - 1:
                assert np.isnan(quits)
                assert np.isnan(left)
                continue
            within = gone is not None and gone["week"] <= row.week + span
            assert left == within
            if within and gone["road"] == "dismissed":
                assert np.isnan(quits)
            else:
                assert quits == within
    assert len(lives)


def test_tenures_hold_everybody_once(many):
    times = many.tenures()
    for number in range(RUNS):
        run, part = many.open(number), times[times["run"] == number]
        ages = run.people.groupby("person")["tenure"]
        assert part["person"].astype(str).tolist() == pd.unique(part["person"].astype(str)).tolist()
        assert set(part["person"]) == set(run.people["person"])
        joined = part.set_index(part["person"].astype(str))
        assert (joined["tenure_to"] == ages.max()[joined.index]).all()
        assert (joined["tenure_from"] == ages.min()[joined.index] - 1).all()
        assert (joined["left"] != "still there").sum() == len(run.exits)
        assert ((joined["hired"] == 1) == joined.index.str.startswith("hire ")).all()


def test_who_was_promoted_stays_the_same_person(many, found):
    risen = found[(found["promoted"] > 0) & (found["tenure"] > EVERY)]
    assert len(risen)
    assert (risen["leads"] == 1).all()


def test_answers_are_four_fifths_of_what_is_felt():
    rows = ts.futures(cast("firm").replace(weeks=104), runs=40).panel(26)
    for name in SURVEYED:
        share = np.corrcoef(rows[name], rows[name + ANSWER])[0, 1] ** 2
        assert 0.75 < share < 0.85, name


def test_noise_is_keyed_by_person_and_week(many, found):
    np.random.seed(1)  # noqa: NPY002
    again = many.panel([12, 64], threads=1)
    whole = found.merge(again.astype({"person": str}), on=["run", "person", "week"], suffixes=("", "_again"))
    assert len(whole) == len(again)
    mine, other = whole["strain_answer"] - whole["strain"], whole["strain_answer_again"] - whole["strain_again"]
    ratio = mine / other
    assert ratio.std() < 1e-6, "another sample to be normed on changes how large the noise is, nothing else"
    noise = [found[name + ANSWER] - found[name] for name in ("strain", "trust", "engagement")]
    assert np.abs(np.corrcoef(noise) - np.eye(3)).max() < 0.08, "each state has noise of its own"


def test_it_is_written_in_parts(many, found, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(tables, "NORMED_ON", 2)
    whole = many.panel(EVERY)
    path = many.save_panel(tmp_path / "panel.parquet", EVERY)
    file = pq.ParquetFile(path)
    assert file.num_row_groups == RUNS // 2
    back = file.read().to_pandas()
    for name in back:
        same = (back[name].astype(str) == whole[name].astype(str)) | (back[name].isna() & whole[name].isna())
        assert same.all(), name
    assert file.schema_arrow.field("strain").metadata[b"meaning"] == b"Exhaustion."
    states = [name for name in whole if not name.endswith(ANSWER)]
    names = dict.fromkeys(("person", "team", "leader", "left"), str)
    assert whole[states].astype(names).equals(found[states].astype(names)), "parts change nothing but the noise"


def test_a_panel_is_written_whole_or_not_at_all(many, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(tables, "NORMED_ON", 2)
    path = many.save_panel(tmp_path / "panel.parquet", EVERY)
    kept = path.read_bytes()

    def stop(done, _):
        if done > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many.save_panel(path, EVERY, progress=stop)
    assert path.read_bytes() == kept
    assert [one.name for one in tmp_path.iterdir()] == ["panel.parquet"]
    with pytest.raises(ts.InputError, match="cannot be written"):
        many.save_panel(tmp_path / "nowhere" / "panel.parquet", EVERY)


def test_every_column_is_explained(many, found):
    for table, frame in (("panel", found), ("tenures", many.tenures())):
        said = ts.Futures.columns(table)
        assert said["column"].tolist() == frame.columns.tolist()
        assert (said[["unit", "group", "meaning"]].astype(bool)).all().all()
        assert said["meaning"].str.endswith(".").all()
    with pytest.raises(ts.InputError, match="table 'people' is not known"):
        ts.Futures.columns("people")


def test_redraws_are_the_same_until_the_fork():
    fork = ts.futures(cast("firm").replace(weeks=60), runs=2)
    from teamsim.people import Fork

    redrawn = ts.futures(fork.scenario, runs=3, fork=Fork(week=30), redraws_of=1)
    rows, first = redrawn.panel([20, 50]), fork.panel([20, 50])
    states = ["person", "engagement", "skill", "pay"]
    for number in range(3):
        early = rows[(rows["run"] == number) & (rows["week"] == 20)][states].reset_index(drop=True)
        there = first[(first["run"] == 1) & (first["week"] == 20)][states].reset_index(drop=True)
        assert early.astype({"person": str}).equals(there.astype({"person": str}))
        late = redrawn.open(number).people.query("week == 50 and leaving == ''")["engagement"].to_numpy()
        assert (rows[(rows["run"] == number) & (rows["week"] == 50)]["engagement"].to_numpy() == late).all()


@pytest.mark.parametrize("weeks", [0, 131, -4, 1.5, "often", [], [200], True, [12.0], [True], np.ones((2, 2))])
def test_bad_input(many, weeks):
    with pytest.raises(ts.InputError, match="every_weeks"):
        many.panel(weeks)
