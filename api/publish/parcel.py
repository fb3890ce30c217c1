"""A zip of a month's files as a system sends it: opened within bounds, and nothing believed that it says of itself."""

import io
import zipfile
import zlib
from zipfile import ZipInfo

from api.publish.item.fault import Fault
from geo.month import Month

MOST_BYTES = 12_000_000  # of a zip, as of what is sent in on a page
MOST_UNPACKED = 64_000_000  # of all its files together
MOST_FILES = 3  # street, outcomes, stop and search
_STEP = 1 << 20
_ENCRYPTED = 1
_HOW = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class BadParcel(ValueError):
    """A zip that is not taken.

    Attributes:
        faults: what is wrong, each named by the file that it is about, or by nothing where it is about the zip.
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def files_of(content: bytes, force_id: str, month: Month) -> dict[str, bytes]:
    """The files of a zip by name, each of that force and month by its name.

    Names are as published: `2026-01-kent-street.csv`, in the folder `2026-01` or in none.

    Raises:
        BadParcel: it is no zip, holds something else, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            named = _named(archive.infolist(), force_id, month)
            left, files = MOST_UNPACKED, {}
            for name, info in named.items():
                files[name] = _read(archive, info, left)
                left -= len(files[name])
            return files
    except _BROKEN as error:
        if isinstance(error, BadParcel):
            raise
        raise BadParcel(_fault("", "That is not a zip that can be read whole.")) from error


def _named(infos: list[ZipInfo], force_id: str, month: Month) -> dict[str, ZipInfo]:
    """What is to be read, by name; decided by names alone, before anything is unpacked."""
    infos = [info for info in infos if info.filename != f"{month}/"]
    if not infos or len(infos) > MOST_FILES:
        raise BadParcel(_fault("", f"Send a zip of 1 to {MOST_FILES} CSV files of one month."))
    known = {f"{month}-{force_id}-{kind}.csv" for kind in ("street", "outcomes", "stop-and-search")}
    found: dict[str, ZipInfo] = {}
    faults = []
    for info in infos:
        name = info.filename.removeprefix(f"{month}/")
        if name not in known:
            faults.append(_fault(info.filename, f"It must be named as one of these: {', '.join(sorted(known))}."))
        elif name in found:
            faults.append(_fault(info.filename, "It is there twice."))
        elif info.flag_bits & _ENCRYPTED or info.compress_type not in _HOW:
            faults.append(_fault(info.filename, "It must be stored or deflated, and not encrypted."))
        found[name] = info
    if faults:
        raise BadParcel(*faults)
    return found


def _read(archive: zipfile.ZipFile, info: ZipInfo, most: int) -> bytes:
    """A file, read no further than may be kept, whatever the zip says of its size."""
    parts: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as file:
            while part := file.read(_STEP):
                size += len(part)
                if size > most:
                    said = f"All files together are {MOST_UNPACKED:,} bytes at most when they are unpacked."
                    raise BadParcel(_fault(info.filename, said))
                parts.append(part)
    except _BROKEN as error:
        if isinstance(error, BadParcel):
            raise
        raise BadParcel(_fault(info.filename, "It cannot be unpacked: it is damaged.")) from error
    return b"".join(parts)


def _fault(name: str, said: str) -> Fault:
    return Fault(name[:200], said, {})
