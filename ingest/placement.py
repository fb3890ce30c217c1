"""Place every snap point once: the neighbourhood and the force it lies in."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from geo.store.boundary import Areas, covering_order
from geo.store.placement import NOWHERE, SCHEMA, Placement

Ints = npt.NDArray[np.int64]
_STRIPS_PER_DEGREE = 50  # of latitude, 2.2 km each: a neighbourhood touches a few
_LNG_BITS = 32
_LNG_STEPS_PER_DEGREE = 10**7  # finer than published positions; 360 degrees stay below 2^32
_BATCH = 1 << 20  # pairs of a point and an area looked at in one call
_SHARES = 4  # batches for each thread at least: polygons differ in what they cost
_THREADS = 2  # GEOS lets go of the interpreter while it tests points


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

    Points are sorted in strips of latitude; two binary searches in each strip that a polygon's bounds touch leave the
    few that one exact test decides, for many polygons in one call. Why not an index: docs/performance.md.
    """
    key = _key(_strip(lat), lng)
    by_key = np.argsort(key)
    key, x, y = key[by_key], lng[by_key], lat[by_key]
    order = covering_order(areas)
    polygons = areas.polygons[order]
    shapely.prepare(polygons)
    west, south, east, north = shapely.bounds(polygons).reshape(-1, 4).T
    area, strip = _ranges(np.arange(len(order)), _strip(south), _strip(north) + 1)
    first, last = np.searchsorted(key, _key(strip, west[area])), np.searchsorted(key, _key(strip, east[area]), "right")

    def held_by(some: slice) -> tuple[Ints, Ints]:
        """(area, point) of each pair, of some strips of areas, where the area holds the point."""
        which, near = _ranges(area[some], first[some], last[some])
        close = (y[near] >= south[which]) & (y[near] <= north[which])
        which, near = which[close], near[close]
        held = shapely.intersects_xy(polygons[which], x[near], y[near])
        return which[held], near[held]

    found = np.full(len(x), NOWHERE, np.int32)
    count = np.zeros(len(x), np.int16)
    with ThreadPoolExecutor(_THREADS) as pool:
        for which, near in pool.map(held_by, _batches(area, last - first)):
            count += np.bincount(near, minlength=len(x)).astype(np.int16)
            free = np.flatnonzero(found[near] == NOWHERE)[::-1]  # the first area is written last, and stays
            found[near[free]] = order[which[free]]
    index, overlaps = np.empty_like(found), np.empty_like(count)
    index[by_key], overlaps[by_key] = found, count
    return index, overlaps


def _strip(lat: npt.NDArray[np.float64]) -> Ints:
    return ((lat + 90) * _STRIPS_PER_DEGREE).astype(np.int64)


def _key(strip: Ints, lng: npt.NDArray[np.float64]) -> Ints:
    """Strip, then longitude, as integers that sort as they do."""
    return (strip << _LNG_BITS) + ((lng + 180) * _LNG_STEPS_PER_DEGREE).astype(np.int64)


def _ranges(names: Ints, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Every number from first up to last, range after range, each with the name of its range."""
    length = last - first
    before = np.repeat(first - np.cumsum(length) + length, length)
    return np.repeat(names, length), np.arange(length.sum()) + before


def _batches(area: Ints, sizes: Ints) -> list[slice]:
    """Runs of whole areas, some for each thread: two threads must never meet at one prepared polygon."""
    pairs = np.bincount(area, weights=sizes).astype(np.int64)
    step = min(_BATCH, int(pairs.sum()) // (_SHARES * _THREADS) + 1)
    batch = ((np.cumsum(pairs) - pairs) // step)[area]
    bounds = [*np.flatnonzero(np.diff(batch, prepend=-1)).tolist(), len(area)]
    return [slice(start, end) for start, end in pairwise(bounds)]
