"""Fitted to made-up tables of a known answer; what tells no rate is refused in words; nobody can be found."""

import itertools
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import teamsim as ts
from teamsim.cli import main
from teamsim.evidence.invented import BURN_IN
from teamsim.evidence.survival import MOST_POINTS, Firms, Points
from teamsim.evidence.turning import KNOBS, PACES, Search
from teamsim.hr_privacy import LEAST
from teamsim.parameters import parameters_of
from teamsim.people import ROADS, ExitRecord, PersonState

REAL = Path(__file__).parents[2] / "../shared/data/turnover.csv"
NAMED = {"tenure": "months", "event": "left"}


def table(rows=600, monthly=0.02, followed=100.0, seed=1, **columns):
    """Months until people leave are exponential, and somebody was followed for up to so many months."""
    chance = np.random.default_rng(seed)
    stays, until = chance.exponential(1.0 / monthly, rows), chance.uniform(0.0, followed, rows)
    made = {"number": range(rows), "months": np.minimum(stays, until), "left": (stays <= until).astype(int)}
    return pd.DataFrame(made | columns)


def refused(frame, **named):
    with pytest.raises(ts.InputError) as caught:
        ts.calibrate_to(frame, **{**NAMED, **named})
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Points of a table


def test_points_lie_on_the_known_curve_and_no_row_can_be_read_from_them():
    frame = table(3000)
    months, left = frame["months"].to_numpy(), frame["left"].to_numpy() == 1
    points = Points.of(months, left)
    known = np.exp(-0.02 * points.months)
    assert ((points.low < known) & (known < points.high)).mean() > 0.8
    assert np.abs(points.share - known).max() < 0.03
    between = itertools.pairwise([0, *points.months])
    assert points.exits.tolist() == [((months > low) & (months <= high) & left).sum() for low, high in between]
    assert points.exits.min() >= LEAST <= (months > points.months[-1]).sum()
    assert 8 < len(points.months) <= MOST_POINTS


def test_misses_of_the_truth_are_standard_errors_that_know_nothing_of_each_other():
    chance, truth = np.random.default_rng(2), np.exp(-0.02 * np.arange(200))
    found = []
    for _ in range(200):
        stays, until = chance.exponential(50.0, 400), chance.uniform(0.0, 100.0, 400)
        found.append(Points.of(np.minimum(stays, until), stays <= until).misses(truth)[:4])
    misses = np.array(found)
    assert misses.std(axis=0) == pytest.approx(1.0, rel=0.25)
    assert np.corrcoef(misses.T) == pytest.approx(np.eye(4), abs=0.25)


def test_twice_the_hazard_is_twice_the_exits():
    frame = table(1000)
    points = Points.of(frame["months"].to_numpy(), frame["left"].to_numpy() == 1)
    truth = np.ones(int(points.months[-1]) + 1)
    truth[points.months] = points.share
    assert points.gap(truth) == 0.0
    assert points.expected(truth) == pytest.approx(points.exits)
    assert points.expected(truth**2) == pytest.approx(2 * points.exits)
    assert (points.misses(truth**2) > 0).all()


# Tenures of the model


def test_who_was_there_before_watching_began_enters_with_the_tenure_reached_by_then():
    weeks, watched = 52 * BURN_IN + 100, 52 * BURN_IN
    life = np.zeros((weeks, 4), dtype=PersonState.dtype()).view(np.recarray)
    life[-1]["present"], life[-1]["tenure"] = [1, 1, 1, 0], [300.0, 40.0, 30.0, 7.0]
    life[-1]["leaving"] = [0, 0, ROADS.index("offer"), 0]
    exits = np.zeros(4, dtype=ExitRecord.dtype()).view(np.recarray)
    exits["week"] = [watched - 1, watched, watched + 49, weeks - 1]
    exits["tenure"] = [80.0, 81.0, 20.0, 30.0]
    exits["road"] = [ROADS.index(road) for road in ("offer", "offer", "dismissed", "offer")]
    firms = Firms.__new__(Firms)
    firms.voluntary = False
    assert firms._times(None, life, exits, 0).tolist() == [
        [80.0, 0.0, 0.0, 200.0, 0.0],
        [81.0, 20.0, 30.0, 300.0, 40.0],
        [1.0, 1.0, 1.0, 0.0, 0.0],
    ]
    firms.voluntary = True
    assert firms._times(None, life, exits, 0)[2].tolist() == [1.0, 0.0, 1.0, 0.0, 0.0]


def test_who_gets_more_offers_leaves_sooner_whatever_the_threads():
    usual = parameters_of(None)
    firms = Firms(usual, 2, 1)
    found = firms.survival(usual, [6, 12, 24])
    assert (np.diff(found) < 0).all()
    assert np.array_equal(found, firms.survival(usual, [6, 12, 24], threads=1))
    assert (firms.survival(usual.replace(offer_rate=2 * usual.offer_rate), [6, 12, 24]) < found).all()


