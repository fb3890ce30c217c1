"""Boundaries as delivered: KML as data.police.uk gives it, GeoJSON, GeoPackage; in a zip, a folder or alone."""

import csv
import html
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo.errors import UnreadableSource
from geo.force import ForceRegister
from ingest.archive import gunzipped, read_entry, reading, zip_entries

_SUFFIXES = (".kml", ".geojson", ".json", ".geojson.gz", ".gpkg")
_UNUSABLE = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.GEOSException, ValueError)
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


def read_outlines(source: Path, register: ForceRegister, *, of_forces: bool) -> list[Outline]:
    """Every area of a source.

    A KML file is one area: its file name is the id and its folder the force. GeoJSON and GeoPackage features say
    `force`, `id` and `name`; without `force`, a file named after one (`leicestershire.geojson`) is of that force.

    Args:
        source: a zip, a folder or one file.
        register: the forces there are.
        of_forces: whether areas are forces' own, so that a feature's code from the statistics office is its force.

    Raises:
        UnreadableSource: missing, damaged, without a single area, or with neighbourhoods of which the force or the id
            is not said.
    """
    read = _force_area if of_forces else _neighbourhood
    found = [outline for where, data in _files(source) for outline in _outlines(where, data, register, read)]
    if not found:
        raise UnreadableSource(f"{source} holds no boundaries: no KML, GeoJSON or GeoPackage file with an area in it.")
    return found


def read_names(source: Path) -> dict[tuple[str, str], str]:
    """Neighbourhood names from a CSV (`force,id,name`, plain or gzipped), since KML files carry none.

    HTML entities, of which published names have up to two layers, are resolved.

    Raises:
        UnreadableSource: missing or without those columns.
    """
    with reading(source):
        data = source.read_bytes()
    data = _plain(source.name, data)
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        return {(row["force"], row["id"]): plain_text(row["name"]) for row in rows if row["name"]}
    except (UnicodeDecodeError, csv.Error, KeyError) as error:
        raise UnreadableSource(f"{source} is not a CSV of neighbourhood names (force,id,name): {error}.") from error


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
    if source.is_dir():
        for path in sorted(path for path in source.rglob("*") if _meant(path.name) and path.is_file()):
            with reading(path):
                yield PurePosixPath(path.relative_to(source).as_posix()), path.read_bytes()
    elif (entries := zip_entries(source)) is not None:
        for name in sorted(filter(_meant, entries)):
            yield PurePosixPath(name), read_entry(source, entries[name])[0]
    elif _meant(source.name):
        with reading(source):
            yield PurePosixPath(source.name), source.read_bytes()


def _meant(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES) and not PurePosixPath(name).name.startswith(".")


def _plain(name: str, data: bytes) -> bytes:
    return gunzipped(data, name) if name.lower().endswith(".gz") else data


def _outlines(
    where: PurePosixPath,
    data: bytes,
    register: ForceRegister,
    read: Callable[[dict[str, str], str, ForceRegister], tuple[str, str]],
) -> Iterator[Outline]:
    name = where.name[:-3] if where.name.lower().endswith(".gz") else where.name
    stem, suffix = name.rsplit(".", 1)
    frame = _frame(where, _plain(where.name, data), suffix.lower())
    if suffix.lower() == "kml":
        for geometry in frame.geometry if len(frame) else [None]:
            yield Outline(str(where), where.parent.name, stem, None, geometry)
        return
    told = [column for column in ("force", "id", "name") if column in frame]
    for number, (geometry, *values) in enumerate(zip(frame.geometry, *(frame[one] for one in told), strict=True), 1):
        said = {column: text for column, value in zip(told, values, strict=True) if (text := _text(value)).strip()}
        try:
            force, area = read(said, stem, register)
        except UnreadableSource as error:
            raise UnreadableSource(f"{where}, feature {number}: {error}") from error
        yield Outline(str(where), force, area, said.get("name"), geometry)


def _text(value: Any) -> str:
    """A property as text; empty where there is none, which a table of features holds as `None` or a NaN."""
    if value is None or pd.isna(value) is True:
        return ""
    if isinstance(value, float) and value.is_integer():  # what integers become where one is missing
        return str(int(value))
    return str(value)


def _force_area(said: dict[str, str], stem: str, register: ForceRegister) -> tuple[str, str]:
    """The force whose ground a feature is: as it says, by its code of the statistics office, or by the file's name."""
    codes = {force.gss: force.id for force in register if force.gss}
    force = said.get("force") or codes.get(said.get("id", ""), stem)
    return force, said.get("id", force)


def _neighbourhood(said: dict[str, str], stem: str, register: ForceRegister) -> tuple[str, str]:
    """The force and id of a neighbourhood.

    Raises:
        UnreadableSource: either is not said.
    """
    force = said.get("force", stem)
    if "force" not in said and force not in register:
        raise UnreadableSource(
            "it has no `force`, and the file is not named after one (as leicestershire.geojson would be). Give each "
            "feature its force, or name the file so."
        )
    if "id" not in said:
        raise UnreadableSource("it has no `id`. Give each neighbourhood its id; `yourarea forces` loads forces' areas.")
    return force, said["id"]


def _frame(where: PurePosixPath, data: bytes, suffix: str) -> gpd.GeoDataFrame:
    """The features of one file in EPSG:4326."""
    try:
        with NamedTemporaryFile(suffix=f".{suffix}") as file, warnings.catch_warnings(), np.errstate(invalid="ignore"):
            warnings.simplefilter("ignore")  # what is wrong with an area is reported where it is looked at
            file.write(data)
            file.flush()
            # By name: the reader knows GeoPackage by its ending. A geometry that is none becomes an area without one.
            frame = gpd.read_file(file.name, on_invalid="ignore")
        if "geometry" not in frame:
            return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=WGS84)
        return frame.to_crs(WGS84) if frame.crs is not None else frame.set_crs(WGS84)
    except _UNUSABLE as error:
        raise UnreadableSource(f"{where} cannot be read as boundaries: {error}") from error
