import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import shapely
from shapely import Polygon, STRtree
from shapely.geometry import shape

from geo.month import Month
from ingest.demo import CountyFiles, write_county
from ingest.population import read_population
from ingest.population_source import read_table

ROOT = Path(__file__).parents[3]
Table = list[dict[str, str]]
KML = "{http://earth.google.com/kml/2.1}"
CATEGORIES = {
    "Anti-social behaviour", "Bicycle theft", "Burglary", "Criminal damage and arson", "Drugs", "Other crime",
    "Other theft", "Possession of weapons", "Public order", "Robbery", "Shoplifting", "Theft from the person",
    "Vehicle crime", "Violence and sexual offences",
}  # fmt: skip


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    return write_county(tmp_path_factory.mktemp("county"), seed=1)


@pytest.fixture(scope="module")
def members(county: CountyFiles) -> dict[tuple[str, str], bytes]:
    """(publication, member's name) to its bytes, over both archives."""
    found = {}
    for archive in county.archives:
        with zipfile.ZipFile(archive.path) as opened:
            found |= {(str(archive.published), name): opened.read(name) for name in opened.namelist()}
    return found


def table(member: bytes) -> Table:
    return list(csv.DictReader(io.StringIO(member.decode(), newline="")))


@pytest.fixture(scope="module")
def newest_street(members: dict[tuple[str, str], bytes]) -> dict[str, Table]:
    """The newest publication's street files by member name, and the older one's for months only that one has."""
    return {name: table(data) for (_, name), data in sorted(members.items()) if name.endswith("-street.csv")}


def polygons(folder: Path) -> dict[str, Polygon]:
    found = {}
    for path in sorted(folder.glob("*/*.kml")):
        rings = [ring.text.split() for ring in ET.parse(path).iter(f"{KML}coordinates")]
        shells = [[tuple(map(float, vertex.split(",")[:2])) for vertex in ring] for ring in rings]
        found[path.stem] = Polygon(shells[0], shells[1:])
    return found


def area(county: CountyFiles, force: str) -> shapely.Geometry:
    return shape(json.loads((county.force_areas / f"{force}.geojson").read_text())["features"][0]["geometry"])


def rows(street: dict[str, Table]) -> Iterator[dict[str, str]]:
    for member in street.values():
        yield from member


def test_the_same_seed_gives_the_same_bytes_in_another_process(county: CountyFiles, tmp_path: Path) -> None:
    again = tmp_path / "again"
    call = "import pathlib, sys; from ingest.demo import write_county; write_county(pathlib.Path(sys.argv[1]), seed=1)"
    # another hash seed shows any order that comes from a set
    environment = os.environ | {"PYTHONHASHSEED": "1234", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", call, again], check=True, env=environment, cwd=ROOT)
    first = county.forces.parent
    written = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert written == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [path for path in written if (first / path).read_bytes() != (again / path).read_bytes()] == []


def test_every_snap_point_has_no_address_or_eight_or_more(county: CountyFiles) -> None:
    points = table(county.snap_points.read_bytes())
    addresses = [int(point["addresses"]) for point in points]
    assert len(points) > 2_000
    assert min(number for number in addresses if number) == 8
    assert 0 in addresses
    assert len({(point["lat"], point["lng"]) for point in points}) == len(points)


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (
            "street",
            "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
            "Last outcome category,Context",
        ),
        (
            "outcomes",
            "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type",
        ),
        (
            "stop-and-search",
            "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
            "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
            "Outcome linked to object of search,Removal of more than just outer clothing",
        ),
    ],
)
def test_headers_and_line_ends_are_the_published_ones(
    members: dict[tuple[str, str], bytes], kind: str, header: str
) -> None:
    for (_, name), data in members.items():
        if name.endswith(f"-{kind}.csv"):
            assert data.startswith(f"{header}\r\n".encode())
            assert data.count(b"\n") == data.count(b"\r\n")


