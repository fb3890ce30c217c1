"""British National Grid references, and where they are on the globe."""

import numpy as np
import numpy.typing as npt
from convertbng.cutil import convert_lonlat

Degrees = npt.NDArray[np.float64]


def grid_to_latlng(eastings: npt.ArrayLike, northings: npt.ArrayLike) -> tuple[Degrees, Degrees]:
    """Latitudes and longitudes of British National Grid references, by Ordnance Survey's definitive OSTN15.

    From OSGB36 (EPSG:27700) to ETRS89 (EPSG:4258), which is within a metre of WGS 84 in Britain and is taken for it, as
    Ordnance Survey and the ONS do. Agrees with Ordnance Survey's published test points to millimetres. Northern
    Ireland's postcodes carry Irish Grid references, which look alike and are not these.

    Args:
        eastings: metres east, shape (n,).
        northings: metres north, shape (n,).

    Returns:
        (lat, lng), each in degrees and of shape (n,); both NaN where a reference is NaN or lies outside OSTN15, so for
        (0, 0), which Code-Point Open writes where it has no position, too.

    Raises:
        ValueError: the two are not one-dimensional and of one length.

    >>> lat, lng = grid_to_latlng([530624.974, 0], [178388.464, 0])
    >>> print(lat.round(6), lng.round(6))
    [51.489366       nan] [-0.119926       nan]
    """
    lng, lat = convert_lonlat(np.asarray(eastings, dtype=np.float64), np.asarray(northings, dtype=np.float64))
    return lat, lng
