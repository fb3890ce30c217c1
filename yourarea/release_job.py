"""Jobs of several rooms: build everything derived, tiles and serving files included, and prove the tiles right."""

from api.serving.build import build_serving, needed_serving
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from ingest.build import build
from ingest.gazetteer import with_gazetteer
from ingest.people import with_people
from ingest.reference import register_of
from ingest.tally import with_tally
from ingest.workspace import Workspace, file_problem, reading
from tiles.build import build_tiles, needed_archives
from tiles.verify import verify_archives
from yourarea.screen import counting, processes, steps


def build_all(work: Workspace, workers: int) -> Manifest:
    """Everything derived, tiles and serving files included, staged; what did not change is not made again.

    Raises:
        DamagedFile: a file that something is to be made from is missing or damaged.
    """
    work.empty_scratch()
    with reading(work.folder, work.staged().files()):
        return _build_all(work, workers)


def _build_all(work: Workspace, workers: int) -> Manifest:
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
    manifest = _with_serving(work, manifest.changed(tiles=tiles), workers)
    work.stage(manifest)
    return manifest


def _with_serving(work: Workspace, manifest: Manifest, workers: int) -> Manifest:
    months = ApiSettings().serving_months
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
