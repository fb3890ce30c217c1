"""Jobs of several rooms: build everything derived, tiles included, and prove the tiles right."""

from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from ingest.build import build
from ingest.reference import register_of
from ingest.workspace import Workspace, file_problem
from tiles.build import build_tiles, needed_archives
from tiles.verify import verify_archives
from yourarea.screen import counting, processes, steps


def build_all(work: Workspace, workers: int) -> Manifest:
    """Everything derived, tiles included, staged; what did not change is not made again."""
    work.empty_scratch()
    with steps() as step:
        manifest = build(work, register_of(work.folder, work.staged()), step)
        step("looking at the tile archives that stand")
        whole = {name: ref for name, ref in manifest.tiles.items() if file_problem(work.folder, ref) is None}
    manifest = manifest.changed(tiles=whole)
    needed = needed_archives(manifest)
    with processes(workers) as executor, counting("drawing tiles", len(needed)) as tick:
        made = build_tiles(work.folder, manifest, executor=executor, done=lambda _: tick())
    tiles = {name: manifest.tiles[name] for name in needed if name in manifest.tiles}
    tiles |= {name: work.adopt(f"tiles/{name}", ".pmtiles", path, 0) for name, path in made.items()}
    manifest = manifest.changed(tiles=tiles)
    work.stage(manifest)
    return manifest


def verify_tiles(folder: DataFolder, manifest: Manifest, workers: int) -> list[str]:
    """What is wrong with the tile archives of a manifest, counted against the store; nothing, it is to be hoped."""
    with processes(workers) as executor, counting("verifying tiles", len(manifest.tiles)) as tick:
        return verify_archives(folder, manifest, executor=executor, done=lambda _: tick())
