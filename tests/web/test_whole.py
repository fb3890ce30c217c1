"""From published files to what a resident sees: Testshire loaded, built, activated and asked."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_page_and_its_map_show_what_the_published_files_hold(page: Page, live_address: str) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(live_address)
    page.get_by_label("Postcode").fill("zz11aa")
    page.get_by_role("button", name="Show my area").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Market & Quay"
    # Counted by hand in tests/testshire/crimes: 19 rows with a place in T1, 5 round Nook Lane, 3 on North Road; of 33
    # records 3 have no place, and 3 lie further away.
    assert page.locator(".ya-figure__number").all_inner_texts() == ["27", "19"]
    assert page.get_by_text("Testshire Police recorded 33 in the month. 3 of them (9.1%)").is_visible()
    assert page.get_by_text("Testshire (invented) is not real").is_visible()
    page.locator("#area-map").scroll_into_view_if_needed()
    page.wait_for_selector('html[data-map-ready="2024-03/n"]', state="attached", timeout=30_000)
    assert not page.locator("[data-map-incomplete]").count()
    assert faults == []
