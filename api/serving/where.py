"""Where and of whom records are wanted: found in a month that is served, and what to read of any other."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely

from api.serving.compose import Only
from geo.latlng import EARTH_RADIUS_M, LatLng
from geo.store.serving import Ints, Runs, ServedRecords


class Where(Protocol):
    """A choice of records."""

    def only(self) -> Only:
        """What has to be read of a month that is not served; may be more than the choice."""
        ...

    def runs(self, records: ServedRecords, category: int | None = None) -> Runs:
        """The chosen records, of one category code or all."""
        ...


@dataclass(frozen=True, slots=True)
class Circle:
    """Within some metres of a position."""

    centre: LatLng
    radius_m: float

    def only(self) -> Only:
        """A box around the circle."""
        lat = np.degrees(self.radius_m / EARTH_RADIUS_M) * 1.001
        lng = lat / np.cos(np.radians(min(abs(self.centre.lat) + lat, 89.9)))
        return _box(self.centre.lng - lng, self.centre.lat - lat, self.centre.lng + lng, self.centre.lat + lat)

    def runs(self, records: ServedRecords, category: int | None = None) -> Runs:
        """The records at places in the circle."""
        return records.records(records.within(self.centre, self.radius_m), category)


@dataclass(frozen=True, slots=True)
class Area:
    """Inside a polygon in degrees, axis order lng, lat."""

    polygon: shapely.Polygon

    def only(self) -> Only:
        """The polygon's bounds."""
        return _box(*self.polygon.bounds)

    def runs(self, records: ServedRecords, category: int | None = None) -> Runs:
        """The records at places in the polygon."""
        return records.records(records.inside(self.polygon), category)


@dataclass(frozen=True, slots=True)
class SnapPoints:
    """At snap points that share a position.

    Attributes:
        ids: of the snap points.
        lat_e6: their latitude in millionths of a degree.
        lng_e6: their longitude.
    """

    ids: tuple[int, ...]
    lat_e6: int
    lng_e6: int

    def only(self) -> Only:
        """Their position."""
        return Only("c.lat_e6 = $lat and c.lng_e6 = $lng", {"lat": self.lat_e6, "lng": self.lng_e6})

    def runs(self, records: ServedRecords, category: int | None = None) -> Runs:
        """The records at those points."""
        found = [records.at(one, self.lat_e6, self.lng_e6) for one in self.ids]
        places: Ints = np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)
        return records.records(places, category)


@dataclass(frozen=True, slots=True)
class OfForce:
    """Recorded by a force: all, or what has no position."""

    id: str
    slot: int
    unplaced: bool = field(default=False)

    def only(self) -> Only:
        """The force's own rows."""
        return Only(f"c.force = $force {'and c.lat_e6 is null' if self.unplaced else ''}", {"force": self.id})

    def runs(self, records: ServedRecords, category: int | None = None) -> Runs:
        """The force's records."""
        if self.unplaced:
            return records.records(records.unplaced(self.slot), category)
        return records.of_force(self.slot)


def _box(west: float, south: float, east: float, north: float) -> Only:
    edges = {"west": west, "south": south, "east": east, "north": north}
    within = "c.lng_e6 between $west and $east and c.lat_e6 between $south and $north"
    return Only(within, {name: int(np.clip(edge, -181, 181) * 1e6) for name, edge in edges.items()})
