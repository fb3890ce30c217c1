"""The desk in a real browser: on a small telephone, without scripts, without a connection."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from api.publish.item.kind import Kind
from api.publish.item.put import items
from api.publish.policy import Role, Where
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from web.staff.route import COOKIE

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[4] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
T1 = Where("testshire", "T1")
HUB = "/staff/neighbourhood/testshire/T1"
PHONE = {"width": 360, "height": 740}


@dataclass
class Visitor:
    """A telephone in whose browser somebody is signed in.

    Attributes:
        page: what it shows.
        address: of the site.
        updates: its database.
    """

    page: Page
    address: str
    updates: Any

    def goto(self, path: str) -> None:
        self.page.goto(self.address + path)


@pytest.fixture
def visitor(
    browser: Browser, served: Callable[[Any], str], folder: DataFolder, sign_in: Callable[..., Any]
) -> Iterator[Callable[..., Visitor]]:
    """`visitor(role, where, **context)`: somebody signed in on a telephone; by default for one neighbourhood."""
    address = served(create_site(WebSettings(data_dir=folder.root)))
    opened: list[BrowserContext] = []

    def come(*who: Any, **how: Any) -> Visitor:
        staff = sign_in(*who)
        context = browser.new_context(viewport=PHONE, **how)  # type: ignore[arg-type]
        opened.append(context)
        token = staff.client.cookies[COOKIE]
        context.add_cookies(
            [{"name": COOKIE, "value": token, "url": address.replace("http:", "https:"), "secure": True}]
        )
        page = context.new_page()
        return Visitor(page, address, staff.updates)

    yield come
    for context in opened:
        context.close()


def test_without_scripts_the_one_screen_works_as_well(visitor: Callable[..., Visitor]) -> None:
    una = visitor(java_script_enabled=False)
    una.goto(f"{HUB}/done")
    page = una.page
    page.get_by_label("We are holding a meeting or another event").check()
    page.get_by_label("What is it called?", exact=True).fill("Coffee")
    page.get_by_label("When does it begin?").fill("2030-12-12T19:00")
    page.get_by_role("button", name="See it as residents will").click()
    page.get_by_role("button", name="Publish now").click()
    assert page.get_by_text("Published. Residents see it now.").is_visible()


def test_what_was_typed_outlives_a_lost_connection_and_goes_when_the_server_has_it(
    visitor: Callable[..., Visitor],
) -> None:
    una = visitor()
    page = una.page
    una.goto(f"{HUB}/item/member/new")
    page.get_by_label("Rank or role (optional)").fill("Sergeant")
    page.get_by_label("Surname").fill("Curlew")
    page.get_by_label("About the person (optional)").fill("On this beat for nine years")
    una.goto(f"{HUB}/done")
    page.get_by_label("We have other news, perhaps with a picture").check()
    page.get_by_label("What is the headline?", exact=True).fill("Forty bicycles")
    page.context.set_offline(True)
    page.get_by_role("button", name="See it as residents will").click()
    page.get_by_text("There is no connection.").wait_for()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert ("Forty bicycles" in kept, "nine years" in kept, "Curlew" in kept, "csrf" in kept) == (
        True, True, False, False,
    )  # fmt: skip
    page.context.set_offline(False)
    una.goto(f"{HUB}/done")
    page.get_by_text("What you typed here before is put back.").wait_for()
    assert page.get_by_label("We have other news, perhaps with a picture").is_checked()
    assert page.get_by_label("What is the headline?", exact=True).input_value() == "Forty bicycles"
    page.get_by_label("What do you want to say?", exact=True).fill("We marked them")
    page.get_by_role("button", name="See it as residents will").click()
    page.get_by_role("heading", name="This is how residents will see it").wait_for()
    page.wait_for_url(re.compile(r"/preview$"))
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert ("Forty bicycles" in kept, "nine years" in kept) == (False, True)  # the other form was not sent
    una.goto(f"{HUB}/item/member/new")
    page.get_by_role("button", name="Throw it away").click()
    assert page.get_by_label("About the person (optional)").input_value() == ""
    assert page.evaluate("localStorage.length") == 0


def test_what_was_typed_outlives_the_end_of_a_session(visitor: Callable[..., Visitor]) -> None:
    una = visitor()
    page = una.page
    una.goto(f"{HUB}/item/news/new")
    page.get_by_label("What is the headline?", exact=True).fill("Forty bicycles")
    (cookie,) = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save for later").click()
    page.get_by_role("heading", name="You are no longer signed in").wait_for()
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    una.goto(f"{HUB}/item/news/new")
    assert page.get_by_label("What is the headline?", exact=True).input_value() == "Forty bicycles"
    page.get_by_role("button", name="Save for later").click()
    page.get_by_text("Saved. Only staff see it.").wait_for()
    page.wait_for_url(re.compile(r"told=saved$"))
    assert page.evaluate("localStorage.length") == 0


def test_what_was_typed_is_nobody_elses(visitor: Callable[..., Visitor], sign_in: Callable[..., Any]) -> None:
    una = visitor()
    una.goto(f"{HUB}/item/news/new")
    una.page.get_by_label("What is the headline?", exact=True).fill("Forty bicycles")
    token = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1, "PC Pat Plover").client.cookies[COOKIE]
    una.page.context.add_cookies(
        [{"name": COOKIE, "value": token, "url": una.address.replace("http:", "https:"), "secure": True}]
    )
    una.goto(f"{HUB}/item/news/new")
    assert "PC Pat Plover" in una.page.locator(".ya-staff").inner_text()
    assert una.page.get_by_label("What is the headline?", exact=True).input_value() == ""


def prepared(una: Visitor) -> list[str]:
    """Every page of the desk, with something on each; those that end in ! are sent empty."""
    page = una.page
    una.goto(f"{HUB}/item/news/new")
    page.get_by_label("What is the headline?", exact=True).fill("The victim Ann Other")
    page.get_by_label("What do you want to say?", exact=True).fill("Ring 07700 900123")
    page.get_by_role("button", name="See it as residents will").click()
    page.get_by_role("heading", name="Are you sure?").wait_for()
    draft = page.url.removeprefix(una.address).split("/preview")[0]
    with una.updates.reading() as connection:
        (priority,) = items(connection, T1, Kind.PRIORITY)
        (member,) = items(connection, T1, Kind.MEMBER)
    thing = f"{HUB}/item/priority/{priority.external_id}"
    forms = [f"{HUB}/item/{kind}/new" for kind in Kind if kind not in (Kind.NEIGHBOURHOOD, Kind.ANSWER)]
    return [
        *("/staff", HUB, f"{HUB}?told=published", f"{HUB}/done", f"{HUB}/done!", draft, f"{draft}/delete"),
        *(f"{draft}/preview", f"{draft}/preview!", f"{thing}/do/still-right!", f"{thing}/do/close"),
        *(f"{HUB}/item/member/{member.external_id}/remove", f"{thing}/remove", f"{HUB}/item/neighbourhood/own"),
        *(path + "!" for path in forms),
    ]


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_axe_finds_nothing_and_a_small_telephone_needs_no_sideways_scrolling(
    visitor: Callable[..., Visitor], prefix: str
) -> None:
    una = visitor()
    assert complaints(una, prefix, prepared(una)) == {}


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_same_holds_for_the_pages_of_senior_officers(visitor: Callable[..., Visitor], prefix: str) -> None:
    chief, place = visitor(Role.FORCE_EDITOR, Where("testshire")), "/staff/force/testshire"
    chief.goto(f"{place}/item/member/new")
    chief.page.get_by_label("Surname").fill("Heron")
    chief.page.get_by_role("button", name="See it as residents will").click()
    chief.page.get_by_role("heading", name="This is how residents will see it").wait_for()
    draft = chief.page.url.removeprefix(chief.address).split("/preview")[0]
    paths = [place, f"{place}/members", f"{place}/item/member/new!", draft, f"{draft}/preview", f"{draft}/delete"]
    assert complaints(chief, prefix, paths) == {}


def complaints(una: Visitor, prefix: str, paths: list[str]) -> dict[str, list[str]]:
    """What axe, the width and the headings of pages are wrong in; a path that ends in ! is sent empty."""
    una.page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for path in paths:
        una.goto(prefix + path.removesuffix("!"))
        if path.endswith("!"):
            una.page.locator("main form:not([action$=sign-out]) button[type=submit]").first.click()
            una.page.locator(".govuk-error-summary").wait_for()
        una.page.evaluate(AXE.read_text(encoding="utf-8"))
        wrong = una.page.evaluate("axe.run(document)")["violations"]
        found[path] = [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in wrong]
        if una.page.locator("h1").count() != 1:
            found[path].append("not one first heading")
        if una.page.evaluate("document.documentElement.scrollWidth") != 320:
            found[path].append("sideways")
    return {path: wrong for path, wrong in found.items() if wrong}
