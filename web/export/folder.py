"""The folder of a static edition: written aside, then put in the place of the one before in one step."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from geo.errors import Busy, YourAreaError
from web.export.address import file_name

MANIFEST = "export-site.json"  # says that a folder is ours to replace, and lists what is in it
FORMAT = 1


class NotOurs(YourAreaError, FileExistsError):
    """A folder that holds something which this did not write."""


class WrittenTwice(YourAreaError, ValueError):
    """Two addresses whose files would lie in one place."""


class NotWritten(YourAreaError, OSError):
    """The disk is full, or the folder may not be written."""


class SiteFolder:
    """Files on their way into a folder.

    Args:
        root: where they are written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._digests: dict[str, str] = {}

    def write(self, address: str, content: bytes) -> None:
        """Write the file behind an address.

        Raises:
            UnsafeName: no file can be called so.
            WrittenTwice: another address has that file.
        """
        name = file_name(address)
        if name in self._digests or name == MANIFEST:
            raise WrittenTwice(f"{address} would take the place of another file, {name}.")
        path = self._root / name
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._digests[name] = sha256(content).hexdigest()

    def seal(self, told: dict[str, Any]) -> int:
        """Write the manifest; gives the number of files that it lists."""
        manifest = {"format": FORMAT, **told, "files": dict(sorted(self._digests.items()))}
        written = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        (self._root / MANIFEST).write_text(written, encoding="utf-8")
        return len(self._digests)


@contextmanager
def replacing(output: Path) -> Iterator[SiteFolder]:
    """A folder to write into, which takes the place of `output` when all went well; until then that stays as it is.

    Raises:
        NotOurs: `output` holds something, and not a static edition.
        Busy: another run writes it.
        NotWritten: the disk is full, or it may not be written.
    """
    output = output.resolve()
    _see(output)
    fresh, old = (output.with_name(f".{output.name}.{what}") for what in ("new", "old"))
    with _alone(fresh):
        _recover(output, old)
        try:
            yield SiteFolder(fresh)
            with _told(output):
                if output.exists():
                    output.rename(old)
                fresh.rename(output)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone(fresh: Path) -> Iterator[None]:
    """An empty folder that no other run writes into; what a run left there that was stopped is gone."""
    with _told(fresh):
        fresh.mkdir(parents=True, exist_ok=True)
        held = os.open(fresh, os.O_RDONLY)
    try:
        _lock(held, fresh)
        for left in fresh.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield
    finally:
        os.close(held)


def _lock(held: int, fresh: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        same = fresh.exists() and os.path.samestat(os.fstat(held), fresh.stat())  # or it was put in place meanwhile
    except BlockingIOError:
        same = False
    if not same:
        raise Busy(f"Another run writes {fresh}. Wait until it is done.")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotWritten(f"{path} cannot be written: {error.strerror}. What was there is as it was.") from error


def _see(output: Path) -> None:
    if output.is_dir() and ((output / MANIFEST).is_file() or not any(output.iterdir())):
        return
    if output.exists():
        raise NotOurs(f"{output} is no static edition, and is left as it is. Name another folder, or an empty one.")


def _recover(output: Path, old: Path) -> None:
    """What a run left that was stopped between its last two steps."""
    if old.exists() and not output.exists():
        old.rename(output)
    shutil.rmtree(old, ignore_errors=True)
