"""Crimes of the months that are compared by neighbourhood, and how much neighbourhoods of a force vary."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.cell import parents
from geo.force import Force, ForceRegister
from geo.month import Month
from geo.statistics.comparison import change_spread
from geo.statistics.dispersion import UNITS_MIN, Spread
from geo.statistics.funnel import level_spread
from geo.statistics.rate import why_no_rate
from geo.statistics.series import Window
from geo.store.arrow import arrow_bytes, made_from_of
from geo.store.boundary import Areas
from geo.store.count import MonthCounts
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest
from geo.store.placement import Placement
from geo.store.population import Headcount, People
from geo.store.snap_register import SnapRegister
from geo.store.tally import ALL_CRIME, CATEGORY_CODES, SPREAD_SCHEMA, TALLY_SCHEMA, SpreadOf, Tally, with_all
from geo.store.window import window_of
from ingest.build import made_from
from ingest.workspace import Workspace, file_problem

Ints = npt.NDArray[np.int64]
CELL_RESOLUTION = 8  # 0.7 km², about the size of an urban LSOA


def with_tally(work: Workspace, manifest: Manifest, register: ForceRegister) -> Manifest:
    """The manifest with its tally and spreads; with none where no snap points are held."""
    if manifest.placement is None or manifest.snap_register is None:
        return manifest.changed(tally=None, spreads=None)
    windows = {force: window for force in register if (window := window_of(manifest, [force.id])) is not None}
    months = sorted({month for window in windows.values() for month in _months(window)})
    key = made_from(
        [
            manifest.snap_register.sha256,
            manifest.placement.sha256,
            *(one.file.sha256 for one in manifest.current_generations),
            *(manifest.counts[str(month)].sha256 for month in months),
            *(f"{force.id} {window}" for force, window in windows.items()),
            manifest.people.sha256 if manifest.people else "",
        ]
    )
    if _stands(work.folder, manifest.tally, key) and _stands(work.folder, manifest.spreads, key):
        return manifest
    areas = Areas.open(*(work.folder.file(one.file.path) for one in manifest.current_generations))
    counts = {month: MonthCounts.open(work.folder.file(manifest.counts[str(month)].path)) for month in months}
    tally = _tally(counts, Placement.open(work.folder.file(manifest.placement.path)), windows, areas)
    people = People.open(work.folder.file(manifest.people.path)) if manifest.people else None
    heads = people.by_neighbourhood(len(areas)) if people else ()
    cells = SnapRegister.open(work.folder.file(manifest.snap_register.path)).cell
    spreads = _spread_table(_Held(Tally(tally), counts, cells, areas, heads), windows)
    return manifest.changed(
        tally=work.keep("tally", ".arrow", arrow_bytes(tally, key), tally.num_rows),
        spreads=work.keep("spreads", ".arrow", arrow_bytes(spreads, key), spreads.num_rows),
    )


def _stands(folder: DataFolder, held: FileRef | None, key: str) -> bool:
    return held is not None and file_problem(folder, held) is None and made_from_of(folder.file(held.path)) == key


def _months(window: Window) -> set[Month]:
    return {*window.recent, *window.before}


def _tally(
    counts_of: Mapping[Month, MonthCounts], placement: Placement, windows: Mapping[Force, Window], areas: Areas
) -> pa.Table:
    lies_in = placement.neighbourhood
    slot_of = {force.id: force.slot for force in windows}
    slots = np.array([*(slot_of.get(force, -1) for force in areas.force_ids), -1], np.int64)
    found = list[Ints]()
    for month, counts in counts_of.items():
        wanted = [force.slot for force, window in windows.items() if month in _months(window)]
        rows = np.isin(counts.force, wanted)
        force, category = counts.force[rows].astype(np.int64), counts.category[rows].astype(np.int64)
        at = lies_in[counts.snap_id[rows]].astype(np.int64)
        at = np.where(slots[at] == force, at, -1)
        key = (force * (len(areas) + 1) + at + 1) * CATEGORY_CODES + category
        keys, which = np.unique(key, return_inverse=True)
        n = np.bincount(which, weights=counts.n[rows], minlength=len(keys)).astype(np.int64)
        place, category = np.divmod(keys, CATEGORY_CODES)
        force, at = np.divmod(place, len(areas) + 1)
        found.append(np.column_stack([force, np.full(len(keys), month.slot), at - 1, category, n]))
    every = np.concatenate(found) if found else np.empty((0, len(TALLY_SCHEMA)), np.int64)
    columns = zip(TALLY_SCHEMA, every[np.lexsort(every.T[3::-1])].T, strict=True)
    return pa.table({field.name: pa.array(values, field.type) for field, values in columns}, schema=TALLY_SCHEMA)


@dataclass(frozen=True)
class _Held:
    """What spreads are learnt from; `cells` by snap id, as the register has them."""

    tally: Tally
    counts: Mapping[Month, MonthCounts]
    cells: npt.NDArray[np.uint64]
    areas: Areas
    heads: tuple[Headcount, ...]


def _spread_table(held: _Held, windows: Mapping[Force, Window]) -> pa.Table:
    rows = [
        (force.slot, measure, ALL_CRIME if at == CATEGORY_CODES else at, spread.units, spread.phi, spread.tau)
        for force, window in sorted(windows.items(), key=lambda one: one[0].slot)
        for measure, found in (
            (SpreadOf.CHANGE, _of_change(held, force, window)),
            (SpreadOf.LEVEL, _of_level(held, force, window)),
        )
        for at, spread in found
    ]
    columns = zip(*rows, strict=True) if rows else [[] for _ in SPREAD_SCHEMA]
    return pa.table(
        {field.name: pa.array(values, field.type) for field, values in zip(SPREAD_SCHEMA, columns, strict=True)},
        schema=SPREAD_SCHEMA,
    )


def _of_change(held: _Held, force: Force, window: Window) -> Iterator[tuple[int, Spread]]:
    """(category, spread) of one force's change, as far as its neighbourhoods teach one.

    Where fewer than ten of them are held, cells do: the factor is much the same for areas of any size.
    """
    rows = held.areas.of_force(force.id)
    if not window.enough:
        return
    before, after = (
        with_all(
            held.tally.counts(force.slot, months, rows)[:-1]
            if len(rows) >= UNITS_MIN
            else _by_cell(held, force.slot, months)
        )
        for months in (window.before, window.after)
    )
    for at in range(before.shape[1]):
        if spread := change_spread(before[:, at], after[:, at]):
            yield at, spread


def _by_cell(held: _Held, slot: int, months: Collection[Month]) -> Ints:
    """Crimes that a force recorded by cell and category, shape (cells, 32)."""
    cells, cell_of = np.unique(parents(held.cells, CELL_RESOLUTION), return_inverse=True)
    found = np.zeros(len(cells) * CATEGORY_CODES, np.int64)
    for month in months:
        counts = held.counts[month]
        own = counts.force == slot
        key = cell_of[counts.snap_id[own]] * CATEGORY_CODES + counts.category[own]
        found += np.bincount(key, weights=counts.n[own], minlength=len(found)).astype(np.int64)
    return found.reshape(-1, CATEGORY_CODES)


def _of_level(held: _Held, force: Force, window: Window) -> Iterator[tuple[int, Spread]]:
    """(category, spread) of one force's crimes for each resident, as far as neighbourhoods with a rate teach one."""
    rows, heads = held.areas.of_force(force.id), held.heads
    told = [
        at for at, index in enumerate(rows) if heads and not why_no_rate(heads[index].residents, heads[index].workday)
    ]
    if not told:
        return
    count = with_all(held.tally.counts(force.slot, window.recent, rows)[told]).astype(np.float64)
    residents = np.array([heads[rows[at]].residents for at in told], np.float64)
    for at in range(count.shape[1]):
        if spread := level_spread(count[:, at], residents * count[:, at].sum() / residents.sum()):
            yield at, spread
