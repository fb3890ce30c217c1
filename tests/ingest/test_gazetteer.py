"""The gazetteer: what is found under which words."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from geo.errors import DamagedFile
from geo.force import ForceRegister, uk_forces
from geo.place_name import folded
from geo.store.gazetteer import MOST_FOUND, Gazetteer, NamedPlace, PlaceKind
from geo.store.layout import DataFolder
from ingest.build import build
from ingest.gazetteer import Row, rows_of, with_gazetteer, write_gazetteer
from ingest.reference import load_basemap, register_of
from ingest.workspace import staged_manifest, workspace


def row(kind: PlaceKind, name: str, force: str, district: str = "", neighbourhood: str = "") -> Row:
    position = (51_480_000, -3_180_000) if kind in {PlaceKind.STREET, PlaceKind.TOWN} else (None, None)
    return Row(kind, folded(name), name, force, district, neighbourhood, neighbourhood, *position)


WALES = [
    row(PlaceKind.FORCE, "Avon and Somerset Constabulary", "avon-and-somerset"),
    row(PlaceKind.FORCE, "South Wales Police", "south-wales"),
    row(PlaceKind.NEIGHBOURHOOD, "Cathays", "south-wales", "Cardiff", "Cathays"),
    row(PlaceKind.NEIGHBOURHOOD, "Cowbridge", "south-wales", "Vale of Glamorgan", "Cowbridge"),
    row(PlaceKind.DISTRICT, "Cardiff", "south-wales", "Cardiff"),
    row(PlaceKind.STREET, "Cardiff Road", "avon-and-somerset", "Bristol"),
    row(PlaceKind.STREET, "Ffordd Y Gogledd", "south-wales", "Cardiff", "Cathays"),
    row(PlaceKind.STREET, "High Street", "avon-and-somerset", "Bristol"),
    row(PlaceKind.STREET, "High Street", "south-wales", "Cardiff", "Cathays"),
    row(PlaceKind.STREET, "Old High Street", "avon-and-somerset", "Bristol"),
    row(PlaceKind.STREET, "Newport", "avon-and-somerset", "Bristol"),
    row(PlaceKind.STREET, "Sqwâr Owain Glyndŵr", "south-wales", "Cardiff", "Cathays"),
    row(PlaceKind.STREET, "St Anne'S Avenue", "south-wales", "Cardiff", "Cathays"),
]


def gazetteer(path: Path, rows: Iterable[Row]) -> Gazetteer:
    write_gazetteer(path / "names.sqlite", rows, uk_forces(), "")
    return Gazetteer.open(path / "names.sqlite")


@pytest.fixture(scope="module")
def wales(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return gazetteer(tmp_path_factory.mktemp("wales"), WALES)


def told(places: Iterable[NamedPlace]) -> list[str]:
    return [f"{place.name}, {place.district}" if place.district else place.name for place in places]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("high street", ["High Street, Bristol", "High Street, Cardiff", "Old High Street, Bristol"]),
        ("HIGH ST", ["High Street, Bristol", "High Street, Cardiff", "Old High Street, Bristol"]),
        ("hig", ["High Street, Bristol", "High Street, Cardiff", "Old High Street, Bristol"]),
        ("high street cardiff", ["High Street, Cardiff"]),
        ("high st caerdydd", ["High Street, Cardiff"]),
        ("sqwar owain glyndwr", ["Sqwâr Owain Glyndŵr, Cardiff"]),
        ("st annes ave", ["St Anne'S Avenue, Cardiff"]),
        ("Caerdydd", ["Cardiff, Cardiff"]),
        ("y Bont-faen", ["Cowbridge, Vale of Glamorgan"]),
        ("BONTFAEN", []),
        ("heddlu de cymru", ["South Wales Police"]),
        ("somerset police", []),
        ("avon & somerset", ["Avon and Somerset Constabulary"]),
        ("ffordd y gogledd", ["Ffordd Y Gogledd, Cardiff"]),
        ("casnewydd", []),
    ],
)
def test_a_name_is_found(wales: Gazetteer, typed: str, found: list[str]) -> None:
    assert told(wales.find(typed).places) == found
    assert not wales.find(typed).misspelt


@pytest.mark.parametrize("typed", ["fordd y gogledd", "ffordd y goglledd", "ffordd y gogleed", "fofrdd y gogledd"])
def test_one_wrong_letter_in_a_word_is_forgiven_and_said(wales: Gazetteer, typed: str) -> None:
    found = wales.find(typed)
    assert (told(found.places), found.misspelt) == (["Ffordd Y Gogledd, Cardiff"], True)


@pytest.mark.parametrize(
    "typed", ["", " ", '"', "*", "NEAR(", "name : x", "'; DROP TABLE place; --", "\x00", "🏴", "(" * 500]
)
def test_what_is_no_name_finds_nothing_and_breaks_nothing(wales: Gazetteer, typed: str) -> None:
    assert wales.find(typed).places == ()


def test_no_more_is_found_than_a_list_can_show(tmp_path: Path) -> None:
    many = [row(PlaceKind.STREET, "The Street", "kent", f"Town {at}") for at in range(MOST_FOUND + 1)]
    found = gazetteer(tmp_path, many).find("street")
    assert (len(found.places), found.more) == (MOST_FOUND, True)


def test_what_is_no_gazetteer_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "names.sqlite").write_bytes(b"not SQLite, and longer than a header of a hundred bytes" * 9)
    with pytest.raises(DamagedFile, match="build it again"):
        Gazetteer.open(tmp_path / "names.sqlite")


def built(folder: DataFolder, place: Path | None = None) -> tuple[Gazetteer, list[Row], ForceRegister]:
    with workspace(folder) as work:
        if place is not None:
            load_basemap(work, place)
        register = register_of(folder, work.staged())
        work.empty_scratch()
        manifest = with_gazetteer(work, build(work, register, lambda _: None), register)
        work.stage(manifest)
    assert manifest.gazetteer is not None
    return Gazetteer.open(folder.file(manifest.gazetteer.path)), rows_of(folder, manifest, register), register


def test_streets_come_from_snap_points_with_their_neighbourhood_and_local_authority(loaded: DataFolder) -> None:
    names, _, _ = built(loaded)
    (street,) = names.find("market street").places
    assert (street.name, street.neighbourhood_name, street.district) == ("Market Street", "Market & Quay", "Testham")
    assert street.position is not None
    assert names.districts_of("testshire")["T1"] == "Testham"


def test_towns_of_the_base_map_lie_in_their_neighbourhood(loaded: DataFolder, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [1.01, 54.005]}
    feature = {"type": "Feature", "properties": {"name": "Testham"}, "geometry": point}
    (tmp_path / "place.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    names, _, _ = built(loaded, tmp_path)
    town = next(place for place in names.find("testham").places if place.kind is PlaceKind.TOWN)
    assert (town.neighbourhood_name, town.force_id) == ("Market & Quay", "testshire")


def test_equal_inputs_give_equal_bytes_and_are_not_written_again(loaded: DataFolder, tmp_path: Path) -> None:
    _, rows, register = built(loaded)
    first, second = tmp_path / "1.sqlite", tmp_path / "2.sqlite"
    for path in (first, second):
        write_gazetteer(path, rows, register, "the same")
    assert first.read_bytes() == second.read_bytes()
    before = staged_manifest(loaded)
    with workspace(loaded) as work:
        work.empty_scratch()
        assert with_gazetteer(work, before, register) is before
        other = replace(register, forces=register.forces[:1])
        assert with_gazetteer(work, before, other).gazetteer != before.gazetteer


def test_every_table_and_column_is_specified(tmp_path: Path) -> None:
    write_gazetteer(tmp_path / "names.sqlite", WALES, uk_forces(), "")
    text = (Path(__file__).parents[2] / "docs" / "spec" / "gazetteer.md").read_text(encoding="utf-8")
    with sqlite3.connect(tmp_path / "names.sqlite") as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in ("made", "area", "place", "called", "misspelling", "word"):
            assert table in tables
            line = next(line for line in text.splitlines() if line.startswith(f"| `{table}` |"))
            for column in database.execute(f"PRAGMA table_info({table})"):
                assert f"`{column[1]}`" in line, (table, column[1])
