"""Fixtures that every room's tests share: the real files where they are, and Testshire."""

import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as MAIL
from pathlib import Path
from typing import Any

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


STREET_HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
