"""The one writer of a data folder: holds its lock, names files by their content, and replaces small files whole."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import IO
from uuid import uuid4

import duckdb
import pyarrow as pa

from geo.errors import Busy, DamagedFile, OutOfSpace, UnreadableSource
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest, manifest_from_json

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LOAD = "load its source again with `yourarea {}`"
_MENDING = {
    "records/": _LOAD.format("load"),
    "rejects/": _LOAD.format("load"),
    "members/": _LOAD.format("load"),
    "boundaries/force-areas-": _LOAD.format("forces"),
    "boundaries/": _LOAD.format("boundaries"),
    "force-register-": _LOAD.format("forces --register"),
    "postcodes-": _LOAD.format("postcodes"),
    "population/": _LOAD.format("population"),
    "basemap/": _LOAD.format("basemap"),
    "snap-register-": "bring it back from a copy of the data folder, since ids of snap points stay for ever",
}
_NAME_DIGITS = 16  # hex digits of the SHA-256 in a file's name: enough to tell files apart, short enough for a URL


@dataclass(frozen=True)
class Workspace:
    """A data folder that is ours to write, for as long as the lock is held.

    Files put into the store are flushed to the disk together, before a manifest names them: one by one costs more.
    """

    folder: DataFolder
    _unflushed: set[Path] = field(default_factory=set, compare=False)

    def staged(self) -> Manifest:
        """The staged manifest; an empty one where nothing was loaded yet.

        Raises:
            DamagedFile, StoreFormatTooNew: it cannot be read.
        """
        return staged_manifest(self.folder)

    def stage(self, manifest: Manifest) -> None:
        """Make this the staged manifest, whole or not at all; what it names lasts through a power cut."""
        _flush_all(self._unflushed)
        self._unflushed.clear()
        replace_file(self.folder.staged, manifest.to_json().encode())

    def keep(self, stem: str, suffix: str, data: bytes, rows: int) -> FileRef:
        """Put bytes into the store under `{stem}-{digest}{suffix}`; the same bytes are never written twice."""
        digest = sha256(data).hexdigest()
        ref = FileRef(path=self._store_path(stem, suffix, digest), sha256=digest, size=len(data), rows=rows)
        goal = self.folder.file(ref.path)
        if not self._held(ref):
            _write_whole(goal, data)
        self._unflushed.add(goal)  # one that is held too: whoever wrote it may have been killed before flushing it
        return ref

    def adopt(self, stem: str, suffix: str, made: Path, rows: int) -> FileRef:
        """Move a finished scratch file into the store under `{stem}-{digest}{suffix}`."""
        with made.open("rb") as handle:
            digest = _digest(handle)
        size = made.stat().st_size
        ref = FileRef(path=self._store_path(stem, suffix, digest), sha256=digest, size=size, rows=rows)
        goal = self.folder.file(ref.path)
        if self._held(ref):
            made.unlink()
        else:
            goal.parent.mkdir(parents=True, exist_ok=True)
            made.replace(goal)
        self._unflushed.add(goal)
        return ref

    def _store_path(self, stem: str, suffix: str, digest: str) -> str:
        return f"{self.folder.store.name}/{stem}-{digest[:_NAME_DIGITS]}{suffix}"

    def _held(self, ref: FileRef) -> bool:
        """Whether the store has the file, whole: what was damaged is written again."""
        return file_problem(self.folder, ref) is None

    def empty_scratch(self) -> Path:
        """The scratch folder of this run, made anew."""
        shutil.rmtree(self.folder.scratch, ignore_errors=True)
        self.folder.scratch.mkdir(parents=True)
        return self.folder.scratch


@contextmanager
def workspace(folder: DataFolder) -> Iterator[Workspace]:
    """The data folder, locked for writing and made where it was not.

    Raises:
        Busy: another process is writing.
        OutOfSpace: the disk filled up meanwhile; what is live is as it was.
    """
    with _room(folder.root):
        for path in (folder.root, folder.store, folder.releases):
            path.mkdir(parents=True, exist_ok=True)
        with folder.lock.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"Another process is writing to {folder.root}; wait until it is done.") from error
            _remove_halves(folder)
            shutil.rmtree(folder.scratches, ignore_errors=True)
            try:
                yield Workspace(replace(folder, run=uuid4().hex))
            finally:
                shutil.rmtree(folder.scratches, ignore_errors=True)


def staged_manifest(folder: DataFolder) -> Manifest:
    """The staged manifest; an empty one where nothing was loaded yet.

    Raises:
        DamagedFile, StoreFormatTooNew: it cannot be read.
    """
    if not folder.staged.exists():
        return Manifest()
    return manifest_from_json(folder.staged.read_text(encoding="utf-8"), folder.staged)


def file_problem(folder: DataFolder, ref: FileRef) -> str | None:
    """What is wrong with a file that a manifest names, or `None`. Reads all of it."""
    try:
        with folder.file(ref.path).open("rb") as handle:
            digest = _digest(handle)
    except OSError as error:
        return f"{ref.path} cannot be read ({error.strerror}): {_mending(ref)}."
    return None if digest == ref.sha256 else f"{ref.path} is damaged: {_mending(ref)}."


@contextmanager
def reading(folder: DataFolder, refs: Iterable[FileRef]) -> Iterator[None]:
    """Turns what a library says while such files are read into what is wrong with one of them.

    Raises:
        DamagedFile: one of the files is missing or damaged; an error that none of them explains goes on as it is.
    """
    try:
        yield
    except (OSError, pa.ArrowException, duckdb.Error, UnreadableSource) as error:
        problem = next((found for ref in refs if (found := file_problem(folder, ref)) is not None), None)
        if problem is None:
            raise
        raise DamagedFile(problem) from error


def _mending(ref: FileRef) -> str:
    """What mends a file that is missing or damaged; what no source brought `build` makes again."""
    stem = ref.path.partition("/")[2]
    return next((how for start, how in _MENDING.items() if stem.startswith(start)), "run `yourarea build`")


def _remove_halves(folder: DataFolder) -> None:
    """Remove what a killed writer left of small files; in the store `prune` does."""
    for place in (folder.root, folder.releases):
        for half in place.glob(".*.half"):
            half.unlink(missing_ok=True)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: a reader sees the old one or the new one, whatever happens, and for good."""
    _write_whole(path, data, flush=True)
    _flush(path.parent)


def _write_whole(path: Path, data: bytes, *, flush: bool = False) -> None:
    """Write a file beside its place and move it there; flushed, not even a power cut leaves a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        with half.open("wb") as handle:
            handle.write(data)
            if flush:
                handle.flush()
                os.fsync(handle.fileno())
        half.replace(path)
    except BaseException:  # Ctrl+C too
        half.unlink(missing_ok=True)
        raise


@contextmanager
def _room(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM or isinstance(error, OutOfSpace):
            raise
        raise OutOfSpace(
            f"There is no room left on the disk that holds {root}. What is live is as it was. "
            f"Make room (`yourarea prune --keep 2` removes old releases) and run the command again."
        ) from error


def _digest(handle: IO[bytes]) -> str:
    digest = sha256()
    while block := handle.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _flush_all(files: Iterable[Path]) -> None:
    """Make files, and their names in their folders, last through a power cut."""
    paths = sorted(files)
    for path in (*paths, *sorted({path.parent for path in paths})):
        _flush(path)


def _flush(path: Path) -> None:
    """Make a file, or a folder's entries, last through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
