"""Archives from elsewhere: what is wrong with one is an error in one line, and never memory."""

import gzip
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import UnreadableSource
from ingest import archive
from ingest.archive import gunzipped, read_file, zip_entries
from ingest.boundary_source import read_outlines
from ingest.postcode import read_postcodes
from ingest.source import find_content

NAME = "2025-12-kent-street.csv"
TEXT = b"".join(b"line %d\n" % at for at in range(2_000))
CENTRAL = b"PK\x01\x02"


def packed(path: Path, name: str = NAME, text: bytes = TEXT, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr(name, text)
    return path


def altered(path: Path, at: int, form: str, value: int) -> Path:
    """The zip with one field of its central directory's first entry (APPNOTE 4.3.12) changed."""
    data = bytearray(packed(path).read_bytes())
    struct.pack_into(form, data, data.index(CENTRAL) + at, value)
    path.write_bytes(data)
    return path


def test_a_file_is_given_with_the_stream_that_its_zip_holds_it_as(tmp_path: Path) -> None:
    assert read_file(packed(tmp_path / "a.zip", method=zipfile.ZIP_STORED), NAME) == (TEXT, None)
    data, stream = read_file(packed(tmp_path / "b.zip"), NAME)
    assert (data, zipfile.zlib.decompress(stream or b"", -15)) == (TEXT, TEXT)


@pytest.mark.parametrize(
    ("at", "form", "value", "why"),
    [
        (8, "<H", 1, "encrypted"),
        (10, "<H", 14, "method 14"),
        (16, "<I", 7, "size and digest"),
        (20, "<I", 0x7FFFFFFF, "where its zip says"),
        (20, "<I", 100, "size and digest"),
        (24, "<I", 100, "size and digest"),
        (24, "<I", 0x7FFFFFFF, "size and digest"),
        (24, "<I", 0xFFFFFF00, "more than is read here"),
        (42, "<I", 9, "where its zip says"),
    ],
    ids=["encrypted", "LZMA", "digest", "packed too long", "cut", "says less", "says more", "a bomb", "elsewhere"],
)
def test_a_zip_that_lies_or_cannot_be_unpacked_is_said(
    tmp_path: Path, at: int, form: str, value: int, why: str
) -> None:
    with pytest.raises(UnreadableSource, match=rf"a\.zip: {NAME}.*{why}"):
        read_file(altered(tmp_path / "a.zip", at, form, value), NAME)


def test_no_more_is_unpacked_than_the_zip_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = packed(tmp_path / "bomb.zip", text=bytes(50_000_000))
    data = bytearray(source.read_bytes())
    struct.pack_into("<I", data, data.index(CENTRAL) + 24, 100)
    source.write_bytes(data)
    largest = 0

    def crc(unpacked: bytes) -> int:
        nonlocal largest
        largest = max(largest, len(unpacked))
        return 0

    monkeypatch.setattr(archive.isal_zlib, "crc32", crc)
    with pytest.raises(UnreadableSource):
        read_file(source, NAME)
    assert largest <= 101
    monkeypatch.setattr(archive, "LARGEST_BYTES", 1_000)
    with pytest.raises(UnreadableSource, match=r"a\.gz unpacks to more"):
        gunzipped(gzip.compress(bytes(5_000)), "a.gz")


@pytest.mark.parametrize("data", [b"no gzip", gzip.compress(TEXT)[:-9], gzip.compress(TEXT)[:50] + bytes(99)])
def test_a_damaged_gzip_is_said(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match=r"a\.gz cannot be read"):
        gunzipped(data, "a.gz")


def test_a_file_without_a_name_hides_no_other(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(zipfile.ZipInfo("\0"), b"")
        made.writestr(f"2025-12/{NAME}", b"")
    assert [one.name for one in find_content([tmp_path / "a.zip"]).members] == [f"2025-12/{NAME}"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_occurs_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(NAME, b"one")
        made.writestr(NAME, b"another")
    with pytest.raises(UnreadableSource, match=f"{NAME} twice"):
        zip_entries(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "read",
    [lambda path: find_content([path]), lambda path: read_outlines(path, [], of_forces=True), read_postcodes],
    ids=["crimes", "boundaries", "postcodes"],
)
def test_every_reader_says_that_a_source_does_not_exist_or_is_no_zip(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    with pytest.raises(UnreadableSource, match=r"absent\.zip does not exist"):
        read(tmp_path / "absent.zip")
    (tmp_path / "cut.zip").write_bytes(packed(tmp_path / "whole.zip").read_bytes()[:-30])
    with pytest.raises(UnreadableSource, match=r"cut\.zip is not a zip file, or is cut short"):
        read(tmp_path / "cut.zip")


def test_endings_in_capitals_are_read_and_packed_files_are_passed_over_and_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ISSUE.ZIP", "w") as made:
        for name in ("2025-12/2025-12-Kent-Street.CSV", "a/COVERAGE.CSV", "b.csv.gz", "inner.zip", "notes.txt"):
            made.writestr(name, b"")
        made.writestr("__MACOSX/._2025-12-kent-street.csv", b"")
    found = find_content([tmp_path])
    assert [(one.force, one.kind, one.name) for one in found.members] == [
        ("kent", "street", "2025-12/2025-12-Kent-Street.CSV")
    ]
    assert [name for _, name in found.coverage] == ["a/COVERAGE.CSV"]
    assert found.passed_over == ("b.csv.gz", "inner.zip")
