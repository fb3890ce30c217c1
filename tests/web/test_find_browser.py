"""Each way to find, in a real browser: by name, keyboard, position, without JavaScript, on a small phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from web.about import NOTICES

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
T1 = "/neighbourhood/testshire/T1"
PATHS = ["/find", "/find?q=market", "/find?q=zz1", "/find?q=qqqq", "/find?q=", "/find?lat=54.005&lng=1.0205", "/forces"]
PAGES = (f"{T1}/team", f"{T1}/change", f"{T1}/outcomes", f"{T1}/stops", "/help/testshire", "/about")
PATHS += [f"{prefix}{path}" for prefix in ("", "/cy") for path in PAGES]
PATHS += [f"/{notice}" for notice in NOTICES]
PATHS += ["/forces/testshire", "/forces/elsewhere", T1, "/cy/find?q=market", f"/cy{T1}"]


def test_a_street_is_found_with_the_keyboard_alone(page: Page, places_address: str) -> None:
    page.goto(places_address)
    box = page.get_by_label("Postcode, street, town or neighbourhood")
    for _ in range(12):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.type("market")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find?q=market")
    link = page.locator(".ya-found a").first
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{places_address}{T1}")
    assert page.get_by_role("heading", level=1).inner_text() == "Market & Quay"


def test_without_javascript_everything_is_found_and_no_button_is_dead(browser: Browser, places_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(places_address)
    assert not page.get_by_text("Use my location").is_visible()
    page.get_by_label("Postcode, street").fill("zz1 1aa")
    page.get_by_role("button", name="Show my area").click()
    assert page.url == f"{places_address}/area/ZZ1-1AA"
    page.goto(f"{places_address}/forces")
    page.get_by_role("link", name="Testshire Police").click()
    page.get_by_role("link", name="Market & Quay").click()
    assert page.url == f"{places_address}{T1}"
    context.close()


def test_without_javascript_cards_lead_to_the_team_its_meeting_the_comparison_and_to_help(
    browser: Browser, places_address: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{places_address}/neighbourhood/testshire/T2")
    page.get_by_role("link", name="What your team is doing").click()
    assert page.get_by_role("heading", level=1).inner_text() == "What the team is doing"
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to your calendar").click()
    assert download.value.suggested_filename.endswith(".ics")
    page.go_back()
    page.get_by_role("link", name="Is that a lot, is it changing").click()
    page.get_by_label("Category").select_option("burglary")
    page.get_by_role("button", name="Show this category").click()
    assert page.get_by_role("img", name="Burglary recorded in the neighbourhood of East Field by month").is_visible()
    page.goto(f"{places_address}/neighbourhood/testshire/T2")
    page.get_by_role("link", name="Get help").click()
    assert page.get_by_role("link", name="0800 555 111").is_visible()
    page.get_by_role("link", name="About this data").click()
    assert page.get_by_role("heading", name="How to cite it").is_visible()
    context.close()


def test_a_location_is_rounded_before_it_leaves_the_browser(browser: Browser, places_address: str) -> None:
    here = {"latitude": 54.0051234, "longitude": 1.0104321}
    context = browser.new_context(geolocation=here, permissions=["geolocation"])
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(places_address)
    page.get_by_role("button", name="Use my location").click()
    page.wait_for_url(f"{places_address}{T1}")
    assert f"{places_address}/find?lat=54.005&lng=1.010" in asked
    assert not any("51234" in url or "04321" in url for url in asked)
    context.close()


def test_near_a_border_both_neighbourhoods_are_offered(browser: Browser, places_address: str) -> None:
    context = browser.new_context(geolocation={"latitude": 54.005, "longitude": 1.0203}, permissions=["geolocation"])
    page = context.new_page()
    page.goto(places_address)
    page.get_by_role("button", name="Use my location").click()
    page.wait_for_url("**/find?lat=54.005&lng=1.020")
    assert page.get_by_role("heading", name="You are near a border").is_visible()
    for name in ("Market & Quay", "East Field"):
        assert page.get_by_role("link", name=name).is_visible()
    context.close()


def test_who_does_not_share_a_location_is_told_what_else_to_do(browser: Browser, places_address: str) -> None:
    context = browser.new_context(permissions=[])
    page = context.new_page()
    page.goto(f"{places_address}/find")
    page.evaluate(
        "() => { navigator.geolocation.getCurrentPosition = (_, no) => no({ code: 1, PERMISSION_DENIED: 1 }); }"
    )
    page.get_by_role("button", name="Use my location").click()
    status = page.locator("[data-locate-status]")
    assert "Type a postcode or a street instead." in status.inner_text()
    assert status.get_attribute("role") == "status"
    context.close()


def test_a_neighbourhood_is_drawn_without_a_circle(page: Page, places_address: str) -> None:
    page.goto(f"{places_address}{T1}")
    page.locator("#area-map").scroll_into_view_if_needed()
    page.wait_for_selector('html[data-map-ready="2024-03/n"]', state="attached", timeout=30_000)
    settings = page.locator("script[data-map]").evaluate("found => JSON.parse(found.textContent)")
    layers = {layer["id"] for layer in settings["style"]["layers"]}
    assert "mile" not in layers
    assert not page.locator("[data-map-incomplete]").count()
    page.locator("#map-category").select_option("burglary")
    page.wait_for_selector('html[data-map-ready^="2024-03/c"]', state="attached", timeout=30_000)


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_and_a_small_phone_needs_no_sideways_scrolling(
    page: Page, places_address: str, path: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(places_address + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found["violations"]] == []
