"""The real published files: nothing lost, and every figure the one that a direct computation gives."""

import csv
import gzip
import html
import io
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from starlette.testclient import TestClient

from api.queries.area import area_near
from api.queries.outcome import outcomes_in
from geo.category import categories
from geo.force import uk_forces
from geo.month import Month
from geo.outcome import outcomes
from geo.postcode import Postcode
from geo.store.boundary import Areas
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.store.release import Release
from geo.supply import Kind, SupplyState
from ingest.boundary import load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.build import build
from ingest.load import LoadOrder, LoadReport, load
from ingest.placement import covering
from ingest.reference import load_postcodes
from ingest.release import release_id_of
from ingest.workspace import replace_file, workspace
from web.settings import WebSettings
from web.site import create_site

pytestmark = pytest.mark.real
DECEMBER = Month(2025, 12)
MILE_M = 1_609.344
EARTH_M = 6_371_008.8
POSTCODES = ["CF10 1EP", "LE1 5YA", "EC2V 7HH", "TS1 2AZ"]
BOUNDARIES = [
    ("neighbourhood-kml-2013-02.zip", Month(2013, 2)),
    ("neighbourhoods-south-wales-from-wards.geojson.gz", Month(2013, 5)),
    ("neighbourhoods-metropolitan-from-wards.geojson.gz", Month(2014, 5)),
]


@pytest.fixture(scope="module")
def country(
    shared: Path, tmp_path_factory: pytest.TempPathFactory, executor: Executor
) -> tuple[DataFolder, LoadReport, Manifest]:
    """Everything of the shared data loaded, built but for the tiles, and live."""
    folder = DataFolder(tmp_path_factory.mktemp("country"))
    with workspace(folder) as work:
        load_force_areas(work, shared / "boundaries/police-force-areas-geojson.zip", uk_forces())
        names = read_names(shared / "boundaries/neighbourhood-names-2022.csv.gz")
        for name, month in BOUNDARIES:
            load_boundaries(work, shared / "boundaries" / name, month, uk_forces(), names)
        load_postcodes(work, [shared / "postcodes/codepo_gb_2025-11_partial.zip"])
        order = LoadOrder(sorted((shared / "crimes").glob("*.zip")))
        report = load(work, order, uk_forces(), executor, lambda _: None)
        manifest = build(work, uk_forces(), lambda _: None)
        release_id = release_id_of(manifest)
        replace_file(folder.release(release_id), manifest.changed(release_id=release_id).to_json().encode())
        replace_file(folder.live, json.dumps({"release": release_id, "activated_at": "2026-01-01"}).encode())
    return folder, report, manifest


@pytest.fixture(scope="module")
def release(country: tuple[DataFolder, LoadReport, Manifest]) -> Release:
    folder, _, manifest = country
    return Release.open(folder, release_id_of(manifest))


@pytest.fixture(scope="module")
def pages(country: tuple[DataFolder, LoadReport, Manifest]) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=country[0].root))) as client:
        yield client


@pytest.fixture(scope="module")
def december(shared: Path) -> list[dict[str, str]]:
    """The rows of December 2025, read the plain way."""
    with zipfile.ZipFile(shared / "crimes/2025-12-all-forces.zip") as archive:
        return [
            row
            for name in archive.namelist()
            for row in csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
        ]


def test_every_row_is_a_record_or_a_reject(country: tuple[DataFolder, LoadReport, Manifest]) -> None:
    _, report, _ = country
    assert report.rows() == {"street": 1_641_697, "outcomes": 160_425, "stops": 69_009}
    assert all(one.rows == one.records + sum(one.rejects.values()) for one in report.files)
    assert report.rejects() == {}
    assert report.refused == []


def test_burglary_only_months_are_partial_and_count_nowhere(
    country: tuple[DataFolder, LoadReport, Manifest],
) -> None:
    _, _, manifest = country
    months = [Month(2010, 12), Month(2011, 8), Month(2013, 5), Month(2014, 2), Month(2016, 1), Month(2020, 4)]
    for month in (*months, Month(2024, 5)):
        assert manifest.state("metropolitan", month, Kind.STREET) is SupplyState.PARTIAL
        assert "Burglary" in str(manifest.note("metropolitan", month, Kind.STREET))
    assert Month(2016, 1) not in manifest.months


def test_december_counts_equal_the_files(release: Release, december: list[dict[str, str]]) -> None:
    placed = Counter(row["Crime type"] for row in december if row["Longitude"])
    counted = release.counts(DECEMBER).by_category()
    assert {one.name: int(counted[one.code]) for one in categories() if counted[one.code]} == dict(placed)


