"""Toy rules are compiled anew each time: nothing of them is kept on the user's disk."""

import pytest

from teamsim.compiler import machine


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(machine, "cache_folder", lambda: None)
