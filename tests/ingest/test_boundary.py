"""Generations of boundaries: what is repaired, what is left out, and what became of the ids before."""

import gzip
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import UnreadableSource
from geo.force import ForceRegister, uk_forces
from geo.latlng import LatLng
from geo.month import Month
from geo.store.boundary import Areas
from geo.store.layout import DataFolder
from ingest.boundary import AreaReport, load_boundaries, load_force_areas
from ingest.placement import covering
from ingest.workspace import staged_manifest, workspace

JANUARY, MAY = Month(2024, 1), Month(2024, 5)


def square(west: float, south: float, side: float = 1.0) -> shapely.Polygon:
    return shapely.box(west, south, west + side, south + side)


def areas(**polygons: shapely.Geometry) -> Areas:
    ids = tuple(polygons)
    return Areas(("kent",) * len(ids), ids, ids, np.array(list(polygons.values()), object))


def write(path: Path, **polygons: shapely.Geometry) -> Path:
    rows = {"force": ["kent"] * len(polygons), "id": list(polygons), "name": [f"Name {one}" for one in polygons]}
    gpd.GeoDataFrame(rows, geometry=list(polygons.values()), crs="EPSG:4326").to_file(path)
    return path


def load(folder: DataFolder, source: Path, month: Month = JANUARY) -> AreaReport:
    with workspace(folder) as work:
        return load_boundaries(work, source, month, uk_forces(), {})


@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg"])
def test_geojson_and_geopackage_say_force_id_and_name(tmp_path: Path, name: str) -> None:
    folder = DataFolder(tmp_path / "data")
    load(folder, write(tmp_path / name, A=square(0, 0), B=square(1, 0)))
    generation = staged_manifest(folder).generations[0]
    held = Areas.open(folder.file(generation.file.path))
    assert (held.ids, held.names, held.force_ids) == (("A", "B"), ("Name A", "Name B"), ("kent", "kent"))


def test_kml_is_known_by_its_folder_and_file_name_and_named_by_a_csv(loaded: DataFolder) -> None:
    generation = staged_manifest(loaded).generations[0]
    held = Areas.open(loaded.file(generation.file.path))
    assert held.ids == ("T 3.b", "T1", "T2")
    assert held.names == ("North Field", "Market & Quay", "East Field")


