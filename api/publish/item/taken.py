"""What was imported and then changed or taken out here: a hash of it stays in the audit, so that it does not return."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import Connection, select, update

from api.publish import audit
from api.publish.item.kind import Kind
from api.publish.policy import Actor, Where
from api.publish.record import ContactPoint, Event, Link, Person, Priority
from api.publish.staff_table import AUDIT
from api.publish.table import PRIORITY

Record = TypeVar("Record", bound=object)
_MARK = "imported"
# by what a thing is the same when it comes again, whatever else its source says of it by then
_TELLING: dict[Kind, tuple[str, ...]] = {
    Kind.MEMBER: ("name",),
    Kind.LINK: ("url",),
    Kind.CONTACT_POINT: ("name", "address"),
    Kind.EVENT: ("title", "starts_at", "address"),
    Kind.PRIORITY: ("issue",),
}
_KINDS: dict[type[Any], Kind] = {
    Person: Kind.MEMBER, Link: Kind.LINK, ContactPoint: Kind.CONTACT_POINT, Event: Kind.EVENT, Priority: Kind.PRIORITY,
}  # fmt: skip


def mark_of(kind: Kind, where: Where, row: Any) -> Mapping[str, Any] | None:
    """What the audit keeps of a row that an import had brought; `None` of one that was published here."""
    if kind not in _TELLING or row.source is None:
        return None
    return {_MARK: [_hash(kind, where, row)]}


def marks_of(connection: Connection, where: Where, kind: Kind, external_id: str) -> Mapping[str, Any] | None:
    """What the audit keeps of what a thing was imported as, to be kept when the rest of it is erased."""
    found = _marks(connection, where, kind, external_id)
    return {_MARK: sorted(found)} if found else None


def not_taken(connection: Connection, where: Where, brought: Sequence[Record]) -> tuple[Record, ...]:
    """Of what an import brings, what nobody has changed or taken out here."""
    kind = _KINDS.get(type(brought[0])) if brought else None
    taken = _marks(connection, where, kind) if kind else frozenset()
    if kind is None or not taken:
        return tuple(brought)
    return tuple(one for one in brought if _hash(kind, where, one) not in taken)


def take_over(connection: Connection, actor: Actor, where: Where, priority_id: int) -> None:
    """From now on no import touches a priority: the team has said here what it did about it."""
    row = connection.execute(select(PRIORITY).where(PRIORITY.c.id == priority_id)).one()
    mark = mark_of(Kind.PRIORITY, where, row)
    if mark is None:
        return
    ours = {"source": None, "imported_at": None}
    connection.execute(update(PRIORITY).where(PRIORITY.c.id == priority_id).values(**ours))
    audit.note(connection, actor, "take-over", where, Kind.PRIORITY, f"import-{priority_id}", mark)


def _marks(connection: Connection, where: Where, kind: Kind, external_id: str | None = None) -> frozenset[str]:
    held = AUDIT.c
    own = (held.force_id == where.force_id, held.neighbourhood_id == where.neighbourhood_id, held.kind == kind)
    asked = select(held.before, held.after).where(*own)
    if external_id is not None:
        asked = asked.where(held.item == external_id)
    return frozenset(_in(said for row in connection.execute(asked) for said in row if said is not None))


def _in(documents: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (one for said in documents for one in said.get(_MARK, ()))


def _hash(kind: Kind, where: Where, said: Any) -> str:
    told = (getattr(said, name) for name in _TELLING[kind])
    parts = (where.force_id, where.neighbourhood_id, kind, *told)
    return sha256("\0".join(str(part or "") for part in parts).encode()).hexdigest()
