"""A site of one invented city: known counts, hand-made tiles, and a real server on loopback."""

import io
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from api.problems import answer_problems
from api.publish.database import open_updates
from api.queries.area import AreaAnswer, CategoryCount, MonthChoice, SupplyGap
from api.queries.street import StreetCount
from geo.category import Category, categories_of
from geo.errors import BadMonth, UnknownPostcode
from geo.force import Force, ForceRegister
from geo.latlng import LatLng
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.postcode import Postcode
from geo.store.boundary import Areas
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest
from geo.store.postcode import SCHEMA, PostcodeTable
from geo.store.snap_register import SnapRegister
from geo.supply import SupplyState
from ingest.reference import load_basemap, register_of
from ingest.release import activate, check
from ingest.workspace import workspace
from web.asset import Assets
from web.page import Pages
from web.settings import WebSettings
from web.site import create_site, dress
from web.stage import Stage
from yourarea.build_job import build_all
from yourarea.content_job import import_content

MONTH = Month(2025, 12)
IN_CIRCLE = (40, 0, 9, 21, 5, 18, 2, 17, 3, 38, 6, 14, 97, 4)  # by category code; 274 in all
IN_NEIGHBOURHOOD = (12, 0, 3, 8, 1, 9, 0, 7, 1, 30, 2, 5, 41, 1)  # 120 in all


def one_postcode() -> PostcodeTable:
    """A table of LE1 5YA alone."""
    values: list[list[Any]] = [[b"LE1 5YA"], [52_634_500], [-1_133_500], [0], [0]]
    return PostcodeTable(
        pa.record_batch([pa.array(*pair) for pair in zip(values, SCHEMA.types, strict=True)], schema=SCHEMA)
    )


def nowhere() -> Areas:
    """Boundaries of nothing."""
    return Areas((), (), (), np.array([], object))


@dataclass
class InventedRelease:
    """As much of a release as pages read."""

    register: ForceRegister
    id: str = "20260105-abc123"
    month_newest: Month | None = MONTH
    postcodes: PostcodeTable = field(default_factory=one_postcode)
    gazetteer: None = None
    neighbourhoods: Areas = field(default_factory=nowhere)
    force_areas: Areas = field(default_factory=nowhere)
    snap_register: SnapRegister = field(default_factory=SnapRegister.empty)
    months: tuple[Month, ...] = ()
    manifest: Manifest = field(
        default_factory=lambda: Manifest(
            checked_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC), postcodes=FileRef(path="p", sha256="0", size=1, rows=1)
        )
    )
    tiles: dict[str, str] = field(
        default_factory=lambda: {
            name: f"{name}-0123456789abcdef"
            for name in ("month-2025-12", "month-2025-11", "year-2025-12", "areas", "basemap-county")
        }
    )


