"""The id crosswalk: which crime here an id saved from another instance means (docs/spec/id-crosswalk.md)."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from geo.errors import UnreadableSource
from ingest import archive
from ingest.workspace import Workspace

HEADER = ("original_id", "id", "persistent_id")
_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_PERSISTENT_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


def load_crosswalk(work: Workspace, source: Path) -> int:
    """Load an id crosswalk in place of the one held; how many ids it tells of.

    Raises:
        UnreadableSource: not such a file; says the line.
    """
    with archive.reading(source):
        text = source.read_text(encoding="utf-8-sig")
        rows = sorted(_rows(source.name, text), key=lambda row: int(row[0]))
    for before, row in pairwise(rows):
        if before[0] == row[0]:
            raise UnreadableSource(f"{source.name}: the original id {row[0]} stands there twice.")
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerows([HEADER, *rows])
    kept = work.keep("id-crosswalk", ".csv", sheet.getvalue().encode(), len(rows))
    work.stage(work.staged().changed(id_crosswalk=kept))
    return len(rows)


def _rows(name: str, text: str) -> Iterator[tuple[str, str, str]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(next(lines, ())) != HEADER:
            raise UnreadableSource(f"{name}: its first line is not {','.join(HEADER)}.")
        for row in lines:
            if len(row) != len(HEADER) or not _sound(*row):
                raise UnreadableSource(
                    f"{name}, line {lines.line_num}: needs an original id, and an id or a persistent id (64 hex digits "
                    "in small letters) or both. Nothing was taken in."
                )
            yield str(int(row[0])), row[1] and str(int(row[1])), row[2]
    except csv.Error as error:
        raise UnreadableSource(f"{name}, line {lines.line_num}: is not CSV: {error}.") from error


def _sound(original_id: str, crime_id: str, persistent_id: str) -> bool:
    told = bool(crime_id or persistent_id)
    held = not crime_id or (_ID.fullmatch(crime_id) is not None and int(crime_id) < 1 << 31)
    known = not persistent_id or _PERSISTENT_ID.fullmatch(persistent_id) is not None
    return _ID.fullmatch(original_id) is not None and told and held and known
