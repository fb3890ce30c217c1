"""What is published of a force and of a neighbourhood: one function per question."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, bindparam, func, or_, select, true

from api.publish import table
from api.publish.clock import wall
from api.publish.occurrence import Meeting, meetings_of
from api.publish.record import (
    Action,
    Answer,
    ContactPoint,
    EngagementMethod,
    Event,
    ForceDetail,
    Link,
    NeighbourhoodDetail,
    News,
    Person,
    Picture,
    Priority,
    WithdrawnNews,
)
from geo.neighbourhood import NeighbourhoodRef

Record = TypeVar("Record")
Condition = ColumnElement[bool]


def force_names(connection: Connection) -> dict[str, str]:
    """The names that forces gave themselves, by force id."""
    named = select(table.FORCE.c.id, table.FORCE.c.name).where(table.FORCE.c.name.is_not(None))
    return {str(force_id): str(name) for force_id, name in connection.execute(named)}


def force_detail(connection: Connection, force_id: str) -> ForceDetail | None:
    """What a force says of itself; `None` where nothing was published."""
    row = _row(connection, table.FORCE, table.FORCE.c.id == force_id)
    if row is None:
        return None
    owned = table.ENGAGEMENT_METHOD.c.force_id == force_id
    return _filled(ForceDetail, row, engagement_methods=items(connection, EngagementMethod, owned))


def officers(connection: Connection, force_id: str, now: datetime | None = None) -> tuple[Person, ...]:
    """A force's senior officers who are shown at a moment (by default this one), in the force's order."""
    owned = table.PERSON.c.force_id == force_id
    return items(connection, Person, owned, table.PERSON.c.neighbourhood_id.is_(None), *persons_shown(now))


def neighbourhood_names(connection: Connection, force_id: str) -> dict[str, str]:
    """The names of a force's neighbourhoods by id, in order of id."""
    held = table.NEIGHBOURHOOD.c
    named = select(held.id, held.name).where(held.force_id == force_id, held.name.is_not(None))
    return dict(sorted((str(neighbourhood_id), str(name)) for neighbourhood_id, name in connection.execute(named)))


def neighbourhood_detail(connection: Connection, ref: NeighbourhoodRef) -> NeighbourhoodDetail | None:
    """What is said of a neighbourhood; `None` where nothing was published."""
    row = _row(connection, table.NEIGHBOURHOOD, *_is(ref))
    if row is None:
        return None
    return _filled(
        NeighbourhoodDetail,
        row,
        links=items(connection, Link, *of_neighbourhood(table.LINK, ref)),
        contact_points=items(connection, ContactPoint, *of_neighbourhood(table.CONTACT_POINT, ref)),
    )


def team(connection: Connection, ref: NeighbourhoodRef, now: datetime | None = None) -> tuple[Person, ...]:
    """The members of a neighbourhood's team who are shown at a moment (by default this one), in its order."""
    return items(connection, Person, *of_neighbourhood(table.PERSON, ref), *persons_shown(now))


def meetings(connection: Connection, ref: NeighbourhoodRef, since: datetime) -> tuple[Meeting, ...]:
    """A neighbourhood's events that are not over, soonest first, those that are called off among them.

    Args:
        connection: to the updates database.
        ref: the neighbourhood.
        since: what ended before this is over; wall-clock time.
    """
    held = table.EVENT.c
    ahead = or_(func.coalesce(held.ends_at, held.starts_at) >= since, held.repeats.is_not(None))
    return meetings_of(items(connection, Event, *of_neighbourhood(table.EVENT, ref), ahead), since)


def upcoming(connection: Connection, ref: NeighbourhoodRef, since: datetime) -> tuple[Event, ...]:
    """Each time at which an event of a neighbourhood takes place and is not over, soonest first.

    Of what repeats it is each time of the coming year. What is called off is not among them.
    """
    times = [time for one in meetings(connection, ref, since) if one.event.cancelled_at is None for time in one.times]
    return tuple(sorted(times, key=lambda event: event.starts_at))


