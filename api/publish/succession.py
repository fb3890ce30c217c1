"""Confirming what became of neighbourhoods: what was published, who may, who asked and who subscribed follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from api.publish import table
from api.publish.audit import note
from api.publish.item.record import MayNot
from api.publish.policy import Actor, Deed, Where
from api.publish.revision import raise_revision
from api.publish.staff_table import ACCESS, ASKED, DRAFT, QUESTION, SERVICE_TOKEN, SUBSCRIPTION, SUCCESSION
from geo.errors import BadParameter, Busy
from geo.store.succession import Succeeded, Succession

_ITEMS = (
    table.PERSON, table.LINK, table.CONTACT_POINT, table.EVENT, table.PRIORITY, table.NEWS, table.ANSWER,
)  # fmt: skip
_TO_ONE = (DRAFT, QUESTION, ASKED, SERVICE_TOKEN)
# by what two rows of one neighbourhood are the same
_TO_ALL: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (ACCESS, ("account_id", "role")),
    (SUBSCRIPTION, ("address_hash",)),
)
_OF_THE_GROUND = ("population", "centre_lat", "centre_lng")
_NOT_SAID = {"force_id", "id", "name", "name_cy", "revision", *_OF_THE_GROUND}


@dataclass(frozen=True, slots=True)
class Followed:
    """Where one old neighbourhood went.

    Attributes:
        id: the old id.
        content: the new id that has what was published, asked and drafted.
        to: every new id that has its roles and subscriptions.
        rows: how many rows of each table followed.
    """

    id: str
    content: str
    to: tuple[str, ...]
    rows: Mapping[str, int] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """As the table `succession` and the audit hold it."""
        return {"from": self.id, "content": self.content, "to": list(self.to), "rows": dict(self.rows)}


def confirmed_generations(connection: Connection, force_id: str) -> set[str]:
    """The first months of a force's generations whose succession was confirmed."""
    return set(connection.scalars(select(SUCCESSION.c.generation).where(SUCCESSION.c.force_id == force_id)))


def successor(connection: Connection, force_id: str, neighbourhood_id: str) -> str | None:
    """The id that a neighbourhood which is no more goes by now; `None` where nobody confirmed one."""
    asked = select(SUCCESSION.c.successors).where(SUCCESSION.c.force_id == force_id).order_by(SUCCESSION.c.generation)
    now = neighbourhood_id
    for followed in connection.scalars(asked):
        now = next((one["content"] for one in followed if one["from"] == now), now)
    return None if now == neighbourhood_id else now


def superseded(connection: Connection, force_id: str) -> set[str]:
    """The ids of a force's neighbourhoods that are no more and have a successor."""
    asked = select(SUCCESSION.c.successors).where(SUCCESSION.c.force_id == force_id)
    return {one["from"] for followed in connection.scalars(asked) for one in followed}


def predecessors(connection: Connection, force_id: str, neighbourhood_id: str) -> list[str]:
    """The ids of neighbourhoods that are no more and whose content a neighbourhood has now, the latest first."""
    held = SUCCESSION.c
    asked = select(held.successors).where(held.force_id == force_id).order_by(held.generation.desc())
    found = {neighbourhood_id: None}  # in order
    for followed in connection.scalars(asked):
        found |= {one["from"]: None for one in followed if one["content"] in found}
    del found[neighbourhood_id]
    return list(found)


def confirm(
    connection: Connection, actor: Actor, succession: Succession, chosen: Mapping[str, str] | None = None
) -> tuple[Followed, ...]:
    """Let everything follow in one transaction; what belonged to a neighbourhood that is gone stays as it is.

    Args:
        connection: of a transaction.
        actor: who confirms it.
        succession: what became of the ids.
        chosen: by old id, which successor has its content; otherwise the one that took most of its ground.

    Raises:
        MayNot: the actor does not manage that force.
        Busy: it was confirmed before.
        BadParameter: something was chosen that is no successor.
    """
    force_id, generation = succession.force_id, str(succession.generation)
    if not actor.may(Deed.MANAGE, Where(force_id)):
        raise MayNot("You may not do that there.")
    if generation in confirmed_generations(connection, force_id):
        raise Busy("That was confirmed before.")
    followed = tuple(_follow(connection, actor, force_id, old, chosen or {}) for old in succession.ended if old.to)
    row = {"successors": [one.json() for one in followed], "confirmed_at": datetime.now(UTC)}
    key = {"force_id": force_id, "generation": generation}
    connection.execute(insert(SUCCESSION).values(**key, **row, confirmed_by=actor.name))
    told = {"generation": generation, "gone": [old.id for old in succession.ended if not old.to]}
    note(connection, actor, "confirm-succession", Where(force_id), "force", force_id, after=told)
    raise_revision(connection, Where(force_id))
    return followed


