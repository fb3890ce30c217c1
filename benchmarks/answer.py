"""Crimes within a mile and in a polygon: ours against FastAPI before PostGIS, and against FastAPI doing nothing.

On the real month of December 2025. Over HTTP, counted in answers for each second of processor time that server and
database took, which is what one core gives in a second. Against PostGIS nobody packs; beside FastAPI that does nothing,
ours are gzipped, where positions are mixed: packing a city centre's megabyte takes longer than FastAPI's nothing, by
any library. Positions are weighted by crimes, which are where people are, residents or not. The city centre is the mile
with the most crimes.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely

from api.serving.build import build_serving, needed_serving
from api.serving.where import Area, Circle
from benchmarks import postgis
from benchmarks.tile_http import CLIENT_CORE, SERVER_CORE, _drive, _free_port, _processor_s, _wait_for
from geo.force import uk_forces
from geo.latlng import MILE_M, LatLng
from geo.store.layout import DataFolder
from geo.store.serving import ServedRecords
from ingest.boundary import load_force_areas
from ingest.build import build
from ingest.load import LoadOrder, load
from ingest.workspace import workspace

SHARED = postgis.ROOT.parent / "shared/data"
Row = dict[str, Any]
Servers = dict[str, tuple[list[int], int]]

CRIMES = SHARED / "crimes/2025-12-all-forces.zip"
FORCE_AREAS = SHARED / "boundaries/police-force-areas-geojson.zip"
MONTH = "2025-12"
POSITIONS = 600
SECONDS = 4.0
ROUNDS = 3
VERTICES = 10_000
ASKED = {"rows": 25.0, "json_agg": 5.0, "nothing": 0.3}
ASKED_POLYGON, MOST_MEMORY_MB = 12.0, 300
PEER_NAMES = {
    "rows": "FastAPI, asyncpg and PostGIS, rows through Python", "json_agg": "PostGIS json_agg, bytes passed on",
    "nothing": "FastAPI doing nothing",
}  # fmt: skip

OURS = """
import uvicorn
from pathlib import Path
from api.app import create_api
from api.settings import ApiSettings
app = create_api(ApiSettings(data_dir=Path({root!r}), rate_per_s=0, access_log=False))
uvicorn.run(app, host="127.0.0.1", port={port}, loop="uvloop", http="httptools", ws="none", access_log=False,
            server_header=False, proxy_headers=False, log_level="warning")
"""


def measure() -> list[Row]:
    """The rows of answers; none, said aloud, where data, PostgreSQL or a second core are not to be had."""
    wanting = postgis.missing() if CRIMES.exists() else f"{CRIMES} is not there"
    if wanting is not None or len(os.sched_getaffinity(0)) < 2:
        sys.stderr.write(f"Answers: skipped, because {wanting or 'it takes two cores'}.\n")
        return []
    postgis.fetch_driver()
    with TemporaryDirectory() as scratch, ExitStack() as stack:
        root = Path(scratch)
        root.chmod(0o755)  # the cluster's user passes through
        records = _prepared(root / "data")
        database = root / "postgres"
        postmaster = stack.enter_context(postgis.cluster(database))
        postgis.fill(database, [text for text in records.each() if b'"location":null' not in text])
        centre = busiest_mile(records)
        servers = {name: stack.enter_context(_server(name, root, database, postmaster)) for name in ("ours", *ASKED)}
        at_centre = {peer: ratio for peer, ratio in ASKED.items() if peer != "nothing"}
        found = [
            *_over_http("population-weighted", _by_crimes(records), servers, ASKED),
            *_over_http("city centre", [centre] * 64, servers, at_centre),
        ]
        return [*found, _polygon(records, database, centre), _memory(servers["ours"][0][0])]


def _prepared(root: Path) -> ServedRecords:
    """December 2025, live in that folder without its tiles; gives its crimes."""
    folder = DataFolder(root)
    with workspace(folder) as work, ThreadPoolExecutor(2) as executor:
        load_force_areas(work, FORCE_AREAS, uk_forces())
        load(work, LoadOrder([CRIMES]), uk_forces(), executor, lambda _: None)
        manifest = build(work, uk_forces(), lambda _: None).changed(holds=())
        folder.scratch.mkdir(exist_ok=True)
        made = build_serving(needed_serving(folder, manifest, uk_forces(), 1), executor=executor, done=lambda: None)
        serving = {name: work.adopt(f"serving/{name}", ".arrow", path, rows) for name, (path, rows) in made.items()}
    release = manifest.changed(serving=serving, release_id="bench")
    folder.release("bench").write_text(release.to_json(), encoding="utf-8")
    folder.live.write_text('{"release": "bench"}', encoding="utf-8")
    return ServedRecords.open(folder.file(serving[f"street-{MONTH}"].path))


def busiest_mile(records: ServedRecords) -> LatLng:
    """Of the miles round the snap points with most crimes, the centre of the one with most."""
    found: dict[tuple[str, str], int] = {}
    for text in records.each():
        place = postgis.orjson.loads(text)["location"]
        if place is not None:
            key = place["latitude"], place["longitude"]
            found[key] = found.get(key, 0) + 1
    top = sorted(found, key=lambda key: -found[key])[:400]
    centres = [LatLng(float(lat), float(lng)) for lat, lng in top]
    return max(centres, key=lambda centre: len(Circle(centre, MILE_M).runs(records)))


def _by_crimes(records: ServedRecords) -> list[LatLng]:
    """Positions of crimes taken at random."""
    places = [postgis.orjson.loads(text)["location"] for text in records.each()]
    chosen = Random(2026).sample([place for place in places if place is not None], POSITIONS)
    return [LatLng(float(place["latitude"]), float(place["longitude"])) for place in chosen]


@contextmanager
def _server(name: str, root: Path, database: Path, postmaster: int) -> Iterator[tuple[list[int], int]]:
    """A server on the servers' core: the processes whose time counts, and its port."""
    port = _free_port()
    source = (
        OURS.format(root=str(root / "data"), port=port) if name == "ours" else postgis.app_source(name, database, port)
    )
    running = subprocess.Popen(["taskset", "-c", str(SERVER_CORE), sys.executable, "-c", source], cwd=postgis.ROOT)
    try:
        _wait_for(port)
        yield [running.pid, *([postmaster] if name in ("rows", "json_agg") else [])], port
    finally:
        running.terminate()
        running.wait(20)


