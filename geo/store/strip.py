"""Points sorted in strips of latitude, so that those near a position are found by binary search."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo.latlng import EARTH_RADIUS_M, LatLng, distance_m

Floats = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.int64]
_STRIPS_PER_DEGREE = 100  # strips of 0.01° of latitude, about 1.1 km


@dataclass(frozen=True)
class Strips:
    """Points by index.

    Attributes:
        lat: latitudes in degrees, WGS 84, shape (n,).
        lng: longitudes in degrees, shape (n,).
    """

    lat: Floats
    lng: Floats

    def within(self, centre: LatLng, radius_m: float) -> Indexes:
        """The indexes of all points within `radius_m` metres of a position, ascending.

        Two binary searches in each strip in reach give the candidates, and one great-circle test decides.
        """
        order, strip, start, sorted_lng = self._sorted
        reach_lat = np.degrees(radius_m / EARTH_RADIUS_M)
        widest = min(abs(centre.lat) + reach_lat, 89.9)
        reach_lng = np.degrees(radius_m / EARTH_RADIUS_M / np.cos(np.radians(widest))) * 1.001
        lowest = int(np.floor((centre.lat - reach_lat) * _STRIPS_PER_DEGREE))
        highest = int(np.floor((centre.lat + reach_lat) * _STRIPS_PER_DEGREE))
        found = []
        for at in range(np.searchsorted(strip, lowest), np.searchsorted(strip, highest, side="right")):
            inside = sorted_lng[start[at] : start[at + 1]]
            first = start[at] + np.searchsorted(inside, centre.lng - reach_lng)
            last = start[at] + np.searchsorted(inside, centre.lng + reach_lng, side="right")
            found.append(order[first:last])
        near = np.concatenate(found) if found else np.empty(0, np.int64)
        return np.sort(near[distance_m(centre, self.lat[near], self.lng[near]) <= radius_m])

    @cached_property
    def _sorted(self) -> tuple[Indexes, npt.NDArray[np.int32], Indexes, Floats]:
        strip_of = np.floor(self.lat * _STRIPS_PER_DEGREE).astype(np.int32)
        order = np.lexsort((self.lng, strip_of))
        strip, start = np.unique(strip_of[order], return_index=True)
        return order, strip, np.append(start, len(order)), self.lng[order]
