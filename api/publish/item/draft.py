"""What waits to be published: saved, gone on with, handed over to another pair of eyes, sent back, or put out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from api.publish import audit
from api.publish.force_setting import Setting, is_on
from api.publish.item.imported import document_of
from api.publish.item.kind import Kind
from api.publish.item.put import item, put
from api.publish.item.record import MayNot, Put
from api.publish.item.written import WRITTEN, Written
from api.publish.policy import Actor, Deed, Where
from api.publish.staff_table import DRAFT
from geo.errors import YourAreaError

_TAKEN_BACK = {"withdrawn_at", "withdrawn_why", "withdrawn_why_cy", "cancelled_at", "cancelled_why", "cancelled_why_cy"}


class DraftState(StrEnum):
    """How far a draft has come."""

    DRAFT = "draft"  # is being written
    WAITING = "waiting"  # for another pair of eyes
    RETURNED = "returned"  # with a note


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has written and not published.

    Attributes:
        id: its number.
        kind, where, external_id, part_of: of what it will become; `part_of` is the priority of an action.
        based_on: the version of what is published that its writer had before them; 0 where there was none.
        fields: as JSON holds what was typed, right or wrong.
        state: how far it has come.
        note: why it was sent back.
        version: rises by one with each change.
        account_id: who wrote it last; `None` where that account is gone.
        changed_at, changed_by: the latest change.
    """

    id: int
    kind: Kind
    where: Where
    external_id: str
    part_of: str | None
    based_on: int
    fields: Mapping[str, Any]
    state: DraftState
    note: str | None
    version: int
    account_id: int | None
    changed_at: datetime
    changed_by: str | None

    def by(self, actor: Actor) -> bool:
        """Whether somebody wrote it."""
        return self.account_id is not None and self.account_id == _account(actor)

    def written(self) -> Written:
        """What it says.

        Raises:
            ValidationError: something in it is wrong.
        """
        return WRITTEN[self.kind].model_validate(self.fields)


class DraftChanged(YourAreaError, RuntimeError):
    """Somebody else changed a draft since it was read; nothing was written.

    Attributes:
        held: it, as it is now.
    """

    def __init__(self, held: Draft) -> None:
        super().__init__("Somebody else changed this draft meanwhile.")
        self.held = held


def begin(
    connection: Connection,
    actor: Actor,
    where: Where,
    kind: Kind,
    external_id: str,
    fields: Mapping[str, Any],
    *,
    part_of: str | None = None,
    based_on: int = 0,
) -> int:
    """Save a new draft, or what the same person wrote of the same thing before; sending it twice makes one.

    Returns:
        Its number.
    """
    said = {"fields": dict(fields), "part_of": part_of, "based_on": based_on, **_stamp(actor)}
    same = [*_of(where), DRAFT.c.kind == kind, DRAFT.c.external_id == external_id]
    held = connection.execute(
        select(DRAFT.c.id, DRAFT.c.version).where(*same, DRAFT.c.account_id == _account(actor))
    ).one_or_none()
    if held is not None:
        connection.execute(update(DRAFT).where(DRAFT.c.id == held.id).values(version=held.version + 1, **said))
        return int(held.id)
    owner = {"force_id": where.force_id, "neighbourhood_id": where.neighbourhood_id}
    made = connection.execute(insert(DRAFT).values(kind=kind, external_id=external_id, **owner, **said))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def change(
    connection: Connection,
    actor: Actor,
    held: Draft,
    fields: Mapping[str, Any],
    *,
    seen: int,
    based_on: int,
    external_id: str | None = None,
    part_of: str | None = None,
) -> None:
    """Go on with a draft; whoever does so is its writer now, and it waits for nobody.

    Args:
        connection: of a transaction.
        actor: who does it.
        held: as it is.
        fields: what was typed.
        seen: the version of the draft that its writer had before them.
        based_on: the version of what is published that they know of.
        external_id: another id, where what it changed is gone.
        part_of: of an action, its priority.

    Raises:
        DraftChanged: it has another version than was seen.
    """
    if held.version != seen:
        raise DraftChanged(held)
    named = {"external_id": external_id or held.external_id, "part_of": part_of or held.part_of}
    said = {"fields": dict(fields), "based_on": based_on, **named}
    _write(connection, held, **said, **_stamp(actor))


def draft_at(connection: Connection, where: Where, number: int) -> Draft | None:
    """One draft of a neighbourhood, or of a force itself; `None` where it has none of that number."""
    row = connection.execute(select(DRAFT).where(*_of(where), DRAFT.c.id == number)).one_or_none()
    return None if row is None else _draft(row)


