"""A layer of lines or polygons with properties, ready for any zoom."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from tiles.archive import LayerTiles
from tiles.clip import Pieces, cut, on_square, simplified
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
        since: Sequence[int],
        last_zoom: int,
    ) -> None:
        """Simplifies for every zoom.

        Args:
            name: of the layer.
            kind: LINE or POLYGON.
            shapes: EPSG:4326, axis order lng, lat.
            rows: the properties of each.
            since: the zoom from which on each is there.
            last_zoom: the last at which the layer is there.
        """
        self._kind = kind
        self._properties = Properties.of(rows)
        self._layer = Layer(name, self._properties.keys, self._properties.values)
        self._since = np.array(since, np.int64)
        square = on_square(np.array(shapes, object))
        self._shapes = simplified(square, range(min(since), last_zoom + 1)) if len(square) else {}
        self.square: npt.NDArray[np.float64] = shapely.get_coordinates(square)

    def tiles(self, zoom: int) -> LayerTiles:
        """The layer's tiles at a zoom; none at zooms where it is not there."""
        if zoom not in self._shapes:
            return ()
        here = np.flatnonzero(self._since <= zoom)
        pieces = cut(self._shapes[zoom][here], zoom)
        pieces = Pieces(pieces.tile, here[pieces.row], pieces.shape)
        ids = np.arange(len(self._since))
        return self._layer.encode(shape_features(self._kind, pieces, ids, self._properties.tag))
