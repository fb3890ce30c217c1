"""Tiles over HTTP on one core, against nginx serving the same gzipped tiles as files.

Counted in tiles for each second of processor time that the server took, which is what one core gives in a second and
which other work on the machine does not change.
"""

import gzip
import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest

NAME = "month-2025-12"
ZOOM = 11
SIDE = 40  # 1,600 tiles
BYTES = (500, 12_000)  # about what a month's tiles measure, gzipped
CONNECTIONS = 32
SECONDS = 4.0
ROUNDS = 3
SERVER_CORE, CLIENT_CORE = 0, 1
ASKED = 0.2

NGINX = """
worker_processes 1; daemon off; error_log {root}/error.log; pid {root}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; etag on;
  open_file_cache max=4000 inactive=600s; open_file_cache_valid 600s;
  types {{ application/vnd.mapbox-vector-tile mvt; }}
  client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
  uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
  server {{
    listen 127.0.0.1:{port}; root {root}/www; gzip_static always; gzip_vary on;
    location / {{ add_header Cache-Control "public, max-age=31536000, immutable";
                  add_header Access-Control-Allow-Origin *; }}
  }}
}}
"""
OURS = """
import uvicorn
from pathlib import Path
from api.app import create_api
from api.settings import ApiSettings
app = create_api(ApiSettings(data_dir=Path({root!r})))
uvicorn.run(app, host="127.0.0.1", port={port}, loop="uvloop", http="httptools", ws="none", access_log=False,
            server_header=False, proxy_headers=False, log_level="warning")
"""


def measure() -> list[dict[str, Any]]:
    """The row of tiles a second; none, said aloud, where nginx is not there or there is one core only."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None or len(os.sched_getaffinity(0)) < 2:
        sys.stderr.write("Tiles over HTTP: skipped, because it takes nginx and two cores.\n")
        return []
    with TemporaryDirectory() as folder:
        root = Path(folder)
        stem = _write(root)
        ports = _free_port(), _free_port()
        (root / "nginx.conf").write_text(NGINX.format(root=root, port=ports[1]))
        peers = {
            "ours": ([sys.executable, "-c", OURS.format(root=str(root), port=ports[0])], ports[0]),
            "nginx": ([nginx, "-c", str(root / "nginx.conf"), "-p", folder], ports[1]),
        }
        best = dict.fromkeys(peers, 0.0)
        with _started(peers) as processes:
            for _ in range(ROUNDS):  # by turns, so that a busy moment of the machine is nobody's alone
                for (name, (_command, port)), process in zip(peers.items(), processes, strict=True):
                    best[name] = max(best[name], _tiles_a_second(process.pid, port, stem))
    return [
        {
            "name": "tiles over HTTP, one core", "ours": round(best["ours"]), "peer": round(best["nginx"]),
            "unit": "tiles a second of one core (peer: nginx)", "ratio": round(best["ours"] / best["nginx"], 3),
            "asked": ASKED,
        }
    ]  # fmt: skip


def _write(root: Path) -> str:
    """The same tiles as an archive of a live release and as files for nginx; gives the archive's stem."""
    random, sink = Random(2026), BytesIO()
    writer: Any = Writer(sink)  # type: ignore[no-untyped-call]
    tiles = {(x, y): gzip.compress(random.randbytes(random.randint(*BYTES)), 1, mtime=0) for x, y in _places()}
    with writer.tile_f:
        for tile_id, place in sorted((zxy_to_tileid(ZOOM, *place), place) for place in tiles):
            writer.write_tile(tile_id, tiles[place])
        bounds = dict.fromkeys(("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"), 0)
        centre = {"center_zoom": ZOOM, "center_lon_e7": 0, "center_lat_e7": 0}
        writer.finalize({"tile_compression": Compression.GZIP, "tile_type": TileType.MVT, **bounds, **centre}, {})
    content = sink.getvalue()
    digest = sha256(content).hexdigest()
    folder = DataFolder(root)
    folder.releases.mkdir()
    (root / "archive.pmtiles").write_bytes(content)
    ref = FileRef(path="archive.pmtiles", sha256=digest, size=len(content), rows=len(tiles))
    folder.release("bench").write_text(Manifest(release_id="bench", tiles={NAME: ref}).to_json(), encoding="utf-8")
    folder.live.write_text('{"release": "bench"}', encoding="utf-8")
    stem = f"{NAME}-{digest[:16]}"
    for (x, y), tile in tiles.items():
        path = root / "www" / "tiles" / stem / str(ZOOM) / str(x) / f"{y}.mvt.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tile)
    root.chmod(0o755)  # nginx's worker is another user where its master is root
    return stem


def _places() -> list[tuple[int, int]]:
    return [(1000 + at // SIDE, 660 + at % SIDE) for at in range(SIDE * SIDE)]


@contextmanager
def _started(peers: dict[str, tuple[list[str], int]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command, port in peers.values():
            pinned = ["taskset", "-c", str(SERVER_CORE), *command]
            running.append(subprocess.Popen(pinned))
            _wait_for(port)
        yield running
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


def _tiles_a_second(pid: int, port: int, stem: str) -> float:
    """Readers that each ask for the next tile when they have the last, driven by one thread on the other core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CLIENT_CORE})
    asked = [_request(stem, x, y) for x, y in _places()]
    Random(1).shuffle(asked)
    try:
        _drive(port, asked, SECONDS / 4)  # warmed up
        began_s = _processor_s(pid)
        return _drive(port, asked, SECONDS) / (_processor_s(pid) - began_s)
    finally:
        os.sched_setaffinity(0, before)


def _processor_s(pid: int) -> float:
    """Processor time so far of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ticks = 0
    for one in (str(pid), *children):
        after_name = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _drive(port: int, asked: list[bytes], seconds: float) -> int:
    """How many whole answers came; each is checked for its status and read to its last byte."""
    poll, buffer = select.epoll(), bytearray(1 << 16)
    readers: dict[int, socket.socket] = {}
    to_come: dict[int, int] = {}  # bytes of the answer under way
    for at in range(CONNECTIONS):
        reader = socket.create_connection(("127.0.0.1", port))
        reader.send(asked[at])
        readers[reader.fileno()], to_come[reader.fileno()] = reader, 0
        poll.register(reader.fileno(), select.EPOLLIN)
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for number, _ in poll.poll():
            got = readers[number].recv_into(buffer)
            to_come[number] = (to_come[number] or _length(buffer, got)) - got
            if to_come[number] == 0:
                done += 1
                readers[number].send(asked[done % len(asked)])
    for reader in readers.values():
        reader.close()
    poll.close()
    return done


def _length(buffer: bytearray, got: int) -> int:
    """Bytes of the whole answer whose beginning is in the buffer."""
    end = buffer.index(b"\r\n\r\n", 0, got) + 4
    if not buffer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(bytes(buffer[:end]).decode())
    head = bytes(buffer[:end]).lower()
    at = head.index(b"content-length:") + 15
    return end + int(head[at : head.index(b"\r", at)])


def _request(stem: str, x: int, y: int) -> bytes:
    return f"GET /tiles/{stem}/{ZOOM}/{x}/{y}.mvt HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("A server of the benchmark did not start.")


if __name__ == "__main__":
    for row in measure():
        print(row)