def priorities(connection: Connection, ref: NeighbourhoodRef) -> tuple[Priority, ...]:
    """A neighbourhood's open priorities in its order, each with what was done, newest first."""
    return priorities_where(connection, *of_neighbourhood(table.PRIORITY, ref), table.PRIORITY.c.closed_at.is_(None))


def closed_priorities(connection: Connection, ref: NeighbourhoodRef, since: datetime) -> tuple[Priority, ...]:
    """Those that were closed since a time (by the clock on the wall), the latest first."""
    found = priorities_where(connection, *of_neighbourhood(table.PRIORITY, ref), table.PRIORITY.c.closed_at >= since)
    return tuple(sorted(found, key=lambda one: one.closed_at or since, reverse=True))


def news(connection: Connection, ref: NeighbourhoodRef, now: datetime | None = None) -> tuple[News, ...]:
    """A neighbourhood's updates that are shown at a moment (by default this one): pinned first, then the newest."""
    found = items(connection, News, *of_neighbourhood(table.NEWS, ref), *news_shown(now))
    return tuple(sorted(found, key=lambda one: (one.pinned, one.issued_at), reverse=True))


def withdrawn_news(connection: Connection, ref: NeighbourhoodRef, since: datetime) -> tuple[WithdrawnNews, ...]:
    """Those that were shown and taken back since a moment, the latest first."""
    held = table.NEWS.c
    seen = or_(held.shown_from.is_(None), held.shown_from <= held.withdrawn_at)
    found = items(connection, WithdrawnNews, *of_neighbourhood(table.NEWS, ref), held.withdrawn_at >= since, seen)
    return tuple(sorted(found, key=lambda one: one.withdrawn_at, reverse=True))


def answers(connection: Connection, ref: NeighbourhoodRef) -> tuple[Answer, ...]:
    """Questions of residents that a neighbourhood's team answered, the newest first."""
    found = items(connection, Answer, *of_neighbourhood(table.ANSWER, ref))
    return tuple(sorted(found, key=lambda one: one.answered_at, reverse=True))


def pictures(connection: Connection, ids: Iterable[str | None]) -> dict[str, Picture]:
    """How large pictures are, by id; what is not held is not there."""
    held, wanted = table.PICTURE.c, {one for one in ids if one}
    if not wanted:
        return {}
    rows = connection.execute(select(held.id, held.width, held.height).where(held.id.in_(wanted)))
    return {row.id: Picture(*row) for row in rows}


def picture_shown(connection: Connection, picture_id: str, now: datetime | None = None) -> tuple[str, bytes] | None:
    """Media type and content of a picture that something public shows at a moment (by default this one)."""
    held, person, told = table.PICTURE.c, table.PERSON.c, table.NEWS.c
    shown = or_(
        select(person.id).where(person.picture_id == picture_id, *persons_shown(now)).exists(),
        select(told.id).where(told.picture_id == picture_id, *news_shown(now)).exists(),
    )
    row = connection.execute(select(held.media_type, held.content).where(held.id == picture_id, shown)).one_or_none()
    return None if row is None else (str(row.media_type), bytes(row.content))


def persons_shown(now: datetime | None = None) -> tuple[Condition, ...]:
    """The conditions that a person is shown at a moment (by default this one): from the day of leaving on nobody is."""
    held, today = table.PERSON.c, wall(now or datetime.now(UTC)).date()
    return held.shown.is_(true()), or_(held.leaves_on.is_(None), held.leaves_on > today)


def news_shown(now: datetime | None = None) -> tuple[Condition, ...]:
    """The conditions that an update is shown at a moment (by default this one)."""
    held, now = table.NEWS.c, now or datetime.now(UTC)
    begun, ended = or_(held.shown_from.is_(None), held.shown_from <= now), held.shown_until <= now
    return held.withdrawn_at.is_(None), begun, or_(held.shown_until.is_(None), ~ended)


