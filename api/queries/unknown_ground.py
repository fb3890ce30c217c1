"""Ground of a circle that no force's area covers: what is not held there must never look like nought."""

from dataclasses import dataclass

import shapely

from geo.latlng import LatLng
from geo.postcode import Postcode
from geo.store.boundary import Areas, circle
from geo.store.release import Release

# Where all forces' areas are held, what none of them covers is sea, or the seam between two outlines that were never
# fitted to each other (up to a twentieth of a mile's circle), save along the two land borders of this data's countries.
LAND_BORDERS = {
    "Scotland": shapely.box(-3.15, 54.97, -2.03, 55.82),  # from the Solway to north of Berwick
    "Ireland": shapely.box(-8.2, 54.0, -6.1, 55.08),  # from Lough Foyle to Carlingford Lough
}
SCOTTISH_AREAS = frozenset(  # TD reaches into England, so letters alone do not tell
    ("AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE")
)
LEAST_SHARE = 0.001  # of a circle: less is the error of the outlines themselves


@dataclass(frozen=True, slots=True)
class UnknownGround:
    """The part of a circle for which nothing is held, whoever polices it.

    Attributes:
        share: of the circle, above 0 and up to 1.
        country: `Scotland` or `Ireland`, where it lies in one of them; `None` for the ground of a force whose area is
            not held.
        outline: its Polygon or MultiPolygon, EPSG:4326, axis order lng, lat.
    """

    share: float
    country: str | None
    outline: shapely.Geometry


def ground_of(release: Release) -> Areas:
    """The areas that say whose ground it is: force areas, or neighbourhoods where no force areas are held."""
    return release.force_areas if len(release.force_areas) else release.neighbourhoods


def scottish(postcode: Postcode) -> bool:
    """Whether its letters are those of a Scottish postcode area."""
    return postcode.area in SCOTTISH_AREAS


def unknown_ground(release: Release, postcode: Postcode, centre: LatLng, radius_m: float) -> UnknownGround | None:
    """What of a circle lies in no force's area and is not known to be sea; `None` where nothing does.

    Args:
        release: whose areas are asked. Without any, nothing can be told of any ground, and this tells nothing.
        postcode: whose letters tell Scotland where its place lies in no area.
        centre: of the circle.
        radius_m: of the circle, in metres.
    """
    ground = ground_of(release)
    if not len(ground):
        return None
    whole = circle(centre, radius_m)
    bare = whole.difference(_covered(ground, whole, ground.meeting(whole)))
    country, found = _known_as(release, ground, bare)
    if found.is_empty and scottish(postcode) and not ground.holding(centre):
        country, found = "Scotland", bare
    share = found.area / whole.area
    return UnknownGround(share, country, found) if share >= LEAST_SHARE else None


def unknown_share(release: Release, shape: shapely.Polygon) -> float:
    """How much of a valid polygon lies in no force's area and is not known to be sea: 0 to 1 of it."""
    if not shape.area:  # corners in a line hold no ground at all
        return 0.0
    return float(bare_ground(release, shape).area / shape.area)


def bare_ground(release: Release, shape: shapely.Polygon) -> shapely.Geometry:
    """The part of a valid polygon that lies in no force's area and is not known to be sea; empty where it is small.

    Without any areas nothing can be told of any ground, and it is empty too.
    """
    ground = ground_of(release)
    if not len(ground):
        return shapely.Polygon()
    bare = shape.difference(_covered(ground, shape, ground.meeting(shape)))
    found = _known_as(release, ground, bare)[1]
    return found if found.area >= LEAST_SHARE * shape.area else shapely.Polygon()


def _covered(ground: Areas, whole: shapely.Polygon, near: list[int]) -> shapely.Geometry:
    """What those areas cover, cut to the circle's bounds first: a force's outline may have 80,000 corners."""
    for at in near:
        if shapely.contains_properly(ground.polygons[at], whole):
            return whole
    return shapely.union_all([shapely.clip_by_rect(ground.polygons[at], *whole.bounds) for at in near])


def _known_as(release: Release, ground: Areas, bare: shapely.Geometry) -> tuple[str | None, shapely.Geometry]:
    """Which of the uncovered ground is land, as far as can be told, and in which country."""
    territorial = {force.id for force in release.register if force.territorial}
    if not territorial <= set(ground.force_ids):
        return None, bare  # it may be the ground of a force whose area is not held
    if not release.register.invented:
        for country, border in LAND_BORDERS.items():
            if bare.intersects(border):
                return country, bare.intersection(border)
    return None, shapely.Polygon()
