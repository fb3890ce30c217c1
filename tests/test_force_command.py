"""`force ...` as an operator types it."""

import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import insert
from typer.testing import CliRunner

from api.publish import account, content, force_setting
from api.publish.database import Updates, open_updates
from api.publish.force_setting import Setting
from api.publish.item.put import put
from api.publish.item.written import WrittenAction, WrittenEvent, WrittenMember, WrittenNews, WrittenPriority
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.secret import secrets_of
from api.publish.staff_table import ASKED, FORCE_SETTING, SUBSCRIPTION
from api.publish.table import PICTURE
from api.settings import ApiSettings
from geo.neighbourhood import NeighbourhoodRef
from web.settings import WebSettings
from web.site import create_site
from yourarea.command import cli


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == code, (words, done.output, done.exception)
    return done.output


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, testshire: Path) -> Path:
    """Testshire under two generations: of the second, T1 is called Q."""
    data = tmp_path_factory.mktemp("live")
    other = data / "other.geojson"
    areas = [{"type": "Feature", "properties": {"force": "testshire", "id": "Q", "name": "Quay"},
              "geometry": shapely.geometry.mapping(shapely.box(1.0, 54.0, 1.02, 54.01))}]  # fmt: skip
    other.write_text(json.dumps({"type": "FeatureCollection", "features": areas}))
    for words in (
        ("forces", testshire / "force-areas", "--register", testshire / "forces.json"),
        ("boundaries", testshire / "boundaries", "--from", "2024-01", "--names", testshire / "names.csv"),
        ("boundaries", other, "--from", "2024-02"),
        ("postcodes", testshire / "postcodes.csv"),
        ("load", testshire / "crimes", "--workers", "1"),
        ("build", "--workers", "1"),
        ("check",),
        ("activate",),
    ):
        run(*words, "--data", data)
    return data


@pytest.fixture
def updates(live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Updates:
    """An updates database of its own for each test, beside the one release."""
    url = f"sqlite:///{tmp_path / 'updates.db'}"
    monkeypatch.setenv("YOURAREA_UPDATES_URL", url)
    found = open_updates(ApiSettings(updates_url=url))
    found.migrate()
    return found


def said(*words: object, data: Path) -> Any:
    return json.loads(run(*words, "--json", "--data", data))


def test_what_waits_is_said_and_confirmed_only_when_told(live: Path, updates: Updates) -> None:
    with updates.writing() as connection:
        put(connection, COMMAND, Where("testshire", "T1"), "m1", WrittenMember(surname="Curlew"))
    waiting = said("force", "succession", "testshire", data=live)
    assert (waiting["generation"], waiting["followed"]) == ("2024-02", None)
    assert [(one["id"], one["fate"], one["to"]) for one in waiting["ended"]] == [
        ("T 3.b", "gone", {}), ("T1", "renamed", {"Q": 1.0}), ("T2", "gone", {}),
    ]  # fmt: skip
    done = said("force", "succession", "testshire", "--confirm", data=live)
    assert [(one["from"], one["content"], one["rows"]) for one in done["followed"]] == [("T1", "Q", {"person": 1})]
    with updates.reading() as connection:
        assert [one.name for one in content.team(connection, NeighbourhoodRef("testshire", "Q"))] == ["Curlew"]
    assert said("force", "succession", "testshire", data=live)["generation"] is None
    assert "no new boundaries" in run("force", "succession", "testshire", "--data", live)


def test_a_force_that_is_not_there_is_said_not_to_be(live: Path, updates: Updates) -> None:
    run("force", "succession", "nowhere", "--data", live, code=1)


def publish(updates: Updates) -> None:
    now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    wall = now.replace(tzinfo=None)
    here = Where("testshire", "Q")
    with updates.writing() as connection:
        picture = {"id": "ab12", "media_type": "image/png", "width": 2, "height": 1, "content": b"\x89PNG\x00"}
        connection.execute(insert(PICTURE).values(**picture, taken_in_at=now))
        shown = {"picture_id": "ab12", "picture_alt": "A bicycle"}
        put(connection, COMMAND, here, "n1", WrittenNews(title="Found", text="**Yours?**", issued_at=wall, **shown))
        put(connection, COMMAND, here, "m1", WrittenMember(given_name="Una", surname="Curlew", shown_as="surname"))
        for one in ("p1", "p2"):
            put(connection, COMMAND, here, one, WrittenPriority(issue=f"Speeding *{one}*", issued_at=wall))
            put(connection, COMMAND, here, "a1", WrittenAction(action=f"Signs {one}", acted_at=wall), part_of=one)
        event = WrittenEvent(title="Surgery", starts_at=datetime.fromisoformat("2031-06-03T18:00"))
        put(connection, COMMAND, here, "e1", event)
        put(connection, COMMAND, Where("testshire"), "c1", WrittenMember(surname="Gannet", rank="Chief Constable"))
        setting = {"force_id": "testshire", "name": "banner", "value": {"text": "Hello"}, "changed_at": now}
        connection.execute(insert(FORCE_SETTING).values(**setting))
        asked = {"force_id": "testshire", "neighbourhood_id": "Q", "asked_on": date(2026, 11, 1), "hours": 20}
        connection.execute(insert(ASKED).values(**asked, how="answered"))
        place = {"force_id": "testshire", "neighbourhood_id": "Q", "often": "weekly", "language": "en"}
        address = {"address": secrets_of(ApiSettings()).hide("reader@home.example"), "address_hash": "h"}
        connection.execute(insert(SUBSCRIPTION).values(**place, **address, created_at=now))


def answers(data: Path, url: str) -> dict[str, str]:
    """What the public reads of the force."""
    paths = [f"/api/testshire/Q{more}" for more in ("", "/people", "/events", "/priorities", "/boundary")]
    paths += ["/api/forces/testshire", "/api/forces/testshire/people", "/api/testshire/neighbourhoods"]
    paths += ["/neighbourhood/testshire/Q", "/neighbourhood/testshire/Q/team", "/cy/neighbourhood/testshire/Q/team"]
    with TestClient(create_site(WebSettings(data_dir=data, updates_url=url))) as client:
        return {path: client.get(path).text for path in paths}


def files(root: Path) -> dict[str, bytes]:
    """What an export holds, but for what says when and by whom it was made."""
    passing = ("manifest.json", "audit.jsonl")
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if name not in passing}


