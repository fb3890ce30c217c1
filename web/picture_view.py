"""The ground of a picture and its projection: the moving map's own, Web Mercator, north up."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from api.queries.map_point import Bounds
from geo.latlng import EARTH_RADIUS_M, LatLng

SIZE = 360  # units each way, as wide as a phone: its letters are of full size there
MARGIN = 0.05  # of the ground on each side
WORLD_PX = 512  # of the whole world at zoom 0, as the map counts zooms
LEAST_SIDE = 1e-6  # of the world: about 25 m
SIMPLER = 0.4  # units: less than a line's own width


@dataclass(frozen=True, slots=True)
class View:
    """A square of ground in Web Mercator, whose whole world is 1 wide and reaches from north to south.

    Attributes:
        left: its west side.
        top: its north side.
        side: its length.
    """

    left: float
    top: float
    side: float

    @classmethod
    def round(cls, bounds: Bounds) -> "View":
        """The least square with a margin round west, south, east, north in degrees."""
        (left, bottom), (right, top) = world(np.array([bounds[:2], bounds[2:]]))
        side = max(right - left, bottom - top, LEAST_SIDE) * (1 + 2 * MARGIN)
        return cls(float(left + right - side) / 2, float(top + bottom - side) / 2, float(side))

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north in degrees."""
        return (_lng(self.left), _lat(self.top + self.side), _lng(self.left + self.side), _lat(self.top))

    @property
    def zoom(self) -> float:
        """The zoom at which the map is as large as the picture's units."""
        return math.log2(SIZE / (WORLD_PX * self.side))

    @property
    def units_a_metre(self) -> float:
        """In the middle of the picture."""
        lat = math.radians(_lat(self.top + self.side / 2))
        return SIZE / (self.side * 2 * math.pi * EARTH_RADIUS_M * math.cos(lat))

    def place(self, lng_lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Where positions stand in the picture, x right and y down; shape (n, 2) of lng, lat in degrees."""
        placed: npt.NDArray[np.float64] = (world(lng_lat) - (self.left, self.top)) * (SIZE / self.side)
        return placed

    def point(self, position: LatLng) -> tuple[float, float]:
        """Where one position stands."""
        x, y = self.place(np.array([[position.lng, position.lat]]))[0]
        return round(float(x), 1), round(float(y), 1)

    def lines(self, shapes: Sequence[shapely.Geometry]) -> str:
        """The borders of shapes in degrees, those that two share drawn once, so that dashes stay dashes."""
        borders = shapely.union_all([shapely.boundary(shapely.transform(one, self.place)) for one in shapes])
        merged = shapely.line_merge(borders).simplify(SIMPLER)
        return "".join(f"M{_corners(line.coords)}" for line in shapely.get_parts(merged))

    def path(self, shape: shapely.Geometry) -> str:
        """The outlines of a shape in degrees, as the data of an SVG path, simpler than the eye can tell."""
        placed = shapely.transform(shape, self.place).simplify(SIMPLER)
        parts = shapely.get_parts(placed)
        rings = [one for part in parts if part.geom_type == "Polygon" for one in (part.exterior, *part.interiors)]
        return "".join(f"M{_corners(one.coords[:-1])}Z" for one in rings if one.coords)


def world(lng_lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Where positions stand in the world's square, x east and y south from 0 to 1; shape (n, 2) of lng, lat."""
    lng, lat = lng_lat[:, 0], np.radians(lng_lat[:, 1])
    return np.column_stack([lng / 360 + 0.5, 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)])


def _corners(coords: Iterable[tuple[float, ...]]) -> str:
    return "L".join(f"{corner[0]:.1f} {corner[1]:.1f}" for corner in coords)


def _lng(x: float) -> float:
    return (x - 0.5) * 360


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))
