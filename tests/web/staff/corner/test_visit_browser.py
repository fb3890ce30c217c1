"""A web manager's visit on a telephone's width and by keyboard alone: theme, banner, a month held back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from web.staff.route import COOKIE

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[4] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
MANAGE = "/force/testshire/manage"
AREA, NEIGHBOURHOOD = "/area/ZZ1-1AA", "/neighbourhood/testshire/T1"
BRAND = "getComputedStyle(document.querySelector('.ya-header')).backgroundColor"
PHONE: Any = {"width": 360, "height": 740}


@pytest.fixture
def address(web: Any, months: DataFolder, served: Callable[[FastAPI], str]) -> str:
    """The site with two months, served; `web` made its database."""
    assert web.updates.current()
    return served(create_site(WebSettings(data_dir=months.root)))


@pytest.fixture
def manager(browser: Browser, web: Any, address: str) -> Iterator[Page]:
    """The web manager's telephone, with the session's cookie."""
    context = browser.new_context(viewport=PHONE)
    token = web.client.cookies[COOKIE]
    context.add_cookies(
        [{"name": COOKIE, "value": token, "url": address.replace("http:", "https:"), "secure": True, "httpOnly": True}]
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def resident(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    assert context.cookies() == []  # residents' pages set none
    context.close()


def reach(page: Page, selector: str) -> None:
    """Go on with the Tab key until something has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def press(page: Page, selector: str) -> None:
    """Follow a link, or press a button, by keyboard."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, selector: str, text: str) -> None:
    """Fill in a field by keyboard, in place of what is in it."""
    reach(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def fits(page: Page) -> None:
    """Nothing is amiss with the page, and nothing scrolls sideways."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run(document).then(found => found.violations.map(one => one.id))") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_web_managers_visit(manager: Page, resident: Page, address: str) -> None:
    said: list[str] = []
    manager.on("console", lambda message: said.append(message.text))
    manager.goto(f"{address}/staff/force/testshire")
    press(manager, f"a[href='{MANAGE}']")
    fits(manager)

    press(manager, f"a[href='{MANAGE}/theme']")
    write(manager, "#brand", "#808080")
    press(manager, "button[value=publish]")
    summary = manager.locator(".govuk-error-summary")
    assert "has a contrast of 3.94, and needs 4.5" in summary.inner_text()
    fits(manager)
    write(manager, "#brand", "#3d0f28")
    assert manager.evaluate(BRAND) == "rgb(61, 15, 40)"  # the form wears what is typed
    press(manager, "button[value=preview]")
    assert manager.evaluate(BRAND) == "rgb(61, 15, 40)"
    fits(manager)
    press(manager, ".ya-banner a")
    press(manager, "button[value=publish]")
    assert manager.url == f"{address}{MANAGE}?done=theme"
    fits(manager)
    resident.goto(address + NEIGHBOURHOOD)
    assert resident.evaluate(BRAND) == "rgb(61, 15, 40)"

    resident.goto(address + AREA)
    press(manager, f"a[href='{MANAGE}/banner']")
    write(manager, "#text", "The front desk at the quay is shut on Friday.")
    reach(manager, "#level")
    manager.keyboard.press("ArrowDown")
    press(manager, "button[value=preview]")
    assert "is shut on Friday" in manager.locator(".ya-banner--important").inner_text()
    fits(manager)
    press(manager, "button[value=publish]")
    resident.wait_for_timeout(2_000)  # finished pages are looked after each second
    resident.reload()  # a browser keeps a page for a minute
    assert "is shut on Friday" in resident.locator(".ya-banner--important").inner_text()
    fits(resident)

    press(manager, f"a[href='{MANAGE}/held-months']")
    reach(manager, "#month")
    manager.keyboard.type("March 2024")
    write(manager, "#text", "Two stations are missing.")
    press(manager, "form#form button")
    manager.wait_for_timeout(2_500)  # servers look each second
    press(manager, f"a[href='{MANAGE}/held-months']")
    assert "Counts nowhere" in manager.locator("main").inner_text()
    fits(manager)
    resident.goto(f"{address}{AREA}?month=2024-03")
    assert "Two stations are missing." in resident.locator(".ya-gaps").inner_text()
    assert resident.locator(".ya-figures").count() == 0
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.mark.parametrize("language", ["", "/cy"])
@pytest.mark.parametrize(
    "page", ["", "/theme", "/banner", "/data-notes", "/held-months", "/services", "/aliases", "/questions", "/audit"]
)
def test_every_page_of_the_corner_fits_and_nothing_is_amiss(
    manager: Page, address: str, language: str, page: str
) -> None:
    manager.goto(address + language + MANAGE + page)
    assert manager.locator("h1").count() == 1
    fits(manager)


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize(
    "path",
    [
        *(f"{MANAGE}/{page}" for page in ("second-eyes", "succession", "submissions", "access", "tokens")),
        *(f"/staff/force/testshire{page}" for page in ("", "/to-do", "/questions", "/members")),
    ],
)
def test_nothing_is_amiss_with_the_pages_of_a_force(manager: Page, address: str, prefix: str, path: str) -> None:
    manager.goto(f"{address}{prefix}{path}")
    assert manager.locator("h1").is_visible()
    fits(manager)
