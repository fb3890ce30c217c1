"""Serving files: a month's records, written once as JSON and sorted by place (docs/spec/serving.md)."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from geo.latlng import EARTH_RADIUS_M, LatLng, distance_m
from geo.month import Month
from geo.store.arrow import numbers, open_arrow
from geo.supply import Kind

Ints = npt.NDArray[np.int64]

STRIP_E6 = 10_000  # strips of 0.01° of latitude, about 1.1 km
UNPLACED_STRIP = 32_767  # beyond every latitude: records without a position lie behind all others
PREFIX_BYTES = 8  # of a persistent id, as a big-endian number; the JSON itself holds the rest
_RECORD = pa.struct(
    [
        pa.field("force", pa.uint8(), nullable=False),
        pa.field("category", pa.uint8(), nullable=False),
        pa.field("json", pa.large_binary(), nullable=False),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("snap_id", pa.int32(), nullable=False),
        pa.field("strip", pa.int32(), nullable=False),
        pa.field("lat_e6", pa.int32(), nullable=False),
        pa.field("lng_e6", pa.int32(), nullable=False),
        pa.field("records", pa.large_list(pa.field("item", _RECORD, nullable=False)), nullable=False),
    ]
)
ID_SCHEMA = pa.schema([pa.field("prefix", pa.uint64(), nullable=False), pa.field("record", pa.int32(), nullable=False)])


def records_name(kind: Kind, month: Month) -> str:
    """What a manifest calls the records of a month and kind."""
    return f"{kind}-{month}"


def ids_name(kind: Kind, month: Month) -> str:
    """What a manifest calls the index of their persistent ids."""
    return f"{kind}-ids-{month}"


@dataclass(frozen=True, slots=True)
class Runs:
    """Records that lie together, as half-open ranges in ascending order; each shape (k,)."""

    first: Ints
    end: Ints

    def __len__(self) -> int:
        """How many records, not how many ranges."""
        return int((self.end - self.first).sum())

    @classmethod
    def of(cls, rows: Ints) -> "Runs":
        """The ranges that ascending rows form."""
        if not len(rows):
            return cls(rows, rows)
        breaks = np.flatnonzero(np.diff(rows) != 1)
        return cls(rows[np.concatenate(([0], breaks + 1))], rows[np.append(breaks, len(rows) - 1)] + 1)

    def rows(self) -> Ints:
        """Every row, ascending."""
        length = self.end - self.first
        before = np.cumsum(length) - length
        return np.asarray(np.arange(length.sum()) + np.repeat(self.first - before, length), np.int64)


class ServedRecords:
    """The records of one month and kind. Places are sorted by strip, longitude and snap id, and so are their records.

    A place is a row of the table: a snap point, or all that one force recorded without a position. Methods give places
    as ascending rows, shape (k,).
    """

    def __init__(self, table: pa.Table) -> None:
        # Columns of one chunk are views of the mapped file; putting chunks together would copy them.
        whole = table if table["records"].num_chunks == 1 else table.combine_chunks()
        lists = whole["records"].chunk(0) if whole.num_rows else pa.array([], SCHEMA.field("records").type)
        records = lists.values
        json = records.field("json")
        self._held = whole  # the numpy arrays below are views of its buffers
        self._snap_id, self._strip, self._lat_e6, self._lng_e6 = (
            numbers(whole, name) if whole.num_rows else np.empty(0, np.int32) for name in SCHEMA.names[:4]
        )
        self._along = self._lng_e6.data
        self._start: Ints = lists.offsets.to_numpy()
        self._force, self._category = (records.field(name).to_numpy() for name in ("force", "category"))
        _, edges, data = json.buffers()
        self._edge: Ints = np.frombuffer(edges, np.int64)[json.offset : json.offset + len(json) + 1]
        self._json = memoryview(data if data is not None else b"")

    @classmethod
    def open(cls, path: Path) -> "ServedRecords":
        """The records in that file, mapped.

        Raises:
            DamagedFile: not a serving file.
        """
        return cls(open_arrow(path, SCHEMA))

    def within(self, centre: LatLng, radius_m: float) -> Ints:
        """The places within `radius_m` metres of a position."""
        reach_lat = math.degrees(radius_m / EARTH_RADIUS_M)
        widest = min(abs(centre.lat) + reach_lat, 89.9)
        reach_lng = reach_lat / math.cos(math.radians(widest)) * 1.001
        near = self._box(
            (centre.lat - reach_lat, centre.lat + reach_lat), (centre.lng - reach_lng, centre.lng + reach_lng)
        )
        away = distance_m(centre, self._lat_e6[near] / 1e6, self._lng_e6[near] / 1e6)
        return np.asarray(near[away <= radius_m], np.int64)

    def inside(self, polygon: shapely.Polygon) -> Ints:
        """The places inside a polygon in degrees, axis order lng, lat. It may cross itself: even-odd decides."""
        west, south, east, north = polygon.bounds
        near = self._box((south, north), (west, east))
        shapely.prepare(polygon)
        with np.errstate(over="ignore", invalid="ignore"):  # of vertices as far as numbers go
            held = shapely.contains_xy(polygon, self._lng_e6[near] / 1e6, self._lat_e6[near] / 1e6)
        return np.asarray(near[held], np.int64)

    def at(self, snap_id: int, lat_e6: int, lng_e6: int) -> Ints:
        """The place of a snap point, whose position is given because places are sorted by it; none is ordinary."""
        first, end = self._span(*self._strip_span(lat_e6 // STRIP_E6), lng_e6, lng_e6)
        return np.flatnonzero(self._snap_id[first:end] == snap_id) + first

    def unplaced(self, force_slot: int) -> Ints:
        """The records of a force without a position, as one place; none is ordinary."""
        first, end = self._strip_span(UNPLACED_STRIP)
        return np.flatnonzero(self._snap_id[first:end] == -1 - force_slot) + first

    def of_points(self, chosen: npt.NDArray[np.bool_]) -> Ints:
        """The places of chosen snap points.

        Args:
            chosen: whether a snap point is, by id, shape (points of the register,).
        """
        placed = np.flatnonzero(self._snap_id >= 0)
        return placed[chosen[self._snap_id[placed]]]

    def of_categories(self, runs: Runs, categories: Collection[int]) -> Ints:
        """The numbers of the records in some runs that are of some category codes, of all where none is named."""
        rows = runs.rows()
        return rows[np.isin(self._category[rows], list(categories))] if categories else rows

    def records(self, places: Ints, category: int | None = None) -> Runs:
        """The records at some places, of one category code or all."""
        together = Runs.of(places)
        runs = Runs(self._start[together.first], self._start[together.end])
        if category is None:
            return runs
        rows = runs.rows()
        return Runs.of(rows[self._category[rows] == category])

    def of_force(self, force_slot: int) -> Runs:
        """All that a force recorded, with a position and without."""
        return Runs.of(np.flatnonzero(self._force == force_slot))

    def json(self, runs: Runs) -> bytes:
        """The records as a JSON array. Each is written with a comma behind it; the last of a range loses its own."""
        edges = zip(self._edge[runs.first].tolist(), (self._edge[runs.end] - 1).tolist(), strict=True)
        text = self._json
        return b"[%b]" % b",".join([text[start:end] for start, end in edges])

    def one(self, record: int) -> bytes:
        """One record's JSON object."""
        return bytes(self._json[self._edge[record] : self._edge[record + 1] - 1])

    def each(self) -> Iterator[bytes]:
        """The JSON object of every record."""
        return map(self.one, range(len(self._edge) - 1))

    def _box(self, lat: tuple[float, float], lng: tuple[float, float]) -> Ints:
        """The places that strips and longitudes in degrees let through."""
        south, north = (_e6(edge, 91) // STRIP_E6 for edge in lat)
        west, east = (_e6(edge, 181) for edge in lng)
        strips, starts = self._strips
        found = []
        for at in range(bisect_left(strips, south), bisect_right(strips, north)):
            first, end = self._span(starts[at], starts[at + 1], west - 1, east + 1)
            if first < end:
                found.append(np.arange(first, end))
        return np.concatenate(found) if found else np.empty(0, np.int64)

    @cached_property
    def _strips(self) -> tuple[list[int], list[int]]:
        """Each strip, ascending, and where its places begin; behind the last, where they end."""
        strip, start = np.unique(self._strip, return_index=True)
        return strip.tolist(), [*start.tolist(), len(self._strip)]

    def _strip_span(self, strip: int) -> tuple[int, int]:
        strips, starts = self._strips
        at = bisect_left(strips, strip)
        return (starts[at], starts[at + 1]) if at < len(strips) and strips[at] == strip else (0, 0)

    def _span(self, first: int, end: int, west_e6: int, east_e6: int) -> tuple[int, int]:
        """The places from west to east within a strip's. `bisect` takes half the time of numpy for so few."""
        first = bisect_left(self._along, west_e6, first, end)
        return first, bisect_right(self._along, east_e6, first, end)


@dataclass(frozen=True)
class PersistentIds:
    """Which records carry a persistent id: prefixes in ascending order, and for each the record's number."""

    table: pa.Table

    @classmethod
    def open(cls, path: Path) -> "PersistentIds":
        """The index in that file, mapped.

        Raises:
            DamagedFile: not such an index.
        """
        return cls(open_arrow(path, ID_SCHEMA))

    def find(self, persistent_id: bytes) -> list[int]:
        """The records whose id begins as this one of 32 bytes does; whether they are it, their JSON says."""
        if not self.table.num_rows:
            return []
        prefix = np.uint64(int.from_bytes(persistent_id[:PREFIX_BYTES], "big"))
        span = slice(*(int(self._prefix.searchsorted(prefix, side=side)) for side in ("left", "right")))
        return list(self._record[span].tolist())

    @cached_property
    def _prefix(self) -> npt.NDArray[np.uint64]:
        return numbers(self.table, "prefix")

    @cached_property
    def _record(self) -> npt.NDArray[np.int32]:
        return numbers(self.table, "record")


def _e6(degrees: float, most: int) -> int:
    """Millionths of a degree, rounded down, of what may be far beyond any globe."""
    return math.floor(max(-most, min(most, degrees)) * 1e6)
