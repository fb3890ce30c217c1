"""`force import`: an export of a force, read and checked, into this instance's updates database."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from api.publish.database import HEAD
from api.publish.force_data import TABLES, Rows
from geo.errors import DamagedFile, StoreFormatTooNew, UnreadableSource
from yourarea.force_export import FORMAT

_LARGEST = 64 << 20  # bytes of a file of rows or of a picture; none that is written is near it


@contextmanager
def opened(source: Path) -> Iterator[Path]:
    """The folder of an export, unpacked for a while where it is a zip.

    Raises:
        UnreadableSource: it is neither.
    """
    if source.is_dir():
        yield source
        return
    try:
        with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(source) as archive:
            wanted = [one for one in archive.infolist() if one.filename.startswith(("published/", "pictures/"))]
            wanted += [one for one in archive.infolist() if one.filename == "manifest.json"]
            if any(one.file_size > _LARGEST for one in wanted):
                raise UnreadableSource(f"{source} is not what `yourarea force export` writes.")
            archive.extractall(scratch, wanted)  # which lets no name lead out of the folder
            yield Path(scratch)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnreadableSource(f"{source} is neither a folder nor a zip file that can be read.") from error


def read_export(root: Path) -> tuple[str, Rows, list[dict[str, Any]]]:
    """The force of an export, its rows, and its pictures as the database takes them.

    Raises:
        UnreadableSource: it is no export.
        StoreFormatTooNew: another version of this software wrote it.
        DamagedFile: a file of it is missing or damaged.
    """
    try:
        manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
        force_id, version = str(manifest["force"]), (manifest["format"], manifest["updates_schema"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableSource(f"{root} is not what `yourarea force export` writes.") from error
    if version != (FORMAT, HEAD):
        raise StoreFormatTooNew(
            f"The export has format {version[0]} and schema {version[1]}; this software takes {FORMAT} and {HEAD}."
        )
    rows = {held.name: _lines(root / f"published/{held.name}.jsonl") for held in TABLES}
    return force_id, rows, [_picture(root, one) for one in _lines(root / "published/picture.jsonl")]


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise DamagedFile(f"{path.name} of the export is missing or damaged.") from error


def _picture(root: Path, said: dict[str, Any]) -> dict[str, Any]:
    """A picture and its content; only as what it says it is, and never from outside the export."""
    known = {name: said.get(name) for name in ("id", "media_type", "width", "height", "taken_in_at")}
    path = (root / str(said.get("file"))).resolve()
    if not path.is_relative_to((root / "pictures").resolve()) or known["media_type"] not in _MEDIA:
        raise DamagedFile("A picture of the export is not as `yourarea force export` writes one.")
    try:
        taken = datetime.fromisoformat(str(known["taken_in_at"]))
        return known | {"content": path.read_bytes(), "taken_in_at": taken}
    except (OSError, ValueError) as error:
        raise DamagedFile(f"{path.name} of the export is missing or damaged.") from error


_MEDIA = ("image/webp", "image/jpeg", "image/png")
