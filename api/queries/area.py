"""What was recorded near one place in one month: the question behind an area page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from api.queries.due import due_about
from api.queries.place import Place, forces_touched, place_at
from api.queries.street import StreetCount, railway_state, street_counts
from api.queries.unknown_ground import UnknownGround, unknown_ground
from geo.category import CATEGORY_CODES, Category, categories, categories_of
from geo.errors import BadMonth, UnknownPostcode
from geo.force import Force
from geo.latlng import MILE_M, LatLng
from geo.month import Month
from geo.neighbourhood import Neighbourhood
from geo.postcode import Postcode
from geo.store.count import SCHEMA, MonthCounts
from geo.store.manifest import Manifest
from geo.store.postcode import PostcodeEntry
from geo.store.release import Release
from geo.supply import Kind, SupplyState

STREET = Kind.STREET
NOTHING_COUNTED = MonthCounts(SCHEMA.empty_table())  # of a month that is held back everywhere
STREETS_SHOWN = 20  # a table that a phone can still show; the map has them all

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """A month that can be asked for, and what is held of it for the place's own force."""

    month: Month
    state: SupplyState


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """Placed crimes of one category.

    Attributes:
        in_circle: within the circle; `None` where no force whose ground the circle touches counts in the month.
        in_neighbourhood: `None` where none is held, or its own force does not count in the month.
    """

    category: Category
    in_circle: int | None
    in_neighbourhood: int | None


@dataclass(frozen=True, slots=True)
class SupplyGap:
    """A force whose ground the circle touches and whose month is not whole."""

    force: Force
    state: SupplyState
    note: str | None  # why it is held back, for `partial`


@dataclass(frozen=True, slots=True)
class AreaAnswer:
    """Everything an area page states for one postcode and one month; every figure comes from one release.

    Attributes:
        release_id: the release all of it comes from.
        position: the postcode's own position.
        terminated: first day of the month in which the postcode went out of use, if it did.
        force: the force the place lies in, its neighbourhood's or else its area's; `None` where neither is held.
        neighbourhood: the neighbourhood it lies in; `None` where none is held.
        generation: first month of the neighbourhoods that are held of that force; `None` where none are.
        month: the month shown.
        months: every month that can be asked for, newest first, with the state of the place's own force.
        state: the supply state of the place's own force in that month.
        next_month: the month that comes after the newest that counts for the place's own force.
        next_due: about when `next_month` is due.
        counts: one row for each category in use in that month, in the published order.
        streets: the snap points of the circle with most crimes of `category`, at most 20, most first.
        gaps: forces of the circle whose month is not whole, the place's own first; empty when all are supplied.
        railway_state: the supply state of British Transport Police in that month, where the register has it.
        unplaced: crimes that the force recorded in the month without a place, which no map or circle can count;
            `None` where its month is not held or is held back.
        force_total: all crimes the force recorded in the month, placed or not; `None` likewise.
        published: publication of the force's file, be it held back or not.
        loaded_at: when that file was loaded, UTC.
        imprecise: whether the position was inferred, and is not that of the postcode's own addresses.
        next_state: the supply state of the place's own force in `next_month`.
        unknown_ground: the part of the circle that lies in no force's area that is held, if any.
        category: what the streets are counted by; `None` for all.
        radius_m: of the circle, in metres.
    """

    release_id: str
    postcode: Postcode
    position: LatLng
    terminated: date | None
    force: Force | None
    neighbourhood: Neighbourhood | None
    generation: Month | None
    month: Month
    months: tuple[MonthChoice, ...]
    state: SupplyState
    next_month: Month
    next_due: date
    counts: tuple[CategoryCount, ...]
    streets: tuple[StreetCount, ...]
    gaps: tuple[SupplyGap, ...]
    railway_state: SupplyState | None
    unplaced: int | None
    force_total: int | None
    published: Month | None
    loaded_at: datetime | None
    imprecise: bool = False
    next_state: SupplyState = SupplyState.NOT_HELD
    unknown_ground: UnknownGround | None = None
    category: Category | None = None
    radius_m: float = MILE_M

    @property
    def circle_total(self) -> int | None:
        """Placed crimes within the circle; `None` where no force that the circle touches counts."""
        return _total(count.in_circle for count in self.counts)

    @property
    def neighbourhood_total(self) -> int | None:
        """Placed crimes in the neighbourhood; `None` where none is held or its force does not count."""
        return _total(count.in_neighbourhood for count in self.counts)


