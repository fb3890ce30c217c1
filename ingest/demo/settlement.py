"""The towns and villages, and the roads and the railway between them: drawn by hand in kilometres."""

import math
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import nearest_points

from ingest.demo.chance import chance
from ingest.demo.coast import XY, Corners, displaced, rounded

# Names of sea-bed features of the southern North Sea, so that the map sounds like a place without being one.


@dataclass(frozen=True)
class Settlement:
    """A town or village.

    Attributes:
        name: as on the map.
        x_km, y_km: its market place, east and north of the county's centre.
        radius_km: how far its houses reach.
        rank: 1 city, 2 town, 3 village, as the base map's labels are ranked.
        district: its postcode district's number, as in ZZ1.
        centre: the names of the streets at its market place.
    """

    name: str
    x_km: float
    y_km: float
    radius_km: float
    rank: int
    district: int
    centre: tuple[str, ...] = ("Main Street", "Church Street", "The Green")

    @property
    def market(self) -> XY:
        """Its market place, in metres."""
        return self.x_km * 1_000, self.y_km * 1_000


SETTLEMENTS = (
    Settlement(
        "Doggerton", -1.3, -1.9, 2.35, 1, 1, ("High Street", "Fishergate", "Castle Street", "Bridge Street", "Eelgate")
    ),
    Settlement("Cleaverby", -7.0, 4.3, 1.15, 2, 2, ("High Street", "Cornmarket", "Kirkgate")),
    Settlement("Botney", 1.9, 6.6, 1.05, 2, 3, ("High Street", "The Shambles", "Haven Street")),
    Settlement("Markham's Hole", -6.4, -4.1, 0.85, 3, 4),
    Settlement("Skate Hole", -9.5, 0.5, 0.55, 3, 5, ("Front Street", "Chapel Street", "Slipway")),
    Settlement("Well Bank", -4.9, 6.4, 0.5, 3, 6),
    Settlement("Llanfôr", -3.9, 2.3, 0.55, 3, 6, ("Stryd Fawr", "Heol yr Eglwys", "Sqwâr y Dŵr")),
    Settlement("Port Silver", 7.9, 1.6, 1.6, 1, 7, ("High Street", "Silver Street", "Quayside", "Custom House Street")),
    Settlement("Oysterfleet", 5.3, -4.3, 1.15, 2, 8, ("High Street", "Oyster Row", "Fleet Street")),
    Settlement("Sole Pit", 4.1, 2.6, 0.6, 3, 9),
    Settlement("Swarte", 5.6, 5.6, 0.5, 3, 9),
    Settlement("Holmwick", 10.0, -8.0, 0.6, 3, 10, ("Main Street", "St Brannock'S Row", "Ferry Road")),
    Settlement("Tail End", 11.8, 7.8, 0.4, 3, 11, ("The Street", "Light Lane")),
)
BY_NAME = {settlement.name: settlement for settlement in SETTLEMENTS}

