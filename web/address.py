"""Addresses of pages, without the prefix of a language: what can be shared is made of neighbourhoods, not postcodes."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from geo.category import Category
from geo.latlng import LatLng
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.gazetteer import NamedPlace, PlaceKind

POSITION_DECIMALS = 3  # about 100 m: what leaves a browser is no finer


def neighbourhood_address(ref: NeighbourhoodRef) -> str:
    """Where a neighbourhood's page stands; its id may hold blanks and dots.

    >>> neighbourhood_address(NeighbourhoodRef("cleveland", "Stockton Town Centre Sector"))
    '/neighbourhood/cleveland/Stockton%20Town%20Centre%20Sector'
    """
    return f"/neighbourhood/{quote(ref.force_id, safe='')}/{quote(ref.id, safe='')}"


def embed_address(ref: NeighbourhoodRef) -> str:
    """Where the part of a neighbourhood's page stands that other sites may frame.

    >>> embed_address(NeighbourhoodRef("cleveland", "Stockton Town Centre Sector"))
    '/embed/cleveland/Stockton%20Town%20Centre%20Sector'
    """
    return neighbourhood_address(ref).replace("/neighbourhood", "/embed", 1)


def force_address(force_id: str, district: str | None = None) -> str:
    """Where a force's neighbourhoods are listed, all of them or those of one local authority.

    >>> force_address("south-wales"), force_address("south-wales", "Rhondda Cynon Taf")
    ('/forces/south-wales', '/forces/south-wales?district=Rhondda+Cynon+Taf')
    """
    return f"/forces/{quote(force_id, safe='')}" + (f"?{urlencode({'district': district})}" if district else "")


def picture_address(page: str, month: Month, category: Category | None, chosen: Mapping[str, str] | None = None) -> str:
    """Where the picture of a page's map stands, for that month, category and whatever else was chosen.

    >>> picture_address("/cy/area/LE1-5YA", Month(2025, 12), None)
    '/cy/area/LE1-5YA/map.svg?month=2025-12'
    """
    counted = {"month": month, **({"category": category.slug} if category else {})}
    return f"{page}/map.svg?" + urlencode({**counted, **(chosen or {})})


def position_address(position: LatLng) -> str:
    """Where the neighbourhood at a position is looked up.

    >>> position_address(LatLng(51.481581, -3.17909))
    '/find?lat=51.482&lng=-3.179'
    """
    return f"/find?lat={position.lat:.{POSITION_DECIMALS}f}&lng={position.lng:.{POSITION_DECIMALS}f}"


def place_address(place: NamedPlace) -> str | None:
    """Where something found by its name leads; `None` for what lies on nobody's ground."""
    if place.kind is PlaceKind.DISTRICT and place.force_id:
        return force_address(place.force_id, place.district)
    if place.kind is PlaceKind.FORCE and place.force_id:
        return force_address(place.force_id)
    if place.neighbourhood is not None:
        return neighbourhood_address(place.neighbourhood)
    return None if place.position is None else position_address(place.position)
