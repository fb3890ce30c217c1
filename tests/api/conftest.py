"""Testshire, at rest: releases of an invented country of two forces, written with the store's own classes."""

import gzip
import http.client
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
import uvicorn
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from api.app import create_api
from api.settings import ApiSettings
from geo.cell import fine_cells
from geo.month import Month
from geo.store import count, placement, postcode, snap_register
from geo.store.layout import DataFolder
from geo.store.manifest import Declaration, FileRef, Generation, Hold, Manifest, Publication
from geo.supply import Kind, SupplyState

NOVEMBER, DECEMBER, JANUARY = Month(2025, 11), Month(2025, 12), Month(2026, 1)
LOADED = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)
TILE = b"tile of scale %d"  # what every tile of a release holds, so that a mixed answer shows
FILLING = bytes(range(256)) * 4096  # a megabyte that makes an archive worth asking for in ranges

FORCES = {
    "register": "testshire", "title": {"en": "Testshire"}, "invented": True,
    "forces": [
        {"id": force, "name": name, "slot": slot, "gss": None, "nation": "invented", "territorial": slot != 2,
         "publishes_outcomes": slot != 2, "url": None, "reported_as": [name]}
        for slot, (force, name) in enumerate(
            [("testshire", "Testshire Police"), ("nextshire", "Nextshire Police"), ("railway", "Railway Police")]
        )
    ],
}  # fmt: skip

# name, lat, lng, neighbourhood (in order of Areas), force slot
SNAPS = [
    ("On or near High Street", 52.550, -1.150, 0, 0),
    ("On or near Station Road", 52.551, -1.150, 0, 0),
    ("On or near Far Lane", 52.590, -1.190, 0, 0),  # in the same neighbourhood, beyond a mile of ZZ1 1AA
    ("On or near Border Road", 52.550, -1.004, 1, 0),
    ("On or near Foreign Street", 52.550, -0.996, -1, 1),
]
# snap, force slot, category (0 is ASB, 2 burglary, 9 shoplifting), crimes
COUNTS = {
    NOVEMBER: [(0, 0, 0, 4), (0, 0, 9, 1), (1, 0, 2, 2), (1, 2, 9, 3), (2, 0, 2, 5), (3, 0, 0, 6), (4, 1, 0, 7)],
    DECEMBER: [(0, 0, 0, 2), (3, 0, 0, 1)],
    JANUARY: [(4, 1, 0, 9)],
}
# packed, lat, lng, terminated, imprecise
POSTCODES = [
    ("ZZ1 1AA", 52.550, -1.150, 0, 0),  # its mile lies within Testshire's first neighbourhood
    ("ZZ1 1AB", 52.550, -1.005, 0, 0),  # its mile reaches into Nextshire
    ("ZZ1 1AD", 52.550, -0.900, 199606, 1),  # in Nextshire, which has no neighbourhoods
    ("ZZ9 9ZZ", 50.000, -5.000, 0, 0),  # nowhere
]


@dataclass(frozen=True)
class County:
    """A data folder, and the making of releases in it."""

    root: Path
    folder: DataFolder = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", DataFolder(self.root))
        self.folder.releases.mkdir(parents=True, exist_ok=True)
        self.folder.store.mkdir(exist_ok=True)

    def put(self, content: bytes, suffix: str, rows: int = 0) -> FileRef:
        """A file of the store."""
        digest = sha256(content).hexdigest()
        path = f"store/{digest[:32]}{suffix}"
        self.folder.file(path).write_bytes(content)
        return FileRef(path=path, sha256=digest, size=len(content), rows=rows)

    def release(self, release_id: str, scale: int = 1, **changes: Any) -> Manifest:
        """A release in which everything was recorded `scale` times."""
        manifest = self.manifest(release_id, scale).model_copy(update=changes)
        self.folder.release(release_id).write_text(manifest.to_json(), encoding="utf-8")
        return manifest

    def activate(self, release_id: str) -> None:
        """Make a release live, as `activate` does: one file, replaced."""
        fresh = self.root / "live.fresh"
        fresh.write_text(json.dumps({"release": release_id, "activated_at": LOADED.isoformat()}), encoding="utf-8")
        fresh.replace(self.folder.live)

    def manifest(self, release_id: str, scale: int) -> Manifest:
        return Manifest(
            release_id=release_id,
            force_register=self.put(json.dumps(FORCES).encode(), ".json"),
            publications=tuple(
                self._publication(force, month, scale)
                for force, month in [
                    ("testshire", NOVEMBER), ("nextshire", NOVEMBER), ("railway", NOVEMBER),
                    ("testshire", DECEMBER), ("nextshire", DECEMBER), ("nextshire", JANUARY),
                ]
            ),
            declarations=(
                Declaration(force="testshire", month=JANUARY, kind=Kind.STREET, state=SupplyState.NOT_SUPPLIED,
                            note="A change of system.", published=JANUARY),
            ),
            holds=(
                Hold(force="nextshire", month=DECEMBER, kind=Kind.STREET, content="nextshire-2025-12",
                     reason="Only burglary is in this file."),
            ),
            generations=(
                Generation(force="testshire", first_month=Month(2025, 1), file=self.put(_neighbourhoods(), ".parquet"),
                           report=self.put(b"{}", ".json")),
            ),
            force_areas=self.put(_force_areas(), ".parquet"),
            postcodes=self.put(_postcodes(), ".arrow"),
            snap_register=self.put(_snaps(), ".arrow"),
            placement=self.put(_placement(), ".arrow"),
            counts={str(month): self.put(_counts(rows, scale), ".arrow") for month, rows in COUNTS.items()},
            tiles={"month-2025-12": self.put(archive(scale), ".pmtiles")},
        )  # fmt: skip

    def _publication(self, force: str, month: Month, scale: int) -> Publication:
        return Publication(
            force=force, month=month, kind=Kind.STREET, published=Month(2026, 1), loaded_at=LOADED,
            source="2026-01.zip", rows=100 * scale, records=100 * scale, unplaced=3 * scale, rejects={}, categories={},
            content=f"{force}-{month}", file=self.put(b"records", ".parquet"), member=self.put(b"member", ".gz"),
            reject_file=None,
        )  # fmt: skip


