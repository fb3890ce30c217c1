"""Answers that data.police.uk gave for London's wards in June 2018, written back as CSV, loaded and asked for again."""

import csv
import gzip
import json
import zipfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
import shapely

from api.police.crime import crimes_at_location
from api.police.request import Asked
from api.serving.build import build_serving, needed_serving
from api.settings import ApiSettings
from geo.category import categories
from geo.force import uk_forces
from geo.store.layout import DataFolder
from geo.store.release import Release
from ingest.build import build
from ingest.load import LoadOrder, load
from ingest.workspace import workspace

pytestmark = pytest.mark.real

JUNE = "2018-06"
FORCES = {"Force": ("metropolitan", "Metropolitan Police Service"), "BTP": ("btp", "British Transport Police")}
HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
SHARE_ASKED = 0.94


@pytest.fixture(scope="module")
def recorded(shared):
    """The crimes that were recorded for each ward, by ward."""
    wards = defaultdict(list)
    with zipfile.ZipFile(shared / "api" / "london-wards-poly-2018-06.zip") as answers:
        for name in answers.namelist():
            if name.endswith(".json"):
                wards[name.split("_area_")[1].split("_")[0]] += json.loads(answers.read(name))
    return wards


@pytest.fixture(scope="module")
def crimes(recorded):
    """Every recorded crime once, in order of its id."""
    return [crime for _, crime in sorted({one["id"]: one for ward in recorded.values() for one in ward}.items())]


@pytest.fixture(scope="module")
def london(crimes, tmp_path_factory) -> DataFolder:
    """Those crimes as published files, loaded, built and live."""
    root, folder = tmp_path_factory.mktemp("csv"), DataFolder(tmp_path_factory.mktemp("london"))
    names = {category.slug: category.name for category in categories()}
    for kind, (force, reported) in FORCES.items():
        path = root / JUNE / f"{JUNE}-{force}-street.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = [_row(one, reported, names) for one in crimes if one["location_type"] == kind]
            csv.writer(file).writerows([HEADER, *rows])
    with workspace(folder) as work, ThreadPoolExecutor(2) as executor:
        load(work, LoadOrder([root]), uk_forces(), executor, lambda _: None)
        manifest = build(work, uk_forces(), lambda _: None)
        folder.scratch.mkdir(exist_ok=True)
        jobs = needed_serving(folder, manifest, uk_forces(), 1)
        made = build_serving(jobs, executor=executor, done=lambda: None)
        serving = {name: work.adopt(f"serving/{name}", ".arrow", path, rows) for name, (path, rows) in made.items()}
    release = manifest.changed(serving=serving, release_id="london")
    folder.release("london").write_text(release.to_json(), encoding="utf-8")
    folder.live.write_text('{"release": "london"}', encoding="utf-8")
    return folder


def _row(crime, reported, names):
    place, outcome = crime["location"], crime["outcome_status"]
    return [
        crime["persistent_id"], crime["month"], reported, reported, place["longitude"], place["latitude"],
        place["street"]["name"], "", "", names[crime["category"]], outcome["category"] if outcome else "", "",
    ]  # fmt: skip


def carried(crime):
    """What a CSV carries of a crime, so what must come back."""
    place, outcome = crime["location"], crime["outcome_status"] or {}
    return (
        crime["persistent_id"], crime["category"], crime["month"], place["latitude"], place["longitude"],
        place["street"]["name"], crime["location_type"], crime["context"], outcome.get("category"), outcome.get("date"),
    )  # fmt: skip


def test_every_recorded_crime_comes_back_at_its_snap_point(london, crimes):
    release, settings = Release.open(london, "london"), ApiSettings(data_dir=london.root)
    found = []
    for snap_id in range(len(release.snap_register)):
        found += json.loads(crimes_at_location(Asked(release, settings, {"location_id": str(snap_id)})))
    assert len(crimes) > 66_000
    assert Counter(map(carried, found)) == Counter(map(carried, crimes))
    assert len({one["id"] for one in found}) == len(found)
    streets = defaultdict(set)
    for one in found:
        streets[one["location"]["street"]["id"]].add(carried(one)[3:6])
    assert all(len(places) == 1 for places in streets.values())


def test_a_station_is_a_station(london, crimes, calling):
    with calling(london) as call:
        found = call("crimes-street/all-crime", lat="51.530", lng="-0.124").json  # King's Cross
    railway = [one for one in found if one["location_type"] == "BTP"]
    assert railway
    assert {one["location_subtype"] for one in railway} == {"STATION"}


def test_nearly_all_of_a_wards_crimes_come_back_for_its_polygon(london, recorded, shared, calling):
    wards = shared / "boundaries" / "neighbourhoods-metropolitan-from-wards.geojson.gz"
    features = json.loads(gzip.decompress(wards.read_bytes()))["features"]
    shapes = {one["properties"]["id"][:9]: shapely.from_geojson(json.dumps(one["geometry"])) for one in features}
    both = sorted(set(shapes) & {ward for ward, known in recorded.items() if known})
    assert len(both) > 300
    there = back = 0
    with calling(london) as call:
        for ward in both:
            rings = [shapely.get_coordinates(part.exterior).tolist() for part in shapely.get_parts(shapes[ward])]
            found = Counter()
            for ring in rings:
                answer = call.post("crimes-street/all-crime", poly=":".join(f"{lat},{lng}" for lng, lat in ring))
                found += Counter(map(carried, answer.json))
            known = Counter(map(carried, {one["id"]: one for one in recorded[ward]}.values()))
            there, back = there + known.total(), back + (known & found).total()
    assert back / there >= SHARE_ASKED, f"{back:,} of {there:,}"
