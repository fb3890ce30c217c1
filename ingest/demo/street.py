"""The streets of the county and the parcels, blocks and parks between them."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import substring

from ingest.demo.block import cut_land, lines_of, polygons_of
from ingest.demo.chance import chance
from ingest.demo.coast import Coast
from ingest.demo.settlement import BY_NAME, SETTLEMENTS, Road, Settlement, footprint, main_roads
from ingest.demo.street_name import StreetNames

COUNTRY_PARCEL_M2 = 1_100_000.0
PARK_NAMES = (
    "Dogger Park", "Reindeer Common", "Fisherman's Field", "Storegga Gardens", "Cleaver Green", "Botney Rec",
    "Silver Sands Park", "Customs House Gardens", "Oyster Meadow", "Glyndŵr Green", "Hollow Field", "Mammoth Wood",
)  # fmt: skip


@dataclass(frozen=True)
class Street:
    """A named street in metres: class primary, secondary, residential, close or lane; its settlement's name."""

    name: str
    street_class: str
    settlement: str
    line: LineString


@dataclass
class Park:
    """A park or a wood in metres, and the settlement it belongs to; a wood has no name."""

    name: str
    park_class: str
    settlement: str
    shape: Polygon


@dataclass
class Plan:
    """The county's streets, parks, built-up areas and parcels, all in metres.

    Attributes:
        built: the built-up area of each settlement by name.
        parcels: pieces of land that cover the islands, edges along streets and lanes; the flag says built-up.
    """

    streets: list[Street] = field(default_factory=list)
    parks: list[Park] = field(default_factory=list)
    built: dict[str, Polygon] = field(default_factory=dict)
    parcels: list[tuple[Polygon, bool]] = field(default_factory=list)


def lay_streets(seed: int, coast: Coast) -> Plan:
    """The plan of the whole county: main roads first, then each town's streets, then the country lanes."""
    plan = Plan()
    roads = main_roads(seed)
    network = shapely.union_all([road.line for road in roads])
    land = shapely.union_all(list(coast.islands.values()))
    # a street keeps 35 m from the sea, and needs one of the main roads' bridges over the river
    water = shapely.union_all([coast.lake.buffer(25), coast.river.buffer(12), land.boundary.buffer(35)])
    parks = iter(PARK_NAMES)
    for settlement in SETTLEMENTS:
        island = next(land for land in coast.islands.values() if land.distance(Point(settlement.market)) == 0)
        plan.built[settlement.name] = footprint(seed, settlement, island)
        _lay_town(seed, settlement, network, water, plan, parks)
    _name_main_roads(roads, plan)
    _lay_country(seed, coast, network, water, plan)
    return plan


def _lay_town(
    seed: int, settlement: Settlement, network: LineString, water: Polygon, plan: Plan, parks: Iterator[str]
) -> None:
    dice = chance(seed, "town", settlement.name)
    names = StreetNames(chance(seed, "street names", settlement.name), settlement.name)
    built, market = plan.built[settlement.name], Point(settlement.market)
    wanted_parks = {1: 4, 2: 1}.get(settlement.rank, 0)
    near_water = water.intersection(built)
    shapely.prepare(near_water)

    def smallest_m2(piece: Polygon) -> float:
        nonlocal wanted_parks
        away = piece.centroid.distance(market) / (settlement.radius_km * 1_000)
        if wanted_parks and 0.2 < away < 0.95 and _fit_for_park(piece, plan.parks) and dice.random() < 0.14:
            wanted_parks -= 1
            plan.parks.append(Park(next(parks), "park", settlement.name, piece.buffer(-14)))
            return math.inf
        return dice.uniform(0.75, 1.25) * (20_000.0 + 45_000.0 * float(min(1.0, away)))

    for sector in _pieces(built, network):
        cuts = cut_land(dice, sector, smallest_m2)
        plan.parcels += [(parcel, True) for parcel in cuts.parcels]
        for line, depth in cuts.lines:
            street_class = "secondary" if depth <= 1 and line.length > 450 else "residential"
            dry = lines_of(line.difference(near_water), 25) if near_water.intersects(line) else [line]
            plan.streets += [Street(names.deal(street_class), street_class, settlement.name, part) for part in dry]
        for stub in _closes(dice, cuts.blocks, built, plan.parks):
            if not near_water.intersects(stub):
                plan.streets.append(Street(names.deal("close"), "close", settlement.name, stub))


