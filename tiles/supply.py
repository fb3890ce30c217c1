"""Areas of forces whose figures are not whole: a map must not let them look like places without crime."""

from dataclasses import dataclass

import shapely

from geo.supply import SupplyState


@dataclass(frozen=True)
class SupplyArea:
    """The area of a force whose street month is not whole.

    Attributes:
        force_id: whose.
        name: the force's.
        state: what is held instead.
        note: why, where somebody said so.
        polygon: EPSG:4326, axis order lng, lat.
    """

    force_id: str
    name: str
    state: SupplyState
    note: str | None
    polygon: shapely.Polygon | shapely.MultiPolygon
