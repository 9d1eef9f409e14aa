"""Results travel with all that made them; what is not a result is refused in one line."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import teamsim as ts
from bits import assert_equal
from teamsim.compiler import fingerprint, rules_hash
from teamsim.people import Drivers, Measures
from teamsim.world import EVERYBODY

KINDS = (ts.Run, ts.Futures, ts.Comparison)
PLAN = {0: "hands-off", 9: "developer"}
EVENTS = [{"week": 3, "kind": "raise", "amount": 0.2}]


def made(kind, scenario, numbers=None):
    conduct = ts.Plan(styles=PLAN, events=EVENTS)
    if kind is ts.Run:
        return ts.simulate(scenario, conduct, 7, run=2, parameters=numbers)
    if kind is ts.Futures:
        return ts.futures(scenario, conduct, 6, 7, parameters=numbers)
    return ts.compare(scenario, {"plan": conduct, "hard": "demanding"}, 6, 7, parameters=numbers)


@pytest.mark.parametrize("kind", KINDS)
def test_saved_and_loaded_is_the_same(kind, busy, tmp_path):
    result = made(kind, busy, {"offer_rate": 0.1})
    folder = result.save(tmp_path / "kept")
    found = kind.load(folder)
    for table in kind.tables:
        pd.testing.assert_frame_equal(getattr(found, table), getattr(result, table), check_exact=True)
    assert found.scenario == result.scenario
    assert found.made == result.made
    again = kind.load(found.save(tmp_path / "again"))
    for table in kind.tables:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(result, table), check_exact=True)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_without_a_row_too(kind, tmp_path):
    """Where nobody ever left."""
    team = {"name": "T", "leader": {"name": "L"}, "people": [{"name": "A"}]}
    scenario = ts.Scenario(name="still", weeks=2, teams=[team], market={"tightness": 0})
    result = made(kind, scenario, {"push_start": -15.0, "push_strain": 0.0})
    found = kind.load(result.save(tmp_path / "kept"))
    for table in kind.tables:
        pd.testing.assert_frame_equal(getattr(found, table), getattr(result, table), check_exact=True)


@pytest.mark.parametrize("kind", KINDS)
def test_what_made_it_is_written_down(kind, busy, tmp_path):
    folder = made(kind, busy, {"offer_rate": 0.1}).save(tmp_path / "kept")
    content = json.loads((folder / "made.json").read_text(encoding="utf-8"))
    assert content["kind"] == kind.__name__
    note = content["made"]
    assert note["version"] == ts.__version__
    assert note["rules"] == rules_hash()
    assert note["machine"] == fingerprint()
    assert set(note["machine"]) == {"compiler", "processor", "system"}
    assert note["seed"] == 7
    assert (note["first_run"], note["runs"]) == {ts.Run: (2, 1), ts.Futures: (0, 6), ts.Comparison: (0, 6)}[kind]
    assert note["parameters"]["offer_rate"] == 0.1
    assert ts.Scenario(**note["scenario"]) == busy
    assert set(note["plans"]) == {EVERYBODY, *busy.leaders}
    for plan in note["plans"].values():
        assert ts.Plan(**plan) == ts.Plan(styles=PLAN, events=EVENTS)
    if kind is ts.Comparison:
        assert list(content["styles"]) == ["plan", "hard"]
        assert content["confidence"] == 0.95


def test_a_loaded_result_can_be_made_again(busy, tmp_path):
    many = made(ts.Futures, busy, {"offer_rate": 0.1})
    found = ts.Futures.load(many.save(tmp_path / "kept"))
    assert_equal(found.open(3), many.open(3))
    run = made(ts.Run, busy)
    note = ts.Run.load(run.save(tmp_path / "run")).made
    assert_equal(
        ts.simulate(note.scenario, note.conduct, note.seed, run=note.first_run, parameters=note.parameters), run
    )


SAVED = Path(__file__).with_name("saved-93fa7c2.zip")
"""A run and futures that the version before these rules saved."""
AGAIN = {
    "rewind": lambda run, _: run.rewind(3),
    "rewind in the lab": lambda run, _: ts.lab.Rewind(run),
    "show it in the lab": lambda run, _: ts.lab.Rewind(ts.simulate(run.scenario)).show(run) or run,
    "replay": lambda run, _: run.interview(0).replay(),
    "open": lambda _, many: many.open(2),
    "panel": lambda _, many: many.panel(4),
    "save_panel": lambda _, many: many.save_panel("panel.parquet", 4),
    "tenures": lambda _, many: many.tenures(),
}


@pytest.fixture
def earlier(tmp_path):
    shutil.unpack_archive(SAVED, tmp_path)
    return ts.Run.load(tmp_path / "run"), ts.Futures.load(tmp_path / "futures")


@pytest.mark.parametrize("what", AGAIN)
def test_what_other_rules_lived_can_be_read_but_not_lived_again(what, earlier):
    """It would be another history."""
    assert [len(one.exits) > 0 for one in earlier] == [True, True]
    assert earlier[0].interview(0).shares["log_odds"].sum() == pytest.approx(earlier[0].interview(0).log_odds)
    assert [ts.charts.exits(one).to_dict() for one in earlier]
    assert ts.charts.people(earlier[0]).to_dict()
    told = r"^result was lived by other rules \(teamsim [\d.]+, rules [0-9a-f]{16}; here they are [0-9a-f]{16}\): "
    with pytest.raises(ts.InputError, match=told + "its tables can be read, but it cannot be lived again$"):
        AGAIN[what](*earlier)


def test_a_driver_declared_since_weighed_nothing(earlier, tmp_path):
    run = earlier[0]
    last = list(Drivers.model_fields)[-1]
    exits = pd.read_parquet(tmp_path / "run" / "exits.parquet")
    exits.drop(columns=f"drivers_{last}").to_parquet(tmp_path / "run" / "exits.parquet", index=False)
    found = ts.Run.load(tmp_path / "run")
    assert set(found.exits) == set(run.exits)
    assert (found.exits[f"drivers_{last}"] == 0.0).all()
    assert ts.charts.exits(found).to_dict()


@pytest.mark.parametrize("what", AGAIN)
def test_what_another_machine_lived_does_everything_here(what, busy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind, name in ((ts.Run, "run"), (ts.Futures, "futures")):
        note = made(kind, busy).save(tmp_path / name) / "made.json"
        content = json.loads(note.read_text(encoding="utf-8"))
        content["made"]["machine"] = {"compiler": "another", "processor": "another", "system": "another"}
        note.write_text(json.dumps(content), encoding="utf-8")
    assert AGAIN[what](ts.Run.load(tmp_path / "run"), ts.Futures.load(tmp_path / "futures")) is not None


def test_saving_again_replaces_a_result(small, busy, tmp_path):
    made(ts.Run, busy).save(tmp_path / "kept")
    made(ts.Run, small).save(tmp_path / "kept")
    assert ts.Run.load(tmp_path / "kept").scenario == small


def test_promotions_are_what_the_life_lines_say(ladder, upheaval, tmp_path):
    run = ts.simulate(ladder, upheaval, 2)
    assert run.promotions.columns.tolist() == ts.Run.columns("promotions")["column"].tolist()
    assert len(run.promotions) == (run.events["event"] == "promoted").sum() > 4
    for row in run.promotions.itertuples():
        life = run.people[run.people["person"] == row.person].set_index("week")
        assert (life.loc[row.week - 1, "seat"], life.loc[row.week, "seat"]) == (row.from_seat, row.to_seat)
        assert (life.loc[row.week - 1, "team"], life.loc[row.week, "team"]) == (row.from_team, row.to_team)
        assert row.rating == life.loc[row.week - 1, "rating"]
        led = run.people[(run.people["team"] == row.leads) & (run.people["week"] == row.week)]
        assert set(led["leader"]) <= {row.person}
        assert row.leads == row.from_team
        team = run.weeks[(run.weeks["group"] == row.leads) & run.weeks["week"].between(row.week, row.week + 25)]
        assert row.result_after == pytest.approx(team["output"].sum() / (team["skill"] * team["people"]).sum())
        before = life.loc[row.week - 26 : row.week - 1, "engagement"]
        assert row.engagement_before == before.cumsum().iloc[-1] / len(before), "added up week by week"
    assert ts.Run.load(run.save(tmp_path / "kept")).promotions.equals(run.promotions)


def test_exits_name_who_led_at_the_time(ladder, upheaval):
    run = ts.simulate(ladder, upheaval, 2)
    people = run.people.set_index(["week", "person"])
    led_by = [people.loc[(row.week, row.person), "leader"] for row in run.exits.itertuples()]
    assert run.exits["leader"].tolist() == led_by
    assert not set(run.exits["leader"]) <= {*ladder.leaders, "nobody"}, "some leave a leader who was promoted"


def one_line(caught):
    assert "\n" not in str(caught.value)


def test_a_foreign_folder_is_left_alone(small, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious", encoding="utf-8")
    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(ts.InputError, match="holds something else; give an empty or a new folder") as caught:
            ts.simulate(small).save(place)
        one_line(caught)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(("kept", "asked"), [(a, b) for a in KINDS for b in KINDS if a is not b])
def test_a_result_of_another_kind(kept, asked, small, tmp_path):
    made(kept, small).save(tmp_path / "kept")
    with pytest.raises(ts.InputError, match=f"'kept' holds a {kept.__name__}, not a {asked.__name__}") as caught:
        asked.load(tmp_path / "kept")
    one_line(caught)


SPOILT = {
    "nothing there": lambda folder: [path.unlink() for path in folder.iterdir()],
    "a table missing": lambda folder: (folder / "exits.parquet").unlink(),
    "a table cut short": lambda folder: (folder / "exits.parquet").write_bytes(
        (folder / "exits.parquet").read_bytes()[:50]
    ),
    "a table of something else": lambda folder: (folder / "exits.parquet").write_bytes(b"not a table"),
    "not JSON": lambda folder: (folder / "made.json").write_text("{", encoding="utf-8"),
    "not text": lambda folder: (folder / "made.json").write_bytes(b"\xff\xfe\x00\xd8"),
    "JSON of something else": lambda folder: (folder / "made.json").write_text("[1, 2]", encoding="utf-8"),
    "a part missing": lambda folder: (folder / "made.json").write_text('{"kind": "Run"}', encoding="utf-8"),
    "a part of another type": lambda folder: (folder / "made.json").write_text(
        '{"kind": "Run", "made": 3}', encoding="utf-8"
    ),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_result_that_cannot_be_read(spoil, small, tmp_path):
    folder = ts.simulate(small).save(tmp_path / "kept")
    spoil(folder)
    with pytest.raises(ts.InputError, match="kept") as caught:
        ts.Run.load(folder)
    one_line(caught)


def test_columns_are_explained(busy):
    run = ts.simulate(busy, "demanding", 4)
    keys = {"week", "group", "team", "leader", "seat", "person", "regretted"}
    for table in ("weeks", "people", "exits"):
        explained = ts.Run.columns(table)
        assert list(explained) == ["column", "unit", "meaning"]
        assert not explained.eq("").any().any()
        assert set(getattr(run, table).columns) - set(explained["column"]) <= keys
    assert set(Measures.quantities()) == set(ts.Run.columns("weeks")["column"])
    with pytest.raises(ts.InputError, match="table 'poeple' is not known; did you mean 'people'"):
        ts.Run.columns("poeple")


def test_tables_are_tidy(busy):
    run = ts.simulate(busy, "demanding", 4)
    assert not run.weeks.duplicated(["week", "group"]).any()
    assert not run.people.duplicated(["week", "seat"]).any()
    assert not run.people.duplicated(["week", "person"]).any()
    assert len(run.weeks) == busy.weeks * (4 + 2)
    assert len(run.people) == run.weeks.query("group == 'organisation'")["people"].sum()
    assert set(run.exits["road"]) <= {"offer", "exhaustion", "dismissed"}
    left = run.people[run.people["leaving"] != ""]
    assert left[["week", "person"]].to_numpy().tolist() == run.exits[["week", "person"]].to_numpy().tolist()
    assert (run.exits["stated"] == "").eq(run.exits["road"] == "dismissed").all()


def test_every_event_of_a_plan_is_in_the_record(small):
    """What a leader did on a date stands among the events of that week, whatever its kind."""
    events = [
        {"week": 3, "kind": "raise", "amount": 0.2, "who": "Ana"},
        {"week": 5, "kind": "praise", "who": "Ben"},
        {"week": 7, "kind": "broken promise", "who": "Cid"},
    ]
    style = ts.Style(commitments_kept=1, recognition_weeks=52)
    found = ts.simulate(small, ts.Plan(styles={0: style}, events=events)).events
    for week, person, event in ((3, "Ana", "raise"), (5, "Ben", "praise"), (7, "Cid", "promise broken")):
        mine = (found["week"] == week) & (found["person"] == person) & (found["event"] == event)
        assert mine.sum() == 1, event


def test_futures_tables(busy):
    many = ts.futures(busy, "demanding", 9, 3)
    assert many.runs["run"].tolist() == list(range(9))
    assert many.exits.groupby("run").size().sum() == len(many.exits)
    voluntary = many.exits.query("road != 'dismissed'").groupby("run").size().reindex(range(9), fill_value=0)
    assert (many.runs["left_for_offer"] + many.runs["left_exhausted"]).tolist() == voluntary.tolist()
    one = many.weeks.query("group == 'organisation' and measure == 'engagement' and week == 5").iloc[0]
    values = sorted(
        many.open(run).weeks.query("group == 'organisation' and week == 5")["engagement"].iloc[0] for run in range(9)
    )
    assert one["median"] == values[4]
    assert one["mean"] == pytest.approx(sum(values) / 9, rel=1e-12)
    assert one["q10"] <= one["q25"] <= one["median"] <= one["q75"] <= one["q90"]


@pytest.mark.parametrize("run", [-1, 9, 1.0, "1", None])
def test_opening_what_is_not_there(run, small):
    with pytest.raises(ts.InputError, match=r"run = .* is outside 0..8") as caught:
        ts.futures(small, runs=9).open(run)
    one_line(caught)


def test_groups_of_futures(small, tmp_path):
    many = ts.futures(small, runs=3)
    assert (many.runs_of("top third")["people"] < many.runs["people"]).all()
    with pytest.raises(ts.InputError, match="did you mean 'top third'"):
        many.runs_of("top thrid")
    with pytest.raises(ts.InputError, match="not in a saved result"):
        ts.Futures.load(many.save(tmp_path / "kept")).runs_of("top third")
