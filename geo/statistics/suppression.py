"""Small counts of people, kept from being told: neither shown, nor to be worked out from what is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_SHOWN = 5


class Suppressed(StrEnum):
    """Why a count is not shown."""

    SMALL = "fewer than 5"
    WITH_ANOTHER = "suppressed"  # or a small one beside it could be worked out from the total


@dataclass(frozen=True, slots=True)
class Shown:
    """A count, or why there is none: exactly one of the two."""

    n: int | None
    suppressed: Suppressed | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Counts that add up to a total, as they may be shown.

    Attributes:
        total: of them all.
        counts: by name, those above 0; `None` where nothing can be told of them without telling a small one.
    """

    total: Shown
    counts: Mapping[str, Shown] | None


def table_shown(counts: Mapping[str, int]) -> Table:
    """What may be shown of some counts and their total.

    A count of 1 to 4 is "fewer than 5". Whoever takes what is shown from the total knows the sum of what is not; the
    next larger counts are left out too until that sum leaves each small one at least two values. Where all of them
    would not do, or the total is small itself, there is no breakdown at all.

    >>> table_shown({"drugs": 12, "goods": 3, "other": 20}).counts["drugs"]
    Shown(n=None, suppressed=<Suppressed.WITH_ANOTHER: 'suppressed'>)
    """
    held = {name: n for name, n in counts.items() if n}
    total = sum(held.values())
    if 0 < total < SMALLEST_SHOWN:
        return Table(Shown(None, Suppressed.SMALL), None)
    small = [name for name, n in held.items() if n < SMALLEST_SHOWN]
    larger = sorted((n, name) for name, n in held.items() if n >= SMALLEST_SHOWN)
    beside = 0
    while small and not _open(
        len(small), beside, sum(held[name] for name in small) + sum(n for n, _ in larger[:beside])
    ):
        beside += 1
        if beside > len(larger):
            return Table(Shown(total), None)
    hidden = dict.fromkeys(small, Suppressed.SMALL) | {name: Suppressed.WITH_ANOTHER for _, name in larger[:beside]}
    shown = {name: Shown(None, hidden[name]) if name in hidden else Shown(n) for name, n in held.items()}
    return Table(Shown(total), shown)


def _open(small: int, beside: int, known: int) -> bool:
    """Whether a known sum of so many small counts and so many of 5 or more leaves each small one two values."""
    least = small + SMALLEST_SHOWN * beside
    most = small * (SMALLEST_SHOWN - 1)
    return known > least if beside else small > 1 and least < known < most
