"""What tests of sessions share.

Where TEAMSIM_TEST_POSTGRESQL holds the address of a PostgreSQL database, all of it runs there, too, in own schemas.
"""

import os
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from teamsim.workshop.definition import Workshop
from teamsim.workshop.entries import submit
from teamsim.workshop.store import located

WORKSHOP = Workshop.load("managing-stars")
ANSWER = {"measure": "engagement", "group": "organisation", "kind": "direction", "value": "up", "sure": 80}
LEVERS = {"challenge": 0.5}
POSTGRESQL = os.environ.get("TEAMSIM_TEST_POSTGRESQL", "")


@contextmanager
def somewhere(kind):
    """A place for a store that is gone afterwards."""
    if kind == "file":
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / "sessions.sqlite"
        return
    url, schema = located(POSTGRESQL), f"teamsim_{uuid.uuid4().hex}"
    engine = sa.create_engine(url)
    with engine.begin() as now:
        now.exec_driver_sql(f"CREATE SCHEMA {schema}")
    try:
        url = url.update_query_dict({"options": f"-csearch_path={schema}"})
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.begin() as now:
            now.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
        engine.dispose()


class Clock:
    """A time that goes on when it is told to."""

    now = 1_000_000.0

    def __call__(self):
        return self.now


def decide(store, key, number=0, levers=LEVERS):
    submit(store, key, number, "brief", {}, WORKSHOP)
    submit(store, key, number, "predict 0", ANSWER, WORKSHOP)
    submit(store, key, number, "decide", {"levers": levers, "why": ""}, WORKSHOP)
