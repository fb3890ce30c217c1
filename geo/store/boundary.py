"""Boundaries at rest: force areas and neighbourhoods as GeoParquet (docs/spec/boundaries.md)."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import shapely

from geo.errors import DamagedFile
from geo.latlng import EARTH_RADIUS_M, LatLng
from geo.neighbourhood import NeighbourhoodRef

_CIRCLE_CORNERS = 64
_COLUMNS = ("force", "id", "name", "geometry")  # GeoParquet, geometry as WKB; its CRS is EPSG:4326 and need not be read


@dataclass(frozen=True)
class Areas:
    """Named polygons, EPSG:4326, axis order lng, lat inside geometries.

    Attributes:
        force_ids: the force of each, shape (n,).
        ids: the neighbourhood id of each, shape (n,); for force areas the force id again.
        names: the name of each, shape (n,).
        polygons: valid Polygons and MultiPolygons, shape (n,).
    """

    force_ids: tuple[str, ...]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    polygons: npt.NDArray[np.object_]

    @classmethod
    def open(cls, *paths: Path) -> "Areas":
        """The areas of some GeoParquet files, in order.

        Raises:
            DamagedFile: not GeoParquet, or without the columns force, id, name.
        """
        try:
            tables = [pq.read_table(path, columns=list(_COLUMNS)) for path in paths]
            columns = {name: [value for one in tables for value in one[name].to_pylist()] for name in _COLUMNS}
            polygons = shapely.from_wkb(np.array(columns.pop("geometry"), object))
        except (OSError, ValueError, KeyError, shapely.GEOSException) as error:
            raise DamagedFile(f"{', '.join(map(str, paths))}: cannot be read as boundaries: {error}") from error
        return cls(tuple(columns["force"]), tuple(columns["id"]), tuple(columns["name"]), polygons)

    def __len__(self) -> int:
        return len(self.ids)

    def of_force(self, force_id: str) -> range:
        """The indexes of a force's areas, which lie together where generations were opened in order of force."""
        return range(bisect_left(self.force_ids, force_id), bisect_right(self.force_ids, force_id))

    @cached_property
    def area_km2(self) -> npt.NDArray[np.float64]:
        """Square kilometres of each area, shape (n,), to one part in a hundred: degrees scaled at its middle."""
        lat = np.radians(shapely.bounds(self.polygons).reshape(-1, 4)[:, [1, 3]].mean(axis=1))
        degree_km = np.pi / 180 * EARTH_RADIUS_M / 1_000
        return np.asarray(shapely.area(self.polygons) * degree_km**2 * np.cos(lat), np.float64)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapely.prepare(self.polygons)
        return shapely.STRtree(self.polygons)

    def holding(self, place: LatLng) -> list[int]:
        """The areas that hold a position, smallest first, as `geo.placement.covering_order` ranks them."""
        return sorted(self.meeting(shapely.Point(place.lng, place.lat)), key=lambda at: self._rank[at])

    def holding_each(self, lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """The area that ranks first of those that hold each position, -1 for none; shape (n,)."""
        found = np.full(len(lat), -1, np.int64)
        points = shapely.points(lng, lat)
        at, area = self._tree.query(points)
        inside = shapely.intersects(self.polygons[area], points[at])  # prepared polygons decide, as in `_meeting`
        at, area = at[inside], area[inside]
        last_first = np.argsort(-np.array(self._rank, np.int64)[area], kind="stable") if len(at) else at
        found[at[last_first]] = area[last_first]
        return found

    def touching(self, centre: LatLng, radius_m: float) -> list[int]:
        """The areas that a circle touches, in order of index."""
        return sorted(self.meeting(circle(centre, radius_m)))

    def meeting(self, shape: shapely.Geometry) -> list[int]:
        """The areas that share ground with a shape in degrees (axis order lng, lat), in no order.

        The tree finds candidates; prepared polygons decide, far faster.
        """
        near = self._tree.query(shape)
        return list(near[shapely.intersects(self.polygons[near], shape)].tolist())

    @cached_property
    def _rank(self) -> list[int]:
        order = covering_order(self)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return list(rank.tolist())


def covering_order(areas: Areas) -> npt.NDArray[np.int64]:
    """The order in which overlapping areas claim a point: the smallest first, then by force id, then by id.

    Real neighbourhoods overlap. A small one drawn inside a large one is the more particular statement, so it wins;
    areas are compared in square degrees, which orders neighbours as square metres would.
    """
    size = shapely.area(areas.polygons)
    keys = zip(size.tolist(), areas.force_ids, areas.ids, range(len(areas)), strict=True)
    return np.array([key[3] for key in sorted(keys)], np.int64)


def neighbourhood_names(*paths: Path) -> dict[NeighbourhoodRef, str]:
    """The names in some GeoParquet files, without reading what lies where.

    Raises:
        DamagedFile: not GeoParquet, or without the columns force, id, name.
    """
    try:
        tables = [pq.read_table(path, columns=["force", "id", "name"]) for path in paths]
    except (OSError, ValueError, KeyError) as error:
        raise DamagedFile(f"{', '.join(map(str, paths))}: cannot be read as boundaries: {error}") from error
    return {NeighbourhoodRef(row["force"], row["id"]): row["name"] for one in tables for row in one.to_pylist()}


def circle(centre: LatLng, radius_m: float) -> shapely.Polygon:
    """A 64-cornered polygon around a circle on the ground, in degrees, axis order lng, lat.

    The circle lies in it, so no ground that the circle touches is missed; it reaches past it by 0.12 % at most.
    """
    angle = np.linspace(0, 2 * np.pi, _CIRCLE_CORNERS, endpoint=False)
    reach = np.degrees(radius_m / EARTH_RADIUS_M) / np.cos(np.pi / _CIRCLE_CORNERS)
    lat = centre.lat + reach * np.sin(angle)
    return shapely.Polygon(np.column_stack([centre.lng + reach * np.cos(angle) / np.cos(np.radians(lat)), lat]))