class City:
    """One city: its answers, its pages and its site."""

    postcode = Postcode.parse("LE1 5YA")
    position = LatLng(52.6345, -1.1335)
    month = MONTH
    today = date(2026, 1, 20)
    force = Force("testshire", "Testshire Police", 1, None, "england", True, True, "https://testshire.example/", ())
    neighbour = Force("bordershire", "Bordershire Police", 2, None, "england", True, True, None, ())
    register = ForceRegister("uk", {"en": "Testshire"}, False, (force, neighbour))
    assets = Assets.read()
    release = InventedRelease(register)

    def answer(self, **changes: object) -> AreaAnswer:
        """The area's answer: whole, but for what is changed."""
        whole = AreaAnswer(
            release_id="20260105-abc123", postcode=self.postcode, position=self.position, terminated=None,
            force=self.force, neighbourhood=Neighbourhood(NeighbourhoodRef("testshire", "NC04"), "City Centre"),
            generation=Month(2025, 1), month=MONTH,
            months=(
                MonthChoice(MONTH, SupplyState.SUPPLIED),
                MonthChoice(Month(2025, 11), SupplyState.SUPPLIED),
                MonthChoice(Month(2025, 10), SupplyState.NOT_HELD),
            ),
            state=SupplyState.SUPPLIED, next_month=Month(2026, 1), next_due=date(2026, 2, 28),
            counts=self.counts(IN_CIRCLE, IN_NEIGHBOURHOOD),
            streets=(
                StreetCount(7, "On or near Campbell Street", 31, 120.0),
                StreetCount(9, "On or near ", 12, 450.0),
                StreetCount(4, "Leicester (station)", 9, 610.0),
            ),
            gaps=(), railway_state=SupplyState.SUPPLIED, unplaced=312, force_total=8_312, published=Month(2026, 1),
            loaded_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
        )  # fmt: skip
        return replace(whole, **changes)  # type: ignore[arg-type]

    def counts(
        self, in_circle: Sequence[int | None], in_neighbourhood: Sequence[int | None]
    ) -> tuple[CategoryCount, ...]:
        """Counts by category, of numbers in order of category code."""
        return tuple(
            CategoryCount(category, in_circle[category.code], in_neighbourhood[category.code])
            for category in categories_of(MONTH)
        )

    def without_figures(self, state: SupplyState, note: str | None = None) -> dict[str, object]:
        """Changes that make the place's own force one whose month does not count."""
        return {
            "state": state, "gaps": (SupplyGap(self.force, state, note),), "unplaced": None, "force_total": None,
            "counts": self.counts([None] * 14, [None] * 14), "streets": (),
        }  # fmt: skip

    def near(
        self, _release: InventedRelease, postcode: Postcode, month: Month | None, category: Category | None, _m: float
    ) -> AreaAnswer:
        """The answer for a postcode: only one is held, for three months."""
        if postcode != self.postcode:
            raise UnknownPostcode("%(postcode)s is not a postcode that is held here.", postcode=postcode.spaced)
        if month == Month(2025, 10):
            return self.answer(month=month, **self.without_figures(SupplyState.NOT_HELD))
        if month not in (None, MONTH, Month(2025, 11)):
            raise BadMonth("No crimes are held yet.")
        return self.answer(month=month or MONTH, category=category)

    def site(self, answer: AreaAnswer | None = None, register: ForceRegister | None = None, **shown: Any) -> FastAPI:
        """The pages over a release that always gives that answer, or else those of `near`."""
        release = InventedRelease(register or self.register)
        near = self.near if answer is None else lambda *_: answer
        return self.site_of(lambda: release, near, **shown)

    def site_of(self, current: Callable[[], Any], near: Callable[..., AreaAnswer], **shown: Any) -> FastAPI:
        """The pages over any release and answers; `shown` are the settings of what stands on every page."""
        site = FastAPI()
        site.state.updates = open_updates(WebSettings(data_dir=Path("/nowhere")))  # nobody publishes anything
        answer_problems(site)
        site.add_api_route("/tiles/{stem}/{z}/{x}/{y}.mvt", tile)
        site.add_api_route("/archive.pmtiles", archive, methods=["GET", "HEAD"])
        return dress(site, Pages(current, near, Stage(self.assets, **shown), lambda: self.today))

    def page(self, **changes: object) -> str:
        """The HTML of the area page, of an answer with these changes."""
        return TestClient(self.site(self.answer(**changes))).get("/area/LE1-5YA").text


def tile(stem: str, z: int, x: int, y: int) -> Response:
    """A tile made by hand: nine snap points, a hexagon, streets, and missing figures in every other column."""
    square = {"type": "Polygon", "coordinates": [[[900, 900], [3100, 900], [3100, 3100], [900, 3100], [900, 900]]]}
    whole = {"type": "Polygon", "coordinates": [[[0, 0], [4096, 0], [4096, 4096], [0, 4096], [0, 0]]]}
    steps = (700, 2000, 3300)
    lines = [[[0, at], [4096, at + 60]] for at in steps] + [[[at, 0], [at - 90, 4096]] for at in steps]
    points = [(column, row, 1 + (column * row) % 37) for column in steps for row in steps]
    if "2025-11" in stem:
        points = points[:4]
    named = {"force": "testshire", "id": "NC04", "name": "City Centre"}
    features = {
        "points": [
            ({"type": "Point", "coordinates": [column, row]}, {"name": "On or near Campbell Street <b>", **counted(n)})
            for column, row, n in points
        ],
        "cells": [(square, counted(42))],
        "supply": [(whole, {"name": "Bordershire Police", "state": "not_held"})] if x % 2 else [],
        "neighbourhoods": [(square, named)],
        "street": [({"type": "LineString", "coordinates": line}, {"name": "Campbell Street"}) for line in lines],
        "land": [(whole, {})],
        "park": [({"type": "Polygon", "coordinates": [[[2100, 2150], [3200, 2150], [3200, 3200], [2100, 2150]]]}, {})],
    }  # fmt: skip
    layers = [
        {"name": name, "features": [{"geometry": shape, "properties": told} for shape, told in made]}
        for name, made in features.items()
        if made
    ]
    content = mapbox_vector_tile.encode(layers, default_options={"y_coord_down": True})
    return Response(content, media_type="application/vnd.mapbox-vector-tile")


