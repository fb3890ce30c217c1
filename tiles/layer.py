"""Layers of vector tiles, encoded for all tiles of a zoom at once (Mapbox Vector Tile specification 2.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tiles.geometry import Kind
from tiles.mercator import EXTENT
from tiles.property import delimited
from tiles.ragged import Ints, Ragged, ranges, starts
from tiles.varint import varint, varint_lengths, varints

_SLICE = 40_000  # features encoded together: enough to be fast, few enough for tens of megabytes
_LAYER, _FEATURE, _NAME, _KEY = 0x1A, 0x12, 0x0A, 0x1A  # tags of tile.layers; of layer.features, .name, .keys
_VERSION_2 = b"\x78\x02"
_EXTENT = b"\x28"
_ID, _TAGS, _KIND, _GEOMETRY = 0x08, 0x12, 0x18, 0x22  # fields of a feature
_BEFORE_TAGS, _BEFORE_GEOMETRY = 6, 4  # varints of a feature before its tags, and between them and its geometry


@dataclass(frozen=True)
class Features:
    """Features of one layer at one zoom.

    Attributes:
        kind: what all of them are.
        tile: the packed tile of each, shape (f,), in any order; within a tile their order is kept.
        id: the id of each, shape (f,).
        tag: of each, in turn, the index of a key and the index of a value.
        geometry: the command integers of each.
    """

    kind: Kind
    tile: Ints
    id: Ints
    tag: Ragged
    geometry: Ragged


@dataclass(frozen=True)
class Layer:
    """What the tiles of a layer have in common.

    Attributes:
        name: of the layer.
        keys: of its properties.
        values: every value that any feature has, encoded as `tiles.property` does.
    """

    name: str
    keys: tuple[str, ...]
    values: Sequence[bytes]

    def encode(self, features: Features) -> Iterator[tuple[int, bytes]]:
        """Each packed tile in order, with the layer as it stands in that tile."""
        order = np.argsort(features.tile, kind="stable")
        tile = features.tile[order]
        first = np.flatnonzero(np.concatenate(([True], tile[1:] != tile[:-1]))) if len(tile) else np.empty(0, np.int64)
        head = _VERSION_2 + delimited(_NAME, self.name.encode())
        tail = b"".join(delimited(_KEY, key.encode()) for key in self.keys) + _EXTENT + varint(EXTENT)
        for begin, end in _slices(np.append(first, len(tile))):
            rows = order[begin:end]
            part = Features(
                features.kind, tile[begin:end], features.id[rows], features.tag.take(rows), features.geometry.take(rows)
            )
            for where, body in self._bodies(part):
                yield where, delimited(_LAYER, head + body + tail)

    def _bodies(self, features: Features) -> Iterator[tuple[int, bytes]]:
        """Features and values of each tile, of features in order of tile."""
        tiles, first, ordinal = np.unique(features.tile, return_index=True, return_inverse=True)
        owner = np.repeat(ordinal, features.tag.length // 2)
        used, local = np.unique(owner << 32 | features.tag.value[1::2], return_inverse=True)
        value_start = np.searchsorted(used, np.arange(len(tiles) + 1) << 32)
        code = (used & 0xFFFFFFFF).tolist()
        tag = features.tag.value.copy()
        tag[1::2] = local - value_start[owner]
        written, feature_start = _messages(features, Ragged(features.tag.start, tag))
        data = written.tobytes()
        byte_start = feature_start[np.append(first, len(features.tile))].tolist()
        for at, where in enumerate(tiles.tolist()):
            values = b"".join([self.values[one] for one in code[value_start[at] : value_start[at + 1]]])
            yield where, data[byte_start[at] : byte_start[at + 1]] + values


def _slices(bound: Ints) -> Iterator[tuple[int, int]]:
    """Runs of whole tiles of about `_SLICE` features; `bound` is where each tile begins, and the end."""
    at = 0
    while at < len(bound) - 1:
        upto = max(int(np.searchsorted(bound, bound[at] + _SLICE, side="right")) - 1, at + 1)
        yield int(bound[at]), int(bound[upto])
        at = upto


def _messages(features: Features, tag: Ragged) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The feature messages one after the other, and where each begins and the last one ends.

    A feature message is a row of varints all through, its tags and lengths too, so one array of numbers is written in
    one go.
    """
    tag_bytes, geometry_bytes = _row_bytes(tag), _row_bytes(features.geometry)
    body = 2 + varint_lengths(features.id) + varint_lengths(tag_bytes) + tag_bytes
    body += 3 + varint_lengths(geometry_bytes) + geometry_bytes
    begin = starts(_BEFORE_TAGS + tag.length + _BEFORE_GEOMETRY + features.geometry.length)
    numbers = np.empty(int(begin[-1]), np.int64)
    at = begin[:-1]
    before: tuple[int | Ints, ...] = (_FEATURE, body, _ID, features.id, _TAGS, tag_bytes)
    for place, value in enumerate(before):
        numbers[at + place] = value
    numbers[ranges(at + _BEFORE_TAGS, tag.length)] = tag.value
    at = at + _BEFORE_TAGS + tag.length
    between: tuple[int | Ints, ...] = (_KIND, int(features.kind), _GEOMETRY, geometry_bytes)
    for place, value in enumerate(between):
        numbers[at + place] = value
    numbers[ranges(at + _BEFORE_GEOMETRY, features.geometry.length)] = features.geometry.value
    written, start = varints(numbers)
    return written, start[begin]


def _row_bytes(rows: Ragged) -> Ints:
    """Bytes that the numbers of each row take, shape (n,)."""
    return np.diff(starts(varint_lengths(rows.value))[rows.start])
