"""H3 cells as hexagons: what a map shows where snap points would be a blur."""

from dataclasses import dataclass

import h3.api.numpy_int as h3
import numpy as np
import numpy.typing as npt

from tiles.geometry import Kind, commands
from tiles.layer import Features
from tiles.mercator import EXTENT, pack, tile_of, units, world
from tiles.ragged import Ints, Ragged, ranges, starts

RESOLUTION = {4: 4, 5: 5, 6: 5, 7: 6, 8: 7, 9: 8, 10: 8, 11: 9}  # by zoom: hexagons of about 10 to 25 pixels of 512
_BUFFER = EXTENT // 512  # one pixel, so that the half of an outline beyond a tile's edge is drawn


@dataclass(frozen=True)
class Outlines:
    """The outlines of some cells, in their order.

    Attributes:
        corner: on the Web Mercator square, clockwise on the screen, shape (c, 2).
        start: where each cell's corners begin, and the end, shape (n + 1,).
    """

    corner: npt.NDArray[np.float64]
    start: Ints

    @classmethod
    def of(cls, cells: npt.NDArray[np.uint64]) -> "Outlines":
        """The outlines of those cells. H3 goes round against the clock, a vector tile's outer ring with it."""
        rings = [h3.cell_to_boundary(cell)[::-1] for cell in cells.tolist()]
        degrees = np.fromiter((number for ring in rings for place in ring for number in place), np.float64)
        lat, lng = degrees[::2], degrees[1::2]
        return cls(world(lat, lng), starts(np.fromiter(map(len, rings), np.int64, len(rings))))

    def features(self, zoom: int, tag: Ragged) -> Features:
        """The hexagons in every tile they touch; the id is the place in the order of the cells.

        Nothing is cut at a tile's edge: a hexagon is small beside a tile, and whole in each it touches.
        """
        corner = units(self.corner, zoom)
        first, last = self.start[:-1], self.start[1:]
        low = tile_of(np.minimum.reduceat(corner, first) - _BUFFER) if len(first) else corner
        high = tile_of(np.maximum.reduceat(corner, first) + _BUFFER) if len(first) else corner
        wide, tall = (high - low + 1).T
        cell = np.repeat(np.arange(len(first)), wide * tall)
        nth = ranges(np.zeros(len(first), np.int64), wide * tall)
        x, y = low[cell, 0] + nth // tall[cell], low[cell, 1] + nth % tall[cell]
        size = (last - first)[cell]
        inside = corner[ranges(first[cell], size)] - EXTENT * np.repeat(np.column_stack([x, y]), size, axis=0)
        geometry = commands(Kind.POLYGON, inside, starts(size), np.arange(len(cell) + 1))
        return Features(Kind.POLYGON, pack(x, y), cell, tag.take(cell), geometry)