# What is fitted


@pytest.fixture(scope="module")
def fitted():
    """Two big groups, of which one leaves twice as often; a group that hardly leaves; one too small to be named."""
    calm, hasty = table(700, 0.01, seed=1, unit="Calm"), table(500, 0.02, seed=2, unit="Hasty")
    loyal, tiny = table(40, 0.001, seed=3, unit="Loyal"), table(6, 0.02, seed=4, unit="Tiny")
    frame = pd.concat([calm, hasty, loyal, tiny], ignore_index=True).assign(number=range(1246))
    looks = []
    fit = ts.calibrate_to(frame, **NAMED, group="unit", runs=3, progress=lambda done, of: looks.append((done, of)))
    return frame, fit, looks


def test_the_base_rate_is_that_of_the_table(fitted):
    """How near the shape comes depends on the rules; how many leave in all does not."""
    _, fit, _ = fitted
    whole = fit.groups.loc["everybody"]
    assert whole["gap"] < whole["gap_before"]
    last = fit.curves[fit.curves["group"] == "everybody"].iloc[-1]
    assert np.log(last["model"]) == pytest.approx(np.log(last["table"]), rel=0.15)
    assert whole["monthly"] == pytest.approx(0.013, abs=0.003)
    assert ((fit.knobs["low"] <= fit.knobs["fitted"]) & (fit.knobs["fitted"] <= fit.knobs["high"])).all()


@pytest.mark.long
def test_turned_knobs_are_found_again_by_the_survival_that_they_made():
    usual = parameters_of(None)
    search = Search(Firms(usual, 8, 1), usual, 96, 1, None, None, None)
    turned = search.begun + np.array([np.log(2.0), 0.6, 0.3, -0.5])
    months = np.array([3, 6, 9, 12, 18, 24, 30, 36, 48, 60, 72, 96])
    share = search.survival(turned)[months]
    points = Points(months, np.full(len(months), 50), share, share, share)
    found = search.fit(points, len(KNOBS)).place
    before, after = (np.sqrt(np.mean(points.misses(search.survival(place)) ** 2)) for place in (search.begun, found))
    assert after < before / 3
    assert found == pytest.approx(turned, abs=0.3)
    paced = search.paced(points, found)
    assert paced[0] == pytest.approx(found, abs=0.1)
    assert paced[1, 0] < paced[0, 0] < paced[2, 0]


def test_groups_differ_in_pace_as_they_do_in_the_table(fitted):
    _, fit, _ = fitted
    groups = fit.groups
    assert groups.loc["Hasty", "monthly"] / groups.loc["Calm", "monthly"] == pytest.approx(2.0, rel=0.25)
    assert groups.loc["Hasty", "low"] > groups.loc["Calm", "high"]
    assert groups.loc["Calm", "pace"] < 1.0 < groups.loc["Hasty", "pace"]
    assert fit.of_groups["Hasty"].offer_rate > fit.parameters.offer_rate > fit.of_groups["Calm"].offer_rate
    assert fit.of_groups["Hasty"].honeymoon_gain == fit.parameters.honeymoon_gain


def test_small_groups_are_merged_and_few_exits_are_not_told(fitted):
    _, fit, _ = fitted
    assert fit.groups.index.tolist() == ["everybody", "Calm", "Hasty", "Loyal"]
    assert set(fit.of_groups) == {"Calm", "Hasty"}
    assert fit.groups.loc["Loyal", "exits":].isna().all()
    assert fit.groups["rows"].tolist()[0] == 1246 == fit.groups["rows"].sum() - 1246
    assert any("1 with too few exits take everybody's pace" in note for note in fit.notes)
    assert "Tiny" not in "".join(fit.notes)


def test_no_row_can_be_read_from_what_comes_out(fitted, tmp_path):
    frame, fit, _ = fitted
    page = ts.charts.save(ts.charts.survival(fit), tmp_path / "fit.html").read_text(encoding="utf-8")
    written = fit.save(tmp_path / "fit.toml").read_text(encoding="utf-8") + fit.curves.to_csv() + repr(fit) + page
    assert not any(str(value) in written for value in frame["months"])
    points = fit.curves.dropna()
    assert set(points["group"]) == {"everybody", "Calm", "Hasty"}
    for name, part in points.groupby("group"):
        rows = frame if name == "everybody" else frame[frame["unit"] == name]
        left = [rows.loc[rows["months"] <= month, "left"].sum() for month in part["months"]]
        assert min(np.diff([0, *left])) >= LEAST


def test_progress_ends_where_it_was_foreseen(fitted):
    _, fit, looks = fitted
    assert looks[-1][0] == looks[-1][1] >= fit.made["looks"] > len(PACES)
    assert [done for done, _ in looks] == sorted(done for done, _ in looks)


