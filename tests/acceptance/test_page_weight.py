"""What the densest pages weigh before their map is asked for: central London, from published files."""

import csv
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route
from starlette.testclient import TestClient

from geo.category import category_of
from geo.force import uk_forces
from geo.month import Month
from geo.store.layout import DataFolder
from ingest.boundary import load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.layout import STREET_HEADER
from ingest.load import LoadOrder, load
from ingest.reference import load_postcodes
from ingest.release import activate, check
from ingest.workspace import workspace
from web.settings import WebSettings
from web.site import create_site
from yourarea.build_job import build_all

pytestmark = [pytest.mark.real, pytest.mark.browser]

MOST_BYTES = 60_000  # gzipped: half a second on a slow phone's line
ORIGIN = "http://area.example"
FORCES = ("city-of-london", "metropolitan")  # those whose ground lies within two miles
CITY = ("2025-12-all-forces.zip", "city-of-london-2018-04_2020-12.zip", "2025-01_2025-11-six-forces.zip")
PAGES = {
    "area, December 2025": "/area/EC2V-7HH",
    "area, June 2018": "/area/EC2V-7HH?month=2018-06",
    "crime, December 2025": "/area/EC2V-7HH/crime",
    "crime, June 2018": "/area/EC2V-7HH/crime?month=2018-06",
    "crime, June 2018, two miles": "/area/EC2V-7HH/crime?month=2018-06&radius=2",
    "neighbourhood, December 2025": "/neighbourhood/city-of-london/cs",
    "neighbourhood, June 2018": "/neighbourhood/city-of-london/cs?month=2018-06",
}


@pytest.fixture(scope="module")
def central(shared: Path, tmp_path_factory: pytest.TempPathFactory, executor: Executor) -> Iterator[TestClient]:
    """The site over 44 months of the City, and over what London's wards recorded in June 2018."""
    root = tmp_path_factory.mktemp("central")
    folder, crimes = DataFolder(root / "data"), root / "crimes"
    _unpack_city(shared, crimes)
    _write_recordings(shared / "api/london-wards-poly-2018-06.zip", crimes / "2018-06")
    given = shared / "boundaries"
    areas = _part(given / "police-force-areas-geojson.zip", root / "areas.zip", *FORCES)
    neighbourhoods = _part(given / "neighbourhood-kml-2013-02.zip", root / "neighbourhoods.zip", *FORCES)
    postcodes = _part(shared / "postcodes/codepo_gb_2025-11_partial.zip", root / "postcodes.zip", "/ec.csv")
    with workspace(folder) as work:
        load_force_areas(work, areas, uk_forces())
        names = read_names(given / "neighbourhood-names-2022.csv.gz")
        load_boundaries(work, neighbourhoods, Month(2013, 2), uk_forces(), names)
        load_postcodes(work, [postcodes])
        report = load(work, LoadOrder([crimes]), uk_forces(), executor, lambda _: None)
        assert report.refused == []
        build_all(work, workers=1, serving_months=1)
        release, _ = check(work)
        activate(work, release.release_id)
    with TestClient(create_site(WebSettings(data_dir=folder.root))) as client:
        yield client


def _unpack_city(shared: Path, crimes: Path) -> None:
    """Lay out the City's street files, one publication of each month."""
    for name in CITY:
        with zipfile.ZipFile(shared / "crimes" / name) as archive:
            for member in archive.namelist():
                if member.endswith("-city-of-london-street.csv"):
                    archive.extract(member, crimes)


def _write_recordings(recorded: Path, folder: Path) -> None:
    """Write what the API answered for each ward as the street files of those who recorded it."""
    seen: dict[int, dict[str, Any]] = {}
    with zipfile.ZipFile(recorded) as archive:
        for name in archive.namelist():
            seen.update((crime["id"], crime) for crime in json.loads(archive.read(name)))
    forces = {"Force": ("metropolitan", "Metropolitan Police Service"), "BTP": ("btp", "British Transport Police")}
    for kind, (slug, named) in forces.items():
        with (folder / f"2018-06-{slug}-street.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(STREET_HEADER)
            writer.writerows(_row(crime, named) for crime in seen.values() if crime["location_type"] == kind)


def _row(crime: dict[str, Any], force: str) -> list[str]:
    """A recorded crime as a row of a published file; the API does not say in which LSOA it lies."""
    place, outcome = crime["location"], crime["outcome_status"]
    who = [crime["persistent_id"], crime["month"], force, force]
    where = [place["longitude"], place["latitude"], place["street"]["name"], "", ""]
    return [*who, *where, category_of(crime["category"]).name, outcome["category"] if outcome else "", ""]


def _part(whole: Path, goal: Path, *named: str) -> Path:
    """The members of a zip file whose names hold any of some words, as a zip file of their own."""
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(goal, "w") as part:
        for member in archive.namelist():
            if any(name in member for name in named):
                part.writestr(member, archive.read(member))
    return goal


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_the_densest_page_weighs_at_most_60_kb_before_its_map_is_asked_for(
    central: TestClient, browser: Browser, address: str
) -> None:
    weights = _weights(central, browser, address)
    assert len(weights) >= 5, "the page, its style and its theme's, its script and its font"
    assert sum(weights.values()) <= MOST_BYTES, weights


def _weights(client: TestClient, browser: Browser, address: str) -> dict[str, int]:
    """Bytes of each file, gzipped where it can be, that Chromium asks for to show a page that nobody scrolls."""
    weights: dict[str, int] = {}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        sent = client.get(path, headers={"Accept-Encoding": "gzip"})
        weights[path] = int(sent.headers["content-length"])
        kept = {
            name: value for name, value in sent.headers.items() if name not in ("content-encoding", "content-length")
        }
        route.fulfill(status=sent.status_code, headers=kept, body=sent.content)

    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=ORIGIN)
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    icon = page.locator("link[rel=icon]").get_attribute("href")
    context.close()
    assert icon is not None
    weights[icon] = int(client.get(icon, headers={"Accept-Encoding": "gzip"}).headers["content-length"])
    return weights
