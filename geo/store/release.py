"""A release opened for reading: one immutable object from which every answer of a request is made."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.errors import BadMonth, DamagedFile, UnknownRelease
from geo.force import ForceRegister, register_from_json, uk_forces
from geo.latlng import LatLng
from geo.month import Month
from geo.statistics.dispersion import Spread
from geo.statistics.series import Window
from geo.store.boundary import Areas
from geo.store.count import MonthCounts
from geo.store.gazetteer import Gazetteer
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest
from geo.store.placement import SCHEMA as PLACEMENT_SCHEMA
from geo.store.placement import Placement
from geo.store.population import Headcount, People, title_of
from geo.store.postcode import PostcodeTable
from geo.store.release_file import manifest_of, verify
from geo.store.serving import PersistentIds, ServedRecords
from geo.store.snap_register import SnapRegister
from geo.store.tally import SpreadOf, Tally, open_spreads
from geo.store.tile_archive import TileArchive
from geo.store.window import window_of

STEM_DIGITS = 16  # of the SHA-256: enough that no two archives of one name ever share an address

Opened = TypeVar("Opened")


def live_release_id(folder: DataFolder) -> str:
    """The id of the live release, from the pointer file.

    Raises:
        UnknownRelease: nothing was ever made live in this folder.
        DamagedFile: the pointer is not what `activate` writes.
    """
    try:
        return str(json.loads(folder.live.read_text(encoding="utf-8"))["release"])
    except FileNotFoundError as error:
        raise UnknownRelease("No release is live yet. Load, build, check and activate one.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedFile(f"{folder.live.name} does not name a release; activate one again.") from error


@dataclass(frozen=True, slots=True)
class TileFile:
    """One tile archive of a release, and how addresses name it.

    Attributes:
        name: of the archive, the same from release to release: `2025-12`.
        stem: `{name}-{first 16 hex digits of the file's SHA-256}`, so an address never changes its content.
        sha256: of the whole file, in hex.
        archive: the same file, opened.
    """

    name: str
    stem: str
    sha256: str
    archive: TileArchive


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Opens files, or takes from an earlier release what it has open with the same content."""

    folder: DataFolder
    earlier: Mapping[Any, Any]
    opened: dict[Any, Any] = field(default_factory=dict)

    def take(self, what: Callable[..., Opened], refs: Iterable[FileRef]) -> Opened:
        """`what(*paths)`, made at most once for each content."""
        refs = tuple(refs)
        key = (what, *(ref.sha256 for ref in refs))
        if key not in self.opened:
            held = self.earlier.get(key)
            self.opened[key] = held if held is not None else what(*(self.folder.file(ref.path) for ref in refs))
        found: Opened = self.opened[key]
        return found


