"""Lines and polygons as features: pieces of shapes in whole units, rings turned the way a vector tile wants."""

import numpy as np
import numpy.typing as npt
import shapely

from tiles.clip import Pieces, Shapes
from tiles.geometry import Kind, commands
from tiles.layer import Features
from tiles.mercator import EXTENT, unpack
from tiles.ragged import Ints, Ragged, starts

_PART = {Kind.LINE: shapely.GeometryType.LINESTRING, Kind.POLYGON: shapely.GeometryType.POLYGON}


def shape_features(kind: Kind, pieces: Pieces, ids: Ints, tag: Ragged) -> Features:
    """A feature for each piece that is still a line or has an area in whole units.

    Args:
        kind: LINE or POLYGON.
        pieces: of the shapes.
        ids: of the features, by shape.
        tag: index of a key and index of a value in turn, by shape.
    """
    part, piece_of_part = _parts(kind, pieces.shape)
    if kind is Kind.POLYGON:
        ring, part_of_ring = shapely.get_rings(shapely.orient_polygons(part, exterior_cw=False), return_index=True)
    else:
        ring, part_of_ring = part, np.arange(len(part))
    place, ring_of_vertex = shapely.get_coordinates(ring, return_index=True)
    piece_of_ring = piece_of_part[part_of_ring]
    origin = np.column_stack(unpack(pieces.tile)) * EXTENT
    vertex = np.floor(place).astype(np.int64) - origin[piece_of_ring][ring_of_vertex]
    kept = _distinct(kind, vertex, ring_of_vertex)
    vertex, ring_of_vertex = vertex[kept], ring_of_vertex[kept]
    size = np.bincount(ring_of_vertex, minlength=len(ring))
    sound = _sound_rings(vertex, size, part_of_ring) if kind is Kind.POLYGON else size >= 2
    vertex = vertex[sound[ring_of_vertex]]
    some, first = np.unique(piece_of_ring[sound], return_index=True)
    geometry = commands(kind, vertex, starts(size[sound]), np.append(first, sound.sum()))
    row = pieces.row[some]
    return Features(kind, pieces.tile[some], ids[row], tag.take(row), geometry)


def _parts(kind: Kind, shapes: Shapes) -> tuple[Shapes, Ints]:
    """The single lines or polygons in the shapes, and which shape each is of; cutting may leave other crumbs."""
    part, owner = shapely.get_parts(shapes, return_index=True)
    part, inner = shapely.get_parts(part, return_index=True)
    fits = np.asarray(shapely.get_type_id(part) == _PART[kind])
    return part[fits], owner[inner][fits]


def _distinct(kind: Kind, vertex: Ints, ring: Ints) -> npt.NDArray[np.bool_]:
    """Which vertices to keep: none equal to the next, and of a ring not the last one, which repeats the first."""
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.empty(0, bool)
    moves = np.append((vertex[1:] != vertex[:-1]).any(axis=1), True) if len(ring) else np.empty(0, bool)
    return np.asarray(moves & ~last if kind is Kind.POLYGON else moves | last, dtype=np.bool_)


def _sound_rings(vertex: Ints, size: Ints, part: Ints) -> npt.NDArray[np.bool_]:
    """Which rings still go round the way they should; the holes of an outer ring that does not go with it."""
    begin = starts(size)
    following = np.arange(1, len(vertex) + 1)
    following[begin[1:][size > 0] - 1] = begin[:-1][size > 0]
    cross = vertex[:, 0] * vertex[following, 1] - vertex[following, 0] * vertex[:, 1]
    area = np.diff(starts(cross)[begin])
    outer = np.append(True, part[1:] != part[:-1])[: len(part)]
    sound = np.where(outer, area > 0, area < 0)
    return np.asarray(sound & sound[outer][np.cumsum(outer) - 1], dtype=np.bool_)
