"""Boundaries at rest: force areas and neighbourhoods as GeoParquet (docs/spec/boundaries.md)."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import DamagedFile
from geo.latlng import EARTH_RADIUS_M, LatLng

_CIRCLE_CORNERS = 64


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
            frames = [gpd.read_parquet(path) for path in paths]
        except (OSError, ValueError) as error:
            raise DamagedFile(f"{', '.join(map(str, paths))}: cannot be read as boundaries: {error}") from error
        return cls(
            tuple(force for frame in frames for force in frame["force"]),
            tuple(area for frame in frames for area in frame["id"]),
            tuple(name for frame in frames for name in frame["name"]),
            np.concatenate([frame.geometry.to_numpy() for frame in frames]) if frames else np.empty(0, object),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapely.prepare(self.polygons)
        return shapely.STRtree(self.polygons)

    def holding(self, place: LatLng) -> list[int]:
        """The areas that hold a position, smallest first, as `geo.placement.covering_order` ranks them."""
        point = shapely.Point(place.lng, place.lat)
        hits = self._tree.query(point, predicate="intersects").tolist()
        return sorted(hits, key=lambda at: self._rank[at])

    def touching(self, centre: LatLng, radius_m: float) -> list[int]:
        """The areas that a circle touches, in order of index."""
        return sorted(self._tree.query(circle(centre, radius_m), predicate="intersects").tolist())

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


def circle(centre: LatLng, radius_m: float) -> shapely.Polygon:
    """A circle on the ground as a 64-cornered polygon in degrees, axis order lng, lat."""
    angle = np.linspace(0, 2 * np.pi, _CIRCLE_CORNERS, endpoint=False)
    reach = np.degrees(radius_m / EARTH_RADIUS_M)
    lng = centre.lng + reach * np.cos(angle) / np.cos(np.radians(centre.lat))
    return shapely.Polygon(np.column_stack([lng, centre.lat + reach * np.sin(angle)]))
