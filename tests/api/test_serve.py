import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from web.asset import DIST
from web.settings import WebSettings
from yourarea.serve import PortTaken, environment_of, listen

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not DIST.is_dir(), reason="the scripts and styles are not built: make setup"),
]

STEM = "month-2025-12"
STARTED_WITHIN_S = 180.0  # it takes seconds, but on a busy machine every worker waits for its turn
SCALES = {"r1": 101, "r2": 211, "r3": 307}  # no figure of one release is a figure of another
RUN = """
from yourarea.serve import serve
from web.settings import WebSettings
serve(WebSettings(look_every_s=1.0), "127.0.0.1", 0, {workers})
"""


@contextmanager
def site(county, client_of, workers):
    """The site, served as it is in earnest: by worker processes, with their logs in files."""
    logs = [county.root / name for name in ("out.log", "err.log")]
    with logs[0].open("w") as out, logs[1].open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN.format(workers=workers)],
            env={**os.environ, "YOURAREA_DATA_DIR": str(county.root)},
            stdout=out,
            stderr=err,
        )
        try:
            yield process, client_of(_port(process, logs[1], workers))
        finally:
            process.terminate()
            process.wait(30)


def _port(process, log, workers):
    deadline = time.monotonic() + STARTED_WITHIN_S
    while log.read_text().count("startup complete") < workers:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    return int(re.search(r"Serving at http://127\.0\.0\.1:(\d+)/", log.read_text())[1])


@pytest.fixture
def releases(county):
    """Three releases, the first live; gives the end of each one's tile addresses."""
    ends = {name: county.release(name, scale).tiles[STEM].sha256[:16] for name, scale in SCALES.items()}
    county.activate("r1")
    return ends


def wrong_with_page(answer, ends):
    """What is not of one release in an area page: its tile addresses, or its figures."""
    html = answer.body.decode()
    shown = [name for name, end in ends.items() if end in html]
    figures = [name for name, scale in SCALES.items() if re.search(rf"\b{2 * scale}\b", html)]
    return [] if answer.status == 200 and shown == figures and len(shown) == 1 else [(answer.status, shown, figures)]


def wrong_with_tile(client, ends):
    stem = client.get(f"/tiles/{STEM}.json").json["tiles"][0].split("/")[4]
    answer = client.get(f"/tiles/{stem}/4/7/5.mvt")
    right = {f"tile of scale {SCALES[name]}".encode(): end for name, end in ends.items()}
    return [] if stem.endswith(right.get(answer.body, "nothing")) else [(stem, answer.status, answer.body)]


def activate_under_load(county, client, ends, activations, every_s):
    """Everything that went wrong for four readers meanwhile, and how much they read."""
    wrong, stop, asked = [], threading.Event(), [0]

    def read():
        while not stop.is_set():
            try:
                found = wrong_with_page(client.get("/area/ZZ1-1AA?month=2025-12"), ends) + wrong_with_tile(client, ends)
            except (OSError, ValueError) as error:
                found = [error]
            wrong.extend(found)
            asked[0] += 1

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(activations):
        county.activate(f"r{(turn + 1) % 3 + 1}")
        time.sleep(every_s)
    stop.set()
    for reader in readers:
        reader.join()
    return wrong, asked[0]


@pytest.mark.parametrize(
    ("workers", "activations", "every_s"),
    [pytest.param(2, 6, 0.6, id="short"), pytest.param(4, 50, 1.1, id="long", marks=pytest.mark.soak)],
)
def test_activations_under_load_give_no_error_and_no_mixed_answer(
    county, client_of, releases, workers, activations, every_s
):
    with site(county, client_of, workers) as (_, client):
        wrong, asked = activate_under_load(county, client, releases, activations, every_s)
        assert wrong == []
        assert asked > activations
        time.sleep(2)
        last = f"r{activations % 3 + 1}"
        assert {client.get("/readyz").json["release"] for _ in range(40)} == {last}  # of every worker


def test_no_postcode_reaches_a_log(county, client_of, releases):
    with site(county, client_of, 1) as (_, client):
        for path in ("/area/ZZ1-1AA", "/area/zz11aa", "/?postcode=ZZ1+1AA", "/area/ZZ1-1AZ", "/area/ZZ1", "/x/ZZ1-1AA"):
            client.get(path, accept="text/html", referer="http://x.example/area/ZZ1-1AA")
    logged = (county.root / "out.log").read_text() + (county.root / "err.log").read_text()
    assert logged.count('"/area/{postcode}"') == 4
    assert not re.search(r"zz1", logged, re.IGNORECASE)


def test_a_server_told_to_stop_finishes_and_goes(county, client_of, releases):
    with site(county, client_of, 2) as (process, client):
        assert client.get("/healthz").status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_workers_end_when_the_one_that_started_them_is_killed(county, client_of, releases):
    with site(county, client_of, 2) as (process, client):
        assert client.get("/healthz").status == 200
        process.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while _listening(client.port):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def _listening(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_that_is_taken_is_said_to_be():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port}: something else listens there. Choose another"):
            listen("127.0.0.1", port)


def test_settings_reach_the_workers_through_the_environment(tmp_path, monkeypatch):
    settings = WebSettings(
        data_dir=tmp_path, official=True, keep_old_s=7, public_url="https://x.example", secret_keys="k" * 32
    )
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    assert WebSettings() == settings
