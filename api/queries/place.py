"""What a position lies in: neighbourhood, force, and the grounds that a circle around it touches."""

from dataclasses import dataclass

from api.queries.unknown_ground import ground_of
from geo.force import Force
from geo.latlng import LatLng
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.store.release import Release


@dataclass(frozen=True, slots=True)
class Place:
    """What a position lies in.

    Attributes:
        force: its neighbourhood's, or else that of the force area; `None` where neither is held.
        neighbourhood: the one that ranks first of those that hold the position; `None` where none is held.
        index: that neighbourhood's in `Release.neighbourhoods`.
        generation: first month of the neighbourhoods held of that force; `None` where none are, so that a place
            between neighbourhoods as they are drawn can be told from one whose force's are not held.
    """

    force: Force | None
    neighbourhood: Neighbourhood | None
    index: int | None
    generation: Month | None


def place_at(release: Release, position: LatLng) -> Place:
    """What a position lies in, by the rule of `Placement`: a postcode and a snap point beside it agree."""
    areas = release.neighbourhoods
    holding = areas.holding(position)
    if not holding:
        around = release.force_areas.holding(position)
        force = release.register.force(release.force_areas.force_ids[around[0]]) if around else None
        return Place(force, None, None, _generation(release, force.id) if force else None)
    index = holding[0]
    force_id = areas.force_ids[index]
    neighbourhood = Neighbourhood(NeighbourhoodRef(force_id, areas.ids[index]), areas.names[index])
    return Place(release.register.force(force_id), neighbourhood, index, _generation(release, force_id))


def _generation(release: Release, force_id: str) -> Month | None:
    return next((one.first_month for one in release.manifest.current_generations if one.force == force_id), None)


def forces_touched(release: Release, place: Place, centre: LatLng, radius_m: float) -> tuple[Force, ...]:
    """The forces on whose ground a circle lies in part: the place's own first, then by id.

    By force areas; by neighbourhoods where no force areas are held.
    """
    ground = ground_of(release)
    touched = {ground.force_ids[at] for at in ground.touching(centre, radius_m)}
    own = () if place.force is None else (place.force.id,)
    return tuple(release.register.force(force_id) for force_id in (*own, *sorted(touched.difference(own))))
