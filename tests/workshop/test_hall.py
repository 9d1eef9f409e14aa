"""The server of a session: how many files it may open."""

import psutil
import pytest

from teamsim.workshop.rehearse import opening, start, stop
from teamsim.workshop.serve import FILES

resource = pytest.importorskip("resource", reason="Windows limits no files")
FEW = 256


class Server:
    """A session by ``python -m teamsim workshop serve``, begun where only few files may be open."""

    def __init__(self, folder):
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, most))
        try:
            arguments = ["serve", "managing-stars", "--seats", "2", "--store", str(folder / "sessions.sqlite")]
            self.process = start(arguments, folder / "server.log")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))
        office, self.code = opening(self.process, folder / "server.log")
        self.base = office.partition("facilitator")[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("workshop"))
    yield running
    stop(running.process)


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="only Linux tells it of another process")
def test_the_server_may_open_as_many_files_as_a_class_needs(server):
    may, most = psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert may == (FILES if most == psutil.RLIM_INFINITY else min(FILES, most))
