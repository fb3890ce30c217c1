"""Snap points by the published rule: each one's catchment holds eight or more addresses, or none."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from ingest.demo.address import Addresses
from ingest.demo.chance import chance
from ingest.demo.ground import point_to_latlng
from ingest.demo.landmark import Landmark
from ingest.demo.street import Street

LEAST_ADDRESSES = 8  # https://data.police.uk/about/#location-anonymisation
_UNNAMED_EVERY = 160  # one street point in so many has an empty name, as in the published files


@dataclass(frozen=True)
class SnapPoint:
    """A snap point: degrees to six decimals, its name without "On or near ", and the addresses in its catchment.

    Attributes:
        kind: the landmark's kind, or the street's class.
        settlement: the settlement of its street; empty for a landmark.
    """

    lat: float
    lng: float
    name: str
    kind: str
    settlement: str
    addresses: int


def snap_points(
    seed: int, streets: list[Street], places: list[Landmark], addresses: Addresses
) -> tuple[list[SnapPoint], Addresses]:
    """The snap points in order of name and place, and the addresses that stand.

    A point whose catchment (the ground nearest to it) holds one to seven addresses is dropped, as data.police.uk does,
    until none does. A landmark is never dropped: the few houses that would be nearest to it were not built.
    """
    xy, names = _candidates(seed, streets, addresses)
    landmark_xy = np.array([(place.x_m, place.y_m) for place in places])
    points = np.vstack([landmark_xy, xy])
    kept = np.arange(len(points))
    while True:
        nearest = STRtree(shapely.points(points[kept])).nearest(shapely.points(addresses.xy_m))
        counts = np.bincount(nearest, minlength=len(kept))
        few = (counts > 0) & (counts < LEAST_ADDRESSES)
        if not few.any():
            break
        gone = few & (kept < len(places))
        addresses = addresses.without(gone[nearest])
        kept = kept[~few | gone]
    found = []
    for index, count in zip(kept.tolist(), counts.tolist(), strict=True):
        lat, lng = point_to_latlng(*points[index].tolist())
        if index < len(places):
            found.append(SnapPoint(lat, lng, places[index].kind, places[index].kind, "", count))
        else:
            street = streets[names[index - len(places)]]
            unnamed = index % _UNNAMED_EVERY == 0
            found.append(
                SnapPoint(lat, lng, "" if unnamed else street.name, street.street_class, street.settlement, count)
            )
    return sorted(found, key=lambda point: (point.name, point.lat, point.lng)), addresses


def _candidates(seed: int, streets: list[Street], addresses: Addresses) -> tuple[np.ndarray, list[int]]:
    """One point per run of 10 to 24 neighbouring addresses, in the middle of its stretch of the street."""
    dice = chance(seed, "catchments")
    which: list[int] = []
    along: list[float] = []
    starts = np.flatnonzero(np.r_[True, np.diff(addresses.street) != 0]).tolist()
    for start, end in zip(starts, [*starts[1:], len(addresses.street)], strict=True):
        while end - start >= LEAST_ADDRESSES:
            size = dice.randint(10, 24)
            if end - start - size < LEAST_ADDRESSES:
                size = end - start
            which.append(int(addresses.street[start]))
            along.append(float(addresses.along_m[start : start + size].mean()))
            start += size
    lines = np.array([streets[number].line for number in which], dtype=object)
    return np.round(shapely.get_coordinates(shapely.line_interpolate_point(lines, along)), 2), which
