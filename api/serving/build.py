"""Serving files for the newest months: which a manifest needs, and making those whose inputs changed."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from api.serving.inputs import MonthInputs, inputs_of
from api.serving.table import ids_table, records_table
from geo.force import ForceRegister
from geo.store.arrow import arrow_bytes, made_from_of
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest, content_digest
from geo.store.serving import ids_name, records_name
from geo.store.snap_register import SnapRegister
from geo.supply import Kind

FORMAT_VERSION = "1"  # raised when the same inputs would give other files than before


@dataclass(frozen=True)
class ServingJob:
    """The serving files of one month and kind: picklable, so any executor runs it.

    Attributes:
        inputs: what they are made from.
        register: the snap register's file. It only grows, so it is no part of the key: ids stay.
        paths: by name, the files to write.
        standing: the records file that there is, if the index beside it is there too.
    """

    inputs: MonthInputs
    register: Path
    paths: dict[str, Path]
    standing: Path | None

    def digest(self) -> str:
        """Names all that the files are made from."""
        made = self.inputs
        forces = (repr(force) for force in made.forces)
        return content_digest([FORMAT_VERSION, made.kind, str(made.month), *forces, *made.digests])


def needed_serving(folder: DataFolder, manifest: Manifest, register: ForceRegister, months: int) -> list[ServingJob]:
    """The jobs for the newest months; each name of their `paths` belongs to the manifest."""
    return list(_jobs(folder, manifest, register, months))


def build_serving(
    jobs: list[ServingJob], *, executor: Executor, done: Callable[[], None]
) -> dict[str, tuple[Path, int]]:
    """The files made anew, by name: finished files in the scratch folder, and their rows, for the coordinator to adopt.

    Whatever else the jobs name stands as it is. The same bytes come out whatever the executor.

    Args:
        jobs: of `needed_serving`.
        executor: runs one picklable function for each job.
        done: called after each job.

    Raises:
        DamagedFile: an input that cannot be read.
        UnreadableSource: a file of more rows than a crime id can tell apart.
        OSError: the scratch folder cannot be written.
    """
    waiting = {executor.submit(run, job): job for job in jobs}
    made: dict[str, tuple[Path, int]] = {}
    try:
        for future in as_completed(waiting):
            paths = waiting[future].paths
            made |= {name: (paths[name], rows) for name, rows in future.result().items()}
            done()
    finally:
        for future in waiting:
            future.cancel()
    return dict(sorted(made.items()))


def run(job: ServingJob) -> dict[str, int]:
    """Writes a job's files unless they stand already; gives the rows of each that was written, by name."""
    key = job.digest()
    if job.standing is not None and _made_from(job.standing) == key:
        return {}
    rows = job.inputs.rows(SnapRegister.open(job.register))
    tables = {records_name(job.inputs.kind, job.inputs.month): records_table(rows)}
    if job.inputs.kind is not Kind.STOPS:
        tables[ids_name(job.inputs.kind, job.inputs.month)] = ids_table(rows)
    for name, table in tables.items():
        job.paths[name].write_bytes(arrow_bytes(table, key))
    return {name: table.num_rows for name, table in tables.items()}


def _made_from(path: Path) -> str | None:
    """What a file says it was made from; `None` where it cannot be read, so that it is made again."""
    try:
        return made_from_of(path)
    except (OSError, pa.ArrowInvalid):
        return None


def _jobs(folder: DataFolder, manifest: Manifest, register: ForceRegister, months: int) -> Iterator[ServingJob]:
    if manifest.snap_register is None:
        return
    points = folder.file(manifest.snap_register.path)
    for month in manifest.months[-months:] if months else ():
        for kind in Kind:
            inputs = inputs_of(folder, manifest, register, kind, month)
            if inputs is None:
                continue
            name = records_name(kind, month)
            names = [name] if kind is Kind.STOPS else [name, ids_name(kind, month)]
            stands = all(_stands(folder, manifest.serving.get(one)) for one in names)
            standing = folder.file(manifest.serving[name].path) if stands else None
            yield ServingJob(inputs, points, {one: folder.scratch / f"{one}.arrow" for one in names}, standing)


def _stands(folder: DataFolder, ref: FileRef | None) -> bool:
    return ref is not None and (path := folder.file(ref.path)).exists() and path.stat().st_size == ref.size
