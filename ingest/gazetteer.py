"""Writing the gazetteer: the names that the store holds, and words to find them by (docs/spec/gazetteer.md)."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from geo.force import ForceRegister
from geo.latlng import LatLng
from geo.place_name import SHORTEST_MISSPELT, cut, folded, keys, welsh_names
from geo.store.boundary import Areas
from geo.store.gazetteer import FORMAT_VERSION, PlaceKind
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest, content_digest
from geo.store.placement import Placement
from geo.store.snap_register import SnapRegister
from geo.supply import Kind
from ingest.street import StreetGroup, street_groups
from ingest.workspace import Workspace, file_problem

RECIPE = "2"  # raised when the same inputs would give another gazetteer than before
MONTHS = 12  # of each force, the newest, whose crimes say which local authority a snap point lies in
_EVERYWHERE = {"police", "heddlu", "constabulary", "service", "and", "of", "the"}  # tell no area from another
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA user_version = {version};
CREATE TABLE made (made_from TEXT NOT NULL);
CREATE TABLE area (
  id INTEGER PRIMARY KEY, force TEXT NOT NULL, neighbourhood TEXT NOT NULL, neighbourhood_name TEXT NOT NULL,
  district TEXT NOT NULL
);
CREATE TABLE place (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, welsh TEXT NOT NULL, lat_e6 INTEGER,
  lng_e6 INTEGER, area INTEGER NOT NULL
);
CREATE TABLE called (key TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE misspelling (cut TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (cut, word)) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5 (name, around, content = '', detail = column, tokenize = 'ascii');
"""


class Row(NamedTuple):
    """One place as it is written: in this order, so that rows of one kind and name lie together."""

    kind: PlaceKind
    key: str
    name: str
    force: str
    district: str
    neighbourhood_name: str
    neighbourhood: str
    lat_e6: int | None
    lng_e6: int | None


def with_gazetteer(work: Workspace, manifest: Manifest, register: ForceRegister) -> Manifest:
    """The manifest with the gazetteer of what it names, made anew where any of that changed."""
    key = _digest(manifest, register)
    held = manifest.gazetteer
    if held is not None and file_problem(work.folder, held) is None and _made_from(work.folder.file(held.path)) == key:
        return manifest
    made = work.folder.scratch / "gazetteer.sqlite"
    rows = write_gazetteer(made, rows_of(work.folder, manifest, register), register, key)
    return manifest.changed(gazetteer=work.adopt("gazetteer", ".sqlite", made, rows))


def rows_of(folder: DataFolder, manifest: Manifest, register: ForceRegister) -> list[Row]:
    """Every named place of a manifest, in the order in which they are written."""
    neighbourhoods = Areas.open(*(folder.file(one.file.path) for one in manifest.current_generations))
    force_areas = Areas.open(*(folder.file(ref.path) for ref in (manifest.force_areas,) if ref is not None))
    streets: list[StreetGroup] = []
    if manifest.snap_register is not None and manifest.placement is not None:
        points = SnapRegister.open(folder.file(manifest.snap_register.path))
        placement = Placement.open(folder.file(manifest.placement.path))
        streets = street_groups(points, placement, [folder.file(ref.path) for ref in _newest_files(manifest)])
    district_of = _districts(streets)
    rows = [*_forces(register), *_neighbourhoods(neighbourhoods, district_of)]
    rows += _towns(folder, manifest.basemap.get("place"), neighbourhoods, force_areas, district_of)
    rows += _streets(streets, neighbourhoods, register)
    return sorted(rows, key=_order)


def write_gazetteer(path: Path, rows: Iterable[Row], register: ForceRegister, made_from: str) -> int:
    """Write those rows to a new file, and how many they are; equal rows give equal bytes with one version of SQLite."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA.format(version=FORMAT_VERSION))
        connection.execute("INSERT INTO made VALUES (?)", (made_from,))
        written = _write(connection, rows, _Around(register))
        connection.execute("INSERT INTO word (word) VALUES ('optimize')")
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()
    return written


class _Around:
    """The areas that places lie in, each written once, with the words that people add to a name."""

    def __init__(self, register: ForceRegister) -> None:
        self.names = {force.id: force.name for force in register}
        self.welsh = {force.id for force in register if force.nation == "wales"}
        self.known: dict[tuple[str, str, str, str], tuple[int, str]] = {}

    def of(self, row: Row) -> tuple[int, str]:
        """The number of a row's area, and its words."""
        where = (row.force, row.neighbourhood, row.neighbourhood_name, row.district)
        if where not in self.known:
            said = [row.neighbourhood_name, row.district, row.force, self.names.get(row.force, "")]
            said += [self.second_name(row, each) for each in said]
            words = dict.fromkeys(word for word in folded(" ".join(said)).split() if word not in _EVERYWHERE)
            self.known[where] = len(self.known) + 1, " ".join(words)
        return self.known[where]

    def second_name(self, row: Row, name: str) -> str:
        """The Welsh name of what has two, in Wales; England has a Newport of its own."""
        return welsh_names().get(folded(name), "") if row.force in self.welsh else ""


