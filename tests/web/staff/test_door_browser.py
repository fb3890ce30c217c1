"""Coming in and letting in, in a real browser: on a small telephone, by keyboard alone, with scripts and without."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from api.publish import account, session
from api.publish.policy import COMMAND, Access, Role, Where
from web.staff.route import COOKIE

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "correct horse battery"
FORCE = Where("testshire")


@pytest.fixture
def door(site_by: Callable[..., FastAPI], served: Callable[[FastAPI], str], provider: Any) -> tuple[str, FastAPI]:
    """The site with a provider that asks its people, and an administrator with a password."""
    provider.asks = True
    site = site_by(provider.configured(name_cy="Heddlu Testshire"), public_url=None, running=False)
    with site.state.updates.writing() as connection:
        number = account.add_local(connection, COMMAND, "Supt Ada Chief", "a.chief", PASSWORD)
        account.give(connection, COMMAND, number, Access(Role.FORCE_ADMINISTRATOR, FORCE))
        pc = account.add_local(connection, COMMAND, "PC Otto Farr", "o.farr", PASSWORD)
        account.give(connection, COMMAND, pc, Access(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T1")))
    return served(site), site


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sergeant_signs_in_by_keyboard_through_the_forces_own_provider(
    browser: Browser, door: tuple[str, FastAPI], scripts: bool
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{door[0]}/staff/sessions")
    assert page.url.startswith(f"{door[0]}/staff/sign-in?onward=")
    tab_to(page, "Sign in with Testshire Police")
    page.keyboard.press("Enter")
    page.wait_for_url("http://127.0.0.1:*/authorization?*")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{door[0]}/staff/sessions")
    assert page.get_by_text("Sgt Una Curlew").is_visible()
    (cookie,) = [one for one in context.cookies() if one["name"] == COOKIE]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Lax")
    page.get_by_role("button", name="Sign out", exact=True).press("Enter")
    page.wait_for_url(f"{door[0]}/staff/sign-in")
    page.goto(f"{door[0]}/staff")
    assert "/staff/sign-in" in page.url
    context.close()


def tab_to(page: Page, words: str) -> None:
    """Press the key that goes on until something is in focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().strip() == words:
            return
    raise AssertionError(f"{words} is not reached by keyboard")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_password_typed_wrongly_is_said_so_and_typed_again(
    browser: Browser, door: tuple[str, FastAPI], scripts: bool
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{door[0]}/cy/staff/sign-in")
    page.get_by_label("Enw mewngofnodi", exact=True).fill("a.chief")
    page.get_by_label("Cyfrinair", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Nid yw'r enw mewngofnodi neu'r cyfrinair yn gywir.").click()
    assert page.get_by_label("Enw mewngofnodi", exact=True).input_value() == "a.chief"
    page.get_by_label("Cyfrinair", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{door[0]}/cy/staff")
    context.close()


def test_an_administrator_gives_a_role_and_makes_a_token(page: Page, door: tuple[str, FastAPI]) -> None:
    enter(page, door)
    page.goto(f"{door[0]}/force/testshire/manage/access")
    page.get_by_role("link", name="PC Otto Farr").click()
    page.get_by_label("Role").select_option("reviewer")
    page.get_by_label("Where").select_option("T2")
    page.get_by_role("button", name="Give this role").click()
    assert page.get_by_text("Reviewer: checks what others wrote: East Field").first.is_visible()
    page.get_by_role("link", name="Tokens for systems").click()
    page.get_by_label("Which system is it for?").fill("Newsroom")
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("link", name="Select what the token may publish").click()
    page.get_by_label("Updates").check()
    page.get_by_role("button", name="Make a token").click()
    assert page.locator("main code").inner_text().startswith("ya_")
    page.goto(f"{door[0]}/force/testshire/manage/tokens")
    page.get_by_role("button", name=re.compile("Revoke.*Newsroom")).click()
    assert page.get_by_text("Revoked on").is_visible()


def enter(page: Page, door: tuple[str, FastAPI]) -> None:
    """Come in as the administrator, who is signed in elsewhere too."""
    with door[1].state.updates.writing() as connection:
        session.begin(connection, 1, "Firefox, Android", datetime.now(UTC))
        token = session.begin(connection, 1, None, datetime.now(UTC))
    address = door[0].replace("http:", "https:")  # of a cookie for safe ways only, which loopback is to a browser
    page.context.add_cookies(
        [{"name": COOKIE, "value": token, "url": address, "secure": True, "httpOnly": True, "sameSite": "Lax"}]
    )


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_axe_finds_nothing_and_a_small_phone_needs_no_sideways_scrolling(
    page: Page, door: tuple[str, FastAPI], prefix: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    page.goto(f"{door[0]}{prefix}/staff/sign-in")
    found["sign-in"] = wrong(page)
    page.locator("main form button").click()
    page.locator(".govuk-error-summary").wait_for()
    found["mistaken"] = wrong(page)
    enter(page, door)
    for path in (
        "/staff/sessions",
        *(f"/force/testshire/manage/{one}" for one in ("access", "access/1", "access/2", "tokens")),
    ):
        page.goto(f"{door[0]}{prefix}{path}")
        assert page.locator("h1").is_visible()
        found[path] = wrong(page)
    page.locator("main form[novalidate] button").last.click()
    page.locator(".govuk-error-summary").wait_for()
    found["tokens, mistaken"] = wrong(page)
    assert {name: each for name, each in found.items() if each} == {}


def wrong(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate("axe.run(document)")
    wide = page.evaluate("document.documentElement.scrollWidth")
    violations = [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in told["violations"]]
    return violations + ([] if wide == 320 else [f"{wide} px wide"])
