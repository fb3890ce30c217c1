"""Fixtures that every room's tests share: the real files where they are, Testshire, a PostgreSQL server, a browser."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as MAIL
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, sync_playwright

from geo.force import ForceRegister, register_from_json
from geo.month import Month
from geo.store.layout import DataFolder
from ingest.boundary import load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.load import LoadOrder, load
from ingest.reference import load_postcodes, load_register
from ingest.workspace import workspace

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: from the first of them on an event loop runs in this thread, and no other can."""
    items.sort(key=lambda item: "browser" in item.keywords)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real published files; tests that need them skip where they are not."""
    if not SHARED.is_dir():
        pytest.skip(f"the real published files are not in {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def testshire() -> Path:
    """The published files of Testshire: three square neighbourhoods, one month, each row the witness of one rule."""
    return Path(__file__).parent / "testshire"


@pytest.fixture(scope="session")
def test_register(testshire: Path) -> ForceRegister:
    """The invented register: Testshire and its neighbour Elsewhere."""
    return register_from_json((testshire / "forces.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def executor() -> Iterator[Executor]:
    """Where loading runs in tests that are about something else."""
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="session")
def _testshire_loaded(tmp_path_factory: pytest.TempPathFactory, testshire: Path, executor: Executor) -> Path:
    """A data folder with everything of Testshire loaded and nothing built."""
    root = tmp_path_factory.mktemp("testshire")
    with workspace(DataFolder(root)) as work:
        register = load_register(work, testshire / "forces.json")
        load_force_areas(work, testshire / "force-areas", register)
        names = read_names(testshire / "names.csv")
        load_boundaries(work, testshire / "boundaries", Month(2024, 1), register, names)
        load_postcodes(work, [testshire / "postcodes.csv"])
        load(work, LoadOrder([testshire / "crimes"]), register, executor, lambda _: None)
    return root


@pytest.fixture
def loaded(_testshire_loaded: Path, tmp_path: Path) -> DataFolder:
    """A copy of Testshire, loaded, to do with as a test likes."""
    shutil.copytree(_testshire_loaded, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def street_csv(tmp_path: Path) -> Callable[..., Path]:
    """Writes a street file of invented rows and returns the folder that holds it."""

    def write(force: str, month: str, rows: list[str], folder: str = "crimes", header: str | None = None) -> Path:
        path = tmp_path / folder / month / f"{month}-{force}-street.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([header or STREET_HEADER, *rows, ""]), encoding="utf-8")
        return tmp_path / folder

    return write


@dataclass
class Mailbox:
    """A mail server on loopback, and what it took.

    Attributes:
        port: where it listens.
        mails: in the order in which they came.
        answers: what it says of an address instead of taking it: `550 5.1.1 nobody`.
        data_answer: what it says of every mail instead of taking it.
        taken: told when a mail was taken and its sender does not know yet.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = ""
    taken: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """The setting that sends there."""
        return f"smtp+insecure://127.0.0.1:{self.port}"

    @property
    def counted(self) -> "Counter[str]":
        """How often each Message-ID came."""
        return Counter(mail["Message-ID"] for mail in self.mails)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answer:
            return self.data_answer
        mail: Any = BytesParser(policy=MAIL).parsebytes(envelope.content)
        self.mails.append(mail)
        self.taken()
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server."""
    box = Mailbox()
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        box.port = held.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    yield box
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium that can draw WebGL without a graphics card."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed; `make browser` installs it where it may")
    flags = (
        "--no-sandbox --disable-gpu --use-angle=swiftshader --enable-unsafe-swiftshader --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=flags.split())
        yield started
        started.close()


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[Path]:
    """The folder of the socket of a PostgreSQL server of our own, which nobody else reaches and no disk waits for."""
    programs = _postgresql_programs()
    folder = Path(tempfile.mkdtemp(prefix="yourarea-pg-", dir="/tmp"))  # a socket's path has room for 107 bytes
    as_whom: dict[str, Any] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        as_whom = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, "nobody", "nogroup")
    quiet: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **as_whom}
    made = ["--pgdata=data", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run([programs / "initdb", *made], check=True, **quiet)
    options = (
        "listen_addresses=",
        "fsync=off",
        "full_page_writes=off",
        "shared_buffers=16MB",
        "max_connections=60",
        "client_min_messages=error",
    )
    with (folder / "log").open("w") as log:
        quiet["stderr"] = log
        ordered = [f"-c{option}" for option in options]
        server = subprocess.Popen([programs / "postgres", "-D", "data", "-k", folder, *ordered], **quiet)
    try:
        _wait_for(folder, server)
        yield folder
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder)


@pytest.fixture
def postgresql_url(_postgresql: Path) -> Iterator[str]:
    """The address of a PostgreSQL schema of its own for a test, with nothing in it: quicker made than a database."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(host=str(_postgresql), user="postgres", dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {name}")
        yield f"postgresql+psycopg://postgres@/postgres?host={_postgresql}&options=-csearch_path%3D{name}"
        server.execute(f"DROP SCHEMA {name} CASCADE")


def _postgresql_programs() -> Path:
    """Where `initdb` and `postgres` are: Debian has them on nobody's path."""
    found = [Path(shutil.which("initdb") or "/nowhere").resolve(), *Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    for initdb in sorted(found, reverse=True):
        if initdb.exists() and initdb.with_name("postgres").exists():
            return initdb.parent
    pytest.skip("PostgreSQL is not installed; `make postgresql` installs it where it may")


def _wait_for(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
    pytest.fail("PostgreSQL did not start")


STREET_HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
