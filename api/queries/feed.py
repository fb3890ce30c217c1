"""What teams published lately, newest first: of one neighbourhood, or of all of a force's."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, func, select

from api.publish import content, table
from api.publish.clock import midnight, moment_of
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.moment import moments_of, passed
from api.publish.occurrence import meetings_of
from api.publish.policy import Where
from api.publish.record import Action, Answer, Event, News, Picture
from geo.neighbourhood import NeighbourhoodRef

MOST = 50  # entries of a feed
_SPACE = UUID("7f1f2b9e-1f0a-5c43-9d0c-2f9a6f1f5a10")  # ours: what names entries, whatever the site's address is


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was published.

    Attributes:
        id: `urn:uuid:…`, the same for as long as the thing is there.
        ref: whose.
        record: what it is.
        begun_at: since when it is there, UTC.
        changed_at: when it became what it is, UTC.
        issue, issue_cy: of an action, what it was done about; HTML.
        next: of an event, the next time that it takes place.
        picture: of an update.
    """

    id: str
    ref: NeighbourhoodRef
    record: News | Action | Event | Answer
    begun_at: datetime
    changed_at: datetime
    issue: str | None = None
    issue_cy: str | None = None
    next: Event | None = None
    picture: Picture | None = None


def feed_of(updates: Updates, where: Where, today: date, now: datetime | None = None) -> tuple[Entry, ...]:
    """The newest entries of a neighbourhood or a force.

    Args:
        updates: the updates database.
        where: whose.
        today: the day on which events are over or not.
        now: the moment at which updates are shown or not; by default this one.
    """
    now = now or datetime.now(UTC)
    with updates.reading() as connection:
        found = [*_news(connection, where, now), *_actions(connection, where), *_answers(connection, where)]
        found += _events(connection, where, today)
    return tuple(sorted(found, key=lambda one: one.changed_at, reverse=True)[:MOST])


def feed_revision(updates: Updates, where: Where, now: datetime | None = None) -> tuple[str, datetime]:
    """What changes whenever a feed does, but for the day that it is; and when it did so last, UTC."""
    held = table.NEIGHBOURHOOD.c
    with updates.reading() as connection:
        latest, n = connection.execute(
            select(func.coalesce(func.max(held.revision), 0), func.count()).where(*_of(table.NEIGHBOURHOOD, where))
        ).one()
    come = passed(_moments(updates, where, f"{latest} {n}"), now or datetime.now(UTC))
    written = datetime.fromtimestamp(latest // 1_000, UTC)
    return f"{latest} {n} {come}", max(written, come or written)


@lru_cache(maxsize=256)
def _moments(updates: Updates, where: Where, revision: str) -> tuple[datetime, ...]:  # noqa: ARG001
    with updates.reading() as connection:
        return moments_of(connection, where)


def _news(connection: Connection, where: Where, now: datetime) -> Iterator[Entry]:
    newest = table.NEWS.c.issued_at.desc()
    found = list(_owned(connection, News, table.NEWS, where, *content.news_shown(now), order=newest))
    pictures = content.pictures(connection, [record.picture_id for _, _, record in found])
    for ref, row, record in found:
        issued = moment_of(record.issued_at)
        begun = max(issued, row["shown_from"] or issued)
        yield _entry(ref, Kind.NEWS, record, begun, picture=pictures.get(record.picture_id or ""))


def _answers(connection: Connection, where: Where) -> Iterator[Entry]:
    newest = table.ANSWER.c.answered_at.desc()
    for ref, _, record in _owned(connection, Answer, table.ANSWER, where, order=newest):
        yield _entry(ref, Kind.ANSWER, record, moment_of(record.answered_at))


def _events(connection: Connection, where: Where, today: date) -> Iterator[Entry]:
    start = datetime.combine(today, time.min)
    held = table.EVENT.c
    ahead = (func.coalesce(held.ends_at, held.starts_at) >= start) | held.repeats.is_not(None)
    for ref, _, record in _owned(connection, Event, table.EVENT, where, ahead, order=held.starts_at, most=10 * MOST):
        for meeting in meetings_of((record,), start):
            told = (record.title, record.starts_at.isoformat(), record.address or "")
            begun = record.changed_at or record.imported_at or midnight(today)
            yield _entry(ref, Kind.EVENT, record, begun, told, next=meeting.times[0])


def _actions(connection: Connection, where: Where) -> Iterator[Entry]:
    held, done = table.PRIORITY.c, table.PRIORITY_ACTION.c
    columns = [done[one.name] for one in fields(Action)]
    rows = connection.execute(
        select(held.force_id, held.neighbourhood_id, held.issue, held.issue_cy, held.external_id.label("of"), *columns)
        .join_from(table.PRIORITY, table.PRIORITY_ACTION)
        .where(*_of(table.PRIORITY, where), done.acted_at.is_not(None))
        .order_by(done.acted_at.desc(), done.id.desc())
        .limit(MOST)
    ).mappings()
    for row in rows:
        record = Action(**{one.name: row[one.name] for one in fields(Action)})
        ref = NeighbourhoodRef(row["force_id"], row["neighbourhood_id"])
        of = row["of"] or row["issue"]
        told = (of, record.external_id) if record.external_id else (of, record.action, str(record.acted_at))
        begun = moment_of(row["acted_at"])
        yield _entry(ref, Kind.ACTION, record, begun, told, issue=row["issue"], issue_cy=row["issue_cy"])


def _entry(
    ref: NeighbourhoodRef, kind: Kind, record: Any, begun: datetime, told: tuple[str, ...] | None = None, **more: Any
) -> Entry:
    """An entry; `told` names what was imported, and what is unique only within another."""
    within = told if told is not None and (kind is Kind.ACTION or record.external_id is None) else None
    key = sha256("\0".join(within).encode()).hexdigest() if within else record.external_id
    known = uuid5(_SPACE, "\0".join((ref.force_id, ref.id, kind, str(key))))
    changed = record.changed_at or begun
    return Entry(f"urn:uuid:{known}", ref, record, begun, max(changed, begun), **more)


def _owned(
    connection: Connection, kind: type[Any], held: Table, where: Where, *conditions: Any, order: Any, most: int = MOST
) -> Iterator[tuple[NeighbourhoodRef, RowMapping, Any]]:
    """Records with whose they are, and their row."""
    names = [one.name for one in fields(kind)]
    asked = select(held).where(*_of(held, where), *conditions)
    rows = connection.execute(asked.order_by(order, held.c.id).limit(most))
    for row in rows.mappings():
        ref = NeighbourhoodRef(row["force_id"], row["neighbourhood_id"])
        yield ref, row, kind(**{name: row[name] for name in names})


def _of(held: Table, where: Where) -> list[ColumnElement[bool]]:
    own = held.c.id if held is table.NEIGHBOURHOOD else held.c.neighbourhood_id
    within = [held.c.force_id == where.force_id]
    return within if where.neighbourhood_id is None else [*within, own == where.neighbourhood_id]
