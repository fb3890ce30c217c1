"""A copy of the updates database in one file, taken while it is used (docs/spec/backup.md)."""

import base64
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, select

from api.publish.database import HEAD, Updates
from api.publish.secret import Secrets
from geo.errors import DamagedFile, OutOfSpace, StoreFormatTooNew, UnreadableSource

FORMAT = 1
KEYS = "secret.keys"
LEFT_OUT = ("alembic_version", "session", "sign_in", "sign_in_failure", "outbox")  # of a moment, and of no other
_MANIFEST = "manifest.json"
_PIECE = 1 << 20

Row = Mapping[str, Any]


class TableCopy(BaseModel):
    """One table of a copy: how many rows, and the SHA-256 of its file in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rows: int
    sha256: str


class BackupManifest(BaseModel):
    """What a copy holds.

    Attributes:
        format: of the file.
        updates_schema: the revision of the schema that the rows have.
        made_at: the moment of which it is the state, UTC.
        code_version: of the software that made it.
        key_mark: tells whether some keys are those of the hidden texts in it, and not what they are.
        tables: by name.
        keys: the SHA-256 of the keys, where they are in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int
    updates_schema: str
    made_at: datetime
    code_version: str
    key_mark: str
    tables: Mapping[str, TableCopy]
    keys: str | None = None


def key_mark(secrets: Secrets) -> str:
    """What tells some keys from others."""
    return secrets.digest("backup")


def write_backup(
    updates: Updates, folder: Path, secrets: Secrets, *, with_keys: bool = False
) -> tuple[Path, BackupManifest]:
    """Write one state of the whole database into a new file of a folder; for its owner's eyes alone.

    Raises:
        UnreadableSource: there is no database yet.
        OutOfSpace: the disk is full; no file is left.
    """
    if updates.schema() is None:
        raise UnreadableSource("There is no updates database yet: nothing was published.")
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = folder / f"updates-{now:%Y%m%dT%H%M%S%fZ}.zip"
    half = path.with_name(f".{path.name}.half")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            manifest = _write(updates, file, secrets, now, with_keys)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    except OSError as error:
        raise OutOfSpace(f"The copy cannot be written to {folder}: {error.strerror}.") from error
    finally:
        half.unlink(missing_ok=True)
    return path, manifest


def _write(updates: Updates, file: IO[bytes], secrets: Secrets, now: datetime, with_keys: bool) -> BackupManifest:
    tables: dict[str, TableCopy] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, updates.reading() as connection:
        for table in tables_of(connection):
            tables[table.name] = _write_table(archive, connection, table)
        text = "\n".join(secrets.keys) + "\n"
        if with_keys:
            archive.writestr(KEYS, text)
        manifest = BackupManifest(
            format=FORMAT, updates_schema=HEAD, made_at=now, code_version=version("yourarea"), tables=tables,
            key_mark=key_mark(secrets), keys=sha256(text.encode()).hexdigest() if with_keys else None,
        )  # fmt: skip
        archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> TableCopy:
    digest, count = sha256(), 0
    with archive.open(_name(table.name), "w", force_zip64=True) as member:
        for row in rows_of(connection, table):
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            member.write(line)
            digest.update(line)
            count += 1
    return TableCopy(rows=count, sha256=digest.hexdigest())


def tables_of(connection: Connection) -> list[Table]:
    """The tables that a database has, those that others stand on first, without those of a moment."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def rows_of(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a table as JSON holds them, in order of their key."""
    asked = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(asked, execution_options={"stream_results": True}).mappings():
        yield {name: to_json(value) for name, value in row.items()}


def to_json(value: Any) -> Any:
    """A value of a column as JSON holds it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def row_from_json(table: Table, row: Row) -> dict[str, Any]:
    """A row as a database takes it.

    Raises:
        DamagedFile: it is none of that table.
    """
    if set(row) != set(table.c.keys()):
        raise DamagedFile(f"The copy has other columns than the table {table.name}.")
    return {column.name: from_json(column.type, row[column.name]) for column in table.columns}


def from_json(kind: Any, said: Any) -> Any:
    """A value as a column of a kind takes it."""
    if said is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(said)
    if isinstance(kind, Date):
        return date.fromisoformat(said)
    return base64.b64decode(said) if isinstance(kind, LargeBinary) else said


class Backup:
    """A copy that was found whole: every file in it is what its manifest says.

    Args:
        path: of the file.

    Raises:
        UnreadableSource: it is no copy of an updates database.
        DamagedFile: something in it is not what the manifest says.
        StoreFormatTooNew: a later version of this software made it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                self.manifest = _manifest(archive, path)
                for name, copy in self.manifest.tables.items():
                    _check(archive, _name(name), copy.sha256)
                if self.manifest.keys is not None:
                    _check(archive, KEYS, self.manifest.keys)
        except (OSError, zipfile.BadZipFile) as error:
            raise UnreadableSource(f"{path} is not a copy that `yourarea backup` made, or is damaged.") from error

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table; none where the copy lacks it."""
        if table not in self.manifest.tables:
            return
        with zipfile.ZipFile(self._path) as archive, archive.open(_name(table)) as member:
            yield from map(json.loads, member)

    def keys(self) -> str | None:
        """The keys as they lie in a file, where they are in the copy."""
        if self.manifest.keys is None:
            return None
        with zipfile.ZipFile(self._path) as archive:
            return archive.read(KEYS).decode()


def _manifest(archive: zipfile.ZipFile, path: Path) -> BackupManifest:
    try:
        said = json.loads(archive.read(_MANIFEST))
        later = int(said["format"]) > FORMAT or str(said["updates_schema"]) > HEAD
        if not later:
            return BackupManifest.model_validate(said)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise UnreadableSource(f"{path} is not a copy that `yourarea backup` made.") from error
    raise StoreFormatTooNew(f"A later version of this software made {path}; this one reads schemas up to {HEAD}.")


def _check(archive: zipfile.ZipFile, name: str, digest: str) -> None:
    try:
        with archive.open(name) as member:
            found = sha256()
            while piece := member.read(_PIECE):
                found.update(piece)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise DamagedFile(f"The copy is damaged: {name} cannot be read. Nothing was changed.") from error
    if found.hexdigest() != digest:
        raise DamagedFile(f"The copy is damaged: {name} is not what its manifest says. Nothing was changed.")


def _name(table: str) -> str:
    return f"table/{table}.jsonl"
