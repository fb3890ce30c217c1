"""What a team is doing and where to get help: the cards that say it, and the pages that they lead to."""

import html
import re
import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from api.publish.record import Action
from geo.store.layout import DataFolder
from web.kept_page import LOOK_EVERY_S
from web.language import ENGLISH, WELSH
from web.settings import WebSettings
from web.site import create_site

T1 = "/neighbourhood/testshire/T1"
T2 = "/neighbourhood/testshire/T2"
T3 = "/neighbourhood/testshire/T%203.b"


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(page: str) -> str:
    """What a reader reads of the content."""
    content = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", content)))


def cards(page: str) -> dict[str, str]:
    """Where each card of a page leads."""
    found = page[page.index('<nav class="ya-cards"') : page.index("</nav>", page.index('<nav class="ya-cards"'))]
    heads = re.findall(r'<h2 class="ya-card__head"><a class="govuk-link" href="([^"]+)">([^<]+)', found)
    return {name: address for address, name in heads}


def test_a_team_is_shown_with_source_and_date_and_its_html_made_safe(site: TestClient) -> None:
    page = site.get(f"{T1}/team").text
    said = words(page)
    assert "Sgt Ann Teak" in said
    assert "Bicycles at the quay" in said
    assert "Done, 9 March 2024: Marked forty frames" in said
    assert "Nothing has been published since 9 March 2024." in said
    assert "alert(1)" not in page
    assert 'href="mailto:t1@testshire.example"' in page
    assert "Nothing is published here by this neighbourhood’s team yet." in words(site.get(f"{T3}/team").text)


@pytest.mark.parametrize("path", [T1, "/area/ZZ1-1AA"])
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_four_cards_lead_from_a_place_to_its_pages(site: TestClient, path: str, prefix: str) -> None:
    page = site.get(prefix + path).text
    leads = list(cards(page).values())
    assert len(leads) == 4
    assert leads[1] == f"{prefix}{T1}/team"
    assert leads[3] == f"{prefix}/help/testshire"
    for lead in leads:
        assert site.get(lead).status_code == 200 if lead.startswith("/") else f'id="{lead[1:]}"' in page


def test_a_card_says_what_was_done_last_and_whom_to_ask(site: TestClient) -> None:
    for path in (T1, "/area/ZZ1-1AA"):
        said = words(site.get(path).text)
        assert "9 March 2024: Marked forty frames" in said
        assert "Nothing has been published since 9 March 2024." in said
        assert "Ask Sgt Ann Teak" in said
    assert "Next meeting: 3 June 2031, 18:00" in words(site.get(T2).text)


def test_a_page_changes_within_seconds_with_what_its_team_publishes(site: TestClient) -> None:
    tags = {path: site.get(path).headers["etag"] for path in (f"{T1}/team", "/area/ZZ1-1AA")}
    updates = site.app.state.updates  # type: ignore[attr-defined]
    with updates.writing() as connection:
        connection.exec_driver_sql("UPDATE neighbourhood SET revision = revision + 1 WHERE id = 'T1'")
        connection.exec_driver_sql("UPDATE person SET name = 'Bea Keeper' WHERE name = 'Ann Teak'")
    time.sleep(LOOK_EVERY_S + 0.1)
    for path, tag in tags.items():
        answer = site.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert "Bea Keeper" in answer.text
    with updates.writing() as connection:  # other tests read the same
        connection.exec_driver_sql("UPDATE neighbourhood SET revision = revision + 1 WHERE id = 'T1'")
        connection.exec_driver_sql("UPDATE person SET name = 'Ann Teak' WHERE name = 'Bea Keeper'")


def test_a_meeting_is_a_calendar_file_by_the_clock_on_the_wall(site: TestClient) -> None:
    page = site.get(f"{T2}/team").text
    address = re.findall(r'href="([^"]+/team/[^"]+\.ics)"', page)
    assert len(address) == 1
    answer = site.get(address[0])
    assert answer.headers["content-type"].startswith("text/calendar")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == "Coffee, cake & police"
    assert str(event["LOCATION"]) == "Library; East Field"
    assert str(event["DESCRIPTION"]) == "All welcome"
    assert event.decoded("DTSTART") == datetime(2031, 6, 3, 18, 0, tzinfo=ZoneInfo("Europe/London"))
    assert event.decoded("DTEND").utcoffset().total_seconds() == 3_600  # British Summer Time
    assert site.get(f"{T2}/team/0123456789ab.ics").status_code == 404


@pytest.mark.parametrize("path", ["/neighbourhood/testshire/T9/team", "/neighbourhood/narnia/T1/team", "/help/narnia"])
def test_what_is_not_held_is_said_so_on_a_page(site: TestClient, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_help_puts_the_force_first_and_no_cache_keeps_it(site: TestClient) -> None:
    answer = site.get("/help/testshire")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    said = words(answer.text)
    assert said.index("Call 999") < said.index("0800 555 111") < said.index("08 08 16 89 111")
    assert 'href="tel:08081689111"' in answer.text
    title = answer.text[answer.text.index("<title>") : answer.text.index("</title>")]
    assert title == "<title>Get help - Your Area"


def test_a_long_action_is_cut_on_a_card_and_loses_its_elements() -> None:
    long = Action("<p>" + "so <b>long</b> " * 40 + "</p>", None, "<p>Fish &amp; chips</p>")
    assert ENGLISH.own(long, "action", html=True, most=20) == '<div lang="en">so long so long so…</div>'
    assert WELSH.own(long, "action", html=True, most=20) == '<div lang="cy">Fish &amp; chips</div>'
