"""The clock on the wall: moments as people in the United Kingdom read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_UK = ZoneInfo("Europe/London")


def wall_time(moment: datetime) -> datetime:
    """A moment by the clock on the wall, without a zone.

    >>> from datetime import UTC
    >>> wall_time(datetime(2026, 7, 1, 12, tzinfo=UTC)).isoformat()
    '2026-07-01T13:00:00'
    """
    return moment.astimezone(_UK).replace(tzinfo=None)


def today_in_uk() -> date:
    """The day it is there."""
    return datetime.now(_UK).date()
