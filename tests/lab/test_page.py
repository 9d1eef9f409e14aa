"""A notebook as a page: what is checked before anything is served; the page itself is in tests/browser/test_page.py."""

import sys

import pytest

from teamsim.cli import main
from teamsim.fields import InputError
from teamsim.files import shipped
from teamsim.lab.page import NOTEBOOK, _settings, find_notebook, serve
from teamsim.lab.voila import HERE, Page, policy


def test_a_notebook_is_a_file_or_the_name_of_a_shipped_one(tmp_path, monkeypatch):
    own = tmp_path / "02-manager-lab.ipynb"
    own.write_text("{}", encoding="utf-8")
    assert find_notebook(own) == own.resolve()
    assert find_notebook("02-manager-lab") == find_notebook("02-manager-lab.ipynb")
    assert find_notebook(NOTEBOOK).parent == shipped("notebooks")
    monkeypatch.chdir(tmp_path)
    assert find_notebook("02-manager-lab.ipynb") == own.resolve(), "a file that is there comes first"


@pytest.mark.parametrize("name", ["", "nowhere.ipynb", "01-first-taem", "notes.txt"])
def test_what_is_not_there_is_one_line(name, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["show", name, "--no-browser"])
    assert stop.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(f"teamsim: notebook = {name} is not there; ".replace("=  ", "=  "))
    assert "01-first-team" in said
    assert said.count("\n") == 1


def test_a_port_out_of_range_is_refused():
    with pytest.raises(InputError, match="port = 0 is outside"):
        serve(port=0, browser=False)


def test_without_voila_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "teamsim.lab.voila", None)
    with pytest.raises(InputError, match=r"is missing: python -m pip install 'teamsim\[workshop\]'"):
        serve("01-first-team", browser=False)


def test_it_listens_on_this_machine_only_and_has_a_token_of_its_own():
    one, two = _settings(8866, browser=False), _settings(8866, browser=False)
    assert one["Voila"]["ip"] == "127.0.0.1"
    assert len(one["Voila"]["token"]) == 32
    assert one["Voila"]["token"] != two["Voila"]["token"]
    idle = one["MappingKernelManager"]
    assert 0 < idle["cull_interval"] < idle["cull_idle_timeout"]
    assert not idle["cull_connected"]


def test_the_page_may_load_nothing_from_elsewhere():
    assert not [source for source in policy(8866).replace(";", " ").split() if source in ("*", "http:", "https:")]
    for file in HERE.glob("*"):
        if file.suffix in (".j2", ".html", ".css", ".js"):
            assert "//" not in file.read_text(encoding="utf-8").replace("// ", ""), f"{file.name} names an address"


def test_every_setting_is_one_that_voila_has():
    """Traitlets would pass over a name it does not know."""
    from voila.configuration import VoilaConfiguration

    settings = _settings(8866, browser=False)
    for owner, name in ((Page, "Voila"), (VoilaConfiguration, "VoilaConfiguration")):
        assert set(settings[name]) <= set(owner.class_trait_names())