@dataclass(frozen=True)
class Release:
    """All that a server reads, from one manifest. Nothing in it changes; it is shared between threads.

    Attributes:
        id: the release's id.
        manifest: which files it consists of, and what is known of each force-month.
        register: its forces.
        snap_register: every snap point.
        placement: where each snap point lies.
        neighbourhoods: the current generations, in order of force: what `placement.neighbourhood` counts.
        force_areas: the ground of each force; empty where none was loaded.
        postcodes: the postcode table; `None` where none was loaded.
        people: how many live and work where, by postcode; `None` where no populations are held.
        population_titles: what the figures of people are, in words, by measure.
        tally: crimes of the months that are compared, by neighbourhood; `None` in a release made before there was one.
        spreads: how much a force's neighbourhoods vary, by its slot, in what, and category code.
        gazetteer: places by name; `None` in a release made before there was one.
        tile_files: the tile archives by name; base map archives as `basemap-{name}`.
        served: the records of the newest months as JSON, by `geo.store.serving.records_name`.
        served_ids: their persistent ids, by `geo.store.serving.ids_name`.
    """

    id: str
    manifest: Manifest
    register: ForceRegister
    snap_register: SnapRegister
    placement: Placement
    neighbourhoods: Areas
    force_areas: Areas
    postcodes: PostcodeTable | None
    people: People | None
    population_titles: Mapping[str, str]
    tally: Tally | None
    spreads: Mapping[tuple[int, SpreadOf, int], Spread]
    gazetteer: Gazetteer | None
    tile_files: Mapping[str, TileFile]
    served: Mapping[str, ServedRecords]
    served_ids: Mapping[str, PersistentIds]
    _counts: Mapping[Month, MonthCounts]
    _opened: Mapping[Any, Any]
    _tallied: Mapping[str, frozenset[Month]] | None = None  # as the tally was made, where months are left out since

    @classmethod
    def open(cls, folder: DataFolder, release_id: str, like: Iterable["Release"] = ()) -> Self:
        """The release of that id, with its indexes made, so that the first request is as fast as the next.

        Args:
            folder: the data folder.
            release_id: of a checked release in it.
            like: releases already open; files of the same content are shared with them, not opened again.

        Raises:
            UnknownRelease: there is no such release.
            DamagedFile: the manifest, or a file it names, is missing, cut short or not what it should be.
            StoreFormatTooNew: written by a later version.
        """
        manifest = manifest_of(folder, release_id)
        verify(folder, manifest)
        shelf = _Shelf(folder, {key: value for release in like for key, value in release._opened.items()})
        release = cls(
            id=release_id,
            manifest=manifest,
            register=shelf.take(_register, (manifest.force_register,)) if manifest.force_register else uk_forces(),
            snap_register=_one(shelf, SnapRegister.open, manifest.snap_register) or SnapRegister.empty(),
            placement=_one(shelf, Placement.open, manifest.placement) or Placement(PLACEMENT_SCHEMA.empty_table()),
            neighbourhoods=shelf.take(Areas.open, (one.file for one in manifest.current_generations)),
            force_areas=shelf.take(Areas.open, () if manifest.force_areas is None else (manifest.force_areas,)),
            postcodes=_one(shelf, PostcodeTable.open, manifest.postcodes),
            people=_one(shelf, People.open, manifest.people),
            population_titles={
                name: shelf.take(title_of, (ref,)) for name, ref in sorted(manifest.populations.items())
            },
            tally=_one(shelf, Tally.open, manifest.tally),
            spreads=_one(shelf, open_spreads, manifest.spreads) or {},
            gazetteer=_one(shelf, Gazetteer.open, manifest.gazetteer),
            tile_files=_tile_files(shelf, manifest),
            served={name: shelf.take(ServedRecords.open, (ref,)) for name, ref in _served(manifest, ids=False)},
            served_ids={name: shelf.take(PersistentIds.open, (ref,)) for name, ref in _served(manifest, ids=True)},
            _counts={
                Month.parse(month): shelf.take(MonthCounts.open, (ref,)) for month, ref in manifest.counts.items()
            },
            _opened=MappingProxyType(shelf.opened),
        )
        release._agree()
        release._warm()
        pa.default_memory_pool().release_unused()  # it keeps what boundaries were read through: 86 MB of the country's
        return release

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month of which some street file counts, oldest first."""
        return self.manifest.months

    @property
    def month_newest(self) -> Month | None:
        """The newest month of which some street file counts; `None` before anything is loaded."""
        return self.months[-1] if self.months else None

    def counts(self, month: Month) -> MonthCounts:
        """The counts of a month.

        Raises:
            BadMonth: no street crimes of that month are held.
        """
        if month not in self._counts:
            raise self._held_months(month)
        return self._counts[month]

    @cached_property
    def tiles(self) -> Mapping[str, str]:
        """The stem of each tile archive by name, as addresses carry it."""
        return {name: file.stem for name, file in self.tile_files.items()}

    def snap_ids_in(self, neighbourhood: int) -> npt.NDArray[np.int64]:
        """The ids of the snap points of one neighbourhood, ascending; by its index in `neighbourhoods`."""
        order, start = self._by_neighbourhood
        return order[start[neighbourhood] : start[neighbourhood + 1]]

    @cached_property
    def _by_neighbourhood(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        order = np.argsort(self.placement.neighbourhood, kind="stable")
        edges = np.arange(len(self.neighbourhoods) + 1)
        return order, np.searchsorted(self.placement.neighbourhood[order], edges)

    @cached_property
    def headcounts(self) -> tuple[Headcount, ...] | None:
        """The people of each neighbourhood, by its index in `neighbourhoods`; `None` where no populations are held."""
        return None if self.people is None else self.people.by_neighbourhood(len(self.neighbourhoods))

    @cached_property
    def windows(self) -> Mapping[str, Window]:
        """The latest months of each force and those of a year before, by its id; without forces that supplied none.

        Nor those whose months were not all tallied, because one was left out since.
        """
        found = ((force.id, window_of(self.manifest, [force.id])) for force in self.register)
        made = self._tallied
        return {
            force: window
            for force, window in found
            if window is not None
            and (made is None or made.get(force, frozenset()).issuperset((*window.recent, *window.before)))
        }

    @cached_property
    def tallied(self) -> Mapping[str, frozenset[Month]]:
        """The months of each force that `tally` has, by its id."""
        return {force: frozenset((*one.recent, *one.before)) for force, one in self.windows.items()}

    def _held_months(self, month: Month) -> BadMonth:
        if not self.months:
            return BadMonth("No crimes are held yet.")
        return BadMonth(
            "No street crimes of %(month)s are held. Held are months from %(first)s to %(last)s.",
            month=month,
            first=self.months[0],
            last=self.months[-1],
        )

    def _agree(self) -> None:
        """Files that do not belong together never become a page."""
        if len(self.placement.neighbourhood) != len(self.snap_register):
            raise DamagedFile(f"The placement of release {self.id} is not that of its snap points; build it again.")
        if self._by_neighbourhood[1][-1] != len(self.snap_register):
            raise DamagedFile(f"The placement of release {self.id} is of other boundaries; build it again.")
        without = [month for month in self.months if month not in self._counts]
        if without:
            raise DamagedFile(f"Release {self.id} has crimes of {without[0].name} but no counts; build it again.")

    def _warm(self) -> None:
        """Make what is made on first use: strips, trees, the newest month's pages in the system's cache."""
        anywhere = LatLng(54.0, -2.0)
        self.snap_register.within(anywhere, 1.0)
        for areas in (self.neighbourhoods, self.force_areas):
            areas.holding(anywhere)
            areas.touching(anywhere, 1.0)
        if self.month_newest is not None:
            self.counts(self.month_newest).by_category()


def _register(path: Path) -> ForceRegister:
    return register_from_json(path.read_text(encoding="utf-8"))


def _one(shelf: _Shelf, what: Callable[[Path], Opened], ref: FileRef | None) -> Opened | None:
    return None if ref is None else shelf.take(what, (ref,))


def _served(manifest: Manifest, *, ids: bool) -> list[tuple[str, FileRef]]:
    """The serving files that are indexes of persistent ids, or those that are not."""
    return [(name, ref) for name, ref in manifest.serving.items() if ("-ids-" in name) is ids]


def _tile_files(shelf: _Shelf, manifest: Manifest) -> Mapping[str, TileFile]:
    base = {f"basemap-{name}": ref for name, ref in manifest.basemap.items() if ref.path.endswith(".pmtiles")}
    return {
        name: TileFile(
            name=name,
            stem=f"{name}-{ref.sha256[:STEM_DIGITS]}",
            sha256=ref.sha256,
            archive=shelf.take(TileArchive.open, (ref,)),
        )
        for name, ref in {**manifest.tiles, **base}.items()
    }