_ROADS: tuple[tuple[str, str, Corners], ...] = (
    ("Doggerton", "Cleaverby", ((-3.0, -0.3), (-5.2, 1.8), (-6.6, 3.2))),
    ("Doggerton", "Port Silver", ((-0.5, -1.0), (0.9, -0.9), (3.4, 0.6), (5.9, 0.8))),
    ("Doggerton", "Botney", ((-0.9, -0.6), (0.2, 1.2), (0.4, 3.4), (1.4, 5.2))),
    ("Doggerton", "Markham's Hole", ((-2.6, -2.7), (-4.4, -3.9))),
    ("Doggerton", "Skate Hole", ((-3.2, -1.6), (-5.6, -0.9), (-8.2, 0.3))),
    ("Markham's Hole", "Skate Hole", ((-7.4, -2.7), (-8.4, -1.1))),
    ("Skate Hole", "Cleaverby", ((-9.4, 1.9), (-8.1, 3.1))),
    ("Cleaverby", "Well Bank", ((-6.2, 5.2),)),
    ("Well Bank", "Llanfôr", ((-4.1, 5.2), (-3.9, 3.6))),
    ("Llanfôr", "Doggerton", ((-3.2, 1.3), (-2.0, -0.2))),
    ("Botney", "Swarte", ((3.5, 6.7),)),
    ("Swarte", "Port Silver", ((5.9, 4.2), (7.2, 2.9))),
    ("Botney", "Sole Pit", ((2.4, 5.0), (3.6, 3.6))),
    ("Sole Pit", "Port Silver", ((5.2, 2.0), (6.6, 2.1))),
    ("Port Silver", "Oysterfleet", ((6.6, 0.0), (6.1, -1.8), (5.9, -3.3))),
)
_BRANCHES: tuple[tuple[str, str, Corners], ...] = (
    ("Doggerton", "Oysterfleet", ((1.2, -0.75), (2.2, -2.2), (3.4, -3.6))),
    ("Doggerton", "Sole Pit", ((0.3, 1.3), (2.2, 1.7))),
)
_LOCAL_ROADS: tuple[tuple[str, Corners], ...] = (
    ("Doggerton", ((-1.3, -1.9), (-1.2, -3.0), (-1.5, -4.0), (-1.7, -4.7))),
    ("Oysterfleet", ((5.3, -4.3), (4.7, -5.3), (4.6, -5.9))),
    ("Holmwick", ((8.6, -7.6), (10.0, -8.0), (11.4, -8.3))),
    ("Holmwick", ((10.0, -8.0), (9.9, -9.3))),
    ("Tail End", ((11.5, 7.1), (11.8, 7.8), (12.1, 8.7))),
)
_RAILWAY: Corners = (
    (-6.3, 4.0), (-5.3, 3.1), (-4.3, 0.9), (-3.0, -0.9), (-1.9, -1.45), (-0.9, -1.35), (-0.2, -0.7), (1.4, -0.4),
    (3.6, -0.3), (5.6, 0.3), (7.1, 1.05),
)  # fmt: skip
_STATIONS = (("Cleaverby", (-6.3, 4.0)), ("Doggerton Central", (-1.9, -1.45)), ("Port Silver", (7.1, 1.05)))


@dataclass(frozen=True)
class Road:
    """A main road between two settlements (the same one twice for a local road), as a line in metres."""

    start: str
    end: str
    line: LineString


def main_roads(seed: int) -> list[Road]:
    """The main roads, gently winding in the seed's way."""
    drawn = [
        Road(a, b, _winding(seed, (a, b), (BY_NAME[a].market, *_metres(via), BY_NAME[b].market)))
        for a, b, via in _ROADS
    ]
    trunk = shapely.union_all([road.line for road in drawn])
    for a, b, via in _BRANCHES:
        junction = nearest_points(trunk, Point(_metres(via)[0]))[0]
        way = ((junction.x, junction.y), *_metres(via)[1:], BY_NAME[b].market)
        drawn.append(Road(a, b, _winding(seed, (a, b), way)))
    return drawn + [
        Road(name, name, _winding(seed, (name, i), _metres(way))) for i, (name, way) in enumerate(_LOCAL_ROADS)
    ]


def railway() -> LineString:
    """The one railway, in metres: trains take no sharp bends, so it is only rounded."""
    return LineString(rounded(list(_metres(_RAILWAY)), times=3))


def stations() -> list[tuple[str, Point]]:
    """Each station's name and its place on the railway, in metres."""
    line = railway()
    return [(name, line.interpolate(line.project(Point(x * 1_000, y * 1_000)))) for name, (x, y) in _STATIONS]


def footprint(seed: int, settlement: Settlement, land: Polygon) -> Polygon:
    """The built-up area: a disc with seeded bays and fingers, cut off at the sea; metres."""
    dice = chance(seed, "footprint", settlement.name)
    phases = [(k, dice.uniform(0, math.tau), dice.uniform(0.03, 0.13)) for k in (2, 3, 4, 5, 7)]
    x, y = settlement.market
    ring = []
    for step in range(72):
        angle = step * math.tau / 72
        reach = (
            settlement.radius_km * 1_000 * (1 + sum(size * math.sin(k * angle + phase) for k, phase, size in phases))
        )
        ring.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    built = shapely.intersection(Polygon(ring).buffer(0), land)
    return max(shapely.get_parts(built), key=lambda part: float(part.area))


def _metres(corners_km: Corners) -> Corners:
    return tuple((x * 1_000, y * 1_000) for x, y in corners_km)


def _winding(seed: int, purpose: tuple[object, ...], corners: Corners) -> LineString:
    """A road through corners: rounded, and a little crooked as old roads are."""
    dice = chance(seed, "road", *purpose)
    path = rounded(list(corners), times=1)
    crooked = [point for a, b in pairwise(path) for point in displaced(dice, a, b, 0.05, 220)]
    return LineString(rounded([*crooked, path[-1]], times=1))
