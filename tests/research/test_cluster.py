"""The same study on a Dask cluster: the same rows, with a worker killed on the way."""

import os
import signal
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest

import interrupted
import teamsim as ts
from teamsim.research import cluster as connecting
from teamsim.research import study as module
from teamsim.research.runner import Part, live_part

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def cluster():
    from distributed import Client, LocalCluster

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture
def study(monkeypatch):
    monkeypatch.setattr(module, "PART_PERSON_WEEKS", 0)
    asked = interrupted.asked()
    monkeypatch.setattr(module, "PART_PERSON_WEEKS", 4 * interrupted.SMALL_PART)
    return asked


def test_a_cluster_with_a_worker_killed_finds_the_same_rows(cluster, study, tmp_path):
    killed = []

    def kill(done, total):
        if not killed and done > total / 4:
            victim = next(iter(cluster.run(os.getpid).values()))
            os.kill(victim, signal.SIGKILL)
            killed.append(done / total)

    found = study.run(tmp_path / "cluster", client=cluster, progress=kill)
    assert killed
    assert killed[0] < 0.9, "it was killed in the middle"
    assert found.complete
    assert found.same_as(study.run(tmp_path / "here")) == ""


def test_a_cluster_goes_on_with_what_this_machine_began(cluster, study, tmp_path):
    def stop(done, total):
        if done > total / 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(tmp_path / "both", progress=stop)
    assert study.run(tmp_path / "both", client=cluster).same_as(study.run(tmp_path / "here")) == ""


def test_a_worker_of_another_version_is_refused(study):
    part = Part.of(study, 0)
    with pytest.raises(ts.InputError, match="another version than this worker's: rules"):
        live_part(replace(part, made=part.made | {"rules": "other"}))
    with pytest.raises(CancelledError):
        live_part(part, lambda: True)


def test_an_address_that_nobody_answers_at(monkeypatch):
    monkeypatch.setattr(connecting, "SECONDS", 1)
    told = r"dask = tcp://127.0.0.1:1 does not answer"
    with pytest.raises(ts.InputError, match=told), connecting.connected("tcp://127.0.0.1:1"):
        pass
    with connecting.connected(None) as client:
        assert client is None
