"""What a map of some ground shows in one month: snap points with counts, outlines, and ground that is not known."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from api.queries.area import NOTHING_COUNTED
from api.queries.street import Railway, railway_rows, street_counts
from api.queries.unknown_ground import bare_ground, ground_of
from geo.category import Category
from geo.force import Force
from geo.latlng import LatLng, distance_m
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from geo.supply import Kind, SupplyState

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A snap point with crimes of the month; `name` is as published, "On or near Campbell Street"."""

    position: LatLng
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A neighbourhood's ground within the map, EPSG:4326, axis order lng, lat."""

    ref: NeighbourhoodRef
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True)
class GapGround:
    """Ground within the map of a force whose month is not whole; `force` is `None` where no force's area is held."""

    force: Force | None
    state: SupplyState
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True)
class MapGround:
    """What lies within a map's bounds.

    Attributes:
        points: snap points with crimes of that month and category, most first.
        outlines: neighbourhoods.
        gaps: ground whose figures are missing or incomplete; a map that leaves it blank would show no crime there.
    """

    points: tuple[MapPoint, ...]
    outlines: tuple[Outline, ...]
    gaps: tuple[GapGround, ...]


def map_ground(
    release: Release,
    bounds: Bounds,
    month: Month,
    category: Category | None = None,
    railway: Railway = Railway.WITH,
) -> MapGround:
    """What a map of those bounds shows.

    Args:
        release: where all of it comes from.
        bounds: west, south, east, north in degrees.
        month: whose crimes; of a month that is held back everywhere there are no points, and all ground is a gap.
        category: of the crimes; `None` for all.
        railway: what is done with British Transport Police's crimes.
    """
    areas, view = release.neighbourhoods, shapely.box(*bounds)
    outlines = (
        Outline(NeighbourhoodRef(areas.force_ids[at], areas.ids[at]), shape)
        for at in sorted(areas.meeting(view))
        if not (shape := shapely.clip_by_rect(areas.polygons[at], *bounds)).is_empty
    )
    return MapGround(
        points=_points(release, bounds, month, category, railway),
        outlines=tuple(outlines),
        gaps=tuple(_gaps(release, bounds, month)),
    )


def _points(
    release: Release, bounds: Bounds, month: Month, category: Category | None, railway: Railway
) -> tuple[MapPoint, ...]:
    west, south, east, north = bounds
    register = release.snap_register
    counts = release.counts(month) if month in release.months else NOTHING_COUNTED
    middle = LatLng((south + north) / 2, (west + east) / 2)
    corners = distance_m(middle, np.array([south, north]), np.array([west, west]))
    near = register.within(middle, float(corners.max()))
    lat, lng = register.lat[near], register.lng[near]
    rows = counts.rows_at(near[(lat >= south) & (lat <= north) & (lng >= west) & (lng <= east)])
    found = street_counts(register, counts, railway_rows(release.register, counts, rows, railway), category=category)
    return tuple(
        MapPoint(LatLng(float(register.lat[one.snap_id]), float(register.lng[one.snap_id])), one.name, one.n)
        for one in found
    )


def _gaps(release: Release, bounds: Bounds, month: Month) -> Iterable[GapGround]:
    ground, view = ground_of(release), shapely.box(*bounds)
    by_force: dict[str, list[shapely.Geometry]] = {}
    for at in sorted(ground.meeting(view)):
        by_force.setdefault(ground.force_ids[at], []).append(shapely.clip_by_rect(ground.polygons[at], *bounds))
    for force_id, shapes in by_force.items():
        state = release.manifest.state(force_id, month, Kind.STREET)
        shape = shapely.union_all(shapes)
        if state is not SupplyState.SUPPLIED and shape.area:
            yield GapGround(release.register.force(force_id), state, shape)
    bare = bare_ground(release, view)
    if bare.area:
        yield GapGround(None, SupplyState.NOT_HELD, bare)
