"""How pages answer: addresses, faults, headers, caches."""

from dataclasses import dataclass, replace
from typing import Any, NoReturn

import pytest
from fastapi.testclient import TestClient

from geo.errors import UnknownRelease
from geo.postcode import Postcode


def test_a_good_postcode_leads_to_its_area(client: TestClient) -> None:
    answer = client.get("/", params={"postcode": " le15ya "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/area/LE1-5YA")


@pytest.mark.parametrize("written", ["le1 5ya", "LE15YA", "Le1-5Ya"])
def test_an_area_has_one_address(client: TestClient, written: str) -> None:
    answer = client.get(f"/area/{written}?month=2025-11")
    assert (answer.status_code, answer.headers["location"]) == (308, "/area/LE1-5YA?month=2025-11")


def test_no_postcode_is_asked_for_again(client: TestClient) -> None:
    answer = client.get("/", params={"postcode": " "})
    assert answer.status_code == 400
    assert "Enter a postcode" in answer.text
    assert "<title>Error: Your Area</title>" in answer.text


def test_a_near_miss_is_explained_and_kept_for_mending(client: TestClient) -> None:
    answer = client.get("/", params={"postcode": "LEI 5YA"})
    assert answer.status_code == 400
    assert "Did you mean LE1 5YA" in answer.text
    assert 'value="LEI 5YA"' in answer.text


def test_an_unknown_postcode_is_not_called_invalid(client: TestClient) -> None:
    answer = client.get("/area/LE9-9ZZ")
    assert answer.status_code == 404
    assert "LE9 9ZZ is not a postcode that is held here." in answer.text


@dataclass
class HeldPostcodes:
    """As much of a table of postcodes as help reads."""

    held: tuple[str, ...]

    def find(self, postcode: Postcode) -> bool:
        return postcode.spaced in self.held

    def holds_area(self, area: str) -> bool:
        return any(Postcode.parse(each).area == area for each in self.held)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("LE1-5YB", "LE1\xa05YA"),
        ("NG1-5YB", "No postcode that begins with NG is in the list"),
        ("EH1-1YZ", "there are no figures for most of Scotland"),
        ("BT1-5GS", "Postcodes of Northern Ireland are not in the list"),
    ],
)
def test_an_unknown_postcode_is_met_with_what_may_help(city: Any, typed: str, said: str) -> None:
    release = replace(city.release, postcodes=HeldPostcodes(("LE1 5YA", "LE1 6YA")))
    answer = TestClient(city.site_of(lambda: release, city.near)).get(f"/area/{typed}")
    assert answer.status_code == 404
    assert said in answer.text


def test_an_unknown_postcode_of_an_invented_place_is_met_with_one_that_is_known(city: Any) -> None:
    release = replace(city.release, register=replace(city.register, invented=True))
    answer = TestClient(city.site_of(lambda: release, city.near)).get("/area/LE9-9ZZ")
    assert "no real ones. Try ZZ1 1AA." in answer.text


def test_what_was_typed_is_never_markup(client: TestClient) -> None:
    answer = client.get("/", params={"postcode": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/area/LE1-5YA?month=soon", 400, "That is not a month that can be shown"),
        ("/area/LE1-5YA?month=2012-01", 400, "That is not a month that can be shown"),
        ("/area/LE1-5YA?category=piracy", 404, "That crime category is not known"),
        ("/nowhere", 404, "Page not found"),
    ],
)
def test_a_fault_is_a_page_with_its_status(client: TestClient, path: str, status: int, title: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert f'<h1 class="govuk-heading-l">{title}</h1>' in answer.text
    assert "In an emergency call 999." in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_program_gets_a_problem_document(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_before_any_release_is_live_pages_say_so(city: Any) -> None:
    def none_yet() -> NoReturn:
        raise UnknownRelease("No release is live yet.")

    answer = TestClient(city.site_of(none_yet, city.near)).get("/")
    assert answer.status_code == 503
    assert "There are no figures here at the moment" in answer.text
    assert answer.headers["retry-after"]


def test_an_unforeseen_error_is_a_page_that_tells_nothing_of_it(city: Any) -> None:
    def broken(*_: object) -> NoReturn:
        raise ZeroDivisionError("inner words")

    site = TestClient(city.site_of(lambda: city.release, broken), raise_server_exceptions=False)
    answer = site.get("/area/LE1-5YA")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "inner words" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/area/LE1-5YA", "/nowhere", "/area/LE1-5YA?month=soon"])
def test_every_answer_carries_the_safe_headers_and_no_cookie(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; connect-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert ("geolocation=()" in headers["permissions-policy"]) != (path == "/")  # where its button stands
    assert "set-cookie" not in headers


def test_postcode_pages_are_not_for_search_engines(client: TestClient) -> None:
    answer = client.get("/area/LE1-5YA")
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "x-robots-tag" not in client.get("/").headers


@pytest.mark.parametrize("path", ["/", "/area/LE1-5YA"])
def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60"


def test_month_and_category_make_other_pages(client: TestClient) -> None:
    queries = ("", "?month=2025-11", "?category=drugs")
    assert len({client.get(f"/area/LE1-5YA{query}").headers["etag"] for query in queries}) == 3


def test_pages_are_compressed_for_those_who_take_it(client: TestClient) -> None:
    assert client.get("/area/LE1-5YA", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    plain = client.get("/area/LE1-5YA", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"


def test_a_page_is_the_same_each_time_it_is_made(city: Any) -> None:
    assert city.page() == city.page()


def test_no_page_names_an_address_to_load_from_elsewhere(client: TestClient) -> None:
    html = client.get("/area/LE1-5YA").text
    for attribute in ('src="http', 'srcset="http', '<link rel="stylesheet" href="http', 'action="http'):
        assert attribute not in html
    assert " style=" not in html
    assert "<style" not in html
