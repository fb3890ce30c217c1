"""Crimes of the months that are compared, by neighbourhood, and how much areas vary (docs/spec/change.md)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.month import Month
from geo.statistics.dispersion import Spread
from geo.store.arrow import numbers, open_arrow

Ints = npt.NDArray[np.int64]
ALL_CRIME = 255  # in place of a category's code: all of them together
CATEGORY_CODES = 32
TALLY_SCHEMA = pa.schema(
    [
        pa.field("force", pa.uint8(), nullable=False),
        pa.field("month", pa.uint8(), nullable=False),
        pa.field("neighbourhood", pa.int32(), nullable=False),
        pa.field("category", pa.uint8(), nullable=False),
        pa.field("n", pa.int32(), nullable=False),
    ]
)
SPREAD_SCHEMA = pa.schema(
    [
        pa.field("force", pa.uint8(), nullable=False),
        pa.field("measure", pa.uint8(), nullable=False),
        pa.field("category", pa.uint8(), nullable=False),
        pa.field("units", pa.int32(), nullable=False),
        pa.field("phi", pa.float64(), nullable=False),
        pa.field("tau", pa.float64(), nullable=False),
    ]
)


class SpreadOf(IntEnum):
    """What neighbourhoods of a force differ in."""

    CHANGE = 0  # twelve months by the twelve before
    LEVEL = 1  # crimes for each resident


@dataclass(frozen=True)
class Tally:
    """Placed crimes that a force itself recorded, by its neighbourhoods, of the months that are compared.

    Sorted by force, month, neighbourhood, category; `neighbourhood` is -1 for crimes in none of the force's own.
    """

    table: pa.Table

    @classmethod
    def open(cls, path: Path) -> "Tally":
        """The tally in that file, mapped.

        Raises:
            DamagedFile: not a tally.
        """
        return cls(open_arrow(path, TALLY_SCHEMA))

    def counts(self, slot: int, months: Collection[Month], rows: range) -> Ints:
        """Crimes by neighbourhood and category, all the months together, shape (len(rows) + 1, 32).

        Args:
            slot: of the force.
            months: which.
            rows: indexes of the force's neighbourhoods, which lie together; the last row is of crimes in none of them.
        """
        first, last = np.searchsorted(self._force, [slot, slot + 1])
        wanted = np.isin(self._month[first:last], [month.slot for month in months])
        at = self._neighbourhood[first:last][wanted].astype(np.int64)
        row = np.where(at < 0, len(rows), at - rows.start)
        key = row * CATEGORY_CODES + self._category[first:last][wanted]
        size = (len(rows) + 1) * CATEGORY_CODES
        summed = np.bincount(key, weights=self._n[first:last][wanted], minlength=size)
        return summed.astype(np.int64).reshape(-1, CATEGORY_CODES)

    @cached_property
    def _force(self) -> npt.NDArray[np.uint8]:
        return numbers(self.table, "force").astype(np.uint8, copy=False)

    @cached_property
    def _month(self) -> npt.NDArray[np.uint8]:
        return numbers(self.table, "month").astype(np.uint8, copy=False)

    @cached_property
    def _neighbourhood(self) -> npt.NDArray[np.int32]:
        return numbers(self.table, "neighbourhood").astype(np.int32, copy=False)

    @cached_property
    def _category(self) -> npt.NDArray[np.uint8]:
        return numbers(self.table, "category").astype(np.uint8, copy=False)

    @cached_property
    def _n(self) -> npt.NDArray[np.int32]:
        return numbers(self.table, "n").astype(np.int32, copy=False)


def open_spreads(path: Path) -> Mapping[tuple[int, SpreadOf, int], Spread]:
    """How much neighbourhoods differ, by force slot, in what, and category code (255 for all crime).

    Raises:
        DamagedFile: not such a file.
    """
    rows = open_arrow(path, SPREAD_SCHEMA).to_pylist()
    return {
        (row["force"], SpreadOf(row["measure"]), row["category"]): Spread(row["units"], row["phi"], row["tau"])
        for row in rows
    }


def with_all(counts: Ints) -> Ints:
    """Counts by category with a last column more, of all of them, shape (n, 33)."""
    return np.column_stack([counts, counts.sum(axis=1)])
