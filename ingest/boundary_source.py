"""Boundaries as delivered: KML as data.police.uk gives it, GeoJSON, GeoPackage; in a zip, a folder or alone."""

import csv
import gzip
import html
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

import geopandas as gpd
import pyogrio
import shapely

from geo.errors import UnreadableSource
from geo.force import ForceRegister

_SUFFIXES = (".kml", ".geojson", ".json", ".geojson.gz", ".gpkg")
WGS84 = "EPSG:4326"
Names = Mapping[tuple[str, str], str]  # (force id, neighbourhood id) -> name


@dataclass(frozen=True, slots=True)
class Outline:
    """One area as delivered. `geometry` is in EPSG:4326, axis order lng, lat; may be empty, invalid or no polygon."""

    where: str
    force: str
    id: str
    name: str | None
    geometry: shapely.Geometry | None


def read_outlines(source: Path, register: ForceRegister) -> list[Outline]:
    """Every area of a source.

    A KML file is one neighbourhood: its file name is the id and its folder the force. GeoJSON and GeoPackage features
    say `force`, `id` and `name`; a file named after a force (`leicestershire.geojson`) is the outline of that force.

    Raises:
        UnreadableSource: missing, damaged, or without a single area.
    """
    found = [outline for where, data in _files(source) for outline in _outlines(where, data, register)]
    if not found:
        raise UnreadableSource(f"{source} holds no boundaries: no KML, GeoJSON or GeoPackage file with an area in it.")
    return found


def read_names(source: Path) -> dict[tuple[str, str], str]:
    """Neighbourhood names from a CSV (`force,id,name`, plain or gzipped), since KML files carry none.

    HTML entities, of which published names have up to two layers, are resolved.

    Raises:
        UnreadableSource: missing or without those columns.
    """
    try:
        data = gzip.decompress(source.read_bytes()) if source.suffix == ".gz" else source.read_bytes()
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        return {(row["force"], row["id"]): plain_text(row["name"]) for row in rows}
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise UnreadableSource(f"{source} is not a CSV of neighbourhood names (force,id,name): {error}") from error


def plain_text(text: str) -> str:
    """Text with its HTML entities resolved, however often they were escaped, and blanks folded.

    >>> plain_text("Stocking Farm &amp;amp; Mowmacre")
    'Stocking Farm & Mowmacre'
    """
    while (resolved := html.unescape(text)) != text:
        text = resolved
    return " ".join(text.split())


def _files(source: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """(name, bytes) of every boundary file of a source, by name."""
    try:
        if source.is_dir():
            for path in sorted(source.rglob("*")):
                if path.name.endswith(_SUFFIXES):
                    yield PurePosixPath(path.relative_to(source).as_posix()), path.read_bytes()
        elif zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as archive:
                for name in sorted(archive.namelist()):
                    if name.endswith(_SUFFIXES):
                        yield PurePosixPath(name), archive.read(name)
        elif source.name.endswith(_SUFFIXES):
            yield PurePosixPath(source.name), source.read_bytes()
    except (OSError, zipfile.BadZipFile) as error:
        raise UnreadableSource(f"{source} cannot be read: {error}") from error


def _outlines(where: PurePosixPath, data: bytes, register: ForceRegister) -> Iterator[Outline]:
    name = where.name.removesuffix(".gz")
    stem = name.rsplit(".", 1)[0]
    frame = _frame(where, gzip.decompress(data) if where.name.endswith(".gz") else data)
    if name.endswith(".kml"):
        for geometry in frame.geometry if len(frame) else [None]:
            yield Outline(str(where), where.parent.name, stem, None, geometry)
        return
    for row in frame.itertuples(index=False):
        force = getattr(row, "force", None) or _force_of(row, stem, register)
        area = str(getattr(row, "id", None) or force) if hasattr(row, "force") else str(force)
        yield Outline(str(where), str(force), area, getattr(row, "name", None), row.geometry)


def _force_of(row: object, stem: str, register: ForceRegister) -> str:
    """The force whose outline a feature is: by the file's name, or by its code from the statistics office."""
    codes = {force.gss: force.id for force in register if force.gss}
    return codes.get(str(getattr(row, "id", "")), stem)


def _frame(where: PurePosixPath, data: bytes) -> gpd.GeoDataFrame:
    """The features of one file in EPSG:4326."""
    try:
        with NamedTemporaryFile(suffix=f".{where.name.removesuffix('.gz').rsplit('.', 1)[-1]}") as file:
            file.write(data)
            file.flush()
            frame = gpd.read_file(file.name)  # by name: the reader knows GeoPackage by its ending
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise UnreadableSource(f"{where} cannot be read as boundaries: {error}") from error
    if "geometry" not in frame:
        return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=WGS84)
    return frame.to_crs(WGS84) if frame.crs is not None else frame.set_crs(WGS84)
