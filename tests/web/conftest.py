"""A site of one invented city: known counts, hand-made tiles, and a real server on loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import mapbox_vector_tile
import pytest
import uvicorn
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, sync_playwright

from api.problems import answer_problems
from api.queries.area import AreaAnswer, CategoryCount, MonthChoice, StreetCount, SupplyGap
from geo.category import categories_of
from geo.errors import BadMonth, UnknownPostcode
from geo.force import Force, ForceRegister
from geo.latlng import LatLng
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.postcode import Postcode
from geo.supply import SupplyState
from web.asset import Assets
from web.page import Pages
from web.site import dress
from web.stage import Stage

POSTCODE = Postcode.parse("LE1 5YA")
HERE = LatLng(52.6345, -1.1335)
MONTH = Month(2025, 12)
TODAY = date(2026, 1, 20)
TESTSHIRE = Force("testshire", "Testshire Police", 1, None, "england", True, True, "https://testshire.example/", ())
BORDERSHIRE = Force("bordershire", "Bordershire Police", 2, None, "england", True, True, None, ())
REGISTER = ForceRegister("uk", {"en": "Testshire"}, False, (TESTSHIRE, BORDERSHIRE))
IN_CIRCLE = (40, 0, 9, 21, 5, 18, 2, 17, 3, 38, 6, 14, 97, 4)  # by category code; 274 in all
IN_NEIGHBOURHOOD = (12, 0, 3, 8, 1, 9, 0, 7, 1, 30, 2, 5, 41, 1)  # 120 in all


def answer_of(**changes: object) -> AreaAnswer:
    """The area's answer, whole and real, but for what is changed."""
    counts = tuple(
        CategoryCount(category, IN_CIRCLE[category.code], IN_NEIGHBOURHOOD[category.code])
        for category in categories_of(MONTH)
    )
    whole = AreaAnswer(
        release_id="20260105-abc123", postcode=POSTCODE, position=HERE, terminated=None, force=TESTSHIRE,
        neighbourhood=Neighbourhood(NeighbourhoodRef("testshire", "NC04"), "City Centre"), generation=Month(2025, 1),
        month=MONTH,
        months=(
            MonthChoice(MONTH, SupplyState.SUPPLIED),
            MonthChoice(Month(2025, 11), SupplyState.SUPPLIED),
            MonthChoice(Month(2025, 10), SupplyState.NOT_HELD),
        ),
        state=SupplyState.SUPPLIED, next_month=Month(2026, 1), next_due=date(2026, 2, 28), counts=counts,
        streets=(
            StreetCount(7, "On or near Campbell Street", 31, 120.0),
            StreetCount(9, "On or near ", 12, 450.0),
            StreetCount(4, "Leicester (station)", 9, 610.0),
        ),
        gaps=(), railway_state=SupplyState.SUPPLIED, unplaced=312, force_total=8_312, published=Month(2026, 1),
        loaded_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


@dataclass
class InventedRelease:
    """As much of a release as pages read."""

    id: str = "20260105-abc123"
    register: ForceRegister = REGISTER
    month_newest: Month | None = MONTH
    tiles: dict[str, str] = field(
        default_factory=lambda: {
            name: f"{name}-0123456789abcdef"
            for name in ("month-2025-12", "month-2025-11", "year-2025-12", "areas", "basemap")
        }
    )


def near(release: InventedRelease, postcode: Postcode, month: Month | None) -> AreaAnswer:
    """The answers of the invented city."""
    if postcode != POSTCODE:
        raise UnknownPostcode(f"{postcode.spaced} is not a postcode that is held here.")
    if month not in (None, MONTH, Month(2025, 11), Month(2025, 10)):
        raise BadMonth(f"No street crimes of {month} are held.")
    if month == Month(2025, 10):
        return answer_of(
            month=month, state=SupplyState.NOT_HELD, gaps=(SupplyGap(TESTSHIRE, SupplyState.NOT_HELD, None),)
        )
    return answer_of(month=month or MONTH)


def site_of(release: InventedRelease | None = None, answer: Callable[..., AreaAnswer] = near) -> FastAPI:
    """The pages over that release."""
    site = FastAPI()
    answer_problems(site)
    shown = release or InventedRelease()
    pages = Pages(lambda: shown, answer, Stage(Assets.read()), lambda: TODAY)
    site.add_api_route("/tiles/{stem}/{z}/{x}/{y}.mvt", tile)
    dress(site, pages)
    return site


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
            ({"type": "Point", "coordinates": [column, row]}, {"name": "On or near Campbell Street", **counted(n)})
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


def counted(n: int) -> dict[str, int]:
    """A count, a quarter of it shoplifting where that is anything."""
    return {"n": n, "c12": n - n // 4, **({"c9": n // 4} if n // 4 else {})}


@pytest.fixture(scope="session")
def client() -> TestClient:
    return TestClient(site_of(), follow_redirects=False)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The site, served on loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(site_of(), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium that can draw WebGL without a graphics card."""
    flags = (
        "--no-sandbox --disable-gpu --use-angle=swiftshader --enable-unsafe-swiftshader --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags.split())
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
