"""Which mails are due to whom: worked out again and again from what is published, and queued once each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, select, update

from api.publish import outbox, subscription
from api.publish.database import Updates
from api.publish.fresh import LONDON, Fresh, fresh, visible
from api.publish.item.kind import Kind
from api.publish.outbox import Taken
from api.publish.staff_table import OUTBOX, SUBSCRIPTION
from api.publish.subscription import Often, Subscription
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.manifest import Manifest
from geo.store.window import supplied_months

Part = TypeVar("Part")

STILL_NEWS = timedelta(days=7)  # what could not be told within that time is not told at once any more
_ITEM, _WEEK, _MONTH = "item", "week", "month"
_MOMENT = "%Y%m%dT%H%M%S%f"
_ROWS = 500  # in one transaction, so that nobody waits long


@dataclass(frozen=True, slots=True)
class Telling:
    """What a mail tells, as it stands when it is sent.

    Attributes:
        subscription: to whom.
        items: what a team published; one at once, several of a week, none where it tells of a month.
        weekly: whether they are those of a week.
        month: whose crime data are new.
    """

    subscription: Subscription
    items: tuple[Fresh, ...] = ()
    weekly: bool = False
    month: Month | None = None


def plan(updates: Updates, now: datetime, manifest: Manifest | None = None, since: datetime | None = None) -> int:
    """Queue what is to be told by now and is not queued; it may be stopped at any instant and run again.

    Args:
        updates: what is published, who wants to know, and the queue.
        now: the moment.
        manifest: of the live release; `None` while there is none.
        since: look at what was published after that; by default at all that is news.

    Returns:
        How many mails were queued.
    """
    queued = _plan_at_once(updates, since or now - STILL_NEWS, now) + _plan_weekly(updates, now)
    return queued + (_plan_monthly(updates, manifest, now) if manifest is not None else 0)


def week_began(now: datetime) -> datetime:
    """The last Monday, 8 in the morning in London.

    >>> week_began(datetime(2026, 6, 1, 6, 59, tzinfo=LONDON)).isoformat()
    '2026-05-25T08:00:00+01:00'
    """
    there = now.astimezone(LONDON)
    monday = datetime.combine(there.date() - timedelta(days=there.weekday()), time(8), LONDON)
    return monday if monday <= there else datetime.combine(monday.date() - timedelta(days=7), time(8), LONDON)


def newest_month(manifest: Manifest, force_id: str) -> Month | None:
    """The newest month whose crimes a force supplied whole."""
    supplied = supplied_months(manifest, [force_id])
    return supplied[-1] if supplied else None


def telling(connection: Connection, taken: Taken, now: datetime, manifest: Manifest | None) -> Telling | None:
    """What a queued mail tells now; `None` where nothing of it is there any more, or nobody wants it."""
    number = taken.subscription_id
    held = None if number is None else subscription.find(connection, number)
    if held is None:
        return None
    what, _, rest = taken.reference.partition("/")
    if what == _ITEM:
        kind, _, named = rest.partition("/")
        one = visible(connection, held.ref, Kind(kind), named.rpartition("/")[0], now)
        return None if one is None else Telling(held, (one,))
    first, second, *_more = rest.split("/")
    if what == _WEEK:
        began, ended = (datetime.strptime(f"{part}+0000", f"{_MOMENT}%z") for part in (first, second))
        items = _untold(connection, held.id, fresh(connection, began, ended, now, held.ref))
        return Telling(held, tuple(items), weekly=True) if items else None
    month, newest = Month.parse(first), None if manifest is None else newest_month(manifest, held.ref.force_id)
    return Telling(held, month=month) if held.monthly and newest is not None and month <= newest else None


def _plan_at_once(updates: Updates, since: datetime, now: datetime) -> int:
    wanted = []
    with updates.reading() as connection:
        found = sorted(fresh(connection, since, now, now), key=_place)
        for ref, items in groupby(found, key=lambda one: one.ref):
            told = list(items)
            for row in connection.execute(_confirmed().where(*_of(ref), SUBSCRIPTION.c.often == Often.AT_ONCE)):
                new = [one for one in told if one.seen_from is not None and one.seen_from > row.told_until]
                wanted += [(row, _reference_of(one, row.id)) for one in _untold(connection, row.id, new)]
    return _queue(updates, wanted, now)


def _plan_weekly(updates: Updates, now: datetime) -> int:
    week, queued = week_began(now), 0
    waiting = _confirmed().where(SUBSCRIPTION.c.often == Often.WEEKLY, SUBSCRIPTION.c.told_until < week)
    with updates.reading() as connection:
        rows = connection.execute(waiting.order_by(SUBSCRIPTION.c.force_id, SUBSCRIPTION.c.neighbourhood_id)).all()
    for ref, group in groupby(rows, key=lambda row: NeighbourhoodRef(row.force_id, row.neighbourhood_id)):
        some = list(group)
        with updates.reading() as connection:
            items = fresh(connection, min(row.told_until for row in some), week, now, ref)
        new = [row for row in some if any(one.seen_from and one.seen_from > row.told_until for one in items)]
        wanted = [(row, f"{_WEEK}/{_written(row.told_until)}/{_written(week)}/{row.id}") for row in new]
        queued += _queue(updates, wanted, now, {"told_until": week})
        quiet = [row.id for row in some if row not in new]
        with updates.writing() as connection:
            connection.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id.in_(quiet)).values(told_until=week))
    return queued


def _plan_monthly(updates: Updates, manifest: Manifest, now: datetime) -> int:
    held, queued = SUBSCRIPTION.c, 0
    with updates.reading() as connection:
        forces = connection.scalars(
            select(held.force_id).where(held.monthly, held.confirmed_at.is_not(None)).distinct()
        )
        newest = {force: month for force in forces if (month := newest_month(manifest, force)) is not None}
    for force, month in newest.items():
        mine = (held.force_id == force, held.monthly)
        with updates.reading() as connection:
            begun = connection.scalars(
                select(held.id).where(*mine, held.month_told.is_(None), held.confirmed_at.is_not(None))
            ).all()
            rows = connection.execute(_confirmed().where(*mine, held.month_told < str(month))).all()
        for numbers in _parts(begun):  # it was live before they asked
            with updates.writing() as connection:
                connection.execute(update(SUBSCRIPTION).where(held.id.in_(numbers)).values(month_told=str(month)))
        wanted = [(row, f"{_MONTH}/{month}/{row.id}") for row in rows]
        queued += _queue(updates, wanted, now, {"month_told": str(month)})
    return queued


def _queue(
    updates: Updates, wanted: list[tuple[Row[Any], str]], now: datetime, told: dict[str, Any] | None = None
) -> int:
    """Queue a mail for each row and reference, to be composed when it is sent, and note on the row that it is told."""
    queued = 0
    for some in _parts(wanted):
        with updates.writing() as connection:
            for row, reference in some:
                queued += outbox.enqueue_told(connection, reference, row.address, now, row.id)
            if told:
                numbers = [row.id for row, _ in some]
                connection.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id.in_(numbers)).values(**told))
    return queued


def _confirmed() -> Select[Any]:
    return select(SUBSCRIPTION).where(SUBSCRIPTION.c.confirmed_at.is_not(None))


def _of(ref: NeighbourhoodRef) -> tuple[ColumnElement[bool], ...]:
    return SUBSCRIPTION.c.force_id == ref.force_id, SUBSCRIPTION.c.neighbourhood_id == ref.id


def _untold(connection: Connection, number: int, items: list[Fresh]) -> list[Fresh]:
    """Those of which no mail of their own was queued for a subscription."""
    references = {_reference_of(one, number): one for one in items}
    known = set(connection.scalars(select(OUTBOX.c.reference).where(OUTBOX.c.reference.in_(references))))
    return [one for reference, one in references.items() if reference not in known]


def _reference_of(one: Fresh, number: int) -> str:
    return f"{_ITEM}/{one.kind}/{one.external_id}/{number}"


def _place(one: Fresh) -> tuple[str, str]:
    return one.ref.force_id, one.ref.id


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_MOMENT)


def _parts(rows: Sequence[Part]) -> Iterator[Sequence[Part]]:
    return (rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS))
