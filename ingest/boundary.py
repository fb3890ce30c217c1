"""`boundaries` and `forces`: dated generations of neighbourhoods, and the areas of forces."""

import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import UnreadableSource
from geo.force import ForceRegister
from geo.month import Month
from geo.store.boundary import Areas
from geo.store.manifest import FileRef, Generation, Manifest
from ingest.boundary_source import WGS84, Names, Outline, plain_text, read_outlines
from ingest.succession import overlaps, succession
from ingest.workspace import Workspace


@dataclass(frozen=True)
class AreaReport:
    """What loading boundaries found.

    Attributes:
        areas: how many areas each force has.
        repaired: (where, what was wrong) of each area whose rings were invalid.
        rejects: (where, reason) of each area left out.
        changes: by force, ids kept, renamed, merged, split, gone and new against the generation before.
    """

    areas: dict[str, int]
    repaired: list[tuple[str, str]]
    rejects: list[tuple[str, str]]
    changes: dict[str, dict[str, list[str]]]


def load_boundaries(
    work: Workspace, source: Path, first_month: Month, register: ForceRegister, names: Names
) -> AreaReport:
    """Load one generation of neighbourhoods, for each force that the source has.

    Args:
        work: the locked data folder.
        source: as `read_outlines` takes it.
        first_month: from which on these boundaries are the force's.
        register: the forces there are.
        names: of neighbourhoods; they go before what the source says, and without either the id is the name.

    Raises:
        UnreadableSource: nothing usable in the source.
    """
    outlines = read_outlines(source, register, of_forces=False)
    names = {(one.force, one.id): one.name for one in outlines if one.name} | dict(names)
    by_force, repaired, rejects = _sound(outlines, register)
    if not by_force:
        raise UnreadableSource(f"{source}: no neighbourhood could be used; the first is {rejects[0]}.")
    manifest = work.staged()
    generations = {(one.force, one.first_month): one for one in manifest.generations}
    changes = {}
    for force, areas in by_force.items():
        frame = _frame(force, areas, names)
        changes[force], report = _report(work, manifest, frame, first_month, repaired)
        generations[force, first_month] = Generation(
            force=force,
            first_month=first_month,
            file=_keep(work, f"boundaries/{force}-{first_month}", frame),
            report=work.keep(f"boundaries/{force}-{first_month}", ".json", _json(report), len(frame)),
        )
    work.stage(manifest.changed(generations=tuple(generations[key] for key in sorted(generations))))
    return AreaReport({force: len(areas) for force, areas in by_force.items()}, repaired, rejects, changes)


def load_force_areas(work: Workspace, source: Path, register: ForceRegister) -> AreaReport:
    """Load the areas of forces; those that the source lacks stay as they are.

    Raises:
        UnreadableSource: nothing usable in the source.
    """
    by_force, repaired, rejects = _sound(read_outlines(source, register, of_forces=True), register)
    if not by_force:
        raise UnreadableSource(f"{source}: no force area could be used; the first is {rejects[0]}.")
    names = {(force.id, force.id): force.name for force in register}
    frames = {
        force: _frame(force, {force: shapely.union_all(list(areas.values()))}, names)
        for force, areas in by_force.items()
    }
    manifest = work.staged()
    if manifest.force_areas is not None:
        held = gpd.read_parquet(work.folder.file(manifest.force_areas.path))
        for force in set(held["force"]) - set(frames):
            frames[force] = held[held["force"] == force]
    frame = gpd.GeoDataFrame(pd.concat([frames[force] for force in sorted(frames)], ignore_index=True), crs=WGS84)
    work.stage(manifest.changed(force_areas=_keep(work, "boundaries/force-areas", frame)))
    return AreaReport(dict.fromkeys(by_force, 1), repaired, rejects, {})


def _sound(
    outlines: Iterable[Outline], register: ForceRegister
) -> tuple[dict[str, dict[str, shapely.Geometry]], list[tuple[str, str]], list[tuple[str, str]]]:
    """Valid polygons by force and id, what was repaired, and what was left out. Pieces of one id are one area."""
    pieces: dict[tuple[str, str], list[shapely.Geometry]] = defaultdict(list)
    repaired, rejects = [], []
    for outline in outlines:
        if outline.force not in register:
            rejects.append((outline.where, f"unknown force {outline.force!r}"))
        elif (polygon := _polygon(outline.geometry)) is None:
            rejects.append((outline.where, "no polygon"))
        elif not _on_earth(polygon):
            rejects.append((outline.where, "not in degrees, and the file does not say in what else"))
        else:
            pieces[outline.force, outline.id].append(polygon)
            if not shapely.is_valid(outline.geometry):
                repaired.append((outline.where, str(shapely.is_valid_reason(outline.geometry))))
    found: dict[str, dict[str, shapely.Geometry]] = defaultdict(dict)
    for (force, area), geometries in sorted(pieces.items()):
        found[force][area] = geometries[0] if len(geometries) == 1 else shapely.union_all(geometries)
    return dict(found), repaired, rejects


def _polygon(geometry: shapely.Geometry | None) -> shapely.Geometry | None:
    """The ground that a geometry covers, as valid polygons; `None` where it covers none.

    A repair can leave stray lines, which hold no point, or nothing but them; a coordinate that is no number has no
    place on the ground.
    """
    if geometry is None or not np.isfinite(shapely.get_coordinates(geometry)).all():
        return None
    sound = shapely.make_valid(shapely.force_2d(geometry))
    parts = [part for part in shapely.get_parts(sound) if shapely.get_dimensions(part) == 2]
    flat = [polygon for part in parts for polygon in shapely.get_parts(part) if not polygon.is_empty]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)


def _on_earth(polygon: shapely.Geometry) -> bool:
    """Whether a geometry lies within ±180 degrees of longitude and ±90 of latitude; metres of a grid hardly do."""
    west, south, east, north = shapely.bounds(polygon)
    return bool(west >= -180 and south >= -90 and east <= 180 and north <= 90)


def _frame(force: str, areas: dict[str, shapely.Geometry], names: Names) -> gpd.GeoDataFrame:
    ids = sorted(areas)
    columns = {
        "force": [force] * len(ids),
        "id": ids,
        "name": [plain_text(names.get((force, area), area)) for area in ids],
    }
    return gpd.GeoDataFrame(columns, geometry=[areas[area] for area in ids], crs=WGS84)


def _keep(work: Workspace, stem: str, frame: gpd.GeoDataFrame) -> FileRef:
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False, compression="zstd", geometry_encoding="WKB")
    return work.keep(stem, ".parquet", sink.getvalue(), len(frame))


def _report(
    work: Workspace,
    manifest: Manifest,
    frame: gpd.GeoDataFrame,
    first_month: Month,
    repaired: list[tuple[str, str]],
) -> tuple[dict[str, list[str]], dict[str, object]]:
    """What changed against the generation before, and the report kept beside this one (docs/spec/boundaries.md)."""
    force = frame["force"].iloc[0]
    areas = Areas(tuple(frame["force"]), tuple(frame["id"]), tuple(frame["name"]), np.asarray(frame.geometry))
    before = [one for one in manifest.generations if one.force == force and one.first_month < first_month]
    older = Areas.open(work.folder.file(max(before, key=lambda one: one.first_month).file.path)) if before else None
    changes, successors = succession(older, areas) if older is not None else ({}, [])
    return changes, {
        "force": force,
        "first_month": str(first_month),
        "neighbourhoods": len(frame),
        "repaired": [{"where": where, "problem": problem} for where, problem in repaired if force in where.split("/")],
        "overlaps": overlaps(areas),
        "changes": changes,
        "successors": successors,
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
