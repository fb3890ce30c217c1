"""Who did what, when: a record that only grows. Erasing what it says of somebody leaves the row that it was there."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from api.publish.policy import Actor, Where
from api.publish.staff_table import AUDIT

PAGE = 100


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One deed.

    Attributes:
        id: rises with each.
        at: when, UTC.
        actor_kind, actor, actor_name: who; `docs/spec/updates.md` says which kinds there are.
        deed: `sign-in`, `sign-in-refused`, `publish`, `withdraw`, `refused`, ...
        force_id, neighbourhood_id: where; `None` for what is the nation's.
        kind, item: of what.
        before, after: as it was and as it became; empty where it was erased.
        erased_at, erased_why: since when what it said is gone, and why.
    """

    id: int
    at: datetime
    actor_kind: str
    actor: str | None
    actor_name: str | None
    deed: str
    force_id: str | None
    neighbourhood_id: str | None
    kind: str | None
    item: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    erased_at: datetime | None
    erased_why: str | None

    def json(self) -> dict[str, Any]:
        """One line of an export (docs/spec/updates.md)."""
        moments = {"at": self.at.isoformat(), "erased_at": self.erased_at and self.erased_at.isoformat()}
        return asdict(self) | moments


def note(
    connection: Connection,
    actor: Actor,
    deed: str,
    where: Where | None = None,
    kind: str | None = None,
    item: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down a deed, within the transaction that does it; `before` and `after` must be what JSON can hold."""
    place = where or Where()
    row = {"kind": kind, "item": item, "before": before, "after": after}
    who = {"actor_kind": actor.kind, "actor": actor.id, "actor_name": actor.name}
    there = {"force_id": place.force_id, "neighbourhood_id": place.neighbourhood_id}
    connection.execute(insert(AUDIT).values(at=datetime.now(UTC), deed=deed, **who, **there, **row))


def audit_of(
    connection: Connection,
    where: Where,
    below: int | None = None,
    most: int | None = PAGE,
    *,
    actor_name: str | None = None,
    deed: str | None = None,
) -> list[AuditRow]:
    """What was done in a force, a neighbourhood or the nation, newest first.

    Args:
        connection: to the updates database.
        where: whose.
        below: only rows with a smaller id, so that pages follow on.
        most: rows; `None` for all.
        actor_name: only what somebody of that name did.
        deed: only deeds of that kind.
    """
    asked = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(most)
    if where.force_id is not None:
        asked = asked.where(AUDIT.c.force_id == where.force_id)
    if where.neighbourhood_id is not None:
        asked = asked.where(AUDIT.c.neighbourhood_id == where.neighbourhood_id)
    for column, value in ((AUDIT.c.actor_name, actor_name), (AUDIT.c.deed, deed)):
        if value is not None:
            asked = asked.where(column == value)
    if below is not None:
        asked = asked.where(AUDIT.c.id < below)
    return list(_rows(connection, asked))


def audited(connection: Connection, where: Where) -> dict[str, list[str]]:
    """What the rows of a force can be told apart by: neighbourhoods, people and deeds, each from A to Z."""
    columns = {"neighbourhood": AUDIT.c.neighbourhood_id, "person": AUDIT.c.actor_name, "deed": AUDIT.c.deed}
    return {
        name: sorted(
            connection.scalars(select(column).distinct().where(AUDIT.c.force_id == where.force_id, column.is_not(None)))
        )
        for name, column in columns.items()
    }


def erase(connection: Connection, where: Where, kind: str, item: str, why: str) -> int:
    """Take what the audit says of one item out of every row about it; that there was something to say stays.

    Args:
        connection: of a transaction.
        where: the neighbourhood, or force, of the item: another's may have one of the same id.
        kind: of the item.
        item: its external id.
        why: said in each row.

    Returns:
        How many rows.
    """
    own = (AUDIT.c.force_id == where.force_id, AUDIT.c.neighbourhood_id == where.neighbourhood_id)
    of_it = (
        *own, AUDIT.c.kind == kind, AUDIT.c.item == item, or_(AUDIT.c.before.is_not(None), AUDIT.c.after.is_not(None)),
    )  # fmt: skip
    gone = {"before": None, "after": None, "erased_at": datetime.now(UTC), "erased_why": why}
    return connection.execute(update(AUDIT).where(*of_it).values(**gone)).rowcount


def _rows(connection: Connection, asked: Any) -> Iterator[AuditRow]:
    for row in connection.execute(asked).mappings():
        yield AuditRow(**row)
