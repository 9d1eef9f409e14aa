"""A workshop of one's own, and what a machine needs for a class."""

import re
import threading
import urllib.request

import pytest

from teamsim.fields import InputError
from teamsim.workshop import ready
from teamsim.workshop.definition import Workshop
from teamsim.workshop.new import FILES, begin_from
from teamsim.workshop.serve import MOST_SEATS


def test_a_workshop_of_ones_own_begins_from_a_known_one_and_is_never_overwritten(tmp_path):
    made = begin_from(tmp_path / "our-team", like="under-pressure")
    assert sorted(path.name for path in made.iterdir()) == sorted(FILES)
    workshop = Workshop.load(made)
    assert (workshop.name, workshop.scenario.name) == ("our-team", "our-team")
    assert workshop.rounds == Workshop.load("under-pressure").rounds
    with pytest.raises(InputError, match="there already"):
        begin_from(made)


def test_a_phone_that_comes_is_noticed_and_this_machine_itself_is_none(monkeypatch):
    port = 18866
    called = threading.Event()
    monkeypatch.setattr(ready, "local_address", lambda: "192.0.2.99")

    def come(_):
        threading.Thread(target=lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/").close()).start()
        called.set()

    found = ready.from_a_phone(port, seconds=2.0, told=come)
    assert called.is_set()
    assert not found.ok, "asking oneself shows nothing"
    monkeypatch.setattr(ready, "HOST", "192.0.2.98")
    assert ready.from_a_phone(port, seconds=20.0, told=come).ok


def test_a_class_that_does_not_fit_is_told_so(monkeypatch):
    monkeypatch.setattr(ready, "MEASURE", ["-c", "print(300 * 2**20)"])
    memory = next(finding for finding in ready.inspect(MOST_SEATS) if finding.name == "memory")
    assert "300 MB each" in memory.found
    assert memory.ok == ("room for" not in memory.advice)


def test_a_page_is_measured_here():
    memory = next(finding for finding in ready.inspect(1) if finding.name == "memory")
    each = int(re.search(r"\((\d+) MB each\)", memory.found)[1])
    assert 5 < each < 500


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise OSError('no room')", "a page does not start: OSError: no room"),
        ("import os; os.kill(os.getpid(), 9)", "a page does not start: it ended with -9"),
    ],
)
def test_a_page_that_does_not_start_says_why(monkeypatch, program, told):
    monkeypatch.setattr(ready, "MEASURE", ["-c", program])
    memory = next(finding for finding in ready.inspect(1) if finding.name == "memory")
    assert (memory.ok, memory.found) == (False, told)
