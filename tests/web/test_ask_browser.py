"""Asking a team and the board in a real browser: by keyboard, without scripts, on a small phone, in both languages."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from api.publish import account, session
from api.publish.database import Updates
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.question.inbox import ask
from api.publish.question.taking import take_questions
from api.publish.staff_table import QUESTION
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from web.staff.route import COOKIE

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
PLACE = "/neighbourhood/testshire/T1"


@pytest.fixture(scope="module")
def site(places: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The site of a force that takes questions, three of which wait."""
    root = tmp_path_factory.mktemp("asking") / "data"
    shutil.copytree(places.root, root)
    mailing = {"smtp_url": "smtp+insecure://127.0.0.1:1", "mail_from": "a@b.example", "public_url": "http://127.0.0.1"}
    site = create_site(WebSettings(data_dir=root, **mailing))  # type: ignore[arg-type]
    updates: Updates = site.state.updates
    updates.bring_up_to_date()
    with updates.writing() as connection:
        take_questions(connection, COMMAND, "testshire", taken=True)
    for hours, hidden in ((80, "x"), (50, None), (1, "x")):
        now = datetime.now(UTC) - timedelta(hours=hours)
        ask(updates, Where("testshire", "T1"), "Who mends the lamp?", "en", hidden, per_hour=9, days=90, now=now)
    return site


@pytest.fixture
def asking(site: FastAPI, served: Callable[[FastAPI], str]) -> str:
    """Its address."""
    return served(site)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def asked(site: FastAPI) -> list[str]:
    updates: Updates = site.state.updates
    with updates.reading() as connection:
        return list(connection.scalars(select(QUESTION.c.text).order_by(QUESTION.c.id)))


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press Tab until what has the keyboard is called so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(e => (e.labels && e.labels.length ? e.labels[0].innerText : e.innerText) || '')(document.activeElement)"
        )
        if found.strip() == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", ("Go on to ask a question", "Your question", "E-mail address (optional)", "Send the question",
              "Enter your question", "Your question is with the team")),
        ("/cy", ("Ymlaen i ofyn cwestiwn", "Eich cwestiwn", "Cyfeiriad e-bost (dewisol)", "Anfon y cwestiwn",
                 "Rhowch eich cwestiwn", "Mae eich cwestiwn gyda'r tîm")),
    ],
)  # fmt: skip
def test_a_resident_asks_with_the_keyboard_alone_mends_a_mistake_and_is_told_by_when(
    phone: Page, site: FastAPI, asking: str, prefix: str, words: tuple[str, ...]
) -> None:
    go_on, box, address, send, fault, thanks = words
    phone.goto(f"{asking}{prefix}{PLACE}/ask")
    assert phone.get_by_role("link", name="999", exact=True).is_visible()
    tab_to(phone, go_on)
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**{PLACE}/ask/question")
    tab_to(phone, send)
    phone.keyboard.press("Enter")
    phone.locator(".govuk-error-summary").wait_for()
    tab_to(phone, fault)
    phone.keyboard.press("Enter")
    phone.keyboard.type(f"When do you meet? {prefix}")
    tab_to(phone, address)
    phone.keyboard.type("ann@testham.example")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/ask/thanks?by=*")
    assert phone.get_by_role("heading", level=1).inner_text() == thanks
    assert asked(site)[-1] == f"When do you meet? {prefix}".strip()
    assert phone.get_by_label(box).count() == 0


def test_it_works_without_scripts(browser: Browser, site: FastAPI, asking: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{asking}{PLACE}")
    page.get_by_role("link", name="Ask the team").click()
    page.get_by_role("button", name="Go on to ask a question").click()
    page.get_by_label("Your question").fill("Without a script?")
    page.get_by_role("button", name="Send the question").click()
    page.wait_for_url("**/ask/thanks?by=*")
    assert asked(site)[-1] == "Without a script?"
    context.close()


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize(
    "path",
    [f"{PLACE}/ask", f"{PLACE}/ask/question", f"{PLACE}/ask/thanks", "/neighbourhood/testshire/T1/team",
     "/guarantee", "/guarantee/testshire", "/guarantee/elsewhere"],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_scrolls_sideways(phone: Page, asking: str, prefix: str, path: str) -> None:
    phone.goto(f"{asking}{prefix}{path}")
    looked_at(phone)


def test_axe_finds_nothing_in_a_form_with_mistakes(phone: Page, asking: str) -> None:
    phone.goto(f"{asking}{PLACE}/ask/question")
    phone.get_by_label("E-mail address (optional)").fill("nobody")
    phone.get_by_role("button", name="Send the question").click()
    phone.locator(".govuk-error-summary").wait_for()
    looked_at(phone)


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_axe_finds_nothing_on_the_pages_of_staff(browser: Browser, site: FastAPI, asking: str, prefix: str) -> None:
    updates: Updates = site.state.updates
    with updates.writing() as connection:
        login = f"boss{prefix}"
        number = account.add_local(connection, COMMAND, "Dot Plover", login, "correct horse battery")
        account.give(connection, COMMAND, number, Access(Role.FORCE_ADMINISTRATOR, Where("testshire")))
        token = session.begin(connection, number, "A telephone", datetime.now(UTC))
    context = browser.new_context(viewport={"width": 360, "height": 740})
    secure = {"name": COOKIE, "value": token, "url": asking.replace("http:", "https:"), "secure": True}
    context.add_cookies([secure])  # type: ignore[list-item]  loopback counts as safe
    page = context.new_page()
    own = f"/staff{PLACE}/questions"
    for path in ("/staff/force/testshire/questions", "/staff/force/testshire/to-do", own, f"{own}/1", f"{own}/2"):
        page.goto(f"{asking}{prefix}{path}")
        assert page.url.endswith(path)
        looked_at(page)
    page.locator("form[action$='/answer'] button").click()
    page.locator(".govuk-error-summary").wait_for()
    looked_at(page)
    context.close()


def looked_at(page: Page) -> None:
    """Axe finds nothing at this width, and nothing scrolls sideways at a smaller one."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found["violations"]] == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 360, "height": 740})
