"""The next and the last meeting of every neighbourhood, those that repeat among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dateutil.rrule import rrulestr
from sqlalchemy import Connection, and_, case, func, select

from api.publish.table import EVENT
from geo.neighbourhood import NeighbourhoodRef


@dataclass(frozen=True, slots=True)
class Meetings:
    """The meetings of one neighbourhood, by the clock on the wall.

    Attributes:
        next_at: when the next one begins that is not over as the day begins; `None` where none is published.
        last_at: when the latest one began that is over.
    """

    next_at: datetime | None = None
    last_at: datetime | None = None


NO_MEETINGS = Meetings()


def meetings_of(connection: Connection, day: date) -> dict[NeighbourhoodRef, Meetings]:
    """Of each neighbourhood that has published a meeting which was not called off.

    Args:
        connection: to the updates database.
        day: what is over when it begins is past.
    """
    found = dict(_single(connection, day))
    for ref, meetings in _repeated(connection, day):
        held = found.get(ref, NO_MEETINGS)
        ahead = [one for one in (held.next_at, meetings.next_at) if one is not None]
        past = [one for one in (held.last_at, meetings.last_at) if one is not None]
        found[ref] = Meetings(min(ahead, default=None), max(past, default=None))
    return found


def _single(connection: Connection, day: date) -> Iterator[tuple[NeighbourhoodRef, Meetings]]:
    held, since = EVENT.c, datetime.combine(day, time.min)
    ahead = func.coalesce(held.ends_at, held.starts_at) >= since
    rows = connection.execute(
        select(
            held.force_id,
            held.neighbourhood_id,
            func.min(case((ahead, held.starts_at))),
            func.max(case((~ahead, held.starts_at))),
        )
        .where(held.cancelled_at.is_(None), held.repeats.is_(None))
        .group_by(held.force_id, held.neighbourhood_id)
    )
    for force_id, known, next_at, last_at in rows:
        yield NeighbourhoodRef(force_id, known), Meetings(next_at, last_at)


def _repeated(connection: Connection, day: date) -> Iterator[tuple[NeighbourhoodRef, Meetings]]:
    """Each of those that repeat: they end within a year or so, so they are counted out."""
    held = EVENT.c
    rows = connection.execute(
        select(
            held.force_id, held.neighbourhood_id, held.starts_at, held.repeats, held.repeats_until, held.not_on
        ).where(and_(held.cancelled_at.is_(None), held.repeats.is_not(None)))
    )
    for force_id, known, starts_at, repeats, until, not_on in rows:
        yield NeighbourhoodRef(force_id, known), _counted_out(starts_at, repeats, until, not_on, day)


def _counted_out(starts_at: datetime, repeats: str, until: date | None, not_on: Any, day: date) -> Meetings:
    left_out, end = set(not_on or ()), datetime.combine(until or starts_at.date(), time.max)
    days = rrulestr(repeats, dtstart=starts_at).replace(until=end)
    held = [one for one in days if one.date().isoformat() not in left_out]
    return Meetings(
        next((one for one in held if one.date() >= day), None),
        next((one for one in reversed(held) if one.date() < day), None),
    )
