"""The archive of areas: outlines cut into tiles, and each label once."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geo.store.boundary import Areas
from tiles.area import NEIGHBOURHOOD_ZOOM, write_area_archive
from tiles.label_layer import label_point
from tiles.verify import verify_archive

WEST, EAST = shapely.box(-1.3, 52.5, -1.15, 52.7), shapely.box(-1.15, 52.5, -1.0, 52.7)
FORCES = Areas(("testshire",), ("testshire",), ("Testshire Police",), np.array([shapely.union(WEST, EAST)], object))
NEIGHBOURHOODS = Areas(("testshire",) * 2, ("T1", "T 2"), ("West", "Dŵr & East"), np.array([WEST, EAST], object))
NONE = Areas((), (), (), np.empty(0, object))


@pytest.fixture
def tiles(tmp_path: Path, tiles_of: Any) -> Any:
    path = tmp_path / "areas.pmtiles"
    write_area_archive(path, forces=FORCES, neighbourhoods=NEIGHBOURHOODS)
    assert verify_archive(path) == []
    return tiles_of(path)


def test_forces_and_neighbourhoods_say_whose_and_which_they_are(tiles: Any) -> None:
    found = {
        tuple(feature["properties"].items())
        for tile in tiles.values()
        for layer in tile.values()
        for feature in layer["features"]
    }
    assert found == {
        (("force", "testshire"), ("name", "Testshire Police")),
        (("force", "testshire"), ("id", "T1"), ("name", "West")),
        (("force", "testshire"), ("id", "T 2"), ("name", "Dŵr & East")),
    }


@pytest.mark.parametrize(("layer", "each"), [("force_labels", 1), ("neighbourhood_labels", 2)])
def test_every_area_has_one_label_at_a_zoom_however_many_tiles_it_is_in(tiles: Any, layer: str, each: int) -> None:
    labels = Counter(place[0] for place, tile in tiles.items() for _ in tile.get(layer, {"features": []})["features"])
    assert set(labels.values()) == {each}


def test_neighbourhoods_appear_when_they_are_more_than_a_few_pixels_across(tiles: Any) -> None:
    assert min(place[0] for place, tile in tiles.items() if "neighbourhoods" in tile) == NEIGHBOURHOOD_ZOOM


def test_a_label_stands_inside_its_area_where_there_is_most_room() -> None:
    spoon = shapely.union(shapely.box(0, 0, 1, 1), shapely.box(1, 0.45, 5, 0.55))
    assert shapely.distance(label_point(spoon), shapely.Point(0.5, 0.5)) < 0.05
    thin = shapely.box(0, 0, 1, 1e-5)
    assert shapely.contains(thin, label_point(thin))
    two = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 9, 9)])
    assert shapely.contains(shapely.box(5, 5, 9, 9), label_point(two))


def test_without_force_areas_there_are_neighbourhoods_still(tmp_path: Path, tiles_of: Any) -> None:
    write_area_archive(tmp_path / "a.pmtiles", forces=NONE, neighbourhoods=NEIGHBOURHOODS)
    layers = {layer for tile in tiles_of(tmp_path / "a.pmtiles").values() for layer in tile}
    assert layers == {"neighbourhoods", "neighbourhood_labels"}
    assert verify_archive(tmp_path / "a.pmtiles") == []
