"""Feeds of what teams publish: Atom and JSON, of a neighbourhood and of a force, in both languages."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import etree
from sqlalchemy import update

from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.item.put import put, remove
from api.publish.item.written import Written, WrittenAction, WrittenAnswer, WrittenEvent, WrittenNews, WrittenPriority
from api.publish.policy import COMMAND, Where
from api.publish.table import NEWS
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site

T1, T2, FORCE = "/neighbourhood/testshire/T1", "/neighbourhood/testshire/T2", "/forces/testshire"
WHERE = Where("testshire", "T1")
NOW = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
UPDATE = WrittenNews(
    title="Bikes & locks", title_cy="Beiciau", text="Come *and* see", text_cy="Dewch", issued_at=NOW - timedelta(days=1)
)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def site(places: DataFolder, tmp_path: Path) -> Iterator[TestClient]:
    copytree(places.root, tmp_path / "data")
    settings = WebSettings(data_dir=tmp_path / "data", public_url="https://area.example/")
    with TestClient(create_site(settings), follow_redirects=False) as client:
        client.app.state.updates.bring_up_to_date()  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def updates(site: TestClient) -> Updates:
    found: Updates = site.app.state.updates  # type: ignore[attr-defined]
    return found


@pytest.fixture
def publish(updates: Updates) -> Callable[..., None]:
    def run(external_id: str, written: Written, part_of: str | None = None, where: Where = WHERE) -> None:
        with updates.writing() as connection:
            put(connection, COMMAND, where, external_id, written, part_of=part_of)

    return run


@pytest.fixture
def everything(publish: Callable[..., None]) -> None:
    publish("n1", UPDATE)
    publish("p1", WrittenPriority(issue="Speeding", issued_at=NOW))
    publish("a1", WrittenAction(asked="Slow them", action="Stood there", acted_at=NOW - timedelta(days=3)), "p1")
    publish("q1", WrittenAnswer(question="Why?", answer="Because", answered_at=NOW - timedelta(days=2)))
    publish("e1", WrittenEvent(title="Surgery", starts_at=NOW + timedelta(days=9), address="Library"))
    publish("n2", UPDATE.model_copy(update={"title": "Elsewhere"}), where=Where("testshire", "T2"))


def atom(site: TestClient, path: str) -> Any:
    answer = site.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return etree.fromstring(answer.content)


def texts(feed: Any, what: str) -> list[str]:
    return [str(one) for one in feed.xpath(f"//a:entry/a:{what}/text()", namespaces=ATOM)]


def items(site: TestClient, path: str) -> list[dict[str, Any]]:
    answer = site.get(path)
    assert answer.headers["content-type"].startswith("application/feed+json")
    document = json.loads(answer.content)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    found: list[dict[str, Any]] = document["items"]
    return found


@pytest.mark.usefixtures("everything")
def test_a_feed_has_all_that_a_team_published_and_each_entry_leads_to_its_page(site: TestClient) -> None:
    feed = atom(site, f"{T1}/feed.atom")
    titles = texts(feed, "title")
    assert {"Bikes & locks", "Done about: Speeding", "Answered: Why?", "Done about: Bicycles at the quay"} < set(titles)
    assert any(one.startswith("Surgery on ") for one in titles)
    assert "Elsewhere" not in titles
    links = {str(one) for one in feed.xpath("//a:entry/a:link/@href", namespaces=ATOM)}
    assert links == {f"https://area.example{T1}/team"}
    assert [str(one) for one in feed.xpath("/a:feed/a:link[@rel='self']/@href", namespaces=ATOM)] == [
        f"https://area.example{T1}/feed.atom"
    ]
    assert '<div lang="en"><p>Come <em>and</em> see</p></div>' in texts(feed, "content")


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("path", [T1, FORCE])
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_both_forms_say_the_same_under_ids_that_stay(site: TestClient, path: str, prefix: str) -> None:
    feed, listed = atom(site, f"{prefix}{path}/feed.atom"), items(site, f"{prefix}{path}/feed.json")
    assert texts(feed, "id") == [one["id"] for one in listed]
    assert texts(feed, "title") == [one["title"] for one in listed]
    assert all(one["id"].startswith("urn:uuid:") for one in listed)
    assert len({one["id"] for one in listed}) == len(listed)
    assert {one["id"] for one in items(site, f"{path}/feed.json")} == {one["id"] for one in listed}


@pytest.mark.usefixtures("everything")
def test_a_feed_of_a_force_names_the_neighbourhood_of_each_entry(site: TestClient) -> None:
    titles = [one["title"] for one in items(site, f"{FORCE}/feed.json")]
    assert {"Market & Quay: Bikes & locks", "East Field: Elsewhere"} < set(titles)


@pytest.mark.usefixtures("everything")
def test_a_welsh_feed_is_welsh_where_the_team_wrote_that_and_says_so(site: TestClient) -> None:
    feed = atom(site, f"/cy{T1}/feed.atom")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "cy"
    found = {one["title"]: one for one in items(site, f"/cy{T1}/feed.json")}
    assert found["Beiciau"]["language"] == "cy"
    assert found["Beiciau"]["content_html"] == '<div lang="cy"><p>Dewch</p></div>'
    assert found["Beiciau"]["url"] == f"https://area.example/cy{T1}/team"


def test_a_change_keeps_the_id_and_is_newer_and_what_is_withdrawn_or_taken_out_goes(
    site: TestClient, updates: Updates, publish: Callable[..., None]
) -> None:
    def ours() -> dict[str, dict[str, Any]]:
        return {one["title"]: one for one in items(site, f"{T1}/feed.json") if "Bicycles" not in one["title"]}

    publish("n1", UPDATE)
    first = ours()["Bikes & locks"]
    publish("n1", UPDATE.model_copy(update={"title": "Changed"}))
    second = ours()["Changed"]
    assert first["id"] == second["id"]
    assert second["date_modified"] >= first["date_modified"]
    assert second["date_published"] == first["date_published"]
    publish("n1", UPDATE.model_copy(update={"withdrawn_at": datetime.now(UTC), "withdrawn_why": "Wrong"}))
    assert ours() == {}
    publish("e1", WrittenEvent(title="Surgery", starts_at=NOW + timedelta(days=9)))
    assert len(ours()) == 1
    with updates.writing() as connection:
        remove(connection, COMMAND, WHERE, Kind.EVENT, "e1")
    assert ours() == {}


def test_an_update_that_waits_is_in_no_feed_before_its_moment(site: TestClient, publish: Callable[..., None]) -> None:
    publish("n1", UPDATE.model_copy(update={"shown_from": datetime.now(UTC) + timedelta(days=1)}))
    assert "Bikes" not in site.get(f"{T1}/feed.atom").text
    assert "Bikes" not in site.get(f"{FORCE}/feed.json").text


@pytest.mark.parametrize("form", ["atom", "json"])
@pytest.mark.parametrize("path", [T1, FORCE])
def test_a_reader_who_has_seen_the_latest_is_told_so(
    site: TestClient, publish: Callable[..., None], path: str, form: str
) -> None:
    publish("n1", UPDATE)
    time.sleep(2.1)  # a second that is not over may bring another change
    first = site.get(f"{path}/feed.{form}")
    etag, since = first.headers["etag"], first.headers["last-modified"]
    assert site.get(f"{path}/feed.{form}", headers={"If-None-Match": etag}).status_code == 304
    assert site.get(f"{path}/feed.{form}", headers={"If-Modified-Since": since}).status_code == 304
    assert site.get(f"{path}/feed.{form}", headers={"If-Modified-Since": "nonsense"}).status_code == 200
    early = {"If-Modified-Since": "Mon, 05 Jan 2015 00:00:00 GMT"}
    assert site.get(f"{path}/feed.{form}", headers=early).status_code == 200
    publish("n1", UPDATE.model_copy(update={"title": "Changed"}))
    assert site.get(f"{path}/feed.{form}", headers={"If-None-Match": etag}).status_code == 200


def test_a_character_that_no_xml_may_hold_breaks_no_feed(
    site: TestClient, updates: Updates, publish: Callable[..., None]
) -> None:
    publish("n1", UPDATE)
    with updates.writing() as connection:  # as an older version, or another hand, may have left it
        connection.execute(update(NEWS).values(title="Be\x0bll\uffff", text="<p>a\x00b</p>"))
        connection.exec_driver_sql("UPDATE neighbourhood SET revision = revision + 1")
    assert "Be ll" in texts(atom(site, f"{T1}/feed.atom"), "title")


@pytest.mark.parametrize("path", ["/neighbourhood/testshire/T9", "/neighbourhood/narnia/T1", "/forces/narnia"])
def test_of_what_is_not_held_there_is_no_feed(site: TestClient, path: str) -> None:
    assert site.get(f"{path}/feed.atom").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize(
    ("page", "of"), [(T1, T1), (f"{T1}/team", T1), ("/area/ZZ1-1AA", T1), (FORCE, FORCE), (f"{T2}/team", T2)]
)
def test_pages_say_where_their_feeds_are(site: TestClient, prefix: str, page: str, of: str) -> None:
    html = site.get(prefix + page).text
    for kind, form in (("atom+xml", "atom"), ("feed+json", "json")):
        assert f'<link rel="alternate" type="application/{kind}"' in html
        assert f'href="{prefix}{of}/feed.{form}"' in html


def test_a_second_change_within_the_second_of_the_first_is_not_missed(
    site: TestClient, publish: Callable[..., None]
) -> None:
    site.get(f"{T1}/feed.atom")  # what is slow is done
    publish("n1", UPDATE)
    since = site.get(f"{T1}/feed.atom").headers["last-modified"]
    publish("n1", UPDATE.model_copy(update={"title": "Changed"}))
    assert "Changed" in site.get(f"{T1}/feed.atom", headers={"If-Modified-Since": since}).text
