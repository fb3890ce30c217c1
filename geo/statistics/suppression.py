"""Small counts of people, kept from being told: neither shown, nor to be worked out from what is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_SHOWN = 5
ROUNDED_TO = 5  # of counts of people: tables that are rounded each for itself do not add up, and cannot be subtracted


class Suppressed(StrEnum):
    """Why a count is not shown."""

    SMALL = "fewer than 5"


@dataclass(frozen=True, slots=True)
class Shown:
    """A rounded count, or why there is none: exactly one of the two."""

    n: int | None
    suppressed: Suppressed | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Counts and their total, as they may be shown; rounded, they need not add up.

    Attributes:
        total: of them all.
        counts: by name, those of 5 or more; `None` where the total is small itself.
    """

    total: Shown
    counts: Mapping[str, Shown] | None


def rounded(n: int) -> int:
    """A count to the nearest 5.

    >>> [rounded(n) for n in (2, 3, 7, 8)]
    [0, 5, 5, 10]
    """
    return ROUNDED_TO * ((n + ROUNDED_TO // 2) // ROUNDED_TO)


def shown(n: int) -> Shown:
    """A count as it may be shown: to the nearest 5, and one of 0 to 4 as "fewer than 5".

    Nought is among the small ones: who knows where there were none can add up a force's neighbourhoods, one each.

    >>> shown(12), shown(0)
    (Shown(n=10, suppressed=None), Shown(n=None, suppressed=<Suppressed.SMALL: 'fewer than 5'>))
    """
    return Shown(rounded(n)) if n >= SMALLEST_SHOWN else Shown(None, Suppressed.SMALL)


def table_shown(counts: Mapping[str, int]) -> Table:
    """What may be shown of some counts and their total, each rounded for itself.

    A small count is left out rather than listed as one: that it is named would tell that it is not nought.

    >>> table_shown({"drugs": 12, "goods": 3, "other": 21}).counts
    {'drugs': Shown(n=10, suppressed=None), 'other': Shown(n=20, suppressed=None)}
    """
    total = shown(sum(counts.values()))
    if total.n is None:
        return Table(total, None)
    return Table(total, {name: shown(n) for name, n in counts.items() if n >= SMALLEST_SHOWN})
