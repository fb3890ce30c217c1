"""Postcode files as they are published, told apart by what is inside them."""

import csv
import io
import re
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from geo.errors import UnreadableSource
from geo.postcode import INWARD_SHAPE, OUTWARD_SHAPE
from ingest.archive import reading, refuse_unreadable, zip_entries

# Each role, and what ONS has called its column: through 2025, then since. The oldest issues lack lat and long.
_ONS_NAMES = {
    "postcode": ("pcds", "pcd", "pcd7"),
    "easting": ("oseast1m", "east1m"),
    "northing": ("osnrth1m", "north1m"),
    "quality": ("osgrdind", "gridind"),
    "terminated": ("doterm",),
    "lat": ("lat",),
    "lng": ("long",),
}
_OPTIONAL_ROLES = ("lat", "lng")
_CODE_POINT_COLUMNS = 10
_CODE_POINT_ROLES = {"postcode": 0, "quality": 1, "easting": 2, "northing": 3}
_CODE_POINT_ROW = re.compile(rf'"?{OUTWARD_SHAPE} *{INWARD_SHAPE}"?,[0-9]0,[0-9]+,[0-9]+,.*')
_SNIFFED_BYTES = 16_384
_SNIFFED_LINES = 5  # one bad first row must not hide a file
_BLOCK_BYTES = 16 << 20
_TO_ASCII = bytes(range(128)) + b"?" * 128


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of a file mean what.

    Args:
        kind: `code-point-open`, `onspd` or `nspl`.
        columns: how many there are.
        roles: position of each column that is read, by what it means.
        header_lines: lines before the first row.
    """

    kind: str
    columns: int
    roles: dict[str, int]
    header_lines: int


@dataclass(frozen=True, slots=True)
class Member:
    """One CSV file of a source: its name there, its layout, and how to open it."""

    name: str
    layout: Layout
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class RawMember:
    """The rows of one file: each column that is read, as bytes; the line of each row; the lines that are not rows."""

    name: str
    columns: dict[str, pa.Array]
    lines: npt.NDArray[np.int64]
    malformed: tuple[int, ...]


class _Ascii(io.BufferedIOBase):
    """A stream with `?` for every byte that is not ASCII: Arrow does not tell of malformed rows that it cannot decode.

    No column that is read here has any but ASCII characters, so nothing is lost.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._stream.read(-1 if size is None else size).translate(_TO_ASCII)


@contextmanager
def open_source(source: Path) -> Iterator[tuple[list[Member], tuple[str, ...]]]:
    """The postcode files of a zip, a folder or a single CSV, and the names of the CSV files in it that are left out.

    An ONS zip holds every row twice, whole and by area in `multi_csv`: the whole is read where it is there.

    Raises:
        UnreadableSource: not there, damaged, no postcode file in it, or files of two kinds.
    """
    with reading(source):
        if source.is_dir():
            paths = sorted(path for path in source.rglob("*") if path.suffix.lower() == ".csv" and path.is_file())
            yield _sort_out(source, {path.relative_to(source).as_posix(): _opener(path) for path in paths})
        elif (entries := zip_entries(source)) is not None:
            names = sorted(name for name in entries if name.lower().endswith(".csv"))
            for name in names:
                refuse_unreadable(source, entries[name])
            with zipfile.ZipFile(source) as archive:
                yield _sort_out(source, {name: partial(archive.open, name) for name in names})
        else:
            yield _sort_out(source, {source.name: _opener(source)})


def read_member(member: Member) -> RawMember:
    """The rows of one file; every line after the header is a row or a malformed one (another number of columns).

    Quotes are taken as ordinary characters, as no column in these files has commas: a stray one costs its own row, not
    those that follow it. A blank line is a row without a postcode.

    Raises:
        UnreadableSource: not the text that its first lines promised.
    """
    layout, malformed = member.layout, list[int]()

    def note(row: arrow_csv.InvalidRow) -> str:
        malformed.append(row.number)
        return "skip"

    names = [f"column {position}" for position in range(layout.columns)]
    wanted = {role: names[position] for role, position in layout.roles.items()}
    try:
        with member.open() as stream:
            if stream.read(len(BOM_UTF8)) != BOM_UTF8:
                stream.seek(0)
            table = arrow_csv.open_csv(
                _Ascii(stream),
                # One thread, or Arrow does not say which lines it skipped.
                arrow_csv.ReadOptions(
                    use_threads=False, block_size=_BLOCK_BYTES, column_names=names, skip_rows=layout.header_lines
                ),
                arrow_csv.ParseOptions(quote_char=False, ignore_empty_lines=False, invalid_row_handler=note),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(wanted.values(), pa.binary()), include_columns=list(wanted.values())
                ),
            ).read_all()
    except pa.ArrowInvalid as error:
        raise UnreadableSource(f"{member.name} is not a CSV file of one row a line.") from error
    first = layout.header_lines + 1
    lines = np.arange(first, first + len(table) + len(malformed), dtype=np.int64)
    lines = np.delete(lines, np.asarray(malformed, dtype=np.int64) - first)
    return RawMember(
        member.name, {role: table[name].combine_chunks() for role, name in wanted.items()}, lines, tuple(malformed)
    )


def _sort_out(source: Path, openers: dict[str, Callable[[], IO[bytes]]]) -> tuple[list[Member], tuple[str, ...]]:
    layouts = {name: _layout(opener) for name, opener in openers.items()}
    members = [Member(name, layout, openers[name]) for name, layout in layouts.items() if layout]
    whole = [member for member in members if "multi_csv" not in PurePosixPath(member.name).parts]
    members = whole or members
    kinds = {member.layout.kind for member in members}
    if not members:
        raise UnreadableSource(
            f"{source.name} holds no postcodes: give a Code-Point Open, ONSPD or NSPL file, as a zip, folder or CSV, "
            "ONSPD and NSPL with their header row."
        )
    if len(kinds) > 1:
        raise UnreadableSource(f"{source.name} holds files of {' and '.join(sorted(kinds))}: give them one at a time.")
    read = {member.name for member in members}
    return members, tuple(name for name in openers if name not in read)


def _layout(opener: Callable[[], IO[bytes]]) -> Layout | None:
    """What kind of postcode file it is by its first lines; None where it is none."""
    with opener() as stream:
        start = io.BytesIO(stream.read(_SNIFFED_BYTES)).readlines()[:_SNIFFED_LINES]
    lines = [line.decode("utf-8-sig", errors="replace").strip() for line in start]
    if any(_CODE_POINT_ROW.fullmatch(line) and line.count(",") == _CODE_POINT_COLUMNS - 1 for line in lines):
        return Layout("code-point-open", _CODE_POINT_COLUMNS, _CODE_POINT_ROLES, header_lines=0)
    try:
        header = [name.strip().lower() for name in next(csv.reader(lines[:1]), [])]
    except csv.Error:
        return None
    roles = {
        role: header.index(next(name for name in names if name in header))
        for role, names in _ONS_NAMES.items()
        if any(name in header for name in names)
    }
    if any(role not in roles for role in _ONS_NAMES if role not in _OPTIONAL_ROLES):
        return None
    # NSPL has the user type right after the date of termination; ONSPD has the county there.
    after = header[roles["terminated"] + 1 : roles["terminated"] + 2]
    return Layout("nspl" if after[:1] in (["usertype"], ["usrtypind"]) else "onspd", len(header), roles, header_lines=1)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")
