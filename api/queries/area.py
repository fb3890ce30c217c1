"""What was recorded near one place in one month: the question behind an area page."""

from dataclasses import dataclass
from datetime import date, datetime

from geo.category import Category
from geo.force import Force
from geo.latlng import LatLng
from geo.month import Month
from geo.neighbourhood import Neighbourhood
from geo.postcode import Postcode
from geo.supply import SupplyState


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """A month that can be asked for, and what is held of it for the place's own force."""

    month: Month
    state: SupplyState


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """Placed crimes of one category: within the circle, and in the neighbourhood where there is one."""

    category: Category
    in_circle: int
    in_neighbourhood: int | None


@dataclass(frozen=True, slots=True)
class StreetCount:
    """Placed crimes at one snap point of the circle.

    Attributes:
        name: as published, "On or near Campbell Street"; the street's name may be missing after "near".
        n: crimes of the month there.
        distance_m: metres from the place to the snap point.
    """

    snap_id: int
    name: str
    n: int
    distance_m: float


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
        terminated: the month in which the postcode went out of use, if it did.
        force: the force the place lies in; `None` where no force area holds it.
        neighbourhood: the neighbourhood it lies in; `None` where none is held.
        generation: first month of the boundary generation that is used.
        month: the month shown.
        months: every month of the release, newest first, with the state of the place's own force.
        state: the supply state of the place's own force in that month.
        next_month: the month that comes after the newest held.
        next_due: about when `next_month` is due.
        counts: one row for each category in use in that month, in the published order.
        streets: the snap points of the circle with most crimes, at most 20, most first.
        gaps: forces of the circle whose month is not whole, the place's own first; empty when all are supplied.
        railway_state: the supply state of British Transport Police in that month, where the register has it.
        unplaced: crimes that the force recorded in the month without a place, which no map or circle can count.
        force_total: all crimes the force recorded in the month, placed or not.
        published: publication of the force's file.
        loaded_at: when that file was loaded, UTC.
    """

    release_id: str
    postcode: Postcode
    position: LatLng
    terminated: Month | None
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
    unplaced: int
    force_total: int
    published: Month | None
    loaded_at: datetime | None

    @property
    def circle_total(self) -> int:
        """Placed crimes within one mile."""
        return sum(count.in_circle for count in self.counts)

    @property
    def neighbourhood_total(self) -> int | None:
        """Placed crimes in the neighbourhood; `None` where none is held."""
        if self.neighbourhood is None:
            return None
        return sum(count.in_neighbourhood or 0 for count in self.counts)
