"""The islands, their lake and their river: drawn by hand in kilometres, made ragged by chance."""

import math
import random
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely import LineString, Point, Polygon

from ingest.demo.chance import chance

XY = tuple[float, float]
Corners = tuple[XY, ...]

FINEST_M = 45.0  # the coast is broken down to pieces of this length
_DOGGER: Corners = (
    (-11.3, 0.9), (-10.6, 2.5), (-8.9, 3.1), (-8.5, 4.2), (-9.7, 5.3), (-8.8, 6.7), (-6.6, 7.4), (-4.6, 8.0),
    (-3.7, 6.9), (-2.6, 5.6), (-1.3, 5.9), (0.2, 7.7), (1.8, 8.2), (3.6, 7.9), (4.6, 8.6), (5.6, 7.6), (6.7, 6.5),
    (6.8, 4.9), (8.3, 4.3), (9.7, 4.5), (11.2, 3.3), (10.0, 2.4), (9.9, 1.2), (8.3, 0.2), (7.3, -1.2), (8.0, -2.4),
    (8.9, -3.0), (8.0, -4.5), (6.9, -5.7), (5.0, -6.1), (4.2, -7.0), (2.9, -5.9), (1.9, -4.4), (1.0, -2.8),
    (0.45, -1.5), (0.15, -1.6), (0.1, -2.8), (-0.2, -4.3), (-1.4, -5.0), (-2.2, -6.3), (-3.9, -6.1), (-5.3, -6.8),
    (-7.4, -5.5), (-7.7, -3.9), (-8.6, -2.9), (-10.2, -2.5), (-10.6, -0.9),
)  # fmt: skip
_SILVER_HOLM: Corners = ((8.2, -7.2), (9.6, -6.2), (11.4, -6.8), (12.3, -8.2), (11.2, -9.6), (9.4, -10.0), (8.0, -8.8))
_TAIL_END: Corners = ((11.2, 6.3), (12.3, 7.0), (12.7, 8.8), (11.7, 9.0), (10.9, 7.6))
_SKERRIES: Corners = ((-10.9, 6.6), (-11.4, 6.1), (5.6, -7.5), (13.1, 5.2), (-4.1, 8.6), (12.9, -6.3))
_LAKE: Corners = ((-3.1, 3.6), (-2.2, 4.1), (-1.5, 3.7), (-1.7, 2.9), (-2.4, 2.3), (-2.9, 2.6))
_RIVER: Corners = ((-1.9, 2.9), (-1.2, 2.1), (-1.3, 1.3), (-0.5, 0.6), (-0.35, -0.3), (0.25, -0.9), (0.3, -1.75))


@dataclass(frozen=True)
class Coast:
    """Land and inland water in metres on the county's plane.

    Attributes:
        islands: the inhabited islands by name.
        skerries: rocks that nobody lives on and no force covers.
        lake: the one lake.
        river: its water's way to the sea.
    """

    islands: dict[str, Polygon]
    skerries: tuple[Polygon, ...]
    lake: Polygon
    river: Polygon


def draw_coast(seed: int) -> Coast:
    """The islands of Dogger Bank, ragged in the seed's way."""
    return Coast(
        islands={
            "Dogger": ragged(chance(seed, "coast", 0), _DOGGER),
            "Silver Holm": ragged(chance(seed, "coast", 1), _SILVER_HOLM),
            "Tail End": ragged(chance(seed, "coast", 2), _TAIL_END),
        },
        skerries=tuple(_skerry(chance(seed, "skerry", i), corner) for i, corner in enumerate(_SKERRIES)),
        lake=ragged(chance(seed, "lake"), _LAKE, roughness=0.12),
        river=_river(chance(seed, "river")),
    )


def ragged(dice: random.Random, corners_km: Corners, roughness: float = 0.25) -> Polygon:
    """A polygon (metres) through corners in kilometres: displaced at ever smaller midpoints."""
    ring = [(x * 1_000, y * 1_000) for x, y in corners_km]
    ring.append(ring[0])
    path: list[XY] = []
    for start, end in pairwise(ring):
        # cliffs are rough and beaches smooth, so every stretch of coast has its own
        path += displaced(dice, start, end, roughness * dice.uniform(0.45, 1.0))
    parts = shapely.get_parts(shapely.make_valid(Polygon(path)))
    return max((part for part in parts if isinstance(part, Polygon)), key=lambda part: part.area)


def rounded(path: list[XY], times: int = 1) -> list[XY]:
    """A path with its corners cut (Chaikin), keeping its two ends."""
    for _ in range(times):
        cut = [path[0]]
        for (ax, ay), (bx, by) in pairwise(path):
            cut += [(ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25), (ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75)]
        path = [*cut, path[-1]]
    return path


def displaced(dice: random.Random, start: XY, end: XY, roughness: float, finest_m: float = FINEST_M) -> list[XY]:
    """The fractal way from start to end, without the end itself."""
    (ax, ay), (bx, by) = start, end
    if math.hypot(bx - ax, by - ay) < finest_m:
        return [start]
    sideways = max(-1.5, min(1.5, dice.gauss(0, 1))) * roughness
    middle = ((ax + bx) / 2 - (by - ay) * sideways, (ay + by) / 2 + (bx - ax) * sideways)
    return displaced(dice, start, middle, roughness, finest_m) + displaced(dice, middle, end, roughness, finest_m)


def _skerry(dice: random.Random, centre_km: XY) -> Polygon:
    """A rock of 100 to 300 m."""
    x, y = centre_km
    corners = tuple(
        (
            x + math.cos(k * math.tau / 7) * dice.uniform(0.08, 0.2),
            y + math.sin(k * math.tau / 7) * dice.uniform(0.05, 0.15),
        )
        for k in range(7)
    )
    return ragged(dice, corners)


def _river(dice: random.Random) -> Polygon:
    """The river as a polygon that widens from 14 m at the lake to 90 m at the sea."""
    course = rounded([(x * 1_000, y * 1_000) for x, y in _RIVER], times=2)
    winding = [point for start, end in pairwise(course) for point in displaced(dice, start, end, 0.10)]
    line = LineString([*winding, course[-1]])
    beads = [line.interpolate(k / 60, normalized=True) for k in range(61)]
    reaches = [
        Point(a)
        .buffer(7 + 38 * (k / 60) ** 2, quad_segs=4)
        .union(Point(b).buffer(7 + 38 * ((k + 1) / 60) ** 2, quad_segs=4))
        for k, (a, b) in enumerate(pairwise(beads))
    ]
    water = shapely.union_all([reach.convex_hull for reach in reaches]).simplify(2)
    return max((part for part in shapely.get_parts(water)), key=lambda part: float(part.area))
