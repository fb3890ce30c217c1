"""Shapes cut into tiles, with a margin, so that outlines and fills meet at the seams."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from tiles.mercator import EXTENT, pack, world
from tiles.ragged import Ints

MARGIN = EXTENT // 64  # beyond each edge of a tile: 8 pixels of 512, more than half of any line drawn
_TOLERANCE = EXTENT / 1024  # half a pixel of 512
_WHOLE = 1 - 1e-9
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Pieces:
    """What is left of some shapes in each tile.

    Attributes:
        tile: packed, shape (p,).
        row: which shape it is a piece of, shape (p,).
        shape: in units of the zoom counted from the north-west corner of the world, shape (p,).
    """

    tile: Ints
    row: Ints
    shape: Shapes


def on_square(shapes: Shapes) -> Shapes:
    """Shapes in degrees (EPSG:4326, axis order lng, lat) put on the Web Mercator square."""
    return np.asarray(shapely.transform(shapes, lambda place: world(place[:, 1], place[:, 0])), dtype=object)


def simplified(shapes: Shapes, zooms: Sequence[int]) -> dict[int, Shapes]:
    """For each zoom the shapes in its units, without detail below half a pixel.

    Each zoom is simplified from the one below it, so that the costly first pass is the only one over every vertex.

    Args:
        shapes: on the Web Mercator square, shape (n,).
        zooms: which, in ascending order.
    """
    found: dict[int, Shapes] = {}
    finest, finest_zoom = shapes, None
    for zoom in reversed(zooms):
        scale = float(EXTENT << zoom) if finest_zoom is None else 0.5 ** (finest_zoom - zoom)
        scaled = shapely.transform(finest, lambda place, by=scale: place * by)
        finest, finest_zoom = shapely.simplify(scaled, _TOLERANCE), zoom
        found[zoom] = finest
    return dict(reversed(found.items()))


def cut(shapes: Shapes, zoom: int) -> Pieces:
    """The pieces of some shapes in every tile of a zoom that they touch, in order of tile, then of shape.

    Squares are quartered from the whole world down; a quarter that a shape fills needs no more cutting.

    Args:
        shapes: lines or polygons in units of the zoom, shape (n,).
        zoom: of the tiles.
    """
    found = list(_quartered(0, 0, zoom, zoom, np.arange(len(shapes)), shapes))
    if not found:
        return Pieces(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, object))
    tile, row, shape = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((row, tile))
    return Pieces(tile[order], row[order], shape[order])


def _quartered(x: int, y: int, levels: int, zoom: int, row: Ints, shape: Shapes) -> Iterator[tuple[Ints, Ints, Shapes]]:
    """(tile, row, shape) of all pieces in the square x, y that holds 2**levels tiles each way."""
    side = EXTENT << levels
    corner = (x * side - MARGIN, y * side - MARGIN, (x + 1) * side + MARGIN, (y + 1) * side + MARGIN)
    left = shapely.clip_by_rect(shape, *corner)
    some = ~shapely.is_empty(left)
    row, left = row[some], left[some]
    if not len(row):
        return
    if levels == 0:
        yield np.full(len(row), (x << 32) | y), row, left
        return
    whole = shapely.area(left) >= _WHOLE * (side + 2 * MARGIN) ** 2
    if whole.any():
        yield _filled(x, y, levels, row[whole])
    for right in (0, 1):
        for below in (0, 1):
            yield from _quartered(2 * x + right, 2 * y + below, levels - 1, zoom, row[~whole], left[~whole])


def _filled(x: int, y: int, levels: int, row: Ints) -> tuple[Ints, Ints, Shapes]:
    """The pieces in all tiles of a square that some shapes fill."""
    columns = np.arange(x << levels, (x + 1) << levels)
    rows = np.arange(y << levels, (y + 1) << levels)
    across, down = (part.ravel() for part in np.meshgrid(columns, rows, indexing="ij"))
    west, north = across * EXTENT - MARGIN, down * EXTENT - MARGIN
    size = EXTENT + 2 * MARGIN
    squares = shapely.box(west, north, west + size, north + size)
    tile = pack(across, down)
    return np.tile(tile, len(row)), np.repeat(row, len(tile)), np.tile(squares, len(row))
