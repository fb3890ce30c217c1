"""What a source holds: the published files in a zip, in a folder, or on their own, told apart by name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import BadMonth, UnreadableSource
from geo.month import Month
from geo.supply import Kind
from ingest.archive import zip_entries

_NAME = re.compile(r"(?:^|/)(\d{4}-\d{2})-([a-z0-9-]+?)-(street|outcomes|stop-and-search)\.csv$")
_KINDS = {"street": Kind.STREET, "outcomes": Kind.OUTCOMES, "stop-and-search": Kind.STOPS}
COVERAGE_NAME = "coverage.csv"
_MAY_BE_MEANT = re.compile(r"\.(csv(\.[^/]+)?|zip)$")  # packed again, or a zip within a zip: not read, but said


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


@dataclass(frozen=True, slots=True)
class SourceContent:
    """What was found in the sources: the published files, declarations of coverage, and what was passed over."""

    members: tuple[Member, ...]
    coverage: tuple[tuple[Path, str], ...]  # (source, name) of each coverage file
    passed_over: tuple[str, ...]  # other CSV files, packed ones too, by name: not ours to read, but said


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
            elif Path(name).name.lower() == COVERAGE_NAME:
                coverage.append((path, name))
            else:
                passed_over.append(name)
                continue
            found += 1
        if not found:
            raise UnreadableSource(
                f"{source} holds no published file. Crime files are named like 2025-12-leicestershire-street.csv "
                f"(or -outcomes.csv, -stop-and-search.csv), declarations {COVERAGE_NAME}; packed ones "
                f"(.csv.gz, or a zip in a zip) are to be unpacked first."
            )
    return SourceContent(tuple(sorted(members)), tuple(coverage), tuple(passed_over))


def _entries(source: Path) -> Iterator[tuple[Path, str, int]]:
    """(file, name, size) of whatever in a source may be meant to be read."""
    if source.is_dir():
        for path in sorted(path for path in source.rglob("*") if _meant(path.name) and path.is_file()):
            if path.suffix.lower() == ".zip":
                yield from _entries(path)
            else:
                yield path, str(path.relative_to(source)), path.stat().st_size
    elif (held := zip_entries(source)) is not None:
        yield from ((source, name, entry.file_size) for name, entry in held.items() if _meant(name))
    else:
        yield source, source.name, source.stat().st_size


def _meant(name: str) -> bool:
    return _MAY_BE_MEANT.search(name.lower()) is not None and not Path(name).name.startswith(".")


def _member(path: Path, name: str, size: int) -> Member | None:
    found = _NAME.search(name.lower())
    if found is None:
        return None
    try:
        month = Month.parse(found[1])
    except BadMonth:
        return None
    return Member(found[2], month, _KINDS[found[3]], path, name, size)
