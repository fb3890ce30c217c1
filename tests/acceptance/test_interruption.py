"""Stopped at any instant, out of room, or run elsewhere: what is live stays as it was, and the job can be finished."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor
from pathlib import Path

import pytest

from geo.force import ForceRegister
from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from ingest.load import LoadOrder, load
from ingest.release import file_problem
from ingest.workspace import staged_manifest, workspace

pytestmark = pytest.mark.alone

COMMAND = [sys.executable, "-c", "from yourarea.main import app; app()"]
MONTHS = [f"2024-{month:02d}" for month in range(4, 10)]
WORKER = "spawn_main"  # in the command of every process that `multiprocessing` spawns
STOPPED = "yourarea: stopped; what is live is as it was. Run the command again to finish.\n"
GONE_WITHIN_S = 10.0  # it takes milliseconds, but on a busy machine a process waits for its turn to end
SMALL_FILE = 6_000  # bytes: less than a manifest takes


def run(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    written = [*COMMAND, *(str(word) for word in words)]
    return subprocess.run(written, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture(scope="module")
def more_months(tmp_path_factory: pytest.TempPathFactory, testshire: Path) -> Path:
    """Six months more of Testshire, each a little different."""
    root = tmp_path_factory.mktemp("more")
    for at, month in enumerate(MONTHS):
        for path in (testshire / "crimes/2024-03").iterdir():
            text = path.read_bytes().replace(b"2024-03", month.encode())
            goal = root / month / path.name.replace("2024-03", month)
            goal.parent.mkdir(exist_ok=True)
            goal.write_bytes(text.replace(b"1.010000,54.005000", f"1.01{at:04d},54.005000".encode()))
    return root


@pytest.fixture(scope="module")
def made_live(tmp_path_factory: pytest.TempPathFactory, _testshire_loaded: Path) -> Path:
    """Testshire, made live once."""
    root = tmp_path_factory.mktemp("live") / "data"
    shutil.copytree(_testshire_loaded, root)
    done = run("update", "--data", root, "--workers", "1")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def live(made_live: Path, tmp_path: Path) -> DataFolder:
    """A copy of Testshire, live."""
    shutil.copytree(made_live, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def assert_whole(folder: DataFolder, release_id: str) -> None:
    """The live release is the one it was, opens, and every file of it is as its manifest says."""
    assert live_release_id(folder) == release_id
    release = Release.open(folder, release_id)
    assert int(release.counts(release.months[-1]).n.sum()) > 0
    assert [problem for ref in release.manifest.files() if (problem := file_problem(folder, ref))] == []


def started(*words: object) -> subprocess.Popen[str]:
    """A command in a process group of its own, so that those it starts can be told from all others."""
    written = [*COMMAND, *(str(word) for word in words)]
    return subprocess.Popen(
        written, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=hear_interrupts,
    )  # fmt: skip


def hear_interrupts() -> None:
    """As in a terminal, also where these tests run in the background of a shell, which turns Ctrl+C off."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def in_group(group: int, of: str = "") -> list[int]:
    """The processes of a group that are not dead, with that text in their command."""
    listed = subprocess.run(
        ["ps", "-Aww", "-o", "pid=", "-o", "pgid=", "-o", "stat=", "-o", "args="],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
    return [int(row[0]) for row in rows if int(row[1]) == group and row[2][0] != "Z" and of in row[3]]


def assert_nobody_is_left(group: int) -> None:
    deadline = time.monotonic() + GONE_WITHIN_S
    while left := in_group(group):
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


def wait_for_workers(process: subprocess.Popen[str]) -> list[int]:
    """The worker processes of a command, as soon as it has any."""
    while not (found := in_group(process.pid, WORKER)):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return found


def wait_for_ready_workers(process: subprocess.Popen[str], n: int) -> list[int]:
    """The same, once there are so many and each has opened the queue's semaphores.

    Of a worker that is lost while its pool still starts others, Python 3.11 itself prints a traceback before our line:
    the pool's own thread looks at the others without the lock under which they are added.
    """
    while len(found := [one for one in in_group(process.pid, WORKER) if has_opened_queue(one)]) < n:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return found


def has_opened_queue(worker: int) -> bool:
    try:
        return "/dev/shm/sem." in Path(f"/proc/{worker}/maps").read_text(encoding="utf-8")
    except OSError:  # it has ended meanwhile
        return False


def kill_at_random(live: DataFolder, more: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    before = live_release_id(live)
    begun = time.monotonic()
    shutil.copytree(live.root, live.root.parent / "whole")
    assert run("update", more, "--data", live.root.parent / "whole").returncode == 0
    takes = time.monotonic() - begun
    for _ in range(times):
        process = started("update", more, "--data", live.root)
        time.sleep(chance.uniform(0.2, takes))
        process.kill()  # the one who coordinates, and nobody else
        process.communicate()
        assert_nobody_is_left(process.pid)
        assert live_release_id(live) in (before, live_release_id(DataFolder(live.root.parent / "whole")))
        assert_whole(live, live_release_id(live))
    finished = run("update", more, "--data", live.root)
    assert finished.returncode == 0, finished.stderr
    assert live_release_id(live) == live_release_id(DataFolder(live.root.parent / "whole"))


def test_killed_at_random_moments_the_live_release_stays_and_running_again_finishes(
    live: DataFolder, more_months: Path
) -> None:
    kill_at_random(live, more_months, times=3, seed=1)


@pytest.mark.soak
def test_killed_at_twenty_random_moments(live: DataFolder, more_months: Path) -> None:
    kill_at_random(live, more_months, times=20, seed=2)


def test_with_workers_at_work_a_kill_of_the_coordinator_leaves_no_process(live: DataFolder, more_months: Path) -> None:
    before = live_release_id(live)
    process = started("update", more_months, "--data", live.root)
    wait_for_workers(process)
    process.kill()
    process.communicate()
    assert_nobody_is_left(process.pid)
    assert_whole(live, before)
    assert run("update", more_months, "--data", live.root).returncode == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_a_command_says_one_line_and_leaves_nobody_and_nothing(
    live: DataFolder, more_months: Path, by: signal.Signals
) -> None:
    before, staged = live_release_id(live), live.staged.read_bytes()
    process = started("update", more_months, "--data", live.root)
    wait_for_workers(process)
    process.send_signal(by)
    said = process.communicate(timeout=GONE_WITHIN_S)
    assert (process.returncode, *said) == (1, "", STOPPED)
    assert_nobody_is_left(process.pid)
    assert_whole(live, before)
    assert live.staged.read_bytes() == staged
    assert not live.scratches.exists()


def test_a_killed_worker_is_a_clear_error_and_changes_nothing(live: DataFolder, more_months: Path) -> None:
    before, staged = live_release_id(live), live.staged.read_bytes()
    process = started("load", more_months, "--data", live.root, "--workers", "2")
    os.kill(wait_for_ready_workers(process, 2)[0], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.count("\n")) == (1, "", 1), err
    assert "A worker process was killed" in err
    assert "fewer --workers" in err
    assert_nobody_is_left(process.pid)
    assert_whole(live, before)
    assert live.staged.read_bytes() == staged


def test_a_disk_without_room_is_a_clear_error_and_changes_nothing(live: DataFolder, more_months: Path) -> None:
    before = live_release_id(live)
    staged = live.staged.read_bytes()

    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE, SMALL_FILE))

    done = run("update", more_months, "--data", live.root, "--workers", "1", preexec_fn=no_large_files)
    assert done.returncode == 1
    assert "no room left" in done.stderr
    assert "Traceback" not in done.stderr
    assert live.staged.read_bytes() == staged
    assert_whole(live, before)
    assert run("update", more_months, "--data", live.root).returncode == 0


