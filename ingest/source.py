"""What a source holds: the published files in a zip, in a folder, or on their own, told apart by name."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import BadMonth, UnreadableSource
from geo.month import Month
from geo.supply import Kind

_NAME = re.compile(r"(?:^|/)(\d{4}-\d{2})-([a-z0-9-]+?)-(street|outcomes|stop-and-search)\.csv$")
_KINDS = {"street": Kind.STREET, "outcomes": Kind.OUTCOMES, "stop-and-search": Kind.STOPS}
COVERAGE_NAME = "coverage.csv"


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """One published file: where it lies and what its name says it is.

    Attributes:
        source: the zip, or the file itself.
        name: its name inside the zip; of a file that stands alone, its file name.
        size: bytes as delivered.
    """

    force: str
    month: Month
    kind: Kind
    source: Path
    name: str
    size: int

    def read(self) -> bytes:
        """The bytes as delivered.

        Raises:
            UnreadableSource: the file or its zip is damaged.
        """
        return read_member(self.source, self.name)


@dataclass(frozen=True, slots=True)
class SourceContent:
    """What was found in the sources: the published files, declarations of coverage, and what was passed over."""

    members: tuple[Member, ...]
    coverage: tuple[tuple[Path, str], ...]  # (source, name) of each coverage file
    passed_over: tuple[str, ...]  # other CSV files, by name: not ours to read, but said


def read_member(source: Path, name: str) -> bytes:
    """The bytes of one member of a zip, or of a file that stands alone.

    Raises:
        UnreadableSource: the file or its zip is damaged.
    """
    try:
        if not zipfile.is_zipfile(source):
            return source.read_bytes()
        with zipfile.ZipFile(source) as archive:
            return archive.read(name)
    except (OSError, zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableSource(f"{source}: {name} cannot be read: {error}. Fetch the file again.") from error
    except Exception as error:  # zlib.error is no subclass of anything narrower
        if type(error).__name__ != "error":
            raise
        raise UnreadableSource(f"{source}: {name} is damaged: {error}. Fetch the file again.") from error


def find_content(sources: list[Path]) -> SourceContent:
    """The published files in some zips, folders and CSV files, by force, month and kind.

    Raises:
        UnreadableSource: a source that does not exist, is damaged, or holds no published file at all.
    """
    members: list[Member] = []
    coverage: list[tuple[Path, str]] = []
    passed_over: list[str] = []
    for source in sources:
        found = 0
        for path, name, size in _entries(source):
            member = _member(path, name, size)
            if member is not None:
                members.append(member)
            elif Path(name).name == COVERAGE_NAME:
                coverage.append((path, name))
            else:
                passed_over.append(name)
                continue
            found += 1
        if not found:
            raise UnreadableSource(
                f"{source} holds no published file. Crime files are named like 2025-12-leicestershire-street.csv "
                f"(or -outcomes.csv, -stop-and-search.csv), declarations {COVERAGE_NAME}."
            )
    return SourceContent(tuple(sorted(members)), tuple(coverage), tuple(passed_over))


def _entries(source: Path) -> Iterator[tuple[Path, str, int]]:
    """(file, name, size) of every CSV in a source."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.suffix == ".csv":
                yield path, str(path.relative_to(source)), path.stat().st_size
            elif path.suffix == ".zip":
                yield from _entries(path)
    elif not source.exists():
        raise UnreadableSource(f"{source} does not exist.")
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith(".csv") and not Path(entry.filename).name.startswith("."):
                    yield source, entry.filename, entry.file_size
    elif source.suffix == ".zip":
        raise UnreadableSource(f"{source} is not a zip file, or is cut short. Fetch it again.")
    else:
        yield source, source.name, source.stat().st_size


def _member(path: Path, name: str, size: int) -> Member | None:
    found = _NAME.search(name)
    if found is None:
        return None
    try:
        month = Month.parse(found[1])
    except BadMonth:
        return None
    return Member(found[2], month, _KINDS[found[3]], path, name, size)
