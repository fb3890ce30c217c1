"""Counts by place and category, sparse, as properties of features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.category import CATEGORY_CODES
from geo.store.count import MonthCounts
from tiles.ragged import Ints, Ragged

RAILWAY_ALL = 2 * CATEGORY_CODES  # what the railway's police recorded, of all categories; of one, 32 more than its code
_RAILWAY = CATEGORY_CODES
_CODES = RAILWAY_ALL + 1


@dataclass(frozen=True)
class Tally:
    """Crimes by place and category: one row for each place and category that has any, ordered by both.

    What the railway's police recorded is in it twice: in its category, and once more by itself.

    Attributes:
        place: an id of the place, ascending, shape (n,).
        code: `geo.category` code; from 32 on, what the railway's police recorded of the category 32 below, and
            `RAILWAY_ALL`; shape (n,).
        n: crimes, at least 1, shape (n,).
    """

    place: Ints
    code: Ints
    n: Ints

    @classmethod
    def of(cls, counts: Sequence[MonthCounts], railway: int | None = None) -> "Tally":
        """The crimes of some months together, by snap point.

        Args:
            counts: of the months.
            railway: slot of the railway's police in the force register; `None` where it has none.
        """
        parts = [_rows(month) for month in counts]
        if railway is not None:
            for month in counts:
                place, category, n = (column[month.force == railway] for column in _rows(month))
                parts += [(place, category + _RAILWAY, n), (place, np.full_like(category, RAILWAY_ALL), n)]
        nothing = np.empty(0, np.int64)
        return _summed(*(np.concatenate(column) for column in zip(*parts, (nothing,) * 3, strict=True)))

    def moved(self, to: Ints) -> "Tally":
        """The same crimes by other places: row i goes to the place `to[i]`."""
        return _summed(to, self.code, self.n)

    @property
    def codes(self) -> list[int]:
        """The codes that have crimes, ascending."""
        return [int(code) for code in np.unique(self.code)]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that `properties` numbers: `n`, then `c{code}`, `r{code}` or `r` for each of `codes`."""
        return ("n", *map(_key, self.codes))

    def places(self) -> Ints:
        """Every place that has crimes, ascending, without repeats."""
        return np.unique(self.place)

    def properties(self) -> Ragged:
        """Key and number in turn for each place of `places()`: keys are numbered as in `keys`."""
        key = np.searchsorted(np.array(self.codes, np.int64), self.code) + 1
        place, ordinal = np.unique(self.place, return_inverse=True)
        counted = np.where(self.code < _RAILWAY, self.n, 0)
        total = np.bincount(ordinal, weights=counted, minlength=len(place)).astype(np.int64)
        first = np.searchsorted(self.place, place)
        keys = np.insert(key, first, 0)
        numbers = np.insert(self.n, first, total)
        start = np.append(first, len(self.place)) + np.arange(len(place) + 1)
        return Ragged(2 * start, np.column_stack([keys, numbers]).ravel())


def _rows(month: MonthCounts) -> tuple[Ints, Ints, Ints]:
    return month.snap_id.astype(np.int64), month.category.astype(np.int64), month.n.astype(np.int64)


def _key(code: int) -> str:
    if code == RAILWAY_ALL:
        return "r"
    return f"c{code}" if code < _RAILWAY else f"r{code - _RAILWAY}"


def _summed(place: Ints, code: Ints, n: Ints) -> Tally:
    key, ordinal = np.unique(place * _CODES + code, return_inverse=True)
    total = np.bincount(ordinal, weights=n, minlength=len(key))
    return Tally(key // _CODES, key % _CODES, total.astype(np.int64))
