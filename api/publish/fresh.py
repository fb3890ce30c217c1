"""What a team published that is newly visible: since when, and whether it still is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from api.publish import table
from api.publish.item.kind import Kind
from api.publish.staff_table import AUDIT
from geo.neighbourhood import NeighbourhoodRef

LONDON = ZoneInfo("Europe/London")
TOLD = (Kind.NEWS, Kind.EVENT, Kind.ACTION)
_AT_ONCE = 500  # ids in one question to the database


@dataclass(frozen=True, slots=True)
class Fresh:
    """Something that residents can see.

    Attributes:
        kind: an update, an event or what was done about a priority.
        ref: of the neighbourhood.
        external_id: its id.
        title: `None` of what has none.
        text: HTML, made safe; `None` where there is none.
        title_cy, text_cy: the Welsh of both, where somebody wrote it.
        seen_from: since when it is visible; `None` where it was not published here, as after an import.
        starts_at: of an event, the clock on the wall.
        address: of an event.
    """

    kind: Kind
    ref: NeighbourhoodRef
    external_id: str
    title: str | None
    text: str | None
    title_cy: str | None
    text_cy: str | None
    seen_from: datetime | None = None
    starts_at: datetime | None = None
    address: str | None = None


def fresh(
    connection: Connection, since: datetime, until: datetime, now: datetime, ref: NeighbourhoodRef | None = None
) -> list[Fresh]:
    """What became visible after one moment and until another, and still is; the first first.

    What was changed later is not new again, and what was imported is not told: an import brings years at once.

    Args:
        connection: to the updates database.
        since: the one.
        until: the other.
        now: whether it still is visible.
        ref: of which neighbourhood; `None` for all.
    """
    found = [one for kind in TOLD for one in _visible(connection, kind, now, ref, since=since)]
    dated = _dated(connection, found)
    kept = [one for one in dated if one.seen_from is not None and since < one.seen_from <= until]
    return sorted(kept, key=lambda one: (one.seen_from, one.kind, one.external_id))


def visible(connection: Connection, ref: NeighbourhoodRef, kind: Kind, external_id: str, now: datetime) -> Fresh | None:
    """One thing as residents see it; `None` where it was withdrawn, called off, taken away or is over."""
    return next(iter(_visible(connection, kind, now, ref, external_id=external_id)), None)


def _visible(
    connection: Connection,
    kind: Kind,
    now: datetime,
    ref: NeighbourhoodRef | None,
    *,
    since: datetime | None = None,
    external_id: str | None = None,
) -> list[Fresh]:
    held = kind.table.c
    owner = table.PRIORITY.c if kind is Kind.ACTION else held
    asked = _QUESTIONS[kind](now).where(held.external_id.is_not(None))
    if ref is not None:
        asked = asked.where(owner.force_id == ref.force_id, owner.neighbourhood_id == ref.id)
    if external_id is not None:
        asked = asked.where(held.external_id == external_id)
    if since is not None:
        later = [held.changed_at > since, *([held.shown_from > since] if kind is Kind.NEWS else [])]
        asked = asked.where(or_(*later))
    return [_fresh(kind, row) for row in connection.execute(asked)]


def _news(now: datetime) -> Select[Any]:
    held = table.NEWS.c
    shown = (
        held.withdrawn_at.is_(None),
        or_(held.shown_from.is_(None), held.shown_from <= now),
        or_(held.shown_until.is_(None), held.shown_until > now),
    )
    words = (held.title, held.text, held.title_cy, held.text_cy)
    return select(*_owner(held), *words, held.shown_from.label("seen_from")).where(*shown)


def _event(now: datetime) -> Select[Any]:
    held, wall = table.EVENT.c, now.astimezone(LONDON).replace(tzinfo=None)
    ahead = or_(func.coalesce(held.ends_at, held.starts_at) >= wall, held.repeats_until >= wall.date())
    words = (held.title, held.description.label("text"), held.title_cy, held.description_cy.label("text_cy"))
    return select(*_owner(held), *words, held.starts_at, held.address).where(held.cancelled_at.is_(None), ahead)


def _action(_now: datetime) -> Select[Any]:
    held, owner = table.PRIORITY_ACTION.c, table.PRIORITY.c
    words = (held.action.label("text"), held.action_cy.label("text_cy"))
    joined = table.PRIORITY_ACTION.join(table.PRIORITY, owner.id == held.priority_id)
    return select(owner.force_id, owner.neighbourhood_id, held.external_id, *words).select_from(joined)


_QUESTIONS = {Kind.NEWS: _news, Kind.EVENT: _event, Kind.ACTION: _action}


def _owner(held: Any) -> tuple[ColumnElement[Any], ...]:
    return held.force_id, held.neighbourhood_id, held.external_id


def _fresh(kind: Kind, row: Row[Any]) -> Fresh:
    said = dict(row._mapping)
    ref = NeighbourhoodRef(said.pop("force_id"), said.pop("neighbourhood_id"))
    return Fresh(kind, ref, **{"title": None, "title_cy": None, **said})


def _dated(connection: Connection, found: Iterable[Fresh]) -> list[Fresh]:
    """The same with the moment since when each is visible: of the deed that published it, or as it was scheduled."""
    wanted = list(found)
    published: dict[tuple[str, NeighbourhoodRef, str], datetime] = {}
    held = AUDIT.c
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        asked = (
            select(held.kind, held.force_id, held.neighbourhood_id, held.item, func.min(held.at).label("at"))
            .where(held.force_id.in_({one.ref.force_id for one in some}), held.deed == "publish")
            .where(held.kind.in_(TOLD), held.item.in_({one.external_id for one in some}))
            .group_by(held.kind, held.force_id, held.neighbourhood_id, held.item)
        )
        for kind, force_id, neighbourhood_id, item, at in connection.execute(asked):
            published[kind, NeighbourhoodRef(force_id, neighbourhood_id), item] = at
    dated = []
    for one in wanted:
        at = published.get((one.kind, one.ref, one.external_id))
        later = at if at is None or one.seen_from is None else max(at, one.seen_from)
        dated.append(replace(one, seen_from=later))
    return dated
