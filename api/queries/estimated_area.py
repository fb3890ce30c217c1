"""The ground whose crimes a snap point carries, estimated: all that lies nearer to it than to any other point."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.latlng import EARTH_RADIUS_M, LatLng
from geo.store.arrow import numbers
from geo.store.release import Release
from geo.store.snap_register import vintage_of

CAP_M = 1_000.0  # how far an estimate reaches: beyond, there may be points that nothing was moved to yet


@dataclass(frozen=True, slots=True)
class EstimatedArea:
    """An estimate, and what it was made from.

    Attributes:
        polygon: in degrees, axis order lng, lat.
        area_km2: of the ground inside.
        points: positions of the same snap list that are known, which all take part.
        months: held months that were made with that list: the more, the fewer points are still unknown.
        capped: whether it was cut off at `CAP_M` metres somewhere.
    """

    polygon: shapely.Polygon
    area_km2: float
    points: int
    months: int
    capped: bool


def estimated_area(release: Release, snap_id: int) -> EstimatedArea:
    """The nearest-point polygon of a snap point among the points of its own list, within `CAP_M` metres.

    Worked out on a plane that touches the globe at the point; a kilometre away that is wrong by millimetres.
    """
    register = release.snap_register
    vintages = numbers(register.table, "vintage")
    vintage = int(vintages[snap_id])
    centre = LatLng(float(register.lat[snap_id]), float(register.lng[snap_id]))
    near = register.within(centre, 2 * CAP_M)  # whatever lies beyond cannot be nearer to ground within the cap
    near = near[vintages[near] == vintage]
    x, y = _to_metres(centre, register.lat[near], register.lng[near])
    whole = shapely.Point(0, 0).buffer(CAP_M, quad_segs=32)
    found = _nearest(whole, np.unique(np.column_stack([x, y]).round(2), axis=0))
    months = sum(vintage_of(month) == vintage for month in release.months)
    capped = bool(found.exterior.distance(whole.exterior) < 1)
    return EstimatedArea(_to_degrees(centre, found), found.area / 1e6, _positions(release, snap_id), months, capped)


def _nearest(whole: shapely.Polygon, points: npt.NDArray[np.float64]) -> shapely.Polygon:
    """What of a shape lies nearer to the origin than to any of some points, in metres: half-planes, cut one by one."""
    found = whole
    away = np.hypot(points[:, 0], points[:, 1])
    for (x, y), distance in sorted(zip(points.tolist(), away.tolist(), strict=True), key=lambda one: one[1]):
        reach = shapely.hausdorff_distance(found, shapely.Point(0, 0))
        if distance > 2 * reach:
            break
        if distance:
            found = found.intersection(_half_plane(x / distance, y / distance, distance / 2))
    return found


def _half_plane(x: float, y: float, middle: float) -> shapely.Polygon:
    """The ground on the origin's side of a line at right angles to a direction, some metres off."""
    far = 4 * CAP_M
    corners = ((middle, far), (middle, -far), (-far, -far), (-far, far))
    return shapely.Polygon([(along * x - across * y, along * y + across * x) for along, across in corners])


def _positions(release: Release, snap_id: int) -> int:
    """How many positions the list of a snap point has, as far as is known."""
    table = release.snap_register.table
    same = numbers(table, "vintage") == numbers(table, "vintage")[snap_id]
    packed = numbers(table, "lat_e6")[same].astype(np.int64) * (1 << 32) + numbers(table, "lng_e6")[same]
    return len(np.unique(packed))


def _to_metres(
    centre: LatLng, lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    north = np.radians(lat - centre.lat) * EARTH_RADIUS_M
    return np.radians(lng - centre.lng) * EARTH_RADIUS_M * np.cos(np.radians(centre.lat)), north


def _to_degrees(centre: LatLng, shape: shapely.Polygon) -> shapely.Polygon:
    ring = shapely.get_coordinates(shape.exterior)
    lng = centre.lng + np.degrees(ring[:, 0] / EARTH_RADIUS_M / np.cos(np.radians(centre.lat)))
    return shapely.Polygon(np.column_stack([lng, centre.lat + np.degrees(ring[:, 1] / EARTH_RADIUS_M)]).round(6))
