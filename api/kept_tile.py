"""Tile archives of releases that are kept but were never open here: a page may be older than the process it asks."""

import re

from geo.store.layout import DataFolder
from geo.store.manifest import manifest_from_json
from geo.store.release import STEM_DIGITS, TileFile
from geo.store.tile_archive import TileArchive

_STEM = re.compile(rf"(.+)-([0-9a-f]{{{STEM_DIGITS}}})")


def kept_tile_file(folder: DataFolder, stem: str) -> TileFile | None:
    """The archive of that stem, if a checked release names it and its file is still there.

    Manifests are searched as bytes and read only where the digest occurs, so a stem that was made up costs little.

    Raises:
        DamagedFile: the manifest or the archive that was found cannot be read.
    """
    found = _STEM.fullmatch(stem)
    if found is None:
        return None
    name, digest = found[1], found[2]
    for where in folder.releases.glob("*.json"):
        content = where.read_bytes()
        if digest.encode() not in content:
            continue
        ref = manifest_from_json(content.decode(), where).tiles.get(name)
        if ref is not None and ref.sha256.startswith(digest) and (path := folder.file(ref.path)).exists():
            return TileFile(name, stem, ref.sha256, TileArchive.open(path))
    return None
