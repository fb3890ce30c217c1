"""Testshire behind `/v1`: four months, a neighbour that did not supply one of them, a railway, stops, a team."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.publish.database import open_updates
from api.publish.intake import take_in
from api.publish.source import find_content
from api.serving.build import build_serving, needed_serving
from api.settings import ApiSettings
from geo.force import ForceRegister
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Hold, Manifest
from geo.supply import Kind
from ingest.boundary import load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.build import build
from ingest.load import LoadOrder, load
from ingest.reference import load_postcodes, load_register
from ingest.workspace import Workspace, workspace

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
OUTCOMES = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type"
STOPS = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing"
)
MARKET = "1.010000,54.005000,On or near Market Street"
OTHER = "1.070000,54.005000,On or near Other Street"
STATION = "1.010000,54.006000,On or near Testham (Station)"
RAILWAY = {
    "id": "btp", "name": "Railway Police", "slot": 45, "gss": None, "nation": "invented", "territorial": False,
    "publishes_outcomes": False, "url": None, "reported_as": ["Railway Police"],
}  # fmt: skip
# a stop's object in February and how many there were, all in T1: 12, 3 and 1, so that two figures are small
FEBRUARY_STOPS = {"Controlled drugs": 12, "Stolen goods": 3, "Fireworks": 1}


def crime(
    number: int, month: str, place: str, kind: str, outcome: str = "Under investigation", who: str = "Testshire Police"
) -> str:
    return f"{number:064x},{month},{who},{who},{place},E01999001,Testham 001A,{kind},{outcome},"


def outcome(number: int, month: str, what: str) -> str:
    who = "Testshire Police"
    return f"{number:064x},{month},{who},{who},{MARKET},E01999001,Testham 001A,{what}"


def stop(month: str, searched: str) -> str:
    return f"Person search,{month}-02T10:00:00+00:00,,,54.005000,1.010000,Male,18-24,,,,{searched},Arrest,,"


EXTRA = {
    "2023-05/2023-05-testshire-street.csv": [STREET, crime(0x700, "2023-05", MARKET, "Burglary")],
    "2024-01/2024-01-elsewhere-street.csv": [
        STREET, crime(0x501, "2024-01", OTHER, "Drugs", "", "Elsewhere Constabulary"),
    ],
    "2024-02/2024-02-testshire-street.csv": [
        STREET,
        crime(0x3E8, "2024-02", MARKET, "Burglary"),
        crime(0x3E9, "2024-02", MARKET, "Robbery", "Suspect charged"),
        *(crime(0x400 + n, "2024-02", "1.030000,54.005000,On or near Nook Lane", "Drugs") for n in range(25)),
    ],
    "2024-02/2024-02-testshire-outcomes.csv": [OUTCOMES, outcome(0x3E8, "2024-02", "Under investigation")],
    "2024-02/2024-02-testshire-stop-and-search.csv": [
        STOPS, *(stop("2024-02", what) for what, n in FEBRUARY_STOPS.items() for _ in range(n)),
    ],
    "2024-02/coverage.csv": [
        "force,month,kind,state,note", "elsewhere,2024-02,street,not_supplied,A change of system.",
    ],
    "2024-03/2024-03-elsewhere-street.csv": [
        STREET, crime(0x500, "2024-03", OTHER, "Drugs", "", "Elsewhere Constabulary"),
    ],
    # seven on Testshire's ground, and no stop of Testshire's
    "2024-02/2024-02-btp-stop-and-search.csv": [STOPS, *[stop("2024-02", "Knives")] * 7],
    "2024-03/2024-03-btp-street.csv": [
        STREET, f",2024-03,Railway Police,Railway Police,{STATION},,,Bicycle theft,,",
    ],
}  # fmt: skip
MARCH = "2024-03/2024-03-testshire-{kind}.csv"  # as Testshire published it, and one outcome more: of a February crime
CONTENT = {
    "testshire/T1": {"id": "T1", "name": "Market and Quay", "description": "<p>The old town.</p>", "population": "900",
                     "links": [{"title": "Watch", "url": "https://watch.example/"}]},
    "testshire/T1/people": [{"name": "Ada Quay", "rank": "PC", "contact_details": {"email": "ada@testshire.example"}}],
    "testshire/T1/priorities": [{"issue": "<p>Bicycles.</p>", "issue-date": "2024-03-01T00:00:00",
                                 "action": "<p>Marked forty.</p>", "action-date": "2024-03-20T00:00:00"}],
    "testshire/T1/events": [{"title": "Surgery", "start_date": "2099-09-17T12:00:00"},
                            {"title": "Long over", "start_date": "2016-09-17T12:00:00"}],
}  # fmt: skip


@pytest.fixture(scope="session")
def land(tmp_path_factory: pytest.TempPathFactory, testshire: Path, executor: Executor) -> DataFolder:
    """All of it, live as release `r1`, with serving files of the newest month only: the others are read."""
    root, extra = tmp_path_factory.mktemp("v1") / "data", tmp_path_factory.mktemp("v1-source")
    for name, rows in EXTRA.items():
        (extra / name).parent.mkdir(exist_ok=True)
        (extra / name).write_text("\n".join([*rows, ""]), encoding="utf-8")
    for kind in ("street", "outcomes", "stop-and-search"):
        name = MARCH.format(kind=kind)
        more = f"{outcome(0x3E9, '2024-03', 'Suspect charged')}\n" if kind == "outcomes" else ""
        (extra / name).write_bytes((testshire / "crimes" / name).read_bytes() + more.encode())
    forces = json.loads((testshire / "forces.json").read_text(encoding="utf-8"))
    forces["forces"].append(RAILWAY)
    (extra / "forces.json").write_text(json.dumps(forces), encoding="utf-8")
    folder = DataFolder(root)
    with workspace(folder) as work:
        register = load_register(work, extra / "forces.json")
        load_force_areas(work, testshire / "force-areas", register)
        load_boundaries(work, testshire / "boundaries", Month(2024, 1), register, read_names(testshire / "names.csv"))
        load_postcodes(work, [testshire / "postcodes.csv"])
        load(work, LoadOrder([extra], Month(2024, 3)), register, executor, lambda _: None)
        _make_live(work, register, executor, "r1")
    _publish(folder, register, tmp_path_factory.mktemp("content"))
    return folder


def _make_live(
    work: Workspace, register: ForceRegister, executor: Executor, release_id: str, held: tuple[str, Month] | None = None
) -> Manifest:
    """Build all but tiles and make it live; everything odd is accepted but one street month, where one is named."""
    manifest = build(work, register, lambda _: None).changed(holds=())
    if held is not None:
        content = manifest.live[(*held, Kind.STREET)].content
        hold = Hold(force=held[0], month=held[1], kind=Kind.STREET, content=content, reason="Odd.")
        manifest = manifest.changed(holds=(hold,))
    work.empty_scratch()
    jobs = needed_serving(work.folder, manifest, register, 1)
    made = build_serving(jobs, executor=executor, done=lambda: None)
    serving = {name: work.adopt(f"serving/{name}", ".arrow", path, rows) for name, (path, rows) in made.items()}
    release = manifest.changed(serving={**manifest.serving, **serving}, release_id=release_id)
    work.folder.release(release_id).write_text(release.to_json(), encoding="utf-8")
    work.folder.live.write_text(json.dumps({"release": release_id}), encoding="utf-8")
    return release


def _publish(folder: DataFolder, register: ForceRegister, source: Path) -> None:
    for path, answer in CONTENT.items():
        file = source / "content" / f"{path}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answer), encoding="utf-8")
    updates = open_updates(ApiSettings(data_dir=folder.root))
    assert take_in(updates, find_content(source / "content"), register).rejects == []
    updates.close()


@pytest.fixture(scope="session")
def client(land: DataFolder) -> Iterator[TestClient]:
    """All of it behind the app."""
    with TestClient(create_api(ApiSettings(data_dir=land.root, rate_per_s=0))) as found:
        yield found


@pytest.fixture(scope="session")
def ask(client: TestClient) -> Callable[..., Any]:
    """`ask(path, **parameters)`: the JSON of what is answered with 200."""

    def asked(path: str, **parameters: Any) -> Any:
        answer = client.get(f"/v1/{path}", params=parameters or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return asked


@pytest.fixture(scope="session")
def refused(client: TestClient) -> Callable[..., tuple[int, str, str]]:
    """`refused(path, **parameters)`: status, kind and words of the problem that is answered."""

    def asked(path: str, **parameters: Any) -> tuple[int, str, str]:
        answer = client.get(f"/v1/{path}", params=parameters or None)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        document = answer.json()
        assert set(document) == {"type", "title", "status", "detail"}
        assert document["status"] == answer.status_code
        return answer.status_code, document["type"].removeprefix("/problems/"), document["detail"]

    return asked
