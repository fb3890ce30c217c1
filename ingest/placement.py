"""Place every snap point once: the neighbourhood and the force it lies in."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from geo.store.boundary import Areas, covering_order
from geo.store.placement import NOWHERE, SCHEMA, Placement


def place(
    lat: npt.NDArray[np.float64],
    lng: npt.NDArray[np.float64],
    neighbourhoods: Areas,
    force_areas: Areas,
    slots: Mapping[str, int],
) -> Placement:
    """The neighbourhood and the force of each position.

    Where neighbourhoods overlap, or share a border that a point lies on, the smallest holds it (`covering_order`). A
    point in no neighbourhood lies in the force whose area holds it; a force without an outline of its own is known by
    its neighbourhoods alone.

    Args:
        lat: latitudes in degrees, shape (n,).
        lng: longitudes in degrees, shape (n,).
        neighbourhoods: of the generations to use.
        force_areas: of all forces that have one.
        slots: a force's slot by its id.
    """
    index, overlaps = covering(lat, lng, neighbourhoods)
    force = _slots(neighbourhoods, slots)[index]
    outside = index == NOWHERE
    area, _ = covering(lat[outside], lng[outside], force_areas)
    force[outside] = _slots(force_areas, slots)[area]
    columns = {"neighbourhood": index, "force": force, "overlaps": overlaps}
    return Placement(
        pa.table({field.name: pa.array(columns[field.name], field.type) for field in SCHEMA}, schema=SCHEMA)
    )


def _slots(areas: Areas, slots: Mapping[str, int]) -> npt.NDArray[np.int16]:
    """The slot of each area's force, and last, where index -1 points, nowhere."""
    return np.array([*(slots[force] for force in areas.force_ids), NOWHERE], np.int16)


def covering(
    lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64], areas: Areas
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
    """The first area in covering order that holds each position, -1 for none, and how many do; each of shape (n,).

    Points sorted by longitude, two binary searches for each polygon's bounds, then one exact test of what is left:
    measured faster than any spatial index (docs/adr).
    """
    by_lng = np.argsort(lng, kind="stable")
    x, y = lng[by_lng], lat[by_lng]
    index = np.full(len(x), NOWHERE, np.int32)
    overlaps = np.zeros(len(x), np.int16)
    bounds = shapely.bounds(areas.polygons).reshape(-1, 4)
    for at in covering_order(areas).tolist():
        west, south, east, north = bounds[at]
        first, last = np.searchsorted(x, west), np.searchsorted(x, east, side="right")
        near = first + np.flatnonzero((y[first:last] >= south) & (y[first:last] <= north))
        if not len(near):
            continue
        shapely.prepare(areas.polygons[at])
        held = near[shapely.intersects_xy(areas.polygons[at], x[near], y[near])]
        overlaps[held] += 1
        index[held[index[held] == NOWHERE]] = at
    back = np.empty(len(x), np.int64)
    back[by_lng] = np.arange(len(x))
    return index[back], overlaps[back]
