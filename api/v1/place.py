"""Where: the parameters that name a piece of ground, and the ground that they name."""

import re

import h3.api.numpy_int as h3
import numpy as np
import shapely
from pydantic import Field

from api.queries.ground import (
    Ground,
    cell_ground,
    circle_ground,
    force_ground,
    neighbourhood_ground,
    polygon_ground,
)
from api.queries.lsoa import lsoa_ground
from api.settings import ApiSettings
from api.v1.parameter import Degrees, Left, Metres, MonthsQuery
from geo.cell import DRAWN_RESOLUTIONS
from geo.errors import BadCell, BadLatLng, BadParameter, BadPolygon
from geo.latlng import MILE_M, LatLng
from geo.lsoa import LSOA_CODE
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release

LARGEST_RADIUS_M = 20_000.0  # beyond it no crime is published with a position: docs of data.police.uk
MOST_VERTICES = 10_000
_FEWEST_VERTICES = 3
_CELL = re.compile("[0-9a-f]{15}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WAYS = "`lat` and `lng`, `poly`, `neighbourhood` and `force`, `cell`, `lsoa`, or `force` alone"


class PlaceQuery(MonthsQuery):
    """Where and when."""

    lat: Degrees | Left = Field(
        default=None, ge=-90, le=90, description="Latitude in degrees, WGS 84; with `lng`.", examples=[52.6328]
    )
    lng: Degrees | Left = Field(
        default=None, ge=-180, le=180, description="Longitude in degrees, WGS 84; with `lat`.", examples=[-1.1248]
    )
    radius: Metres | Left = Field(
        default=None, ge=1, le=LARGEST_RADIUS_M, examples=[500],
        description=f"Metres around `lat` and `lng`, 1 to {LARGEST_RADIUS_M:,.0f}; by default 1609.344, one mile.",
    )  # fmt: skip
    poly: str | Left = Field(
        default=None,
        description=f"Corners of a polygon, `lat,lng:lat,lng:…`, 3 to {MOST_VERTICES:,}; the ring is closed for you.",
        examples=["52.62,-1.14:52.64,-1.14:52.63,-1.11"],
    )
    force: str | Left = Field(
        default=None,
        description="Id of a force. Alone: all that it recorded. With `neighbourhood`: whose neighbourhood it is.",
        examples=["leicestershire"],
    )
    neighbourhood: str | Left = Field(
        default=None, description="Id of a neighbourhood of `force`; ids are case-sensitive.", examples=["NC04"]
    )
    cell: str | Left = Field(
        default=None,
        description=f"An H3 cell of resolution {DRAWN_RESOLUTIONS[0]} to {DRAWN_RESOLUTIONS[-1]}, 15 hex digits.",
        examples=["88195cb665fffff"],
    )
    lsoa: str | Left = Field(
        default=None, description="Code of an LSOA, as the records have it: of 2011 before June 2023, then of 2021.",
        examples=["E01013649"],
    )  # fmt: skip


def ground_asked(query: PlaceQuery, release: Release, settings: ApiSettings) -> Ground:
    """The ground that is asked for.

    Raises:
        BadParameter: none or several are named, or half of one.
        YourAreaError: what is named is nothing, or not known.
    """
    _one_way(query)
    if query.poly is not None:
        return polygon_ground(release, polygon_of(query.poly))
    if query.cell is not None:
        return cell_ground(release, cell_of(query.cell))
    if query.lsoa is not None:
        if not LSOA_CODE.fullmatch(query.lsoa):
            raise BadParameter("`lsoa` is not the code of an LSOA; one looks like E01013649.")
        return lsoa_ground(release, settings.folder, query.lsoa)
    if query.force is not None:
        if query.neighbourhood is None:
            return force_ground(release.register.force(query.force))
        return neighbourhood_ground(release, NeighbourhoodRef(query.force, query.neighbourhood))
    centre = LatLng(query.lat or 0.0, query.lng or 0.0)
    not_swapped(release, centre)
    return circle_ground(release, centre, MILE_M if query.radius is None else query.radius)


def _one_way(query: PlaceQuery) -> None:
    if (query.lat is None) != (query.lng is None):
        raise BadParameter("`lat` and `lng` go together; one of them is missing.")
    if query.radius is not None and query.lat is None:
        raise BadParameter("`radius` goes with `lat` and `lng`.")
    if query.neighbourhood is not None and query.force is None:
        raise BadParameter("The id of a neighbourhood is unique only within its force: name its `force` too.")
    ways = (query.lat, query.poly, query.cell, query.lsoa, query.force)
    named = sum(way is not None for way in ways)
    if named != 1:
        raise BadParameter(f"{'No place is' if not named else 'Several places are'} named. Name one: {_WAYS}.")


def not_swapped(release: Release, position: LatLng) -> None:
    """Refuses a position that lies nowhere, where latitude and longitude the other way round lie in the country.

    Raises:
        BadLatLng: it is such a one.
    """
    grounds = (release.force_areas, release.neighbourhoods)
    if any(ground.holding(position) for ground in grounds) or abs(position.lng) > 90:
        return
    mirrored = LatLng(position.lng, position.lat)
    if any(ground.holding(mirrored) for ground in grounds):
        raise BadLatLng(
            f"lat {position.lat}, lng {position.lng} lies outside the country, and lat {mirrored.lat}, lng "
            f"{mirrored.lng} within it: the two are swapped. Latitude is north to south, longitude east to west."
        )


def polygon_of(written: str) -> shapely.Polygon:
    """The polygon written `lat,lng:lat,lng:...`, axis order lng, lat; its ring is closed here.

    Raises:
        BadPolygon: another form, too few or too many corners, or one that is on no globe.
    """
    corners = written.split(":")
    if len(corners) > MOST_VERTICES:
        raise BadPolygon(f"`poly` has {len(corners):,} corners; at most {MOST_VERTICES:,} are taken.")
    pairs = [corner.split(",") for corner in corners]
    wrong = next((at for at, pair in enumerate(pairs) if len(pair) != 2 or not all(map(_NUMBER.fullmatch, pair))), None)
    if wrong is not None:
        raise BadPolygon(f"Corner {wrong + 1} of `poly` is not `lat,lng`; corners are separated by colons.")
    ring = np.array(pairs, np.float64)
    beyond = np.flatnonzero((abs(ring[:, 0]) > 90) | (abs(ring[:, 1]) > 180))
    if len(beyond):
        raise BadPolygon(
            f"Corner {beyond[0] + 1} of `poly` lies on no globe: latitude comes first, within ±90 degrees."
        )
    if len(np.unique(ring, axis=0)) < _FEWEST_VERTICES:
        raise BadPolygon("`poly` has fewer than three corners, and so no ground.")
    return shapely.Polygon(ring[:, ::-1])


def cell_of(written: str) -> int:
    """The H3 cell of some hex digits.

    Raises:
        BadCell: no cell, or one of a resolution that is not drawn.
    """
    cell = int(written, 16) if _CELL.fullmatch(written) else 0
    if not h3.is_valid_cell(cell):
        raise BadCell(f"{written[:20]!r} is not an H3 cell; one is 15 hex digits in small letters: 88195cb665fffff.")
    if h3.get_resolution(cell) not in DRAWN_RESOLUTIONS:
        drawn = f"{DRAWN_RESOLUTIONS[0]} to {DRAWN_RESOLUTIONS[-1]}"
        raise BadCell(f"{written} has resolution {h3.get_resolution(cell)}; drawn are {drawn}.")
    return cell
