"""Tile archives: PMTiles files written in order of tile id, so that the same tiles give the same bytes."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from tiles.bounds import Bounds
from tiles.mercator import unpack

FORMAT_VERSION = 2  # docs/spec/tiles.md; raised whenever the same input would give other bytes
MIN_ZOOM = 4
MAX_ZOOM = 13
_GZIP_LEVEL = 6
_GZIP_WINDOW = 31  # zlib's way of asking for a gzip header; it writes no time into it
OPEN_GOVERNMENT_LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."

LayerTiles = Iterable[tuple[int, bytes]]  # packed tile, the layer as it stands in that tile


@dataclass(frozen=True)
class LayerAbout:
    """What the metadata say of one layer: its id, its zooms, and its fields with their types (`Number`, `String`)."""

    id: str
    min_zoom: int
    max_zoom: int
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Origin:
    """What an archive is made from.

    Attributes:
        inputs: digest of all of it; kept in the metadata, so that nobody makes the archive twice.
        attribution: whom a map of it must credit; of an invented place, that it is one.
    """

    inputs: str = ""
    attribution: str = OPEN_GOVERNMENT_LICENCE


UNTOLD = Origin()


@dataclass(frozen=True)
class About:
    """What an archive says of itself.

    Attributes:
        name: of the archive, `month-2025-12`.
        bounds: of all that is drawn.
        layers: that its tiles may hold.
        origin: what it is made from.
        first_zoom: the first at which there is a tile.
        more: further keys of the metadata.
    """

    name: str
    bounds: Bounds
    layers: Sequence[LayerAbout]
    origin: Origin = UNTOLD
    first_zoom: int = MIN_ZOOM
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TileReport:
    """What was written.

    Attributes:
        name: of the archive.
        size: of the file, bytes.
        tiles: tiles by zoom.
        p99: bytes, gzipped, that 99 in 100 tiles do not exceed.
        largest: bytes, gzipped, of the largest tile.
    """

    name: str
    size: int
    tiles: Mapping[int, int]
    p99: int
    largest: int


def write_archive(path: Path, about: About, zooms: Iterable[tuple[int, Sequence[LayerTiles]]]) -> TileReport:
    """An archive of those layers, zoom by zoom.

    An archive always has a tile at its first and at its last zoom, an empty one if need be, because readers learn the
    zooms from its first and its last tile.

    Args:
        path: the file to write.
        about: what the archive says of itself.
        zooms: each zoom in ascending order, with its layers in the order in which they stand in a tile.

    Raises:
        OSError: the file cannot be written.
    """
    tiles: dict[int, int] = {}
    sizes: list[int] = []
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        with closing(writer.tile_f):
            for zoom, layers in zooms:
                found = _by_id(zoom, layers)
                if zoom in (about.first_zoom, MAX_ZOOM) and not found:
                    found[_middle(zoom, about.bounds)] = b""
                tiles[zoom] = len(found)
                for tile_id in sorted(found):
                    packed = zlib.compress(found[tile_id], _GZIP_LEVEL, _GZIP_WINDOW)
                    writer.write_tile(tile_id, packed)
                    sizes.append(len(packed))
            writer.finalize(_header(about), _metadata(about))
    p99 = int(np.percentile(sizes, 99, method="higher"))
    return TileReport(about.name, path.stat().st_size, tiles, p99, max(sizes))


def _by_id(zoom: int, layers: Sequence[LayerTiles]) -> dict[int, bytes]:
    """The tiles of a zoom, by tile id. Layers need only be put behind one another to make a tile."""
    tiles: dict[int, bytes] = {}
    for layer in layers:
        for tile, body in layer:
            tiles[tile] = tiles.get(tile, b"") + body
    packed = np.fromiter(tiles, np.int64, len(tiles))
    x, y = unpack(packed)
    ids = [zxy_to_tileid(zoom, a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return dict(zip(ids, tiles.values(), strict=True))


def _middle(zoom: int, bounds: Bounds) -> int:
    x, y = bounds.middle_tile(zoom)
    return zxy_to_tileid(zoom, x, y)


def _header(about: About) -> dict[str, Any]:
    """What the writer does not find out by itself."""
    west, south, east, north = (round(degrees * 1e7) for degrees in about.bounds.degrees)
    return {
        "tile_compression": Compression.GZIP,
        "tile_type": TileType.MVT,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": about.first_zoom,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(about: About) -> dict[str, Any]:
    layers = [
        {"id": layer.id, "minzoom": layer.min_zoom, "maxzoom": layer.max_zoom, "fields": dict(layer.fields)}
        for layer in about.layers
    ]
    return {
        "name": about.name,
        "format": "pbf",
        "type": "overlay",
        "attribution": about.origin.attribution,
        "inputs": about.origin.inputs,
        "vector_layers": layers,
        "tile_format": FORMAT_VERSION,
        **about.more,
    }