def _total(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def area_near(
    release: Release,
    postcode: Postcode,
    month: Month | None = None,
    category: Category | None = None,
    radius_m: float = MILE_M,
) -> AreaAnswer:
    """What was recorded round a postcode, and in its neighbourhood.

    Args:
        release: where every figure comes from.
        postcode: whose position is the middle of the circle.
        month: which month; by default the newest that counts for the place's own force.
        category: what its streets are counted by; by default all. The counts are of every category all the same.
        radius_m: of the circle, in metres; by default a mile.

    Raises:
        UnknownPostcode: not one of the postcodes held.
        BadMonth: no street crimes of that month are held.
    """
    entry = None if release.postcodes is None else release.postcodes.find(postcode)
    if entry is None:
        raise UnknownPostcode("%(postcode)s is not a postcode that is held here.", postcode=postcode.spaced)
    place = place_at(release, entry.position)
    newest = newest_counting(release, place.force)
    return _answer(release, place, entry, newest, month or newest, category, radius_m)


def _answer(
    release: Release, place: Place, entry: PostcodeEntry, newest: Month, month: Month,
    category: Category | None, radius_m: float,
) -> AreaAnswer:  # fmt: skip
    manifest, months, register = release.manifest, _months(release, place.force), release.snap_register
    counts = NOTHING_COUNTED if month in months and month not in release.months else release.counts(month)
    touched = forces_touched(release, place, entry.position, radius_m)
    rows = _circle_rows(release, counts, touched, month, register.within(entry.position, radius_m))
    published = manifest.live.get((place.force.id, month, STREET)) if place.force else None
    counting = published if _counts(manifest, place.force, month) else None
    return AreaAnswer(
        release_id=release.id,
        postcode=entry.postcode,
        position=entry.position,
        terminated=entry.terminated,
        force=place.force,
        neighbourhood=place.neighbourhood,
        generation=place.generation,
        month=month,
        months=tuple(MonthChoice(each, _state(manifest, place.force, each)) for each in reversed(months)),
        state=_state(manifest, place.force, month),
        next_month=newest + 1,
        next_due=due_about(newest + 1),
        counts=_by_category(counts, month, rows, _neighbourhood_rows(release, counts, place, month)),
        streets=() if rows is None else street_counts(register, counts, rows, entry.position, category, STREETS_SHOWN),
        gaps=_gaps(release, touched, month),
        railway_state=railway_state(release, month),
        unplaced=counting.unplaced if counting else None,
        force_total=counting.records if counting else None,
        published=published.published if published else None,
        loaded_at=published.loaded_at if published else None,
        imprecise=entry.imprecise,
        next_state=_state(manifest, place.force, newest + 1),
        unknown_ground=unknown_ground(release, entry.postcode, entry.position, radius_m),
        category=category,
        radius_m=radius_m,
    )


def _months(release: Release, force: Force | None) -> list[Month]:
    """Every month of the release, and any that is held of the force alone and held back; oldest first."""
    own = {month for force_id, month, kind in release.manifest.live if force and (force_id, kind) == (force.id, STREET)}
    return sorted(own.union(release.months))


def _counts(manifest: Manifest, force: Force | None, month: Month) -> bool:
    """Whether the force's street file of that month is held, and not held back."""
    key = (force.id if force else "", month, STREET)
    return key in manifest.live and key not in manifest.held


def _state(manifest: Manifest, force: Force | None, month: Month) -> SupplyState:
    return manifest.state(force.id, month, STREET) if force else SupplyState.NOT_HELD


def newest_counting(release: Release, force: Force | None) -> Month:
    """The newest month that counts for the force, even in part; else the release's newest."""
    newest = next((each for each in reversed(release.months) if _counts(release.manifest, force, each)), None)
    newest = newest or release.month_newest
    if newest is None:
        raise BadMonth("No crimes are held yet.")
    return newest


def _circle_rows(
    release: Release, counts: MonthCounts, touched: tuple[Force, ...], month: Month, snap_ids: Rows
) -> Rows | None:
    """The circle's rows; `None` where no force that it touches counts, so that none is never shown as nought.

    Where no boundaries are held nothing says whose ground it is; then rows that are there speak for themselves.
    """
    rows = counts.rows_at(snap_ids)
    if touched:
        return rows if any(_counts(release.manifest, force, month) for force in touched) else None
    return rows if len(rows) else None


def _neighbourhood_rows(release: Release, counts: MonthCounts, place: Place, month: Month) -> Rows | None:
    if place.index is None or not _counts(release.manifest, place.force, month):
        return None
    return counts.rows_at(release.snap_ids_in(place.index))


def _by_category(
    counts: MonthCounts, month: Month, circle: Rows | None, inside: Rows | None
) -> tuple[CategoryCount, ...]:
    """The categories in use, and any other that the month nevertheless holds: a total leaves nothing out."""
    in_use = categories_of(month)
    in_circle, in_neighbourhood = _tally(counts, circle), _tally(counts, inside)
    return tuple(
        CategoryCount(category, in_circle[category.code], in_neighbourhood[category.code])
        for category in categories()
        if category in in_use or in_circle[category.code] or in_neighbourhood[category.code]
    )


def _tally(counts: MonthCounts, rows: Rows | None) -> list[int | None]:
    """Crimes by category code; all of them unknown where the rows are."""
    return [None] * CATEGORY_CODES if rows is None else list(counts.by_category(rows).tolist())


def _gaps(release: Release, touched: tuple[Force, ...], month: Month) -> tuple[SupplyGap, ...]:
    return tuple(
        SupplyGap(force, state, release.manifest.note(force.id, month, STREET))
        for force in touched
        if (state := _state(release.manifest, force, month)) is not SupplyState.SUPPLIED
    )
