"""A layer of lines or polygons with texts, ready for any zoom."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from tiles.archive import LayerTiles
from tiles.clip import cut, on_square, simplified
from tiles.geometry import Kind
from tiles.layer import Layer
from tiles.property import Properties
from tiles.shape import shape_features


class ShapeLayer:
    """A layer of lines or polygons; the id of a feature is its place in the order given."""

    def __init__(
        self,
        name: str,
        kind: Kind,
        shapes: Sequence[shapely.Geometry],
        rows: Sequence[Mapping[str, str | int]],
        zooms: range,
    ) -> None:
        """Simplifies for every zoom.

        Args:
            name: of the layer.
            kind: LINE or POLYGON.
            shapes: EPSG:4326, axis order lng, lat.
            rows: the properties of each.
            zooms: at which the layer is there.
        """
        self._kind = kind
        self._properties = Properties.of(rows)
        self._layer = Layer(name, self._properties.keys, self._properties.values)
        square = on_square(np.array(shapes, object))
        self._shapes = simplified(square, zooms) if len(square) else {}
        self.square: npt.NDArray[np.float64] = shapely.get_coordinates(square)

    def tiles(self, zoom: int) -> LayerTiles:
        """The layer's tiles at a zoom; none at zooms where it is not there."""
        if zoom not in self._shapes:
            return ()
        shapes = self._shapes[zoom]
        features = shape_features(self._kind, cut(shapes, zoom), np.arange(len(shapes)), self._properties.tag)
        return self._layer.encode(features)
