"""Residents' pages in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from web.area_map import area_map, figure_of
from web.asset import Assets
from web.cartography import tile_source
from web.language import ENGLISH
from web.map import Layer, MapLibreMap, Source

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
DRAWN_MS = 30_000  # WebGL in software, beside other tests
AREA = "/area/LE1-5YA"


def drawn(month: str, count: str = "n") -> str:
    """The selector that holds once the map shows that month and that count."""
    return f'html[data-map-ready="{month}/{count}"]'


def wait_for_map(page: Page, month: str = "2025-12", count: str = "n") -> None:
    page.wait_for_selector(drawn(month, count), state="attached", timeout=DRAWN_MS)


def see_map(page: Page, address: str, path: str = AREA) -> None:
    """Open an area and scroll to its map."""
    page.goto(address + path)
    page.locator("#area-map").scroll_into_view_if_needed()
    wait_for_map(page)


def test_a_resident_types_a_postcode_and_sees_the_map_and_changes_category_and_month(page: Page, address: str) -> None:
    asked: list[Request] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.get_by_label("Postcode").fill("le1 5ya")
    page.get_by_role("button", name="Show my area").click()
    page.wait_for_url(f"{address}{AREA}")
    assert page.get_by_role("heading", level=1).inner_text() == "City Centre"
    page.locator("#area-map").scroll_into_view_if_needed()
    wait_for_map(page)

    before = len([request for request in asked if "/tiles/month-" in request.url])
    page.locator("#map-category").select_option("shoplifting")
    wait_for_map(page, count="c9")
    status = page.locator("#map-status").inner_text()
    assert status.startswith("On the map: Shoplifting, December 2025. The figures elsewhere on this page are still for")
    assert len([request for request in asked if "/tiles/month-" in request.url]) == before, "a category fetches nothing"

    page.locator("#map-month").select_option("2025-11")
    wait_for_map(page, "2025-11", "c9")
    assert any("/tiles/month-2025-11" in request.url for request in asked)
    status = page.locator("#map-status").inner_text()
    assert "still for All crime and anti-social behaviour, December 2025" in status
    page.locator("#map-form button").click()
    page.wait_for_url(f"{address}{AREA}?month=2025-11&category=shoplifting#map")

    assert {request.url.split("/")[2] for request in asked if not request.url.startswith(("blob:", "data:"))} == {
        address.removeprefix("http://")
    }
    assert faults == [], "neither a script error nor a breach of the Content-Security-Policy"
    assert page.context.cookies() == []


def test_twelve_months_can_be_seen_together(page: Page, address: str) -> None:
    see_map(page, address)
    page.locator("#map-month").select_option("year-2025-12")
    wait_for_map(page, "year-2025-12")
    status = page.locator("#map-status").inner_text()
    assert "Twelve months to December 2025." in status
    assert "Of these twelve months, 10 are missing or incomplete for Testshire Police." in status


def test_the_map_comes_only_when_it_is_scrolled_to_or_asked_for(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + AREA, wait_until="networkidle")
    assert not any("/tiles/" in url or "/map-" in url for url in asked)
    page.get_by_role("link", name="Show the map", exact=True).click()
    wait_for_map(page)
    assert any("/tiles/" in url for url in asked)


def test_a_dot_tells_its_street_and_counts_as_text(page: Page, address: str) -> None:
    see_map(page, address)
    box = page.locator("#area-map canvas").bounding_box()
    assert box
    for column in range(4, 96, 2):  # the tile's own street crosses the map: somewhere on it lies a dot
        page.mouse.click(box["x"] + box["width"] * column / 100, box["y"] + box["height"] * 0.52)
        if page.locator(".maplibregl-popup h3", has_text="Campbell Street").count():
            break
    assert page.locator(".maplibregl-popup h3").first.inner_text() == "On or near Campbell Street <b>"
    assert "December 2025: " in page.locator(".maplibregl-popup p").first.inner_text()
    page.keyboard.press("Escape")
    assert not page.locator(".maplibregl-popup").count()
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"


def test_a_popup_does_not_outlive_what_the_map_shows(page: Page, address: str) -> None:
    see_map(page, address)
    box = page.locator("#area-map canvas").bounding_box()
    assert box
    for column in range(4, 96, 2):
        page.mouse.click(box["x"] + box["width"] * column / 100, box["y"] + box["height"] * 0.52)
        if page.locator(".maplibregl-popup").count():
            break
    page.locator("#map-category").focus()
    page.locator("#map-category").select_option("shoplifting")
    assert not page.locator(".maplibregl-popup").count()
    assert page.evaluate("document.activeElement.id") == "map-category"


def axe_violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found["violations"]]


@pytest.mark.parametrize("language", ["", "/cy"])
@pytest.mark.parametrize("path", ["/", "/?postcode=LEI+5YA", AREA, f"{AREA}?month=2025-10", f"{AREA}?month=1999-01"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(page: Page, address: str, path: str, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + language + path)
    if path == AREA:
        page.locator("#area-map").scroll_into_view_if_needed()
        wait_for_map(page)
    assert axe_violations(page) == []


@pytest.mark.parametrize("language", ["", "/cy"])
@pytest.mark.parametrize("path", ["/", "/?postcode=LEI+5YA", AREA, f"{AREA}?month=2025-10"])
def test_a_narrow_page_needs_no_sideways_scrolling(page: Page, address: str, path: str, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address + language + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("language", ["", "/cy"])
@pytest.mark.parametrize("width", [1280, 360])
def test_text_at_twice_its_size_stays_within_the_page(page: Page, address: str, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + language + AREA)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("language", ["", "/cy"])
def test_what_to_do_now_is_seen_on_the_smallest_phone_without_scrolling(
    page: Page, address: str, language: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address + language + AREA)
    last = page.locator(".ya-now__item").last.bounding_box()
    assert last
    assert last["y"] + last["height"] <= 640


@pytest.mark.parametrize("language", ["", "/cy"])
def test_the_four_cards_are_within_the_first_two_screens_of_a_phone(page: Page, address: str, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(address + language + AREA)
    last = page.locator(".ya-card").last.bounding_box()
    assert last
    assert last["y"] + last["height"] <= 2 * 640


def test_a_printed_page_is_one_sheet(page: Page, address: str) -> None:
    page.goto(address + AREA)
    printed = page.pdf(format="A4")
    assert printed.count(b"/Type /Page\n") == 1


def test_the_skip_link_comes_first_and_every_stop_is_seen(page: Page, address: str) -> None:
    page.goto(address + AREA)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    for _ in range(12):
        page.keyboard.press("Tab")
        stop = page.locator(":focus").bounding_box()
        assert stop
        assert stop["width"] > 0


def test_pressing_shift_three_times_leaves(page: Page, address: str) -> None:
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    page.goto(address + AREA)
    page.wait_for_selector("body.govuk-frontend-supported")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")


def test_back_does_not_return_to_a_page_that_was_left_by_the_button(page: Page, address: str) -> None:
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    page.goto(address)
    page.goto(address + AREA)
    page.wait_for_selector("body.govuk-frontend-supported")
    page.locator(".govuk-exit-this-page__button").click()
    page.wait_for_url("https://www.bbc.co.uk/weather")
    page.go_back()
    assert page.url == f"{address}/"  # what was opened before, as the footer says; not the area


def test_without_javascript_everything_but_the_map_is_there(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Postcode").fill("LE1 5YA")
    page.get_by_role("button", name="Show my area").click()
    assert page.locator("#by-category tbody tr").count() == 14
    assert page.get_by_text("The map needs JavaScript.").is_visible()
    assert not page.get_by_text("The map is on its way.").is_visible()
    assert page.locator("#area-map noscript img").is_visible(), "no empty box stands where no map will come"
    assert not page.locator("#map-status, .ya-legend").first.is_visible()
    page.locator("#map-month").select_option("2025-11")
    page.locator("#map-category").select_option("drugs")
    page.get_by_role("button", name="Show on the whole page").click()
    assert "month=2025-11" in page.url
    assert page.locator("#streets caption").inner_text() == "Drugs, on or near a street"
    assert "November 2025" in page.locator(".ya-lede").inner_text()
    context.close()


def test_without_webgl_a_message_stands_where_the_map_would(page: Page, address: str) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(address + AREA)
    page.locator("#area-map").scroll_into_view_if_needed()
    page.wait_for_selector("#area-map[data-map-failed]", timeout=DRAWN_MS)
    assert page.get_by_text("This browser cannot draw the map.").is_visible()
    assert not page.get_by_text("The map needs JavaScript.").is_visible()
    assert not page.get_by_text("The map is on its way.").is_visible()


def test_tiles_that_do_not_come_are_not_taken_for_empty_ground(page: Page, address: str) -> None:
    page.route("**/tiles/month-*/**", lambda route: route.abort())
    page.goto(address + AREA)
    page.locator("#area-map").scroll_into_view_if_needed()
    page.get_by_text("Part of the map could not be fetched.").wait_for(timeout=DRAWN_MS)


@pytest.mark.parametrize("asked", [{"reduced_motion": "reduce"}, {"forced_colors": "active"}])
def test_the_page_heeds_what_the_reader_asked_of_the_browser(
    browser: Browser, address: str, asked: dict[str, Any]
) -> None:
    context = browser.new_context(**asked)
    page = context.new_page()
    see_map(page, address)
    assert axe_violations(page) == []
    context.close()


def test_the_same_element_draws_in_a_figure_of_its_own(page: Page, address: str, city: Any) -> None:
    tiles = {name: f"{name}-abc" for name in ("month-2025-12", "areas")}
    drawn_map = area_map(city.answer(), tiles, city.assets, ENGLISH)
    assert drawn_map
    html = figure_of(drawn_map, city.assets, ENGLISH).render()
    page.route(f"{address}/figure", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{address}/figure")
    wait_for_map(page)


@pytest.mark.parametrize("railway", ["only", "without"])
def test_a_map_counts_the_railways_crimes_alone_or_leaves_them_out(
    page: Page, address: str, city: Any, railway: str
) -> None:
    drawn_map = area_map(city.answer(), {"month-2025-12": "month-2025-12-abc"}, city.assets, ENGLISH)
    assert drawn_map
    drawn_map.set_state("railway", railway)
    html = figure_of(drawn_map, city.assets, ENGLISH).render()
    page.route(f"{address}/figure", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{address}/figure")
    wait_for_map(page)
    said = set()
    box = page.locator("#area-map canvas").bounding_box()
    assert box
    for across in range(40, int(box["width"]) - 40, 24):
        page.mouse.click(box["x"] + across, box["y"] + box["height"] / 2)
        said |= set(page.locator(".maplibregl-popup p", has_text="December 2025: ").all_inner_texts())
    assert said, "dots are drawn"
    assert (said == {"December 2025: 1 recorded"}) is (railway == "only")


def test_a_whole_archive_can_be_drawn_from_instead_of_single_tiles(page: Page, address: str) -> None:
    drawn_map = MapLibreMap(
        "archive-map", "Map", {"bounds": [-1.2, 52.6, -1.1, 52.7], "month": "2025-12", "count": "n", "words": {}}
    )
    Source("crime", tile_source("pmtiles:///archive.pmtiles")).add_to(drawn_map)
    Layer({"id": "dots", "type": "circle", "source": "crime", "source-layer": "points"}).add_to(drawn_map)
    html = figure_of(drawn_map, Assets.read(), ENGLISH).render()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(f"{address}/figure", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{address}/figure")
    wait_for_map(page)
    assert f"{address}/archive.pmtiles" in asked
    assert not page.locator("[data-map-incomplete]").count()


@pytest.mark.parametrize("path", ["/area/ZZ1-1AA", "/cy/neighbourhood/testshire/T1"])
@pytest.mark.parametrize("scripts", [True, False])
def test_where_no_map_that_moves_will_come_its_picture_does(
    browser: Browser, places_address: str, path: str, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 640})
    page = context.new_page()
    answers: list[tuple[str, int]] = []
    page.on("response", lambda response: answers.append((response.url, response.status)))
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(places_address + path)
    page.locator("#area-map").scroll_into_view_if_needed()
    picture = page.locator("#area-map img:visible")
    picture.scroll_into_view_if_needed(timeout=DRAWN_MS)
    page.wait_for_load_state("networkidle")
    assert [status for address, status in answers if "/map.svg?month=2024-03" in address] == [200]
    box = picture.bounding_box()
    assert box
    assert 200 < box["width"] <= 320
    if scripts:
        assert picture.evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 0
        assert axe_violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    context.close()


def test_while_the_map_moves_its_picture_is_not_fetched(page: Page, places_address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{places_address}/area/ZZ1-1AA")
    page.locator("#area-map").scroll_into_view_if_needed()
    wait_for_map(page, "2024-03")
    page.wait_for_timeout(500)
    assert [address for address in asked if "map.svg" in address] == []
