"""Publishing: one thing of a kind put in its place, changed or taken away, in one transaction with its audit."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, case, delete, func, insert, select, update

from api.publish import audit, picture, table
from api.publish.item import taken
from api.publish.item.kind import Kind
from api.publish.item.record import ChangedMeanwhile, Item, MayNot, NoSuchItem, Put
from api.publish.item.written import Written
from api.publish.policy import Actor, Deed, Where
from api.publish.revision import raise_revision
from api.publish.staff_table import DRAFT
from api.publish.succession import predecessors

Owner = Mapping[str, Any]
IMPORTED = "import-"  # what was imported has no id of its own until it is changed here


def new_id() -> str:
    """An id for what is written here; a force's own system brings its own."""
    return uuid.uuid4().hex


def put(
    connection: Connection,
    actor: Actor,
    where: Where,
    external_id: str,
    written: Written,
    *,
    seen: int | None = None,
    part_of: str | None = None,
) -> Put:
    """Publish something, or change what is published: it is live when the transaction ends.

    Args:
        connection: of a transaction.
        actor: who does it.
        where: the neighbourhood, or the force of a senior officer.
        external_id: its id; whatever has none yet is new.
        written: what it says.
        seen: the version that the writer had before them; `None` overwrites whatever there is, 0 expects nothing.
        part_of: of an action, the external id of its priority.

    Raises:
        MayNot: the actor may not publish there.
        NoSuchItem: there is no such priority to act on.
        ChangedMeanwhile: it has another version than was seen.
    """
    kind = written.kind
    _require(actor, where, kind)
    _ensure_owners(connection, where)
    owner = _owner(connection, kind, where, part_of)
    row = _row(connection, kind, owner, external_id)
    held = None if row is None else _item(kind, where, row, part_of)
    if seen is not None and seen != (0 if held is None else held.version):
        if held is None:
            raise NoSuchItem("It was taken away meanwhile.")
        raise ChangedMeanwhile(held)
    document = written.document()
    if held is not None and held.written == document:
        return Put(held, created=False, changed=False)
    if external_id.startswith(IMPORTED):  # from now on it has an id of its own, and no import touches it
        if row is None:
            raise NoSuchItem("There is nothing of that id.")
        external_id = _named_anew(connection, where, kind, external_id)
    if kind is Kind.ACTION:
        taken.take_over(connection, actor, where, owner["priority_id"])
    _write(connection, kind, owner, row, {"external_id": external_id, **written.columns(), **_stamp(actor, document)})
    deed = "publish" if held is None else "change"
    before = None if held is None else held.written or taken.mark_of(kind, where, row)
    audit.note(connection, actor, deed, where, kind, external_id, before, document)
    raise_revision(connection, where)
    fresh = _row(connection, kind, owner, external_id)
    assert fresh is not None  # noqa: S101  it was just written
    return Put(_item(kind, where, fresh, part_of), created=held is None, changed=True)


def remove(
    connection: Connection, actor: Actor, where: Where, kind: Kind, external_id: str, part_of: str | None = None
) -> None:
    """Take something out of every page, answer and file; of a person, out of what the audit says too.

    Raises:
        MayNot: the actor may not publish there.
        NoSuchItem: there is none.
    """
    _require(actor, where, kind)
    if kind is Kind.NEIGHBOURHOOD:  # all that is published of it would go with it
        raise NoSuchItem("A neighbourhood is changed, and never taken out.")
    owner = _owner(connection, kind, where, part_of)
    row = _row(connection, kind, owner, external_id)
    if row is None:
        raise NoSuchItem("There is nothing of that id.")
    connection.execute(delete(kind.table).where(kind.table.c.id == row.id))
    owned = (DRAFT.c.force_id == where.force_id, DRAFT.c.neighbourhood_id == where.neighbourhood_id)
    connection.execute(delete(DRAFT).where(*owned, DRAFT.c.kind == kind, DRAFT.c.external_id == external_id))
    for picture_id in {getattr(row, "picture_id", None), (row.written or {}).get("picture_id")}:
        if picture_id is not None:
            picture.drop_unused(connection, picture_id)
    mark = taken.mark_of(kind, where, row) or taken.marks_of(connection, where, kind, external_id)
    if kind is Kind.MEMBER:
        _erase(connection, where, external_id)
        audit.note(connection, actor, "remove", where, kind, external_id, after=mark)
    else:
        audit.note(connection, actor, "remove", where, kind, external_id, row.written, mark)
    raise_revision(connection, where)


def _erase(connection: Connection, where: Where, external_id: str) -> None:
    """Take a person out of what the audit says, also under the ids of neighbourhoods that this one succeeded."""
    known = external_id
    old: list[str] = []
    if where.force_id is not None and where.neighbourhood_id is not None:
        old = predecessors(connection, where.force_id, where.neighbourhood_id)
    for place in (where, *(Where(where.force_id, one) for one in old)):
        known = known.removesuffix(f"@{place.neighbourhood_id}")  # which a succession put behind an id that was taken
        for named in dict.fromkeys((external_id, known)):
            audit.erase(connection, place, Kind.MEMBER, named, "the person was taken out")


def item(connection: Connection, where: Where, kind: Kind, external_id: str, part_of: str | None = None) -> Item | None:
    """One thing; `None` where there is none of that id."""
    try:
        owner = _owner(connection, kind, where, part_of)
    except NoSuchItem:
        return None
    row = _row(connection, kind, owner, external_id)
    return None if row is None else _item(kind, where, row, part_of)


def items(connection: Connection, where: Where, kind: Kind, part_of: str | None = None) -> list[Item]:
    """What is published of a kind, in its order; what was imported is among it, under ids that start with `import-`."""
    held = kind.table
    found = connection.execute(
        select(held).where(*_of(held, _owner(connection, kind, where, part_of))).order_by(*_order(kind))
    )
    return [_item(kind, where, row, part_of) for row in found]


