"""Manifests: which immutable files make up the staged data or a release (docs/spec/manifest.md)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from geo.errors import DamagedFile, StoreFormatTooNew
from geo.month import Month
from geo.store.layout import STORE_FORMAT
from geo.supply import FORCE_MONTH, Kind, SupplyState


def _month(value: Any) -> Any:
    return Month.parse(value) if isinstance(value, str) else value


MonthField = Annotated[Month, BeforeValidator(_month), PlainSerializer(str)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def changed(self, **fields: Any) -> Self:
        """The same with other values for some fields; `model_copy` would carry along what was cached."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | fields)


class FileRef(_Frozen):
    """One immutable file: its path below the data folder, SHA-256 in hex, size in bytes and rows."""

    path: str
    sha256: str
    size: int
    rows: int


class Publication(_Frozen):
    """One file as a force supplied it and as it was published: its records, its rejects and its source member.

    Attributes:
        force: whose file it is, which is who reported its rows.
        published: the monthly issue in which it appeared.
        content: digest of the records alone, the same in every instance that holds the same publication.
        unplaced: records without a position.
        categories: records by category code (street) or outcome code (outcomes); empty for stops.
    """

    force: str
    month: MonthField
    kind: Kind
    published: MonthField
    loaded_at: datetime
    source: str
    rows: int
    records: int
    unplaced: int
    rejects: Mapping[str, int]
    categories: Mapping[int, int]
    content: str
    file: FileRef
    member: FileRef
    reject_file: FileRef | None

    @property
    def key(self) -> tuple[str, Month, Kind]:
        """(force, month, kind): what a publication is a publication of."""
        return self.force, self.month, self.kind


class Declaration(_Frozen):
    """A word on a force-month of which no file, or not the whole, is to be had.

    Attributes:
        published: the monthly issue that it came with.
        inferred: whether it is nobody's word, but what an archive that is known to be whole says by its silence.
    """

    force: str
    month: MonthField
    kind: Kind
    state: SupplyState
    note: str
    published: MonthField
    inferred: bool = False

    @property
    def key(self) -> tuple[str, Month, Kind]:
        """(force, month, kind): what is declared."""
        return self.force, self.month, self.kind

    def outweighs(self, other: "Declaration") -> bool:
        """Whether this one is to be believed of two: a word before silence, then the newer issue, then the later."""
        return (not self.inferred, self.published) >= (not other.inferred, other.published)


class Hold(_Frozen):
    """A force-month that `check` found odd. It is counted nowhere until it is accepted with a note."""

    force: str
    month: MonthField
    kind: Kind
    content: str  # the publication that was judged; another one is judged afresh
    reason: str
    accepted: str | None = None


class Withheld(_Frozen):
    """A force-month that the force itself holds back. It is counted nowhere until the force lets it go."""

    force: str
    month: MonthField
    kind: Kind
    note: str

    @property
    def key(self) -> tuple[str, Month, Kind]:
        """(force, month, kind): what is held back."""
        return self.force, self.month, self.kind


class Generation(_Frozen):
    """One dated set of a force's neighbourhood boundaries."""

    force: str
    first_month: MonthField
    file: FileRef
    report: FileRef  # what loading found: repairs, overlaps, and ids kept, renamed, merged, split and gone


