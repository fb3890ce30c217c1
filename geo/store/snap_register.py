"""The snap register: every anonymous point a crime was ever moved to (docs/spec/snap-register.md)."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.latlng import LatLng
from geo.month import Month
from geo.store.arrow import numbers, open_arrow
from geo.store.strip import Strips

SNAP_LIST_RENEWED = Month(2022, 7)  # the list of points was renewed: older ids and points do not match newer ones
SCHEMA = pa.schema(
    [
        pa.field("lat_e6", pa.int32(), nullable=False),
        pa.field("lng_e6", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("cell", pa.uint64(), nullable=False),
        pa.field("vintage", pa.int16(), nullable=False),
    ]
)


def vintage_of(month: Month) -> int:
    """The year of the snap list that a month's file was made with: 2011 or 2022."""
    return 2011 if month < SNAP_LIST_RENEWED else 2022


@dataclass(frozen=True)
class SnapRegister:
    """All snap points, by id: the id is the row, from 0, and stays for ever. Append-only.

    A snap point is a position, a name and a vintage: two names at one position are two snap points.
    `table` holds `lat_e6` and `lng_e6` (millionths of a degree, WGS 84), `name` ("On or near ..."; empty for points
    seen only in stop-and-search files, which carry no names), `cell` (H3 at `geo.cell.FINE_RESOLUTION`), `vintage`.
    """

    table: pa.Table

    @classmethod
    def open(cls, path: Path) -> "SnapRegister":
        """The register in that file, mapped.

        Raises:
            DamagedFile: not a snap register.
        """
        return cls(open_arrow(path, SCHEMA))

    @classmethod
    def empty(cls) -> "SnapRegister":
        """A register without points."""
        return cls(SCHEMA.empty_table())

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def lat(self) -> npt.NDArray[np.float64]:
        """Latitudes in degrees by id, shape (n,)."""
        return np.asarray(numbers(self.table, "lat_e6") / 1e6, np.float64)

    @cached_property
    def lng(self) -> npt.NDArray[np.float64]:
        """Longitudes in degrees by id, shape (n,)."""
        return np.asarray(numbers(self.table, "lng_e6") / 1e6, np.float64)

    @cached_property
    def cell(self) -> npt.NDArray[np.uint64]:
        """The H3 cell by id at the fine resolution, shape (n,)."""
        return numbers(self.table, "cell").astype(np.uint64, copy=False)

    def name(self, snap_id: int) -> str:
        """The name of one snap point, as published."""
        return str(self.table["name"][snap_id].as_py())

    def within(self, centre: LatLng, radius_m: float) -> npt.NDArray[np.int64]:
        """The ids of all snap points within `radius_m` metres of a position, ascending."""
        return self._strips.within(centre, radius_m)

    @cached_property
    def _strips(self) -> Strips:
        return Strips(self.lat, self.lng)
