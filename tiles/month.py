"""The archive of a month, or of twelve: hexagons when far, snap points when near, areas without whole figures."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from geo.cell import parents
from geo.store.count import MonthCounts
from geo.store.snap_register import SnapRegister
from tiles.archive import MAX_ZOOM, MIN_ZOOM, UNTOLD, About, LayerAbout, LayerTiles, Origin, TileReport, write_archive
from tiles.bounds import Bounds
from tiles.cell import RESOLUTION, Outlines
from tiles.geometry import Kind
from tiles.layer import Layer
from tiles.mercator import world
from tiles.point import point_features
from tiles.property import Properties
from tiles.shape_layer import ShapeLayer
from tiles.supply import SupplyArea
from tiles.tally import Tally

ZOOMS = range(MIN_ZOOM, MAX_ZOOM + 1)
POINT_ZOOMS = range(max(RESOLUTION) + 1, MAX_ZOOM + 1)

CROWDED = 3_500  # points of a tile: with the names of more, a year in central London would take 100 KB and more


def write_month_archive(
    path: Path,
    *,
    name: str,
    register: SnapRegister,
    counts: Sequence[MonthCounts],
    supply: Sequence[SupplyArea],
    generated_for: str,
    railway: int | None = None,
    origin: Origin = UNTOLD,
) -> TileReport:
    """Writes the archive of the placed crimes of some months, added up (docs/spec/tiles.md).

    Args:
        path: the file to write.
        name: of the archive, `month-2025-12`.
        register: the snap points that the counts name.
        counts: one month, or those held of a year.
        supply: areas of forces whose figures are not whole.
        generated_for: the month, or the first and the last.
        railway: slot of the railway's police, whose crimes are counted by themselves too; `None` where there are none.
        origin: what it is made from.
    """
    tally = Tally.of(counts, railway)
    points = PointLayer(register, tally)
    cells = {resolution: CellLayer(register, tally, resolution) for resolution in sorted(set(RESOLUTION.values()))}
    areas = supply_layer(supply)
    bounds = Bounds.around([points.square, areas.square, *(layer.outlines.corner for layer in cells.values())])
    more = {"generated_for": generated_for, "resolution": {str(z): r for z, r in RESOLUTION.items()}}

    def layers(zoom: int) -> list[LayerTiles]:
        crimes = cells[RESOLUTION[zoom]].tiles(zoom) if zoom in RESOLUTION else points.tiles(zoom)
        return [areas.tiles(zoom), crimes]

    about = About(name, bounds, _layers_about(tally.keys), origin, more=more)
    return write_archive(path, about, ((zoom, layers(zoom)) for zoom in ZOOMS))


class PointLayer:
    """The layer `points`: the snap points that have crimes, by their ids.

    Those with the most crimes come first: small circles are drawn over large ones, and like packs well with like.
    """

    def __init__(self, register: SnapRegister, tally: Tally) -> None:
        ids, counts = tally.places(), tally.properties()
        busiest = np.lexsort((ids, -counts.value[counts.start[:-1] + 1]))
        self._ids = ids[busiest]
        self.square = world(register.lat[self._ids], register.lng[self._ids])
        names = register.table["name"].take(self._ids).to_pylist()
        self._properties = Properties.of_numbers(tally.keys, counts.take(busiest)).with_text("name", names)
        self._layer = Layer("points", self._properties.keys, self._properties.values)

    def tiles(self, zoom: int) -> LayerTiles:
        """The layer's tiles at a zoom; in a crowded one the points have no names."""
        features = point_features(self.square, zoom, self._ids, self._properties.tag)
        _, ordinal, points = np.unique(features.tile, return_inverse=True, return_counts=True)
        name_length = np.where(points[ordinal] > CROWDED, 2, 0)
        return self._layer.encode(replace(features, tag=features.tag.shortened(name_length)))


class CellLayer:
    """The layer `cells` at one resolution: the cells that have crimes, by their rank."""

    def __init__(self, register: SnapRegister, tally: Tally, resolution: int) -> None:
        cells, rank = np.unique(parents(register.cell[tally.place], resolution), return_inverse=True)
        moved = tally.moved(rank)
        self.outlines = Outlines.of(cells)
        self._properties = Properties.of_numbers(moved.keys, moved.properties())
        self._layer = Layer("cells", self._properties.keys, self._properties.values)

    def tiles(self, zoom: int) -> LayerTiles:
        """The layer's tiles at a zoom."""
        return self._layer.encode(self.outlines.features(zoom, self._properties.tag))


def supply_layer(supply: Sequence[SupplyArea]) -> ShapeLayer:
    """The layer `supply`: areas of forces whose figures are not whole."""
    rows = [
        {"force": area.row.force_id, "name": area.row.name, "state": str(area.row.state)}
        | ({"note": area.row.note} if area.row.note else {})
        for area in supply
    ]
    since = [MIN_ZOOM] * len(supply)
    return ShapeLayer("supply", Kind.POLYGON, [area.polygon for area in supply], rows, since, MAX_ZOOM)


def _layers_about(keys: Sequence[str]) -> list[LayerAbout]:
    numbers = dict.fromkeys(keys, "Number")
    texts = dict.fromkeys(("force", "name", "state", "note"), "String")
    return [
        LayerAbout("supply", MIN_ZOOM, MAX_ZOOM, texts),
        LayerAbout("cells", min(RESOLUTION), max(RESOLUTION), numbers),
        LayerAbout("points", min(POINT_ZOOMS), max(POINT_ZOOMS), numbers | {"name": "String"}),
    ]
