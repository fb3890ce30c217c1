"""What was recorded in one neighbourhood in one month: the question behind a neighbourhood's own page."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from api.queries.area import NOTHING_COUNTED, STREETS_SHOWN, MonthChoice, SupplyGap
from api.queries.due import due_about
from api.queries.find import neighbourhood_at
from api.queries.street import StreetCount, railway_state, street_counts
from geo.category import Category, categories, categories_of
from geo.errors import BadMonth, UnknownNeighbourhood
from geo.force import Force
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.store.count import MonthCounts
from geo.store.release import Release
from geo.supply import Kind, SupplyState


@dataclass(frozen=True, slots=True)
class NeighbourhoodCount:
    """Placed crimes of one category; `None` where the force does not count in the month."""

    category: Category
    n: int | None


@dataclass(frozen=True, slots=True)
class NeighbourhoodAnswer:
    """Everything a neighbourhood's page states of crime; every figure comes from one release.

    Attributes:
        release_id: the release all of it comes from.
        force: whose neighbourhood it is.
        neighbourhood: which.
        bounds: west, south, east, north of its boundary, in degrees.
        generation: first month of the boundary generation that is used.
        month: the month shown.
        months: every month that can be asked for, newest first, with the state of the force.
        state: the supply state of the force in that month.
        next_month: the month that comes after the newest that counts for the force.
        next_due: about when `next_month` is due.
        counts: one row for each category in use in that month, in the published order.
        streets: its snap points with most crimes of `category`, at most 20, most first; no distances.
        gap: what is missing of the force's month, if anything.
        railway_state: the supply state of British Transport Police in that month, where the register has it.
        unplaced: crimes that the force recorded in the month without a place; `None` where its month does not count.
        force_total: all crimes the force recorded in the month, placed or not; `None` likewise.
        published: publication of the force's file, be it held back or not.
        loaded_at: when that file was loaded, UTC.
        category: what the streets are counted by; `None` for all.
        next_state: the supply state of the force in `next_month`.
        unknown_ground: none: a neighbourhood lies on its force's ground.
    """

    release_id: str
    force: Force
    neighbourhood: Neighbourhood
    bounds: tuple[float, float, float, float]
    generation: Month
    month: Month
    months: tuple[MonthChoice, ...]
    state: SupplyState
    next_month: Month
    next_due: date
    counts: tuple[NeighbourhoodCount, ...]
    streets: tuple[StreetCount, ...]
    gap: SupplyGap | None
    railway_state: SupplyState | None
    unplaced: int | None
    force_total: int | None
    published: Month | None
    loaded_at: datetime | None
    category: Category | None = None
    next_state: SupplyState = SupplyState.NOT_HELD

    unknown_ground: None = None

    @property
    def gaps(self) -> tuple[SupplyGap, ...]:
        """What is missing of the force's month, as an area's answer has it of several forces."""
        return () if self.gap is None else (self.gap,)

    @property
    def total(self) -> int | None:
        """Placed crimes in the neighbourhood; `None` where the force does not count."""
        known = [count.n for count in self.counts if count.n is not None]
        return sum(known) if known else None


def index_of(release: Release, ref: NeighbourhoodRef) -> int:
    """A neighbourhood's index in the current generations.

    Raises:
        UnknownNeighbourhood: not one of them.
    """
    pairs = zip(release.neighbourhoods.force_ids, release.neighbourhoods.ids, strict=True)
    found = next((at for at, pair in enumerate(pairs) if pair == (ref.force_id, ref.id)), None)
    if found is None:
        raise UnknownNeighbourhood("No neighbourhood of that id is held of that force.")
    return found


def crime_in(
    release: Release, ref: NeighbourhoodRef, month: Month | None = None, category: Category | None = None
) -> NeighbourhoodAnswer:
    """What was recorded in a neighbourhood.

    Args:
        release: where every figure comes from.
        ref: the neighbourhood, of the force's current generation.
        month: which month; by default the newest that counts for the force.
        category: what its streets are counted by; by default all.

    Raises:
        UnknownNeighbourhood: not one of those held.
        BadMonth: no street crimes of that month are held.
    """
    index, force, manifest = index_of(release, ref), release.register.force(ref.force_id), release.manifest
    newest = _newest(release, force)
    month = month or newest
    live = manifest.live.get((force.id, month, Kind.STREET))
    counting = live if live is not None and _counts(release, force, month) else None
    months = sorted({*_own_months(release, force), *release.months}, reverse=True)
    held_back = month in months and month not in release.months
    counts = NOTHING_COUNTED if held_back else release.counts(month)
    rows = counts.rows_at(release.snap_ids_in(index)) if counting else None
    state = manifest.state(force.id, month, Kind.STREET)
    west, south, east, north = release.neighbourhoods.polygons[index].bounds
    return NeighbourhoodAnswer(
        release_id=release.id,
        force=force,
        neighbourhood=neighbourhood_at(release, index),
        bounds=(west, south, east, north),
        generation=next(one.first_month for one in manifest.current_generations if one.force == force.id),
        month=month,
        months=tuple(MonthChoice(each, manifest.state(force.id, each, Kind.STREET)) for each in months),
        state=state,
        next_month=newest + 1,
        next_due=due_about(newest + 1),
        counts=_by_category(counts, month, rows),
        streets=()
        if rows is None
        else street_counts(release.snap_register, counts, rows, None, category, STREETS_SHOWN),
        gap=_gap(release, force, month, state),
        railway_state=railway_state(release, month),
        unplaced=counting.unplaced if counting else None,
        force_total=counting.records if counting else None,
        published=live.published if live else None,
        loaded_at=live.loaded_at if live else None,
        category=category,
        next_state=manifest.state(force.id, newest + 1, Kind.STREET),
    )


def _own_months(release: Release, force: Force) -> list[Month]:
    return [month for force_id, month, kind in release.manifest.live if (force_id, kind) == (force.id, Kind.STREET)]


def _counts(release: Release, force: Force, month: Month) -> bool:
    key = (force.id, month, Kind.STREET)
    return key in release.manifest.live and key not in release.manifest.held


def _newest(release: Release, force: Force) -> Month:
    """The newest month that counts for the force, even in part; else the release's newest."""
    own = (month for month in reversed(release.months) if _counts(release, force, month))
    newest = next(own, None) or release.month_newest
    if newest is None:
        raise BadMonth("No crimes are held yet.")
    return newest


def _by_category(
    counts: MonthCounts, month: Month, rows: npt.NDArray[np.int64] | None
) -> tuple[NeighbourhoodCount, ...]:
    """The categories in use, and any other that the month nevertheless holds."""
    n = None if rows is None else counts.by_category(rows)
    return tuple(
        NeighbourhoodCount(category, None if n is None else int(n[category.code]))
        for category in categories()
        if category in categories_of(month) or (n is not None and n[category.code])
    )


def _gap(release: Release, force: Force, month: Month, state: SupplyState) -> SupplyGap | None:
    if state is SupplyState.SUPPLIED:
        return None
    return SupplyGap(force, state, release.manifest.note(force.id, month, Kind.STREET))
