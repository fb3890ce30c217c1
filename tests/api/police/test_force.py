"""Methods 9 to 11 of data.police.uk: forces and their senior officers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.publish.database import open_updates
from api.publish.intake import take_in
from api.publish.source import find_content
from api.settings import ApiSettings
from geo.force import uk_forces
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest

GOLDEN = Path(__file__).parent / "golden"

CONTENT: dict[str, Any] = {
    "forces/leicestershire": {
        "id": "leicestershire",
        "name": "Leicestershire Police",
        "url": "https://www.leics.police.uk/",
        "telephone": "101",
        "description": "<p>A force of the <b>East</b> Midlands<script>alert(1)</script></p>",
        "engagement_methods": [
            {"title": "facebook", "type": "facebook", "description": None, "url": "https://www.facebook.com/leicspolice"},
            {"title": "telephone", "type": "telephone", "description": "<p>Not for emergencies</p>", "url": ""},
        ],
    },
    "forces/leicestershire/people": [
        {"name": "Idris Gannetson", "rank": "Chief Constable", "bio": "<p>Leads.</p>",
         "contact_details": {"twitter": "https://twitter.com/ccleics"}},
        {"name": "Una Curlew", "rank": None, "bio": None, "contact_details": {}},
    ],
    "leicestershire/NC04/people": [{"name": "Not a senior officer"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The API over a release of the United Kingdom's forces; Leicestershire's has published."""
    root = tmp_path_factory.mktemp("forces")
    folder = DataFolder(root)
    folder.releases.mkdir()
    folder.release("r1").write_text(Manifest(release_id="r1").to_json())
    folder.live.write_text(json.dumps({"release": "r1"}))
    for path, answer in CONTENT.items():
        file = root / "content" / f"{path}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answer))
    settings = ApiSettings(data_dir=root, rate_per_s=0)
    updates = open_updates(settings)
    take_in(updates, find_content(root / "content"), uk_forces())
    updates.close()
    with TestClient(create_api(settings)) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "golden"),
    [
        ("/api/forces", "forces"),
        ("/api/forces/leicestershire", "force"),
        ("/api/forces/kent", "force-without-content"),
        ("/api/forces/leicestershire/people", "force-people"),
    ],
)
def test_each_method_has_its_shape(path: str, golden: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/json"
    expected = json.loads((GOLDEN / f"{golden}.json").read_text(encoding="utf-8"))
    assert answer.json() == expected
    if isinstance(expected, dict):
        assert list(answer.json()) == list(expected)


def test_forces_come_in_upstreams_order_without_british_transport_police(client: TestClient) -> None:
    ids = [force["id"] for force in client.get("/api/forces").json()]
    assert len(ids) == 44
    assert "btp" not in ids
    assert ids[ids.index("hampshire") + 1] == "dyfed-powys"
    assert ids[ids.index("nottinghamshire") + 1] == "northern-ireland"


def test_a_force_that_published_nobody_has_an_empty_list_of_people(client: TestClient) -> None:
    assert client.get("/api/forces/kent/people").json() == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/forces/nowhere",
        "/api/forces/Leicestershire",
        "/api/forces/btp",
        "/api/forces/btp/people",
        "/api/forces/nowhere/people",
        "/api/forces/%00",
        "/api/nowhere/neighbourhoods",
        "/api/btp/neighbourhoods",
    ],
)
def test_a_force_that_is_not_known_here_is_not_found_in_plain_text(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "Not Found")
    assert answer.headers["content-type"].startswith("text/plain")


def test_head_is_answered_as_get_is(client: TestClient) -> None:
    assert client.head("/api/forces/leicestershire").status_code == 200
    assert client.head("/api/forces/nowhere").status_code == 404


def test_parameters_that_are_not_known_are_ignored(client: TestClient) -> None:
    assert client.get("/api/forces?colour=blue").json() == client.get("/api/forces").json()
