"""A month in: from published CSV to placed records in the store, and neighbourhoods of unique points.

Ours is the whole path of `yourarea load` and `yourarea build` up to the counts (no tiles, no served answers), with two
worker processes that stand ready, into a data folder that holds the boundaries and no records. What is measured, and
why it is fair, is written in docs/performance.md.
"""

import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb
import geopandas as gpd
import h3
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq
import shapely

from benchmarks.month import PublishedMonth, load_all_boundaries, published_month
from benchmarks.peer import Row, by_turns, time_row, timed
from geo.cell import FINE_RESOLUTION, fine_cells
from geo.store.boundary import Areas
from geo.store.layout import DataFolder
from geo.store.snap_register import SnapRegister
from ingest.build import build
from ingest.layout import STREET_HEADER
from ingest.load import LoadOrder, load
from ingest.placement import covering
from ingest.reference import register_of
from ingest.workspace import staged_manifest, workspace
from tiles.cell import RESOLUTION

ROUNDS = 7
WORKERS = 2  # as `yourarea load` has by default; DuckDB has as many threads
ASKED_NAIVE, ASKED_DUCKDB, ASKED_SJOIN = 6.0, 0.333, 3.0
WGS84 = 4326
DRAWN = sorted(set(RESOLUTION.values()))  # the H3 resolutions that the map draws


def measure() -> list[Row]:
    """The rows of the performance table on a month in and on neighbourhoods of unique points."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        month = published_month(scratch)
        print("the real December 2025" if month.real else "an invented month: the shared data is not there")
        load_all_boundaries(scratch / "empty", scratch)
        return [*month_rows(scratch, month), *point_rows(scratch)]


def month_rows(scratch: Path, month: PublishedMonth) -> list[Row]:
    """A month in, against the naive way and against DuckDB, which does no more than change the format."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as executor:
        seconds = by_turns(
            {
                "ours": lambda: load_month(scratch, month, executor),
                "naive": lambda: timed(lambda: write_naively(scratch, month.csv, [FINE_RESOLUTION])),
                "naive, as drawn": lambda: timed(lambda: write_naively(scratch, month.csv, DRAWN)),
                "duckdb": lambda: timed(lambda: write_with_duckdb(scratch, month.csv)),
            },
            ROUNDS,
        )
    check_month(scratch)
    return [
        time_row("a month in, against pandas, h3 and sjoin", seconds["ours"], seconds["naive"], ASKED_NAIVE),
        time_row(f"the same, h3 at the {len(DRAWN)} drawn sizes", seconds["ours"], seconds["naive, as drawn"], None),
        time_row("a month in, against bare DuckDB to Parquet", seconds["ours"], seconds["duckdb"], ASKED_DUCKDB),
    ]


def load_month(scratch: Path, month: PublishedMonth, executor: Executor) -> float:
    """Our whole path into a fresh data folder, in seconds."""
    root = scratch / "data"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(scratch / "empty", root)

    def work() -> None:
        with workspace(DataFolder(root)) as held:
            register = register_of(held.folder, held.staged())
            load(held, LoadOrder([month.zip]), register, executor, lambda _: None)
            build(held, register, lambda _: None)

    return timed(work)


def write_naively(scratch: Path, csv: Iterable[Path], resolutions: Iterable[int]) -> None:
    """The same answers row by row: a cell, a neighbourhood and a force for each crime, written as Parquet."""
    crimes = pd.concat([pd.read_csv(path) for path in csv], ignore_index=True)
    placed = crimes[crimes["Longitude"].notna()]
    lat, lng = placed["Latitude"].tolist(), placed["Longitude"].tolist()
    for resolution in resolutions:
        cells = [h3.latlng_to_cell(a, b, resolution) for a, b in zip(lat, lng, strict=True)]
        crimes.loc[placed.index, f"cell{resolution}"] = cells
    where = gpd.points_from_xy(placed["Longitude"], placed["Latitude"])
    points = gpd.GeoDataFrame(index=placed.index, geometry=where, crs=WGS84)
    for name, paths in boundary_files(scratch).items():
        areas = pd.concat([gpd.read_parquet(path) for path in paths])
        joined = gpd.sjoin(points, areas, predicate="within")
        crimes[name] = joined[~joined.index.duplicated()]["id"]
    crimes.to_parquet(scratch / "naive.parquet", compression="zstd")


def boundary_files(scratch: Path) -> dict[str, list[Path]]:
    """The boundaries at rest, as GeoParquet: neighbourhoods, and force areas where there are any."""
    folder = DataFolder(scratch / "empty")
    manifest = staged_manifest(folder)
    refs = {"neighbourhood": [one.file for one in manifest.current_generations], "lies_in": []}
    if manifest.force_areas is not None:
        refs["lies_in"] = [manifest.force_areas]
    return {name: [folder.file(ref.path) for ref in found] for name, found in refs.items() if found}


