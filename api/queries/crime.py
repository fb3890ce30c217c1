"""Crimes one by one, of any ground and month: what `/api` serves, and what it has no key for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from api.queries.ground import Ground
from api.queries.lsoa import lsoa_rows
from api.serving.compose import Only
from api.serving.source import records_of
from geo.category import Category
from geo.cell import DRAWN_RESOLUTIONS, parents
from geo.crime import ROWS_PER_FILE, crime_id, crime_key
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.outcome import Outcome, outcomes
from geo.store.layout import DataFolder
from geo.store.release import Release
from geo.store.serving import Ints, ServedRecords
from geo.supply import Kind

CHUNK = 2_000  # crimes read at a time
_FILES_KEPT = 64  # force-months whose codes and dates stay in memory: a country's month, at a quarter of a MB each
_OUTCOME_OF = {outcome.written[0]: outcome for outcome in outcomes()}


@dataclass(frozen=True, slots=True)
class Crime:
    """One crime.

    Attributes:
        number: among the month's records; crimes are read in this order.
        id: the integer id, as in `/api`.
        persistent_id: 64 hex digits; empty where the force gave none.
        category: slug.
        month: `YYYY-MM`.
        place: the snap point's id, latitude, longitude and the street's name as published; `None` without a position.
        reported_by: id of the force that recorded it.
        lies_in: id of the force on whose ground the snap point lies.
        neighbourhood: the one the snap point lies in, of the current generation.
        cell: H3 cell of the snap point at the finest drawn resolution.
        lsoa11, lsoa21: the code in the record: of 2011 before June 2023, of 2021 from then on.
        outcome: the last.
        outcome_month: when that was recorded, where an outcomes file tells.
    """

    number: int
    id: int
    persistent_id: str
    category: str
    month: str
    place: tuple[int, float, float, str] | None
    reported_by: str
    lies_in: str | None
    neighbourhood: NeighbourhoodRef | None
    cell: int | None
    lsoa11: str | None
    lsoa21: str | None
    outcome: Outcome | None
    outcome_month: str | None


@dataclass(frozen=True)
class CrimeReader:
    """Reads the crimes of some ground.

    Attributes:
        release: where they come from.
        folder: where its files lie.
        ground: where.
        categories: which; every one, where none is named.
    """

    release: Release
    folder: DataFolder
    ground: Ground
    categories: tuple[Category, ...] = ()

    def crimes(self, month: Month, after: int = -1) -> Iterator[list[Crime]]:
        """The crimes of a month, a few at a time, in the order of their numbers.

        Args:
            month: which; of one that is not held there are none.
            after: the number beyond which to begin.
        """
        records = records_of(self.release, self.folder, Kind.STREET, month, self._only())
        chosen = self._rows(records)
        chosen = chosen[np.searchsorted(chosen, after, side="right") :]
        with_code = self._with_code(month)
        for start in range(0, len(chosen), CHUNK):
            numbers = chosen[start : start + CHUNK].tolist()
            read = [orjson.loads(records.one(number)) for number in numbers]
            pairs = [
                pair for pair in zip(numbers, read, strict=True) if with_code is None or pair[1]["id"] in with_code
            ]
            yield self._crimes(month, pairs)

    def _rows(self, records: ServedRecords) -> Ints:
        force = self.ground.whole_force
        runs = records.of_force(force.slot) if force else records.records(records.of_points(self._chosen))
        return records.of_categories(runs, {category.code for category in self.categories})

    @cached_property
    def _chosen(self) -> npt.NDArray[np.bool_]:
        chosen = np.zeros(len(self.release.snap_register), bool)
        chosen[self._snap_ids] = True
        return chosen

    @cached_property
    def _snap_ids(self) -> Ints:
        found = self.ground.snap_ids
        return np.empty(0, np.int64) if found is None else found

    def _only(self) -> Only:
        """What is read of a month that is not served: the box around the ground's snap points."""
        force, register = self.ground.whole_force, self.release.snap_register
        if force is not None:
            return Only("c.force = $force", {"force": force.id})
        if self.ground.lsoa is not None:
            return Only("$code in (c.lsoa11, c.lsoa21)", {"code": self.ground.lsoa})
        if not len(self._snap_ids):
            return Only("false")
        e6 = {name: np.rint(degrees[self._snap_ids] * 1e6) for name, degrees in
              (("lat", register.lat), ("lng", register.lng))}  # fmt: skip
        edges = {f"{name}_{end}": int(getattr(found, end)()) for name, found in e6.items() for end in ("min", "max")}
        return Only("c.lat_e6 between $lat_min and $lat_max and c.lng_e6 between $lng_min and $lng_max", edges)

    def _with_code(self, month: Month) -> frozenset[int] | None:
        """The ids of the month's crimes that carry the LSOA's code; `None` where any will do."""
        if self.ground.lsoa is None:
            return None
        found = lsoa_rows(self.release, self.folder, self.ground.lsoa, month)
        pairs = zip(found.slot.tolist(), found.row.tolist(), strict=True)
        return frozenset(crime_id(slot, month, row) for slot, row in pairs)

    def _crimes(self, month: Month, read: list[tuple[int, dict[str, Any]]]) -> list[Crime]:
        snap_ids = np.array([one["location"]["street"]["id"] if one["location"] else -1 for _, one in read], np.int64)
        cells = parents(self.release.snap_register.cell[snap_ids], DRAWN_RESOLUTIONS[-1]).tolist() if read else []
        files = {one["id"] // ROWS_PER_FILE: crime_key(one["id"])[0] for _, one in read}
        facts = {file: (self._forces[slot], self._facts(self._forces[slot], month)) for file, slot in files.items()}
        return [
            self._crime(str(month), number, one, cell, *facts[one["id"] // ROWS_PER_FILE])
            for (number, one), cell in zip(read, cells, strict=True)
        ]

    def _crime(self, month: str, number: int, one: dict[str, Any], cell: int, force: str, facts: "_Facts") -> Crime:
        row, location, status = one["id"] % ROWS_PER_FILE, one["location"], one["outcome_status"]
        snap_id = location["street"]["id"] if location else None
        return Crime(
            number=number,
            id=one["id"],
            persistent_id=one["persistent_id"],
            category=one["category"],
            month=month,
            place=_place(location) if location else None,
            reported_by=force,
            lies_in=None if snap_id is None else self._forces.get(int(self.release.placement.force[snap_id])),
            neighbourhood=None if snap_id is None else self._neighbourhood(snap_id),
            cell=None if snap_id is None else cell,
            lsoa11=facts.lsoa11[row],
            lsoa21=facts.lsoa21[row],
            outcome=_OUTCOME_OF[status["category"]] if status else None,
            outcome_month=facts.outcome_month.get(row) if status else None,
        )

    def _neighbourhood(self, snap_id: int) -> NeighbourhoodRef | None:
        at, areas = int(self.release.placement.neighbourhood[snap_id]), self.release.neighbourhoods
        return None if at < 0 else NeighbourhoodRef(areas.force_ids[at], areas.ids[at])

    @cached_property
    def _forces(self) -> dict[int, str]:
        return {force.slot: force.id for force in self.release.register}

    def _facts(self, force: str, month: Month) -> "_Facts":
        manifest = self.release.manifest
        attached = manifest.attachments.get(force)
        return _facts(
            self.folder.file(manifest.live[(force, month, Kind.STREET)].file.path),
            None if attached is None else self.folder.file(attached.path),
            str(month),
        )


@dataclass(frozen=True)
class _Facts:
    """What serving files do not hold of one force's crimes of a month.

    Attributes:
        lsoa11, lsoa21: codes by row of the file; `None` also for rows that were rejected.
        outcome_month: when the last outcome was recorded, by row; of those of which an outcomes file tells.
    """

    lsoa11: list[str | None]
    lsoa21: list[str | None]
    outcome_month: dict[int, str]


@lru_cache(maxsize=_FILES_KEPT)
def _facts(records: Path, attachments: Path | None, month: str) -> _Facts:
    """Of a records file and its force's attachments, which are named by their content and so never change."""
    table = pq.read_table(records, columns=["row", "lsoa11", "lsoa21"])
    months: dict[int, str] = {}
    if attachments is not None:
        wanted = (pc.field("street_month") == month) & pc.field("agrees")
        columns = ["street_row", "outcome_month"]
        found = pq.read_table(attachments, columns=columns, filters=wanted).sort_by("outcome_month")
        months = dict(zip(*(found[name].to_pylist() for name in columns), strict=True))
    rows = table["row"].to_pylist()
    return _Facts(_by_row(rows, table["lsoa11"]), _by_row(rows, table["lsoa21"]), months)


def _by_row(rows: list[int], column: pa.ChunkedArray) -> list[str | None]:
    """A column as a list in which a row has its own place; equal texts are one object."""
    known: dict[str | None, str | None] = {}
    found: list[str | None] = [None] * (rows[-1] + 1 if rows else 0)
    for row, value in zip(rows, column.to_pylist(), strict=True):
        found[row] = known.setdefault(value, value)
    return found


def _place(location: dict[str, Any]) -> tuple[int, float, float, str]:
    street = location["street"]
    return street["id"], float(location["latitude"]), float(location["longitude"]), street["name"]
