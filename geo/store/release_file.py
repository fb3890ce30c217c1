"""A release's manifest, and whether the files that it names are there."""

import os

from geo.errors import DamagedFile, UnknownRelease
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest, manifest_from_json

_NAMED_IN_ERROR = 3


def manifest_of(folder: DataFolder, release_id: str) -> Manifest:
    """The manifest of a release.

    Raises:
        UnknownRelease: there is no such release.
        DamagedFile, StoreFormatTooNew: it cannot be read, or is another one's.
    """
    where = folder.release(release_id)
    try:
        manifest = manifest_from_json(where.read_text(encoding="utf-8"), where)
    except FileNotFoundError as error:
        raise UnknownRelease(f"There is no release {release_id!r}.") from error
    except UnicodeDecodeError as error:
        raise DamagedFile(f"{where.name} is not a manifest; activate another release.") from error
    if manifest.release_id != release_id:
        raise DamagedFile(f"{where.name} holds release {manifest.release_id!r}; activate another release.")
    return manifest


def verify(folder: DataFolder, manifest: Manifest) -> None:
    """Every file that is named is there and has its size; digests are for `doctor`, which has time."""
    root = str(folder.root)
    wrong = []
    for ref in manifest.files():
        try:
            whole = os.stat(f"{root}/{ref.path}").st_size == ref.size  # noqa: PTH116 (a Path costs as much as the call)
        except FileNotFoundError:
            whole = False
        if not whole:
            wrong.append(ref.path)
    if wrong:
        more = f" and {len(wrong) - _NAMED_IN_ERROR} more" if len(wrong) > _NAMED_IN_ERROR else ""
        raise DamagedFile(
            f"Release {manifest.release_id} cannot be opened: {', '.join(wrong[:_NAMED_IN_ERROR])}{more} "
            "missing or not of the size written down. Load and build again, or activate an earlier release."
        )