def metres(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lng - lng) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


@pytest.mark.parametrize("written", POSTCODES)
def test_a_page_shows_the_counts_of_a_direct_computation(
    release: Release, country: tuple[DataFolder, LoadReport, Manifest], december: list[dict[str, str]], written: str
) -> None:
    answer = area_near(release, Postcode.parse(written), DECEMBER)
    centre = answer.position
    near = Counter(
        row["Crime type"]
        for row in december
        if row["Longitude"]
        and abs(float(row["Latitude"]) - centre.lat) < 0.02
        and metres(centre.lat, centre.lng, float(row["Latitude"]), float(row["Longitude"])) <= MILE_M
    )
    assert {one.category.name: one.in_circle for one in answer.counts if one.in_circle} == dict(near)
    folder, _, _ = country
    with TestClient(create_site(WebSettings(data_dir=folder.root))) as client:
        page = client.get(f"/area/{Postcode.parse(written).slug}?month=2025-12").text
    assert f"{sum(near.values()):,}" in page


def rows_near(rows: list[dict[str, str]], release: Release, written: str, radius_m: float) -> list[dict[str, str]]:
    """The rows with a place within some metres of a postcode, found the plain way."""
    assert release.postcodes is not None
    entry = release.postcodes.find(Postcode.parse(written))
    assert entry is not None
    lat, lng = entry.position.lat, entry.position.lng
    return [
        row
        for row in rows
        if row["Longitude"]
        and abs(float(row["Latitude"]) - lat) < 0.04
        and metres(lat, lng, float(row["Latitude"]), float(row["Longitude"])) <= radius_m
    ]


@pytest.mark.parametrize("written", POSTCODES)
@pytest.mark.parametrize("miles", ["0.25", "2"])
def test_a_circle_of_any_radius_shows_the_counts_of_a_direct_computation_and_its_streets_add_up(
    pages: TestClient, release: Release, december: list[dict[str, str]], written: str, miles: str
) -> None:
    near = rows_near(december, release, written, float(miles) * MILE_M)
    query = {"month": "2025-12", "radius": miles, "category": "shoplifting"}
    page = pages.get(f"/area/{Postcode.parse(written).slug}/crime", params=query).text
    shoplifting = Counter(row["Location"].strip() for row in near if row["Crime type"] == "Shoplifting")
    shown = re.search(r'ya-figure__number">([\d,]+)<', page)
    assert shown is not None
    assert int(shown[1].replace(",", "")) == shoplifting.total() > 0
    download = re.search(r'href="(/v1/crimes\.csv\?[^"]*)"', page)
    assert download is not None
    rows = csv.DictReader(io.StringIO(pages.get(html.unescape(download[1])).text))
    assert Counter(row["name"].strip() for row in rows) == shoplifting


@pytest.mark.parametrize("railway", ["only", "without"])
def test_what_british_transport_police_recorded_is_counted_alone_or_left_out(
    pages: TestClient, release: Release, shared: Path, railway: str
) -> None:
    with zipfile.ZipFile(shared / "crimes/2019-01-all-forces.zip") as archive:
        january = [
            row
            for name in archive.namelist()
            for row in csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
        ]
    near = rows_near(january, release, "LE1 5YA", MILE_M)
    expected = sum((row["Reported by"] == "British Transport Police") is (railway == "only") for row in near)
    page = pages.get("/area/LE1-5YA/crime", params={"month": "2019-01", "railway": railway}).text
    assert f'ya-figure__number">{expected:,}<' in page
    assert expected > 0


def test_the_crimes_of_the_busiest_street_are_those_of_the_file_with_what_became_of_them(
    pages: TestClient, release: Release, december: list[dict[str, str]]
) -> None:
    near = rows_near(december, release, "LE1 5YA", MILE_M)
    places = Counter((row["Latitude"], row["Longitude"], row["Location"]) for row in near)
    (busiest, n), (_, second) = places.most_common(2)
    assert n > second
    listed = pages.get("/area/LE1-5YA/crime?month=2025-12").text
    first = re.search(r'href="([^"]*street=\d+[^"]*)#street"', listed[listed.index('id="streets"') :])
    assert first is not None
    page = pages.get(html.unescape(first[1])).text
    table = page[page.index('id="street"') : page.index("</table>", page.index('id="street"'))]
    shown = Counter[tuple[str, str]]()
    for cells in re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]:
        kind, outcome, count = (
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", cells, re.DOTALL)
        )
        shown[html.unescape(kind), html.unescape(outcome)] += int(count)
    direct = Counter(
        (row["Crime type"], row["Last outcome category"] or "none is published")
        for row in near
        if (row["Latitude"], row["Longitude"], row["Location"]) == busiest
    )
    assert shown == direct


