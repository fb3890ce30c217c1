"""Invented statistical areas: codes E01999xxx and names like "Doggerton 001A", one vintage throughout."""

from collections import defaultdict

import numpy as np
import shapely
from shapely import STRtree

from ingest.demo.neighbourhood import DOGGERLAND, Neighbourhood
from ingest.demo.snap_point import SnapPoint

ADDRESSES_EACH = 650  # about 1,500 residents, as in a real LSOA
_DISTRICT = {DOGGERLAND: "Doggerton"}


def beats_of(points: list[SnapPoint], neighbourhoods: tuple[Neighbourhood, ...]) -> list[int]:
    """The index of the neighbourhood that each snap point lies in (the first, where it lies on their edge)."""
    tree = STRtree([neighbourhood.shape for neighbourhood in neighbourhoods])
    places = shapely.points([(point.lng, point.lat) for point in points])
    nearest = tree.nearest(places)  # for a point a few centimetres off the coast after rounding
    inside, shapes = tree.query(places, predicate="intersects")
    lies_in = nearest.astype(np.int64)
    order = np.lexsort((-shapes, inside))  # the lowest index is written last, and stays
    lies_in[inside[order]] = shapes[order]
    return [int(index) for index in lies_in]


def lsoas(
    points: list[SnapPoint], lies_in: list[int], neighbourhoods: tuple[Neighbourhood, ...]
) -> list[tuple[str, str]]:
    """(code, name) of each snap point's area: neighbourhoods halved until each part holds about 650 addresses."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for point, beat in enumerate(lies_in):
        members[beat].append(point)
    found: list[tuple[str, str]] = [("", "")] * len(points)
    number = 0
    for beat in sorted(members):
        district = _DISTRICT.get(neighbourhoods[beat].beat.force, "Port Silver")
        for letter, part in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _halved(points, members[beat]), strict=False):
            number += 1
            for point in part:
                found[point] = (f"E01999{number:03d}", f"{district} {beat + 1:03d}{letter}")
    return found


def _halved(points: list[SnapPoint], part: list[int]) -> list[list[int]]:
    total = sum(points[point].addresses for point in part)
    if total < ADDRESSES_EACH * 1.5 or len(part) < 4:
        return [part]
    tall = np.ptp([points[point].lat for point in part]) * 1.73 > np.ptp([points[point].lng for point in part])
    ordered = sorted(part, key=lambda point: (points[point].lat, point) if tall else (points[point].lng, point))
    running, middle = 0, 0
    while running < total / 2:
        running += points[ordered[middle]].addresses
        middle += 1
    middle = min(max(middle, 1), len(ordered) - 1)
    return _halved(points, ordered[:middle]) + _halved(points, ordered[middle:])