class Manifest(_Frozen):
    """All that the staged data or a release consist of. A release differs in having an id."""

    store_format: int = STORE_FORMAT
    release_id: str | None = None
    checked_at: datetime | None = None
    code_version: str | None = None
    updates_schema: str | None = None  # of the updates database, that the code which checked it expects
    force_register: FileRef | None = None  # absent: the United Kingdom's
    publications: tuple[Publication, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    holds: tuple[Hold, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    generations: tuple[Generation, ...] = ()
    force_areas: FileRef | None = None
    postcodes: FileRef | None = None
    id_crosswalk: FileRef | None = None
    populations: Mapping[str, FileRef] = Field(default_factory=dict)  # by measure; see `geo.store.population`
    basemap: Mapping[str, FileRef] = Field(default_factory=dict)
    snap_register: FileRef | None = None
    placement: FileRef | None = None
    gazetteer: FileRef | None = None
    people: FileRef | None = None
    tally: FileRef | None = None
    spreads: FileRef | None = None
    counts: Mapping[str, FileRef] = Field(default_factory=dict)  # by month
    attachments: Mapping[str, FileRef] = Field(default_factory=dict)  # by force
    tiles: Mapping[str, FileRef] = Field(default_factory=dict)  # by archive name
    serving: Mapping[str, FileRef] = Field(default_factory=dict)  # by name; see `geo.store.serving`
    built_from: str | None = None  # digest of the inputs that the derived files were made from

    @cached_property
    def live(self) -> dict[tuple[str, Month, Kind], Publication]:
        """The newest publication of each force, month and kind: the one that rules, in whatever order they came."""
        newest: dict[tuple[str, Month, Kind], Publication] = {}
        for publication in self.publications:
            rival = newest.get(publication.key)
            if rival is None or publication.published > rival.published:
                newest[publication.key] = publication
        return dict(sorted(newest.items()))

    @cached_property
    def held(self) -> dict[tuple[str, Month, Kind], Hold]:
        """What is held back: an odd publication that rules and that nobody has accepted, or one by its own force."""
        odd = {
            (hold.force, hold.month, hold.kind): hold
            for hold in self.holds
            if hold.accepted is None
            and (rule := self.live.get((hold.force, hold.month, hold.kind))) is not None
            and rule.content == hold.content
        }
        own = {
            one.key: Hold(force=one.force, month=one.month, kind=one.kind, content=rule.content, reason=one.note)
            for one in self.withheld
            if (rule := self.live.get(one.key)) is not None
        }
        return odd | own

    @cached_property
    def declared(self) -> dict[tuple[str, Month, Kind], Declaration]:
        """The declaration of each force, month and kind."""
        return {said.key: said for said in self.declarations}

    def counted(self, kind: Kind) -> Iterator[Publication]:
        """The publications that count: those that rule and are not held back; by force, then month."""
        return (found for key, found in self.live.items() if key[2] is kind and key not in self.held)

    def state(self, force: str, month: Month, kind: Kind) -> SupplyState:
        """The supply state of a force, month and kind."""
        key = (force, month, kind)
        said = self.declared.get(key)
        if key in self.live:
            incomplete = key in self.held or (said is not None and said.state is SupplyState.PARTIAL)
            return SupplyState.PARTIAL if incomplete else SupplyState.SUPPLIED
        return said.state if said is not None and said.state is SupplyState.NOT_SUPPLIED else SupplyState.NOT_HELD

    def note(self, force: str, month: Month, kind: Kind) -> str | None:
        """Why the state is what it is, where somebody or `check` said so. What decides nothing says nothing."""
        key = (force, month, kind)
        if key in self.held:
            return self.held[key].reason
        said = self.declared.get(key)
        return said.note if said is not None and said.state is self.state(force, month, kind) else None

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Every month of which some street file counts, oldest first."""
        return tuple(sorted({publication.month for publication in self.counted(Kind.STREET)}))

    @cached_property
    def current_generations(self) -> tuple[Generation, ...]:
        """Each force's generation that pages and time series use, by force.

        It is the newest that has begun by the newest month that counts; the oldest where none has.
        """
        now = self.months[-1:]
        current: dict[str, Generation] = {}
        for generation in sorted(self.generations, key=lambda one: one.first_month):
            if generation.force not in current or (generation.first_month,) <= now:
                current[generation.force] = generation
        return tuple(current[force] for force in sorted(current))

    def files(self) -> Iterator[FileRef]:
        """Every file that the manifest names."""
        for publication in self.publications:
            yield publication.file
            yield publication.member
            if publication.reject_file is not None:
                yield publication.reject_file
        for generation in self.generations:
            yield generation.file
            yield generation.report
        derived = (self.snap_register, self.placement, self.gazetteer, self.people, self.tally, self.spreads)
        single = (self.force_register, self.force_areas, self.postcodes, self.id_crosswalk, *derived)
        yield from (ref for ref in single if ref is not None)
        for group in (self.populations, self.basemap, self.counts, self.attachments, self.tiles, self.serving):
            yield from group.values()

    def to_json(self) -> str:
        """The manifest as JSON, keys sorted, so that equal manifests are equal bytes."""
        return json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def manifest_from_json(text: str, where: Path) -> Manifest:
    """A manifest from its JSON form.

    Raises:
        StoreFormatTooNew: written by a later version.
        DamagedFile: not a manifest.
    """
    try:
        read = json.loads(text)
        if int(read["store_format"]) > STORE_FORMAT:
            raise StoreFormatTooNew(
                f"{where} has store format {read['store_format']}; this software reads up to {STORE_FORMAT}."
            )
        return Manifest.model_validate(read)
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        if isinstance(error, StoreFormatTooNew):
            raise
        raise DamagedFile(f"{where} is not a manifest: {error}") from error


def content_digest(parts: Iterable[str]) -> str:
    """SHA-256 in hex of some texts in order, each ended by a line feed."""
    return sha256("".join(f"{part}\n" for part in parts).encode()).hexdigest()


def not_whole(manifest: Manifest, forces: Iterable[str], month: Month) -> list[tuple[FORCE_MONTH, SupplyState]]:
    """The forces, of those given, whose street file of that month is not supplied whole."""
    return [
        ((force, month), state)
        for force in forces
        if (state := manifest.state(force, month, Kind.STREET)) is not SupplyState.SUPPLIED
    ]