@pytest.mark.soak
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_a_clear_error_and_changes_nothing(live: DataFolder, more_months: Path, tmp_path: Path) -> None:
    size = sum(path.stat().st_size for path in live.root.rglob("*") if path.is_file())
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size + 300_000}", "none", disk], check=False)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        folder = DataFolder(disk / "data")
        shutil.copytree(live.root, folder.root)
        before = live_release_id(folder)
        done = run("update", more_months, "--data", folder.root)
        assert (done.returncode, "no room left" in done.stderr) == (1, True), done.stderr
        assert_whole(folder, before)
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)  # a release that was looked at may be mapped still


def contents(root: Path, register: ForceRegister, source: Path, executor: Executor) -> list[tuple[str, str]]:
    """(file, digest of its records) of everything loaded by an executor."""
    with workspace(DataFolder(root)) as work:
        load(work, LoadOrder([source]), register, executor, lambda _: None)
    return [(one.source, one.content) for one in staged_manifest(DataFolder(root)).publications]


def test_a_dask_cluster_loads_the_same_records(
    tmp_path: Path, more_months: Path, test_register: ForceRegister, executor: Executor
) -> None:
    distributed = pytest.importorskip("distributed")
    here = contents(tmp_path / "here", test_register, more_months, executor)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = contents(tmp_path / "there", test_register, more_months, client.get_executor())
    assert here == there
    assert len(here) == 3 * len(MONTHS)


def test_each_kept_digest_is_that_of_its_file(live: DataFolder) -> None:
    release = json.loads(live.release(live_release_id(live)).read_text())
    assert release["publications"][0]["file"]["path"].endswith(
        release["publications"][0]["file"]["sha256"][:16] + ".parquet"
    )
