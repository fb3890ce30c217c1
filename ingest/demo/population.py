"""Who lives in each invented LSOA, and who is there on a working day, in the shape of Nomis's bulk files."""

import csv
import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from geo.store.population import Measure
from ingest.demo.chance import chance
from ingest.demo.scene import centrality
from ingest.demo.snap_point import SnapPoint

POPULATION_TITLE = "an invented count of an invented county"
RESIDENTS_EACH = 2.35  # people at an address, about as in England
_STAY = 0.55  # of residents who are in their own area on a working day
_COME = 260  # people who come to work at a snap point in the very middle of the city
_LANDMARK = 400  # who come to one of its landmarks
_COLUMN = {
    Measure.RESIDENTS: "Residence type: Total; measures: Value",
    Measure.WORKDAY: "Workday population: All usual residents; measures: Value",
}


def write_populations(
    folder: Path, seed: int, points: list[SnapPoint], lsoa: list[tuple[str, str]]
) -> tuple[tuple[Measure, Path], ...]:
    """One CSV for each measure."""
    dice = chance(seed, "population")
    residents, workday = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for point, area in zip(points, lsoa, strict=True):
        live = round(point.addresses * RESIDENTS_EACH * math.exp(dice.gauss(0, 0.15)))
        come = centrality(point) ** 4 * _COME / 16 * math.exp(dice.gauss(0, 0.4))
        residents[area] += live
        workday[area] += round(live * _STAY + come + (0 if point.settlement else _LANDMARK))
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        (measure, _write(folder / name, _COLUMN[measure], people))
        for measure, name, people in (
            (Measure.RESIDENTS, "demo-ts001-lsoa.csv", residents),
            (Measure.WORKDAY, "demo-workday-lsoa.csv", workday),
        )
    )


def _write(path: Path, column: str, people: Mapping[tuple[str, str], int]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("date", "geography", "geography code", column))
        writer.writerows(("2021", name, code, people[code, name]) for code, name in sorted(people))
    return path
