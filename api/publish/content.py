"""What is published of a force and of a neighbourhood: one function per question."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, bindparam, func, select

from api.publish import table
from api.publish.record import (
    Action,
    ContactPoint,
    EngagementMethod,
    Event,
    ForceDetail,
    Link,
    NeighbourhoodDetail,
    Person,
    Priority,
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


def officers(connection: Connection, force_id: str) -> tuple[Person, ...]:
    """A force's senior officers, in the force's order."""
    owned = table.PERSON.c.force_id == force_id
    return items(connection, Person, owned, table.PERSON.c.neighbourhood_id.is_(None))


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


def team(connection: Connection, ref: NeighbourhoodRef) -> tuple[Person, ...]:
    """The members of a neighbourhood's team, in its order."""
    return items(connection, Person, *of_neighbourhood(table.PERSON, ref))


def upcoming(connection: Connection, ref: NeighbourhoodRef, since: datetime) -> tuple[Event, ...]:
    """A neighbourhood's events that are not over, soonest first.

    Args:
        connection: to the updates database.
        ref: the neighbourhood.
        since: what ended before this is over; wall-clock time.
    """
    held = table.EVENT.c
    ahead = func.coalesce(held.ends_at, held.starts_at) >= since
    found = items(connection, Event, *of_neighbourhood(table.EVENT, ref), ahead)
    return tuple(sorted(found, key=lambda event: event.starts_at))


def priorities(connection: Connection, ref: NeighbourhoodRef) -> tuple[Priority, ...]:
    """A neighbourhood's priorities in its order, each with what was done, newest first."""
    return priorities_where(connection, *of_neighbourhood(table.PRIORITY, ref))


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
}


def items(connection: Connection, kind: type[Record], *where: Condition) -> tuple[Record, ...]:
    """The records of one kind for which some conditions hold, in their order."""
    held = TABLES[kind]
    columns = [held.c[one.name] for one in fields(kind)]  # type: ignore[arg-type]
    rows = connection.execute(select(*columns).where(*where).order_by(held.c.position, held.c.id))
    return tuple(kind(*row) for row in rows)


def priorities_where(connection: Connection, *where: Condition) -> tuple[Priority, ...]:
    """The priorities for which some conditions hold, in their order."""
    held, done = table.PRIORITY.c, table.PRIORITY_ACTION.c
    rows = connection.execute(
        select(held.id, held.issue, held.issued_at, held.issue_cy, done.action, done.acted_at, done.action_cy)
        .join_from(table.PRIORITY, table.PRIORITY_ACTION, isouter=True)
        .where(*where)
        .order_by(held.position, held.id, done.acted_at.desc().nulls_last(), done.id.desc())
    )
    found: dict[int, tuple[Priority, list[Action]]] = {}
    for number, issue, issued_at, issue_cy, action, acted_at, action_cy in rows:
        _, actions = found.setdefault(number, (Priority(issue, issued_at, issue_cy), []))
        if action is not None:
            actions.append(Action(action, acted_at, action_cy))
    return tuple(replace(priority, actions=tuple(actions)) for priority, actions in found.values())


def of_neighbourhood(held: Table, ref: NeighbourhoodRef) -> tuple[Condition, Condition]:
    """The condition that a row of a table belongs to a neighbourhood."""
    return held.c.force_id == ref.force_id, held.c.neighbourhood_id == ref.id


def _is(ref: NeighbourhoodRef) -> tuple[Condition, Condition]:
    return table.NEIGHBOURHOOD.c.force_id == ref.force_id, table.NEIGHBOURHOOD.c.id == ref.id


def _row(connection: Connection, held: Table, *where: Condition) -> RowMapping | None:
    return connection.execute(select(held).where(*where)).mappings().one_or_none()


def _filled(kind: type[Record], row: RowMapping, **more: Any) -> Record:
    """A record from the columns of its names, and what is not in columns."""
    names = {one.name for one in fields(kind)} - set(more)  # type: ignore[arg-type]
    return kind(**{name: row[name] for name in names}, **more)
