"""Stores that are gone after the test, on a clock that stands still."""

import pytest

from sessions import POSTGRESQL, Clock, somewhere
from teamsim.workshop.session import begin
from teamsim.workshop.store import Store


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["file", "postgresql"] if POSTGRESQL else ["file"])
def store(request, clock):
    with somewhere(request.param) as place, Store(place, clock) as held:
        yield held


@pytest.fixture
def filed(clock):
    with somewhere("file") as place, Store(place, clock) as held:
        yield held


@pytest.fixture
def session(store):
    return begin(store, "managing-stars")[0]