def archive(request: Request) -> Response:
    """A whole archive of one tile, of which a part can be asked for."""
    content = io.BytesIO()
    writer = Writer(content)
    writer.write_tile(zxy_to_tileid(0, 0, 0), tile("month-2025-12", 0, 0, 0).body)
    told = {"tile_type": TileType.MVT, "tile_compression": Compression.NONE, "min_zoom": 0, "max_zoom": 0}
    bounds = {"min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 0, "max_lat_e7": 0}
    writer.finalize({**told, **bounds, "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0}, {})
    whole = content.getvalue()
    first, last = request.headers["range"].removeprefix("bytes=").split("-")
    part = whole[int(first) : int(last) + 1]
    headers = {"Content-Range": f"bytes {first}-{int(first) + len(part) - 1}/{len(whole)}"}
    return Response(part, 206, headers)


def counted(n: int) -> dict[str, int]:
    """A count, a quarter of it shoplifting where that is anything; one of it was recorded by the railway's police."""
    return {"n": n, "c12": n - n // 4, **({"c9": n // 4} if n // 4 else {}), "r": 1, "r12": 1}


@pytest.fixture(scope="session")
def city() -> City:
    return City()


@pytest.fixture(scope="session")
def client(city: City) -> TestClient:
    return TestClient(city.site(), follow_redirects=False)


@contextmanager
def serving(site: FastAPI) -> Iterator[str]:
    """The address of a site while it is served on loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(site, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def served() -> Iterator[Callable[[FastAPI], str]]:
    """Serves a site while the test lasts, and says where."""
    with ExitStack() as stack:
        yield lambda site: stack.enter_context(serving(site))


@pytest.fixture(scope="session")
def address(city: City) -> Iterator[str]:
    """The city's site."""
    with serving(city.site()) as found:
        yield found


@pytest.fixture
def live_address(loaded: DataFolder) -> Iterator[str]:
    """The whole site over Testshire: loaded from published files, built, checked and activated."""
    with workspace(loaded) as work:
        build_all(work, workers=1, serving_months=36)
        manifest, _ = check(work)
        activate(work, manifest.release_id)
    with serving(create_site(WebSettings(data_dir=loaded.root))) as found:
        yield found


@pytest.fixture(scope="session")
def places(_testshire_loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Testshire built and activated, with a town on its base map and a team that publishes."""
    root = tmp_path_factory.mktemp("places")
    folder = DataFolder(root / "data")
    shutil.copytree(_testshire_loaded, folder.root)
    point = {"type": "Point", "coordinates": [1.012, 54.006]}
    town = {"type": "Feature", "properties": {"name": "Testham"}, "geometry": point}
    for name, content in {"basemap/place.geojson": {"type": "FeatureCollection", "features": [town]}, **TEAM}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(content), encoding="utf-8")
    with workspace(folder) as work:
        load_basemap(work, root / "basemap")
        build_all(work, workers=1, serving_months=36)
        manifest, _ = check(work)
        activate(work, manifest.release_id)
        register = register_of(folder, manifest)
    import_content(folder, root / "export", register)
    return folder


TEAM = {
    "export/testshire/neighbourhoods.json": [{"id": "T1", "name": "Market & Quay"}, {"id": "T2", "name": "East Field"}],
    "export/testshire/T2/events.json": [
        {
            "title": "Coffee, cake & police", "address": "Library; East Field",
            "description": "<p>All <b>welcome</b></p>",
            "start_date": "2031-06-03T18:00:00", "end_date": "2031-06-03T19:30:00",
        },
    ],
    "export/testshire/T1.json": {"name": "Market & Quay", "contact_details": {"email": "t1@testshire.example"}},
    "export/testshire/T1/people.json": [{"name": "Ann Teak", "rank": "Sgt", "bio": "<p>Beat <b>one</b></p>"}],
    "export/testshire/T1/priorities.json": [
        {
            "issue": "<p>Bicycles at the quay<script>alert(1)</script></p>", "issue-date": "2024-02-01T00:00:00",
            "action": "<p>Marked forty frames</p>", "action-date": "2024-03-09T00:00:00",
        },
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def places_address(places: DataFolder) -> Iterator[str]:
    """The site over `places`, served."""
    with serving(create_site(WebSettings(data_dir=places.root))) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
