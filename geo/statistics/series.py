"""Which months may be compared with which: only those supplied, a year apart, and never across a break."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from geo.category import ELEVEN_FROM, FOURTEEN_FROM
from geo.lsoa import LSOA_RENEWED
from geo.month import Month
from geo.store.snap_register import SNAP_LIST_RENEWED

YEAR = 12
MONTHS_MIN = 6  # pairs of months below which nothing is compared: half a year


@dataclass(frozen=True, slots=True)
class Break:
    """A month from which figures are made in another way, so that none is tested against those before.

    Attributes:
        first: the first month of the new way.
        what: `categories`, `snap-points` or `lsoa`.
    """

    first: Month
    what: str

    def parts(self, before: Month, after: Month) -> bool:
        """Whether it lies between two months."""
        return before < self.first <= after


BREAKS = (
    Break(ELEVEN_FROM, "categories"),
    Break(FOURTEEN_FROM, "categories"),
    Break(SNAP_LIST_RENEWED, "snap-points"),
    Break(LSOA_RENEWED, "lsoa"),
)


class LeftOut(StrEnum):
    """Why a month is not compared with that of a year before."""

    NOT_SUPPLIED = "not_supplied"  # it is not supplied whole
    YEAR_BEFORE_NOT_SUPPLIED = "year_before_not_supplied"
    BREAK = "break"  # figures are made in another way since


@dataclass(frozen=True, slots=True)
class Window:
    """Months and the same months of the year before, as many of either.

    Attributes:
        recent: those of the latest twelve months that are supplied, oldest first.
        after: those of them that can be compared, oldest first.
        left_out: months of the latest twelve that are not compared, with the reason, oldest first.
    """

    recent: tuple[Month, ...]
    after: tuple[Month, ...]
    left_out: tuple[tuple[Month, LeftOut], ...]

    @property
    def before(self) -> tuple[Month, ...]:
        """The same months a year earlier, oldest first."""
        return tuple(month.back(YEAR) for month in self.after)

    @property
    def enough(self) -> bool:
        """Whether there are at least six pairs: fewer say more of the season's chance than of a change."""
        return len(self.after) >= MONTHS_MIN


def window(supplied: Collection[Month], newest: Month) -> Window:
    """The twelve months up to `newest` against the twelve before, as far as months can be compared.

    Args:
        supplied: the months whose figures are supplied whole.
        newest: the last of the later twelve.
    """
    latest = [Month.from_slot(slot) for slot in range(max(newest.slot - YEAR + 1, 0), newest.slot + 1)]
    why = {month: _left_out(month, supplied) for month in latest}
    return Window(
        tuple(month for month in latest if month in supplied),
        tuple(month for month in latest if why[month] is None),
        tuple((month, reason) for month in latest if (reason := why[month]) is not None),
    )


def _left_out(month: Month, supplied: Collection[Month]) -> LeftOut | None:
    if month not in supplied:
        return LeftOut.NOT_SUPPLIED
    if month.slot < YEAR or month.back(YEAR) not in supplied:
        return LeftOut.YEAR_BEFORE_NOT_SUPPLIED
    return LeftOut.BREAK if any(one.parts(month.back(YEAR), month) for one in BREAKS) else None
