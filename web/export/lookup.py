"""From a postcode to its neighbourhood without a server: one small file for each outward code.

Whoever keeps the files is asked for an outward code, which thousands of households share, and never for a postcode.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from api.queries.place import place_at
from geo.latlng import LatLng
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.export.tile import Bounds
from web.language import LANGUAGES

PREFIX = "/lookup/"
_OUTWARD = 4  # letters of a packed postcode before its inward code


def lookups_of(release: Release, force_id: str, bounds: Bounds) -> Iterator[tuple[str, bytes]]:
    """Address and content of the file of every outward code with a postcode in use in the force's neighbourhoods.

    Each holds every postcode in use that begins so, those elsewhere too: `codes` has the inward codes, each with the
    number of its place in `places`. A place has `page`, or else `force`, its name by language, or is empty.

    Args:
        release: whose postcodes.
        force_id: whose neighbourhoods have pages.
        bounds: a box that holds them all: west, south, east, north in degrees.
    """
    if release.postcodes is None:
        return
    keys, lat, lng = release.postcodes.used()
    west, south, east, north = bounds
    near = (lng >= west) & (lng <= east) & (lat >= south) & (lat <= north)
    outward = keys.astype(f"S{_OUTWARD}")
    for code in np.unique(outward[near]).tolist():
        rows = np.flatnonzero(outward == code).tolist()
        found = {keys[row][_OUTWARD:].decode(): _place(release, LatLng(lat[row], lng[row]), force_id) for row in rows}
        places = sorted({json.dumps(place, ensure_ascii=False, sort_keys=True) for place in found.values()})
        if not any('"page"' in place for place in places):
            continue
        number = {place: at for at, place in enumerate(places)}
        codes = {
            inward: number[json.dumps(place, ensure_ascii=False, sort_keys=True)]
            for inward, place in sorted(found.items())
        }
        content = {"codes": codes, "places": [json.loads(place) for place in places]}
        written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        yield f"{PREFIX}{code.decode().strip()}.json", written.encode()


def _place(release: Release, position: LatLng, force_id: str) -> dict[str, Any]:
    place = place_at(release, position)
    ref: NeighbourhoodRef | None = place.neighbourhood.ref if place.neighbourhood else None
    if ref is not None and ref.force_id == force_id:
        return {"page": f"{neighbourhood_address(ref)}/"}
    if place.force is None or place.force.id == force_id:
        return {}
    name = place.force.name
    return {"force": {language.code: language.words.gettext(name) for language in LANGUAGES}}
