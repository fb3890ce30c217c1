"""People shared out among the live postcodes of each LSOA, so that any area can be asked how many it has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.spatial import cKDTree

from geo.latlng import EARTH_RADIUS_M
from geo.lsoa import LSOA_RENEWED
from geo.store.arrow import arrow_bytes, made_from_of
from geo.store.boundary import Areas
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest
from geo.store.population import PEOPLE_SCHEMA, Measure
from geo.store.postcode import PostcodeTable
from geo.supply import Kind
from ingest.build import made_from
from ingest.placement import covering
from ingest.workspace import Workspace, file_problem

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
VINTAGES = ("lsoa11", "lsoa21")
MONTHS_READ = 12  # newest months of either vintage whose crimes say which LSOA a snap point lies in
NEAREST_M = 2_000.0  # a postcode with no snap point as near is of no known LSOA

_POINTS = """
with seen as (select lat_e6, lng_e6, {vintage} as lsoa, count(*) as n from read_parquet($files)
              where {vintage} is not null and lat_e6 is not null group by all)
select lat_e6, lng_e6, first(lsoa order by n desc, lsoa) as lsoa from seen group by lat_e6, lng_e6
order by lat_e6, lng_e6
"""


def with_people(work: Workspace, manifest: Manifest) -> Manifest:
    """The manifest with its people by postcode; with none where no populations or no postcodes are held."""
    if not manifest.populations or manifest.postcodes is None:
        return manifest.changed(people=None)
    files = {vintage: _street_files(manifest, vintage) for vintage in VINTAGES}
    inputs = (
        *(manifest.populations[name] for name in sorted(manifest.populations)),
        manifest.postcodes,
        *(one.file for one in manifest.current_generations),
        *(ref for vintage in VINTAGES for ref in files[vintage]),
    )
    key = made_from(ref.sha256 for ref in inputs)
    held = manifest.people
    if (
        held is not None
        and file_problem(work.folder, held) is None
        and made_from_of(work.folder.file(held.path)) == key
    ):
        return manifest
    paths = {vintage: [work.folder.file(ref.path) for ref in files[vintage]] for vintage in VINTAGES}
    table = shared_out(work.folder, manifest, paths)
    return manifest.changed(people=work.keep("people", ".arrow", arrow_bytes(table, key), table.num_rows))


def shared_out(folder: DataFolder, manifest: Manifest, street: dict[str, list[Path]]) -> pa.Table:
    """One row for each live postcode, as `PEOPLE_SCHEMA` says: each postcode of an LSOA has as many as the others.

    Args:
        folder: the data folder.
        manifest: which has postcodes, and populations by measure.
        street: files of street records by the vintage of their LSOA codes.
    """
    if manifest.postcodes is None:
        raise ValueError("People are shared out among postcodes, and none are held.")
    lat, lng = PostcodeTable.open(folder.file(manifest.postcodes.path)).live()
    codes = {vintage: lsoa_near(lat, lng, street[vintage], vintage) for vintage in VINTAGES}
    areas = Areas.open(*(folder.file(one.file.path) for one in manifest.current_generations))
    columns: dict[str, npt.NDArray[Any]] = {
        "lat_e6": np.rint(lat * 1e6).astype(np.int32),
        "lng_e6": np.rint(lng * 1e6).astype(np.int32),
        "neighbourhood": covering(lat, lng, areas)[0],
    }
    for measure in Measure:
        ref = manifest.populations.get(str(measure))
        columns[str(measure)] = (
            np.full(len(lat), np.nan, np.float32)
            if ref is None
            else _shares(pq.read_table(folder.file(ref.path)), codes)
        )
    return pa.table({name: pa.array(values) for name, values in columns.items()}, schema=PEOPLE_SCHEMA)


def lsoa_near(lat: Floats, lng: Floats, files: list[Path], vintage: str) -> Texts:
    """The LSOA of the nearest snap point whose LSOA crimes tell, by position, shape (n,); "" where none is near."""
    found = np.full(len(lat), "", object)
    if not files or not len(lat):
        return found
    with duckdb.connect(config={"threads": 1}) as connection:
        query = _POINTS.format(vintage=vintage)
        points = connection.execute(query, {"files": [str(path) for path in files]}).to_arrow_table()
    if not points.num_rows:
        return found
    at_lat, at_lng = (points[name].to_numpy() / 1e6 for name in ("lat_e6", "lng_e6"))
    away_m, nearest = cKDTree(_on_the_globe_m(at_lat, at_lng)).query(_on_the_globe_m(lat, lng))
    near = away_m <= NEAREST_M
    found[near] = np.array(points["lsoa"].to_pylist(), object)[nearest[near]]
    return found


def _on_the_globe_m(lat: Floats, lng: Floats) -> Floats:
    """Positions in space, metres from the middle of the earth, shape (n, 3): nearest there is nearest on the ground."""
    phi, theta = np.radians(lat), np.radians(lng)
    return EARTH_RADIUS_M * np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


def _shares(population: pa.Table, codes: dict[str, Texts]) -> npt.NDArray[np.float32]:
    """Each postcode's share of the people of its LSOA, shape (n,); NaN where its LSOA is not known or has no figure."""
    own, other = VINTAGES if population["lsoa21"].null_count else VINTAGES[::-1]
    people = dict(zip(population[own].to_pylist(), population["people"].to_pylist(), strict=True))
    # an unchanged area has one code in both vintages, and a changed one has a new code: other codes find nothing
    code = np.where(codes[own] == "", codes[other], codes[own])
    coded = pa.array(code, pa.string()).dictionary_encode()
    which = coded.indices.to_numpy()
    each = np.array([people.get(name, np.nan) for name in coded.dictionary.to_pylist()]) / np.bincount(which)
    return np.asarray(each[which], np.float32)


def _street_files(manifest: Manifest, vintage: str) -> list[FileRef]:
    return [
        ref
        for force in sorted({one.force for one in manifest.publications})
        for ref in _newest(manifest, force, vintage)
    ]


def _newest(manifest: Manifest, force: str, vintage: str) -> Iterator[FileRef]:
    of_vintage = [
        one
        for one in manifest.counted(Kind.STREET)
        if one.force == force and (one.month < LSOA_RENEWED) == (vintage == "lsoa11")
    ]
    yield from (one.file for one in of_vintage[-MONTHS_READ:])