def test_an_invalid_ring_is_repaired_and_reported(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    report = load(DataFolder(tmp_path / "data"), write(tmp_path / "a.geojson", A=bow_tie))
    assert len(report.repaired) == 1
    assert "Self-intersection" in report.repaired[0][1]


def test_an_area_without_a_polygon_or_of_no_known_force_is_left_out_and_reported(
    tmp_path: Path, testshire: Path
) -> None:
    (tmp_path / "kml/kent").mkdir(parents=True)
    empty = '<kml xmlns="http://earth.google.com/kml/2.1"><Document><Placemark></Placemark></Document></kml>'
    (tmp_path / "kml/kent/Empty.kml").write_text(empty)
    (tmp_path / "kml/kent/T1.kml").write_bytes((testshire / "boundaries/testshire/T1.kml").read_bytes())
    (tmp_path / "kml/atlantis").mkdir()
    (tmp_path / "kml/atlantis/T1.kml").write_bytes((testshire / "boundaries/testshire/T1.kml").read_bytes())
    report = load(DataFolder(tmp_path / "data"), tmp_path / "kml")
    assert report.areas == {"kent": 1}
    assert report.rejects == [
        ("atlantis/T1.kml", "unknown force 'atlantis'"),
        ("kent/Empty.kml", "no polygon"),
    ]


def test_a_source_without_areas_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no boundaries"):
        load(DataFolder(tmp_path / "data"), tmp_path)


@pytest.mark.parametrize(
    ("first_months", "current"),
    [
        (["2024-01", "2024-03"], "2024-03"),
        (["2024-03", "2024-01"], "2024-03"),
        (["2024-01", "2024-04"], "2024-01"),
        (["2024-06", "2024-04"], "2024-04"),
    ],
    ids=["newest", "loaded in whatever order", "not before its month", "the oldest where none has begun"],
)
def test_the_current_generation_is_the_newest_that_has_begun_by_the_newest_month_and_others_stay(
    loaded: DataFolder, testshire: Path, test_register: ForceRegister, first_months: list[str], current: str
) -> None:
    with workspace(loaded) as work:
        work.stage(work.staged().changed(generations=()))
        for month in first_months:
            load_boundaries(work, testshire / "boundaries", Month.parse(month), test_register, {})
    manifest = staged_manifest(loaded)
    assert (len(manifest.generations), str(manifest.months[-1])) == (2, "2024-03")
    assert [str(one.first_month) for one in manifest.current_generations] == [current]


def test_ids_kept_renamed_merged_split_gone_and_new_are_told_apart(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    old = {
        "kept": square(0, 0), "former": square(1, 0), "west": square(2, 0), "east": square(3, 0),
        "large": shapely.box(4, 0, 6, 1), "sunk": square(8, 8),
    }  # fmt: skip
    new = {
        "kept": square(0, 0), "later": square(1, 0), "both": shapely.box(2, 0, 4, 1),
        "left": square(4, 0), "right": square(5, 0), "fresh": square(20, 20),
    }  # fmt: skip
    load(folder, write(tmp_path / "old.geojson", **old), JANUARY)
    report = load(folder, write(tmp_path / "new.geojson", **new), MAY)
    assert report.changes["kent"] == {
        "kept": ["kept"],
        "renamed": ["former > later"],
        "merged": ["east > both", "west > both"],
        "split": ["large > left, right"],
        "gone": ["sunk"],
        "new": ["fresh"],
    }
    kept = json.loads(folder.file(staged_manifest(folder).generations[-1].report.path).read_text())
    assert {"from": "large", "to": "left", "share": 0.5} in kept["successors"]


def test_where_areas_overlap_the_smallest_holds_the_point() -> None:
    found = areas(large=shapely.box(0, 0, 4, 4), small=square(1, 1))
    index, overlaps = covering(np.array([1.5, 3.0, 9.0]), np.array([1.5, 3.0, 9.0]), found)
    assert index.tolist() == [1, 0, -1]
    assert overlaps.tolist() == [2, 1, 0]
    assert found.holding(LatLng(1.5, 1.5)) == [1, 0]


def test_a_point_on_a_shared_border_has_one_stable_place() -> None:
    found = areas(b=square(1, 0), a=square(0, 0))
    index, overlaps = covering(np.array([0.5]), np.array([1.0]), found)
    assert found.ids[index[0]] == "a"
    assert overlaps.tolist() == [2]


def test_force_areas_are_known_by_their_file_name_and_added_to_those_held(
    tmp_path: Path, testshire: Path, test_register: ForceRegister
) -> None:
    folder = DataFolder(tmp_path / "data")
    for name in ("testshire", "elsewhere"):
        with workspace(folder) as work:
            load_force_areas(work, testshire / f"force-areas/{name}.geojson", test_register)
    ref = staged_manifest(folder).force_areas
    assert ref is not None
    assert Areas.open(folder.file(ref.path)).names == ("Elsewhere Constabulary", "Testshire Police")


def features(path: Path, *said: dict[str, object], wkt: str = "POLYGON((0 0,1 0,1 1,0 1,0 0))") -> Path:
    geometry = json.loads(shapely.to_geojson(shapely.from_wkt(wkt)))
    found = [{"type": "Feature", "properties": one, "geometry": geometry} for one in said]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
    return path


def test_a_file_named_after_a_force_says_it_for_neighbourhoods_that_do_not(tmp_path: Path) -> None:
    source = features(tmp_path / "kent.geojson", {"id": "A", "name": None}, {"id": "B", "name": "Bee"})
    folder = DataFolder(tmp_path / "data")
    assert load(folder, source).areas == {"kent": 2}
    held = Areas.open(folder.file(staged_manifest(folder).generations[0].file.path))
    assert (held.ids, held.names) == (("A", "B"), ("A", "Bee"))


def test_numbers_as_ids_stay_whole_where_one_is_missing_a_name(tmp_path: Path) -> None:
    source = features(tmp_path / "kent.geojson", {"id": 1, "name": 7}, {"id": 2})
    folder = DataFolder(tmp_path / "data")
    load(folder, source)
    held = Areas.open(folder.file(staged_manifest(folder).generations[0].file.path))
    assert (held.ids, held.names) == (("1", "2"), ("7", "2"))


@pytest.mark.parametrize(
    ("said", "why"),
    [({"id": "A"}, r"areas\.geojson, feature 1: it has no `force`"), ({"force": "kent"}, "feature 1: it has no `id`")],
)
def test_neighbourhoods_whose_force_or_id_nobody_says_are_refused_and_never_joined(
    tmp_path: Path, said: dict[str, object], why: str
) -> None:
    with pytest.raises(UnreadableSource, match=why):
        load(DataFolder(tmp_path / "data"), features(tmp_path / "areas.geojson", said, said))


@pytest.mark.parametrize(
    ("wkt", "reason"),
    [
        ("POLYGON((0 0,1 1,2 2,0 0))", "no polygon"),
        ("POLYGON((500000 100000,500001 100000,500001 100001,500000 100000))", "not in degrees"),
    ],
)
def test_an_area_that_covers_no_ground_or_lies_off_the_earth_is_left_out_and_said(
    tmp_path: Path, wkt: str, reason: str
) -> None:
    source = features(tmp_path / "bad.geojson", {"force": "kent", "id": "A"}, wkt=wkt)
    with pytest.raises(UnreadableSource, match=reason):
        load(DataFolder(tmp_path / "data"), source)


def test_a_coordinate_that_is_no_number_costs_its_own_area(tmp_path: Path, testshire: Path) -> None:
    (tmp_path / "kml/kent").mkdir(parents=True)
    sound = (testshire / "boundaries/testshire/T1.kml").read_text()
    (tmp_path / "kml/kent/T1.kml").write_text(sound)
    for area, at in (("T2", 0), ("T3", 1)):  # the first, so that the ring is not closed, and one within
        spoilt = sound[sound.index("<coordinates>") + 13 :].split()[at]
        (tmp_path / f"kml/kent/{area}.kml").write_text(sound.replace(spoilt, f"nan,{spoilt.split(',')[1]},0", 1))
    report = load(DataFolder(tmp_path / "data"), tmp_path / "kml")
    assert report.areas == {"kent": 1}
    assert report.rejects == [("kent/T2.kml", "no polygon"), ("kent/T3.kml", "no polygon")]


@pytest.mark.parametrize("name", ["a.geojson.gz", "a.geojson", "a.gpkg", "a.kml", "a.zip", "absent.zip", "absent.kml"])
def test_a_damaged_or_missing_source_is_one_line_that_names_it(tmp_path: Path, name: str) -> None:
    gpkg = write(tmp_path / "whole.gpkg", A=square(0, 0)).read_bytes()
    data = {
        "a.geojson.gz": gzip.compress(gpkg)[:-20], "a.gpkg": gpkg[:5000], "a.kml": b"<kml>", "a.zip": b"PK\x03\x04",
        "a.geojson": b"\x00" * 99,
    }  # fmt: skip
    if name in data:
        (tmp_path / name).write_bytes(data[name])
    with pytest.raises(UnreadableSource, match=rf"{name}[^\n]*\Z") as caught:
        load(DataFolder(tmp_path / "data"), tmp_path / name)
    assert "does not exist" in str(caught.value) or name not in ("absent.zip", "absent.kml")
