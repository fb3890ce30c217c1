"""Counts by place and category, sparse, as properties of features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.category import CATEGORY_CODES
from geo.store.count import MonthCounts
from tiles.ragged import Ints, Ragged


@dataclass(frozen=True)
class Tally:
    """Crimes by place and category: one row for each place and category that has any, ordered by both.

    Attributes:
        place: an id of the place, ascending, shape (n,).
        category: `geo.category` code, shape (n,).
        n: crimes, at least 1, shape (n,).
    """

    place: Ints
    category: Ints
    n: Ints

    @classmethod
    def of(cls, counts: Sequence[MonthCounts]) -> "Tally":
        """The crimes of some months together, by snap point."""
        snap_id = [month.snap_id.astype(np.int64) for month in counts]
        category = [month.category.astype(np.int64) for month in counts]
        n = [month.n.astype(np.int64) for month in counts]
        nothing = [np.empty(0, np.int64)]
        return _summed(
            np.concatenate(snap_id + nothing), np.concatenate(category + nothing), np.concatenate(n + nothing)
        )

    def moved(self, to: Ints) -> "Tally":
        """The same crimes by other places: row i goes to the place `to[i]`."""
        return _summed(to, self.category, self.n)

    @property
    def codes(self) -> list[int]:
        """The categories that have crimes, ascending."""
        return [int(code) for code in np.unique(self.category)]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that `properties` numbers: `n`, then `c{code}` for each of `codes`."""
        return ("n", *(f"c{code}" for code in self.codes))

    def places(self) -> Ints:
        """Every place that has crimes, ascending, without repeats."""
        return np.unique(self.place)

    def properties(self) -> Ragged:
        """Key and number in turn for each place of `places()`: keys are numbered as in `keys`."""
        key = np.searchsorted(np.array(self.codes, np.int64), self.category) + 1
        place, ordinal = np.unique(self.place, return_inverse=True)
        total = np.bincount(ordinal, weights=self.n, minlength=len(place)).astype(np.int64)
        first = np.searchsorted(self.place, place)
        keys = np.insert(key, first, 0)
        numbers = np.insert(self.n, first, total)
        start = np.append(first, len(self.place)) + np.arange(len(place) + 1)
        return Ragged(2 * start, np.column_stack([keys, numbers]).ravel())


def _summed(place: Ints, category: Ints, n: Ints) -> Tally:
    key, ordinal = np.unique(place * CATEGORY_CODES + category, return_inverse=True)
    total = np.bincount(ordinal, weights=n, minlength=len(key))
    return Tally(key // CATEGORY_CODES, key % CATEGORY_CODES, total.astype(np.int64))
