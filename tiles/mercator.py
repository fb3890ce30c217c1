"""Web Mercator: from degrees to whole units of a tile. Latitudes and longitudes are flipped into x, y here, once."""

import numpy as np
import numpy.typing as npt

from tiles.ragged import Ints

EXTENT = 4_096  # units across a tile
_EXTENT_BITS = 12
Degrees = npt.NDArray[np.float64]


def world(lat: Degrees, lng: Degrees) -> npt.NDArray[np.float64]:
    """Positions on the Web Mercator square: x, y from 0 to 1 with y downwards, shape (n, 2).

    Args:
        lat: latitudes in degrees within ±85, shape (n,).
        lng: longitudes in degrees, shape (n,).
    """
    sine = np.sin(np.radians(lat))
    return np.column_stack([lng / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)])


def units(square: npt.NDArray[np.float64], zoom: int) -> Ints:
    """The positions in whole tile units counted from the north-west corner of the world, same shape.

    One grid for all tiles of a zoom, so that what two tiles share has the same corners in both.
    """
    return np.floor(square * float(EXTENT << zoom)).astype(np.int64)


def tile_of(unit: Ints) -> Ints:
    """The column (of an x) or row (of a y) of the tile that holds a unit."""
    return unit >> _EXTENT_BITS


def pack(x: Ints, y: Ints) -> Ints:
    """One integer for each tile, ordered by column, then row."""
    return (x << 32) | y


def unpack(tile: Ints) -> tuple[Ints, Ints]:
    """The columns and rows of packed tiles."""
    return tile >> 32, tile & 0xFFFFFFFF
