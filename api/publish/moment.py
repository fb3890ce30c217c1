"""When pages change although nobody writes anything: an update comes or goes, a person leaves."""

from bisect import bisect_right
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from api.publish.clock import midnight, wall
from api.publish.policy import Where
from api.publish.table import NEWS, PERSON

_NEVER = datetime.max.replace(tzinfo=UTC)


def moments_of(connection: Connection, where: Where) -> tuple[datetime, ...]:
    """The moments, UTC, at which what is shown of a neighbourhood or a force becomes another by itself, in order."""
    kept = NEWS.c.withdrawn_at.is_(None)
    rows = connection.execute(select(NEWS.c.shown_from, NEWS.c.shown_until).where(kept, *_within(NEWS, where)))
    found = {moment for row in rows for moment in row if moment is not None}
    leaving = select(PERSON.c.leaves_on).where(PERSON.c.leaves_on.is_not(None), *_within(PERSON, where)).distinct()
    return tuple(sorted(found | {midnight(day) for (day,) in connection.execute(leaving)}))


def passed(moments: tuple[datetime, ...], now: datetime) -> datetime | None:
    """The latest of some moments that has come; `None` while none has."""
    at = bisect_right(moments, now)
    return moments[at - 1] if at else None


def next_moment(connection: Connection, now: datetime) -> datetime | None:
    """The next moment, UTC, at which anything at all that is shown becomes another by itself; `None`: never."""
    kept = NEWS.c.withdrawn_at.is_(None)
    news = [
        connection.scalar(select(func.min(held)).where(kept, held > now))
        for held in (NEWS.c.shown_from, NEWS.c.shown_until)
    ]
    leaving = connection.scalar(select(func.min(PERSON.c.leaves_on)).where(PERSON.c.leaves_on > wall(now).date()))
    found = min((one for one in (*news, leaving and midnight(leaving)) if one), default=_NEVER)
    return None if found is _NEVER else found


def _within(held: object, where: Where) -> list[ColumnElement[bool]]:
    columns = held.c  # type: ignore[attr-defined]
    own = [columns.force_id == where.force_id]
    return own if where.neighbourhood_id is None else [*own, columns.neighbourhood_id == where.neighbourhood_id]
