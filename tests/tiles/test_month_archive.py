"""The archive of a month: every placed crime is in it once at every zoom, whatever is drawn."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, Reader

from geo.cell import parents
from geo.supply import SupplyState
from tiles.archive import MAX_ZOOM, MIN_ZOOM
from tiles.cell import RESOLUTION
from tiles.month import write_month_archive
from tiles.supply import SupplyArea, SupplyRow
from tiles.verify import verify_archive

HIGH_STREET = (52.6369, -1.1398, "On or near High Street")
SAME_PLACE = (52.6369, -1.1398, "On or near Shopping Area")
STATION = (52.6316, -1.1242, "On or near Llŷn Road")
FAR_AWAY = (50.7184, -3.5339, "On or near Queen Street")


def counts_by_zoom(tiles: dict[Any, Any], layer: str) -> dict[int, Counter[str]]:
    """Each zoom's sums, repeats removed by id."""
    seen: dict[int, dict[int, dict[str, Any]]] = {}
    for (zoom, _, _), tile in tiles.items():
        for feature in tile.get(layer, {"features": []})["features"]:
            counts = {key: value for key, value in feature["properties"].items() if key != "name"}
            assert seen.setdefault(zoom, {}).setdefault(feature["id"], counts) == counts
    sums = {zoom: Counter[str]() for zoom in seen}
    for zoom, features in seen.items():
        for counts in features.values():
            sums[zoom].update(counts)
    return sums


@pytest.fixture
def write(tmp_path: Path, register_of: Any, month_of: Any) -> Callable[..., Path]:
    def written(
        places: Any, *months: Any, supply: Any = (), name: str = "month-2025-12", railway: int | None = None
    ) -> Path:
        path = tmp_path / f"{name}.pmtiles"
        counts = [month_of(rows) for rows in months]
        write_month_archive(
            path, name=name, register=register_of(places), counts=counts, supply=supply, generated_for="2025-12",
            railway=railway,
        )  # fmt: skip
        return path

    return written


def test_a_point_says_its_name_its_total_and_only_the_categories_it_has(write: Any, tiles_of: Any) -> None:
    tiles = tiles_of(write([HIGH_STREET, STATION], [(0, 2, 3), (0, 12, 1), (1, 0, 7)]))
    features = [
        feature for (zoom, _, _), tile in tiles.items() if zoom == MAX_ZOOM for feature in tile["points"]["features"]
    ]
    assert {feature["id"]: feature["properties"] for feature in features} == {
        0: {"name": "On or near High Street", "n": 4, "c2": 3, "c12": 1},
        1: {"name": "On or near Llŷn Road", "n": 7, "c0": 7},
    }


def test_what_the_railways_police_recorded_is_told_beside_the_total_at_every_zoom(
    write: Any, tiles_of: Any, month_of: Any
) -> None:
    rows = [(0, 2, 3, 0), (0, 2, 1, 7), (0, 9, 2, 7), (1, 0, 5, 0)]
    path = write([HIGH_STREET, STATION], rows, railway=7)
    tiles = tiles_of(path)
    points = [one["properties"] for (z, _, _), tile in tiles.items() if z == 12 for one in tile["points"]["features"]]
    assert sorted(points, key=lambda one: -one["n"]) == [
        {"name": "On or near High Street", "n": 6, "c2": 4, "c9": 2, "r": 3, "r2": 1, "r9": 2},
        {"name": "On or near Llŷn Road", "n": 5, "c0": 5},
    ]
    assert all(sums["r"] == 3 and sums["n"] == 11 for sums in counts_by_zoom(tiles, "cells").values())
    counts = month_of(rows)
    by_railway = counts.by_category(np.flatnonzero(counts.force == 7))
    assert verify_archive(path, placed=counts.by_category(), railway=by_railway) == []
    assert any("counts 3 of r" in problem for problem in verify_archive(path, placed=counts.by_category()))


def test_a_point_stands_where_its_snap_point_is(write: Any, tiles_of: Any) -> None:
    ((place, tile),) = [item for item in tiles_of(write([HIGH_STREET], [(0, 0, 1)])).items() if item[0][0] == MAX_ZOOM]
    zoom, x, y = place
    ((across, down),) = [feature["geometry"]["coordinates"] for feature in tile["points"]["features"]]
    lng = (x + across / 4096) / 2**zoom * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + down / 4096) / 2**zoom))))
    assert lng == pytest.approx(HIGH_STREET[1], abs=2e-5)
    assert lat == pytest.approx(HIGH_STREET[0], abs=2e-5)


