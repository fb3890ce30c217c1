"""A click on the map's ground: the neighbourhood that it lies in, and the way to its page."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

T1 = "/neighbourhood/testshire/T1"
DRAWN_MS = 30_000  # WebGL in software, beside other tests


@pytest.mark.parametrize(
    ("prefix", "words", "within"),
    [
        ("", "Open this neighbourhood’s page", "In {name}: open the neighbourhood’s page"),
        ("/cy", "Agor tudalen y gymdogaeth hon", "Yn {name}: agor tudalen y gymdogaeth"),
    ],
)
def test_a_click_on_ground_or_a_dot_leads_to_the_page_of_its_neighbourhood(
    page: Page, places_address: str, prefix: str, words: str, within: str
) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{places_address}{prefix}/area/ZZ1-1AA")
    page.locator("#area-map").scroll_into_view_if_needed()
    page.wait_for_selector('html[data-map-ready="2024-03/n"]', state="attached", timeout=DRAWN_MS)
    box = page.locator("#area-map canvas").bounding_box()
    assert box
    popup = page.locator(".maplibregl-popup")
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)  # the postcode lies on Market Street's dot
    assert (
        popup.locator("a").first.get_attribute("href").startswith(f"{prefix}/area/ZZ1-1AA/crime?month=2024-03&street=")
    )
    link = popup.locator("a").last
    assert link.inner_text() == within.replace("{name}", "Market & Quay")
    assert link.get_attribute("href") == f"{prefix}{T1}"
    assert popup.locator("li").count()
    page.keyboard.press("Escape")
    assert not popup.count()

    page.mouse.click(middle[0] - 60, middle[1])
    assert popup.locator("h3").inner_text() == "Market & Quay"
    assert link.inner_text() == words
    assert popup.locator("a").count() == 1
    page.keyboard.press("Enter")  # the focus is on the link of the popup that opened
    page.wait_for_url(f"{places_address}{prefix}{T1}")
    assert faults == []


def test_a_dot_leads_to_its_crimes_one_by_one_and_the_ground_it_stands_for(page: Page, places_address: str) -> None:
    page.goto(f"{places_address}/area/ZZ1-1AA")
    page.locator("#area-map").scroll_into_view_if_needed()
    page.wait_for_selector('html[data-map-ready="2024-03/n"]', state="attached", timeout=DRAWN_MS)
    box = page.locator("#area-map canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup = page.locator(".maplibregl-popup")
    assert "A dot is never a house" in popup.inner_text()
    popup.locator("a").first.click()
    page.wait_for_url("**/area/ZZ1-1AA/crime?month=2024-03&street=*")
    assert page.locator("#street h2").inner_text().startswith("On or near Market ")
    assert page.locator("#street tbody tr").count()