def test_an_export_makes_the_same_force_again_in_an_empty_instance(
    live: Path, updates: Updates, testshire: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOURAREA_SECRET_KEYS", "k" * 40)
    publish(updates)
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    run("force", "export", "testshire", out, "--data", live)
    here = answers(live, str(ApiSettings().updates_url))
    there_url = f"sqlite:///{tmp_path / 'there.db'}"
    monkeypatch.setenv("YOURAREA_UPDATES_URL", there_url)
    run("forces", testshire / "force-areas", "--register", testshire / "forces.json", "--data", fresh)
    for month in ("2024-01", "2024-02"):
        run("boundaries", out / f"boundaries/{month}.geojson", "--from", month, "--data", fresh)
    run("postcodes", testshire / "postcodes.csv", "--data", fresh)
    run("update", out / "crimes", "--workers", "1", "--data", fresh)
    assert said("force", "import", out, data=fresh)["changed"] is True
    assert said("force", "import", out, data=fresh)["changed"] is False
    there = answers(fresh, there_url)
    assert {path for path in here if path.startswith("/api/") and here[path] != there[path]} == set()
    assert {path for path in here if plain(here[path]) != plain(there[path])} == set()
    assert "Curlew" in there["/neighbourhood/testshire/Q/team"]
    run("force", "export", "testshire", tmp_path / "again", "--data", fresh)
    assert files(tmp_path / "again") == files(out)


def plain(page: str) -> str:
    """A page without what is of a release alone: the addresses of its tiles."""
    return re.sub(r"-[0-9a-f]{16}\b", "", page)


def test_an_export_has_personal_data_only_when_told(
    live: Path, updates: Updates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOURAREA_SECRET_KEYS", "k" * 40)
    publish(updates)
    run("force", "export", "testshire", tmp_path / "plain.zip", "--data", live)
    told = run("force", "export", "testshire", tmp_path / "whole", "--with-personal-data", "--data", live)
    assert "plain text" in told
    assert "reader@home.example" in (tmp_path / "whole/personal/subscription.jsonl").read_text()
    with zipfile.ZipFile(tmp_path / "plain.zip") as archive:
        assert [name for name in archive.namelist() if name.startswith("personal")] == []
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert "README.md" in archive.namelist()
    assert b"reader@home.example" not in everything
    assert (tmp_path / "plain.zip").stat().st_mode & 0o777 == 0o600
    run("force", "export", "testshire", tmp_path / "plain.zip", "--data", live, code=1)


def test_what_is_here_of_a_force_is_replaced_only_when_told(live: Path, updates: Updates, tmp_path: Path) -> None:
    with updates.writing() as connection:
        put(connection, COMMAND, Where("testshire", "Q"), "m1", WrittenMember(surname="Curlew"))
    run("force", "export", "testshire", tmp_path / "out.zip", "--data", live)
    with updates.writing() as connection:
        put(connection, COMMAND, Where("testshire", "Q"), "m1", WrittenMember(surname="Plover"))
    run("force", "import", tmp_path / "out.zip", "--data", live, code=1)
    run("force", "import", tmp_path / "out.zip", "--over", "--data", live)
    with updates.reading() as connection:
        assert [one.name for one in content.team(connection, NeighbourhoodRef("testshire", "Q"))] == ["Curlew"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("person", {"bio": "<p onclick='x()'>Me</p>"}),
        ("person", {"contact": {"web": "javascript:alert(1)"}}),
        ("person", {"force_id": "elsewhere"}),
        ("person", {"surprise": 1}),
        ("neighbourhood", {"url_force": "javascript:alert(1)"}),
        ("force_setting", {"value": {"report": "javascript:alert(1)"}}),
        ("force_setting", {"name": "held-months", "value": [{"month": "soon"}]}),
    ],
)
def test_an_export_that_somebody_changed_is_refused(
    live: Path, updates: Updates, tmp_path: Path, name: str, change: dict[str, Any]
) -> None:
    with updates.writing() as connection:
        put(connection, COMMAND, Where("testshire", "Q"), "m1", WrittenMember(surname="Curlew"))
        links = {"report": "https://testshire.example/report"}
        force_setting.write(connection, COMMAND, "testshire", Setting.SERVICES, links, seen=0)
    run("force", "export", "testshire", tmp_path / "out", "--data", live)
    file = tmp_path / f"out/published/{name}.jsonl"
    (row,) = [json.loads(line) for line in file.read_text().splitlines()]
    file.write_text(json.dumps(row | change) + "\n")
    run("force", "import", tmp_path / "out", "--over", "--data", live, code=1)


def lacking(live: Path, code: int) -> dict[str, tuple[bool, bool]]:
    found = json.loads(run("force", "check", "testshire", "--json", "--data", live, code=code))
    return {one["what"]: (one["required"], one["good"]) for one in found}


def test_what_a_force_lacks_is_said_until_it_lacks_nothing_that_it_must_have(
    live: Path, updates: Updates, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lacking(live, 1) == {
        "boundaries": (True, True), "months": (True, True), "named officers": (True, False),
        "priorities": (False, False), "events": (False, False), "links": (False, False),
        "administrator": (True, False), "second eyes": (False, False), "theme": (False, False),
        "security contact": (True, False),
    }  # fmt: skip
    assert "Q: each has nobody" in run("force", "check", "testshire", "--data", live, code=1)
    monkeypatch.setenv("YOURAREA_OPERATOR_EMAIL", "faults@operator.example")
    here, now = Where("testshire", "Q"), datetime.now(UTC).replace(tzinfo=None)
    with updates.writing() as connection:
        put(connection, COMMAND, here, "m1", WrittenMember(surname="Curlew"))
        number = account.add_local(connection, COMMAND, "Web manager", "web", "correct horse battery")
        account.give(connection, COMMAND, number, Access(Role.FORCE_ADMINISTRATOR, Where("testshire")))
        put(connection, COMMAND, here, "p1", WrittenPriority(issue="Speeding", issued_at=now - timedelta(days=100)))
    assert [what for what, (required, good) in lacking(live, 1).items() if required and not good] == ["named officers"]
    with updates.writing() as connection:
        reached = WrittenMember(surname="Curlew", contact={"telephone": "101"})
        put(connection, COMMAND, here, "m1", reached)
    found = lacking(live, 0)
    assert (found["named officers"], found["priorities"]) == ((True, True), (False, False))
    with updates.writing() as connection:
        again = {"reviewed_at": now, "review": "Still right"}
        put(connection, COMMAND, here, "p1", WrittenPriority(issue="Speeding", issued_at=now, **again))
        number = account.add_local(connection, COMMAND, "Reviewer", "reviewer", "correct horse battery")
        account.give(connection, COMMAND, number, Access(Role.REVIEWER, Where("testshire")))
        account.disable(connection, COMMAND, number)
    assert (lacking(live, 0)["priorities"], lacking(live, 0)["second eyes"]) == ((False, True), (False, False))