def test_the_file_says_where_it_comes_from_and_can_be_simulated_with(fitted, tmp_path, small):
    _, fit, _ = fitted
    path = fit.save(tmp_path / "fitted.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(content["parameters"]) <= {"offer_rate", "push_start", *(knob.name for knob in KNOBS[1:])}
    assert content["fit"]["table"] == "a DataFrame"
    assert content["fit"]["rows"] == 1246
    assert content["fit"]["group"] == "unit"
    assert set(content["groups"]) == {"Calm", "Hasty"}
    for given in (path, str(path), fit.parameters, content["parameters"]):
        assert ts.simulate(small, parameters=given).made.parameters == fit.parameters
    assert parameters_of(content["groups"]["Calm"]) == fit.of_groups["Calm"]
    with pytest.raises(ts.InputError, match=r"path = .* cannot be written: "):
        fit.save(tmp_path / "nowhere" / "fitted.toml")


def test_the_chart_shows_table_and_model_by_group_and_opens_anywhere(fitted, tmp_path):
    _, fit, _ = fitted
    page = ts.charts.save(ts.charts.survival(fit), tmp_path / "fit.html").read_text(encoding="utf-8")
    assert '"Hasty"' in page
    assert "http" not in re.sub(r"<script type=\"module\">.*?</script>", "", page, flags=re.DOTALL).replace(
        "https://vega.github.io/schema", ""
    )
    whole = fit.curves["group"].unique().tolist()
    assert whole == ["everybody", "Calm", "Hasty"]
    with pytest.raises(ts.InputError, match="fit = a DataFrame cannot be drawn here; give a Fit"):
        ts.charts.survival(fit.curves)


def test_nothing_in_the_data_can_end_the_script(tmp_path):
    import altair as alt

    chart = alt.Chart(pd.DataFrame({"a": ["</script><b>"]})).mark_point().encode(x="a:N")
    assert "</script><b>" not in ts.charts.save(chart, tmp_path / "a.html").read_text(encoding="utf-8")


def test_few_exits_tell_a_rate_and_no_shape_and_one_seed_one_answer():
    frame = table(120, 0.008, followed=60.0)
    assert LEAST <= frame["left"].sum() < 40
    fits = [ts.calibrate_to(frame, **NAMED, runs=1, seed=seed) for seed in (5, 5, 6)]
    assert fits[0].parameters == fits[1].parameters != fits[2].parameters
    assert fits[0].knobs.index.tolist() == ["pace"]
    assert fits[0].parameters.honeymoon_gain == parameters_of(None).honeymoon_gain
    assert any("tell a rate and no shape" in note for note in fits[0].notes)


@pytest.mark.long
def test_where_dismissals_are_no_exits_people_leave_on_their_own_account_more_often():
    frame = table(120, 0.008, followed=60.0)
    every, quits = (ts.calibrate_to(frame, **NAMED, runs=6, quits_only=only) for only in (False, True))
    assert quits.knobs.loc["pace", "fitted"] > every.knobs.loc["pace", "fitted"]
    assert quits.made["exits_counted"] == "voluntary"


def test_knobs_stay_within_what_is_declared():
    firms = Firms.__new__(Firms)
    search = Search(firms, parameters_of(None), 12, 1, None, None, None)
    for place in (search.low, search.high):
        found = search.parameters(place)
        assert parameters_of(found.model_dump()) == found


# What is refused


def test_too_few_exits_and_leavers_alone():
    few = table(300, 0.0002)
    assert refused(few) == f"table.left has {few['left'].sum()} exits in rows with a tenure; a rate needs 10 or more"
    leavers = table(200).assign(left=1)
    assert refused(leavers) == (
        "table.left has 200 exits and 0 who stayed: leavers alone do not tell how often people leave; put in at least "
        "10 who stayed"
    )
    after = pd.DataFrame({"number": range(40), "months": [*range(41, 56), *range(1, 26)], "left": [1] * 15 + [0] * 25})
    assert refused(after) == "table.months has no month by which 10 had left and 10 were still there"


def test_impossible_tenures_are_named_with_their_line(tmp_path):
    frame = table(60)
    frame.loc[6, "months"] = -3.0
    assert refused(frame) == "table.months = -3 is not a number of months in 0..840 (row 7)"
    file = tmp_path / "people.csv"
    frame.assign(months=frame["months"] * 30).to_csv(file, index=False)
    said = r"table\.months = [-.\d]+ is not a number of months in 0\.\.840 \(people\.csv, line \d+, and \d+ more\)"
    assert re.fullmatch(said, refused(file))


def test_many_repeats_have_to_be_explained():
    frame = table(400)[["months", "left"]].round(0)
    assert re.match(r"table has 2\d\d of 400 rows that repeat another in every column, more than ", refused(frame))
    kept = ts.calibrate_to(frame, **NAMED, runs=1, keep_repeated=True)
    assert kept.groups.loc["everybody", "rows"] == 400
    assert not any("repeated another" in note for note in kept.notes)
    slips = pd.concat([table(120, 0.008, followed=60.0)] * 2).iloc[:125]
    dropped = ts.calibrate_to(slips, **NAMED, runs=1)
    assert dropped.groups.loc["everybody", "rows"] == 120
    assert any("5 of 125 rows repeated another in every column and were dropped" in note for note in dropped.notes)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tenure": "month"}, "table.month is not a column; did you mean 'months'? Known: "),
        ({"event": "months"}, "table.months is named for tenure and event; name it once"),
        ({"group": "gender"}, "table.gender looks like gender, which must not shape a cast; name another column as g"),
        ({"group": "who"}, "table.who holds what looks like gender, which must not shape a cast; name another column"),
        ({"event": "word"}, "table.word = 'left' is not 0 (stayed) or 1 (left) (row 1, and 59 more)"),
        ({"runs": 0}, "runs = 0 is outside 1..10000"),
        ({"seed": -1}, "seed = -1 is outside 0..1000000000"),
        ({"parameters": {"pace": 1}}, "parameters.pace is not known"),
    ],
)
def test_bad_input(given, said):
    frame = table(60, gender="f", who=["f", "m"] * 30, word="left")
    assert refused(frame, **given).startswith(said)


