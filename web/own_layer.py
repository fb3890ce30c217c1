"""A page's own shapes on the map, over all else: its place and circle, unknown ground, a chosen snap point."""

from typing import Any

import shapely

from geo.latlng import LatLng
from web.cartography import BOLD, GROUND_COLOUR, HALO, HERE_COLOUR
from web.map import Layer, Source

ESTIMATED_COLOUR = "#9c4700"
ROUND_LAT = 0.0015  # degrees of latitude, about 170 m: some streets on


def unknown_layers(words: str) -> list[Layer]:
    """Ground of the circle that is in no force's area, hatched like the ground of a force that supplied nothing."""
    unknown = {"source": "here", "filter": _is("unknown")}
    layout = {**BOLD, "text-field": words, "text-size": 14, "text-padding": 20}
    return [
        Layer({"id": "unknown", "type": "fill", **unknown, "paint": {"fill-pattern": "hatch-missing"}}),
        Layer(
            {
                "id": "unknown-words", "type": "symbol", **unknown, "layout": layout,
                "paint": {"text-color": "#333333", **HALO, "text-halo-width": 2.5},
            }
        ),
    ]  # fmt: skip


def beyond_layers(words: str) -> list[Layer]:
    """Ground of which a map holds no tiles: plain and hatched over all else, with words at points of their own."""
    beyond = {"source": "here", "filter": _is("beyond")}
    return [
        Layer({"id": "beyond", "type": "fill", **beyond, "paint": {"fill-color": GROUND_COLOUR}}),
        Layer({"id": "beyond-hatch", "type": "fill", **beyond, "paint": {"fill-pattern": "hatch-missing"}}),
        Layer(
            {
                "id": "beyond-words", "type": "symbol", "source": "here", "filter": _is("beyond-words"),
                "layout": {**BOLD, "text-field": words, "text-size": 14},
                "paint": {"text-color": "#333333", **HALO, "text-halo-width": 2.5},
            }
        ),
    ]  # fmt: skip


def here_layers(name: str) -> list[Layer]:
    """The circle of one mile, and the reader's own place in it: a ring, so that it is not taken for a count."""
    ring = {
        "circle-radius": 7, "circle-color": "rgba(255,255,255,0.6)",
        "circle-stroke-color": HERE_COLOUR, "circle-stroke-width": 3.5,
    }  # fmt: skip
    label = {**BOLD, "text-field": name, "text-size": 15, "text-offset": [0, -1.1], "text-anchor": "bottom"}
    line = {"line-color": HERE_COLOUR, "line-width": 2.2, "line-dasharray": [4, 2]}
    always = {"text-allow-overlap": True, "text-ignore-placement": False}
    return [
        Layer({"id": "mile", "type": "line", "source": "here", "filter": _is("mile"), "paint": line}),
        Layer({"id": "here", "type": "circle", "source": "here", "filter": _is("here"), "paint": ring}),
        Layer(
            {
                "id": "here-label", "type": "symbol", "source": "here", "filter": _is("here"),
                "layout": {**label, **always}, "paint": {"text-color": HERE_COLOUR, **HALO, "text-halo-width": 2.5},
            }
        ),
    ]  # fmt: skip


def estimated_parts(area: shapely.Polygon, point: LatLng) -> list[Source | Layer]:
    """The ground whose crimes a chosen snap point carries, as estimated, and the point, with the source of both.

    Args:
        area: in degrees, axis order lng, lat.
        point: of the snap point.
    """
    shapes = {"area": shapely.geometry.mapping(area), "point": {"type": "Point", "coordinates": [point.lng, point.lat]}}
    features = [{"type": "Feature", "properties": {"what": what}, "geometry": shape} for what, shape in shapes.items()]
    data = {"type": "FeatureCollection", "features": features}
    area_only, point_only = map(_is, shapes)
    ring = {
        "circle-radius": 10, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": ESTIMATED_COLOUR,
        "circle-stroke-width": 3,
    }  # fmt: skip
    edge = {"line-color": ESTIMATED_COLOUR, "line-width": 2.5, "line-dasharray": [1, 1.5]}
    paints = (
        ("estimated", "fill", area_only, {"fill-color": ESTIMATED_COLOUR, "fill-opacity": 0.14}),
        ("estimated-edge", "line", area_only, edge),
        ("estimated-point", "circle", point_only, ring),
    )
    return [
        Source("estimated", {"type": "geojson", "data": data}),
        *(Layer({"id": name, "type": kind, "source": "estimated", "filter": only, "paint": paint})
          for name, kind, only, paint in paints),
    ]  # fmt: skip


def bounds_round(area: shapely.Polygon) -> list[float]:
    """West, south, east, north in degrees of a view that shows an area, and what lies round a small one."""
    west, south, east, north = area.bounds
    return [west - ROUND_LAT * 1.6, south - ROUND_LAT, east + ROUND_LAT * 1.6, north + ROUND_LAT]


def _is(what: str) -> list[Any]:
    return ["==", ["get", "what"], what]
