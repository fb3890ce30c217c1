"""Stop and search: months and nothing finer, no small number, nobody to recognise."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.queries.due import Issue, due_about
from api.queries.stop import By, StopMonth, StopsAnswer
from geo.month import Month
from geo.statistics.suppression import table_shown
from geo.store.layout import DataFolder
from geo.supply import SupplyState
from web.language import ENGLISH
from web.settings import WebSettings
from web.site import create_site
from web.stage import Stage
from web.state_word import state_word
from web.stop import dating_of, month_choices

T1 = "/neighbourhood/testshire/T1/stops"


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(page: str) -> str:
    """What a reader reads of the content."""
    content = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content)))


def told(city: Any, counts: dict[str, int], month: Month | None = None) -> str:
    """What the page says of a March with such counts and a February that was not supplied."""
    table = table_shown(counts)
    march = StopMonth(Month(2024, 3), SupplyState.SUPPLIED, table.total)
    february = StopMonth(Month(2024, 2), SupplyState.NOT_SUPPLIED, None)
    chosen = february if month == february.month else march
    tables = {By.OBJECT: table} if chosen is march else {}
    issue = Issue(
        chosen.month, march.month, Month(2024, 4), due_about(Month(2024, 4)), SupplyState.NOT_HELD, march.month + 1,
        datetime(2024, 5, 2, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    answer = StopsAnswer("a", city.force, "Quay", Month(2024, 1), (march, february), chosen, tables, 12, issue)
    context = {
        "answer": answer, "dating": dating_of(answer, date(2024, 5, 20)), "force": city.force,
        "months": month_choices(answer, ENGLISH),
        "state_word": lambda state: state_word(state, ENGLISH), "back": "/neighbourhood/testshire/T1", "canonical": T1,
    }  # fmt: skip
    return words(Stage(city.assets).render("stops.html", context))


def test_numbers_are_rounded_and_small_ones_are_not_listed(city: Any) -> None:
    said = told(city, {"Drugs": 12, "Stolen goods": 3, "": 20})
    assert "About 35 stops and searches with a place" in said
    assert "Not recorded 20 Drugs 10" in said
    assert "Stolen goods" not in said
    assert "rounded to the nearest 5" in said


def test_of_a_month_with_fewer_than_5_nothing_more_is_told(city: Any) -> None:
    said = told(city, {"Fireworks": 4})
    assert "Fewer than 5 stops and searches with a place in this neighbourhood, or none." in said
    assert "March 2024 fewer than 5" in said
    assert "Fireworks" not in said


def test_the_page_says_its_month_when_the_next_is_due_where_it_is_from_and_when_it_was_loaded(city: Any) -> None:
    said = told(city, {"Drugs": 12})
    assert (
        "What was recorded in March 2024 . April 2024 is due about 31 May 2024. The last weeks are not here yet."
        in said
    )
    assert "Month March 2024 Next April 2024, due about 31 May 2024" in said
    assert "Issue of the data April 2024 Loaded here 2 May 2024" in said
    assert "Source data.police.uk" in said


def test_an_older_month_leads_to_the_newest(city: Any) -> None:
    assert "You are looking at February 2024 . Newer figures are here: March 2024 ." in told(city, {}, Month(2024, 2))


def test_a_month_that_was_not_supplied_is_a_gap_and_none_looks_like_few(city: Any) -> None:
    said = told(city, {}, Month(2024, 2))
    assert "February 2024: not supplied, so nothing is counted." in said
    assert "February 2024 not supplied" in said
    assert "March 2024 fewer than 5" in said


def test_the_page_of_testshire_tells_no_small_number_no_day_and_nobody(site: TestClient) -> None:
    page = site.get(T1).text
    said = words(page)
    assert (
        "Fewer than 5 stops and searches" in said
    )  # one, of four that were recorded, two of them without a snap point
    assert "that Testshire Police recorded in these months have no place: fewer than 5" in said  # one, not told
    assert "have no place, so no neighbourhood can count them" not in said
    assert "What British Transport Police or another force did here is not counted." in said
    assert "Ethnicity and age are not shown for neighbourhoods" in said
    assert "https://www.gov.uk/police-powers-to-stop-and-search-your-rights" in page
    for person in ("Controlled drugs", "Male", "18-24", "Irish", "2 March", "Operation Quay"):
        assert person not in page


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_neighbourhood_and_its_postcodes_lead_to_it(site: TestClient, prefix: str) -> None:
    for path in ("/neighbourhood/testshire/T1", "/area/ZZ1-1AA"):
        assert f'href="{prefix}{T1}"' in site.get(prefix + path).text
    page = site.get(prefix + T1)
    assert page.status_code == 200
    assert site.get(prefix + T1, headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_of_a_force_whose_stops_are_not_held_the_page_does_not_say_that_there_were_none(city: Any) -> None:
    answer = StopsAnswer("a", city.force, "Quay", None, (), None, {}, None, None)
    context = {
        "answer": answer,
        "dating": None,
        "force": city.force,
        "back": "/neighbourhood/testshire/T1",
        "canonical": T1,
    }
    said = words(Stage(city.assets).render("stops.html", context))
    assert "are held here. That does not mean that there were none." in said
    assert "Month by month" not in said


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/neighbourhood/testshire/T9/stops", 404),
        ("/neighbourhood/narnia/T1/stops", 404),
        (f"{T1}?month=soon", 400),
        (f"{T1}?month=2031-05", 400),
        (f"{T1}?month=2020-01", 400),
    ],
)
def test_what_cannot_be_answered_is_said_so_on_a_page(site: TestClient, path: str, status: int) -> None:
    answer = site.get(path)
    assert answer.status_code == status
    assert "<h1" in answer.text