def test_two_names_at_one_position_are_two_points(write: Any, tiles_of: Any) -> None:
    tiles = tiles_of(write([HIGH_STREET, SAME_PLACE], [(0, 0, 1), (1, 0, 2)]))
    points = [tile["points"]["features"] for place, tile in tiles.items() if place[0] == 12]
    assert [sorted(feature["id"] for feature in features) for features in points] == [[0, 1]]


def test_points_without_crimes_are_left_out(write: Any, tiles_of: Any) -> None:
    tiles = tiles_of(write([HIGH_STREET, STATION], [(1, 0, 1)]))
    ((feature,),) = [tile["points"]["features"] for place, tile in tiles.items() if place[0] == 12]
    assert feature["id"] == 1


def test_cells_are_below_zoom_twelve_and_points_from_there_on(write: Any, tiles_of: Any) -> None:
    tiles = tiles_of(write([HIGH_STREET], [(0, 0, 1)]))
    layers = {zoom: set(tile) for (zoom, _, _), tile in tiles.items()}
    assert layers == {zoom: {"cells"} if zoom < 12 else {"points"} for zoom in range(MIN_ZOOM, MAX_ZOOM + 1)}


def test_every_hexagon_goes_round_the_way_vector_tiles_want_and_has_six_corners(write: Any, tiles_of: Any) -> None:
    for tile in tiles_of(write([HIGH_STREET, FAR_AWAY], [(0, 0, 1), (1, 0, 1)])).values():
        for feature in tile.get("cells", {"features": []})["features"]:
            (ring,) = feature["geometry"]["coordinates"]
            assert len(ring) == 7
            assert ring[0] == ring[-1]
            twice_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
            assert twice_area > 0  # with y downwards: clockwise on the screen


def test_a_cell_is_the_rank_of_the_parent_of_its_points_fine_cell(write: Any, tiles_of: Any, register_of: Any) -> None:
    places = [HIGH_STREET, STATION, FAR_AWAY]
    tiles = tiles_of(write(places, [(0, 0, 1), (1, 0, 2), (2, 0, 4)]))
    for zoom, resolution in RESOLUTION.items():
        _, rank = np.unique(parents(register_of(places).cell, resolution), return_inverse=True)
        expected = Counter[int]()
        for one, n in zip(rank.tolist(), (1, 2, 4), strict=True):
            expected[one] += n
        found = {
            feature["id"]: feature["properties"]["n"]
            for place, tile in tiles.items()
            if place[0] == zoom
            for feature in tile["cells"]["features"]
        }
        assert found == expected


def test_hexagons_are_ten_to_twenty_five_pixels_across(write: Any, tiles_of: Any) -> None:
    tiles = tiles_of(write([HIGH_STREET], [(0, 0, 1)]))
    for (zoom, _, _), tile in tiles.items():
        for feature in tile.get("cells", {"features": []})["features"]:
            across = [max(axis) - min(axis) for axis in zip(*feature["geometry"]["coordinates"][0], strict=True)]
            assert all(10 <= units / 4096 * 512 <= 33 for units in across), zoom


def test_a_hexagon_on_a_tiles_edge_is_whole_in_each_tile_it_touches(write: Any, tiles_of: Any) -> None:
    greenwich = (51.4779, 0.0, "On or near the Meridian")  # x = 0.5 is the edge of a tile at every zoom
    tiles = tiles_of(write([greenwich], [(0, 0, 5)]))
    for zoom in RESOLUTION:
        shapes = {}
        for (z, x, y), tile in tiles.items():
            if z == zoom:
                (feature,) = tile["cells"]["features"]
                shapes[x, y] = {(a + 4096 * x, b + 4096 * y) for a, b in feature["geometry"]["coordinates"][0]}
        assert {x for x, _ in shapes} == {2 ** (zoom - 1) - 1, 2 ** (zoom - 1)}
        assert len({frozenset(corners) for corners in shapes.values()}) == 1


def test_a_year_adds_up_its_months(write: Any, tiles_of: Any) -> None:
    months = [[(0, 2, 3)], [(0, 2, 1), (1, 5, 2)], []]
    sums = counts_by_zoom(tiles_of(write([HIGH_STREET, STATION], *months)), "points")
    assert sums[12] == sums[13] == {"n": 6, "c2": 4, "c5": 2}


