"""Where a session is kept: one embedded SQLite file, or whatever database SQLAlchemy is given.

Only what people did is stored; everything that follows from it is lived through again from the seed. Each function of
`teamsim.workshop.session` is one transaction: what it has returned survives a kill, what it has not is not there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy import Column, Float, ForeignKey, Integer, String, Text, UniqueConstraint

from teamsim.fields import InputError

__all__ = ["ENTRIES", "KEYS", "PEOPLE", "REFUSALS", "SEATS", "SESSIONS", "VERSION", "Store", "default_path"]

WAIT_SECONDS = 20.0
"""How long a writer waits for another one."""

TABLES = sa.MetaData()

SCHEMA = sa.Table("schema_version", TABLES, Column("version", Integer, primary_key=True))

SESSIONS = sa.Table(
    "session",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("workshop", Text, nullable=False),  # its name, or the folder of one's own
    Column("seed", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    Column("version", String(40), nullable=False),  # of teamsim and of its rules, by which all is recomputed
    Column("rules", String(80), nullable=False),
    Column("facilitator", String(64), nullable=False),  # a hash, as of every secret
    Column("created", Float, nullable=False),
    Column("ended", Float),
    Column("round", Integer, nullable=False, default=-1),  # -1: the lobby
    Column("open", Integer, nullable=False, default=0),
    Column("until", Float),  # when the timer closes the round
    Column("paused", Float),  # since when
    Column("message", Text, nullable=False, default=""),
    Column("revealed", Integer, nullable=False, default=-1),  # up to which round
    Column("shown", sa.JSON, nullable=False, default=dict),  # and what of it: no page looks at others
)

SEATS = sa.Table(
    "seat",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("session", ForeignKey("session.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("word", String(64), nullable=False, index=True),  # hashed: who knows it may sit down here
    Column("turn", Integer, nullable=False, default=0),
    Column("joined_round", Integer, nullable=False, default=-1),
    Column("removed", Float),
    UniqueConstraint("session", "number"),
)

PEOPLE = sa.Table(
    "person",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("session", ForeignKey("session.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("seat", ForeignKey("seat.id", ondelete="CASCADE")),  # none: an observer
    Column("nickname", String(40), nullable=False),
    Column("folded", String(80), nullable=False),  # two nicknames that differ in case only are one
    Column("joined", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("research", Integer, nullable=False, default=0),
    UniqueConstraint("session", "folded"),
)

KEYS = sa.Table(
    "key",
    TABLES,
    Column("hash", String(64), primary_key=True),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("given", Float, nullable=False),
)

ENTRIES = sa.Table(
    "entry",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("session", ForeignKey("session.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("seat", ForeignKey("seat.id", ondelete="CASCADE"), nullable=False),
    Column("person", ForeignKey("person.id", ondelete="SET NULL")),
    Column("round", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("content", sa.JSON, nullable=False),
    Column("at", Float, nullable=False),
    UniqueConstraint("seat", "round", "kind"),
)

REFUSALS = sa.Table(
    "refusal",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("door", String(80), nullable=False, index=True),
    Column("what", String(80), nullable=False),
)

Migration = Callable[[sa.Connection], None]
MIGRATIONS: tuple[Migration, ...] = ()
"""What turns version 1 into 2, 2 into 3 and so on."""
VERSION = 1 + len(MIGRATIONS)


def default_path() -> Path:
    """Return where sessions are kept on this machine."""
    return user_data_path("teamsim", appauthor=False) / "workshops.sqlite"


class Store:
    """The sessions of a machine.

    Parameters
    ----------
    where : str or Path
        A file, made where it is not there; or a database's address as SQLAlchemy takes it.
    clock : callable
        Tells the time, in seconds.

    Raises
    ------
    InputError
        If it cannot be opened, or was written by a newer teamsim.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "sessions.sqlite") as store:
    ...     with store.reading() as now:
    ...         print(now.execute(sa.select(sa.func.count()).select_from(SESSIONS)).scalar())
    0
    """

    def __init__(self, where: str | Path, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.where = str(where)
        address = self.where if "://" in self.where else f"sqlite:///{Path(where).expanduser().resolve()}"
        try:
            if "://" not in self.where:
                path = Path(where).expanduser()
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)  # others on this machine cannot read it
            self.engine = sa.create_engine(address)
            if self.engine.dialect.name == "sqlite":
                _as_sqlite(self.engine)
            with self.writing() as now:
                _prepare(now)
        except (OSError, sa.exc.DBAPIError) as error:
            raise InputError(f"= {self.where} cannot be opened: {_cause(error)}", ("store",)) from None

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One view of everything, that nobody changes meanwhile."""
        with self.engine.connect() as now, now.begin():
            yield now

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it, or nothing."""
        with self.engine.connect().execution_options(writes=True) as now, now.begin():
            yield now

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _as_sqlite(engine: sa.Engine) -> None:
    """Write ahead, wait for others, and take the lock at the start of what writes."""

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")

    @sa.event.listens_for(engine, "begin")
    def begun(now: sa.Connection) -> None:
        writes = now.get_execution_options().get("writes", False)
        now.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare(now: sa.Connection) -> None:
    if not sa.inspect(now).has_table(SCHEMA.name):
        TABLES.create_all(now)
        now.execute(SCHEMA.insert().values(version=VERSION))
        return
    held = now.execute(sa.select(SCHEMA.c.version)).scalar_one()
    latest = 1 + len(MIGRATIONS)
    if held > latest:
        newer = f"was written by a newer teamsim (version {held} of its tables; known are 1..{latest})"
        raise InputError(newer, ("store",))
    for migrate in MIGRATIONS[held - 1 :]:
        migrate(now)
    now.execute(SCHEMA.update().values(version=latest))


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error)
