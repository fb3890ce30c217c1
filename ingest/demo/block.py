"""Land cut into parcels and blocks, again and again across its longer side: the cuts are the streets."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import shapely
from shapely import LineString, Polygon
from shapely.ops import split

from ingest.demo.coast import XY

PARCEL_M2 = 110_000.0  # neighbourhoods are made of parcels about this large, so that their edges follow streets


@dataclass
class Cuts:
    """What cutting a piece of land leaves, in metres.

    Attributes:
        parcels: the pieces as they were when first smaller than a parcel; they cover the land.
        blocks: the smallest pieces, between streets.
        lines: each cut inside the land, with the depth it was made at (0 is the first, longest cut).
    """

    parcels: list[Polygon] = field(default_factory=list)
    blocks: list[Polygon] = field(default_factory=list)
    lines: list[tuple[LineString, int]] = field(default_factory=list)


def cut_land(
    dice: random.Random, land: Polygon, smallest_m2: Callable[[Polygon], float], parcel_m2: float = PARCEL_M2
) -> Cuts:
    """The land cut until no piece is larger than `smallest_m2` of it.

    Args:
        dice: where and how crookedly to cut.
        land: metres.
        smallest_m2: the area at which a given piece is left whole.
        parcel_m2: the area below which a piece is a parcel.
    """
    cuts = Cuts()
    waiting: list[tuple[Polygon, int, bool]] = [(land, 0, False)]
    while waiting:
        piece, depth, inside_parcel = waiting.pop()
        last = piece.area <= smallest_m2(piece) or depth > 24
        if not inside_parcel and (last or piece.area <= parcel_m2):
            cuts.parcels.append(piece)
            inside_parcel = True
        if last:
            cuts.blocks.append(piece)
            continue
        line = _cut_line(dice, piece)
        cuts.lines += [(part, depth) for part in lines_of(piece.intersection(line))]
        waiting += [(part, depth + 1, inside_parcel) for part in polygons_of(split(piece, line))]
    return cuts


def polygons_of(geometry: object) -> list[Polygon]:
    """The polygons in a geometry, crumbs under a square metre left out."""
    return [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon) and part.area > 1]


def lines_of(geometry: object, shortest_m: float = 12.0) -> list[LineString]:
    """The lines in a geometry, those too short for a name left out."""
    return [part for part in shapely.get_parts(geometry) if isinstance(part, LineString) and part.length > shortest_m]


def _cut_line(dice: random.Random, piece: Polygon) -> LineString:
    """A slightly bowed line across the longer side of a piece, near its middle, reaching beyond it at both ends."""
    corners: list[XY] = list(piece.oriented_envelope.exterior.coords)
    (ax, ay), (bx, by), (cx, cy) = corners[0], corners[1], corners[2]
    if math.hypot(bx - ax, by - ay) < math.hypot(cx - bx, cy - by):
        (ax, ay), (bx, by), (cx, cy) = (bx, by), (cx, cy), corners[3]
    along, width = math.hypot(bx - ax, by - ay), math.hypot(cx - bx, cy - by)
    at = dice.uniform(0.40, 0.60)
    mx, my = ax + (bx - ax) * at + (cx - bx) / 2, ay + (by - ay) * at + (cy - by) / 2
    tilt = math.radians(dice.uniform(-9, 9))
    ux, uy = (cx - bx) / width, (cy - by) / width
    ux, uy = ux * math.cos(tilt) - uy * math.sin(tilt), ux * math.sin(tilt) + uy * math.cos(tilt)
    bow = dice.uniform(-0.09, 0.09) * min(along, width)
    points = []
    for t in (-0.62, -0.3, 0.0, 0.3, 0.62):
        aside = bow * (1 - (t / 0.62) ** 2)
        points.append((mx + ux * width * t - uy * aside, my + uy * width * t + ux * aside))
    return LineString(points)
