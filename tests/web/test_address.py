"""The addresses of pages: one for each, the same headers whatever is answered at it, and what crawlers are told."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site

OF_A_BODY = {"content-type", "content-length", "content-encoding"}
VALUES = {"postcode": "ZZ1-1AA", "force_id": "testshire", "neighbourhood_id": "T1"}
BEHIND = ("", "/crime", "/change", "/map.svg")  # the pages of a postcode
NO_PAGES = {"/healthz", "/readyz", "/robots.txt"}
ELSEWHERE = re.compile(r"^/(problems|tiles|theme|static|\.well-known)|\.ics$|^(/cy)?/staff\b|/manage\b")
NOINDEX = "noindex, nofollow"


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def templates(routes: Any) -> Iterator[str]:
    """The templates of the addresses of every route, those of included routers too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from templates(inner.routes)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path


@pytest.fixture(scope="module")
def pages(site: TestClient) -> list[str]:
    """An address of every page route of the site."""
    app: Any = site.app
    found = {path for path in templates(app.routes) if path not in NO_PAGES and not ELSEWHERE.search(path)}
    return sorted(re.sub(r"\{(\w+)(:path)?\}", lambda name: VALUES[name[1]], path) for path in found)


def test_the_routes_of_pages_are_found_in_both_languages(pages: list[str]) -> None:
    english = [page for page in pages if not page.startswith("/cy/")]
    assert [f"/cy{page}" for page in english] == [page for page in pages if page.startswith("/cy/")]
    assert {"/", "/area/ZZ1-1AA/change", "/neighbourhood/testshire/T1/stops", "/embed/testshire/T1"} < set(english)


def test_the_word_that_a_page_has_not_changed_carries_the_headers_of_the_page(
    site: TestClient, pages: list[str]
) -> None:
    validated = []
    for page in pages:
        whole = site.get(page)
        assert whole.status_code == 200, page
        if "etag" not in whole.headers:
            continue
        validated.append(page)
        for _ in ("made", "kept in memory"):
            unchanged = site.get(page, headers={"If-None-Match": whole.headers["etag"]})
            assert unchanged.status_code == 304, page
            of_page = {name: value for name, value in whole.headers.items() if name not in OF_A_BODY}
            assert dict(unchanged.headers) == of_page, page
    assert len(validated) >= 28


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize("behind", BEHIND)
def test_another_spelling_of_a_postcode_is_sent_on_and_not_for_search_engines(
    site: TestClient, behind: str, prefix: str
) -> None:
    for spelling in ("zz11aa", "zz1%201aa"):
        answer = site.get(f"{prefix}/area/{spelling}{behind}?category=drugs")
        assert (answer.status_code, answer.headers["x-robots-tag"]) == (308, NOINDEX)
        assert answer.headers["location"] == f"{prefix}/area/ZZ1-1AA{behind}?category=drugs"


@pytest.mark.parametrize("query", ["month=2024-03", "category=drugs", "order=name", "page=2", "street=1", "railway="])
def test_of_the_crimes_of_a_neighbourhood_only_the_plain_address_is_for_search_engines(
    site: TestClient, query: str
) -> None:
    address = "/neighbourhood/testshire/T1/crime"
    plain, chosen = site.get(address), site.get(f"{address}?{query}")
    meta = '<meta name="robots" content="noindex">'
    assert ("x-robots-tag" in plain.headers, meta in plain.text) == (False, False)
    assert (chosen.headers.get("x-robots-tag"), meta in chosen.text) == ("noindex", True)
    assert f'<link rel="canonical" href="{address}">' in chosen.text


def test_crawlers_are_asked_to_leave_queries_postcodes_and_the_form_alone(site: TestClient) -> None:
    answer = site.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "User-agent: *",
        "Disallow: /*?",
        "Disallow: /area/",
        "Disallow: /feedback",
        "Disallow: /cy/area/",
        "Disallow: /cy/feedback",
    ]


@pytest.mark.parametrize(("prefix", "said"), [("", "no real ones. Try ZZ1 1AA."), ("/cy", "ZZ1 1AA")])
@pytest.mark.parametrize("behind", BEHIND)
def test_a_postcode_that_is_not_held_is_met_with_the_same_help_on_each_of_its_pages(
    city: Any, site: TestClient, behind: str, prefix: str, said: str
) -> None:
    plain = site.get(f"{prefix}/area/ZZ9-9ZZ")
    answer = site.get(f"{prefix}/area/ZZ9-9ZZ{behind}")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert 'value="ZZ9 9ZZ"' in answer.text
    assert re.findall(r"<main.*</main>", answer.text, re.DOTALL) == re.findall(r"<main.*</main>", plain.text, re.DOTALL)
    slip = site.get(f"{prefix}/area/ZZI-1AA{behind}")
    assert (slip.status_code, "ZZ1 1AA" in slip.text, 'value="ZZI-1AA"' in slip.text) == (400, True, True)


@pytest.mark.parametrize("behind", BEHIND)
def test_before_any_release_a_bad_postcode_is_told_that_there_are_no_figures(behind: str, tmp_path: Any) -> None:
    with TestClient(create_site(WebSettings(data_dir=tmp_path))) as bare:
        answer = bare.get(f"/area/nonsense{behind}")
    assert (answer.status_code, "There are no figures here at the moment" in answer.text) == (503, True)


def test_a_slash_at_the_end_of_any_page_leads_to_the_page(site: TestClient, pages: list[str]) -> None:
    for page in pages:
        if page in ("/", "/cy/"):
            continue
        for end in ("/", "//"):
            answer = site.get(f"{page}{end}?month=2024-03")
            assert (answer.status_code, answer.headers["location"]) == (308, f"{page}?month=2024-03")
            assert (answer.headers.get("x-robots-tag") == NOINDEX) == ("/area/" in page), page


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/neighbourhood/testshire/T1%2F", 404, None),  # an id may hold a slash, even at its end
        ("/neighbourhood/testshire/T9/", 308, "/neighbourhood/testshire/T9"),
        ("/neighbourhood/test%20shire/a%2Fb/", 308, "/neighbourhood/test%20shire/a%2Fb"),
        ("/testshire/T1/", 301, "/neighbourhood/testshire/T1"),
        ("/testshire/T1/crime/", 301, "/neighbourhood/testshire/T1"),
        ("/testshire/", 301, "/forces/testshire"),
        ("//elsewhere.example/find/", 404, None),
        ("/nowhere/", 404, None),
        ("/", 200, None),
        ("/cy/", 200, None),
        ("/api/forces", 200, None),
        ("/api//", 404, None),
    ],
)
def test_what_ends_in_a_slash_and_is_no_page_stays_as_it_was(
    site: TestClient, path: str, status: int, location: str | None
) -> None:
    answer = site.get(f"http://testserver{path}")
    assert (answer.status_code, answer.headers.get("location")) == (status, location)
