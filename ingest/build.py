"""`build`: what is derived from the records, made again only where its inputs changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import DamagedFile
from geo.force import ForceRegister
from geo.month import Month
from geo.store.arrow import arrow_bytes, made_from_of
from geo.store.boundary import Areas
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest, Publication
from geo.store.snap_register import SnapRegister, vintage_of
from geo.supply import Kind
from ingest.attachment import attach
from ingest.count import count_month
from ingest.judge import judged
from ingest.placement import place
from ingest.snap_point import extended
from ingest.workspace import Workspace, file_problem

RECIPE = "1"  # raised when the same inputs would give other derived files than before
_MADE_FROM = b"made_from"
Step = Callable[[str], None]


def build(work: Workspace, register: ForceRegister, step: Step) -> Manifest:
    """Everything derived but what other rooms make: holds, snap register, placement, counts, attachments.

    It is staged, but not yet as built: whoever draws the tiles that belong to it stages what is returned with them.

    Args:
        work: the locked data folder.
        register: the forces there are.
        step: called with the name of each step before it begins.
    """
    step("comparing each month with its history")
    manifest = judged(work.folder, work.staged())
    step("adding new snap points")
    manifest = _with_snap_register(work, manifest)
    step("placing snap points in neighbourhoods")
    manifest = _with_placement(work, manifest, register)
    step("counting crimes by snap point")
    manifest = _with_counts(work, manifest, register)
    step("attaching outcomes to crimes")
    manifest = _with_attachments(work, manifest)
    work.stage(manifest.changed(built_from=None))
    return manifest.changed(built_from=inputs_digest(manifest))


def inputs_digest(manifest: Manifest) -> str:
    """What the derived files follow from: another digest than `built_from` says that `build` must run again."""
    single = (manifest.force_register, manifest.force_areas)
    peopled = (manifest.postcodes, *manifest.populations.values()) if manifest.populations else ()
    return made_from(
        [
            *(one.file.sha256 for one in manifest.live.values()),
            *(one.file.sha256 for one in manifest.publications if one.kind is not Kind.OUTCOMES),  # snap points
            *(str(key) for key in sorted(manifest.held)),
            *(one.model_dump_json() for one in manifest.withheld),
            *(said.model_dump_json() for said in manifest.declarations),
            *(one.file.sha256 for one in manifest.current_generations),
            *(ref.sha256 for ref in (*single, *manifest.basemap.values(), *peopled) if ref is not None),
        ]
    )


def made_from(inputs: Iterable[str]) -> str:
    """One short name for some inputs, in order."""
    return sha256("\n".join([RECIPE, *inputs]).encode()).hexdigest()[:32]


def open_snap_register(folder: DataFolder, manifest: Manifest) -> SnapRegister:
    """The snap register of a manifest; an empty one where there is none yet."""
    if manifest.snap_register is None:
        return SnapRegister.empty()
    return SnapRegister.open(folder.file(manifest.snap_register.path))


def _with_snap_register(work: Workspace, manifest: Manifest) -> Manifest:
    """Ids stay for ever, so the register remembers the files it took points from, and takes from new ones only."""
    held = manifest.snap_register
    if held is not None and (problem := file_problem(work.folder, held)):
        raise DamagedFile(
            f"{problem.split(':')[0]}. Ids of snap points stay for ever, so it cannot be made again: bring the file "
            f"back from a copy of the data folder, or load everything into an empty one."
        )
    known = set((made_from_of(work.folder.file(held.path)) or "").split()) if held is not None else set()
    new = [one for one in manifest.publications if one.kind is not Kind.OUTCOMES and _short(one) not in known]
    if not new and held is not None:
        return manifest
    files = [(work.folder.file(one.file.path), one.kind, vintage_of(one.month)) for one in new]
    register = extended(open_snap_register(work.folder, manifest), files)
    data = arrow_bytes(register.table, " ".join(sorted(known | {_short(one) for one in new})))
    return manifest.changed(snap_register=work.keep("snap-register", ".arrow", data, len(register)))


def _short(publication: Publication) -> str:
    return publication.file.sha256[:16]


def _with_placement(work: Workspace, manifest: Manifest, register: ForceRegister) -> Manifest:
    if manifest.snap_register is None:
        return manifest
    areas = [manifest.force_areas] if manifest.force_areas is not None else []
    files = [one.file for one in manifest.current_generations]
    key = made_from([manifest.snap_register.sha256, *(ref.sha256 for ref in (*files, *areas))])
    if _current(work.folder, manifest.placement, key):
        return manifest
    points = open_snap_register(work.folder, manifest)
    neighbourhoods, force_areas = (Areas.open(*(work.folder.file(ref.path) for ref in refs)) for refs in (files, areas))
    slots = {force.id: force.slot for force in register}
    placement = place(points.lat, points.lng, neighbourhoods, force_areas, slots)
    data = arrow_bytes(placement.table, key)
    return manifest.changed(placement=work.keep("placement", ".arrow", data, len(points)))


def _with_counts(work: Workspace, manifest: Manifest, register: ForceRegister) -> Manifest:
    by_month: dict[Month, list[Publication]] = defaultdict(list)
    for one in manifest.counted(Kind.STREET):
        by_month[one.month].append(one)
    slots = {force.id: force.slot for force in register}
    points = open_snap_register(work.folder, manifest)
    counts: dict[str, FileRef] = {}
    for month, publications in sorted(by_month.items()):
        key = made_from([str(month), *(one.file.sha256 for one in publications)])
        held = manifest.counts.get(str(month))
        if held is not None and _current(work.folder, held, key):
            counts[str(month)] = held
            continue
        files = [work.folder.file(one.file.path) for one in publications]
        counted = count_month(files, points, vintage_of(month), slots)
        counts[str(month)] = work.keep(
            f"counts/{month}", ".arrow", arrow_bytes(counted.table, key), counted.table.num_rows
        )
    return manifest.changed(counts=counts)


def _with_attachments(work: Workspace, manifest: Manifest) -> Manifest:
    files: dict[Kind, dict[str, list[Publication]]] = {Kind.STREET: defaultdict(list), Kind.OUTCOMES: defaultdict(list)}
    for one in manifest.live.values():
        if one.kind in files:
            files[one.kind][one.force].append(one)
    found: dict[str, FileRef] = {}
    for force, outcomes in sorted(files[Kind.OUTCOMES].items()):
        streets = files[Kind.STREET][force]
        key = made_from(one.file.sha256 for one in (*outcomes, *streets))
        held = manifest.attachments.get(force)
        if (
            held is not None
            and file_problem(work.folder, held) is None
            and _made_from_parquet(work.folder.file(held.path)) == key
        ):
            found[force] = held
            continue
        table = attach(*([work.folder.file(one.file.path) for one in each] for each in (outcomes, streets)))
        found[force] = work.keep(f"attachments/{force}", ".parquet", _parquet(table, key), table.num_rows)
    return manifest.changed(attachments=found)


def _current(folder: DataFolder, held: FileRef | None, key: str) -> bool:
    """Whether a derived file stands: made from the same, and whole."""
    return held is not None and file_problem(folder, held) is None and made_from_of(folder.file(held.path)) == key


def _parquet(table: pa.Table, key: str) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({_MADE_FROM: key}), sink, compression="zstd")
    return bytes(sink.getvalue())


def _made_from_parquet(path: Path) -> str:
    return str((pq.read_schema(path).metadata or {}).get(_MADE_FROM, b"").decode())
