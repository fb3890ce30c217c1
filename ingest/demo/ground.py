"""The county's own plane, in metres, and the way from it to degrees."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

CENTRE_LAT, CENTRE_LNG = 54.70, 2.30  # on Dogger Bank, in the North Sea: nobody lives there
LAT_DEGREE_M = 111_320.0
LNG_DEGREE_M = 64_327.0  # a degree of longitude at 54.7 N; a constant, so that no machine's cosine matters
GRID_DEGREES = 1e-6  # coordinates are published with six decimals

Ground = TypeVar("Ground", bound=BaseGeometry)


def metres_to_lnglat(geometry: Ground) -> Ground:
    """The geometry in degrees (EPSG:4326, longitude first), not yet rounded.

    Args:
        geometry: metres east and north of the county's centre.
    """

    def to_degrees(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return xy / (LNG_DEGREE_M, LAT_DEGREE_M) + (CENTRE_LNG, CENTRE_LAT)

    flipped: Ground = shapely.transform(geometry, to_degrees)
    return flipped


def point_to_latlng(x_m: float, y_m: float) -> tuple[float, float]:
    """(latitude, longitude) of a place on the plane, in degrees to six decimals."""
    return round(CENTRE_LAT + y_m / LAT_DEGREE_M, 6), round(CENTRE_LNG + x_m / LNG_DEGREE_M, 6)
