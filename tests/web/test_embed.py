"""What other sites may frame: a neighbourhood's figures and map, and no other page."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Page
from pydantic import ValidationError
from starlette.responses import HTMLResponse

from api.queries.neighbourhood import NeighbourhoodCount
from geo.category import categories_of
from geo.month import Month
from web.embed import most_of
from web.header import CONTENT_SECURITY_POLICY
from web.settings import WebSettings
from web.site import create_site

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
EMBED = "/embed/testshire/T1"


@pytest.fixture(scope="module")
def client(places: Any) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_a_frame_says_what_the_full_page_does_of_the_newest_month(client: TestClient) -> None:
    frame, page = client.get(EMBED), client.get("/neighbourhood/testshire/T1")
    figure = r'<p class="ya-figure.*?</p>|<div class="ya-lede">.*?</div>|<div class="ya-gaps">.*?</div>'
    stated = re.findall(figure, frame.text, re.DOTALL)
    assert stated
    assert stated == re.findall(figure, page.text, re.DOTALL)
    assert "A dot is never a house." in frame.text
    assert "This copy is not run by the police and takes no reports." in frame.text
    assert "The last weeks are not here yet." in words(frame.text) or "months old" in words(frame.text)
    assert 'href="tel:999"' in frame.text


def test_its_categories_are_the_first_of_the_full_pages_table(client: TestClient) -> None:
    frame, page = client.get(EMBED).text, client.get("/neighbourhood/testshire/T1").text
    listed = re.search(r'govuk-list--bullet">(.*?)</ul>', frame, re.DOTALL)
    assert listed
    shown = [words(item).strip() for item in re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)]
    table = re.search(r'id="by-category".*?</table>', page, re.DOTALL)
    assert table
    rows = re.findall(r"<tr[^>]*>\s*<th scope=\"row\"[^>]*>(.*?)</th>\s*<td[^>]*>(.*?)</td>", table[0], re.DOTALL)
    told = [f"{words(name).strip()}: {words(n).strip()}" for name, n in rows]
    assert 1 <= len(shown) <= 3
    assert shown == told[: len(shown)]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((9, 7, 5, 3), 3),
        ((9, 7, 5, 5), 2),
        ((9, 1, 1, 1, 1), 1),
        ((2, 2, 2, 2), 0),
        ((4, 2, 0, 0), 2),
        ((4, 2), 2),
        ((4, None, None, None), 1),
        ((), 0),
    ],
)
def test_no_category_is_named_before_one_with_as_many(counts: tuple[int | None, ...], shown: int) -> None:
    rows = [
        NeighbourhoodCount(category, n) for category, n in zip(categories_of(Month(2025, 12)), counts, strict=False)
    ]
    assert most_of(rows) == tuple(rows[:shown])


def test_every_link_opens_the_full_site_in_a_tab_of_its_own(client: TestClient) -> None:
    html = client.get(EMBED).text
    assert '<base target="_blank">' in html
    assert '<a class="govuk-link govuk-!-font-weight-bold" href="/neighbourhood/testshire/T1" rel="noopener">' in html
    assert "exit-this-page" not in html


def test_what_leads_to_a_part_of_the_frame_stays_in_it(client: TestClient) -> None:
    for path in (EMBED, f"/cy{EMBED}"):
        inner = re.findall(r'<a [^>]*href="#[^>]*>', client.get(path).text)
        assert inner
        assert all('target="_self"' in link for link in inner)
    assert 'href="#map" data-map-show' in client.get("/neighbourhood/testshire/T1").text


def test_a_frame_names_its_icon_so_that_no_browser_asks_for_one_that_is_not_there(client: TestClient) -> None:
    icon = re.search(r'<link rel="icon" href="([^"]*)"', client.get(EMBED).text)
    assert icon
    assert client.get(icon[1]).status_code == 200


def test_a_month_or_a_category_cannot_be_chosen(client: TestClient) -> None:
    plain, asked = client.get(EMBED), client.get(EMBED + "?month=2024-02&category=drugs")
    assert asked.text == plain.text


def test_only_what_is_made_for_it_can_be_framed(client: TestClient) -> None:
    assert client.get(EMBED).headers["content-security-policy"].endswith("frame-ancestors https:")
    assert client.get("/cy" + EMBED).headers["content-security-policy"].endswith("frame-ancestors https:")
    for path in ("/", "/neighbourhood/testshire/T1", "/area/ZZ1-1AA", "/forces", "/feedback", "/nowhere"):
        assert client.get(path).headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_a_frame_is_no_page_for_search_engines_and_has_a_validator(client: TestClient) -> None:
    first = client.get(EMBED)
    assert first.headers["x-robots-tag"] == "noindex"
    assert '<link rel="canonical" href="/neighbourhood/testshire/T1">' in first.text
    again = client.get(EMBED, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"].endswith("frame-ancestors https:")


@pytest.mark.parametrize("path", ["/embed/testshire/T99", "/embed/nowhere/T1", "/cy/embed/elsewhere/T1"])
def test_a_neighbourhood_that_is_not_known_is_told_inside_the_frame(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-security-policy"].endswith("frame-ancestors https:")
    assert "/forces" in answer.text


@pytest.mark.parametrize("ancestors", ["'none'", "*", "https://www.council.example https://*.other.example:8443"])
def test_the_operator_says_which_sites_may(places: Any, ancestors: str) -> None:
    settings = WebSettings(data_dir=places.root, embed_ancestors=ancestors)
    with TestClient(create_site(settings)) as client:
        assert client.get(EMBED).headers["content-security-policy"].endswith(f"frame-ancestors {ancestors}")


@pytest.mark.parametrize(
    "ancestors", ["", "council", "https:; script-src *", "https:\r\nX: y", "https:, http:", "https: "]
)
def test_what_is_no_list_of_sites_is_refused(ancestors: str) -> None:
    with pytest.raises(ValidationError, match="embed_ancestors"):
        WebSettings(embed_ancestors=ancestors)


def council(framed: str) -> FastAPI:
    """Another site, with a page that frames one of ours."""
    site = FastAPI()
    page = (
        f'<!DOCTYPE html><title>Council</title><iframe src="{framed}" title="Crime" width="320" height="900"></iframe>'
    )
    site.add_api_route("/", lambda: HTMLResponse(page))
    return site


@pytest.fixture
def framable(places: Any, served: Callable[[FastAPI], str]) -> str:
    return served(create_site(WebSettings(data_dir=places.root, embed_ancestors="http://127.0.0.1:*")))


@pytest.mark.browser
@pytest.mark.parametrize("language", ["", "/cy"])
def test_another_site_frames_it_and_the_map_is_drawn(
    page: Page, framable: str, served: Callable[[FastAPI], str], language: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(served(council(framable + language + EMBED)))
    frame = page.frames[1]
    frame.locator("#area-map").scroll_into_view_if_needed()
    frame.wait_for_selector("html[data-map-ready]", state="attached", timeout=30_000)
    assert frame.evaluate("document.documentElement.scrollWidth") <= 320
    assert [text for text in said if "Content Security Policy" in text] == []
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    assert frame.evaluate("axe.run(document).then(found => found.violations.map(one => one.id))") == []
    with page.expect_popup() as opened:
        frame.locator("a[href$='/neighbourhood/testshire/T1']").last.click()
    assert opened.value.url == f"{framable}{language}/neighbourhood/testshire/T1"


@pytest.mark.browser
def test_another_site_cannot_frame_the_full_page(page: Page, framable: str, served: Callable[[FastAPI], str]) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(served(council(f"{framable}/neighbourhood/testshire/T1")))
    page.wait_for_timeout(1_000)
    assert [text for text in said if "frame-ancestors 'none'" in text]
    assert page.frames[1].locator("h1").filter(has_text="Market").count() == 0


@pytest.mark.browser
def test_without_javascript_the_frame_shows_a_picture(browser: Any, framable: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(framable + EMBED)
    page.locator(".ya-map__picture").first.scroll_into_view_if_needed()
    assert page.get_by_text("The full page has tables of the same figures.").first.is_visible()
    context.close()
