"""What residents see of what a team publishes, on pages, in calendars and pictures, in both languages."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from PIL import Image
from playwright.sync_api import Page
from sqlalchemy import insert

from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.item.put import put, remove
from api.publish.item.written import (
    Written,
    WrittenAction,
    WrittenAnswer,
    WrittenContactPoint,
    WrittenEvent,
    WrittenMember,
    WrittenNews,
    WrittenPriority,
)
from api.publish.policy import COMMAND, Where
from api.publish.table import PICTURE
from geo.store.layout import DataFolder
from web.kept_page import LOOK_EVERY_S
from web.settings import WebSettings
from web.site import create_site

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
T1, TEAM, AREA = "/neighbourhood/testshire/T1", "/neighbourhood/testshire/T1/team", "/area/ZZ1-1AA"
WHERE = Where("testshire", "T1")
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)
NEWS = WrittenNews(title="Found bicycles", title_cy="Beiciau", text="Come *and* see", issued_at=YESTERDAY)


def picture_in(updates: Updates) -> str:
    made = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(made, "JPEG")
    number = sha256(made.getvalue()).hexdigest()
    told = {"media_type": "image/jpeg", "width": 40, "height": 30, "taken_in_at": datetime.now(UTC)}
    with updates.writing() as connection:
        connection.execute(insert(PICTURE).values(id=number, content=made.getvalue(), **told))
    return number


@pytest.fixture
def folder(places: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of Testshire, to change at will."""
    copytree(places.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def site(folder: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=folder.root)), follow_redirects=False) as client:
        client.app.state.updates.bring_up_to_date()  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def updates(site: TestClient) -> Updates:
    found: Updates = site.app.state.updates  # type: ignore[attr-defined]
    return found


@pytest.fixture
def publish(updates: Updates) -> Callable[..., None]:
    def run(external_id: str, written: Written, part_of: str | None = None) -> None:
        with updates.writing() as connection:
            put(connection, COMMAND, WHERE, external_id, written, part_of=part_of)

    return run


def words(page: str) -> str:
    content = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", content))


def waited(site: TestClient, path: str, told: str, *, there: bool) -> None:
    """Until a page says something, or no longer does: by then, at the latest, kept pages are looked at again."""
    time.sleep(LOOK_EVERY_S + 0.1)
    assert (told in site.get(path).text) is there, path


def test_an_update_is_on_team_area_and_neighbourhood_pages_with_its_picture_in_both_languages(
    site: TestClient, updates: Updates, publish: Callable[..., None]
) -> None:
    number = picture_in(updates)
    alt = {"picture_alt": 'Six "bikes"', "picture_alt_cy": "Chwe beic"}
    publish("n1", NEWS.model_copy(update={"picture_id": number, **alt}))
    for path in (TEAM, T1, AREA):
        english, welsh = site.get(path).text, site.get(f"/cy{path}").text
        assert "Found bicycles" in english
        assert '<img class="ya-' in english
        size = f'src="/picture/{number}" width="40" height="30" loading="lazy"'
        assert f'{size} alt="Six &#34;bikes&#34;" lang="en">' in english
        assert f'{size} alt="Chwe beic" lang="cy">' in welsh
        assert '<span lang="cy">Beiciau</span>' in welsh
    assert '<div lang="en" class="govuk-body ya-team__text"><p>Come <em>and</em> see</p></div>' in site.get(TEAM).text


def test_an_update_goes_and_comes_at_its_moments_without_a_word_written(
    site: TestClient, publish: Callable[..., None]
) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=6)  # the first page of a process takes a while
    publish("n1", NEWS.model_copy(update={"title": "Comes", "shown_from": soon}))
    publish("n2", NEWS.model_copy(update={"title": "Goes", "shown_until": soon}))
    before = {path: site.get(path) for path in (TEAM, T1, AREA)}
    for path, page in before.items():
        assert ("Comes" in page.text, "Goes" in page.text) == (False, True), path
    time.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds()) + LOOK_EVERY_S + 0.1)
    for path, page in before.items():
        after = site.get(path, headers={"If-None-Match": page.headers["etag"]})
        assert after.status_code == 200, path
        assert ("Comes" in after.text, "Goes" in after.text) == (True, False), path


def test_of_an_update_that_was_withdrawn_a_page_says_when_and_why_and_no_more(
    site: TestClient, publish: Callable[..., None]
) -> None:
    publish("n1", NEWS)
    assert "Found bicycles" in site.get(T1).text
    publish("n1", NEWS.model_copy(update={"withdrawn_at": datetime.now(UTC), "withdrawn_why": "The wrong street"}))
    waited(site, T1, "Found bicycles", there=False)
    said = words(site.get(TEAM).text)
    assert re.search(r"An update of \d+ \w+ \d{4} was withdrawn on \d+ \w+ \d{4}. Why: The wrong street", said)
    assert "bicycles" not in said.replace("Bicycles at the quay", "")


