"""Pieces of ground that crimes and counts are asked of: which snap points they hold, and whose ground they are."""

from dataclasses import dataclass

import h3.api.numpy_int as h3
import numpy as np
import numpy.typing as npt
import shapely

from api.queries.place import forces_touched, place_at
from api.queries.unknown_ground import ground_of, unknown_share
from geo.cell import parents
from geo.errors import UnknownNeighbourhood
from geo.force import Force
from geo.latlng import LatLng
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.boundary import circle
from geo.store.release import Release

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of ground.

    Attributes:
        snap_ids: the snap points in it, ascending; of a force as a whole `None`, because it is asked for everything
            that it recorded, wherever that lies.
        forces: on whose ground it lies, the one that matters most first: their supply states are its own.
        generation: first month of the boundaries it was drawn with, where it is a neighbourhood.
        lsoa: code of the LSOA whose crimes alone are asked for.
        unknown: the share of it, 0 to 1, that lies in no force's area that is held and is not known to be sea.
    """

    snap_ids: Ids | None
    forces: tuple[Force, ...]
    generation: Month | None = None
    lsoa: str | None = None
    unknown: float = 0.0

    @property
    def whole_force(self) -> Force | None:
        """The force of which everything is asked for; `None` for any other ground."""
        return self.forces[0] if self.snap_ids is None else None


def circle_ground(release: Release, centre: LatLng, radius_m: float) -> Ground:
    """The ground within some metres of a position."""
    touched = forces_touched(release, place_at(release, centre), centre, radius_m)
    unknown = unknown_share(release, circle(centre, radius_m))
    return Ground(release.snap_register.within(centre, radius_m), touched, unknown=unknown)


def polygon_ground(release: Release, polygon: shapely.Polygon) -> Ground:
    """The ground inside a polygon in degrees, axis order lng, lat. It may cross itself: even-odd decides."""
    register = release.snap_register
    west, south, east, north = polygon.bounds
    in_lat, in_lng = (register.lat >= south) & (register.lat <= north), (register.lng >= west) & (register.lng <= east)
    near = np.flatnonzero(in_lat & in_lng)
    shapely.prepare(polygon)
    held = shapely.contains_xy(polygon, register.lng[near], register.lat[near])
    whole = polygon if polygon.is_valid else polygon.convex_hull
    return Ground(near[held], _forces_meeting(release, whole), unknown=unknown_share(release, whole))


def neighbourhood_ground(release: Release, ref: NeighbourhoodRef) -> Ground:
    """The ground of a neighbourhood, as its force's current generation draws it.

    Raises:
        UnknownForce: no such force.
        UnknownNeighbourhood: the force has no neighbourhood of that id.
    """
    force = release.register.force(ref.force_id)
    index = neighbourhood_index(release, ref)
    generation = next(one.first_month for one in release.manifest.current_generations if one.force == force.id)
    return Ground(release.snap_ids_in(index), (force,), generation)


def neighbourhood_index(release: Release, ref: NeighbourhoodRef) -> int:
    """The index of a neighbourhood in `Release.neighbourhoods`.

    Raises:
        UnknownForce: no such force.
        UnknownNeighbourhood: the force has no neighbourhood of that id.
    """
    areas, force = release.neighbourhoods, release.register.force(ref.force_id)
    pairs = zip(areas.force_ids, areas.ids, strict=True)
    found = next((at for at, pair in enumerate(pairs) if pair == (ref.force_id, ref.id)), None)
    if found is None:
        why = "" if ref.force_id in areas.force_ids else " No boundaries of that force are held."
        raise UnknownNeighbourhood(f"{ref.id!r} is not a neighbourhood of {force.name}.{why}")
    return found


def cell_ground(release: Release, cell: int) -> Ground:
    """The ground of an H3 cell: the snap points of which it is a parent, a few of which lie just outside its edge."""
    resolution = h3.get_resolution(cell)
    held = np.flatnonzero(parents(release.snap_register.cell, resolution) == np.uint64(cell))
    outline = cell_polygon(cell)
    return Ground(held, _forces_meeting(release, outline), unknown=unknown_share(release, outline))


def cell_polygon(cell: int) -> shapely.Polygon:
    """The outline of an H3 cell in degrees, axis order lng, lat."""
    return shapely.Polygon([(lng, lat) for lat, lng in h3.cell_to_boundary(cell)])


def force_ground(force: Force) -> Ground:
    """All that a force recorded, with a position and without."""
    return Ground(None, (force,))


def _forces_meeting(release: Release, shape: shapely.Polygon) -> tuple[Force, ...]:
    """The forces on whose ground a shape lies in part, by id; by neighbourhoods where no force areas are held."""
    ground = ground_of(release)
    met = {ground.force_ids[at] for at in ground.meeting(shape)}
    return tuple(release.register.force(force_id) for force_id in sorted(met))
