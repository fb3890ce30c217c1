"""The counts of one month: crimes by snap point, reporting force and category (docs/spec/counts.md)."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.category import CATEGORY_CODES
from geo.store.arrow import numbers, open_arrow

SCHEMA = pa.schema(
    [
        pa.field("snap_id", pa.int32(), nullable=False),
        pa.field("force", pa.uint8(), nullable=False),
        pa.field("category", pa.uint8(), nullable=False),
        pa.field("n", pa.int32(), nullable=False),
    ]
)


@dataclass(frozen=True)
class MonthCounts:
    """Placed crimes of one month that count (held-back force-months do not), sorted by snap point, force, category.

    `force` is the reporting force's slot in the force register, `category` a `geo.category` code; no row has n = 0.
    """

    table: pa.Table

    @classmethod
    def open(cls, path: Path) -> "MonthCounts":
        """The counts in that file, mapped.

        Raises:
            DamagedFile: not a file of counts.
        """
        return cls(open_arrow(path, SCHEMA))

    def without(self, slots: Collection[int]) -> "MonthCounts":
        """The same without what some forces recorded, by their slots."""
        others = pa.array(~np.isin(self.force, list(slots)))
        return MonthCounts(self.table.filter(others).combine_chunks())

    @cached_property
    def snap_id(self) -> npt.NDArray[np.int32]:
        """Snap point of each row, ascending, shape (n,)."""
        return numbers(self.table, "snap_id").astype(np.int32, copy=False)

    @cached_property
    def force(self) -> npt.NDArray[np.uint8]:
        """Slot of the reporting force of each row, shape (n,)."""
        return numbers(self.table, "force").astype(np.uint8, copy=False)

    @cached_property
    def category(self) -> npt.NDArray[np.uint8]:
        """Category code of each row, shape (n,)."""
        return numbers(self.table, "category").astype(np.uint8, copy=False)

    @cached_property
    def n(self) -> npt.NDArray[np.int32]:
        """Crimes of each row, shape (n,)."""
        return numbers(self.table, "n").astype(np.int32, copy=False)

    def rows_at(self, snap_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The rows of those snap points, in the order of the ids, shape (k,)."""
        wanted = snap_ids.astype(np.int32)  # the column's own type, or numpy would convert the column at every call
        first = np.searchsorted(self.snap_id, wanted)
        length = np.searchsorted(self.snap_id, wanted, side="right") - first
        before = np.repeat(first - np.concatenate(([0], np.cumsum(length)[:-1])), length)
        return np.asarray(np.arange(length.sum()) + before, dtype=np.int64)

    def by_category(self, rows: npt.NDArray[np.int64] | slice = slice(None)) -> npt.NDArray[np.int64]:
        """Crimes by category code over those rows, shape (`CATEGORY_CODES`,)."""
        return np.bincount(self.category[rows], weights=self.n[rows], minlength=CATEGORY_CODES).astype(np.int64)