def test_what_became_of_a_cardiff_wards_crimes_is_what_the_files_say(
    country: tuple[DataFolder, LoadReport, Manifest], release: Release, shared: Path
) -> None:
    place = area_near(release, Postcode.parse("CF10 1EP"), DECEMBER)
    assert place.neighbourhood is not None
    found = outcomes_in(release, country[0], place.neighbourhood.ref)
    delivered = (shared / "boundaries/neighbourhoods-south-wales-from-wards.geojson.gz").read_bytes()
    wards = gpd.read_file(io.BytesIO(gzip.decompress(delivered)))
    polygon = wards[wards["id"] == place.neighbourhood.ref.id].geometry.iloc[0]
    west, south, east, north = polygon.bounds
    group_of = {name: one.group for one in outcomes() for name in one.written}
    direct, wanted = Counter[str](), {str(month) for month in found.months}
    for path in sorted((shared / "crimes").glob("2025-*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                for row in csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                    if not row["Longitude"] or row["Month"] not in wanted or not row["Last outcome category"]:
                        continue
                    lng, lat = float(row["Longitude"]), float(row["Latitude"])
                    if west <= lng <= east and south <= lat <= north and polygon.covers(shapely.Point(lng, lat)):
                        direct[group_of[row["Last outcome category"]]] += 1
    shown = Counter[str]()
    for age in found.ages:
        shown.update({group: n for group, n in age.counts.items() if n})
    assert len(found.months) == 12
    assert shown == direct


def test_the_neighbourhood_of_a_cardiff_postcode_has_the_crimes_inside_its_polygon(
    release: Release, shared: Path, december: list[dict[str, str]]
) -> None:
    answer = area_near(release, Postcode.parse("CF10 1EP"), DECEMBER)
    assert answer.neighbourhood is not None
    delivered = (shared / "boundaries/neighbourhoods-south-wales-from-wards.geojson.gz").read_bytes()
    wards = gpd.read_file(io.BytesIO(gzip.decompress(delivered)))
    polygon = wards[wards["id"] == answer.neighbourhood.ref.id].geometry.iloc[0]
    inside = [
        row
        for row in december
        if row["Longitude"] and polygon.covers(shapely.Point(float(row["Longitude"]), float(row["Latitude"])))
    ]
    assert answer.neighbourhood_total == len(inside) > 0


@pytest.mark.parametrize(("name", "month"), BOUNDARIES)
def test_points_in_no_and_in_two_neighbourhoods_are_those_of_a_direct_computation(
    country: tuple[DataFolder, LoadReport, Manifest], release: Release, name: str, month: Month
) -> None:
    folder, _, manifest = country
    files = [folder.file(one.file.path) for one in manifest.generations if one.first_month == month]
    areas = Areas.open(*files)
    points = shapely.points(release.snap_register.lng, release.snap_register.lat)
    hits, _ = shapely.STRtree(areas.polygons).query(points, predicate="intersects")
    direct = np.bincount(hits, minlength=len(points))
    index, overlaps = covering(release.snap_register.lat, release.snap_register.lng, areas)
    assert np.array_equal(overlaps, direct)
    assert int((index == -1).sum()) == int((direct == 0).sum())
    assert int((direct > 0).sum()) > 1_000


def test_two_publications_of_a_month_give_the_same_live_data_in_either_order(
    shared: Path, tmp_path: Path, executor: Executor
) -> None:
    sources = [shared / "crimes/2019-01-all-forces.zip", shared / "crimes/city-of-london-2018-04_2020-12.zip"]
    found = []
    for name, order in (("one", sources), ("other", sources[::-1])):
        with workspace(DataFolder(tmp_path / name)) as work:
            for source in order:
                load(work, LoadOrder([source]), uk_forces(), executor, lambda _: None)
            found.append(build(work, uk_forces(), lambda _: None))
    one, other = found
    rule = one.live["city-of-london", Month(2019, 1), Kind.STREET]
    assert (rule.published, rule.records) == (Month(2020, 11), 617)
    assert len([each for each in one.publications if each.key == rule.key]) == 2
    assert release_id_of(one) == release_id_of(other)
