"""A server killed while staff publish: every change that was acknowledged is there, and none is half-made."""

import http.client
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from api.publish import account, session
from api.publish.database import Updates, open_updates
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.staff_table import AUDIT, SESSION
from api.publish.table import PRIORITY, PRIORITY_ACTION
from api.settings import ApiSettings
from web.staff.route import COOKIE

pytestmark = pytest.mark.alone

A1 = Where("testshire", "A1")
AT_ONCE = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def updates(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Updates]:
    monkeypatch.setenv("YOURAREA_DATA_DIR", str(tmp_path))
    if request.param == "postgresql":
        monkeypatch.setenv("YOURAREA_UPDATES_URL", request.getfixturevalue("postgresql_url"))
    found = open_updates(ApiSettings())
    found.migrate()
    yield found
    found.close()


@dataclass
class Desk:
    """Somebody who publishes again and again, whatever becomes of the server."""

    port: int
    token: str
    csrf: str
    acknowledged: set[str] = field(default_factory=set)

    def publish(self, number: str) -> bool:
        """Send one; whether it was acknowledged."""
        headers = {
            "Cookie": f"{COOKIE}={self.token}", "Origin": "null", "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            form = urlencode({"csrf": self.csrf, "number": number})
            connection.request("POST", "/staff/publish/testshire/A1", form, headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
            return False
        finally:
            connection.close()
        assert (answer.status, body) == (201, number)
        self.acknowledged.add(number)
        return True


def desk(updates: Updates, port: int) -> Desk:
    with updates.writing() as connection:
        number = account.add_local(connection, COMMAND, "Sgt Una Curlew", "curlew", "correct horse battery")
        account.give(connection, COMMAND, number, Access(Role.NEIGHBOURHOOD_EDITOR, A1))
        token = session.begin(connection, number, "A telephone", datetime.now(UTC))
        return Desk(port, token, connection.scalar(select(SESSION.c.csrf)) or "")


def start(port: int) -> "subprocess.Popen[bytes]":
    server = subprocess.Popen([sys.executable, Path(__file__).with_name("publishing_server.py"), str(port)])
    for _ in range(1_200):
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return server
        assert server.poll() is None
        time.sleep(0.05)
    pytest.fail("the server did not start")


def publish_through_kills(updates: Updates, requests: int, kills: int) -> Desk:
    """So many acknowledged requests, with the server killed so often among them, each time while some are under way."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found, numbers, chance = desk(updates, port), count(), random.Random(7)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for one in range(kills + 1):
            server = start(port)
            try:
                while len(found.acknowledged) < requests * (one + 1) // (kills + 1):
                    list(pool.map(found.publish, [str(next(numbers)) for _ in range(AT_ONCE)]))
                under_way = [pool.submit(found.publish, str(next(numbers))) for _ in range(10 * AT_ONCE)]
                time.sleep(chance.uniform(0.001, 0.08))
            finally:
                server.send_signal(signal.SIGKILL)
                server.wait()
            answered = [each.result() for each in under_way]
            assert not all(answered), "nothing was under way when the server was killed"
    return found


def require_whole(updates: Updates, acknowledged: set[str]) -> None:
    with updates.reading() as connection:
        held = set(connection.scalars(select(PRIORITY.c.external_id)))
        done = set(connection.scalars(select(PRIORITY.c.external_id).join_from(PRIORITY, PRIORITY_ACTION)))
        audited = connection.scalar(select(func.count()).select_from(AUDIT).where(AUDIT.c.deed == "publish"))
    assert {f"p{number}" for number in acknowledged} <= held
    assert held == done
    assert audited == 2 * len(held)


def test_what_was_acknowledged_outlasts_three_kills_and_nothing_is_half_made(updates: Updates) -> None:
    found = publish_through_kills(updates, requests=100, kills=2)
    assert len(found.acknowledged) >= 100
    require_whole(updates, found.acknowledged)


@pytest.mark.soak
def test_a_thousand_requests_outlast_twenty_kills(updates: Updates) -> None:
    found = publish_through_kills(updates, requests=1_000, kills=19)
    assert len(found.acknowledged) >= 1_000
    require_whole(updates, found.acknowledged)
