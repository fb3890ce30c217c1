"""`status`: what a data folder holds, counts and lacks, as one JSON-ready report (docs/spec/status.md)."""

from collections import Counter
from pathlib import PurePosixPath
from typing import Any

import pyarrow.parquet as pq

from geo.store.layout import DataFolder
from geo.store.manifest import Manifest, Publication
from geo.supply import Kind
from ingest.attachment import account
from ingest.build import inputs_digest
from ingest.judge import judged
from ingest.reference import register_of
from ingest.release import live_release, release_id_of, releases
from ingest.workspace import file_problem, reading, staged_manifest


def status(folder: DataFolder) -> dict[str, Any]:
    """What is held, counted and missing, of what is staged; what is live; and what to do next.

    `rows` and `rejects` are of every file held, older publications too; `records` and all other figures of those that
    rule.

    Raises:
        DamagedFile: a file that must be read for it is damaged, or the force register is missing.
    """
    staged = staged_manifest(folder)
    rejects: Counter[str] = Counter()
    for one in staged.publications:
        rejects.update(one.rejects)
    crimes = [one for one in staged.live.values() if one.kind is Kind.STREET]
    records = sum(one.records for one in crimes)
    return {
        "live": live_release(folder),
        "releases": [str(one.release_id) for one in releases(folder)],
        "next": _next(folder, staged),
        "register": register_of(folder, staged).name,
        "files": [_file(one, rules=staged.live[one.key] is one) for one in staged.publications],
        "rows": {str(kind): sum(one.rows for one in staged.publications if one.kind is kind) for kind in Kind},
        "records": {str(kind): sum(one.records for one in staged.live.values() if one.kind is kind) for kind in Kind},
        "rejects": dict(sorted(rejects.items())),
        "supply": _supply(folder, staged),
        "unplaced_share": round(sum(one.unplaced for one in crimes) / records, 6) if records else None,
        "outcomes": _outcomes(folder, staged),
        "snap_points": staged.snap_register.rows if staged.snap_register else 0,
        "neighbourhoods": {one.force: one.file.rows for one in staged.current_generations},
        "postcodes": staged.postcodes.rows if staged.postcodes else 0,
        "disk_bytes": _disk(folder),
    }


def _file(one: Publication, *, rules: bool) -> dict[str, Any]:
    return {
        "name": one.source,
        "force": one.force,
        "month": str(one.month),
        "kind": str(one.kind),
        "published": str(one.published),
        "rules": rules,
        "rows": one.rows,
        "records": one.records,
        "rejects": sum(one.rejects.values()),
        "unplaced": one.unplaced,
    }


def _supply(folder: DataFolder, staged: Manifest) -> list[dict[str, str | None]]:
    """The state of every force, month and kind, over the months of which anything is held or declared."""
    known = {(key[1], key[2]) for key in (*staged.live, *staged.declared)}
    return [
        {
            "force": force.id,
            "month": str(month),
            "kind": str(kind),
            "state": str(staged.state(force.id, month, kind)),
            "note": staged.note(force.id, month, kind),
        }
        for month, kind in sorted(known)
        for force in register_of(folder, staged)
    ]


def _outcomes(folder: DataFolder, staged: Manifest) -> dict[str, int]:
    """How outcomes were attached to crimes, over all forces whose file is there; of one that is not, `_next` speaks."""
    total: Counter[str] = Counter()
    there = [ref for ref in staged.attachments.values() if folder.file(ref.path).exists()]
    with reading(folder, there):
        for ref in there:
            total.update(account(pq.read_table(folder.file(ref.path))))
    return dict(total)


def _disk(folder: DataFolder) -> dict[str, int]:
    """Bytes on disk by the kind of file."""
    total: Counter[str] = Counter()
    for path in folder.store.rglob("*"):
        if path.is_file():
            parts = PurePosixPath(path.relative_to(folder.store).as_posix()).parts
            total[parts[0] if len(parts) > 1 else parts[0].rpartition("-")[0]] += path.stat().st_size
    return dict(sorted(total.items()))


def _next(folder: DataFolder, staged: Manifest) -> str:
    """The command that brings what is staged nearer to what is live, or what is missing and how to mend it."""
    if not staged.publications:
        return "yourarea load SOURCE"
    missing = next((ref for ref in staged.files() if not folder.file(ref.path).exists()), None)
    if missing is not None:
        return str(file_problem(folder, missing))
    if inputs_digest(staged) != staged.built_from or judged(folder, staged).holds != staged.holds or not staged.tiles:
        return "yourarea build"
    if not staged.months:
        return "yourarea load SOURCE"
    release_id = release_id_of(staged)
    if not folder.release(release_id).exists():
        return "yourarea check"
    return "nothing: what is staged is live" if live_release(folder) == release_id else "yourarea activate"
