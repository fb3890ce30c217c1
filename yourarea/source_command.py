"""Commands that take sources in: load, boundaries, forces, postcodes, basemap."""

from pathlib import Path
from typing import Annotated, Any

import typer

from geo.month import Month
from geo.store.layout import DataFolder
from ingest.boundary import AreaReport, load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.load import LoadOrder, LoadReport, load
from ingest.member import Loaded, Refused
from ingest.reference import load_basemap, load_postcodes, load_register, register_of
from ingest.workspace import Workspace, workspace
from yourarea.option import (
    DATA,
    WORKERS,
    Complete,
    Data,
    Json,
    Published,
    Replace,
    Source,
    Sources,
    Workers,
    month_option,
)
from yourarea.screen import counted, counting, processes, say, say_json, warn


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    for name, command in (
        ("load", load_command),
        ("boundaries", boundaries_command),
        ("forces", forces_command),
        ("postcodes", postcodes_command),
        ("basemap", basemap_command),
    ):
        cli.command(name)(command)


def load_command(
    sources: Sources,
    data: Data = DATA,
    published: Published = None,
    complete: Complete = False,
    replace: Replace = False,
    workers: Workers = WORKERS,
    as_json: Json = False,
) -> None:
    """Load crimes, outcomes and stops as data.police.uk publishes them. Loading again changes nothing."""
    with workspace(DataFolder(data)) as work:
        report = run_load(work, LoadOrder(sources, published, complete, replace), workers)
    if as_json:
        say_json(report_json(report))
    else:
        say_report(report)
    if report.refused:
        raise typer.Exit(1)


def run_load(work: Workspace, order: LoadOrder, workers: int) -> LoadReport:
    """Load in worker processes, with a progress bar."""
    register = register_of(work.folder, work.staged())
    with processes(workers) as executor, counting("reading", len(order.content.members)) as tick:

        def done(_: Loaded | Refused) -> None:
            tick()

        return load(work, order, register, executor, done)


def report_json(report: LoadReport) -> dict[str, Any]:
    """The documented contract of `load --json` (docs/spec/load-report.md)."""
    return {
        "published": str(report.published) if report.published else None,
        "files": [
            {
                "name": one.member.name,
                "force": one.member.force,
                "month": str(one.member.month),
                "kind": str(one.member.kind),
                "rows": one.rows,
                "records": one.records,
                "rejects": sum(one.rejects.values()),
                "unplaced": one.unplaced,
                "content": one.content,
            }
            for one in report.files
        ],
        "rows": report.rows(),
        "rejects": report.rejects(),
        "unchanged": report.unchanged,
        "history": report.history,
        "refused": [{"name": one.member.name, "why": one.why} for one in report.refused],
        "passed_over": report.passed_over,
        "declared": report.declared,
    }


def say_report(report: LoadReport) -> None:
    """The same for a person."""
    if report.files:
        say(f"{len(report.files)} files, published up to {report.published}: rows {counted(report.rows())}.")
        say(f"Rejects: {counted(report.rejects())}.")
    if report.unchanged:
        say(f"{len(report.unchanged)} of the files were held already.")
    if report.history:
        say(f"{len(report.history)} are of an older publication than the one that rules, and are kept as history.")
    if report.declared:
        say(f"{report.declared} declarations of what was not supplied.")
    for name in report.passed_over:
        warn(f"Passed over, not a published file: {name}")
    for one in report.refused:
        warn(f"Left out: {one.why}")


def boundaries_command(
    source: Source,
    first_month: Annotated[
        Month, typer.Option("--from", parser=month_option, metavar="YYYY-MM", help="First month of this generation.")
    ],
    names: Annotated[Path | None, typer.Option(help="CSV of names (force,id,name): KML files carry none.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Load a generation of neighbourhoods: KML as data.police.uk delivers it, GeoJSON or GeoPackage."""
    with workspace(DataFolder(data)) as work, counting("reading boundaries", None):
        register = register_of(work.folder, work.staged())
        report = load_boundaries(work, source, first_month, register, read_names(names) if names else {})
    _say_areas(report, as_json)


def forces_command(
    source: Source,
    register: Annotated[Path | None, typer.Option(help="A force register (JSON) other than the UK's.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Load the areas of police forces, as GeoJSON, KML or GeoPackage."""
    with workspace(DataFolder(data)) as work, counting("reading force areas", None):
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


def postcodes_command(sources: Sources, data: Data = DATA, as_json: Json = False) -> None:
    """Load postcodes: Code-Point Open, ONSPD or NSPL. They take the place of those held."""
    with workspace(DataFolder(data)) as work, counting("reading postcodes", None):
        rows = load_postcodes(work, sources)
    if as_json:
        say_json({"rows": rows.rows, "records": rows.records.num_rows, "rejects": rows.rejects_by_reason})
        return
    say(f"{rows.records.num_rows:,} postcodes of {rows.rows:,} rows; rejects: {counted(rows.rejects_by_reason)}.")


def basemap_command(source: Source, data: Data = DATA, as_json: Json = False) -> None:
    """Load the layers of a base map of your own: a folder of land, water, park, street, station, place .geojson."""
    with workspace(DataFolder(data)) as work:
        features = load_basemap(work, source)
    if as_json:
        say_json({"features": features})
    else:
        say(f"Base map: {counted(features)}.")