def write_with_duckdb(scratch: Path, csv: list[Path]) -> None:
    """CSV to Parquet and nothing else, told the types so that it need not guess them, packed as ours is."""
    types = {name: "double" if name in ("Longitude", "Latitude") else "varchar" for name in STREET_HEADER}
    with duckdb.connect(config={"threads": WORKERS}) as database:
        database.execute(
            f"""copy (select * from read_csv({[str(path) for path in csv]}, header = true, auto_detect = false,
                                             delim = ',', quote = '"', escape = '"', columns = {types}))
                to '{scratch / "duckdb.parquet"}' (format parquet, compression zstd, compression_level 1)"""
        )


def check_month(scratch: Path) -> None:
    """Whether all three hold the same rows, and ours the same places as the naive way."""
    folder = DataFolder(scratch / "data")
    manifest = staged_manifest(folder)
    naive = pq.read_table(scratch / "naive.parquet", columns=["Latitude", "neighbourhood"])
    rows = {sum(one.records for one in manifest.publications), naive.num_rows}
    rows.add(pq.read_metadata(scratch / "duckdb.parquet").num_rows)
    unplaced = {sum(one.unplaced for one in manifest.publications), naive["Latitude"].null_count}
    if len(rows) != 1 or len(unplaced) != 1:
        raise AssertionError(f"rows {rows}, unplaced {unplaced}: these are not the same months")


def point_rows(scratch: Path) -> list[Row]:
    """Neighbourhoods of a month's unique points, against the join of geopandas. Nobody finds anything prepared."""
    folder = DataFolder(scratch / "data")
    manifest = staged_manifest(folder)
    register = SnapRegister.open(folder.file(manifest.snap_register.path))  # type: ignore[union-attr]
    _, first = np.unique(np.column_stack([register.lat, register.lng]), axis=0, return_index=True)
    lat, lng = register.lat[first], register.lng[first]
    files = [folder.file(one.file.path) for one in manifest.current_generations]
    seconds = by_turns(
        {
            "ours": lambda: ours_of_points(lat, lng, files),
            "points in areas": lambda: sjoin_of_points(lat, lng, files, areas_first=False),
            "areas over points": lambda: sjoin_of_points(lat, lng, files, areas_first=True),
        },
        ROUNDS,
    )
    check_points(lat, lng, files)
    best = min(seconds["points in areas"], seconds["areas over points"])
    cells = timed(lambda: fine_cells(lat, lng))
    print(f"{len(lat):,} unique points; their H3 cells take {cells:.3f} s, once for ever")
    return [time_row("neighbourhoods of unique points, against sjoin", seconds["ours"], best, ASKED_SJOIN)]


def ours_of_points(lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64], files: list[Path]) -> float:
    """Our covering of points by areas that were just opened, in seconds."""
    areas = Areas.open(*files)
    return timed(lambda: covering(lat, lng, areas))


def sjoin_of_points(
    lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64], files: list[Path], *, areas_first: bool
) -> float:
    """The join of geopandas, in seconds, with either side first: which is faster depends on the shapes."""
    areas = areas_frame(files)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lng, lat), crs=WGS84)
    if areas_first:
        return timed(lambda: gpd.sjoin(areas, points, predicate="intersects"))
    return timed(lambda: gpd.sjoin(points, areas, predicate="within"))


def areas_frame(files: list[Path]) -> gpd.GeoDataFrame:
    """The same areas, in the same order, as a frame."""
    areas = Areas.open(*files)
    return gpd.GeoDataFrame({"id": areas.ids}, geometry=list(areas.polygons), crs=WGS84)


def check_points(lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64], files: list[Path]) -> None:
    """Whether both give each point the same areas: the smallest of them, and how many they are."""
    index, overlaps = covering(lat, lng, Areas.open(*files))
    areas = areas_frame(files)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lng, lat), crs=WGS84)
    hits = gpd.sjoin(areas, points, predicate="intersects")["index_right"]
    if not np.array_equal(np.bincount(hits, minlength=len(lat)), overlaps):
        raise AssertionError("sjoin finds other neighbourhoods")
    size = pd.Series(shapely.area(areas.geometry.to_numpy())[hits.index], hits.to_numpy())
    smallest = size.groupby(level=0).min()
    found = index[smallest.index]
    if not np.array_equal(shapely.area(areas.geometry.to_numpy())[found], smallest.to_numpy()):
        raise AssertionError("ours is not the smallest of the neighbourhoods that hold a point")
    print("points in none, one, two, ... neighbourhoods:", np.bincount(overlaps).tolist())


if __name__ == "__main__":
    for found in measure():
        print(found)
