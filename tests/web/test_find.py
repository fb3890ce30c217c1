"""Finding a place, and the pages that are shared: by postcode, name, position, list and old address."""

import html
import logging
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site

T1 = "/neighbourhood/testshire/T1"
T3 = "/neighbourhood/testshire/T%203.b"


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(page: str) -> str:
    """What a reader reads of the content."""
    content = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", content)))


def leads(page: str) -> list[str]:
    """Where the content leads."""
    return re.findall(r'<a[^>]+href="([^"#]+)"', page[page.index("<main") : page.index("</main>")])


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("q=ZZ1+1AA", "/area/ZZ1-1AA"),
        ("q=+zz11aa+", "/area/ZZ1-1AA"),
        ("q=z-z1-1A%20a", "/area/ZZ1-1AA"),
        ("q=ZZ1+1AE", "/area/ZZ1-1AE"),
        ("q=north+road", T3),
        ("q=NORTH+RD", T3),
        ("q=sqwar+owain+glyndwr", "/neighbourhood/testshire/T2"),
        ("q=market+quay", T1),
        ("q=market+%26+quay", T1),
        ("q=elsewhere", "/forces/elsewhere"),
        ("lat=54.005&lng=1.010", T1),
    ],
)
def test_what_can_only_mean_one_thing_leads_there_at_once(site: TestClient, asked: str, address: str) -> None:
    for prefix in ("", "/cy"):
        answer = site.get(f"{prefix}/find?{asked}")
        assert (answer.status_code, answer.headers["location"]) == (303, prefix + address)
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "status", "said", "links"),
    [
        ("q=ZZI+1AA", 200, "Did you mean ZZ1 1AA (the digit 1, not the letter I)?", ["/area/ZZ1-1AA"]),
        ("q=ZZ1+1A", 200, "The second half has a digit and two letters", [T1, "/area/ZZ1-1AB"]),
        ("q=zz1", 200, "3 postcodes in use begin with ZZ1.", [T1, "/neighbourhood/testshire/T2", "/forces/elsewhere"]),
        ("q=ZZ1+1ZZ", 404, "ZZ1 1ZZ is not a postcode that is held here.", [T1]),
        ("q=norht+road", 200, "These are spelt almost alike: 1 place. North Road", [T3]),
        ("q=market", 200, "3 places", [T1]),
        ("q=testham", 200, "Testham town or village", [T1]),
        ("q=far+street", 303, "", []),
        ("q=qqqqqq", 404, "Nothing found for “qqqqqq”", ["/forces"]),
        ("q=99", 404, "'99' is not a postcode.", ["/forces"]),
        ("q=", 400, "Enter a postcode, street, town or neighbourhood", ["/forces"]),
        ("lat=54.005&lng=1.0205", 200, "You are near a border", [T1, "/neighbourhood/testshire/T2"]),
        ("lat=54.005&lng=1.07", 200, "the nearest postcode, ZZ1 1AD", ["/area/ZZ1-1AD", "/forces/elsewhere"]),
        ("lat=51&lng=0", 404, "This place is outside what is held here", ["/forces"]),
        ("lat=nan&lng=1", 400, "", []),
        ("lat=north", 400, "two numbers of degrees", []),
    ],
)
def test_what_may_mean_more_is_a_list_or_is_explained(
    site: TestClient, asked: str, status: int, said: str, links: list[str]
) -> None:
    answer = site.get(f"/find?{asked}")
    assert answer.status_code == status
    if answer.is_redirect:
        assert answer.headers["location"] == "/find?lat=54.005&lng=1.060"
        return
    assert said.lower() in words(answer.text).lower()
    assert [link for link in links if link not in leads(answer.text)] == []


