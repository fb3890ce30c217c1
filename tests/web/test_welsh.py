"""The Welsh half: every page again under /cy, in Welsh, leading to Welsh pages."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

PAGES = ["/", "/area/LE1-5YA", "/area/LE1-5YA?category=drugs", "/?postcode=nonsense", "/nowhere"]


def links(html: str) -> list[str]:
    """Where a page leads on this site, but for the link to itself in the other language."""
    tags = re.findall(r"<(?:a|form)\b[^>]*>", html)
    found = [re.search(r'(?:href|action)="(/[^"]*)"', tag) for tag in tags if "hreflang" not in tag]
    return [match[1] for match in found if match]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_welsh_with_the_same_status(client: TestClient, path: str) -> None:
    browser = {"Accept": "text/html"}
    english, welsh = client.get(path, headers=browser), client.get(f"/cy{path}", headers=browser)
    assert welsh.status_code == english.status_code
    assert '<html lang="en"' in english.text
    assert '<html lang="cy"' in welsh.text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_leads_to_itself_in_the_other_language(client: TestClient, path: str) -> None:
    browser = {"Accept": "text/html"}
    there = f'href="/cy{path}" lang="cy" hreflang="cy">Cymraeg</a>'
    assert there in client.get(path, headers=browser).text
    assert f'href="{path}" lang="en" hreflang="en">English</a>' in client.get(f"/cy{path}", headers=browser).text


@pytest.mark.parametrize("path", PAGES)
def test_a_welsh_page_leads_only_to_welsh_pages(client: TestClient, path: str) -> None:
    found = links(client.get(f"/cy{path}", headers={"Accept": "text/html"}).text)
    assert found
    assert [link for link in found if not link.startswith("/cy/")] == []


def test_a_redirect_stays_in_welsh(client: TestClient) -> None:
    assert client.get("/cy/?postcode=le15ya").headers["location"] == "/cy/area/LE1-5YA"
    assert client.get("/cy/area/le1 5ya?month=2025-11").headers["location"] == "/cy/area/LE1-5YA?month=2025-11"


@pytest.mark.parametrize("path", ["/cy//elsewhere.example/", "/cy/%5C%5Celsewhere.example", "//elsewhere.example"])
def test_the_link_to_the_other_language_never_leaves_the_site(client: TestClient, path: str) -> None:
    html = client.get(f"http://testserver{path}", headers={"Accept": "text/html"}).text
    found = re.search(r'href="([^"]*)" lang="(?:en|cy)" hreflang', html)
    assert found
    assert re.match(r"/(cy/)?[%e]", found[1])


def test_search_engines_are_told_of_both_languages_on_pages_that_are_for_them(client: TestClient) -> None:
    for path in ("/", "/cy/"):
        html = client.get(path).text
        assert re.findall(r'<link rel="alternate" hreflang="(..)" href="([^"]+)">', html) == [
            ("en", "/"),
            ("cy", "/cy/"),
        ]
    for path in ("/cy/area/LE1-5YA", "/cy/?postcode=x"):
        assert 'rel="alternate" hreflang' not in client.get(path).text


def test_the_languages_of_a_page_are_two_pages_to_a_cache(client: TestClient) -> None:
    english, welsh = (client.get(path).headers["etag"] for path in ("/area/LE1-5YA", "/cy/area/LE1-5YA"))
    assert english != welsh
    assert client.get("/cy/area/LE1-5YA", headers={"If-None-Match": english}).status_code == 200


def test_the_language_of_the_browser_decides_nothing(client: TestClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "cy"})
    assert (answer.status_code, answer.headers["vary"]) == (200, "Accept-Encoding")
    assert '<html lang="en"' in answer.text


def test_dates_and_months_are_in_welsh(client: TestClient) -> None:
    html = client.get("/cy/area/LE1-5YA").text
    assert "Rhagfyr 2025" in html
    assert "28 Chwefror 2026" in html
    assert "December" not in html


def test_welsh_pages_say_that_nobody_has_checked_them_until_a_setting_says_otherwise(city: Any) -> None:
    said = "ya-unchecked"
    assert TestClient(city.site()).get("/cy/").text.count(said) == 1
    assert said not in TestClient(city.site()).get("/").text
    assert said not in TestClient(city.site(checked=True)).get("/cy/").text