def test_what_was_asked_and_done_how_it_was_chosen_and_what_came_of_it(
    site: TestClient, publish: Callable[..., None]
) -> None:
    issued = {"issued_at": YESTERDAY, "review_on": date(2040, 1, 2)}
    publish("p1", WrittenPriority(issue="Speeding", chosen="By vote", **issued))
    done = WrittenAction(asked="Slow them", action="Stood there", acted_at=YESTERDAY, category="drugs")
    publish("a1", done, "p1")
    reviewed = {"reviewed_at": YESTERDAY, "review": "Still too fast"}
    publish("p1", WrittenPriority(issue="Speeding", chosen="By vote", **issued, **reviewed))
    publish("p2", WrittenPriority(issue="Bins", issued_at=YESTERDAY, closed_at=YESTERDAY, result="They are gone"))
    publish("q1", WrittenAnswer(question="Why so dark?", answer="The lamp is mended", answered_at=YESTERDAY))
    said = words(site.get(TEAM).text)
    for told in (
        "How it was chosen: By vote", "It will be looked at again by 2 January 2040.", "You asked: Slow them",
        "Stood there", "About: Drugs", "What came of it: They are gone", "You asked: Why so dark?",
        "The lamp is mended", "Some of it was published here by the team.", "Invented for this demonstration",
    ):  # fmt: skip
        assert told in said, told
    assert re.search(r"Still right, [^:]+: Still too fast", said)
    assert said.index("Bicycles at the quay") < said.index("What it worked on") < said.index("Bins")
    assert "Nothing has been published since" not in said
    card = words(site.get(T1).text)
    assert "Stood there" in card
    assert "Why so dark?" not in card  # what was answered is on the page behind: four cards fit two screens of a phone


