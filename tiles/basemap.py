"""The archive of a plain base map, from GeoJSON layers: land, water, park, street, station, place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyogrio.errors import DataSourceError

from geo.errors import UnreadableSource
from tiles.archive import MAX_ZOOM, MIN_ZOOM, UNTOLD, About, LayerAbout, Origin, TileReport, write_archive
from tiles.bounds import Bounds
from tiles.geometry import Kind
from tiles.label_layer import LabelLayer
from tiles.shape_layer import ShapeLayer

KINDS = {
    "land": Kind.POLYGON, "water": Kind.POLYGON, "park": Kind.POLYGON,
    "street": Kind.LINE, "station": Kind.POINT, "place": Kind.POINT,
}  # fmt: skip
"""The layers, in the order in which they stand in a tile, which is the order in which a map paints them."""

_SINCE: Mapping[str, Mapping[str, int]] = {
    "land": {"built-up": 7, "rock": 10, "": MIN_ZOOM},
    "water": {"stream": 11, "": MIN_ZOOM},
    "park": {"": 8},
    "street": {
        "motorway": 5, "trunk": 5, "primary": 6, "rail": 7, "secondary": 8, "tertiary": 10, "lane": 11,
        "residential": 11, "": 12,
    },
    "station": {"": 9},
}  # fmt: skip
_PLACE_SINCE = {1: MIN_ZOOM, 2: 6, 3: 9, 4: 11}  # by rank; a place without one is shown with the least
_LEAST_RANK = 4


def write_basemap_archive(path: Path, *, layers: Mapping[str, Path], origin: Origin = UNTOLD) -> TileReport:
    """Writes the archive `basemap` (docs/spec/tiles.md).

    Args:
        path: the file to write.
        layers: a GeoJSON file for each of some of `KINDS`, EPSG:4326; features have `name` and `class`, places `rank`.
        origin: what it is made from.

    Raises:
        UnreadableSource: a file that is not GeoJSON.
    """
    made: list[ShapeLayer | LabelLayer] = []
    about: list[LayerAbout] = []
    for name in (name for name in KINDS if name in layers):
        shapes, rows, since = _features(name, layers[name])
        if KINDS[name] is Kind.POINT:
            made.append(LabelLayer(name, shapes, rows, since))
        else:
            made.append(ShapeLayer(name, KINDS[name], shapes, rows, since, MAX_ZOOM))
        fields = {"name": "String", "class": "String"} | ({"rank": "Number"} if name == "place" else {})
        about.append(LayerAbout(name, min(since, default=MIN_ZOOM), MAX_ZOOM, fields))
    bounds = Bounds.around(layer.square for layer in made)
    zooms = ((zoom, [layer.tiles(zoom) for layer in made]) for zoom in range(MIN_ZOOM, MAX_ZOOM + 1))
    return write_archive(path, About("basemap", bounds, about, origin), zooms)


def _features(layer: str, path: Path) -> tuple[list[shapely.Geometry], list[dict[str, str | int]], list[int]]:
    """The shapes of a layer, their properties, and the zoom from which on each is there."""
    try:
        frame = gpd.read_file(path)
    except (OSError, ValueError, DataSourceError) as error:
        raise UnreadableSource(f"{path} cannot be read as GeoJSON: {error}") from error
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    texts = [column for column in ("name", "class") if column in frame]
    rows = [_properties(row) for row in frame[texts].to_dict("records")]
    if layer != "place":
        zooms = _SINCE[layer]
        return frame.geometry.tolist(), rows, [zooms.get(str(row.get("class", "")), zooms[""]) for row in rows]
    ranks = [int(rank) for rank in frame["rank"].fillna(_LEAST_RANK)] if "rank" in frame else [_LEAST_RANK] * len(frame)
    placed = [row | {"rank": rank} for row, rank in zip(rows, ranks, strict=True)]
    return frame.geometry.tolist(), placed, [_PLACE_SINCE.get(rank, _PLACE_SINCE[_LEAST_RANK]) for rank in ranks]


def _properties(row: Mapping[Any, Any]) -> dict[str, str | int]:
    """The texts of a feature, without those that are empty."""
    return {str(key): str(value) for key, value in row.items() if not pd.isna(value) and value != ""}
