"""The base map: layers of GeoJSON, each thing from the zoom at which it is worth drawing."""

import json
from pathlib import Path
from typing import Any

import pytest

from geo.errors import UnreadableSource
from tiles.basemap import write_basemap_archive
from tiles.verify import verify_archive


def written(folder: Path, layer: str, features: list[tuple[dict[str, Any], dict[str, Any]]]) -> Path:
    path = folder / f"{layer}.geojson"
    rows = [{"type": "Feature", "properties": more, "geometry": geometry} for geometry, more in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def point(lng: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lng, lat]}


def line(*places: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": places}


def square(lng: float, lat: float, side: float) -> dict[str, Any]:
    ring = [(lng, lat), (lng + side, lat), (lng + side, lat + side), (lng, lat + side), (lng, lat)]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def tiles(tmp_path: Path, tiles_of: Any) -> Any:
    layers = {
        "place": written(
            tmp_path,
            "place",
            [(point(2, 55), {"name": "Dogger", "rank": 1}), (point(2.1, 55), {"name": "Farm", "rank": 4})],
        ),
        "street": written(
            tmp_path,
            "street",
            [
                (line((2, 55), (2.05, 55.01)), {"name": "High Street", "class": "primary"}),
                (line((2, 55), (2.01, 55)), {"name": None, "class": "close"}),
            ],
        ),
        "land": written(tmp_path, "land", [(square(1.5, 54.5, 1), {"name": "", "class": "island"})]),
        "station": written(tmp_path, "station", []),
    }
    write_basemap_archive(tmp_path / "basemap.pmtiles", layers=layers)
    assert verify_archive(tmp_path / "basemap.pmtiles") == []
    return tiles_of(tmp_path / "basemap.pmtiles")


def since(tiles: Any, layer: str) -> dict[str, int]:
    """The first zoom of each thing, by name or class."""
    found: dict[str, int] = {}
    for place, tile in sorted(tiles.items()):
        for feature in tile.get(layer, {"features": []})["features"]:
            properties = feature["properties"]
            found.setdefault(properties.get("name") or properties["class"], place[0])
    return found


def test_main_streets_come_before_small_ones_and_cities_before_farms(tiles: Any) -> None:
    assert since(tiles, "street") == {"High Street": 6, "close": 12}
    assert since(tiles, "place") == {"Dogger": 4, "Farm": 11}


def test_a_name_that_is_empty_is_left_out(tiles: Any) -> None:
    (land,) = [tile["land"]["features"][0] for place, tile in tiles.items() if place[0] == 4]
    assert land["properties"] == {"class": "island"}


def test_a_place_has_its_rank(tiles: Any) -> None:
    (features,) = [tile["place"]["features"] for place, tile in tiles.items() if place[0] == 4 and "place" in tile]
    assert features[0]["properties"] == {"name": "Dogger", "rank": 1}


def test_what_is_not_geojson_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "land.geojson"
    path.write_text("not JSON")
    with pytest.raises(UnreadableSource, match="land"):
        write_basemap_archive(tmp_path / "a.pmtiles", layers={"land": path})
