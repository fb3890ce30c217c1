"""Streets with what was recorded on or near them in a month, and the crimes of one of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from api.queries.crime import CrimeReader
from api.queries.estimated_area import EstimatedArea, estimated_area
from api.queries.ground import Ground
from geo.category import Category, categories, category_of
from geo.errors import UnknownSnapPoint
from geo.force import Force, ForceRegister
from geo.latlng import LatLng, distance_m
from geo.month import Month
from geo.outcome import Outcome
from geo.store.count import MonthCounts
from geo.store.layout import DataFolder
from geo.store.release import Release
from geo.store.snap_register import SnapRegister
from geo.supply import Kind, SupplyState

Rows = npt.NDArray[np.int64]


class Railway(StrEnum):
    """What is done with the crimes that British Transport Police recorded, on trains and at stations."""

    WITH = "with"
    WITHOUT = "without"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class StreetCount:
    """Placed crimes at one snap point.

    Attributes:
        name: as published, "On or near Campbell Street"; the street's name may be missing after "near".
        n: crimes of the month there.
        distance_m: metres from the middle of the circle to the snap point; 0 where no circle is asked for.
    """

    snap_id: int
    name: str
    n: int
    distance_m: float


@dataclass(frozen=True, slots=True)
class StreetAnswer:
    """What was recorded on some ground in a month.

    Attributes:
        by_category: crimes of each category that occurs, of the railway's as chosen.
        streets: every snap point with crimes of the category that is asked for, most first.
    """

    by_category: Mapping[Category, int]
    streets: tuple[StreetCount, ...]

    @property
    def n(self) -> int:
        """Crimes of the category that is asked for."""
        return sum(street.n for street in self.streets)


@dataclass(frozen=True, slots=True)
class CrimeGroup:
    """Crimes of one snap point that are alike in what is published of them.

    Attributes:
        outcome: the last; `None` where none is published.
        outcome_month: `YYYY-MM` in which that was recorded, where an outcomes file tells.
        reported_by: who recorded them.
        n: how many.
    """

    category: Category
    outcome: Outcome | None
    outcome_month: str | None
    reported_by: Force
    n: int


@dataclass(frozen=True, slots=True)
class OneStreet:
    """One snap point in one month.

    Attributes:
        snap_id: which.
        name: as published.
        position: of the snap point.
        area: the ground whose crimes it carries, as estimated.
        groups: its crimes, by category in the published order; most first within one.
    """

    snap_id: int
    name: str
    position: LatLng
    area: EstimatedArea
    groups: tuple[CrimeGroup, ...]


def railway_force(register: ForceRegister) -> Force | None:
    """British Transport Police, which has no area: the one force of a register that is not territorial."""
    return next((force for force in register if not force.territorial), None)


def railway_state(release: Release, month: Month) -> SupplyState | None:
    """The supply state of British Transport Police in a month; `None` where the register has them not."""
    railway = railway_force(release.register)
    return release.manifest.state(railway.id, month, Kind.STREET) if railway else None


def railway_counts(release: Release, month: Month) -> bool:
    """Whether what British Transport Police recorded in a month is held, and not held back."""
    railway = railway_force(release.register)
    key = (railway.id if railway else "", month, Kind.STREET)
    return key in release.manifest.live and key not in release.manifest.held


def streets_on(
    release: Release,
    counts: MonthCounts,
    snap_ids: Rows,
    category: Category | None = None,
    *,
    railway: Railway = Railway.WITH,
    centre: LatLng | None = None,
) -> StreetAnswer:
    """What was recorded at some snap points.

    Args:
        release: whose snap points they are.
        counts: of the month.
        snap_ids: ascending.
        category: what the streets are counted by; all where `None`.
        railway: whether what British Transport Police recorded counts, or it alone.
        centre: of the circle; equals then come with the nearer first.
    """
    rows = railway_rows(release.register, counts, counts.rows_at(snap_ids), railway)
    tally = counts.by_category(rows)
    by_category = {one: int(tally[one.code]) for one in categories() if tally[one.code]}
    return StreetAnswer(by_category, street_counts(release.snap_register, counts, rows, centre, category))


def street_counts(
    register: SnapRegister,
    counts: MonthCounts,
    rows: Rows,
    centre: LatLng | None = None,
    category: Category | None = None,
    most: int | None = None,
) -> tuple[StreetCount, ...]:
    """The snap points of some rows, most crimes first; of equals the nearer, then the lower id.

    Args:
        register: names and places them.
        counts: of the month.
        rows: of the counts.
        centre: where distances are measured from.
        category: what is counted; all where `None`.
        most: how many at the most; all where `None`.
    """
    if category is not None:
        rows = rows[counts.category[rows] == category.code]
    snap_ids, of_row = np.unique(counts.snap_id[rows].astype(np.int64), return_inverse=True)
    n = np.bincount(of_row, weights=counts.n[rows], minlength=len(snap_ids)).astype(np.int64)
    away_m = np.zeros(len(snap_ids)) if centre is None else _away_m(register, centre, snap_ids)
    first = np.lexsort((snap_ids, away_m, -n))[:most]
    found = zip(snap_ids[first].tolist(), n[first].tolist(), away_m[first].tolist(), strict=True)
    return tuple(StreetCount(snap_id, register.name(snap_id), crimes, metres) for snap_id, crimes, metres in found)


def street_at(
    release: Release,
    folder: DataFolder,
    snap_id: int,
    month: Month,
    category: Category | None = None,
    railway: Railway = Railway.WITH,
) -> OneStreet:
    """The crimes of one snap point in a month that is held, with what became of them.

    Raises:
        UnknownSnapPoint: no such snap point.
    """
    register = release.snap_register
    if not 0 <= snap_id < len(register):
        raise UnknownSnapPoint("No place of that number is known here.")
    ground = Ground(np.array([snap_id], np.int64), ())
    reader = CrimeReader(release, folder, ground, () if category is None else (category,))
    found = Counter[tuple[Category, Outcome | None, str | None, str]](
        (category_of(one.category), one.outcome, one.outcome_month, one.reported_by)
        for crimes in reader.crimes(month)
        for one in crimes
    )
    rail = railway_force(release.register)
    groups = [
        CrimeGroup(kind, outcome, when, release.register.force(force_id), n)
        for (kind, outcome, when, force_id), n in found.items()
        if railway is Railway.WITH or (rail is not None and force_id == rail.id) is (railway is Railway.ONLY)
    ]
    groups.sort(key=lambda one: (one.category.code, -one.n, one.outcome.code if one.outcome else -1, str(one)))
    position = LatLng(float(register.lat[snap_id]), float(register.lng[snap_id]))
    return OneStreet(snap_id, register.name(snap_id), position, estimated_area(release, snap_id), tuple(groups))


def railway_rows(register: ForceRegister, counts: MonthCounts, rows: Rows, railway: Railway) -> Rows:
    """Those of some rows that are counted, with the railway's crimes, without them, or of them alone."""
    if railway is Railway.WITH:
        return rows
    force = railway_force(register)
    of_railway = np.zeros(len(rows), bool) if force is None else counts.force[rows] == force.slot
    kept: Rows = rows[of_railway if railway is Railway.ONLY else ~of_railway]
    return kept


def _away_m(register: SnapRegister, centre: LatLng, snap_ids: Rows) -> npt.NDArray[np.float64]:
    return np.asarray(distance_m(centre, register.lat[snap_ids], register.lng[snap_ids]), np.float64)
