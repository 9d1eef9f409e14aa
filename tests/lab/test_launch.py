import json
import os
import socket
import subprocess
import sys

import pytest

from teamsim.fields import InputError
from teamsim.lab import launch
from teamsim.lab.copies import copy_notebooks, fingerprint, was_copied_to


def notebook(*sources, outputs=()):
    cells = [
        {
            "cell_type": "code",
            "source": source,
            "outputs": list(outputs),
            "metadata": {},
            "execution_count": None,
        }
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "shipped"
    (folder / "data").mkdir(parents=True)
    (folder / "a.ipynb").write_text(notebook("1 + 1"), encoding="utf-8")
    (folder / "data" / "team.csv").write_text("name\nÅsa\n", encoding="utf-8")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "a.ipynb").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def test_copies_everything_but_hidden_files(source, mine):
    assert copy_notebooks(source, mine) == (["a.ipynb", "data/team.csv"], [])
    assert (mine / "data" / "team.csv").read_bytes() == (source / "data" / "team.csv").read_bytes()
    assert was_copied_to(mine)
    assert copy_notebooks(source, mine) == ([], [])


def test_an_unchanged_older_copy_is_renewed(source, mine):
    copy_notebooks(source, mine)
    (source / "a.ipynb").write_text(notebook("1 + 2"), encoding="utf-8")
    assert copy_notebooks(source, mine) == (["a.ipynb"], [])
    assert "1 + 2" in (mine / "a.ipynb").read_text(encoding="utf-8")


def test_own_changes_are_kept_and_named_whatever_is_shipped(source, mine):
    copy_notebooks(source, mine)
    own = notebook("1 + 1", "my own")
    (mine / "a.ipynb").write_text(own, encoding="utf-8")
    assert copy_notebooks(source, mine) == ([], ["a.ipynb"])
    (source / "a.ipynb").write_text(notebook("1 + 2"), encoding="utf-8")
    for _ in range(2):
        assert copy_notebooks(source, mine) == ([], ["a.ipynb"])
    assert (mine / "a.ipynb").read_text(encoding="utf-8") == own


def test_running_a_notebook_is_no_change_of_ones_own(source, mine):
    copy_notebooks(source, mine)
    ran = notebook(["1 + ", "1"], outputs=[{"output_type": "stream", "name": "stdout", "text": "2"}])
    (mine / "a.ipynb").write_text(ran, encoding="utf-8")
    assert copy_notebooks(source, mine) == ([], [])
    assert (mine / "a.ipynb").read_text(encoding="utf-8") == ran
    (source / "a.ipynb").write_text(notebook("1 + 2"), encoding="utf-8")
    assert copy_notebooks(source, mine) == (["a.ipynb"], [])


def test_a_file_that_was_there_before_us_is_kept(source, mine):
    mine.mkdir()
    (mine / "a.ipynb").write_text("not even a notebook", encoding="utf-8")
    assert copy_notebooks(source, mine) == (["data/team.csv"], ["a.ipynb"])


def test_a_deleted_copy_comes_back(source, mine):
    copy_notebooks(source, mine)
    (mine / "a.ipynb").unlink()
    assert copy_notebooks(source, mine) == (["a.ipynb"], [])


@pytest.mark.parametrize("record", ["", "{", "[1]"])
def test_with_a_broken_record_nothing_is_overwritten(source, mine, record):
    copy_notebooks(source, mine)
    (mine / ".teamsim" / "copied.json").write_text(record, encoding="utf-8")
    (source / "a.ipynb").write_text(notebook("1 + 2"), encoding="utf-8")
    assert copy_notebooks(source, mine) == ([], ["a.ipynb"])


def test_a_markdown_cell_counts_as_written(tmp_path):
    file = tmp_path / "n.ipynb"
    file.write_text(notebook("text"), encoding="utf-8")
    code = fingerprint(file)
    file.write_text(notebook("text").replace('"code"', '"markdown"'), encoding="utf-8")
    assert fingerprint(file) != code


def test_a_taken_port_gives_the_next_free_one():
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert launch.free_port(taken) > taken
        with pytest.raises(InputError, match=f"port = {taken}: all ports"):
            launch.free_port(taken, tries=1)


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(InputError, match=f"port = {port} is outside 1..65535"):
        launch.free_port(port)


def test_a_folder_that_cannot_be_one_is_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        launch.open_lab(file)


def test_a_notebook_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(InputError, match=r"notebook = 99.ipynb is not in .*: there is 01-first-team.ipynb"):
        launch.open_lab(tmp_path, notebook="99.ipynb")


def test_the_folder_is_a_subfolder_unless_one_stands_in_it(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    assert launch._folder(None) == tmp_path / "teamsim-notebooks"
    copy_notebooks(source, tmp_path / "teamsim-notebooks")
    monkeypatch.chdir(tmp_path / "teamsim-notebooks")
    assert launch._folder(None) == tmp_path / "teamsim-notebooks"


def test_our_kernel_wins_over_a_stale_one_of_the_user(tmp_path):
    stale = tmp_path / "user" / "kernels" / "python3"
    stale.mkdir(parents=True)
    (stale / "kernel.json").write_text(
        '{"argv": ["/gone/python"], "display_name": "stale", "language": "python"}'
    )
    code = (
        "import sys; from pathlib import Path; from teamsim.lab import launch\n"
        "launch._prepare(Path(sys.argv[1]))\n"
        "from jupyter_client.kernelspec import get_kernel_spec; print(get_kernel_spec('python3').argv[0])"
    )
    environment = {
        **os.environ,
        "JUPYTER_DATA_DIR": str(tmp_path / "user"),
        "JUPYTER_PATH": str(tmp_path / "user"),
    }
    command = [sys.executable, "-c", code, str(tmp_path / "home")]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == sys.executable
