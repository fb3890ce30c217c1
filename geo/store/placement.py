"""Placement: the neighbourhood and force that each snap point lies in (docs/spec/placement.md)."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.store.arrow import numbers, open_arrow

NOWHERE = -1
SCHEMA = pa.schema(
    [
        pa.field("neighbourhood", pa.int32(), nullable=False),
        pa.field("force", pa.int16(), nullable=False),
        pa.field("overlaps", pa.int16(), nullable=False),
    ]
)


@dataclass(frozen=True)
class Placement:
    """One row for each snap point, by id: derived from positions and boundaries, never stored with a crime.

    `neighbourhood` is the row in `Areas.open` of the current generations in order of force, or -1 for none; `force` the
    slot of the force it lies in (its neighbourhood's, or else that of the force area), or -1; `overlaps` how many
    neighbourhoods hold the point.
    """

    table: pa.Table

    @classmethod
    def open(cls, path: Path) -> "Placement":
        """The placement in that file, mapped.

        Raises:
            DamagedFile: not a placement.
        """
        return cls(open_arrow(path, SCHEMA))

    @cached_property
    def neighbourhood(self) -> npt.NDArray[np.int32]:
        """Index of the neighbourhood by snap id, -1 for none, shape (n,)."""
        return numbers(self.table, "neighbourhood").astype(np.int32, copy=False)

    @cached_property
    def force(self) -> npt.NDArray[np.int16]:
        """Slot of the force whose ground it is by snap id, -1 for none, shape (n,)."""
        return numbers(self.table, "force").astype(np.int16, copy=False)

    @cached_property
    def overlaps(self) -> npt.NDArray[np.int16]:
        """How many neighbourhoods hold the point, by snap id, shape (n,)."""
        return numbers(self.table, "overlaps").astype(np.int16, copy=False)
