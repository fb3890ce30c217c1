"""The board as residents and programs read it, and as a force's staff have it to do."""

import csv
import html
import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.publish.database import Updates
from api.publish.item.put import put
from api.publish.item.written import WrittenEvent, WrittenPriority
from api.publish.policy import COMMAND, Where
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site

T2 = Where("testshire", "T2")
YEAR = date.today().year + 1  # noqa: DTZ011  of meetings that are always ahead


@pytest.fixture
def folder(places: DataFolder, tmp_path: Path) -> DataFolder:
    """`places`, of a test's own."""
    shutil.copytree(places.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def site(folder: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=folder.root)), follow_redirects=False) as client:
        yield client


@pytest.fixture
def publish(site: TestClient) -> Callable[..., None]:
    """`publish(written, where)`: a team published something."""
    updates: Updates = site.app.state.updates  # type: ignore[attr-defined]
    updates.bring_up_to_date()

    def written(one: Any, where: Where = T2) -> None:
        with updates.writing() as connection:
            put(connection, COMMAND, where, one.kind, one)

    return written


def said(page: str) -> str:
    """The words of a page's main part in a line."""
    main = page.partition("<main")[2].partition("</main")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def test_a_force_has_each_neighbourhood_by_name_with_what_is_known(site: TestClient) -> None:
    words = said(site.get("/guarantee/testshire").text)
    east, market = words.index("East Field Named officer"), words.index("Market & Quay Named officer")
    assert east < market
    of_east, of_market = words[east:market], words[market:]
    assert "Named officer Not held here Priorities looked at Not held here" in of_east
    assert "Next meeting 3 June 2031, 18:00 Questions answered Not held here" in of_east
    assert "Named officer Yes, and there is a way to reach them or their team" in of_market
    assert re.search(
        r"Out of date: not looked at for [\d,]+ days, since 1 February 2024 Next meeting Not held", of_market
    )


def test_the_nation_counts_with_denominators_in_order_of_name(site: TestClient) -> None:
    words = said(site.get("/guarantee").text)
    assert "The Neighbourhood Policing Guarantee of 2025 promises" in words
    assert re.search(r"Computed on \d+ \w+ \d{4}\.", words)
    whole = re.search(r"Somebody is named, and can be reached 1 of (\d) neighbourhoods; not held here: (\d)", words)
    assert whole
    assert int(whole[1]) == int(whole[2]) + 1
    assert f"A meeting is ahead 1 of {whole[1]} neighbourhoods; not held here: {whole[2]}" in words
    assert f"Priorities were looked at within 3 months 0 of {whole[1]} neighbourhoods; out of date: 1" in words
    assert "Questions asked here were answered Not held here" in words
    forces = re.findall(r'<a class="govuk-link" href="/guarantee/(\w+)"', site.get("/guarantee").text)
    assert forces == sorted(forces)


@pytest.mark.parametrize("path", ["/guarantee", "/guarantee/testshire", "/v1/guarantee"])
def test_what_is_published_is_seen_at_once_and_else_nothing_is_sent_again(
    site: TestClient, publish: Callable[..., None], path: str
) -> None:
    first = site.get(path)
    again = {"If-None-Match": first.headers["etag"]}
    assert (first.headers["cache-control"], site.get(path, headers=again).status_code) == ("public, max-age=60", 304)
    publish(WrittenPriority(issue="Parking", issued_at=f"{YEAR - 1}-01-01T00:00"))
    answer = site.get(path, headers=again)
    assert (answer.status_code, answer.headers["etag"] != first.headers["etag"]) == (200, True)


def test_programs_have_the_same_as_json_and_csv(site: TestClient, publish: Callable[..., None]) -> None:
    publish(WrittenEvent(title="Surgery", starts_at=f"{YEAR}-06-01T19:00"))
    found = site.get("/v1/guarantee", params={"force": "testshire"}).json()
    assert set(found) == {"release", "computed_on", "neighbourhoods"}
    rows = {one["neighbourhood"]: one for one in found["neighbourhoods"]}
    assert rows["T2"] == {
        "force": "testshire", "neighbourhood": "T2", "name": "East Field", "officer": "not-held",
        "priorities": "not-held", "priorities_reviewed_on": None, "meeting": "ahead",
        "next_meeting": f"{YEAR}-06-01T19:00:00", "last_meeting": None, "questions": "not-held",
        "questions_due": None, "questions_within": None, "questions_median_hours": None,
    }  # fmt: skip
    assert (rows["T1"]["officer"], rows["T1"]["priorities"], rows["T1"]["priorities_reviewed_on"]) == (
        "named", "stale", "2024-02-01",
    )  # fmt: skip
    sheet = list(csv.DictReader(io.StringIO(site.get("/v1/guarantee.csv?force=testshire").text)))
    assert [(one["neighbourhood"], one["questions_due"]) for one in sheet] == [
        (one["neighbourhood"], "") for one in found["neighbourhoods"]
    ]
    assert site.get("/v1/guarantee", params={"force": "nowhere"}).status_code == 404
    assert site.get("/v1/guarantee", params={"forse": "testshire"}).status_code == 422


def test_a_force_that_is_not_known_has_no_page_and_one_without_neighbourhoods_says_so(site: TestClient) -> None:
    assert site.get("/guarantee/nowhere").status_code == 404
    answer = site.get("/guarantee/elsewhere")
    assert (answer.status_code, "That does not mean that it has none" in answer.text) == (200, True)


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_pages_lead_to_it(site: TestClient, prefix: str) -> None:
    for path, link in (
        ("/", "/guarantee"),
        ("/forces/testshire", "/guarantee/testshire"),
        ("/neighbourhood/testshire/T1/team", "/guarantee/testshire"),
    ):
        assert f'href="{prefix}{link}"' in site.get(prefix + path).text
        assert site.get(prefix + link).status_code == 200
