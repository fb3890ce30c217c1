"""What a stand-alone file carries in place of a site: tiles round a neighbourhood, fonts, scripts and styles."""

import math
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from geo.latlng import LatLng
from geo.store.tile_archive import TileArchive
from web.area_map import tile_address
from web.asset import DIST, Assets
from web.cartography import CELL_ZOOMS, TILE_MAXZOOM

MARGIN = 0.25  # of the longer side of a neighbourhood's box: what lies round it, to know it by
BEYOND = 4  # longer sides: how far the ground that is not in the file is drawn, as such
WORDS = 0.3  # longer sides: how far beside the ground stands what the rest is
PHONE_PX = 256  # of the narrowest view, in which the whole of the ground is to be seen
TILE_PX = 512
_FONT_FACE = re.compile(r"@font-face\{[^}]*url\([^}]*\}")

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Ground:
    """The ground of which a file holds tiles.

    Attributes:
        bounds: west, south, east, north, in degrees.
        side: the longer side of the neighbourhood in it, in degrees of latitude.
    """

    bounds: Bounds
    side: float

    @classmethod
    def round(cls, bounds: Bounds) -> "Ground":
        """The ground of a neighbourhood's box, with a margin."""
        west, south, east, north = bounds
        side = max(north - south, (east - west) * _shrink(bounds))
        return cls(_wider(bounds, MARGIN * side), side)

    @property
    def beyond(self) -> Bounds:
        """A wider box, which is as far as the map can be moved."""
        return _wider(self.bounds, BEYOND * self.side)

    @property
    def farthest(self) -> int:
        """The zoom at which all of it fits the narrowest view."""
        west, south, east, north = self.bounds
        span = max(east - west, (north - south) / _shrink(self.bounds))
        zoom = math.floor(math.log2(360 * PHONE_PX / TILE_PX / span))
        return min(max(zoom, CELL_ZOOMS[0]), CELL_ZOOMS[1])

    def tiles(self) -> Iterator[tuple[int, int, int]]:
        """(zoom, column, row) of every tile that covers a part of it."""
        west, south, east, north = self.bounds
        for zoom in range(self.farthest, TILE_MAXZOOM + 1):
            first, last = tile_at(LatLng(north, west), zoom), tile_at(LatLng(south, east), zoom)
            for column in range(first[0], last[0] + 1):
                for row in range(first[1], last[1] + 1):
                    yield zoom, column, row

    def mask(self) -> dict[str, Any]:
        """GeoJSON of all that lies beyond it: what is not in the file must not look like ground without crime."""
        ring = {"type": "Polygon", "coordinates": [_corners(self.beyond), _corners(self.bounds)[::-1]]}
        west, south, east, north = _wider(self.bounds, WORDS * self.side)
        middle = [(west + east) / 2, (south + north) / 2]
        beside = [[middle[0], south], [middle[0], north], [west, middle[1]], [east, middle[1]]]
        words = {"type": "MultiPoint", "coordinates": beside}  # a wide ring's own label lies far off
        shapes = {"beyond": ring, "beyond-words": words}
        features = [{"type": "Feature", "properties": {"what": what}, "geometry": one} for what, one in shapes.items()]
        return {"type": "FeatureCollection", "features": features}


def tile_at(place: LatLng, zoom: int) -> tuple[int, int]:
    """Column and row of the tile in which a place lies.

    >>> tile_at(LatLng(51.5007, -0.1246), 13)
    (4093, 2724)
    """
    n = 2**zoom
    column = math.floor((place.lng + 180) / 360 * n)
    row = math.floor((1 - math.asinh(math.tan(math.radians(place.lat))) / math.pi) / 2 * n)
    return column, row


def tiles_of(ground: Ground, archives: Mapping[str, TileArchive]) -> dict[str, str]:
    """The tiles of a ground, in base 64, by their addresses on a site.

    Args:
        ground: which tiles.
        archives: where they are, by the stem of their addresses.
    """
    found = {}
    for stem, archive in archives.items():
        for zoom, column, row in ground.tiles():
            tile = archive.get(zoom, column, row)
            if tile is not None:
                found[tile_address(stem).format(z=zoom, x=column, y=row)] = _base64(tile)
    return found


def fonts_of(assets: Assets, dist: Path = DIST) -> dict[str, str]:
    """The font files in base 64, by their addresses on a site."""
    return {address: _base64((dist / Path(address).name).read_bytes()) for address in assets.fonts().values()}


def script_of(assets: Assets, dist: Path = DIST) -> str:
    """The script of a stand-alone map, compressed, in base 64."""
    return _base64((dist / f"{assets.files['alone.js']}.gz").read_bytes())


def text_of(assets: Assets, name: str, dist: Path = DIST) -> str:
    """The text of a built script or style; a style without its fonts, which stand in the file by themselves."""
    return _FONT_FACE.sub("", (dist / assets.files[name]).read_text(encoding="utf-8"))


def policy_of(script: str, style: str) -> str:
    """The Content-Security-Policy of a file with that script and that style: nothing is asked of anyone.

    The map's own script, its worker and its fonts are unpacked by the first script, and so are `blob:`.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}' blob:",
            f"style-src '{_digest(style)}'",
            "worker-src blob: data:",  # the latter where MapLibre finds itself in a file
            "connect-src blob: data:",
            "img-src blob: data:",
            "font-src blob: data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{_base64(sha256(text.encode()).digest())}"


def _base64(content: bytes | memoryview) -> str:
    return b64encode(content).decode("ascii")


def _shrink(bounds: Bounds) -> float:
    """Degrees of latitude that are as long as one of longitude there."""
    return math.cos(math.radians((bounds[1] + bounds[3]) / 2))


def _wider(bounds: Bounds, by: float) -> Bounds:
    """A box with a margin, in degrees of latitude, on every side."""
    west, south, east, north = bounds
    across = by / _shrink(bounds)
    return west - across, south - by, east + across, north + by


def _corners(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = (round(one, 6) for one in bounds)
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]
