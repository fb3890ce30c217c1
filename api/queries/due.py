"""When the next month is due."""

from calendar import monthrange
from datetime import date

from geo.month import Month, divmod_month


def due_about(month: Month) -> date:
    """About when a month's data come out: the last day of the month after it.

    Forces send a month's records in the weeks after it ends, and the site issues them near the end of that next month.
    Nobody promises a day, so pages say "about".

    >>> due_about(Month.parse("2026-10"))
    datetime.date(2026, 11, 30)
    """
    year, number = divmod_month(month.year * 12 + month.month)
    return date(year, number, monthrange(year, number)[1])
