"""The tiles of a static edition: single files, unpacked, of the ground round one force."""

import math
import zlib
from collections.abc import Iterator

import shapely
from pmtiles.tile import Compression

from geo.month import Month
from geo.store.release import Release
from web.area_map import source_addresses, tile_address
from web.cartography import SOURCE_ZOOMS

Bounds = tuple[float, float, float, float]
MARGIN = 0.15  # of the ground's own width and height, at each side: nothing ends at the border
_DECIMALS = 5
_GZIP = 31  # zlib's number for a gzip envelope


def bounds_of(release: Release, force_id: str) -> Bounds:
    """The box round a force's neighbourhoods and a margin: west, south, east, north in degrees."""
    held = release.neighbourhoods.of_force(force_id)
    west, south, east, north = shapely.total_bounds(release.neighbourhoods.polygons[held.start : held.stop])
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    box = (west - wide, south - high, east + wide, north + high)
    return tuple(round(float(side), _DECIMALS) for side in box)  # type: ignore[return-value]


def tiles_of(release: Release, month: Month, bounds: Bounds) -> Iterator[tuple[str, bytes]]:
    """Address and content of every tile that a map of the month may ask for; one without anything in it is empty.

    A file server answers 404 for a file that is not there, and a map would take that for a fault.
    """
    wanted = set(source_addresses(month, release.tiles).values())
    for file in release.tile_files.values():
        address = tile_address(file.stem)
        if address not in wanted:
            continue
        packed = file.archive.header["tile_compression"] is Compression.GZIP
        for z, x, y in places_in(bounds):
            tile = file.archive.get(z, x, y)
            content = b"" if tile is None else zlib.decompress(tile, _GZIP) if packed else bytes(tile)
            yield address.format(z=z, x=x, y=y), content


def places_in(bounds: Bounds) -> Iterator[tuple[int, int, int]]:
    """Zoom, column and row of the tiles that meet a box, as MapLibre reckons them from the bounds of a source.

    >>> list(places_in((0.1, 54.1, 0.2, 54.2)))[:2]
    [(4, 8, 5), (5, 16, 10)]
    """
    west, south, east, north = bounds
    first, last = SOURCE_ZOOMS
    for zoom in range(first, last + 1):
        across = 1 << zoom
        for x in range(math.floor(_x(west) * across), math.ceil(_x(east) * across)):
            for y in range(math.floor(_y(north) * across), math.ceil(_y(south) * across)):
                yield zoom, x, y


def _x(lng: float) -> float:
    return (180 + lng) / 360


def _y(lat: float) -> float:
    return (180 - (180 / math.pi) * math.log(math.tan(math.pi / 4 + lat * math.pi / 360))) / 360
