"""Something wrong on a page, in a real browser over a real server: with scripts, without, in both languages."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("prefix", "link", "kind", "box", "send", "fault", "thanks"),
    [
        (
            "", "Something wrong on this page?", "This identifies someone", "What is wrong?", "Send the message",
            "Enter what is wrong", "Your message is kept",
        ),
        (
            "/cy", "Rhywbeth o'i le ar y dudalen hon?", "Mae hyn yn datgelu pwy yw rhywun", "Beth sydd o'i le?",
            "Anfon y neges", "Rhowch beth sydd o'i le", "Mae eich neges wedi'i chadw",
        ),
    ],
)  # fmt: skip
def test_a_reader_goes_from_the_foot_of_a_page_to_the_form_mends_a_mistake_and_is_thanked(
    browser: Browser,
    places_address: str,
    scripts: bool,
    prefix: str,
    link: str,
    kind: str,
    box: str,
    send: str,
    fault: str,
    thanks: str,
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{places_address}{prefix}/area/ZZ1-1AA")
    page.get_by_role("link", name=link).click()
    assert "ZZ1" not in page.url
    assert page.locator("main code").inner_text() == "/area/{postcode}/neighbourhood/testshire/T1"
    page.get_by_label(kind).check()
    page.get_by_role("button", name=send).click()
    assert page.get_by_role("link", name=fault).is_visible()
    assert page.get_by_label(kind).is_checked()
    page.get_by_label(box).fill("The third row")
    page.get_by_role("button", name=send).click()
    page.wait_for_url(f"{places_address}{prefix}/feedback/thanks")
    assert page.get_by_role("heading", level=1).inner_text() == thanks
    assert context.cookies() == []
    context.close()


def test_who_writes_is_told_how_much_room_is_left(page: Page, places_address: str) -> None:
    page.goto(f"{places_address}/feedback")
    page.get_by_label("What is wrong?").fill("a" * 1_199)
    page.get_by_text("You have 1 character left").first.wait_for()
    page.goto(f"{places_address}/cy/feedback")
    page.get_by_label("Beth sydd o'i le?").fill("a" * 1_202)
    page.get_by_text("Mae gennych 2 nod yn ormod").first.wait_for()


@pytest.mark.parametrize("path", ["/feedback?about=/area/ZZ1-1AA/neighbourhood/testshire/T1", "/feedback/thanks"])
@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize("mistaken", [False, True])
def test_axe_finds_nothing_and_a_small_phone_needs_no_sideways_scrolling(
    page: Page, places_address: str, prefix: str, path: str, mistaken: bool
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{places_address}{prefix}{path}")
    if mistaken and "thanks" not in path:
        page.locator("main form button").click()
        page.locator(".govuk-error-summary").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found["violations"]] == []
