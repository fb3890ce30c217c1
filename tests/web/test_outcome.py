"""What became of it: the page, its mapping, and what it says is left out."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.queries.due import Issue, due_about
from api.queries.outcome import Age, AgeOutcomes, LeftOut, OutcomeAnswer
from geo.month import Month
from geo.outcome import OutcomeGroup, outcomes
from geo.store.layout import DataFolder
from geo.supply import SupplyState
from web.language import ENGLISH
from web.outcome import dating_of, gaps_of, grouped
from web.settings import WebSettings
from web.site import create_site
from web.stage import Stage
from web.state_word import state_word

T1 = "/neighbourhood/testshire/T1/outcomes"


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(page: str) -> str:
    """What a reader reads of the content."""
    content = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content)))


def told(city: Any, *ages: AgeOutcomes, **changes: Any) -> str:
    """What the page says of an answer."""
    months = tuple(month for one in ages for month in one.months)
    newest = Month(2024, 3)
    issue = Issue(
        newest,
        newest,
        newest + 1,
        due_about(newest + 1),
        SupplyState.NOT_HELD,
        newest,
        datetime(2024, 5, 2, tzinfo=UTC),
    )
    answer = OutcomeAnswer(
        "20240301-a", city.force, "Quay", Month(2024, 1), None, months, (), ages, LeftOut(0, 0, 0), (newest,), issue
    )
    answer = replace(answer, **changes)
    context = {
        "answer": answer, "dating": dating_of(answer, date(2024, 6, 1)), "force": answer.force,
        "Age": Age, "groups": grouped(), "gaps": gaps_of(answer),
        "share_min": 10, "incident": False,
        "categories": [], "state_word": lambda state: state_word(state, ENGLISH),
        "back": "/neighbourhood/testshire/T1", "canonical": T1,
    }  # fmt: skip
    return words(Stage(city.assets).render("outcomes.html", context))


def aged(age: Age, month: Month, **counts: int) -> AgeOutcomes:
    return AgeOutcomes(age, (month,), {one: counts.get(one.name.lower(), 0) for one in OutcomeGroup})


def test_young_crimes_are_too_early_to_tell_and_few_have_no_share(city: Any) -> None:
    said = told(
        city,
        aged(Age.TOO_EARLY, Month(2024, 3), court=20, open=80),
        aged(Age.HALF_YEAR, Month(2023, 11), no_suspect=5, open=4),
        aged(Age.YEAR, Month(2023, 8), court=2, no_suspect=5, open=3),
    )
    assert "Up to 3 months old All crime, March 2024. 100 crimes: too early to tell." in said
    assert "9 crimes: too few for a share." in said
    assert "ended for 70.0% of them, in whatever way: 7 of 10." in said
    assert re.findall(r"\d+\.\d%", said) == ["70.0%", "20.0%", "0.0%", "50.0%", "0.0%", "30.0%", "100.0%"]


def test_the_page_says_its_months_their_issue_and_when_the_next_is_due(city: Any) -> None:
    said = told(city, aged(Age.YEAR, Month(2023, 8), court=12))
    assert "All crime, from August 2023 to March 2024. April 2024 was due about 31 May 2024 and is late." in said
    assert "The last weeks are not here yet." in said
    assert "Month August 2023 to March 2024 Next April 2024, was due about 31 May 2024" in said
    assert "Issue of the data March 2024 Loaded here 2 May 2024" in said


def test_what_is_left_out_and_what_is_not_whole_is_said(city: Any) -> None:
    left, part = LeftOut(1_806, 1, 3), (Month(2023, 8), SupplyState.PARTIAL)
    missing = tuple((Month(2023, month), SupplyState.NOT_SUPPLIED) for month in (9, 10, 12))
    said = told(city, aged(Age.YEAR, Month(2023, 8), court=12), left_out=left, gaps=(part, *missing))
    assert "1,806 incidents of anti-social behaviour, which can have no outcome" in said
    assert "1 crime recorded by a force that publishes no outcomes" in said
    assert "3 crimes of which the force published no outcome at all" in said
    assert "September 2023 to October 2023: not supplied, not counted" in said
    assert "December 2023: not supplied, not counted" in said
    assert "August 2023: incomplete, counted as far as it goes" in said


def test_a_force_without_outcomes_is_said_to_publish_none_and_has_no_share(city: Any) -> None:
    silent = replace(city.force, publishes_outcomes=False)
    said = told(city, aged(Age.YEAR, Month(2023, 8)), force=silent, left_out=LeftOut(0, 40, 0))
    assert "does not publish what became of crimes" in said
    assert "40 crimes recorded by forces that publish no outcomes" in said
    assert "By how old the crime was" not in said


def test_the_page_prints_the_whole_mapping_and_says_that_court_results_are_missing(site: TestClient) -> None:
    said = words(site.get(T1).text)
    mapping = said[said.index("What the five groups hold") : said.index("What this cannot tell")]
    assert [one.name for one in outcomes() if one.name not in mapping] == []
    assert "one of 28 ways" in mapping
    assert "missing from the published data since June 2019" in said


def test_the_page_says_what_testshire_published(site: TestClient) -> None:
    assert "All crime, March 2024. 16 crimes: too early to tell." in words(site.get(T1).text)
    assert "Burglary, March 2024." in words(site.get(f"{T1}?category=burglary").text)
    incidents = words(site.get(f"{T1}?category=anti-social-behaviour").text)
    assert "Anti-social behaviour is recorded as an incident, not as a crime" in incidents
    assert "too early to tell" not in incidents


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_neighbourhood_and_its_postcodes_lead_to_it_and_search_engines_may_keep_it(
    site: TestClient, prefix: str
) -> None:
    for path in ("/neighbourhood/testshire/T1", "/area/ZZ1-1AA"):
        assert f'href="{prefix}{T1}"' in site.get(prefix + path).text
    page = site.get(prefix + T1)
    assert page.status_code == 200
    assert "noindex" not in page.text + str(page.headers)
    assert site.get(prefix + T1, headers={"If-None-Match": page.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path", ["/neighbourhood/testshire/T9/outcomes", "/neighbourhood/narnia/T1/outcomes", f"{T1}?category=piracy"]
)
def test_what_is_not_held_is_said_so_on_a_page(site: TestClient, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    ("page", "said"),
    [(T1, "Loaded here"), (T1.replace("outcomes", "stops"), "Loaded here"), (f"/cy{T1}", "Llwythwyd yma")],
)
def test_the_figures_of_testshire_say_when_they_were_loaded(site: TestClient, page: str, said: str) -> None:
    assert re.search(rf"{said} \d+ \w+ 20\d\d", words(site.get(page).text))