def test_a_surgery_that_repeats_is_told_by_its_next_times_and_one_calendar_entry(
    site: TestClient, publish: Callable[..., None]
) -> None:
    first = (YESTERDAY + timedelta(days=4)).replace(hour=18)
    out = first.date() + timedelta(days=7)
    rule = {"repeats": "FREQ=WEEKLY", "repeats_until": first.date() + timedelta(days=70), "not_on": (out,)}
    surgery = WrittenEvent(title="Surgery", starts_at=first, ends_at=first.replace(hour=19), **rule)
    publish("e1", surgery)
    page = site.get(TEAM).text
    (address,) = re.findall(r'href="([^"]+/team/[^"]+\.ics)"', page)
    (event,) = Calendar.from_ical(site.get(address).content).walk("VEVENT")
    assert event["RRULE"]["FREQ"] == ["WEEKLY"]
    assert event["RRULE"]["UNTIL"][0].tzinfo is not None
    assert event.decoded("DTSTART") == first.replace(tzinfo=ZoneInfo("Europe/London"))
    assert event["EXDATE"].dts[0].dt.date() == out
    assert "Then on:" in words(page)
    assert "Next meeting:" in words(site.get(AREA).text)
    publish("e1", surgery.model_copy(update={"cancelled_at": datetime.now(UTC), "cancelled_why": "Flooded"}))
    waited(site, AREA, "Next meeting:", there=False)
    said = words(site.get(TEAM).text)
    assert "Called off: Surgery" in said
    assert "Flooded" in said
    (again,) = Calendar.from_ical(site.get(address).content).walk("VEVENT")
    assert (again["STATUS"], again["UID"], again["SEQUENCE"]) == ("CANCELLED", event["UID"], 1)
    assert "Flooded" in str(again["DESCRIPTION"])


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_all_meetings_are_one_calendar_with_its_own_time_zone(
    site: TestClient, publish: Callable[..., None], prefix: str
) -> None:
    for number in (1, 2):
        starts = datetime(2040, 7, number, 18)  # noqa: DTZ001  the clock on the wall
        publish(f"e{number}", WrittenEvent(title=f"Coffee {number}", title_cy=f"Coffi {number}", starts_at=starts))
    answer = site.get(f"{prefix}{T1}/meetings.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    names = ["Coffee 1", "Coffee 2"] if not prefix else ["Coffi 1", "Coffi 2"]
    assert [str(one["SUMMARY"]) for one in calendar.walk("VEVENT")] == names
    assert [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert f'href="{prefix}{T1}/meetings.ics"' in site.get(f"{prefix}{TEAM}").text


def test_a_person_taken_out_in_one_server_is_out_of_everything_of_another_within_seconds(
    site: TestClient, updates: Updates, publish: Callable[..., None], folder: DataFolder
) -> None:
    number = picture_in(updates)
    publish("m1", WrittenMember(given_name="Una", surname="Curlewly", picture_id=number, picture_alt="A face"))
    places = [TEAM, f"/cy{TEAM}", "/api/testshire/T1/people", "/v1/neighbourhoods/testshire/T1", f"/picture/{number}"]
    places += ["/v1/areas/ZZ1-1AA"]
    with TestClient(create_site(WebSettings(data_dir=folder.root))) as other:
        assert all(other.get(path).status_code == 200 for path in places)
        held = {path: other.get(path).headers.get("etag") for path in places}
        assert all("Curlewly" in other.get(path).text for path in places if "picture" not in path)
        with updates.writing() as connection:
            remove(connection, COMMAND, WHERE, Kind.MEMBER, "m1")
        time.sleep(LOOK_EVERY_S + 0.1)
        for path in places:
            answer = other.get(path, headers={"If-None-Match": held[path] or "none"})
            assert answer.status_code == (404 if "picture" in path else 200), path
            assert "Curlewly" not in answer.text, path
        assert "Curlewly" not in other.get(f"{T1}/feed.atom").text


def test_a_person_leaves_pages_on_the_day_of_leaving(site: TestClient, publish: Callable[..., None]) -> None:
    today = datetime.now(ZoneInfo("Europe/London")).date()
    publish("m1", WrittenMember(surname="Tomorrow", leaves_on=today + timedelta(days=1)))
    publish("m2", WrittenMember(surname="Gone", leaves_on=today))
    said = words(site.get(TEAM).text)
    assert "Tomorrow" in said
    assert "Gone" not in said
    assert str(today.year) not in said[said.index("Who is in the team") : said.index("How to reach")]


def test_a_picture_is_what_it_says_and_is_there_while_something_shows_it(
    site: TestClient, updates: Updates, publish: Callable[..., None]
) -> None:
    number = picture_in(updates)
    path = f"/picture/{number}"
    assert site.get(path).status_code == 404, "nothing shows it yet"
    pictured = NEWS.model_copy(update={"picture_id": number, "picture_alt": "x"})
    publish("n1", pictured)
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["cache-control"] == "public, max-age=60, immutable"
    assert site.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    for hidden in ({"shown_from": datetime.now(UTC) + timedelta(days=1)}, {"shown_until": datetime.now(UTC)},
                   {"withdrawn_at": datetime.now(UTC), "withdrawn_why": "x"}):  # fmt: skip
        publish("n1", pictured.model_copy(update=hidden))
        assert site.get(path).status_code == 404
    assert site.get("/picture/0").status_code == 404


def test_opening_times_stand_with_their_place(site: TestClient, publish: Callable[..., None]) -> None:
    publish("c1", WrittenContactPoint(name="Desk", opening="Tuesdays, 10 to 2", opening_cy="Dydd Mawrth, 10 i 2"))
    assert "Open: Tuesdays, 10 to 2" in words(site.get(TEAM).text)
    assert '<span lang="cy">Dydd Mawrth, 10 i 2</span>' in site.get(f"/cy{TEAM}").text


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_axe_finds_nothing_on_a_page_with_all_of_it_and_nothing_scrolls_sideways(
    site: TestClient,
    updates: Updates,
    publish: Callable[..., None],
    page: Page,
    served: Callable[..., str],
    width: int,
    prefix: str,
) -> None:
    pictured = {"picture_id": picture_in(updates), "picture_alt": "A bicycle"}
    long = {"text": f"https://area.example/{'long' * 40}", "pinned": True}
    publish("n1", NEWS.model_copy(update={**pictured, **long}))
    publish("n2", NEWS.model_copy(update={"withdrawn_at": datetime.now(UTC), "withdrawn_why": "x"}))
    publish("m1", WrittenMember(surname="Curlew", rank="PC", **pictured))
    publish("p1", WrittenPriority(issue="Bins", issued_at=YESTERDAY, closed_at=YESTERDAY, result="Gone"))
    publish("a1", WrittenAction(asked="Move them", action="Moved", acted_at=YESTERDAY, category="drugs"), "p1")
    publish("q1", WrittenAnswer(question="Why?", answer="Because", answered_at=YESTERDAY))
    off = {"cancelled_at": datetime.now(UTC), "cancelled_why": "Flooded"}
    publish("e1", WrittenEvent(title="Surgery", starts_at=YESTERDAY + timedelta(days=9), **off))
    address = served(site.app)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    for path in (TEAM, T1, "/forces/testshire"):
        page.goto(address + prefix + path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document)")["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
