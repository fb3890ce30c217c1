"""When the next month is due, and which issue a month is from."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from geo.force import Force
from geo.month import Month, divmod_month
from geo.store.release import Release
from geo.supply import Kind, SupplyState


@dataclass(frozen=True, slots=True)
class Issue:
    """Where a force's figures of a month come from, and what comes after the newest.

    Attributes:
        month: whose figures they are.
        newest: the newest month that counts for the force, even in part.
        next_month: the one after it.
        next_due: about when that is due.
        next_state: its supply state.
        published: monthly issue in which the month's file appeared; `None` where no file is held.
        loaded_at: when that file was loaded, UTC; `None` likewise.
    """

    month: Month
    newest: Month
    next_month: Month
    next_due: date
    next_state: SupplyState
    published: Month | None
    loaded_at: datetime | None


def issue_of(release: Release, force: Force, kind: Kind, month: Month | None) -> Issue | None:
    """The issue of a force's month and kind; `None` without a month, or where none of the force's counts."""
    newest = max((one.month for one in release.manifest.counted(kind) if one.force == force.id), default=None)
    if month is None or newest is None:
        return None
    file, following = release.manifest.live.get((force.id, month, kind)), newest + 1
    return Issue(
        month=month,
        newest=newest,
        next_month=following,
        next_due=due_about(following),
        next_state=release.manifest.state(force.id, following, kind),
        published=file.published if file else None,
        loaded_at=file.loaded_at if file else None,
    )


def due_about(month: Month) -> date:
    """About when a month's data come out: the last day of the month after it.

    Forces send a month's records in the weeks after it ends, and the site issues them near the end of that next month.
    Nobody promises a day, so pages say "about".

    >>> due_about(Month.parse("2026-10"))
    datetime.date(2026, 11, 30)
    """
    year, number = divmod_month(month.year * 12 + month.month)
    return date(year, number, monthrange(year, number)[1])