def _pieces(land: Polygon, network: LineString) -> list[Polygon]:
    """The land cut along the main roads."""
    lines = shapely.node(shapely.union_all([land.boundary, network.intersection(land)]))
    faces = polygons_of(shapely.get_parts(shapely.polygonize([lines])))
    return [face for face in faces if land.covers(face.representative_point())]  # a hole's face is no land


def _fit_for_park(piece: Polygon, parks: list[Park]) -> bool:
    """Large enough, compact, and not beside another park."""
    if not 50_000 < piece.area < 220_000 or 4 * math.pi * piece.area / piece.length**2 < 0.55:
        return False
    return all(park.shape.distance(piece) > 500 for park in parks)


def _closes(dice: random.Random, blocks: list[Polygon], built: Polygon, parks: list[Park]) -> list[LineString]:
    """Cul-de-sacs into the larger blocks, from the middle of the nearest street."""
    stubs = []
    for block in blocks:
        if any(park.shape.intersects(block.centroid) for park in parks):
            continue
        if not 34_000 < block.area < 100_000 or dice.random() > 0.65:
            continue
        middle, edge = block.centroid, block.exterior
        mouth = edge.interpolate(edge.project(middle))
        if mouth.distance(built.boundary) < 15:  # the town's edge is no street
            continue
        reach = dice.uniform(0.1, 0.5)
        end = (middle.x + (middle.x - mouth.x) * reach, middle.y + (middle.y - mouth.y) * reach)
        bend = (middle.x + dice.uniform(-12, 12), middle.y + dice.uniform(-12, 12))
        stubs.append(LineString([(mouth.x, mouth.y), bend, end]))
    return stubs


def _name_main_roads(roads: list[Road], plan: Plan) -> None:
    """Main roads by their local names: the centre's streets at a market place, elsewhere where they lead."""
    used = dict.fromkeys(BY_NAME, 0)
    for road in roads:
        half = road.line.length / 2
        ends = (
            (road.start, road.end, substring(road.line, 0, half)),
            (road.end, road.start, substring(road.line, half, 2 * half)),
        )
        for here, there, line in ends:
            settlement = BY_NAME[here]
            core = Point(settlement.market).buffer(140 + 130 * settlement.radius_km)
            for part in lines_of(line.intersection(core)):
                name = settlement.centre[used[here] % len(settlement.centre)]
                used[here] += 1
                plan.streets.append(Street(name, "primary", here, part))
            name = f"{there} Road" if here != there else f"{settlement.centre[-1].split()[0]} End"
            towns = shapely.union_all(list(plan.built.values()))
            for stretch in (line.difference(core).intersection(towns), line.difference(towns)):
                plan.streets += [Street(name, "primary", here, part) for part in lines_of(stretch)]


def _lay_country(seed: int, coast: Coast, network: LineString, water: Polygon, plan: Plan) -> None:
    """Parcels of the land outside the towns; most of the cuts between them are lanes."""
    dice = chance(seed, "country")
    names = StreetNames(chance(seed, "lane names"), "")
    towns = shapely.union_all(list(plan.built.values()))
    for island in coast.islands.values():
        for piece in polygons_of(island.difference(towns)):
            for part in _pieces(piece, network):
                near_water = water.intersection(part)
                cuts = cut_land(dice, part, lambda _: COUNTRY_PARCEL_M2 * dice.uniform(0.5, 1.3), COUNTRY_PARCEL_M2 * 2)
                plan.parcels += [(block, False) for block in cuts.blocks]
                plan.parks += _woods(dice, cuts.blocks, near_water)
                for line, _ in cuts.lines:
                    if dice.random() < 0.7:
                        inland = lines_of(line.difference(near_water), 120)
                        plan.streets += [Street(names.deal("lane"), "lane", _nearest(lane), lane) for lane in inland]


def _woods(dice: random.Random, parcels: list[Polygon], water: Polygon) -> list[Park]:
    """Woods on some of the parcels, with soft edges."""
    woods = []
    for parcel in parcels:
        if dice.random() < 0.11:
            soft = parcel.buffer(-dice.uniform(260, 330)).buffer(200, quad_segs=5).difference(water)
            woods += [Park("", "wood", "", part) for part in polygons_of(soft) if part.area > 60_000]
    return woods


def _nearest(line: LineString) -> str:
    return min(SETTLEMENTS, key=lambda settlement: float(line.distance(Point(settlement.market)))).name