def _write(connection: sqlite3.Connection, rows: Iterable[Row], around: _Around) -> int:
    vocabulary: set[str] = set()
    number = 0
    for number, row in enumerate(rows, 1):
        area, near = around.of(row)
        welsh = around.second_name(row, row.name) if row.kind is not PlaceKind.STREET else ""
        name = f"{row.key} {folded(welsh)}".strip()
        connection.execute(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, row.kind, row.name, welsh, row.lat_e6, row.lng_e6, area),
        )
        for key in {*keys(row.key), *keys(folded(welsh))}:
            connection.execute("INSERT INTO called VALUES (?, ?)", (key, number))
        connection.execute("INSERT INTO word (rowid, name, around) VALUES (?, ?, ?)", (number, name, near))
        vocabulary.update(name.split())
    vocabulary.update(word for _, near in around.known.values() for word in near.split())
    areas = [(at, *where) for where, (at, _) in around.known.items()]
    connection.executemany("INSERT INTO area VALUES (?, ?, ?, ?, ?)", areas)
    long = (word for word in vocabulary if len(word) >= SHORTEST_MISSPELT and word.isalpha())
    parts = sorted((part, word) for word in long for part in cut(word))
    connection.executemany("INSERT INTO misspelling VALUES (?, ?)", parts)
    return number


def _order(row: Row) -> tuple[object, ...]:
    position = (row.lat_e6 or 0, row.lng_e6 or 0)
    return (
        row.kind,
        row.key,
        row.name,
        not row.force,
        row.force,
        row.district,
        row.neighbourhood_name,
        row.neighbourhood,
        position,
    )


def _forces(register: ForceRegister) -> Iterator[Row]:
    for force in register:
        if force.territorial:
            yield Row(PlaceKind.FORCE, folded(force.name), force.name, force.id, "", "", "", None, None)


def _neighbourhoods(areas: Areas, district_of: Mapping[int, str]) -> Iterator[Row]:
    for at, (force, known, name) in enumerate(zip(areas.force_ids, areas.ids, areas.names, strict=True)):
        yield Row(PlaceKind.NEIGHBOURHOOD, folded(name), name, force, district_of.get(at, ""), name, known, None, None)


def _towns(
    folder: DataFolder, layer: FileRef | None, areas: Areas, forces: Areas, district_of: Mapping[int, str]
) -> Iterator[Row]:
    """The base map's places, each in the neighbourhood or force area that holds it."""
    if layer is None:
        return
    for feature in json.loads(folder.file(layer.path).read_bytes())["features"]:
        name = str((feature.get("properties") or {}).get("name") or "")
        geometry = feature.get("geometry") or {}
        if not name or geometry.get("type") != "Point":
            continue
        lng, lat = geometry["coordinates"][:2]
        at = next(iter(areas.holding(LatLng(lat, lng))), None)
        around = next(iter(forces.holding(LatLng(lat, lng))), None)
        force = areas.force_ids[at] if at is not None else forces.force_ids[around] if around is not None else ""
        known, called, district = ("", "", "") if at is None else (areas.ids[at], areas.names[at], district_of.get(at))
        position = (round(lat * 1e6), round(lng * 1e6))
        yield Row(PlaceKind.TOWN, folded(name), name, force, district or "", called, known, *position)


def _streets(groups: Iterable[StreetGroup], areas: Areas, register: ForceRegister) -> Iterator[Row]:
    """Streets, and the local authorities that they lie in, each in the force that has most of its streets."""
    forces = {force.slot: force.id for force in register}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for one in groups:
        force = forces.get(one.force, "")
        at = one.neighbourhood
        known, called = ("", "") if at < 0 else (areas.ids[at], areas.names[at])
        if one.district and force:
            votes[one.district][force] += 1
        yield Row(
            PlaceKind.STREET, folded(one.name), one.name, force, one.district, called, known, one.lat_e6, one.lng_e6
        )
    for district, found in votes.items():
        yield Row(PlaceKind.DISTRICT, folded(district), district, _most(found), district, "", "", None, None)


def _most(votes: Mapping[str, int]) -> str:
    return min(votes, key=lambda name: (-votes[name], name))


def _districts(groups: Iterable[StreetGroup]) -> dict[int, str]:
    """The local authority of each neighbourhood, by its index: that of most of its streets."""
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for one in groups:
        if one.neighbourhood >= 0 and one.district:
            votes[one.neighbourhood][one.district] += 1
    return {at: _most(found) for at, found in votes.items()}


def _newest_files(manifest: Manifest) -> list[FileRef]:
    """Street records of the newest twelve months of each force that count."""
    by_force: dict[str, list[FileRef]] = defaultdict(list)
    for one in manifest.counted(Kind.STREET):
        by_force[one.force].append(one.file)
    return [ref for _, refs in sorted(by_force.items()) for ref in refs[-MONTHS:]]


def _digest(manifest: Manifest, register: ForceRegister) -> str:
    single = (manifest.snap_register, manifest.placement, manifest.force_areas, manifest.basemap.get("place"))
    refs = [*single, *(one.file for one in manifest.current_generations), *_newest_files(manifest)]
    welsh = (f"{english} {welsh}" for english, welsh in welsh_names().items())
    forces = (repr(force) for force in register)
    return content_digest([RECIPE, *(ref.sha256 if ref else "" for ref in refs), *welsh, *forces])


def _made_from(path: Path) -> str | None:
    try:
        with sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True) as connection:
            return str(connection.execute("SELECT made_from FROM made").fetchone()[0])
    except sqlite3.DatabaseError:
        return None
