"""`content`: what forces and teams publish, into the updates database, and the report of it."""

from pathlib import Path
from typing import Any

import typer

from api.publish.database import open_updates
from api.publish.intake import ContentReport, take_in
from api.publish.source import find_content
from api.settings import ApiSettings
from geo.force import ForceRegister
from geo.store.layout import DataFolder
from ingest.reference import register_of
from ingest.workspace import staged_manifest
from yourarea.screen import counted, counting, say, say_json, warn
from yourarea.setting import settings_of


def take_content(folder: DataFolder, source: Path, as_json: bool) -> None:
    """Import a source, and say how it went.

    Raises:
        typer.Exit: with 1, some files were refused.
    """
    report = import_content(folder, source, register_of(folder, staged_manifest(folder)))
    if as_json:
        say_json(report_json(report))
    else:
        say_report(report)
    if report.refused:
        raise typer.Exit(1)


def import_content(folder: DataFolder, source: Path, register: ForceRegister) -> ContentReport:
    """Import a source into the updates database of a data folder, with a progress bar."""
    found = find_content(source)
    folder.root.mkdir(parents=True, exist_ok=True)
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    try:
        with counting("importing", len(found.files)) as tick:
            return take_in(updates, found, register, tick)
    finally:
        updates.close()


def report_json(report: ContentReport) -> dict[str, Any]:
    """The documented contract of `content --json` (docs/spec/content.md)."""
    return {
        "source": report.source,
        "records": dict(report.records),
        "rejects": [{"file": one.file, "where": one.where, "reason": one.reason} for one in report.rejects],
        "passed_over": list(report.passed_over),
        "forces_changed": report.forces_changed,
        "neighbourhoods_changed": report.neighbourhoods_changed,
    }


def say_report(report: ContentReport) -> None:
    """The same for a person."""
    say(f"From {report.source}: {counted(report.records)}.")
    say(f"Changed: {report.forces_changed:,} forces and {report.neighbourhoods_changed:,} neighbourhoods.")
    for name in report.passed_over:
        warn(f"Passed over, no content: {name}")
    for one in report.rejects:
        warn(f"Left out: {one.file}{f' {one.where}' if one.where else ''}: {one.reason}")
