"""Places that are not homes: what police.uk calls "On or near Nightclub", "... Supermarket", "... Parking Area"."""

import math
from dataclasses import dataclass

from shapely import Point

from ingest.demo.chance import chance
from ingest.demo.settlement import BY_NAME, SETTLEMENTS, stations
from ingest.demo.street import Plan


@dataclass(frozen=True)
class Landmark:
    """A place with a snap point of its own.

    Attributes:
        kind: as crimes are said to be "on or near".
        x_m, y_m: metres on the county's plane.
        name: for the map's label; empty where it has none.
    """

    kind: str
    x_m: float
    y_m: float
    name: str = ""


_NAMED = (
    ("Hospital", "Doggerton", -1_150, 820, "Dogger Bank Infirmary"),
    ("Police Station", "Doggerton", -330, 160, "Doggerton Police Station"),
    ("Shopping Area", "Doggerton", 170, -190, "Haddock Centre"),
    ("Shopping Area", "Doggerton", -90, -60, ""),
    ("Nightclub", "Doggerton", 330, -110, "The Leadline"),
    ("Nightclub", "Doggerton", 390, -330, ""),
    ("Theatre/Concert Hall", "Doggerton", -210, -310, "Hippodrome"),
    ("Bus/Coach Station", "Doggerton", -420, 340, ""),
    ("Further/Higher Educational Building", "Doggerton", -840, -420, "University of Dogger Bank"),
    ("Ferry Terminal", "Doggerton", 1_010, -1_480, "Ferry Terminal"),
    ("Prison", "Markham's Hole", 900, 620, "HMP Hawser"),
    ("Shopping Area", "Port Silver", 140, 60, "The Silver Arcade"),
    ("Nightclub", "Port Silver", 300, -160, "Pier Nine"),
    ("Police Station", "Port Silver", -260, 210, "Port Silver Police Station"),
    ("Hospital", "Port Silver", -700, -420, "Silver Cottage Hospital"),
    ("Shopping Area", "Cleaverby", 40, 60, ""),
    ("Nightclub", "Oysterfleet", 120, -90, ""),
    ("Shopping Area", "Botney", -50, 40, ""),
    ("Shopping Area", "Oysterfleet", -60, 50, ""),
    ("Sports/Recreation Area", "Doggerton", -1_700, -600, "Racecourse"),
)  # fmt: skip
_PER_RANK = {  # so many of each kind in a settlement of rank 1, 2 and 3
    "Supermarket": (5, 2, 1),
    "Parking Area": (9, 3, 1),
    "Petrol Station": (4, 2, 0),
    "Sports/Recreation Area": (3, 1, 0),
    "Pedestrian Subway": (1, 0, 0),
}


def landmarks(seed: int, plan: Plan) -> list[Landmark]:
    """All the landmarks: the named ones, the stations, one in each park, and supermarkets and such by chance."""
    found = [
        Landmark(kind, BY_NAME[town].market[0] + east, BY_NAME[town].market[1] + north, name)
        for kind, town, east, north, name in _NAMED
    ]
    found += [Landmark(f"{name} (Station)", place.x, place.y) for name, place in stations()]
    for park in plan.parks:
        if park.park_class == "park":
            middle = park.shape.representative_point()
            found.append(Landmark("Park/Open Space", middle.x, middle.y))
    dice = chance(seed, "landmarks")
    for settlement in SETTLEMENTS:
        for kind, numbers in _PER_RANK.items():
            for _ in range(numbers[settlement.rank - 1]):
                angle, reach = dice.uniform(0, math.tau), settlement.radius_km * 1_000 * dice.uniform(0.08, 0.75)
                x, y = settlement.market
                found.append(Landmark(kind, x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return [place for place in found if _on_dry_streets(place, plan)]


def _on_dry_streets(place: Landmark, plan: Plan) -> bool:
    here = Point(place.x_m, place.y_m)
    return (
        bool(place.name) or place.kind.endswith("(Station)") or any(built.covers(here) for built in plan.built.values())
    )