def _follow(connection: Connection, actor: Actor, force_id: str, old: Succeeded, chosen: Mapping[str, str]) -> Followed:
    to = tuple(one for one, _share in old.to)
    content = chosen.get(old.id, to[0])
    if content not in to:
        raise BadParameter("%(chosen)r is no successor of %(old)r.", chosen=content, old=old.id)
    _ensure(connection, force_id, content)
    rows = {held.name: _append(connection, held, force_id, old.id, content) for held in _ITEMS}
    for held in _TO_ONE:
        moved = connection.execute(update(held).where(*_of(held, force_id, old.id)).values(neighbourhood_id=content))
        rows[held.name] = moved.rowcount
    for held, same in _TO_ALL:
        rows[held.name] = _spread(connection, held, same, force_id, old.id, to)
    _hand_over(connection, force_id, old.id, content)
    followed = Followed(old.id, content, to, {name: count for name, count in rows.items() if count})
    note(
        connection, actor, "follow", Where(force_id, content), "neighbourhood", old.id, {"id": old.id}, followed.json()
    )
    for one in to:
        raise_revision(connection, Where(force_id, one))
    return followed


def _of(held: Table, force_id: str, neighbourhood_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return held.c.force_id == force_id, held.c.neighbourhood_id == neighbourhood_id


def _append(connection: Connection, held: Table, force_id: str, old: str, new: str) -> int:
    """Put a neighbourhood's items behind those of another, in their order; how many."""
    last = connection.scalar(select(func.max(held.c.position)).where(*_of(held, force_id, new)))
    first = 0 if last is None else last + 1
    taken = select(held.c.external_id).where(*_of(held, force_id, new), held.c.external_id.is_not(None))
    clash = and_(*_of(held, force_id, old), held.c.external_id.in_(taken.scalar_subquery()))
    # two systems may have given one id to two things: the newcomer's then says where it comes from
    connection.execute(update(held).where(clash).values(external_id=held.c.external_id + f"@{old}"))
    moved = update(held).where(*_of(held, force_id, old))
    return connection.execute(moved.values(neighbourhood_id=new, position=held.c.position + first)).rowcount


def _spread(
    connection: Connection, held: Table, same: Iterable[str], force_id: str, old: str, to: Iterable[str]
) -> int:
    """Give every successor what the old one had, but what it has already; how many the old one had."""
    names = [column.name for column in held.columns if column.name not in {"id", "neighbourhood_id"}]
    rows = (
        connection.execute(select(*(held.c[name] for name in names)).where(*_of(held, force_id, old))).mappings().all()
    )
    for new in to:
        for row in rows:
            there = [*_of(held, force_id, new), *(held.c[name] == row[name] for name in same)]
            if connection.scalar(select(held.c.id).where(*there)) is None:
                connection.execute(insert(held).values(**row, neighbourhood_id=new))
    connection.execute(delete(held).where(*_of(held, force_id, old)))
    return len(rows)


def _ensure(connection: Connection, force_id: str, neighbourhood_id: str) -> None:
    force, hood = table.FORCE, table.NEIGHBOURHOOD
    if connection.scalar(select(force.c.id).where(force.c.id == force_id)) is None:
        connection.execute(insert(force).values(id=force_id))
    key = (hood.c.force_id == force_id, hood.c.id == neighbourhood_id)
    if connection.scalar(select(hood.c.id).where(*key)) is None:
        connection.execute(insert(hood).values(force_id=force_id, id=neighbourhood_id))


def _hand_over(connection: Connection, force_id: str, old: str, new: str) -> None:
    """What the old one said of itself is the new one's, where that says nothing yet; then the old one is no more."""
    hood = table.NEIGHBOURHOOD
    rows = {
        row["id"]: row
        for row in connection.execute(
            select(hood).where(hood.c.force_id == force_id, hood.c.id.in_([old, new]))
        ).mappings()
    }
    if old not in rows:
        return
    said = {name: value for name, value in rows[old].items() if name not in _NOT_SAID}
    silent = all(
        rows[new][name] is None for name in ("description", "description_cy", "url_force", "contact", "written")
    )
    if silent:
        connection.execute(update(hood).where(hood.c.force_id == force_id, hood.c.id == new).values(**said))
    connection.execute(delete(hood).where(hood.c.force_id == force_id, hood.c.id == old))
