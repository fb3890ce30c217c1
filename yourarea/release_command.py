"""Commands from staged data to what is live: build, check, activate, update, releases, prune, status."""

from typing import Annotated, Any

import typer

from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.supply import Kind
from ingest.judge import accept
from ingest.load import LoadOrder
from ingest.release import activate, check, live_release, prune, releases
from ingest.status import status
from ingest.workspace import Workspace, workspace
from yourarea.option import DATA, WORKERS, Complete, Data, Json, Published, Replace, Sources, Workers
from yourarea.release_job import build_all, verify_tiles
from yourarea.screen import counted, say, say_json, say_table, warn
from yourarea.source_command import report_json, run_load, say_report


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    for name, command in (
        ("build", build_command),
        ("check", check_command),
        ("activate", activate_command),
        ("update", update_command),
        ("releases", releases_command),
        ("prune", prune_command),
        ("status", status_command),
    ):
        cli.command(name)(command)


Verify = Annotated[bool, typer.Option("--verify", help="Open every tile archive again and count it against the store.")]


def build_command(data: Data = DATA, workers: Workers = WORKERS, verify: Verify = False, as_json: Json = False) -> None:
    """Make what is derived: placement, counts, attachments, tiles. What did not change is not made again."""
    with workspace(DataFolder(data)) as work:
        manifest = build_all(work, workers)
        problems = verify_tiles(work.folder, manifest, workers) if verify else []
    if as_json:
        built = {"months": list(manifest.counts), "tiles": list(manifest.tiles)}
        say_json(built | ({"problems": problems} if verify else {}))
    else:
        say(f"{len(manifest.counts)} months counted, {len(manifest.tiles)} tile archives.")
        for problem in problems:
            warn(problem)
        if verify and not problems:
            say("Every tile archive agrees with the store.")
    if problems:
        raise typer.Exit(1)


def check_command(
    accepted: Annotated[
        str | None,
        typer.Option("--accept", metavar="FORCE/YYYY-MM/KIND", help="Accept what is held back, with a note."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why it is accepted.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Test the staged whole and write it down as a release; hold back what cannot be a whole month."""
    with workspace(DataFolder(data)) as work:
        if accepted is not None:
            _accept(work, accepted, note)
            return
        release, warnings = check(work)
    _say_check(release, warnings, as_json)


def _accept(work: Workspace, written: str, note: str | None) -> None:
    if not note:
        raise typer.BadParameter("say why with --note: it is kept with the month, for whoever asks.")
    force, month, kind = (*written.split("/"), "", "")[:3]
    try:
        work.stage(accept(work.staged(), force, Month.parse(month), Kind(kind), note))
    except (LookupError, ValueError) as error:
        raise typer.BadParameter(
            f"{error} Write --accept FORCE/YYYY-MM/KIND, as `yourarea status` lists them."
        ) from error
    say(f"Accepted {written}. Run `yourarea update` to build it in and make it live.")


def _say_check(release: Manifest, warnings: list[str], as_json: bool) -> None:
    if as_json:
        say_json({"release": release.release_id, "warnings": warnings})
        return
    for warning in warnings:
        warn(f"Warning: {warning}")
    say(f"Release {release.release_id} is ready: `yourarea activate {release.release_id}`.")


def activate_command(
    release: Annotated[str | None, typer.Argument(help="Its id; the staged one by default.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Make a checked release live. Going back is activating an older one."""
    with workspace(DataFolder(data)) as work:
        live = activate(work, release)
    if as_json:
        say_json({"release": live})
    else:
        say(f"Live: {live}")


def update_command(
    sources: Sources = [],  # noqa: B006  Typer takes the default as it stands and makes a list of its own
    data: Data = DATA,
    published: Published = None,
    complete: Complete = False,
    replace: Replace = False,
    workers: Workers = WORKERS,
    as_json: Json = False,
) -> None:
    """Load, build, check and activate in one. Without sources it finishes what was begun."""
    with workspace(DataFolder(data)) as work:
        report = run_load(work, LoadOrder(sources, published, complete, replace), workers) if sources else None
        build_all(work, workers)
        release, warnings = check(work)
        live = activate(work, release.release_id)
    if as_json:
        say_json((report_json(report) if report else {}) | {"release": live, "warnings": warnings})
    else:
        if report:
            say_report(report)
        for warning in warnings:
            warn(f"Warning: {warning}")
        say(f"Live: {live}")
    if report and report.refused:
        raise typer.Exit(1)


def releases_command(data: Data = DATA, as_json: Json = False) -> None:
    """List the checked releases, newest first."""
    folder = DataFolder(data)
    live = live_release(folder)
    found = [
        {
            "release": str(one.release_id),
            "checked_at": one.checked_at.isoformat(timespec="seconds") if one.checked_at else None,
            "newest_month": str(one.months[-1]),
            "live": one.release_id == live,
        }
        for one in releases(folder)
    ]
    if as_json:
        say_json(found)
        return
    rows = [[one["release"], one["checked_at"], one["newest_month"], "live" if one["live"] else ""] for one in found]
    say_table("Releases", ["release", "checked", "newest month", ""], rows)


def prune_command(
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest releases to keep.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Remove old releases and every file that only they named. The live one is always kept."""
    with workspace(DataFolder(data)) as work:
        removed, freed = prune(work, keep)
    if as_json:
        say_json({"removed": removed, "freed_bytes": freed})
    else:
        say(f"Removed {len(removed)} releases and freed {freed / 1e6:,.1f} MB.")


def status_command(data: Data = DATA, as_json: Json = False) -> None:
    """Say what is held, counted, missing and live."""
    found = status(DataFolder(data))
    if as_json:
        say_json(found)
        return
    _say_status(found)


def _say_status(found: dict[str, Any]) -> None:
    say(f"Live: {found['live'] or 'nothing yet'}. Next: {found['next']}.")
    say(f"Register: {found['register']}. Rows held: {counted(found['rows'])}; rejects: {counted(found['rejects'])}.")
    share = found["unplaced_share"]
    unplaced = f", {share:.2%} of the crimes without a place" if share is not None else ""
    say(f"Records that rule: {counted(found['records'])}{unplaced}.")
    say(f"Outcomes: {counted(found['outcomes'])}.")
    neighbourhoods = (
        f"{sum(found['neighbourhoods'].values()):,} neighbourhoods of {len(found['neighbourhoods'])} forces"
    )
    say(f"{found['snap_points']:,} snap points, {found['postcodes']:,} postcodes, {neighbourhoods}.")
    states: dict[str, list[str]] = {}
    for one in found["supply"]:
        if one["kind"] == str(Kind.STREET) and one["state"] != "supplied":
            states.setdefault(f"{one['force']}: {one['state']}", []).append(one["month"])
    say_table(
        "Crimes by force and month that are not supplied whole",
        ["force and state", "months", "from", "to"],
        [[name, len(months), min(months), max(months)] for name, months in sorted(states.items())],
    )
    for one in found["supply"]:
        if one["state"] == "partial":
            warn(f"Partial: {one['force']}/{one['month']}/{one['kind']}: {one['note']}")
    disk = [[kind, round(size / 1e6, 1)] for kind, size in found["disk_bytes"].items()]
    say_table("Disk", ["kind", "MB"], disk)