def _parquet(rows: list[tuple[str, str, str, Any]]) -> bytes:
    forces, ids, names, polygons = zip(*rows, strict=True)
    frame = gpd.GeoDataFrame({"force": forces, "id": ids, "name": names}, geometry=list(polygons), crs="EPSG:4326")
    sink = io.BytesIO()
    frame.to_parquet(sink)
    return sink.getvalue()


def _neighbourhoods() -> bytes:
    return _parquet([
        ("testshire", "N1", "West", shapely.box(-1.2, 52.5, -1.1, 52.6)),
        ("testshire", "N2", "East", shapely.box(-1.1, 52.5, -1.0, 52.6)),
        ("testshire", "N3", "North", shapely.box(-1.2, 52.6, -1.0, 52.7)),
    ])  # fmt: skip


def _force_areas() -> bytes:
    return _parquet([
        ("testshire", "testshire", "Testshire Police", shapely.box(-1.2, 52.5, -1.0, 52.7)),
        ("nextshire", "nextshire", "Nextshire Police", shapely.box(-1.0, 52.5, -0.8, 52.7)),
    ])  # fmt: skip


def _table(schema: pa.Schema, columns: list[Any]) -> bytes:
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema) as writer:
        writer.write_table(pa.table(arrays, schema=schema))
    return bytes(sink.getvalue())


def _snaps() -> bytes:
    name, lat, lng, _, _ = zip(*SNAPS, strict=True)
    cells = fine_cells(np.array(lat), np.array(lng))
    e6 = [[round(degrees * 1e6) for degrees in column] for column in (lat, lng)]
    return _table(snap_register.SCHEMA, [*e6, name, cells, [2022] * len(SNAPS)])


def _placement() -> bytes:
    _, _, _, neighbourhood, force = zip(*SNAPS, strict=True)
    return _table(placement.SCHEMA, [neighbourhood, force, [int(at >= 0) for at in neighbourhood]])


def _counts(rows: list[tuple[int, int, int, int]], scale: int) -> bytes:
    snap, force, category, n = zip(*rows, strict=True)
    return _table(count.SCHEMA, [snap, force, category, [crimes * scale for crimes in n]])


def _postcodes() -> bytes:
    packed, lat, lng, terminated, imprecise = zip(*POSTCODES, strict=True)
    e6 = [[round(degrees * 1e6) for degrees in column] for column in (lat, lng)]
    return _table(postcode.SCHEMA, [[text.encode() for text in packed], *e6, terminated, imprecise])


def archive(scale: int) -> bytes:
    """A tile archive with one tile at zooms 4 and 5 that says its scale, and one that is big."""
    file = io.BytesIO()
    writer = Writer(file)
    with writer.tile_f:
        writer.write_tile(zxy_to_tileid(4, 7, 5), gzip.compress(TILE % scale, mtime=0))
        writer.write_tile(zxy_to_tileid(5, 15, 10), gzip.compress(TILE % scale + b" below", mtime=0))
        writer.write_tile(zxy_to_tileid(5, 15, 11), gzip.compress(FILLING, 0, mtime=0))
        header = {
            "tile_compression": Compression.GZIP, "tile_type": TileType.MVT,
            "min_lon_e7": -12_000_000, "min_lat_e7": 525_000_000, "max_lon_e7": -8_000_000, "max_lat_e7": 527_000_000,
            "center_zoom": 5, "center_lon_e7": -10_000_000, "center_lat_e7": 526_000_000,
        }  # fmt: skip
        layers = [{"id": "points", "minzoom": 4, "maxzoom": 5, "fields": {"c0": "Number"}}]
        writer.finalize(header, {"name": "month-2025-12", "attribution": "OGL", "vector_layers": layers})
    return file.getvalue()


@pytest.fixture
def county(tmp_path: Path) -> County:
    """An empty data folder."""
    return County(tmp_path / "data")


@dataclass(frozen=True)
class Answer:
    """What a server sent, byte for byte."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Asks a server on loopback, with no header of its own but Host."""

    port: int

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            found = connection.getresponse()
            body = found.read()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, body)
        finally:
            connection.close()


@contextmanager
def serve_app(app: Any) -> Iterator[Client]:
    """A real server of that app on a free port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, http="httptools", loop="uvloop"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield Client(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def serving() -> Any:
    """`serving(app)`: a real server of an app, as a context manager that gives a client."""
    return serve_app


@pytest.fixture
def settings(county: County) -> ApiSettings:
    """Settings that look at the pointer more often than the second of real ones."""
    return ApiSettings(data_dir=county.root, look_every_s=0.05)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server of one release, r1, that stays as it is."""
    county = County(tmp_path_factory.mktemp("steady") / "data")
    county.release("r1", scale=1)
    county.activate("r1")
    with serve_app(create_api(ApiSettings(data_dir=county.root))) as found:
        yield found


@pytest.fixture
def client_of() -> type[Client]:
    """`client_of(port)`: a client of a server on that port."""
    return Client
