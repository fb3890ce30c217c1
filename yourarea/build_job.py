"""Jobs of several rooms: build everything derived, tiles and serving files included, and prove the tiles right."""

import typer

from api.publish.database import HEAD
from api.serving.build import build_serving, needed_serving
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from ingest.build import build
from ingest.gazetteer import with_gazetteer
from ingest.load import LoadOrder
from ingest.people import with_people
from ingest.reference import register_of
from ingest.release import activate, check
from ingest.tally import with_tally
from ingest.workspace import Workspace, file_problem, reading, workspace
from tiles.build import build_tiles, needed_archives
from tiles.verify import verify_archives
from yourarea.agreement import agreement
from yourarea.hold_job import withheld_by_forces
from yourarea.load_job import report_json, run_load, say_report
from yourarea.screen import counting, say, say_json, steps, warn
from yourarea.setting import operator_unset, settings_of
from yourarea.worker import processes


def build_staged(folder: DataFolder, workers: int, *, verify: bool, as_json: bool) -> None:
    """Make everything derived, and say how it went.

    Raises:
        typer.Exit: with 1, a tile archive does not agree with the store.
    """
    months = settings_of(ApiSettings).serving_months
    with workspace(folder) as work:
        manifest = build_all(work, workers, months)
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


def update_live(folder: DataFolder, order: LoadOrder, workers: int, as_json: bool) -> None:
    """Load, build, check and activate, and say how it went.

    Raises:
        typer.Exit: with 1, some files were refused; the rest is live.
    """
    months = settings_of(ApiSettings).serving_months
    with workspace(folder) as work:
        report = run_load(work, order, workers) if order.sources else None
        build_all(work, workers, months)
        release, warnings = check(work, HEAD)
        live = activate(work, release.release_id, agreement(folder))
    warnings += operator_unset()
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


def build_all(work: Workspace, workers: int, serving_months: int) -> Manifest:
    """Everything derived, tiles and serving files included, staged; what did not change is not made again.

    Args:
        work: the locked data folder.
        workers: processes.
        serving_months: of how many of the newest months answers are written.

    Raises:
        DamagedFile: a file that something is to be made from is missing or damaged.
    """
    work.empty_scratch()
    work.stage(work.staged().changed(withheld=withheld_by_forces(work.folder)))
    with reading(work.folder, work.staged().files()):
        return _build_all(work, workers, serving_months)


def _build_all(work: Workspace, workers: int, serving_months: int) -> Manifest:
    with steps() as step:
        register = register_of(work.folder, work.staged())
        manifest = build(work, register, step)
        step("writing the names of places")
        manifest = with_gazetteer(work, manifest, register)
        step("sharing people out among postcodes")
        manifest = with_people(work, manifest)
        step("tallying the months that are compared")
        manifest = with_tally(work, manifest, register)
        step("looking at the tile archives that stand")
        whole = {name: ref for name, ref in manifest.tiles.items() if file_problem(work.folder, ref) is None}
    manifest = manifest.changed(tiles=whole)
    needed = needed_archives(manifest)
    with processes(workers) as executor, counting("drawing tiles", len(needed)) as tick:
        made = build_tiles(work.folder, manifest, executor=executor, done=lambda _: tick())
    tiles = {name: manifest.tiles[name] for name in needed if name in manifest.tiles}
    tiles |= {name: work.adopt(f"tiles/{name}", ".pmtiles", path, 0) for name, path in made.items()}
    manifest = _with_serving(work, manifest.changed(tiles=tiles), workers, serving_months)
    work.stage(manifest)
    return manifest


def _with_serving(work: Workspace, manifest: Manifest, workers: int, months: int) -> Manifest:
    jobs = needed_serving(work.folder, manifest, register_of(work.folder, manifest), months)
    with processes(workers) as executor, counting("writing answers", len(jobs)) as tick:
        made = build_serving(jobs, executor=executor, done=tick)
    needed = sorted(name for job in jobs for name in job.paths)
    serving = {name: manifest.serving[name] for name in needed if name in manifest.serving}
    serving |= {name: work.adopt(f"serving/{name}", ".arrow", path, rows) for name, (path, rows) in made.items()}
    return manifest.changed(serving=serving)


def verify_tiles(folder: DataFolder, manifest: Manifest, workers: int) -> list[str]:
    """What is wrong with the tile archives of a manifest, counted against the store; nothing, it is to be hoped."""
    with processes(workers) as executor, counting("verifying tiles", len(manifest.tiles)) as tick:
        return verify_archives(folder, manifest, executor=executor, done=lambda _: tick())
