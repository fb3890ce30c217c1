"""Taking what a source holds into the updates database: what is there already stays, with its source and date.

A source speaks for what it brought, and for what other sources brought before it of the same kind and owner. What was
published here (rows without a source) is never touched by a list that comes in, and what was changed or taken out here
does not come again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, insert, select, update

from api.publish import table
from api.publish.content import TABLES, items, priorities_where
from api.publish.item.taken import not_taken
from api.publish.policy import Where
from api.publish.record import (
    ContactPoint,
    EngagementMethod,
    Event,
    ForceContent,
    Link,
    NeighbourhoodContent,
    Person,
    Priority,
)
from api.publish.revision import raise_revision

Owner = Mapping[str, str | None]
Item = TypeVar("Item", EngagementMethod, Person, Link, ContactPoint, Event)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something came from, and when it came in."""

    source: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Import:
    """One coming in, within one transaction.

    Attributes:
        connection: of the transaction.
        mark: what its rows are marked with.
    """

    connection: Connection
    mark: Mark

    def force(self, force_id: str, content: ForceContent) -> tuple[bool, int]:
        """Take in a force's content; whether the force itself changed, and how many of its neighbourhoods."""
        key = {"id": force_id}
        owner: Owner = {"force_id": force_id}
        self._ensure(table.FORCE, key)
        changed = [False]
        if content.detail is not None:
            changed.append(self._describe(table.FORCE, key, columns_of(content.detail)))
            changed.append(self._list(owner, EngagementMethod, content.detail.engagement_methods))
        elif content.name is not None:
            changed.append(self._describe(table.FORCE, key, {"name": content.name}))
        if content.officers is not None:
            changed.append(self._list({**owner, "neighbourhood_id": None}, Person, content.officers))
        if any(changed):
            raise_revision(self.connection, Where(force_id))
        return any(changed), sum(self._neighbourhood(force_id, *one) for one in sorted(content.neighbourhoods.items()))

    def _neighbourhood(self, force_id: str, neighbourhood_id: str, content: NeighbourhoodContent) -> bool:
        key = {"force_id": force_id, "id": neighbourhood_id}
        owner: Owner = {"force_id": force_id, "neighbourhood_id": neighbourhood_id}
        self._ensure(table.NEIGHBOURHOOD, key)
        changed = [False]
        if content.detail is not None:
            changed.append(self._describe(table.NEIGHBOURHOOD, key, columns_of(content.detail)))
            changed.append(self._list(owner, Link, content.detail.links))
            changed.append(self._list(owner, ContactPoint, content.detail.contact_points))
        elif content.name is not None:
            changed.append(self._describe(table.NEIGHBOURHOOD, key, {"name": content.name}))
        if content.team is not None:
            changed.append(self._list(owner, Person, content.team))
        if content.events is not None:
            changed.append(self._list(owner, Event, content.events))
        if content.priorities is not None:
            changed.append(self._priorities(owner, content.priorities))
        if any(changed):
            raise_revision(self.connection, Where(force_id, neighbourhood_id))
        return any(changed)

    def _ensure(self, held: Table, key: Mapping[str, str]) -> None:
        """A row for what belongs to it to stand on."""
        there = select(held.c.revision).where(*_equal(held, key))
        if self.connection.execute(there).one_or_none() is None:
            self.connection.execute(insert(held).values(**key))

    def _describe(self, held: Table, key: Mapping[str, str], said: Mapping[str, Any]) -> bool:
        here = self._written_here(held, key)
        said = {name: value for name, value in said.items() if name not in here}
        there = self.connection.execute(select(*(held.c[name] for name in said)).where(*_equal(held, key))).one()
        if there._mapping == said:
            return False
        mark = {} if here else asdict(self.mark)
        self.connection.execute(update(held).where(*_equal(held, key)).values(**said, **mark))
        return True

    def _written_here(self, held: Table, key: Mapping[str, str]) -> frozenset[str]:
        """The columns that a team wrote itself: from then on no import touches them."""
        if "written" not in held.c:
            return frozenset()
        return frozenset(self.connection.scalar(select(held.c.written).where(*_equal(held, key))) or ())

    def _list(self, owner: Owner, kind: type[Item], brought: Sequence[Item]) -> bool:
        held: Table = TABLES[kind]
        brought = not_taken(self.connection, _where(owner), brought)
        imported = (*_equal(held, owner), held.c.source.is_not(None))
        if items(self.connection, kind, *imported) == tuple(brought):
            return False
        self.connection.execute(delete(held).where(*imported))
        if brought:
            rows = [self._row(owner, position, asdict(item)) for position, item in enumerate(brought)]
            self.connection.execute(insert(held), rows)
        return True

    def _priorities(self, owner: Owner, brought: Sequence[Priority]) -> bool:
        brought = not_taken(self.connection, _where(owner), brought)
        imported = (*_equal(table.PRIORITY, owner), table.PRIORITY.c.source.is_not(None))
        if priorities_where(self.connection, *imported) == tuple(brought):
            return False
        self.connection.execute(delete(table.PRIORITY).where(*imported))  # their actions go with them
        for position, priority in enumerate(brought):
            row = self._row(owner, position, columns_of(priority))
            number = self.connection.execute(
                insert(table.PRIORITY).values(**row).returning(table.PRIORITY.c.id)
            ).scalar()
            for action in reversed(priority.actions):
                done = {"priority_id": number, **asdict(action), **asdict(self.mark)}
                self.connection.execute(insert(table.PRIORITY_ACTION).values(**done))
        return True

    def _row(self, owner: Owner, position: int, said: Mapping[str, Any]) -> dict[str, Any]:
        return {**owner, "position": position, **said, **asdict(self.mark)}


def _where(owner: Owner) -> Where:
    return Where(owner["force_id"], owner.get("neighbourhood_id"))


def columns_of(record: Any) -> dict[str, Any]:
    """A record's values but for what belongs to it in tables of their own."""
    return {one.name: value for one in fields(record) if not isinstance(value := getattr(record, one.name), tuple)}


def _equal(held: Table, key: Mapping[str, str | None]) -> list[Any]:
    return [held.c[name] == value for name, value in key.items()]