def _over_http(mix: str, positions: list[LatLng], servers: Servers, asked: dict[str, float]) -> Iterator[Row]:
    """A row for each peer that something is asked against."""
    for packed in (False, True):
        peers = [peer for peer in asked if (peer == "nothing") is packed]
        if not peers:
            continue
        requests = [_request(position, packed) for position in positions]
        best = dict.fromkeys(["ours", *peers], 0.0)
        for _ in range(ROUNDS):  # by turns, so that a busy moment of the machine is nobody's alone
            for name in best:
                best[name] = max(best[name], _answers_a_second(*servers[name], requests))
        for peer in peers:
            unit = f"answers a second of one core{', gzip' if packed else ''} (peer: {PEER_NAMES[peer]})"
            ratio = best["ours"] / best[peer]
            yield _row(f"crimes within a mile, {mix}", best["ours"], best[peer], unit, ratio, asked[peer])


def _request(position: LatLng, packed: bool) -> bytes:
    line = f"GET /api/crimes-street/all-crime?lat={position.lat}&lng={position.lng}&date={MONTH} HTTP/1.1"
    return "\r\n".join([line, "Host: a", *(["Accept-Encoding: gzip"] if packed else []), "", ""]).encode()


def _answers_a_second(pids: list[int], port: int, asked: list[bytes]) -> float:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CLIENT_CORE})
    try:
        _drive(port, asked, SECONDS / 4)  # warmed up
        began_s = sum(map(_processor_s, pids))
        return _drive(port, asked, SECONDS) / (sum(map(_processor_s, pids)) - began_s)
    finally:
        os.sched_setaffinity(0, before)


def _polygon(records: ServedRecords, database: Path, centre: LatLng) -> Row:
    """Milliseconds from a polygon of many vertices, crinkled as coasts are, to the crimes in it."""
    angle = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    reach = 0.02 * (1 + 0.1 * np.sin(40 * angle))
    ring = np.column_stack([centre.lng + 1.6 * reach * np.cos(angle), centre.lat + reach * np.sin(angle)])
    wkb = shapely.to_wkb(shapely.Polygon(ring))
    ours_ms, peer_ms = asyncio.run(_both_find(lambda: len(Area(shapely.Polygon(ring)).runs(records)), database, wkb))
    unit = "ms to find (peer: PostGIS ST_Contains, prepared, with an index)"
    return _row(f"polygon of {VERTICES:,} vertices", ours_ms, peer_ms, unit, peer_ms / ours_ms, ASKED_POLYGON)


async def _both_find(ours: Callable[[], int], database: Path, wkb: bytes) -> tuple[float, float]:
    """Median milliseconds of ours and of PostGIS, by turns."""
    connection = await postgis.connected(database)
    prepared = await connection.prepare(postgis.INSIDE)
    times: list[tuple[float, float]] = []
    for _ in range(15):
        began = time.perf_counter()
        mine = ours()
        between = time.perf_counter()
        theirs = len(await prepared.fetch(wkb, MONTH))
        times.append(((between - began) * 1000, (time.perf_counter() - between) * 1000))
        assert mine == theirs, "both find the same crimes"
    await connection.close()
    ours_ms, peer_ms = (statistics.median(one) for one in zip(*times, strict=True))
    return ours_ms, peer_ms


def _memory(pid: int) -> Row:
    """What the worker holds for itself after all that; mapped files are the system's."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    anonymous_mb = int(status.split("RssAnon:")[1].split()[0]) / 1000
    return _row("anonymous memory of a worker", anonymous_mb, MOST_MEMORY_MB, "MB (peer: what is allowed)",
                MOST_MEMORY_MB / anonymous_mb, 1.0)  # fmt: skip


def _row(name: str, ours: float, peer: float, unit: str, ratio: float, asked: float) -> Row:
    return {"name": name, "ours": round(ours, 2), "peer": round(peer, 2), "unit": unit, "ratio": round(ratio, 3),
            "asked": asked}  # fmt: skip


if __name__ == "__main__":
    for one in measure():
        print(one)
