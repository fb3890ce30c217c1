"""A chosen snap point on the map: the ground whose crimes it carries, as estimated, and the point itself."""

import shapely

from geo.latlng import LatLng
from web.map import Layer, Source

ESTIMATED_COLOUR = "#9c4700"


def estimated_parts(area: shapely.Polygon, point: LatLng) -> list[Source | Layer]:
    """The ground whose crimes a chosen snap point carries, as estimated, and the point, with the source of both.

    Args:
        area: in degrees, axis order lng, lat.
        point: of the snap point.
    """
    shapes = {"area": shapely.geometry.mapping(area), "point": {"type": "Point", "coordinates": [point.lng, point.lat]}}
    features = [{"type": "Feature", "properties": {"what": what}, "geometry": shape} for what, shape in shapes.items()]
    data = {"type": "FeatureCollection", "features": features}
    area_only, point_only = (["==", ["get", "what"], what] for what in shapes)
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