def test_a_month_without_crimes_is_an_archive_of_empty_tiles(write: Any, tiles_of: Any) -> None:
    path = write([HIGH_STREET], [])
    assert {place[0]: tile for place, tile in tiles_of(path).items()} == {MIN_ZOOM: {}, MAX_ZOOM: {}}
    assert verify_archive(path, placed=np.zeros(32, np.int64)) == []


def test_a_register_without_points_is_no_trouble(write: Any, tiles_of: Any) -> None:
    assert set(map(str, tiles_of(write([], [])).values())) == {"{}"}


def test_the_ground_of_a_force_without_whole_figures_is_marked_at_every_zoom(write: Any, tiles_of: Any) -> None:
    row = SupplyRow("testshire", "Testshire Police", SupplyState.PARTIAL, "Burglary only")
    supply = [SupplyArea(row, shapely.box(-1.3, 52.5, -1.0, 52.7))]
    tiles = tiles_of(write([FAR_AWAY], [(0, 0, 1)], supply=supply))
    marked = {place[0] for place, tile in tiles.items() if "supply" in tile}
    assert marked == set(range(MIN_ZOOM, MAX_ZOOM + 1))
    said = {"force": "testshire", "name": "Testshire Police", "state": "partial", "note": "Burglary only"}
    for tile in tiles.values():
        for feature in tile.get("supply", {"features": []})["features"]:
            assert feature["properties"] == said


def test_the_header_and_the_metadata_tell_what_is_in_the_archive(write: Any) -> None:
    path = write([HIGH_STREET, FAR_AWAY], [(0, 2, 1), (1, 12, 1)])
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (MIN_ZOOM, MAX_ZOOM, True)
    for lat, lng, _ in (HIGH_STREET, FAR_AWAY):
        assert header["min_lat_e7"] <= lat * 1e7 <= header["max_lat_e7"]
        assert header["min_lon_e7"] <= lng * 1e7 <= header["max_lon_e7"]
    assert metadata["name"] == "month-2025-12"
    assert {layer["id"]: (layer["minzoom"], layer["maxzoom"]) for layer in metadata["vector_layers"]} == {
        "supply": (4, 13),
        "cells": (4, 11),
        "points": (12, 13),
    }
    assert metadata["vector_layers"][1]["fields"] == {"n": "Number", "c2": "Number", "c12": "Number"}


def test_the_same_month_gives_the_same_bytes(write: Any) -> None:
    months = [[(0, 2, 3), (1, 12, 9)]]
    first = write([HIGH_STREET, STATION], *months).read_bytes()
    assert write([HIGH_STREET, STATION], *months).read_bytes() == first


def test_points_of_a_crowded_tile_have_no_names_until_one_zooms_in(write: Any, tiles_of: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("tiles.month.CROWDED", 1)
    lat, lng, _ = HIGH_STREET
    places = [HIGH_STREET, (lat, lng + 0.06, "On or near Mill Lane")]  # one tile at zoom 12, two at zoom 13
    tiles = tiles_of(write(places, [(0, 0, 1), (1, 0, 1)]))
    named = {
        zoom: [
            "name" in feature["properties"]
            for place, tile in tiles.items()
            if place[0] == zoom
            for feature in tile["points"]["features"]
        ]
        for zoom in (12, 13)
    }
    assert named == {12: [False, False], 13: [True, True]}


positions = st.tuples(st.floats(49.9, 55.8), st.floats(-6.4, 1.7), st.sampled_from(["On or near A Street", "", "Ŵ"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_at_every_zoom_the_counts_add_up_to_the_store(data: Any, write: Any, tiles_of: Any, month_of: Any) -> None:
    places = data.draw(st.lists(positions, min_size=1, max_size=12))
    row = st.tuples(st.integers(0, len(places) - 1), st.integers(0, 15), st.integers(1, 400))
    rows = data.draw(st.lists(row, min_size=1, max_size=30, unique_by=lambda one: one[:2]))
    path = write(places, rows)
    placed = month_of(rows).by_category()
    tiles = tiles_of(path)
    sums = counts_by_zoom(tiles, "cells") | counts_by_zoom(tiles, "points")
    expected = {"n": int(placed.sum())} | {f"c{code}": int(n) for code, n in enumerate(placed) if n}
    assert sums == dict.fromkeys(range(MIN_ZOOM, MAX_ZOOM + 1), expected)
    assert verify_archive(path, placed=placed) == []
