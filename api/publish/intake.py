"""Importing content: a source's files read, every entry a record or a counted reject, and taken in force by force."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from api.publish.change import Import, Mark
from api.publish.database import Updates
from api.publish.record import ForceContent, NeighbourhoodContent
from api.publish.shape import (
    Entry,
    Refuse,
    Refused,
    event,
    force_detail,
    neighbourhood_detail,
    person,
    priority,
    record_of,
    records,
)
from api.publish.source import ContentFile, ContentSource, is_id
from geo.force import ForceRegister

UNKNOWN_FORCE = "unknown-force"


@dataclass(frozen=True, slots=True)
class Reject:
    """What was not taken over.

    Attributes:
        file: its name in the source.
        where: in the file: `[2]`, `links[0]`, `contact_details.web`; empty for the whole file.
        reason: one of those in docs/spec/content.md.
    """

    file: str
    where: str
    reason: str


@dataclass
class ContentReport:
    """What an import did.

    Attributes:
        source: its name, with which what it brought is marked.
        records: entries taken over, by kind.
        rejects: those that were not.
        passed_over: JSON files that hold no content, by name.
        forces_changed: how many forces' own details or officers are not what they were.
        neighbourhoods_changed: how many neighbourhoods are not what they were.
    """

    source: str
    passed_over: tuple[str, ...]
    records: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    forces_changed: int = 0
    neighbourhoods_changed: int = 0

    @property
    def refused(self) -> list[Reject]:
        """Those rejects that are whole files."""
        return [reject for reject in self.rejects if not reject.where]


def take_in(
    updates: Updates, source: ContentSource, register: ForceRegister, done: Callable[[], None] = lambda: None
) -> ContentReport:
    """Import a source. What it brings again as it is stays as it is, and so do the revisions.

    Each force is one transaction: where the import is stopped, forces stand wholly as before or wholly as now, and
    importing again finishes it.

    Args:
        updates: the database; its schema is brought up to date.
        source: what to import.
        register: the forces that there are; content of others is refused.
        done: called after each file.
    """
    updates.migrate()
    report = ContentReport(source.name, source.passed_over)
    reading = _Reading(report, {force.id for force in register if force.territorial}, done)
    mark = Mark(source.name, datetime.now(UTC).replace(microsecond=0))
    lists, owned = _split(source.files)
    contents = reading.forces(lists)
    for force_id, files in groupby(owned, key=lambda file: file.force_id):
        content = reading.force(files, contents.pop(force_id, ForceContent()))
        if force_id in reading.known:
            _put(updates, mark, force_id, content, report)
    for force_id, content in contents.items():
        _put(updates, mark, force_id, content, report)
    return report


def _split(files: Iterable[ContentFile]) -> tuple[list[ContentFile], list[ContentFile]]:
    lists: list[ContentFile] = []
    owned: list[ContentFile] = []
    for file in files:
        (owned if file.force_id else lists).append(file)
    return lists, owned


def _put(updates: Updates, mark: Mark, force_id: str, content: ForceContent, report: ContentReport) -> None:
    with updates.writing() as connection:
        force, neighbourhoods = Import(connection, mark).force(force_id, content)
    report.forces_changed += force
    report.neighbourhoods_changed += neighbourhoods


@dataclass(frozen=True, slots=True)
class _Reading:
    report: ContentReport
    known: set[str]
    done: Callable[[], None]

    def forces(self, files: list[ContentFile]) -> dict[str, ForceContent]:
        """The names in the list of forces."""
        found: dict[str, ForceContent] = {}
        for file in files:
            for force_id, name in self._list(file, "names", self._known_force) or ():
                found[force_id] = ForceContent(name=name)
        return found

    def force(self, files: Iterable[ContentFile], content: ForceContent) -> ForceContent:
        """All that some files hold of one force."""
        for file in files:
            if file.force_id not in self.known:
                self._refuse(file)("", UNKNOWN_FORCE)
                self.done()
            elif file.kind == "force":
                content.detail = self._one(file, "forces", force_detail, file.force_id)
            elif file.kind == "officers":
                content.officers = self._list(file, "officers", person)
            elif file.kind == "neighbourhoods":
                for neighbourhood_id, name in self._list(file, "names", _named) or ():
                    _of(content, neighbourhood_id).name = name
            else:
                self._neighbourhood(file, _of(content, file.neighbourhood_id))
        return content

    def _neighbourhood(self, file: ContentFile, content: NeighbourhoodContent) -> None:
        if file.kind == "neighbourhood":
            content.detail = self._one(file, "neighbourhoods", neighbourhood_detail, file.neighbourhood_id)
        elif file.kind == "people":
            content.team = self._list(file, "people", person)
        elif file.kind == "events":
            content.events = self._list(file, "events", event)
        else:
            content.priorities = self._list(file, "priorities", priority)

    def _one(self, file: ContentFile, kind: str, record: Callable[[Entry], Any], its_id: str) -> Any:
        def checked(entry: Entry) -> Any:
            if entry.said.get("id", its_id) != its_id:
                raise Refused("another-id")
            return record(entry)

        return self._read(file, lambda said, refuse: record_of(said, checked, refuse), kind)

    def _list(self, file: ContentFile, kind: str, record: Callable[[Entry], Any]) -> Any:
        return self._read(file, lambda said, refuse: records(said, record, refuse), kind)

    def _read(self, file: ContentFile, parse: Callable[[Any, Refuse], Any], kind: str) -> Any:
        """What a file holds; `None` where it is refused as a whole, which leaves what was held as it is."""
        refuse = self._refuse(file)
        try:
            found = parse(file.read(), refuse)
        except Refused as refused:
            refuse("", str(refused))
            return None
        finally:
            self.done()
        self._count(kind, found)
        return found

    def _count(self, kind: str, found: Any) -> None:
        self.report.records[kind] += len(found) if isinstance(found, tuple) else 1
        for inside in ("engagement_methods", "links", "contact_points"):
            if held := getattr(found, inside, ()):
                self.report.records[inside] += len(held)

    def _refuse(self, file: ContentFile) -> Refuse:
        return lambda where, reason: self.report.rejects.append(Reject(file.name, where, reason))

    def _known_force(self, entry: Entry) -> tuple[str, str]:
        force_id, name = _named(entry)
        if force_id not in self.known:
            raise Refused(UNKNOWN_FORCE)
        return force_id, name


def _of(content: ForceContent, neighbourhood_id: str) -> NeighbourhoodContent:
    return content.neighbourhoods.setdefault(neighbourhood_id, NeighbourhoodContent())


def _named(entry: Entry) -> tuple[str, str]:
    """An entry of `/forces` or `/{force}/neighbourhoods`: (id, name). Ids are opaque, and kept to the letter."""
    said = entry.said.get("id")
    if not isinstance(said, str) or not is_id(said):
        raise Refused("without-an-id")
    return said, entry.needed("name", "without-a-name")