def test_every_located_crime_sits_on_a_snap_point_of_its_name(
    county: CountyFiles, newest_street: dict[str, Table]
) -> None:
    points = {(point["lat"], point["lng"], point["name"]) for point in table(county.snap_points.read_bytes())}
    located = {(row["Latitude"], row["Longitude"], row["Location"]) for row in rows(newest_street) if row["Latitude"]}
    assert located <= points


def test_two_crimes_in_a_hundred_have_no_location_and_then_no_lsoa(newest_street: dict[str, Table]) -> None:
    every = list(rows(newest_street))
    unplaced = [row for row in every if not row["Latitude"]]
    assert 0.017 < len(unplaced) / len(every) < 0.023
    assert {(row["Longitude"], row["Location"], row["LSOA code"]) for row in unplaced} == {("", "No Location", "")}


def test_anti_social_behaviour_alone_has_neither_id_nor_outcome(newest_street: dict[str, Table]) -> None:
    for row in rows(newest_street):
        bare = row["Crime type"] == "Anti-social behaviour"
        assert (row["Crime ID"] == "", row["Last outcome category"] == "") == (bare, bare)
        assert bare or len(row["Crime ID"]) == 64


def test_every_month_has_1500_to_3000_crimes_of_all_fourteen_categories(newest_street: dict[str, Table]) -> None:
    of_month: dict[str, Counter[str]] = {}
    for row in rows(newest_street):
        of_month.setdefault(row["Month"], Counter())[row["Crime type"]] += 1
    assert len(of_month) == 24
    assert (min(of_month), max(of_month)) == ("2024-10", "2026-09")
    for month, categories in of_month.items():
        assert set(categories) == CATEGORIES, month
        assert 1_500 <= categories.total() <= 3_000, month


def test_one_month_of_one_force_is_not_supplied_and_both_archives_are_else_whole(
    county: CountyFiles, members: dict[tuple[str, str], bytes]
) -> None:
    assert county.not_supplied == (("silver-pit", Month(2026, 6), "street"),)
    per_month = Counter((published, name[:7]) for published, name in members)
    assert {key for key, number in per_month.items() if number != 6} == {("2026-09", "2026-06")}
    assert ("2026-09", "2026-06/2026-06-silver-pit-outcomes.csv") in members
    assert Counter(published for published, _ in per_month) == {"2026-03": 18, "2026-09": 18}


def test_the_newest_archive_republishes_months_with_some_outcomes_changed(
    members: dict[tuple[str, str], bytes],
) -> None:
    name = "2026-01/2026-01-doggerland-street.csv"
    older, newer = table(members["2026-03", name]), table(members["2026-09", name])
    changed = [(a, b) for a, b in zip(older, newer, strict=True) if a != b]
    assert 0.05 < len(changed) / len(older) < 0.5
    assert all(a | {"Last outcome category": ""} == b | {"Last outcome category": ""} for a, b in changed)


def test_a_street_row_tells_the_last_outcome_in_the_outcomes_files(
    members: dict[tuple[str, str], bytes], newest_street: dict[str, Table]
) -> None:
    last: dict[str, str] = {}
    for (_, name), data in sorted(members.items(), key=lambda member: member[0][1]):
        if name.endswith("-outcomes.csv"):
            last |= {row["Crime ID"]: row["Outcome type"] for row in table(data)}
    for row in newest_street["2026-05/2026-05-doggerland-street.csv"]:
        if row["Crime ID"] in last:
            told = row["Last outcome category"].replace("Awaiting court outcome", "Suspect charged")
            assert told == last[row["Crime ID"]]
        else:
            assert row["Last outcome category"] in ("", "Under investigation")


def test_the_newest_month_is_mostly_under_investigation_or_closed_at_once(newest_street: dict[str, Table]) -> None:
    seen = Counter(
        row["Last outcome category"]
        for row in newest_street["2026-09/2026-09-silver-pit-street.csv"]
        if row["Crime ID"]
    )
    assert seen["Under investigation"] > 0.3 * seen.total()


