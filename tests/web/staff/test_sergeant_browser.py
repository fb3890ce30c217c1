"""A sergeant's visit, whole: in by the force's own provider, on a telephone, by keyboard alone, until residents see."""

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from web.staff.route import COOKIE

pytestmark = pytest.mark.browser

HUB = "/staff/neighbourhood/testshire/T1"
TEAM, AREA = "/neighbourhood/testshire/T1/team", "/area/ZZ1-1AA"
PHONE = {"width": 360, "height": 740}
MOST_LOADS = 8
MOST_STEPS = 200
SECONDS = 10  # until residents see what was published


@dataclass
class Sergeant:
    """A telephone with a keyboard and nothing else to point with, and beside it a resident's.

    Attributes:
        page: what it shows.
        resident: what a resident's shows, who is nobody to the site.
        address: of the site.
        loads: the pages that it showed.
        faults: what the consoles of both complained of.
    """

    page: Page
    resident: Page
    address: str
    loads: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def reach(self, wanted: Locator) -> None:
        """Press Tab until something has the focus."""
        for _ in range(MOST_STEPS):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {wanted}")

    def enter(self, role: Any, name: str | re.Pattern[str], **how: Any) -> None:
        """Go to a link or a button and press Enter; the next page is there then."""
        self.reach(self.page.get_by_role(role, name=name, **how))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def types(self, label: str, text: str) -> None:
        """Go to a field and type."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def sets_out(self, number: int) -> None:
        """From the first page after signing in to one of the three things that can be done."""
        self.loads.clear()
        self.page.goto(f"{self.address}/staff")
        self.enter("link", "Market & Quay", exact=True)
        self.enter("button", "What have you done?")
        self.reach(self.page.get_by_label("We did something about a priority"))
        self.page.keyboard.press("Space")
        for _ in range(number):
            self.page.keyboard.press("ArrowDown")

    def puts_out(self, seen: str) -> None:
        """Look at what residents will see, then publish it: all in a few pages."""
        self.enter("button", "See it as residents will")
        expect(self.page.get_by_role("heading", name="This is how residents will see it")).to_be_visible()
        expect(self.page.locator("main")).to_contain_text(seen)
        self.enter("button", "Publish now")
        expect(self.page.get_by_text("Published. Residents see it now.")).to_be_visible()
        assert len(self.loads) <= MOST_LOADS, self.loads

    def is_read(self, path: str, *said: str, no_more: tuple[str, ...] = ()) -> None:
        """A resident who loads a page anew reads it within seconds, and what is taken back is not there any more."""
        until = time.monotonic() + SECONDS
        self.resident.goto(self.address + path)
        while True:
            self.resident.reload()  # a browser may show for a minute what it was sent before
            words = " ".join(self.resident.locator("main").inner_text().split())
            missing = [one for one in said if one not in words] + [f"not {one}" for one in no_more if one in words]
            if not missing:
                return
            assert time.monotonic() < until, (path, missing, words)
            time.sleep(0.5)


@pytest.fixture
def una(
    browser: Browser, site_by: Callable[..., FastAPI], served: Callable[[FastAPI], str], provider: Any
) -> Iterator[Sergeant]:
    """A sergeant of T1, known to the provider of Testshire Police and not yet signed in."""
    provider.asks = True
    address = served(site_by(provider.configured(), public_url=None, running=False))
    contexts = [browser.new_context(viewport=PHONE) for _ in range(2)]  # type: ignore[arg-type]
    one = Sergeant(contexts[0].new_page(), contexts[1].new_page(), address)
    one.page.on("load", lambda shown: one.loads.append(shown.url))
    for page in (one.page, one.resident):
        page.on(
            "console", lambda said: one.faults.append(f"{said.text} {said.location}") if said.type == "error" else None
        )
    yield one
    for context in contexts:
        context.close()


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    content = io.BytesIO()
    Image.new("RGB", (120, 90), "green").save(content, "JPEG")
    path = tmp_path / "IMG_0001.jpg"
    path.write_bytes(content.getvalue())
    return path


def sign_in(una: Sergeant) -> None:
    una.page.goto(f"{una.address}/staff")
    una.enter("button", "Sign in with Testshire Police")
    una.enter("button", "Continue")  # the provider's own page
    una.page.wait_for_url(f"{una.address}/staff")
    expect(una.page.get_by_text("Sgt Una Curlew")).to_be_visible()


def write_an_action(una: Sergeant) -> None:
    una.sets_out(0)
    una.reach(una.page.get_by_label("Which priority is it about?"))
    una.page.keyboard.press("ArrowDown")
    una.types("What did you do?", "Spoke to twelve riders")


def write_an_event(una: Sergeant) -> None:
    una.sets_out(1)
    una.types("What is it called?", "Surgery at the quay")
    una.types("Where is it? (optional)", "Library")
    una.types("When does it begin?", "12122030")
    una.page.keyboard.press("ArrowRight")
    una.page.keyboard.type("0700PM")
    assert una.page.get_by_label("When does it begin?").input_value() == "2030-12-12T19:00"


def write_an_update(una: Sergeant, photograph: Path) -> None:
    una.sets_out(2)
    una.types("What is the headline?", "Forty bicycles")
    una.types("What do you want to say?", "We marked them all")
    una.reach(una.page.get_by_label("Picture (optional)"))
    una.page.bring_to_front()  # a window behind another opens no chooser
    with una.page.expect_file_chooser(timeout=6000) as chooser:
        una.page.keyboard.press("Space")
    chooser.value.set_files(photograph)
    una.reach(una.page.get_by_label("What the picture shows, for those who"))
    una.page.keyboard.type("Bicycles by the quay")


def test_a_sergeant_publishes_by_keyboard_on_a_telephone_and_residents_see_it_until_it_is_withdrawn(
    una: Sergeant, photograph: Path
) -> None:
    sign_in(una)
    write_an_action(una)
    una.puts_out("Spoke to twelve riders")
    for path in (TEAM, AREA):
        una.is_read(path, "Spoke to twelve riders")

    write_an_event(una)
    una.puts_out("Surgery at the quay")
    una.is_read(TEAM, "Surgery at the quay", "Library", "12 December 2030")
    una.is_read(AREA, "Next meeting: 12 December 2030, 19:00")

    write_an_update(una, photograph)
    una.puts_out("Forty bicycles")
    una.is_read(AREA, "Forty bicycles")
    una.is_read(TEAM, "Forty bicycles")
    picture = una.resident.get_by_role("img", name="Bicycles by the quay")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 120)

    withdraw(una)
    una.is_read(TEAM, "was withdrawn on", "Why: It was last year", no_more=("Forty bicycles", "We marked them all"))
    una.is_read(AREA, "Spoke to twelve riders", no_more=("Forty bicycles",))
    assert una.resident.context.cookies() == []
    sign_out_and_go_back(una)
    assert [one for one in una.faults if una.address in one] == []  # not the provider's


def withdraw(una: Sergeant) -> None:
    una.loads.clear()
    una.page.goto(una.address + HUB)
    una.enter("link", re.compile("Withdraw.*Forty bicycles"))
    una.types("Why is it withdrawn?", "It was last year")
    una.puts_out("It was last year")


def sign_out_and_go_back(una: Sergeant) -> None:
    """Whoever has the telephone next sees nothing of what was on it."""
    una.page.goto(una.address + HUB)
    una.page.goto(f"{una.address}/staff/sessions")
    una.enter("button", "Sign out", exact=True)
    assert COOKIE not in {one["name"] for one in una.page.context.cookies()}
    for _ in range(2):
        una.page.go_back()
        expect(una.page).to_have_url(re.compile(r"/staff/sign-in\?onward="))
        words = una.page.locator("body").inner_text()
        assert [one for one in ("Una Curlew", "Market & Quay", "Forty bicycles") if one in words] == []
    assert una.page.evaluate("JSON.stringify(localStorage)") == "{}"
