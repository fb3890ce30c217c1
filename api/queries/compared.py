"""Ground whose figures are compared: a neighbourhood, or a circle of one mile around a postcode."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.queries.ground import neighbourhood_ground, neighbourhood_index
from api.queries.place import Place, forces_touched, place_at
from api.queries.unknown_ground import UnknownGround, unknown_ground
from geo.errors import UnknownPostcode
from geo.force import Force
from geo.latlng import MILE_M
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.postcode import Postcode
from geo.store.population import Headcount
from geo.store.release import Release
from geo.store.tally import with_all
from geo.supply import Kind, SupplyState

Ints = npt.NDArray[np.int64]
CIRCLE_KM2 = float(np.pi * (MILE_M / 1_000) ** 2)


@dataclass(frozen=True)
class Compared:
    """What is counted, and whose months must be there for it.

    Attributes:
        place: the neighbourhood, or what the postcode lies in.
        forces: those whose crimes count: the neighbourhood's own, or all that the circle touches, its own first.
        snap_ids: its snap points, ascending, shape (k,).
        circle: whether it is a circle of one mile.
        area_km2: of the ground.
        headcount: its people; `None` where no populations are held.
        unknown: the part of the circle that lies in no force's area that is held, if any: it is counted in no month.
    """

    place: Place
    forces: tuple[Force, ...]
    snap_ids: Ints
    circle: bool
    area_km2: float
    headcount: Headcount | None
    unknown: UnknownGround | None = None

    def state(self, release: Release, month: Month) -> SupplyState:
        """The supply state of a month: that of the first of its forces that did not supply it whole."""
        states = [release.manifest.state(force.id, month, Kind.STREET) for force in self.forces]
        return next((state for state in states if state is not SupplyState.SUPPLIED), SupplyState.SUPPLIED)

    def crimes(self, release: Release, months: Iterable[Month]) -> dict[Month, Ints]:
        """Placed crimes that its forces recorded, by category code and, last, all of them: shape (33,) each."""
        slots = [force.slot for force in self.forces]
        found = {}
        for month in months:
            counts = release.counts(month)
            rows = counts.rows_at(self.snap_ids)
            found[month] = with_all(counts.by_category(rows[np.isin(counts.force[rows], slots)])[None])[0]
        return found


def compared_neighbourhood(release: Release, ref: NeighbourhoodRef) -> Compared:
    """A neighbourhood of the current generation.

    Raises:
        UnknownForce, UnknownNeighbourhood: no such neighbourhood is held.
    """
    ground, index = neighbourhood_ground(release, ref), neighbourhood_index(release, ref)
    areas, heads = release.neighbourhoods, release.headcounts
    place = Place(ground.forces[0], Neighbourhood(ref, areas.names[index]), index, ground.generation)
    people = heads[index] if heads else None
    return Compared(place, ground.forces, release.snap_ids_in(index), False, float(areas.area_km2[index]), people)


def compared_circle(release: Release, postcode: Postcode) -> Compared:
    """The ground within a mile of a postcode.

    Raises:
        UnknownPostcode: not one of the postcodes held.
    """
    entry = None if release.postcodes is None else release.postcodes.find(postcode)
    if entry is None:
        raise UnknownPostcode("%(postcode)s is not a postcode that is held here.", postcode=postcode.spaced)
    centre = entry.position
    place = place_at(release, centre)
    return Compared(
        place=place,
        forces=forces_touched(release, place, centre, MILE_M),
        snap_ids=release.snap_register.within(centre, MILE_M),
        circle=True,
        area_km2=CIRCLE_KM2,
        headcount=None if release.people is None else release.people.within(centre, MILE_M),
        unknown=unknown_ground(release, postcode, centre, MILE_M),
    )


def force_crimes(release: Release, force: Force, months: Iterable[Month]) -> Ints | None:
    """Placed crimes that a force recorded, by category code and, last, all of them, shape (33,).

    `None` where the release has no tally of those months.
    """
    wanted = tuple(months)
    held = release.tallied.get(force.id)
    if release.tally is None or held is None or not held.issuperset(wanted):
        return None
    counts = release.tally.counts(force.slot, wanted, release.neighbourhoods.of_force(force.id))
    return np.asarray(with_all(counts.sum(axis=0)[None])[0], np.int64)
