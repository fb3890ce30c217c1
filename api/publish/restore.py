"""Bringing a copy of the updates database back, in one transaction, while it is read (docs/spec/backup.md)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Table, delete, exists, insert, select, text
from sqlalchemy import Row as SqlRow

from api.publish import picture
from api.publish.audit import note
from api.publish.backup import Backup, Row, row_from_json, rows_of, tables_of
from api.publish.database import Updates, migrate_within, schema_of
from api.publish.item.kind import Kind
from api.publish.item.put import IMPORTED
from api.publish.item.taken import mark_of
from api.publish.policy import COMMAND, Where
from api.publish.revision import raise_revision
from api.publish.staff_table import DRAFT
from api.publish.subscription import tell_on
from api.publish.table import PERSON
from geo.errors import Busy, DamagedFile

_AT_ONCE = 500
# by what a row is known again, and what is said of it since that outlasts the copy
_TAKEN_BACK = {"service_token": ("token_hash", "revoked_at"), "account": ("created_at", "disabled_at")}
_SUBSCRIBED = ("address_hash", "force_id", "neighbourhood_id")

Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Restored:
    """What bringing a copy back did.

    Attributes:
        rows: that were written.
        deeds_since: rows of the audit that are later than the copy: what they did is undone, and they are still told.
        people_kept_out: who was taken out since, and stays out.
    """

    rows: int
    deeds_since: int
    people_kept_out: int


def restore(updates: Updates, backup: Backup, *, over: bool) -> Restored:
    """Put a copy in the place of what a database holds; readers see the one or the other.

    What was taken back since the copy was made stays taken back, where a database tells so: people who were taken out,
    subscriptions that ended, accounts that were disabled, tokens that were revoked, and what was erased of the audit,
    which keeps its later rows too.

    Raises:
        Busy: the database holds something, and `over` was not said.
        DamagedFile: the copy does not fit its own schema; nothing is changed.
        StoreFormatTooNew: a later version of this software made the database.
    """
    updates.current()
    with updates.writing() as connection:
        there = schema_of(connection) is not None
        held = _held(connection) if there and _holds_something(connection) else None
        if held is not None and not over:
            raise Busy(f"{updates.where} holds something: it is replaced only with --over.")
        if there:
            migrate_within(connection, "base")
        migrate_within(connection, backup.manifest.updates_schema)
        rows, since = _fill(connection, backup, held or {})
        migrate_within(connection, "head")
        people = _keep_out(connection, since)
        tell_on(connection, (held or {}).get("subscription", ()), datetime.now(UTC))
        told = {"made_at": backup.manifest.made_at.isoformat(), "deeds_since": len(since)}
        note(connection, COMMAND, "restore", Where(), after=told)
    updates.forget()
    return Restored(rows, len(since), people)


def readable(updates: Updates) -> bool:
    """Whether every row of a database can be read, whatever its schema is."""
    try:
        with updates.writing() as connection:
            for table in tables_of(connection):
                for _row in rows_of(connection, table):
                    pass
    except DamagedFile:
        return False
    return True


def put_aside(updates: Updates, name: str) -> Path | None:
    """Rename the file of a database that cannot be read; what serves it turns to the one that is made in its place.

    Returns:
        Where it is now; `None` where it is no file.
    """
    path = updates.path
    if path is None:
        return None
    updates.close()
    aside = path.with_name(f"{path.name}.{name}")
    path.rename(aside)
    for left in ("-wal", "-shm"):
        path.with_name(path.name + left).unlink(missing_ok=True)
    return aside


def _holds_something(connection: Connection) -> bool:
    return any(connection.scalar(select(exists().select_from(table))) for table in tables_of(connection))


def _held(connection: Connection) -> Rows:
    """What must outlast the state that it is part of."""
    kept = {"audit", "subscription", *_TAKEN_BACK}
    return {table.name: list(rows_of(connection, table)) for table in tables_of(connection) if table.name in kept}


def _fill(connection: Connection, backup: Backup, held: Rows) -> tuple[int, list[Row]]:
    """Write every row; how many, and the later rows of the audit."""
    count = 0
    since: list[Row] = []
    for table in tables_of(connection):
        rows = _still(table.name, backup.rows(table.name), held)
        if table.name == "audit":
            copied = list(rows)
            newest = max((row["id"] for row in copied), default=0)
            since = [row for row in held.get("audit", ()) if row["id"] > newest]
            rows = iter([*copied, *since])
        count += _insert(connection, table, rows)
        _follow_on(connection, table)
    return count, since


def _still(name: str, rows: Iterable[Row], held: Rows) -> Iterator[Row]:
    """The rows of a copy as they are after what was taken back since."""
    if name not in held:
        yield from rows
    elif name == "subscription":
        now = {tuple(row[key] for key in _SUBSCRIBED) for row in held[name]}
        yield from (row for row in rows if tuple(row[key] for key in _SUBSCRIBED) in now)
    elif name == "audit":
        erased = {(row["id"], row["at"]): row for row in held[name] if row["erased_at"]}
        yield from (erased.get((row["id"], row["at"]), row) for row in rows)
    else:
        key, ended = _TAKEN_BACK[name]
        back = {(row["id"], row[key]): row[ended] for row in held[name]}
        yield from ({**row, ended: row[ended] or back.get((row["id"], row[key]))} for row in rows)


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=bool(column.nullable))
    count, left = 0, iter(rows)
    while some := [row_from_json(table, row) for row in islice(left, _AT_ONCE)]:
        connection.execute(insert(table), some)
        count += len(some)
    return count


def _follow_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts on from the largest id that was brought back; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c and table.c.id.autoincrement is True:
        counter = f"pg_get_serial_sequence('{table.name}', 'id')"
        connection.execute(text(f"SELECT setval({counter}, max(id)) FROM {table.name} HAVING max(id) IS NOT NULL"))


def _keep_out(connection: Connection, since: Iterable[Row]) -> int:
    """Take out again who was taken out since the copy and not put in again, drafts and pictures of them too."""
    last: dict[tuple[str, str | None, str], Row] = {}
    for row in since:
        if row["kind"] == Kind.MEMBER and row["item"] is not None:
            last[row["force_id"], row["neighbourhood_id"], row["item"]] = row
    count = 0
    for (force_id, neighbourhood_id, external_id), row in last.items():
        if row["deed"] == "remove":
            where = Where(force_id, neighbourhood_id)
            count += _take_out(connection, where, external_id, (row["after"] or {}).get("imported", ()))
            raise_revision(connection, where)
    return count


def _take_out(connection: Connection, where: Where, external_id: str, marks: Collection[str]) -> int:
    """Take out one person, by the id that they had when they were taken out or what they had been imported as."""
    rows = [
        row
        for row in connection.execute(select(PERSON).where(*_of(PERSON, where)))
        if _is(row, external_id, where, marks)
    ]
    connection.execute(delete(PERSON).where(PERSON.c.id.in_([row.id for row in rows])))
    known = {external_id, *(row.external_id or f"{IMPORTED}{row.id}" for row in rows)}
    drafted = (*_of(DRAFT, where), DRAFT.c.kind == Kind.MEMBER, DRAFT.c.external_id.in_(known))
    said = [*(row.written or {} for row in rows), *connection.scalars(select(DRAFT.c.fields).where(*drafted))]
    connection.execute(delete(DRAFT).where(*drafted))
    for picture_id in {one.get("picture_id") for one in said} - {None}:
        picture.drop_unused(connection, picture_id)
    return len(rows)


def _is(row: SqlRow[Any], external_id: str, where: Where, marks: Collection[str]) -> bool:
    mark = mark_of(Kind.MEMBER, where, row) or {}
    known = row.external_id or f"{IMPORTED}{row.id}"
    return known == external_id or any(one in marks for one in mark.get("imported", ()))


def _of(held: Table, where: Where) -> tuple[ColumnElement[bool], ...]:
    return held.c.force_id == where.force_id, held.c.neighbourhood_id.is_not_distinct_from(where.neighbourhood_id)