def drafts_of(connection: Connection, where: Where) -> list[Draft]:
    """What waits, newest first."""
    found = connection.execute(select(DRAFT).where(*_of(where)).order_by(DRAFT.c.changed_at.desc(), DRAFT.c.id.desc()))
    return [_draft(row) for row in found]


def discard(connection: Connection, actor: Actor, held: Draft) -> None:
    """Throw a draft away."""
    connection.execute(delete(DRAFT).where(DRAFT.c.id == held.id))
    audit.note(connection, actor, "discard-draft", held.where, held.kind, held.external_id)


def hand_over(connection: Connection, actor: Actor, held: Draft) -> None:
    """Let it wait for another pair of eyes.

    Raises:
        MayNot: the actor does not write there.
        DraftChanged: it is no longer as it was read.
    """
    if not actor.may(Deed.WRITE, held.where):
        raise MayNot("You may not write there.")
    _write(connection, held, state=DraftState.WAITING, note=None)
    audit.note(connection, actor, "hand-over", held.where, held.kind, held.external_id)


def send_back(connection: Connection, actor: Actor, held: Draft, note: str) -> None:
    """Give what waits back to who wrote it, with a word why.

    Raises:
        MayNot: it does not wait, or is the actor's own.
        DraftChanged: it is no longer as it was read.
    """
    if held.state is not DraftState.WAITING or held.by(actor):
        raise MayNot("There is nothing to send back.")
    _write(connection, held, state=DraftState.RETURNED, note=note)
    audit.note(connection, actor, "send-back", held.where, held.kind, held.external_id, after={"note": note})


def publish(connection: Connection, actor: Actor, held: Draft) -> Put:
    """Put out what a draft says; the draft is gone then.

    Raises:
        ValidationError: something in it is wrong.
        MayNot: the actor has no right to, or wrote it in a force where another has to look at it first.
        NoSuchItem: what it is a part of is gone.
        ChangedMeanwhile: what it changes is another than its writer knew.
    """
    if needs_another(connection, actor, held):
        raise MayNot("Somebody else has to look at this first.")
    done = put(
        connection, actor, held.where, held.external_id, held.written(), seen=held.based_on, part_of=held.part_of
    )
    connection.execute(delete(DRAFT).where(DRAFT.c.id == held.id))
    return done


def needs_another(connection: Connection, actor: Actor, held: Draft) -> bool:
    """Whether a draft cannot be put out by this actor, because the force asks for a second pair of eyes.

    Taking something back (a withdrawal, a cancellation) never waits.
    """
    if not is_on(connection, held.where.force_id or "", Setting.SECOND_EYES) or _takes_back(connection, held):
        return False
    return held.by(actor) or held.state is not DraftState.WAITING


def _takes_back(connection: Connection, held: Draft) -> bool:
    """Whether nothing is changed but that something is withdrawn or called off."""
    live = item(connection, held.where, held.kind, held.external_id, held.part_of)
    if live is None or not (held.fields.get("withdrawn_at") or held.fields.get("cancelled_at")):
        return False
    before = document_of(connection, live)
    names = (set(before) | set(held.fields)) - _TAKEN_BACK
    return all(before.get(name) == held.fields.get(name) for name in names)


def _write(connection: Connection, held: Draft, **said: Any) -> None:
    """Change a draft that is still as it was read: another writer may have come in between."""
    same = (DRAFT.c.id == held.id, DRAFT.c.version == held.version)
    if connection.execute(update(DRAFT).where(*same).values(version=held.version + 1, **said)).rowcount != 1:
        raise DraftChanged(draft_at(connection, held.where, held.id) or held)


def _stamp(actor: Actor) -> dict[str, Any]:
    return {
        "state": DraftState.DRAFT, "note": None, "account_id": _account(actor), "changed_at": datetime.now(UTC),
        "changed_by": actor.name,
    }  # fmt: skip


def _account(actor: Actor) -> int | None:
    return int(actor.id) if actor.kind == "account" and actor.id is not None else None


def _of(where: Where) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DRAFT.c.force_id == where.force_id, DRAFT.c.neighbourhood_id == where.neighbourhood_id


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id, kind=Kind(row.kind), where=Where(row.force_id, row.neighbourhood_id), external_id=row.external_id,
        part_of=row.part_of, based_on=row.based_on or 0, fields=row.fields, state=DraftState(row.state),
        note=row.note, version=row.version, account_id=row.account_id, changed_at=row.changed_at,
        changed_by=row.changed_by,
    )  # fmt: skip