def revision(connection: Connection, ref: NeighbourhoodRef) -> int:
    """A number that rises whenever something of a neighbourhood is published or changed; 0 where nothing ever was.

    What its force says of itself has a number of its own: `force_revision`.
    """
    return int(connection.execute(_REVISION, {"of_force": ref.force_id, "of_id": ref.id}).scalar() or 0)


_REVISION = select(table.NEIGHBOURHOOD.c.revision).where(  # asked for each page, so put together once
    table.NEIGHBOURHOOD.c.force_id == bindparam("of_force"), table.NEIGHBOURHOOD.c.id == bindparam("of_id")
)


def force_revision(connection: Connection, force_id: str) -> int:
    """A number that rises whenever a force's own details or senior officers change; 0 where nothing is published."""
    held = select(table.FORCE.c.revision).where(table.FORCE.c.id == force_id)
    return int(connection.execute(held).scalar() or 0)


TABLES: dict[type[Any], Table] = {
    EngagementMethod: table.ENGAGEMENT_METHOD,
    Person: table.PERSON,
    Link: table.LINK,
    ContactPoint: table.CONTACT_POINT,
    Event: table.EVENT,
    News: table.NEWS,
    WithdrawnNews: table.NEWS,
    Answer: table.ANSWER,
}


def items(connection: Connection, kind: type[Record], *where: Condition) -> tuple[Record, ...]:
    """The records of one kind for which some conditions hold, in their order."""
    held = TABLES[kind]
    rows = connection.execute(select(*_columns(held, kind)).where(*where).order_by(held.c.position, held.c.id))
    return tuple(kind(**row._mapping) for row in rows)


def priorities_where(connection: Connection, *where: Condition) -> tuple[Priority, ...]:
    """The priorities for which some conditions hold, in their order, each with what was done, newest first."""
    held, done = table.PRIORITY.c, table.PRIORITY_ACTION.c
    columns = _columns(table.PRIORITY, Priority, "actions")
    rows = connection.execute(select(held.id, *columns).where(*where).order_by(held.position, held.id)).mappings()
    found = {row["id"]: Priority(**{name: row[name] for name in row if name != "id"}) for row in rows}
    actions: dict[int, list[Action]] = {number: [] for number in found}
    rows = connection.execute(
        select(done.priority_id, *_columns(table.PRIORITY_ACTION, Action))
        .where(done.priority_id.in_(select(held.id).where(*where)))
        .order_by(done.acted_at.desc().nulls_last(), done.id.desc())
    ).mappings()
    for row in rows:
        actions[row["priority_id"]].append(Action(**{name: row[name] for name in row if name != "priority_id"}))
    return tuple(replace(priority, actions=tuple(actions[number])) for number, priority in found.items())


def of_neighbourhood(held: Table, ref: NeighbourhoodRef) -> tuple[Condition, Condition]:
    """The condition that a row of a table belongs to a neighbourhood."""
    return held.c.force_id == ref.force_id, held.c.neighbourhood_id == ref.id


def _columns(held: Table, kind: type[Any], *without: str) -> list[Any]:
    return [held.c[one.name] for one in fields(kind) if one.name not in without]


def _is(ref: NeighbourhoodRef) -> tuple[Condition, Condition]:
    return table.NEIGHBOURHOOD.c.force_id == ref.force_id, table.NEIGHBOURHOOD.c.id == ref.id


def _row(connection: Connection, held: Table, *where: Condition) -> RowMapping | None:
    return connection.execute(select(held).where(*where)).mappings().one_or_none()


def _filled(kind: type[Record], row: RowMapping, **more: Any) -> Record:
    """A record from the columns of its names, and what is not in columns."""
    names = {one.name for one in fields(kind)} - set(more)  # type: ignore[arg-type]
    return kind(**{name: row[name] for name in names}, **more)
