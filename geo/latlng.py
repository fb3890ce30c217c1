"""A position, and distances on the ground."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import BadLatLng

EARTH_RADIUS_M = 6_371_008.8  # mean radius of WGS 84, as IUGG defines it
MILE_M = 1_609.344  # one mile, the radius that data.police.uk documents


@dataclass(frozen=True, slots=True)
class LatLng:
    """A position in degrees, WGS 84 (EPSG:4326), latitude first.

    Raises:
        BadLatLng: a number that is not finite, or a latitude outside ±90 or longitude outside ±180.
    """

    lat: float
    lng: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lng)):
            raise BadLatLng(f"lat {self.lat} and lng {self.lng} must be finite numbers of degrees.")
        if not (abs(self.lat) <= 90 and abs(self.lng) <= 180):
            raise BadLatLng(f"lat {self.lat} must lie within ±90 and lng {self.lng} within ±180 degrees.")


def distance_m(centre: LatLng, lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Great-circle metres from a centre to each point, on a sphere of the earth's mean radius.

    Args:
        centre: where from.
        lat: latitudes in degrees, shape (n,).
        lng: longitudes in degrees, shape (n,).
    """
    lat_rad = np.radians(lat)
    half_lat = (lat_rad - math.radians(centre.lat)) / 2
    half_lng = np.radians(lng - centre.lng) / 2
    chord = np.sin(half_lat) ** 2 + math.cos(math.radians(centre.lat)) * np.cos(lat_rad) * np.sin(half_lng) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(chord)), dtype=np.float64)
