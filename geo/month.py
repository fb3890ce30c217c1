"""The calendar month: the finest time that crime data carry."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from geo.errors import BadMonth

_WRITTEN = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_FIRST_INDEX = 2010 * 12 + 11  # 2010-12, the first month ever published
_SLOTS = 256  # months an integer crime id can tell apart
_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, as `YYYY-MM`; ordered, hashable, and stepped with `+` and `-`.

    >>> Month.parse("2025-12") + 1
    Month(year=2026, month=1)
    >>> Month.parse("2026-01") - Month.parse("2025-11")
    2
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 0 <= self.slot < _SLOTS:
            raise BadMonth("%(month)s is not a month from 2010-12 to 2032-03.", month=f"{self.year}-{self.month:02d}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written `YYYY-MM`.

        Raises:
            BadMonth: anything else, or a month outside 2010-12 to 2032-03.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise BadMonth("%(typed)r is not a month; write it as YYYY-MM, for example 2025-12.", typed=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def from_slot(cls, slot: int) -> Self:
        """The month `slot` months after 2010-12."""
        return cls(*divmod_month(slot + _FIRST_INDEX))

    @property
    def slot(self) -> int:
        """Months since 2010-12, 0 to 255."""
        return self.year * 12 + self.month - 1 - _FIRST_INDEX

    @property
    def name(self) -> str:
        """The month in English words.

        >>> Month.parse("2025-12").name
        'December 2025'
        """
        return f"{_NAMES[self.month - 1]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    def __add__(self, months: int) -> "Month":
        return Month(*divmod_month(self.year * 12 + self.month - 1 + months))

    def __sub__(self, other: "Month") -> int:
        return self.slot - other.slot

    def back(self, months: int) -> "Month":
        """The month that many months before."""
        return self + -months


def divmod_month(index: int) -> tuple[int, int]:
    """(year, month 1 to 12) of a count of months since year 0."""
    year, zero_based = divmod(index, 12)
    return year, zero_based + 1


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included, oldest first."""
    for slot in range(first.slot, last.slot + 1):
        yield Month.from_slot(slot)