def test_unreadable_files(tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(b"months,left\n1,\0\n")
    assert refused(file) == "people.csv is no text in an encoding known here (utf-8, cp1252, latin-1)"
    assert refused(tmp_path / "none.csv").startswith("table = ")
    file = tmp_path / "people.xlsx"
    file.write_bytes(b"PK")
    assert refused(file) == "people.xlsx is a spreadsheet; save it as CSV (UTF-8) and give that"


def test_files_of_parameters_that_cannot_be_used(tmp_path):
    file = tmp_path / "own.toml"
    for text, said in (
        ("[parameters]\noffer_rate = 3\n", r"parameters.offer_rate = 3 is outside 0..1 \(own.toml\)"),
        ("offer_rate = 3\n", r"own.toml has no table \[parameters\]"),
        ("[parameters\n", "parameters = .* cannot be read: "),
    ):
        file.write_text(text)
        with pytest.raises(ts.InputError, match=said):
            parameters_of(file)
    with pytest.raises(ts.InputError, match=r"parameters = none.toml is not there"):
        parameters_of("none.toml")


def test_it_can_be_cancelled():
    stop = threading.Event()

    def progress(done, total):
        if done == 2:
            stop.set()

    with pytest.raises(CancelledError, match="cancelled after 2 looks"):
        ts.calibrate_to(table(), **NAMED, runs=1, progress=progress, cancel=stop)


# On the command line


def test_the_command_writes_numbers_and_a_chart_beside_them(tmp_path, capsys):
    frame, output = tmp_path / "people.csv", tmp_path / "own.toml"
    table(120, 0.008, followed=60.0).to_csv(frame, index=False)
    named = ["--data", str(frame), "--tenure", "months", "--event", "left"]
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", *named, "--runs", "1", "--seed", "2", "--output", str(output)])
    said = capsys.readouterr().out
    assert not stop.value.code
    assert re.search(r"\neverybody +120 ", said)
    assert f"Saved in {output}, drawn in {tmp_path / 'own.html'}" in said
    assert (tmp_path / "own.html").is_file()
    with pytest.raises(SystemExit) as stop:
        main(["run", "--parameters", str(output), "--weeks", "4"])
    assert not stop.value.code
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", *named, "--output", str(tmp_path / "none" / "own.toml")])
    assert stop.value.code == 1
    assert re.match(r"teamsim: output = .* is no file to write: it ends in .toml and lies ", capsys.readouterr().err)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_it_and_leaves_nothing_behind(tmp_path):
    table().to_csv(tmp_path / "people.csv", index=False)
    arguments = ["calibrate", "--data", "people.csv", "--tenure", "months", "--event", "left", "--runs", "40"]
    loaded = "import teamsim.charts, teamsim.evidence; from teamsim.cli import main; print(flush=True)"
    command = [sys.executable, "-c", f"{loaded}; main({arguments})"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    process.stdout.readline()
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "teamsim: stopped"
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.skipif(not REAL.is_file(), reason="the real HR file lies beside the project and does not travel with it")
def test_a_real_file_is_met_within_five_points():
    fit = ts.calibrate_to(REAL, tenure="stag", event="event", runs=6)
    whole = fit.groups.loc["everybody"]
    assert (whole["rows"], whole["exits"]) == (1116, 560)
    assert whole["gap"] < 0.05
    assert any("13 of 1,129 rows repeated another" in note for note in fit.notes)
