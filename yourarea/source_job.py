"""What the commands that take sources in do: load, boundaries, forces, postcodes, basemap, crosswalk."""

from pathlib import Path

from geo.month import Month
from geo.store.layout import DataFolder
from ingest.boundary import AreaReport, load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.crosswalk import load_crosswalk
from ingest.reference import load_basemap, load_postcodes, load_register, register_of
from ingest.workspace import workspace
from yourarea.screen import counted, counting, say, say_json, warn


def take_boundaries(folder: DataFolder, source: Path, first_month: Month, names: Path | None, as_json: bool) -> None:
    """Load a generation of neighbourhoods, and say how it went."""
    with workspace(folder) as work, counting("reading boundaries", None):
        register = register_of(work.folder, work.staged())
        report = load_boundaries(work, source, first_month, register, read_names(names) if names else {})
    _say_areas(report, as_json)


def take_force_areas(folder: DataFolder, source: Path, register: Path | None, as_json: bool) -> None:
    """Load the areas of forces, and say how it went."""
    with workspace(folder) as work, counting("reading force areas", None):
        if register is not None:
            load_register(work, register)
        report = load_force_areas(work, source, register_of(work.folder, work.staged()))
    _say_areas(report, as_json)


def _say_areas(report: AreaReport, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "areas": report.areas,
                "repaired": report.repaired,
                "rejects": report.rejects,
                "changes": report.changes,
            }
        )
        return
    say(f"{sum(report.areas.values()):,} areas of {len(report.areas)} forces.")
    for where, problem in report.repaired:
        warn(f"Repaired: {where}: {problem}")
    for where, reason in report.rejects:
        warn(f"Left out: {where}: {reason}")
    for force, changes in report.changes.items():
        if changes:
            say(f"{force}: {counted({word: len(ids) for word, ids in changes.items()})}.")


def take_postcodes(folder: DataFolder, sources: list[Path], as_json: bool) -> None:
    """Load postcodes, and say how it went."""
    with workspace(folder) as work, counting("reading postcodes", None):
        rows = load_postcodes(work, sources)
    if as_json:
        say_json({"rows": rows.rows, "records": rows.records.num_rows, "rejects": rows.rejects_by_reason})
    else:
        say(f"{rows.records.num_rows:,} postcodes of {rows.rows:,} rows; rejects: {counted(rows.rejects_by_reason)}.")


def take_basemap(folder: DataFolder, source: Path, as_json: bool) -> None:
    """Load the layers of a base map, and say how it went."""
    with workspace(folder) as work:
        features = load_basemap(work, source)
    if as_json:
        say_json({"features": features})
    else:
        say(f"Base map: {counted(features)}.")


def take_crosswalk(folder: DataFolder, source: Path, as_json: bool) -> None:
    """Load an id crosswalk, and say how it went."""
    with workspace(folder) as work:
        rows = load_crosswalk(work, source)
    if as_json:
        say_json({"rows": rows})
    else:
        say(f"{rows:,} ids of another instance.")
