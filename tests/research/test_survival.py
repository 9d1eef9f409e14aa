"""A sweep's folder is good, whatever happens to the process, the disk or its neighbours."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import interrupted
import teamsim as ts
from teamsim.parameters import parameters_of
from teamsim.research import study as module
from teamsim.research.store import Folder

TESTS = Path(__file__).parents[1]


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(module, "PART_PERSON_WEEKS", 2_000)


@pytest.fixture
def study(small, small_parts):
    return ts.Study(small, {"style.challenge": [0.1, 0.5, 0.9]}, runs=50, measures=["engagement", "regretted"])


def parts_in(folder):
    return sorted(path.name for path in (folder / "runs").iterdir())


def in_a_process(code, **more):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(ts.__file__).parents[1]), str(TESTS)])}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, **more
    )


def test_killed_ten_times_and_lived_on(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(ts.__file__).parents[1]))
    monkeypatch.setattr(module, "PART_PERSON_WEEKS", interrupted.SMALL_PART)
    assert interrupted.killed(10, tmp_path / "killed") >= 5, "most were killed while they worked"
    done = parts_in(tmp_path / "killed")
    study = interrupted.asked()
    assert 0 < len(done) <= study.parts
    again, undisturbed = study.run(tmp_path / "killed"), study.run(tmp_path / "undisturbed")
    assert undisturbed.same_as(again) == ""
    rows = again.columns("point", "run")
    assert len(rows) == study.histories
    assert not rows.duplicated().any()
    assert not any((tmp_path / "killed" / "unfinished").iterdir())


def test_the_rows_do_not_depend_on_workers_or_interruptions(study, tmp_path):
    whole = study.run(tmp_path / "one", workers=1)
    assert study.parts > 5
    assert study.run(tmp_path / "three", workers=3).same_as(whole) == ""

    def interrupt(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(tmp_path / "stopped", progress=interrupt)
    stopped = ts.Sweep(tmp_path / "stopped")
    assert not stopped.complete
    assert 0 < len(stopped.runs) < study.histories
    assert whole.runs.iloc[: len(stopped.points.dropna())].shape[0] > 0
    seen = []
    resumed = study.run(tmp_path / "stopped", progress=lambda done, total: seen.append((done, total)))
    assert seen[0][0] > study.histories / 2, "what was there is counted as done"
    assert seen[-1] == (study.histories, study.histories)
    assert resumed.same_as(whole) == ""
    assert resumed.complete


def test_the_dataset_is_read_by_others_as_it_grows(study, tmp_path):
    read = []
    parts = f"{tmp_path / 'grows' / 'runs'}/*.parquet"

    def look(done, total):
        tables = (
            pd.read_parquet(tmp_path / "grows" / "runs"),
            duckdb.sql(f"select * from '{parts}'").df(),
            pl.scan_parquet(parts).collect().to_pandas(),
        )
        read.append(([len(table) for table in tables], done))
        for table in tables[1:]:
            pd.testing.assert_frame_equal(table, tables[0])

    whole = study.run(tmp_path / "grows", progress=look)
    assert len(read) == study.parts
    assert all(rows == [done] * 3 for rows, done in read)
    again = duckdb.sql(f"select point, avg(engagement) as mean from '{parts}' group by point order by point").df()
    assert again["mean"].tolist() == pytest.approx(whole.points["engagement"].tolist(), rel=1e-12)


def test_another_study_is_refused_with_the_difference(study, small, tmp_path):
    study.run(tmp_path / "kept")
    before = parts_in(tmp_path / "kept")
    others = {
        "study.runs = 50 there, 51 here": {"runs": 51},
        "study.seed = 1 there, 2 here": {"seed": 2},
        "study.style..styles.0.challenge = 0.5 there, 0.55 here": {"style": "developer"},
        "study.parameters.trust_gain = [0-9.]+ there, 0.5 here": {"parameters": {"trust_gain": 0.5}},
        r"study.axes.style.challenge = \[0.1, 0.5, 0.9\] there, \[0.1, 0.5\] here": {"axes": [0.1, 0.5]},
        r"study.axes.style.challenge\[2\] = 0.9 there, 0.8 here": {"axes": [0.1, 0.5, 0.8]},
    }
    for told, given in others.items():
        axes = {"style.challenge": given.pop("axes", [0.1, 0.5, 0.9])}
        more = {"runs": 50, "measures": ["engagement", "regretted"]} | given
        with pytest.raises(ts.InputError, match=told):
            ts.Study(small, axes, **more).run(tmp_path / "kept")
    assert parts_in(tmp_path / "kept") == before


def test_other_rules_are_refused(study, tmp_path):
    sweep = study.run(tmp_path / "kept")
    manifest = tmp_path / "kept" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"rules": "0123456789abcdef"}))
    with pytest.raises(ts.InputError, match='rules = "0123456789abcdef" there'):
        study.run(tmp_path / "kept")
    with pytest.raises(ts.InputError, match="cannot be lived again here: rules"):
        ts.Sweep(tmp_path / "kept").open(0, 0)
    assert len(sweep.runs) == study.histories, "what is there can still be read"


def test_every_number_is_kept_so_that_other_defaults_neither_mix_in_nor_matter(small, tmp_path):
    given = {"trust_gain": 0.03}
    ts.Study(small, {"style.challenge": [0.1]}, runs=2, parameters=given).run(tmp_path / "kept")
    kept = json.loads((tmp_path / "kept" / "manifest.json").read_text())["study"]["parameters"]
    assert kept == parameters_of(given).model_dump()


def test_a_folder_with_something_else_is_left_alone(study, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ts.InputError, match="holds something else"):
        study.run(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(ts.InputError, match="holds something else"):
        study.run(tmp_path / "thesis.txt")
    with pytest.raises(ts.InputError, match=r"holds no sweep: there is no manifest\.json"):
        ts.Sweep(tmp_path)


def test_a_part_that_was_cut_short_is_named_and_lived_again(study, tmp_path):
    whole = study.run(tmp_path / "whole")
    study.run(tmp_path / "cut")
    for number, keep in ((1, 0.5), (3, 0.0), (4, 0.99)):
        path = Folder(tmp_path / "cut").part(number)
        os.truncate(path, int(path.stat().st_size * keep))
    with pytest.raises(ts.InputError, match=r"part-00001.parquet' is cut short or damaged"):
        _ = ts.Sweep(tmp_path / "cut").runs
    with pytest.warns(UserWarning, match="it is lived again") as warned:
        healed = study.run(tmp_path / "cut")
    assert [str(one.message).split("part-")[1][:5] for one in warned] == ["00001", "00003", "00004"]
    assert healed.same_as(whole) == ""


def test_a_part_of_another_study_is_not_taken_for_ones_own(study, small, tmp_path):
    other = ts.Study(small, {"style.challenge": [0.1, 0.5, 0.9]}, runs=50, seed=9, measures=["engagement", "regretted"])
    other.run(tmp_path / "other")
    whole = study.run(tmp_path / "whole")
    study.run(tmp_path / "mixed")
    shutil.copy(Folder(tmp_path / "other").part(2), Folder(tmp_path / "mixed").part(2))
    with pytest.warns(UserWarning, match="is of another study; it is lived again"):
        healed = study.run(tmp_path / "mixed")
    assert healed.same_as(whole) == ""


def test_what_crashed_before_there_was_a_manifest_is_begun_anew(study, tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "unfinished" / "part-00000.parquet.1234").write_text("half of it")
    (tmp_path / "design.parquet").write_text("")
    assert study.run(tmp_path).complete
    assert not any((tmp_path / "unfinished").iterdir())


def test_two_processes_on_one_folder(study, tmp_path):
    begun = threading.Event()
    hold = threading.Event()

    def wait(done, total):
        begun.set()
        hold.wait(60)

    first = threading.Thread(target=lambda: study.run(tmp_path / "kept", progress=wait))
    first.start()
    try:
        assert begun.wait(60)
        code = f"import interrupted, pathlib; interrupted.asked().run(pathlib.Path({str(tmp_path / 'kept')!r}))"
        second = in_a_process(code)
        assert "is in use by another process" in second.stderr.splitlines()[-1]
    finally:
        hold.set()
        first.join()
    assert ts.Sweep(tmp_path / "kept").same_as(study.run(tmp_path / "alone")) == ""


def test_a_disk_that_takes_no_more(study, tmp_path):
    """The operating system refuses to write beyond a size, as a full disk does; what is there stays good."""
    whole = study.run(tmp_path / "whole")
    size = max(path.stat().st_size for path in (tmp_path / "whole" / "runs").iterdir())
    study.run(tmp_path / "full")
    for number in (0, 5):
        Folder(tmp_path / "full").part(number).unlink()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, hard))
    try:
        with pytest.raises(ts.InputError, match=r"cannot be written: File too large; what is done stays"):
            study.run(tmp_path / "full")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(parts_in(tmp_path / "full")) == study.parts - 2
    assert not any((tmp_path / "full" / "unfinished").iterdir())
    assert study.run(tmp_path / "full").same_as(whole) == ""


@pytest.fixture
def tiny_disk(study, tmp_path):
    """A disk with room for half the parts of the study, where one may be mounted."""
    files = [path for path in study.run(tmp_path / "whole").folder.rglob("*") if path.is_file()]
    pages = [-(-path.stat().st_size // resource.getpagesize()) for path in files if path.parent.name != "runs"]
    room = (sum(pages) + study.parts // 2) * resource.getpagesize()
    home = tmp_path / "disk"
    home.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", home]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no disk may be mounted here")
    yield home
    subprocess.run(["umount", home], check=True)


def test_a_disk_that_is_full_or_read_only(study, tiny_disk, tmp_path):
    with pytest.raises(ts.InputError, match="cannot be written: No space left on device; what is done stays"):
        study.run(tiny_disk / "kept")
    sweep = ts.Sweep(tiny_disk / "kept")
    assert not sweep.complete
    done = sweep.runs
    assert len(done) > 0
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    with pytest.raises(ts.InputError, match="cannot be written: Read-only file system"):
        study.run(tiny_disk / "kept")
    pd.testing.assert_frame_equal(ts.Sweep(tiny_disk / "kept").runs, done)
    subprocess.run(["mount", "-o", "remount,rw,size=8m", tiny_disk], check=True)
    assert study.run(tiny_disk / "kept").same_as(ts.Sweep(tmp_path / "whole")) == ""


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="a folder in which nobody may write")
def test_a_folder_that_cannot_be_made(study):
    with pytest.raises(ts.InputError, match="cannot be written: "):
        study.run("/sys/kernel/teamsim-study")


def test_a_point_that_fails_is_recorded_and_the_rest_goes_on(small_parts, tmp_path):
    def model(point, luck):
        if point["x"] == 2.0:
            raise ZeroDivisionError("x is two")
        return {"y": np.nan if point["x"] == 3.0 else point["x"] + luck % 7}

    study = ts.Study(model, {"x": [0.0, 1.0, 2.0, 3.0, 4.0]}, runs=8, measures=["y"])
    with pytest.warns(UserWarning, match=r"2 of 5 points failed, the first \(2\) with 'ZeroDivisionError: x is two'"):
        sweep = study.run(tmp_path / "kept")
    assert sweep.failures["point"].tolist() == [2, 3]
    assert sweep.failures["x"].tolist() == [2.0, 3.0]
    assert sweep.failures["reason"].iloc[1].startswith("ArithmeticError: y is nan in run")
    assert sorted(sweep.runs["point"].unique()) == [0, 1, 4]
    assert np.isnan(sweep.points.loc[2, "y"])
    assert sweep.complete
    with pytest.warns(UserWarning, match="2 of 5 points failed"):
        study.run(tmp_path / "kept")


def test_ctrl_c_on_the_command_line(small_parts, tmp_path):
    cut = "from teamsim.research import study; study.PART_PERSON_WEEKS = 5_000; "
    file = interrupted.asked().save(tmp_path / "study.toml")
    command = ["sweep", str(file), "--out", str(tmp_path / "kept")]
    code = f"{cut}from teamsim.cli import main; main({command!r})"
    environment = os.environ | {"PYTHONPATH": str(Path(ts.__file__).parents[1])}
    child = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for _ in range(2400):
        if (tmp_path / "kept" / "runs").is_dir() and len(parts_in(tmp_path / "kept")) > 3:
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert "the same command goes on" in err
    assert "Traceback" not in err
    done = parts_in(tmp_path / "kept")
    assert len(done) > 3
    again = in_a_process(code)
    assert again.returncode == 0, again.stderr
    assert "2,560 histories of 64 points" in again.stdout
    twice = in_a_process(code.replace(str(file), str(tmp_path / "kept")).replace("kept'])", "again'])"))
    assert twice.returncode == 0, twice.stderr
    assert "bit by bit as in" in twice.stdout
