"""The clock on the walls of the teams: what they write is told by it, without a zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CLOCK = ZoneInfo("Europe/London")


def wall(moment: datetime) -> datetime:
    """What that clock shows at a moment, without a zone.

    >>> wall(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    datetime.datetime(2026, 7, 2, 0, 30)
    """
    return moment.astimezone(CLOCK).replace(tzinfo=None)


def moment_of(shown: datetime) -> datetime:
    """The moment, UTC, at which that clock shows a time.

    >>> moment_of(datetime(2026, 7, 2, 0, 30))
    datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.timezone.utc)
    """
    return shown.replace(tzinfo=CLOCK).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The moment, UTC, at which a day begins by that clock."""
    return moment_of(datetime.combine(day, time.min))