def test_what_is_looked_for_is_neither_listed_kept_nor_logged(
    site: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for asked in ("q=north+road", "q=ZZ1+1ZZ", "lat=54.005&lng=1.0205", "lat=54.0051234x&lng=1"):
        headers = site.get(f"/find?{asked}").headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        if "x" not in asked:
            assert headers["x-robots-tag"].startswith("noindex")
    ours = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert "/find" in ours
    for typed in ("north", "ZZ1", "54.005", "1.02"):
        assert typed not in ours


def test_only_pages_with_the_button_may_ask_where_somebody_is(site: TestClient) -> None:
    allowed = {
        path: "geolocation=(self)" in site.get(path).headers["permissions-policy"] for path in ("/", "/find", T1)
    }
    assert allowed == {"/": True, "/find": True, T1: False}


def test_lists_have_pages(site: TestClient) -> None:
    for page in ("2", "0", "-1", "x", "99999999999999999999", "²"):
        assert site.get("/find", params={"q": "market", "page": page}).status_code == 200


def test_forces_and_neighbourhoods_are_listed_from_a_to_z(site: TestClient) -> None:
    assert leads(site.get("/forces").text) == ["/forces/elsewhere", "/forces/testshire"]
    assert "Elsewhere Constabulary: no neighbourhoods held" in words(site.get("/forces").text)
    force = site.get("/forces/testshire").text
    assert [link for link in leads(force) if link.startswith("/neighbourhood")] == [
        "/neighbourhood/testshire/T2",
        T1,
        T3,
    ]
    elsewhere = words(site.get("/forces/elsewhere").text)
    assert (
        "No neighbourhoods of Elsewhere Constabulary are held here. That does not mean that it has none." in elsewhere
    )
    assert site.get("/forces/narnia", headers={"Accept": "text/html"}).status_code == 404


def test_a_neighbourhood_says_what_was_recorded_there_and_names_no_postcode(site: TestClient) -> None:
    answer = site.get(T1)
    said = words(answer.text)
    # Counted by hand in tests/testshire/crimes: 19 rows with a place in T1.
    assert "19 crimes and incidents of anti-social behaviour recorded in the neighbourhood of Market & Quay" in said
    assert "What was recorded in March 2024." in said
    assert said.index("Crime here 19 recorded in the neighbourhood.") < said.index("Another month")
    assert f'<link rel="canonical" href="{T1}">' in answer.text
    assert "noindex" not in answer.text + str(answer.headers)
    assert "ZZ1" not in said.replace("ZZ1 1AA, or the name of a street", "")
    assert "one mile" not in said


def test_a_postcode_page_leads_to_the_page_of_its_neighbourhood_to_share(site: TestClient) -> None:
    page = site.get("/area/ZZ1-1AA").text
    assert f'<link rel="canonical" href="{T1}">' in page
    assert T1 in leads(page)


def test_a_category_can_be_chosen_in_a_neighbourhood(site: TestClient) -> None:
    said = words(site.get(f"{T1}?category=burglary").text)
    assert "Streets with most burglary recorded, March 2024" in said
    assert "recorded as burglary in the neighbourhood of Market & Quay" in said
    assert "recorded in the neighbourhood." not in said


def test_a_reader_who_holds_the_page_is_told_so(site: TestClient) -> None:
    held = site.get(T1).headers["etag"]
    assert site.get(T1, headers={"If-None-Match": held}).status_code == 304
    assert site.get(f"{T1}?month=2024-03", headers={"If-None-Match": held}).status_code == 200


@pytest.mark.parametrize("path", ["/neighbourhood/testshire/T9", "/neighbourhood/narnia/T1", f"{T1}?month=1999-01"])
def test_what_is_not_held_is_said_so_on_a_page(site: TestClient, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code in {400, 404}
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/testshire", "/forces/testshire"),
        ("/testshire/", "/forces/testshire"),
        ("/testshire/T1", T1),
        ("/testshire/T1/", T1),
        ("/testshire/T%203.b/crime/2024-03/", T3),
        ("/testshire/T1/crime/stats/", T1),
        ("/pu/your-area/testshire-police/", "/forces/testshire"),
        ("/pu/your-area/testshire-police/market-and-quay/", T1),
        ("/pu/your-area/testshire/market-and-quay/?tab=Overview", T1),
        ("/pu/your-area/testshire-police/north-field/meet-the-team/", T3),
    ],
)
def test_an_old_address_of_police_uk_leads_to_its_page_for_good(site: TestClient, old: str, new: str) -> None:
    answer = site.get(old)
    assert (answer.status_code, answer.headers["location"]) == (301, new)


@pytest.mark.parametrize(
    "path",
    [
        "/testshire/T9/", "/narnia/", "/narnia/T1/", "/pu/your-area/", "/pu/your-area/narnia/t1/", "/pu/",
        "/pu/your-area/testshire-police/nowhere/", "//testshire.example/", "/testshire/%2e%2e/",
    ],
)  # fmt: skip
def test_an_old_address_of_what_is_not_held_stays_unknown(site: TestClient, path: str) -> None:
    assert site.get(f"http://testserver{path}").status_code == 404


def test_no_address_of_ours_is_taken_for_an_old_one(site: TestClient) -> None:
    assert site.get("/healthz").status_code == 200
    assert site.get("/api/forces").json()[0]["id"] == "testshire"
    assert site.post("/testshire/T1/").status_code in {404, 405}
