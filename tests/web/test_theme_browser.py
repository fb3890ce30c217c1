"""A force's theme in a browser: worn, looked at by axe, and no wider or longer than a phone or a sheet."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page

from web.theme_file import BUILT_IN, read_themes

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
AREA = "/area/LE1-5YA"


@pytest.fixture(params=["doggerland", "silver-pit"])
def themed_address(request: pytest.FixtureRequest, city: Any, served: Callable[[FastAPI], str], tmp_path: Path) -> str:
    """The city in a theme that comes along, worn by its own force."""
    theme = json.loads((BUILT_IN / f"{request.param}.json").read_text(encoding="utf-8"))
    (tmp_path / "testshire.json").write_text(json.dumps({**theme, "force": "testshire"}), encoding="utf-8")
    logo = theme["logo"]["file"]
    (tmp_path / logo).write_bytes((BUILT_IN / logo).read_bytes())
    return served(city.site(themes=read_themes(tmp_path)))


@pytest.mark.parametrize("language", ["", "/cy"])
def test_a_theme_is_worn_and_nothing_is_amiss_with_it(page: Page, themed_address: str, language: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(themed_address + language + AREA)
    brand = page.locator('meta[name="theme-color"]').get_attribute("content") or ""
    rgb = f"rgb({int(brand[1:3], 16)}, {int(brand[3:5], 16)}, {int(brand[5:7], 16)})"
    assert page.evaluate("getComputedStyle(document.querySelector('.ya-header')).backgroundColor") == rgb
    assert page.evaluate("document.querySelector('.ya-header__logo').naturalWidth") > 0
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run(document).then(found => found.violations.map(one => one.id))") == []
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.mark.parametrize("language", ["", "/cy"])
def test_a_themed_page_fits_the_smallest_phone(page: Page, themed_address: str, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(themed_address + language + AREA)
    last = page.locator(".ya-now__item").last.bounding_box()
    assert last
    assert last["y"] + last["height"] <= 640
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_themed_page_prints_on_one_sheet(page: Page, themed_address: str) -> None:
    page.goto(themed_address + AREA)
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
