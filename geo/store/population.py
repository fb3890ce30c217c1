"""People at rest: by LSOA as published, and shared out among live postcodes (docs/spec/population.md)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import DamagedFile
from geo.latlng import LatLng
from geo.store.arrow import numbers, open_arrow
from geo.store.strip import Strips

TITLE_KEY = b"yourarea.title"  # of a population file: what its figures are, in words
POPULATION_SCHEMA = pa.schema(
    [
        pa.field("lsoa11", pa.string()),
        pa.field("lsoa21", pa.string()),
        pa.field("people", pa.int32(), nullable=False),
    ]
)
PEOPLE_SCHEMA = pa.schema(
    [
        pa.field("lat_e6", pa.int32(), nullable=False),
        pa.field("lng_e6", pa.int32(), nullable=False),
        pa.field("neighbourhood", pa.int32(), nullable=False),
        pa.field("residents", pa.float32(), nullable=False),
        pa.field("workday", pa.float32(), nullable=False),
    ]
)
COVERED_MIN = 0.9  # share of an area's postcodes that must have people, or those it has stand for too little of it


class Measure(StrEnum):
    """Who is counted."""

    RESIDENTS = "residents"  # who lives there
    WORKDAY = "workday"  # who is there in working hours: workers, and residents who do not work


@dataclass(frozen=True, slots=True)
class Headcount:
    """The people of an area, shared out by its live postcodes.

    Attributes:
        residents: how many live there; `None` where no population is held for enough of it.
        workday: how many are there on a working day; `None` likewise.
        postcodes: live postcodes of the area.
        covered: share of them whose people are known, by residents; 0 where the area has none.
    """

    residents: float | None
    workday: float | None
    postcodes: int
    covered: float


@dataclass(frozen=True)
class People:
    """One row for each live postcode, with its share of the people of its LSOA; NaN where they are not known."""

    table: pa.Table

    @classmethod
    def open(cls, path: Path) -> "People":
        """The people in that file, mapped.

        Raises:
            DamagedFile: not such a file.
        """
        return cls(open_arrow(path, PEOPLE_SCHEMA))

    @cached_property
    def neighbourhood(self) -> npt.NDArray[np.int32]:
        """The neighbourhood each postcode lies in, as in `Placement`, -1 for none, shape (n,)."""
        return numbers(self.table, "neighbourhood").astype(np.int32, copy=False)

    @cached_property
    def residents(self) -> npt.NDArray[np.float32]:
        """Residents of each postcode, shape (n,)."""
        return numbers(self.table, "residents").astype(np.float32, copy=False)

    @cached_property
    def workday(self) -> npt.NDArray[np.float32]:
        """People at each postcode on a working day, shape (n,)."""
        return numbers(self.table, "workday").astype(np.float32, copy=False)

    def within(self, centre: LatLng, radius_m: float) -> Headcount:
        """The people of a circle."""
        return self._of(self._strips.within(centre, radius_m))

    def by_neighbourhood(self, n: int) -> tuple[Headcount, ...]:
        """The people of each of `n` neighbourhoods, by index."""
        order = np.argsort(self.neighbourhood, kind="stable")
        edges = np.searchsorted(self.neighbourhood[order], np.arange(n + 1))
        return tuple(self._of(order[edges[at] : edges[at + 1]]) for at in range(n))

    def _of(self, rows: npt.NDArray[np.int64]) -> Headcount:
        residents, covered = _sum(self.residents[rows])
        return Headcount(residents, _sum(self.workday[rows])[0], len(rows), covered)

    @cached_property
    def _strips(self) -> Strips:
        return Strips(*(np.asarray(numbers(self.table, name) / 1e6, np.float64) for name in ("lat_e6", "lng_e6")))


def title_of(path: Path) -> str:
    """What the figures of a population file are, in words.

    Raises:
        DamagedFile: not such a file.
    """
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid) as error:
        raise DamagedFile(f"{path} cannot be read as a population: load it again.") from error
    return str(metadata.get(TITLE_KEY, b"").decode())


def _sum(people: npt.NDArray[np.float32]) -> tuple[float | None, float]:
    """The people of some postcodes, and for what share of them they are known.

    Postcodes without are taken to have as many as the others, if they are few; if not, there is no answer.
    """
    known = people[~np.isnan(people)]
    covered = len(known) / len(people) if len(people) else 0.0
    if covered < COVERED_MIN:
        return None, covered
    return float(known.sum(dtype=np.float64)) / covered, covered
