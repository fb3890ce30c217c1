"""The area page on one core, of the invented county: made anew against its template alone, and kept against nginx.

Made anew: processor time of `Pages.area` from the request to the finished answer, packed as it is sent, against the
same context rendered by the same template and packed likewise; a page of one postcode after another, by turns. Kept:
answers for each second of processor time over HTTP, gzipped, against nginx serving the same bytes with the same headers
as files. The access log is off on both sides.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request as Asked
from urllib.request import urlopen

from fastapi import FastAPI, Request

from api.publish.database import open_updates
from api.queries.area import area_near
from benchmarks.peer import Row
from benchmarks.tile_http import CLIENT_CORE, ROUNDS, SECONDS, _drive, _free_port, _processor_s, _started
from geo.postcode import Postcode
from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from web.answer import page_answer
from web.asset import Assets
from web.page import Pages
from web.settings import WebSettings
from web.stage import Stage
from yourarea.demo import prepare_demo

PAGES = 40
ASKED_MADE, ASKED_KEPT = 0.5, 0.1

OURS = """
import uvicorn
from pathlib import Path
from web.settings import WebSettings
from web.site import create_site
app = create_site(WebSettings(data_dir=Path({root!r}), access_log=False))
uvicorn.run(app, host="127.0.0.1", port={port}, loop="uvloop", http="httptools", ws="none", access_log=False,
            server_header=False, proxy_headers=False, log_level="warning")
"""
NGINX = """
worker_processes 1; daemon off; error_log {root}/error.log; pid {root}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; etag on; default_type text/html;
  open_file_cache max=4000 inactive=600s; open_file_cache_valid 600s;
  client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
  uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
  server {{ listen 127.0.0.1:{port}; root {root}/www; gzip_static always; location / {{ {headers} }} }}
}}
"""
_NGINX_SETS = ("content-length", "content-type", "content-encoding", "etag", "date")


class _Remembering(Stage):
    """A stage that remembers what it was last given."""

    def page(self, request: Request, template: str, context: Mapping[str, Any]) -> str:
        """As any stage renders it."""
        vars(self)["last"] = (request, template, context)
        return super().page(request, template, context)


def measure() -> list[Row]:
    """The row of pages made anew, and where nginx and two cores are there that of pages kept."""
    with TemporaryDirectory() as scratch:
        root = Path(scratch)
        root.chmod(0o755)  # nginx's worker is another user where its master is root
        folder = DataFolder(root / "data")
        prepare_demo(folder, 1)
        rows = [_made(folder)]
        nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if nginx is None or len(os.sched_getaffinity(0)) < 2:
            sys.stderr.write("Kept pages: skipped, because it takes nginx and two cores.\n")
            return rows
        return [*rows, _kept(root, folder, nginx)]


def _made(folder: DataFolder) -> Row:
    """Milliseconds of a page made anew and of its template alone: medians, each page and its template by turns."""
    release, app = Release.open(folder, live_release_id(folder)), FastAPI()
    app.state.updates = open_updates(WebSettings(data_dir=folder.root))
    stage = _Remembering(Assets.read())
    pages = Pages(lambda: release, area_near, stage)
    times: list[tuple[float, float]] = []
    for turn in range(ROUNDS + 1):
        for slug in _slugs(folder):
            request = _request(app, slug)
            whole_ms = _processor_ms(partial(pages.area, request, slug))
            alone_ms = _processor_ms(partial(_render_alone, stage))
            if turn:  # the first warms up
                times.append((whole_ms, alone_ms))
    app.state.updates.close()
    whole, alone = (median(one) for one in zip(*times, strict=True))
    unit = "ms of one core (peer: its template rendered alone)"
    return _row("area page, not cached", whole, alone, unit, alone / whole, ASKED_MADE)


def _render_alone(stage: Stage) -> None:
    request, template, context = vars(stage)["last"]
    page_answer(request, Stage.page(stage, request, template, context), 'W/"0"')


def _slugs(folder: DataFolder) -> list[str]:
    """Postcodes from all over the county."""
    listed = (folder.root / "source/postcodes/ONSPD_DEMO.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [Postcode.parse(line.split(",")[0].strip('"')).slug for line in listed[:: max(1, len(listed) // PAGES)]]


def _request(app: FastAPI, slug: str) -> Request:
    return Request(
        {"type": "http", "method": "GET", "path": f"/area/{slug}", "query_string": b"", "root_path": "", "app": app,
         "scheme": "http", "server": ("a", 80), "headers": [(b"accept-encoding", b"gzip")]}
    )  # fmt: skip


def _processor_ms(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def _kept(root: Path, folder: DataFolder, nginx: str) -> Row:
    """Answers of each for a second of one core, by turns."""
    ports = _free_port(), _free_port()
    source = OURS.format(root=str(folder.root), port=ports[0])
    slugs = _slugs(folder)
    best = {"ours": 0.0, "nginx": 0.0}
    conf = root / "nginx.conf"
    with ExitStack() as stack:
        started = stack.enter_context(_started({"ours": ([sys.executable, "-c", source], ports[0])}))
        conf.write_text(NGINX.format(root=root, port=ports[1], headers=_copied(root, ports[0], slugs)))
        peer = {"nginx": ([nginx, "-c", str(conf), "-p", str(root)], ports[1])}
        processes = dict(zip(best, [*started, *stack.enter_context(_started(peer))], strict=True))
        for _ in range(ROUNDS):
            for name, port in zip(best, ports, strict=True):
                best[name] = max(best[name], _answers_a_second(processes[name].pid, port, slugs))
    unit = "answers a second of one core, gzip (peer: nginx, same bytes)"
    return _row("area page, cached", best["ours"], best["nginx"], unit, best["ours"] / best["nginx"], ASKED_KEPT)


def _copied(root: Path, port: int, slugs: list[str]) -> str:
    """Write the gzipped pages as files for nginx; gives its lines for the headers that it does not set by itself."""
    (root / "www/area").mkdir(parents=True)
    headers = {}
    for slug in slugs:
        asked = Asked(f"http://127.0.0.1:{port}/area/{slug}", headers={"Accept-Encoding": "gzip"})
        with urlopen(asked) as answer:
            (root / f"www/area/{slug}.gz").write_bytes(answer.read())
            headers = dict(answer.headers.items())
    kept = {name: value for name, value in headers.items() if name.lower() not in _NGINX_SETS}
    return " ".join(f'add_header {name} "{value}";' for name, value in kept.items())


def _answers_a_second(pid: int, port: int, slugs: list[str]) -> float:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CLIENT_CORE})
    asked = [f"GET /area/{slug} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".encode() for slug in slugs]
    try:
        _drive(port, asked, SECONDS / 4)  # warmed up
        began_s = _processor_s(pid)
        return _drive(port, asked, SECONDS) / (_processor_s(pid) - began_s)
    finally:
        os.sched_setaffinity(0, before)


def _row(name: str, ours: float, peer: float, unit: str, ratio: float, asked: float) -> Row:
    return {"name": name, "ours": round(ours, 2), "peer": round(peer, 2), "unit": unit, "ratio": round(ratio, 3),
            "asked": asked}  # fmt: skip


if __name__ == "__main__":
    for one in measure():
        print(one)
