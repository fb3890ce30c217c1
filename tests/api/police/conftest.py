"""Testshire behind `/api`: its published month, a month before, a railway police, and a real server."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from api.app import create_api
from api.serving.build import build_serving, needed_serving
from api.settings import ApiSettings
from geo.force import register_from_json
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Hold, Manifest
from geo.supply import Kind
from ingest.boundary import load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.build import build
from ingest.load import LoadOrder, load
from ingest.reference import load_register
from ingest.workspace import Workspace, workspace

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
OUTCOMES = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type"
WHO = "Testshire Police,Testshire Police"
NEIGHBOUR = "Elsewhere Constabulary,Elsewhere Constabulary"
RAILWAY = {
    "id": "btp", "name": "Railway Police", "slot": 45, "gss": None, "nation": "invented", "territorial": False,
    "publishes_outcomes": False, "url": None, "reported_as": ["Railway Police"],
}  # fmt: skip


def crime_id(number: int) -> str:
    return f"{number:064x}"


# Beside Testshire's own month: the month before, in which a crime id was used that March uses again (3e8), and which
# has a crime whose outcome came in March (3e9); and the railway's March.
EXTRA = {
    "2024-02/2024-02-testshire-street.csv": [
        STREET,
        f"{crime_id(0x3E8)},2024-02,{WHO},1.010000,54.005000,On or near Market Street,,,Burglary,Under investigation,",
        f"{crime_id(0x3E9)},2024-02,{WHO},1.010000,54.005000,On or near Market Street,,,Robbery,Suspect charged,",
        f",2024-02,{WHO},1.060000,54.005000,On or near Far Street,,,Anti-social behaviour,,",
    ],
    "2024-02/2024-02-elsewhere-street.csv": [
        STREET,
        f"{crime_id(0x3E8)},2024-02,{NEIGHBOUR},1.070000,54.005000,On or near Other Street,,,Drugs,,",
    ],
    "2024-03/2024-03-elsewhere-street.csv": [
        STREET,
        f"{crime_id(0x3E8)},2024-03,{NEIGHBOUR},1.070000,54.005000,On or near Other Street,,,Drugs,,",
    ],
    "2024-03/2024-03-btp-street.csv": [
        STREET,
        ",2024-03,Railway Police,Railway Police,1.010000,54.006000,On or near Testham (Station),,,Bicycle theft,,",
        ",2024-03,Railway Police,Railway Police,,,No Location,,,Robbery,,",
    ],
    "2024-02/2024-02-testshire-outcomes.csv": [
        OUTCOMES,
        f"{crime_id(0x3E9)},2024-02,{WHO},1.010000,54.005000,On or near Market Street,,,Under investigation",
    ],
}


@dataclass(frozen=True)
class Answer:
    """What a server sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Caller:
    """Calls a server's `/api`, with no header of its own but Host."""

    port: int

    def __call__(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Answer:  # fmt: skip
        query = f"?{urlencode(parameters)}" if parameters else ""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, f"/api/{path}{query}", skip_accept_encoding=True)
            given = dict(headers or {}) | ({"content-length": str(len(body))} if body is not None else {})
            for name, value in given.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            found = connection.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def post(self, path: str, **form: Any) -> Answer:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self(path, "POST", urlencode(form).encode(), headers)


def _make_live(
    work: Workspace, executor: Executor, months: int, change: Callable[[Manifest], Manifest] = lambda same: same
) -> Manifest:
    """Build all but tiles, write serving files for some months, and make the whole live as `r{months}`."""
    register = register_from_json(work.folder.file(str(work.staged().force_register.path)).read_text("utf-8"))
    manifest = change(build(work, register, lambda _: None))
    work.empty_scratch()
    jobs = needed_serving(work.folder, manifest, register, months)
    made = build_serving(jobs, executor=executor, done=lambda: None)
    serving = {name: work.adopt(f"serving/{name}", ".arrow", path, rows) for name, (path, rows) in made.items()}
    release = manifest.changed(serving=serving, release_id=f"r{months}")
    work.folder.release(f"r{months}").write_text(release.to_json(), encoding="utf-8")
    work.folder.live.write_text(json.dumps({"release": f"r{months}"}), encoding="utf-8")
    return release


@pytest.fixture(scope="session")
def _shire_loaded(tmp_path_factory: pytest.TempPathFactory, testshire: Path, executor: Executor) -> Path:
    """Everything loaded and nothing built."""
    root = tmp_path_factory.mktemp("police") / "data"
    extra = tmp_path_factory.mktemp("extra")
    for name, rows in EXTRA.items():
        (extra / name).parent.mkdir(exist_ok=True)
        (extra / name).write_text("\n".join([*rows, ""]), encoding="utf-8")
    forces = json.loads((testshire / "forces.json").read_text(encoding="utf-8"))
    forces["forces"].append(RAILWAY)
    (extra / "forces.json").write_text(json.dumps(forces), encoding="utf-8")
    with workspace(DataFolder(root)) as work:
        register = load_register(work, extra / "forces.json")
        load_force_areas(work, testshire / "force-areas", register)
        load_boundaries(work, testshire / "boundaries", Month(2024, 1), register, read_names(testshire / "names.csv"))
        load(work, LoadOrder([testshire / "crimes", extra], Month(2024, 3)), register, executor, lambda _: None)
    return root


@pytest.fixture(scope="session")
def shire(_shire_loaded: Path, executor: Executor) -> DataFolder:
    """Testshire, live, with serving files of every month."""
    folder = DataFolder(_shire_loaded)
    with workspace(folder) as work:
        _make_live(work, executor, 36, _everything_accepted)
    return folder


@pytest.fixture
def make_live() -> Callable[..., Manifest]:
    """Builds all but tiles, writes serving files for some months, and makes the whole live."""
    return _make_live


def _everything_accepted(manifest: Manifest) -> Manifest:
    """The months of a few rows look odd beside each other, which other tests are about."""
    return manifest.changed(holds=())


@pytest.fixture(scope="module")
def call(shire: DataFolder, serving: Callable[[Any], AbstractContextManager[Any]]) -> Iterator[Caller]:
    """A server of all of it."""
    with serving(create_api(ApiSettings(data_dir=shire.root, rate_per_s=0))) as client:
        yield Caller(client.port)


@pytest.fixture
def calling(shire: DataFolder, serving: Callable[[Any], AbstractContextManager[Any]]) -> Callable[..., Any]:
    """`calling(**settings)`: a server with other settings, as a context manager that gives a caller."""

    @contextmanager
    def started(folder: DataFolder = shire, **settings: Any) -> Iterator[Caller]:
        with serving(create_api(ApiSettings(data_dir=folder.root, **{"rate_per_s": 0, **settings}))) as client:
            yield Caller(client.port)

    return started


@pytest.fixture
def hold() -> Callable[[Manifest, str, Month, Kind], Manifest]:
    """Holds a force-month back."""

    def held(manifest: Manifest, force: str, month: Month, kind: Kind) -> Manifest:
        content = manifest.live[(force, month, kind)].content
        return manifest.changed(holds=(Hold(force=force, month=month, kind=kind, content=content, reason="Odd."),))

    return held