def test_a_few_crimes_lie_in_the_other_forces_area(county: CountyFiles, newest_street: dict[str, Table]) -> None:
    located = [
        row for name, member in newest_street.items() if "doggerland" in name for row in member if row["Latitude"]
    ]
    away = STRtree([area(county, "doggerland")]).query(
        shapely.points([(float(row["Longitude"]), float(row["Latitude"])) for row in located]),
        predicate="dwithin",
        distance=2e-6,
    )
    outside = 1 - len(away[0]) / len(located)
    assert 0.001 < outside < 0.01


@pytest.mark.parametrize("generation", [0, 1])
def test_the_neighbourhoods_tile_the_force_areas(county: CountyFiles, generation: int) -> None:
    _, folder = county.boundaries[generation]
    assert shapely.coverage_is_valid(list(polygons(folder).values()))
    assert len(polygons(folder)) == 32
    for force in ("doggerland", "silver-pit"):
        own = [polygons(folder)[path.stem] for path in (folder / force).iterdir()]
        assert shapely.union_all(own).symmetric_difference(area(county, force)).area == 0


def test_burglary_more_than_doubles_in_one_neighbourhood(county: CountyFiles, newest_street: dict[str, Table]) -> None:
    polygon = polygons(county.boundaries[0][1])["DG06"]
    years = Counter(
        row["Month"] >= "2025-10"
        for row in rows(newest_street)
        if row["Crime type"] == "Burglary"
        and row["Latitude"]
        and polygon.covers(shapely.Point(float(row["Longitude"]), float(row["Latitude"])))
    )
    assert years[True] > 1.6 * years[False] > 60


def test_the_second_generation_merges_two_neighbourhoods_and_splits_one(county: CountyFiles) -> None:
    (first_month, first), (second_month, second) = county.boundaries
    assert (first_month, second_month) == (Month(2024, 10), Month(2026, 1))
    before, after = polygons(first), polygons(second)
    assert before.keys() - after.keys() == {"DG06", "DG14", "DG15"}
    assert after.keys() - before.keys() == {"DG20", "DG21", "DG22"}
    assert after["DG20"].equals(before["DG14"] | before["DG15"])
    assert before["DG06"].equals(after["DG21"] | after["DG22"])
    assert {path.parent.name for path in second.glob("*/DG2?.kml")} == {"doggerland"}


def test_a_kml_file_is_shaped_as_the_published_ones(county: CountyFiles) -> None:
    text = (county.boundaries[0][1] / "doggerland" / "DG01.kml").read_text()
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://earth.google.com/kml/2.1">\n<Document>\n\n'
        "  <Placemark>\n\t<Style>\n\t<LineStyle>\n      <width>0</width>\n    </LineStyle>\n    <PolyStyle>\n"
        "      <color>cc4dedf7</color>\n    </PolyStyle>\n\t</Style>\n"
        "    <Polygon><outerBoundaryIs><LinearRing><coordinates>2."
    )
    assert text.endswith(
        ",0</coordinates></LinearRing></outerBoundaryIs></Polygon>\n  </Placemark>\n\n</Document>\n</kml>\n"
    )


def test_every_neighbourhood_has_a_name(county: CountyFiles) -> None:
    named = {(row["force"], row["id"]): row["name"] for row in table(county.neighbourhood_names.read_bytes())}
    filed = {(path.parent.name, path.stem) for _, folder in county.boundaries for path in folder.glob("*/*.kml")}
    assert named.keys() == filed
    assert named["doggerland", "DG13"] == "Llanfôr a'r Llyn"


