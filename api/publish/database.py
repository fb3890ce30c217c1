"""The updates database: what forces and teams publish, in SQLite beside the data or in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import NoSuchModuleError, OperationalError

from api.publish import migration
from api.publish.table import METADATA
from api.settings import ApiSettings
from geo.errors import Busy, OutOfSpace, StoreFormatTooNew, UnreadableSource

FILE_NAME = "updates.db"
HEAD = "0001"  # the schema that this code reads and writes
WAIT_S = 30.0  # a writer waits so long for another; an import holds the database for one force's content at a time


def open_updates(settings: ApiSettings) -> "Updates":
    """The updates database of some settings; nothing is opened or made yet."""
    where = settings.updates_url
    return Updates(make_url(where) if where else URL.create("sqlite", database=str(settings.data_dir / FILE_NAME)))


class Updates:
    """The updates database. Shared between threads; reading never waits for a writer, nor a writer for reading.

    Args:
        url: of SQLite or PostgreSQL.

    Raises:
        UnreadableSource: of neither, or the driver is not installed.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = _engine(url)
        self._agreed = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the whole database. Where nothing was ever published, an empty one.

        Raises:
            StoreFormatTooNew: the database has another schema than this code.
        """
        with (self._engine if self._readable() else self._empty).connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all that is done in it stands when it ends, or none of it.

        Raises:
            Busy: another writer held the database for too long.
            OutOfSpace: the disk is full.
        """
        try:
            with self._engine.execution_options(writing=True).begin() as connection:
                yield connection
        except OperationalError as error:
            if "locked" in str(error.orig):
                raise Busy("The updates database is being written to. Try again in a minute.") from error
            if "full" in str(error.orig):
                raise OutOfSpace("The disk is full; nothing was changed in the updates database.") from error
            raise

    def migrate(self, to: str = "head") -> None:
        """Bring the schema to a revision, up or down; `head` is what this code needs and `base` is nothing at all.

        Several processes may do so at once: the first does it, the others find it done.
        """
        with self.writing() as connection:
            _migrate(connection, to)
        self._agreed = False

    def schema(self) -> str | None:
        """The revision of the schema; `None` where there is none yet."""
        with self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def _readable(self) -> bool:
        if self._agreed:
            return True
        if self._is_file and not Path(str(self._url.database)).exists():
            return False  # asking would make an empty file
        found = self.schema()
        if found is not None and found != HEAD:
            raise StoreFormatTooNew(f"The updates database has schema {found}; this software reads {HEAD}.")
        self._agreed = found is not None
        return self._agreed

    @property
    def _is_file(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @cached_property
    def _empty(self) -> Engine:
        engine = _engine(URL.create("sqlite"), poolclass=StaticPool)
        with engine.begin() as connection:
            _migrate(connection, "head")
        return engine


def _engine(url: URL, **options: Any) -> Engine:
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": WAIT_S, "check_same_thread": False}
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise UnreadableSource(f"No driver for {url.drivername} databases is installed here.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """Write-ahead logging, and transactions that are ours to begin: the driver's own leave out changes of schema."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes its turn at once; one that reads first and writes later could be refused half-way."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _migrate(connection: Connection, to: str) -> None:
    """Run the steps from the schema that is there; within the transaction of the connection."""
    script = ScriptDirectory(str(Path(migration.__file__).parent))

    def steps(here: Any, _context: MigrationContext) -> list[Any]:
        order = script.get_revisions(here)
        down = to == "base" or (bool(order) and to != "head" and order[0].revision > to)
        return list(script._downgrade_revs(to, here) if down else script._upgrade_revs(to, here))

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
        environment.run_migrations()
