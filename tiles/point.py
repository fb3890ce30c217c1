"""Points: each in one tile only, so that the sum over a zoom is exact."""

import numpy as np
import numpy.typing as npt

from tiles.geometry import Kind, commands
from tiles.layer import Features
from tiles.mercator import EXTENT, pack, tile_of, units
from tiles.ragged import Ints, Ragged


def point_features(square: npt.NDArray[np.float64], zoom: int, ids: Ints, tag: Ragged) -> Features:
    """A point for each position.

    Args:
        square: positions on the Web Mercator square, shape (n, 2).
        zoom: of the tiles.
        ids: of the features, shape (n,).
        tag: index of a key and index of a value in turn, for each point.
    """
    unit = units(square, zoom)
    tile = tile_of(unit)
    each = np.arange(len(unit) + 1)
    geometry = commands(Kind.POINT, unit - tile * EXTENT, each, each)
    return Features(Kind.POINT, pack(tile[:, 0], tile[:, 1]), ids, tag, geometry)
