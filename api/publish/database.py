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
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from api.publish import migration
from api.publish.staff_table import ACCOUNT
from api.settings import ApiSettings
from geo.errors import BadParameter, Busy, DamagedFile, OutOfSpace, StoreFormatTooNew, UnreadableSource, YourAreaError

FILE_NAME = "updates.db"
HEAD = "0008"  # the schema that this code writes
READ = (HEAD,)  # those that it reads: pages are made of columns that earlier ones lack
WAIT_S = 30.0  # a writer waits so long for another; an import holds the database for one force's content at a time

WRITER = 7_041_983  # the number of the lock for which writers on PostgreSQL queue

# what SQLite or PostgreSQL says, and what it means
_TROUBLE: tuple[tuple[str, type[YourAreaError], str], ...] = (
    ("database is locked", Busy, "The updates database is being written to. Try again in a minute."),
    ("lock timeout", Busy, "The updates database is being written to. Try again in a minute."),
    ("disk is full", OutOfSpace, "The disk is full; nothing was changed in the updates database."),
    ("No space left", OutOfSpace, "The disk is full; nothing was changed in the updates database."),
    ("connection to server", DamagedFile, "The updates database cannot be reached: look at whether its server runs."),
    ("readonly database", DamagedFile, "The updates database may not be written here: look at who owns its folder."),
    ("unable to open", DamagedFile, "The updates database cannot be opened: look at who owns its folder."),
    ("not a database", DamagedFile, "The updates database is damaged: bring it back from a copy."),
    ("cannot contain NUL", BadParameter, "There is nothing whose name or address holds the character NUL."),
    ("malformed", DamagedFile, "The updates database is damaged: bring it back from a copy."),
)


def open_updates(settings: ApiSettings) -> "Updates":
    """The updates database of some settings; nothing is opened or made yet.

    Raises:
        UnreadableSource: not the address of a database that can be used here.
    """
    where = settings.updates_url
    try:
        return Updates(make_url(where) if where else URL.create("sqlite", database=str(settings.data_dir / FILE_NAME)))
    except ArgumentError as error:
        raise UnreadableSource("YOURAREA_UPDATES_URL is not the address of a database.") from error


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
        one_state = {} if self._is_file else {"isolation_level": "REPEATABLE READ"}  # as SQLite gives it anyway
        self._reading = self._engine.execution_options(**one_state)
        self._agreed = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the whole database. Where nothing was ever published, an empty one.

        Raises:
            StoreFormatTooNew: the database has a schema that this code does not read.
            DamagedFile: it cannot be read.
        """
        with _plainly(), (self._reading if self._readable() else self._empty).connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all that is done in it stands when it ends, or none of it. Writers take turns.

        Raises:
            Busy: another writer held the database for too long.
            OutOfSpace: the disk is full.
            DamagedFile: it cannot be read, or not be written.
        """
        with _plainly(), self._engine.execution_options(writing=True).begin() as connection:
            yield connection

    def migrate(self, to: str = "head") -> None:
        """Bring the schema to a revision, up or down; `head` is what this code needs and `base` is nothing at all.

        Several processes may do so at once: the first does it, the others find it done.

        Raises:
            StoreFormatTooNew: the database was made by a later version of this software.
        """
        with self.writing() as connection:
            found = schema_of(connection)
            if found is not None and found > HEAD:
                raise _other_schema(found)
            migrate_within(connection, to)
        self._agreed = False

    def bring_up_to_date(self) -> None:
        """Make the database, or bring its schema to what this code writes, where that is not done yet.

        Raises:
            StoreFormatTooNew: the database was made by a later version of this software.
        """
        if not self.current():
            self.migrate()

    def current(self) -> bool:
        """Whether there is a database that has every table; none, or one of an earlier schema, has not.

        Raises:
            StoreFormatTooNew: the database was made by a later version of this software.
        """
        if self._agreed:
            return True
        found = self.schema()
        if found is not None and found > HEAD:
            raise _other_schema(found)
        return found == HEAD

    def schema(self) -> str | None:
        """The revision of the schema; `None` where there is none yet.

        Raises:
            DamagedFile: it cannot be read.
        """
        if self._is_file and not self._path.exists():
            return None  # asking would make an empty file
        with _plainly(), self._engine.connect() as connection:
            return schema_of(connection)

    @property
    def where(self) -> str:
        """The path of its file, or its address without the password."""
        return str(self._path) if self._is_file else self._url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """Its file, there or not yet; `None` where it is none."""
        return self._path if self._is_file else None

    def size_bytes(self) -> int | None:
        """Bytes on disk, its write-ahead log included; `None` where there is no file."""
        if not self._is_file or not self._path.exists():
            return None
        files = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return sum(path.stat().st_size for path in files if path.exists())

    def forget(self) -> None:
        """Look anew at what there is before the next reading: the database was put in the place of another."""
        self._agreed = False

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def _readable(self) -> bool:
        if self._agreed:
            return True
        found = self.schema()
        if found is not None and found not in READ:
            raise _other_schema(found)
        self._agreed = found is not None
        return self._agreed

    @property
    def _path(self) -> Path:
        return Path(str(self._url.database))

    @property
    def _is_file(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @cached_property
    def _empty(self) -> Engine:
        """A database in memory: it lasts as long as its one connection, for which readers take turns."""
        engine = _engine(URL.create("sqlite"), poolclass=QueuePool, pool_size=1, max_overflow=0)
        with engine.begin() as connection:
            migrate_within(connection, "head")
        return engine


@contextmanager
def _plainly() -> Iterator[None]:
    """Says what is wrong with a database in our own words, where we have any."""
    try:
        yield
    except DatabaseError as error:
        for words, kind, said in _TROUBLE:
            if words in str(error.orig):
                raise kind(said) from error
        raise


def schema_of(connection: Connection) -> str | None:
    """The revision of the schema that a database has; `None` where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def _other_schema(found: str) -> StoreFormatTooNew:
    early = " Start `yourarea serve`, which brings it up to date." if found < HEAD else ""
    return StoreFormatTooNew(f"The updates database has schema {found}; this software reads {HEAD}.{early}")


def _engine(url: URL, **options: Any) -> Engine:
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": WAIT_S, "check_same_thread": False}
    else:
        options["pool_pre_ping"] = True  # a server may have been started anew since the last question
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise UnreadableSource(f"No driver for {url.drivername} databases is installed here.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "begin", _queue)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """Write-ahead logging, and transactions that are ours to begin: the driver's own leave out changes of schema.

    What is deleted is overwritten: of a question or an address nothing is to be left in the file.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes its turn at once; one that reads first and writes later could be refused half-way."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _queue(connection: Connection) -> None:
    """A writer on PostgreSQL takes its turn too: of two that read the same and then change it, neither is lost."""
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(WAIT_S * 1_000)}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")


def migrate_within(connection: Connection, to: str) -> None:
    """Bring the schema from the revision that is there to another, within the transaction of the connection."""
    script = ScriptDirectory(str(Path(migration.__file__).parent))

    def steps(here: Any, _context: MigrationContext) -> list[Any]:
        order = script.get_revisions(here)
        down = to == "base" or (bool(order) and to != "head" and order[0].revision > to)
        return list(script._downgrade_revs(to, here) if down else script._upgrade_revs(to, here))

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=ACCOUNT.metadata, transactional_ddl=True)
        environment.run_migrations()
