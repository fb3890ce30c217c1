"""A stand-alone file in a browser without a network: drawn from disk, asking nobody for anything."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release, live_release_id
from web.language import ENGLISH, WELSH, Language
from web.map_file import Exports
from web.settings import WebSettings
from web.site import stage_of

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
HERE = ("file:", "blob:", "data:")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def saved(places: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    """Market & Quay's file in each language."""
    release = Release.open(places, live_release_id(places))
    stage = stage_of(WebSettings(data_dir=places.root))
    root = tmp_path_factory.mktemp("export")
    files = {}
    for language in (ENGLISH, WELSH):
        exports = Exports(release, stage.in_language(language), date(2026, 1, 20))
        files[language] = root / f"{language.code}.html"
        files[language].write_text(exports.page(NeighbourhoodRef("testshire", "T1")), encoding="utf-8")
    return files


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A phone without a network."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", [ENGLISH, WELSH])
def test_the_map_is_drawn_from_disk_without_a_network(
    offline: Page, saved: dict[Language, Path], language: Language
) -> None:
    asked: list[str] = []
    said: list[str] = []
    offline.on("request", lambda request: asked.append(request.url))
    offline.on("console", lambda message: said.append(message.text))
    offline.on("pageerror", lambda error: said.append(str(error)))
    offline.goto(saved[language].as_uri())
    offline.wait_for_selector("html[data-map-ready]", timeout=60_000)
    assert [one for one in asked if not one.startswith(HERE)] == []
    assert [one for one in asked if one.startswith("file:")] == [saved[language].as_uri()]
    assert [text for text in said if "GPU stall" not in text and "GL Driver" not in text] == []
    assert offline.locator("[data-map-incomplete], [data-map-failed]").count() == 0
    assert offline.evaluate("document.documentElement.scrollWidth") <= 320
    assert offline.evaluate("document.fonts.check('16px \"Noto Sans\"')")
    offline.evaluate(AXE.read_text(encoding="utf-8"))
    assert offline.evaluate("axe.run(document).then(found => found.violations.map(one => one.id))") == []


def test_without_webgl_the_table_is_there_and_the_map_says_so(offline: Page, saved: dict[Language, Path]) -> None:
    offline.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    offline.goto(saved[ENGLISH].as_uri())
    offline.wait_for_selector("[data-map-failed]")
    assert offline.get_by_text("This browser cannot draw the map.").is_visible()
    assert offline.locator("#by-category tbody tr").first.is_visible()


def test_without_javascript_the_table_is_there(browser: Browser, saved: dict[Language, Path]) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(saved[ENGLISH].as_uri())
    assert page.get_by_text("The map needs JavaScript.").is_visible()
    assert page.locator("#by-category tbody tr").first.is_visible()
    context.close()


def test_a_dot_says_its_counts_and_leads_nowhere(browser: Browser, saved: dict[Language, Path]) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(saved[ENGLISH].as_uri())
    page.wait_for_selector("html[data-map-ready]", timeout=60_000)
    canvas = page.locator(".maplibregl-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    page.wait_for_selector(".maplibregl-popup")
    assert page.locator(".maplibregl-popup a").count() == 0
    context.close()
