"""Parameters of the methods, read from a query string or a form as data.police.uk reads them.

Nothing here is FastAPI's, whose complaints have statuses and bodies that no client of `/api` knows.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Mapping
from urllib.parse import parse_qsl

import shapely

from api.police.refusal import bad_request, not_there
from api.serving.where import Area, Circle
from geo.category import categories
from geo.latlng import MILE_M, LatLng
from geo.month import Month

Parameters = Mapping[str, str]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_FIRST, _LAST = "2010-12", "2032-03"  # what a `Month` can be
_VERTICES = re.compile(r"[^:,]+,[^:,]+(?::[^:,]+,[^:,]+)*")
_FEWEST_VERTICES = 3
_CODES = {category.slug: category.code for category in categories()}


def read_parameters(written: bytes) -> dict[str, str]:
    """The parameters of a query string or form; of one that is repeated the last, as Django has it."""
    text = written.decode("latin-1")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    return {name: value for name, _, value in (pair.partition("=") for pair in text.split("&"))}


def month_asked(parameters: Parameters, published: tuple[Month, ...]) -> Month | None:
    """The month of `date`, or the newest; `None` for one after the newest.

    Args:
        parameters: of the request.
        published: the months answered for, oldest first.

    Raises:
        Refusal: 404, for what is not written `YYYY-MM` and for a month that is not published.
    """
    written = parameters.get("date", "")
    if not published:
        raise not_there()
    if not written:
        return published[-1]
    found = _MONTH.fullmatch(written)
    if found is None or written < _FIRST:
        raise not_there()
    month = Month(int(found[1]), int(found[2])) if written <= _LAST else None
    if month is None or month > published[-1]:
        return None
    at = bisect_left(published, month)
    if published[at] != month:
        raise not_there()
    return month


def category_asked(slug: str) -> int | None:
    """The code of a category; `None`, which is all crime, for `all-crime` and for what is no category."""
    return _CODES.get(slug)


def position_asked(parameters: Parameters) -> LatLng | None:
    """The position of `lat` and `lng`; `None` for one that is on no globe, where nothing is.

    Raises:
        Refusal: 400, where one is missing or not a finite number.
    """
    lat, lng = (_number(parameters.get(name, "")) for name in ("lat", "lng"))
    return LatLng(lat, lng) if abs(lat) <= 90 and abs(lng) <= 180 else None


def area_asked(parameters: Parameters) -> Area | Circle | None:
    """The polygon of `poly`, or else the mile round a position; `None` for a position on no globe.

    Raises:
        Refusal: 404 for a `poly` that cannot be read, 400 for one without an area and for what is no position.
    """
    if "poly" in parameters:
        return Area(polygon_of(parameters["poly"]))
    position = position_asked(parameters)
    return None if position is None else Circle(position, MILE_M)


def polygon_of(written: str) -> shapely.Polygon:
    """The polygon written `lat,lng:lat,lng:...`; its ring is closed here.

    Raises:
        Refusal: 404 for another form, 400 for numbers that are not finite and for fewer than three vertices.
    """
    if not _VERTICES.fullmatch(written) or "_" in written:
        raise not_there()
    try:
        numbers = list(map(float, re.split("[:,]", written)))
    except ValueError:
        raise not_there() from None
    if not all(map(math.isfinite, numbers)):
        raise bad_request()
    ring = list(zip(numbers[1::2], numbers[::2], strict=True))
    if len(ring) - (ring[0] == ring[-1]) < _FEWEST_VERTICES:
        raise bad_request()
    return shapely.Polygon(ring)


def _number(written: str) -> float:
    try:
        number = float(written) if "_" not in written else math.nan
    except ValueError:
        raise bad_request() from None
    if not math.isfinite(number):
        raise bad_request()
    return number
