"""Zips and gzips from elsewhere, read so that one that is damaged, encrypted or lies is an error in one line."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from os import SEEK_CUR
from pathlib import Path
from struct import Struct
from struct import error as struct_error
from typing import cast

from isal import isal_zlib
from isal.igzip_lib import IsalError

from geo.errors import UnreadableSource, YourAreaError

LARGEST_BYTES = 2 << 30  # unpacked: more than any file that is read here, and what a zip bomb stops at
DAMAGE: tuple[type[Exception], ...] = (
    OSError, EOFError, ValueError, OverflowError, NotImplementedError, zipfile.BadZipFile, zlib.error, struct_error,
    cast("type[Exception]", IsalError),
)  # fmt: skip
"""What reading a file that somebody else made can raise; all of it is the file's fault or the disk's."""
RAW_DEFLATE = -15  # zlib's window for a stream without header, as zip members hold it
_ENCRYPTED = 1  # bit of a zip entry's flags
_LOCAL_HEADER = Struct("<4s22xHH")  # of a zip entry: its signature first, the lengths of its name and extra field last
_SIGNATURE = b"PK\x03\x04"


@contextmanager
def reading(what: object) -> Iterator[None]:
    """Makes what a damaged file raises one line that names it.

    Raises:
        UnreadableSource: in place of `DAMAGE`.
    """
    try:
        yield
    except YourAreaError:
        raise
    except FileNotFoundError as error:
        raise UnreadableSource(f"{what} does not exist.") from error
    except DAMAGE as error:
        why = str(error).rstrip(".") or type(error).__name__
        raise UnreadableSource(f"{what} cannot be read: {why}. Fetch the file again.") from error


def zip_entries(source: Path) -> Mapping[str, zipfile.ZipInfo] | None:
    """The files in a zip, by name; `None` where the source is a folder or a file of another kind.

    Raises:
        UnreadableSource: missing or damaged, called a zip and none, or a zip that holds a name twice.
    """
    with reading(source):
        return _entries(source, source.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _entries(source: Path, _changed_ns: int) -> Mapping[str, zipfile.ZipInfo] | None:
    """A national archive names thousands of files, so its list is read once."""
    if source.is_dir() or not zipfile.is_zipfile(source):
        if source.is_file() and source.suffix.lower() == ".zip":
            raise UnreadableSource(f"{source} is not a zip file, or is cut short. Fetch it again.")
        return None
    found: dict[str, zipfile.ZipInfo] = {}
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            if entry.filename in found:
                raise UnreadableSource(
                    f"{source} holds {entry.filename} twice, and nothing says which is meant. Fetch it again, or pack "
                    f"it anew with one of them."
                )
            if not entry.filename.endswith("/"):  # `is_dir` fails for an empty name
                found[entry.filename] = entry
    return found


def refuse_unreadable(source: Path, entry: zipfile.ZipInfo) -> None:
    """Sees that a file in a zip is one that can be unpacked.

    Raises:
        UnreadableSource: encrypted, packed by another method than deflate, or too large.
    """
    where = f"{source}: {entry.filename}"
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableSource(f"{where} is encrypted. Unpack it with its password, and give the files.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableSource(f"{where} is packed by method {entry.compress_type}. Pack it anew by deflate.")
    if entry.file_size > LARGEST_BYTES:
        raise UnreadableSource(f"{where} says that it is {entry.file_size:,} bytes, which is more than is read here.")


def read_entry(source: Path, entry: zipfile.ZipInfo) -> tuple[bytes, bytes | None]:
    """A file of a zip, unpacked, and the raw deflate stream that the zip holds it as; `None` where it is not packed.

    Nothing beyond the size that the zip states is ever unpacked.

    Raises:
        UnreadableSource: damaged, not of the size or digest that the zip states, or not to be unpacked here.
    """
    refuse_unreadable(source, entry)
    with reading(f"{source}: {entry.filename}"):
        held = _as_held(source, entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            data, whole = held, True
        else:
            unpacking = isal_zlib.decompressobj(RAW_DEFLATE)
            data = unpacking.decompress(held, entry.file_size + 1)
            whole = unpacking.eof and not unpacking.unused_data
        if not whole or len(data) != entry.file_size or isal_zlib.crc32(data) != entry.CRC:
            raise zipfile.BadZipFile("it is not of the size and digest that its zip states")
        return data, None if entry.compress_type == zipfile.ZIP_STORED else held


def read_file(source: Path, name: str) -> tuple[bytes, bytes | None]:
    """A file of a zip as `read_entry` gives it, or a file that stands alone.

    Raises:
        UnreadableSource: missing or damaged.
    """
    entries = zip_entries(source)
    if entries is None:
        with reading(source):
            return source.read_bytes(), None
    if name not in entries:
        raise UnreadableSource(f"{source} no longer holds {name}.")
    return read_entry(source, entries[name])


def _as_held(source: Path, entry: zipfile.ZipInfo) -> bytes:
    """A zip member's bytes as they stand in the zip, behind its local header (APPNOTE 4.3.7)."""
    with source.open("rb") as handle:
        handle.seek(entry.header_offset)
        signature, name, extra = _LOCAL_HEADER.unpack(handle.read(_LOCAL_HEADER.size))
        if signature != _SIGNATURE or entry.compress_size > source.stat().st_size:
            raise zipfile.BadZipFile("there is no such file where its zip says that it lies")
        handle.seek(name + extra, SEEK_CUR)
        return handle.read(entry.compress_size)


def gunzipped(data: bytes, what: object) -> bytes:
    """What a gzip file holds.

    Raises:
        UnreadableSource: damaged, or more than is read here.
    """
    with reading(what), gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        unpacked = stream.read(LARGEST_BYTES + 1)
    if len(unpacked) > LARGEST_BYTES:
        raise UnreadableSource(f"{what} unpacks to more than {LARGEST_BYTES:,} bytes, which is more than is read here.")
    return unpacked
