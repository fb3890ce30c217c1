"""New boundaries, looked over and confirmed: pages, roles and addresses follow."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from time import monotonic
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from api.publish.item.put import put
from api.publish.item.written import WrittenMember
from api.publish.policy import COMMAND, Role, Where
from geo.month import Month
from geo.store.layout import DataFolder
from ingest.boundary import load_boundaries
from ingest.reference import register_of
from ingest.release import activate, check
from ingest.workspace import workspace
from yourarea.build_job import build_all

SignIn = Callable[..., Any]
FORCE = Where("testshire")
MANAGE = "/force/testshire/manage/succession"
OUTLINES = {  # T1 is cut in two, T2 and T 3.b become one
    "Q/west": shapely.box(1.0, 54.0, 1.014, 54.01),
    "Q-east": shapely.box(1.014, 54.0, 1.02, 54.01),
}


@pytest.fixture(scope="session")
def _with_new_boundaries(places: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    root = tmp_path_factory.mktemp("followed")
    copytree(places.root, root / "data")
    folder = DataFolder(root / "data")
    with workspace(folder) as work:
        manifest = work.staged()
        register = register_of(folder, manifest)
        old = {one.stem: one for one in (Path(__file__).parents[2] / "testshire/boundaries/testshire").glob("*.kml")}
        outlines = {name: shapely.geometry.mapping(shape) for name, shape in OUTLINES.items()}
        _write(root / "new.geojson", outlines, _joined(old["T2"], old["T 3.b"]))
        load_boundaries(work, root / "new.geojson", Month(2024, 2), register, {})
        build_all(work, workers=1, serving_months=36)
        release, _ = check(work)
        activate(work, release.release_id)
    return folder


def _joined(*files: Path) -> Any:
    rings = []
    for file in files:
        text = file.read_text()
        numbers = text[text.index("<coordinates>") + 13 : text.index("</coordinates>")].split()
        rings.append(shapely.Polygon([tuple(map(float, one.split(",")[:2])) for one in numbers]))
    return shapely.geometry.mapping(shapely.union_all(rings))


def _write(path: Path, outlines: dict[str, Any], joined: Any) -> None:
    import json

    features = [
        {"type": "Feature", "properties": {"force": "testshire", "id": name, "name": name}, "geometry": shape}
        for name, shape in {**outlines, "R": joined}.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


@pytest.fixture
def folder(_with_new_boundaries: DataFolder, tmp_path: Path) -> DataFolder:
    copytree(_with_new_boundaries.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def confirm(staff: Any, **chosen: str) -> Any:
    return staff.post(MANAGE, {"generation": "2024-02", **{name.replace("_", "-"): to for name, to in chosen.items()}})


def test_an_administrator_sees_what_became_of_each(sign_in: SignIn) -> None:
    for path in (MANAGE, f"/cy{MANAGE}"):
        text = sign_in(Role.FORCE_ADMINISTRATOR, FORCE).get(path).text
        assert all(word in text for word in ("T1", "T2", "T 3.b", "Q/west", "Q-east", "70%", "30%", "2024-02"))


def test_confirmed_old_addresses_lead_on_and_pages_show_what_followed(site: Any, sign_in: SignIn) -> None:
    staff = sign_in(Role.FORCE_ADMINISTRATOR, FORCE)
    assert (confirm(staff).status_code, "no new boundaries" in staff.get(MANAGE).text) == (303, True)
    client = TestClient(site, follow_redirects=False)
    for old, new in (
        ("/neighbourhood/testshire/T1", "/neighbourhood/testshire/Q%2Fwest"),
        ("/cy/neighbourhood/testshire/T1/team?a=b", "/cy/neighbourhood/testshire/Q%2Fwest/team?a=b"),
        ("/neighbourhood/testshire/T%203.b", "/neighbourhood/testshire/R"),
        ("/embed/testshire/T2", "/embed/testshire/R"),
    ):
        answer = client.get(old)
        assert (answer.status_code, answer.headers.get("location")) == (308, new)
        assert client.get(new).status_code == 200
    assert "Ann Teak" in client.get("/neighbourhood/testshire/Q%2Fwest/team").text
    assert client.get("/neighbourhood/testshire/R").status_code == 200
    assert client.get("/neighbourhood/testshire/nowhere").status_code == 404
    assert client.get("/api/testshire/T1").status_code == 404


def test_a_path_of_thousands_of_parts_holds_nobody_up(site: Any, sign_in: SignIn) -> None:
    assert confirm(sign_in(Role.FORCE_ADMINISTRATOR, FORCE)).status_code == 303
    client = TestClient(site, follow_redirects=False)
    began = monotonic()
    assert client.get(f"/neighbourhood/testshire/{'a/' * 20_000}b").status_code == 404
    assert monotonic() - began < 5


def test_before_it_is_confirmed_nothing_leads_on(site: Any) -> None:
    assert TestClient(site, follow_redirects=False).get("/neighbourhood/testshire/T1").status_code == 404


def test_an_editor_of_the_old_neighbourhood_is_one_of_each_new_one(sign_in: SignIn) -> None:
    editor = sign_in(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T1"))
    assert confirm(sign_in(Role.FORCE_ADMINISTRATOR, FORCE)).status_code == 303
    text = editor.get("/staff").text
    assert ("Q/west" in text, "Q-east" in text, "T1" in text) == (True, True, False)
    answer = editor.get("/staff/neighbourhood/testshire/T1/anything")
    assert (answer.status_code, answer.headers["location"]) == (
        308, "/staff/neighbourhood/testshire/Q%2Fwest/anything",
    )  # fmt: skip


def test_what_was_published_goes_where_the_administrator_says(site: Any, sign_in: SignIn) -> None:
    with site.state.updates.writing() as connection:
        put(connection, COMMAND, Where("testshire", "T1"), "m1", WrittenMember(surname="Curlew"))
    assert confirm(sign_in(Role.FORCE_ADMINISTRATOR, FORCE), content_1="Q-east").status_code == 303
    client = TestClient(site)
    pages = [client.get(f"/neighbourhood/testshire/{one}/team").text for one in ("Q%2Fwest", "Q-east")]
    assert ["Curlew" in text for text in pages] == [False, True]


def test_what_was_not_looked_at_or_is_no_successor_is_not_confirmed(sign_in: SignIn) -> None:
    staff = sign_in(Role.FORCE_ADMINISTRATOR, FORCE)
    stale = staff.post(MANAGE, {"generation": "2023-01"})
    assert (stale.status_code, "Meanwhile" in stale.text) == (409, True)
    wrong = confirm(staff, content_1="R")
    assert (wrong.status_code, "Choose one of the neighbourhoods" in wrong.text) == (422, True)
    assert confirm(staff).status_code == 303
    assert confirm(staff).status_code == 409
