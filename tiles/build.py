"""Which tile archives a manifest needs, and making those whose inputs changed."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from pathlib import Path

from geo.month import Month, months_between
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest
from ingest.reference import register_of
from tiles.archive import OPEN_GOVERNMENT_LICENCE
from tiles.job import AreaJob, BasemapJob, Input, MonthJob, Target, run
from tiles.supply import supply_rows

YEAR_MONTHS = 12
_GEOJSON = ".geojson"
Job = MonthJob | AreaJob | BasemapJob


def needed_archives(manifest: Manifest) -> tuple[str, ...]:
    """The names of the archives that belong to a manifest: each month's, the year's, the areas' and the base map's."""
    months = sorted(manifest.counts)
    names = [f"month-{month}" for month in months] + [f"year-{month}" for month in months[-1:]]
    names += ["areas"] if manifest.force_areas is not None or manifest.generations else []
    return (*names, *(["basemap"] if _layers(manifest) else []))


def build_tiles(
    folder: DataFolder, manifest: Manifest, *, executor: Executor, done: Callable[[str], None]
) -> dict[str, Path]:
    """The archives made anew, by name: finished files in the scratch folder, for the coordinator to adopt.

    An archive of `needed_archives` that is not among them stands as it is: `manifest.tiles` names it, and it was made
    from the same inputs. The same bytes come out whatever the executor and however many workers it has.

    Args:
        folder: the data folder; nothing outside its scratch folder is written.
        manifest: with all its derived files but the tiles up to date.
        executor: runs one picklable function for each archive.
        done: called with the name of each archive that was made or stands.

    Raises:
        DamagedFile: an input that cannot be read.
        OSError: the scratch folder cannot be written.
    """
    folder.scratch.mkdir(parents=True, exist_ok=True)
    waiting = {executor.submit(run, job): job.target for job in jobs(folder, manifest)}
    made: set[str] = set()
    try:
        for future in as_completed(waiting):
            name = waiting[future].name
            if future.result():
                made.add(name)
            done(name)
    finally:
        for future in waiting:
            future.cancel()
    return {target.name: target.path for target in waiting.values() if target.name in made}


def jobs(folder: DataFolder, manifest: Manifest) -> Iterator[Job]:
    """What it takes to make each of `needed_archives`, in their order."""
    months = [Month.parse(month) for month in sorted(manifest.counts)]
    for month in months:
        yield _month_job(folder, manifest, f"month-{month}", [month])
    for last in months[-1:]:
        first = max(last.slot - YEAR_MONTHS + 1, 0)
        yield _month_job(folder, manifest, f"year-{last}", list(months_between(Month.from_slot(first), last)))
    forces = _inputs(folder, [manifest.force_areas] if manifest.force_areas is not None else [])
    neighbourhoods = _inputs(folder, [generation.file for generation in manifest.current_generations])
    if forces or neighbourhoods:
        yield AreaJob(_target(folder, manifest, "areas"), forces, neighbourhoods)
    layers = _layers(manifest)
    if layers:
        files = zip(layers, _inputs(folder, list(layers.values())), strict=True)
        yield BasemapJob(_target(folder, manifest, "basemap"), dict(files))


def _month_job(folder: DataFolder, manifest: Manifest, name: str, months: list[Month]) -> MonthJob:
    register, areas = manifest.snap_register, manifest.force_areas
    if register is None:
        raise ValueError("A manifest that has counts has a snap register.")
    forces = register_of(folder, manifest)
    return MonthJob(
        _target(folder, manifest, name),
        register=folder.file(register.path),
        counts=_inputs(folder, [manifest.counts[str(month)] for month in months if str(month) in manifest.counts]),
        force_areas=_inputs(folder, [areas])[0] if areas is not None else None,
        supply=supply_rows(manifest, forces, months) if areas is not None else (),
        generated_for=str(months[0]) if len(months) == 1 else f"{months[0]} to {months[-1]}",
        railway=next((force.slot for force in forces if not force.territorial), None),
    )


def _layers(manifest: Manifest) -> dict[str, FileRef]:
    """The base map's own layers; a base map that came as a tile archive needs nothing made."""
    return {layer: ref for layer, ref in sorted(manifest.basemap.items()) if ref.path.endswith(_GEOJSON)}


def _target(folder: DataFolder, manifest: Manifest, name: str) -> Target:
    standing = manifest.tiles.get(name)
    register = register_of(folder, manifest)
    return Target(
        name,
        folder.scratch / f"{name}.pmtiles",
        folder.file(standing.path) if standing is not None else None,
        f"{register.title['en']}." if register.invented else OPEN_GOVERNMENT_LICENCE,
    )


def _inputs(folder: DataFolder, refs: list[FileRef]) -> tuple[Input, ...]:
    return tuple(Input(folder.file(ref.path), ref.sha256) for ref in refs)
