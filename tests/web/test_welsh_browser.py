"""Welsh pages in a real browser: the walk to the map and back to English (width and accessibility: test_browser)."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DRAWN_MS = 30_000  # WebGL in software, beside other tests
AREA = "/cy/area/LE1-5YA"


def wait_for_map(page: Page, shown: str) -> None:
    page.wait_for_selector(f'html[data-map-ready="{shown}"]', state="attached", timeout=DRAWN_MS)


def test_a_resident_finds_their_area_and_changes_month_and_category_in_welsh(page: Page, address: str) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.get_by_role("link", name="Cymraeg").click()
    page.get_by_label("Cod post").fill("le1 5ya")
    page.get_by_role("button", name="Dangos fy ardal").click()
    page.wait_for_url(f"{address}{AREA}")
    assert page.locator("html").get_attribute("lang") == "cy"
    assert "Beth a gofnodwyd ym mis Rhagfyr 2025." in page.locator(".ya-lede").inner_text()
    page.locator("#area-map").scroll_into_view_if_needed()
    wait_for_map(page, "2025-12/n")
    page.get_by_label("Categori ar y map").select_option("shoplifting")
    wait_for_map(page, "2025-12/c9")
    page.get_by_label("Mis ar y map").select_option("2025-11")
    wait_for_map(page, "2025-11/c9")
    said = page.locator("#map-status").inner_text()
    assert said.startswith("Ar y map: Dwyn o siopau, Tachwedd 2025.")
    assert page.get_by_role("button", name="Nesáu").is_visible()
    page.get_by_role("button", name="Dangos ar y dudalen gyfan").click()
    page.wait_for_url(f"{address}{AREA}?month=2025-11&category=shoplifting#map")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{address}{AREA.removeprefix('/cy')}?month=2025-11&category=shoplifting")
    assert faults == []


def test_what_a_dot_says_is_in_welsh(page: Page, address: str) -> None:
    page.goto(address + AREA)
    page.locator("#area-map").scroll_into_view_if_needed()
    wait_for_map(page, "2025-12/n")
    box = page.locator("#area-map canvas").bounding_box()
    assert box
    for column in range(4, 96, 2):  # the tile's own street crosses the map: somewhere on it lies a dot
        page.mouse.click(box["x"] + box["width"] * column / 100, box["y"] + box["height"] * 0.52)
        if page.locator(".maplibregl-popup h3", has_text="Campbell Street").count():
            break
    assert page.locator(".maplibregl-popup h3").first.inner_text().startswith("Ar neu gerllaw Campbell Street")
    assert "Rhagfyr 2025: " in page.locator(".maplibregl-popup p").first.inner_text()
    assert "Trais a throseddau rhywiol: " in page.locator(".maplibregl-popup li").last.inner_text()
