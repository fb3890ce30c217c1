"""The county's own base map: land, park, street, water, station and place, a GeoJSON file each."""

from collections.abc import Iterable
from pathlib import Path

from shapely import Point
from shapely.geometry.base import BaseGeometry

from ingest.demo.coast import Coast
from ingest.demo.geojson import Feature, write_geojson
from ingest.demo.ground import metres_to_lnglat
from ingest.demo.landmark import Landmark
from ingest.demo.neighbourhood import BEATS
from ingest.demo.settlement import SETTLEMENTS, railway, stations
from ingest.demo.street import Plan

_SUBURBS = frozenset({"DG02", "DG03", "DG04", "DG06", "DG07", "DG08", "SP.A2", "SP.A4", "SP.B2"})
_ISLES = (("Silver Holm", 11.0, -9.0),)


def write_base_map(folder: Path, coast: Coast, plan: Plan, places: list[Landmark]) -> None:
    """The six layers as `<folder>/<layer>.geojson`.

    Every feature has `name` (perhaps empty) and `class`; a place has `rank` too, 1 (city) to 4 (suburb, landmark).
    """
    folder.mkdir(parents=True, exist_ok=True)
    for layer, features in (
        ("land", _land(coast, plan)),
        ("water", [_feature(coast.lake, "Llyn Dogger", "lake"), _feature(coast.river, "River Dogger", "river")]),
        ("park", [_feature(park.shape, park.name, park.park_class) for park in plan.parks]),
        ("street", _streets(plan)),
        ("station", [_feature(place, name, "station") for name, place in stations()]),
        ("place", _places(places)),
    ):
        write_geojson(folder / f"{layer}.geojson", features)


def _feature(shape_m: BaseGeometry, name: str, of_class: str, **more: int) -> Feature:
    return Feature(metres_to_lnglat(shape_m), {"name": name, "class": of_class, **more})


def _land(coast: Coast, plan: Plan) -> Iterable[Feature]:
    """Islands first, then what lies on them, as a map paints them."""
    yield from (_feature(shape, name, "island") for name, shape in coast.islands.items())
    yield from (_feature(shape, "", "rock") for shape in coast.skerries)
    yield from (_feature(shape, name, "built-up") for name, shape in plan.built.items())


def _streets(plan: Plan) -> Iterable[Feature]:
    """The smallest first, so that main roads are painted over them; the railway last."""
    for street_class in ("lane", "close", "residential", "secondary", "primary"):
        for street in plan.streets:
            if street.street_class == street_class:
                yield _feature(street.line, street.name, street_class)
    yield _feature(railway(), "Dogger Bank Railway", "rail")


def _places(places: list[Landmark]) -> Iterable[Feature]:
    """Labels, the weightiest first."""
    classes = {1: "city", 2: "town", 3: "village"}
    for settlement in sorted(SETTLEMENTS, key=lambda settlement: settlement.rank):
        yield _feature(Point(settlement.market), settlement.name, classes[settlement.rank], rank=settlement.rank)
    for name, x, y in _ISLES:
        yield _feature(Point(x * 1_000, y * 1_000), name, "island", rank=3)
    for beat in BEATS:
        if beat.id in _SUBURBS:
            yield _feature(Point(beat.x_km * 1_000, beat.y_km * 1_000), beat.name, "suburb", rank=4)
    yield from (_feature(Point(place.x_m, place.y_m), place.name, "landmark", rank=4) for place in places if place.name)
