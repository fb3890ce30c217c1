"""Geometries of vector tiles: the command integers of points, lines and rings, for many features at once."""

from enum import IntEnum

import numpy as np

from tiles.ragged import Ints, Ragged, starts
from tiles.varint import zigzag

_MOVE_ONCE = 9  # MoveTo, one vertex
_LINE = 2  # LineTo; the number of vertices stands above its three bits
_CLOSE = 15  # ClosePath


class Kind(IntEnum):
    """What a feature is, as the Mapbox Vector Tile specification numbers it."""

    POINT = 1
    LINE = 2
    POLYGON = 3


def commands(kind: Kind, vertex: Ints, ring: Ints, feature: Ints) -> Ragged:
    """The command integers of each feature (Mapbox Vector Tile specification 2.1, section 4.3).

    Args:
        kind: of all the features. A point has one ring of one vertex.
        vertex: x, y in units of the feature's own tile, shape (v, 2). The rings of a polygon do not repeat their first
            vertex; outer rings run clockwise on the screen (positive area with y downwards), holes the other way.
        ring: where each ring's vertices begin, and the end, shape (r + 1,).
        feature: where each feature's rings begin, and the end, shape (f + 1,).
    """
    step = vertex.copy()
    step[1:] -= vertex[:-1]
    first_of_feature = ring[feature[:-1]]
    step[first_of_feature] = vertex[first_of_feature]
    step = zigzag(step)
    size = np.diff(ring)
    around = {Kind.POINT: 1, Kind.LINE: 2, Kind.POLYGON: 3}[kind]
    begin = starts(2 * size + around)
    place = np.repeat(begin[:-1] - 2 * ring[:-1] + around - (kind is Kind.POLYGON), size) + 2 * np.arange(len(vertex))
    out = np.empty(int(begin[-1]), np.int64)
    if kind is not Kind.POINT:
        place[ring[:-1]] -= 1
        out[begin[:-1] + 3] = (size - 1) << 3 | _LINE
    out[begin[:-1]] = _MOVE_ONCE
    out[place] = step[:, 0]
    out[place + 1] = step[:, 1]
    if kind is Kind.POLYGON:
        out[begin[1:] - 1] = _CLOSE
    return Ragged(begin[feature], out)
