"""Postcodes at rest: one immutable file, read through a memory map."""

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.errors import DamagedFile, StoreFormatTooNew
from geo.latlng import EARTH_RADIUS_M, LatLng, distance_m
from geo.postcode import Postcode

FORMAT_VERSION = 1
RUN_NAMED = 20  # a postal sector with one letter has no more
VERSION_KEY = b"yourarea.postcodes"  # in the schema's metadata; its value is the format version
SCHEMA = pa.schema(
    [
        pa.field("postcode", pa.binary(7), nullable=False),  # `Postcode.packed`, ascending, no two alike
        pa.field("lat_e6", pa.int32(), nullable=False),  # millionths of a degree, WGS 84
        pa.field("lng_e6", pa.int32(), nullable=False),
        pa.field("terminated", pa.int32(), nullable=False),  # the month it ended as 199606; 0 while in use
        pa.field("imprecise", pa.uint8(), nullable=False),  # 1: the position is not that of its own addresses
    ],
    metadata={VERSION_KEY: str(FORMAT_VERSION).encode()},
)


@dataclass(frozen=True, slots=True)
class PostcodeEntry:
    """What is known of one postcode.

    Args:
        postcode: which.
        position: where, WGS 84; the middle of its addresses, or of its neighbourhood where `imprecise`.
        terminated: first day of the month in which Royal Mail ended it, or None while in use. A date, because `Month`
            begins with the first crime data and most ended postcodes ended earlier.
        imprecise: whether the position was inferred from postcodes around it, is that of a whole postal sector, or
            predates surveyed ones.
    """

    postcode: Postcode
    position: LatLng
    terminated: date | None
    imprecise: bool


@dataclass(frozen=True, slots=True)
class PostcodeRun:
    """Postcodes that begin alike.

    Args:
        named: the first of them, packed, at most `RUN_NAMED`.
        lat: latitudes of all of them in degrees, shape (n,).
        lng: longitudes in degrees, shape (n,).
    """

    named: tuple[str, ...]
    lat: npt.NDArray[np.float64]
    lng: npt.NDArray[np.float64]


class PostcodeTable:
    """Every postcode held, found in microseconds; safe to share between threads, and nothing is copied into memory.

    The file is an uncompressed Arrow IPC file of one record batch with the columns of `SCHEMA`, so anything that reads
    Arrow reads it. Its bytes are not summed here: the release manifest has its digest.
    """

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._keys: npt.NDArray[np.bytes_] = _values(batch, "postcode", "S7")
        self._lat_e6: npt.NDArray[np.int32] = _values(batch, "lat_e6", "<i4")
        self._lng_e6: npt.NDArray[np.int32] = _values(batch, "lng_e6", "<i4")
        self._terminated: npt.NDArray[np.int32] = _values(batch, "terminated", "<i4")
        self._imprecise: npt.NDArray[np.uint8] = _values(batch, "imprecise", "u1")

    @classmethod
    def open(cls, path: Path) -> Self:
        """The table in that file.

        Raises:
            DamagedFile: missing, cut short, or not a postcode table.
            StoreFormatTooNew: written by a later version.
        """
        try:
            reader = pa.ipc.open_file(pa.memory_map(str(path)))
            batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
        except (OSError, pa.ArrowException) as error:
            raise DamagedFile(f"{path.name} cannot be read as a postcode table; load the postcodes again.") from error
        version = (reader.schema.metadata or {}).get(VERSION_KEY, b"")
        if version.isdigit() and int(version) > FORMAT_VERSION:
            raise StoreFormatTooNew(f"{path.name} has postcode format {int(version)}; {FORMAT_VERSION} is read here.")
        if len(batches) != 1 or not reader.schema.equals(SCHEMA, check_metadata=True):
            raise DamagedFile(f"{path.name} is not a postcode table; load the postcodes again.")
        return cls(batches[0])

    def __len__(self) -> int:
        return len(self._keys)

    def live(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(lat, lng) in degrees of every postcode in use, by postcode, each of shape (n,)."""
        live = self._terminated == 0
        return self._lat_e6[live] / 1e6, self._lng_e6[live] / 1e6

    def used(self) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(packed postcode, lat, lng) of every postcode in use, ascending, each of shape (n,); degrees."""
        lat, lng = self.live()
        return self._keys[self._terminated == 0], lat, lng

    def holds_area(self, area: str) -> bool:
        """Whether any postcode of a postal area, of one or two letters, is held."""
        row = int(self._keys.searchsorted(np.bytes_(f"{area}0")))
        first = self._keys[row].decode() if row < len(self._keys) else ""
        return first.startswith(area) and first[len(area)].isdigit()  # "E" is not "EC"

    def beginning(self, packed: str) -> "PostcodeRun":
        """The postcodes in use whose packed form begins so; no one where none does."""
        first = int(self._keys.searchsorted(np.bytes_(packed)))
        last = int(self._keys.searchsorted(np.bytes_(packed.encode() + b"\x7f")))
        used = first + np.flatnonzero(self._terminated[first:last] == 0)
        keys = tuple(key.decode() for key in self._keys[used[:RUN_NAMED]].tolist())
        return PostcodeRun(keys, self._lat_e6[used] / 1e6, self._lng_e6[used] / 1e6)

    def nearest(self, place: LatLng, within_m: float) -> PostcodeEntry | None:
        """The postcode in use that is nearest to a position; `None` where none is that near. Reads all positions."""
        reach = math.degrees(within_m / EARTH_RADIUS_M)
        low, high = (round((place.lat + side * reach) * 1e6) for side in (-1, 1))
        near = np.flatnonzero((self._lat_e6 >= low) & (self._lat_e6 <= high) & (self._terminated == 0))
        away_m = distance_m(place, self._lat_e6[near] / 1e6, self._lng_e6[near] / 1e6)
        if not len(near) or float(away_m.min()) > within_m:
            return None
        return self.find(Postcode(self._keys[near[int(away_m.argmin())]].decode()))

    def find(self, postcode: Postcode) -> PostcodeEntry | None:
        """What is known of a postcode, ended ones too; None where it is not one of those held."""
        key = np.bytes_(postcode.packed)  # of the keys' own dtype, or numpy would convert all of them
        row = int(self._keys.searchsorted(key))
        if row == len(self._keys) or self._keys[row] != key:
            return None
        year, month = divmod(int(self._terminated[row]), 100)
        return PostcodeEntry(
            postcode,
            LatLng(int(self._lat_e6[row]) / 1e6, int(self._lng_e6[row]) / 1e6),
            date(year, month, 1) if year else None,
            bool(self._imprecise[row]),
        )


def _values(batch: pa.RecordBatch, column: str, dtype: str) -> npt.NDArray[Any]:
    """The column's values where they lie in the file."""
    values = batch.column(column)
    start = values.offset * np.dtype(dtype).itemsize
    return np.frombuffer(values.buffers()[1] or b"", dtype=dtype, count=len(values), offset=start)
