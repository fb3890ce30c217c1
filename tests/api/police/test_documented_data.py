"""The documented examples that follow from data, not from what teams publish, come back key for key too."""

import json
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.settings import ApiSettings
from geo.force import uk_forces
from geo.month import Month
from geo.store.layout import DataFolder
from ingest.boundary import load_boundaries
from ingest.build import build
from ingest.load import LoadOrder, load
from ingest.workspace import workspace

pytestmark = pytest.mark.real

STOP = "Person search,{month}-02T10:00:00+00:00,,,52.6,-1.1,Male,18-24,,,,Controlled drugs,Arrest,,"


@pytest.fixture(scope="module")
def examples(shared: Path) -> dict[str, Any]:
    found = json.loads((shared / "api" / "documented-examples.json").read_text(encoding="utf-8"))
    return {one["path"]: one["response"] for one in found}


def write_months(folder: Path, dates: list[dict[str, Any]], headers: dict[str, str]) -> Path:
    """A street file of one force for each month, and a stops file of each force that is named with it."""
    for one in dates:
        month = one["date"]
        street = f",{month},Bedfordshire Police,Bedfordshire Police,-0.4,52.1,On or near A Street,,,Drugs,,"
        rows = {("bedfordshire", "street"): street}
        rows |= {(force, "stop-and-search"): STOP.format(month=month) for force in one["stop-and-search"]}
        for (force, kind), row in rows.items():
            path = folder / month / f"{month}-{force}-{kind}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{headers[kind]}\n{row}\n", encoding="utf-8")
    return folder


def write_areas(path: Path, rings: dict[tuple[str, str], list[list[float]]]) -> Path:
    """Neighbourhoods as GeoJSON, longitude first."""
    features = [
        {"type": "Feature", "properties": {"force": force, "id": id_, "name": id_},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for (force, id_), ring in rings.items()
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_dates_a_boundary_and_a_place_come_back(
    examples: dict[str, Any], testshire: Path, tmp_path: Path, executor: Executor
) -> None:
    dates, boundary = examples["/api/crimes-street-dates"], examples["/api/leicestershire/NC04/boundary"]
    where = examples["/api/locate-neighbourhood"]
    published = testshire / "crimes" / "2024-03"
    files = {kind: published / f"2024-03-testshire-{kind}.csv" for kind in ("street", "stop-and-search")}
    headers = {kind: file.read_bytes().splitlines()[0].decode("utf-8-sig") for kind, file in files.items()}
    ring = [[float(corner["longitude"]), float(corner["latitude"])] for corner in boundary]
    square = [[-0.1, 51.5], [-0.1, 51.51], [-0.09, 51.51], [-0.09, 51.5], [-0.1, 51.5]]
    areas = {("leicestershire", "NC04"): [*ring, ring[0]], (where["force"], where["neighbourhood"]): square}
    folder = DataFolder(tmp_path / "data")
    with workspace(folder) as work:
        load_boundaries(work, write_areas(tmp_path / "areas.geojson", areas), Month(2015, 1), uk_forces(), {})
        order = LoadOrder([write_months(tmp_path / "crimes", dates, headers)])
        load(work, order, uk_forces(), executor, lambda _: None)
        manifest = build(work, uk_forces(), lambda _: None).changed(holds=(), release_id="r1")
        folder.releases.mkdir(exist_ok=True)
        folder.release("r1").write_text(manifest.to_json(), encoding="utf-8")
        folder.live.write_text(json.dumps({"release": "r1"}))
    with TestClient(create_api(ApiSettings(data_dir=folder.root, rate_per_s=0))) as client:
        assert client.get("/api/crimes-street-dates").json() == dates
        assert client.get("/api/leicestershire/NC04/boundary").json() == [*boundary, boundary[0]]
        assert client.get("/api/locate-neighbourhood", params={"q": "51.505,-0.095"}).json() == where
