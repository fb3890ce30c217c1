"""E-mails about a neighbourhood in a real browser, with scripts and without, on a phone, in both languages."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page
from pydantic import SecretStr
from sqlalchemy import select

from api.publish import subscription
from api.publish.secret import secrets_of
from api.publish.staff_table import SUBSCRIPTION
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
FORM = "/neighbourhood/testshire/T1/subscribe"


@pytest.fixture
def site(places: DataFolder, tmp_path: Path) -> FastAPI:
    """The site, with a mail server that nobody reaches: what is asked for waits."""
    shutil.copytree(places.root, tmp_path / "data")
    settings = WebSettings(
        data_dir=tmp_path / "data", smtp_url=SecretStr("smtp+insecure://127.0.0.1:9"), mail_from="news@area.example",
        public_url="https://area.example",
    )  # fmt: skip
    made = create_site(settings)
    made.state.updates.bring_up_to_date()
    return made


def tokens(site: FastAPI) -> tuple[str, str]:
    """What the links that confirm and manage the one subscription carry."""
    with site.state.updates.reading() as connection:
        number = connection.scalar(select(SUBSCRIPTION.c.id))
    keys = secrets_of(site.state.settings)
    return subscription.token_to_confirm(keys, number), subscription.token_to_manage(keys, number)


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("axe.run(document)")
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("prefix", "link", "email", "weekly", "send", "fault", "yes", "stop"),
    [
        (
            "", "Get this by e-mail", "Your e-mail address", "Once a week", "Send me the e-mail",
            "Enter an e-mail address", "Yes, send them", "Stop the e-mails",
        ),
        (
            "/cy", "Cael hyn drwy e-bost", "Eich cyfeiriad e-bost", "Unwaith yr wythnos", "Anfonwch y neges ataf",
            "Rhowch gyfeiriad e-bost", "Ie, anfonwch nhw", "Stopio’r negeseuon e-bost",
        ),
    ],
)  # fmt: skip
def test_a_resident_asks_mends_a_mistake_confirms_changes_and_ends(
    browser: Browser, served: Callable[[FastAPI], str], site: FastAPI, scripts: bool, prefix: str, link: str,
    email: str, weekly: str, send: str, fault: str, yes: str, stop: str,
) -> None:  # fmt: skip
    address = served(site)
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}{prefix}/neighbourhood/testshire/T1/team")
    page.get_by_role("link", name=link).click()
    page.get_by_label(weekly).check()
    page.get_by_label(email).fill("robin")
    page.get_by_role("button", name=send).click()
    assert page.get_by_role("link", name=fault).is_visible()
    assert page.get_by_label(weekly).is_checked()
    page.get_by_label(email).fill("robin@example.org")
    page.get_by_role("button", name=send).click()
    page.wait_for_url(f"{address}{prefix}/subscribed")
    confirm, _ = tokens(site)
    page.goto(f"{address}{prefix}/subscription/confirm/{confirm}")
    page.get_by_role("button", name=yes).click()
    page.locator("main a[href*='/subscription/']").click()
    assert page.get_by_label(weekly).is_checked()
    page.get_by_role("button", name=stop).click()
    page.wait_for_url(re.compile("/end$"))
    with site.state.updates.reading() as connection:
        assert connection.scalar(select(SUBSCRIPTION.c.id)) is None
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_axe_finds_nothing_and_a_small_phone_needs_no_sideways_scrolling(
    page: Page, served: Callable[[FastAPI], str], site: FastAPI, prefix: str
) -> None:
    address = served(site)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}{prefix}{FORM}")
    seen = [violations(page)]
    page.locator("#email").fill("nobody")
    page.locator("main form button").click()
    seen.append(violations(page))
    page.locator("#email").fill("robin@example.org")
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/subscribed$"))
    seen.append(violations(page))
    confirm, manage = tokens(site)
    for path in (f"confirm/{confirm}", manage, f"{manage}?changed=1", f"{manage}/end", "none"):
        page.goto(f"{address}{prefix}/subscription/{path}")
        seen.append(violations(page))
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}{prefix}/subscription/confirm/{confirm}")
    page.locator("main form button").click()
    seen.append(violations(page))
    page.goto(f"{address}{prefix}/subscription/{manage}/end")
    page.locator("main form button").click()
    seen.append(violations(page))
    assert [one for one in seen if one] == []
