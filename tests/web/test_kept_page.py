"""Finished pages are sent again from memory: never an old one, never another's, never more than there is room for."""

import asyncio
import json
import logging
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, Router

from api.live import Live
from api.publish.database import open_updates
from api.publish.feedback import FeedbackKind, Message, keep, prune, remove
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.store.release import live_release_id
from ingest.reference import register_of
from web.kept_page import LOOK_EVERY_S, KeptPages
from web.settings import WebSettings
from web.site import create_site
from yourarea.backup_job import back_up, bring_back
from yourarea.content_job import import_content

T1 = "/neighbourhood/testshire/T1"
KEPT = {"ETag": 'W/"1"', "Cache-Control": "public, max-age=60", "Vary": "Accept-Encoding", "X-Safe": "yes"}


def look(live: Live) -> None:
    """Look which release is live, in a thread of its own: a browser of another test may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, live.look()).result()


class Site:
    """Pages that say how many were made before them, behind what keeps them."""

    def __init__(self, folder: DataFolder, pages_kept_mb: float = 32.0) -> None:
        self.made = 0
        self.day = date(2026, 1, 5)
        self.folder = folder
        settings = WebSettings(data_dir=folder.root, pages_kept_mb=pages_kept_mb)
        self.live = Live(folder, 600)
        look(self.live)
        routes = [Route(f"{prefix}/{{rest:path}}", self.page, methods=["GET", "HEAD"]) for prefix in ("", "/cy")]
        self.kept = KeptPages(Router(routes), self.live, open_updates(settings), settings, lambda: self.day)
        self.client = TestClient(self.kept)

    def page(self, request: Request) -> Response:
        self.made += 1
        path, query = request.url.path, request.url.query
        if "missing" in query:
            return HTMLResponse("no", 404, {**KEPT})
        if "no-store" in query:
            return HTMLResponse("once", headers={"Cache-Control": "no-store"})
        coding = "gzip taken" if "gzip" in request.headers.get("accept-encoding", "") else "plain"
        size = 100_000 if "big" in query else 0
        return HTMLResponse(f"{path} {self.made} {coding}{'.' * size}", headers=KEPT)

    def get(self, path: str, **headers: str) -> str:
        return self.client.get(path, headers={"Accept-Encoding": "identity", **headers}).text[:60]


@pytest.fixture
def folder(places: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of Testshire, to change at will."""
    shutil.copytree(places.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def site(places: DataFolder) -> Site:
    return Site(places)


@pytest.mark.parametrize("path", ["/area/ZZ1-1AA", "/cy/area/ZZ1-1AA", T1, f"/cy{T1}"])
def test_a_page_is_made_once_and_sent_again_as_it_was(site: Site, path: str) -> None:
    first, again = site.client.get(path), site.client.get(path)
    assert (again.text, again.status_code, again.headers) == (first.text, 200, first.headers)
    assert site.made == 1


def test_languages_queries_postcodes_and_codings_are_kept_apart(site: Site) -> None:
    paths = ["/area/A", "/cy/area/A", "/area/B", "/area/A?month=2025-11", "/area/A?category=drugs"]
    first = [site.get(path) for path in paths] + [site.get("/area/A", **{"Accept-Encoding": "gzip"})]
    again = [site.get(path) for path in paths] + [site.get("/area/A", **{"Accept-Encoding": "gzip"})]
    assert first == again
    assert len(set(first)) == site.made == 6


@pytest.mark.parametrize("path", ["/help/A", "/", "/about", "/area/A?no-store", "/area/A?missing"])
def test_what_is_not_a_places_page_or_not_to_be_stored_is_never_kept(site: Site, path: str) -> None:
    site.get(path)
    site.get(path)
    assert (site.made, site.kept.size) == (2, 0)


def test_who_holds_a_page_is_told_that_it_still_holds(site: Site) -> None:
    first = site.client.get("/area/A")
    again = site.client.get("/area/A", headers={"If-None-Match": 'W/"0", W/"1"'})
    assert (again.status_code, again.content, site.made) == (304, b"", 1)
    assert {name: again.headers[name] for name in KEPT} == {name: first.headers[name] for name in KEPT}
    assert "content-length" not in again.headers
    assert site.client.get("/area/A", headers={"If-None-Match": 'W/"0"'}).status_code == 200


def test_head_gives_the_headers_of_the_page_and_none_of_it(site: Site) -> None:
    assert site.client.head("/area/A").headers["etag"] == 'W/"1"'
    assert site.kept.size == 0
    got = site.client.get("/area/A")
    head = site.client.head("/area/A")
    assert (head.headers, head.content, site.made) == (got.headers, b"", 2)


def test_a_new_day_makes_a_new_page(site: Site) -> None:
    site.get("/area/A")
    site.day = date(2026, 1, 6)
    assert site.get("/area/A") == "/area/A 2 plain"


def test_another_release_makes_a_new_page_and_the_one_before_it_too(folder: DataFolder) -> None:
    site = Site(folder)
    first = live_release_id(folder)
    site.get("/area/A")
    manifest = Manifest.model_validate_json(folder.release(first).read_text(encoding="utf-8")).changed(
        release_id="other"
    )
    folder.release("other").write_text(manifest.to_json(), encoding="utf-8")
    for n, live in ((2, "other"), (3, first)):
        folder.live.write_text(json.dumps({"release": live}), encoding="utf-8")
        look(site.live)
        assert site.get("/area/A") == f"/area/A {n} plain"


def test_the_least_recently_read_page_goes_first_and_no_more_is_kept_than_there_is_room_for(places: DataFolder) -> None:
    site = Site(places, pages_kept_mb=1.0)
    for n in range(9):
        site.get(f"/area/A{n}?big")
        site.get("/area/A0?big")
    site.get("/area/A9?big")
    assert site.made == 10
    assert 800_000 < site.kept.size <= 1_000_000
    site.get("/area/A0?big")
    assert site.made == 10
    site.get("/area/A1?big")
    assert site.made == 11


def test_none_is_kept_where_there_is_no_room(places: DataFolder) -> None:
    site = Site(places, pages_kept_mb=0)
    assert [site.get("/area/A"), site.get("/area/A")] == ["/area/A 1 plain", "/area/A 2 plain"]


def test_what_a_team_publishes_is_on_a_kept_page_within_seconds(folder: DataFolder, tmp_path: Path) -> None:
    with TestClient(create_site(WebSettings(data_dir=folder.root))) as client:
        before = client.get(T1)
        assert client.get(T1).headers == before.headers
        publish(folder, tmp_path / "export", "Inspector Nova")
        time.sleep(LOOK_EVERY_S + 0.1)
        after = client.get(T1)
    assert "Inspector Nova" in after.text
    assert after.headers["etag"] != before.headers["etag"]


def test_a_copy_that_is_brought_back_while_it_is_served_is_what_pages_show(folder: DataFolder, tmp_path: Path) -> None:
    database = folder.root / "updates.db"
    shutil.copytree(folder.root, tmp_path / "copy")
    with TestClient(create_site(WebSettings(data_dir=folder.root))) as client:
        publish(folder, tmp_path / "export", "Inspector Nova")
        assert "Inspector Nova" in client.get(T1).text
        for left in folder.root.glob("updates.db-*"):
            left.unlink()
        (tmp_path / "copy" / "updates.db").replace(database)
        time.sleep(LOOK_EVERY_S + 0.1)
        assert "Inspector Nova" not in client.get(T1).text
        publish(folder, tmp_path / "later", "Inspector Moon")
        time.sleep(LOOK_EVERY_S + 0.1)
        assert "Inspector Moon" in client.get(T1).text


def test_what_is_restored_while_it_is_served_is_what_pages_show(folder: DataFolder, tmp_path: Path) -> None:
    def team(client: TestClient) -> list[str]:
        time.sleep(LOOK_EVERY_S + 0.1)
        page = client.get(T1).text
        return [name for name in ("Inspector Nova", "Inspector Moon") if name in page]

    with TestClient(create_site(WebSettings(data_dir=folder.root))) as client:
        publish(folder, tmp_path / "first", "Inspector Nova")
        back_up(folder, tmp_path / "copies", with_keys=False, as_json=True)
        publish(folder, tmp_path / "second", "Inspector Moon")
        assert team(client) == ["Inspector Moon"]
        (copy,) = (tmp_path / "copies").iterdir()
        bring_back(folder, copy, over=True, as_json=True)
        assert team(client) == ["Inspector Nova"]
        publish(folder, tmp_path / "third", "Inspector Moon")
        assert team(client) == ["Inspector Moon"]


def test_what_readers_send_and_what_is_dealt_with_drops_no_kept_page(folder: DataFolder) -> None:
    settings = WebSettings(data_dir=folder.root)
    site, updates = Site(folder), open_updates(settings)
    site.get("/area/A")
    message = Message(FeedbackKind.WRONG, "/find", "The number is odd.", "en")
    for change in (
        lambda: keep(updates, message, per_hour=9, days=90, now=datetime.now(UTC)),
        lambda: remove(updates, [1]),
        lambda: prune(updates, 1, datetime.now(UTC)),
    ):
        change()
        time.sleep(LOOK_EVERY_S + 0.1)
        assert site.get("/area/A") == "/area/A 1 plain"
    updates.close()


def test_the_first_word_of_a_team_is_seen_where_nothing_was_published_before(
    folder: DataFolder, tmp_path: Path
) -> None:
    for left in folder.root.glob("updates.db*"):
        left.unlink()
    site = Site(folder)
    site.get("/area/A")
    publish(folder, tmp_path / "export", "Inspector Nova")
    time.sleep(LOOK_EVERY_S + 0.1)
    assert site.get("/area/A") == "/area/A 2 plain"


def test_a_kept_page_carries_the_safe_headers_and_its_log_line_no_postcode(
    folder: DataFolder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "yourarea.access")
    with TestClient(create_site(WebSettings(data_dir=folder.root))) as client:
        first, again = client.get("/area/ZZ1-1AA"), client.get("/area/ZZ1-1AA")
        held = client.get("/area/ZZ1-1AA", headers={"If-None-Match": first.headers["etag"]})
    assert (again.headers, again.content) == (first.headers, first.content)
    assert held.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert held.headers["x-robots-tag"] == "noindex, nofollow"
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "yourarea.access"]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/area/{postcode}", 200), ("/area/{postcode}", 200), ("/area/{postcode}", 304),
    ]  # fmt: skip


def publish(folder: DataFolder, export: Path, name: str) -> None:
    """Publish a team of one."""
    team = export / "testshire" / "T1" / "people.json"
    team.parent.mkdir(parents=True)
    (export / "testshire" / "neighbourhoods.json").write_text(json.dumps([{"id": "T1", "name": "Market & Quay"}]))
    team.write_text(json.dumps([{"name": name, "rank": "Insp", "bio": ""}]))
    manifest = Manifest.model_validate_json(folder.release(live_release_id(folder)).read_text(encoding="utf-8"))
    import_content(folder, export, register_of(folder, manifest))
