"""A month and boundaries as published, for the benchmarks: the real ones where they are, else invented and as large."""

import gzip
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo.category import categories
from geo.force import ForceRegister, uk_forces
from geo.month import Month
from geo.store.layout import DataFolder
from ingest.boundary import load_boundaries, load_force_areas
from ingest.layout import STREET_HEADER
from ingest.reference import register_of
from ingest.workspace import workspace

SHARED = Path(__file__).resolve().parents[2] / "shared/data"
REAL_MONTH = SHARED / "crimes/2025-12-all-forces.zip"
KML_2013 = "boundaries/neighbourhood-kml-2013-02.zip"
WARDS = ("south-wales", "metropolitan")
ROWS, POINTS, FORCES = 316_358, 152_719, 40  # of December 2025
SQUARES, CORNERS = 32, 24  # invented neighbourhoods: so many on a side, with so many corners on each side
WEST, SOUTH, EAST, NORTH = -5.0, 50.0, 1.5, 55.0


@dataclass(frozen=True)
class PublishedMonth:
    """A month as published.

    Attributes:
        zip: what our side loads.
        csv: the same files, unpacked.
        real: whether it is the real December 2025.
    """

    zip: Path
    csv: list[Path]
    real: bool


def published_month(scratch: Path) -> PublishedMonth:
    """December 2025, or an invented month of as many rows, places and files; unpacked into a scratch folder."""
    real = REAL_MONTH.exists()
    source = REAL_MONTH if real else _invented_month(scratch / "month.zip")
    with zipfile.ZipFile(source) as archive:
        archive.extractall(scratch / "csv")
    return PublishedMonth(source, sorted((scratch / "csv").rglob("*-street.csv")), real)


def load_all_boundaries(root: Path, scratch: Path) -> None:
    """Neighbourhoods and force areas into an empty data folder, by the steps of `yourarea boundaries` and `forces`."""
    with workspace(DataFolder(root)) as work:
        register = register_of(work.folder, work.staged())
        if not REAL_MONTH.exists():
            load_boundaries(work, _invented_squares(scratch, register), Month(2025, 1), register, {})
            return
        load_force_areas(work, SHARED / "boundaries/police-force-areas-geojson.zip", register)
        load_boundaries(work, _without_wards_forces(scratch), Month(2013, 2), register, {})
        for force in WARDS:
            wards = SHARED / f"boundaries/neighbourhoods-{force}-from-wards.geojson.gz"
            load_boundaries(work, wards, Month(2022, 1), register, {})


def _without_wards_forces(scratch: Path) -> Path:
    """The KML files of 2013 but for the forces of which newer outlines are loaded."""
    goal = scratch / "kml.zip"
    with zipfile.ZipFile(SHARED / KML_2013) as archive, zipfile.ZipFile(goal, "w") as kept:
        for name in archive.namelist():
            if name.split("/")[1] not in WARDS:
                kept.writestr(name, archive.read(name))
    return goal


def _invented_squares(scratch: Path, register: ForceRegister) -> Path:
    """A thousand square neighbourhoods over England, edge to edge."""
    force = next(iter(register)).id
    lng, lat = np.linspace(WEST, EAST, SQUARES + 1), np.linspace(SOUTH, NORTH, SQUARES + 1)
    features = [
        {
            "type": "Feature",
            "properties": {"force": force, "id": f"N{x:02}{y:02}", "name": f"Square {x}, {y}"},
            "geometry": {"type": "Polygon", "coordinates": [_square(lng[x], lat[y], lng[x + 1], lat[y + 1])]},
        }
        for x in range(SQUARES)
        for y in range(SQUARES)
    ]
    path = scratch / "squares.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode(), 1))
    return path


def _square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    x, y = np.linspace(west, east, CORNERS), np.linspace(south, north, CORNERS)
    sides = [[(lng, south) for lng in x], [(east, lat) for lat in y[1:]]]
    sides += [[(lng, north) for lng in x[-2::-1]], [(west, lat) for lat in y[-2::-1]]]
    return [[float(lng), float(lat)] for side in sides for lng, lat in side]


def _invented_month(path: Path) -> Path:
    """A month of forty forces, every value of the kind that is published; the same bytes each time."""
    random = np.random.default_rng(2025)
    point = random.integers(0, POINTS, ROWS)
    lat, lng = random.uniform(SOUTH, NORTH, POINTS), random.uniform(WEST, EAST, POINTS)
    kinds = [one.name for one in categories() if one.code in range(1, 14)]  # those with a Crime ID
    kind = random.integers(0, len(kinds), ROWS)
    ids = random.bytes(32 * ROWS).hex()

    def row(at: int) -> str:
        place = point[at]
        return (
            f"{ids[64 * at : 64 * at + 64]},2025-12,A Force,A Force,{lng[place]:.6f},{lat[place]:.6f},"
            f"On or near Street {place // 2},E0{1_000_000 + place // 5},District {place // 500:03},"
            f"{kinds[kind[at]]},Under investigation,"
        )

    slugs = [force.id for force in uk_forces()][:FORCES]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for slug, rows in zip(slugs, np.array_split(np.argsort(point, kind="stable"), FORCES), strict=True):
            lines = [",".join(STREET_HEADER), *map(row, rows.tolist())]
            archive.writestr(f"2025-12/2025-12-{slug}-street.csv", "\n".join(lines) + "\n")
    return path
