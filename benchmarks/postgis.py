"""A PostGIS cluster of its own in a temporary folder, with a month's crimes in it, and FastAPI apps before it."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "build/peers"
DRIVER = "asyncpg==0.32.0"
USER = "nobody"  # a cluster may not be the superuser's
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
SETTINGS = {
    "shared_buffers": "1GB", "jit": "off", "fsync": "off", "autovacuum": "off", "listen_addresses": "''",
    "max_parallel_workers_per_gather": "0", "work_mem": "64MB",
}  # fmt: skip

TABLE = """
create extension postgis;
create table crime (id bigint, category text, persistent_id text, subtype text, lat text, lng text, street_id int,
                    street text, month text, type text, outcome text, outcome_month text,
                    place geography(Point, 4326), geom geometry(Point, 4326));
"""
FILLED = """
update crime set geom = ST_SetSRID(ST_MakePoint(lng::float, lat::float), 4326);
update crime set place = geom::geography;
create index crime_place on crime using gist (place);
create index crime_geom on crime using gist (geom);
cluster crime using crime_place;
"""
WITHIN = "ST_DWithin(place, ST_MakePoint($1, $2)::geography, 1609.344, false) and month = $3"
COLUMNS = "id, category, persistent_id, subtype, lat, lng, street_id, street, month, type, outcome, outcome_month"
ROWS = f"select {COLUMNS} from crime where {WITHIN}"
AGGREGATED = f"""
select coalesce(json_agg(json_build_object('category', category, 'persistent_id', persistent_id, 'location_subtype',
 subtype, 'id', id, 'location', json_build_object('latitude', lat, 'street', json_build_object('id', street_id, 'name',
 street), 'longitude', lng), 'context', '', 'month', month, 'location_type', type, 'outcome_status', case when outcome
 is null then null else json_build_object('category', outcome, 'date', outcome_month) end)), '[]')::text
from crime where {WITHIN}
"""
INSIDE = f"select {COLUMNS} from crime where ST_Contains(ST_GeomFromWKB($1, 4326), geom) and month = $2"

APP = """
import sys
sys.path.insert(0, {peers!r})
import asyncpg, orjson, uvicorn
from contextlib import asynccontextmanager
from fastapi import FastAPI, Response

SQL = {sql!r}

@asynccontextmanager
async def lifespan(app):
    if SQL is None:
        yield
        return
    async with asyncpg.create_pool(host={socket!r}, user={user!r}, database="postgres", min_size=4, max_size=4) as pool:
        app.state.pool = pool
        yield

app = FastAPI(lifespan=lifespan)

@app.get("/api/crimes-street/{{category}}")
async def crimes(category: str, lat: float, lng: float, date: str):
    {body}

def crime(r):
    return {{"category": r[1], "persistent_id": r[2], "location_subtype": r[3], "id": r[0],
            "location": {{"latitude": r[4], "street": {{"id": r[6], "name": r[7]}}, "longitude": r[5]}}, "context": "",
            "month": r[8], "location_type": r[9],
            "outcome_status": {{"category": r[10], "date": r[11]}} if r[10] is not None else None}}

def answer(body):
    return Response(body, media_type="application/json")

uvicorn.run(app, host="127.0.0.1", port={port}, loop="uvloop", http="httptools", ws="none", access_log=False,
            server_header=False, proxy_headers=False, log_level="warning")
"""
BODIES = {
    "nothing": (None, "return Response(b'[]', media_type='application/json')"),
    "rows": (ROWS, "return answer(orjson.dumps([crime(r) for r in await app.state.pool.fetch(SQL, lng, lat, date)]))"),
    "json_agg": (AGGREGATED, "return answer((await app.state.pool.fetchval(SQL, lng, lat, date)).encode())"),
}


def missing() -> str | None:
    """What keeps a cluster from being had here; `None` where nothing does."""
    if not BINARIES:
        return "PostgreSQL is not installed"
    if os.geteuid() != 0:
        return "it takes another user to run a cluster, and so root"
    return None


def app_source(name: str, socket: Path, port: int) -> str:
    """The Python source of a peer: `nothing`, `rows` or `json_agg`."""
    sql, body = BODIES[name]
    return APP.format(peers=str(PEERS), sql=sql, socket=str(socket), user=USER, port=port, body=body)


def fetch_driver() -> None:
    """The peer's driver, once, beside the other peers."""
    if not (PEERS / "asyncpg").exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", str(PEERS), DRIVER], check=True)
    sys.path.insert(0, str(PEERS))


@contextmanager
def cluster(folder: Path) -> Iterator[int]:
    """A running cluster in that folder, which is its socket's too; gives its process id."""
    folder.mkdir()
    shutil.chown(folder, USER)
    data = folder / "data"
    command = [str(BINARIES[-1] / "initdb"), "-D", str(data), "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C"]
    subprocess.run(command, user=USER, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = [f"-c{name}={value}".replace("''", "") for name, value in SETTINGS.items()]
    running = subprocess.Popen(
        [str(BINARIES[-1] / "postgres"), "-D", str(data), "-k", str(folder), *options],
        user=USER, cwd=folder, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(folder / ".s.PGSQL.5432", running)
        yield running.pid
    finally:
        running.terminate()
        running.wait(60)


def fill(folder: Path, answer: list[bytes]) -> None:
    """Put the crimes of some JSON objects into the cluster, in order of place, with indexes."""
    asyncio.run(_fill(folder, answer))


async def _fill(folder: Path, answer: list[bytes]) -> None:
    connection = await connected(folder)
    await connection.execute(TABLE)
    names = COLUMNS.split(", ")
    await connection.copy_records_to_table("crime", columns=names, records=[_row(orjson.loads(one)) for one in answer])
    await connection.execute(FILLED)
    await connection.execute("vacuum analyze crime")
    await connection.close()


async def connected(folder: Path) -> Any:
    """A connection to the cluster."""
    import asyncpg

    return await asyncpg.connect(host=str(folder), user=USER, database="postgres")


def _row(crime: dict[str, Any]) -> tuple[Any, ...]:
    place, outcome = crime["location"], crime["outcome_status"] or {}
    return (
        crime["id"], crime["category"], crime["persistent_id"], crime["location_subtype"], place["latitude"],
        place["longitude"], place["street"]["id"], place["street"]["name"], crime["month"], crime["location_type"],
        outcome.get("category"), outcome.get("date"),
    )  # fmt: skip


def _wait_for(socket: Path, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not socket.exists():
        if running.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("The cluster of the benchmark did not start.")
        time.sleep(0.05)
    time.sleep(1.0)  # it listens a moment before it answers