def move(connection: Connection, actor: Actor, where: Where, kind: Kind, external_ids: list[str]) -> None:
    """Put things of a kind in an order; those that are not named stay behind them.

    Raises:
        MayNot: the actor may not publish there.
    """
    _require(actor, where, kind)
    held, own = kind.table, _of(kind.table, _owner(connection, kind, where, None))
    rows = connection.execute(select(held.c.id, held.c.external_id).where(*own))
    numbers = {row.external_id or f"{IMPORTED}{row.id}": row.id for row in rows}
    named = [numbers[one] for one in external_ids if one in numbers]
    if not named:
        return
    places = case({one: place for place, one in enumerate(named)}, value=held.c.id, else_=len(named))
    connection.execute(update(held).where(*own).values(position=places))
    audit.note(connection, actor, "order", where, kind, after={"order": external_ids})
    raise_revision(connection, where)


def _require(actor: Actor, where: Where, kind: Kind) -> None:
    if where.force_id is None or (where.neighbourhood_id is None and not kind.of_a_force):
        raise NoSuchItem("That is published of a neighbourhood.")
    if not (actor.may(Deed.PUBLISH, where) or actor.may(Deed.REVIEW, where)):
        raise MayNot("You may not publish there.")
    if actor.kinds is not None and kind not in actor.kinds:
        raise MayNot("You may not publish things of that kind.")


def _ensure_owners(connection: Connection, where: Where) -> None:
    """Rows for what belongs to a force and a neighbourhood to stand on."""
    force, hood = table.FORCE, table.NEIGHBOURHOOD
    if connection.scalar(select(force.c.id).where(force.c.id == where.force_id)) is None:
        connection.execute(insert(force).values(id=where.force_id))
    if where.neighbourhood_id is None:
        return
    key = {"force_id": where.force_id, "id": where.neighbourhood_id}
    if connection.scalar(select(hood.c.id).where(*(hood.c[name] == value for name, value in key.items()))) is None:
        connection.execute(insert(hood).values(**key))


def _owner(connection: Connection, kind: Kind, where: Where, part_of: str | None) -> Owner:
    """The columns that say whose a row of a kind is."""
    if kind is Kind.ACTION:
        priority = _row(connection, Kind.PRIORITY, _owner(connection, Kind.PRIORITY, where, None), part_of or "")
        if priority is None:
            raise NoSuchItem("There is no such priority.")
        return {"priority_id": priority.id}
    own = "id" if kind is Kind.NEIGHBOURHOOD else "neighbourhood_id"
    return {"force_id": where.force_id, own: where.neighbourhood_id}


def _of(held: Table, owner: Owner) -> list[ColumnElement[bool]]:
    return [held.c[name] == value for name, value in owner.items()]


def _row(connection: Connection, kind: Kind, owner: Owner, external_id: str) -> Row[Any] | None:
    held = kind.table
    named = [held.c.external_id == external_id]
    if kind is Kind.NEIGHBOURHOOD:  # there is one
        named = []
    elif external_id.startswith(IMPORTED):
        named = [held.c.id == _number(external_id), held.c.external_id.is_(None)]
    return connection.execute(select(held).where(*_of(held, owner), *named)).one_or_none()


def _number(external_id: str) -> int:
    digits = external_id.removeprefix(IMPORTED)
    return int(digits) if digits.isdecimal() and len(digits) < 10 else -1


def _write(connection: Connection, kind: Kind, owner: Owner, row: Row[Any] | None, columns: dict[str, Any]) -> None:
    held = kind.table
    if row is not None:
        own = [] if kind is Kind.NEIGHBOURHOOD else [held.c.id == row.id]
        version = row.version + 1 if row.written is not None else 1
        connection.execute(update(held).where(*_of(held, owner), *own).values(**columns, version=version))
        return
    last = connection.scalar(select(func.max(held.c.position)).where(*_of(held, owner))) if _ordered(kind) else None
    place = {"position": 0 if last is None else last + 1} if _ordered(kind) else {}
    connection.execute(insert(held).values(**owner, **place, **columns))


def _ordered(kind: Kind) -> bool:
    return "position" in kind.table.c


def _named_anew(connection: Connection, where: Where, kind: Kind, imported: str) -> str:
    """An id for what was imported; what others have drafted of it goes with it, and is taken out with it."""
    known = new_id()
    owned = (DRAFT.c.force_id == where.force_id, DRAFT.c.neighbourhood_id == where.neighbourhood_id)
    same = (*owned, DRAFT.c.kind == kind, DRAFT.c.external_id == imported)
    connection.execute(update(DRAFT).where(*same).values(external_id=known))
    return known


def _stamp(actor: Actor, document: Mapping[str, Any]) -> dict[str, Any]:
    """Whose work it is; from now on no import touches it."""
    return {
        "written": document, "changed_at": datetime.now(UTC), "changed_by": actor.name,
        "source": None, "imported_at": None,
    }  # fmt: skip


def _order(kind: Kind) -> list[ColumnElement[Any]]:
    held = kind.table.c
    if kind is Kind.ACTION:
        return [held.acted_at.desc().nulls_last(), held.id.desc()]
    return [held.position, held.id] if _ordered(kind) else [held.id]


def _item(kind: Kind, where: Where, row: Row[Any], part_of: str | None) -> Item:
    known = row.external_id or ("" if kind is Kind.NEIGHBOURHOOD else f"{IMPORTED}{row.id}")
    version = row.version if row.written is not None else 0
    return Item(kind, where, known, version, row.written, row.changed_at, row.changed_by, part_of)
