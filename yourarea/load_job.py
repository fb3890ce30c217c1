"""`load`: published files into the staged data, in worker processes, and the report of it."""

from typing import Any

import typer

from geo.store.layout import DataFolder
from ingest.load import LoadOrder, LoadReport, load
from ingest.member import Loaded, Refused
from ingest.reference import register_of
from ingest.workspace import Workspace, workspace
from yourarea.screen import counted, counting, say, say_json, warn
from yourarea.worker import processes


def take_records(folder: DataFolder, order: LoadOrder, workers: int, as_json: bool) -> None:
    """Load records, and say how it went.

    Raises:
        typer.Exit: with 1, some files were refused.
    """
    with workspace(folder) as work:
        report = run_load(work, order, workers)
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
