"""Where a session is kept: one embedded SQLite file, or a PostgreSQL database.

Only what people did is stored; everything that follows from it is lived through again from the seed. Each function of
`session`, `seats`, `entries` and `facilitation` is one transaction: what it has returned survives a kill, the rest not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy import BigInteger, Column, Float, ForeignKey, Integer, String, Text, UniqueConstraint

from teamsim.fields import InputError

__all__ = ["ENTRIES", "KEYS", "PEOPLE", "REFUSALS", "SEATS", "SESSIONS", "VERSION", "Store", "default_path", "located"]

WAIT_SECONDS = 20.0
"""How long a writer waits for another one."""
TURN = 7_465_616
"""The lock of PostgreSQL that who writes holds."""
ALLOWED = "allowed is a file, or postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE"

TABLES = sa.MetaData()

SCHEMA = sa.Table("schema_version", TABLES, Column("version", Integer, primary_key=True))

SESSIONS = sa.Table(
    "session",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("workshop", Text, nullable=False),  # its name, or the folder of one's own
    Column("seed", BigInteger, nullable=False),
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
    Column("word", String(64), nullable=False, index=True),  # who knows it may sit down here
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


def located(where: str | Path) -> sa.URL:
    """Return the address of a store: of a file, from any folder, or a database's own.

    Parameters
    ----------
    where : str or Path
        As somebody has typed it. No message shows a password that may stand in it.

    Raises
    ------
    InputError
        If it is an address, but of nothing that can keep sessions.

    Examples
    --------
    >>> located("postgresql://ann:secret@db.example/class")
    postgresql+psycopg://ann:***@db.example/class
    >>> located("mysql://ann:secret@db.example/class")
    Traceback (most recent call last):
    teamsim.fields.InputError: store = mysql://ann:***@db.example/class keeps no sessions; allowed is a file, or ...
    """
    given = str(where)
    if isinstance(where, Path) or not re.match(r"[A-Za-z][\w+]+:", given):  # a single letter is a drive
        return sa.URL.create("sqlite", database=str(Path(where).expanduser().resolve()))
    if given.partition("?")[0].count("@") > 1:
        raise InputError(f"= {_scheme(given)} has an @ too many: in a password it is written %40", ("store",))
    try:
        url = sa.make_url(given)
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(f"= {_scheme(given)} cannot be read; {ALLOWED}", ("store",)) from None
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database not in (None, "", ":memory:"):
        return located(Path(url.database))
    if url.drivername not in ("postgresql", "postgresql+psycopg"):
        raise InputError(f"= {_told(url)} keeps no sessions; {ALLOWED}", ("store",))
    return url.set(drivername="postgresql+psycopg")


class Store:
    """The sessions of a machine.

    Parameters
    ----------
    where : str or Path
        A file, made where it is not there; or the address of a PostgreSQL database.
    clock : callable
        Tells the time, in seconds.
    new : bool
        Whether a file is made where it is not there.

    Attributes
    ----------
    where : str
        By which it is opened again, from any folder; with the password, if there is one.

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

    def __init__(self, where: str | Path, clock: Callable[[], float] = time.time, *, new: bool = True) -> None:
        url = located(where)
        embedded = url.get_backend_name() == "sqlite"
        path = Path(url.database or "")
        self.clock = clock
        self.where = str(path) if embedded else url.render_as_string(hide_password=False)
        try:
            if embedded and new:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)  # others on this machine cannot read it
            elif embedded and not path.exists():
                raise InputError(f"= {path} is not there", ("store",))
            self.engine = _sqlite(url) if embedded else _postgresql(url)
            try:
                with self.writing() as now:
                    _prepare(now)
            except BaseException:
                self.close()  # whoever is refused holds no connection
                raise
        except ModuleNotFoundError as error:
            needed = f"{error.name} is missing: python -m pip install 'teamsim[postgresql]'"
            raise InputError(f"= {_told(url)} cannot be opened: {needed}", ("store",)) from None
        except (OSError, sa.exc.DBAPIError) as error:
            shown = self.where if embedded else _told(url)
            raise InputError(f"= {shown} cannot be opened: {_cause(error)}", ("store",)) from None

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One view of everything, that nobody changes meanwhile."""
        with self.engine.connect().execution_options(writes=False) as now, now.begin():
            yield now

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it, or nothing; and one at a time."""
        with self.engine.connect().execution_options(writes=True) as now, now.begin():
            yield now

    def wipe(self) -> None:
        """Leave nothing of what was deleted in the database's files."""
        tables = ", ".join(f'"{name}"' for name in TABLES.tables)
        how = {"sqlite": "PRAGMA wal_checkpoint(TRUNCATE)", "postgresql": f"VACUUM (FULL) {tables}"}
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as now:
            now.exec_driver_sql(how[self.engine.dialect.name])

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _sqlite(url: sa.URL) -> sa.Engine:
    """Write ahead, wait for others, and take the lock at the start of what writes."""
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")

    _begins(engine, reading="BEGIN", writing="BEGIN IMMEDIATE")
    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    """Let writers take turns as on a file, since what they read decides what they write; a connection for each page."""
    waits = {"connect_timeout": int(WAIT_SECONDS)}
    engine = sa.create_engine(url, pool_size=1, pool_pre_ping=True, connect_args=waits)

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.execute(f"SET lock_timeout = {int(WAIT_SECONDS * 1000)}")
        connection.commit()

    reading = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    _begins(engine, reading=reading, writing=f"SELECT pg_advisory_xact_lock({TURN})")
    return engine


def _begins(engine: sa.Engine, *, reading: str, writing: str) -> None:
    @sa.event.listens_for(engine, "begin")
    def begun(now: sa.Connection) -> None:
        writes = now.get_execution_options().get("writes")
        if writes is not None:
            now.exec_driver_sql(writing if writes else reading)


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
    said = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error)
    return " ".join(said.split())


def _scheme(given: str) -> str:
    """Return what of an address holds no password, however it was mistyped."""
    return f"{given.partition(':')[0]}:..."


def _told(url: sa.URL) -> str:
    """Return an address without its password, wherever it stands."""
    return url.set(query={}).render_as_string(hide_password=True)
