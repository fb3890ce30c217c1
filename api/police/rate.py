"""The leaky bucket of data.police.uk: so many requests a second from one address, and so many at once.

One file of a few hundred kilobytes, mapped by all workers of a server, holds for each address when its bucket will have
run empty: a single number, which is all that a leaky bucket remembers.
"""

import fcntl
import math
import mmap
import os
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from multiprocessing import parent_process
from pathlib import Path

_ENTRY = struct.Struct("<Qd")  # digest of an address, 0 for none; when its bucket will be empty, seconds
_SETS = 4_096
_WAYS = 8  # entries that an address may have; of eight, the one that is empty soonest gives way
_SET_BYTES = _ENTRY.size * _WAYS


class LeakyBuckets:
    """One bucket for each address.

    Args:
        per_s: requests that leak out in a second.
        burst: requests that a bucket holds.
        path: the file that processes share; without one, the buckets are this object's own.
        clock: seconds, the same in all processes.
    """

    def __init__(
        self, per_s: float, burst: int, path: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._leak_s = 1 / per_s
        self._holds_s = burst / per_s
        self._clock = clock
        self._file = None if path is None else _open(path)
        size = _SETS * _SET_BYTES
        self._map = mmap.mmap(-1, size) if self._file is None else mmap.mmap(self._file, size)

    def pour(self, address: str) -> float:
        """Pour one request in: 0.0 where it went in, else the seconds after which another would.

        What overflows is not poured in, so a client that waits as it is told gets on.
        """
        digest = int.from_bytes(blake2b(address.encode(), digest_size=8).digest(), "little") or 1
        with self._locked():
            now = self._clock()
            at, empty_s = self._find(digest, now)
            full_for_s = empty_s + self._leak_s - now - self._holds_s
            if full_for_s > 1e-9:
                return full_for_s
            _ENTRY.pack_into(self._map, at, digest, empty_s + self._leak_s)
            return 0.0

    def _find(self, digest: int, now: float) -> tuple[int, float]:
        """Where an address has its entry, or may have it, and when its bucket will be empty."""
        first = digest % _SETS * _SET_BYTES
        entries = list(_ENTRY.iter_unpack(self._map[first : first + _SET_BYTES]))
        known = next((way for way, entry in enumerate(entries) if entry[0] == digest), None)
        if known is None:
            known = min(range(_WAYS), key=lambda way: entries[way][1])
            return first + known * _ENTRY.size, now
        # A clock that began anew would leave moments far ahead; no bucket takes longer to empty than a full one.
        empty_s = entries[known][1]
        return first + known * _ENTRY.size, now if empty_s > now + self._holds_s + 1 else max(empty_s, now)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._file is None:
            yield
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def shared_path() -> Path | None:
    """The file that the workers of one server share, named for their parent; `None` in a process of no such parent.

    Files of parents that are no more are removed.
    """
    parent = parent_process()
    if parent is None:
        return None
    stem = Path(tempfile.gettempdir()) / f"yourarea-rate-{os.getuid()}"
    for old in stem.parent.glob(f"{stem.name}-*"):
        if not Path("/proc", old.name.rpartition("-")[2]).exists():
            old.unlink(missing_ok=True)
    return Path(f"{stem}-{parent.pid}")


def whole_seconds(wait_s: float) -> int:
    """What Retry-After says: whole seconds, at least one."""
    return max(1, math.ceil(wait_s))


def _open(path: Path) -> int:
    """The file, made if need be; another's file or a link in a folder that all may write to is refused."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if os.fstat(file).st_uid != os.getuid():
        os.close(file)
        raise PermissionError(f"{path} belongs to somebody else.")
    os.ftruncate(file, _SETS * _SET_BYTES)
    return file
