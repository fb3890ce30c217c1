"""A layer of named points: labels, each once, because labels on polygons would repeat in every tile."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from tiles.archive import LayerTiles
from tiles.layer import Layer
from tiles.mercator import world
from tiles.point import point_features
from tiles.property import Properties

_ROUGH = 0.001  # degrees, about 100 m: where a label stands need not be finer


class LabelLayer:
    """A layer of points with properties; the id of a feature is its place in the order given."""

    def __init__(
        self,
        name: str,
        points: Sequence[shapely.Point],
        rows: Sequence[Mapping[str, str | int]],
        since: Sequence[int],
    ) -> None:
        """Keeps the points.

        Args:
            name: of the layer.
            points: EPSG:4326, axis order lng, lat.
            rows: the properties of each.
            since: the zoom from which on each is there.
        """
        self._properties = Properties.of(rows)
        self._layer = Layer(name, self._properties.keys, self._properties.values)
        self._since = np.array(since, np.int64)
        place = shapely.get_coordinates(np.array(points, object))
        self.square: npt.NDArray[np.float64] = world(place[:, 1], place[:, 0])

    def tiles(self, zoom: int) -> LayerTiles:
        """The layer's tiles at a zoom."""
        here = np.flatnonzero(self._since <= zoom)
        return self._layer.encode(point_features(self.square[here], zoom, here, self._properties.tag.take(here)))


def label_point(area: shapely.Polygon | shapely.MultiPolygon) -> shapely.Point:
    """Where an area's label stands: the point of its largest part that is farthest from any edge, roughly."""
    part = max(shapely.get_parts(area), key=shapely.area)
    rough = shapely.simplify(part, _ROUGH)
    at = shapely.get_point(shapely.maximum_inscribed_circle(rough, tolerance=_ROUGH), 0)
    return at if shapely.contains(part, at) else shapely.point_on_surface(part)
