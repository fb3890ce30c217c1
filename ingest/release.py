"""`check`, `activate`, `prune`: from staged data to a release, and from a release to what is live."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version

from geo.errors import CheckFailed, DamagedFile, UnknownRelease
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest, manifest_from_json
from geo.store.release import live_release_id
from ingest.build import inputs_digest
from ingest.judge import judged
from ingest.workspace import Workspace, file_problem, replace_file, staged_manifest

_ID = re.compile(r"\d{4}-\d{2}-[0-9a-f]{12}")
_NOT_IDENTITY = {"release_id", "checked_at", "code_version", "updates_schema"}


def check(work: Workspace, updates_schema: str | None = None) -> tuple[Manifest, list[str]]:
    """Test the staged whole and write it down as a release that can be activated.

    Args:
        work: the locked data folder.
        updates_schema: what this software expects of the updates database, to be written down with it.

    Returns:
        The release, and warnings: what is missing that a public service would have.

    Raises:
        CheckFailed: the staged data cannot be a release; every reason is said.
    """
    staged = work.staged()
    problems = list(_problems(work.folder, staged))
    if problems:
        raise CheckFailed("The staged data cannot be a release:\n- " + "\n- ".join(problems))
    release_id = release_id_of(staged)
    path = work.folder.release(release_id)
    if path.exists():  # the same content was checked before: a release never changes
        return manifest_from_json(path.read_text(encoding="utf-8"), path), list(_warnings(staged))
    made = {"checked_at": datetime.now(UTC), "code_version": version("yourarea"), "updates_schema": updates_schema}
    release = staged.changed(release_id=release_id, **made)
    replace_file(path, release.to_json().encode())
    return release, list(_warnings(staged))


def release_id_of(manifest: Manifest) -> str:
    """The id of a release of that content: its newest month and a digest of all but when it was loaded and checked."""
    identity = {name: value for name, value in json.loads(manifest.to_json()).items() if name not in _NOT_IDENTITY}
    for publication in identity["publications"]:
        del publication["loaded_at"]
    digest = sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    return f"{manifest.months[-1]}-{digest[:12]}"


def _problems(folder: DataFolder, staged: Manifest) -> Iterator[str]:
    if not staged.months:
        yield "no month of crimes counts: load some with `yourarea load`."
        return
    damaged = [problem for ref in staged.files() if (problem := file_problem(folder, ref)) is not None]
    if damaged:
        yield from damaged  # and the rest cannot be told
    elif judged(folder, staged).holds != staged.holds or inputs_digest(staged) != staged.built_from:
        yield "something was loaded or accepted since the last `yourarea build`: run it again."
    elif not staged.tiles:
        yield "there are no tiles: run `yourarea build`."


def _warnings(staged: Manifest) -> Iterator[str]:
    if staged.postcodes is None:
        yield "no postcodes are held, so nobody can ask for one: `yourarea postcodes SOURCE`."
    if staged.force_areas is None:
        yield "no force areas are held, so gaps in the supply cannot be drawn: `yourarea forces SOURCE`."
    if not staged.generations:
        yield "no neighbourhoods are held: `yourarea boundaries SOURCE --from YYYY-MM`."
    for hold in staged.held.values():
        yield f"{hold.force} {hold.month} {hold.kind} is held back: {hold.reason}"


def activate(
    work: Workspace, release_id: str | None = None, agreed: Callable[[Manifest], None] = lambda _release: None
) -> str:
    """Make a checked release live, the newest checked one if none is named; going back is naming an older one.

    Args:
        work: the locked data folder.
        release_id: which.
        agreed: raises where something else than the store speaks against that release.

    Raises:
        UnknownRelease: no such release.
        DamagedFile: a file of it is missing or cut short.
    """
    release_id = release_id or _newest(work.folder)
    release = read_release(work.folder, release_id)
    for ref in release.files():
        path = work.folder.file(ref.path)
        if not path.exists() or path.stat().st_size != ref.size:
            raise DamagedFile(f"{release_id} cannot be made live: {ref.path} is missing or cut short.")
    agreed(release)
    if not _points_at(work.folder, release_id):
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        replace_file(work.folder.live, json.dumps({"release": release_id, "activated_at": moment}).encode())
    return release_id


def _points_at(folder: DataFolder, release_id: str) -> bool:
    try:
        return live_release(folder) == release_id
    except DamagedFile:
        return False  # then it is to be written anew


def read_release(folder: DataFolder, release_id: str) -> Manifest:
    """The manifest of a release.

    Raises:
        UnknownRelease: no such release.
        DamagedFile, StoreFormatTooNew: it cannot be read.
    """
    path = folder.release(release_id)
    if not _ID.fullmatch(release_id) or not path.exists():
        raise UnknownRelease(f"There is no release {release_id!r}; `yourarea releases` lists those there are.")
    return manifest_from_json(path.read_text(encoding="utf-8"), path)


def live_release(folder: DataFolder) -> str | None:
    """The id of the live release; `None` where nothing is live yet.

    Raises:
        DamagedFile: the pointer is not what `activate` writes.
    """
    try:
        return live_release_id(folder)
    except UnknownRelease:
        return None


def releases(folder: DataFolder) -> list[Manifest]:
    """Every checked release, newest first."""
    ids = [path.stem for path in folder.releases.glob("*.json") if _ID.fullmatch(path.stem)]
    found = [read_release(folder, release_id) for release_id in ids]
    return sorted(found, key=lambda one: (str(one.checked_at), str(one.release_id)), reverse=True)


def _newest(folder: DataFolder) -> str:
    """The release of what is staged where it was checked, or else the one checked last."""
    staged = staged_manifest(folder)
    if staged.months and folder.release(release_id_of(staged)).exists():
        return release_id_of(staged)
    found = releases(folder)
    if not found:
        raise UnknownRelease("Nothing was checked yet: run `yourarea check` first.")
    return str(found[0].release_id)


def prune(work: Workspace, keep: int) -> tuple[list[str], int]:
    """Remove all but the newest `keep` releases, and every file that neither they nor the staged data name.

    The live release is always kept.

    Returns:
        The ids removed, and the bytes freed.
    """
    found = releases(work.folder)
    live = live_release(work.folder)
    kept = [one for at, one in enumerate(found) if at < keep or one.release_id == live]
    removed = [str(one.release_id) for one in found if one not in kept]
    for release_id in removed:
        work.folder.release(release_id).unlink()
    named = {ref.path for manifest in (*kept, work.staged()) for ref in manifest.files()}
    return removed, _remove_unnamed(work.folder, named)


def _remove_unnamed(folder: DataFolder, named: Iterable[str]) -> int:
    keep = set(named)
    freed = 0
    for path in sorted(folder.store.rglob("*")):
        if path.is_file() and path.relative_to(folder.root).as_posix() not in keep:
            freed += path.stat().st_size
            path.unlink()
    return freed
