"""The snap points as crime sees them: where each lies, what it draws, and which force records there."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from geo.month import Month
from ingest.demo.category import DRAWS, HABITS, Habit
from ingest.demo.chance import chance
from ingest.demo.ground import CENTRE_LAT, CENTRE_LNG, LAT_DEGREE_M, LNG_DEGREE_M
from ingest.demo.neighbourhood import Neighbourhood
from ingest.demo.settlement import SETTLEMENTS
from ingest.demo.snap_point import SnapPoint

# what changed from the first twelve months to the second, so that some neighbourhoods have a clear change to tell
SHIFT_MONTH = Month(2025, 10)
SHIFTS = {
    ("DG06", "Burglary"): 2.4,
    ("SP.A3", "Vehicle crime"): 0.2,
    ("DG01", "Shoplifting"): 1.4,
    ("DG09", "Drugs"): 3.0,
}


@dataclass(frozen=True)
class Scene:
    """Everything about the places of crimes, index by index.

    Attributes:
        points: the snap points.
        place: the CSV's columns from longitude to LSOA name, of each.
        force: the force each lies in.
        weights: category label to the running sum of how strongly each point draws it, before and from `SHIFT_MONTH`.
    """

    points: list[SnapPoint]
    place: Sequence[tuple[str, ...]]
    force: list[str]
    weights: dict[str, tuple[list[float], list[float]]]

    def draw(self, dice: random.Random, label: str, number: int, month: Month) -> list[int]:
        """The points of so many crimes of a category in a month."""
        before, after = self.weights[label]
        return dice.choices(range(len(self.points)), cum_weights=after if month >= SHIFT_MONTH else before, k=number)


def set_scene(
    seed: int,
    points: list[SnapPoint],
    lies_in: list[int],
    lsoa: list[tuple[str, str]],
    neighbourhoods: tuple[Neighbourhood, ...],
) -> Scene:
    """The scene of every crime of the county."""
    dice = chance(seed, "scene")
    near_centre = [centrality(point) for point in points]
    beat_ids = [neighbourhoods[beat].beat.id for beat in lies_in]
    quarter = [math.exp(dice.gauss(0, 0.25)) for _ in neighbourhoods]  # some neighbourhoods have more crime
    luck = [math.exp(dice.gauss(0, 0.8)) * quarter[beat] for beat in lies_in]
    weights = {}
    for habit in HABITS:
        before = [_draw(habit, point, near, own) for point, near, own in zip(points, near_centre, luck, strict=True)]
        after = [draw * SHIFTS.get((beat, habit.label), 1.0) for draw, beat in zip(before, beat_ids, strict=True)]
        weights[habit.label] = list(accumulate(before)), list(accumulate(after))
    place = [
        (f"{point.lng:.6f}", f"{point.lat:.6f}", f"On or near {point.name}", *area)
        for point, area in zip(points, lsoa, strict=True)
    ]
    return Scene(points, place, [neighbourhoods[beat].beat.force for beat in lies_in], weights)


def _draw(habit: Habit, point: SnapPoint, centrality: float, luck: float) -> float:
    """How strongly a point draws a category: homes and the centre for a street, its kind for a landmark."""
    gathered: float = math.exp(habit.central * centrality)
    if point.settlement:
        return (0.35 + point.addresses / 24) * gathered * luck
    kind = "(Station)" if point.kind.endswith("(Station)") else point.kind
    return DRAWS[habit.label].get(kind, 1.0) * (0.4 + 0.2 * gathered) * math.sqrt(luck)


def centrality(point: SnapPoint) -> float:
    """1.6 in the city's market place, falling to 0 in the country."""
    x, y = (point.lng - CENTRE_LNG) * LNG_DEGREE_M, (point.lat - CENTRE_LAT) * LAT_DEGREE_M
    found = 0.0
    for settlement in SETTLEMENTS:
        mx, my = settlement.market
        away = math.hypot(x - mx, y - my) / (settlement.radius_km * 420)
        found = max(found, (1.9 - 0.3 * settlement.rank) * math.exp(-away * away / 2))
    return found
