"""Methods 12 to 18 of data.police.uk: neighbourhoods."""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import geopandas as gpd
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_api
from api.publish.database import open_updates
from api.publish.intake import take_in
from api.publish.source import find_content
from api.settings import ApiSettings
from geo.force import uk_forces
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Generation, Manifest

GOLDEN = Path(__file__).parent / "golden"
TODAY = datetime.now(ZoneInfo("Europe/London")).date()

# force, id, name, polygon (lng, lat); in order of force, as a release has them
AREAS = [
    ("leicestershire", "55.CB3001", "Dotted", shapely.box(-1.0, 52.6, -0.9, 52.7)),
    ("leicestershire", "NC04", "City Centre (as drawn)", shapely.box(-1.2, 52.6, -1.1, 52.7)),
    ("leicestershire", "NC66", "In two parts", shapely.MultiPolygon(
        [shapely.box(-1.05, 52.6, -1.04, 52.61), shapely.box(-1.03, 52.6, -1.01, 52.62)])),
    ("northern-ireland", "Derry City & Strabane", "Derry City & Strabane", shapely.box(-7.4, 54.9, -7.2, 55.1)),
    ("northern-ireland", "NC04", "Another force's NC04", shapely.box(-6.0, 54.5, -5.9, 54.6)),
]  # fmt: skip
CONTENT: dict[str, Any] = {
    "leicestershire/neighbourhoods": [{"id": "NC04", "name": "City Centre"}, {"id": "GONE", "name": "Gone"}],
    "leicestershire/NC04": {
        "id": "NC04", "name": "City Centre", "url_force": "http://www.leics.police.uk/local-policing/city-centre",
        "centre": {"latitude": "52.6389", "longitude": "-1.13619"}, "population": "0", "contact_details": {},
        "links": [{"title": "Leicester City Council", "description": None, "url": "http://www.leicester.gov.uk/"}],
        "locations": [{"name": "Mansfield House", "longitude": None, "postcode": "LE1 3GG",
                       "address": "74 Belgrave Gate\n, Leicester", "latitude": None, "type": "station",
                       "description": None}],
        "description": "<p>The Castle neighbourhood <script>alert(1)</script>covers the City Centre.</p>",
    },
    "leicestershire/NC04/people": [
        {"name": "Andy Price", "rank": "Sgt", "bio": "<p>Sgt.<br />\n</p>", "contact_details": {"telephone": "101"}},
        {"name": "Una Curlew", "rank": None, "bio": None, "contact_details": {}},
    ],
    "leicestershire/NC04/events": [
        {"title": "Later", "start_date": "2099-10-02T18:00:00"},
        {"title": "Long over", "start_date": "2016-09-17T12:00:00", "end_date": "2016-09-17T14:00:00"},
        {"title": "Surgery", "description": "<p>Drop in.</p>", "address": "17 Guildhall Lane", "type": "meeting",
         "start_date": "2099-09-17T12:00:00", "end_date": "2099-09-17T14:00:00",
         "contact_details": {"email": "team@leics.example"}},
    ],
    "leicestershire/NC04/priorities": [
        {"issue": "<p>Anti-social behaviour.</p>", "issue-date": "2026-04-14T00:00:00",
         "action": "<p>Patrols.</p>", "action-date": "2026-05-02T00:00:00"},
        {"issue": "<p>Bicycles.</p>", "issue-date": "2026-08-01T00:00:00", "action": None, "action-date": None},
    ],
    "leicestershire/NC66/events": [{"title": "This morning", "start_date": f"{TODAY}T00:00:01"}],
    "kent/K1": {"id": "K1", "name": "A force whose boundaries are not held"},
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The API over two forces' boundaries, and what three have published."""
    root = tmp_path_factory.mktemp("neighbourhoods")
    folder = DataFolder(root)
    folder.releases.mkdir()
    generations = tuple(_generation(root, one) for one in ("leicestershire", "northern-ireland"))
    folder.release("r1").write_text(Manifest(release_id="r1", generations=generations).to_json())
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


def _generation(root: Path, force_id: str) -> Generation:
    forces, ids, names, polygons = zip(*(area for area in AREAS if area[0] == force_id), strict=True)
    frame = gpd.GeoDataFrame({"force": forces, "id": ids, "name": names}, geometry=list(polygons), crs="EPSG:4326")
    sink = io.BytesIO()
    frame.to_parquet(sink)
    refs = {}
    for suffix, written in (("parquet", sink.getvalue()), ("json", b"{}")):
        (root / f"{force_id}.{suffix}").write_bytes(written)
        digest = sha256(written).hexdigest()
        refs[suffix] = FileRef(path=f"{force_id}.{suffix}", sha256=digest, size=len(written), rows=len(ids))
    return Generation(force=force_id, first_month=Month(2025, 1), file=refs["parquet"], report=refs["json"])


@pytest.mark.parametrize(
    ("path", "golden"),
    [
        ("leicestershire/neighbourhoods", "neighbourhoods"),
        ("leicestershire/NC04", "neighbourhood"),
        ("leicestershire/55.CB3001", "neighbourhood-without-content"),
        ("leicestershire/NC04/boundary", "neighbourhood-boundary"),
        ("leicestershire/NC04/people", "neighbourhood-people"),
        ("leicestershire/NC04/events", "neighbourhood-events"),
        ("leicestershire/NC04/priorities", "neighbourhood-priorities"),
        ("locate-neighbourhood?q=52.65,-1.15", "locate-neighbourhood"),
    ],
)
def test_each_method_has_its_shape(path: str, golden: str, client: TestClient) -> None:
    answer = client.get(f"/api/{path}")
    assert answer.headers["content-type"] == "application/json"
    expected = json.loads((GOLDEN / f"{golden}.json").read_text(encoding="utf-8"))
    assert answer.json() == expected
    if isinstance(expected, dict):
        assert list(answer.json()) == list(expected)


@pytest.mark.parametrize("method", ["people", "events", "priorities"])
def test_a_neighbourhood_without_content_has_empty_lists(method: str, client: TestClient) -> None:
    answer = client.get(f"/api/leicestershire/55.CB3001/{method}")
    assert (answer.status_code, answer.json()) == (200, [])


def test_an_event_of_today_is_told_until_the_day_is_over(client: TestClient) -> None:
    assert [event["title"] for event in client.get("/api/leicestershire/NC66/events").json()] == ["This morning"]


def test_a_boundary_is_the_ring_of_the_largest_part(client: TestClient) -> None:
    ring = client.get("/api/leicestershire/NC66/boundary").json()
    assert ring[0] == ring[-1]
    assert {(vertex["latitude"], vertex["longitude"]) for vertex in ring} == {
        ("52.6", "-1.03"), ("52.6", "-1.01"), ("52.62", "-1.01"), ("52.62", "-1.03"),
    }  # fmt: skip


@pytest.mark.parametrize("written", ["Derry City & Strabane", "55.CB3001"])
def test_ids_with_blanks_dots_and_signs_are_found_encoded(written: str, client: TestClient) -> None:
    owner = "northern-ireland" if " " in written else "leicestershire"
    for method in ("", "/boundary", "/people", "/events", "/priorities"):
        answer = client.get(f"/api/{owner}/{quote(written)}{method}")
        assert answer.status_code == 200
    assert client.get(f"/api/{owner}/{quote(written)}").json()["id"] == written


def test_one_id_in_two_forces_is_two_neighbourhoods(client: TestClient) -> None:
    assert client.get("/api/northern-ireland/NC04").json()["name"] == "Another force's NC04"
    assert client.get("/api/northern-ireland/NC04/people").json() == []


@pytest.mark.parametrize(
    "known", ["nc04", "NC05", "NC04%20", "GONE", "Derry%20City%20%26%20Strabane", "%00", "NC04'--"]
)
@pytest.mark.parametrize("method", ["", "/boundary", "/people", "/events", "/priorities"])
def test_an_unknown_or_wrongly_cased_neighbourhood_is_not_found(known: str, method: str, client: TestClient) -> None:
    answer = client.get(f"/api/leicestershire/{known}{method}")
    assert (answer.status_code, answer.text) == (404, "Not Found")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("owner", ["nowhere", "btp", "Leicestershire"])
@pytest.mark.parametrize("rest", ["neighbourhoods", "NC04", "NC04/boundary", "NC04/people", "NC04/events"])
def test_a_neighbourhood_of_an_unknown_force_is_not_found(owner: str, rest: str, client: TestClient) -> None:
    answer = client.get(f"/api/{owner}/{rest}")
    assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize(
    "query",
    [
        "", "?q=", "?q=52.65", "?q=52.65,-1.15,0", "?q=x,y", "?q=nan,nan", "?q=inf,0", "?q=999,0", "?q=48.85,2.35",
        "?q=-1.15,52.65", "?lat=52.65&lng=-1.15", "?q=%00,1", f"?q={'9' * 3000},1", "?q=5_2.65,-1.15",
    ],
)  # fmt: skip
def test_a_place_outside_or_malformed_is_not_located(query: str, client: TestClient) -> None:
    answer = client.get(f"/api/locate-neighbourhood{query}")
    assert (answer.status_code, answer.text) == (404, "Not Found")
    assert answer.headers["content-type"].startswith("text/plain")


def test_of_a_force_without_boundaries_what_it_published_is_told(client: TestClient) -> None:
    assert client.get("/api/kent/neighbourhoods").json() == [
        {"id": "K1", "name": "A force whose boundaries are not held"}
    ]
    assert client.get("/api/kent/K1").json()["centre"] == {"latitude": None, "longitude": None}
    assert client.get("/api/kent/K1/people").json() == []
    assert client.get("/api/kent/K1/boundary").status_code == 404
    assert client.get("/api/kent/K2").status_code == 404


def test_of_a_force_without_boundaries_or_content_there_is_nothing(client: TestClient) -> None:
    assert client.get("/api/essex/neighbourhoods").json() == []
