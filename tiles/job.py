"""Jobs: one archive each, from files to a file. They are picklable and know no manifest, so any executor runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import DamagedFile
from geo.store.boundary import Areas
from geo.store.count import MonthCounts
from geo.store.manifest import content_digest
from geo.store.snap_register import SnapRegister
from geo.store.tile_archive import TileArchive
from tiles.archive import FORMAT_VERSION, Origin
from tiles.area import write_area_archive
from tiles.month import write_month_archive
from tiles.supply import SupplyArea, SupplyRow

_SUPPLY_DETAIL = 0.000_1  # degrees, about 10 m: hatching needs no finer edge, and every month would pay for one


@dataclass(frozen=True)
class Input:
    """A file to read, and the SHA-256 of its content in hex."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Target:
    """What to make.

    Attributes:
        name: of the archive.
        path: where to write it.
        standing: the archive of that name that there is, if any.
        attribution: whom a map of it must credit.
    """

    name: str
    path: Path
    standing: Path | None
    attribution: str


@dataclass(frozen=True)
class MonthJob:
    """The archive of a month, or of the months of a year."""

    target: Target
    register: Path
    counts: tuple[Input, ...]
    force_areas: Input | None
    supply: tuple[SupplyRow, ...]
    generated_for: str
    railway: int | None

    def digest(self) -> str:
        """Names all that the archive is made from.

        The register grows with every load, so only the points that the counts name go in.
        """
        ids = [MonthCounts.open(file.path).snap_id for file in self.counts]
        points = _points_digest(SnapRegister.open(self.register), np.unique(np.concatenate(ids)))
        drawn = [self.force_areas.sha256] if self.force_areas is not None and self.supply else []
        supply = [repr(row) for row in self.supply] if drawn else []
        return content_digest([self.generated_for, str(self.railway), points, *_digests(self.counts), *drawn, *supply])

    def write(self, origin: Origin) -> None:
        """Makes the archive."""
        polygons = _force_polygons(self.force_areas.path) if self.force_areas is not None else {}
        supply = [SupplyArea(row, polygons[row.force_id]) for row in self.supply if row.force_id in polygons]
        write_month_archive(
            self.target.path,
            name=self.target.name,
            register=SnapRegister.open(self.register),
            counts=[MonthCounts.open(file.path) for file in self.counts],
            supply=supply,
            generated_for=self.generated_for,
            railway=self.railway,
            origin=origin,
        )


@dataclass(frozen=True)
class AreaJob:
    """The archive of force areas and neighbourhoods."""

    target: Target
    forces: tuple[Input, ...]
    neighbourhoods: tuple[Input, ...]

    def digest(self) -> str:
        """Names all that the archive is made from."""
        return content_digest(["forces", *_digests(self.forces), "neighbourhoods", *_digests(self.neighbourhoods)])

    def write(self, origin: Origin) -> None:
        """Makes the archive."""
        forces = Areas.open(*(file.path for file in self.forces))
        neighbourhoods = Areas.open(*(file.path for file in self.neighbourhoods))
        write_area_archive(self.target.path, forces=forces, neighbourhoods=neighbourhoods, origin=origin)


@dataclass(frozen=True)
class BasemapJob:
    """The archive of the base map."""

    target: Target
    layers: Mapping[str, Input]

    def digest(self) -> str:
        """Names all that the archive is made from."""
        return content_digest(f"{layer} {file.sha256}" for layer, file in self.layers.items())

    def write(self, origin: Origin) -> None:
        """Makes the archive."""
        from tiles.basemap import write_basemap_archive  # with geopandas, which no other job has to wait for

        layers = {layer: file.path for layer, file in self.layers.items()}
        write_basemap_archive(self.target.path, layers=layers, origin=origin)


def run(job: MonthJob | AreaJob | BasemapJob) -> bool:
    """Makes the archive of a job unless it stands already; True when it was made.

    Raises:
        DamagedFile: an input that cannot be read.
        OSError: the archive cannot be written.
    """
    inputs = content_digest([f"tile format {FORMAT_VERSION}", job.target.name, job.target.attribution, job.digest()])
    if job.target.standing is not None and _inputs_of(job.target.standing) == inputs:
        return False
    job.write(Origin(inputs, job.target.attribution))
    return True


def _inputs_of(path: Path) -> str | None:
    """What an archive says it was made from; None where it cannot be read, so that it is made again."""
    try:
        return str(TileArchive.open(path).metadata.get("inputs"))
    except DamagedFile:
        return None


def _digests(files: tuple[Input, ...]) -> list[str]:
    return [file.sha256 for file in files]


def _points_digest(register: SnapRegister, ids: npt.NDArray[np.integer]) -> str:
    rows = register.table.take(ids)
    digest = sha256(ids.tobytes())
    for column in ("lat_e6", "lng_e6", "cell"):
        digest.update(rows[column].to_numpy().tobytes())
    digest.update("\n".join(rows["name"].to_pylist()).encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _force_polygons(path: Path) -> Mapping[str, shapely.Geometry]:
    """Each force's area, roughly; read once by each worker, because every month needs them."""
    areas = Areas.open(path)
    return dict(zip(areas.force_ids, shapely.simplify(areas.polygons, _SUPPLY_DETAIL), strict=True))
