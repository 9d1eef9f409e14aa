"""Where sessions are kept: a file or a database's address, and what is said of a wrong one, but never its password."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from teamsim.cli import app, main
from teamsim.fields import InputError
from teamsim.workshop import store as tables
from teamsim.workshop.desk import STORE
from teamsim.workshop.session import begin, sessions
from teamsim.workshop.store import SCHEMA, Store, located

SECRET = "s3cret"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (f"postgres://ann:{SECRET}@db/class", "postgres://ann:***@db/class keeps no sessions"),
        (f"postgresql+psycopg2://ann:{SECRET}@db/class", "keeps no sessions"),
        (f"mysql://ann:{SECRET}@db/class?password={SECRET}", "mysql://ann:***@db/class keeps no sessions"),
        (f"postgresql:/ann:{SECRET}@db/class", "postgresql:... cannot be read"),
        (f"postgresql:ann:{SECRET}@db", "postgresql:... cannot be read"),
        (f"postgresql://ann:{SECRET}", "postgresql:... cannot be read"),  # what is no port may be a password
        (f"postgresql://ann:p@{SECRET}@db/class", "%40"),
        ("sqlite://", "keeps no sessions"),  # in memory: no page would find it
    ],
)
def test_a_mistyped_address_is_refused_in_a_sentence_without_its_password(given, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as error:
        Store(given)
    assert str(error.value).startswith("store = ")
    assert told in str(error.value)
    assert "postgresql+psycopg://" in str(error.value) or "%40" in told
    assert SECRET not in str(error.value)
    assert not any(tmp_path.iterdir()), "no file of that name is made"


def test_a_server_that_does_not_answer_is_named_without_the_password():
    with pytest.raises(InputError, match=r"ann:.*127\.0\.0\.1:1/class cannot be opened: .*refused") as error:
        Store(f"postgresql://ann:{SECRET}@127.0.0.1:1/class?application_name={SECRET}")
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


def test_without_the_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"psycopg is missing: python -m pip install 'teamsim\[postgresql\]'") as error:
        Store(f"postgresql://ann:{SECRET}@db/class")
    assert SECRET not in str(error.value)


def test_a_file_is_found_again_from_any_folder_however_it_was_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Store("sessions.sqlite") as one:
        session, _ = begin(one, "managing-stars")
    monkeypatch.chdir("/")
    assert Path(one.where) == tmp_path / "sessions.sqlite"
    for given in (one.where, f"sqlite:///{one.where}", Path(one.where)):
        with Store(given) as again:
            assert sessions(again) == [session]
    assert located(tmp_path / "postgresql:").get_backend_name() == "sqlite", "a path is a path"


@pytest.mark.parametrize("command", [["list"], ["report", "BCDFGH"], ["export", "BCDFGH", "out"], ["delete", "BCDFGH"]])
def test_a_command_for_afterwards_makes_no_store_and_names_the_one_that_is_not_there(
    command, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        main(["workshop", *command, "--store", "typo.sqlite"])
    assert stop.value.code == 1
    assert capsys.readouterr().err == f"teamsim: store = {tmp_path / 'typo.sqlite'} is not there\n"
    assert not any(tmp_path.iterdir())


def test_the_environment_says_where_too(tmp_path):
    with Store(tmp_path / "sessions.sqlite") as held:
        session, _ = begin(held, "managing-stars")
    done = CliRunner().invoke(app, ["workshop", "list"], env={STORE: str(tmp_path / "sessions.sqlite")})
    assert session.code in done.output


def test_without_the_workshop_extra_a_command_names_it():
    lacking = "import sys; sys.modules['sqlalchemy'] = None; from teamsim.cli import main; main(['workshop', 'list'])"
    done = subprocess.run([sys.executable, "-c", lacking], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "teamsim: sqlalchemy is missing: python -m pip install 'teamsim[workshop]'\n"


def test_a_newer_store_is_refused_and_an_older_one_is_migrated(store, monkeypatch):
    for number in (99, tables.VERSION):
        with store.writing() as now:
            now.execute(SCHEMA.update().values(version=number))
        if number == 99:
            with pytest.raises(InputError, match="newer teamsim"):
                Store(store.where)

    def add(now):
        now.execute(sa.text("ALTER TABLE session ADD COLUMN weather TEXT"))

    monkeypatch.setattr(tables, "MIGRATIONS", (*tables.MIGRATIONS, add))
    for _ in range(2):  # the second time there is nothing to do
        with Store(store.where) as migrated:
            assert "weather" in {column["name"] for column in sa.inspect(migrated.engine).get_columns("session")}


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "notes.sqlite"
    path.write_text("not a database, but something of mine", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be opened"):
        Store(path)
    assert path.read_text(encoding="utf-8").startswith("not a database")
