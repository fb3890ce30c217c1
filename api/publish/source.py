"""Where content comes from: a folder or zip whose JSON files lie as the API's paths do (docs/spec/content.md)."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from api.publish.markup import clean_characters
from api.publish.shape import Refused
from geo.errors import UnreadableSource

LARGEST = 64 * 2**20  # bytes of one file; a force's own are a few hundred thousand
LONGEST_ID = 200  # characters; the longest of data.police.uk's has 40
_OF_NEIGHBOURHOOD = ("people", "events", "priorities")


@dataclass(frozen=True, slots=True, order=True)
class ContentFile:
    """One file of a source, and what its path says it holds.

    Attributes:
        force_id: whose it is; empty for the list of forces.
        neighbourhood_id: whose it is; empty where it is the force's.
        kind: `forces`, `force`, `officers`, `neighbourhoods`, `neighbourhood`, `people`, `events` or `priorities`.
        source: the zip, or the file itself.
        name: within the source.
    """

    force_id: str
    neighbourhood_id: str
    kind: str
    source: Path
    name: str

    def read(self) -> Any:
        """The JSON of the file.

        Raises:
            Refused: it is not JSON, or too large.
            UnreadableSource: the zip is damaged.
        """
        written = _bytes(self.source, self.name)
        try:
            return json.loads(written.decode("utf-8-sig"), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise Refused("not-json") from error


@dataclass(frozen=True, slots=True)
class ContentSource:
    """What was found in a source: its name, the files that are content, and the names of JSON files that are not."""

    name: str
    files: tuple[ContentFile, ...]
    passed_over: tuple[str, ...]


def find_content(source: Path) -> ContentSource:
    """The content files of a folder or zip, in order of force and neighbourhood.

    A folder that everything lies in (`api/`, `export/`) is passed through.

    Raises:
        UnreadableSource: it does not exist, is no zip, or holds no file of content.
    """
    names = _names(source)
    outer = _outer(names)
    files, passed_over = [], []
    for name in names:
        found = _placed(PurePosixPath(name).parts[outer:])
        if found is None:
            passed_over.append(clean_characters(name))
        else:
            files.append(ContentFile(*found, source if source.is_file() else source / name, name))
    if not files:
        raise UnreadableSource(
            f"{source} holds no content. Files lie as the API's paths do: forces/{{id}}.json, "
            "{force}/{neighbourhood}.json, {force}/{neighbourhood}/people.json."
        )
    return ContentSource(source.name, tuple(sorted(files)), tuple(passed_over))


def _names(source: Path) -> list[str]:
    """The JSON files of a source, by their names within it."""
    if source.is_dir():
        found = [path.relative_to(source).as_posix() for path in source.rglob("*.json") if path.is_file()]
    elif not source.exists():
        raise UnreadableSource(f"{source} does not exist.")
    else:
        try:
            with zipfile.ZipFile(source) as archive:
                found = [one.filename for one in archive.infolist() if one.filename.endswith(".json")]
        except zipfile.BadZipFile as error:
            raise UnreadableSource(f"{source} is neither a folder nor a zip file, or is cut short.") from error
    hidden = ("__MACOSX", ".")
    return sorted(name for name in found if not any(part.startswith(hidden) for part in PurePosixPath(name).parts))


def _outer(names: list[str]) -> int:
    """How many folders deep the content begins: one where all lies in one folder and its lists lie right in it."""
    parts = [PurePosixPath(name).parts for name in names]
    if len({one[0] for one in parts}) != 1:
        return 0
    return int(any(one[1:2] in (("forces",), ("forces.json",)) or one[2:] == ("neighbourhoods.json",) for one in parts))


def _placed(parts: tuple[str, ...]) -> tuple[str, str, str] | None:
    """(force, neighbourhood, kind) of a path; ids may be percent-encoded, as in addresses."""
    names = [unquote(part) for part in (*parts[:-1], parts[-1].removesuffix(".json"))] if parts else []
    if not all(map(is_id, names)):
        return None
    match names:
        case ["forces"]:
            return "", "", "forces"
        case ["forces", force_id]:
            return force_id, "", "force"
        case ["forces", force_id, "people"]:
            return force_id, "", "officers"
        case [force_id, "neighbourhoods"]:
            return force_id, "", "neighbourhoods"
        case [force_id, neighbourhood_id]:
            return force_id, neighbourhood_id, "neighbourhood"
        case [force_id, neighbourhood_id, kind] if kind in _OF_NEIGHBOURHOOD:
            return force_id, neighbourhood_id, kind
    return None


def is_id(written: str) -> bool:
    """Whether a text can be an id: any, but neither empty nor endless nor with characters that no text should hold."""
    return 0 < len(written) <= LONGEST_ID and clean_characters(written) == written


def _bytes(source: Path, name: str) -> bytes:
    try:
        if not zipfile.is_zipfile(source):
            if source.stat().st_size > LARGEST:
                raise Refused("too-long")
            return source.read_bytes()
        with zipfile.ZipFile(source) as archive:
            if archive.getinfo(name).file_size > LARGEST:
                raise Refused("too-long")
            return archive.read(name)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableSource(f"{source}: {name} cannot be read: {error}. Fetch the file again.") from error


def _no_number(_constant: str) -> None:
    raise ValueError("NaN and Infinity are not JSON.")
