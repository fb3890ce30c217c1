"""Tile archives at rest: PMTiles version 3, mapped, with directories read once (docs/spec/tiles.md)."""

import json
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from pmtiles.tile import (
    Compression,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_header,
    tileid_to_zxy,
    zxy_to_tileid,
)

from geo.errors import DamagedFile

_HEADER_BYTES = 127
_DEEPEST = 4  # levels of directories, as the format's own readers stop
_MOST_ZOOM = 31
_GZIP_OR_ZLIB = 47  # zlib's way of asking it to look for itself
Ints = npt.NDArray[np.int64]

_tile_id = lru_cache(maxsize=16_384)(zxy_to_tileid)  # two thirds of a look-up otherwise, and the popular tiles are few


@dataclass(frozen=True)
class _Directory:
    """Entries in order of tile id; each shape (n,). A run length of 0 is a directory below, not a tile."""

    tile_id: Ints
    run: Ints
    length: Ints
    offset: Ints


class TileArchive:
    """One archive, read-only and safe to share between threads; tiles are views of the mapped file.

    `pmtiles.reader.Reader` reads its directories anew for every tile, which takes milliseconds.

    Attributes:
        header: as `pmtiles.tile.deserialize_header` gives it: zooms, bounds in 1e-7 degrees, counts, offsets.
        content: the whole file, mapped: it can be read as long as the archive is open, though its name be gone.
    """

    def __init__(self, mapped: memoryview, header: HeaderDict, entries: _Directory) -> None:
        self.header = header
        self.content = mapped
        self._entries = entries
        self._first = entries.tile_id
        self._start = entries.offset + header["tile_data_offset"]

    @classmethod
    def open(cls, path: Path) -> Self:
        """The archive in that file.

        Raises:
            DamagedFile: missing, cut short, or not a PMTiles archive of version 3.
        """
        try:
            with path.open("rb") as file:
                mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            header = deserialize_header(mapped[:_HEADER_BYTES])
            _hold_together(header, len(mapped))
            return cls(mapped, header, _entries(mapped, header))
        except (OSError, ValueError, IndexError, zlib.error, MagicNumberNotFound, SpecVersionUnsupported) as error:
            raise DamagedFile(
                f"{path} cannot be read as a tile archive: {str(error) or type(error).__name__}"
            ) from error

    def get(self, z: int, x: int, y: int) -> memoryview | None:
        """The tile at a zoom, column and row, compressed as the archive holds it; None where there is none.

        Raises:
            ValueError: no such column or row at that zoom.
        """
        tile_id = _tile_id(z, x, y)
        at = int(self._first.searchsorted(tile_id, side="right")) - 1
        if at < 0 or tile_id - self._first[at] >= self._entries.run[at]:
            return None
        return self._tile(at)

    def tiles(self) -> Iterator[tuple[int, int, int, memoryview]]:
        """(z, x, y, tile) of every tile addressed, in order of tile id; a tile that is repeated comes repeatedly."""
        for at, (first, run) in enumerate(zip(self._first.tolist(), self._entries.run.tolist(), strict=True)):
            for tile_id in range(first, first + run):
                yield *tileid_to_zxy(tile_id), self._tile(at)

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What the archive says of itself: its name, its layers, and whatever its maker put there.

        Raises:
            DamagedFile: not a JSON object.
        """
        start = self.header["metadata_offset"]
        try:
            read = json.loads(_unpacked(self.content[start : start + self.header["metadata_length"]], self.header))
        except (ValueError, zlib.error) as error:
            raise DamagedFile(f"The metadata of a tile archive cannot be read: {error}") from error
        if not isinstance(read, dict):
            raise DamagedFile("The metadata of a tile archive are not a JSON object.")
        return read

    def _tile(self, at: int) -> memoryview:
        start = int(self._start[at])
        return self.content[start : start + int(self._entries.length[at])]


def _hold_together(header: HeaderDict, size: int) -> None:
    """Sees that every part lies within the file."""
    if header["internal_compression"] not in (Compression.NONE, Compression.GZIP):
        raise ValueError(f"its directories are packed as {header['internal_compression'].name}, which is not read here")
    if not header["min_zoom"] <= header["max_zoom"] <= _MOST_ZOOM:
        raise ValueError(f"it has zooms from {header['min_zoom']} to {header['max_zoom']}")
    parts = {
        "the root directory": (header["root_offset"], header["root_length"]),
        "the metadata": (header["metadata_offset"], header["metadata_length"]),
        "the leaf directories": (header["leaf_directory_offset"], header["leaf_directory_length"]),
        "the tiles": (header["tile_data_offset"], header["tile_data_length"]),
    }
    for part, (start, length) in parts.items():
        if length and start + length > size:
            raise ValueError(f"{part} would end at byte {start + length:,} of {size:,}")


def _entries(mapped: memoryview, header: HeaderDict) -> _Directory:
    """The entries of all tiles, those of directories below directories too."""
    root, leaves = header["root_offset"], header["leaf_directory_offset"]
    found = _directory(mapped[root : root + header["root_length"]], header)
    for _ in range(_DEEPEST):
        below = found.run == 0
        if not below.any():
            break
        spans = zip((found.offset[below] + leaves).tolist(), found.length[below].tolist(), strict=True)
        read = [_directory(mapped[start : start + length], header) for start, length in spans]
        found = _joined([_Directory(*(column[~below] for column in _columns(found))), *read])
    if (found.run == 0).any():
        raise ValueError("its directories are nested too deeply")
    ends = found.offset + found.length
    if (found.offset < 0).any() or ends.max(initial=0) > header["tile_data_length"]:
        raise ValueError("a tile would lie outside the tiles' part of the file")
    if (found.tile_id[1:] < found.tile_id[:-1] + found.run[:-1]).any():
        raise ValueError("its directories name a tile twice")
    return found


def _columns(directory: _Directory) -> tuple[Ints, Ints, Ints, Ints]:
    return directory.tile_id, directory.run, directory.length, directory.offset


def _joined(directories: list[_Directory]) -> _Directory:
    tile_id, run, length, offset = (np.concatenate(part) for part in zip(*map(_columns, directories), strict=True))
    order = np.argsort(tile_id, kind="stable")
    return _Directory(tile_id[order], run[order], length[order], offset[order])


def _directory(packed: memoryview, header: HeaderDict) -> _Directory:
    """One directory: as `pmtiles.tile.deserialize_directory`, a hundred times as fast, which is what opening costs."""
    numbers = _varints(np.frombuffer(_unpacked(packed, header), np.uint8))
    n = int(numbers[0])
    if len(numbers) != 1 + 4 * n:
        raise ValueError("a directory is not as long as it says")
    step, run, length, place = numbers[1:].reshape(4, n)
    # An offset is written plus one; 0 says "right behind the entry before", so runs of those add up lengths.
    after = np.concatenate(([0], np.cumsum(length)))[:-1]
    told = place > 0
    told[:1] = True
    anchor = np.maximum.accumulate(np.where(told, np.arange(n), 0)) if n else np.empty(0, np.int64)
    offset = place[anchor] - 1 + after - after[anchor]
    return _Directory(np.cumsum(step), run, length, offset)


def _varints(data: npt.NDArray[np.uint8]) -> Ints:
    """The variable-length integers in some bytes, shape (n,)."""
    last = np.flatnonzero(data < 0x80)
    if not len(data) or len(last) == 0 or last[-1] != len(data) - 1:
        raise ValueError("a directory breaks off in the middle of a number")
    first = np.concatenate(([0], last[:-1] + 1))
    place = np.arange(len(data)) - np.repeat(first, last - first + 1)
    if place.max() >= 9:  # 63 bits: what an offset or a tile id can be here
        raise ValueError("a directory holds too large a number")
    return np.add.reduceat((data & 0x7F).astype(np.int64) << (7 * place), first)


def _unpacked(packed: memoryview, header: HeaderDict) -> bytes:
    if header["internal_compression"] is Compression.NONE:
        return bytes(packed)
    return zlib.decompress(packed, _GZIP_OR_ZLIB)
