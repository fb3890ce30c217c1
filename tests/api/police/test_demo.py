"""People, events and priorities of the demo county in `/api` are what its teams published: imported, and here."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.publish.clock import wall
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from ingest.boundary import load_boundaries
from ingest.boundary_source import read_names
from ingest.demo import CountyFiles, write_county
from ingest.reference import load_register
from ingest.workspace import workspace
from yourarea.content_job import import_content
from yourarea.demo_team import publish_demo

TODAY = wall(datetime.now(UTC)).date()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    return write_county(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="module")
def client(county: CountyFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = DataFolder(tmp_path_factory.mktemp("demo"))
    with workspace(folder) as work:
        register = load_register(work, county.forces)
        names = read_names(county.neighbourhood_names)
        first_month, source = county.boundaries[-1]
        load_boundaries(work, source, first_month, register, names)
        manifest = work.staged().changed(release_id="r1")
    folder.releases.mkdir(exist_ok=True)
    folder.release("r1").write_text(manifest.to_json())
    folder.live.write_text(json.dumps({"release": "r1"}))
    import_content(folder, county.content, register)
    assert publish_demo(folder, TODAY) == 5
    assert publish_demo(folder, TODAY + timedelta(days=9)) == 0, "running the demo again changes nothing"
    with TestClient(create_api(ApiSettings(data_dir=folder.root, rate_per_s=0))) as found:
        yield found


def neighbourhoods(county: CountyFiles) -> list[Path]:
    return sorted(path for path in county.content.glob("*/*") if path.is_dir() and path.parent.name != "forces")


def written(folder: Path, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))
    return found


def asked(client: TestClient, folder: Path, kind: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/{folder.parent.name}/{folder.name}/{kind}")
    assert answer.status_code == 200, answer.url
    found: list[dict[str, Any]] = answer.json()
    return found


def ours(folder: Path) -> bool:
    return (folder.parent.name, folder.name) == ("doggerland", "DG01")


def test_people_are_those_who_were_published(client: TestClient, county: CountyFiles) -> None:
    for folder in neighbourhoods(county):
        assert asked(client, folder, "people") == written(folder, "people"), folder


def test_events_are_those_that_were_published_and_are_not_over(client: TestClient, county: CountyFiles) -> None:
    for folder in neighbourhoods(county):
        imported = [one for one in written(folder, "events") if one["end_date"] >= TODAY.isoformat()]
        found = asked(client, folder, "events")
        here = [one for one in found if one["title"] == "Tuesday surgery"]
        assert [one for one in found if one not in here] == sorted(imported, key=lambda one: one["start_date"]), folder
        assert len(here) == (25 if ours(folder) else 0), "twenty-six Tuesdays but one that is left out"
        days = [date.fromisoformat(one["start_date"][:10]) for one in here]
        assert {day.weekday() for day in days} <= {1}


def test_priorities_are_those_that_were_published(client: TestClient, county: CountyFiles) -> None:
    for folder in neighbourhoods(county):
        here = [
            {
                "issue": "<p>Cars parked on the pavement outside the school</p>",
                "issue-date": f"{TODAY - timedelta(days=40)}T09:00:00",
                "action": "<p>We stood there on nine mornings with the head teacher. Most drivers now use the car "
                "park.</p>",
                "action-date": f"{TODAY - timedelta(days=5)}T10:00:00",
            }
        ]
        published = written(folder, "priorities") + (here if ours(folder) else [])
        assert sorted(map(repr, asked(client, folder, "priorities"))) == sorted(map(repr, published)), folder
