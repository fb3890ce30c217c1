"""Archives opened again and held against what they were made from: nothing lost, none counted twice, none too big."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pmtiles.tile import Compression, TileType

from geo.errors import DamagedFile
from geo.store.count import MonthCounts
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.store.tile_archive import TileArchive
from tiles.build import jobs
from tiles.decode import Feature, Layer, decode
from tiles.job import MonthJob
from tiles.mercator import world
from tiles.month import ZOOMS

P99_BYTES, LARGEST_BYTES = 50_000, 100_000  # gzipped: what a phone on a poor line can wait for
_GZIP_WINDOW = 31
_COUNTED = ("cells", "points")
_MOST = 20  # problems told of one archive; more would say no more


def verify_archives(
    folder: DataFolder, manifest: Manifest, *, executor: Executor, done: Callable[[str], None]
) -> list[str]:
    """What is wrong with the tile archives of a manifest, in words; empty when all is well.

    Args:
        folder: the data folder.
        manifest: whose archives: all of those that it needs, as its `tiles` names them.
        executor: reads an archive in each worker.
        done: called with the name of each archive that was read.
    """
    found, waiting = [], {}
    for job in jobs(folder, manifest):
        if job.target.standing is None:
            found.append(f"{job.target.name}: not built yet")
            continue
        counts = (tuple(file.path for file in job.counts), job.railway) if isinstance(job, MonthJob) else None
        waiting[job.target.name] = executor.submit(_verify, job.target.standing, counts)
    for name, future in waiting.items():
        found += [f"{name}: {problem}" for problem in future.result()]
        done(name)
    return found


def _verify(path: Path, counts: tuple[tuple[Path, ...], int | None] | None) -> list[str]:
    if counts is None:
        return verify_archive(path)
    files, railway = counts
    months = [MonthCounts.open(file) for file in files]
    placed = np.sum([month.by_category() for month in months], axis=0)
    by_railway = [month.by_category(np.flatnonzero(month.force == railway)) for month in months]
    return verify_archive(path, placed=placed, railway=None if railway is None else np.sum(by_railway, axis=0))


def verify_archive(
    path: Path, *, placed: npt.NDArray[np.int64] | None = None, railway: npt.NDArray[np.int64] | None = None
) -> list[str]:
    """What is wrong with an archive, in words; empty when all is well.

    Its header and metadata are held against its tiles; every tile is unpacked and decoded; at every zoom the counts,
    with repeats removed by id, are added up.

    Args:
        path: of the archive.
        placed: the placed crimes by category code that every zoom must add up to, shape (32,); None where the archive
            does not count crimes.
        railway: those of them that the railway's police recorded, likewise; None where there are no such police.
    """
    try:
        archive = TileArchive.open(path)
        audit = _Audit(archive.metadata)
    except DamagedFile as error:
        return [str(error)]
    problems = [*_header_problems(archive), *_size_problems(archive)]
    for z, x, y, tile in archive.tiles():
        try:
            for layer in decode(zlib.decompress(tile, _GZIP_WINDOW)):
                problems += [f"tile {z}/{x}/{y}: {problem}" for problem in audit.add(z, layer)]
        except (ValueError, zlib.error) as error:
            problems.append(f"tile {z}/{x}/{y}: {error}")
    if placed is not None:
        problems += audit.sum_problems(placed, railway)
    return problems if len(problems) <= _MOST else [*problems[:_MOST], f"and {len(problems) - _MOST} problems more"]


class _Audit:
    """What was seen of an archive, zoom by zoom."""

    def __init__(self, metadata: dict[str, Any]) -> None:
        self._declared = {str(layer["id"]): layer for layer in metadata.get("vector_layers", [])}
        self._seen: dict[tuple[int, str], dict[int, int]] = {}
        self._sums: dict[int, Counter[str]] = {}

    def add(self, zoom: int, layer: Layer) -> Iterator[str]:
        """What is wrong with a layer of a tile."""
        declared = self._declared.get(layer.name)
        if declared is None or not declared["minzoom"] <= zoom <= declared["maxzoom"]:
            yield f"the metadata do not tell of a layer {layer.name!r} at zoom {zoom}"
        elif not set(layer.keys) <= set(declared["fields"]):
            yield f"the metadata do not tell of all fields of the layer {layer.name!r}"
        seen = self._seen.setdefault((zoom, layer.name), {})
        here: set[int] = set()
        for feature in layer.features:
            if feature.id in here:
                yield f"the layer {layer.name!r} has the id {feature.id} twice"
            here.add(feature.id)
            if not _well_formed(feature):
                yield f"the geometry of feature {feature.id} of {layer.name!r} breaks off"
            yield from self._count(zoom, layer, feature, seen)

    def _count(self, zoom: int, layer: Layer, feature: Feature, seen: dict[int, int]) -> Iterator[str]:
        """Adds up a feature, unless it is a repeat; what is wrong with it."""
        counts = layer.properties(feature)
        said = hash(tuple(counts.items()))
        first = feature.id not in seen
        if seen.setdefault(feature.id, said) != said:
            yield f"feature {feature.id} of {layer.name!r} says something else in another tile"
        if layer.name not in _COUNTED:
            return
        if not first and layer.name == "points":
            yield f"the point {feature.id} is in two tiles"
        numbers = {key: int(number) for key, number in counts.items() if key != "name"}
        by_category = {key: number for key, number in numbers.items() if key.startswith("c")}
        by_railway = {key: number for key, number in numbers.items() if key[0] == "r" and key != "r"}
        if numbers.pop("n", 0) != sum(by_category.values()) or numbers.get("r", 0) != sum(by_railway.values()):
            yield f"the categories of feature {feature.id} of {layer.name!r} do not add up to its total"
        if first:
            self._sums.setdefault(zoom, Counter()).update(numbers)

    def sum_problems(self, placed: npt.NDArray[np.int64], railway: npt.NDArray[np.int64] | None) -> Iterator[str]:
        """At which zooms the counts are not those of the store."""
        expected = {f"c{code}": int(n) for code, n in enumerate(placed) if n}
        if railway is not None and railway.any():
            expected |= {"r": int(railway.sum())} | {f"r{code}": int(n) for code, n in enumerate(railway) if n}
        for zoom in ZOOMS:
            found = self._sums.get(zoom, Counter())
            for key in sorted({*expected, *found}):
                if expected.get(key, 0) != found[key]:
                    yield f"zoom {zoom} counts {found[key]} of {key}, and the store {expected.get(key, 0)}"


def _well_formed(feature: Feature) -> bool:
    """Whether the command integers end where a command ends."""
    at, numbers = 0, feature.geometry
    while at < len(numbers):
        command, times = numbers[at] & 7, numbers[at] >> 3
        at += 1 if command == 7 else 1 + 2 * times  # ClosePath has no parameters
    return at == len(numbers) > 0


def _header_problems(archive: TileArchive) -> Iterator[str]:
    """Where the header does not say what is there."""
    header = archive.header
    if header["tile_type"] is not TileType.MVT or header["tile_compression"] is not Compression.GZIP:
        yield "the header does not say that tiles are gzipped vector tiles"
    places = [(z, x, y) for z, x, y, _ in archive.tiles()]
    if header["addressed_tiles_count"] != len(places) or not header["clustered"]:
        yield f"the header counts {header['addressed_tiles_count']} tiles and there are {len(places)}"
    zooms = [z for z, _, _ in places]
    if (header["min_zoom"], header["max_zoom"]) != (min(zooms, default=None), max(zooms, default=None)):
        yield f"the header has zooms {header['min_zoom']} to {header['max_zoom']}, and the tiles do not"
    lat = np.array([header["max_lat_e7"], header["min_lat_e7"]]) / 1e7
    lng = np.array([header["min_lon_e7"], header["max_lon_e7"]]) / 1e7
    north_west, south_east = world(lat, lng)
    if (north_west > south_east).any():
        yield "the header's bounds are the wrong way round"
    zoom, tile = np.split(np.array(places), [1], axis=1)
    # One tile more each way may hold what the margin of a tile within has.
    outside = (tile + 2 < north_west * 2.0**zoom) | (tile - 1 > south_east * 2.0**zoom)
    for at in np.flatnonzero(outside.any(axis=1)):
        yield "tile {}/{}/{} lies outside the header's bounds".format(*places[at])


def _size_problems(archive: TileArchive) -> Iterator[str]:
    """Tiles that a phone would wait too long for."""
    sizes = [len(tile) for *_, tile in archive.tiles()]
    if not sizes:
        return
    p99 = int(np.percentile(sizes, 99, method="higher"))
    if p99 > P99_BYTES:
        yield f"one tile in a hundred takes {p99:,} bytes or more; {P99_BYTES:,} are allowed"
    if max(sizes) > LARGEST_BYTES:
        yield f"the largest tile takes {max(sizes):,} bytes; {LARGEST_BYTES:,} are allowed"