def test_postcodes_lie_in_the_unused_zz_area_and_on_dogger_bank(county: CountyFiles) -> None:
    found = table(county.postcodes.read_bytes())
    assert {row["pcds"][:2] for row in found} == {"ZZ"}
    assert all(len(row["pcd"]) == 7 and len(row["pcd2"]) == 8 for row in found)
    assert all(54.5 < float(row["lat"]) < 54.9 and 2.0 < float(row["long"]) < 2.6 for row in found)
    assert {row["oseast1m"] for row in found} == {""}
    assert len({row["pcds"] for row in found}) == len(found)
    assert 10 < sum(bool(row["doterm"]) for row in found) < len(found) / 20


def test_streets_have_welsh_accented_apostrophed_and_comma_names_and_a_few_none(county: CountyFiles) -> None:
    names = {point["name"] for point in table(county.snap_points.read_bytes())}
    assert {
        "On or near Heol Tŷ Gwyn", "On or near Rue de l'Église", "On or near The Quay, North Side", "On or near ",
        "On or near Nightclub", "On or near Doggerton Central (Station)", "On or near St Brannock'S Row",
    } <= names  # fmt: skip


def test_stops_leave_blanks_where_forces_do(members: dict[tuple[str, str], bytes]) -> None:
    stops = [row for (_, name), data in members.items() if "stop-and-search" in name for row in table(data)]
    unplaced = sum(not row["Latitude"] for row in stops) / len(stops)
    assert 0.03 < unplaced < 0.06
    assert {row["Part of a policing operation"] for row in stops} == {"True", "False", ""}
    assert {row["Outcome linked to object of search"] for row in stops} == {"True", "False", ""}
    assert {row["Removal of more than just outer clothing"] for row in stops} == {"True", "False", ""}


def test_a_summer_month_of_stops_begins_in_the_last_hour_of_the_month_before(
    members: dict[tuple[str, str], bytes],
) -> None:
    days = {
        (name[:7], row["Date"][:7])
        for (_, name), data in members.items()
        if "stop-and-search" in name
        for row in table(data)
    }
    early = {file for file, day in days if file != day}
    assert early
    assert {file[5:] for file in early} <= {"04", "05", "06", "07", "08", "09", "10"}


def test_the_register_is_the_demo_one_and_says_that_it_is_invented(county: CountyFiles) -> None:
    register = json.loads(county.forces.read_text())
    assert (register["register"], register["invented"]) == ("demo", True)
    assert [(force["id"], force["slot"], force["reported_as"]) for force in register["forces"]] == [
        ("doggerland", 0, ["Doggerland Constabulary"]),
        ("silver-pit", 1, ["Silver Pit Police"]),
    ]


@pytest.mark.parametrize(
    ("layer", "classes"),
    [
        ("land", {"island", "rock", "built-up"}),
        ("park", {"park", "wood"}),
        ("street", {"primary", "secondary", "residential", "close", "lane", "rail"}),
        ("water", {"lake", "river"}),
        ("station", {"station"}),
        ("place", {"city", "town", "village", "island", "suburb", "landmark"}),
    ],
)
def test_each_layer_of_the_base_map_has_its_classes(county: CountyFiles, layer: str, classes: set[str]) -> None:
    features = json.loads((county.base_map / f"{layer}.geojson").read_text())["features"]
    assert {feature["properties"]["class"] for feature in features} == classes
    if layer == "place":
        assert {feature["properties"]["rank"] for feature in features} == {1, 2, 3, 4}


def test_people_are_counted_in_every_area_of_the_crimes_and_most_come_to_the_middle_of_the_city(
    county: CountyFiles, newest_street: dict[str, Table]
) -> None:
    residents, workday = (
        read_population(read_table(path), measure, None).people for measure, path in county.populations
    )
    assert {row["LSOA code"] for row in rows(newest_street) if row["LSOA code"]} <= set(residents)
    assert set(residents) == set(workday)
    assert 1_000 < sum(residents.values()) / len(residents) < 2_500
    assert sum(workday[code] > 2 * people for code, people in residents.items()) in range(1, len(residents) // 5)
