"""Lines and polygons in tiles: pieces that meet at the seams, rings the right way round, crumbs left out."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tiles.archive import About, LayerAbout, write_archive
from tiles.bounds import Bounds
from tiles.clip import MARGIN, cut
from tiles.geometry import Kind
from tiles.mercator import EXTENT
from tiles.shape_layer import ShapeLayer

TESTSHIRE = shapely.box(-1.3, 53.5, -1.0, 53.7)


@pytest.fixture
def drawn(tmp_path: Path, tiles_of: Any) -> Any:
    """The tiles of a layer at one zoom, by column and row."""

    def draw(kind: Kind, shapes: Sequence[shapely.Geometry], zoom: int) -> dict[tuple[int, int], Any]:
        layer = ShapeLayer(
            "areas", kind, shapes, [{"name": str(at)} for at in range(len(shapes))], [4] * len(shapes), 13
        )
        about = About("areas", Bounds.around([layer.square]), [LayerAbout("areas", 4, 13, {"name": "String"})])
        write_archive(tmp_path / "a.pmtiles", about, [(zoom, [layer.tiles(zoom)])])
        return {(x, y): tile["areas"]["features"] for (_, x, y), tile in tiles_of(tmp_path / "a.pmtiles").items()}

    return draw


def on_one_grid(tiles: dict[tuple[int, int], Any]) -> list[tuple[shapely.Geometry, shapely.Geometry]]:
    """(tile's square, what it shows of feature 0), in units from the world's corner."""
    found = []
    for (x, y), features in tiles.items():
        square = shapely.box(x * EXTENT, y * EXTENT, (x + 1) * EXTENT, (y + 1) * EXTENT)
        shape = shapely.geometry.shape(features[0]["geometry"])
        found.append((square, shapely.transform(shape, lambda place, x=x, y=y: place + np.array([x, y]) * EXTENT)))
    return found


@pytest.mark.parametrize("zoom", [6, 9, 11])
def test_the_pieces_of_an_area_meet_at_the_seams_without_gap_or_overlap(drawn: Any, zoom: int) -> None:
    pieces = on_one_grid(drawn(Kind.POLYGON, [TESTSHIRE], zoom))
    inside = [shapely.intersection(shape, square) for square, shape in pieces]
    together = shapely.union_all(inside)
    assert together.geom_type == "Polygon"
    assert len(together.interiors) == 0
    assert shapely.area(together) == pytest.approx(sum(map(shapely.area, inside)))
    assert shapely.hausdorff_distance(together.envelope, together) <= 2


def test_a_piece_reaches_beyond_its_tile_by_the_margin_so_that_outlines_do_not_show_the_seam(drawn: Any) -> None:
    pieces = on_one_grid(drawn(Kind.POLYGON, [TESTSHIRE], 11))
    middle = max(pieces, key=lambda piece: shapely.area(piece[1]))
    west, north, east, south = middle[0].bounds
    assert middle[1].bounds == (west - MARGIN, north - MARGIN, east + MARGIN, south + MARGIN)


def test_a_tile_that_an_area_fills_is_one_square(drawn: Any) -> None:
    tiles = drawn(Kind.POLYGON, [TESTSHIRE], 13)
    size = EXTENT + 2 * MARGIN
    full = [shape for _, shape in on_one_grid(tiles) if shapely.area(shape) == size**2]
    assert len(full) > 10
    assert all(len(shape.exterior.coords) == 5 for shape in full)


def test_outer_rings_go_one_way_and_holes_the_other(drawn: Any) -> None:
    holed = shapely.difference(TESTSHIRE, shapely.box(-1.2, 53.55, -1.1, 53.65))
    for shape in (holed, shapely.reverse(holed), shapely.orient_polygons(holed)):
        ((feature,),) = drawn(Kind.POLYGON, [shape], 6).values()
        rings = feature["geometry"]["coordinates"]
        areas = [sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) for ring in rings]
        assert [area > 0 for area in areas] == [True, False]


def test_islands_stay_one_feature_and_those_too_small_to_see_are_left_out(drawn: Any) -> None:
    seen, speck = shapely.box(-0.9, 53.5, -0.8, 53.6), shapely.box(-0.5, 53.5, -0.49999, 53.50001)
    islands = shapely.MultiPolygon([TESTSHIRE, seen, speck])
    ((feature,),) = drawn(Kind.POLYGON, [islands], 6).values()
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert len(feature["geometry"]["coordinates"]) == 2


def test_an_area_too_small_to_see_leaves_its_neighbour_its_own_id(drawn: Any) -> None:
    speck = shapely.box(-1.2, 53.55, -1.19999, 53.55001)
    ((feature,),) = drawn(Kind.POLYGON, [speck, TESTSHIRE], 6).values()
    assert (feature["id"], feature["properties"]) == (1, {"name": "1"})


def test_a_line_is_cut_with_a_margin_and_keeps_its_direction(drawn: Any) -> None:
    tiles = drawn(Kind.LINE, [shapely.LineString([(-1.3, 53.6), (-1.0, 53.6)])], 11)
    assert len(tiles) > 1
    for (feature,) in tiles.values():
        start, end = feature["geometry"]["coordinates"]
        assert start[0] < end[0]
        assert start[0] >= -MARGIN
        assert end[0] <= EXTENT + MARGIN


def test_a_line_that_leaves_a_tile_and_comes_back_is_one_feature(drawn: Any) -> None:
    corner = shapely.LineString([(-0.05, 51.45), (0.05, 51.47), (-0.05, 51.49)])  # over the meridian, a tile's edge
    tiles = drawn(Kind.LINE, [corner], 11)
    assert {feature["geometry"]["type"] for (feature,) in tiles.values()} == {"LineString", "MultiLineString"}


def test_cutting_nothing_gives_nothing() -> None:
    assert len(cut(np.empty(0, object), 13).tile) == 0
